# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the promises share: the long versions, and figures in pytest's summary."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

SOAK = os.environ.get("PROMISES") == "soak"


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that has a line printed in pytest's terminal summary, also when the tests run in workers of pytest-xdist."""
    return lambda line: request.node.user_properties.append(("figure", line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [entry for entries in terminalreporter.stats.values() for entry in entries if getattr(entry, "when", "") == "call"]
    lines = [line for entry in reports for name, line in entry.user_properties if name == "figure"]
    if lines:
        terminalreporter.section("promises")
    for line in lines:
        terminalreporter.write_line(line)
