# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token endpoint of the login host, and tokens/me.

Sources: Python SDK 269 (request), RFC 6749 (shape); unknown client = 400 ``client not found`` and wrong secret = 401 ``authentication failed``
(live tests of go-gcloudcx); mint limit = 400 ``invalid_request`` (Terraform provider 1.84). Statuses and texts of a missing Basic header, of a
client that may not use the grant and of a stopped client are the sandbox's choice. SAML2 bearer assertions are answered with
``unsupported_grant_type``: checking one needs XML signatures, and a sandbox that accepted any would prove nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from urllib.parse import unquote

from aiohttp import web

from ..issued import issued
from .operations import Call, operation
from .schemas.oauth import TokenError, TokenGrant, TokenInfo
from .state import Client, Document, Organization, PureCloud, Token

MINT_WINDOW = 60.0


class TokenRefusal(Exception):
    """An OAuth error answer: HTTP status, error code, description."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.description = status, error, description


def _basic_credentials(request: web.Request) -> tuple[str, str]:
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    try:
        client_id, colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client_id, colon, secret = "", "", ""
    if scheme.lower() != "basic" or not colon or not client_id:
        raise TokenRefusal(400, "invalid_request", "client credentials are required in the authorization header")
    return unquote(client_id), secret


def _authenticate(purecloud: PureCloud, request: web.Request) -> tuple[Organization, Client]:
    client_id, secret = _basic_credentials(request)
    for organization in purecloud.organizations.values():
        organization.expire_clients(purecloud.clock.now())
    found = purecloud.find_client(client_id)
    if found is None:
        raise TokenRefusal(400, "invalid_client", "client not found")
    request["client"] = client_id
    if not secrets.compare_digest(found[1].secret.encode(), secret.encode()):
        raise TokenRefusal(401, "invalid_client", "authentication failed")
    return found


def _check_grant(grant_type: str | None, client: Client) -> None:
    if not grant_type:
        raise TokenRefusal(400, "invalid_request", "grant_type is required")
    if grant_type != "client_credentials":
        raise TokenRefusal(400, "unsupported_grant_type", f"grant type {grant_type} is not supported")
    if client.document["authorizedGrantType"] != "CLIENT-CREDENTIALS":
        raise TokenRefusal(400, "unauthorized_client", "the client may not use this grant type")
    if client.document["state"] != "active":
        raise TokenRefusal(400, "invalid_client", "client is not active")


def _check_mint_rate(purecloud: PureCloud, client_id: str) -> None:
    now, limit = purecloud.clock.now(), purecloud.switches["token_mint_limit_per_minute"]
    recent = [moment for moment in purecloud.mints.get(client_id, []) if now - MINT_WINDOW < moment <= now]
    purecloud.mints[client_id] = recent
    if limit and len(recent) >= limit:
        raise TokenRefusal(400, "invalid_request", f"rate limit exceeded; at most {limit} tokens per minute for one client")
    recent.append(now)


def mint(purecloud: PureCloud, organization: Organization, client: Client) -> Token:
    """Make a live token; with switch ``max_tokens_per_client`` the oldest beyond the limit is dropped."""
    now, client_id = purecloud.clock.now(), client.document["id"]
    expired = [value for value, token in purecloud.tokens.items() if token.expires_at <= now]
    for value in expired:
        del purecloud.tokens[value]
    token = Token(issued(secrets.token_urlsafe(48)), client_id, organization.id, now, now + client.document["accessTokenValiditySeconds"])
    purecloud.tokens[token.value] = token
    limit = purecloud.switches["max_tokens_per_client"]
    own = [value for value, known in purecloud.tokens.items() if known.client_id == client_id]
    for value in own[: max(0, len(own) - limit)] if limit else []:
        del purecloud.tokens[value]
    return token


async def token_endpoint(purecloud: PureCloud, request: web.Request) -> web.Response:
    """POST /oauth/token."""
    headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    try:
        if request.content_type != "application/x-www-form-urlencoded":
            raise TokenRefusal(400, "invalid_request", "the request must be application/x-www-form-urlencoded")
        form = await request.post()
        organization, client = _authenticate(purecloud, request)
        grant_type = form.get("grant_type")
        _check_grant(grant_type if isinstance(grant_type, str) else None, client)
        _check_mint_rate(purecloud, client.document["id"])
        token = mint(purecloud, organization, client)
    except TokenRefusal as refusal:
        refused = TokenError(error=refusal.error, description=refusal.description, error_description=refusal.description)
        return web.Response(status=refusal.status, body=refused.model_dump_json().encode(), headers=headers)
    granted = TokenGrant(access_token=token.value, token_type="bearer", expires_in=client.document["accessTokenValiditySeconds"])
    return web.Response(body=json.dumps(granted.model_dump()).encode(), headers=headers)


@operation("GET", "/tokens/me", answer=TokenInfo)
def get_token(call: Call) -> Document:
    organization = {"id": call.organization.id, "name": call.organization.document["name"]}
    names = ("id", "name", "authorizedGrantType", "dateCreated", "dateModified", "createdBy", "modifiedBy", "scope", "state", "dateToDelete")
    client = {name: call.caller.document.get(name) for name in names}
    client["roleDivisions"] = [{"roleId": grant.role_id, "divisionId": grant.division_id} for grant in call.organization.grants.get(call.caller_id, [])]
    client["organization"] = organization
    scope = call.caller.document.get("scope") or []
    return {"organization": organization, "homeOrganization": organization, "authorizedScope": scope, "OAuthClient": client}


@operation("HEAD", "/tokens/me")
def head_token(call: Call) -> None:
    return None


@operation("DELETE", "/tokens/me")
def delete_token(call: Call) -> None:
    call.purecloud.tokens.pop(call.token.value, None)
