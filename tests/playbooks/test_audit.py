# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook audit as its users run it: clean, with planted drift, with integrations that fail, compared, and as a callback of other playbooks."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import yaml

from demo import twenty
from playbooks.audit_schema import Document, json_schema
from playbooks.conftest import newest_core_only
from playbooks.site import HARMLESS, ROOT
from sandbox.process import SandboxProcess

# Fails before Ansible gets anywhere, as an SSH client does that finds no host.
NO_SSH = "#!/bin/sh\nexit 255\n"


@pytest.fixture(scope="module")
def server():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def estate(server, tmp_path_factory):
    return twenty.create(server, tmp_path_factory.mktemp("estate") / "twenty")


@pytest.fixture
def audit(server, estate, run_playbook, tmp_path):
    """A function that runs the audit of some of the sites and returns the run and its document, None where there is none."""
    estate.reset(server)

    def run(name, *arguments, limit=None, playbook="genesys.hybrid.audit", **environment):
        server.control("DELETE", "requests")
        limited = ["--limit", limit] if limit else []
        variables = {"audit_directory": str(tmp_path / "reports"), "audit_name": name}
        done = run_playbook(playbook, *estate.arguments, "--forks", "10", *limited, "-e", json.dumps(variables), *arguments, **environment)
        assert "Traceback" not in done.output
        assert done.warnings == []
        path = tmp_path / "reports" / f"{name}.json"
        return done, json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    return run


@pytest.fixture
def broken(tmp_path):
    """An inventory of integrations that cannot be audited, each for another reason."""
    client = tmp_path / "no-ssh"
    client.write_text(NO_SSH, encoding="utf-8")
    client.chmod(0o755)
    account = {"hybrid_purecloud_client_id": twenty.identifier("Bootstrap", "site_02"), "hybrid_transaction_tenant": "site_02"}
    working = {**account, "hybrid_purecloud_client_secret": "{{ vault_purecloud_client_secrets['site_02'] }}"}
    hosts = {
        "broken_host": {**working, "ansible_connection": "ssh", "ansible_ssh_executable": str(client)},
        "broken_input": {**working, "hybrid_services": [{"section": "general", "oauth_client": "hybrid-pacing"}]},
        "broken_secret": {**account, "hybrid_purecloud_client_secret": "the-wrong-secret"},
        "broken_server": {**working, "hybrid_cfgserver_url": "http://127.0.0.1:1"},
        "broken_variable": {**working, "hybrid_cfgserver_password": "{{ vault_forgotten }}"},
    }
    path = tmp_path / "broken.yml"
    path.write_text(yaml.safe_dump({"hybrid_integrations": {"hosts": hosts}}), encoding="utf-8")
    return path


def writes(server):
    journal = server.control("GET", "requests")
    return [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] not in ("GET", "HEAD") and entry["path"] not in HARMLESS]


def entries(document):
    return {(entry["integration"], entry["kind"], entry["object"], entry["attribute"]) for entry in document["drift"]}


def statuses(document):
    return {entry["integration"]: entry["status"] for entry in document["integrations"]}


def test_sites_in_sync_cost_few_requests_and_nothing_has_to_be_enabled(audit, server):
    done, document = audit("clean", limit="site_01")
    assert done.returncode == 0
    assert done.recap["site_01"]["changed"] == 0
    assert "1 of 1 integrations in sync" in done.stdout
    assert document["drift"] == [] and statuses(document) == {"site_01": "in_sync"}
    kinds = document["integrations"][0]["kinds"]
    assert {kind: state["objects"] for kind, state in kinds.items()} == {
        "role": 1,
        "oauth_client": 2,
        "identity_provider": 1,
        "administrator": 1,
        "transaction": 1,
    }
    journal = [(entry["method"], entry["path"], entry["query"]) for entry in server.control("GET", "requests")]
    assert len(journal) == len(set(journal)) <= 16, journal


