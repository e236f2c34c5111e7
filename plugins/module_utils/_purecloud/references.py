# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Roles and divisions by name: each list is read once, when it is first needed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .._errors import AuthenticationError, ConflictError, HybridError, ValidationError
from .._reconcile import KNOWN_AFTER_APPLY
from .client import PAGE_SIZE, PureCloudClient

ALL_DIVISIONS = "*"
GRANT_OPTIONS: dict[str, dict[str, Any]] = {"role": {"type": "str", "required": True}, "division": {"type": "str"}}
PLANNED_ROLES_OPTION: dict[str, dict[str, Any]] = {"planned_roles": {"type": "list", "elements": "str", "default": []}}
HYBRID_ROLE = "AI Agent"
_PLANNED = f"{KNOWN_AFTER_APPLY} "  # and the role's name: the ID of a role that an earlier task of the run creates
_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)  # seconds before each look for a role that was created just now


class References:
    """Names to IDs and back, for the roles and divisions of one organisation.

    ``planned_roles`` are names of roles that exist by the time something is written, and in check mode need not exist yet.
    """

    def __init__(self, client: PureCloudClient, planned_roles: Sequence[str] = ()) -> None:
        self._client = client
        self._planned_roles = planned_roles
        self._roles: list[dict[str, Any]] | None = None
        self._divisions: list[dict[str, Any]] | None = None

    def roles(self, refresh: bool = False) -> list[dict[str, Any]]:
        if self._roles is None or refresh:
            # userCount=false: counting users makes this list slow (Platform API documentation of GET /authorization/roles).
            self._roles = list(self._client.list("/authorization/roles", {"pageSize": PAGE_SIZE, "pageNumber": 1, "userCount": "false"}))
        return self._roles

    def divisions(self) -> list[dict[str, Any]]:
        if self._divisions is None:
            self._divisions = list(self._client.list("/authorization/divisions", {"pageSize": PAGE_SIZE, "pageNumber": 1}))
        return self._divisions

    def grants(self, wanted: Iterable[Mapping[str, Any]], where: str) -> list[dict[str, str]]:
        """``{"role": name, ID or default role ID, "division": name, ID, "*" or None}`` as ``{"role_id", "division_id"}``, each once.

        Without a division the home division is meant. ``where`` begins the sentence of an error.
        """
        found = [{"role_id": self.role_id(grant["role"], where), "division_id": self.division_id(grant.get("division"), where)} for grant in wanted]
        return [grant for index, grant in enumerate(found) if grant not in found[:index]]

    def role_id(self, role: str, where: str) -> str:
        matches = matching_roles(role, self.roles())
        if not matches and role in self._planned_roles:
            return _PLANNED + role
        return _identify(role, matches, self.roles(), f"{where} role")

    def division_id(self, division: str | None, where: str) -> str:
        if division == ALL_DIVISIONS:
            return ALL_DIVISIONS
        if division is None:
            home = next((entity["id"] for entity in self.divisions() if entity.get("homeDivision")), None)
            if home is None:
                raise ValidationError(f"{where} names no division and the organisation shows no home division to this account: name one")
            return home
        return _identify(division, _matching(division, self.divisions()), self.divisions(), f"{where} division")

    def named(self, grant: Mapping[str, str]) -> dict[str, str]:
        """A grant for people: names where they are known, else IDs. Reads nothing that was not read before."""
        role, division = grant["role_id"], grant["division_id"]
        return {
            "role": role.removeprefix(_PLANNED) if role.startswith(_PLANNED) else _name(role, self._roles or ()),
            "division": division if division == ALL_DIVISIONS else _name(division, self._divisions or ()),
        }

    def described(self, grants: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
        """Grants as results show them, with names and IDs, sorted by name."""
        shown = [{**grant, **self.named(grant)} for grant in grants]
        for grant in shown:
            if grant["role_id"].startswith(_PLANNED):
                grant["role_id"] = KNOWN_AFTER_APPLY
        return sorted(shown, key=lambda grant: (str(grant["role"]), str(grant["division"])))

    def settled(self, grants: Iterable[Mapping[str, str]], where: str) -> list[dict[str, str]]:
        """Grants with the IDs of planned roles, which must exist by now; the list of roles may lag behind their creation."""
        return [{**grant, "role_id": self._settled(grant["role_id"], where)} for grant in grants]

    def _settled(self, role_id: str, where: str) -> str:
        if not role_id.startswith(_PLANNED):
            return role_id
        name = role_id.removeprefix(_PLANNED)
        matches: list[Mapping[str, Any]] = []
        for _pause in self._client.looks(_PAUSES):
            matches = matching_roles(name, self.roles(refresh=True))
            if matches:
                break
        return _identify(name, matches, self.roles(), f"{where} role")

    @contextmanager
    def explaining_refusals(self, grants: Iterable[Mapping[str, str]], where: str) -> Iterator[None]:
        """Say which role it is that the caller may not give, from its own grants: permissions that the server's text names may be wrong."""
        try:
            yield
        except AuthenticationError as error:
            if error.request["status"] == 403:
                error.message = f"{where} {self._refusal(list(grants))}"
            raise

    def _refusal(self, grants: list[Mapping[str, str]]) -> str:
        refused = "PureCloud refuses this with HTTP 403"
        names = sorted({repr(self.named(grant)["role"]) for grant in grants})
        try:
            own = {grant["role"]["id"] for grant in self._client.get("/authorization/subjects/me")["grants"]}
        except (HybridError, KeyError, TypeError):
            return f"{refused}: Ansible's own account lacks a right, or does not hold one of the roles {', '.join(names) or 'concerned'} itself"
        missing = sorted({repr(self.named(grant)["role"]) for grant in grants if grant["role_id"] not in own})
        if missing:
            return (
                f"{refused}: Ansible's own account does not hold {', '.join(missing)}, and it can give only roles that it holds itself: give it that role first"
            )
        return f"{refused}, although Ansible's own account holds every role concerned: it lacks the right to add or edit such objects, in this division"


def wire_form(grants: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Grants as the API takes them."""
    return [{"roleId": grant["role_id"], "divisionId": grant["division_id"]} for grant in grants]


def matching_roles(wanted: str, roles: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The roles that ``wanted`` may mean: the one with this ID, else those of this name, else the default role with this default role ID."""
    roles = list(roles)
    return _matching(wanted, roles) or [role for role in roles if role.get("default") and role.get("defaultRoleId") == wanted]


def _matching(wanted: str, entities: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    entities = list(entities)
    return [entity for entity in entities if entity["id"] == wanted] or [entity for entity in entities if entity.get("name") == wanted]


def _identify(wanted: str, matches: Sequence[Mapping[str, Any]], entities: Iterable[Mapping[str, Any]], what: str) -> str:
    if len(matches) == 1:
        return matches[0]["id"]
    if matches:
        raise ConflictError(f"{what} {wanted!r} is ambiguous, it matches the ids {', '.join(sorted(entity['id'] for entity in matches))}: give the id")
    raise ValidationError(f"{what} {wanted!r} does not exist: {suggestion(wanted, [entity.get('name') or '' for entity in entities])}")


def suggestion(wanted: str, names: Iterable[str]) -> str:
    """The end of a sentence about a name that does not exist: what may have been meant."""
    if wanted == HYBRID_ROLE:
        return "PureCloud provides this role only in organizations of a hybrid integration: ask Genesys to enable it, or name another role"
    by_folded = {name.casefold(): name for name in sorted(set(names))}
    close = difflib.get_close_matches(wanted.casefold(), list(by_folded), n=1)
    return f"the closest is {by_folded[close[0]]!r}" if close else f"the organisation has {', '.join(by_folded.values()) or 'none'}"


def _name(identifier: str, entities: Iterable[Mapping[str, Any]]) -> str:
    return next((entity.get("name") or identifier for entity in entities if entity["id"] == identifier), identifier)
