# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twenty integrations, each with its own organization and tenant, and six kinds of drift that somebody could have made by hand.

``create`` puts them into a sandbox, as the playbook provision would have left them, and writes their inventory, with every secret in one vault
file. ``plant`` makes the drift and says what an audit must report then: that, and nothing else. Provision repairs it.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

from .estate import GAX_PATH, encrypt, saml_material, write_private

NAMES = tuple(f"site_{number:02}" for number in range(1, 21))
OBJECT = "hybrid_integration"
SWITCHES = {"rate_limit_per_minute": 0}  # twenty integrations in seconds must not wait for the next minute
COMMON = {
    "ansible_connection": "local",
    "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    "hybrid_purecloud_region": "us-east-1",
    "hybrid_purecloud_client_secret": "{{ vault_purecloud_client_secrets[inventory_hostname] }}",
    "hybrid_cfgserver_username": "default",
    "hybrid_cfgserver_password": "{{ vault_cfgserver_password }}",
    "hybrid_transaction_tenant": "{{ inventory_hostname }}",
    "hybrid_saml_issuer": "http://www.genesys.com/pureengage",
    "hybrid_saml_certificate": "{{ vault_saml_certificate }}",
    "hybrid_saml_private_key": "{{ vault_saml_private_key }}",
    "hybrid_saml_private_key_password": "{{ vault_saml_private_key_password }}",
    "purecloud_org_idp": {"name": "PureEngage", "sso_target_uri": "http://example.com/target"},
    "purecloud_org_oauth_clients": [
        {
            "name": "hybrid-saml-auth",
            "authorized_grant_type": "SAML2-BEARER",
            "registered_redirect_uris": ["https://apps.mypurecloud.com"],
            "scopes": ["user-basic-info"],
        },
        {"name": "hybrid-pacing", "roles": [{"role": "AI Agent", "division": "*"}]},
    ],
    "hybrid_services": [{"section": "saml_auth", "oauth_client": "hybrid-saml-auth"}, {"section": "ewt", "oauth_client": "hybrid-pacing"}],
    "purecloud_org_roles": [
        {"name": "hybrid-supervisor", "permission_policies": [{"domain": "journey", "entity_name": "segment", "action_set": ["view", "edit"]}]}
    ],
    "purecloud_org_admins": [
        {
            "email": "second.admin@{{ inventory_hostname | replace('_', '-') }}.example.com",
            "name": "Second Administrator",
            "user_state": "active",
            "invite": False,
        }
    ],
}


@dataclass(frozen=True)
class Twenty:
    """The estate on disk. ``arguments`` are for ansible-playbook; ``secrets`` are the plain values that nobody may see, ``seed`` is the sandbox's."""

    folder: Path
    arguments: list[str]
    secrets: dict[str, str]
    seed: dict[str, Any]

    def reset(self, sandbox: SandboxProcess) -> None:
        """As it was before anything drifted."""
        sandbox.control("POST", "reset", {"seed": self.seed, "switches": SWITCHES})


@dataclass(frozen=True)
class Planted:
    """One drift made by hand: what was done, and the entries (kind, object, attribute) that an audit reports because of it."""

    what: str
    integration: str
    entries: frozenset[tuple[str, str, str]]


def create(sandbox: SandboxProcess, folder: Path) -> Twenty:
    """Put the twenty integrations into the sandbox and write their inventory below ``folder``."""
    clients = {name: secrets.token_urlsafe(32) for name in NAMES}
    material = saml_material()
    organizations = [_organization(name, clients[name], material) for name in NAMES]
    password = sandbox.info["cfgserver_password"]
    cfgserver = {
        "accounts": [{"username": "default", "password": password, "rights": "super"}],
        "tenants": list(NAMES),
        "transactions": [_transaction(organization, material) for organization in organizations],
    }
    hidden = {"vault password": secrets.token_urlsafe(24), "cfgserver password": password}
    hidden.update({name: value for name, value in material.items() if name != "vault_saml_certificate"})
    hidden.update({client["id"]: client["secret"] for organization in organizations for client in organization["clients"]})
    addresses = {"hybrid_purecloud_api_url": sandbox.info["purecloud_url"], "hybrid_cfgserver_url": sandbox.info["gax_url"].removesuffix(GAX_PATH)}
    vault = {**material, "vault_cfgserver_password": password, "vault_purecloud_client_secrets": clients}
    variables = folder / "inventory" / "group_vars" / "hybrid_integrations"
    variables.mkdir(parents=True)
    write_private(folder / "vault-password", hidden["vault password"])
    (variables / "main.yml").write_text(yaml.safe_dump({**COMMON, **addresses}), encoding="utf-8")
    encrypt(yaml.safe_dump(vault), variables / "vault.yml", folder / "vault-password")
    hosts = {name: {"hybrid_purecloud_client_id": identifier("Bootstrap", name)} for name in NAMES}
    (folder / "inventory" / "hosts.yml").write_text(yaml.safe_dump({"hybrid_integrations": {"hosts": hosts}}), encoding="utf-8")
    arguments = ["-i", str(folder / "inventory"), "--vault-password-file", str(folder / "vault-password")]
    estate = Twenty(folder, arguments, hidden, {"organizations": organizations, "cfgserver": cfgserver})
    estate.reset(sandbox)
    return estate


