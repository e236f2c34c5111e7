# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Whether a listing that is read page by page is whole: what a cut one leaves out would be created again, or be left when it has to go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import UnreachableError

MAXIMUM_PAGES = 1000


class Listing:
    """What was read of one listing so far."""

    def __init__(self, path: str, key: str = "id") -> None:
        """``key`` is an attribute that each entity must have, and that tells the entities of two pages apart."""
        self._path = path
        self._key = key
        self._pages = 0
        self._received = 0
        self._seen: set[str] = set()

    def add(self, entities: Any) -> list[dict[str, Any]]:
        """The entities of one more page, without those that an earlier page had: an entity moves on when another one comes before it meanwhile.

        Within one page nothing is left out: there ``key`` need not be unique.
        """
        if not isinstance(entities, list) or not all(isinstance(entity, dict) and isinstance(entity.get(self._key), str) for entity in entities):
            raise UnreachableError(
                f"the list {self._path} holds something else than objects with {self._key}: a proxy may stand in between, or the URL is not the API's"
            )
        self._pages += 1
        self._received += len(entities)
        new = [entity for entity in entities if entity[self._key] not in self._seen]
        self._seen.update(entity[self._key] for entity in new)
        return new

    def end(self, page: Mapping[str, Any]) -> None:
        """An error when ``page``, the last one, tells that there is more.

        Its ``total`` decides where it has one: the first page's may count what was deleted meanwhile, and the list of OAuth clients, which
        has no paging parameters, comes at once whatever its ``pageCount`` says. What came twice counts twice: ``total`` has grown then.
        """
        total, count = number_in(page, "total"), number_in(page, "pageCount")
        if total is not None:
            if total > self._received:
                raise self._cut_short(f"it ends after {self._received} of {total} entries")
        elif count is not None:
            number = number_in(page, "pageNumber") or self._pages
            if number < count:
                raise self._cut_short(f"it ends after page {number} of {count}")

    def endless(self) -> UnreachableError:
        return UnreachableError(f"the list {self._path} does not end: the server repeats its pages, or it has more than {MAXIMUM_PAGES} pages")

    def _cut_short(self, reason: str) -> UnreachableError:
        return UnreachableError(f"the list {self._path} is cut short: {reason}, run again later")


def number_in(page: Mapping[str, Any], field: str) -> int | None:
    value = page.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
