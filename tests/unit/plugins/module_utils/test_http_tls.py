# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS that fails: before the request is sent, when nothing can have happened, and after it, when nobody knows."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import UnreachableError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import HttpClient


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def tls(tmp_path):
    """A function that starts a TLS server for one connection, which does something to it after the handshake: its port and a file to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = datetime.now(timezone.utc) - timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begin, begin + timedelta(days=9))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = tmp_path / "certificate.pem"
    certificate.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    pair = tmp_path / "pair.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    pair.write_bytes(private + certificate.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5.0)

        def serve(act):
            connection, _peer = listener.accept()
            connection.settimeout(5.0)
            with connection, suppress(OSError):
                act(context, connection)

        def start(act):
            threading.Thread(target=serve, args=(act,), daemon=True).start()
            return listener.getsockname()[1], str(certificate)

        yield start


def break_off_after_the_request(context, connection):
    with context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(65536)
        os.write(secured.fileno(), b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)  # no TLS record


def break_off_in_the_answer(context, connection):
    with context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(65536)
        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123")
        os.write(secured.fileno(), b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9)


def shake_hands(context, connection):
    with context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(65536)


def hang_up(context, connection):
    connection.recv(65536)


@pytest.mark.parametrize("act", [break_off_after_the_request, break_off_in_the_answer])
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_tls_that_breaks_after_the_request_leaves_open_what_became_of_a_write(tls, pauses, act, method):
    port, trusted = tls(act)
    client = HttpClient(f"https://localhost:{port}", ca_path=trusted, timeout=5.0, sleep=pauses.append)
    with pytest.raises(UnreachableError, match="the connection broke") as caught:
        client.request(method, "/x", json_body={}, repeatable=False)
    assert caught.value.maybe_processed and pauses == []


@pytest.mark.parametrize(
    "act, host, trust, part",
    [
        (shake_hands, "localhost", False, "the TLS connection failed .*certificate"),
        (shake_hands, "127.0.0.1", True, "the TLS connection failed .*certificate"),
        (hang_up, "localhost", True, "the TLS connection failed"),
    ],
)
def test_write_was_not_sent_when_the_handshake_fails(tls, pauses, act, host, trust, part):
    port, trusted = tls(act)
    client = HttpClient(f"https://{host}:{port}", ca_path=trusted if trust else None, timeout=5.0, sleep=pauses.append)
    with pytest.raises(UnreachableError, match=part) as caught:
        client.request("PUT", "/x", json_body={}, repeatable=False)
    assert not caught.value.maybe_processed and caught.value.request["status"] is None
