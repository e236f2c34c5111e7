# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Connection options as data: one table per system, from which argument specs, environment fallbacks and settings derive."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ._errors import ValidationError

LONGEST_TIMEOUT = 3600
YES = ("yes", "true", "on", "1", "y", "t")
NO = ("no", "false", "off", "0", "n", "f", "")


@dataclass(frozen=True)
class Connection:
    """How a task reaches one system.

    ``options`` maps an option's name to its argument spec; the extra key ``env`` names the environment variable that stands in when the
    option is not given, unless the task gives one of the options in ``env_unless``: a token or a host that lies in the environment must
    not be mixed with the credentials or the region of a task. ``env_inverted`` names one that says the opposite of a yes or no: AWX gives a
    field that was left out as no, whatever its default, so that "no" must be what is safe.
    ``open`` makes the client: ``open(settings, context, read_only)``, where the context offers ``warn(text)`` and
    ``register_secret(value)``; the client has a method ``close()``.
    """

    name: str
    options: Mapping[str, Mapping[str, Any]]
    open: Callable[[Mapping[str, Any], Any, bool], Any] = field(repr=False)

    def argument_spec(self) -> dict[str, dict[str, Any]]:
        return {name: {key: value for key, value in option.items() if not key.startswith("env")} for name, option in self.options.items()}

    def settings(self, params: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The values in force: the task's, else the environment's, else the default.

        An empty value counts as not given, wherever it comes from: AWX injects an empty environment variable, or the path of an
        empty file, for every optional credential field that was left out. An option of type list may be one string, its items with
        commas in between, as the environment gives it.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for name, option in self.options.items():
            value = _given(option, params.get(name))
            if value is None and "env_inverted" in option:
                value = not _yes(option["env_inverted"], environ)
            if value is None:
                mixed = any(params.get(other) not in (None, "") for other in option.get("env_unless", ()))
                from_environment = None if mixed else environ.get(option.get("env", ""))
                value = _given(option, from_environment) or option.get("default")
            choices = option.get("choices")
            if value is not None and choices and value not in choices:
                raise ValidationError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
            values[name] = value
        if "ca_path" in values:
            values["ca_path"] = _usable_ca_path(values["ca_path"])
        if values.get("timeout") is not None and not 0 < values["timeout"] <= LONGEST_TIMEOUT:
            raise ValidationError(f"timeout must be a number of seconds greater than 0 and at most {LONGEST_TIMEOUT}")
        return values


def _given(option: Mapping[str, Any], value: Any) -> Any:
    """``value`` in the type of ``option``, None when it is empty."""
    if option.get("type") != "list" or value is None:
        return None if value == "" else value
    items = value.split(",") if isinstance(value, str) else value
    return [item for item in (item.strip() if isinstance(item, str) else item for item in items) if item] or None


def _yes(name: str, environ: Mapping[str, str]) -> bool:
    """What the environment variable says; empty or not there is no."""
    text = environ.get(name, "").strip().lower()
    if text not in (*YES, *NO):
        raise ValidationError(f"{name} must be yes or no, not {environ[name]!r}")
    return text in YES


def _usable_ca_path(path: str | None) -> str | None:
    if not path:
        return None
    path = os.path.expanduser(path)
    if not os.path.exists(path):
        raise ValidationError(f"ca_path names {path}, which does not exist: give a file of PEM certificates or a directory made by c_rehash")
    if os.path.isfile(path) and os.path.getsize(path) == 0:
        return None
    return path


class NoServer:
    """The client of a module that talks to nobody."""

    def close(self) -> None:
        pass


NO_CONNECTION = Connection(name="none", options={}, open=lambda _settings, _context, _read_only: NoServer())
