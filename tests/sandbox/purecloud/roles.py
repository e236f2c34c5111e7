# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and the default roles.

Sources: Python SDK 269 (models, parameters), Platform API swagger of 2018 (``max.role.ids``), Terraform provider 1.84 (``name`` filters by prefix with
``*``; default roles cannot be renamed; policies of unknown permissions are accepted; wildcards are expanded since 2026-06-01), official premium app
sample (wildcard search). PATCH changes only ``roleNeedsUpdate``. The sandbox's choices: a role's name is unique without regard to case (409), a default
role cannot be deleted (400), deleting a role removes its grants, 204 after a delete.
"""

from __future__ import annotations

import fnmatch
import uuid
from typing import Any

from .errors import ApiError, invalid
from .operations import BASE, Call, any_of, operation
from .paging import page, query_bool, query_list
from .permissions import all_permissions, default_role, default_role_ids, expand_all, granted
from .schemas import authorization as schemas
from .seeding import add_default_roles
from .state import Document, Role

VIEW, ADD, EDIT, DELETE = (any_of(f"authorization:role:{action}") for action in ("view", "add", "edit", "delete"))
MAXIMUM_IDS = 100


def user_counts(call: Call) -> dict[str, int]:
    """How many users hold each role in at least one division."""
    counts: dict[str, int] = {}
    for user_id, user in call.organization.users.items():
        if user.document["state"] != "deleted":
            for role_id in {grant.role_id for grant in call.organization.grants_of(user_id)}:
                counts[role_id] = counts.get(role_id, 0) + 1
    return counts


def render_role(role: Role, counts: dict[str, int] | None = None) -> Document:
    document = dict(role.document)
    if counts is not None:
        document["userCount"] = counts.get(document["id"], 0)
    return document


def find_role(call: Call, key: str) -> Role:
    if key not in call.organization.roles:
        raise ApiError("not.found")
    return call.organization.roles[key]


def checked_policies(call: Call, policies: list[Document]) -> list[Document]:
    """Policies as the service stores them, depending on the switches for wildcards and for unknown permissions."""
    if call.switch("role_unknown_permissions") == "reject":
        unknown = sorted(granted(policies) - all_permissions())
        if unknown:
            raise invalid(f"Unknown permission {unknown[0]}.", "permissionPolicies")
    return expand_all(policies) if call.switch("role_wildcards") == "expand" else policies


def _check_name(call: Call, name: str, own_id: str | None = None) -> None:
    for key, role in call.organization.roles.items():
        if key != own_id and role.document["name"].casefold() == name.casefold():
            raise ApiError("general.conflict", f"A role with the name {name} already exists.")


@operation("GET", "/authorization/roles", VIEW, answer=schemas.OrganizationRoleEntityListing)
def list_roles(call: Call) -> Document:
    """Filters: id (at most 100), name (without regard to case; ``*`` matches anything), defaultRoleId, permission (any of them)."""
    request = call.request
    ids, default_ids, permissions = query_list(request, "id"), query_list(request, "defaultRoleId"), query_list(request, "permission")
    if len(ids) > MAXIMUM_IDS:
        raise ApiError("max.role.ids")
    name = request.query.get("name", "").casefold()
    roles = []
    for key, role in call.organization.roles.items():
        document = role.document
        if (ids and key not in ids) or (default_ids and document.get("defaultRoleId") not in default_ids):
            continue
        if name and not fnmatch.fnmatchcase(document["name"].casefold(), name):
            continue
        if permissions and not call.organization.role_permissions(document) & set(permissions):
            continue
        roles.append(role)
    counts = user_counts(call) if query_bool(request, "userCount", True) else None
    roles.sort(key=lambda role: role.document["name"].casefold())
    return page(request, [render_role(role, counts) for role in roles])


@operation("POST", "/authorization/roles", ADD, body=schemas.DomainOrganizationRoleCreate, answer=schemas.DomainOrganizationRole)
def create_role(call: Call) -> Document:
    _check_name(call, call.body["name"])
    key = str(uuid.uuid4())
    document = {"id": key, "name": call.body["name"], "description": call.body.get("description", ""), "permissions": call.body.get("permissions", [])}
    document["permissionPolicies"] = checked_policies(call, call.body.get("permissionPolicies", []))
    document.update(default=False, base=False, roleNeedsUpdate=False, selfUri=f"{BASE}/authorization/roles/{key}")
    call.organization.roles[key] = Role(document, call.now)
    return render_role(call.organization.roles[key], {})


@operation("GET", "/authorization/roles/{roleId}", VIEW, answer=schemas.DomainOrganizationRole)
def get_role(call: Call) -> Document:
    role = find_role(call, call.path("roleId"))
    document = render_role(role, user_counts(call) if query_bool(call.request, "userCount", True) else None)
    if "unusedPermissions" in query_list(call.request, "expand"):
        document["unusedPermissions"] = []  # the sandbox does not record which permissions were ever used
    return document


@operation("PUT", "/authorization/roles/{roleId}", EDIT, body=schemas.DomainOrganizationRoleUpdate, answer=schemas.DomainOrganizationRole)
def replace_role(call: Call) -> Document:
    """Replaces name, description, permissions and policies; a default role keeps its name."""
    role = find_role(call, call.path("roleId"))
    body, document = call.body, role.document
    if document["default"] and body["name"] != document["name"]:
        raise invalid("A default role cannot be renamed.", "name")
    _check_name(call, body["name"], document["id"])
    policies = checked_policies(call, body.get("permissionPolicies", []))
    document.update(name=body["name"], description=body.get("description", ""), permissions=body.get("permissions", []), permissionPolicies=policies)
    return render_role(role, user_counts(call))


@operation("PATCH", "/authorization/roles/{roleId}", EDIT, body=schemas.DomainOrganizationRole, answer=schemas.DomainOrganizationRole)
def patch_role(call: Call) -> Document:
    role = find_role(call, call.path("roleId"))
    role.document["roleNeedsUpdate"] = call.body.get("roleNeedsUpdate", role.document["roleNeedsUpdate"])
    return render_role(role, user_counts(call))


@operation("DELETE", "/authorization/roles/{roleId}", DELETE, status=204)
def delete_role(call: Call) -> None:
    role = find_role(call, call.path("roleId"))
    if role.document["default"]:
        raise ApiError("bad.request", "A default role cannot be deleted; it can be restored.")
    del call.organization.roles[role.document["id"]]
    for subject_id, grants in call.organization.grants.items():
        call.organization.grants[subject_id] = [grant for grant in grants if grant.role_id != role.document["id"]]


def _restore(role: Role) -> None:
    original = default_role(role.document["defaultRoleId"])
    assert original is not None
    role.document.update(original)


@operation("POST", "/authorization/roles/default", EDIT, answer=schemas.OrganizationRoleEntityListing)
def add_missing_default_roles(call: Call) -> Document:
    """Adds the default roles that are missing; with force=true restores those that exist as well."""
    add_default_roles(call.organization, call.now)
    roles = [role for role in call.organization.roles.values() if role.document["default"]]
    if query_bool(call.request, "force", False):
        for role in roles:
            _restore(role)
    return page(call.request, [render_role(role, user_counts(call)) for role in roles], default_size=100)


@operation("PUT", "/authorization/roles/default", EDIT, body=list[schemas.DomainOrganizationRole], answer=schemas.OrganizationRoleEntityListing)
def restore_default_roles(call: Call) -> Document:
    """Restores the roles sent, named by id or defaultRoleId."""
    restored = []
    for sent in call.body:
        role = _default_role_of(call, sent.get("id") or sent.get("defaultRoleId") or "")
        _restore(role)
        restored.append(role)
    counts = user_counts(call)
    return page(call.request, [render_role(role, counts) for role in restored], default_size=100)


def _default_role_of(call: Call, name: str) -> Role:
    """A default role of the organization by its id or its defaultRoleId."""
    for key, role in call.organization.roles.items():
        if role.document["default"] and name in (key, role.document["defaultRoleId"]):
            return role
    raise ApiError("not.found")


@operation("GET", "/authorization/roles/settings", any_of("directory:organization:admin", "authorization:settings:view"), answer=schemas.RoleSettings)
def get_settings(call: Call) -> Document:
    defaults = {"id": call.organization.id, "backfillEnabled": False, "authorizationGrantDivisionAware": True, "genesysOrgPolicyBypass": False}
    return {**defaults, **call.organization.role_settings, "selfUri": f"{BASE}/authorization/roles/settings"}


@operation(
    "PUT",
    "/authorization/roles/settings",
    any_of("directory:organization:admin", "authorization:settings:edit"),
    body=schemas.RoleSettings,
    answer=schemas.RoleSettings,
)
def put_settings(call: Call) -> Document:
    call.organization.role_settings = {name: value for name, value in call.body.items() if name not in ("id", "selfUri")}
    return get_settings(call)


def _difference(call: Call, left: Document, right_name: str) -> Document:
    """``left`` against the service's own version of a default role: added is what only left has."""
    key = right_name if right_name in default_role_ids(call.organization.hybrid) else _default_role_of(call, right_name).document["defaultRoleId"]
    original = {**(default_role(key) or {}), "id": key}
    left_policies, right_policies = (_by_action(document.get("permissionPolicies") or []) for document in (left, original))
    return {
        "addedPermissionPolicies": [value for name, value in left_policies.items() if name not in right_policies],
        "removedPermissionPolicies": [value for name, value in right_policies.items() if name not in left_policies],
        "samePermissionPolicies": [value for name, value in left_policies.items() if name in right_policies],
        "userOrgRole": left,
        "roleFromDefault": original,
    }


def _by_action(policies: list[Document]) -> dict[Any, Document]:
    """One policy per action, so that roles compare however their policies are cut."""
    return {
        (policy.get("domain"), policy.get("entityName"), action, repr(policy.get("resourceConditionNode"))): {**policy, "actionSet": [action]}
        for policy in expand_all(policies)
        for action in policy["actionSet"]
    }


@operation("GET", "/authorization/roles/{leftRoleId}/comparedefault/{rightRoleId}", VIEW, answer=schemas.DomainOrgRoleDifference)
def compare_role(call: Call) -> Document:
    return _difference(call, render_role(find_role(call, call.path("leftRoleId"))), call.path("rightRoleId"))


@operation(
    "POST",
    "/authorization/roles/{leftRoleId}/comparedefault/{rightRoleId}",
    VIEW,
    body=schemas.DomainOrganizationRole,
    answer=schemas.DomainOrgRoleDifference,
)
def compare_unsaved_role(call: Call) -> Document:
    find_role(call, call.path("leftRoleId"))
    return _difference(call, {**call.body, "id": call.path("leftRoleId")}, call.path("rightRoleId"))
