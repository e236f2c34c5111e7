# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers against the sandbox: every field, the issuer rule, requests, and what the info module says of them."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ConflictError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.identity_providers import fields_of
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_idp, purecloud_idp_info

# What the Platform API's models PureEngage and GenericSAML have (Python SDK 269), but for id and selfUri, which are read-only, and certificate,
# which is the first of certificates. A field that PureCloud adds belongs here and into the collection.
MODELS = {
    "pureengage": {
        "autoProvisionUsers",
        "certificates",
        "disabled",
        "displayOnLogin",
        "forceAuthn",
        "issuerURI",
        "logoImageData",
        "metadataURL",
        "name",
        "nameIdentifierFormat",
        "providerName",
        "relyingPartyIdentifier",
        "signAuthnRequests",
        "sloBinding",
        "sloURI",
        "ssoBinding",
        "ssoTargetURI",
    },
    "generic": {
        "certificates",
        "disabled",
        "displayOnLogin",
        "endpointCompression",
        "forceAuthn",
        "issuerURI",
        "logoImageData",
        "metadataURL",
        "name",
        "nameIdentifierFormat",
        "providerName",
        "relyingPartyIdentifier",
        "signAuthnRequests",
        "sloBinding",
        "sloURI",
        "ssoBinding",
        "ssoTargetURI",
    },
}
# Option -> API field, and a value for it.
VALUES = {
    "name": ("name", "Another name"),
    "issuer_uri": ("issuerURI", "https://www.genesys.com/pureengage"),
    "sso_target_uri": ("ssoTargetURI", "https://sso.example.com/in"),
    "slo_uri": ("sloURI", "https://sso.example.com/out"),
    "slo_binding": ("sloBinding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"),
    "sso_binding": ("ssoBinding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"),
    "relying_party_identifier": ("relyingPartyIdentifier", "https://login.example.com/saml"),
    "name_identifier_format": ("nameIdentifierFormat", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
    "auto_provision_users": ("autoProvisionUsers", True),
    "disabled": ("disabled", True),
    "sign_authn_requests": ("signAuthnRequests", True),
    "force_authn": ("forceAuthn", True),
    "endpoint_compression": ("endpointCompression", True),
    "provider_name": ("providerName", "Sign in on premises"),
    "display_on_login": ("displayOnLogin", True),
    "metadata_url": ("metadataURL", "https://sso.example.com/metadata"),
    "logo_image_data": ("logoImageData", "PHN2Zy8+"),
}
NOW = datetime.now(timezone.utc).replace(microsecond=0)
ISSUER = "http://www.genesys.com/pureengage"


def certificate(days: int) -> str:
    """A new certificate in PEM format that ends in ``days`` days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage.example.com")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, NOW - timedelta(days=30), NOW + timedelta(days=days))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


VALID, NEXT, EXPIRED = certificate(30), certificate(60), certificate(-1)
WHOLE = {"issuer_uri": ISSUER, "sso_target_uri": "http://example.com/target", "certificate": VALID}


def bare(pem: str) -> str:
    return "".join(line for line in pem.split("\n") if "-----" not in line)


def provider(issuer: str, **more: object) -> dict[str, object]:
    """A provider as a seed takes it."""
    return {"name": "Other", "issuerURI": issuer, "ssoTargetURI": "http://example.com/other", **more}


class Organization:
    def __init__(self, process):
        self.process = process
        self.warnings = []

    def reset(self, **providers):
        """Start with these providers and PureCloud's own."""
        key = {"name": "Key", "roles": [{"role": "Admin", "division": "*"}], "bootstrap": True}
        providers = {"purecloud": {"name": "PureCloud"}, **providers}
        seed = {"organizations": [{"name": "Example", "clients": [key], "identity_providers": providers}]}
        self.account = self.process.control("POST", "reset", {"seed": seed})

    def task(self, spec, check_mode=False, **params):
        connection = {name: self.account[name] for name in ("client_id", "client_secret")}
        defaults = {name: option.get("default") for name, option in spec.options.items()}
        context = Context(check_mode, False, self.warnings.append, lambda secret: None)
        self.process.control("DELETE", "requests")
        return run(spec, {**defaults, **connection, "api_url": self.process.info["purecloud_url"], **params}, context)

    def manage(self, **params):
        return self.task(purecloud_idp.SPEC, **params)

    def info(self, **params):
        return self.task(purecloud_idp_info.SPEC, **params)["idps"]

    def stored(self, key):
        return self.process.control("GET", "state")["purecloud"]["organizations"][0]["identity_providers"].get(key)

    def requests(self):
        return [f"{entry['method']} {entry['path'].removeprefix('/api/v2')}" for entry in self.process.control("GET", "requests")]


@pytest.fixture
def organization(sandbox):
    prepared = Organization(sandbox)
    prepared.reset()
    return prepared


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_of_the_model_is_managed(kind):
    assert {field.api for field in fields_of(kind)} == MODELS[kind]
    managed = {field.name for field in fields_of(kind)}
    assert managed - {"certificates"} == {name for name, (api, _value) in VALUES.items() if api in MODELS[kind]}
    assert managed <= set(purecloud_idp.SPEC.options)


@pytest.mark.parametrize("kind", MODELS)
def test_every_field_is_written_read_and_then_unchanged(organization, kind):
    values = {name: value for name, (api, value) in VALUES.items() if api in MODELS[kind]}
    asked = {"provider": kind, "certificates": [VALID, NEXT], **values}
    predicted = organization.manage(check_mode=True, **asked)
    done = organization.manage(**asked)
    assert predicted == done
    assert done["idp"] == {**done["idp"], **values}
    stored = organization.stored(kind)
    assert {api: stored[api] for api, _value in VALUES.values() if api in stored} == {VALUES[name][0]: value for name, value in values.items()}
    assert stored["certificates"] == [bare(VALID), bare(NEXT)]
    assert not organization.manage(**asked)["changed"]
    (described,) = [idp for idp in organization.info() if idp["id"] == kind]
    assert described == {**described, **values}
    assert set(described) == {"id", "certificates", *VALUES}


@pytest.mark.parametrize(("kind", "option", "other"), [("generic", "auto_provision_users", "pureengage"), ("pureengage", "endpoint_compression", "generic")])
def test_a_field_that_the_provider_does_not_have_is_refused(organization, kind, option, other):
    with pytest.raises(ValidationError, match=f"^{option} does not exist for provider {kind}, only for {other}$"):
        organization.manage(provider=kind, **{option: True}, **WHOLE)
    assert organization.requests() == []


@pytest.mark.parametrize("spelling", [VALID, bare(VALID), base64.b64encode(VALID.encode()).decode(), " ".join(VALID.split("\n"))])
def test_a_certificate_in_another_spelling_changes_nothing(organization, spelling):
    organization.manage(**WHOLE)
    assert not organization.manage(certificate=spelling)["changed"]
    organization.reset()
    organization.manage(**{**WHOLE, "certificate": spelling})
    assert organization.stored("pureengage")["certificate"] == bare(VALID)
    assert organization.manage()["idp"]["certificates"][0]["pem"] == VALID


def test_a_task_that_changes_nothing_makes_three_requests(organization):
    organization.manage(**WHOLE)
    assert organization.requests() == [
        "POST /oauth/token",
        "GET /identityproviders/pureengage",
        "GET /identityproviders",
        "GET /identityproviders/pureengage",
        "PUT /identityproviders/pureengage",
        "GET /identityproviders/pureengage",
    ]
    organization.manage(**WHOLE)
    assert organization.requests() == ["POST /oauth/token", "GET /identityproviders/pureengage", "GET /identityproviders"]


def test_other_providers_are_read_once_each_and_purecloud_itself_never(organization):
    organization.reset(okta=provider("http://okta.example.com"), generic=provider("http://sso.example.com"))
    organization.manage(**WHOLE)
    organization.manage(**WHOLE)
    assert sorted(organization.requests()[3:]) == ["GET /identityproviders/generic", "GET /identityproviders/okta"]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("disabled", [True, False])
@pytest.mark.parametrize("key", ["generic", "okta", "5e0c4c1b-7a44-4f51-9c1e-1d9a60f0c001"])
def test_an_issuer_that_another_provider_got_later_is_an_error_though_nothing_changes(organization, key, disabled, check_mode):
    own = provider(ISSUER, name="PureEngage", autoProvisionUsers=True, certificate=bare(VALID))
    organization.reset(pureengage=own, **{key: provider(ISSUER, disabled=disabled)})
    for asked in (WHOLE, {}, {"name": "Another name"}):
        with pytest.raises(ConflictError) as caught:
            organization.manage(check_mode=check_mode, **asked)
        assert caught.value.message == (
            f"issuer_uri {ISSUER} is already the issuer of identity provider 'Other' ({key}): "
            "PureCloud cannot tell two providers with one issuer apart, change or remove one of them"
        )
        assert [request for request in organization.requests() if request.startswith(("PUT", "DELETE"))] == []


def test_an_issuer_is_compared_character_by_character(organization):
    organization.reset(generic=provider(f"{ISSUER}/"), okta=provider("HTTP://www.genesys.com/pureengage"), none=provider(None))
    organization.manage(**WHOLE)


def test_a_provider_that_is_deleted_meanwhile_has_no_issuer(organization):
    organization.reset(generic=provider(ISSUER))
    organization.process.control("POST", "faults", {"kind": "status", "status": 404, "path": "/identityproviders/generic$", "times": 2})
    assert [idp["id"] for idp in organization.info()] == ["purecloud"]
    organization.manage(**WHOLE)


def test_removing_a_provider_asks_for_no_other(organization):
    organization.reset(pureengage=provider(ISSUER), generic=provider(ISSUER))
    assert organization.manage(state="absent")["changed"]
    assert "GET /identityproviders" not in organization.requests()


@pytest.mark.parametrize("auto_provision_users", [False, None, "absent"])
def test_users_that_are_not_provisioned_are_warned_of_each_time(organization, auto_provision_users):
    more = {} if auto_provision_users == "absent" else {"autoProvisionUsers": auto_provision_users}
    organization.reset(pureengage=provider(ISSUER, certificate=bare(VALID), **more))
    for _number in range(2):
        assert not organization.manage(check_mode=True)["changed"]
    assert (
        organization.warnings
        == ["auto_provision_users is not true: users that PureEngage asserts are not created in PureCloud, hybrid sign-in fails for every new agent"] * 2
    )


def test_the_info_module_says_when_certificates_end(organization):
    organization.reset(generic=provider("http://sso.example.com", certificates=[bare(VALID), bare(EXPIRED), "rubbish"]), okta=provider("x", certificate=NEXT))
    generic, okta, own = organization.info()
    iso = "%Y-%m-%dT%H:%M:%SZ"
    assert [(item["not_valid_after"], item["expired"]) for item in generic["certificates"]] == [
        (f"{NOW + timedelta(days=30):{iso}}", False),
        (f"{NOW - timedelta(days=1):{iso}}", True),
        (None, None),
    ]
    assert [item["pem"] for item in generic["certificates"]] == [VALID, EXPIRED, "rubbish"]
    assert set(generic["certificates"][0]) == {"fingerprint", "description", "pem", "not_valid_after", "expired"}
    assert [item["pem"] for item in okta["certificates"]] == [NEXT]
    assert own == {**dict.fromkeys(VALUES), "id": "purecloud", "name": "PureCloud", "disabled": False, "certificates": []}


def test_the_info_module_reads_each_provider_once_and_writes_nothing(organization):
    organization.reset(generic=provider("http://sso.example.com"))
    assert organization.info(query="[?issuer_uri].id") == ["generic"]
    assert sorted(organization.requests()) == [
        "GET /identityproviders",
        "GET /identityproviders/generic",
        "GET /identityproviders/purecloud",
        "POST /oauth/token",
    ]


def test_check_mode_writes_nothing(organization):
    assert organization.manage(check_mode=True, **WHOLE)["changed"]
    assert organization.stored("pureengage") is None


def test_a_certificate_that_is_still_to_be_made_is_one_for_check_mode_only(organization):
    unknown = {**WHOLE, "certificates": ["(known after apply)"]}
    result = organization.manage(check_mode=True, **unknown)
    assert result["diff"]["after"]["certificates"] == ["(known after apply)"]
    assert result["idp"]["certificates"][0]["fingerprint"] == "(known after apply)"
    assert not any("certificate" in warning for warning in organization.warnings)
    with pytest.raises(ValidationError, match="certificate is not an X.509 certificate"):
        organization.manage(**unknown)


def test_a_certificate_that_somebody_still_signs_with_is_kept_but_never_added(organization):
    organization.reset(pureengage=provider(ISSUER, certificates=[bare(VALID)], autoProvisionUsers=True))
    assert organization.manage(certificates=[NEXT], kept_certificates=[VALID])["changed"]
    assert [item["pem"] for item in organization.manage(kept_certificates=[VALID])["idp"]["certificates"]] == [NEXT, VALID]
    assert not organization.manage(certificates=[NEXT], kept_certificates=[VALID])["changed"]
    # There is room for two.
    assert not organization.manage(certificates=[NEXT, VALID], kept_certificates=[VALID, NEXT])["changed"]
    assert organization.manage(certificates=[NEXT], kept_certificates=[NEXT])["changed"]
    assert not organization.manage(certificates=[NEXT], kept_certificates=[VALID])["changed"]
