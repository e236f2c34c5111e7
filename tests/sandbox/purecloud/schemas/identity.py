# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity providers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from .common import Page

NameIdentifierFormat = Literal[
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
]
SsoBinding = Literal["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"]


class IdentityProvider(BaseModel):
    id: str | None = None
    name: str | None = None
    disabled: bool | None = None
    selfUri: str | None = None


class SAMLProvider(BaseModel):
    id: str | None = None
    name: str | None = None
    disabled: bool | None = None
    issuerURI: str | None = None
    ssoTargetURI: str | None = None
    sloURI: str | None = None
    sloBinding: str | None = None
    relyingPartyIdentifier: str | None = None
    certificate: str | None = None
    certificates: list[str] | None = None
    logoImageData: str | None = None
    nameIdentifierFormat: NameIdentifierFormat | None = None
    ssoBinding: SsoBinding | None = None
    signAuthnRequests: bool | None = None
    providerName: str | None = None
    displayOnLogin: bool | None = None
    metadataURL: str | None = None
    forceAuthn: bool | None = None
    selfUri: str | None = None


class PureEngage(SAMLProvider):
    autoProvisionUsers: bool | None = None


class GenericSAML(SAMLProvider):
    endpointCompression: bool | None = None


class CustomProvider(SAMLProvider):
    endpointCompression: bool | None = None


class IdentityProviderEntityListing(Page):
    entities: list[IdentityProvider]
