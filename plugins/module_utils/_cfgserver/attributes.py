# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Attributes of objects as JSON, whatever a serializer made of them: no value that JSON can hold makes reading fail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def text(value: Any) -> str:
    """A value as Configuration Server means it: nothing as an empty string, and what is no string as its JSON.

    Values that were written with the Platform SDK may be whole numbers or nested lists; interfaces show numbers as strings or as they are.
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def attribute(raw: Mapping[str, Any], name: str) -> str:
    return text(raw.get(spelling(raw, name)))


def spelling(raw: Mapping[str, Any], name: str) -> str:
    """The key under which ``raw`` has the attribute; the case of attributes that no public client used is inferred, so it is not relied on."""
    if name in raw:
        return name
    return next((key for key in raw if key.lower() == name.lower()), name)
