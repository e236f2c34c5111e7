# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Desired against current state: pure functions that know neither HTTP nor Ansible.

Objects are plain dicts in *option form*: the keys are the module's option names, the values what a user would write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ._errors import ConflictError, visible

KNOWN_AFTER_APPLY = "(known after apply)"
SECRET = "(secret)"
NEW_SECRET = "(new secret)"
MASKED = "(masked)"  # what a server hides even from us


@dataclass(frozen=True)
class Field:
    """One managed attribute of an object and the rules by which it is compared.

    ``name`` is the option's name, ``api`` the attribute's name on the wire (empty where the caller maps it itself).
    ``compare`` maps a value, or each item of a list, to what is compared (a certificate to its fingerprint), ``show`` to what a
    diff displays. ``unordered`` and ``casefold`` say what does not count as a difference. A ``write_only`` field cannot be read
    back: it is sent but never compared. A ``create_only`` field cannot be changed: asking for that is an error.
    ``default`` is sent on create when the user gave nothing.
    """

    name: str
    api: str = ""
    compare: Callable[[Any], Any] | None = None
    show: Callable[[Any], Any] | None = None
    unordered: bool = False
    casefold: bool = False
    write_only: bool = False
    create_only: bool = False
    default: Any = None

    def comparable(self, value: Any) -> Any:
        """The form of ``value`` in which two equal values are ``==``."""
        if isinstance(value, (list, tuple)):
            items = [self._one(item, self.compare) for item in value]
            return _sorted(items) if self.unordered else items
        return self._one(value, self.compare)

    def displayed(self, value: Any) -> Any:
        """The form of ``value`` that a diff shows."""
        if self.write_only:
            return SECRET
        if isinstance(value, (list, tuple)):
            items = [item if self.show is None else self.show(item) for item in value]
            return _sorted(items) if self.unordered else items
        return value if self.show is None or value is None else self.show(value)

    def _one(self, value: Any, mapping: Callable[[Any], Any] | None) -> Any:
        if value is not None and mapping is not None:
            value = mapping(value)
        return value.casefold() if self.casefold and isinstance(value, str) else value


@dataclass(frozen=True)
class Plan:
    """What has to be done: ``action`` is ``create``, ``update``, ``delete`` or ``none``.

    ``changes`` holds the fields to write, in option form. ``before`` and ``after`` are the two sides of the diff:
    sorted, restricted to what the user manages, free of secrets.
    """

    action: str
    changes: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def changed(self) -> bool:
        return self.action != "none"


@dataclass(frozen=True)
class Prepared:
    """A task that has read and validated everything and written nothing yet.

    ``result`` is what the task returns when nothing has to be written, or when nothing may be: then it is the prediction.
    ``apply`` writes and returns the result; keys that it returns beside the noun, such as ``diff``, replace the prepared ones.
    """

    changed: bool
    diff: dict[str, Any]
    result: dict[str, Any]
    apply: Callable[[], dict[str, Any]]


def diff_of(kind: str, name: str, planned: Plan) -> dict[str, Any]:
    """The ``diff`` of one object, with headers that tell the objects of a long output apart."""
    header = visible(f"{kind} {name}")
    return {"before": planned.before, "after": planned.after, "before_header": header, "after_header": header}


def given(params: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """The managed part of a task's parameters: only keys that the user gave."""
    return {field.name: params[field.name] for field in fields if params.get(field.name) is not None}


def plan(state: str, current: Mapping[str, Any] | None, desired: Mapping[str, Any], fields: Iterable[Field]) -> Plan:
    """Compare ``current`` (None when the object does not exist) with ``desired`` and say what to do.

    Raises ConflictError when a create-only field would have to change.
    """
    fields = list(fields)
    if state == "absent":
        if current is None:
            return Plan("none", {}, {}, {})
        return Plan("delete", {}, _display(current, [field for field in fields if not field.write_only]), {})
    if current is None:
        wanted = {field.name: field.default for field in fields if field.default is not None}
        wanted.update(desired)
        return Plan("create", wanted, {}, _display(wanted, fields))
    changes = _differences(current, desired, fields)
    if not changes:
        shown = _display(current, [field for field in fields if field.name in desired and not field.write_only])
        return Plan("none", {}, shown, shown)
    managed = [field for field in fields if field.name in desired]
    after = {**{name: current.get(name) for name in desired}, **changes}
    visible = [field for field in managed if not field.write_only]
    return Plan("update", changes, _display(current, visible), _display(after, visible))


def _differences(current: Mapping[str, Any], desired: Mapping[str, Any], fields: list[Field]) -> dict[str, Any]:
    changes = {}
    for field in fields:
        if field.name not in desired or field.write_only:
            continue
        wanted, found = desired[field.name], current.get(field.name)
        if field.comparable(wanted) == field.comparable(found):
            continue
        if field.create_only:
            raise ConflictError(
                f"{field.name} cannot be changed once the object exists: it is {field.displayed(found)}, {field.displayed(wanted)} was asked for; "
                "delete the object first or leave the option out"
            )
        changes[field.name] = wanted
    if changes:
        changes.update({field.name: desired[field.name] for field in fields if field.write_only and field.name in desired})
    return changes


def _display(values: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    return {field.name: field.displayed(values[field.name]) for field in sorted(fields, key=lambda field: field.name) if field.name in values}


def _sorted(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True, default=str))
