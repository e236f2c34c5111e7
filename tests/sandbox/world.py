# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's whole state: a movable clock, behaviour switches, the PureCloud half and the Configuration Server half."""

from __future__ import annotations

import copy
import json
import os
import time
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from . import cfgserver, purecloud

DEFAULT_SEED = Path(__file__).with_name("seed.yml")
STATE_FORMAT = 1


class ControlError(ValueError):
    """Input of a control endpoint or of the command line that cannot be honoured; the text says why."""


class Clock:
    """Epoch seconds of the real clock plus an offset, so that tests can pass token lifetimes and retention periods without waiting."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        self.offset += seconds

    def set(self, epoch: float) -> None:
        self.offset = epoch - time.time()


def default_switches() -> dict[str, Any]:
    return {**purecloud.SWITCHES, **cfgserver.SWITCHES}


def check_switches(values: Any) -> dict[str, Any]:
    """Return ``values`` when each names a switch and is allowed for it; raise ControlError otherwise."""
    if not isinstance(values, dict):
        raise ControlError("switches must be an object of name and value.")
    defaults, choices = default_switches(), {**purecloud.SWITCH_CHOICES, **cfgserver.SWITCH_CHOICES}
    for name, value in values.items():
        if name not in defaults:
            raise ControlError(f"There is no switch {name!r}.")
        allowed = choices.get(name)
        if allowed is not None and value not in allowed:
            raise ControlError(f"Switch {name!r} must be one of {list(allowed)}, not {value!r}.")
        if allowed is None and not _same_kind(defaults[name], value):
            raise ControlError(f"Switch {name!r} must be of the kind of its default {defaults[name]!r}, not {value!r}.")
    return values


def _same_kind(default: Any, value: Any) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float)) and value >= 0
    return default is None or isinstance(value, type(default))


def read_seed(path: Path | None) -> dict[str, Any]:
    """Read a seed: YAML (so JSON too) with ``organizations`` and ``cfgserver``."""
    try:
        seed = yaml.safe_load((path or DEFAULT_SEED).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ControlError(f"The seed cannot be read: {error}") from error
    if not isinstance(seed, dict) or not seed.get("organizations"):
        raise ControlError("A seed is a mapping with at least one organization in 'organizations'.")
    return seed


class World:
    """Everything that lives in one sandbox process; both halves and the control endpoints work on this one object."""

    def __init__(self, seed: dict[str, Any], state_path: Path | None = None) -> None:
        self.clock = Clock()
        self.switches: dict[str, Any] = default_switches()
        self.state_path = state_path
        self._build(seed)
        self._start = copy.deepcopy(self._halves())
        if state_path is not None and state_path.exists():
            self._load_file(state_path)

    def _build(self, seed: dict[str, Any]) -> None:
        """Make both halves from a seed; when either refuses it, ControlError, and nothing has changed."""
        try:
            cloud = purecloud.PureCloud(copy.deepcopy(seed["organizations"]), self.clock, self.switches)
            premises = cfgserver.ConfigurationServer(copy.deepcopy(seed.get("cfgserver") or {}), self.clock, self.switches)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ControlError(f"The seed is not usable: {error!r}") from error
        self.purecloud, self.cfgserver = cloud, premises

    def _halves(self) -> dict[str, Any]:
        return {"purecloud": self.purecloud.dump(), "cfgserver": self.cfgserver.dump()}

    def reset(self, seed: dict[str, Any] | None = None, switches: dict[str, Any] | None = None) -> None:
        """Go back to the start (same random secrets as at the start) or to another seed; the clock shows the real time again."""
        chosen = check_switches(switches or {})
        if seed is not None and (not isinstance(seed, dict) or not seed.get("organizations")):
            raise ControlError("seed must be an object with at least one organization in 'organizations'.")
        before = dict(self.switches)
        self.switches.clear()
        self.switches.update(default_switches(), **chosen)
        if seed is None:
            self.purecloud.load(copy.deepcopy(self._start["purecloud"]))
            self.cfgserver.load(copy.deepcopy(self._start["cfgserver"]))
        else:
            try:
                self._build(seed)
            except ControlError:
                self.switches.clear()
                self.switches.update(before)
                raise
        self.clock.offset = 0.0

    def dump(self) -> dict[str, Any]:
        """The whole state with all secrets, as JSON types."""
        return {"format": STATE_FORMAT, "clock": self.clock.now(), "clock_offset": self.clock.offset, "switches": dict(self.switches), **self._halves()}

    def _load_file(self, path: Path) -> None:
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            if state["format"] != STATE_FORMAT:
                raise ControlError(f"The state file has format {state['format']}, this sandbox reads {STATE_FORMAT}.")
            self.switches.update(check_switches(state["switches"]))
            self.clock.offset = float(state["clock_offset"])
            self.purecloud.load(state["purecloud"])
            self.cfgserver.load(state["cfgserver"])
        except ControlError:
            raise
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ControlError(f"The state file cannot be read: {error!r}") from error

    def save(self) -> None:
        """Write the state file, if there is one, in one atomic step; it holds secrets, so only its owner may read it."""
        if self.state_path is None:
            return
        temporary = self.state_path.with_name(self.state_path.name + ".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(self.dump(), stream)
        os.replace(temporary, self.state_path)


WORLD: web.AppKey[World] = web.AppKey("world", World)
