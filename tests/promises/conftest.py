# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the promises share: how long they run, and where they say how much they tried."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

SOAK = os.environ.get("PROMISES") == "soak"
FIGURE = "figure"


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that shows one line of figures at the end of the test session."""
    return lambda line: request.node.user_properties.append((FIGURE, line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [found for group in terminalreporter.stats.values() for found in group if getattr(found, "when", None) == "call"]
    for line in dict.fromkeys(value for found in reports for name, value in found.user_properties if name == FIGURE):
        terminalreporter.write_line(line)
