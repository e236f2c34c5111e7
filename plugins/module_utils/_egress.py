# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Whether a host reaches a destination, step by step: name, connection, proxy, TLS, answer.

Only the standard library is used, because this runs on hosts that have no other. No credential is ever sent to a destination.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import json
import socket
import ssl
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from ._errors import ValidationError, visible

STEPS = ("dns", "tcp", "proxy", "tls", "http")
MOST_ADDRESSES = 16  # of one name; tried at the same time
LARGEST_HEAD = 65536  # bytes of a proxy's answer
NAME_MISMATCH = (62, 64)  # OpenSSL: X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
BODY = "grant_type=client_credentials"
# What PureCloud answers to that without credentials.
REFUSALS = (400, 401)


@dataclass(frozen=True)
class Target:
    """A destination. With ``token_path`` the token endpoint there is asked for a token, without credentials."""

    host: str
    port: int
    tls: bool = True
    token_path: str = ""


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy that opens tunnels (CONNECT)."""

    host: str
    port: int
    authorization: str = ""


class StepError(Exception):
    """A step failed; the text says how."""


def proxy_from(url: str) -> Proxy:
    """The proxy of a URL such as ``http://user:password@proxy.example.com:3128``. An error never shows the URL, which may hold a password."""
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host, port = parts.hostname, parts.port or 80
    except ValueError:
        raise ValidationError("proxy is not a usable URL: write it like http://proxy.example.com:3128") from None
    if parts.scheme != "http" or not host:
        raise ValidationError("proxy must be a URL with the scheme http and a host, like http://proxy.example.com:3128")
    if parts.username is None:
        return Proxy(host, port)
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(host, port, "Basic " + base64.b64encode(pair.encode("utf-8")).decode("ascii"))


