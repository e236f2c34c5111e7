# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""One HTTP client for both systems: bounded in time and size, careful with writes, silent about secrets."""

from __future__ import annotations

import email.utils
import ipaddress
import json
import random
import re
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from . import _connections
from ._errors import MissingLibraryError, UnreachableError, ValidationError
from ._memory import Memory
from ._version import VERSION

try:
    import requests
    import urllib3
except ImportError:
    requests = None  # type: ignore[assignment]
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    REQUESTS_IMPORT_ERROR = None

USER_AGENT = f"genesys.hybrid/{VERSION} (Ansible collection)"
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
SAFE = frozenset({"GET", "HEAD"})
TIMED_OUT = "timeout"  # the code of an UnreachableError when the server has the request, but did not answer it in time
MAXIMUM_BODY = 64 * 1024 * 1024  # bytes; a list of 10,000 OAuth clients is about 10 MB
_WRAPPING = re.compile(r"^(<[^>]*>|\w+\([^)]*\)): ")  # urllib3 puts the connection object before its sentence


class ReadOnlyViolation(RuntimeError):
    """A write was tried through a read-only client: a defect of the collection, never a state of the servers."""


@dataclass(frozen=True)
class RetryPolicy:
    """When to try again.

    ``budget``: seconds that one task may lose in all to failed attempts and waiting. ``attempts``: how often one request is tried
    when the server fails; being asked to wait (429) is limited by the budget only. ``base`` and ``cap``: the first and the longest
    pause in seconds, doubled each time, half of it random so that many hosts do not come back at the same moment.
    """

    budget: float = 300.0
    attempts: int = 6
    base: float = 0.5
    cap: float = 30.0

    def pause(self, attempt: int) -> float:
        full = min(self.cap, self.base * 2 ** (attempt - 1))
        return full / 2 + random.uniform(0, full / 2)


@dataclass
class Losses:
    """Seconds lost to failures and waiting so far; the clients of one task share it. What several threads lose at the same moment is lost once."""

    seconds: float = 0.0
    _counted: float = float("-inf")  # the moment up to which losses are counted
    _ends: dict[int, float] = field(default_factory=dict)  # thread -> the end of its last loss
    _lock: Any = field(default_factory=threading.Lock)

    def add(self, seconds: float, ago: float = 0.0) -> None:
        """A loss that began so many seconds ``ago``, or begins when the thread's last one ends."""
        own, now = threading.get_ident(), time.monotonic()
        with self._lock:
            begin = max(now - ago, self._ends.get(own, now - ago))
            self._ends[own] = end = begin + seconds
            self.seconds += max(0.0, end - max(begin, self._counted))
            self._counted = max(self._counted, end)


@dataclass(frozen=True)
class Answer:
    """A complete HTTP answer of any status."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def redirect_target(self) -> str:
        """Scheme, host and path that a redirect points to, without its query, or an empty string."""
        if not 300 <= self.status < 400:
            return ""
        try:
            parts = urlsplit(self.headers.get("Location", ""))
        except ValueError:
            return "nowhere"
        path = parts.path.split(";", 1)[0]  # a path parameter can be a session ID
        return f"{parts.scheme}://{parts.hostname}{path}" if parts.hostname else path or "nowhere"

    def json(self) -> Any:
        """The parsed body, None when it is empty; ValueError when it is not JSON."""
        return json.loads(self.body.decode("utf-8-sig")) if self.body.strip() else None

    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait (RFC 9110, 10.2.3: a number or a date), None when it does not say."""
        value = self.headers.get("Retry-After", "").strip()
        if value.isdigit():
            return float(value)
        try:
            return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
        except (TypeError, ValueError):
            return None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str, option: str, allow_plain_http: bool = False) -> str:
    """``url`` without a trailing slash, or a ValidationError that names ``option`` and never quotes the value, which may hold a password."""
    if "@" in url:
        raise ValidationError(f"{option} must not hold a user name or password, nor any @: give them in their own options")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValidationError(f"{option} is not a URL: write it like https://host.example.com:8443") from error
    if parts.scheme not in ("http", "https") or not host or port == 0 or parts.query or parts.fragment:
        raise ValidationError(f"{option} is not a usable URL: write it like https://host.example.com:8443")
    if parts.scheme == "http" and not allow_plain_http and not is_loopback(host):
        raise ValidationError(
            f"{option} uses plain http to {host}, which would send credentials unencrypted: use https, "
            "or set allow_plain_http if the network in between is trusted"
        )
    return url.rstrip("/")