def test_an_audit_writes_nothing_whatever_the_caller_says(audit, server):
    planted = {drift.integration: drift for drift in twenty.plant(server)}
    done, document = audit("insisting", "-e", "hybrid_audit=false", limit="site_03,site_06,site_18")
    assert writes(server) == []
    assert done.returncode == 0
    expected = {(site, *entry) for site in ("site_03", "site_06", "site_18") for entry in planted[site].entries}
    assert entries(document) == expected


def test_when_no_host_can_be_reached_there_is_a_report_all_the_same(audit, broken):
    done, document = audit("nobody", "-i", broken, limit="broken_host")
    assert done.returncode == 4
    assert statuses(document) == {"broken_host": "unreachable"}


def test_a_connection_variable_without_a_value_fails_its_own_host_and_leaves_a_report(audit, broken):
    done, document = audit("variable", "-i", broken, limit="broken_variable,site_01")
    assert done.returncode == 2
    assert statuses(document) == {"broken_variable": "failed", "site_01": "in_sync"}
    done, document = audit("alone", "-i", broken, limit="broken_variable")
    (integration,) = document["integrations"]
    assert "hybrid_cfgserver_password needs vault_forgotten, which is not defined" in integration["message"]


@newest_core_only
def test_what_the_tags_leave_out_is_neither_in_sync_nor_resolved(audit, server, tmp_path):
    twenty.change_options(server, "site_01", lambda options: options.update({("saml", "issuer"): "urn:other"}))
    place = ("site_01", "transaction", "hybrid_integration", "options.saml.issuer")
    _done, document = audit("whole", limit="site_01")
    assert entries(document) == {place}
    earlier = json.dumps({"audit_compare_with": str(tmp_path / "reports" / "whole.json")})
    _done, document = audit("roles", "--tags", "purecloud_org_roles", "-e", earlier, limit="site_01")
    assert (list(document["integrations"][0]["kinds"]), document["drift"], document["resolved"]) == (["role"], [], [])
    # The provider and the object have one issuer.
    _done, document = audit("provider", "--tags", "purecloud_org_idp", limit="site_01")
    assert (set(document["integrations"][0]["kinds"]), entries(document)) == ({"identity_provider", "transaction"}, {place})
    done, document = audit("misspelt", "--tags", "purecloud_org_role", limit="site_01")
    assert (done.returncode, document) == (2, None)
    assert "There is no tag purecloud_org_role here: choose from hybrid_transaction, purecloud_org_roles," in done.stdout


@newest_core_only
def test_the_report_names_what_was_planted_and_nothing_else(audit, server, estate, broken, tmp_path):
    planted = twenty.plant(server)
    done, document = audit("planted", "-i", broken, "--diff")
    assert len(planted) == 6
    assert writes(server) == []
    assert entries(document) == {(drift.integration, *entry) for drift in planted for entry in drift.entries}
    Document.model_validate(document)

    drifted = {drift.integration for drift in planted}
    sites = {name: "drifted" if name in drifted else "in_sync" for name in twenty.NAMES}
    assert statuses(document) == {
        **sites,
        "broken_host": "unreachable",
        "broken_input": "failed",
        "broken_secret": "failed",
        "broken_server": "unreachable",
        "broken_variable": "failed",
    }
    assert {key: document["summary"][key] for key in ("integrations", "in_sync", "drifted", "failed", "unreachable", "drifted_objects")} == {
        "integrations": 25,
        "in_sync": 14,
        "drifted": 6,
        "failed": 3,
        "unreachable": 2,
        "drifted_objects": 7,
    }
    messages = {entry["integration"]: entry["message"] for entry in document["integrations"]}
    assert "rejects the client_secret" in messages["broken_secret"]
    assert "no connection" in messages["broken_server"]
    assert messages["broken_input"].startswith("hybrid_services names the section general")
    # Ansible knows one host that it could not reach; the others fail in the last task, with their own sentence. Drift alone fails nothing.
    assert done.returncode == 4
    assert {host for host, counters in done.recap.items() if counters["failed"]} == {"broken_input", "broken_secret", "broken_server", "broken_variable"}

    check_files(tmp_path / "reports", document)
    check_secrets(estate.secrets, [done.output, done.records, *(path.read_text(encoding="utf-8") for path in (tmp_path / "reports").iterdir())])


