# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The roles that a user holds itself: read, compared, added and removed; and patience with what an organisation learns late."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from .._errors import HybridError, NotFoundError, UnreachableError
from .client import PureCloudClient
from .creation import LOOKS
from .references import References, wire_form

SUBJECTS = "/authorization/subjects"
EMPLOYEE = "employee"  # default role ID of the role that every user has and keeps (Genesys Cloud Resource Center, About roles and permissions)
_PAUSES = (2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before each further try of what answers 404 while a role, division or user is fresh

Grants = list[dict[str, str]]
Outcome = TypeVar("Outcome")


def own_grants(client: PureCloudClient, user_id: str) -> Grants:
    """``{"role_id", "division_id"}`` of each grant that the user holds itself, not through a group; NotFoundError for a deleted user.

    The listing also holds what the user's groups have, under the group's ID; without includeDuplicates a grant held twice might appear
    under the group only (Terraform provider 1.84, ``user_roles_utils.go``).
    """
    path = f"{SUBJECTS}/{user_id}"
    grants = client.get(path, {"includeDuplicates": "true"}).get("grants")
    try:
        if not isinstance(grants, list):
            raise TypeError("an answer without grants must not count as a user without roles")
        return [{"role_id": grant["role"]["id"], "division_id": grant["division"]["id"]} for grant in grants if grant["subjectId"] == user_id]
    except (KeyError, TypeError) as error:
        raise UnreachableError(f"{path} holds something else than grants: a proxy may stand in between, or the URL is not the API's") from error


class WantedGrants:
    """The roles that a task asks for: ``wanted``, with other roles of the user left alone or, if ``exact``, removed."""

    def __init__(self, references: References, wanted: Grants, exact: bool, where: str) -> None:
        """``where`` begins the sentence of an error."""
        self._references = references
        self._exact = exact
        self._where = where
        self.wanted = wanted
        references.divisions()  # read so that the other roles of the user can be shown with names, too
        self._kept = {role["id"] for role in references.roles() if role.get("default") and role.get("defaultRoleId") == EMPLOYEE}

    def managed(self, own: Grants) -> Grants:
        """Those of the user's own grants that the task manages."""
        if self._exact:
            return [grant for grant in own if grant in self.wanted or grant["role_id"] not in self._kept]
        return [grant for grant in own if grant in self.wanted]

    def predicted(self, own: Grants) -> Grants:
        """The user's own grants after ``apply``."""
        kept = [grant for grant in own if not self._exact or grant["role_id"] in self._kept]
        return kept + [grant for grant in self.wanted if grant not in kept]

    def settle(self) -> None:
        """Replace roles that an earlier task of the run creates by the IDs that they have now."""
        self.wanted = self._references.settled(self.wanted, self._where)

    def apply(self, client: PureCloudClient, user_id: str, own: Grants | None) -> None:
        """Add what is missing from ``own``, None when that is not known, then remove what is too much."""
        if own is None:
            own = patiently(client, lambda: own_grants(client, user_id))
        missing = [grant for grant in self.wanted if grant not in own]
        if missing:
            self._add(client, user_id, missing)
        for grant in self.managed(own):
            if grant not in self.wanted:
                _remove(client, user_id, grant)

    def _add(self, client: PureCloudClient, user_id: str, grants: Grants) -> None:
        path, body = f"{SUBJECTS}/{user_id}/bulkadd", {"grants": wire_form(grants)}

        def are_there() -> bool:
            own = own_grants(client, user_id)
            return all(grant in own for grant in grants)

        with self._references.explaining_refusals(grants, self._where), looked_for_when_unanswered(client, f"{self._where} the new roles", are_there):
            patiently(client, lambda: client.command(path, body, {"subjectType": "PC_USER"}))


def _remove(client: PureCloudClient, user_id: str, grant: dict[str, str]) -> None:
    # One by one: bulkremove fails when any of the grants is gone already (Terraform provider 1.84, user_roles_proxy.go).
    try:
        client.delete(f"{SUBJECTS}/{user_id}/divisions/{grant['division_id']}/roles/{grant['role_id']}")
    except NotFoundError:
        return


def patiently(client: PureCloudClient, call: Callable[[], Outcome]) -> Outcome:
    """The outcome of ``call``, tried again for a minute while it answers 404: fresh roles, divisions and users are not known everywhere at once.

    A request that was answered with 404 was not executed, so it may be sent again.
    """
    for pause in _PAUSES:
        try:
            return call()
        except NotFoundError:
            if not client.wait(pause):
                raise
    return call()


@contextmanager
def looked_for_when_unanswered(client: PureCloudClient, what: str, is_there: Callable[[], bool]) -> Iterator[None]:
    """A write that is never sent twice: when its answer is lost, look for half a minute whether ``what`` it makes is there.

    What is not there, and what cannot be read, leaves the write's own error, extended.
    """
    try:
        yield
    except HybridError as error:
        if not error.maybe_processed:
            raise
        hint = f"; {what} cannot be seen: run again"
        try:
            seen = _is_there_at_last(client, is_there)
        except HybridError as other:
            error.message += hint
            raise error from other
        if not seen:
            error.message += hint
            raise
        client.writes += 1


def _is_there_at_last(client: PureCloudClient, is_there: Callable[[], bool]) -> bool:
    for _pause in client.looks(LOOKS):
        try:
            if is_there():
                return True
        except NotFoundError:
            continue  # not known here yet
    return False
