# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def process():
    """One sandbox for each test process: to start one takes longer than most tests. Whoever uses it resets it first."""
    with SandboxProcess() as started:
        yield started
