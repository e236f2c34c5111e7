# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JavaScript SDK is there or the tests say why not; a scenario that fails says so, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.support import RunScenario
from tools import install_javascript_sdk as installation


def test_a_missing_outdated_or_failed_installation_is_a_sentence(tmp_path: Path) -> None:
    assert "is not installed in" in str(installation.problem(tmp_path / "sdk"))
    (tmp_path / installation.LOG).write_text("npm error code ECONNREFUSED\n", encoding="utf-8")
    failed = str(installation.problem(tmp_path))
    assert "npm could not install the vendor's JavaScript SDK" in failed and failed.endswith("npm error code ECONNREFUSED")
    (tmp_path / installation.STAMP).write_text("of other versions", encoding="utf-8")
    assert "not the present version: run make environment-contract" in str(installation.problem(tmp_path))
    (tmp_path / installation.STAMP).write_text(installation.fingerprint(tmp_path), encoding="utf-8")
    assert installation.problem(tmp_path) is None


def test_npm_trusts_what_pip_trusts_and_keeps_what_the_caller_set() -> None:
    listing = "global.cert='/etc/ssl/company.pem'\n"
    assert installation.npm_environment({"NODE_OPTIONS": "--inspect"}, listing)["NODE_EXTRA_CA_CERTS"] == "/etc/ssl/company.pem"
    own = {"NODE_EXTRA_CA_CERTS": "/own.pem", "NODE_USE_SYSTEM_CA": "0", "NPM_CONFIG_GLOBALCONFIG": "/own/npmrc"}
    assert installation.npm_environment({**own, "NODE_OPTIONS": "--inspect"}, listing) == own


def test_a_scenario_that_fails_is_reported(javascript: RunScenario) -> None:
    with pytest.raises(pytest.fail.Exception, match="no scenario nowhere"):
        javascript("nowhere")
