# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The options of a transaction object: what a user asks for against what the object holds. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import ValidationError
from .._reconcile import KNOWN_AFTER_APPLY, NEW_SECRET, SECRET
from .._secrets import Seal, is_masked, is_sealed, looks_secret, open_sealed
from .transport import Options

Place = tuple[str, str]  # (section, option)

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SHORTEST_MASK = 3  # asterisks; fewer are a wildcard somebody meant, unless the option's name says that it is a secret


@dataclass(frozen=True)
class Desired:
    """What the user asks for.

    ``values``: the wanted value of each place, None for one that must go. ``sections``: those that must go as a whole, ``secret_sections``
    those of them that ``secret_options`` names. ``secrets``: the places that hold a secret, by declaration, by name or by value.
    ``exposed``: the secrets that were given openly in ``options``.
    """

    values: Mapping[Place, str | None]
    sections: frozenset[str]
    secret_sections: frozenset[str]
    secrets: frozenset[Place]
    exposed: tuple[Place, ...]
    replaces: bool
    secret_update: str

    def secret_values(self) -> list[str]:
        """The secrets that are known and worth hiding."""
        return [value for place, value in self.values.items() if place in self.secrets and value and worth_hiding(value)]


@dataclass(frozen=True)
class OptionsPlan:
    """What becomes of the options.

    ``wanted``: all options as they have to be written. ``written``: the places that get another value, ``removed``: those that go.
    ``before`` and ``after``: the two sides of the diff. ``unreadable``: managed secrets that the server masks and that therefore count
    as unchanged. ``endangered``: values that a write of the whole object would destroy, because they cannot be read and were not given. ``unknown``: places
    whose value is not known before another task has really run. ``dropped_sections``: those that the user wants gone whatever they hold.
    """

    wanted: Options
    written: frozenset[Place]
    removed: frozenset[Place]
    before: Options
    after: Options
    unreadable: tuple[Place, ...] = ()
    endangered: tuple[Place, ...] = ()
    unknown: tuple[Place, ...] = ()
    dropped_sections: frozenset[str] = frozenset()

    @property
    def changed(self) -> bool:
        return bool(self.written or self.removed)


def label(places: Iterable[Place]) -> str:
    return ", ".join(f"{section}/{key}" for section, key in sorted(places))


def worth_hiding(value: str) -> bool:
    return bool(value.strip("*")) and KNOWN_AFTER_APPLY not in value


def openly_given(options: Any) -> list[str]:
    """The values in a task's ``options`` that look secret, however wrong the rest of it may be: they must be hidden before anything is refused."""
    sections = [entries for entries in options.values() if isinstance(entries, Mapping)] if isinstance(options, Mapping) else []
    return [value for entries in sections for key, value in entries.items() if isinstance(value, str) and looks_secret(str(key), value) and worth_hiding(value)]


def is_hidden(key: str, value: str) -> bool:
    """True for a value that the server shows instead of the real one."""
    return is_masked(value) and (len(value) >= _SHORTEST_MASK or looks_secret(key))


def empties_secrets(options: Options, at_least: int = 1) -> bool:
    """True when the object looks as if the server empties secrets instead of masking them: it has ``at_least`` so many, and every one reads empty."""
    secrets = [value for section in options.values() for key, value in section.items() if looks_secret(key, value)]
    return len(secrets) >= at_least and not any(secrets)


def secret_places(options: Options, declared: Iterable[Place] = ()) -> frozenset[Place]:
    """The places of ``options`` that hold a secret: those that are declared, and those whose name or value says so."""
    declared = frozenset(declared)
    return frozenset(place for place, value in _flat(options).items() if place in declared or looks_secret(place[1], value) or is_hidden(place[1], value))


def displayed(options: Options, declared: Iterable[Place] = ()) -> Options:
    """``options`` as results and diffs show them."""
    secrets = secret_places(options, declared)
    return _nested({place: _show(value, place in secrets) for place, value in _flat(options).items()})


def parse(params: Mapping[str, Any], seal: Seal | None) -> Desired | None:
    """The user's ``options`` and ``secret_options`` as places; None when neither was given. ValidationError names the place, never a value."""
    if params["options"] is None and params["secret_options"] is None:
        return None
    values: dict[Place, str | None] = {}
    sections, secret_sections, secrets, exposed = set(), set(), set(), []
    for source in ("options", "secret_options"):
        for section, entries in (params[source] or {}).items():
            _check_name(section, source, "section")
            if entries is None:
                sections.add(section)
                if source == "secret_options":
                    secret_sections.add(section)
                continue
            if not isinstance(entries, Mapping):
                raise ValidationError(f"{source}: section {section!r} must be a dictionary of options, or null to remove it")
            for key, given in entries.items():
                place = (section, _check_name(key, source, f"option in section {section!r}"))
                if place in values:
                    raise ValidationError(f"{section}/{key} is given in options and in secret_options: give it once")
                values[place] = value = _value(given, key, f"{source} {section}/{key}", seal)
                if source == "secret_options" or looks_secret(key, value or "") or is_sealed(given):
                    secrets.add(place)
                    if source == "options" and not is_sealed(given) and value and worth_hiding(value):
                        exposed.append(place)
    both = sorted(section for section, _key in values if section in sections)
    if both:
        raise ValidationError(f"section {both[0]!r} is removed (null) and given options at once: decide which")
    replaces = params["options_mode"] == "replace"
    return Desired(values, frozenset(sections), frozenset(secret_sections), frozenset(secrets), tuple(exposed), replaces, params["secret_update"])


