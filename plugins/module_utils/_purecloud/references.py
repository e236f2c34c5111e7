# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Roles and divisions by name: each list is read once, when it is first needed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from .._errors import ConflictError, ValidationError
from .client import PAGE_SIZE, PureCloudClient

ALL_DIVISIONS = "*"


class References:
    """Names to ids and back, for the roles and divisions of one organisation."""

    def __init__(self, client: PureCloudClient) -> None:
        self._client = client
        self._roles: list[dict[str, Any]] | None = None
        self._divisions: list[dict[str, Any]] | None = None

    def roles(self) -> list[dict[str, Any]]:
        if self._roles is None:
            # userCount=false: counting users makes this list slow (Platform API documentation of GET /authorization/roles).
            self._roles = list(self._client.list("/authorization/roles", {"pageSize": PAGE_SIZE, "pageNumber": 1, "userCount": "false"}))
        return self._roles

    def divisions(self) -> list[dict[str, Any]]:
        if self._divisions is None:
            self._divisions = list(self._client.list("/authorization/divisions", {"pageSize": PAGE_SIZE, "pageNumber": 1}))
        return self._divisions

    def grant(self, wanted: Mapping[str, Any], where: str) -> dict[str, str]:
        """``{"role": name or id, "division": name, id, "*" or None}`` as ``{"role_id", "division_id"}``; None means the home division."""
        return {"role_id": _identify(wanted["role"], self.roles(), f"{where} role"), "division_id": self.division_id(wanted.get("division"), where)}

    def division_id(self, division: str | None, where: str) -> str:
        if division == ALL_DIVISIONS:
            return ALL_DIVISIONS
        if division is None:
            home = next((entity["id"] for entity in self.divisions() if entity.get("homeDivision")), None)
            if home is None:
                raise ValidationError(f"{where} names no division and the organisation shows no home division to this account: name one")
            return home
        return _identify(division, self.divisions(), f"{where} division")

    def named(self, grant: Mapping[str, str]) -> dict[str, str]:
        """The inverse of ``grant``, for people: names where they are known, else ids. Reads nothing that was not read before."""
        division = grant["division_id"]
        return {
            "role": _name(grant["role_id"], self._roles or ()),
            "division": division if division == ALL_DIVISIONS else _name(division, self._divisions or ()),
        }


def _identify(wanted: str, entities: Iterable[Mapping[str, Any]], what: str) -> str:
    entities = list(entities)
    if any(entity["id"] == wanted for entity in entities):
        return wanted
    matches = [entity["id"] for entity in entities if entity.get("name") == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise ConflictError(f"{what} {wanted!r} is ambiguous, it matches the ids {', '.join(sorted(matches))}: give the id")
    names = sorted({entity.get("name") or "" for entity in entities})
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(wanted.casefold(), list(by_folded), n=1)
    hint = f"the closest is {by_folded[close[0]]!r}" if close else f"the organisation has {', '.join(names) or 'none'}"
    raise ValidationError(f"{what} {wanted!r} does not exist: {hint}")


def _name(identifier: str, entities: Iterable[Mapping[str, Any]]) -> str:
    return next((entity.get("name") or identifier for entity in entities if entity["id"] == identifier), identifier)
