# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift document: what results of tasks become in it, how two are compared, and what its three forms hold."""

from __future__ import annotations

import json
import os
import stat
from xml.etree import ElementTree

import pytest

from ansible_collections.genesys.hybrid.plugins.plugin_utils import _audit_output as output
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit import Audit, kind_of
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit_recorder import read
from unit.plugins.plugin_utils.audit_support import CLIENT, ISSUER, NO_ANSWER, REJECTED, RUN, UNCHANGED, URLS, changed, document_of, succeed

IDP = "genesys.hybrid.purecloud_idp"


def differences(document):
    return {(entry["kind"], entry["object"], entry["attribute"]): (entry["change"], entry["found"], entry["wanted"]) for entry in document["drift"]}


def test_each_attribute_that_differs_is_an_entry():
    audit = Audit()
    succeed(audit, "one", identity_provider=ISSUER, transaction=URLS, oauth_client=CLIENT)
    document = audit.document(RUN)
    assert differences(document) == {
        ("identity_provider", "pureengage", "issuer_uri"): ("update", "http://www.example.com/other", "http://www.genesys.com/pureengage"),
        ("transaction", "hybrid_integration", "options.general.base_auth_url"): (
            "update",
            "https://api.example.com/api/",
            "https://login.example.com/oauth/token",
        ),
        ("transaction", "hybrid_integration", "options.ewt.password"): ("update", "(secret)", "(new secret)"),
        ("oauth_client", "hybrid-pacing", "name"): ("create", None, "hybrid-pacing"),
        ("oauth_client", "hybrid-pacing", "roles"): ("create", None, [{"role": "AI Agent", "division": "*"}]),
        ("oauth_client", "hybrid-pacing", "secret"): ("create", None, "(new secret)"),
    }
    (integration,) = document["integrations"]
    assert integration["kinds"]["oauth_client"] == {"status": "drifted", "objects": 2, "drifted": 1}
    assert integration["kinds"]["role"] == {"status": "in_sync", "objects": 1, "drifted": 0}
    assert document["summary"]["drifted_objects"] == 3 and document["summary"]["differences"] == 6


def test_a_section_that_goes_and_an_object_that_goes():
    audit = Audit()
    audit.succeeded("one", "genesys.hybrid.cfgserver_transaction", changed("transaction t", {"options": {"old": {}, "x": {"a": "1"}}}, {"options": {}}), True)
    audit.succeeded("one", IDP, changed("idp generic", {"name": "x"}, {}), True)
    assert differences(audit.document(RUN)) == {
        ("transaction", "t", "options"): ("update", None, {}),
        ("transaction", "t", "options.old"): ("update", {}, None),
        ("transaction", "t", "options.x.a"): ("update", "1", None),
        ("identity_provider", "generic", "name"): ("delete", "x", None),
    }


def test_what_a_run_does_replaces_what_it_planned():
    audit = Audit()
    audit.succeeded("one", IDP, ISSUER, True)
    audit.succeeded("one", IDP, changed("idp pureengage", {"name": "a"}, {"name": "b"}), False)
    document = audit.document(RUN)
    assert list(differences(document)) == [("identity_provider", "pureengage", "name")]
    assert document["run"]["check_mode"] is False


def test_a_failure_wins_over_drift_and_no_answer_over_a_failure():
    audit = Audit()
    succeed(audit, "one", identity_provider=ISSUER)
    audit.failed("one", "genesys.hybrid.cfgserver_transaction", "Write", {"msg": "first\nline"})
    succeed(audit, "two")
    audit.failed("two", "ansible.builtin.validate_argument_spec", "Validate", REJECTED)
    audit.failed("three", "genesys.hybrid.cfgserver_transaction_info", "Read", NO_ANSWER)
    audit.failed("four", "genesys.hybrid.purecloud_roles", "Manage", {"msg": "worse", "failure": {"path": "/x", "status": 503}})
    audit.failed("five", "ansible.builtin.setup", "Facts", {"msg": "no route"}, unreachable=True)
    document = audit.document(RUN)
    found = {entry["integration"]: (entry["status"], entry["message"]) for entry in document["integrations"]}
    assert found == {
        "one": ("failed", "first line"),
        "two": ("failed", REJECTED["msg"]),
        "three": ("unreachable", NO_ANSWER["msg"]),
        "four": ("unreachable", "worse"),
        "five": ("unreachable", "no route"),
    }
    kinds = {entry["integration"]: set(entry["kinds"]) for entry in document["integrations"]}
    assert "input" in kinds["two"] and kinds["five"] == {"other"}
    assert document["summary"]["differences"] == 1


def test_every_item_of_a_loop_counts():
    audit = Audit()
    second = changed("idp other", {"name": "a"}, {"name": "b"})
    audit.succeeded("one", IDP, {"changed": True, "results": [ISSUER, second]}, True)
    audit.failed("two", IDP, "Manage", {"msg": "One or more items failed", "results": [UNCHANGED, {"failed": True, "msg": "this one"}]})
    document = audit.document(RUN)
    assert {entry["object"] for entry in document["drift"]} == {"pureengage", "other"}
    assert [entry["message"] for entry in document["integrations"]] == [None, "this one"]


