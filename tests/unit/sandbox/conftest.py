# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the sandbox's own tests: a server, reset before every test."""

from __future__ import annotations

import pytest

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess


@pytest.fixture
def sandbox(process: SandboxProcess) -> SandboxProcess:
    process.control("POST", "reset")
    return process


@pytest.fixture
def api(sandbox: SandboxProcess) -> PureCloudCaller:
    """The bootstrap client of the first organization, logged in."""
    return PureCloudCaller.bootstrap(sandbox)
