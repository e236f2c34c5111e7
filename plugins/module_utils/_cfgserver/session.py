# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""One session with one of the addresses of an interface: opened when it is first needed, renewed once when it dies under a request.

Sessions are per node, so another address means another login. It is tried when the one before is down, and only as long as no write was sent:
after that nobody knows what the first node still does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from .._errors import HybridError, UnreachableError, ValidationError
from .._http import SAFE, Answer, HttpClient, Losses, RetryPolicy, check_url
from .._memory import Memory
from .answers import Interface, is_page, wrong_answer
from .transport import Transaction

_LOGOUT_SECONDS = 5.0
_HASTY_ATTEMPTS = 2  # requests to one address while there are others that were not tried yet
_SHORTEST_SESSION_TOKEN = 8  # characters; a shorter cookie is a setting such as a language, and masking it would garble every output
_DOWN = (502, 503, 504)
_COOKIE = ("name", "value", "domain", "path", "secure", "expires")  # of a cookie, what decides where it is sent


class Login(Protocol):
    """What interfaces do differently about sessions."""

    interface: Interface

    def open(self, http: HttpClient) -> None:
        """Open a session; HybridError says why there is none."""

    def close(self, http: HttpClient) -> None:
        """End the session as well as it goes."""

    def state(self) -> dict[str, Any]:
        """What of the session is not in its cookies."""

    def resume(self, state: Mapping[str, Any]) -> None:
        """Go on with a session that another process has opened with the same account, from what ``state`` was there."""

    def died(self, answer: Answer, sent: Sequence[Transaction]) -> bool:
        """True when ``answer`` may be what a dead session gets; such a request was not executed. ``sent``: see ``answers.answer_error``."""

    def headers(self, method: str) -> dict[str, str]:
        """What a request within the session carries."""

    def notice(self, answer: Answer) -> None:
        """Look at every answer within the session."""


