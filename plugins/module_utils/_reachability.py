# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Can a URL's host be reached: is its name known, does its port answer, and is its TLS certificate for that name?"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from ._http import is_loopback, requests
from ._verify import Check, error, ok, skipped

LONGEST = 10.0  # seconds for a connection
PORTS = {"http": 80, "https": 443}


def reachability_checks(prefix: str, url: str, settings: Mapping[str, Any]) -> list[Check]:
    """``PREFIX_dns``, ``_tcp`` and ``_tls`` of ``url``, which is one that ``_http.check_url`` accepts; the first that fails ends it."""
    names = [f"{prefix}_{step}" for step in ("dns", "tcp", "tls")]
    if not is_loopback(urlsplit(url).hostname or "") and requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)):
        return [skipped(name, "a proxy does this") for name in names]
    checks = list(_steps(names, url, settings))
    return checks + [skipped(name, "a step before failed") for name in names[len(checks) :]]


def _steps(names: list[str], url: str, settings: Mapping[str, Any]) -> Iterator[Check]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield error(names[0], f"the name {host} is not known here", "check the name, or give this network a name server that knows it")
        return
    yield ok(names[0], host)
    try:
        connection = socket.create_connection((host, port), min(LONGEST, settings["timeout"]))
    except OSError as problem:
        yield error(names[1], f"{host} does not answer on port {port}: {_reason(problem)}", "open the firewall for it, see the playbook genesys.hybrid.network")
        return
    with connection:
        yield ok(names[1], f"port {port}")
        if parts.scheme == "http":
            yield skipped(names[2], "plain HTTP")
        elif not settings["validate_certs"]:
            yield skipped(names[2], "validate_certs is false")
        else:
            yield _tls(names[2], connection, host, settings["ca_path"])


def _tls(name: str, connection: socket.socket, host: str, ca_path: str | None) -> Check:
    trusted = ca_path or requests.certs.where()
    try:
        context = ssl.create_default_context(capath=trusted) if os.path.isdir(trusted) else ssl.create_default_context(cafile=trusted)
        with context.wrap_socket(connection, server_hostname=host):
            return ok(name, "the certificate is valid for the name")
    except ssl.SSLCertVerificationError as problem:
        return error(
            name, f"the TLS certificate of {host} is not accepted: {problem.verify_message}", "trust the right CA with ca_path, or find who intercepts TLS"
        )
    except OSError as problem:
        return error(name, f"no TLS connection to {host}: {_reason(problem)}", "find out what stands between here and PureCloud")


def _reason(problem: OSError) -> str:
    with suppress(TypeError, ValueError):
        if problem.errno:
            return os.strerror(problem.errno)
    return str(problem) or type(problem).__name__
