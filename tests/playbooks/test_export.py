# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate that was set up by hand is exported; the exported variables, applied, change nothing."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

import pytest
import yaml

from demo.estate import Estate, encrypt
from playbooks.conftest import newest_core_only
from playbooks.site import ROOT, Site
from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

TEMPLATE = "{{ lookup('pipe', 'touch executed') }}"
JOURNEY = {"domain": "journey", "entityName": "segment", "actionSet": ["view", "edit"]}
CONDITION = {
    "conjunction": "AND",
    "terms": [
        {"variableName": "Conversation.queues", "operator": "EQ", "operands": [{"type": "QUEUE", "queue": {"id": "0b1a5b0c-9a3f-4f1e-8d57-2b2f4f3f9a11"}}]},
        {"variableName": "Conversation.users", "operator": "IN", "operands": [{"type": "VARIABLE", "value": "$user"}]},
    ],
}


@pytest.fixture(scope="module")
def server():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def site(server, tmp_path_factory):
    """The first integration as provisioned, with what somebody added by hand. No test changes that."""
    folder = tmp_path_factory.mktemp("estate")
    site = Site(server, Estate.create(server, folder / "site"), folder, "example_one")
    site.run()
    add_by_hand(PureCloudCaller.bootstrap(server))
    return site


def add_by_hand(api: PureCloudCaller) -> None:
    conditional = {"domain": "routing", "entityName": "queue", "actionSet": ["view"], "allowConditions": True, "resourceConditionNode": CONDITION}
    named = {"domain": "quality", "entityName": "evaluation", "actionSet": ["view"], "namedResources": ["9c0b4d8e-0f3f-4f8e-9f5e-3b1f6f3b2a11"]}
    # The service accepts permissions that do not exist; a role may hold one since long ago.
    phantom = {"domain": "journey", "entityName": "actionMap", "actionSet": ["view"]}
    role = {"name": "By Hand", "description": TEMPLATE, "permissions": ["group_creation"], "permissionPolicies": [JOURNEY, conditional, named, phantom]}
    created = api.post("/authorization/roles", role)
    supervisor = api.get("/authorization/roles", defaultRoleId="supervisor")["entities"][0]
    api.put(f"/authorization/roles/{supervisor['id']}", {**supervisor, "permissionPolicies": [*supervisor["permissionPolicies"], JOURNEY]})
    user = api.get("/authorization/roles", defaultRoleId="user")["entities"][0]
    api.put(f"/authorization/roles/{user['id']}", {**user, "permissionPolicies": user["permissionPolicies"][1:]})
    api.make_client(name="no", description="1e3", state="inactive")
    code = {"name": "Web: site", "authorizedGrantType": "CODE", "registeredRedirectUri": ["https://example.com/a", "https://example.com/b"]}
    api.post("/oauth/clients", {**code, "scope": ["users:readonly", "user-basic-info"], "description": TEMPLATE})
    for _number in range(2):
        api.make_client(name="Twice")
    person = api.make_user(name="Somebody: Else", email="Some.Body@example.com", department="0123", title="on", state="inactive")
    grants = [{"roleId": api.default_role("admin"), "divisionId": "*"}, {"roleId": created["id"], "divisionId": api.home()}]
    api.expect(204, "POST", f"/authorization/subjects/{person}/bulkadd", {"grants": grants})
    provider = api.get("/identityproviders/pureengage")
    api.put("/identityproviders/pureengage", {**provider, "sloURI": "http://example.com/logout", "signAuthnRequests": True, "displayOnLogin": False})


@pytest.fixture
def adopted(site: Site, tmp_path: Path) -> Site:
    """The same servers, with an inventory that knows how to reach them and nothing else."""
    inventory = tmp_path / "inventory"
    password = site.estate.arguments[site.estate.arguments.index("--vault-password-file") + 1]
    original = Path(site.estate.arguments[1])
    hosts = {}
    for host in ("example_one", "example_two"):
        variables = yaml.safe_load((original / "host_vars" / host / "main.yml").read_text(encoding="utf-8"))
        kept = ("hybrid_purecloud_region", "hybrid_purecloud_client_id", "hybrid_transaction_tenant")
        hosts[host] = {name: variables[name] for name in kept}
        hosts[host].update(
            ansible_connection="local",
            ansible_python_interpreter="{{ ansible_playbook_python }}",
            hybrid_purecloud_client_secret="{{ vault_purecloud_client_secret }}",
            hybrid_cfgserver_password="{{ vault_cfgserver_password }}",
        )
        (inventory / "host_vars" / host).mkdir(parents=True)
        secrets = {
            "vault_purecloud_client_secret": site.estate.secrets[f"{host} vault_purecloud_client_secret"],
            "vault_cfgserver_password": site.estate.secrets["cfgserver password"],
        }
        encrypt(yaml.safe_dump(secrets), inventory / "host_vars" / host / "vault.yml", Path(password))
    (inventory / "hosts.yml").write_text(yaml.safe_dump({"hybrid_integrations": {"hosts": hosts}}), encoding="utf-8")
    return Site(site.sandbox, dataclasses.replace(site.estate, arguments=["-i", str(inventory), *site.estate.arguments[2:]]), tmp_path, "example_one")


