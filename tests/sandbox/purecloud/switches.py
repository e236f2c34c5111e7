# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of the PureCloud half: behaviour that differs between times and organizations, or that no public source settles.

Seconds are seconds of the sandbox's clock.

====================================  ==========  =============================================================================
switch                                default     meaning
====================================  ==========  =============================================================================
rate_limit_per_minute                 300         requests per minute and token, counted from its first request; 0 = no limit
token_mint_limit_per_minute           0           tokens per minute and client; beyond it 400 invalid_request; 0 = no limit
max_tokens_per_client                 0           a further token drops the oldest; 0 = no limit
tokens_after_client_stopped           revoke      tokens of a client that is made inactive or disabled: revoke | keep (until the client is gone)
tokens_after_secret_regenerated       keep        tokens minted with the previous secret: keep | revoke
oauth_read_returns_secret             False       GET, list and PUT show the secret, as they did before 2025
oauth_scope_required                  False       grants other than client credentials are refused without a scope
max_oauth_clients                     0           clients of one organization, beyond it auth.too.many.clients; 0 = no limit
deleted_client_lingers_seconds        0           GET and list show a deleted client as state ``deleted`` for so long
client_list_lag_seconds               0           a new client is absent from the list for so long
client_read_lag_seconds               0           GET, PUT, DELETE of a new client answer 404 for so long
role_grant_lag_seconds                0           grants of a new role or in a new division answer 404 for so long
own_grant_lag_seconds                 0           a new grant does not count yet among the caller's own rights for so long
max_role_assignments                  1000        grants of one subject, beyond it max.role.assignments.exceeded
user_search_lag_seconds               0           POST /users/search shows users as they were so long ago
role_wildcards                        expand      ``*`` in a policy sent: expand (as since 2026-06-01) | keep
role_unknown_permissions              accept      policies that name no known permission: accept | reject with 400
new_user_state                        active      state of a user created without one: active | inactive
idp_certificates                      bare        certificates are returned as bare base64 (bare) or as they were sent (verbatim)
idp_duplicate_issuer                  accept      a second provider with the same issuerURI: accept | reject with 400
usage_query_running_reads             0           how many reads of a usage query answer ``Running`` first
====================================  ==========  =============================================================================
"""

from __future__ import annotations

from typing import Any

SWITCHES: dict[str, Any] = {
    "rate_limit_per_minute": 300,
    "token_mint_limit_per_minute": 0,
    "max_tokens_per_client": 0,
    "tokens_after_client_stopped": "revoke",
    "tokens_after_secret_regenerated": "keep",
    "oauth_read_returns_secret": False,
    "oauth_scope_required": False,
    "max_oauth_clients": 0,
    "deleted_client_lingers_seconds": 0,
    "client_list_lag_seconds": 0,
    "client_read_lag_seconds": 0,
    "role_grant_lag_seconds": 0,
    "own_grant_lag_seconds": 0,
    "max_role_assignments": 1000,
    "user_search_lag_seconds": 0,
    "role_wildcards": "expand",
    "role_unknown_permissions": "accept",
    "new_user_state": "active",
    "idp_certificates": "bare",
    "idp_duplicate_issuer": "accept",
    "usage_query_running_reads": 0,
}
SWITCH_CHOICES: dict[str, tuple[Any, ...]] = {
    "tokens_after_client_stopped": ("revoke", "keep"),
    "tokens_after_secret_regenerated": ("keep", "revoke"),
    "role_wildcards": ("expand", "keep"),
    "role_unknown_permissions": ("accept", "reject"),
    "new_user_state": ("active", "inactive"),
    "idp_certificates": ("bare", "verbatim"),
    "idp_duplicate_issuer": ("accept", "reject"),
}
