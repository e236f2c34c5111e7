# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the export says of found objects. That a run with it changes nothing is proven by tests/playbooks/test_export.py."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.genesys.hybrid.plugins.plugin_utils._export import exported

GRANT = {"role": "AI Agent", "role_id": "r1", "division": "*", "division_id": "*"}
POLICY = {"domain": "journey", "entity_name": "segment", "action_set": ["view"], "named_resources": [], "conditions": None}
CLIENT = {
    "id": "c1",
    "name": "hybrid-pacing",
    "description": "",
    "authorized_grant_type": "CLIENT-CREDENTIALS",
    "access_token_validity_seconds": 86400,
    "registered_redirect_uris": [],
    "scopes": [],
    "roles": [GRANT],
    "client_state": "active",
}
PROVIDER = {
    "id": "pureengage",
    "name": "PureEngage",
    "issuer_uri": "urn:issuer",
    "sso_target_uri": "http://example.com/target",
    "auto_provision_users": True,
    "disabled": False,
    "slo_uri": None,
    "certificates": [{"fingerprint": "F", "pem": "one"}],
}
OPTIONS = {
    "general": {
        "organization_sname": "example",
        "organization_id": "o1",
        "default_agent_role_name": "AI Agent",
        "default_supervisor_role_name": "Supervisor",
        "default_admin_role_name": "Admin",
        "base_auth_url": "https://login.mypurecloud.com/oauth/token",
        "base_service_url": "https://api.mypurecloud.com/api/",
    },
    "saml": {"issuer": "urn:issuer", "certificate": "one", "pkey": "sealed-v1:a", "password": "sealed-v1:b", "expire_time": "24"},
    "ewt": {"client_id": "c1", "password": "sealed-v1:c"},
}
TRANSACTION = {"name": "hybrid_integration", "alias": "hybrid_integration", "tenant": "Environment", "folder": "Transactions", "options": OPTIONS}
USER = {
    "email": "admin@example.com",
    "name": "Admin",
    "division": "Home",
    "department": None,
    "title": None,
    "user_state": "active",
    "invited": False,
    "roles": [{**GRANT, "role": "Admin", "role_id": "r2"}, {**GRANT, "role": "Employee", "role_id": "r0"}],
}
EMPLOYEE = {"id": "r0", "name": "Employee", "default": True, "default_role_id": "employee"}


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr("ansible_collections.genesys.hybrid.plugins.plugin_utils._export.fingerprint", {"one": "F", "two": "G", "": ""}.get)
    everything = {"oauth_clients": [CLIENT], "roles": [EMPLOYEE], "idps": [PROVIDER], "users": [USER], "transactions": [TRANSACTION]}
    return copy.deepcopy(everything)


def test_everything_that_can_be_said_is(found):
    export = exported(found)
    assert export.problems == []
    assert export.secrets == {"vault_saml_private_key": "sealed-v1:a", "vault_saml_private_key_password": "sealed-v1:b"}
    assert export.variables == {
        "hybrid_transaction_name": "hybrid_integration",
        "hybrid_transaction_alias": "hybrid_integration",
        "hybrid_transaction_tenant": "Environment",
        "hybrid_transaction_folder": "Transactions",
        **{f"hybrid_transaction_{name}": value for name, value in OPTIONS["general"].items()},
        "hybrid_saml_issuer": "urn:issuer",
        "hybrid_saml_certificate": "one",
        "hybrid_transaction_saml_expire_time": "24",
        "hybrid_saml_private_key": "{{ vault_saml_private_key }}",
        "hybrid_saml_private_key_password": "{{ vault_saml_private_key_password }}",
        "hybrid_services": [{"section": "ewt", "oauth_client": "hybrid-pacing"}],
        "purecloud_org_idp": {"name": "PureEngage", "sso_target_uri": "http://example.com/target", "auto_provision_users": True, "disabled": False},
        "purecloud_org_roles": [],
        "purecloud_org_oauth_clients": [
            {
                "name": "hybrid-pacing",
                "authorized_grant_type": "CLIENT-CREDENTIALS",
                "access_token_validity_seconds": 86400,
                "roles": [{"role": "AI Agent", "division": "*"}],
            }
        ],
        "purecloud_org_admins": [
            {"email": "admin@example.com", "name": "Admin", "division": "Home", "roles": [{"role": "Admin", "division": "*"}], "invite": False}
        ],
    }