def check_files(folder: Path, document: dict) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["planted.html", "planted.json", "planted.xml"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    suites = ElementTree.parse(folder / "planted.xml").getroot()
    assert {suite.get("name") for suite in suites} == set(statuses(document))
    assert (suites.get("failures"), suites.get("errors")) == ("7", "5")
    (failure,) = suites.findall("./testsuite[@name='site_09']/testcase/failure")
    assert failure.text == 'pureengage: issuer_uri is "http://www.genesys.com/other", wanted is "http://www.genesys.com/pureengage"'


def check_secrets(hidden: dict[str, str], texts: list[str]) -> None:
    for name, secret in hidden.items():
        lines = (line for line in secret.splitlines() if len(line) > 40)
        for spelling in (secret, base64.b64encode(secret.encode()).decode().rstrip("="), quote(secret, safe=""), json.dumps(secret)[1:-1], *lines):
            assert not any(spelling in text for text in texts), f"{name} is in the output"
    assert any("(new secret)" in text for text in texts)


@newest_core_only
def test_two_audits_are_compared_and_only_new_drift_fails(audit, server, estate, run_playbook, tmp_path):
    twenty.plant(server)
    some = "site_01,site_09,site_18"
    done, first = audit("first", limit=some)
    assert (done.returncode, first["summary"]["drifted"]) == (0, 2)
    repaired = run_playbook("genesys.hybrid.provision", *estate.arguments, "--limit", "site_18")
    assert repaired.recap["site_18"]["changed"] == 1
    twenty.change_options(server, "site_01", lambda options: options.update({("saml", "expire_time"): "12"}))

    earlier = json.dumps({"audit_compare_with": str(tmp_path / "reports" / "first.json"), "fail_on_drift": "new"})
    done, second = audit("second", "-e", earlier, limit=some, ANSIBLE_CALLBACKS_ENABLED="genesys.hybrid.audit")
    Document.model_validate(second)
    assert {entry["integration"]: entry["comparison"] for entry in second["drift"]} == {"site_01": "new", "site_09": "known"}
    assert [(entry["integration"], entry["attribute"]) for entry in second["resolved"]] == [("site_18", "options.saml.expire_time")]
    assert second["run"]["compared_with"] == "first"
    assert done.returncode == 2
    assert {host for host, counters in done.recap.items() if counters["failed"]} == {"site_01"}
    # The same callback, enabled as well, leaves the audit to the one beside the playbook.
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["reports"]


@newest_core_only
def test_as_a_callback_it_reports_any_playbook(audit, server, tmp_path):
    twenty.plant(server)
    enabled = {"ANSIBLE_CALLBACKS_ENABLED": "genesys.hybrid.audit", "GENESYS_HYBRID_AUDIT_DIRECTORY": str(tmp_path / "reports")}
    done, document = audit("own", "--check", limit="site_12", playbook="genesys.hybrid.provision", GENESYS_HYBRID_AUDIT_NAME="own", **enabled)
    assert done.returncode == 0
    assert entries(document) == {("site_12", "role", "hybrid-supervisor", "permission_policies")}
    assert document["run"]["check_mode"] is True and document["run"]["playbook"] == "provision.yml"


@newest_core_only
def test_wrong_input_is_said_before_anything_is_read(audit, server):
    wrong = {"audit_name": "../elsewhere", "fail_on_drift": "sometimes", "audit_compare_with": "/nowhere/report.json"}
    done, document = audit("unused", "-e", json.dumps(wrong), limit="site_01")
    assert done.returncode == 2 and document is None
    assert server.control("GET", "requests") == []
    for sentence in ("audit_name is a file name", "fail_on_drift is sometimes: it must be", "/nowhere/report.json, which is no file"):
        assert sentence in done.stdout


def test_the_documented_schema_is_the_one_that_is_tested():
    assert json.loads((ROOT / "docs" / "audit.schema.json").read_text(encoding="utf-8")) == json_schema()
