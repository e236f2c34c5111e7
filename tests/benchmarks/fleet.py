# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Any number of hybrid integrations, as a sandbox is seeded with them and as an inventory describes them; nothing has to be changed in any of them."""

from __future__ import annotations

import json
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.estate import GAX_PATH, saml_material
from sandbox.process import SandboxProcess

SWITCHES = {"rate_limit_per_minute": 0}  # what is measured is the collection and not PureCloud's limit
ISSUER = "http://www.genesys.com/pureengage"
TARGET = "http://example.com/target"
URLS = {"base_auth_url": "https://login.mypurecloud.com/oauth/token", "base_service_url": "https://api.mypurecloud.com/api/"}
SAML_CLIENT = {
    "name": "hybrid-saml-auth",
    "authorized_grant_type": "SAML2-BEARER",
    "registered_redirect_uris": ["https://apps.mypurecloud.com"],
    "scopes": ["user-basic-info"],
}
PACING_CLIENT = {"name": "hybrid-pacing", "roles": [{"role": "AI Agent", "division": "*"}]}
ROLES_OF_ADMIN = [{"role": "Admin", "division": "*"}]


class Fleet:
    """``count`` integrations in ``sandbox``, all of them as their inventory, a file in ``folder``, wants them."""

    def __init__(self, sandbox: SandboxProcess, folder: Path, count: int) -> None:
        self.sandbox = sandbox
        self.material = saml_material()
        self.secrets = {f"integration_{number:04}": secrets.token_urlsafe(32) for number in range(1, count + 1)}
        account = {"username": "default", "password": sandbox.info["cfgserver_password"], "rights": "super"}
        transactions = [self._transaction(name) for name in self.secrets]
        cfgserver = {"accounts": [account], "tenants": list(self.secrets), "transactions": transactions}
        seed = {"organizations": [self._organization(name) for name in self.secrets], "cfgserver": cfgserver}
        sandbox.control("POST", "reset", {"seed": seed, "switches": SWITCHES})
        self.inventory = self._write_inventory(folder / "inventory.json")

    def _id(self, name: str, what: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{what} of {name}"))

    def _organization(self, name: str) -> dict[str, Any]:
        admin = {"name": "Bootstrap", "id": self._id(name, "client"), "secret": self.secrets[name], "roles": ROLES_OF_ADMIN, "bootstrap": True}
        saml = {"name": SAML_CLIENT["name"], "grant_type": "SAML2-BEARER", "scope": SAML_CLIENT["scopes"]}
        services = [
            {**saml, "registered_redirect_uri": SAML_CLIENT["registered_redirect_uris"], "id": self._id(name, "saml"), "secret": "saml-secret"},
            {**PACING_CLIENT, "id": self._id(name, "pacing"), "secret": "pacing-secret"},
        ]
        supervisor = {"name": "hybrid-supervisor", "policies": [{"domain": "directory", "entityName": "user", "actionSet": ["view"]}]}
        provider = {
            "name": "PureEngage",
            "issuerURI": ISSUER,
            "ssoTargetURI": TARGET,
            "certificate": self.material["vault_saml_certificate"],
            "autoProvisionUsers": True,
        }
        return {
            "name": name,
            "id": self._id(name, "organization"),
            "divisions": [{"name": "Home", "home": True}],
            "clients": [admin, *services],
            "roles": [supervisor],
            "users": [{"name": "Second Administrator", "email": "second.admin@example.com", "roles": ROLES_OF_ADMIN}],
            "identity_providers": {"pureengage": provider},
        }

    def _transaction(self, name: str) -> dict[str, Any]:
        roles = {"default_agent_role_name": "AI Agent", "default_supervisor_role_name": "Supervisor", "default_admin_role_name": "Admin"}
        options = {
            "general": {"organization_sname": name, "organization_id": self._id(name, "organization"), **roles, **URLS},
            "saml": {
                "issuer": ISSUER,
                "certificate": self.material["vault_saml_certificate"],
                "pkey": self.material["vault_saml_private_key"],
                "password": self.material["vault_saml_private_key_password"],
                "expire_time": "24",
            },
            "saml_auth": {"client_id": self._id(name, "saml"), "password": "saml-secret"},
            "ewt": {"client_id": self._id(name, "pacing"), "password": "pacing-secret"},
        }
        return {"name": "hybrid_integration", "tenant": name, "alias": "hybrid_integration", "options": options}

    def _write_inventory(self, path: Path) -> Path:
        """Its secrets are the sandbox's own, so it needs no vault; nobody else can read it."""
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "hybrid_purecloud_api_url": self.sandbox.info["purecloud_url"],
            **{f"hybrid_transaction_{option}": url for option, url in URLS.items()},
            "hybrid_cfgserver_url": self.sandbox.info["gax_url"].removesuffix(GAX_PATH),
            "hybrid_cfgserver_username": "default",
            "hybrid_cfgserver_password": self.sandbox.info["cfgserver_password"],
            "hybrid_transaction_tenant": "{{ inventory_hostname }}",
            "hybrid_saml_issuer": ISSUER,
            **{name.replace("vault_", "hybrid_"): value for name, value in self.material.items()},
            "purecloud_org_idp": {"name": "PureEngage", "sso_target_uri": TARGET},
            "purecloud_org_oauth_clients": [SAML_CLIENT, PACING_CLIENT],
            "hybrid_services": [{"section": "saml_auth", "oauth_client": SAML_CLIENT["name"]}, {"section": "ewt", "oauth_client": PACING_CLIENT["name"]}],
            "purecloud_org_roles": [
                {"name": "hybrid-supervisor", "permission_policies": [{"domain": "directory", "entity_name": "user", "action_set": ["view"]}]}
            ],
            "purecloud_org_admins": [{"email": "second.admin@example.com", "name": "Second Administrator", "invite": False}],
        }
        hosts = {
            name: {"hybrid_purecloud_client_id": self._id(name, "client"), "hybrid_purecloud_client_secret": secret} for name, secret in self.secrets.items()
        }
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"hybrid_integrations": {"vars": common, "hosts": hosts}}, stream)
        return path

    @contextmanager
    def counted(self) -> Iterator[list[int]]:
        """A list that holds, at the end, how many requests were made meanwhile."""
        self.sandbox.control("DELETE", "requests")
        counts: list[int] = []
        yield counts
        counts.append(len(self.sandbox.control("GET", "requests")))
