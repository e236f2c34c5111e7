# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Where OAuth clients are written down: the sections of transaction objects, as results of the Configuration Server's modules. Pure functions.

While a rotation may be rolled back, a section keeps what it held before in ``previous_client_id`` and ``previous_password``, which nobody but a rollback reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .._secrets import is_sealed

_PAIRS = (("client_id", "password"), ("previous_client_id", "previous_password"))


@dataclass(frozen=True)
class Place:
    """One section with a client ID, of the object called ``transaction`` of ``tenant``."""

    tenant: str
    transaction: str
    section: str
    values: Mapping[str, str]

    @property
    def client_id(self) -> str:
        return self.values["client_id"]

    def __str__(self) -> str:
        return f"section {self.section} of {self.transaction} of tenant {self.tenant}"


def places_in(objects: Iterable[Mapping[str, Any]]) -> list[Place]:
    """Every section that holds a client ID."""
    return [
        Place(item["tenant"], item["name"], section, values)
        for item in objects
        for section, values in sorted((item.get("options") or {}).items())
        if values.get("client_id")
    ]


def known_secrets(places: Iterable[Place]) -> dict[str, str]:
    """Client ID -> sealed secret, where the places show it."""
    return {
        place.values[identifier]: place.values[secret]
        for place in places
        for identifier, secret in reversed(_PAIRS)
        if place.values.get(identifier) and is_sealed(place.values.get(secret))
    }


def desired_places(
    places: Iterable[Place], client_id: str, secret: str, is_fresh: bool, previous: str | None, secrets: Mapping[str, str]
) -> Iterator[tuple[Place, dict[str, Any], dict[str, Any]]]:
    """The places that do not hold this client, with what has to be written there: ``(place, options, secret options)``.

    ``previous`` is the client whose ID and secret, when that is known, are kept for a rollback; without it nothing of the kind stays.
    """
    kept = previous if previous in secrets and previous != client_id else None
    for place in places:
        options: dict[str, Any] = {}
        secret_options: dict[str, Any] = {}
        if place.client_id != client_id:
            options["client_id"] = client_id
        if secret and (options or is_fresh or not place.values.get("password")):
            secret_options["password"] = secret
        if place.values.get("previous_client_id") != kept:
            options["previous_client_id"] = kept
            secret_options["previous_password"] = secrets[kept] if kept else None
        if options or secret_options:
            yield place, options, secret_options


def as_objects(wanted: Iterable[tuple[Place, dict[str, Any], dict[str, Any]]]) -> list[dict[str, Any]]:
    """What has to be written, one entry for each object: ``{"tenant", "name", "options", "secret_options"}``."""
    objects: dict[tuple[str, str], dict[str, Any]] = {}
    for place, options, secret_options in wanted:
        entry = objects.setdefault((place.tenant, place.transaction), {"tenant": place.tenant, "name": place.transaction, "options": {}, "secret_options": {}})
        for kind, values in (("options", options), ("secret_options", secret_options)):
            if values:
                entry[kind][place.section] = values
    return list(objects.values())
