# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotations while components work: none of their processings fails, and no moment of a rotation is one in which it must not be killed."""

from __future__ import annotations

import json
import os
import time
import uuid

import pytest
import yaml

from demo.estate import GAX_PATH, Estate, bootstrap_secrets, saml_material
from playbooks.conftest import newest_core_only
from playbooks.consumers import api_call, signed_login, working
from playbooks.site import SECONDS, Site, kill_tree
from sandbox.process import SandboxProcess
from sandbox.world import DEFAULT_SEED

DAY = 86_400
QUICK = {"rotation_settle_seconds": 0, "rotation_silence_seconds": 1, "rotation_limit_seconds": 4, "rotation_watch_seconds": 1}
WRITE_OBJECT = {"path": "/gax/api/cfg/objects", "method": "PUT"}


@pytest.fixture(scope="module")
def server():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def site(server, tmp_path_factory):
    """A provisioned integration, two days old, as far as PureCloud knows. Each test leaves it sound."""
    folder = tmp_path_factory.mktemp("estate")
    estate = Estate.create(server, folder / "site")
    server.control("POST", "reset")
    seed = yaml.safe_load(DEFAULT_SEED.read_text(encoding="utf-8"))
    for organization in seed["organizations"]:
        bootstrap = organization["clients"][0]
        bootstrap.update(secret=bootstrap_secrets(server)[bootstrap["id"]], created_days_ago=40)
    seed["cfgserver"]["accounts"][0]["password"] = server.info["cfgserver_password"]
    server.control("POST", "reset", {"seed": seed, "switches": {"rate_limit_per_minute": 0}})
    site = Site(server, estate, folder, "example_one")
    server.control("POST", "clock", {"advance": -2 * DAY})
    site.run()
    server.control("POST", "clock", {"advance": 2 * DAY})
    return site


def given(**variables):
    return "-e", json.dumps(variables)


def kill_when_hanging(site, number, *arguments, playbook):
    """Start a playbook and kill it, with everything that belongs to it, when so many of its requests hang."""
    site.sandbox.control("DELETE", "requests")
    process = site.start(*arguments, playbook=playbook)
    try:
        deadline = time.monotonic() + SECONDS
        while sum(entry["fault"] == "hang" for entry in site.sandbox.control("GET", "requests")) < number:
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline, "the run did not get as far as it should"
            time.sleep(0.2)
    finally:
        if process.poll() is None:
            kill_tree(process)
        site.finish(process)
    site.sandbox.control("DELETE", "faults")


def report(capsys, what, consumers):
    """For the log of the gate, where pytest shows nothing of a test that passes."""
    total = {name: sum(getattr(consumer, name) for consumer in consumers) for name in ("processed", "recovered", "failed")}
    with capsys.disabled():
        print(f"\n{what}: {total['processed']} processings, {total['recovered']} with a second try, {total['failed']} failed")
    return total


@newest_core_only
def test_no_processing_fails_while_secrets_are_rotated_killed_resumed_and_rolled_back(site, capsys):
    first = site.objects()["1"]
    nightly = given(**{**QUICK, "rotation_limit_seconds": DAY}, rotation_wait=False, rotation_minimum_age_days=1)
    with working(3, lambda: site.objects()["1"]["ewt"], api_call(site)) as consumers:
        assert site.changed("--check", "--diff", *given(**QUICK), playbook="rotate_secrets") == {"example_one": 2}
        assert site.writes() == []
        assert "create OAuth client 'hybrid-pacing' with the attributes and roles of" in site.output
        # Killed before the object is written, resumed by a run that does not wait, which a provisioning must leave as it is.
        site.sandbox.control("POST", "faults", {"kind": "hang", "times": 0, **WRITE_OBJECT})
        kill_when_hanging(site, 1, *nightly, playbook="rotate_secrets")
        assert site.objects()["1"] == first
        site.run(*nightly, playbook="rotate_secrets")
        second = site.objects()["1"]
        assert second["ewt"]["client_id"] != first["ewt"]["client_id"] == second["ewt"]["previous_client_id"]
        assert set(site.clients(0)) == {f"{name}{suffix}" for name in ("hybrid-pacing", "hybrid-saml-auth") for suffix in ("", " (retiring)")}
        assert site.changed() == {"example_one": 0}
        # Back to the old clients, with their old secrets; then forward, to the end.
        site.run(*given(**QUICK, rotation_rollback=True), playbook="rotate_secrets")
        assert site.objects()["1"] == first
        assert set(site.clients(0)) == {"hybrid-pacing", "hybrid-saml-auth"}
        site.run(*given(**QUICK), playbook="rotate_secrets")
        time.sleep(1)
    total = report(capsys, "rotation of secrets", consumers)
    assert total["failed"] == 0
    assert total["recovered"] >= len(consumers)
    last = site.objects()["1"]
    assert set(last["ewt"]) == {"client_id", "password"}
    assert last["ewt"]["client_id"] not in (first["ewt"]["client_id"], second["ewt"]["client_id"])
    assert set(site.clients(0)) == {"hybrid-pacing", "hybrid-saml-auth"}
    assert site.every_secret_works()
    assert site.changed() == {"example_one": 0}
    # The clients are new: nothing is due, and a run that would begin again each night is refused.
    assert site.changed(*nightly, playbook="rotate_secrets") == {"example_one": 0}
    site.run(*given(rotation_wait=False, rotation_minimum_age_days=0), succeeds=False, playbook="rotate_secrets")
    assert "rotation_minimum_age_days is 0" in site.message()


