# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Twenty integrations as an AWX operator has them: a nightly audit finds what somebody changed by hand, a launch repairs it, the next audit is clean."""

from __future__ import annotations

import json
import shutil

import pytest

from demo import twenty
from demo.estate import GAX_PATH
from playbooks.awx_job import PROJECT, Controller, injected, named, without
from playbooks.conftest import newest_core_only
from playbooks.site import HARMLESS
from sandbox.process import SandboxProcess

pytestmark = newest_core_only
AUDIT, PROVISION = "Hybrid audit", "Hybrid provision"


@pytest.fixture(scope="module")
def sandbox():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def controller(sandbox, tmp_path_factory):
    """The example project with the variables of the twenty; the account of Configuration Server comes from its credential."""
    folder = tmp_path_factory.mktemp("awx")
    estate = twenty.create(sandbox, folder / "estate")
    shutil.copytree(PROJECT, folder / "project")
    shutil.copytree(estate.folder / "inventory/group_vars", folder / "project/group_vars")
    without(folder / "project/group_vars/hybrid_integrations/main.yml", "hybrid_cfgserver_")
    hosts = {name: {"hybrid_purecloud_client_id": twenty.identifier("Bootstrap", name)} for name in twenty.NAMES}
    return Controller(folder, folder / "project", hosts, estate.secrets["vault password"])


@pytest.fixture
def environment(sandbox, tmp_path):
    account = {
        "url": sandbox.info["gax_url"].removesuffix(GAX_PATH),
        "username": sandbox.info["cfgserver_username"],
        "password": sandbox.info["cfgserver_password"],
    }
    return injected(named("credential_types", "Genesys Configuration Server"), account, tmp_path)


def audited(controller, environment, status):
    """The drift document that a nightly audit leaves in the directory of the job template. With the survey's own answers, drift fails the job."""
    before = set(controller.folder.glob("exposed/**/*.json"))
    job = controller.launch(named("templates", AUDIT), environment)
    assert job.status == status, job.output
    (document,) = set(controller.folder.glob("exposed/**/*.json")) - before
    return json.loads(document.read_text(encoding="utf-8"))


@pytest.mark.timeout(600)
def test_the_audit_of_twenty_names_what_was_planted_and_provision_repairs_it(controller, sandbox, environment, capsys):
    planted = twenty.plant(sandbox)
    sandbox.control("DELETE", "requests")
    document = audited(controller, environment, "failed")
    journal = sandbox.control("GET", "requests")
    assert [entry["path"] for entry in journal if entry["method"] not in ("GET", "HEAD") and entry["path"] not in HARMLESS] == []
    found = {(entry["integration"], entry["kind"], entry["object"], entry["attribute"]) for entry in document["drift"]}
    assert len(planted) == 6
    assert found == {(drift.integration, *entry) for drift in planted for entry in drift.entries}
    assert (document["summary"]["integrations"], document["summary"]["drifted"], document["summary"]["in_sync"]) == (20, 6, 14)

    job = controller.launch(named("templates", PROVISION), environment)
    assert job.status == "successful", job.output
    assert set(job.changes()) == {drift.integration for drift in planted}

    again = audited(controller, environment, "successful")
    assert again["drift"] == [] and again["summary"]["in_sync"] == 20
    with capsys.disabled():
        print(f"\njobs of AWX: {len(planted)} kinds of drift planted in 20 integrations, {len(planted)} named, all repaired, next audit clean")
