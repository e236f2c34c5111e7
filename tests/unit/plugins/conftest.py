# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from sandbox.process import SandboxProcess


@pytest.fixture(scope="session")
def sandbox():
    """A sandbox of its own for each test process; a test resets it when it starts."""
    with SandboxProcess() as process:
        yield process
