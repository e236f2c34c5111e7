# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Find out which interface answers at an address, without credentials and without a write."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from .._errors import UnreachableError
from .._http import Answer, HttpClient, Losses, RetryPolicy
from .answers import GAX, GWS, Interface, is_page
from .gax import GaxTransport
from .gws import GwsTransport, status_code
from .session import addresses
from .transport import Folder, Tenant, Transaction, Transport

_ATTEMPTS = 2
_PROBES = {
    # Public clients ask it without a session, to see whether GAX is ready.
    GAX.api: (GAX, "/cfg/schema"),
    # Web Services refuse a request without credentials with statusCode 20 ("Interpreting a response"), and HTTP Basic begins with a 401.
    GWS.api: (GWS, ""),
}
_TRANSPORTS: Mapping[str, Callable[..., Transport]] = {GAX.api: GaxTransport, GWS.api: GwsTransport}


class AutoTransport:
    """The transport of the interface that answers first; it is looked for once, when it is first needed.

    ``report("cfgserver_found", {"cfgserver_api", "url"})`` is told which it is, and the addresses from the first one on that has it.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        *,
        read_only: bool,
        register_secret: Callable[[str], None],
        warn: Callable[[str], None],
        report: Callable[[str, Any], Any],
        retry: RetryPolicy = RetryPolicy(),
        sleep: Callable[[float], None] = time.sleep,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self._settings = settings
        self._arguments: dict[str, Any] = {
            "read_only": read_only,
            "register_secret": register_secret,
            "warn": warn,
            "retry": retry,
            "sleep": sleep,
            "kept": kept,
        }
        self._retry = RetryPolicy(retry.budget, min(_ATTEMPTS, retry.attempts), retry.base, retry.cap)
        self._report = report
        self._found: Transport | None = None
        self.sleep = sleep
        addresses(settings, GAX.base_path)  # what is wrong with the options is said before anything is asked

    @property
    def updates_are_whole(self) -> bool:
        return self._transport().updates_are_whole

    def tenants(self, name: str | None = None) -> list[Tenant]:
        return self._transport().tenants(name)

    def folders(self, tenant_dbid: str) -> list[Folder]:
        return self._transport().folders(tenant_dbid)

    def folder(self, dbid: str) -> Folder | None:
        return self._transport().folder(dbid)

    def find(self, tenant_dbid: str, type_name: str, name: str | None = None) -> list[Transaction]:
        return self._transport().find(tenant_dbid, type_name, name)

    def get(self, dbid: str) -> Transaction | None:
        return self._transport().get(dbid)

    def create(self, wanted: Transaction) -> str | None:
        return self._transport().create(wanted)

    def update(self, base: Transaction, wanted: Transaction) -> None:
        self._transport().update(base, wanted)

    def delete(self, found: Transaction) -> None:
        self._transport().delete(found)

    def close(self) -> None:
        if self._found is not None:
            self._found.close()

    def _transport(self) -> Transport:
        if self._found is None:
            api, urls = self._recognised()
            self._report("cfgserver_found", {"cfgserver_api": api, "url": urls})
            settings = {**self._settings, "cfgserver_api": api, "url": urls}
            self._found = _TRANSPORTS[api](settings, **self._arguments)
        return self._found

    def _recognised(self) -> tuple[str, list[str]]:
        """The interface and the addresses from the first one on that has it."""
        said = []
        for position, url in enumerate(self._settings["url"]):
            for interface, path in _PROBES.values():
                try:
                    found, answer = self._ask({**self._settings, "url": [url]}, interface, path)
                except UnreachableError as error:
                    # No answer at all is none of the other interface either, which is at the same host and port; waiting for it twice helps nobody.
                    said.append(error.message)
                    break
                if found:
                    return interface.api, list(self._settings["url"][position:])
                said.append(answer)
        raise UnreachableError(
            f"cfgserver_api: auto finds neither GAX nor Web Services: {'; '.join(said)}: check url and base_path, or set cfgserver_api to what is there"
        )

    def _ask(self, settings: Mapping[str, Any], interface: Interface, path: str) -> tuple[bool, str]:
        """Whether ``interface`` answers, and what was answered in words. UnreachableError when nothing was."""
        base_url = addresses(settings, interface.base_path)[0]
        options = {name: settings[name] for name in ("validate_certs", "ca_path", "timeout")}
        http = HttpClient(base_url, read_only=True, retry=self._retry, losses=Losses(), sleep=self.sleep, **options)
        try:
            answer = http.request("GET", path)
        finally:
            http.close()
        return _RECOGNISES[interface.api](answer), f"{interface.name}: {base_url}{path} answers {_described(answer)}"


def _is_gax(answer: Answer) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return answer.status == 200 and isinstance(body, dict) and "isEnabled" in body


def _is_gws(answer: Answer) -> bool:
    return status_code(answer) is not None or answer.status == 401 and answer.headers.get("WWW-Authenticate", "").lower().startswith("basic")


_RECOGNISES = {GAX.api: _is_gax, GWS.api: _is_gws}


def _described(answer: Answer) -> str:
    if answer.redirect_target:
        return f"HTTP {answer.status}, a redirect to {answer.redirect_target}"
    if is_page(answer):
        return f"HTTP {answer.status} and an HTML page"
    return f"HTTP {answer.status}" if answer.status >= 400 else f"HTTP {answer.status} and something else than this interface gives"
