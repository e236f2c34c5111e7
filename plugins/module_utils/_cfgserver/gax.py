# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Configuration Server through the REST API of Genesys Administrator Extension (GAX).

There is no vendor documentation of this interface: requests and answers are those that public clients of GAX 8.5.2 use. Where they leave
something open, nothing is assumed: whatever the server filters is filtered again, no error body is parsed for a decision, a successful
write may answer with or without a body, and an answer that is not JSON where JSON is due never counts as "nothing found".
"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import AuthenticationError, HybridError, NotFoundError, ValidationError
from .._http import Answer, HttpClient, RetryPolicy, check_url
from .gax_errors import answer_error, is_page, login_error, not_gax
from .gax_format import TRANSACTION_CLASS, changed_object, folder_of, new_object, tenant_of, transaction_of
from .transport import ENVIRONMENT, Folder, Tenant, Transaction

OBJECTS = "/cfg/objects"
_LOGOUT_SECONDS = 5.0
_SHORTEST_SESSION_TOKEN = 8  # characters; a shorter cookie is a setting such as a language, and masking it would garble every output


class GaxTransport:
    """One GAX session, opened when it is first needed and renewed once when it dies under a request.

    ``register_secret`` is told every session cookie the moment it exists, ``warn`` what a user should look at.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        *,
        read_only: bool,
        register_secret: Callable[[str], None],
        warn: Callable[[str], None],
        retry: RetryPolicy = RetryPolicy(),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._username = settings["username"]
        self._password = settings["password"] or ""
        self._obfuscates = settings["password_encoding"] == "gax"
        self._register_secret = register_secret
        self._warn = warn
        self._logged_in = False
        self._folders: dict[str, Folder | None] = {}
        self.sleep = sleep
        options = {name: settings[name] for name in ("validate_certs", "ca_path", "timeout")}
        self.http = HttpClient(_base_url(settings), read_only=read_only, retry=retry, sleep=sleep, **options)

    def close(self) -> None:
        """Log out as well as it goes: no public client does, so neither the path nor its effect is certain."""
        if self._logged_in:
            self._logged_in = False
            self.http.retry = RetryPolicy(budget=0.0, attempts=1)
            self.http.timeout = min(self.http.timeout, _LOGOUT_SECONDS)
            try:
                self.http.request("POST", "/session/logout", changes_state=False)
            except HybridError:
                pass
        self.http.close()

    def tenants(self) -> list[Tenant]:
        return [tenant for tenant in map(tenant_of, self._list("CfgTenant")) if tenant.dbid and tenant != ENVIRONMENT]

    def folders(self, tenant_dbid: str) -> list[Folder]:
        found = [folder for folder in map(folder_of, self._list("CfgFolder")) if folder.tenant_dbid == tenant_dbid]
        self._folders.update({folder.dbid: folder for folder in found})
        return found

    def folder(self, dbid: str) -> Folder | None:
        if dbid not in self._folders:
            try:
                raw = self._one("CfgFolder", dbid)
            except AuthenticationError:
                raw = None
            self._folders[dbid] = folder_of(raw) if raw else None
        return self._folders[dbid]

    def find(self, tenant_dbid: str, type_name: str, name: str | None = None) -> list[Transaction]:
        found = []
        for raw in self._list(TRANSACTION_CLASS, {} if name is None else {"name": name}):
            # Warnings about objects that were not asked for would only confuse: the filter comes first.
            transaction = transaction_of(raw, _silent)
            if (transaction.tenant_dbid, transaction.type) == (tenant_dbid, type_name) and name in (None, transaction.name):
                found.append(transaction_of(raw, self._warn))
        return found

    def get(self, dbid: str) -> Transaction | None:
        raw = self._one(TRANSACTION_CLASS, dbid)
        return transaction_of(raw, _silent) if raw else None

    def create(self, wanted: Transaction) -> str | None:
        answer = self._request("POST", OBJECTS, json_body=new_object(wanted))
        if not 200 <= answer.status < 300:
            raise answer_error(answer, wanted)
        try:
            body = answer.json()
        except ValueError:
            return None
        dbid = body.get("dbid") if isinstance(body, dict) else None
        return str(dbid) if dbid else None

    def update(self, base: Transaction, wanted: Transaction) -> None:
        answer = self._request("PUT", f"{OBJECTS}/{TRANSACTION_CLASS}/{base.dbid}", json_body=changed_object(base, wanted))
        if not 200 <= answer.status < 300:
            raise answer_error(answer, wanted)

    def delete(self, dbid: str) -> None:
        answer = self._request("DELETE", f"{OBJECTS}/{TRANSACTION_CLASS}/{dbid}")
        if answer.status != 404 and not 200 <= answer.status < 300:
            raise answer_error(answer)

    def _list(self, class_name: str, query: Mapping[str, str] | None = None) -> list[Mapping[str, Any]]:
        items = self._read(OBJECTS, {"type": class_name, "brief": "false", **(query or {})})
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise not_gax(self.http.base_url, "GET", OBJECTS, "with something else than a list of objects")
        return items

    def _one(self, class_name: str, dbid: str) -> Mapping[str, Any] | None:
        path = f"{OBJECTS}/{class_name}/{dbid}"
        try:
            found = self._read(path)
        except NotFoundError:
            return None
        if isinstance(found, list) and len(found) <= 1:
            found = found[0] if found else None
        if found is None:
            return None
        if not isinstance(found, dict) or str(found.get("dbid")) != dbid:
            raise not_gax(self.http.base_url, "GET", path, "with something else than this object")
        return found

    def _read(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        answer = self._request("GET", path, params=params)
        if not 200 <= answer.status < 300:
            raise answer_error(answer)
        try:
            return answer.json()
        except ValueError as error:
            raise not_gax(self.http.base_url, "GET", path, "with something that is not JSON", answer.status) from error

    def _request(self, method: str, path: str, **arguments: Any) -> Answer:
        """One answer from within a session. Re-sending after a renewal is safe: a request without a live session was not executed."""
        if not self._logged_in:
            self._login()
        answer = self.http.request(method, path, **arguments)
        self._register_cookies()
        if _has_no_session(answer):
            self._login()
            answer = self.http.request(method, path, **arguments)
            self._register_cookies()
        if 300 <= answer.status < 400 or is_page(answer) and answer.status < 300:
            what = f"with a redirect to {answer.redirect_target}" if answer.redirect_target else "with an HTML page"
            raise not_gax(self.http.base_url, method, path, what, answer.status)
        return answer

    def _login(self) -> None:
        """``POST session/login``: 204 and a cookie. A login changes nothing, so it may be repeated and happens in check mode too."""
        self._logged_in = False
        self.http.session.cookies.clear()
        password = obfuscated(self._password) if self._obfuscates else self._password
        if password:
            self._register_secret(password)
        body = {"username": self._username, "password": password, "isPasswordEncrypted": self._obfuscates}
        answer = self.http.request("POST", "/session/login", json_body=body, changes_state=False)
        self._register_cookies()
        if 200 <= answer.status < 300 and not is_page(answer):
            self._logged_in = True
            return
        raise login_error(answer, self.http.base_url, self._username, (self._password, password))

    def _register_cookies(self) -> None:
        for cookie in self.http.session.cookies:
            if cookie.value and len(cookie.value) >= _SHORTEST_SESSION_TOKEN:
                self._register_secret(cookie.value)


def obfuscated(password: str) -> str:
    """The password as the browser interface can send it: each UTF-16 unit becomes two, the sum with a random number and that number.

    Known as "quickEncrypt" (public GAX clients); it protects nothing.
    """
    encoded = password.encode("utf-16-le", "surrogatepass")
    units = struct.unpack(f"<{len(encoded) // 2}H", encoded)
    pairs = [(unit, random.randint(68, 122)) for unit in units]
    return "".join(chr((unit + shift) % 0x10000) + chr(shift) for unit, shift in pairs)


def _base_url(settings: Mapping[str, Any]) -> str:
    for name in ("url", "username"):
        if not settings[name]:
            raise ValidationError(f"{name} is missing: give {name} or set the environment variable CFGSERVER_{name.upper()}")
    url = check_url(settings["url"], "url", settings["allow_plain_http"])
    path = "/" + (settings["base_path"] or "").strip("/")
    if any(character in path for character in "?# ") or path == "/..":
        raise ValidationError("base_path must be a path such as /gax/api")
    return url if path == "/" or url.endswith(path) else url + path


def _has_no_session(answer: Answer) -> bool:
    """What an answer to a dead session may look like; which one GAX gives is not known."""
    return answer.status in (401, 403) or 300 <= answer.status < 400 or answer.status < 300 and is_page(answer)


def _silent(_text: str) -> None:
    pass
