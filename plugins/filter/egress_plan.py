# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: egress_plan
short_description: What a host of a hybrid integration may reach
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Makes the least set of destinations from the URLs of a hybrid integration, checks everything that the role P(genesys.hybrid.network_egress#role) was
    given, and returns what that role does, as data.
options:
  _input:
    description:
      - The dictionary of C(name), how the host is called in the rule list; C(urls) with C(base_auth_url) and C(base_service_url); C(extra), C(source),
        C(internal), C(enforce), C(proxy) and C(grace), the values of the role's variables of these names; and C(ranges), a list of networks.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What a host of a German organization needs
  ansible.builtin.debug:
    msg: "{{ (given | genesys.hybrid.egress_plan).rows }}"
  vars:
    given:
      name: "{{ inventory_hostname }}"
      urls: "{{ 'eu-central-1' | genesys.hybrid.purecloud_urls }}"
      extra: []
      source: dns
      ranges: []
      internal: [10.0.0.0/8]
      enforce: none
      proxy: ""
      grace: 86400
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    destinations:
      description: Each host and port with its purpose, in the form of the option O(genesys.hybrid.egress_check#module:destinations) with C(purpose) beside.
      type: list
      elements: dict
    rows:
      description: The rules, each with C(source), C(destination), C(protocol), C(port) and C(purpose).
      type: list
      elements: dict
    proxied:
      description: What the proxy must allow.
      type: list
      elements: dict
    range_ports:
      description: The ports that published ranges are allowed on.
      type: list
      elements: int
    settings:
      description: What the host itself needs to enforce the rules.
      type: dict
"""

from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError


def egress_plan(given):
    # Imported here because Ansible loads every filter of a collection in each worker process that uses one of them.
    from ansible_collections.genesys.hybrid.plugins.plugin_utils._egress_rules import plan

    try:
        return plan(given)
    except HybridError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self):
        return {"egress_plan": egress_plan}
