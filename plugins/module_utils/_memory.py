# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What one task of a run may use again of what the tasks before it have read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

LONGEST_AGE = 30.0  # seconds
LARGEST = 1024 * 1024  # bytes of all answers together; there are as many files of them as hosts


class Memory:
    """Answers to GET requests, for tasks that cannot write: what they predict may rest on something read moments ago, what is written never does.

    ``kept`` is what the tasks before left (``Context.lend``), ``answers`` among it; None remembers nothing. An answer serves once in a task, so that
    who asks again, because he waits for a change, asks the server. Before a write everything in ``kept`` is forgotten.
    """

    def __init__(self, kept: dict[str, Any] | None, read_only: bool) -> None:
        self._answers: dict[str, Any] = {} if kept is None else kept.setdefault("answers", {})
        self._active = kept is not None and read_only
        now = time.monotonic()
        for question in [question for question, answer in self._answers.items() if not now - LONGEST_AGE < answer["at"] <= now]:
            del self._answers[question]
        self._earlier = dict(self._answers) if self._active else {}

    def recall(self, base_url: str, method: str, path: str, params: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """``{"status", "headers", "body"}`` of the answer to this request, or None."""
        return self._earlier.pop(_question(base_url, path, params), None) if method == "GET" else None

    def forget(self) -> None:
        """A write is about to be sent."""
        self._answers.clear()

    def note(self, base_url: str, method: str, path: str, params: Mapping[str, Any] | None, answer: Any, asked_at: float) -> None:
        """Look at an answer that the server has just given to a question of that moment."""
        if self._active and method == "GET" and answer is not None and answer.status == 200:
            size = len(answer.body) + sum(other["size"] for other in self._answers.values())
            if size <= LARGEST:
                text = answer.body.decode("utf-8", "surrogateescape")
                known = {"status": answer.status, "headers": dict(answer.headers), "body": text, "size": len(answer.body), "at": asked_at}
                self._answers[_question(base_url, path, params)] = known


def _question(base_url: str, path: str, params: Mapping[str, Any] | None) -> str:
    return json.dumps([base_url, path, params], sort_keys=True, default=str)
