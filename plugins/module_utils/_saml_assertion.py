# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""A SAML assertion with an XML signature, made and verified to prove that a key and a provider's certificate work together.

The text is written in the form that exclusive canonicalization would give it (attributes sorted, no empty-element tags, namespaces where they are
used), so that no XML library is needed to sign it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape

from ._saml import encoded, require_library

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
except ImportError:
    pass  # require_library tells

_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_LIFETIME = timedelta(minutes=5)
_SIGNED_INFO = (
    f'<ds:SignedInfo xmlns:ds="{_DSIG}"><ds:CanonicalizationMethod Algorithm="{_EXCLUSIVE}"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI="#{identifier}">'
    f'<ds:Transforms><ds:Transform Algorithm="{_DSIG}enveloped-signature"></ds:Transform>'
    f'<ds:Transform Algorithm="{_EXCLUSIVE}"></ds:Transform></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)


@dataclass(frozen=True)
class SignedAssertion:
    """``head`` and ``tail`` are the assertion without its signature, whose place is between them."""

    head: str
    tail: str
    signed_info: str
    signature: bytes

    @property
    def xml(self) -> str:
        value = f"<ds:SignatureValue>{encoded(self.signature)}</ds:SignatureValue>"
        return f'{self.head}<ds:Signature xmlns:ds="{_DSIG}">{self.signed_info}{value}</ds:Signature>{self.tail}'


def signed_assertion(issuer: str, key: Any, now: datetime | None = None) -> SignedAssertion:
    """An assertion of ``issuer`` about nobody in particular, valid for minutes, signed with RSA and SHA-256."""
    require_library()
    now = now or datetime.now(timezone.utc)
    identifier, begins, ends = f"_{secrets.token_hex(16)}", f"{now:%Y-%m-%dT%H:%M:%SZ}", f"{now + _LIFETIME:%Y-%m-%dT%H:%M:%SZ}"
    issuer = escape(issuer, {"\r": "&#xD;"})
    head = f'<saml:Assertion xmlns:saml="{_SAML}" ID="{identifier}" IssueInstant="{begins}" Version="2.0"><saml:Issuer>{issuer}</saml:Issuer>'
    tail = (
        "<saml:Subject><saml:NameID>verify</saml:NameID></saml:Subject>"
        f'<saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}"></saml:Conditions></saml:Assertion>'
    )
    signed_info = _SIGNED_INFO.format(identifier=identifier, digest=_digest(head + tail))
    return SignedAssertion(head, tail, signed_info, key.sign(signed_info.encode("utf-8"), padding.PKCS1v15(), hashes.SHA256()))


def signature_problem(assertion: SignedAssertion, certificate: x509.Certificate) -> str | None:
    """The end of a sentence when whoever has the certificate would not accept the signature, None when he would."""
    if f"<ds:DigestValue>{_digest(assertion.head + assertion.tail)}</ds:DigestValue>" not in assertion.signed_info:
        return "is of another text"
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        usage = None  # then the key may be used for anything (RFC 5280, 4.2.1.3)
    if usage is not None and not (usage.digital_signature or usage.content_commitment):
        return "is by a certificate that must not be used for signatures (its key usage leaves that out)"
    public_key: Any = certificate.public_key()
    try:
        public_key.verify(assertion.signature, assertion.signed_info.encode("utf-8"), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, TypeError, AttributeError):  # the latter two for a key that is not RSA
        return "is not by the key of the certificate"
    return None


def _digest(text: str) -> str:
    return encoded(hashlib.sha256(text.encode("utf-8")).digest())
