# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Users of one organisation as they are: all of them, those with certain e-mail addresses, those who hold a role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._errors import ConflictError, NotFoundError
from .client import PAGE_SIZE, PureCloudClient
from .grants import own_grants
from .paging import MAXIMUM_PAGES, Listing, number_in
from .references import References

PATH = "/users"
STATES = ("active", "inactive", "deleted")
DELETED = "deleted"
MAXIMUM_ADDRESSES = 100  # of one search, whose answer is then one page
MAXIMUM_IDS = 100  # of one GET /users (Platform API, code max.user.ids)
# All states; when the invitation was sent is told only when it is asked for.
LIST_QUERY: dict[str, Any] = {"state": "any", "expand": "dateWelcomeSent", "pageSize": PAGE_SIZE, "pageNumber": 1}
ADDRESS = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")


class Directory:
    """The accounts with certain e-mail addresses, all of them found with one search and read afresh with one list."""

    def __init__(self, client: PureCloudClient, addresses: Sequence[str], planned_roles: Sequence[str] = ()) -> None:
        self.client = client
        self.references = References(client, planned_roles)
        self._addresses = [address for address in addresses if ADDRESS.fullmatch(address)]
        self._entities: list[dict[str, Any]] | None = None

    def entities(self) -> list[dict[str, Any]]:
        if self._entities is None:
            self._entities = self.look_up(self._addresses)
        return self._entities

    def find(self, address: str) -> dict[str, Any] | None:
        return chosen(address, self.entities())

    def look_up(self, addresses: Sequence[str]) -> list[dict[str, Any]]:
        """The accounts that the search index knows by these addresses, as they are now; the index may show them as they were minutes ago."""
        ids: list[str] = []
        for part in _parts(addresses, MAXIMUM_ADDRESSES):
            # Deleted users are found only when a criterion names the field state (Terraform provider 1.84).
            criteria = [{"type": "EXACT", "fields": [field], "values": list(values)} for field, values in (("email", part), ("state", STATES))]
            ids += [hit["id"] for hit in self.client.search(f"{PATH}/search", {"query": criteria})]
        return list(self.read(list(dict.fromkeys(ids))))

    def fresh(self, user_id: str) -> dict[str, Any] | None:
        """The account as it is now, whatever its state."""
        return next((entity for entity in self.read([user_id]) if entity["id"] == user_id), None)

    def read(self, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The accounts with these IDs, which are sent comma-joined, as all official SDKs send them."""
        for part in _parts(ids, MAXIMUM_IDS):
            yield from self.client.list(PATH, {**LIST_QUERY, "id": ",".join(part)})


def _parts(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def chosen(address: str, entities: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The one of these accounts that has this address, the living one before those that were deleted."""
    matches = [entity for entity in entities if str(entity.get("email")).casefold() == address.casefold()]
    # A deleted account does not compete with a living one of the same address.
    matches = [entity for entity in matches if not is_deleted(entity)] or matches
    if len(matches) > 1:
        raise ConflictError(
            f"user {address!r}: {len(matches)} accounts have this e-mail address, with the ids {', '.join(sorted(entity['id'] for entity in matches))}: "
            "give the others another address"
        )
    return matches[0] if matches else None


def is_deleted(entity: Mapping[str, Any]) -> bool:
    return entity.get("state") == DELETED


def read_users(client: PureCloudClient, references: References, emails: Sequence[str] | None, role: str | None, state: str) -> list[dict[str, Any]]:
    """API users, each once, that fit everything asked for; ``role`` is a name, an ID or a default role ID, ``state`` a user's state or ``any``."""
    holders = None if role is None else _holders(client, references.role_id(role, "users by role:"))
    if emails is not None:
        wanted = {email.strip().casefold() for email in emails} - {""}
        # The index may find somebody who had the address before.
        found = (entity for entity in Directory(client, ()).look_up(sorted(wanted)) if str(entity.get("email")).casefold() in wanted)
        entities = [entity for entity in found if holders is None or entity["id"] in holders]
    elif holders is not None:
        entities = list(Directory(client, ()).read(list(holders)))
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
    listing = Listing(path)
    for number in range(1, MAXIMUM_PAGES + 1):
        page = client.get(path, {"pageSize": PAGE_SIZE, "pageNumber": number})
        new = listing.add(page.get("entities"))
        found.update((entity["id"], True) for entity in new)
        count = number_in(page, "pageCount")
        if number >= count if count is not None else len(page["entities"]) < PAGE_SIZE:
            listing.end(page)
            return found
        if not new:
            break
    raise listing.endless()
