# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible loads every filter of the collection in each worker process that uses one of them: loading them must cost next to nothing."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import pytest

from ansible_collections.genesys.hybrid.plugins import filter as filters

SLOW = ("requests", "cryptography", "jmespath", "yaml")
PACKAGE = "ansible_collections.genesys.hybrid.plugins"


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(filters.__path__)])
def test_a_filter_loads_no_slow_library(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for loaded in [module for module in sys.modules if module.startswith(PACKAGE) or module.split(".")[0] in SLOW]:
        monkeypatch.delitem(sys.modules, loaded)
    importlib.import_module(f"{PACKAGE}.filter.{name}")
    assert not {module.split(".")[0] for module in sys.modules}.intersection(SLOW)
