# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What an interface of Configuration Server answers when it does not do what it was asked, as one sentence each.

No public source records the error bodies of Genesys Administrator Extension (GAX); those of Web Services are documented ("Return Values": a
statusCode, which decides whatever the HTTP status is, and a statusMessage). Their text is shown, shortened, unless it repeats a value that was
sent; where it names a well-known state of Configuration Server the sentence says what that means.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .._errors import AuthenticationError, ConflictError, HybridError, NotFoundError, RateLimitedError, UnreachableError, ValidationError
from .._http import SAFE, Answer
from .._secrets import looks_secret, repeats
from .transport import Transaction

_EXCERPT = 200  # characters of an answer that an error shows
_LONGEST_TEXT = 8192  # bytes of an answer that are looked at for an error
_SHORT = 4  # characters; shorter option values such as "1" or "on" are left in an excerpt unless the option's name says that it is a secret
_READ_ONLY = re.compile(r"read.?only.{0,20}mode|mode.{0,20}read.?only|config\w*.?server is read.?only", re.IGNORECASE | re.DOTALL)
_EMERGENCY = re.compile(r"emergency.{0,20}mode|mode.{0,20}emergency", re.IGNORECASE | re.DOTALL)
_FAILOVER = re.compile(
    r"(fail|switch)(ing|ed)?[ -]?over|(is|in|runs? in) (the )?backup (mode|role)|(not|no|lost|without) (a )?connect\w* (to|with) (the )?config\w*.?server"
    r"|config\w*.?server is (not available|unavailable|down)",
    re.IGNORECASE,
)
_CLOSED = (
    (_READ_ONLY, "the Configuration Server is in read-only mode: it accepts no writes until an administrator ends it"),
    (_EMERGENCY, "the Configuration Server is in emergency mode: only super administrators may write until it ends"),
)
_FAILING_OVER = "the Configuration Server is failing over to its backup, or is down: wait until one of the two is in charge again, then run again"
_TOKEN = re.compile(r"csrf", re.IGNORECASE)  # the words of Web Services: "Missing or invalid Csrf token"
_UNIQUENESS = re.compile(r"uniq|exists|duplicate", re.IGNORECASE)
# What a name must hold to be mistaken for the words above. Any other, such as "mode", stays: without it they could not be recognised.
_MISLEADING = re.compile(r"read.?only|emergency|over|backup|connect|config\w*.?server|csrf|uniq|exists|duplicate", re.IGNORECASE)
_TAKEN = (
    "another object of this type has this name or alias in the tenant: if none is visible, this account lacks the right to read it, "
    "or it differs only in upper and lower case"
)


@dataclass(frozen=True)
class Interface:
    """One of the interfaces: ``api`` is its value of the option cfgserver_api, ``base_path`` where its REST API lies unless the user says otherwise.

    ``login_hint`` says what to look at when a login with the right password is refused, ``rights`` what a permission depends on.
    """

    api: str
    name: str
    base_path: str
    login_hint: str
    rights: str


GAX = Interface(
    api="gax",
    name="GAX",
    base_path="/gax/api",
    login_hint="whether the password must be changed first, whether a host whitelist excludes this host, and whether the server wants password_encoding: gax",
    rights="its object permissions and the privileges of its roles in GAX",
)
GWS = Interface(
    api="gws",
    name="Web Services",
    base_path="/api/v2/platform/configuration",
    login_hint="whether the password must be changed first, and whether Web Services knows this account",
    rights="its object permissions and the features api-platform-configuration-read and api-platform-configuration-write in Web Services",
)


def is_page(answer: Answer) -> bool:
    """True for an HTML page: by how it begins, because servers declare HTML for bodies that are none."""
    return answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def wrong_answer(interface: Interface, base_url: str, method: str, path: str, what: str, status: int | None = None) -> UnreachableError:
    """The error for an answer that the REST API would not give to a live session."""
    parts = urlsplit(base_url)
    return UnreachableError(
        f"{method} {path}: {parts.netloc}{parts.path} answers {what} instead of JSON: not {interface.name}, or a login page or proxy in between: "
        "check url and base_path, and whether cfgserver_api names the right interface",
        method=method,
        path=path,
        status=status,
        maybe_processed=method not in SAFE and status is not None and status < 300,
    )


