# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""SAML material: a certificate, its encrypted RSA private key and the key's password; made, opened, and checked whether they belong together."""

from __future__ import annotations

import base64
import re
import secrets
import textwrap
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from . import _certificates
from ._errors import MissingLibraryError, ValidationError

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.x509.oid import NameOID
except ImportError:
    IMPORT_ERROR: str | None = traceback.format_exc()
else:
    IMPORT_ERROR = None

KEY_SIZES = (3072, 4096)
SMALLEST_KEY = 2048  # bits; what NIST SP 800-57 counts as secure until 2030
LARGEST_KEY = 8192  # bits; larger ones take minutes to sign with
LONGEST_COMMON_NAME = 64  # characters (RFC 5280, ub-common-name)
_BACKDATED = timedelta(hours=1)  # so that a clock that is slow does not see a certificate of the future
_ARMOURED = re.compile(r"-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)
_TRADITIONAL = "Proc-Type:"  # the encryption that OpenSSL wrote before PKCS#8, whose header lines must stay as they are


@dataclass(frozen=True)
class Material:
    """What the section ``saml`` of the transaction object holds. No text of it is in its representation."""

    certificate: str
    private_key: str
    password: str

    def __repr__(self) -> str:
        return "Material(...)"


def generate(common_name: str, key_size: int, valid_days: int, now: datetime | None = None) -> Material:
    """A new key, encrypted with a new random password (PKCS#8: PBES2 with AES-256), and its self-signed certificate, on one line as the vendor's sample is."""
    require_library()
    now = now or datetime.now(timezone.utc)
    key = rsa.generate_private_key(public_exponent=65537, key_size=key_size)
    password = secrets.token_urlsafe(32)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - _BACKDATED, now + timedelta(days=valid_days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=False, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(password.encode("ascii"))
    private_key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode("ascii")
    return Material(" ".join(certificate.public_bytes(serialization.Encoding.PEM).decode("ascii").split("\n")).strip(), private_key, password)


def check(material: Material) -> x509.Certificate:
    """The certificate of material that is fine; else a ValidationError with the first thing that is wrong, which never quotes a value."""
    require_library()
    certificate = _certificates.parse(material.certificate, "certificate")
    key = open_key(material.private_key, material.password)
    problem = strength_problem(key.public_key()) or matching_problem(key, certificate)
    if problem:
        raise ValidationError(problem)
    problem = _certificates.validity_problem(certificate)
    if problem:
        raise ValidationError(f"certificate {problem}: PureCloud rejects every assertion that is signed with its key, give a certificate that is valid now")
    return certificate


def open_key(text: str, password: str) -> Any:
    """The RSA key in ``text``, decrypted in memory; ValidationError when it is not encrypted, the password does not open it, or it is of another kind."""
    require_library()
    try:
        key = _load(_encrypted_pem(text), password.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValidationError("private_key_password does not open private_key: give the password that the key was encrypted with, and the whole key") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValidationError(f"private_key is not an RSA key: give one of at least {SMALLEST_KEY} bits, better 3072 or 4096")
    if key.key_size > LARGEST_KEY:
        raise ValidationError(f"private_key has {key.key_size} bits: give one of at most {LARGEST_KEY} bits, 3072 or 4096 are enough")
    if not _is_whole(key):
        raise ValidationError("private_key is damaged, its numbers do not belong together: give the key as it was made")
    return key


def _load(pem: bytes, password: bytes) -> Any:
    """The key, without the library's own check, which asks in a quarter of a second at each run whether two large numbers are prime: see _is_whole."""
    try:
        return serialization.load_pem_private_key(pem, password, unsafe_skip_rsa_key_validation=True)
    except TypeError as error:
        if "unsafe_skip_rsa_key_validation" not in str(error):
            raise  # a key that is not encrypted, or the like
        return serialization.load_pem_private_key(pem, password)  # by cryptography before 39


def _is_whole(key: Any) -> bool:
    """Whether the numbers of an RSA key are what they should be (RFC 8017, 3.2) and it signs what verifies, which it would not if a prime were none."""
    numbers, probe = key.private_numbers(), b"probe"
    n, e, d, p, q = numbers.public_numbers.n, numbers.public_numbers.e, numbers.d, numbers.p, numbers.q
    if not (min(p, q) > 1 and p * q == n and 3 <= e < n and 0 < d < n):
        return False
    if not all(0 < exponent < prime and e * exponent % (prime - 1) == 1 == d * e % (prime - 1) for prime, exponent in ((p, numbers.dmp1), (q, numbers.dmq1))):
        return False
    if not (0 < numbers.iqmp < p and numbers.iqmp * q % p == 1):
        return False
    try:
        key.public_key().verify(key.sign(probe, padding.PKCS1v15(), hashes.SHA256()), probe, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


def strength_problem(public_key: Any) -> str | None:
    """A sentence about a public key that is too short, None for one that will do."""
    size = public_key.key_size
    return None if size >= SMALLEST_KEY else f"private_key has {size} bits: give a key of at least {SMALLEST_KEY} bits, better 3072 or 4096"


def matching_problem(key: Any, certificate: x509.Certificate) -> str | None:
    """A sentence when the certificate is not that of the key."""
    if _public_bytes(certificate.public_key()) == _public_bytes(key.public_key()):
        return None
    return "certificate is not that of private_key: give the two that were made together"


def require_library() -> None:
    if IMPORT_ERROR:
        raise MissingLibraryError("cryptography", IMPORT_ERROR)


def _encrypted_pem(text: str) -> bytes:
    """The key as PEM with lines of 64 characters, whichever way it was wrapped: people paste it on one line, or as base64 of the whole text."""
    match = _ARMOURED.search(_certificates.unwrapped(text))
    if not match:
        raise ValidationError(
            "private_key is not a private key in PEM format: give the whole text from BEGIN ENCRYPTED PRIVATE KEY to END ENCRYPTED PRIVATE KEY"
        )
    label, body = match.groups()
    if _TRADITIONAL in body:
        return match.group().encode("utf-8")
    if not label.startswith("ENCRYPTED"):
        raise ValidationError("private_key is not encrypted: encrypt it (openssl pkcs8 -topk8), and treat it as exposed if it was stored like this")
    lines = textwrap.wrap("".join(body.split()), 64)
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode("utf-8")


def _public_bytes(public_key: Any) -> bytes:
    encoded: bytes = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return encoded


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