class HttpClient:
    """One session with one server.

    ``timeout`` is in seconds: for the connection, for the silence before an answer and for the whole body.
    With ``read_only`` every write raises ReadOnlyViolation before it is sent.
    """

    def __init__(
        self,
        base_url: str,
        *,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 30.0,
        read_only: bool = False,
        retry: RetryPolicy = RetryPolicy(),
        losses: Losses | None = None,
        sleep: Callable[[float], None] = time.sleep,
        memory: Memory | None = None,
    ) -> None:
        if requests is None:
            raise MissingLibraryError("requests", REQUESTS_IMPORT_ERROR)
        self.base_url = base_url
        self.timeout = timeout
        self.read_only = read_only
        self.retry = retry
        self.losses = losses or Losses()
        self._sleep = sleep
        self._verify = (ca_path or True) if validate_certs else False
        # Plain http is allowed to loopback because nobody listens in between: so no proxy may be in between either.
        self._proxies: Any = {"http": None, "https": None, "all": None} if is_loopback(urlsplit(base_url).hostname or "") else None
        if not validate_certs:
            warnings.filterwarnings("ignore", category=urllib3.exceptions.InsecureRequestWarning)
        self.memory = memory or Memory(None, read_only)
        self.session = requests.Session()
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, _connections.Adapter())
        # Without an explicit auth, requests would put credentials from ~/.netrc over our own header.
        self.session.auth = lambda request: request
        # requests reads the whole body of a redirect, without a deadline or a limit, to prepare a request that is never made.
        self.session.resolve_redirects = lambda response, request, **arguments: iter(())  # type: ignore[method-assign, assignment]
        self.session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"})

    def close(self) -> None:
        self.session.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        changes_state: bool | None = None,
        repeatable: bool | None = None,
    ) -> Answer:
        """Send one request, retry what may be retried, and return the answer whatever its status.

        ``changes_state=False`` marks a POST that only reads (a login, a search): it is allowed read-only and may be repeated.
        ``repeatable=False`` marks a PUT or DELETE that must not be sent again before somebody has looked what became of it.
        Raises UnreachableError when there is no complete answer; its ``maybe_processed`` tells whether a write may have happened.
        """
        writes = method not in SAFE if changes_state is None else changes_state
        if writes and self.read_only:
            raise ReadOnlyViolation(f"{method} {path} would change the server in a run that must only read")
        known = self.memory.recall(self.base_url, method, path, params)
        if known:
            return Answer(method, path, known["status"], known["headers"], known["body"].encode("utf-8", "surrogateescape"))
        arguments: dict[str, Any] = {"params": params, "headers": dict(headers or {})}
        if json_body is not None:
            arguments["data"] = json.dumps(json_body).encode("ascii")
            arguments["headers"].setdefault("Content-Type", "application/json; charset=UTF-8")
        elif form is not None:
            arguments["data"] = dict(form)
        if self.losses.seconds > self.retry.budget:
            raise self._failure(method, path, f"not tried, failures and waiting have cost this task more than {self.retry.budget:.0f} seconds: run again later")
        if repeatable is None:
            repeatable = method in IDEMPOTENT or not writes
        if writes:
            self.memory.forget()
        attempt = 0
        while True:
            attempt += 1
            started = time.monotonic()
            outcome = self._attempt(method, path, repeatable, arguments)
            wait = self._wait_before_retry(outcome, attempt, method, repeatable, time.monotonic() - started)
            if wait is None:
                self.memory.note(self.base_url, method, path, params, outcome.answer, asked_at=started)
                return outcome.unwrap()
            self._sleep(wait)

    def _attempt(self, method: str, path: str, repeatable: bool, arguments: dict[str, Any]) -> _Outcome:
        try:
            return _Outcome(answer=self._send(method, path, arguments))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader, UnicodeError):
            # Neither the reason nor the cause: they quote headers, and the proxy's URL with its password.
            raise ValidationError(
                f"no request can be made for {self.base_url}: check this URL, the credentials, and the proxy variables of the environment "
                "(a password in them must be percent-encoded)",
                method=method,
                path=path,
            ) from None
        except OSError as error:  # a ca_path that does not exist, and every requests exception
            if not isinstance(error, requests.exceptions.RequestException):
                raise ValidationError(f"the connection cannot be set up: {error}", method=method, path=path) from error
            if isinstance(error, requests.exceptions.SSLError) and _while_connecting(error):
                return _Outcome(error=self._failure(method, path, _tls_failure(_reason(error))))
            if _never_sent(error):
                what = f"no connection ({_reason(error)}): check host and port, name resolution, firewall and the proxy variables of the environment"
                return _Outcome(error=self._failure(method, path, what), retriable=True)
            late = isinstance(error, requests.exceptions.ReadTimeout)
            lost = f"no answer within {self.timeout:g} seconds (timeout)" if late else f"the connection broke ({_reason(error)})"
            failure = self._failure(method, path, lost, maybe_processed=not repeatable, code=TIMED_OUT if late else None)
            return _Outcome(error=failure, retriable=repeatable)

    def _wait_before_retry(self, outcome: _Outcome, attempt: int, method: str, repeatable: bool, spent: float) -> float | None:
        """Seconds to wait before the next attempt, None when this outcome is final."""
        answer = outcome.answer
        if answer is None or answer.status in (429, 500, 502, 503, 504):
            self.losses.add(spent, ago=spent)
        if answer is None:
            again = outcome.retriable and attempt < self.retry.attempts
        elif answer.status == 429:
            again = True
        else:
            failed = answer.status in (502, 503, 504) and repeatable or answer.status == 500 and method in SAFE
            again = failed and attempt < self.retry.attempts
        if not again:
            return None
        asked = answer.retry_after() if answer is not None else None
        wait = max(self.retry.pause(attempt), asked or 0.0)
        if self.losses.seconds + wait > self.retry.budget:
            return None
        self.losses.add(wait)
        return wait

    def _send(self, method: str, path: str, arguments: dict[str, Any]) -> Answer:
        response = self.session.request(
            method,
            self.base_url + path,
            timeout=self.timeout,
            allow_redirects=False,
            verify=self._verify,
            proxies=self._proxies,
            stream=True,
            **arguments,
        )
        with closing(response):
            body = self._read(method, path, response)
        return Answer(method, path, response.status_code, response.headers, body)

    def _read(self, method: str, path: str, response: Any) -> bytes:
        deadline = time.monotonic() + self.timeout
        body = bytearray()
        try:
            for chunk in _connections.pieces(response):
                body += chunk
                if len(body) > MAXIMUM_BODY:
                    raise self._failure(method, path, f"the answer is larger than {MAXIMUM_BODY // 1024 // 1024} MiB", maybe_processed=method not in SAFE)
                if time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("the answer did not end in time")
        except urllib3.exceptions.HTTPError as error:
            raise requests.exceptions.ConnectionError(error) from error
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and method != "HEAD" and len(body) < int(announced) and "Content-Encoding" not in response.headers:
            # urllib3 before version 2 does not notice.
            raise requests.exceptions.ConnectionError("the answer ended too early")
        return bytes(body)

    def _failure(self, method: str, path: str, what: str, maybe_processed: bool = False, code: str | None = None) -> UnreachableError:
        host = urlsplit(self.base_url).netloc
        return UnreachableError(f"{method} {path} on {host}: {what}", method=method, path=path, code=code, maybe_processed=maybe_processed)


