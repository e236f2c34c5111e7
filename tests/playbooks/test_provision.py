# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook provision as its users run it: twice, in check mode, interrupted, and with wrong input. That it shows no secret: tests/promises."""

from __future__ import annotations

import json
import re
import time

import pytest
import requests
import yaml

from demo.estate import Estate, bootstrap_secrets
from playbooks.conftest import newest_core_only
from playbooks.site import ROOT, SECONDS, Site, kill_tree
from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

CREATE_OBJECT = {"path": "/gax/api/cfg/objects", "method": "POST"}


@pytest.fixture(scope="module")
def server():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def estate(server, tmp_path_factory):
    """One inventory for all tests: keys and vault files take seconds to make, and a reset leaves the sandbox's own secrets as they were."""
    return Estate.create(server, tmp_path_factory.mktemp("estate") / "site")


@pytest.fixture
def site(server, estate, tmp_path):
    """The first integration alone: what is tested is the same for both, and costs half as much."""
    server.control("POST", "reset")
    return Site(server, estate, tmp_path, "example_one")


@pytest.fixture
def sites(site):
    """Both integrations."""
    site.limit = []
    return site


def known(diffs):
    """Diffs with everything that cannot be known before a run replaced by what check mode shows for it."""
    identifier = re.compile(r'"client_id": "(?!1{8}|2{8})[0-9a-f-]{36}"')
    return {key: json.loads(identifier.sub('"client_id": "(known after apply)"', json.dumps(diff))) for key, diff in diffs.items()}


def test_provision_twice_and_check_mode_tells_the_truth(sites):
    # The second integration also has Altocloud permissions for a role, and an administrator.
    assert sites.changed("--check", "--diff") == {"example_one": 3, "example_two": 5}
    assert sites.writes() == []
    predicted = sites.diffs()
    assert sites.objects() == {}

    assert sites.changed("--diff") == {"example_one": 3, "example_two": 5}
    assert known(sites.diffs()) == known(predicted)
    assert len(predicted) == 10

    assert sites.changed() == {"example_one": 0, "example_two": 0}
    assert sites.writes() == []
    assert sites.changed("--check", "--diff") == {"example_one": 0, "example_two": 0}


def test_a_converged_integration_costs_one_token_one_login_and_one_read_of_each_kind(sites):
    sites.run()
    for arguments in ((), ("--check", "--diff")):
        sites.limit = ["--limit", "example_two"]
        recap = sites.run(*arguments)
        assert recap["example_two"]["changed"] == 0 and recap["example_two"]["ok"] <= 12
        journal = [(entry["method"], entry["path"], entry["query"]) for entry in sites.sandbox.control("GET", "requests")]
        assert len(journal) == len(set(journal)) <= 16, journal


@newest_core_only
def test_the_object_holds_what_the_requirement_document_asks_for(sites):
    sites.run()
    objects = sites.objects()
    everything = sites.sandbox.control("GET", "state")["cfgserver"]["objects"]
    tenants = {item["attributes"]["name"]: str(item["dbid"]) for item in everything if item["class_name"] == "CfgTenant"}
    assert set(objects) == {"1", tenants["Example Two"]}
    shared, override = objects["1"], objects[tenants["Example Two"]]
    assert set(shared) == {"general", "saml", "saml_auth", "ewt"}
    assert set(override) == {"general", "saml", "saml_auth", "ewt", "ewt_backup"}
    assert shared["general"] == {
        "organization_sname": "example-one",
        "organization_id": "11111111-1111-4111-8111-111111111111",
        "default_agent_role_name": "AI Agent",
        "default_supervisor_role_name": "Supervisor",
        "default_admin_role_name": "Admin",
        "base_auth_url": "https://login.mypurecloud.com/oauth/token",
        "base_service_url": "https://api.mypurecloud.com/api/",
    }
    assert override["general"]["base_auth_url"] == "https://login.mypurecloud.de/oauth/token"
    assert set(shared["saml"]) == {"issuer", "certificate", "pkey", "password", "expire_time"}
    assert shared["saml"]["issuer"] == "http://www.genesys.com/pureengage"
    assert shared["saml"]["pkey"].startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert override["ewt"] == override["ewt_backup"]
    assert override["ewt"] != shared["ewt"]
    assert sites.every_secret_works()
    provider = sites.organization(0)["identity_providers"]["pureengage"]
    assert (provider["issuerURI"], provider["ssoTargetURI"]) == ("http://www.genesys.com/pureengage", "http://example.com/target")
    assert provider["autoProvisionUsers"] is True
    assert provider["disabled"] is False
    supervisor = next(role["document"] for role in sites.organization(1)["roles"].values() if role["document"]["name"] == "Supervisor")
    seen = {policy["entityName"]: policy["actionSet"] for policy in supervisor["permissionPolicies"] if policy["domain"] == "journey"}
    assert len(seen) > 10
    assert all(actions == ["view"] for actions in seen.values())
    second = next(user for user in sites.organization(1)["users"].values() if user["document"]["name"] == "Second Administrator")
    assert (second["document"]["state"], second["invitations"]) == ("active", 1)


