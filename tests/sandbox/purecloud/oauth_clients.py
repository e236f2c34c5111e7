# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth clients.

Sources: Python SDK 269 (model, no query parameters on the list, secret only from create and regenerate), Genesys Cloud CLI 166 (delete only when
inactive), Genesys Cloud Resource Center (clients older than 30 days stay deactivated for a week), Terraform provider 1.84 (a client gets only roles
that the caller holds; state ``deleted`` after a delete). The sandbox's choices: 400 for a role or division that does not exist, 403
``not.authorized`` for roles that the caller does not hold, 204 after a delete.
"""

from __future__ import annotations

import uuid
from typing import Any

from .errors import ApiError, invalid
from .operations import Call, any_of, operation
from .paging import single_page
from .schemas.oauth import DEFAULT_VALIDITY, OAuthClient, OAuthClientEntityListing, OAuthClientRequest
from .seeding import new_secret
from .state import ALL_DIVISIONS, RETENTION_AGE, RETENTION_TIME, Client, Document, iso

SPELLINGS = {
    "CODE": "CODE",
    "TOKEN": "TOKEN",
    "PASSWORD": "PASSWORD",
    "SAML2BEARER": "SAML2-BEARER",
    "SAML2-BEARER": "SAML2-BEARER",
    "SAML2_BEARER": "SAML2-BEARER",
    "CLIENT_CREDENTIALS": "CLIENT-CREDENTIALS",
    "CLIENT-CREDENTIALS": "CLIENT-CREDENTIALS",
}
# fields that the service sets itself; sent ones are ignored
READ_ONLY = ("id", "secret", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri")
ROLE_FIELDS = ("roleIds", "roleDivisions")


def normalise_grant(body: Any) -> Any:
    """Rewrite the grant to its present spelling (hyphens since 2021-11-25) before the schema looks at it."""
    if not isinstance(body, dict):
        return body
    grant = body.get("authorizedGrantType")
    if grant is None:
        raise ApiError("grant.type.required")
    if grant not in SPELLINGS:
        raise ApiError("bad.grant.type")
    return {**body, "authorizedGrantType": SPELLINGS[grant]}


def render_client(call: Call, client: Client, with_secret: bool = False) -> Document:
    grants = call.organization.grants.get(client.document["id"], [])
    document = {**client.document, "roleDivisions": [{"roleId": grant.role_id, "divisionId": grant.division_id} for grant in grants]}
    document["roleIds"] = list(dict.fromkeys(grant.role_id for grant in grants))
    if client.deleted_at is not None:
        document["state"] = "deleted"
    if with_secret or call.switch("oauth_read_returns_secret"):
        document["secret"] = client.secret
    return document


def visible_clients(call: Call) -> list[Client]:
    """Clients that the list shows now; forgets deleted ones that have lingered long enough."""
    clients, linger = call.organization.clients, call.switch("deleted_client_lingers_seconds")
    for key, client in list(clients.items()):
        if client.deleted_at is not None and call.now >= client.deleted_at + linger:
            forget_client(call, key)
    lag = call.switch("client_list_lag_seconds")
    return [client for client in clients.values() if client is call.caller or call.now >= client.created_at + lag]


def forget_client(call: Call, key: str) -> None:
    del call.organization.clients[key]
    call.organization.grants.pop(key, None)


def find_client(call: Call) -> Client:
    visible_clients(call)
    client = call.organization.clients.get(call.path("clientId"))
    if client is None or (client is not call.caller and call.now < client.created_at + call.switch("client_read_lag_seconds")):
        raise ApiError("not.found")
    return client


def find_live_client(call: Call) -> Client:
    client = find_client(call)
    if client.deleted_at is not None:
        raise ApiError("not.found")
    return client


def wanted_grants(call: Call) -> list[tuple[str, str]]:
    """Pairs of role and division that the body asks for; roleIds is deprecated and means the home division."""
    home = call.organization.home_division_id
    pairs = [(item["roleId"], item["divisionId"]) for item in call.body.get("roleDivisions") or []]
    pairs += [(role_id, home) for role_id in call.body.get("roleIds") or [] if role_id not in {pair[0] for pair in pairs}]
    for role_id, division_id in pairs:
        if role_id not in call.organization.roles:
            raise invalid(f"Role {role_id} does not exist.", "roleDivisions.roleId")
        if division_id != ALL_DIVISIONS and division_id not in call.organization.live_divisions():
            raise invalid(f"Division {division_id} does not exist.", "roleDivisions.divisionId")
    return list(dict.fromkeys(pairs))


def require_roles(call: Call, role_ids: set[str]) -> None:
    """A caller can give, and edit clients with, only roles whose every permission it holds itself."""
    roles = [call.organization.roles[role_id].document for role_id in role_ids if role_id in call.organization.roles]
    needed = set().union(*(call.organization.role_permissions(role) for role in roles))
    held = call.organization.holds(call.caller_id, before=call.now - call.switch("own_grant_lag_seconds"))
    if not needed <= held:
        raise ApiError("not.authorized", "You are not authorized to give this client one of its roles: you do not hold all of its permissions.")


def current_roles(call: Call, client_id: str) -> set[str]:
    return {grant.role_id for grant in call.organization.grants.get(client_id, [])}


def check_request(call: Call, pairs: list[tuple[str, str]]) -> None:
    grant = call.body["authorizedGrantType"]
    if grant == "CLIENT-CREDENTIALS" and not pairs:
        raise ApiError("missing.client.roles")
    if grant != "CLIENT-CREDENTIALS" and not call.body.get("scope") and call.switch("oauth_scope_required"):
        raise invalid("A client with this grant type needs at least one scope.", "scope")


def document_from(call: Call) -> Document:
    """The stored fields of a create or a full replace: defaults for what is absent, unknown fields kept."""
    body = {key: value for key, value in call.body.items() if key not in READ_ONLY + ROLE_FIELDS}
    defaults: Document = {"accessTokenValiditySeconds": DEFAULT_VALIDITY, "registeredRedirectUri": [], "scope": [], "state": "active"}
    document = {**defaults, **body}
    if document["state"] != "inactive":
        document.pop("dateToDelete", None)
    reference = {"id": call.caller_id, "selfUri": call.caller.document["selfUri"]}
    return {**document, "dateModified": iso(call.now), "modifiedBy": reference}


def set_grants(call: Call, client_id: str, pairs: list[tuple[str, str]]) -> None:
    kept = [grant for grant in call.organization.grants.get(client_id, []) if (grant.role_id, grant.division_id) in pairs]
    call.organization.grants[client_id] = kept
    for role_id, division_id in pairs:
        call.organization.add_grant(client_id, role_id, division_id, call.now)


def stop_tokens(call: Call, client_id: str) -> None:
    if call.switch("tokens_after_client_stopped") == "revoke":
        call.purecloud.drop_tokens(client_id)


@operation("GET", "/oauth/clients", any_of("oauth:client:view"), answer=OAuthClientEntityListing, keep_unknown=True)
def list_clients(call: Call) -> Document:
    return single_page(call.request, [render_client(call, client) for client in visible_clients(call)])


@operation("POST", "/oauth/clients", any_of("oauth:client:add"), body=OAuthClientRequest, answer=OAuthClient, keep_unknown=True, prepare=normalise_grant)
def create_client(call: Call) -> Document:
    limit = call.switch("max_oauth_clients")
    if limit and sum(client.deleted_at is None for client in call.organization.clients.values()) >= limit:
        raise ApiError("auth.too.many.clients")
    pairs = wanted_grants(call)
    check_request(call, pairs)
    require_roles(call, {role_id for role_id, _division_id in pairs})
    key, document = str(uuid.uuid4()), document_from(call)
    document.update(id=key, dateCreated=document["dateModified"], createdBy=document["modifiedBy"], selfUri=f"/api/v2/oauth/clients/{key}")
    client = call.organization.clients[key] = Client(document, new_secret(), call.now)
    set_grants(call, key, pairs)
    return render_client(call, client, with_secret=True)


@operation("GET", "/oauth/clients/{clientId}", any_of("oauth:client:view"), answer=OAuthClient, keep_unknown=True)
def get_client(call: Call) -> Document:
    return render_client(call, find_client(call))


@operation(
    "PUT",
    "/oauth/clients/{clientId}",
    any_of("oauth:client:edit"),
    body=OAuthClientRequest,
    answer=OAuthClient,
    keep_unknown=True,
    prepare=normalise_grant,
)
def replace_client(call: Call) -> Document:
    """Full replace: absent fields fall back to their defaults. Setting a client that waits for its removal active restores it."""
    client = find_live_client(call)
    pairs = wanted_grants(call)
    check_request(call, pairs)
    key = client.document["id"]
    require_roles(call, {role_id for role_id, _division_id in pairs} | current_roles(call, key))
    kept: Document = {name: client.document[name] for name in ("id", "dateCreated", "createdBy", "selfUri") if name in client.document}
    client.document = {**document_from(call), **kept}
    set_grants(call, key, pairs)
    if client.document["state"] != "active":
        stop_tokens(call, key)
    return render_client(call, client)


@operation("POST", "/oauth/clients/{clientId}/secret", any_of("oauth:client:edit"), answer=OAuthClient, keep_unknown=True)
def regenerate_secret(call: Call) -> Document:
    """The previous secret mints nothing from now on."""
    client = find_live_client(call)
    require_roles(call, current_roles(call, client.document["id"]))
    client.secret = new_secret()
    client.document["dateModified"] = iso(call.now)
    if call.switch("tokens_after_secret_regenerated") == "revoke":
        call.purecloud.drop_tokens(client.document["id"])
    return render_client(call, client, with_secret=True)


@operation("DELETE", "/oauth/clients/{clientId}", any_of("oauth:client:delete"), status=204)
def delete_client(call: Call) -> None:
    client = find_live_client(call)
    key = client.document["id"]
    if client.document["state"] != "inactive":
        raise ApiError("cannot.delete.client")
    stop_tokens(call, key)
    if call.now - client.created_at > RETENTION_AGE:
        client.document.setdefault("dateToDelete", iso(call.now + RETENTION_TIME))
        return
    if call.switch("deleted_client_lingers_seconds"):
        client.deleted_at = call.now
    else:
        forget_client(call, key)
