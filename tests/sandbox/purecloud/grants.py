# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grants: which subject (user, group, OAuth client) has which role in which division.

Sources: Python SDK 269; a subject's listing includes what its groups hold, under the group's id (Terraform provider 1.84); fresh roles and divisions
answer 404 for a while (there too; switch ``role_grant_lag_seconds``). bulkremove fails when one of its pairs is gone. Every user has the role Employee,
which cannot be removed (Genesys Cloud Resource Center). The roles of an OAuth client are its grants, so both interfaces show the same; giving it a role
here too needs that the caller holds the role's permissions. The sandbox's choices: 204 for single grants, ``{"roleCount": n}`` in rolecounts.
"""

from __future__ import annotations

from typing import Any

from .divisions import find_division
from .errors import ApiError
from .oauth_clients import require_roles
from .operations import BASE, Call, all_of, any_of, operation
from .paging import page, query_bool, query_choice, query_list
from .roles import find_role
from .schemas import authorization as schemas
from .state import ALL_DIVISIONS, Document, Grant, iso

ADD, REMOVE, VIEW = all_of("authorization:grant:add"), all_of("authorization:grant:delete"), any_of("authorization:grant:view")
TYPES = ("PC_USER", "PC_GROUP", "PC_OAUTH_CLIENT")
Pair = tuple[str, str]


def subject(call: Call, subject_id: str) -> Document:
    """{id, name, type, selfUri} of a subject; 404 when there is none, or none of the type that the query names."""
    organization = call.organization
    if subject_id in organization.users and organization.users[subject_id].document["state"] != "deleted":
        kind, path, name = "PC_USER", "users", organization.users[subject_id].document["name"]
    elif subject_id in organization.groups:
        kind, path, name = "PC_GROUP", "groups", organization.groups[subject_id]["name"]
    elif subject_id in organization.clients and organization.clients[subject_id].deleted_at is None:
        kind, path, name = "PC_OAUTH_CLIENT", "oauth/clients", organization.clients[subject_id].document["name"]
    else:
        raise ApiError("not.found")
    if query_choice(call.request, "subjectType", kind, TYPES) != kind:
        raise ApiError("not.found")
    return {"id": subject_id, "name": name, "type": kind, "selfUri": f"{BASE}/{path}/{subject_id}"}


def check_pair(call: Call, role_id: str, division_id: str) -> None:
    """404 for a role or division that does not exist, or is too fresh for the grants service to know."""
    role, lag = find_role(call, role_id), call.switch("role_grant_lag_seconds")
    created = [role.created_at]
    if division_id != ALL_DIVISIONS:
        created.append(find_division(call, division_id).created_at)
    if call.now < max(created) + lag:
        raise ApiError("not.found")


def pairs_of(call: Call) -> list[Pair]:
    return list(dict.fromkeys((item["roleId"], item["divisionId"]) for item in call.body["grants"]))


def is_employee(call: Call, grant: Grant) -> bool:
    """Whether this is the grant that every user keeps."""
    role = call.organization.roles.get(grant.role_id)
    return grant.subject_id in call.organization.users and role is not None and role.document.get("defaultRoleId") == "employee"


def add(call: Call, subject_id: str, pairs: list[Pair]) -> None:
    for role_id, division_id in pairs:
        check_pair(call, role_id, division_id)
    if subject_id in call.organization.clients:
        require_roles(call, {role_id for role_id, _division_id in pairs})
    if len(call.organization.grants.get(subject_id, [])) + len(pairs) > call.switch("max_role_assignments"):
        raise ApiError("max.role.assignments.exceeded")
    for role_id, division_id in pairs:
        call.organization.add_grant(subject_id, role_id, division_id, call.now)


def remove(call: Call, subject_id: str, pairs: list[Pair]) -> None:
    """Remove grants: 404 when one does not exist, 400 for a user's role Employee; then nothing is removed."""
    grants = call.organization.grants.get(subject_id, [])
    found = {(grant.role_id, grant.division_id): grant for grant in grants}
    for pair in pairs:
        if pair not in found:
            raise ApiError("not.found")
        if is_employee(call, found[pair]):
            raise ApiError("bad.request", "The role Employee cannot be removed from a user.")
    call.organization.grants[subject_id] = [grant for grant in grants if (grant.role_id, grant.division_id) not in pairs]


