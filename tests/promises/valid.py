# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small state of the two systems, and for every module options that are right for it: nearly all that the module has."""

from __future__ import annotations

from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from demo.estate import saml_material
from promises import drawing

ORGANIZATION_ID = "00000000-0000-4000-8000-000000000000"
MATERIAL = {name.removeprefix("vault_saml_"): value for name, value in saml_material().items()}
CERTIFICATE = MATERIAL["certificate"]
ORGANIZATION = {
    "divisions": drawing.DIVISION_SEED,
    "roles": drawing.ROLE_SEED,
    "clients": [{"name": "alpha", "id": "client-0", "secret": "seeded", "roles": ["Pacing"]}],
    "users": [{"name": "Ada", "email": "ada@example.com", "id": "user-0"}],
    "identity_providers": {"generic": {"name": "Other", "issuerURI": "urn:two", "ssoTargetURI": "https://two.example.com", "certificate": CERTIFICATE}},
}
CFGSERVER = {"tenants": ["One"], "transactions": [{"name": "hybrid", "options": {"ewt": {"client_id": "x", "password": "stored-p4ssword"}}}]}
GRANT = {"role": "Pacing", "division": "Home"}
CONDITION = {"variable_name": "Evaluation.queueId", "operator": "EQ", "operands": [{"type": "QUEUE", "value": "queue-1"}]}
POLICY = {"domain": "quality", "entity_name": "evaluation", "action_set": ["view"], "named_resources": [], "conditions": CONDITION}
CLIENT = {
    "name": "new",
    "description": "d",
    "authorized_grant_type": "CLIENT-CREDENTIALS",
    "access_token_validity_seconds": 3600,
    "registered_redirect_uris": ["https://a.example.com"],
    "scopes": ["users"],
    "roles": [GRANT],
    "client_state": "active",
}
ROLE = {"name": "new", "description": "d", "permissions": ["admin"], "permission_policies": [POLICY], "permission_mode": "add"}
USER = {
    "email": "new@example.com",
    "name": "New",
    "division": "Home",
    "department": "d",
    "title": "t",
    "user_state": "active",
    "roles": [GRANT],
    "invite": True,
}
PROVIDER = {
    "name": "Ours",
    "issuer_uri": "urn:one",
    "sso_target_uri": "https://sso.example.com",
    "slo_uri": "https://slo.example.com",
    "certificates": [CERTIFICATE],
    "metadata_url": "https://sso.example.com/m",
}
TRANSACTION = {
    "name": "new",
    "alias": "new",
    "description": "d",
    "record_period": 1,
    "options": {"ewt": {"client_id": "x"}},
    "secret_options": {"ewt": {"password": "wanted-p4ssword"}},
    "seal_key": drawing.SEAL_KEY,
}
STORED = {"stored_secrets": [{"client": "alpha", "client_id": "client-0"}]}
VALID: dict[str, dict[str, Any]] = {
    "purecloud_oauth_client": {**CLIENT, "seal_key": drawing.SEAL_KEY},
    "purecloud_oauth_clients": {"clients": [CLIENT, {"name": "alpha"}], "seal_key": drawing.SEAL_KEY, "planned_roles": ["Later"], **STORED},
    "purecloud_role": ROLE,
    "purecloud_roles": {"roles": [ROLE, {"name": "Pacing"}]},
    "purecloud_user": {**USER, "planned_roles": ["Later"]},
    "purecloud_users": {"users": [USER, {"email": "ada@example.com"}]},
    "purecloud_idp": PROVIDER,
    "purecloud_oauth_client_info": {"try_secrets": [{"client_id": "client-0", "secret": Seal(drawing.SEAL_KEY).seal("seeded")}], "seal_key": drawing.SEAL_KEY},
    "purecloud_user_info": {"emails": ["ada@example.com"]},
    "purecloud_idp_rotation": {
        **MATERIAL,
        "provider": "generic",
        "objects": [
            {
                "name": "hybrid",
                "tenant": "Environment",
                "options": {"general": {"organization_id": ORGANIZATION_ID}, "saml": {"issuer": "urn:two", "certificate": CERTIFICATE}},
            }
        ],
    },
    "purecloud_oauth_client_rotation": {
        "services": [{"section": "ewt", "oauth_client": "alpha"}],
        "objects": [
            {
                "name": "hybrid",
                "tenant": "Environment",
                "options": {"ewt": {"client_id": "client-0", "password": Seal(drawing.SEAL_KEY).seal("seeded")}},
            }
        ],
        "seal_key": drawing.SEAL_KEY,
    },
    "saml_key_pair": MATERIAL,
    "egress_check": {"destinations": [{"host": "localhost", "port": 1, "tls": False}], "timeout": 1},
    "cfgserver_transaction": TRANSACTION,
    "cfgserver_transaction_info": {"name": "hybrid", "seal_key": drawing.SEAL_KEY},
}
