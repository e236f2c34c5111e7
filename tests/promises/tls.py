# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS servers on loopback that look like both systems, certificates for them, and a proxy that opens tunnels to them."""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "cloud.example.test"  # of the server that only the proxy knows
NOW = datetime.now(timezone.utc)
ANSWERS: dict[tuple[str, str], Any] = {
    ("POST", "/oauth/token"): {"access_token": "sentinel-of-the-token", "token_type": "bearer", "expires_in": 86399},
    ("GET", "/api/v2/organizations/me"): {"id": "1", "name": "Example", "thirdPartyOrgName": "example"},
    ("POST", "/gax/api/session/login"): None,
    ("GET", "/gax/api/cfg/objects"): [],
}


class Authority:
    """A certificate authority in ``folder``; ``path`` is its certificate, for the option ca_path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Authority")])
        self._certificate = self._signed(self._name, self._key, x509.BasicConstraints(ca=True, path_length=None), [])
        self.path = folder / "authority.pem"
        self.path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, *names: str, expired: bool = False, own: bool = False) -> Path:
        """The file with key and certificate of a server with these names or addresses; ``own``: signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key, x509.BasicConstraints(ca=own, path_length=None), [name, *names], expired, own)
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path = self._folder / f"{name}-{expired}-{own}.pem"
        path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def _signed(self, subject: Any, key: Any, constraints: Any, names: list[str], expired: bool = False, own: bool = False) -> x509.Certificate:
        begin = NOW - timedelta(days=30)
        end = NOW - timedelta(days=1) if expired else NOW + timedelta(days=30)
        issuer = subject if own else self._name
        builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begin, end)
        builder = builder.add_extension(constraints, critical=True)
        usage = dict.fromkeys(
            ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign", "encipher_only", "decipher_only"), False
        )
        builder = builder.add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=constraints.ca, **usage), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        signer = key if own else self._key
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_general_name, names))), critical=False)
        return builder.sign(signer, hashes.SHA256())


def _general_name(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    authorization: str


class Server(http.server.ThreadingHTTPServer):
    """A server that answers as ANSWERS say, or as ``act(handler)`` does where it is given; ``requests`` are those that got through."""

    daemon_threads = True

    def __init__(self, certificate: Path | None, act: Callable[[Any], None] | None = None, newest: ssl.TLSVersion | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []
        self.act = act
        self.context: ssl.SSLContext | None = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            if newest:
                self.context.set_ciphers("ALL:@SECLEVEL=0")  # else OpenSSL itself refuses what is old
                self.context.minimum_version, self.context.maximum_version = ssl.TLSVersion.TLSv1, newest
            self.context.load_cert_chain(certificate)

    def __enter__(self) -> Server:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: Any) -> None:
        self.shutdown()
        self.server_close()

    def url(self, host: str = "localhost") -> str:
        return f"{'https' if self.context else 'http'}://{host}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # handshakes that the client breaks off


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.request.settimeout(20)
        if self.server.context:
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def answer(self, status: int, body: Any = None, **headers: str) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(raw)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)

    def _any(self) -> None:
        path = self.path.split("?")[0]
        self.server.requests.append(Request(self.command, path, self.headers.get("Authorization", "")))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.server.act:
            with suppress(OSError):
                self.server.act(self)
            return
        body = ANSWERS.get((self.command, path), {})
        self.answer(204 if body is None else 200, body, **({"Set_Cookie": "JSESSIONID=sentinel-of-the-session; Path=/"} if body is None else {}))

    do_GET = do_POST = _any

    def log_message(self, *_arguments: Any) -> None:
        pass


class Proxy(Server):
    """A proxy that takes CONNECT for NAME and opens a tunnel to ``target``; ``heads`` is all that it could read."""

    def __init__(self, target: Server, refuses: int = 0) -> None:
        super().__init__(None)
        self.RequestHandlerClass = _ProxyHandler
        self.target, self.refuses = target, refuses
        self.heads: list[str] = []


class _ProxyHandler(http.server.BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.heads.append(f"{self.requestline}\n{self.headers}")
        if self.server.refuses:
            self.send_error(self.server.refuses)
            return
        with socket.create_connection(self.server.target.server_address[:2]) as far:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
            back.start()
            _pump(self.connection, far)
            back.join(20)

    def log_message(self, *_arguments: Any) -> None:
        pass


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
