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
    "division_id": "d1",
    "department": None,
    "title": None,
    "user_state": "active",
    "invited": False,
    "roles": [{**GRANT, "role": "Admin", "role_id": "r2"}, {**GRANT, "role": "Employee", "role_id": "r0"}],
}
ROLES = [
    {"id": "r0", "name": "Employee", "default": True, "default_role_id": "employee"},
    {"id": "r1", "name": "AI Agent", "default": True, "default_role_id": "ai_agent"},
    {"id": "r2", "name": "Admin", "default": True, "default_role_id": "admin"},
]


@pytest.fixture
def found(monkeypatch):
    monkeypatch.setattr("ansible_collections.genesys.hybrid.plugins.plugin_utils._export.fingerprint", {"one": "F", "two": "G", "": ""}.get)
    everything = {"oauth_clients": [CLIENT], "roles": ROLES, "idps": [PROVIDER], "users": [USER], "transactions": [TRANSACTION]}
    return copy.deepcopy({**everything, "tried_secrets": [{"client_id": "c1", "accepted": True}]})


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


def test_a_pattern_that_matches_nothing_is_a_problem(found):
    assert "'hybird-*' matches the name of none of the 1 OAuth clients" in " ".join(exported(found, "hybird-*").problems)


def test_roles_are_exact_and_default_roles_only_what_was_changed(found):
    policies = [POLICY, {**POLICY, "conditions": {"variable_name": "x"}, "named_resources": ["n"]}]
    shown = [{"domain": "journey", "entity_name": "segment", "action_set": ["view"]}]
    found["roles"] += [
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
        {"name": "Supervisor", "permission_policies": shown, "permission_mode": "add"},
        {"name": "Agent", "permission_policies": shown, "permission_mode": "exact"},
    ]


def problems_of(found):
    return " ".join(exported(found).problems)


def test_what_a_run_would_change_is_a_problem(found):
    del found["transactions"][0]["options"]["general"]["organization_id"]
    found["transactions"][0]["options"]["saml"].update(issuer="urn:other", pkey="(masked)")
    found["idps"][0]["auto_provision_users"] = None
    said = problems_of(found)
    assert "no option general/organization_id: a run would add it" in said
    assert "issuer is urn:issuer, the one in the transaction object urn:other" in said
    assert "does not show the option saml/pkey: set hybrid_saml_private_key" in said
    assert "auto_provision_users is not set, and a run would switch it on" in said


@pytest.mark.parametrize(
    ("section", "accepted", "said"),
    [
        ({"client_id": "nobody", "password": "sealed-v1:d"}, False, "its client_id nobody is none of the exported OAuth clients"),
        ({"client_id": "c1", "password": ""}, None, "it holds no password for the OAuth client 'hybrid-pacing'"),
        ({"client_id": "c1"}, None, "it holds no password"),
        ({"client_id": "c1", "password": "sealed-v1:d"}, False, "PureCloud does not accept its password for the OAuth client 'hybrid-pacing'"),
    ],
)
def test_a_section_whose_secret_does_not_work_is_no_service(found, section, accepted, said):
    """Whoever may write the object must not be given a client's secret for having named the client there."""
    found["transactions"][0]["options"]["evil"] = section
    found["tried_secrets"] += [] if accepted is None else [{"client_id": section["client_id"], "accepted": accepted}]
    assert exported(found).variables["hybrid_services"] == [{"section": "ewt", "oauth_client": "hybrid-pacing"}]
    assert "Section evil of the transaction object is left out" in problems_of(found)
    assert said in problems_of(found)


def test_a_hidden_secret_cannot_be_tried(found):
    found["transactions"][0]["options"]["ewt"]["password"] = "(masked)"
    found["tried_secrets"] = []
    assert exported(found).variables["hybrid_services"] == [{"section": "ewt", "oauth_client": "hybrid-pacing"}]
    assert "section ewt of the transaction object is hidden and could not be tried" in problems_of(found)


@pytest.mark.parametrize("value", ["sealed-v1:x", "(masked)", "(secret)"])
def test_a_secret_is_not_exported_as_the_certificate(found, value):
    found["transactions"][0]["options"]["saml"]["certificate"] = value
    export = exported(found)
    assert value not in str(export.variables)
    assert "saml/certificate of the transaction object holds a secret" in " ".join(export.problems)


def test_names_that_would_mean_something_else_are_exported_as_ids(found):
    found["roles"] += [{"id": "r9", "name": "r2", "default": False, "description": "", "permissions": [], "permission_policies": []}]
    found["users"][0]["roles"] = [
        {"role": "r2", "role_id": "r9", "division": "*", "division_id": "d9"},
        {"role": "Admin", "role_id": "r2", "division": "Home", "division_id": "d1"},
        {"role": "Admin", "role_id": "r2", "division": "d1", "division_id": "d8"},
    ]
    found["roles"].append({**found["roles"][-1], "id": "r8", "name": "AI Agent"})
    variables = exported(found).variables
    assert variables["purecloud_org_admins"][0]["roles"] == [
        {"role": "r9", "division": "d9"},
        {"role": "Admin", "division": "Home"},
        {"role": "Admin", "division": "d8"},
    ]
    assert variables["purecloud_org_oauth_clients"][0]["roles"] == [{"role": "r1", "division": "*"}]


def test_roles_that_no_variable_can_mean_are_left_out(found):
    custom = {"default": False, "description": "", "permissions": []}
    nothing = {**POLICY, "action_set": []}
    found["roles"] += [
        {**custom, "id": "1", "name": "bell\x07", "permission_policies": []},
        {**custom, "id": "2", "name": "Everything", "permission_policies": [{**POLICY, "domain": "*"}]},
        {**custom, "id": "3", "name": "Partly", "permission_policies": [POLICY, nothing, {**nothing, "entity_name": ""}]},
    ]
    export = exported(found)
    shown = [{"domain": "journey", "entity_name": "segment", "action_set": ["view"]}]
    assert export.variables["purecloud_org_roles"] == [{"name": "Partly", "permission_policies": shown, "permission_mode": "exact"}]
    assert "(1) is empty or holds control characters" in " ".join(export.problems)
    assert "'Everything' has a policy for all domains" in " ".join(export.problems)


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
    found["transactions"], found["idps"], found["tried_secrets"] = [], [], []
    export = exported(found)
    assert export.problems == ["There is no transaction object: a run would create it."]
    assert export.variables["purecloud_org_idp"] == {}
    assert "hybrid_saml_issuer" not in export.variables