def replace(call: Call, subject_id: str, pairs: list[Pair]) -> None:
    """Make ``pairs`` the subject's own grants; a user's role Employee stays in any case."""
    grants = call.organization.grants.get(subject_id, [])
    kept = [grant for grant in grants if (grant.role_id, grant.division_id) in pairs or is_employee(call, grant)]
    add(call, subject_id, [pair for pair in pairs if pair not in {(grant.role_id, grant.division_id) for grant in kept}])
    call.organization.grants[subject_id] = [
        grant for grant in call.organization.grants.get(subject_id, []) if grant in kept or (grant.role_id, grant.division_id) in pairs
    ]


def render_division(call: Call, division_id: str) -> Document:
    if division_id == ALL_DIVISIONS:
        return {"id": "*", "name": "*", "description": "All divisions", "homeDivision": False, "selfUri": f"{BASE}/authorization/divisions/*"}
    return call.organization.divisions[division_id].document


def render_grant(call: Call, grant: Grant) -> Document:
    role = call.organization.roles[grant.role_id].document
    policies = [
        {"domain": policy.get("domain"), "entityName": policy.get("entityName"), "actions": policy.get("actionSet")}
        for policy in role.get("permissionPolicies") or []
    ]
    rendered: Document = {"id": role["id"], "name": role["name"], "description": role.get("description"), "policies": policies}
    rendered.update(default=role["default"], selfUri=role["selfUri"])
    division = render_division(call, grant.division_id)
    return {"subjectId": grant.subject_id, "division": division, "role": rendered, "grantMadeAt": iso(grant.made_at)}


def _listing(call: Call, subject_id: str) -> Document:
    """The subject with its grants; without includeDuplicates a pair held twice (itself, by group) appears once, the direct one."""
    found = subject(call, subject_id)
    grants = call.organization.grants_of(subject_id)
    if not query_bool(call.request, "includeDuplicates", False):
        unique: dict[Pair, Grant] = {}
        for grant in grants:
            unique.setdefault((grant.role_id, grant.division_id), grant)
        grants = list(unique.values())
    rendered = [render_grant(call, grant) for grant in grants]
    return {"id": subject_id, "name": found["name"], "grants": rendered, "version": 1, "selfUri": f"{BASE}/authorization/subjects/{subject_id}"}


@operation("GET", "/authorization/subjects/me", answer=schemas.AuthzSubject)
def subject_me(call: Call) -> Document:
    return _listing(call, call.caller_id)


@operation("GET", "/authorization/subjects/{subjectId}", VIEW, answer=schemas.AuthzSubject)
def get_subject(call: Call) -> Document:
    return _listing(call, call.path("subjectId"))


@operation("GET", "/authorization/subjects/rolecounts", VIEW, answer=dict[str, dict[str, Any]])
def role_counts(call: Call) -> Document:
    counts = {}
    for subject_id in query_list(call.request, "id"):
        subject(call, subject_id)
        counts[subject_id] = {"roleCount": len({grant.role_id for grant in call.organization.grants_of(subject_id)})}
    return counts


@operation("POST", "/authorization/subjects/{subjectId}/bulkadd", ADD, body=schemas.RoleDivisionGrants, status=204)
def bulk_add(call: Call) -> None:
    add(call, subject(call, call.path("subjectId"))["id"], pairs_of(call))


@operation("POST", "/authorization/subjects/{subjectId}/bulkremove", REMOVE, body=schemas.RoleDivisionGrants, status=204)
def bulk_remove(call: Call) -> None:
    remove(call, subject(call, call.path("subjectId"))["id"], pairs_of(call))


@operation(
    "POST",
    "/authorization/subjects/{subjectId}/bulkreplace",
    all_of("authorization:grant:add", "authorization:grant:delete"),
    body=schemas.RoleDivisionGrants,
    status=204,
)
def bulk_replace(call: Call) -> None:
    replace(call, subject(call, call.path("subjectId"))["id"], pairs_of(call))


