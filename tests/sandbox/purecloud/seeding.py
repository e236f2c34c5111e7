# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build an organization from a seed entry.

Keys of an entry: ``name`` (required), ``id``, ``third_party_org_name``, ``domain``, ``region``, ``hybrid`` (default true: the AI Agent role exists),
``default_language``, ``default_country_code``, ``product_platform``; ``divisions`` [{name, id, description, home}], ``roles`` [{name, id, description,
permissions, policies: [{domain, entityName, actionSet, …}]}], ``users`` [{name, email, id, division, state, roles}], ``groups`` [{name, id, members:
[email], roles}], ``clients`` [{name, id, secret, grant_type, state, roles, bootstrap, created_days_ago, …}], ``identity_providers`` {key: fields}.
Where ``roles`` grants roles, an entry is a role name or {role, division}; ``division`` is a name or ``*``, without it the home division.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from ..issued import issued
from .permissions import default_role, default_role_ids, expand_all
from .state import ALL_DIVISIONS, Client, Division, Document, Organization, Role, User, iso

DAY = 86_400.0


def new_secret() -> str:
    return issued(secrets.token_urlsafe(32))


def build_organization(entry: Document, now: float) -> Organization:
    """Raises KeyError, TypeError or ValueError for an entry that cannot be used. What a seed holds is a day old, so that no lag hides it."""
    now -= DAY
    organization = Organization(_document(entry), entry.get("region", "us-east-1"), entry.get("hybrid", True))
    divisions = entry.get("divisions") or [{"name": "Home", "home": True}]
    if sum(bool(division.get("home")) for division in divisions) != 1:
        raise ValueError(f"organization {entry['name']!r} needs exactly one home division")
    for division in divisions:
        add_division(organization, division["name"], division.get("description", ""), now, division.get("id"), bool(division.get("home")))
    add_default_roles(organization, now)
    for role in entry.get("roles") or []:
        _add_role(organization, role, now)
    for user in entry.get("users") or []:
        _add_user(organization, user, now)
    for group in entry.get("groups") or []:
        _add_group(organization, group, now)
    for client in entry.get("clients") or []:
        _add_client(organization, client, now)
    for key, fields in (entry.get("identity_providers") or {}).items():
        organization.identity_providers[key] = {"disabled": False, **fields, "id": key, "selfUri": f"/api/v2/identityproviders/{key}"}
    return organization


def _document(entry: Document) -> Document:
    document: Document = {
        "id": entry.get("id") or str(uuid.uuid4()),
        "name": entry["name"],
        "defaultLanguage": entry.get("default_language", "en-US"),
        "defaultCountryCode": entry.get("default_country_code", "US"),
        "thirdPartyOrgName": entry.get("third_party_org_name") or str(entry["name"]).lower().replace(" ", "-"),
        "domain": entry.get("domain") or str(entry["name"]).lower().replace(" ", "-") + ".example.com",
        "productPlatform": entry.get("product_platform", "PureEngage"),
        "version": 1,
        "state": "active",
        "voicemailEnabled": False,
        "features": {"realtimeCIC": False, "purecloud": True, "hipaa": False, "ucEnabled": False, "pci": False, "purecloudVoice": False},
    }
    return {**document, "selfUri": f"/api/v2/organizations/{document['id']}"}


def add_division(organization: Organization, name: str, description: str, now: float, division_id: str | None = None, home: bool = False) -> Division:
    key = division_id or str(uuid.uuid4())
    document = {"id": key, "name": name, "description": description, "homeDivision": home, "selfUri": f"/api/v2/authorization/divisions/{key}"}
    organization.divisions[key] = Division(document, now)
    return organization.divisions[key]


def add_default_roles(organization: Organization, now: float) -> None:
    """Add the default roles that the organization lacks."""
    present = {role.document.get("defaultRoleId") for role in organization.roles.values()}
    for default_role_id in default_role_ids(organization.hybrid):
        document = default_role(default_role_id)
        if default_role_id not in present and document is not None:
            key = str(uuid.uuid5(uuid.UUID(organization.id), default_role_id))
            organization.roles[key] = Role({"id": key, **document, "selfUri": f"/api/v2/authorization/roles/{key}"}, now)


