# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks that together send every kind of request to both systems, and the state that they begin with."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from sandbox.process import SandboxProcess

SEAL_KEY = "c2VhbC1rZXktb2YtdGhlLXRlc3RzLW9mLXByb21pc2U="
CLIENT_ID, CLIENT_SECRET = "11111111-1111-4111-8111-1111111100c1", "sentinel-of-the-client-secret-4711"
USERNAME, PASSWORD = "ansible", "sentinel-of-the-password-0815"
OLD_CLIENT = "11111111-1111-4111-8111-1111111100c2"
OBJECT = "hybrid_integration"
ALL = "*"


def _certificate() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage")]), datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=730))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


CERTIFICATE = _certificate()
SEED: dict[str, Any] = {
    "organizations": [
        {
            "name": "Example",
            "divisions": [{"name": "Home", "home": True}, {"name": "Sales"}],
            "roles": [{"name": "Old role", "policies": [{"domain": "journey", "entityName": "segment", "actionSet": ["view"]}]}],
            "users": [{"name": "Old User", "email": "old@example.com", "roles": ["Old role"]}],
            "clients": [
                {
                    "name": "Bootstrap",
                    "id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "roles": [{"role": "Admin", "division": ALL}, {"role": "Old role", "division": ALL}],
                    "bootstrap": True,
                },
                {"name": "old-client", "id": OLD_CLIENT, "roles": [{"role": "Old role", "division": ALL}]},
            ],
            "identity_providers": {
                "purecloud": {"name": "PureCloud"},
                "generic": {"name": "Generic", "issuerURI": "urn:old", "ssoTargetURI": "https://old.example.com/sso", "certificates": [CERTIFICATE]},
            },
        }
    ],
    "cfgserver": {
        "accounts": [{"username": USERNAME, "password": PASSWORD}],
        "tenants": ["Example One"],
        "transactions": [{"name": "old_object", "options": {"general": {"a": "1", "b": "2"}, "of_others": {"c": "3"}}}],
    },
}


