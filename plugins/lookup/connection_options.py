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
  - An option whose variable is not defined, or is C(omit), is left out, so that its environment variable or its default counts. A variable that is defined
    with a template that cannot be resolved is an error.
  - The result holds secrets. Use it in C(module_defaults) and nowhere else.
options:
  _terms:
    description:
      - The system to reach.
      - For V(purecloud), the variables are C(hybrid_purecloud_region), C(hybrid_purecloud_client_id), C(hybrid_purecloud_client_secret),
        C(hybrid_purecloud_api_url), C(hybrid_purecloud_login_url), C(hybrid_purecloud_access_token), C(hybrid_purecloud_validate_certs),
        C(hybrid_purecloud_ca_path), C(hybrid_purecloud_allow_plain_http) and C(hybrid_purecloud_timeout).
      - For V(cfgserver), they are C(hybrid_cfgserver_api), C(hybrid_cfgserver_url), C(hybrid_cfgserver_username), C(hybrid_cfgserver_password),
        C(hybrid_cfgserver_password_encoding), C(hybrid_cfgserver_validate_certs), C(hybrid_cfgserver_ca_path), C(hybrid_cfgserver_allow_plain_http),
        C(hybrid_cfgserver_timeout) and C(hybrid_cfgserver_base_path).
    type: list
    elements: str
    choices: [purecloud, cfgserver]
    required: true
seealso:
  - plugin: genesys.hybrid.transaction
    plugin_type: lookup
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
from ansible.utils.display import Display

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.plugin_utils._connection import CONNECTIONS, closest, errors_as, templated, variable_of

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: list[Any], variables: Any = None, **kwargs: Any) -> list[dict[str, Any]]:
        with errors_as(AnsibleLookupError):
            for term in terms or [None]:
                if not isinstance(term, str) or term not in CONNECTIONS:
                    raise ValidationError(f"connection_options needs the name of a system, {' or '.join(CONNECTIONS)}, not {term!r}")
            if kwargs:
                raise ValidationError(f"connection_options has no option {', '.join(kwargs)}: it takes the names of systems and nothing else")
            return [self._given(term, variables or {}) for term in terms]

    def _given(self, system: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        names = {variable_of(option, system): option for option in CONNECTIONS[system].options}
        for unknown in sorted(name for name in variables if name.startswith(f"hybrid_{system}_") and name not in names):
            display.warning(f"{unknown} is no connection option: {closest(unknown, names)}")
        return {names[variable]: value for variable, value in templated(self._templar, variables, names).items()}
