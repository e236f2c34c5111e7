# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory plugin against a sandbox: hosts, names, variables, the cache."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader

from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, USERNAME, Server

PLUGIN = "genesys.hybrid.cfgserver_tenants"
HOSTILE = "{{ lookup('ansible.builtin.env', 'HOME') }}"


@pytest.fixture
def server(process):
    return Server(process)


@pytest.fixture
def tenants(server):
    """A function that seeds the sandbox with tenants; the first of them overrides the shared object."""

    def seed(*names):
        configuration = {
            "accounts": [{"username": name, "password": PASSWORD} for name in (USERNAME, "other")],
            "tenants": list(names),
            "transactions": [{"name": NAME}, {"name": NAME, "tenant": names[0]}],
        }
        server.process.control("POST", "reset", {"seed": {"organizations": [{"name": "Any"}], "cfgserver": configuration}})

    return seed


@pytest.fixture
def parse(server, tmp_path):
    def run(fresh=False, **options):
        path = tmp_path / "cfgserver_tenants.yml"
        source = {"plugin": PLUGIN, "url": server.origin(), "username": USERNAME, "password": PASSWORD, **options}
        path.write_text(yaml.safe_dump(source), encoding="utf-8")
        plugin, inventory = inventory_loader.get(PLUGIN), InventoryData()
        assert plugin.verify_file(str(path))
        plugin.parse(inventory, DataLoader(), str(path), cache=not fresh)
        if options.get("cache"):
            plugin.update_cache_if_changed()
        return inventory

    return run


def variables(inventory):
    return {name: dict(host.vars) for name, host in inventory.hosts.items()}


def members(inventory, group):
    return sorted(host.name for host in inventory.groups[group].get_hosts()) if group in inventory.groups else []


@pytest.mark.parametrize(
    "name, expected",
    [
        ("cfgserver_tenants.yml", True),
        ("cfgserver_tenants.yaml", True),
        ("north.cfgserver_tenants.yml", True),
        ("northcfgserver_tenants.yml", False),
        ("cfgserver_tenants.json", False),
        ("cfgserver_tenants.yml.bak", False),
    ],
)
def test_which_files_are_sources(tmp_path, name, expected):
    (tmp_path / name).write_text("---\n", encoding="utf-8")
    assert inventory_loader.get(PLUGIN).verify_file(str(tmp_path / name)) is expected
    assert inventory_loader.get(PLUGIN).verify_file(str(tmp_path / "none" / name)) is False


def test_each_tenant_is_a_host(tenants, parse, server):
    tenants("Sales", "Billing & Co")
    inventory = parse()
    assert members(inventory, "hybrid_integrations") == ["Billing___Co", "Sales"]
    found = variables(inventory)["Billing___Co"]
    assert found.pop("ansible_python_interpreter") == "{{ ansible_playbook_python }}"
    assert {name: value for name, value in found.items() if not name.startswith("inventory_")} == {
        "ansible_connection": "local",
        "cfgserver_tenant_name": "Billing & Co",
        "cfgserver_tenant_dbid": "102",
        "hybrid_transaction_tenant": "Billing & Co",
    }
    assert server.logins() == 1 and server.requests() == ["GET /gax/api/cfg/objects"]


@pytest.mark.parametrize(
    "options, expected",
    [
        ({"include": ["S*"]}, ["Sales"]),
        ({"include": ["s*"]}, []),
        ({"exclude": ["S*", "x"]}, ["Test"]),
        ({"include": ["*s*"], "exclude": ["Sales"]}, ["Test"]),
        ({"include_environment": True}, ["Environment", "Sales", "Test"]),
        ({"include_environment": True, "exclude": ["Env*"]}, ["Sales", "Test"]),
        ({"hostname": "cfgserver_tenant_name | upper"}, ["SALES", "TEST"]),
        ({"hostname": "'a b,c:' ~ cfgserver_tenant_dbid"}, ["a_b_c_101", "a_b_c_102"]),
        ({"hostname": "cfgserver_tenant_dbid | int"}, ["101", "102"]),
    ],
)
def test_which_tenants_under_which_names(tenants, parse, options, expected):
    tenants("Sales", "Test")
    assert sorted(parse(**options).hosts) == expected


@pytest.mark.parametrize(
    "name, options, host",
    [
        (".", {}, "_"),
        ("..", {}, "__"),
        (".hidden", {}, "_hidden"),
        ("-e", {}, "_e"),
        (".-.a.-", {}, "___a.-"),
        ("../../etc", {}, "___.._etc"),
        ("/etc", {}, "_etc"),
        ("Sales", {"hostname": "'..'"}, "__"),
        ("Sales", {"hostname": "'.' ~ cfgserver_tenant_name"}, "_Sales"),
        ("Sales", {"hostname": "0 - 5"}, "_5"),
    ],
)
def test_no_host_is_named_like_a_way_to_other_variables(tenants, parse, tmp_path, name, options, host):
    """Ansible reads host_vars/NAME, and all that lies below it where that is a directory: the variables of other hosts for a host named ``..``."""
    tenants(name)
    assert list(parse(**options).hosts) == [host]


