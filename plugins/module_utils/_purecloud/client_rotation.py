# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Rotation of one OAuth client by a successor, derived from what the servers hold at this moment and from nothing else.

The client's *name* belongs to whoever the transaction objects shall hold. A rotation renames the client to ``NAME (retiring)`` and creates a copy
called ``NAME``; a rollback renames the copy to ``NAME (withdrawn)`` and gives the name back. Whoever has the longer name is the
*predecessor*, to be deactivated and deleted once the objects hold the other one and nobody uses it any more. A provisioning in between finds the
client by its name and writes it into the object: it carries the rotation on instead of undoing it.

Since when the predecessor is silent its own description tells: ``[replaced by ID, requests seen: N]`` is written anew, and with it the date of
the last change, whenever the number has grown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._errors import AuthenticationError, ConflictError, NotFoundError, UnreachableError, ValidationError, VerificationError
from .._reconcile import KNOWN_AFTER_APPLY
from .._secrets import Seal, open_sealed
from .client_places import Place, desired_places, known_secrets
from .client_secrets import Delivery
from .creation import LOOKS, create_or_adopt
from .oauth_clients import PATH, READ_ONLY, Directory, ManagedClient, awaits_deletion
from .usage import DAYS, usage_of

RETIRING, WITHDRAWN = " (retiring)", " (withdrawn)"
_DAY = 86_400.0
_REPLACED = re.compile(r" ?\[replaced by (\S+), requests seen: (\d+|unknown)\]$")


@dataclass(frozen=True)
class Wishes:
    """What the task asks for; times are in seconds, ``minimum_age`` in days."""

    begin: bool
    rollback: bool
    emergency: bool
    minimum_age: int
    settle: int
    silence: int
    limit: int
    watch: int


@dataclass(frozen=True)
class Step:
    """One write. Steps of several clients are done in the order of ``phase``: each client gets its longer name before the first copy is made."""

    phase: int
    text: str
    do: Callable[[], object]


def age_of(entity: Mapping[str, Any], date: str) -> float:
    """Seconds since ``date``, an attribute such as ``dateModified``, of an OAuth client."""
    try:
        return time.time() - datetime.fromisoformat(str(entity.get(date)).replace("Z", "+00:00")).timestamp()
    except ValueError as error:
        raise UnreachableError(f"OAuth client {entity.get('name')!r} shows no usable {date}: how long it waits already cannot be told") from error


def is_of_rotation(name: str, names: Iterable[str | None]) -> bool:
    """True when ``name`` is the longer name that a rotation gave to the predecessor of one of ``names``."""
    return any(name in (f"{kept}{RETIRING}", f"{kept}{WITHDRAWN}") for kept in names if kept)


