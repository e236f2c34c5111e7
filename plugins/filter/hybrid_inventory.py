# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: hybrid_inventory
short_description: An existing hybrid integration as inventory variables
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Turns what the info modules of the collection found into the variables that the playbook C(genesys.hybrid.provision) takes, so that a run with them
    changes nothing. The playbook C(genesys.hybrid.export) uses it.
  - Text that looks like a template is marked C(!unsafe), so that nothing that somebody wrote into a server is ever run as a template.
options:
  _input:
    description:
      - The lists C(oauth_clients), C(tried_secrets), C(roles), C(idps), C(users) and C(transactions), as the info modules return them under these names.
        Roles must have been read with C(compare_default=true), users with C(include_roles=true), the transaction with sealed secrets. The secrets to try
        are those that P(genesys.hybrid.section_secrets#filter) returns.
    type: dict
    required: true
  client_pattern:
    description:
      - A shell pattern for the names of the OAuth clients.
    type: str
    default: "*"
  own_client_id:
    description:
      - The ID of the OAuth client that Ansible itself uses. It is left out.
    type: str
"""

EXAMPLES = r"""
- name: Write the variables of this integration
  ansible.builtin.copy:
    content: "{{ (found | genesys.hybrid.hybrid_inventory).text }}"
    dest: host_vars/example_one/hybrid_integration.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The outcome.
  type: dict
  contains:
    text:
      description: The content of the variables file.
      type: str
    secrets:
      description: Vault variables that RV(_value.text) refers to, with sealed values.
      type: dict
    problems:
      description: What the variables cannot express, or a run would change all the same; one sentence each.
      type: list
      elements: str
"""

from ansible.errors import AnsibleFilterError

_LISTS = ("oauth_clients", "tried_secrets", "roles", "idps", "users", "transactions")


def hybrid_inventory(found, client_pattern="*", own_client_id=None):
    # Imported here because it takes long, and Ansible loads every filter of a collection in each worker process that uses one of them.
    from ansible_collections.genesys.hybrid.plugins.plugin_utils._export import exported
    from ansible_collections.genesys.hybrid.plugins.plugin_utils._inventory import inventory_yaml

    missing = [name for name in _LISTS if not isinstance(found.get(name), list)]
    if missing:
        raise AnsibleFilterError(f"hybrid_inventory needs the list {missing[0]} as an info module returns it")
    export = exported(found, client_pattern, own_client_id)
    return {"text": inventory_yaml(export.variables), "secrets": export.secrets, "problems": export.problems}


class FilterModule:
    def filters(self):
        return {"hybrid_inventory": hybrid_inventory}