def test_a_failed_check_is_drift_and_a_warning_is_not():
    checks = [
        {"id": "token", "status": "ok", "message": "The secret works.", "fix": ""},
        {"id": "issuer", "status": "error", "message": "The issuers differ.", "fix": "Run provision."},
        {"id": "certificate", "status": "warning", "message": "It expires in 20 days.", "fix": "Rotate it."},
    ]
    audit = Audit()
    audit.succeeded("one", "ansible.builtin.set_fact", {"ansible_facts": {"verify_result": {"checks": checks, "errors": 1, "warnings": 1}}}, True)
    audit.succeeded("two", "genesys.hybrid.verify", {"verify_result": {"checks": checks[2:], "errors": 0, "warnings": 1}}, True)
    document = audit.document(RUN)
    assert [(entry["integration"], entry["status"]) for entry in document["integrations"]] == [("one", "drifted"), ("two", "in_sync")]
    assert document["integrations"][0]["kinds"]["verification"] == {"status": "drifted", "objects": 3, "drifted": 1}
    entry = next(entry for entry in document["drift"] if entry["object"] == "issuer")
    assert (entry["found"], entry["wanted"], entry["severity"], entry["message"]) == ("error", "ok", "drift", "The issuers differ. Run provision.")
    assert (document["summary"]["differences"], document["summary"]["warnings"]) == (1, 2)
    assert "It expires in 20 days. Rotate it." in output.page(document)


def test_of_other_collections_only_failures_count():
    audit = Audit()
    audit.succeeded("one", "ansible.builtin.copy", ISSUER, True)
    assert not audit
    assert kind_of("ansible.builtin.copy") == "other" and kind_of("ansible.builtin.fail") == "input"


def test_comparison_knows_new_known_and_resolved():
    before = document_of(20)
    audit = Audit()
    succeed(audit, "integration_0006", identity_provider=ISSUER)  # its other drift is gone
    succeed(audit, "integration_0007", identity_provider=changed("idp pureengage", {"issuer_uri": "third"}, {"issuer_uri": "x"}))
    audit.failed("integration_0016", IDP, "Manage", REJECTED)
    document = audit.document(RUN, before)
    assert [(entry["integration"], entry["comparison"]) for entry in document["drift"]] == [("integration_0006", "known"), ("integration_0007", "new")]
    resolved = {(entry["integration"], entry["attribute"]) for entry in document["resolved"]}
    # Nothing is said of the integration that failed now, nor of those that were not audited.
    assert {host for host, _attribute in resolved} == {"integration_0006", "integration_0007"}
    assert ("integration_0006", "options.ewt.password") in resolved
    assert document["summary"]["resolved_differences"] == len(document["resolved"])
    assert [entry["new_differences"] for entry in document["integrations"]] == [0, 1, 0]


def test_the_same_attribute_with_another_value_is_new_and_not_resolved():
    before, after = Audit(), Audit()
    before.succeeded("one", IDP, ISSUER, True)
    after.succeeded("one", IDP, changed("idp pureengage", {"issuer_uri": "third"}, {"issuer_uri": "x"}), True)
    document = after.document(RUN, before.document(RUN))
    assert [entry["comparison"] for entry in document["drift"]] == ["new"] and document["resolved"] == []


def test_junit_counts_and_survives_characters_that_xml_has_not():
    audit = Audit()
    succeed(audit, "one", identity_provider=changed("idp a", {"name": "bell\x07"}, {"name": "<b>&\ud800"}))
    audit.failed("two", IDP, "Manage", {"msg": "bad \x00 byte"})
    root = ElementTree.fromstring(output.junit(audit.document(RUN)))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "1", "1")
    assert root.find("./testsuite[@name='two']/testcase/error").get("message") == "bad \\x00 byte"
    assert root.find(".//failure").get("message") == "1 differences"


def test_files_are_replaced_whole_and_only_for_their_owner(tmp_path, monkeypatch):
    document = document_of(20)
    paths = output.write(document, tmp_path / "new" / "folder", "report")
    assert [path.name for path in paths] == ["report.json", "report.xml", "report.html"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert json.loads(paths[0].read_text(encoding="utf-8")) == document == read(str(paths[0]))

    def broken(source, target):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="no space"):
        output.write(document_of(1), tmp_path / "new" / "folder", "report")
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == ["report.html", "report.json", "report.xml"]
    assert json.loads(paths[0].read_text(encoding="utf-8")) == document


@pytest.mark.parametrize("text", ["[]", '{"schema": "other"}', '{"schema": "genesys.hybrid.audit", "schema_version": "2.0"}', "no json"])
def test_only_a_drift_document_can_be_compared_with(text, tmp_path):
    (tmp_path / "earlier.json").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError):
        read(str(tmp_path / "earlier.json"))


def test_the_page_stays_small_however_much_was_found():
    audit = Audit()
    options = {f"section{number}": {f"option{key}": "x" * 2000 for key in range(10)} for number in range(10)}
    for number in range(300):
        audit.succeeded(f"host{number:04}", "genesys.hybrid.cfgserver_transaction", changed("transaction t", {}, {"options": options}), True)
    document = audit.document(RUN)
    assert len(output.page(document).encode()) < 5_000_000
    assert document["summary"]["differences"] == 30_000
    shown = output.page(document)
    assert "more differences are in the JSON report" in shown and "1700 more characters" in shown
