# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Configuration Server through the Platform Configuration API of Genesys Web Services.

Documented by the vendor: paths, filters and the shape of reads (Platform Configuration API); that every answer has a statusCode, 0 for success, and
that a request with another one modified nothing ("Return Values"); Basic credentials beside the session's cookie, and the token that every write must
bring back where the server protects itself against cross-site request forgery ("Cross-Site Request Forgery protection").

Bodies of writes are those of a public test-suite that ran against a server: a create wraps the object, an update is a delta for the collection.
A server that refuses this form as not offered gets the plain one: the object in the shape of a read, at its own address. No source documents a
logout for these sessions, so there is none; the server ends them by their inactivity.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._errors import AuthenticationError, HybridError, NotFoundError, UnreachableError
from .._http import SAFE, Answer, HttpClient, RetryPolicy
from .answers import GWS, answer_error, is_page, login_error, refuses_token, says_writes_are_closed, wrong_answer
from .gws_format import changed_object, delta, folder_of, new_object, tenant_of, transaction_of
from .session import Session
from .transport import ENVIRONMENT, Folder, Tenant, Transaction
from .writes import would_destroy

TRANSACTIONS = "/transactions"
_CHEAP_READ = "/tenants"  # with a filter for one object: a login needs a GET, and only a GET brings the token for writes
_OK, _MISSING, _FORBIDDEN, _INTERNAL, _PERMISSION, _NOT_FOUND, _INVALID, _TAKEN, _NOT_AUTHENTICATED = 0, 1, 3, 4, 5, 6, 10, 18, 20
_HTTP_MEANING = {2: 400, 7: 500, 8: 403, 9: 500, 11: 400, _MISSING: 400, _PERMISSION: 403, _NOT_FOUND: 404, _INVALID: 400, _TAKEN: 409, _NOT_AUTHENTICATED: 401}
_PLATFORM_MEANING = {5836044: 409, 10: 404}  # platformCode beside an internal error: broken uniqueness, no such object (public test-suite)
_LONGEST_REFUSAL = 8192  # bytes; only the answer to a read that succeeded is longer


def status_code(answer: Answer) -> int | None:
    """The statusCode of a short answer, None when it has none."""
    return _code(_object(answer)) if len(answer.body) <= _LONGEST_REFUSAL else None


def meaning_of(answer: Answer) -> int:
    """The HTTP status that an answer amounts to: its statusCode decides, whatever the HTTP status says."""
    code = status_code(answer)
    if code is None:
        return answer.status
    if code == _OK:
        return 200
    if code == _INTERNAL:
        platform = _object(answer).get("platformCode")
        return _PLATFORM_MEANING.get(platform, 500) if isinstance(platform, int) else 500
    if code == _FORBIDDEN:
        return answer.status if answer.status in (405, 501) else 403
    return _HTTP_MEANING.get(code, 400)


