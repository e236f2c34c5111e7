# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Objects that a task manages, one or many: what their modules have in common.

With many, everything of every object is read and checked before the first write, and what goes wrong with one object is said of that object
while the others are done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from ._errors import HybridError, PartialError, RateLimitedError, UnreachableError, ValidationError
from ._reconcile import Prepared

MOST_THREADS = 4
SHOWN_ERRORS = 10
CHANGES_PER_THREAD = 4  # fewer changes are made one after the other


class Writer(Protocol):
    """The client that an object is written with."""

    @property
    def writes(self) -> int:
        """How many writes of this thread were executed so far."""


class Managed(Protocol):
    """One object that a task asks for: read and checked on construction, written by ``apply``."""

    label: str

    @property
    def client(self) -> Writer:
        """What it is written with."""

    @property
    def changed(self) -> bool:
        """Whether ``apply`` has anything to write."""

    def diff(self) -> dict[str, Any]:
        """Its part of the task's diff."""

    def predicted(self) -> dict[str, Any] | None:
        """The object as it is, or as it would be after ``apply``; None when it is or would be gone."""

    def apply(self) -> dict[str, Any] | None:
        """Write; the object as it is then, None when it is gone."""


AnyManaged = TypeVar("AnyManaged", bound=Managed)


def one(noun: str, managed: Managed) -> Prepared:
    """The outcome of a module that manages one object; the result has it under ``noun``."""
    return Prepared(managed.changed, managed.diff(), {noun: managed.predicted()}, lambda: {noun: managed.apply()})


def read_each(nouns: str, items: Iterable[Mapping[str, Any]], key: str, read: Callable[[Mapping[str, Any]], AnyManaged]) -> list[AnyManaged]:
    """Read and check what each item asks for; a PartialError names every item that is wrong, by its ``key`` or else its ID."""
    managed, errors = [], []
    for item in items:
        try:
            managed.append(read(item))
        except HybridError as error:
            errors.append({key: item.get(key) or item.get("id"), "msg": error.message})
    if errors:
        raise PartialError(_summary(errors), {"changed": False, nouns: [], "errors": errors})
    return managed


def refuse_twice(option: str, values: Sequence[Any]) -> None:
    """An error when a value, other than None, occurs twice; ``option`` is a plural such as ``clients``."""
    twice = sorted({value for value in values if value is not None and values.count(value) > 1})
    if twice:
        raise ValidationError(f"{option} names {twice[0]!r} twice: give each {option.removesuffix('s')} once")


def refuse_same(option: str, managed: Sequence[Managed], identifiers: Sequence[str | None]) -> None:
    """An error when two of ``managed`` turn out to be one object: ``identifiers`` are their IDs, None for those that do not exist yet."""
    first: dict[str, str] = {}
    for item, identifier in zip(managed, identifiers):
        if identifier is None:
            continue
        if identifier in first:
            raise ValidationError(f"{option} names one {option.removesuffix('s')} twice, as {first[identifier]!r} and as {item.label!r}: give it once")
        first[identifier] = item.label


def many(nouns: str, key: str, managed: Sequence[Managed]) -> Prepared:
    """The outcome of a module that manages many objects; the result has them under ``nouns``, without those that are gone.

    An object that failed is not among them; the difference tells it all the same when something of it was written.
    """
    entities = [entity for entity in (item.predicted() for item in managed) if entity is not None]
    return Prepared(any(item.changed for item in managed), _diff(managed), {nouns: entities}, lambda: _apply(nouns, key, managed))


def _apply(nouns: str, key: str, managed: Sequence[Managed]) -> dict[str, Any]:
    outcomes = _outcomes(managed)
    entities = [outcome.entity for outcome in outcomes if outcome.entity is not None]
    errors = [{key: item.label, "msg": outcome.error} for item, outcome in zip(managed, outcomes) if outcome.error]
    if errors:
        done = [item for item, outcome in zip(managed, outcomes) if outcome.wrote or not outcome.error]  # half done is a change, too
        changed = any(item.changed for item in done)
        raise PartialError(_summary(errors), {"changed": changed, nouns: entities, "errors": errors, "diff": _diff(done)})
    return {nouns: entities}


@dataclass(frozen=True)
class _Outcome:
    """What became of one object: as it is now, or why it could not be written, and whether something of it was."""

    entity: dict[str, Any] | None = None
    error: str = ""
    wrote: bool = False


def _outcomes(managed: Sequence[Managed]) -> list[_Outcome]:
    """The outcome of each, in their order. Many changes are made several at a time, because each of them mostly waits for the server."""
    given_up = threading.Event()

    def write(item: Managed) -> _Outcome:
        if not item.changed:
            return _Outcome(item.predicted())
        if given_up.is_set():
            return _Outcome(error="the others were not tried after that")
        writes = item.client.writes
        try:
            return _Outcome(item.apply())
        except HybridError as error:
            if isinstance(error, (UnreachableError, RateLimitedError)):
                given_up.set()
            return _Outcome(error=error.message, wrote=item.client.writes > writes)

    changing = [item for item in managed if item.changed]
    threads = min(MOST_THREADS, len(changing) // CHANGES_PER_THREAD)
    if threads < 2:
        return list(map(write, managed))
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(write, managed))


def _diff(managed: Iterable[Managed]) -> dict[str, Any]:
    """One diff for all objects that change, each under its name."""
    sides = {item.label: item.diff() for item in managed if item.changed}
    return {side: {label: sides[label][side] for label in sorted(sides) if sides[label][side]} for side in ("before", "after")}


def _summary(errors: Iterable[Mapping[str, Any]]) -> str:
    """The different messages in one; a screenful of them would hide the first, and ``errors`` of the result has all."""
    messages = list(dict.fromkeys(error["msg"] for error in errors))
    more = len(messages) - SHOWN_ERRORS
    return "; ".join(messages[:SHOWN_ERRORS] + ([f"and {more} more errors, see the result's errors"] if more > 0 else []))
