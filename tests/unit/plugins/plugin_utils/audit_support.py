# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift documents of any size, made from results of tasks as the callback gets them."""

from __future__ import annotations

from typing import Any

from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit import Audit

RUN = {
    "id": "nightly",
    "started": "2026-03-01T01:00:00Z",
    "finished": "2026-03-01T01:02:00Z",
    "playbook": "audit.yml",
    "collection_version": "0.1.0",
    "ansible_version": "2.21.0",
}
MODULES = {
    "role": "purecloud_roles",
    "oauth_client": "purecloud_oauth_clients",
    "identity_provider": "purecloud_idp",
    "administrator": "purecloud_users",
    "transaction": "cfgserver_transaction",
}
NO_ANSWER = {"msg": "POST /session/login on gax.example.com: no connection: check host and port", "failure": {"method": "POST", "path": "/session/login"}}
REJECTED = {"msg": "PureCloud rejects the client_secret: give the right one", "failure": {"method": "POST", "path": "/oauth/token", "status": 401}}


def changed(header: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return {"changed": True, "diff": {"before": before, "after": after, "before_header": header, "after_header": header}, **more}


UNCHANGED = {"changed": False, "diff": {"before": {"name": "x"}, "after": {"name": "x"}, "before_header": "thing x", "after_header": "thing x"}}
ISSUER = changed("idp pureengage", {"issuer_uri": "http://www.example.com/other"}, {"issuer_uri": "http://www.genesys.com/pureengage"})
URLS = changed(
    "transaction hybrid_integration",
    {"alias": "hybrid_integration", "options": {"general": {"base_auth_url": "https://api.example.com/api/"}, "ewt": {"password": "(secret)"}}},
    {"alias": "hybrid_integration", "options": {"general": {"base_auth_url": "https://login.example.com/oauth/token"}, "ewt": {"password": "(new secret)"}}},
)
PERMISSIONS = {
    "changed": True,
    "roles": [{"name": "Supervisor"}],
    "diff": {
        "before": {"Supervisor": {"permission_policies": ["journey:segment:view", "routing:queue:edit"]}},
        "after": {"Supervisor": {"permission_policies": ["journey:segment:view", *(f"journey:report{number}:view" for number in range(30))]}},
    },
}
CLIENT = {
    "changed": True,
    "oauth_clients": [{}, {}],
    "diff": {"before": {}, "after": {"hybrid-pacing": {"name": "hybrid-pacing", "roles": [{"role": "AI Agent", "division": "*"}], "secret": "(new secret)"}}},
}


def succeed(audit: Audit, host: str, **results: dict[str, Any]) -> None:
    """All tasks of one integration, unchanged but for the kinds that are given."""
    for kind, module in MODULES.items():
        audit.succeeded(host, f"genesys.hybrid.{module}", results.get(kind, UNCHANGED), True)


def document_of(count: int, earlier: dict[str, Any] | None = None) -> dict[str, Any]:
    """So many integrations: of ten, six in sync, two drifted, one failed, one without an answer. A single one has drifted."""
    audit = Audit()
    for number in range(count):
        host = f"integration_{number:04}"
        outcome = number % 10 if count > 1 else 6
        if outcome == 6:
            succeed(audit, host, identity_provider=ISSUER, transaction=URLS)
        elif outcome == 7:
            succeed(audit, host, role=PERMISSIONS, oauth_client=CLIENT)
        elif outcome == 8:
            audit.failed(host, "genesys.hybrid.purecloud_organization_info", "Read the PureCloud organization", REJECTED)
        elif outcome == 9:
            audit.failed(host, "genesys.hybrid.cfgserver_transaction_info", "Read the transaction object", NO_ANSWER)
        else:
            succeed(audit, host)
    return audit.document(RUN, earlier)
