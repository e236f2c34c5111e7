# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""SAML identity providers of one organisation: the singletons ``pureengage`` and ``generic`` managed, all of them read.

Protocol facts, from the Platform API (SDKs of 2026) and the Terraform provider 1.84: PUT creates or replaces the whole provider and answers
only ``{"id", "name", "disabled", "selfUri"}``; what happens to omitted attributes is not documented; GET is 404 when there is none;
certificates read back in another wrapping than they were sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from .. import _certificates
from .._errors import ConflictError, NotFoundError, ValidationError, VerificationError
from .._http import check_url
from .._reconcile import KNOWN_AFTER_APPLY, Field, Plan, given, plan
from .client import PureCloudClient

PATH = "/identityproviders"
NAME_IDENTIFIER_FORMATS = tuple(
    f"urn:oasis:names:tc:SAML:{name}"
    for name in (
        "1.1:nameid-format:unspecified",
        "1.1:nameid-format:emailAddress",
        "1.1:nameid-format:X509SubjectName",
        "1.1:nameid-format:WindowsDomainQualifiedName",
        "2.0:nameid-format:kerberos",
        "2.0:nameid-format:entity",
        "2.0:nameid-format:persistent",
        "2.0:nameid-format:transient",
    )
)
SSO_BINDINGS = ("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
MAXIMUM_CERTIFICATES = 2  # the one in use and one backup (PureCloud help, "Add a SAML 2.0 identity provider")
BUILT_IN = "purecloud"  # PureCloud's own sign-in, which has no issuer
_SHORTEST_KEY = 32  # characters
_URLS = ("sso_target_uri", "slo_uri", "metadata_url")


def _described(text: str) -> str:
    return text if text == KNOWN_AFTER_APPLY else _certificates.described(text)


FIELDS = [
    Field("name", "name"),
    Field("issuer_uri", "issuerURI"),
    Field("sso_target_uri", "ssoTargetURI"),
    Field("slo_uri", "sloURI"),
    Field("slo_binding", "sloBinding"),
    Field("sso_binding", "ssoBinding"),
    Field("relying_party_identifier", "relyingPartyIdentifier"),
    Field("name_identifier_format", "nameIdentifierFormat"),
    Field("certificates", "certificates", compare=_certificates.fingerprint, show=_described, unordered=True),
    Field("auto_provision_users", "autoProvisionUsers"),
    Field("disabled", "disabled"),
    Field("sign_authn_requests", "signAuthnRequests"),
    Field("force_authn", "forceAuthn"),
    Field("endpoint_compression", "endpointCompression"),
    Field("provider_name", "providerName"),
    Field("display_on_login", "displayOnLogin"),
    Field("metadata_url", "metadataURL"),
    Field("logo_image_data", "logoImageData"),
]
PROVIDERS = {
    # provider -> default name and the fields that it does not have
    "pureengage": ("PureEngage", ("endpoint_compression",)),
    "generic": ("Generic", ("auto_provision_users",)),
}


def fields_of(provider: str) -> list[Field]:
    """The fields of ``provider``, with the defaults of a new one. A PureEngage provider that does not provision users is of no use."""
    name, missing = PROVIDERS[provider]
    defaults = {"name": name, "auto_provision_users": True, "disabled": False}
    return [replace(field, default=defaults.get(field.name)) for field in FIELDS if field.name not in missing]


def option_form(entity: Mapping[str, Any], fields: list[Field]) -> dict[str, Any]:
    form = {field.name: entity.get(field.api) for field in fields}
    form["certificates"] = list(entity.get("certificates") or filter(None, [entity.get("certificate")]))
    return form


class ManagedProvider:
    """One identity provider that a task asks for: read and checked on construction, written by ``apply``."""

    def __init__(self, client: PureCloudClient, params: Mapping[str, Any], warn: Callable[[str], None], register_secret: Callable[[str], None]) -> None:
        self._client = client
        self._register_secret = register_secret
        self.provider = params["provider"]
        self._path = f"{PATH}/{self.provider}"
        self._fields = fields_of(self.provider)
        desired = self._desired(params)
        self._entity = self._read()
        current = None if self._entity is None else option_form(self._entity, self._fields)
        if current and "certificates" in desired:
            desired["certificates"] = _with_kept(desired["certificates"], current["certificates"], params.get("kept_certificates") or ())
        self.plan: Plan = plan(params["state"], current, desired, self._fields)
        if params["state"] == "present":
            effective = {**(current or {}), **self.plan.changes}
            _require(effective)
            # Also when nothing changes: somebody may have given another provider this issuer since.
            self._refuse_shared_issuer(effective["issuer_uri"])
            _warn_about(effective, self.provider, warn)

    def predicted(self) -> dict[str, Any] | None:
        if self.plan.action == "delete" or (self._entity is None and self.plan.action == "none"):
            return None
        current = option_form(self._entity or {}, self._fields)
        return self._result({**current, **self.plan.changes})

    def apply(self) -> dict[str, Any] | None:
        if self.plan.action == "delete":
            self._client.remove(self._path)
            return None
        self._client.put(self._path, self._payload())
        entity = self._read()
        if entity is None:
            raise VerificationError(f"identity provider {self.provider}: PureCloud accepted it but does not show it")
        found = option_form(entity, self._fields)
        for field in self._fields:
            wanted = self.plan.changes.get(field.name)
            if wanted is not None and field.comparable(wanted) != field.comparable(found[field.name]):
                raise VerificationError(f"identity provider {self.provider}: PureCloud accepted {field.name} but kept {field.displayed(found[field.name])!r}")
        return self._result(found)

    def _desired(self, params: Mapping[str, Any]) -> dict[str, Any]:
        given_certificates = params["certificates"] if params["certificates"] is not None else [params["certificate"]] if params["certificate"] else None
        desired = given({**params, "certificates": given_certificates}, FIELDS)
        unknown = [name for name in desired if name not in {field.name for field in self._fields}]
        if unknown:
            others = " and ".join(name for name, (_name, missing) in PROVIDERS.items() if unknown[0] not in missing)
            raise ValidationError(f"{unknown[0]} does not exist for provider {self.provider}, only for {others}")
        # A certificate that an earlier task of the run makes is not known yet in check mode.
        _check_certificates(desired, self._register_secret, KNOWN_AFTER_APPLY if self._client.http.read_only else None)
        for name in _URLS:
            if desired.get(name):
                check_url(desired[name].split("?", 1)[0].split("#", 1)[0], name, allow_plain_http=True)
        return desired

    def _read(self) -> dict[str, Any] | None:
        try:
            return self._client.get(self._path)
        except NotFoundError:
            return None

    def _payload(self) -> dict[str, Any]:
        """What exists, read late, with the changes on top: attributes that the collection does not know survive."""
        payload = {key: value for key, value in (self._read() or {}).items() if key not in ("id", "selfUri")}
        payload.update({field.api: self.plan.changes[field.name] for field in self._fields if field.name in self.plan.changes})
        certificates = [_certificates.pem(text) for text in option_form(payload, self._fields)["certificates"]] if "certificates" in self.plan.changes else None
        if certificates is not None:
            payload["certificates"] = certificates
            payload.pop("certificate", None)
            if len(certificates) == 1:
                payload["certificate"] = certificates[0]
        return payload

    def _refuse_shared_issuer(self, issuer: str) -> None:
        for other in read_providers(self._client, {self.provider, BUILT_IN}):
            if other.get("issuerURI") == issuer:
                raise ConflictError(
                    f"issuer_uri {issuer} is already the issuer of identity provider {other.get('name') or other['id']!r} ({other['id']}): "
                    "PureCloud cannot tell two providers with one issuer apart, change or remove one of them"
                )

    def _result(self, form: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": self.provider, **form, "certificates": [_certificate_details(text) for text in form["certificates"]]}


def read_providers(client: PureCloudClient, skipped: Collection[str] = ()) -> Iterator[dict[str, Any]]:
    """The providers of the organisation, but for those with an ID in ``skipped``, each read when it is its turn: their list has no more than names."""
    for listed in client.list(PATH):
        if listed["id"] in skipped:
            continue
        try:
            entity = client.get(f"{PATH}/{listed['id']}")
        except NotFoundError:
            continue  # deleted since it was listed
        yield {"name": listed.get("name"), **entity, "id": listed["id"]}


def description(entity: Mapping[str, Any]) -> dict[str, Any]:
    """A provider of any kind as the info module returns it: every field, null where this kind does not have it."""
    form = option_form(entity, FIELDS)
    return {"id": entity["id"], **form, "certificates": [{**_certificate_details(text), **_validity(text)} for text in form["certificates"]]}


def _certificate_details(text: str) -> dict[str, Any]:
    fingerprint = text if text == KNOWN_AFTER_APPLY else _certificates.fingerprint(text)
    return {"fingerprint": fingerprint, "description": _described(text), "pem": _pem_or_text(text)}


def _validity(text: str) -> dict[str, Any]:
    """``{"not_valid_after": an ISO 8601 date-time in UTC, "expired": bool}``, both None for what is no certificate."""
    try:
        end = _certificates.valid_until(_certificates.parse(text, "certificate"))
    except ValidationError:
        return {"not_valid_after": None, "expired": None}
    return {"not_valid_after": f"{end:%Y-%m-%dT%H:%M:%SZ}", "expired": end < datetime.now(timezone.utc)}


def _with_kept(wanted: list[str], current: list[str], kept: Iterable[str]) -> list[str]:
    """``wanted``, and those of the provider's own certificates that are among ``kept``, as far as there is room."""
    known, in_use = {_certificates.fingerprint(text) for text in wanted}, {_certificates.fingerprint(text) for text in kept}
    staying = [text for text in current if _certificates.fingerprint(text) in in_use - known]
    return [*wanted, *staying][: max(len(wanted), MAXIMUM_CERTIFICATES)]


def _pem_or_text(text: str) -> str:
    try:
        return _certificates.pem(text)
    except ValueError:
        return text


def _check_certificates(desired: Mapping[str, Any], register_secret: Callable[[str], None], unknown: str | None) -> None:
    certificates = desired.get("certificates")
    if certificates is None:
        return
    if not 1 <= len(certificates) <= MAXIMUM_CERTIFICATES:
        raise ValidationError(f"certificates must hold one certificate, or two (the one in use and a backup), not {len(certificates)}")
    for number, text in enumerate(certificates, start=1):
        if text == unknown:
            continue
        try:
            _certificates.parse(text, f"certificates, item {number}," if len(certificates) > 1 else "certificate")
        except ValidationError:
            if len(text) >= _SHORTEST_KEY:
                register_secret(text)  # what is no certificate may be a private key, in whatever format
            raise


def _require(effective: Mapping[str, Any]) -> None:
    for name in ("issuer_uri", "sso_target_uri", "certificates"):
        if not effective.get(name):
            raise ValidationError(f"{name} is needed to create the identity provider")
    if str(effective["issuer_uri"]) != str(effective["issuer_uri"]).strip():
        raise ValidationError("issuer_uri must not begin or end with white space: the issuer in SAML assertions is compared character by character")


def _warn_about(effective: Mapping[str, Any], provider: str, warn: Callable[[str], None]) -> None:
    if provider == "pureengage" and effective.get("auto_provision_users") is not True:
        warn("auto_provision_users is not true: users that PureEngage asserts are not created in PureCloud, hybrid sign-in fails for every new agent")
    for text in effective["certificates"]:
        if text == KNOWN_AFTER_APPLY:
            continue
        problem = None
        try:
            problem = _certificates.validity_problem(_certificates.parse(text, "certificate"))
        except ValidationError:
            problem = "cannot be parsed"
        if problem:
            warn(f"the certificate {_certificates.described(text)} of identity provider {provider} {problem}: PureCloud rejects assertions signed with it")
