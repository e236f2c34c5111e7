# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lookup and inventory share: their options against the connection table, and whose values count."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleLookupError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import inventory_loader, lookup_loader
from ansible.template import Templar

from ansible_collections.genesys.hybrid.plugins.doc_fragments.cfgserver import ModuleDocFragment as ForModules
from ansible_collections.genesys.hybrid.plugins.doc_fragments.cfgserver_plugin import ModuleDocFragment as ForPlugins
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import UnreachableError, ValidationError
from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import (
    CONNECTIONS,
    check_secrets,
    closest,
    declared_variables,
    errors_as,
    server_of,
    settings_of,
    templated,
    variable_of,
)

try:
    from ansible.template import trust_as_template as trusted
except ImportError:
    trusted = str

ROOT = Path(__file__).resolve().parents[4]
NAME = "genesys.hybrid.transaction"


@pytest.fixture
def plugin():
    return lookup_loader.get(NAME)


def options(fragment):
    return yaml.safe_load(fragment.DOCUMENTATION)["options"]


def test_fragment_names_a_variable_for_each_option_of_the_connection_table():
    variables = {name: [entry["name"] for entry in option["vars"]] for name, option in options(ForPlugins).items()}
    assert variables == {name: [variable_of(name)] for name in CFGSERVER.options}
    assert all(option.keys() == {"vars"} for option in options(ForPlugins).values())


@pytest.mark.parametrize("path", sorted({*(ROOT / "playbooks").glob("*.yml")} - {ROOT / "playbooks" / "awx.yml"}), ids=lambda path: path.stem)
def test_playbooks_take_their_connections_from_variables(path):
    plays = yaml.safe_load(path.read_text(encoding="utf-8"))
    places = [*plays, *(inner for play in plays for task in play.get("tasks", []) for inner in task.get("block", []))]
    defaults = [place["module_defaults"] for place in places if "module_defaults" in place]
    wanted = {f"group/genesys.hybrid.{system}": f"{{{{ lookup('genesys.hybrid.connection_options', '{system}') }}}}" for system in CONNECTIONS}
    assert defaults and all(given == wanted for given in defaults)


def test_variables_are_named_after_the_options():
    assert variable_of("cfgserver_api") == "hybrid_cfgserver_api" and variable_of("url") == "hybrid_cfgserver_url"
    assert variable_of("client_id", "purecloud") == "hybrid_purecloud_client_id"


@pytest.mark.parametrize("loader, name", [(lookup_loader, NAME), (inventory_loader, "genesys.hybrid.cfgserver_tenants")])
def test_options_of_plugins_are_those_of_the_connection_table(loader, name):
    definitions = loader.get(name).option_definitions
    for option, declared in CFGSERVER.options.items():
        for key in ("type", "elements", "choices", "default"):
            assert definitions[option].get(key) == declared.get(key), (option, key)
        assert definitions[option]["description"] == options(ForModules)[option]["description"]
    assert {variable_of(option) for option in CFGSERVER.options} <= declared_variables(definitions)


