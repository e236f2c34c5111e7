# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: section_secrets
short_description: The pairs of client ID and secret in a transaction object
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Finds the sections of a transaction object, other than C(general) and C(saml), that hold a C(client_id) and a sealed C(password), in a form that the option
    O(genesys.hybrid.purecloud_oauth_client_info#module:try_secrets) takes.
options:
  _input:
    description:
      - The options of the object, by section, as M(genesys.hybrid.cfgserver_transaction_info) returns them with sealed secrets.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Which stored secrets work?
  genesys.hybrid.purecloud_oauth_client_info:
    try_secrets: "{{ found.transactions[0].options | genesys.hybrid.section_secrets }}"
    seal_key: "{{ hybrid_seal_key }}"
"""

RETURN = r"""
_value:
  description: The pairs, in the order of the sections.
  type: list
  elements: dict
  contains:
    client_id:
      description: The client ID.
      type: str
    secret:
      description: The sealed secret.
      type: str
"""


def section_secrets(options):
    # Imported here because it takes long, and Ansible loads every filter of a collection in each worker process that uses one of them.
    from ansible_collections.genesys.hybrid.plugins.plugin_utils._export import section_secrets as found_in

    return [{"client_id": client_id, "secret": secret} for _section, client_id, secret in found_in(options)]


class FilterModule:
    def filters(self):
        return {"section_secrets": section_secrets}
