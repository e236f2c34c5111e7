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
from typing import Any, Generic, Protocol, TypeVar

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


def one(noun: str, managed: AnyManaged, confirm: Callable[[AnyManaged], None] | None = None) -> Prepared:
    """The outcome of a module that manages one object; the result has it under ``noun``. ``confirm`` looks again at what was written."""

    def apply() -> dict[str, Any]:
        entity = managed.apply()
        if confirm is not None:
            confirm(managed)
        return {noun: entity}

    return Prepared(managed.changed, managed.diff(), {noun: managed.predicted()}, apply)


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


def many(
    nouns: str,
    key: str,
    managed: Sequence[AnyManaged],
    confirm: Callable[[AnyManaged], None] | None = None,
    comes_last: Callable[[AnyManaged], bool] = lambda item: False,
) -> Prepared:
    """The outcome of a module that manages many objects; the result has them under ``nouns``, without those that are gone.

    An object that failed is not among them; the difference tells it all the same when something of it was written.
    ``confirm`` looks again at an object when all are written but those that ``comes_last`` names: they are left alone when it finds a conflict.
    """
    entities = [entity for entity in (item.predicted() for item in managed) if entity is not None]
    writing = _Writing(managed, confirm, comes_last)
    return Prepared(any(item.changed for item in managed), _diff(managed), {nouns: entities}, lambda: _apply(nouns, key, managed, writing.outcomes()))


def _apply(nouns: str, key: str, managed: Sequence[Managed], outcomes: Sequence[_Outcome]) -> dict[str, Any]:
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


class _Writing(Generic[AnyManaged]):
    """Writes each object and tells its outcome."""

    def __init__(self, managed: Sequence[AnyManaged], confirm: Callable[[AnyManaged], None] | None, comes_last: Callable[[AnyManaged], bool]) -> None:
        self._managed, self._confirm, self._comes_last = managed, confirm, comes_last
        self._given_up = threading.Event()

    def outcomes(self) -> list[_Outcome]:
        """The outcome of each, in their order."""
        found: dict[int, _Outcome] = {}
        for last in (False, True):
            numbers = [number for number, item in enumerate(self._managed) if self._comes_last(item) is last]
            for number, outcome in zip(numbers, self._written([self._managed[number] for number in numbers])):
                found[number] = self._confirmed(self._managed[number], outcome)
        return [found[number] for number in range(len(self._managed))]

    def _written(self, items: Sequence[AnyManaged]) -> list[_Outcome]:
        """Many changes are made several at a time, because each of them mostly waits for the server."""
        changing = [item for item in items if item.changed]
        threads = min(MOST_THREADS, len(changing) // CHANGES_PER_THREAD)
        if threads < 2:
            return list(map(self._write, items))
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self._write, items))

    def _write(self, item: AnyManaged) -> _Outcome:
        if not item.changed:
            return _Outcome(item.predicted())
        if self._given_up.is_set():
            return _Outcome(error="the others were not tried after that")
        writes = item.client.writes
        try:
            return _Outcome(item.apply())
        except HybridError as error:
            if isinstance(error, (UnreachableError, RateLimitedError)):
                self._given_up.set()
            return _Outcome(error=error.message, wrote=item.client.writes > writes)

    def _confirmed(self, item: AnyManaged, outcome: _Outcome) -> _Outcome:
        if self._confirm is None or outcome.error:
            return outcome
        try:
            self._confirm(item)
        except HybridError as error:
            self._given_up.set()
            return _Outcome(error=error.message, wrote=True)
        return outcome


def _diff(managed: Iterable[Managed]) -> dict[str, Any]:
    """One diff for all objects that change, each under its name."""
    sides = {item.label: item.diff() for item in managed if item.changed}
    return {side: {label: sides[label][side] for label in sorted(sides) if sides[label][side]} for side in ("before", "after")}


def _summary(errors: Iterable[Mapping[str, Any]]) -> str:
    """The different messages in one; a screenful of them would hide the first, and ``errors`` of the result has all."""
    messages = list(dict.fromkeys(error["msg"] for error in errors))
    more = len(messages) - SHOWN_ERRORS
    return "; ".join(messages[:SHOWN_ERRORS] + ([f"and {more} more errors, see the result's errors"] if more > 0 else []))
