# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any number of hybrid integrations: what a sandbox is seeded with, and the inventory for it."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from pathlib import Path
from typing import Any

from demo.estate import GAX_PATH, saml_material
from sandbox.process import SandboxProcess

SWITCHES = {"rate_limit_per_minute": 0}  # what is measured is the collection and not PureCloud's limit


def reset(sandbox: SandboxProcess, count: int) -> dict[str, str]:
    """Put so many organizations and tenants into the sandbox; name of the integration -> secret of its first OAuth client."""
    names = [f"integration_{number:04}" for number in range(1, count + 1)]
    made = {name: secrets.token_urlsafe(32) for name in names}
    organizations = [_organization(name, made[name]) for name in names]
    cfgserver = {"accounts": [{"username": "default", "password": sandbox.info["cfgserver_password"], "rights": "super"}], "tenants": names}
    sandbox.control("POST", "reset", {"seed": {"organizations": organizations, "cfgserver": cfgserver}, "switches": SWITCHES})
    return made


def _organization(name: str, secret: str) -> dict[str, Any]:
    client = {"name": "Bootstrap", "id": client_id(name), "secret": secret, "roles": [{"role": "Admin", "division": "*"}], "bootstrap": True}
    return {"name": name, "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), "divisions": [{"name": "Home", "home": True}], "clients": [client]}


def client_id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"client of {name}"))


def write_inventory(sandbox: SandboxProcess, secrets_of: dict[str, str], path: Path) -> Path:
    """The inventory of these integrations. Its secrets are the sandbox's, so it needs no vault; nobody else can read it."""
    material = saml_material()
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "hybrid_purecloud_api_url": sandbox.info["purecloud_url"],
        "hybrid_transaction_base_auth_url": "https://login.mypurecloud.com/oauth/token",
        "hybrid_transaction_base_service_url": "https://api.mypurecloud.com/api/",
        "hybrid_cfgserver_url": sandbox.info["gax_url"].removesuffix(GAX_PATH),
        "hybrid_cfgserver_username": "default",
        "hybrid_cfgserver_password": sandbox.info["cfgserver_password"],
        "hybrid_transaction_tenant": "{{ inventory_hostname }}",
        "hybrid_saml_issuer": "http://www.genesys.com/pureengage",
        **{name.replace("vault_", "hybrid_"): value for name, value in material.items()},
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
        "purecloud_org_roles": [{"name": "hybrid-supervisor", "permission_policies": [{"domain": "directory", "entity_name": "user", "action_set": ["view"]}]}],
        "purecloud_org_admins": [{"email": "second.admin@example.com", "name": "Second Administrator"}],
    }
    hosts = {name: {"hybrid_purecloud_client_id": client_id(name), "hybrid_purecloud_client_secret": secret} for name, secret in secrets_of.items()}
    inventory = {"hybrid_integrations": {"vars": common, "hosts": hosts}}
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        json.dump(inventory, stream)
    return path
