# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official Python SDK (PureCloudPlatformClientV2 269.0.0) works against the sandbox unchanged.

The SDK's configuration is one per process, so all tests here share one host. It takes the token URL from the host by replacing ``//api.`` with
``//login.``, which leaves a loopback address alone.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import PureCloudPlatformClientV2 as sdk
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from PureCloudPlatformClientV2.rest import ApiException

from sandbox.process import SandboxProcess


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def client(sandbox: SandboxProcess) -> Any:
    sdk.configuration.host = sandbox.info["purecloud_url"]
    return sdk.api_client.ApiClient().get_client_credentials_token(sandbox.info["client_id"], sandbox.info["client_secret"])


def role_division(client: Any, default_role_id: str = "user") -> Any:
    listing = sdk.AuthorizationApi(client).get_authorization_roles(default_role_id=[default_role_id])
    division = sdk.RoleDivision()
    division.role_id, division.division_id = listing.entities[0].id, "*"
    return division


def client_request(client: Any, **fields: Any) -> Any:
    request = sdk.OAuthClientRequest()
    request.name, request.authorized_grant_type = "From the SDK", "CLIENT-CREDENTIALS"
    request.role_divisions = [role_division(client)]
    for name, value in fields.items():
        setattr(request, name, value)
    return request


def test_organization(client: Any) -> None:
    organization = sdk.OrganizationApi(client).get_organizations_me()
    assert (organization.name, organization.third_party_org_name, organization.product_platform) == ("Example One", "example-one", "PureEngage")


def test_token_info(client: Any, sandbox: SandboxProcess) -> None:
    info = sdk.TokensApi(client).get_tokens_me()
    assert info.o_auth_client.id == sandbox.info["client_id"] and info.o_auth_client.organization.name == "Example One"


def test_oauth_client_life(client: Any) -> None:
    api = sdk.OAuthApi(client)
    created = api.post_oauth_clients(client_request(client, description="d", access_token_validity_seconds=600))
    assert created.secret and created.authorized_grant_type == "CLIENT-CREDENTIALS"
    assert isinstance(created.date_created, datetime)
    assert created.id in [listed.id for listed in api.get_oauth_clients().entities]
    assert api.get_oauth_client(created.id).secret is None
    updated = api.put_oauth_client(created.id, client_request(client, name="Renamed"))
    assert (updated.name, updated.access_token_validity_seconds, updated.description) == ("Renamed", 86400, None)
    regenerated = api.post_oauth_client_secret(created.id)
    assert regenerated.secret not in (None, created.secret)
    assert sdk.api_client.ApiClient().get_client_credentials_token(created.id, regenerated.secret).access_token
    with pytest.raises(ApiException) as refused:
        api.delete_oauth_client(created.id)
    assert refused.value.status == 400 and "cannot.delete.client" in refused.value.body
    api.put_oauth_client(created.id, client_request(client, state="inactive"))
    api.delete_oauth_client(created.id)
    with pytest.raises(ApiException) as gone:
        api.get_oauth_client(created.id)
    assert gone.value.status == 404


def certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sdk")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    return builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_pureengage_provider_life(client: Any) -> None:
    api = sdk.IdentityProviderApi(client)
    with pytest.raises(ApiException) as absent:
        api.get_identityproviders_pureengage()
    assert absent.value.status == 404
    bare = base64.b64encode(certificate()).decode()
    provider = sdk.PureEngage()
    provider.name, provider.auto_provision_users, provider.certificate = "PureEngage", True, bare
    provider.issuer_uri, provider.sso_target_uri = "http://www.genesys.com/pureengage", "http://example.com/target"
    answer = api.put_identityproviders_pureengage(provider)
    assert (answer.id, answer.name, answer.disabled) == ("pureengage", "PureEngage", False)
    read = api.get_identityproviders_pureengage()
    assert (read.auto_provision_users, read.certificate, read.certificates, read.issuer_uri) == (True, bare, [bare], provider.issuer_uri)
    assert "pureengage" in [listed.id for listed in api.get_identityproviders().entities]
    api.delete_identityproviders_pureengage()
    with pytest.raises(ApiException):
        api.get_identityproviders_pureengage()


def test_roles_list_and_filters(client: Any) -> None:
    api = sdk.AuthorizationApi(client)
    listing = api.get_authorization_roles(page_size=2, page_number=1, default_role_id=["admin", "employee", "user"], user_count=False)
    assert (listing.total, listing.page_count, len(listing.entities)) == (3, 2, 2)
    (admin,) = api.get_authorization_roles(default_role_id=["admin"]).entities
    assert admin.default_role_id == "admin" and admin.permission_policies[0].action_set


def test_grants_and_users(client: Any) -> None:
    body = sdk.CreateUser()
    body.name, body.email, body.division_id = "Sdk User", "sdk@example.com", sdk.AuthorizationApi(client).get_authorization_divisions_home().id
    user = sdk.UsersApi(client).post_users(body)
    pair = role_division(client, "admin")
    grants = sdk.RoleDivisionGrants()
    grants.grants = [{"roleId": pair.role_id, "divisionId": "*"}]
    sdk.AuthorizationApi(client).post_authorization_subject_bulkadd(user.id, grants, subject_type="PC_USER")
    subject = sdk.AuthorizationApi(client).get_authorization_subject(user.id)
    assert {grant.role.name for grant in subject.grants} == {"Employee", "Admin"}
    criterion = sdk.UserSearchCriteria()
    criterion.type, criterion.fields, criterion.value = "EXACT", ["email"], "sdk@example.com"
    request = sdk.UserSearchRequest()
    request.query = [criterion]
    assert [found.id for found in sdk.UsersApi(client).post_users_search(request).results] == [user.id]
    sdk.UsersApi(client).delete_user(user.id)


def test_errors_carry_the_envelope(client: Any) -> None:
    with pytest.raises(ApiException) as caught:
        sdk.OAuthApi(client).post_oauth_clients(client_request(client, role_divisions=[]))
    assert caught.value.status == 400 and "missing.client.roles" in caught.value.body


def test_ip_ranges(client: Any) -> None:
    assert sdk.UtilitiesApi(client).get_ipranges().entities[0].cidr