def identifier(what: str, name: str) -> str:
    """The ID of something of an integration."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{what} of {name}"))


def _organization(name: str, secret: str, material: dict[str, str]) -> dict[str, Any]:
    """A seed entry: what COMMON asks for, beside the first client, which Ansible uses."""
    certificate = "".join(material["vault_saml_certificate"].removeprefix("-----BEGIN CERTIFICATE-----").removesuffix("-----END CERTIFICATE-----").split())
    clients: list[dict[str, Any]] = [
        {"name": "Bootstrap", "secret": secret, "roles": [{"role": "Admin", "division": "*"}], "bootstrap": True},
        {
            "name": "hybrid-saml-auth",
            "secret": secrets.token_urlsafe(32),
            "grant_type": "SAML2-BEARER",
            "registered_redirect_uri": ["https://apps.mypurecloud.com"],
            "scope": ["user-basic-info"],
        },
        {"name": "hybrid-pacing", "secret": secrets.token_urlsafe(32), "roles": [{"role": "AI Agent", "division": "*"}]},
    ]
    provider = {"name": "PureEngage", "issuerURI": COMMON["hybrid_saml_issuer"], "ssoTargetURI": "http://example.com/target", "autoProvisionUsers": True}
    return {
        "name": name,
        "id": identifier("organization", name),
        "divisions": [{"name": "Home", "home": True}],
        "clients": [{**client, "id": identifier(client["name"], name)} for client in clients],
        "roles": [{"name": "hybrid-supervisor", "policies": [{"domain": "journey", "entityName": "segment", "actionSet": ["edit", "view"]}]}],
        "users": [{"name": "Second Administrator", "email": administrator(name), "roles": [{"role": "Admin", "division": "*"}]}],
        "identity_providers": {"pureengage": {**provider, "certificate": certificate, "certificates": [certificate]}},
    }


def administrator(name: str) -> str:
    return f"second.admin@{name.replace('_', '-')}.example.com"


def _transaction(organization: dict[str, Any], material: dict[str, str]) -> dict[str, Any]:
    """A seed entry: the object as the role hybrid_transaction writes it."""
    sections = {client["name"]: {"client_id": client["id"], "password": client["secret"]} for client in organization["clients"]}
    general = {
        "organization_sname": organization["name"],
        "organization_id": organization["id"],
        "default_agent_role_name": "AI Agent",
        "default_supervisor_role_name": "Supervisor",
        "default_admin_role_name": "Admin",
        "base_auth_url": "https://login.mypurecloud.com/oauth/token",
        "base_service_url": "https://api.mypurecloud.com/api/",
    }
    saml = {
        "issuer": COMMON["hybrid_saml_issuer"],
        "certificate": material["vault_saml_certificate"],
        "expire_time": "24",
        "pkey": material["vault_saml_private_key"],
        "password": material["vault_saml_private_key_password"],
    }
    options = {"general": general, "saml": saml, "saml_auth": sections["hybrid-saml-auth"], "ewt": sections["hybrid-pacing"]}
    return {"name": OBJECT, "alias": OBJECT, "tenant": organization["name"], "options": options}


def plant(sandbox: SandboxProcess) -> list[Planted]:
    """Make six kinds of drift, each in another integration, with the requests that the two user interfaces would send."""
    planted = [drift(sandbox) for drift in (_swapped_urls, _deleted_client, _changed_issuer, _lost_permissions, _deactivated_administrator, _changed_option)]
    sandbox.control("DELETE", "requests")
    return planted


def purecloud(sandbox: SandboxProcess, name: str) -> PureCloudCaller:
    """The Platform API of an integration's organization, as its first client sees it."""
    client = identifier("Bootstrap", name)
    (secret,) = (organization["clients"][client]["secret"] for organization in _organizations(sandbox) if client in organization["clients"])
    return PureCloudCaller.login(sandbox.info["purecloud_url"], client, secret)


