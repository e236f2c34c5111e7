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


def options(variables, *systems):
    templar = Templar(loader=DataLoader(), variables=variables)
    return lookup_loader.get("genesys.hybrid.connection_options", loader=DataLoader(), templar=templar).run(list(systems), variables=variables)


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
    placeholder = "__omit_place_holder__"  # how ansible-core before 2.19 says omit; the module's task takes it out
    [given] = options({"hybrid_purecloud_region": trusted("{{ region | default(omit) }}"), "omit": placeholder}, "purecloud")
    assert given.get("region", placeholder) == placeholder


@pytest.mark.parametrize(
    ("variables", "system", "sentence"),
    [
        ({"hybrid_purecloud_client_secret": trusted("{{ vault_forgotten }}")}, "purecloud", "hybrid_purecloud_client_secret holds a template"),
        ({"hybrid_cfgserver_password": 4711}, "cfgserver", "hybrid_cfgserver_password must be text: put it in quotes"),
        ({}, "genesys", "connection_options knows purecloud and cfgserver, not 'genesys'"),
    ],
)
def test_what_is_wrong_is_named(variables, system, sentence):
    with pytest.raises(AnsibleError, match=sentence):
        options(variables, system)
