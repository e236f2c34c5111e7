# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: service_sections
short_description: The sections of a transaction object for services with OAuth clients
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Makes one section for each service, with the option C(client_id) and, as far as it is known, the option C(password).
  - A fresh secret comes from the OAuth client itself, another one from a section that already holds it, so that a service that begins to share a client gets
    the client's present secret.
options:
  _input:
    description:
      - The services, each with its C(section) in the object and the name of its C(oauth_client).
    type: list
    elements: dict
    required: true
  oauth_clients:
    description:
      - The OAuth clients, as M(genesys.hybrid.purecloud_oauth_clients) returns them.
      - V(none) stands for clients that are not known yet; their IDs are then those in O(current), or V((known after apply\)).
    type: list
    elements: dict
    required: true
  current:
    description:
      - The options of the object, by section, as M(genesys.hybrid.cfgserver_transaction_info) returns them with sealed secrets.
        A section that holds a secret beside its client's ID keeps it, unless there is a fresh one.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Write the sections
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    options: "{{ sections.options }}"
    secret_options: "{{ sections.secret_options }}"
    seal_key: "{{ hybrid_seal_key }}"
  vars:
    sections: "{{ hybrid_services | genesys.hybrid.service_sections(result.oauth_clients, found.transactions[0].options) }}"
"""

RETURN = r"""
_value:
  description: The sections, in the form of the options of M(genesys.hybrid.cfgserver_transaction).
  type: dict
  contains:
    options:
      description: The section of each service, with its C(client_id).
      type: dict
    secret_options:
      description: The section of each service whose secret is known, with its C(password), sealed.
      type: dict
    client_secrets:
      description: The names of the OAuth clients whose secrets are known, fresh ones without a service among them, each with its sealed secret.
      type: dict
"""

from ansible_collections.genesys.hybrid.plugins.plugin_utils._services import service_sections


class FilterModule:
    def filters(self):
        return {"service_sections": service_sections}
