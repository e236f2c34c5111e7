# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: stored_client_secrets
short_description: The OAuth client secrets that a transaction object holds
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Finds, in the sections of a transaction object that belong to services, the OAuth clients whose secret is stored there beside the client's own ID.
  - The result is made for the option O(genesys.hybrid.purecloud_oauth_clients#module:stored_secrets). A client for which no entry has an ID has no
    usable secret in the object and needs a new one.
options:
  _input:
    description:
      - The options of the object, by section, as M(genesys.hybrid.cfgserver_transaction_info) returns them with sealed secrets.
    type: dict
    required: true
  services:
    description:
      - The services, each with its C(section) in the object and the name of its C(oauth_client). Several may share a client.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Which clients need no new secret?
  ansible.builtin.set_fact:
    stored: "{{ found.transactions[0].options | genesys.hybrid.stored_client_secrets(hybrid_services) }}"
"""

RETURN = r"""
_value:
  description: One entry for each client, without an ID when nothing is stored.
  type: list
  elements: dict
  contains:
    client:
      description: The name of the client.
      type: str
    client_id:
      description: The ID that is stored. Absent when no usable secret is stored.
      type: str
    secret:
      description: The sealed secret. Absent where the server masks it.
      type: str
"""

from ansible_collections.genesys.hybrid.plugins.plugin_utils._services import stored_client_secrets


class FilterModule:
    def filters(self):
        return {"stored_client_secrets": stored_client_secrets}