class Session:
    """Requests within a session. ``register_secret`` is told every session cookie the moment it exists.

    With ``kept`` the session is not ended but left there for the next client with the same settings, unless ``kept`` says that this is the ``last``.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        login: Login,
        *,
        read_only: bool,
        register_secret: Callable[[str], None],
        retry: RetryPolicy = RetryPolicy(),
        sleep: Callable[[float], None] = time.sleep,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self._login = login
        self._register_secret = register_secret
        self._retry = retry
        self._options = {name: settings[name] for name in ("validate_certs", "ca_path", "timeout")}
        self._options.update(read_only=read_only, sleep=sleep, losses=Losses(), memory=Memory(kept, read_only))
        self._addresses = addresses(settings, login.interface.base_path)
        self._kept = kept
        left = (kept or {}).get("session") or {}
        resumes = left.get("interface") == login.interface.api
        if resumes:  # sessions are per node, so begin with that one
            self._addresses.sort(key=lambda address: address != left["address"])
        self._turns = self._all_turns()
        self._said: dict[str, str] = {}
        self._alive = False
        self._wrote = False
        self._last_read: tuple[str, Mapping[str, Any]] = "/", {}
        self.http = self._client(*next(self._turns))
        if resumes:
            self._resume(left)

    def request(self, method: str, path: str, *, sent: Sequence[Transaction] = (), **arguments: Any) -> Answer:
        """One answer of any status that the REST API itself gives.

        A write is sent once, and again only when the server says that it had no session for it; a page says that of a POST only where a read, too, gets
        one now. UnreachableError with ``maybe_processed`` when it
        may have been executed all the same; without it, and without a status, when it was not.
        """
        wrote = self._wrote
        answer = self._exchange(method, path, arguments)
        if self._login.died(answer, sent):
            if method == "POST" and answer.status < 300 and is_page(answer) and not self._is_dead():
                raise wrong_answer(self._login.interface, self.http.base_url, method, path, "with an HTML page", answer.status)
            self._alive, self._wrote = False, wrote
            if method not in SAFE:
                self._renew(method, path)
            answer = self._exchange(method, path, arguments)
        elif method in SAFE:
            self._last_read = path, arguments
        if 300 <= answer.status < 400 or is_page(answer) and answer.status < 300:
            what = f"with a redirect to {answer.redirect_target}" if answer.redirect_target else "with an HTML page"
            raise wrong_answer(self._login.interface, self.http.base_url, method, path, what, answer.status)
        return answer

    def close(self) -> None:
        """Leave the session to the next one, or log out as well as it goes. Never raises."""
        if self._kept is not None and "last" not in self._kept:
            self._kept.pop("session", None)
            if self._alive:
                cookies = [{name: getattr(cookie, name) for name in _COOKIE} for cookie in self.http.session.cookies]
                state = {"interface": self._login.interface.api, "address": self.http.base_url, "cookies": cookies, "login": self._login.state()}
                self._kept["session"] = state
        elif self._alive:
            self._alive = False
            self.http.retry = RetryPolicy(budget=0.0, attempts=1)
            self.http.timeout = min(self.http.timeout, _LOGOUT_SECONDS)
            try:
                self._login.close(self.http)
            except HybridError:
                pass
        self.http.close()

    def _resume(self, kept: Mapping[str, Any]) -> None:
        for cookie in kept["cookies"]:
            self.http.session.cookies.set(**cookie)
        self._login.resume(kept["login"])
        self._register_cookies()
        self._alive = True

    def _is_dead(self) -> bool:
        """Whether the read that was answered last is answered no more: then the session was dead before, and a page comes from no proxy in between."""
        path, arguments = self._last_read
        try:
            return self._login.died(self._send("GET", path, arguments), ())
        except UnreachableError:
            return False

    def _exchange(self, method: str, path: str, arguments: Mapping[str, Any]) -> Answer:
        """One answer from the first address that is not down; each turn of the loop uses one of a bounded number of turns up."""
        while True:
            if not self._alive:
                self._open()
            try:
                answer = self._send(method, path, arguments)
            except UnreachableError as error:
                if method not in SAFE:
                    raise
                self._move_on(error)
                continue
            if method not in SAFE or answer.status not in _DOWN or len(self._addresses) == 1:
                return answer
            what = f"{method} {path}: HTTP {answer.status}"
            self._move_on(UnreachableError(what, method=method, path=path, status=answer.status))

    def _send(self, method: str, path: str, arguments: Mapping[str, Any]) -> Answer:
        headers = self._login.headers(method)
        if method in SAFE:
            answer = self.http.request(method, path, headers=headers, **arguments)
        else:
            wrote, self._wrote = self._wrote, True
            try:
                answer = self.http.request(method, path, headers=headers, repeatable=False, **arguments)
            except UnreachableError as error:
                self._wrote = wrote or error.maybe_processed
                raise
        self._login.notice(answer)
        self._register_cookies()
        return answer

    def _open(self) -> None:
        while not self._alive:
            self.http.session.cookies.clear()
            try:
                self._login.open(self.http)
            except UnreachableError as error:
                status: Any = error.request["status"]
                if status is not None and status < 500:
                    raise
                self._move_on(error)
                continue
            self._register_cookies()
            self._alive = True

    def _renew(self, method: str, path: str) -> None:
        """Open the session again for a write that had none; the write's own object is not read anew, so it does not follow to another address."""
        address = self.http.base_url
        self._open()
        if self.http.base_url != address:
            raise UnreachableError(f"{method} {path}: the session at {address} ended, and only another address opens a new one", method=method, path=path)

    def _move_on(self, error: UnreachableError) -> None:
        """Go to the next address, or raise ``error`` with what each of them answered."""
        self._said[self.http.base_url] = error.message
        if len(self._addresses) == 1:
            raise error
        turn = None if self._wrote else next(self._turns, None)
        if turn is None:
            raise self._exhausted(error)
        self._alive = False
        self.http.close()
        self.http = self._client(*turn)

    def _exhausted(self, error: UnreachableError) -> UnreachableError:
        if self._wrote:
            message = f"{error.message}; after a write was sent no other address in url is tried, because the server may still be at work on it"
        else:
            said = "; ".join(f"{address} ({self._said[address]})" for address in self._addresses if address in self._said)
            message = f"no address in url can be used: {said}"
        facts: dict[str, Any] = dict(error.request)
        return UnreachableError(message, maybe_processed=error.maybe_processed, **facts)

    def _all_turns(self) -> Iterator[tuple[str, RetryPolicy]]:
        """Every address in a hurry, then every one with the patience that a failover needs."""
        if len(self._addresses) > 1:
            hasty = replace(self._retry, attempts=min(_HASTY_ATTEMPTS, self._retry.attempts))
            yield from ((address, hasty) for address in self._addresses)
        yield from ((address, self._retry) for address in self._addresses)

    def _client(self, address: str, retry: RetryPolicy) -> HttpClient:
        return HttpClient(address, retry=retry, **self._options)

    def _register_cookies(self) -> None:
        for cookie in self.http.session.cookies:
            if cookie.value and len(cookie.value) >= _SHORTEST_SESSION_TOKEN:
                self._register_secret(cookie.value)


def addresses(settings: Mapping[str, Any], default_path: str) -> list[str]:
    """The base URLs of the REST API, one for each item of ``url``; ValidationError when an option is missing or wrong."""
    for name in ("url", "username"):
        if not settings[name]:
            raise ValidationError(f"{name} is missing: give {name} or set the environment variable CFGSERVER_{name.upper()}")
    path = "/" + (settings["base_path"] or default_path).strip("/")
    if any(character in path for character in "?# ") or path == "/..":
        raise ValidationError("base_path must be a path such as /gax/api")
    found = []
    for given in settings["url"]:
        url = check_url(given, "url", settings["allow_plain_http"])
        found.append(url if path == "/" or url.endswith(path) else url + path)
    return list(dict.fromkeys(found))
