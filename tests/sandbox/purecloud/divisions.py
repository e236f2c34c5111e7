# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Divisions, and in which of them a subject has a permission.

Sources: Python SDK 269; division ``*`` in a grant means all divisions (Terraform provider 1.84), which also refuses nothing but objects in the way of a
delete. The sandbox's choices: names are unique without regard to case (409); the home division cannot be deleted (400); users are the only objects that
divisions of the sandbox hold, so ids of other objects are not found.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

from .errors import ApiError, invalid
from .operations import Call, all_of, any_of, operation
from .paging import page, query_bool, query_integer, query_list, required_query
from .schemas import authorization as schemas
from .seeding import add_division
from .state import ALL_DIVISIONS, Division, Document

LIMIT = 50
CURSOR_MAXIMUM = 200
OBJECT_TYPES = (
    "QUEUE",
    "CAMPAIGN",
    "CONTACTLIST",
    "DNCLIST",
    "EMAILCAMPAIGN",
    "MESSAGINGCAMPAIGN",
    "MANAGEMENTUNIT",
    "BUSINESSUNIT",
    "FLOW",
    "FLOWMILESTONE",
    "FLOWOUTCOME",
    "USER",
    "CALLROUTE",
    "EMERGENCYGROUPS",
    "ROUTINGSCHEDULES",
    "ROUTINGSCHEDULEGROUPS",
    "DATATABLES",
    "TEAM",
    "WORKBIN",
    "WORKTYPE",
    "EXTENSIONPOOL",
    "SKILLGROUP",
    "SCRIPT",
    "LIBRARY",
)


def object_counts(call: Call) -> dict[str, dict[str, int]]:
    """Users per division that are not deleted."""
    counts: dict[str, dict[str, int]] = {key: {"USER": 0} for key in call.organization.divisions}
    for user in call.organization.users.values():
        if user.document["state"] != "deleted":
            counts[user.division_id]["USER"] += 1
    return counts


def find_division(call: Call, key: str) -> Division:
    division = call.organization.live_divisions().get(key)
    if division is None:
        raise ApiError("not.found")
    return division


def _render(call: Call, divisions: list[Division]) -> list[Document]:
    counts = object_counts(call) if query_bool(call.request, "objectCount", False) else {}
    return [{**division.document, "objectCounts": counts.get(division.document["id"])} for division in divisions]


def _matching(call: Call) -> list[Division]:
    """Live divisions that the query's id and name ask for, by name; ``*`` in the name matches anything."""
    ids, name = query_list(call.request, "id"), call.request.query.get("name", "").casefold().strip("*")
    divisions = [
        division
        for key, division in call.organization.live_divisions().items()
        if (not ids or key in ids) and name in str(division.document["name"]).casefold()
    ]
    return sorted(divisions, key=lambda division: str(division.document["name"]).casefold())


def _check_name(call: Call, own_id: str | None = None) -> None:
    name = call.body.get("name")
    if not name:
        raise invalid("A division needs a name.", "name")
    for key, division in call.organization.live_divisions().items():
        if key != own_id and division.document["name"].casefold() == name.casefold():
            raise ApiError("general.conflict", f"A division with the name {name} already exists.")


@operation("GET", "/authorization/divisions", answer=schemas.AuthzDivisionEntityListing)
def list_divisions(call: Call) -> Document:
    return page(call.request, _render(call, _matching(call)))


@operation(
    "POST",
    "/authorization/divisions",
    all_of("authorization:division:add", "authorization:grant:add"),
    body=schemas.AuthzDivision,
    answer=schemas.AuthzDivision,
)
def create_division(call: Call) -> Document:
    _check_name(call)
    if len(call.organization.live_divisions()) >= LIMIT:
        raise invalid(f"An organization has at most {LIMIT} divisions.")
    return add_division(call.organization, call.body["name"], call.body["description"], call.now).document


@operation("GET", "/authorization/divisions/deleted", any_of("authorization:divisionDeleted:view"), answer=schemas.AuthzDivisionEntityListing)
def list_deleted(call: Call) -> Document:
    return page(call.request, [division.document for division in call.organization.divisions.values() if division.deleted])


@operation("GET", "/authorization/divisions/home", answer=schemas.AuthzDivision)
def get_home(call: Call) -> Document:
    return call.organization.divisions[call.organization.home_division_id].document


@operation("GET", "/authorization/divisions/limit", answer=int)
def get_limit(call: Call) -> int:
    return LIMIT


@operation("GET", "/authorization/divisions/query", answer=schemas.AuthzDivisionCursorListing)
def query_divisions(call: Call) -> Document:
    """Cursor paging: a cursor is the position of the first entity after (or behind the last entity before) it."""
    divisions, size = _matching(call), query_integer(call.request, "pageSize", 25, CURSOR_MAXIMUM)
    start = _position(call, "after") if "after" in call.request.query else max(0, _position(call, "before") - size)
    entities = divisions[start : start + size]
    listing: Document = {"entities": _render(call, entities), "selfUri": call.request.path_qs}
    listing["nextUri"] = _cursor_link(call, size, "after", start + size) if start + size < len(divisions) else None
    listing["previousUri"] = _cursor_link(call, size, "before", start) if start > 0 else None
    return listing


