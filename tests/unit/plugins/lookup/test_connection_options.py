# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options that variables give: which ones, as what, and what is said of a variable that cannot be resolved."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.template import Templar
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import CONNECTIONS, variable_of

try:
    from ansible.template import trust_as_template as trusted
except ImportError:
    trusted = str


def options(variables, *systems, **keywords):
    templar = Templar(loader=DataLoader(), variables=variables)
    lookup = lookup_loader.get("genesys.hybrid.connection_options", loader=DataLoader(), templar=templar)
    return lookup.run(list(systems), variables=variables, **keywords)


@pytest.mark.parametrize("system", CONNECTIONS)
def test_each_option_has_its_variable(system):
    variables = {variable_of(option, system): f"value of {option}" for option in CONNECTIONS[system].options}
    assert options(variables, system) == [{option: f"value of {option}" for option in CONNECTIONS[system].options}]


def test_only_what_is_defined_is_given_and_with_its_templates_resolved():
    variables = {"hybrid_purecloud_client_id": trusted("{{ vault_id }}"), "vault_id": "4711", "hybrid_cfgserver_url": ["a", "b"], "region": "eu-central-1"}
    assert options(variables, "purecloud", "cfgserver") == [{"client_id": "4711"}, {"url": ["a", "b"]}]
    assert options({}, "purecloud") == [{}]


def test_values_keep_their_types():
    variables = {"hybrid_purecloud_validate_certs": False, "hybrid_purecloud_timeout": trusted("{{ 2 * 30 }}"), "hybrid_purecloud_region": None}
    [given] = options(variables, "purecloud")
    assert given["validate_certs"] is False and int(given["timeout"]) == 60 and given["region"] is None


def test_a_password_that_looks_like_a_template_is_not_one():
    assert options({"hybrid_cfgserver_password": wrap_var("{{ 7 * 7 }}")}, "cfgserver") == [{"password": "{{ 7 * 7 }}"}]


def test_what_is_omitted_is_left_to_the_environment():
    # Before ansible-core 2.19 omit is a variable with a placeholder, which the module's task takes out.
    omit = {"omit": "__omit_place_holder__"} if trusted is str else {}
    [given] = options({"hybrid_purecloud_region": trusted("{{ region | default(omit) }}"), **omit}, "purecloud")
    assert given == {"region": omit["omit"]} if omit else given == {}


@pytest.mark.parametrize(
    ("variables", "system", "sentence"),
    [
        ({"hybrid_purecloud_client_secret": trusted("{{ vault_forgotten }}")}, "purecloud", "hybrid_purecloud_client_secret needs vault_forgotten, which"),
        ({"hybrid_purecloud_client_secret": trusted("{{ 'x' | nonsense }}")}, "purecloud", "hybrid_purecloud_client_secret cannot be resolved"),
        ({"hybrid_cfgserver_password": 4711}, "cfgserver", "hybrid_cfgserver_password must be text: put it in quotes"),
        ({}, "genesys", "connection_options needs the name of a system, purecloud or cfgserver, not 'genesys'"),
        ({}, ["purecloud"], "connection_options needs the name of a system"),
    ],
)
def test_what_is_wrong_is_named(variables, system, sentence):
    with pytest.raises(AnsibleError, match=sentence):
        options(variables, system)


def test_systems_and_nothing_else_are_taken():
    with pytest.raises(AnsibleError, match="connection_options needs the name of a system"):
        options({})
    with pytest.raises(AnsibleError, match="connection_options has no option timeout"):
        options({}, "purecloud", timeout=3)


def test_a_misspelt_variable_is_named(monkeypatch):
    warnings = []
    monkeypatch.setattr("ansible.utils.display.Display.warning", lambda _display, text, *_more, **_others: warnings.append(text))
    assert options({"hybrid_purecloud_api_ulr": "https://x", "hybrid_cfgserver_url": "https://y", "hybrid_other": 1}, "purecloud", "cfgserver")[0] == {}
    assert warnings == ["hybrid_purecloud_api_ulr is no connection option: the closest is 'hybrid_purecloud_api_url'"]


def test_the_documentation_names_every_variable():
    documented = str(lookup_loader.get("genesys.hybrid.connection_options").option_definitions["_terms"]["description"])
    assert all(f"C({variable_of(option, system)})" in documented for system in CONNECTIONS for option in CONNECTIONS[system].options)