@pytest.mark.parametrize(
    "given, variables, environment, expected",
    [
        ({}, {}, {}, None),
        ({}, {}, {"CFGSERVER_USERNAME": "environment"}, "environment"),
        ({}, {"hybrid_cfgserver_username": "variable"}, {"CFGSERVER_USERNAME": "environment"}, "variable"),
        ({"username": "task"}, {"hybrid_cfgserver_username": "variable"}, {"CFGSERVER_USERNAME": "environment"}, "task"),
        ({"username": ""}, {}, {"CFGSERVER_USERNAME": "environment"}, "environment"),
        ({}, {"hybrid_cfgserver_username": ""}, {"CFGSERVER_USERNAME": "environment"}, "environment"),
        ({}, {"username": "another variable"}, {"CFGSERVER_USERNAME": "", "CFGSERVER_API": ""}, None),
    ],
)
def test_whose_value_counts(plugin, monkeypatch, given, variables, environment, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    plugin.set_options(var_options=variables, direct=given)
    settings = settings_of(plugin)
    assert settings["username"] == expected
    assert (settings["timeout"], settings["validate_certs"]) == (CFGSERVER.options["timeout"]["default"], True)


def test_environment_variables_are_those_of_the_connection_table(plugin, monkeypatch):
    declared = [option for option in CFGSERVER.options.values() if "env" in option]
    values = {option["env"]: "/" if option["type"] == "path" else option.get("choices", ["https://x.example.com"])[-1] for option in declared}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    plugin.set_options()
    for name, option in CFGSERVER.options.items():
        if "env" in option:
            assert settings_of(plugin)[name] in (values[option["env"]], [values[option["env"]]])


def test_an_unknown_interface_in_the_environment_is_refused(plugin, monkeypatch):
    monkeypatch.setenv("CFGSERVER_API", "nonsense")
    plugin.set_options()
    with pytest.raises(ValidationError, match="cfgserver_api must be one of"):
        settings_of(plugin)


def test_only_declared_variables_are_templated():
    variables = {"user": "ansible", "hybrid_cfgserver_username": trusted("{{ user }}"), "other": trusted("{{ undefined_variable }}")}
    templar = Templar(loader=DataLoader(), variables=variables)
    assert templated(templar, variables, {"hybrid_cfgserver_username", "hybrid_cfgserver_url"}) == {"hybrid_cfgserver_username": "ansible"}
    assert templated(templar, None, {"x"}) == {}


BROKEN = ["{{ 'geheim' | nonsense }}", "{{ 'geheim", "{% if geheim %}", "{{ 'geheim' + 1 }}"]


@pytest.mark.parametrize("name", ["password", "hybrid_cfgserver_password", "url"])
@pytest.mark.parametrize("template", BROKEN)
def test_error_of_a_template_names_the_option_and_nothing_of_the_template(name, template):
    templar = Templar(loader=DataLoader(), variables={})
    with pytest.raises(ValidationError) as caught:
        templated(templar, {name: trusted(template)}, [name])
    assert (
        caught.value.message
        == f"{name} cannot be resolved: check the syntax of its template, the variables and lookups that it uses, and the vault passwords of this run"
    )
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


def test_a_variable_that_is_not_defined_is_named():
    with pytest.raises(ValidationError) as caught:
        templated(Templar(loader=DataLoader(), variables={}), {"password": trusted("{{ 'geheim' ~ vault_password }}")}, ["password"])
    assert caught.value.message == "password needs vault_password, which is not defined: is the vault file there that holds it, and unlocked?"
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("name", ["password", "hybrid_cfgserver_password"])
@pytest.mark.parametrize("value", [{"geheim": "geheim"}, ["geheim"], 4711, 47.11, True])
def test_password_that_is_no_text_is_refused_without_showing_it(name, value):
    for check in (lambda: templated(Templar(loader=DataLoader(), variables={}), {name: value}, [name]), lambda: check_secrets({name: value})):
        with pytest.raises(ValidationError) as caught:
            check()
        assert caught.value.message == f"{name} must be text: put it in quotes"


@pytest.mark.parametrize("value", [None, "", "4711", "{{ geheim }}"])
def test_password_of_any_text_is_accepted(value):
    check_secrets({"password": value, "url": ["https://gax.example.com"]})


def test_what_identifies_a_server_holds_no_secret():
    settings = {**dict.fromkeys(CFGSERVER.options), "password": "geheim", "url": "https://gax.example.com"}
    assert "geheim" not in str(server_of(settings)) and server_of(settings)["url"] == "https://gax.example.com"


@pytest.mark.parametrize("option, other", [("validate_certs", False), ("ca_path", "/etc/other.pem"), ("url", ["https://b"]), ("username", "other")])
def test_what_was_read_over_a_connection_that_was_not_verified_is_another_answer(option, other):
    settings = {**dict.fromkeys(CFGSERVER.options), "validate_certs": True}
    assert server_of(settings) != server_of({**settings, option: other})


def test_errors_become_those_of_ansible_without_a_chain():
    with pytest.raises(AnsibleLookupError, match="one sentence") as caught, errors_as(AnsibleLookupError):
        raise UnreachableError("one sentence")
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize(
    "names, expected",
    [(["Sales", "Billing"], "the closest is 'Sales'"), (["b", "a"], "there is 'a', 'b'"), ([], "there is none"), (["SALES"], "the closest is 'SALES'")],
)
def test_closest(names, expected):
    assert closest("Sale", names) == expected
