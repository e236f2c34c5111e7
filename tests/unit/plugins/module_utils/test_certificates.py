# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import base64
import textwrap
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.genesys.hybrid.plugins.module_utils import _certificates
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError

NOW = datetime.now(timezone.utc)


def certificate(begins: datetime, ends: datetime) -> tuple[bytes, str]:
    """The DER form of a new certificate, and its private key in PEM format."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage.example.com")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begins, ends)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return der, pem.decode("ascii")


def encoded(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


DER, KEY = certificate(NOW - timedelta(days=1), NOW + timedelta(days=30))
BASE64 = base64.b64encode(DER).decode("ascii")
PEM = "-----BEGIN CERTIFICATE-----\n" + "\n".join(textwrap.wrap(BASE64, 64)) + "\n-----END CERTIFICATE-----\n"
SPELLINGS = {
    "PEM": PEM,
    "PEM with CRLF": PEM.replace("\n", "\r\n"),
    "PEM in lines of 76": "-----BEGIN CERTIFICATE-----\n" + "\n".join(textwrap.wrap(BASE64, 76)) + "\n-----END CERTIFICATE-----",
    "PEM on one line with spaces": " ".join(PEM.split("\n")),
    "PEM on one line, body unbroken": f"-----BEGIN CERTIFICATE----- {BASE64} -----END CERTIFICATE-----",
    "indented PEM": textwrap.indent(PEM, "    "),
    "bare base64": BASE64,
    "bare base64 in lines": "\n".join(textwrap.wrap(BASE64, 76)),
    "base64 of the PEM": encoded(PEM),
    "base64 of the PEM in lines": "\n".join(textwrap.wrap(encoded(PEM), 76)) + "\n",
    "base64 of a PEM with CRLF and a byte order mark": encoded("\ufeff" + PEM.replace("\n", "\r\n")),
    "base64 of a PEM on one line": encoded(" ".join(PEM.split("\n"))),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_is_the_same_certificate(spelling):
    assert _certificates.der(spelling) == DER
    assert _certificates.fingerprint(spelling) == _certificates.fingerprint(PEM)
    assert _certificates.pem(spelling) == PEM
    assert _certificates.parse(spelling, "certificate").serial_number == 7
    assert _certificates.described(spelling).startswith("CN=pureengage.example.com, valid to ")


def test_two_certificates_differ():
    other, _key = certificate(NOW - timedelta(days=1), NOW + timedelta(days=30))
    assert _certificates.fingerprint(base64.b64encode(other).decode("ascii")) != _certificates.fingerprint(PEM)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no certificate", "certificate is not an X.509 certificate"),
        (base64.b64encode(b"something else").decode("ascii"), "certificate is not an X.509 certificate"),
        (BASE64[:-40], "certificate is not an X.509 certificate"),
        (KEY, "certificate holds a private key"),
        (PEM + KEY, "certificate holds a private key"),
        (PEM + PEM, "certificate holds more than one certificate"),
        (encoded(KEY), "certificate holds a private key"),
        (encoded(PEM + KEY), "certificate holds a private key"),
        (encoded(PEM + PEM), "certificate holds more than one certificate"),
        (encoded(encoded(PEM)), "certificate is not an X.509 certificate"),
        (encoded("-----BEGIN CERTIFICATE-----"), "certificate is not an X.509 certificate"),
        (base64.b64encode(b"\xff-----BEGIN").decode("ascii"), "certificate is not an X.509 certificate"),
        ("", "certificate is not an X.509 certificate"),
    ],
)
def test_what_is_no_certificate_is_refused_and_never_quoted(text, sentence):
    with pytest.raises(ValidationError) as caught:
        _certificates.parse(text, "certificate")
    assert caught.value.message.startswith(sentence)
    assert not any(line in str(caught.value) for line in text.split() if len(line) > 20)


@pytest.mark.parametrize(
    ("begins", "ends", "problem"),
    [(-10, 10, None), (-10, -1, "expired on "), (1, 10, "is not valid before ")],
)
def test_validity(begins, ends, problem):
    der, _key = certificate(NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    found = _certificates.validity_problem(_certificates.parse(base64.b64encode(der).decode("ascii"), "certificate"))
    assert found is None if problem is None else found.startswith(problem)


def test_a_stored_value_that_is_no_certificate_can_still_be_compared_and_shown():
    assert _certificates.fingerprint("rubbish!") == _certificates.fingerprint(" rubbish! ")
    assert _certificates.described("rubbish!") == _certificates.fingerprint("rubbish!")


def test_the_end_of_validity_is_an_instant_in_utc():
    parsed = _certificates.parse(PEM, "certificate")
    assert _certificates.valid_until(parsed) == (NOW + timedelta(days=30)).replace(microsecond=0)