@dataclass(frozen=True)
class Scenario:
    """One task. ``settled`` are parameters that the task gets once it has succeeded, where they depend on what it did: ``settled(sandbox)``."""

    name: str
    module: str
    params: dict[str, Any] = field(hash=False)
    settled: Callable[[SandboxProcess], dict[str, Any]] = field(default=lambda sandbox: {}, hash=False)

    @property
    def spec(self) -> Spec:
        return importlib.import_module(f"ansible_collections.genesys.hybrid.plugins.modules.{self.module}").SPEC

    @property
    def writes(self) -> bool:
        return not self.spec.read_only

    def arguments(self, sandbox: SandboxProcess, timeout: float) -> dict[str, Any]:
        origin = sandbox.info["purecloud_url"]
        if self.module.startswith("purecloud_"):
            connection = {"api_url": origin, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        else:
            connection = {"cfgserver_api": self.name.split()[-1], "url": origin, "username": USERNAME, "password": PASSWORD}
        return {**connection, "timeout": timeout, **self.params}


def _has_its_secret(sandbox: SandboxProcess) -> dict[str, Any]:
    (organization,) = sandbox.control("GET", "state")["purecloud"]["organizations"]
    secret = Seal(SEAL_KEY).seal(organization["clients"][OLD_CLIENT]["secret"])
    return {"stored_secrets": [{"client": "old-client", "client_id": OLD_CLIENT, "secret": secret}], "check_stored_secrets": True}


GRANTS = [{"role": "Old role", "division": ALL}]
_POLICY = {"domain": "journey", "entity_name": "customer", "action_set": ["view"]}
_OPTIONS = {"general": {"a": "1", "base_auth_url": "https://login.example.com"}, "new": {"d": "4"}}
_ISSUER = {"issuer_uri": "urn:new", "sso_target_uri": "https://new.example.com/sso", "certificates": [CERTIFICATE]}
_NEW_USER = {"email": "new@example.com", "name": "New User", "division": "Sales", "roles": GRANTS, "invite": True}
_CHANGED_USER = {"email": "old@example.com", "name": "Changed", "division": "Sales", "roles": [{"role": "Old role", "division": ALL}], "grant_mode": "exact"}

PURECLOUD = [
    Scenario("client created", "purecloud_oauth_client", {"name": "new-client", "roles": GRANTS, "seal_key": SEAL_KEY}),
    Scenario("client changed", "purecloud_oauth_clients", {"clients": [{"name": "old-client", "description": "changed"}]}),
    Scenario(
        "client with a new secret",
        "purecloud_oauth_clients",
        {"clients": [{"name": "old-client"}], "stored_secrets": [{"client": "old-client"}], "seal_key": SEAL_KEY},
        _has_its_secret,
    ),
    Scenario("client deleted", "purecloud_oauth_client", {"name": "old-client", "state": "absent"}),
    Scenario("client made again", "purecloud_oauth_client", {"name": "old-client", "description": "again", "roles": GRANTS, "seal_key": SEAL_KEY}),
    Scenario("provider created", "purecloud_idp", {"provider": "pureengage", **_ISSUER}),
    Scenario("provider changed", "purecloud_idp", {"provider": "generic", **_ISSUER}),
    Scenario("provider deleted", "purecloud_idp", {"provider": "generic", "state": "absent"}),
    Scenario("role created", "purecloud_role", {"name": "New role", "permission_policies": [_POLICY]}),
    Scenario("role changed", "purecloud_roles", {"roles": [{"name": "Old role", "permission_policies": [_POLICY]}]}),
    Scenario("role deleted", "purecloud_role", {"name": "Old role", "state": "absent"}),
    Scenario("user created", "purecloud_user", _NEW_USER),
    Scenario("user changed", "purecloud_users", {"users": [_CHANGED_USER]}),
    Scenario("user deleted", "purecloud_user", {"email": "old@example.com", "state": "absent"}),
    Scenario("organization read", "purecloud_organization_info", {}),
    Scenario("ranges read", "purecloud_ip_ranges_info", {}),
    Scenario("clients read", "purecloud_oauth_client_info", {"usage_days": 7}),
    Scenario("providers read", "purecloud_idp_info", {}),
    Scenario("roles read", "purecloud_role_info", {}),
    Scenario("users read", "purecloud_user_info", {"role": "Old role"}),
]
CFGSERVER = [
    scenario
    for api in ("gax", "gws")
    for scenario in (
        Scenario(f"object created by {api}", "cfgserver_transaction", {"name": OBJECT, "options": _OPTIONS}),
        Scenario(f"object changed by {api}", "cfgserver_transaction", {"name": "old_object", "options": _OPTIONS}),
        Scenario(f"object deleted by {api}", "cfgserver_transaction", {"name": "old_object", "state": "absent"}),
        Scenario(f"objects read by {api}", "cfgserver_transaction_info", {}),
        Scenario(f"tenants read by {api}", "cfgserver_tenant_info", {}),
    )
] + [Scenario("tenants read by auto", "cfgserver_tenant_info", {})]
SCENARIOS = PURECLOUD + CFGSERVER


def essence(sandbox: SandboxProcess) -> dict[str, Any]:
    """What the server holds, with names instead of IDs and without dates, secrets and sessions: equal for two runs that did the same."""
    state = sandbox.control("GET", "state")
    (organization,) = state["purecloud"]["organizations"]
    documents = {key: {name: item["document"] for name, item in organization[key].items()} for key in ("divisions", "roles", "users", "clients")}
    names = {identifier: document["name"] for kind in documents.values() for identifier, document in kind.items()}

    def held(identifier: str) -> list[str]:
        grants = organization["grants"].get(identifier, [])
        return sorted(" in ".join(names.get(str(grant[key]), str(grant[key])) for key in ("role_id", "division_id")) for grant in grants)

    clients = {key: client for key, client in documents["clients"].items() if client["state"] != "deleted"}
    return {
        "clients": sorted([client["name"], client.get("description", ""), client["state"], *held(key)] for key, client in clients.items()),
        "roles": sorted([role["name"], sorted(map(str, role["permissionPolicies"]))] for role in documents["roles"].values()),
        "users": sorted(
            [user["email"], user["name"], user["state"], names[item["division_id"]], item["invitations"], *held(key)]
            for (key, user), item in zip(documents["users"].items(), organization["users"].values(), strict=True)
        ),
        "providers": organization["identity_providers"],
        "objects": sorted([item["attributes"]["name"], item["tenant"], sorted(item["options"])] for item in _objects(state)),
    }


def _objects(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in state["cfgserver"]["objects"] if item["class_name"] == "CfgTransaction"]