@newest_core_only
def test_a_run_that_is_killed_between_client_and_object_is_healed_by_the_next(site):
    site.sandbox.control("POST", "faults", {"kind": "hang", "times": 0, **CREATE_OBJECT})
    process = site.start()
    try:
        deadline = time.monotonic() + SECONDS
        while not (len(site.clients(0)) == 2 and "pureengage" in site.organization(0)["identity_providers"]):
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline, "the run did not get as far as the transaction object"
            time.sleep(0.1)
    finally:
        if process.poll() is None:
            kill_tree(process)
        site.finish(process)
    assert site.objects() == {}
    before = site.clients(0)
    site.sandbox.control("DELETE", "faults")

    site.run()
    after = site.clients(0)
    assert {name: entry["document"]["id"] for name, entry in after.items()} == {name: entry["document"]["id"] for name, entry in before.items()}
    assert all(after[name]["secret"] != before[name]["secret"] for name in before)
    assert site.every_secret_works()
    assert site.changed() == {"example_one": 0}


@newest_core_only
@pytest.mark.parametrize("kind", ["reset_before", "reset_after"])
def test_an_object_whose_create_is_not_answered_is_healed_by_the_next_run_at_the_latest(site, kind):
    site.sandbox.control("POST", "faults", {"kind": kind, "times": 1, **CREATE_OBJECT})
    site.finish(site.start())
    site.sandbox.control("DELETE", "faults")
    site.run()
    assert len(site.objects()) == 1
    assert site.every_secret_works()
    assert site.changed() == {"example_one": 0}


@newest_core_only
@pytest.mark.parametrize("hides", ["masked", "empty"])
def test_a_server_that_hides_secrets_needs_no_new_ones(site, hides):
    site.sandbox.control("POST", "faults", {"switches": {"cfgserver_secrets": hides}})
    site.run(quiet=False)
    before = site.clients(0)
    recap = site.run(quiet=False)
    assert {host: counters["changed"] for host, counters in recap.items()} == {"example_one": 0}
    assert site.writes() == []
    assert site.clients(0) == before


def test_the_identity_provider_and_saml_are_optional(server, tmp_path):
    server.control("POST", "reset")
    site = Site(server, Estate.create(server, tmp_path / "site"), tmp_path / "site", "example_one")
    nothing = {"purecloud_org_idp": {}, "hybrid_services": [{"section": "ewt", "oauth_client": "hybrid-pacing"}]}
    path = site.folder / "inventory" / "group_vars" / "hybrid_integrations" / "main.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text("".join(line + "\n" for line in text.splitlines() if not line.startswith("hybrid_saml_")), encoding="utf-8")
    assert site.changed("-e", json.dumps(nothing)) == {"example_one": 2}
    assert set(site.objects()["1"]) == {"general", "ewt"}
    assert site.changed("-e", json.dumps(nothing)) == {"example_one": 0}


@newest_core_only
def test_a_service_that_begins_to_share_a_client_gets_a_copy_of_its_secret(site):
    site.run()
    before = site.objects()["1"]
    more = {"hybrid_services": [{"section": section, "oauth_client": "hybrid-pacing"} for section in ("ewt", "gpr")]}
    assert site.changed("-e", json.dumps(more)) == {"example_one": 1}
    after = site.objects()["1"]
    assert after["gpr"] == after["ewt"] == before["ewt"]
    assert after["saml_auth"] == before["saml_auth"]


