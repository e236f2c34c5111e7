# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the promises share: how long they may search, and the figures that they report."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest

SOAK = os.environ.get("PROMISES") == "soak"
_NUMBER = re.compile(r"\d+")


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """A function that takes one line of figures for the end of the run. Lines that differ only in their numbers become one with the sums."""
    return lambda line: request.node.user_properties.append(("promise", line))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    sums: dict[str, list[int]] = {}
    for reports in terminalreporter.stats.values():
        for one in reports:
            if getattr(one, "when", "") == "call":
                for name, line in one.user_properties:
                    if name == "promise":
                        numbers = [int(number) for number in _NUMBER.findall(line)]
                        text = _NUMBER.sub("{}", line.replace("{", "(").replace("}", ")"))
                        sums[text] = [sum(pair) for pair in zip(sums.get(text, [0] * len(numbers)), numbers, strict=True)]
    if sums:
        terminalreporter.section("promises" + (" (soak)" if SOAK else ""))
        for text, numbers in sums.items():
            terminalreporter.write_line(text.format(*numbers))