def login_error(interface: Interface, answer: Answer, base_url: str, username: str, secrets: Iterable[str], status: int | None = None) -> HybridError:
    """The error for a login that was refused; ``status`` is the HTTP status that the answer amounts to, where it is not the answer's own."""
    status = answer.status if status is None else status
    facts: dict[str, Any] = {"method": answer.method, "path": answer.path, "status": answer.status}
    said = f"HTTP {answer.status}{_said(answer, secrets)}"
    if status == 429:
        return RateLimitedError(f"{interface.name} refuses further logins for now: run again later", **facts)
    if status >= 500:
        host = urlsplit(base_url).netloc
        meaning = _FAILING_OVER if _FAILOVER.search(_without(words_of(answer), [username])) else "try again later"
        return UnreachableError(f"the login to {interface.name} on {host} fails ({said}): {meaning}", **facts)
    if status in (401, 403):
        return AuthenticationError(
            f"{interface.name} refuses the login of {username!r} ({said}): check username and password; if they are right, see {interface.login_hint}", **facts
        )
    if status == 400:
        return AuthenticationError(
            f"{interface.name} does not accept the login of {username!r} ({said}): check username and password, and see {interface.login_hint}", **facts
        )
    what = f"the login with a redirect to {answer.redirect_target}" if answer.redirect_target else f"the login with HTTP {answer.status}"
    return wrong_answer(interface, base_url, answer.method, answer.path, what + (" and an HTML page" if is_page(answer) else ""), answer.status)


def says_writes_are_closed(answer: Answer, sent: Sequence[Transaction] = ()) -> bool:
    """True when the server itself says that it accepts no writes now: then the session is alive."""
    return answer.method not in SAFE and any(pattern.search(_own_words(answer, sent)) for pattern, _meaning in _CLOSED)


def refuses_token(answer: Answer, status: int, sent: Sequence[Transaction] = ()) -> bool:
    """True when the server misses the token against cross-site request forgery that belongs to the session: then nothing was executed.

    ``status`` is the HTTP status that the answer amounts to. Only the message of a refusal counts: an object that comes back may hold the word, too.
    """
    message = _body(answer).get("statusMessage")
    return answer.method not in SAFE and 400 <= status < 500 and isinstance(message, str) and bool(_TOKEN.search(_without(message, _texts(sent))))


def answer_error(interface: Interface, answer: Answer, sent: Sequence[Transaction] = (), status: int | None = None, asked: Iterable[str] = ()) -> HybridError:
    """The error for an answer that is not a success.

    ``sent`` are the objects that the write was about, as it was and as it had to be: their values must not show, and their names are no words of the
    server, nor are the texts ``asked`` of a read. ``status`` is the HTTP status that the answer amounts to, where it is not the answer's own.
    """
    status = answer.status if status is None else status
    words = _without(_own_words(answer, sent), asked)
    shown = _shown(words_of(answer), _values(sent))
    facts: dict[str, Any] = {"method": answer.method, "path": answer.path, "status": answer.status}
    said = f"{answer.method} {answer.path}: HTTP {answer.status}" + (f" ({shown})" if shown else "")
    writes = answer.method not in SAFE
    # 503 says that the request was not executed; a create is looked for all the same, because there is no telling two of them apart.
    unknown = writes and status >= 500 and (answer.method == "POST" or status not in (501, 503))
    if sent and answer.method in ("POST", "PUT") and (status == 409 or _UNIQUENESS.search(words)):
        return ConflictError(f"{said}: {_TAKEN}", maybe_processed=unknown, **facts)
    for pattern, meaning in _CLOSED if writes else ():
        if pattern.search(words):
            return ConflictError(f"{said}: {meaning}", **facts)
    if refuses_token(answer, status, sent):
        return AuthenticationError(f"{said}: the token of this session does not come back to the server: a proxy drops cookies or headers", **facts)
    facts["maybe_processed"] = unknown
    if _FAILOVER.search(words):
        return UnreachableError(f"{said}: {_FAILING_OVER}", **facts)
    return _by_status(interface, status, said, answer.method == "POST", facts)