@newest_core_only
def test_a_stored_secret_is_left_alone_unless_it_is_to_be_checked(site):
    site.run()
    identifier = site.objects()["1"]["ewt"]["client_id"]
    api, organization = site.sandbox.info["purecloud_url"], site.sandbox.info["client_id"]
    pair = organization, bootstrap_secrets(site.sandbox)[organization]
    token = requests.post(f"{api}/oauth/token", {"grant_type": "client_credentials"}, auth=pair, timeout=30).json()["access_token"]
    requests.post(f"{api}/api/v2/oauth/clients/{identifier}/secret", headers={"Authorization": f"Bearer {token}"}, timeout=30).raise_for_status()

    assert site.changed() == {"example_one": 0}
    assert not site.every_secret_works()
    assert site.changed("--check", "-e", "hybrid_check_secrets=true") == {"example_one": 2}
    assert site.changed("-e", "hybrid_check_secrets=true") == {"example_one": 2}
    assert site.every_secret_works()
    assert site.changed("-e", "hybrid_check_secrets=true") == {"example_one": 0}


@newest_core_only
def test_what_others_wrote_into_the_object_is_kept(site):
    site.run()
    gax = requests.Session()
    account = {"username": site.sandbox.info["cfgserver_username"], "password": site.sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
    gax.post(f"{site.sandbox.info['gax_url']}/session/login", json=account, timeout=30).raise_for_status()
    (entry,) = gax.get(f"{site.sandbox.info['gax_url']}/cfg/objects", params={"type": "CfgTransaction", "brief": "false"}, timeout=30).json()
    foreign = {"section": "theirs", "key": "option", "value": "kept"}
    entry["userproperties"]["property"] = [foreign, *(option for option in entry["userproperties"]["property"] if option["key"] != "issuer")]
    gax.put(f"{site.sandbox.info['gax_url']}/cfg/objects/CfgTransaction/{entry['dbid']}", json=entry, timeout=30).raise_for_status()
    assert site.changed() == {"example_one": 1}
    assert site.objects()["1"]["theirs"] == {"option": "kept"}
    assert site.objects()["1"]["saml"]["issuer"] == "http://www.genesys.com/pureengage"


@newest_core_only
@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"hybrid_cfgserver_password": "wrong"}, "password"),
        ({"hybrid_purecloud_client_secret": "wrong"}, "PureCloud rejects the client_secret of OAuth client 11111111-1111-4111-8111-1111111100c1"),
        ({"hybrid_transaction_tenant": "Exmple Two"}, "Example Two"),
        ({"hybrid_saml_certificate": "nonsense"}, "certificate is not an X.509 certificate"),
        ({"hybrid_saml_certificate": "-----BEGIN PRIVATE KEY----- x"}, "hybrid_saml_certificate holds a private key"),
        ({"hybrid_saml_issuer": ""}, "purecloud_org_idp is given: it also needs hybrid_saml_issuer"),
        ({"hybrid_transaction_folder": "Scripts"}, "holds objects of another type"),
        ({"hybrid_purecloud_region": "eu-centrl-1"}, "did you mean eu-central-1?"),
        ({"hybrid_services": [{"section": "saml", "oauth_client": "hybrid-pacing"}]}, "hybrid_services names the section general or saml"),
        ({"hybrid_services": [{"section": "ewt", "oauth_client": "pacing"}]}, "hybrid_services names the OAuth client pacing"),
        ({"hybrid_services": [{"section": "ewt", "oauth_client": "hybrid-pacing"}] * 2}, "hybrid_services names a section twice"),
        ({"hybrid_services": [{"section": "ewt", "oauth_clients": "hybrid-pacing"}]}, "hybrid_services.oauth_clients. Supported parameters include"),
        ({"hybrid_transaction_base_auth_url": "https://api.mypurecloud.com/api/"}, "is it swapped with the base service URL?"),
        ({"hybrid_transaction_base_service_url": "https://login.mypurecloud.com/oauth/token"}, "is it swapped with the base auth URL?"),
        ({"purecloud_org_altocloud_roles": [{"role": "Supervisr"}]}, "role 'Supervisr' does not exist: the closest is 'Supervisor'"),
        (
            {"purecloud_org_roles": [{"name": "New", "permission_policies": [{"domain": "journey", "entity_name": "segmnt", "action_set": ["view"]}]}]},
            "segment",
        ),
        ({"purecloud_org_admins": [{"email": "nobody", "name": "N"}]}, "nobody"),
        ({"purecloud_org_admins": [{"email": "a@example.com", "name": "N", "roles": [{"role": "Admn"}]}]}, "'Admin'"),
        ({"purecloud_org_admins": [{"email": "a@example.com", "name": "N", "roles": [{"role": "Admin", "division": "Hom"}]}]}, "'Home'"),
        (
            {"purecloud_org_roles": [{"name": "New"}], "purecloud_org_admins": [{"email": "a@example.com", "name": "N", "roles": [{"role": "Nw"}]}]},
            "role 'Nw' does not exist",
        ),
        ({"purecloud_org_oauth_clients": [{"name": "hybrid-pacing", "roles": [{"role": "AI Agnet"}]}, {"name": "hybrid-saml-auth"}]}, "'AI Agent'"),
    ],
)
def test_wrong_input_stops_before_the_first_write(site, variables, sentence):
    site.run("-e", json.dumps(variables), succeeds=False)
    assert sentence in site.message()
    # Ansible's own argument validation needs several lines.
    assert "\n" not in site.message().strip() or site.message().startswith("Validation of arguments failed")
    assert site.writes() == []


