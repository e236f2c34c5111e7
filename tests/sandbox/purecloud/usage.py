# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""API usage of OAuth clients: every request is counted by client, day, method and path template."""

from __future__ import annotations

from typing import Any

from .state import Document, Organization, epoch, iso

DAY = 86_400.0


def count_request(organization: Organization, client_id: str, method: str, template: str, status: int, now: float) -> None:
    """Count one answered request; 429 has a column of its own."""
    day = iso(now - now % DAY)
    column = "status429" if status == 429 else f"status{status // 100}00"
    key = " ".join((client_id, day, method, template))
    if key not in organization.usage:
        row: Document = {"clientId": client_id, "organizationId": organization.id, "date": day, "httpMethod": method, "templateUri": template, "requests": 0}
        organization.usage[key] = {**row, **dict.fromkeys(("status200", "status300", "status400", "status429", "status500"), 0)}
    counted = organization.usage[key]
    counted["requests"] += 1
    counted[column] += 1


def select(organization: Organization, client_id: str, first: float, last: float) -> list[Document]:
    """Rows of the days that begin within [first, last); newest last."""
    return [dict(row) for row in organization.usage.values() if row["clientId"] == client_id and iso(first) <= row["date"] < iso(last)]


def group(rows: list[Document], metrics: list[str], keys: list[str], granularity: str) -> list[Document]:
    """Sum rows by the period's first day and the keys asked for; without keys and metrics every column is kept. Both are named without regard to case."""
    dimensions, columns = ({name.lower() for name in names} for names in (keys, metrics))
    labels = [name for name in ("clientId", "organizationId", "templateUri", "httpMethod") if not keys or name.lower() in dimensions]
    numbers = [name for name in ("status200", "status300", "status400", "status429", "status500", "requests") if not metrics or name in columns]
    sums: dict[tuple[Any, ...], Document] = {}
    for row in rows:
        period = _period(row["date"], granularity)
        key = (period, *(row[name] for name in labels))
        entry = sums.setdefault(key, {"clientId": row["clientId"], "date": period, **{name: row[name] for name in labels}, **dict.fromkeys(numbers, 0)})
        for name in numbers:
            entry[name] += row[name]
    return list(sums.values())


def _period(day: str, granularity: str) -> str:
    if granularity == "Month":
        return day[:8] + "01" + day[10:]
    if granularity == "Week":
        moment = epoch(day)
        weekday = int(moment // DAY + 3) % 7  # 1970-01-01 was a Thursday; weeks begin on Monday
        return iso(moment - weekday * DAY)
    return day
