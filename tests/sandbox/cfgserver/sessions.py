# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Login sessions of both front ends, by the sandbox's clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from ..issued import issued

# Shipped options of the GAX application: [general] inactivity_timeout=600, session_timeout=900 (seconds).
INACTIVITY_SECONDS = 600
LIFETIME_SECONDS = 900


@dataclass
class Session:
    front_end: str
    username: str
    token: str
    csrf_token: str
    created: float
    used: float


class Sessions:
    """Sessions live in memory only: a restarted server knows none of them."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock
        self._sessions: dict[str, Session] = {}

    def open(self, front_end: str, username: str) -> Session:
        now = self._clock.now()
        self._sessions = {token: session for token, session in self._sessions.items() if self._alive(session, now)}
        session = Session(front_end, username, issued(secrets.token_hex(16)), issued(secrets.token_hex(16)), now, now)
        self._sessions[session.token] = session
        return session

    def find(self, front_end: str, token: str | None) -> Session | None:
        """The live session behind a cookie, its inactivity counted anew; None when there is none."""
        session = self._sessions.get(token or "")
        now = self._clock.now()
        if session is None or session.front_end != front_end:
            return None
        if not self._alive(session, now):
            del self._sessions[session.token]
            return None
        session.used = now
        return session

    def username_of(self, token: str) -> str | None:
        """The account behind a cookie, without any effect on its session."""
        session = self._sessions.get(token)
        return session.username if session else None

    def close(self, token: str) -> None:
        self._sessions.pop(token, None)

    def clear(self) -> None:
        self._sessions.clear()

    @staticmethod
    def _alive(session: Session, now: float) -> bool:
        return now - session.used < INACTIVITY_SECONDS and now - session.created < LIFETIME_SECONDS