def may_refuse_query(error: HybridError) -> bool:
    """Whether the server may answer so because it does not know what a list was asked to be filtered by: how it says that is not known."""
    return isinstance(error, (ValidationError, NotFoundError)) or error.request["status"] in (405, 500, 501)


def _by_status(interface: Interface, status: int, said: str, creates: bool, facts: dict[str, Any]) -> HybridError:
    # Which status a create gets whose name is taken is not known.
    perhaps = f"; one reason can be that {_TAKEN}" if creates else ""
    if status in (405, 501):
        return UnreachableError(f"{said}: this {interface.name} does not offer the operation: check its version and configuration", **facts)
    if status >= 500:
        return UnreachableError(f"{said}: {interface.name} or the Configuration Server behind it fails, try again later{perhaps}", **facts)
    if status in (401, 403):
        return AuthenticationError(f"{said}: this account may not do that: check {interface.rights}", **facts)
    if status == 404:
        return NotFoundError(f"{said}: there is nothing at this address, or it is not visible to this account: check url and base_path", **facts)
    if status == 429:
        return RateLimitedError(f"{said}: {interface.name} asks to wait longer than the retry budget allows, run again later", **facts)
    return ValidationError(f"{said}: {interface.name} does not accept the request{perhaps}", **facts)


def _values(sent: Sequence[Transaction]) -> set[str]:
    options = [(key, value) for transaction in sent for section in transaction.options.values() for key, value in section.items()]
    return {value for key, value in options if len(value) >= _SHORT or looks_secret(key, value)}


def _texts(sent: Sequence[Transaction]) -> set[str]:
    """Everything of the objects that an answer may quote: names, the texts beside them, and values."""
    texts = {text for transaction in sent for text in (transaction.name, transaction.alias, transaction.description, *transaction.options)}
    return texts | {text for transaction in sent for section in transaction.options.values() for entry in section.items() for text in entry}


def _own_words(answer: Answer, sent: Sequence[Transaction]) -> str:
    return _without(words_of(answer), _texts(sent))


def _without(words: str, quotations: Iterable[str]) -> str:
    """``words`` without those ``quotations`` that could be mistaken for what the server says of itself."""
    for text in sorted(filter(_MISLEADING.search, quotations), key=len, reverse=True):
        words = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", " ", words, flags=re.IGNORECASE)
    return words


def _said(answer: Answer, secrets: Iterable[str]) -> str:
    text = _shown(words_of(answer), secrets)
    return f": {text}" if text else ""


def words_of(answer: Answer) -> str:
    """The answer's own words, nothing of an HTML page. They may repeat what was sent: to be shown they go through ``_shown``."""
    if is_page(answer):
        return ""
    parsed = _body(answer)
    if isinstance(parsed.get("statusMessage"), str):
        return f"statusCode {parsed.get('statusCode')}: {parsed['statusMessage']}"
    if isinstance(parsed.get("message"), str):
        return ": ".join(part for part in (parsed.get("code"), parsed["message"]) if isinstance(part, str))
    return answer.body[:_LONGEST_TEXT].decode("utf-8", "replace")


def _body(answer: Answer) -> dict[str, Any]:
    """A short answer's JSON object, empty when it has none."""
    try:
        parsed = json.loads(answer.body[:_LONGEST_TEXT].decode("utf-8", "replace"))
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _shown(words: str, secrets: Iterable[str]) -> str:
    """``words`` in one line and not too long, or none of them where they repeat one of ``secrets`` in whatever form."""
    if any(repeats(words, secret) for secret in filter(None, secrets)):
        return "its own words repeat a value that was sent and are not shown"
    line = " ".join(words.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
