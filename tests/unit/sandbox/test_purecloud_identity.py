# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity providers and organization of the sandbox."""

from __future__ import annotations

import base64
import textwrap
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

PUREENGAGE = "/identityproviders/pureengage"


def certificate(name: str) -> tuple[str, str]:
    """A self-signed certificate as PEM and as bare base64."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(7)
    signed = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode(), base64.b64encode(signed.public_bytes(serialization.Encoding.DER)).decode()


PEM, BARE = certificate("one")
SECOND_PEM, SECOND_BARE = certificate("two")
HEAD, TAIL = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
SIX = {
    "name": "PureEngage",
    "autoProvisionUsers": True,
    "certificate": PEM,
    "issuerURI": "http://www.genesys.com/pureengage",
    "ssoTargetURI": "http://example.com/target",
    "disabled": False,
}


@pytest.mark.parametrize("key", ["pureengage", "generic"])
def test_singleton_comes_and_goes(api: PureCloudCaller, key: str) -> None:
    path = f"/identityproviders/{key}"
    assert api.expect(404, "GET", path)["code"] == "not.found"
    answer = api.put(path, {"name": "P", "issuerURI": "urn:x"})
    assert answer == {"id": key, "name": "P", "disabled": False, "selfUri": "/api/v2" + path}
    assert api.get(path)["issuerURI"] == "urn:x"
    assert answer in api.get("/identityproviders")["entities"]
    assert api.expect(200, "DELETE", path) == {}
    for method in ("GET", "DELETE"):
        api.expect(404, method, path)


def test_the_six_fields_of_the_documentation(api: PureCloudCaller) -> None:
    api.put(PUREENGAGE, SIX)
    read = api.get(PUREENGAGE)
    assert {key: read[key] for key in SIX} == {**SIX, "certificate": BARE}
    assert read["certificates"] == [BARE]


def test_put_resets_what_is_omitted(api: PureCloudCaller) -> None:
    api.put(PUREENGAGE, {**SIX, "disabled": True, "forceAuthn": True})
    api.put(PUREENGAGE, {"name": "Other"})
    assert api.get(PUREENGAGE) == {"id": "pureengage", "name": "Other", "disabled": False, "selfUri": "/api/v2" + PUREENGAGE}


WRAPPINGS = {
    "pem": PEM,
    "crlf": PEM.replace("\n", "\r\n"),
    "one line": PEM.replace("\n", " ").strip(),
    "no line breaks": HEAD + BARE + TAIL,
    "short lines": "\n".join([HEAD, *textwrap.wrap(BARE, 40), TAIL]),
    "bare": BARE,
    "wrapped bare": "\n".join(textwrap.wrap(BARE, 64)),
}


@pytest.mark.parametrize("sent", WRAPPINGS.values(), ids=WRAPPINGS.keys())
def test_certificates_are_stored_bare(api: PureCloudCaller, sent: str) -> None:
    api.put(PUREENGAGE, {"certificate": sent})
    read = api.get(PUREENGAGE)
    assert (read["certificate"], read["certificates"]) == (BARE, [BARE])


def test_two_certificates(api: PureCloudCaller) -> None:
    api.put(PUREENGAGE, {"certificates": [SECOND_PEM, BARE]})
    read = api.get(PUREENGAGE)
    assert (read["certificate"], read["certificates"]) == (SECOND_BARE, [SECOND_BARE, BARE])


def test_certificates_win_over_certificate(api: PureCloudCaller) -> None:
    api.put(PUREENGAGE, {"certificate": PEM, "certificates": [SECOND_PEM]})
    assert api.get(PUREENGAGE)["certificate"] == SECOND_BARE


def test_certificates_verbatim(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("POST", "faults", {"switches": {"idp_certificates": "verbatim"}})
    api.put(PUREENGAGE, {"certificate": WRAPPINGS["one line"]})
    assert api.get(PUREENGAGE)["certificate"] == WRAPPINGS["one line"]


BAD_CERTIFICATES = ["nonsense", base64.b64encode(b"nonsense").decode(), PEM[:-60], PEM + SECOND_PEM, base64.b64encode(PEM.encode()).decode()]


@pytest.mark.parametrize("text", BAD_CERTIFICATES)
@pytest.mark.parametrize("field", ["certificate", "certificates"])
def test_invalid_certificates(api: PureCloudCaller, text: str, field: str) -> None:
    api.put(PUREENGAGE, SIX)
    before = api.get(PUREENGAGE)
    answer = api.expect(400, "PUT", PUREENGAGE, {field: [text] if field == "certificates" else text})
    assert (answer["code"], answer["details"][0]["fieldName"]) == ("constraint.validation", "certificate")
    assert api.get(PUREENGAGE) == before


def test_unknown_fields_are_kept(api: PureCloudCaller) -> None:
    api.put(PUREENGAGE, {"name": "P", "futureField": {"a": 1}})
    assert api.get(PUREENGAGE)["futureField"] == {"a": 1}


def test_only_the_pureengage_provider_provisions_users(api: PureCloudCaller) -> None:
    api.put("/identityproviders/generic", {"name": "P", "autoProvisionUsers": True})
    assert "autoProvisionUsers" not in api.get("/identityproviders/generic")


@pytest.mark.parametrize("value, status", [("accept", 200), ("reject", 400)])
def test_two_providers_with_one_issuer(sandbox: SandboxProcess, api: PureCloudCaller, value: str, status: int) -> None:
    sandbox.control("POST", "faults", {"switches": {"idp_duplicate_issuer": value}})
    api.put("/identityproviders/generic", {"issuerURI": "urn:same"})
    api.expect(status, "PUT", PUREENGAGE, {"issuerURI": "urn:same"})
    api.put("/identityproviders/generic", {"issuerURI": "urn:same", "name": "itself again"})


@pytest.mark.parametrize("field, value", [("nameIdentifierFormat", "x"), ("ssoBinding", "x")])
def test_enumerations(api: PureCloudCaller, field: str, value: Any) -> None:
    assert api.expect(400, "PUT", PUREENGAGE, {field: value})["code"] == "invalid.value"


def test_custom_providers(api: PureCloudCaller) -> None:
    created = api.post("/identityproviders", {"name": "C", "issuerURI": "urn:c", "certificate": PEM})
    path = f"/identityproviders/{created['id']}"
    assert created["certificates"] == [BARE] and api.get(path) == created
    assert api.put(path, {"name": "D"}) == {"id": created["id"], "name": "D", "disabled": False, "selfUri": "/api/v2" + path}
    api.expect(204, "DELETE", path)
    for method, body in (("GET", None), ("PUT", {}), ("DELETE", None)):
        api.expect(404, method, path, body)


def test_a_new_organization_has_its_own_login_only(api: PureCloudCaller) -> None:
    assert [provider["id"] for provider in api.get("/identityproviders")["entities"]] == ["purecloud"]


# -- organization, products, permissions, IP ranges


def test_organization(api: PureCloudCaller) -> None:
    organization = api.get("/organizations/me")
    expected = {"name": "Example One", "thirdPartyOrgName": "example-one", "defaultCountryCode": "US", "productPlatform": "PureEngage", "version": 1}
    assert {key: organization[key] for key in expected} == expected
    assert "thirdPartyOrgId" not in organization


def test_changing_the_organization(api: PureCloudCaller) -> None:
    changed = api.put("/organizations/me", {"version": 1, "supportURI": "https://example.com", "thirdPartyOrgName": "mine", "productPlatform": "Unknown"})
    assert (changed["version"], changed["supportURI"], changed["thirdPartyOrgName"]) == (2, "https://example.com", "example-one")
    assert changed["productPlatform"] == "PureEngage" and changed["name"] == "Example One"
    assert api.expect(409, "PUT", "/organizations/me", {"version": 1})["code"] == "general.conflict"
    assert api.expect(200, "PUT", "/organizations/me")["version"] == 2


def test_ip_ranges_are_of_the_region(api: PureCloudCaller) -> None:
    ranges = api.get("/ipranges")["entities"]
    assert {entry["region"] for entry in ranges} == {"us-east-1"}
    assert {entry["direction"] for entry in ranges} == {"inbound", "outbound", "both"}


def test_products_carry_their_total(api: PureCloudCaller) -> None:
    products = api.get("/authorization/products")
    assert products["total"] == len(products["entities"]) > 0


@pytest.mark.parametrize(
    "query, domains, actions",
    [
        ({"queryType": "domain", "query": "oauth"}, ["oauth"], {"add", "authorize", "delete", "edit", "view"}),
        ({"queryType": "permission", "query": "oauth:client:view,sso:provider:add"}, ["oauth", "sso"], {"view"}),
        ({"query": "none"}, [], set()),
    ],
)
def test_permission_catalogue(api: PureCloudCaller, query: dict[str, str], domains: list[str], actions: set[str]) -> None:
    collections = api.get("/authorization/permissions", **query)["entities"]
    assert [collection["domain"] for collection in collections] == domains
    if collections:
        assert {entry["action"] for entry in collections[0]["permissionMap"]["client"]} == actions


def test_division_aware_permissions_are_marked(api: PureCloudCaller) -> None:
    (collection,) = api.get("/authorization/permissions", query="directory")["entities"]
    assert {entity: entries[0]["divisionAware"] for entity, entries in collection["permissionMap"].items()} == {
        "group": False,
        "organization": False,
        "user": True,
        "userProfile": False,
    }
