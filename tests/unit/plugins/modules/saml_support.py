# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML material for tests, sound and otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

PASSWORD = "the password of the key"
KEYS = {bits: rsa.generate_private_key(public_exponent=65537, key_size=bits) for bits in (1024, 2048)}
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NOT_FOR_SIGNATURES = {"digital_signature": False, "content_commitment": False, "key_encipherment": True}
_NO_USAGE = dict.fromkeys(("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)


def certificate(key, begins=-1, ends=90, usage=None, name="pureengage.example.com"):
    """A self-signed certificate in PEM form, valid from ``begins`` to ``ends`` days from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 7, now + timedelta(days=begins), now + timedelta(days=ends))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    if usage:
        builder = builder.add_extension(x509.KeyUsage(**usage, **_NO_USAGE), critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


def encrypted(key, form=serialization.PrivateFormat.PKCS8, password=PASSWORD):
    """The key in PEM form; an empty password leaves it as it is."""
    algorithm = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, algorithm).decode("ascii")