def proxy_for(host: str, option: str | None) -> Proxy | None:
    """The proxy to use for ``host``: the option's, none when that says ``none``, otherwise what the environment of the host says."""
    if option == "none":
        return None
    if option:
        return proxy_from(option)
    url = urllib.request.getproxies_environment().get("https")
    return proxy_from(url) if url and not urllib.request.proxy_bypass(host) else None


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):  # also socket.timeout, which is the same class from Python 3.10 on
        return "timed out"
    return visible(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Walk:
    """The steps to one destination, each a method that returns what it found, None when it does not apply; or raises StepError."""

    def __init__(self, target: Target, proxy: Proxy | None, context: ssl.SSLContext, timeout: float) -> None:
        self.target, self.via, self.context, self.timeout = target, proxy, context, timeout
        self.addresses: list[str] = []
        self.stream: socket.socket | None = None

    @property
    def _first(self) -> tuple[str, int]:
        """Where the connection goes: a proxy resolves the destination's name itself."""
        return (self.via.host, self.via.port) if self.via else (self.target.host, self.target.port)

    def dns(self) -> str:
        host, port = self._first
        flags = 0 if _is_address(host) else socket.AI_ADDRCONFIG
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)
        except (OSError, UnicodeError) as error:
            raise StepError(f"{host} does not resolve: {_reason(error)}") from error
        self.addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:MOST_ADDRESSES]
        return f"{host} is {', '.join(sorted(self.addresses))}"

    def _connect(self, address: str) -> socket.socket | str:
        try:
            return socket.create_connection((address, self._first[1]), timeout=self.timeout)
        except OSError as error:
            return _reason(error)

    def tcp(self) -> str:
        """Connect to every address: a firewall may know only some of them, and an application takes any."""
        with ThreadPoolExecutor(len(self.addresses)) as pool:
            outcomes = dict(zip(self.addresses, pool.map(self._connect, self.addresses)))
        streams = [outcome for outcome in outcomes.values() if not isinstance(outcome, str)]
        refused = "; ".join(f"{address} port {self._first[1]}: {outcome}" for address, outcome in sorted(outcomes.items()) if isinstance(outcome, str))
        if not streams:
            raise StepError(f"no connection to {refused}")
        self.stream = streams[0]
        for stream in streams[1:]:
            stream.close()
        return f"connected to {len(streams)} of {len(outcomes)} addresses" + (f", not to {refused}" if refused else "")

    def proxy(self) -> str | None:
        if self.via is None or self.stream is None:
            return None
        place = f"{self.target.host}:{self.target.port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
        lines += [f"Proxy-Authorization: {self.via.authorization}"] if self.via.authorization else []
        head = b""
        try:
            self.stream.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            while b"\r\n\r\n" not in head and len(head) < LARGEST_HEAD:
                received = self.stream.recv(4096)
                if not received:
                    break
                head += received
        except OSError as error:
            raise StepError(f"the proxy does not answer: {_reason(error)}") from error
        status = head.split(b"\r\n")[0].decode("latin-1").split(" ", 1)
        if len(status) < 2 or not status[0].startswith("HTTP/"):
            raise StepError("what answers at the proxy's address is no HTTP proxy")
        if not status[1].startswith("200"):
            raise StepError(f"the proxy answers {visible(status[1][:100])} to CONNECT {place}")
        return f"a tunnel through {self.via.host}:{self.via.port}"

    def tls(self) -> str | None:
        if not self.target.tls or self.stream is None:
            return None
        try:
            secure = self.context.wrap_socket(self.stream, server_hostname=self.target.host)
        except ssl.SSLCertVerificationError as error:
            wrong = f"the certificate is not for {self.target.host}" if error.verify_code in NAME_MISMATCH else "the certificate's chain is not trusted"
            raise StepError(f"{wrong}: {visible(error.verify_message)}") from error
        except ssl.SSLError as error:
            raise StepError(f"no TLS there: {_reason(error)}") from error
        except OSError as error:
            raise StepError(f"the connection broke during the TLS handshake: {_reason(error)}") from error
        self.stream = secure
        certificate: Mapping[str, Any] = secure.getpeercert() or {}
        issuer = {key: value for part in certificate.get("issuer", ()) for key, value in part}
        name = visible(issuer.get("organizationName") or issuer.get("commonName") or "unknown")
        return f"{secure.version()}, certificate from {name}, valid until {certificate.get('notAfter', 'unknown')}"

    def http(self) -> str | None:
        if not self.target.token_path:
            return None
        connection = http.client.HTTPConnection(self.target.host, self.target.port, timeout=self.timeout)
        connection.sock = self.stream
        try:
            connection.request("POST", self.target.token_path, BODY, {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"})
            answer = connection.getresponse()
            status, content = answer.status, answer.read(LARGEST_HEAD)
        except (OSError, http.client.HTTPException) as error:
            raise StepError(f"no answer from the token endpoint: {_reason(error)}") from error
        try:
            refused = "error" in json.loads(content)
        except (ValueError, TypeError):
            refused = False
        if status not in REFUSALS or not refused:
            raise StepError(f"{self.target.token_path} answers {status}, which is not how PureCloud refuses a request without credentials")
        return f"the token endpoint answers {status}, as it must without credentials"

    def close(self) -> None:
        if self.stream is not None:
            self.stream.close()


def check(target: Target, proxy: Proxy | None, context: ssl.SSLContext, timeout: float) -> dict[str, Any]:
    """Walk to one destination. After a step that failed, the following ones are skipped: nothing is known of them."""
    walk = Walk(target, proxy, context, timeout)
    steps, failed = [], None
    try:
        for name in STEPS:
            status, message = ("skipped", f"not tried, because {failed} failed") if failed else _take(getattr(walk, name))
            failed = name if status == "failed" else failed
            steps.append({"step": name, "status": status, "message": message})
    finally:
        walk.close()
    return {
        "host": target.host,
        "port": target.port,
        "ok": failed is None,
        "failed_step": failed,
        "addresses": sorted(walk.addresses),
        "proxy": f"{proxy.host}:{proxy.port}" if proxy else None,
        "steps": steps,
    }


def _take(step: Callable[[], str | None]) -> tuple[str, str]:
    try:
        message = step()
    except StepError as error:
        return "failed", str(error)
    return ("skipped", "does not apply") if message is None else ("ok", message)


def table(outcomes: list[dict[str, Any]]) -> list[str]:
    """The outcomes as lines of text, with the sentence of each failed step."""
    rows = [["destination", *STEPS, "problem"]]
    for outcome in outcomes:
        shown = ["-" if step["status"] == "skipped" else step["status"] for step in outcome["steps"]]
        problems = [step["message"] for step in outcome["steps"] if step["status"] == "failed"]
        rows.append([f"{outcome['host']}:{outcome['port']}", *shown, *(problems or [""])])
    widths = [max(len(row[column]) for row in rows) for column in range(len(STEPS) + 1)]
    return ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[-1]]).rstrip() for row in rows]