@operation("POST", "/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}", ADD, status=204)
def add_one(call: Call) -> None:
    add(call, subject(call, call.path("subjectId"))["id"], [(call.path("roleId"), call.path("divisionId"))])


@operation("DELETE", "/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}", REMOVE, status=204)
def remove_one(call: Call) -> None:
    remove(call, subject(call, call.path("subjectId"))["id"], [(call.path("roleId"), call.path("divisionId"))])


@operation("GET", "/authorization/divisions/{divisionId}/grants", VIEW, answer=schemas.AuthzDivisionGrantEntityListing)
def division_grants(call: Call) -> Document:
    division_id = find_division(call, call.path("divisionId")).document["id"]
    grants = [render_grant(call, grant) for grant in call.organization.all_grants() if grant.division_id == division_id]
    return page(call.request, grants, links=False)


@operation("POST", "/authorization/roles/{roleId}", ADD, body=schemas.SubjectDivisions, status=204)
def grant_role(call: Call) -> None:
    """Grant the role to every subject in every division, or to none when one is unknown."""
    role_id, divisions = call.path("roleId"), call.body["divisionIds"]
    subjects = [subject(call, subject_id)["id"] for subject_id in call.body["subjectIds"]]
    for division_id in divisions:
        check_pair(call, role_id, division_id)
    for subject_id in subjects:
        add(call, subject_id, [(role_id, division_id) for division_id in divisions])


@operation("GET", "/authorization/roles/{roleId}/subjectgrants", any_of("authorization:role:view"), answer=schemas.SubjectDivisionGrantsEntityListing)
def subjects_of_role(call: Call) -> Document:
    role_id = find_role(call, call.path("roleId")).document["id"]
    entities = []
    for subject_id, grants in call.organization.grants.items():
        divisions = [render_division(call, grant.division_id) for grant in grants if grant.role_id == role_id]
        if divisions and _is_live(call, subject_id):
            short = [{name: division[name] for name in ("id", "name", "selfUri")} for division in divisions]
            entities.append({**subject(call, subject_id), "divisions": short})
    return page(call.request, entities)


def _is_live(call: Call, subject_id: str) -> bool:
    try:
        return bool(subject(call, subject_id))
    except ApiError:
        return False


@operation("GET", "/authorization/roles/{roleId}/users", answer=schemas.UserReferenceEntityListing)
def users_of_role(call: Call) -> Document:
    role_id = find_role(call, call.path("roleId")).document["id"]
    users = [
        {"id": user_id, "selfUri": f"{BASE}/users/{user_id}"}
        for user_id, user in call.organization.users.items()
        if user.document["state"] != "deleted" and any(grant.role_id == role_id for grant in call.organization.grants_of(user_id))
    ]
    return page(call.request, users, links=False)


def _users_in_body(call: Call) -> list[str]:
    for user_id in call.body:
        if user_id not in call.organization.users or call.organization.users[user_id].document["state"] == "deleted":
            raise ApiError("not.found")
    return list(dict.fromkeys(call.body))


@operation("PUT", "/authorization/roles/{roleId}/users/add", any_of("authorization:grant:add"), body=list[str], answer=list[str])
def add_users(call: Call) -> list[str]:
    """Grant the role to users in the home division."""
    users = _users_in_body(call)
    check_pair(call, call.path("roleId"), call.organization.home_division_id)
    for user_id in users:
        add(call, user_id, [(call.path("roleId"), call.organization.home_division_id)])
    return users


@operation("PUT", "/authorization/roles/{roleId}/users/remove", any_of("authorization:grant:delete"), body=list[str], answer=list[str])
def remove_users(call: Call) -> list[str]:
    """Take the role from users in every division."""
    users, role_id = _users_in_body(call), find_role(call, call.path("roleId")).document["id"]
    for user_id in users:
        remove(call, user_id, [(role_id, grant.division_id) for grant in call.organization.grants.get(user_id, []) if grant.role_id == role_id])
    return users
