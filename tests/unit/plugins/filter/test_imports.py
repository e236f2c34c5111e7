# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible loads every filter of the collection in each worker process that uses one of them: loading them must cost next to nothing."""

from __future__ import annotations

import os
import pkgutil
import subprocess
import sys

import pytest

from ansible_collections.genesys.hybrid.plugins import filter as filters

SLOW = {"requests", "cryptography", "jmespath"}
LOAD = "import sys, ansible_collections.genesys.hybrid.plugins.filter.{} as loaded; print(*sys.modules)"


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(filters.__path__)])
def test_a_filter_loads_no_slow_library(name: str) -> None:
    environment = {**os.environ, "PYTHONPATH": os.environ["ANSIBLE_COLLECTIONS_PATH"]}
    loaded = subprocess.run([sys.executable, "-c", LOAD.format(name)], env=environment, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert f"ansible_collections.genesys.hybrid.plugins.filter.{name}" in loaded
    assert not {module.split(".")[0] for module in loaded} & SLOW
