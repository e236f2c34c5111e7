# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What can go wrong, as one small exception tree.

Every message is one sentence for the person who reads the job output. An error never carries request headers,
request bodies or secrets: it can be logged as it is.
"""

from __future__ import annotations

import re
from typing import Any

# What steers a terminal or turns text around: controls with the ends of lines (Unicode category Cc), the separators of lines and paragraphs,
# the controls of writing direction; and halves of surrogate pairs, which cannot be written at all.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """``text`` on one line, with each character that could deceive the reader of a terminal as an escape such as ``\\n``."""
    return _UNPRINTABLE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


class HybridError(Exception):
    """Base of all errors of the collection.

    ``maybe_processed`` is true when a write was sent and its answer was lost: the server may have executed it. ``result`` is what the task had
    changed before, as keys of its result. The message may quote a server, so it is kept ``visible``, also when it is extended.
    """

    def __init__(
        self,
        message: str,
        *,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
        code: str | None = None,
        correlation_id: str | None = None,
        maybe_processed: bool = False,
    ) -> None:
        super().__init__(visible(message))
        self._message = visible(message)
        self.result: dict[str, Any] = {}
        self.maybe_processed = maybe_processed
        self.request = {"method": method, "path": path, "status": status, "code": code, "correlation_id": correlation_id}

    @property
    def message(self) -> str:
        return self._message

    @message.setter
    def message(self, message: str) -> None:
        self._message = visible(message)

    def __str__(self) -> str:
        return self.message

    def details(self) -> dict[str, Any]:
        """The facts beside the sentence, as additional keys of a failed result: ``{"failure": {...}}`` and what the task had changed, or nothing."""
        facts = {key: visible(value) if isinstance(value, str) else value for key, value in self.request.items() if value is not None}
        return {**self.result, **({"failure": facts} if facts else {})}


class AuthenticationError(HybridError):
    """The credentials are wrong or their rights do not suffice (401, 403, rejected login)."""


class NotFoundError(HybridError):
    """The addressed object does not exist or is not visible to this account (404)."""


class ConflictError(HybridError):
    """Another object or another writer stands in the way (409, ambiguous names, unchangeable properties)."""


class RateLimitedError(HybridError):
    """The server asked to wait longer than the time budget allows (429)."""


class ValidationError(HybridError):
    """The input is wrong: found here before a request, or by the server (400, 413, 415)."""


class UnreachableError(HybridError):
    """No usable answer: no connection, a timeout, a 5xx, a redirect, something that is not the expected API."""


class VerificationError(HybridError):
    """The server accepted a write, but what reads back is not what was written."""


class MissingLibraryError(HybridError):
    """A Python library that this operation needs is not installed."""

    def __init__(self, library: str, traceback: str | None = None) -> None:
        super().__init__(f"the Python library {library} is needed")
        self.library = library
        self.traceback = traceback


class PartialError(HybridError):
    """Some items of a task failed while others were done; ``result`` is what the task would have returned."""

    def __init__(self, message: str, result: dict[str, Any]) -> None:
        super().__init__(message)
        self.result = result