@newest_core_only
def test_parts_can_be_run_by_tag_and_roles_of_the_run_can_be_given(site):
    role = {"name": "Pacing", "permission_policies": [{"domain": "journey", "entity_name": "segment", "action_set": ["view"]}]}
    clients = [{"name": "hybrid-pacing", "roles": [{"role": "Pacing"}]}, {"name": "hybrid-saml-auth", "authorized_grant_type": "SAML2-BEARER"}]
    admins = [{"email": "second@example.com", "name": "Second", "roles": [{"role": "Pacing", "division": "*"}], "invite": False}]
    parts = {"purecloud_org_roles": [role], "purecloud_org_oauth_clients": clients, "purecloud_org_admins": admins}
    limited = ("--diff", "-e", json.dumps(parts))
    assert site.changed("--check", *limited) == {"example_one": 5}
    assert site.writes() == []
    predicted = site.diffs()
    assert site.changed("--tags", "purecloud_org_roles", *limited) == {"example_one": 1}
    assert site.clients(0) == {}
    assert site.changed("--tags", "purecloud_org_oauth_clients", *limited) == {"example_one": 2}
    assert site.every_secret_works()
    assert set(site.objects()["1"]) == {"general", "saml", "saml_auth", "ewt"}
    assert site.changed("--tags", "purecloud_org_idp", *limited) == {"example_one": 1}
    assert site.changed("--tags", "purecloud_org_admins", *limited) == {"example_one": 1}
    assert site.changed(*limited) == {"example_one": 0}
    assert site.changed("--check", "--tags", "purecloud_org_idp", "-e", "hybrid_saml_issuer=urn:other", *limited) == {"example_one": 2}
    assert site.changed("--tags", "purecloud_org_idp", "-e", "hybrid_saml_issuer=urn:other", *limited) == {"example_one": 2}
    assert site.organization(0)["identity_providers"]["pureengage"]["issuerURI"] == site.objects()["1"]["saml"]["issuer"] == "urn:other"
    assert site.changed("--tags", "hybrid_transaction", *limited) == {"example_one": 1}
    assert site.every_secret_works()
    # Without the roles nobody creates the new one, and check mode says so, too.
    site.sandbox.control("POST", "reset")
    site.run("--check", "--tags", "purecloud_org_admins", *limited, succeeds=False)
    assert "role 'Pacing' does not exist" in site.message()

    site.sandbox.control("POST", "reset")
    assert site.changed(*limited) == {"example_one": 5}
    assert known(site.diffs()) == known(predicted)


def test_several_tags_do_what_each_of_them_does(site, tmp_path):
    assert site.changed() == {"example_one": 3}
    services = [
        {"section": section, "oauth_client": client}
        for section, client in (("saml_auth", "hybrid-saml-auth"), ("ewt", "hybrid-pacing"), ("gpr", "hybrid-pacing"))
    ]
    more = tmp_path / "more.json"
    more.write_text(json.dumps({"hybrid_integrations": {"hosts": {"example_one": {"hybrid_services": services}}}}), encoding="utf-8")
    both = ("-i", str(more), "--tags", "purecloud_org_idp,hybrid_transaction")
    assert site.changed("--check", *both) == site.changed(*both) == {"example_one": 1}
    assert "gpr" in site.objects()["1"]
    assert site.changed(*both) == {"example_one": 0}


@newest_core_only
@pytest.mark.parametrize("option", ["--tags", "--skip-tags"])
def test_a_misspelt_tag_is_refused(site, option):
    site.run(option, "purecloud_org_oauth_client", succeeds=False)
    assert site.message().startswith("There is no tag purecloud_org_oauth_client here: choose from hybrid_transaction, purecloud_org_roles,")
    assert site.writes() == []