def test_no_group_is_named_like_a_way_to_other_variables(tenants, parse):
    tenants("..", "../x", ".y", "A/B")
    inventory = parse(keyed_groups=[{"key": "cfgserver_tenant_name", "prefix": "", "separator": ""}])
    assert {"__", "___x", "_y", "A_B"} <= set(inventory.groups) and not any("/" in group or group.startswith(".") for group in inventory.groups)


def test_constructed_features(tenants, parse):
    tenants("Sales", "Test")
    inventory = parse(
        transaction=NAME,
        connection_variables=True,
        group="integrations",
        compose={"label": "cfgserver_tenant_name ~ '!'"},
        groups={"overriding": "cfgserver_transaction.own"},
        keyed_groups=[{"key": "cfgserver_transaction.tenant", "prefix": "owner"}],
    )
    found = variables(inventory)
    assert found["Sales"]["cfgserver_transaction"] == {"tenant": "Sales", "own": True}
    assert found["Test"]["cfgserver_transaction"] == {"tenant": "Environment", "own": False}
    assert (found["Test"]["label"], found["Test"]["hybrid_cfgserver_username"]) == ("Test!", USERNAME)
    assert {name for name in found["Test"] if name.startswith("hybrid_cfgserver_")} == {"hybrid_cfgserver_url", "hybrid_cfgserver_username"}
    assert PASSWORD not in str(found)
    assert members(inventory, "overriding") == ["Sales"] == members(inventory, "owner_Sales")
    assert members(inventory, "integrations") == ["Sales", "Test"] and members(inventory, "owner_Environment") == ["Test"]


def test_a_transaction_that_nobody_has(tenants, parse):
    tenants("Sales")
    assert variables(parse(transaction="none"))["Sales"]["cfgserver_transaction"] is None


def test_names_of_tenants_are_never_templates(tenants, parse):
    from ansible.template import Templar

    tenants(HOSTILE)
    inventory = parse(compose={"copy": "cfgserver_tenant_name"}, hostname="cfgserver_tenant_name")
    ((name, found),) = variables(inventory).items()
    assert "{" not in name
    templar = Templar(loader=DataLoader(), variables={**found, "ansible_playbook_python": "python3"})
    for variable in ("cfgserver_tenant_name", "hybrid_transaction_tenant", "copy"):
        assert templar.template(found[variable]) == HOSTILE
    assert templar.template(found["ansible_python_interpreter"]) == "python3"


@pytest.mark.parametrize(
    "names, options, message",
    [
        (("A B", "A_B"), {}, "tenants 'A B' and 'A_B' would both be host A_B"),
        (("A", "B"), {"hostname": "'x'"}, "tenants 'A' and 'B' would both be host x"),
        (("A",), {"hostname": "undefined_variable"}, "hostname cannot be evaluated for tenant 'A'"),
        (("A",), {"hostname": "''"}, "hostname gives no name for tenant 'A'"),
        (("A",), {"hostname": "{'a': 1}"}, "hostname gives no name for tenant 'A'"),
        (("A",), {"password": "geheim-wrong"}, "refuses the login"),
        (("A",), {"url": ""}, "url is missing"),
        (("A",), {"password": "{{ 'geheim' ~ undefined_variable }}"}, "password needs undefined_variable, which is not defined"),
        (("A",), {"password": {"geheim": "geheim"}}, "password must be text"),
        (("A",), {"password": ["geheim"]}, "password must be text"),
        (("A",), {"transaction": " "}, "transaction is empty"),
        (("A",), {"groups": {"x": "undefined_variable"}, "strict": True}, "Could not add host A to group x"),
        (("A",), {"plugin": "another.plugin.name"}, "Incorrect plugin name"),
    ],
)
def test_what_is_refused(tenants, parse, names, options, message):
    tenants(*names)
    with pytest.raises(AnsibleError, match=message) as caught:
        parse(**options)
    assert "geheim" not in str(caught.value)


def test_collisions_among_excluded_tenants_do_not_matter(tenants, parse):
    tenants("A B", "A_B")
    assert list(parse(exclude=["A_B"]).hosts) == ["A_B"]


def test_templates_in_connection_options(tenants, parse, monkeypatch):
    monkeypatch.setenv("SOURCE_PASSWORD", PASSWORD)
    tenants("Sales")
    inventory = parse(password="{{ lookup('ansible.builtin.env', 'SOURCE_PASSWORD') }}", timeout="{{ 2 * 5 }}", validate_certs="{{ 1 == 1 }}")
    assert list(inventory.hosts) == ["Sales"]


def test_the_cache(tenants, parse, server, tmp_path):
    tenants("Sales")
    options = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache"), "transaction": NAME}
    first = variables(parse(**options))
    requests = len(server.requests())
    assert variables(parse(**options)) == first and len(server.requests()) == requests and server.logins() == 1
    kept = "".join(path.read_text() for path in (tmp_path / "cache").iterdir())
    assert "Sales" in kept and PASSWORD not in kept and json.loads(kept)
    # Another account, another question, or the wish for a fresh look reads again.
    parse(**{**options, "username": "other"})
    parse(**{**options, "transaction": "none"})
    parse(fresh=True, **options)
    assert server.logins() == 4
