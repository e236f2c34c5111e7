# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Configuration Server through the REST API of Genesys Administrator Extension (GAX).

There is no vendor documentation of this interface: requests and answers are those that public clients of GAX 8.5.2 use, but for lists of one
tenant. Where they leave something open, nothing is assumed: whatever the server filters is filtered again, no error body is parsed for a
decision, a successful write may answer with or without a body, and an answer that is not JSON where JSON is due never counts as "nothing
found".
"""

from __future__ import annotations

import random
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._errors import AuthenticationError, HybridError, NotFoundError, UnreachableError
from .._http import Answer, HttpClient, RetryPolicy
from .answers import GAX, answer_error, is_page, login_error, may_refuse_query, says_writes_are_closed, wrong_answer
from .gax_format import TRANSACTION_CLASS, changed_object, folder_of, new_object, tenant_of, transaction_of
from .session import Session
from .transport import ENVIRONMENT, Folder, Tenant, Transaction

OBJECTS = "/cfg/objects"
# Public clients filter lists by other attributes than the tenant. So a server that refuses this, or shows nothing, is asked for the objects of all
# tenants, until it has shown which of the two it understands; the tasks after this one know, too.
FILTERS_TENANTS = "filters_tenants"


class GaxLogin:
    """Sessions of GAX: ``POST session/login`` answers 204 and a cookie."""

    interface = GAX

    def __init__(self, settings: Mapping[str, Any], register_secret: Callable[[str], None]) -> None:
        self._username = settings["username"]
        self._password = settings["password"] or ""
        self._obfuscates = settings["password_encoding"] == "gax"
        self._register_secret = register_secret

    def open(self, http: HttpClient) -> None:
        """Log in. That changes nothing, so it may be repeated and happens in check mode too."""
        password = obfuscated(self._password) if self._obfuscates else self._password
        if password:
            self._register_secret(password)
        body = {"username": self._username, "password": password, "isPasswordEncrypted": self._obfuscates}
        answer = http.request("POST", "/session/login", json_body=body, changes_state=False)
        if not 200 <= answer.status < 300 or is_page(answer):
            raise login_error(GAX, answer, http.base_url, self._username, (self._password, password))

    def close(self, http: HttpClient) -> None:
        """No public client logs out, so neither the path nor its effect is certain."""
        http.request("POST", "/session/logout", changes_state=False)

    def state(self) -> dict[str, Any]:
        return {}

    def resume(self, state: Mapping[str, Any]) -> None:
        pass

    def died(self, answer: Answer, sent: Sequence[Transaction]) -> bool:
        """Which of these GAX gives to a dead session is not known."""
        if answer.status in (401, 403):
            return not says_writes_are_closed(answer, sent)
        return 300 <= answer.status < 400 or answer.status < 300 and is_page(answer)

    def headers(self, method: str) -> dict[str, str]:
        return {}

    def notice(self, answer: Answer) -> None:
        pass


class GaxTransport:
    """Configuration Server through GAX. ``warn`` is told what a user should look at."""

    updates_are_whole = True

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
        login = GaxLogin(settings, register_secret)
        self._session = Session(settings, login, read_only=read_only, register_secret=register_secret, retry=retry, sleep=sleep, kept=kept)
        self._warn = warn
        self._folders: dict[str, Folder | None] = {}
        self._learned = {} if kept is None else kept
        self.sleep = sleep

    def close(self) -> None:
        self._session.close()

    def tenants(self, name: str | None = None) -> list[Tenant]:
        found = self._list("CfgTenant", {} if name is None else {"name": name})
        return [tenant for tenant in map(tenant_of, found) if tenant.dbid and tenant != ENVIRONMENT]

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
        named = {} if name is None else {"name": name}
        filters, refuses = self._learned.get(FILTERS_TENANTS), False
        if filters is not False:
            found: list[Transaction] = []
            try:
                found = self._fitting({**named, "tenantdbid": tenant_dbid}, tenant_dbid, type_name, name)
            except HybridError as error:
                if filters or not may_refuse_query(error):
                    raise
                refuses = True
            if found:
                self._learned[FILTERS_TENANTS] = True
            if found or filters:
                return found
        found = self._fitting(named, tenant_dbid, type_name, name)
        if found or refuses:
            self._learned[FILTERS_TENANTS] = False
        return found

    def _fitting(self, query: Mapping[str, str], tenant_dbid: str, type_name: str, name: str | None) -> list[Transaction]:
        found = []
        for raw in self._list(TRANSACTION_CLASS, query):
            # Warnings about objects that were not asked for would only confuse: the filter comes first.
            transaction = transaction_of(raw, _silent)
            if (transaction.tenant_dbid, transaction.type) == (tenant_dbid, type_name) and name in (None, transaction.name):
                found.append(transaction_of(raw, self._warn))
        return found

    def get(self, dbid: str) -> Transaction | None:
        raw = self._one(TRANSACTION_CLASS, dbid)
        return transaction_of(raw, _silent) if raw else None

    def create(self, wanted: Transaction) -> str | None:
        answer = self._session.request("POST", OBJECTS, sent=[wanted], json_body=new_object(wanted))
        if not 200 <= answer.status < 300:
            raise answer_error(GAX, answer, [wanted])
        try:
            body = answer.json()
        except ValueError:
            return None
        dbid = body.get("dbid") if isinstance(body, dict) else None
        return str(dbid) if dbid else None

    def update(self, base: Transaction, wanted: Transaction) -> None:
        path, sent = f"{OBJECTS}/{TRANSACTION_CLASS}/{base.dbid}", [base, wanted]
        answer = self._session.request("PUT", path, sent=sent, json_body=changed_object(base, wanted))
        if not 200 <= answer.status < 300:
            raise answer_error(GAX, answer, sent)

    def delete(self, found: Transaction) -> None:
        answer = self._session.request("DELETE", f"{OBJECTS}/{TRANSACTION_CLASS}/{found.dbid}", sent=[found])
        if answer.status != 404 and not 200 <= answer.status < 300:
            raise answer_error(GAX, answer, [found])

    def _list(self, class_name: str, query: Mapping[str, str] | None = None) -> list[Mapping[str, Any]]:
        items = self._read(OBJECTS, {"type": class_name, "brief": "false", **(query or {})})
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise self._strange("GET", OBJECTS, "with something else than a list of objects")
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
            raise self._strange("GET", path, "with something else than this object")
        return found

    def _read(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        answer = self._session.request("GET", path, params=params)
        if not 200 <= answer.status < 300:
            raise answer_error(GAX, answer, asked=(params or {}).values())
        try:
            return answer.json()
        except ValueError as error:
            raise self._strange("GET", path, "with something that is not JSON", answer.status) from error

    def _strange(self, method: str, path: str, what: str, status: int | None = None) -> UnreachableError:
        return wrong_answer(GAX, self._session.http.base_url, method, path, what, status)


def obfuscated(password: str) -> str:
    """The password as the browser interface can send it: each UTF-16 unit becomes two, the sum with a random number and that number.

    Known as "quickEncrypt" (public GAX clients); it protects nothing.
    """
    encoded = password.encode("utf-16-le", "surrogatepass")
    units = struct.unpack(f"<{len(encoded) // 2}H", encoded)
    pairs = [(unit, random.randint(68, 122)) for unit in units]
    return "".join(chr((unit + shift) % 0x10000) + chr(shift) for unit, shift in pairs)


def _silent(_text: str) -> None:
    pass
