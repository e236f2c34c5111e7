# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays over the hosts that the inventory plugin makes: the lookup in many processes, and the role where a tenant inherits its object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.process import SandboxProcess

NAME = "hybrid_integration"
SECRET = "geheim-in-the-object"
TENANTS = ["Sales", "Billing", "Support"]
OPTIONS = [f"option_{number}" for number in range(9)]
CONNECTION = {name: f"{{{{ hybrid_cfgserver_{name} }}}}" for name in ("url", "username", "password")}


@pytest.fixture
def site(sandbox: SandboxProcess, tmp_path: Path) -> SandboxProcess:
    """A server with three tenants, of which Sales has an object of its own, and an inventory source for it."""
    account = {"username": sandbox.info["cfgserver_username"], "password": sandbox.info["cfgserver_password"]}
    key = {"name": "Key", "id": sandbox.info["client_id"], "secret": sandbox.info["client_secret"], "bootstrap": True}
    organization = {"name": "Any", "third_party_org_name": "any", "clients": [{**key, "roles": [{"role": "Admin", "division": "*"}]}]}
    transactions = [
        {"name": NAME, "options": {"values": dict.fromkeys(OPTIONS, "shared"), "ewt": {"password": SECRET}}},
        {"name": NAME, "tenant": "Sales", "options": {"values": {"option_0": "own"}}},
    ]
    seed = {"organizations": [organization], "cfgserver": {"accounts": [account], "tenants": TENANTS, "transactions": transactions}}
    sandbox.control("POST", "reset", {"seed": seed})
    source = {
        "plugin": "genesys.hybrid.cfgserver_tenants",
        "url": sandbox.info["gax_url"].removesuffix("/gax/api"),
        "username": account["username"],
        "password": "{{ lookup('ansible.builtin.env', 'SITE_PASSWORD') }}",
        "connection_variables": True,
    }
    (tmp_path / "cfgserver_tenants.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    return sandbox


@pytest.fixture
def play(site: SandboxProcess, run_playbook: Any, tmp_path: Path) -> Any:
    """A function that runs plays on the site's hosts, which must succeed without a warning and without showing a secret."""

    def run(*plays: dict[str, Any], **environment: str) -> Any:
        common = {"hosts": "hybrid_integrations", "gather_facts": False, "module_defaults": {"group/genesys.hybrid.cfgserver": CONNECTION}}
        variables = {"hybrid_cfgserver_password": "{{ lookup('ansible.builtin.env', 'SITE_PASSWORD') }}"}
        playbook = tmp_path / "playbook.yml"
        playbook.write_text(yaml.safe_dump([{**common, **given, "vars": {**variables, **given.get("vars", {})}} for given in plays]), encoding="utf-8")
        site.control("DELETE", "requests")
        password = site.info["cfgserver_password"]
        outcome = run_playbook("-i", "cfgserver_tenants.yml", playbook, SITE_PASSWORD=password, ANSIBLE_FORKS="5", **environment)
        assert outcome.returncode == 0, outcome.output
        assert sorted(outcome.recap) == sorted(TENANTS) and outcome.warnings == [], outcome.output
        assert not any(secret in outcome.output + outcome.records for secret in (SECRET, password))
        return outcome

    return run


def requests(sandbox: SandboxProcess, path: str) -> int:
    return sum(entry["path"].endswith(path) for entry in sandbox.control("GET", "requests"))


def expecting(place: str, expected: str, **task: Any) -> dict[str, Any]:
    return {"ansible.builtin.assert": {"that": f"lookup('genesys.hybrid.transaction', '{NAME}/{place}') == {expected}", "quiet": True}, **task}


def objects(sandbox: SandboxProcess) -> dict[str, dict[str, str]]:
    """Tenant's name to the section general of its object."""
    names = {1: "Environment", **{101 + number: name for number, name in enumerate(TENANTS)}}
    return {
        names[item["tenant"]]: {key: value for section, key, value in item["options"] if section == "general"}
        for item in sandbox.control("GET", "state")["cfgserver"]["objects"]
        if item["class_name"] == "CfgTransaction"
    }


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_ten_options_in_ten_tasks_on_three_hosts_are_read_once(site: SandboxProcess, play: Any, tmp_path: Path, strategy: str) -> None:
    local = tmp_path / "local"
    kept = tmp_path / "kept"
    tasks = [expecting(f"values/{option}", "'shared'") for option in OPTIONS]
    tasks.append(expecting("ewt/password", f"'{SECRET[:6]}' ~ '{SECRET[6:]}'", no_log=True))
    keep = {"ansible.builtin.command": f"cp -r {local} {kept}", "run_once": True, "changed_when": False}
    play({"vars": {"hybrid_transaction_tenant": "Environment"}, "strategy": strategy, "tasks": tasks}, {"tasks": [keep]}, ANSIBLE_LOCAL_TEMP=str(local))
    # One login and one list of tenants for the inventory, one login and one object for everything else.
    assert (requests(site, "/session/login"), requests(site, "/cfg/objects")) == (2, 2)
    files = [path for path in kept.rglob("hybrid-*") if path.is_file()]
    assert files and all(path.stat().st_mode & 0o077 == 0 for path in files)
    assert not any(word in path.read_bytes() for path in files for word in (SECRET.encode(), b"option_0", site.info["cfgserver_password"].encode()))
    assert list(local.iterdir()) == []


def test_each_tenant_is_read_once_and_sees_its_own_object(site: SandboxProcess, play: Any) -> None:
    expected = "('own' if inventory_hostname == 'Sales' else 'shared')"
    play({"tasks": [expecting("values/option_0", expected), expecting("values/option_0", expected)]})
    assert requests(site, "/session/login") == 1 + len(TENANTS)


ROLE: dict[str, Any] = {
    "module_defaults": {
        "group/genesys.hybrid.cfgserver": CONNECTION,
        "group/genesys.hybrid.purecloud": {
            name: f"{{{{ lookup('ansible.builtin.env', 'SITE_{name.upper()}') }}}}" for name in ("api_url", "client_id", "client_secret")
        },
    },
    # One after the other: two of them come to the same object.
    "serial": 1,
    "roles": ["genesys.hybrid.hybrid_transaction"],
    "post_tasks": [{"ansible.builtin.debug": {"msg": "{{ inventory_hostname }}: {{ hybrid_transaction_source.tenant }} {{ hybrid_transaction_source.own }}"}}],
}


def role(site: SandboxProcess, play: Any, **variables: Any) -> Any:
    environment = {"SITE_API_URL": site.info["purecloud_url"], "SITE_CLIENT_ID": site.info["client_id"], "SITE_CLIENT_SECRET": site.info["client_secret"]}
    return play({**ROLE, "vars": {"hybrid_purecloud_region": "us-east-1", **variables}}, **environment)


def test_the_role_keeps_the_object_that_counts_or_makes_one(site: SandboxProcess, play: Any) -> None:
    outcome = role(site, play, hybrid_transaction_environment_fallback=True)
    assert set(objects(site)) == {"Environment", "Sales"}
    assert all(general["organization_sname"] == "any" for general in objects(site).values())
    assert "Sales: Sales True" in outcome.stdout and "Billing: Environment False" in outcome.stdout
    again = role(site, play, hybrid_transaction_environment_fallback=True)
    assert [counters["changed"] for counters in again.recap.values()] == [0, 0, 0]
    outcome = role(site, play)
    assert set(objects(site)) == {"Environment", *TENANTS}
    assert "Billing: Billing True" in outcome.stdout