def _add_role(organization: Organization, entry: Document, now: float) -> None:
    key = entry.get("id") or str(uuid.uuid4())
    document = {"id": key, "name": entry["name"], "description": entry.get("description", ""), "permissions": entry.get("permissions") or []}
    document.update(permissionPolicies=expand_all(entry.get("policies") or []), default=False, base=False, roleNeedsUpdate=False)
    organization.roles[key] = Role({**document, "selfUri": f"/api/v2/authorization/roles/{key}"}, now)


def _named(entities: dict[str, Any], name: str, kind: str) -> str:
    for key, entity in entities.items():
        if entity.document["name"] == name:
            return key
    raise ValueError(f"the seed names an unknown {kind} {name!r}")


def _grant_all(organization: Organization, subject_id: str, entries: list[Any], now: float) -> None:
    for entry in entries:
        role, division = (entry["role"], entry.get("division")) if isinstance(entry, dict) else (entry, None)
        division_id = organization.home_division_id if division is None else division
        if division is not None and division != ALL_DIVISIONS:
            division_id = _named(organization.divisions, division, "division")
        organization.add_grant(subject_id, _named(organization.roles, role, "role"), division_id, now)


def _add_user(organization: Organization, entry: Document, now: float) -> None:
    division = _named(organization.divisions, entry["division"], "division") if "division" in entry else organization.home_division_id
    fields: Document = {key: entry[key] for key in ("department", "title", "id") if key in entry}
    user = new_user({"name": entry["name"], "email": entry["email"], "state": entry.get("state", "active"), **fields}, division, now)
    organization.users[user.document["id"]] = user
    employee = [role.document["name"] for role in organization.roles.values() if role.document.get("defaultRoleId") == "employee"]
    _grant_all(organization, user.document["id"], employee + (entry.get("roles") or []), now)


def new_user(fields: Document, division_id: str, now: float) -> User:
    """A user's record; ``fields`` are name, email, state and optional others of the API."""
    key = fields.get("id") or str(uuid.uuid4())
    contact = {"address": fields["email"], "mediaType": "EMAIL", "type": "PRIMARY"}
    document: Document = {"addresses": [], "acdAutoAnswer": False, **fields, "id": key, "username": fields["email"], "version": 1}
    document.update(primaryContactInfo=[contact], selfUri=f"/api/v2/users/{key}")
    return User(document, division_id, [[now, dict(document)]])


def _add_group(organization: Organization, entry: Document, now: float) -> None:
    key = entry.get("id") or str(uuid.uuid4())
    members = [user.document["id"] for user in organization.users.values() if user.document["email"] in (entry.get("members") or [])]
    organization.groups[key] = {"id": key, "name": entry["name"], "members": members}
    _grant_all(organization, key, entry.get("roles") or [], now)


def _add_client(organization: Organization, entry: Document, now: float) -> None:
    key = entry.get("id") or str(uuid.uuid4())
    created = now + DAY - DAY * entry.get("created_days_ago", 1)
    document: Document = {
        "id": key,
        "name": entry["name"],
        "description": entry.get("description", ""),
        "authorizedGrantType": entry.get("grant_type", "CLIENT-CREDENTIALS"),
        "accessTokenValiditySeconds": entry.get("access_token_validity_seconds", 86_400),
        "registeredRedirectUri": entry.get("registered_redirect_uri") or [],
        "scope": entry.get("scope") or [],
        "state": entry.get("state", "active"),
        "dateCreated": iso(created),
        "dateModified": iso(created),
        "selfUri": f"/api/v2/oauth/clients/{key}",
    }
    organization.clients[key] = Client(document, entry.get("secret") or new_secret(), created)
    _grant_all(organization, key, entry.get("roles") or [], created)
    if entry.get("bootstrap"):
        organization.bootstrap_client_id = key