def _organizations(sandbox: SandboxProcess) -> list[dict[str, Any]]:
    organizations: list[dict[str, Any]] = sandbox.control("GET", "state")["purecloud"]["organizations"]
    return organizations


def change_options(sandbox: SandboxProcess, name: str, change: Callable[[dict[tuple[str, str], str]], None]) -> None:
    """Rewrite the options of an integration's transaction object through GAX."""
    gax, objects = requests.Session(), f"{sandbox.info['gax_url']}/cfg/objects"
    account = {"username": "default", "password": sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
    gax.post(f"{sandbox.info['gax_url']}/session/login", json=account, timeout=30).raise_for_status()
    tenants = sandbox.control("GET", "state")["cfgserver"]["objects"]
    (dbid,) = (str(tenant["dbid"]) for tenant in tenants if tenant["class_name"] == "CfgTenant" and tenant["attributes"]["name"] == name)
    listed = gax.get(objects, params={"type": "CfgTransaction", "brief": "false", "name": OBJECT}, timeout=30).json()
    (entry,) = (item for item in listed if item["tenantdbid"] == dbid)
    options = {(option["section"], option["key"]): option["value"] for option in entry["userproperties"]["property"]}
    change(options)
    for option in entry["userproperties"]["property"]:
        option["value"] = options[option["section"], option["key"]]
    gax.put(f"{objects}/CfgTransaction/{entry['dbid']}", json=entry, timeout=30).raise_for_status()


def _swapped_urls(sandbox: SandboxProcess) -> Planted:
    first, second = ("general", "base_auth_url"), ("general", "base_service_url")

    def swap(options: dict[tuple[str, str], str]) -> None:
        options[first], options[second] = options[second], options[first]

    change_options(sandbox, "site_03", swap)
    attributes = ("options.general.base_auth_url", "options.general.base_service_url")
    return Planted("the two base URLs swapped", "site_03", frozenset(("transaction", OBJECT, attribute) for attribute in attributes))


def _deleted_client(sandbox: SandboxProcess) -> Planted:
    api = purecloud(sandbox, "site_06")
    (client,) = (client for client in api.get("/oauth/clients")["entities"] if client["name"] == "hybrid-pacing")
    api.put(f"/oauth/clients/{client['id']}", {**client, "state": "inactive"})
    api.expect(204, "DELETE", f"/oauth/clients/{client['id']}")
    wanted = {("oauth_client", "hybrid-pacing", attribute) for attribute in ("authorized_grant_type", "name", "roles", "secret")}
    # The object still holds the ID and the secret of the client that is gone.
    stale = {("transaction", OBJECT, f"options.ewt.{option}") for option in ("client_id", "password")}
    return Planted("an OAuth client deleted", "site_06", frozenset(wanted | stale))


def _changed_issuer(sandbox: SandboxProcess) -> Planted:
    api = purecloud(sandbox, "site_09")
    provider = api.get("/identityproviders/pureengage")
    api.put("/identityproviders/pureengage", {**provider, "issuerURI": "http://www.genesys.com/other"})
    return Planted("the issuer changed", "site_09", frozenset({("identity_provider", "pureengage", "issuer_uri")}))


def _lost_permissions(sandbox: SandboxProcess) -> Planted:
    api = purecloud(sandbox, "site_12")
    (role,) = (role for role in api.get("/authorization/roles", name="hybrid-supervisor")["entities"] if role["name"] == "hybrid-supervisor")
    policies = [{"domain": "journey", "entityName": "segment", "actionSet": ["view"]}]
    api.put(f"/authorization/roles/{role['id']}", {**role, "permissionPolicies": policies, "permissions": []})
    return Planted("a role that lost a permission", "site_12", frozenset({("role", "hybrid-supervisor", "permission_policies")}))


def _deactivated_administrator(sandbox: SandboxProcess) -> Planted:
    api = purecloud(sandbox, "site_15")
    email = administrator("site_15")
    (user,) = (key for organization in _organizations(sandbox) for key, entry in organization["users"].items() if email in json.dumps(entry))
    version = api.get(f"/users/{user}")["version"]
    api.expect(200, "PATCH", f"/users/{user}", {"state": "inactive", "version": version})
    return Planted("an administrator deactivated", "site_15", frozenset({("administrator", email, "user_state")}))


def _changed_option(sandbox: SandboxProcess) -> Planted:
    change_options(sandbox, "site_18", lambda options: options.update({("saml", "expire_time"): "48"}))
    return Planted("an option changed", "site_18", frozenset({("transaction", OBJECT, "options.saml.expire_time")}))