def test_clients_that_nobody_should_manage_are_left_out(found):
    found["oauth_clients"] += [
        {**CLIENT, "id": "own", "name": "ansible"},
        {**CLIENT, "id": "c3", "name": "going", "client_state": "awaiting deletion"},
        {**CLIENT, "id": "c4", "name": "stopped", "client_state": "disabled"},
        {**CLIENT, "id": "c5", "name": "other"},
        {**CLIENT, "id": "c6", "name": "hybrid-off", "client_state": "inactive"},
    ]
    export = exported(found, "hybrid-*", "own")
    assert [client["name"] for client in export.variables["purecloud_org_oauth_clients"]] == ["hybrid-pacing", "hybrid-off"]
    assert export.variables["purecloud_org_oauth_clients"][1]["client_state"] == "inactive"
    assert export.problems == []


def test_roles_are_exact_and_default_roles_only_what_was_changed(found):
    policies = [POLICY, {**POLICY, "conditions": {"variable_name": "x"}, "named_resources": ["n"]}]
    shown = [{"domain": "journey", "entity_name": "segment", "action_set": ["view"]}]
    found["roles"] = [
        {"id": "1", "name": "Custom", "description": "d", "default": False, "permissions": ["group_creation"], "permission_policies": policies},
        {"id": "2", "name": "User", "default": True, "default_role_id": "user", "added_permission_policies": [], "removed_permission_policies": []},
        {"id": "3", "name": "Supervisor", "default": True, "default_role_id": "supervisor", "added_permission_policies": [POLICY]},
        {
            "id": "4",
            "name": "Agent",
            "default": True,
            "default_role_id": None,
            "permission_policies": [POLICY],
            "added_permission_policies": [],
            "removed_permission_policies": [POLICY],
        },
    ]
    assert exported(found).variables["purecloud_org_roles"] == [
        {
            "name": "Custom",
            "description": "d",
            "permissions": ["group_creation"],
            "permission_policies": [*shown, {**shown[0], "named_resources": ["n"], "conditions": {"variable_name": "x"}}],
            "permission_mode": "exact",
        },
        {"default_role_id": "supervisor", "permission_policies": shown, "permission_mode": "add"},
        {"name": "Agent", "permission_policies": shown, "permission_mode": "exact"},
    ]


def problems_of(found):
    return " ".join(exported(found).problems)


def test_what_a_run_would_change_is_a_problem(found):
    del found["transactions"][0]["options"]["general"]["organization_id"]
    found["transactions"][0]["options"]["saml"].update(issuer="urn:other", pkey="(masked)")
    found["transactions"][0]["options"]["foreign"] = {"client_id": "nobody", "password": "sealed-v1:d"}
    found["transactions"][0]["options"]["ewt"]["password"] = ""
    said = problems_of(found)
    assert "no option general/organization_id: a run would add it" in said
    assert "issuer is urn:issuer, the one in the transaction object urn:other" in said
    assert "does not show the option saml/pkey: set hybrid_saml_private_key" in said
    assert "Section foreign of the transaction object holds the client_id nobody" in said
    assert "Section ewt of the transaction object holds no password" in said


def test_a_second_certificate_is_the_backup(found):
    found["idps"][0]["certificates"].append({"fingerprint": "G", "pem": "two"})
    assert exported(found).variables["purecloud_org_idp"]["backup_certificate"] == "two"
    found["transactions"][0]["options"]["saml"]["certificate"] = "two"
    assert exported(found).variables["purecloud_org_idp"]["backup_certificate"] == "one"


def test_a_certificate_that_the_provider_does_not_have_is_a_problem(found):
    found["transactions"][0]["options"]["saml"]["certificate"] = "two"
    assert "none of the identity provider's" in problems_of(found)


def test_names_that_occur_twice_are_left_out(found):
    found["oauth_clients"].append({**CLIENT, "id": "c2"})
    said = problems_of(found)
    assert "2 OAuth clients are named 'hybrid-pacing' (c1, c2)" in said
    assert exported(found).variables["purecloud_org_oauth_clients"] == []
    assert exported(found).variables["hybrid_services"] == []


def test_an_organization_without_an_object_or_a_provider(found):
    found["transactions"], found["idps"] = [], []
    export = exported(found)
    assert export.problems == ["There is no transaction object: a run would create it."]
    assert export.variables["purecloud_org_idp"] == {}
    assert "hybrid_saml_issuer" not in export.variables
