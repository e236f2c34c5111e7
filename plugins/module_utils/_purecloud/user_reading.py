# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Users of one organisation: all of them, those with certain e-mail addresses, those who hold a role."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .._errors import NotFoundError, UnreachableError
from .client import MAXIMUM_PAGES, PAGE_SIZE, PureCloudClient
from .grants import own_grants
from .references import References
from .users import LIST_QUERY, MAXIMUM_IDS, PATH, Directory


def read_users(client: PureCloudClient, references: References, emails: Sequence[str] | None, role: str | None, state: str) -> list[dict[str, Any]]:
    """API users, each once, that fit everything asked for; ``role`` is a name, an ID or a default role ID, ``state`` a user's state or ``any``."""
    holders = None if role is None else _holders(client, references.role_id(role, "users by role:"))
    if emails is not None:
        wanted = {email.strip().casefold() for email in emails} - {""}
        # The index may find somebody who had the address before.
        found = (entity for entity in Directory(client, ()).look_up(sorted(wanted)) if str(entity.get("email")).casefold() in wanted)
        entities = [entity for entity in found if holders is None or entity["id"] in holders]
    elif holders is not None:
        entities = list(_by_id(client, list(holders)))
    else:
        entities = list(client.list(PATH, {**LIST_QUERY, "state": state}))
    return [entity for entity in {entity["id"]: entity for entity in entities}.values() if state in ("any", entity.get("state") or "active")]


def roles_of(client: PureCloudClient, references: References, identifiers: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """Each user's own grants as results show them; roles and divisions are read only when somebody has a grant."""
    grants = {identifier: _grants(client, identifier) for identifier in identifiers}
    if any(grants.values()):
        # Read so that described() knows the names.
        references.roles()
        references.divisions()
    return {identifier: references.described(held) for identifier, held in grants.items()}


def _grants(client: PureCloudClient, user_id: str) -> list[dict[str, str]]:
    try:
        return own_grants(client, user_id)
    except NotFoundError:
        return []  # a deleted user holds nothing


def _holders(client: PureCloudClient, role_id: str) -> dict[str, bool]:
    """The IDs, as keys, of all users who hold a role: this list has page numbers and no nextUri (Platform API, UserReferenceEntityListing)."""
    path = f"/authorization/roles/{role_id}/users"
    found: dict[str, bool] = {}
    for number in range(1, MAXIMUM_PAGES + 1):
        listing = client.get(path, {"pageSize": PAGE_SIZE, "pageNumber": number})
        entities, count = listing.get("entities"), listing.get("pageCount")
        if not isinstance(entities, list) or not all(isinstance(entity, dict) and isinstance(entity.get("id"), str) for entity in entities):
            raise UnreachableError(f"the list {path} holds something else than users: a proxy may stand in between, or the URL is not the API's")
        known = len(found)
        found.update((entity["id"], True) for entity in entities)
        complete = number >= count if isinstance(count, int) else len(entities) < PAGE_SIZE
        if complete:
            return found
        if len(found) == known:
            break
    raise UnreachableError(f"the list {path} does not end: the server repeats its pages, or it has more than {MAXIMUM_PAGES} pages")


def _by_id(client: PureCloudClient, identifiers: Sequence[str]) -> Iterator[dict[str, Any]]:
    """IDs are sent comma-joined, as all official SDKs send them."""
    for start in range(0, len(identifiers), MAXIMUM_IDS):
        yield from client.list(PATH, {**LIST_QUERY, "id": ",".join(identifiers[start : start + MAXIMUM_IDS])})
