# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What requests and urllib3 leave open about a connection: the oldest TLS, and an end for headers that come in drop by drop."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

try:
    import requests
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

OLDEST_TLS = ssl.TLSVersion.TLSv1_2
CHUNK = 64 * 1024


class _Lines:
    """The beginning of an answer, line by line.

    The timeout of a socket bounds the silence before each piece of data, so a server that sends a byte now and then could go on for ever.
    Here all of it has that time, counted from the first byte on.
    """

    def __init__(self, whole: Any, seconds: float | None) -> None:
        self.whole = whole
        self._seconds = seconds
        self._until: float | None = None

    def readline(self, limit: int) -> bytes:
        line = bytearray()
        while len(line) < limit and not line.endswith(b"\n"):
            if self._until is not None and time.monotonic() > self._until:
                raise socket.timeout("the headers of the answer did not end in time")
            ahead = self.whole.peek(1)  # receives at most once
            if not ahead:
                break
            if self._until is None and self._seconds is not None:
                self._until = time.monotonic() + self._seconds
            line += self.whole.read(min((ahead.find(b"\n") + 1) or len(ahead), limit - len(line)))
        return bytes(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


class _Response(http.client.HTTPResponse):
    """An answer whose headers have a deadline; that of its body is watched by who reads it."""

    def __init__(self, sock: Any, *arguments: Any, **keywords: Any) -> None:
        super().__init__(sock, *arguments, **keywords)
        self.fp: Any = _Lines(self.fp, sock.gettimeout())

    def begin(self) -> None:
        super().begin()
        if isinstance(self.fp, _Lines):
            self.fp = self.fp.whole


if HAS_REQUESTS:

    class _PlainConnection(HTTPConnection):
        response_class = _Response

    class _SecureConnection(HTTPSConnection):
        response_class = _Response

        def connect(self) -> None:
            if self.ssl_context is None:
                self.ssl_context = create_urllib3_context(cert_reqs=resolve_cert_reqs(self.cert_reqs))
            # urllib3 before version 2 takes whatever OpenSSL does.
            self.ssl_context.minimum_version = max(self.ssl_context.minimum_version, OLDEST_TLS)
            super().connect()

    class _PlainPool(HTTPConnectionPool):
        ConnectionCls = _PlainConnection

    class _SecurePool(HTTPSConnectionPool):
        ConnectionCls = _SecureConnection

    class Adapter(requests.adapters.HTTPAdapter):
        """To be mounted in a session of requests, for both schemes."""

        def init_poolmanager(self, *arguments: Any, **keywords: Any) -> None:
            super().init_poolmanager(*arguments, **keywords)
            _use_our_pools(self.poolmanager)

        def proxy_manager_for(self, *arguments: Any, **keywords: Any) -> Any:
            return _use_our_pools(super().proxy_manager_for(*arguments, **keywords))


def _use_our_pools(manager: Any) -> Any:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
    return manager


def pieces(response: Any) -> Iterator[bytes]:
    """The body as it arrives, so that a deadline can be watched: reading a fixed amount would wait for all of it, byte by dripping byte."""
    read_available = getattr(response.raw, "read1", None)
    if read_available is not None:
        return iter(lambda: read_available(CHUNK, decode_content=True), b"")
    # urllib3 before 2.1 has nothing like it; what it wraps does, where nothing is to be decoded (which we ask for).
    wrapped = getattr(response.raw, "_fp", None)
    if hasattr(wrapped, "read1") and "Content-Encoding" not in response.headers:
        return _pieces_of(wrapped)
    return response.iter_content(1)


def _pieces_of(wrapped: Any) -> Iterator[bytes]:
    """The body from http.client's own answer, with the exceptions of requests."""
    try:
        while True:
            piece = wrapped.read1(CHUNK)
            if not piece:
                return
            yield piece
    except socket.timeout as error:
        raise requests.exceptions.ReadTimeout(error) from error
    except (http.client.HTTPException, OSError) as error:
        raise requests.exceptions.ConnectionError(error) from error
