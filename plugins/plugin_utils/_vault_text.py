# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""Changing some variables of a YAML file, with everything else of its text left as it is: other variables, comments, order, spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from ansible.errors import AnsibleError

from ansible_collections.genesys.hybrid.plugins.plugin_utils._inventory import inventory_yaml


class VariablesLoader(yaml.SafeLoader):
    """Reads what a variables file holds; a value with a tag of Ansible's, such as !unsafe or !vault, is its text."""


VariablesLoader.add_multi_constructor("!", lambda loader, _suffix, node: loader.construct_scalar(node))


def merged(text: str, variables: Mapping[str, Any]) -> str:
    """``text`` with these variables set; a dictionary among them is merged into the one that is there. AnsibleError for a text that holds no variables."""
    try:
        current = yaml.load(text, Loader=VariablesLoader)
        root = yaml.compose(text, Loader=VariablesLoader)
    except yaml.YAMLError:
        # The parser's own sentence quotes the text, with the secrets in it.
        raise AnsibleError("what the vault file holds is not YAML: correct it with ansible-vault edit") from None
    if current is None:
        return _joined(text, inventory_yaml(variables).removeprefix("---\n")) if text.strip() else inventory_yaml(variables)
    if not isinstance(current, dict):
        raise AnsibleError("what the vault file holds is no dictionary of variables: correct it with ansible-vault edit")
    wanted = {name: _with(current.get(name), value) for name, value in variables.items()}
    changed = {name: value for name, value in wanted.items() if name not in current or current[name] != value}
    places = {key.value: (key.start_mark.index, _end(text, value)) for key, value in root.value}
    result = text
    for name in sorted(changed.keys() & places.keys(), key=lambda name: places[name], reverse=True):
        result = _replaced(result, *places[name], _block(name, changed[name]))
    added = {name: value for name, value in changed.items() if name not in places}
    if added:
        result = _joined(result, inventory_yaml(added).removeprefix("---\n"))
    if not changed or _holds(result, {**current, **changed}):
        return result
    raise AnsibleError(
        "the vault file is written in a way that its variables cannot be replaced one by one: give each a line of its own, one variable below the other"
    )


def _holds(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return bool(yaml.load(text, Loader=VariablesLoader) == expected)
    except yaml.YAMLError:
        return False


def _with(current: Any, value: Any) -> Any:
    return {**current, **value} if isinstance(current, dict) and isinstance(value, Mapping) else value


def _block(name: str, value: Any) -> str:
    return inventory_yaml({name: value}).removeprefix("---\n").rstrip("\n")


def _end(text: str, node: yaml.Node) -> int:
    """Where the value ends; the comments and empty lines between a list or dictionary and what follows belong to the latter."""
    end = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        return len(text[:end].rstrip("\n"))
    lines = text[:end].splitlines(keepends=True)
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()
    return len("".join(lines).rstrip("\n"))


def _replaced(text: str, start: int, end: int, block: str) -> str:
    """``block`` instead of ``text[start:end]``; a comment at the end of its last line goes above it."""
    rest, newline, after = text[end:].partition("\n")
    comment = f"{rest.strip()}\n" if rest.strip() else ""
    return f"{text[:start]}{comment}{block}{newline}{after}"


def _joined(text: str, more: str) -> str:
    body, dots, _rest = text.partition("\n...")
    return (body if dots else text).rstrip("\n") + "\n" + more
