# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: connection_options
short_description: The connection options that a host's variables give
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Collects the variables with which an inventory says how to reach PureCloud (C(hybrid_purecloud_region), C(hybrid_purecloud_client_id) and so on) or a
    Configuration Server (C(hybrid_cfgserver_url), C(hybrid_cfgserver_username) and so on) into the options of the modules, made for C(module_defaults).
  - An option whose variable is not defined, or is C(omit), is left out, so that its environment variable or its default counts.
  - The result holds secrets. Use it in C(module_defaults) and nowhere else.
options:
  _terms:
    description:
      - V(purecloud) or V(cfgserver), the system to reach.
      - The variable of an option is its name after C(hybrid_purecloud_) or C(hybrid_cfgserver_). That of
        O(genesys.hybrid.cfgserver_transaction#module:cfgserver_api) is C(hybrid_cfgserver_api).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Reach both systems as the inventory says
  hosts: hybrid_integrations
  connection: local
  gather_facts: false
  module_defaults:
    group/genesys.hybrid.purecloud: "{{ lookup('genesys.hybrid.connection_options', 'purecloud') }}"
    group/genesys.hybrid.cfgserver: "{{ lookup('genesys.hybrid.connection_options', 'cfgserver') }}"
  tasks:
    - name: Read the organization
      genesys.hybrid.purecloud_organization_info:
"""

RETURN = r"""
_raw:
  description: The options of each system, by name.
  type: list
  elements: dict
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import CONNECTIONS, errors_as, templated, variable_of


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        self.set_options(var_options=None, direct=kwargs)
        with errors_as(AnsibleLookupError):
            return [self._given(term, variables or {}) for term in terms]

    def _given(self, system: Any, variables: Mapping[str, Any]) -> dict[str, Any]:
        if system not in CONNECTIONS:
            raise ValidationError(f"connection_options knows {' and '.join(CONNECTIONS)}, not {system!r}")
        names = {variable_of(option, system): option for option in CONNECTIONS[system].options}
        return {names[variable]: value for variable, value in templated(self._templar, variables, names).items()}