@newest_core_only
def test_a_leaked_secret_is_replaced_at_once_and_what_fails_meanwhile_is_counted(site, capsys):
    before = site.objects()["1"]
    leaked = given(rotation_services=["ewt"])
    with working(3, lambda: site.objects()["1"]["ewt"], api_call(site)) as consumers:
        site.sandbox.control("POST", "faults", {"kind": "hang", "times": 0, **WRITE_OBJECT})
        kill_when_hanging(site, 1, *leaked, playbook="rotate_secret")
        assert not site.mints(before["ewt"])
        site.run(*leaked, playbook="rotate_secret")
        time.sleep(1)
        failed = sum(consumer.failed for consumer in consumers)
        time.sleep(1)
    total = report(capsys, "replacement of a leaked secret, killed once", consumers)
    assert total["failed"] == failed > 0
    after = site.objects()["1"]
    assert (after["ewt"]["client_id"], after["saml_auth"]) == (before["ewt"]["client_id"], before["saml_auth"])
    assert not site.mints(before["ewt"])
    assert site.every_secret_works()
    site.run(playbook="rotate_secret", succeeds=False)
    assert "rotation_services is not given" in site.message()


def test_no_login_fails_while_the_certificate_is_rotated(site, tmp_path, capsys):
    material = {name.replace("vault_", "hybrid_"): value for name, value in saml_material().items()}
    path = tmp_path / "material.json"
    path.write_text(json.dumps({**material, "rotation_certificate_wait_seconds": 2}), encoding="utf-8")
    new = ("-e", f"@{path}")
    old = site.objects()["1"]["saml"]
    with working(2, lambda: site.objects()["1"]["saml"], signed_login(site)) as consumers:
        assert site.changed("--check", "--diff", *new, playbook="rotate_certificate") == {"example_one": 2}
        assert site.writes() == []
        site.sandbox.control("POST", "faults", {"kind": "hang", "times": 0, **WRITE_OBJECT})
        kill_when_hanging(site, 1, *new, playbook="rotate_certificate")
        assert len(site.organization(0)["identity_providers"]["pureengage"]["certificates"]) == 2
        assert site.objects()["1"]["saml"] == old
        # A provisioning with the new material carries it on, and leaves the old certificate to whoever signs with its key.
        assert site.changed(*new) == {"example_one": 1}
        assert len(site.organization(0)["identity_providers"]["pureengage"]["certificates"]) == 2
        site.run(*new, playbook="rotate_certificate")
        time.sleep(1)
    total = report(capsys, "rotation of the certificate", consumers)
    assert total["failed"] == 0
    assert total["recovered"] == len(consumers)
    assert site.objects()["1"]["saml"]["pkey"] == material["hybrid_saml_private_key"]
    assert len(site.organization(0)["identity_providers"]["pureengage"]["certificates"]) == 1
    assert site.changed(*new, playbook="rotate_certificate") == {"example_one": 0}
    assert site.changed(*new) == {"example_one": 0}


# The writes of one rotation of two clients: both renamed, both copied, the object, both deactivated, both deleted, the object.
WRITES = 10
POINTS = {f"killed_{moment}_write_{number:02}": (number, moment == "after") for number in range(1, WRITES + 1) for moment in ("before", "after")}


