# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What to do about writes that fail, and how long a write takes to be safe.

Configuration Server has no revision and no lock over HTTP, and may put writes into a queue. So a write is sent once. Only where it was not executed,
or where repeating it after another look can do no harm, is it planned again and sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .._errors import ConflictError, HybridError, UnreachableError
from .._http import TIMED_OUT
from .options import Place, label

WRITE_PAUSES = (1.0, 4.0)  # seconds before an update or a delete that was not executed is tried again
SETTLING_SECONDS = 0.5
LONGEST_SETTLING_SECONDS = 10.0
_NOT_EXECUTED = (None, 503)  # no status: the request never left
_PASSING = (None, 502, 504)  # no status: the connection broke


def settling_time(spent: float) -> float:
    """Seconds after a write, which took ``spent`` seconds, until it is verified.

    Another writer may have read the object just before the write and may write it back whole right after it. How long that takes on this server is
    measured by the write itself; writes wait for each other.
    """
    return min(LONGEST_SETTLING_SECONDS, SETTLING_SECONDS + 2 * spent)


def may_repeat(error: UnreachableError, harmless: bool) -> bool:
    """Whether a failed write may be planned and sent again.

    ``harmless``: a write that was executed without being seen yet does not matter. One that was not answered in time never is: it may be in the queue.
    """
    status = error.request["status"]
    if not error.maybe_processed:
        return status in _NOT_EXECUTED
    return harmless and status in _PASSING and error.request["code"] != TIMED_OUT


def would_destroy(name: str, places: Iterable[Place], why: str) -> ConflictError:
    """The error for a write of the whole object that would put what the server shows in place of secrets that it does not show."""
    return ConflictError(
        f"transaction {name!r} cannot be written without destroying {label(places)}: {why}, so the whole object must be written, the server does not show "
        "the value, and the task does not give it: give it in secret_options with secret_update on_change or always"
    )


def unresolved(name: str, error: HybridError) -> HybridError:
    """``error`` of a write that does not show, with what that means when the server had the request and did not answer in time."""
    if error.request["code"] != TIMED_OUT or not error.maybe_processed:
        return error
    facts: dict[str, Any] = dict(error.request)
    return UnreachableError(
        f"transaction {name!r}: {error.message}; the write does not show yet and may still be in the queue of the Configuration Server: "
        "wait, then run again to compare, and raise timeout if its writes are slow",
        maybe_processed=True,
        **facts,
    )