def test_a_playbook_that_imports_it_has_tags_of_its_own(site, tmp_path):
    other = {"name": "Something else", "hosts": "hybrid_integrations", "gather_facts": False, "tasks": [{"ansible.builtin.meta": "noop"}], "tags": ["network"]}
    playbook = tmp_path / "site.yml"
    imported = {"name": "Provision", "ansible.builtin.import_playbook": "genesys.hybrid.provision", "tags": ["telephony"]}
    playbook.write_text(yaml.safe_dump([imported, other]), encoding="utf-8")
    assert site.changed("--tags", "network", playbook=str(playbook)) == {"example_one": 0}
    assert site.writes() == []
    assert site.changed("--tags", "telephony", playbook=str(playbook)) == {"example_one": 3}
    assert site.every_secret_works()
    assert site.changed(playbook=str(playbook)) == {"example_one": 0}


@newest_core_only
def test_to_skip_a_part_skips_nothing_else(site):
    assert site.changed("--skip-tags", "purecloud_org_admins") == {"example_one": 3}
    assert site.every_secret_works()
    # The provider and the object get the new issuer together, also without the clients.
    without = ("--skip-tags", "purecloud_org_oauth_clients", "-e", "hybrid_saml_issuer=urn:other")
    assert site.changed("--check", *without) == site.changed(*without) == {"example_one": 2}
    assert site.organization(0)["identity_providers"]["pureengage"]["issuerURI"] == site.objects()["1"]["saml"]["issuer"] == "urn:other"
    site.run("--skip-tags", "hybrid_transaction", succeeds=False)
    assert site.message().endswith("skip purecloud_org_idp and purecloud_org_oauth_clients as well.")
    assert site.changed("--skip-tags", "hybrid_transaction,purecloud_org_oauth_clients,purecloud_org_idp") == {"example_one": 0}


@newest_core_only
def test_the_identity_provider_alone_leaves_the_services_in_the_object(site):
    site.run()
    assert site.changed("--tags", "purecloud_org_idp", "-e", '{"hybrid_transaction_options_mode": "replace", "hybrid_saml_issuer": "urn:x"}') == {
        "example_one": 2
    }
    assert set(site.objects()["1"]) == {"general", "saml", "saml_auth", "ewt"}
    assert site.every_secret_works()


@newest_core_only
def test_a_playbook_that_plans_no_object_writes_it_all_the_same(site, tmp_path):
    provision = yaml.safe_load((ROOT / "playbooks" / "provision.yml").read_text(encoding="utf-8"))[0]
    steps = [("hybrid_transaction", "inspect"), ("purecloud_org", "main"), ("hybrid_transaction", "apply")]
    tasks = [{"ansible.builtin.import_role": {"name": f"genesys.hybrid.{role}", "tasks_from": part}} for role, part in steps]
    tasks[1]["vars"] = {"purecloud_org_stored_secrets": "{{ hybrid_transaction_stored_secrets }}"}
    playbook = tmp_path / "own.yml"
    playbook.write_text(yaml.safe_dump([{**provision, "tasks": tasks}]), encoding="utf-8")
    assert site.changed(playbook=str(playbook)) == {"example_one": 3}
    assert site.every_secret_works()
    assert site.changed() == {"example_one": 0}


@newest_core_only
def test_a_secret_that_another_run_has_written_meanwhile_is_not_replaced_with_the_one_before(site):
    site.run()
    site.sandbox.control("POST", "faults", {"kind": "delay", "seconds": 25, "method": "PUT", "path": "identityproviders", "times": 1})
    site.sandbox.control("DELETE", "requests")
    slow = site.start("-e", "hybrid_saml_issuer=urn:other")
    other = Site(site.sandbox, site.estate, site.folder / "other", "example_one")
    other.folder.mkdir()
    try:
        deadline = time.monotonic() + SECONDS
        while not any(entry["method"] == "PUT" and "identityproviders" in entry["path"] for entry in site.sandbox.control("GET", "requests")):
            assert slow.poll() is None and time.monotonic() < deadline, "the run did not get as far as the identity provider"
            time.sleep(0.1)
        pacing = site.clients(0)["hybrid-pacing"]
        caller = PureCloudCaller.bootstrap(site.sandbox)
        assert caller.send("POST", f"/oauth/clients/{pacing['document']['id']}/secret").status_code == 200
        assert not other.every_secret_works()
        other.run("--tags", "purecloud_org_oauth_clients", "-e", "hybrid_check_secrets=true")
        assert other.every_secret_works()
    finally:
        code = site.finish(slow)
    assert code == 0, site.output
    assert site.objects()["1"]["saml"]["issuer"] == "urn:other"
    assert site.every_secret_works()
