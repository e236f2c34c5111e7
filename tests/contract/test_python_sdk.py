# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The official Python SDK (PureCloudPlatformClientV2 269.0.0) works against the sandbox unchanged.

The SDK's configuration is one per process, so all tests here share one host. It takes the token URL from the host by replacing ``//api.`` with
``//login.``, which leaves a loopback address alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import PureCloudPlatformClientV2 as sdk
import pytest
from cryptography import x509
from PureCloudPlatformClientV2.rest import ApiException

from contract.support import SALES, bare, pem
from sandbox.process import SandboxProcess

NOBODY = "00000000-0000-4000-8000-000000000000"


def login(sandbox: SandboxProcess, client_id: str | None = None, secret: str | None = None) -> Any:
    return sdk.api_client.ApiClient().get_client_credentials_token(client_id or sandbox.info["client_id"], secret or sandbox.info["client_secret"])


@pytest.fixture
def client(sandbox: SandboxProcess, python_sdk: Any) -> Any:
    return login(sandbox)


def refused(call: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[int, str]:
    """Status and code of the error that the call must end with; the envelope is whole."""
    with pytest.raises(ApiException) as caught:
        call(*arguments, **options)
    envelope = json.loads(caught.value.body)
    assert envelope["status"] == caught.value.status and envelope["message"] and envelope["contextId"]
    return caught.value.status, envelope["code"]


def refused_login(*arguments: Any) -> tuple[int, str]:
    """Status and description of the OAuth error that a login must end with."""
    with pytest.raises(ApiException) as caught:
        login(*arguments)
    return caught.value.status, json.loads(caught.value.body)["error_description"]


def filled(model: Any, **fields: Any) -> Any:
    """The model with its fields set; each must be one of the model's own."""
    assert set(fields) <= set(model.swagger_types)
    for name, value in fields.items():
        setattr(model, name, value)
    return model


def default_role(client: Any, default_role_id: str = "user") -> Any:
    return sdk.AuthorizationApi(client).get_authorization_roles(default_role_id=[default_role_id]).entities[0]


def role_division(client: Any, default_role_id: str = "user", division_id: str = "*") -> Any:
    return filled(sdk.RoleDivision(), role_id=default_role(client, default_role_id).id, division_id=division_id)


def pair(role: Any, division_id: str) -> Any:
    return filled(sdk.RoleDivisionPair(), role_id=role.id, division_id=division_id)


def client_request(client: Any, **fields: Any) -> Any:
    defaults = {"name": "From the SDK", "authorized_grant_type": "CLIENT-CREDENTIALS", "role_divisions": [role_division(client)]}
    return filled(sdk.OAuthClientRequest(), **{**defaults, **fields})


def policy(entity: str, *actions: str) -> Any:
    return filled(sdk.DomainPermissionPolicy(), domain="journey", entity_name=entity, action_set=list(actions), allow_conditions=False)


def create_user(client: Any, **fields: Any) -> Any:
    home = sdk.AuthorizationApi(client).get_authorization_divisions_home().id
    return sdk.UsersApi(client).post_users(filled(sdk.CreateUser(), **{"name": "A User", "email": "sdk@example.com", "division_id": home, **fields}))


def search(client: Any, email: str, states: list[str] | None = None) -> list[str]:
    criteria = [filled(sdk.UserSearchCriteria(), type="EXACT", fields=["email"], value=email)]
    if states:
        criteria.append(filled(sdk.UserSearchCriteria(), type="EXACT", fields=["state"], values=states))
    return [found.id for found in sdk.UsersApi(client).post_users_search(filled(sdk.UserSearchRequest(), query=criteria)).results]


def held(client: Any, subject_id: str) -> set[tuple[str, str]]:
    return {(grant.role.name, grant.division.id) for grant in sdk.AuthorizationApi(client).get_authorization_subject(subject_id).grants}


def test_organization(client: Any) -> None:
    organization = sdk.OrganizationApi(client).get_organizations_me()
    assert (organization.name, organization.third_party_org_name, organization.product_platform) == ("Example One", "example-one", "PureEngage")


def test_tokens(client: Any, sandbox: SandboxProcess) -> None:
    api = sdk.TokensApi(client)
    info = api.get_tokens_me()
    assert info.o_auth_client.id == sandbox.info["client_id"] and info.o_auth_client.organization.name == "Example One"
    api.head_tokens_me()
    assert refused_login(sandbox, sandbox.info["client_id"], "wrong") == (401, "authentication failed")
    assert refused_login(sandbox, NOBODY, "any") == (400, "client not found")
    api.delete_tokens_me()
    assert refused(api.get_tokens_me) == (401, "bad.credentials")


def test_oauth_client_life(client: Any, sandbox: SandboxProcess) -> None:
    api = sdk.OAuthApi(client)
    created = api.post_oauth_clients(client_request(client, description="d", access_token_validity_seconds=600))
    assert created.secret and created.authorized_grant_type == "CLIENT-CREDENTIALS" and created.access_token_validity_seconds == 600
    assert isinstance(created.date_created, datetime)
    assert created.id in [listed.id for listed in api.get_oauth_clients().entities]
    assert api.get_oauth_client(created.id).secret is None
    updated = api.put_oauth_client(created.id, client_request(client, name="Renamed"))
    assert (updated.name, updated.access_token_validity_seconds, updated.description, updated.secret) == ("Renamed", 86400, None, None)
    regenerated = api.post_oauth_client_secret(created.id)  # the SDK sends the literal null
    assert regenerated.secret not in (None, created.secret)
    assert refused_login(sandbox, created.id, created.secret)[0] == 401
    assert login(sandbox, created.id, regenerated.secret).access_token
    assert refused(api.delete_oauth_client, created.id) == (400, "cannot.delete.client")
    assert api.put_oauth_client(created.id, client_request(client, state="inactive")).state == "inactive"
    api.delete_oauth_client(created.id)
    assert refused(api.get_oauth_client, created.id)[0] == 404
    assert created.id not in [listed.id for listed in api.get_oauth_clients().entities]


def usage_rows(client: Any, client_id: str, started: Any) -> list[Any]:
    """The rows of a usage query, which must run for two reads."""
    api = sdk.OAuthApi(client)
    answers = [api.get_oauth_client_usage_query_result(started.execution_id, client_id) for _attempt in range(3)]
    assert [answer.query_status for answer in answers] == ["Running", "Running", "Complete"]
    return [row for row in answers[-1].results if row.template_uri == "/api/v2/organizations/me"]


def test_usage_is_polled_until_it_is_complete(client: Any, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "faults", {"switches": {"usage_query_running_reads": 2}})
    api, client_id = sdk.OAuthApi(client), sandbox.info["client_id"]
    sdk.OrganizationApi(client).get_organizations_me()
    now = datetime.now(timezone.utc)
    interval = "/".join((now + timedelta(days=days)).strftime("%Y-%m-%dT00:00:00.000Z") for days in (-1, 2))
    query = filled(sdk.ApiUsageClientQuery(), interval=interval, metrics=["Requests"], group_by=["TemplateUri", "HttpMethod"])
    for started in (api.get_oauth_client_usage_summary(client_id, days="7"), api.post_oauth_client_usage_query(client_id, query)):
        (row,) = usage_rows(client, client_id, started)
        assert (row.http_method, row.requests) == ("GET", 1)


def test_role_life(client: Any) -> None:
    api = sdk.AuthorizationApi(client)
    body = filled(sdk.DomainOrganizationRoleCreate(), name="From the SDK", description="d", permission_policies=[policy("segment", "view")])
    created = api.post_authorization_roles(body)
    assert created.permission_policies[0].action_set == ["view"] and created.default is False
    assert refused(api.post_authorization_roles, filled(sdk.DomainOrganizationRoleCreate(), name="from the sdk")) == (409, "general.conflict")
    read = api.get_authorization_role(created.id, expand=["unusedPermissions"])
    assert (read.name, read.user_count, read.unused_permissions) == ("From the SDK", 0, [])
    more = filled(sdk.DomainOrganizationRoleUpdate(), name="Renamed", permission_policies=[policy("outcome", "view", "edit")])
    updated = api.put_authorization_role(created.id, more)
    assert updated.name == "Renamed" and [(each.entity_name, each.action_set) for each in updated.permission_policies] == [("outcome", ["view", "edit"])]
    patched = api.patch_authorization_role(created.id, filled(sdk.DomainOrganizationRole(), name="Ignored", role_needs_update=True))
    assert (patched.name, patched.role_needs_update) == ("Renamed", True)
    difference = api.get_authorization_role_comparedefault_right_role_id(created.id, "employee")
    assert {each.entity_name for each in difference.added_permission_policies} == {"outcome"}
    assert (difference.user_org_role.name, difference.role_from_default.default_role_id) == ("Renamed", "employee")
    api.delete_authorization_role(created.id)
    assert refused(api.get_authorization_role, created.id)[0] == 404


def test_role_filters(client: Any) -> None:
    api = sdk.AuthorizationApi(client)
    for name in ("Hyb One", "Hyb Two", "hybrid"):
        api.post_authorization_roles(filled(sdk.DomainOrganizationRoleCreate(), name=name))

    def found(**options: Any) -> list[str]:
        return [role.name for role in api.get_authorization_roles(**options).entities]

    listing = api.get_authorization_roles(page_size=2, page_number=1, default_role_id=["admin", "employee", "user"], user_count=False)
    assert (listing.total, listing.page_count, len(listing.entities), listing.entities[0].user_count) == (3, 2, 2, None)
    assert found(name="Hyb One") == ["Hyb One"] and found(name="Hyb *") == ["Hyb One", "Hyb Two"]
    assert found(permission=["authorization:role:add"]) == ["Admin"]
    assert found(id=[default_role(client, name).id for name in ("user", "admin")]) == ["Admin", "User"]


def test_default_roles(client: Any) -> None:
    api, user = sdk.AuthorizationApi(client), default_role(client)
    assert refused(api.put_authorization_role, user.id, filled(sdk.DomainOrganizationRoleUpdate(), name="Other"))[0] == 400
    emptied = api.put_authorization_role(user.id, filled(sdk.DomainOrganizationRoleUpdate(), name=user.name, permission_policies=[]))
    assert user.permission_policies and emptied.permission_policies == []
    difference = api.get_authorization_role_comparedefault_right_role_id(user.id, "user")
    assert difference.removed_permission_policies and not difference.added_permission_policies
    (restored,) = api.put_authorization_roles_default([filled(sdk.DomainOrganizationRole(), id=user.id, name=user.name)]).entities
    assert (restored.id, restored.permission_policies) == (user.id, user.permission_policies)
    complete = api.post_authorization_roles_default(force=True)
    assert {role.default_role_id for role in complete.entities} == {"employee", "user", "supervisor", "admin", "ai_agent"}


def test_permission_catalogue(client: Any) -> None:
    api = sdk.AuthorizationApi(client)
    (journey,) = api.get_authorization_permissions(query_type="domain", query="journey").entities
    assert journey.domain == "journey" and "view" in [permission.action for permission in journey.permission_map["segment"]]
    first = api.get_authorization_permissions(page_size=2, page_number=1)
    assert len(first.entities) == 2 and first.total > 2
    assert api.get_authorization_products().entities


def test_grants(client: Any, sandbox: SandboxProcess) -> None:
    api, user = sdk.AuthorizationApi(client), create_user(client)
    admin, supervisor = default_role(client, "admin"), default_role(client, "supervisor")
    home, employee = user.division.id, ("Employee", user.division.id)
    both = filled(sdk.RoleDivisionGrants(), grants=[pair(admin, "*"), pair(supervisor, SALES)])
    api.post_authorization_subject_bulkadd(user.id, both, subject_type="PC_USER")
    assert held(client, user.id) == {employee, ("Admin", "*"), ("Supervisor", SALES)}
    api.delete_authorization_subject_division_role(user.id, "*", admin.id)
    assert held(client, user.id) == {employee, ("Supervisor", SALES)}
    assert refused(api.delete_authorization_subject_division_role, user.id, "*", admin.id)[0] == 404
    api.post_authorization_subject_division_role(user.id, home, admin.id, subject_type="PC_USER")
    assert held(client, user.id) == {employee, ("Supervisor", SALES), ("Admin", home)}
    assert [holder.id for holder in api.get_authorization_role_subjectgrants(supervisor.id).entities] == [user.id]
    api.post_authorization_subject_bulkremove(user.id, filled(sdk.RoleDivisionGrants(), grants=[pair(supervisor, SALES)]))
    assert held(client, user.id) == {employee, ("Admin", home)}
    assert api.get_authorization_subjects_me().id == sandbox.info["client_id"]


def test_divisions(client: Any) -> None:
    api, objects = sdk.AuthorizationApi(client), sdk.ObjectsApi(client)
    home, user = api.get_authorization_divisions_home(), create_user(client)
    assert home.home_division is True and {division.id for division in api.get_authorization_divisions(page_size=100).entities} == {home.id, SALES}
    assert user.division.id == home.id
    objects.post_authorization_division_object(SALES, "USER", [user.id])
    assert sdk.UsersApi(client).get_user(user.id).division.id == SALES
    assert refused(objects.post_authorization_division_object, SALES, "USER", [NOBODY])[0] == 404
    created = api.post_authorization_divisions(filled(sdk.AuthzDivision(), name="From the SDK", description="d"))
    permitted = api.get_authorization_divisionspermitted_paged_me("directory:user:add", page_size=100)
    assert {division.id for division in permitted.entities} == {home.id, SALES, created.id}


def test_user_life(client: Any) -> None:
    api, created = sdk.UsersApi(client), create_user(client, title="Clerk")
    assert (created.version, created.state, created.username) == (1, "active", created.email)
    assert refused(create_user, client) == (409, "general.conflict")
    assert search(client, created.email) == [created.id]
    updated = api.patch_user(created.id, filled(sdk.UpdateUser(), version=created.version, title="Head", department="Sales"))
    assert (updated.version, updated.title, updated.department) == (2, "Head", "Sales")
    assert refused(api.patch_user, created.id, filled(sdk.UpdateUser(), version=created.version, title="Late")) == (409, "general.conflict")
    stopped = api.patch_user(created.id, filled(sdk.UpdateUser(), version=updated.version, state="inactive", title="Ignored"))
    assert (stopped.state, stopped.title) == ("inactive", "Head"), "state is the only field changed when it is given"
    api.post_user_invite(created.id, force=True)
    invited = api.get_user(created.id, expand=["authorization", "dateWelcomeSent"])
    assert isinstance(invited.date_welcome_sent, datetime) and [role.name for role in invited.authorization.roles] == ["Employee"]
    api.delete_user(created.id)
    assert refused(api.get_user, created.id) == (404, "general.resource.not.found")
    assert refused(create_user, client)[0] == 409, "a deleted user's address is still taken"
    assert search(client, created.email, ["deleted"]) == [created.id] and search(client, created.email) == []
    deleted = api.get_user(created.id, state="deleted")
    restored = api.patch_user(created.id, filled(sdk.UpdateUser(), version=deleted.version, state="active"))
    assert (restored.id, restored.state) == (created.id, "active")


def test_pureengage_provider_life(client: Any, certificates: list[x509.Certificate]) -> None:
    api, (first, second) = sdk.IdentityProviderApi(client), (bare(value) for value in certificates)
    assert refused(api.get_identityproviders_pureengage)[0] == 404
    provider = filled(sdk.PureEngage(), name="PureEngage", auto_provision_users=True, certificate=pem(certificates[0]))
    filled(provider, issuer_uri="http://www.genesys.com/pureengage", sso_target_uri="http://example.com/target")
    answer = api.put_identityproviders_pureengage(provider)
    assert (answer.id, answer.name, answer.disabled) == ("pureengage", "PureEngage", False)
    read = api.get_identityproviders_pureengage()
    assert (read.auto_provision_users, read.certificate, read.certificates, read.issuer_uri) == (True, first, [first], provider.issuer_uri)
    api.put_identityproviders_pureengage(filled(provider, certificate=None, certificates=[pem(value) for value in certificates]))
    assert api.get_identityproviders_pureengage().certificates == [first, second]
    assert {listed.id for listed in api.get_identityproviders().entities} == {"purecloud", "pureengage"}
    api.delete_identityproviders_pureengage()
    assert refused(api.get_identityproviders_pureengage)[0] == 404


def test_generic_provider_life(client: Any, certificates: list[x509.Certificate]) -> None:
    api, both = sdk.IdentityProviderApi(client), [bare(value) for value in certificates]
    provider = filled(sdk.GenericSAML(), name="Other", issuer_uri="urn:other", sso_target_uri="https://example.com/sso", certificates=both)
    assert api.put_identityproviders_generic(provider).id == "generic"
    read = api.get_identityproviders_generic()
    assert (read.issuer_uri, read.certificates) == ("urn:other", both)
    assert {listed.id: listed.name for listed in api.get_identityproviders().entities} == {"purecloud": "PureCloud", "generic": "Other"}
    assert refused(api.put_identityproviders_generic, filled(provider, certificates=["bm8gY2VydGlmaWNhdGU="]))[0] == 400
    api.delete_identityproviders_generic()
    assert refused(api.get_identityproviders_generic)[0] == 404


def test_ip_ranges(client: Any) -> None:
    ranges = sdk.UtilitiesApi(client).get_ipranges().entities
    assert ranges and all(entry.cidr and entry.direction in ("inbound", "outbound", "both") for entry in ranges)


def test_errors_carry_the_envelope(client: Any) -> None:
    assert refused(sdk.OAuthApi(client).post_oauth_clients, client_request(client, role_divisions=[])) == (400, "missing.client.roles")
    with pytest.raises(ApiException) as caught:
        sdk.OAuthApi(client).get_oauth_client("none")
    assert caught.value.headers["ININ-Correlation-Id"] == json.loads(caught.value.body)["contextId"]