@dataclass(frozen=True)
class _Outcome:
    answer: Answer | None = None
    error: UnreachableError | None = None
    retriable: bool = False

    def unwrap(self) -> Answer:
        if self.answer is None:
            raise self.error or UnreachableError("no answer")
        return self.answer


def _tls_failure(reason: str) -> str:
    if "WRONG_VERSION_NUMBER" in reason or "HTTP_REQUEST" in reason:
        return "this port does not speak TLS: check the port, or use http where that is meant"
    return f"the TLS connection failed ({reason}): check the host name, the certificate and ca_path"


def _while_connecting(error: BaseException) -> bool:
    """True when TLS failed before there was a connection: later on, the same errors (a record that is none) say nothing about the request.

    http.client sends nothing before its method ``connect`` has returned, which the handshake and the check of the certificate are part of.
    """
    return any(frame.f_code.co_name == "connect" for cause in _causes(error) for frame, _line in traceback.walk_tb(cause.__traceback__))


def _never_sent(error: Exception) -> bool:
    """True when the failure happened before the request left: then even a POST may be repeated."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, urllib3.exceptions.ProxyError):
        # A proxy that loses the answer is reported as a ProxyError, too; only one that never connected, or refused to, has sent nothing.
        cause = reason.original_error
        never_connected = isinstance(cause, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))
        return never_connected or str(cause).startswith("Tunnel connection failed")
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _causes(error: BaseException) -> list[BaseException]:
    """``error`` and what requests and urllib3 have wrapped in it, the innermost last."""
    causes: list[Any] = [error]
    for _depth in range(8):
        inner = causes[-1]
        following = getattr(inner, "reason", None) or next((argument for argument in getattr(inner, "args", ()) if isinstance(argument, BaseException)), None)
        if not isinstance(following, BaseException):
            break
        causes.append(following)
    return causes


def _reason(error: BaseException) -> str:
    """The innermost cause in a few words; the wrapping holds representations of objects."""
    inner: Any = _causes(error)[-1]
    return _WRAPPING.sub("", str(getattr(inner, "strerror", None) or inner))
