# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Requests as often as PureCloud allows them.

A token of the client-credentials grant has 300 requests a minute (platform limit ``client.credentials.token.rate.per.minute``). No answer
tells how many are left, so they are counted here: a task with more to do waits for the next minute on its own account, and the time that
it may lose to failures stays for failures. Where the server counts otherwise it answers 429, which is obeyed as well.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

ALLOWED = 300
REQUESTS = ALLOWED - 10  # so that those on their way when a minute ends have room in the next one
WINDOW = 60.0  # seconds; PureCloud counts them from the first request that it gets, which is at the latest when that is answered


class Pace:
    """Counts the requests of one token. ``state`` is a mapping that the next client with the same token goes on with."""

    def __init__(self, state: dict[str, Any], sleep: Callable[[float], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._sleep = sleep
        self._clock = clock
        self._lock = threading.Lock()

    def begin(self) -> None:
        """There is a new token."""
        self._state.update(since=None, requests=0)

    def keep(self) -> float | None:
        """Wait until one more request is allowed. What is returned is for ``answered``."""
        with self._lock:
            since, now = self._state.get("since"), self._clock()
            if since is not None and now - since < WINDOW and self._state["requests"] >= REQUESTS:
                self._sleep(since + WINDOW - now)
                now = self._clock()
            if since is None or now - since >= WINDOW:
                self._state.update(since=now, requests=1)
                return now
            self._state["requests"] += 1
            return None

    def answered(self, opened: float | None) -> None:
        """The request for which ``keep`` returned ``opened`` got its answer, or none."""
        with self._lock:
            if opened is not None and self._state.get("since") == opened:
                self._state["since"] = self._clock()
