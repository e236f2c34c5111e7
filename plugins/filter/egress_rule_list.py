# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: egress_rule_list
short_description: Outbound rules as a list for the network team
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Brings the rules of several hosts together.
options:
  _input:
    description:
      - Plans, as P(genesys.hybrid.egress_plan#filter) returns them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the rules of all hosts of this play
  ansible.builtin.debug:
    msg: "{{ (plans | genesys.hybrid.egress_rule_list).markdown.splitlines() }}"
  vars:
    plans: "{{ ansible_play_hosts | map('extract', hostvars, 'network_egress_plan') }}"
"""

RETURN = r"""
_value:
  description: The list in several forms.
  type: dict
  contains:
    markdown:
      description: A page with a table, one row for each destination.
      type: str
    csv:
      description: Comma-separated values, one row for each source and destination.
      type: str
    proxied:
      description: For each port the hosts that a proxy must allow.
      type: list
      elements: dict
"""


def egress_rule_list(plans):
    # Imported here because Ansible loads every filter of a collection in each worker process that uses one of them.
    from ansible_collections.genesys.hybrid.plugins.plugin_utils._egress_rules import rule_list

    return rule_list(plans)


class FilterModule:
    def filters(self):
        return {"egress_rule_list": egress_rule_list}