def _position(call: Call, name: str) -> int:
    try:
        return max(0, int(base64.urlsafe_b64decode(call.request.query.get(name, "MA==")).decode()))
    except (binascii.Error, ValueError) as error:
        raise ApiError("bad.request", f"The cursor {name} is not valid.") from error


def _cursor_link(call: Call, size: int, name: str, position: int) -> str:
    rest = {key: ",".join(call.request.query.getall(key)) for key in call.request.query if key not in ("before", "after", "pageSize")}
    return f"{call.request.path}?{urlencode({**rest, 'pageSize': size, name: base64.urlsafe_b64encode(str(position).encode()).decode()})}"


@operation("GET", "/authorization/divisions/{divisionId}", answer=schemas.AuthzDivision)
def get_division(call: Call) -> Document:
    return _render(call, [find_division(call, call.path("divisionId"))])[0]


@operation("PUT", "/authorization/divisions/{divisionId}", any_of("authorization:division:edit"), body=schemas.AuthzDivision, answer=schemas.AuthzDivision)
def replace_division(call: Call) -> Document:
    division = find_division(call, call.path("divisionId"))
    _check_name(call, division.document["id"])
    division.document.update(name=call.body["name"], description=call.body["description"])
    return division.document


@operation("DELETE", "/authorization/divisions/{divisionId}", any_of("authorization:division:delete"), status=204)
def delete_division(call: Call) -> None:
    """Soft delete; grants in the division end with it. ``force`` is deprecated and moves users to the home division."""
    division = find_division(call, call.path("divisionId"))
    key, home = division.document["id"], call.organization.home_division_id
    if key == home:
        raise ApiError("bad.request", "The home division cannot be deleted.")
    attached = [user for user in call.organization.users.values() if user.division_id == key and user.document["state"] != "deleted"]
    if attached and not query_bool(call.request, "force", False):
        raise ApiError("bad.request", "The division still has objects attached to it.")
    for user in call.organization.users.values():
        user.division_id = home if user.division_id == key else user.division_id
    division.deleted = True
    for subject_id, grants in call.organization.grants.items():
        call.organization.grants[subject_id] = [grant for grant in grants if grant.division_id != key]


@operation(
    "POST",
    "/authorization/divisions/{divisionId}/restore",
    any_of("authorization:division:add"),
    body=schemas.AuthzDivision,
    answer=schemas.AuthzDivision,
)
def restore_division(call: Call) -> Document:
    division = call.organization.divisions.get(call.path("divisionId"))
    if division is None or not division.deleted:
        raise ApiError("not.found")
    _check_name(call)
    division.deleted, division.created_at = False, call.now
    division.document.update(name=call.body["name"], description=call.body["description"])
    return division.document


@operation("POST", "/authorization/divisions/{divisionId}/objects/{objectType}", body=list[str])
def assign_objects(call: Call) -> None:
    """Move objects into the division: all of them or, when one is unknown, none."""
    division_id, kind = find_division(call, call.path("divisionId")).document["id"], call.path("objectType")
    if kind not in OBJECT_TYPES:
        raise ApiError("invalid.value", params={"value": kind, "field": "objectType", "allowed": ", ".join(OBJECT_TYPES)})
    for object_id in call.body:
        if kind != "USER" or object_id not in call.organization.users:
            raise ApiError("not.found")
    for object_id in call.body:
        call.organization.users[object_id].division_id = division_id


def permitted_divisions(call: Call, subject_id: str) -> tuple[list[Document], bool]:
    """The divisions in which the subject has the query's permission, and whether it has it in all."""
    permission = required_query(call.request, "permission")
    grants = [
        grant
        for grant in call.organization.grants_of(subject_id)
        if grant.role_id in call.organization.roles and permission in call.organization.role_permissions(call.organization.roles[grant.role_id].document)
    ]
    everywhere = any(grant.division_id == ALL_DIVISIONS for grant in grants)
    ids = {grant.division_id for grant in grants}
    divisions = [division.document for key, division in call.organization.live_divisions().items() if everywhere or key in ids]
    return divisions, everywhere


@operation("GET", "/authorization/divisionspermitted/me", answer=list[schemas.AuthzDivision])
def permitted_me(call: Call) -> list[Document]:
    name = call.request.query.get("name", "").casefold().strip("*")
    return [document for document in permitted_divisions(call, call.caller_id)[0] if name in document["name"].casefold()]


def _permitted_page(call: Call, subject_id: str) -> Any:
    divisions, everywhere = permitted_divisions(call, subject_id)
    return {**page(call.request, divisions), "allDivsPermitted": everywhere}


@operation("GET", "/authorization/divisionspermitted/paged/me", answer=schemas.DivsPermittedEntityListing)
def permitted_me_paged(call: Call) -> Document:
    return dict(_permitted_page(call, call.caller_id))


@operation("GET", "/authorization/divisionspermitted/paged/{subjectId}", answer=schemas.DivsPermittedEntityListing)
def permitted_subject_paged(call: Call) -> Document:
    subject_id = call.path("subjectId")
    organization = call.organization
    if subject_id not in organization.users and subject_id not in organization.clients and subject_id not in organization.groups:
        raise ApiError("not.found")
    return dict(_permitted_page(call, subject_id))