class GwsLogin:
    """Sessions of Web Services: HTTP Basic, a cookie, and where the server wants it a token for writes."""

    interface = GWS

    def __init__(self, settings: Mapping[str, Any], register_secret: Callable[[str], None]) -> None:
        self._username, self._password = settings["username"], settings["password"] or ""
        self._register_secret = register_secret
        self._credentials = base64.b64encode(f"{self._username}:{self._password}".encode("utf-8", "surrogatepass")).decode("ascii")
        self._token_header = self._token = ""

    def open(self, http: HttpClient) -> None:
        self._register_secret(self._credentials)
        self._token_header = self._token = ""
        answer = http.request("GET", _CHEAP_READ, params={"dbid": ENVIRONMENT.dbid}, headers=self.headers("GET"))
        self.notice(answer)
        code, meaning = status_code(answer), meaning_of(answer)
        # An account that may not read this is logged in all the same.
        if meaning == 200 and (code == _OK or len(answer.body) > _LONGEST_REFUSAL) or code in (_PERMISSION, _NOT_FOUND):
            return
        raise login_error(GWS, answer, http.base_url, self._username, (self._password, self._credentials), meaning)

    def close(self, http: HttpClient) -> None:
        pass

    def state(self) -> dict[str, Any]:
        return {"token_header": self._token_header, "token": self._token}

    def resume(self, state: Mapping[str, Any]) -> None:
        self._token_header, self._token = state["token_header"], state["token"]
        for secret in filter(None, (self._credentials, self._token)):
            self._register_secret(secret)

    def died(self, answer: Answer, sent: Sequence[Transaction]) -> bool:
        """Which of these a dead session gets depends on what stands before the server; a stale token is refused with 403."""
        code = status_code(answer)
        if refuses_token(answer, meaning_of(answer), sent):
            return True
        if answer.status in (401, 403):
            return code in (_NOT_AUTHENTICATED, None) and not says_writes_are_closed(answer, sent)
        return code == _NOT_AUTHENTICATED or 300 <= answer.status < 400 or answer.status < 300 and is_page(answer)

    def headers(self, method: str) -> dict[str, str]:
        headers = {"Authorization": f"Basic {self._credentials}"}
        if method not in SAFE and self._token:
            headers[self._token_header] = self._token
        return headers

    def notice(self, answer: Answer) -> None:
        """Any answer may bring the token and the name of the header in which it goes back."""
        name, token = answer.headers.get("X-CSRF-HEADER", ""), answer.headers.get("X-CSRF-TOKEN", "")
        if token:
            self._token_header, self._token = name or "X-CSRF-TOKEN", token
            self._register_secret(token)


