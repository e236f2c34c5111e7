# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every secret that this process ever made up and gave out: of OAuth clients, tokens, sessions. A test searches for them, also for those that are gone."""

from __future__ import annotations

ISSUED: set[str] = set()


def issued(secret: str) -> str:
    ISSUED.add(secret)
    return secret
