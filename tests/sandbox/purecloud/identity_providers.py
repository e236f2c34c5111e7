# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity providers: the typed singletons PureEngage, generic and PureCloud, and custom ones with an id of their own.

Sources: Python SDK 269 (fields; PUT of a singleton answers {id, name, disabled, selfUri} only), Terraform provider 1.84 (PUT creates or replaces,
404 when absent, certificates as PEM or bare base64). The sandbox's choices: omitted fields are reset, and unknown fields are kept.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from typing import Any

from cryptography import x509

from .errors import ApiError, invalid
from .operations import BASE, Call, Permissions, any_of, operation
from .paging import single_page
from .schemas import identity
from .state import Document

VIEW, ADD, EDIT, DELETE = (any_of(f"sso:provider:{action}") for action in ("view", "add", "edit", "delete"))
PUT: Permissions = any_of("sso:provider:add", "sso:provider:edit")
SINGLETONS: dict[str, tuple[str, Any]] = {
    "pureengage": ("PureEngage", identity.PureEngage),
    "generic": ("Generic", identity.GenericSAML),
    "purecloud": ("PureCloud", identity.IdentityProvider),
}
READ_ONLY = ("id", "selfUri")


def bare_certificate(text: str) -> str:
    """A certificate as base64 of its DER form; raises 400 when it is neither PEM (with whatever line breaks) nor bare base64 of a certificate."""
    body = re.sub(r"-----(BEGIN|END) CERTIFICATE-----", "", text)
    if text.count("-----BEGIN CERTIFICATE-----") > 1:
        raise invalid("One certificate per entry.", "certificate")
    try:
        der = base64.b64decode(re.sub(r"\s+", "", body), validate=True)
        x509.load_der_x509_certificate(der)
    except (binascii.Error, ValueError) as error:
        raise invalid("The certificate is not a valid X.509 certificate in PEM or base64 form.", "certificate") from error
    return base64.b64encode(der).decode()


def _document(call: Call, key: str, default_name: str) -> Document:
    """The stored fields of a create or replace; certificates are checked and appear in both of their fields."""
    document = {name: value for name, value in call.body.items() if name not in READ_ONLY}
    if key != "pureengage":
        document.pop("autoProvisionUsers", None)  # the PureEngage provider alone has it
    sent = document.get("certificates") or ([document["certificate"]] if document.get("certificate") else [])
    bare = [bare_certificate(text) for text in sent]
    if sent:
        certificates = bare if call.switch("idp_certificates") == "bare" else sent
        document.update(certificate=certificates[0], certificates=certificates)
    else:
        document = {name: value for name, value in document.items() if name not in ("certificate", "certificates")}
    _check_issuer(call, key, document.get("issuerURI"))
    return {"name": default_name, "disabled": False, **document, "id": key, "selfUri": f"{BASE}/identityproviders/{key}"}


def _check_issuer(call: Call, key: str, issuer: str | None) -> None:
    others = [provider.get("issuerURI") for other, provider in call.organization.identity_providers.items() if other != key]
    if issuer and issuer in others and call.switch("idp_duplicate_issuer") == "reject":
        raise invalid("Another identity provider has the same issuerURI.", "issuerURI")


def _reference(document: Document) -> Document:
    return {name: document.get(name) for name in ("id", "name", "disabled", "selfUri")}


def _find(call: Call, key: str) -> Document:
    if key not in call.organization.identity_providers:
        raise ApiError("not.found")
    return call.organization.identity_providers[key]


def _remove(call: Call, key: str) -> Document:
    _find(call, key)
    del call.organization.identity_providers[key]
    return {}


def _register_singleton(key: str, name: str, schema: Any) -> None:
    path = f"/identityproviders/{key}"

    @operation("GET", path, VIEW, answer=schema, keep_unknown=True)
    def get_provider(call: Call) -> Document:
        return _find(call, key)

    @operation("PUT", path, PUT, body=schema, answer=identity.IdentityProvider, keep_unknown=True)
    def put_provider(call: Call) -> Document:
        document = call.organization.identity_providers[key] = _document(call, key, name)
        return _reference(document)

    @operation("DELETE", path, DELETE, answer=dict[str, Any])
    def delete_provider(call: Call) -> Document:
        return _remove(call, key)


for _key, (_name, _schema) in SINGLETONS.items():
    _register_singleton(_key, _name, _schema)


@operation("GET", "/identityproviders", VIEW, answer=identity.IdentityProviderEntityListing)
def list_providers(call: Call) -> Document:
    return single_page(call.request, [_reference(provider) for provider in call.organization.identity_providers.values()])


@operation("POST", "/identityproviders", ADD, body=identity.CustomProvider, answer=identity.CustomProvider, keep_unknown=True)
def create_provider(call: Call) -> Document:
    key = str(uuid.uuid4())
    document = call.organization.identity_providers[key] = _document(call, key, "Custom")
    return document


@operation("GET", "/identityproviders/{providerId}", VIEW, answer=identity.CustomProvider, keep_unknown=True)
def get_custom_provider(call: Call) -> Document:
    return _find(call, call.path("providerId"))


@operation("PUT", "/identityproviders/{providerId}", EDIT, body=identity.CustomProvider, answer=identity.CustomProvider, keep_unknown=True)
def replace_custom_provider(call: Call) -> Document:
    key = call.path("providerId")
    _find(call, key)
    document = call.organization.identity_providers[key] = _document(call, key, "Custom")
    return document


@operation("DELETE", "/identityproviders/{providerId}", DELETE, status=204)
def delete_custom_provider(call: Call) -> None:
    _remove(call, call.path("providerId"))