def test_what_is_exported_changes_nothing_when_it_is_applied(site, adopted):
    target = adopted.folder / "inventory" / "host_vars"
    export = ("-e", f"export_directory={target}")

    adopted.run("--check", "--diff", *export, playbook="export")
    assert not list(target.glob("*/hybrid_integration*"))

    adopted.run("--diff", "-vvv", *export, playbook="export")
    outputs = [adopted.output, adopted.records.read_text(encoding="utf-8")]
    assert adopted.writes() == []
    said = " ".join(adopted.output.split())
    assert "2 OAuth clients are named 'Twice'" in said
    assert adopted.changed(*export, playbook="export") == {"example_one": 0}

    assert adopted.changed("--check", "--diff") == {"example_one": 0}
    assert adopted.changed() == {"example_one": 0}
    assert adopted.writes() == []

    files = [path.read_text(encoding="utf-8") for path in target.glob("*/hybrid_integration*.yml")]
    assert len(files) == 2
    hidden = [secret for name, secret in site.estate.secrets.items() if "vault_saml" in name or name.endswith("client_secret")]
    assert len(hidden) >= 6
    for text in [*files, *outputs]:
        assert not any(line in text for secret in hidden for line in secret.splitlines() if len(line) > 20), "a secret is in the export or in its output"
    assert all(text.startswith("$ANSIBLE_VAULT;") for text in files if "hybrid_services" not in text)
    assert not list(Path(adopted.folder).rglob("executed"))
    assert not (Path.cwd() / "executed").exists()


@newest_core_only
def test_the_export_is_what_was_there(adopted):
    relative = os.path.relpath(adopted.folder, ROOT)  # to the working directory, wherever the playbook is
    adopted.run("-e", f"export_directory={relative}", playbook="export")
    text = (adopted.folder / "example_one" / "hybrid_integration.yml").read_text(encoding="utf-8")
    assert TEMPLATE not in re.sub(r"!unsafe .*", "", text)
    variables = yaml.safe_load(text.replace("!unsafe ", ""))
    assert [client["name"] for client in variables["purecloud_org_oauth_clients"]] == ["Web: site", "hybrid-pacing", "hybrid-saml-auth", "no"]
    roles = {role["name"]: role for role in variables["purecloud_org_roles"]}
    assert set(roles) == {"By Hand", "Supervisor", "User"}
    assert (roles["Supervisor"]["permission_mode"], roles["User"]["permission_mode"]) == ("add", "exact")
    assert [admin["email"] for admin in variables["purecloud_org_admins"]] == ["admin@example-one.example.com", "Some.Body@example.com"]
    assert variables["purecloud_org_admins"][1]["user_state"] == "inactive"
    assert variables["purecloud_org_idp"]["slo_uri"] == "http://example.com/logout"
    assert variables["hybrid_saml_private_key"] == "{{ vault_saml_private_key }}"


@newest_core_only
def test_without_a_vault_password_nothing_is_written(site, adopted):
    plain = {"hybrid_purecloud_client_secret": site.estate.secrets["example_one vault_purecloud_client_secret"]}
    plain["hybrid_cfgserver_password"] = site.estate.secrets["cfgserver password"]
    for path in (adopted.folder / "inventory" / "host_vars").rglob("vault.yml"):
        path.write_text(yaml.safe_dump({"vault_purecloud_client_secret": "", "vault_cfgserver_password": ""}), encoding="utf-8")
    inventory, rest = adopted.estate.arguments[:2], adopted.estate.arguments[4:]
    adopted.estate = dataclasses.replace(adopted.estate, arguments=[*inventory, *rest])
    variables = adopted.folder / "plain.yml"
    variables.write_text(yaml.safe_dump(plain), encoding="utf-8")
    arguments = ("-e", f"@{variables}", "-e", f"export_directory={adopted.folder}")
    adopted.run(*arguments, playbook="export", succeeds=False, quiet=False)
    assert "the run has no vault password: give --ask-vault-pass" in adopted.message()
    assert not (adopted.folder / "example_one").exists()
