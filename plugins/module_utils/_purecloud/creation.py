# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Creating an object exactly once, also when the answer to the create is lost.

A POST is never sent a second time: names need not be unique, so a second one could make a second object. What the first one may have made
is looked for, and adopted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._errors import ConflictError, HybridError
from .client import PureCloudClient

LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)  # seconds before each look for an object: lists and indexes lag behind


def create_or_adopt(
    client: PureCloudClient, path: str, body: Mapping[str, Any], what: str, find_new: Callable[[], list[dict[str, Any]]]
) -> tuple[dict[str, Any], bool]:
    """The new object, and whether it was adopted because the create was not answered.

    ``what`` names the object in errors. ``find_new`` reads afresh and returns what was not there before and could be the new object.
    """
    try:
        return client.post(path, body), False
    except HybridError as error:
        if not error.maybe_processed:
            raise
        hint = f"; {what} is not to be seen: should it appear later, run again only then, or there may be two"
        return look_for(client, what, find_new, error, hint), True


def look_for(client: PureCloudClient, what: str, find: Callable[[], list[dict[str, Any]]], error: HybridError, hint: str) -> dict[str, Any]:
    """The object that ``find`` returns at last, called again and again for half a minute after a create failed with ``error``.

    Raises ``error``, its sentence extended by ``hint``, when there is none or when looking fails: that the object may exist must be told.
    """
    try:
        found = _first_found(client, find)
    except ConflictError:
        raise
    except HybridError as other:
        error.message += hint
        raise error from other
    if not found:
        error.message += hint
        raise error
    client.writes += error.maybe_processed
    if len(found) > 1:
        raise ConflictError(
            f"the create of {what} was not answered, and {len(found)} new ones are there now "
            f"({', '.join(sorted(entity['id'] for entity in found))}): delete those that are too many and run again"
        )
    return found[0]


def _first_found(client: PureCloudClient, find: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    for _pause in client.looks(LOOKS):
        found = find()
        if found:
            return found
    return []