class ClientRotation:
    """The rotation of the client called ``name``. Everything is read and checked on construction; ``steps`` are what there is to do now."""

    def __init__(self, directory: Directory, name: str, places: list[Place], wishes: Wishes, seal: Seal, context: Any) -> None:
        self._directory, self._client = directory, directory.client
        self.name, self._wishes, self._seal, self._context = name, wishes, seal, context
        self._delivery = Delivery(seal, False, context.register_secret)
        self.current = directory.find(name, None)
        found = {suffix: directory.find(name + suffix, None) for suffix in (RETIRING, WITHDRAWN)}
        # One that was deleted and can still be restored is gone.
        self._longer = {suffix: entity for suffix, entity in found.items() if entity is not None and not awaits_deletion(entity)}
        self._check()
        self.predecessor = next(iter(self._longer.values()), None)
        self._retired = ""  # what becomes of the predecessor: "inactive" or "deleted"
        self.before = self.state()
        ids = {entity["id"] for entity in (self.current, *self._longer.values()) if entity}
        self.places = [place for place in places if place.client_id in ids]
        self.under_way = bool(self._longer) or any(place.values.get("previous_client_id") for place in self.places)
        self.incomplete = self.current is None and WITHDRAWN not in self._longer  # the successor is still missing
        self._swap: dict[str, str] = {}  # ID -> the name that it gets first
        self._find_swap()
        self._secrets = known_secrets(self.places)
        self._fresh = ""
        self.steps: list[Step] = []
        self.wait_seconds = 0.0

    def require_places(self, sections: Iterable[str]) -> None:
        """An error when a service's section holds neither the client nor its predecessor in any object."""
        missing = sorted(set(sections) - {place.section for place in self.places})
        if missing:
            raise ConflictError(f"no transaction object holds OAuth client {self.name!r} in section {', '.join(missing)}: run the playbook provision first")

    @property
    def is_due(self) -> bool:
        """True when the client is old enough to be rotated."""
        return self.current is not None and age_of(self.current, "dateCreated") >= self._wishes.minimum_age * _DAY

    def plan(self, begins: bool) -> None:
        """Find out what to do now; ``begins`` says whether a rotation of a client that has none under way is to begin."""
        wishes = self._wishes
        for identifier, name in self._swap.items():
            self._rename(identifier, name)
        if begins:
            self.current, self.predecessor = None, self.current
            self._rename(self._existing()["id"], self.name + RETIRING)
        if self.current is None:
            self._fresh = KNOWN_AFTER_APPLY
            self._add(1, f"create OAuth client {self.name!r} with the attributes and roles of {self._existing()['id']}", self._create)
        elif wishes.emergency or self._needs_secret():
            self._fresh = KNOWN_AFTER_APPLY
            self._add(2, f"make a new secret for OAuth client {self.name!r} ({self.current['id']})", self._regenerate)
        elif self.predecessor is not None and all(place.client_id == self.current["id"] for place in self.places):
            self._retire()
        if wishes.emergency and self.predecessor is not None and self.predecessor.get("state") != "inactive":
            self._deactivate()

    def desired(self) -> Iterator[tuple[Place, dict[str, Any], dict[str, Any]]]:
        """The places that have to be written: ``(place, options, secret options)``."""
        target = self.current["id"] if self.current else KNOWN_AFTER_APPLY
        alive = self.predecessor is not None and self.predecessor.get("state") != "inactive" and not self._retired
        previous = self._existing()["id"] if alive and not self._wishes.emergency else None
        return desired_places(self.places, target, self._fresh or self._secrets.get(target, ""), bool(self._fresh), previous, self._secrets)

    def state(self) -> dict[str, Any]:
        """The client for the task's diff and result: as it is before ``plan``, as it will be after that."""
        predecessor = None
        if self.predecessor is not None and self._retired != "deleted":
            predecessor = {"id": self.predecessor["id"], "client_state": self._retired or self.predecessor.get("state") or "active"}
        return {"name": self.name, "id": self.current["id"] if self.current else KNOWN_AFTER_APPLY, "predecessor": predecessor}

    def outlook(self) -> list[str]:
        """What is left to do afterwards."""
        if self.predecessor is None or self._retired == "deleted":
            return []
        label = f"OAuth client {self._existing()['id']}, the predecessor of {self.name!r},"
        left = [
            f"wait until {label} has made no request for {self._wishes.silence} seconds, at most {self._wishes.limit}" if self._wishes.silence else "",
            f"deactivate {label} when the objects hold its successor",
            f"watch for {self._wishes.watch} seconds" if self._wishes.watch else "",
            f"delete {label} then",
        ]
        inactive = self._retired == "inactive" or self._existing().get("state") == "inactive"
        return [text for text in left[2 if inactive else 0 :] if text]

    def _existing(self) -> dict[str, Any]:
        if self.predecessor is None:
            raise TypeError("there is no predecessor")
        return self.predecessor

    def _add(self, phase: int, text: str, do: Callable[[], object]) -> None:
        self.steps.append(Step(phase, text, do))

    def _check(self) -> None:
        if self.current is not None and self.current["id"] == self._directory.own_id():
            raise ConflictError(
                f"OAuth client {self.name!r} is the one that Ansible itself uses: rotate it by hand, and store its secret where Ansible reads it"
            )
        if self.current is None and RETIRING not in self._longer:
            left = f", only one named {self.name + WITHDRAWN!r}" if self._longer else ""
            raise NotFoundError(f"oauth_client: there is no OAuth client named {self.name!r}{left}: run the playbook provision first")
        if self.current is not None and len(self._longer) > 1:
            ids = ", ".join(entity["id"] for entity in self._longer.values())
            raise ConflictError(f"OAuth client {self.name!r} has two predecessors, {ids}: two rotations were mixed, delete the one that no object holds")
        if self.current is not None and self.current.get("state") == "inactive":
            raise ConflictError(f"OAuth client {self.name!r} ({self.current['id']}) is inactive: activate it, or leave its services out with rotation_services")
        for entity in self._longer.values():
            replaced = _REPLACED.search(entity.get("description") or "")
            if replaced and self.current is not None and replaced[1] != self.current["id"]:
                raise ConflictError(
                    f"a rotation of OAuth client {self.name!r} was left half-way: {entity['id']} was replaced by {replaced[1]}, and somebody has given "
                    f"the name to {self.current['id']} since: delete the one of the three that no object holds, and run again"
                )

    def _find_swap(self) -> None:
        """Renames that a rollback needs, also one that was interrupted between its two."""
        if self.current is None and len(self._longer) > 1:
            self.current, self.predecessor = self._longer[RETIRING], self._longer[WITHDRAWN]
            self._swap = {self.current["id"]: self.name}
        elif self._wishes.rollback:
            if not self._longer:
                raise ConflictError(f"there is no rotation of OAuth client {self.name!r} under way: nothing to roll back")
            if WITHDRAWN in self._longer:
                return  # rolled back already
            retiring = self._longer[RETIRING]
            if retiring.get("state") == "inactive":
                raise ConflictError(f"OAuth client {retiring['id']} is deactivated already: a rotation of {self.name!r} can be rolled back only before that")
            self._swap = {**({self.current["id"]: self.name + WITHDRAWN} if self.current else {}), retiring["id"]: self.name}
            self.current, self.predecessor = retiring, self.current

    def _rename(self, identifier: str, name: str) -> None:
        """Plan to rename a client; what gets its own name back loses what a rotation noted on it."""

        def rename() -> None:
            entity = next((entity for entity in self._directory.entities() if entity["id"] == identifier), {})
            text = entity.get("description") or ""
            self._put(identifier, name=name, **({"description": _REPLACED.sub("", text)} if name == self.name and _REPLACED.search(text) else {}))

        self._add(0, f"rename OAuth client {identifier} to {name!r}", rename)

    def _needs_secret(self) -> bool:
        """True when a place lacks the client's secret and no other place knows it."""
        identifier = (self.current or {})["id"]
        return identifier not in self._secrets and any(place.client_id != identifier or not place.values.get("password") for place in self.places)

    def _put(self, identifier: str, **changes: str) -> dict[str, Any]:
        """Change attributes of a client: read late, everything else is kept."""
        path = f"{PATH}/{identifier}"
        fresh = {key: value for key, value in self._client.get(path).items() if key not in READ_ONLY}
        entity = self._client.put(path, {**fresh, **changes}, expect="id")
        for key, value in changes.items():
            if entity.get(key) != value:
                raise VerificationError(f"OAuth client {identifier}: PureCloud accepted {key} but kept {entity.get(key)!r} instead of {value!r}")
        return entity

    def _create(self) -> None:
        known = {entity["id"] for entity in self._directory.entities()}
        original = self._client.get(f"{PATH}/{self._existing()['id']}")
        description = _REPLACED.sub("", original.get("description") or "")
        body = {**{key: value for key, value in original.items() if key not in READ_ONLY}, "name": self.name, "description": description, "state": "active"}
        grants = [{"role_id": grant.get("roleId"), "division_id": grant.get("divisionId")} for grant in original.get("roleDivisions") or []]

        def find_new() -> list[dict[str, Any]]:
            listed = self._directory.entities(refresh=True)
            return [entity for entity in listed if entity["id"] not in known and entity.get("name") == self.name]

        with self._directory.references.explaining_refusals(grants, f"OAuth client {self.name!r}:"):
            entity, adopted = create_or_adopt(self._client, PATH, body, f"OAuth client {self.name!r}", find_new)
        self.current = entity
        if adopted:
            self._regenerate()
        else:
            self._fresh = self._delivery.keys(entity["secret"])["sealed_secret"]
        self._client.sleep(self._wishes.settle)
        self._require_token(LOOKS)

    def _regenerate(self) -> None:
        params = {"name": None, "id": (self.current or {})["id"], "rotate_secret": True}
        self._directory.entities(refresh=True)
        self._fresh = (ManagedClient(self._directory, params, "present", self._delivery).apply() or {})["sealed_secret"]

    def _require_token(self, pauses: Iterable[float] = (0.0,)) -> None:
        """No object gets, and no predecessor goes before, a secret that mints no token."""
        identifier = (self.current or {})["id"]
        sealed = self._fresh or self._secrets.get(identifier)
        if not sealed:
            return  # the Configuration Server shows no secrets
        secret = open_sealed(sealed, self._seal, "the transaction object")
        self._context.register_secret(secret)
        if not any(self._client.accepts_credentials(identifier, secret) for _pause in self._client.looks(pauses)):
            raise VerificationError(
                f"OAuth client {self.name!r} ({identifier}): its secret mints no token, so its predecessor stays: "
                "run the playbook rotate_secret for its services"
            )

    def _retire(self) -> None:
        predecessor = self._existing()
        if predecessor.get("state") != "inactive":
            self._require_token()
            self.wait_seconds = self._silence_left()
            if self.wait_seconds > 0:
                return
            self._deactivate()
            self.wait_seconds = self._wishes.watch
        else:
            self.wait_seconds = max(0.0, self._wishes.watch - age_of(predecessor, "dateModified"))
        if self.wait_seconds <= 0:
            self._retired = "deleted"
            self._add(4, f"delete OAuth client {predecessor['id']}, the predecessor of {self.name!r}", self._delete)

    def _deactivate(self) -> None:
        predecessor = self._existing()
        self._retired = "inactive"
        self._add(3, f"deactivate OAuth client {predecessor['id']}, the predecessor of {self.name!r}", lambda: self._put(predecessor["id"], state="inactive"))

    def _delete(self) -> None:
        self._directory.entities(refresh=True)
        ManagedClient(self._directory, {"name": None, "id": self._existing()["id"]}, "absent", self._delivery).apply()

    def _silence_left(self) -> float:
        """How many seconds the predecessor has still to be silent; plans to write down what it has done so far, when that has grown.

        Components need not read the object again before a call fails. They would never leave the predecessor, so the wait has a limit, counted from the
        creation of the younger of both clients; at the first call that fails then, they find the successor in the object.
        """
        predecessor, current = self._existing(), self.current or {}
        limit = self._wishes.limit - min(age_of(entity, "dateCreated") for entity in (predecessor, current))
        if not self._wishes.silence or limit <= 0:
            return 0.0
        description = predecessor.get("description") or ""
        mark = f"[replaced by {current['id']}, requests seen: {self._requests()}]"
        if description.endswith(mark):
            return min(limit, self._wishes.silence - age_of(predecessor, "dateModified"))
        text = f"{_REPLACED.sub('', description)} {mark}".strip()
        self._add(3, f"note on OAuth client {predecessor['id']} what it has done so far", lambda: self._put(predecessor["id"], description=text))
        return min(limit, self._wishes.silence)

    def _requests(self) -> int | str:
        """How many requests the predecessor has made since the day before its successor was created; ``unknown`` where that cannot be read."""
        identifier = self._existing()["id"]
        # Whole days of UTC: the window always begins on the same day, so the number never shrinks.
        days = int(time.time() // _DAY - (time.time() - age_of(self.current or {}, "dateCreated")) // _DAY) + 1
        reason = "it has no such query"
        try:
            used = usage_of(self._client, [identifier], max(DAYS[0], min(days, DAYS[1])), self._context.warn)
        except (AuthenticationError, NotFoundError, ValidationError) as error:
            used, reason = {}, error.message
        if identifier in used:
            return used[identifier]["requests"]
        self._context.warn(
            f"PureCloud does not tell how much OAuth client {identifier} is used ({reason}): it is deactivated after {self._wishes.silence} seconds, "
            "used or not"
        )
        return "unknown"


def check_services(services: list[Mapping[str, str]], sections: list[str] | None, places: list[Place] | None) -> list[str]:
    """The names of the clients to rotate, after the check that no service which shares one of them is left out; without ``places`` none is checked."""
    known = [service["section"] for service in services]
    for section in sections or []:
        if section not in known:
            raise ValidationError(f"rotation_services names the section {section!r}, which hybrid_services does not have: it has {', '.join(sorted(known))}")
    chosen = known if sections is None else sections
    names = list(dict.fromkeys(service["oauth_client"] for service in services if service["section"] in chosen))
    if not names:
        raise ValidationError("there is no service to rotate: hybrid_services is empty, or rotation_services is")
    for name in names if places is not None else ():
        sharing = [service["section"] for service in services if service["oauth_client"] == name]
        ids = {place.client_id for place in places or () if place.section in sharing}
        sharing += [place.section for place in places or () if place.client_id in ids and place.section not in known]
        left_out = sorted(set(sharing) - set(chosen)) if sections is not None else []
        if left_out:
            raise ValidationError(
                f"OAuth client {name!r} is shared by {', '.join(sorted(set(sharing)))}, and rotation_services leaves out {', '.join(left_out)}: "
                "name all of them or none"
            )
    return names