def fleet(server, folder):
    """One integration for each point at which its rotation will be killed: its own organization, tenant and account, and clients in use since a day."""
    organizations, transactions, accounts, hosts = [], [], [], {}
    for name in POINTS:
        ids = {client: str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{client} of {name}")) for client in ("Bootstrap", "hybrid-saml-auth", "hybrid-pacing")}
        clients = [
            {"name": "Bootstrap", "id": ids["Bootstrap"], "secret": "bootstrap", "roles": [{"role": "Admin", "division": "*"}], "bootstrap": True},
            {"name": "hybrid-saml-auth", "id": ids["hybrid-saml-auth"], "secret": "saml", "grant_type": "SAML2-BEARER", "scope": ["user-basic-info"]},
            {"name": "hybrid-pacing", "id": ids["hybrid-pacing"], "secret": "pacing", "roles": [{"role": "AI Agent", "division": "*"}], "created_days_ago": 40},
        ]
        organizations.append({"name": name, "id": str(uuid.uuid5(uuid.NAMESPACE_DNS, name)), "clients": clients})
        sections = {"saml_auth": ("hybrid-saml-auth", "saml"), "ewt": ("hybrid-pacing", "pacing")}
        options = {section: {"client_id": ids[client], "password": secret} for section, (client, secret) in sections.items()}
        transactions.append({"name": "hybrid_integration", "tenant": name, "options": options})
        accounts.append({"username": name, "password": "premises"})
        hosts[name] = {"hybrid_purecloud_client_id": ids["Bootstrap"], "hybrid_cfgserver_username": name, "rotation_tenants": [name]}
    cfgserver = {"accounts": accounts, "tenants": list(hosts), "transactions": transactions}
    server.control("POST", "reset", {"seed": {"organizations": organizations, "cfgserver": cfgserver}, "switches": {"rate_limit_per_minute": 0}})
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "hybrid_purecloud_api_url": server.info["purecloud_url"],
        "hybrid_purecloud_client_secret": "bootstrap",
        "hybrid_purecloud_timeout": 600,
        "hybrid_cfgserver_url": server.info["gax_url"].removesuffix(GAX_PATH),
        "hybrid_cfgserver_password": "premises",
        "hybrid_cfgserver_timeout": 600,
        "hybrid_services": [{"section": "saml_auth", "oauth_client": "hybrid-saml-auth"}, {"section": "ewt", "oauth_client": "hybrid-pacing"}],
        **QUICK,
        "rotation_silence_seconds": 0,
        "rotation_watch_seconds": 0,
    }
    path = folder / "inventory.json"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump({"hybrid_integrations": {"vars": common, "hosts": hosts}}, stream)
    return Site(server, Estate(["-i", str(path), "--forks", str(len(hosts))], "", {}), folder), hosts


@newest_core_only
@pytest.mark.timeout(4 * SECONDS)
def test_a_rotation_that_is_killed_at_any_of_its_writes_is_finished_by_the_next_run(server, tmp_path, monkeypatch, capsys):
    site, hosts = fleet(server, tmp_path)
    monkeypatch.setenv("ANSIBLE_STRATEGY", "free")  # no integration waits for another one, which will never come
    paths = "^/api/v2/oauth/clients|/cfg/objects"
    for name, (number, processed) in POINTS.items():
        client = f"{hosts[name]['hybrid_purecloud_client_id']}|{name}"
        fault = {"kind": "hang", "nth": number, "times": 0, "method": "PUT|POST|DELETE", "path": paths, "client": client, "processed": processed}
        server.control("POST", "faults", fault)
    before = {organization["document"]["name"]: set(organization["clients"]) for organization in state(server)}
    kill_when_hanging(site, len(POINTS), playbook="rotate_secrets")
    killed = server.control("GET", "requests")
    site.run(playbook="rotate_secrets")
    executed = {hosts[name]["hybrid_purecloud_client_id"]: processed for name, (_number, processed) in POINTS.items()}
    made = [
        entry["client"]
        for entry in [*killed, *server.control("GET", "requests")]
        if (entry["method"], entry["path"]) == ("POST", "/api/v2/oauth/clients") and (entry["fault"] is None or executed[entry["client"]])
    ]
    resumed = 0
    for organization in state(server):
        name, clients = organization["document"]["name"], organization["clients"]
        living = {entry["document"]["name"]: key for key, entry in clients.items() if not entry["document"].get("dateToDelete")}
        assert sorted(living) == ["Bootstrap", "hybrid-pacing", "hybrid-saml-auth"], name
        # Each of the two was replaced, and none of them twice.
        assert len(set(living.values()) - before[name]) == 2, name
        assert made.count(hosts[name]["hybrid_purecloud_client_id"]) == 2, name
        held = held_by(server, name)
        assert set(held["ewt"]) == set(held["saml_auth"]) == {"client_id", "password"}, name
        for section, client in (("ewt", "hybrid-pacing"), ("saml_auth", "hybrid-saml-auth")):
            assert (held[section]["client_id"], held[section]["password"]) == (living[client], clients[living[client]]["secret"]), name
        resumed += 1
    with capsys.disabled():
        print(f"\nrotation killed at {len(POINTS)} points, {resumed} resumed and finished")
    assert resumed == len(POINTS) == 20


def state(server):
    return server.control("GET", "state")["purecloud"]["organizations"]


def held_by(server, tenant_name):
    objects = server.control("GET", "state")["cfgserver"]["objects"]
    tenant = next(item["dbid"] for item in objects if item["class_name"] == "CfgTenant" and item["attributes"]["name"] == tenant_name)
    options = {}
    for item in objects:
        if item["class_name"] == "CfgTransaction" and item["tenant"] == tenant:
            for section, key, value in item["options"]:
                options.setdefault(section, {})[key] = value
    return options