def plan_options(current: Options, desired: Desired | None) -> OptionsPlan:
    """Compare ``current`` with ``desired``; without the latter every option stays as it is."""
    found = _flat(current)
    if desired is None:
        return OptionsPlan(current, frozenset(), frozenset(), {}, {}, endangered=tuple(sorted(_hidden_places(current, at_least=1))))
    secrets = desired.secrets | secret_places(current) | {place for place in found if place[0] in desired.secret_sections}
    texts = {place: value for place, value in desired.values.items() if value is not None}
    managed = set(desired.values) | {place for place in found if desired.replaces or place[0] in desired.sections}
    # One empty secret may well be one; several are a server that hides them, and writing them at each run would not show.
    hidden = _hidden_places(current, at_least=2)
    written = {place for place in managed if _must_write(texts.get(place), found.get(place), desired, place in secrets, place in hidden)}
    removed = {place for place in managed if place in found and place not in texts}
    unreadable = (managed - written - removed) & hidden
    # Where a masked secret was given it can accompany a write that is due anyway: it is what the object is meant to hold.
    supplied = written | (unreadable if desired.secret_update == "on_change" else set())
    wanted = {place: value for place, value in found.items() if place not in removed}
    wanted.update({place: texts[place] for place in supplied})
    before = {place: _show(found[place], place in secrets) for place in managed if place in found}
    after = {place: value for place, value in before.items() if place not in removed}
    after.update({place: _show(texts[place], place in secrets, NEW_SECRET) for place in written})
    given = supplied | {place for place, value in texts.items() if value == found.get(place)}
    return OptionsPlan(
        _nested(wanted),
        frozenset(written),
        frozenset(removed),
        _nested(before),
        _nested(after),
        unreadable=tuple(sorted(unreadable & supplied)),
        endangered=tuple(sorted((_hidden_places(current, at_least=1) & set(wanted)) - given)),
        unknown=tuple(sorted(place for place in supplied if KNOWN_AFTER_APPLY in texts[place])),
        dropped_sections=desired.sections,
    )


def _must_write(wanted: str | None, found: str | None, desired: Desired, secret: bool, hidden: bool) -> bool:
    if wanted is None:
        return False
    if found is None:
        return True
    if secret and desired.secret_update != "on_change":
        return desired.secret_update == "always"
    return wanted != found and not hidden


def _hidden_places(options: Options, at_least: int) -> set[Place]:
    """The places whose real value the server does not show, see ``empties_secrets``."""
    emptied = empties_secrets(options, at_least)
    return {place for place, value in _flat(options).items() if is_hidden(place[1], value) or emptied and not value and looks_secret(place[1])}


def _value(given: Any, key: str, where: str, seal: Seal | None) -> str | None:
    """What Configuration Server stores: text. The errors never show the value."""
    if given is None:
        return None
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int):
        return str(given)
    if not isinstance(given, str):
        kind = {"float": "number with a fraction, whose text is not certain", "dict": "dictionary"}.get(type(given).__name__, "list")
        raise ValidationError(f"{where} is a {kind}: an option holds text, so give text in quotes, a whole number, true or false, or null to remove it")
    value = open_sealed(given, seal, where)
    if is_hidden(key, value):
        raise ValidationError(f"{where} consists of asterisks, as a server shows a masked secret: give the real value, or leave the option out to keep it")
    return value


def _check_name(name: Any, source: str, what: str) -> str:
    if not isinstance(name, str):
        raise ValidationError(f"{source}: the name of a {what} is not text ({name!r}): put it in quotes")
    if not name.strip():
        raise ValidationError(f"{source}: the name of a {what} must not be empty")
    if _CONTROL_CHARACTER.search(name):
        raise ValidationError(f"{source}: the name of a {what} must not hold control characters ({name!r})")
    return name


def _show(value: str, secret: bool, shown: str = SECRET) -> str:
    return shown if secret and value else value


def _flat(options: Options) -> dict[Place, str]:
    return {(section, key): value for section, entries in options.items() for key, value in entries.items()}


def _nested(values: Mapping[Place, str]) -> Options:
    nested: Options = {}
    for (section, key), value in sorted(values.items()):
        nested.setdefault(section, {})[key] = value
    return nested
