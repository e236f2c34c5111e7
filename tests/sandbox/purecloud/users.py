# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users.

Sources: Python SDK 269 (models; ``state`` given in a PATCH is the only field changed; stale version 409), Platform API swagger of 2018 (codes), Terraform
provider 1.84 (409 for a used address, also one of a deleted user; restore = PATCH state active with the version read from state=deleted; DELETE is soft).
``dateWelcomeSent`` is one of the values of ``expand``, so it is told only on request (API description of 2026).
The sandbox's choices: GET of a deleted user needs state=deleted or any other than active; an invitation that is outstanding is not sent again without force.
"""

from __future__ import annotations

import copy
from typing import Any

from .divisions import find_division
from .errors import ApiError
from .grants import replace, subject
from .operations import Call, any_of, operation
from .paging import page, query_bool, query_choice, query_list
from .schemas import directory as schemas
from .seeding import new_user
from .state import Document, User, iso

MAXIMUM_IDS = 100
HISTORY_LENGTH = 20
EDIT = any_of("admin", "directory:user:edit", "directory:organization:admin")
DELETE = any_of("admin", "directory:user:delete", "directory:organization:admin")
INVITE = any_of("admin", "directory:organization:admin", "directory:user:setPassword")
NOT_WRITABLE = ("version", "state", "username", "id", "selfUri")


def changed(call: Call, user: User) -> None:
    """Count the version up and remember the state for the search index."""
    user.document["version"] += 1
    user.history = [*user.history, [call.now, copy.deepcopy(user.document)]][-HISTORY_LENGTH:]


def authorization(call: Call, user_id: str) -> Document:
    """Roles and rights of a user in the shape of UserAuthorization."""
    role_ids = list(dict.fromkeys(grant.role_id for grant in call.organization.grants_of(user_id)))
    roles = [call.organization.roles[role_id].document for role_id in role_ids if role_id in call.organization.roles]
    policies = [
        {
            "domain": policy["domain"],
            "entityName": policy["entityName"],
            "actionSet": policy["actionSet"],
            "allowConditions": bool(policy.get("allowConditions")),
        }
        for role in roles
        for policy in role.get("permissionPolicies") or []
    ]
    names = [{"id": role["id"], "name": role["name"]} for role in roles]
    return {"roles": names, "unusedRoles": [], "permissions": sorted(call.organization.holds(user_id)), "permissionPolicies": policies}


def render_user(call: Call, user: User, document: Document | None = None, expand: list[str] | None = None) -> Document:
    division = call.organization.divisions[user.division_id].document
    rendered = {**(document or user.document), "division": {name: division[name] for name in ("id", "name", "selfUri")}}
    rendered.pop("password", None)
    if "dateWelcomeSent" not in (expand or []):
        rendered.pop("dateWelcomeSent", None)
    if isinstance(rendered.get("manager"), str):
        rendered["manager"] = {"id": rendered["manager"], "selfUri": f"/api/v2/users/{rendered['manager']}"}
    if "authorization" in (expand or []):
        rendered["authorization"] = authorization(call, rendered["id"])
    return rendered


def find_user(call: Call, key: str) -> User:
    """A user in whatever state; 404 when there is none."""
    if key not in call.organization.users:
        raise ApiError("general.resource.not.found")
    return call.organization.users[key]


def _check_address(call: Call, email: str, own_id: str | None = None) -> None:
    for key, user in call.organization.users.items():
        if key != own_id and user.document["email"].casefold() == email.casefold():
            raise ApiError("general.conflict", "A user with this email address already exists.")


@operation("GET", "/users", answer=schemas.UserEntityListing)
def list_users(call: Call) -> Document:
    ids = query_list(call.request, "id")
    if len(ids) > MAXIMUM_IDS:
        raise ApiError("max.user.ids")
    state = query_choice(call.request, "state", "active", ("active", "inactive", "deleted", "any"))
    descending = query_choice(call.request, "sortOrder", "ascending", ("ascending", "descending")) == "descending"
    users = [user for key, user in call.organization.users.items() if (not ids or key in ids) and state in ("any", user.document["state"])]
    users.sort(key=lambda user: str(user.document["name"]).casefold(), reverse=descending)
    expand = query_list(call.request, "expand")
    return page(call.request, [render_user(call, user, expand=expand) for user in users])


@operation("POST", "/users", any_of("directory:user:add"), body=schemas.CreateUser, answer=schemas.User)
def create_user(call: Call) -> Document:
    division_id = call.body.get("divisionId") or call.organization.home_division_id
    find_division(call, division_id)
    call.require_in_division(any_of("directory:user:add"), division_id)
    _check_address(call, call.body["email"])
    fields = {key: value for key, value in call.body.items() if key not in ("divisionId", "password")}
    user = new_user({"state": call.switch("new_user_state"), **fields}, division_id, call.now)
    call.organization.users[user.document["id"]] = user
    for key, role in call.organization.roles.items():
        if role.document.get("defaultRoleId") == "employee":
            call.organization.add_grant(user.document["id"], key, call.organization.home_division_id, call.now)
    return render_user(call, user)


@operation("GET", "/users/{userId}", answer=schemas.User)
def get_user(call: Call) -> Document:
    user = find_user(call, call.path("userId"))
    state = query_choice(call.request, "state", "active", ("active", "deleted"))
    if (user.document["state"] == "deleted") != (state == "deleted"):
        raise ApiError("general.resource.not.found")
    return render_user(call, user, expand=query_list(call.request, "expand"))


@operation("PATCH", "/users/{userId}", EDIT, body=schemas.UpdateUser, answer=schemas.User)
def update_user(call: Call) -> Document:
    user, body = find_user(call, call.path("userId")), call.body
    call.require_in_division(EDIT, user.division_id)
    if user.document["state"] == "deleted" and body.get("state") not in ("active", "inactive"):
        raise ApiError("general.resource.not.found")
    if body["version"] != user.document["version"]:
        raise ApiError("general.conflict", "The version supplied does not match the current version of the user")
    if "state" in body:
        user.document["state"] = body["state"]
    else:
        if "email" in body:
            _check_address(call, body["email"], user.document["id"])
            contact = {"address": body["email"], "mediaType": "EMAIL", "type": "PRIMARY"}
            user.document.update(username=body["email"], primaryContactInfo=[contact])
        user.document.update({key: value for key, value in body.items() if key not in NOT_WRITABLE})
    changed(call, user)
    return render_user(call, user)


@operation("DELETE", "/users/{userId}", DELETE, answer=dict[str, Any])
def delete_user(call: Call) -> Document:
    user = find_user(call, call.path("userId"))
    call.require_in_division(DELETE, user.division_id)
    if user.document["state"] == "deleted":
        raise ApiError("general.resource.not.found")
    user.document["state"] = "deleted"
    changed(call, user)
    return {}


@operation("POST", "/users/{userId}/invite", INVITE, status=204)
def invite_user(call: Call) -> None:
    user = find_user(call, call.path("userId"))
    if user.document["state"] == "deleted":
        raise ApiError("general.resource.not.found")
    if user.invitations == 0 or query_bool(call.request, "force", False):
        user.invitations += 1
        user.document["dateWelcomeSent"] = iso(call.now)


@operation("GET", "/users/{subjectId}/roles", any_of("authorization:grant:view"), answer=schemas.UserAuthorization)
def get_roles(call: Call) -> Document:
    return authorization(call, subject(call, call.path("subjectId"))["id"])


@operation("PUT", "/users/{subjectId}/roles", any_of("authorization:grant:add"), body=list[str], answer=schemas.UserAuthorization)
def put_roles(call: Call) -> Document:
    """Replaces all of the user's own grants by these roles in the home division."""
    user_id = subject(call, call.path("subjectId"))["id"]
    replace(call, user_id, [(role_id, call.organization.home_division_id) for role_id in dict.fromkeys(call.body)])
    return authorization(call, user_id)
