# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""How much OAuth clients use the API.

Protocol facts, from the Platform API (OAuthApi): GET usage/summary starts a query and answers ``{"executionId"}``; the result has a
``queryStatus``, ``Running``, ``Complete`` or ``Failed``, and one row for each day, method and path. Reading it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .._errors import NotFoundError, UnreachableError
from .client import PureCloudClient

DAYS = (1, 90)
LOOKS = 30
_LONGEST_PAUSE = 10.0  # seconds between two looks; they begin with half a second and sum up to little more than three minutes
_METRICS = {
    "requests": "requests",
    "status_200": "status200",
    "status_300": "status300",
    "status_400": "status400",
    "status_429": "status429",
    "status_500": "status500",
}


def usage_of(client: PureCloudClient, identifiers: Iterable[str], days: int, warn: Callable[[str], None]) -> dict[str, dict[str, int]]:
    """What each OAuth client used in the last ``days`` days: ``{id: {"days", "requests", "status_200", ...}}``, without clients that are gone.

    All queries are started before the first result is waited for.
    """
    started = {identifier: _start(client, identifier, days) for identifier in identifiers}
    return {
        identifier: {"days": days, **_sums(_result(client, identifier, execution, warn), identifier)}
        for identifier, execution in started.items()
        if execution is not None
    }


def _start(client: PureCloudClient, identifier: str, days: int) -> str | None:
    """The ID of a new query, None for a client that was deleted since it was listed."""
    try:
        execution = client.get(f"/oauth/clients/{identifier}/usage/summary", {"days": days}).get("executionId")
    except NotFoundError:
        return None
    if not isinstance(execution, str) or not execution:
        raise UnreachableError(f"the usage of OAuth client {identifier} cannot be read: PureCloud started no query, try again later")
    return execution


def _result(client: PureCloudClient, identifier: str, execution: str, warn: Callable[[str], None]) -> Any:
    """The rows of a query once it is complete."""
    for look in range(LOOKS):
        if look:
            client.sleep(min(look / 2, _LONGEST_PAUSE))
        answer = client.get(f"/oauth/clients/{identifier}/usage/query/results/{execution}")
        if answer.get("queryStatus") == "Complete":
            cursors = answer.get("cursors")
            if isinstance(cursors, dict) and cursors.get("after"):
                # No parameter is documented that would read what follows.
                warn(f"the usage of OAuth client {identifier} is more than PureCloud returns at once: the numbers are too low, give fewer usage_days")
            return answer.get("results") or []
        if answer.get("queryStatus") != "Running":
            break
    else:
        raise UnreachableError(f"the usage of OAuth client {identifier} is not there after {LOOKS} looks: try again later, or give fewer usage_days")
    raise UnreachableError(f"the usage of OAuth client {identifier} cannot be read: PureCloud's query failed, try again later")


def _sums(rows: Any, identifier: str) -> dict[str, int]:
    try:
        return {name: sum(int(row.get(api) or 0) for row in rows) for name, api in _METRICS.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise UnreachableError(f"the usage of OAuth client {identifier} cannot be read: PureCloud answered something else than numbers") from error
