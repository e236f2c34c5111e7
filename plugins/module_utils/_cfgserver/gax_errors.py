# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What Genesys Administrator Extension (GAX) answers when it does not do what it was asked, as one sentence each.

No public source records the error bodies of GAX. Their text is shown, shortened, unless it repeats a value that was sent; where it names a
well-known state of Configuration Server the sentence says what that means. Nothing is decided by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from .._errors import AuthenticationError, ConflictError, HybridError, NotFoundError, RateLimitedError, UnreachableError, ValidationError
from .._http import Answer
from .._secrets import looks_secret, repeats
from .transport import Transaction

_EXCERPT = 200  # characters of an answer that an error shows
_LONGEST_TEXT = 8192  # bytes of an answer that are looked at for an error
_SHORT = 4  # characters; shorter option values such as "1" or "on" are left in an excerpt unless the option's name says that it is a secret
_STATES = (
    (re.compile(r"read.?only", re.IGNORECASE), "the Configuration Server is in read-only mode: it accepts no writes until an administrator ends it"),
    (re.compile(r"emergency", re.IGNORECASE), "the Configuration Server is in emergency mode: only super administrators may write until it ends"),
)
_UNIQUENESS = re.compile(r"uniq|exists|duplicate", re.IGNORECASE)
_TAKEN = (
    "another object of this type has this name or alias in the tenant: if none is visible, this account lacks the right to read it, "
    "or it differs only in upper and lower case"
)


def is_page(answer: Answer) -> bool:
    """True for an HTML page: by how it begins, because servers declare HTML for bodies that are none."""
    return answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def not_gax(base_url: str, method: str, path: str, what: str, status: int | None = None) -> UnreachableError:
    """The error for an answer that GAX's REST API would not give to a live session."""
    parts = urlsplit(base_url)
    return UnreachableError(
        f"{method} {path}: {parts.netloc}{parts.path} answers {what} instead of JSON: not GAX, or a login page or proxy in between: check url and base_path",
        method=method,
        path=path,
        status=status,
        maybe_processed=method == "POST" and status is not None and status < 300,
    )


def login_error(answer: Answer, base_url: str, username: str, secrets: Iterable[str]) -> HybridError:
    facts: dict[str, Any] = {"method": "POST", "path": answer.path, "status": answer.status}
    if answer.status == 429:
        return RateLimitedError("GAX refuses further logins for now: run again later", **facts)
    if answer.status >= 500:
        return UnreachableError(f"the login to GAX fails (HTTP {answer.status}{_said(answer, secrets)}): try again later", **facts)
    if answer.status in (401, 403):
        return AuthenticationError(
            f"GAX refuses the login of {username!r} (HTTP {answer.status}{_said(answer, secrets)}): check username and password; if they are right, see "
            "whether the password must be changed first, whether a host whitelist excludes this host, and whether the server wants password_encoding: gax",
            **facts,
        )
    if answer.status == 400:
        return AuthenticationError(
            f"GAX does not accept the login of {username!r} (HTTP 400{_said(answer, secrets)}): check username, password and password_encoding", **facts
        )
    what = f"the login with a redirect to {answer.redirect_target}" if answer.redirect_target else f"the login with HTTP {answer.status}"
    return not_gax(base_url, "POST", answer.path, what + (" and an HTML page" if is_page(answer) else ""), answer.status)


def answer_error(answer: Answer, sent: Transaction | None = None) -> HybridError:
    """The error for an answer that is not a success; ``sent`` is the object that was written, whose values must not show."""
    words = _words(answer)
    text = _shown(words, _values(sent) if sent else ())
    facts: dict[str, Any] = {"method": answer.method, "path": answer.path, "status": answer.status}
    said = f"{answer.method} {answer.path}: HTTP {answer.status}" + (f" ({text})" if text else "")
    # Which status a create gets whose name is taken is not known either.
    perhaps = f"; one reason can be that {_TAKEN}" if answer.method == "POST" else ""
    for pattern, meaning in _STATES if answer.method != "GET" else ():
        if pattern.search(words):
            return ConflictError(f"{said}: {meaning}", **facts)
    if sent and (answer.status == 409 or _UNIQUENESS.search(words)):
        return ConflictError(f"{said}: {_TAKEN}", maybe_processed=answer.status >= 500 and answer.method == "POST", **facts)
    if answer.status >= 500:
        return UnreachableError(
            f"{said}: GAX or the Configuration Server behind it fails, try again later{perhaps}", maybe_processed=answer.method == "POST", **facts
        )
    if answer.status in (401, 403):
        return AuthenticationError(f"{said}: this account may not do that: check its object permissions and the privileges of its roles in GAX", **facts)
    if answer.status == 404:
        return NotFoundError(f"{said}: there is nothing at this address, or it is not visible to this account: check url and base_path", **facts)
    if answer.status == 429:
        return RateLimitedError(f"{said}: GAX asks to wait longer than the retry budget allows, run again later", **facts)
    return ValidationError(f"{said}: GAX does not accept the request{perhaps}", **facts)


def _values(sent: Transaction) -> list[str]:
    return [value for section in sent.options.values() for key, value in section.items() if len(value) >= _SHORT or looks_secret(key, value)]


def _said(answer: Answer, secrets: Iterable[str]) -> str:
    text = _shown(_words(answer), secrets)
    return f": {text}" if text else ""


def _words(answer: Answer) -> str:
    """The answer's own words, nothing of an HTML page. They may repeat what was sent: to be shown they go through ``_shown``."""
    if is_page(answer):
        return ""
    text = answer.body[:_LONGEST_TEXT].decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
    except ValueError:
        return text
    if isinstance(parsed, dict) and isinstance(parsed.get("message"), str):
        return ": ".join(part for part in (parsed.get("code"), parsed["message"]) if isinstance(part, str))
    return text


def _shown(words: str, secrets: Iterable[str]) -> str:
    """``words`` in one line and not too long, or none of them where they repeat one of ``secrets`` in whatever form."""
    if any(repeats(words, secret) for secret in filter(None, secrets)):
        return "its own words repeat a value that was sent and are not shown"
    line = " ".join(words.split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