class GwsTransport:
    """Configuration Server through Web Services."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        *,
        read_only: bool,
        register_secret: Callable[[str], None],
        warn: Callable[[str], None],
        retry: RetryPolicy = RetryPolicy(),
        sleep: Callable[[float], None] = time.sleep,
        kept: dict[str, Any] | None = None,
    ) -> None:
        login = GwsLogin(settings, register_secret)
        self._session = Session(settings, login, read_only=read_only, register_secret=register_secret, retry=retry, sleep=sleep, kept=kept)
        self._folders: dict[str, Folder | None] = {}
        self._plain = False  # True once the server has refused the form that is known from the test-suite
        self.sleep = sleep

    @property
    def updates_are_whole(self) -> bool:
        return self._plain

    def close(self) -> None:
        self._session.close()

    def tenants(self, name: str | None = None) -> list[Tenant]:
        return [tenant for tenant in map(tenant_of, self._list("tenants", _named(name))) if tenant.dbid and tenant.dbid != ENVIRONMENT.dbid]

    def folders(self, tenant_dbid: str) -> list[Folder]:
        found = [folder for folder in map(folder_of, self._list("folders")) if folder.tenant_dbid == tenant_dbid]
        self._folders.update({folder.dbid: folder for folder in found})
        return found

    def folder(self, dbid: str) -> Folder | None:
        if dbid not in self._folders:
            try:
                raw = self._one("folder", dbid)
            except AuthenticationError:
                raw = None
            self._folders[dbid] = folder_of(raw) if raw else None
        return self._folders[dbid]

    def find(self, tenant_dbid: str, type_name: str, name: str | None = None) -> list[Transaction]:
        found = [transaction_of(raw) for raw in self._list("transactions", {"tenant_dbid": tenant_dbid, **_named(name)})]
        return [item for item in found if (item.tenant_dbid, item.type) == (tenant_dbid, type_name) and name in (None, item.name)]

    def get(self, dbid: str) -> Transaction | None:
        raw = self._one("transaction", dbid)
        return transaction_of(raw) if raw else None

    def create(self, wanted: Transaction) -> str | None:
        item = new_object(wanted)
        body = self._write(
            [wanted],
            ("POST", TRANSACTIONS, {"transaction": item}),
            ("POST", TRANSACTIONS, item),
        )
        dbid = body.get("id") or str(body.get("uri") or "").rpartition("/")[2]
        return str(dbid) if str(dbid).isdecimal() else None

    def update(self, base: Transaction, wanted: Transaction) -> None:
        self._write(
            [base, wanted],
            ("PUT", TRANSACTIONS, {"delta-transaction": delta(base, wanted)}),
            ("PUT", f"{TRANSACTIONS}/{base.dbid}", changed_object(base, wanted)),
        )

    def delete(self, found: Transaction) -> None:
        answer = self._session.request("DELETE", f"{TRANSACTIONS}/{found.dbid}", sent=[found])
        if meaning_of(answer) != 404 and not self._succeeded(answer):
            raise answer_error(GWS, answer, [found], meaning_of(answer))

    def _write(self, sent: Sequence[Transaction], known: tuple[str, str, Any], plain: tuple[str, str, Any]) -> dict[str, Any]:
        """Send one write in the form that this server takes. A refusal by statusCode modified nothing, so the other form may follow it."""
        error: HybridError | None = None
        for form in [plain] if self._plain else [known, plain]:
            method, path, body = form
            if form is plain and sent[-1].unreadable:
                raise would_destroy(sent[-1].name, sent[-1].unreadable, f"this server does not take a change by itself ({error})")
            self._plain = form is plain
            answer = self._session.request(method, path, sent=sent, json_body=body)
            if self._succeeded(answer):
                return _object(answer)
            other_form = _is_other_form(answer, sent)
            self._plain = form is plain and not other_form
            if error is None or not other_form:
                error = answer_error(GWS, answer, sent, meaning_of(answer))
            if not other_form:
                break
        raise error or UnreachableError("no answer")

    def _succeeded(self, answer: Answer) -> bool:
        """True for statusCode 0, and for a success without a body; UnreachableError for a success that is none of the API's."""
        if not 200 <= meaning_of(answer) < 300:
            return False
        if status_code(answer) is None and answer.body.strip():
            what = "with something else than its JSON"
            raise wrong_answer(GWS, self._session.http.base_url, answer.method, answer.path, what, answer.status)
        return True

    def _list(self, resource: str, query: Mapping[str, str] | None = None) -> list[Mapping[str, Any]]:
        items = self._read(f"/{resource}", resource, query)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._strange(f"/{resource}", "with something else than a list of objects")
        return items

    def _one(self, resource: str, dbid: str) -> Mapping[str, Any] | None:
        path = f"/{resource}s/{dbid}"
        try:
            found = self._read(path, resource)
        except NotFoundError:
            return None
        if not isinstance(found, dict) or str(found.get("DBID")) != dbid:
            raise self._strange(path, "with something else than this object")
        return found

    def _read(self, path: str, key: str, params: Mapping[str, str] | None = None) -> Any:
        answer = self._session.request("GET", path, params=params)
        meaning = meaning_of(answer)
        if not 200 <= meaning < 300:
            raise answer_error(GWS, answer, status=meaning, asked=[value.strip('"') for value in (params or {}).values()])
        body = _object(answer)
        if _code(body) != _OK:
            raise self._strange(path, "with something that is not its JSON", answer.status)
        return body.get(key)

    def _strange(self, path: str, what: str, status: int | None = None) -> UnreachableError:
        return wrong_answer(GWS, self._session.http.base_url, "GET", path, what, status)


def _named(name: str | None) -> dict[str, str]:
    """The query for objects of this name. Without quotes a name of digits would be taken for a number."""
    return {} if name is None or '"' in name else {"name": f'"{name}"'}


def _is_other_form(answer: Answer, sent: Sequence[Transaction]) -> bool:
    """True when a write may have been refused because of its form: nothing at this address, not offered, or not understood."""
    if says_writes_are_closed(answer, sent) or refuses_token(answer, meaning_of(answer), sent) or answer.status in (401, 429, 502, 503, 504):
        return False
    code = status_code(answer)
    if code is None:
        return answer.status in (404, 405, 501)
    return code in (_FORBIDDEN, _NOT_FOUND) or answer.method == "POST" and code in (_MISSING, _INVALID)


def _code(body: Mapping[str, Any]) -> int | None:
    code = body.get("statusCode")
    return int(code) if isinstance(code, (int, str)) and str(code).isdecimal() else None


def _object(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
