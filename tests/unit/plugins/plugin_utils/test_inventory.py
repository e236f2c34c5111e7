# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
import yaml
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.genesys.hybrid.plugins.plugin_utils._inventory import Reference, inventory_yaml


class Text(str):
    """A subclass, such as Ansible's own kinds of text."""


class Number(int):
    """A subclass, such as Ansible's own kinds of number."""


class Reader(yaml.SafeLoader):
    pass


Reader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "no",
        "1e3",
        "2026-11-25",
        "null",
        "~",
        "a: b # c",
        "line\nline\n",
        "trailing space \nline",
        "ünïcode",
        "{{ 1 + 1 }}",
        "{% raw %}",
        "'\"",
        "\ttab",
        "---",
        "x" * 500,
        "{{ x }} next\x85line \u2028 separators \u2029",
        "bell\x07 escape\x1b[31m",
        "carriage\r\nreturn",
        "\ufeffmark",
        "lone \ud800 surrogate",
    ],
)
def test_text_comes_back_as_it_was(value):
    text = inventory_yaml({"name": value}).encode("utf-8").decode("utf-8")
    assert yaml.load(text, Loader=Reader) == {"name": value}


@pytest.mark.parametrize("value", ["{{ lookup('pipe', 'id') }}", "before {% if x %}", "{# comment #}"])
def test_what_looks_like_a_template_is_unsafe(value):
    assert "!unsafe" in inventory_yaml({"list": [{"name": value}]})


def test_a_reference_of_our_own_is_a_template():
    assert inventory_yaml({"key": Reference("{{ vault_key }}")}) == "---\nkey: '{{ vault_key }}'\n"


def test_subclasses_lists_and_order():
    variables = {"b": [Text("x"), {"n": Number(3)}], "a": True, "nothing": None, "empty": []}
    assert inventory_yaml(variables) == "---\nb:\n  - x\n  - n: 3\na: true\nnothing: null\nempty: []\n"


def test_equal_values_are_not_written_as_aliases():
    grant = {"role": "Admin"}
    assert "&" not in inventory_yaml({"one": grant, "two": grant})


def test_ansibles_unsafe_text_is_text():
    found = wrap_var({"name": ["{{ x }}", {"plain": "text"}]})
    assert inventory_yaml(found) == "---\nname:\n  - !unsafe '{{ x }}'\n  - plain: text\n"
