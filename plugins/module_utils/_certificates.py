# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""X.509 certificates in every spelling that people and servers use, reduced to their DER bytes.

Accepted: PEM with any line length, PEM on one line with spaces, bare base64 of the DER, and base64 of a whole PEM text, which later
vendor guides want in the transaction object. Servers return other wrapping than they were sent, so certificates are compared by the
SHA-256 fingerprint of the DER, never as strings.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import textwrap
import traceback
from datetime import datetime, timezone

from ._errors import MissingLibraryError, ValidationError
from ._secrets import is_private_key

try:
    from cryptography import x509
except ImportError:
    x509 = None  # type: ignore[assignment]
    X509_IMPORT_ERROR: str | None = traceback.format_exc()
else:
    X509_IMPORT_ERROR = None

_ARMOUR = re.compile(r"-----(BEGIN|END) (?:X509 |TRUSTED )?CERTIFICATE-----")
_DER_SEQUENCE = 0x30  # the first byte of every DER certificate, and of no PEM text


def der(text: str) -> bytes:
    """The DER bytes of one certificate; ValueError when ``text`` is not base64 with or without PEM armour, or base64 of such a text."""
    return _decoded(unwrapped(text))


def _decoded(text: str) -> bytes:
    return base64.b64decode("".join(_ARMOUR.sub(" ", text).split()), validate=True)


def unwrapped(text: str) -> str:
    """The PEM text inside ``text`` when that is base64 of one, else ``text`` itself."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
        if b"-----BEGIN" in data and data[0] != _DER_SEQUENCE:
            return data.decode("utf-8-sig")
    except ValueError:  # also that of binascii, and of the decoding
        pass
    return text


def fingerprint(text: str) -> str:
    """``SHA256:`` and 64 hexadecimal digits of the certificate's DER; what cannot be decoded is told apart by its own hash."""
    try:
        data = der(text)
    except (binascii.Error, ValueError):
        data = text.strip().encode("utf-8")
    return f"SHA256:{hashlib.sha256(data).hexdigest()}"


def pem(text: str) -> str:
    """The certificate as PEM with lines of 64 characters."""
    encoded = base64.b64encode(der(text)).decode("ascii")
    return "\n".join(["-----BEGIN CERTIFICATE-----", *textwrap.wrap(encoded, 64), "-----END CERTIFICATE-----", ""])


def parse(text: str, option: str) -> x509.Certificate:
    """The certificate in ``text``; a ValidationError that names ``option`` and never quotes the value."""
    if x509 is None:
        raise MissingLibraryError("cryptography", X509_IMPORT_ERROR)
    text = unwrapped(text)
    if is_private_key(text):
        raise ValidationError(f"{option} holds a private key: give the certificate, and treat that key as exposed if this value was stored unencrypted")
    if len(_ARMOUR.findall(text)) > 2:
        raise ValidationError(f"{option} holds more than one certificate: give one per list item, without its chain")
    try:
        return x509.load_der_x509_certificate(der(text))
    except (binascii.Error, ValueError) as error:
        raise ValidationError(f"{option} is not an X.509 certificate: give it in PEM format or as the base64 of its DER form") from error


def valid_until(certificate: x509.Certificate) -> datetime:
    """The instant, in UTC, after which the certificate is not valid any more."""
    return _instants(certificate)[1]


def validity_problem(certificate: x509.Certificate, now: datetime | None = None) -> str | None:
    """A sentence's end such as ``expired on 2024-01-31``, None for a certificate that is valid now."""
    now = now or datetime.now(timezone.utc)
    begins, ends = _instants(certificate)
    if ends < now:
        return f"expired on {ends:%Y-%m-%d}"
    if begins > now:
        return f"is not valid before {begins:%Y-%m-%d}"
    return None


def described(text: str) -> str:
    """One line for people: subject, last day and fingerprint; the fingerprint alone when it cannot be parsed."""
    try:
        certificate = parse(text, "certificate")
    except ValidationError:
        return fingerprint(text)
    return f"{certificate.subject.rfc4514_string()}, valid to {valid_until(certificate):%Y-%m-%d}, {fingerprint(text)}"


def _instants(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    if hasattr(certificate, "not_valid_after_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # cryptography before 42 knows only naive UTC datetimes.
    return certificate.not_valid_before.replace(tzinfo=timezone.utc), certificate.not_valid_after.replace(tzinfo=timezone.utc)
