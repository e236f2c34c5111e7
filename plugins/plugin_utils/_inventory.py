# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""Inventory variables as YAML text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

_TEMPLATE = re.compile(r"\{\{|\{%|\{#")
# What YAML counts as a line break, or cannot hold, outside of double quotes.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


class Reference(str):
    """A template that the collection itself writes, such as ``{{ vault_saml_private_key }}``; all other text is data and stays data."""


class _Dumper(yaml.SafeDumper):
    """Writes indented lists, and text that looks like a template as ``!unsafe``: what a server holds must never run as one."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    tag = "!unsafe" if _TEMPLATE.search(value) and not isinstance(value, Reference) else "tag:yaml.org,2002:str"
    style = '"' if _TO_ESCAPE.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar(tag, str.__str__(value), style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Reference, _text)


def inventory_yaml(variables: Mapping[str, Any]) -> str:
    """``variables`` as the text of a variables file, in their order. Values are what YAML knows, or subclasses of that."""
    return yaml.dump(_plain(variables), Dumper=_Dumper, sort_keys=False, default_flow_style=False, allow_unicode=True, width=160, explicit_start=True)


def _plain(value: Any) -> Any:
    """Ansible's own subclasses of str, dict and so on as what they are; a Reference stays one."""
    if isinstance(value, Mapping):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (bool, Reference)):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # str() leaves the unsafe text of Ansible before 2.19 as it is
    return next((kind(value) for kind in (int, float) if isinstance(value, kind)), value)
