# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: with_altocloud
short_description: Add Altocloud permissions to PureCloud roles
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Adds permissions of the domain C(journey), which is Altocloud (Predictive Engagement), to roles in the form of the option
    O(genesys.hybrid.purecloud_roles#module:roles).
  - A role that is not in the list yet is added to it, in a form that never creates it and leaves its other permissions alone.
options:
  _input:
    description:
      - The roles, as O(genesys.hybrid.purecloud_roles#module:roles) takes them.
    type: list
    elements: dict
    required: true
  altocloud_roles:
    description:
      - The roles that get Altocloud permissions, each with the C(role) and the C(access). The role is its name, or its default role ID where the list says
        that one.
      - C(access=view), the default, is the action C(view) of everything in the domain; C(access=manage) is all actions of everything. What this means
        in single permissions is up to the organization's own catalogue.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Let supervisors see what Altocloud knows, and planners change it
  genesys.hybrid.purecloud_roles:
    roles: "{{ [] | genesys.hybrid.with_altocloud([{'role': 'Supervisor'}, {'role': 'Journey Planner', 'access': 'manage'}]) }}"
"""

RETURN = r"""
_value:
  description: The roles with the permissions added.
  type: list
  elements: dict
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

DOMAIN = "journey"
ACTIONS = {"view": ["view"], "manage": ["*"]}


def with_altocloud(roles: Iterable[Mapping[str, Any]], altocloud_roles: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """``roles`` with a policy more for each of ``altocloud_roles``: ``[{"role": name, "access": "view" or "manage"}]``."""
    result = [dict(role) for role in roles]
    seen = set()
    for wanted in altocloud_roles:
        name, access = wanted.get("role"), wanted.get("access") or "view"
        if not name or access not in ACTIONS:
            raise AnsibleFilterError(f"with_altocloud needs a role and, as access, one of {', '.join(ACTIONS)} for each entry, not {dict(wanted)}")
        if name in seen:
            raise AnsibleFilterError(f"with_altocloud gets the role {name!r} twice: give each role once, manage includes view")
        seen.add(name)
        policy = {"domain": DOMAIN, "entity_name": "*", "action_set": ACTIONS[access]}
        known = next((role for role in result if name in (role.get("name"), role.get("default_role_id"))), None)
        if known is not None and known.get("permission_mode") == "exact" and known.get("permission_policies") is None:
            raise AnsibleFilterError(
                f"with_altocloud would leave the role {name!r} with Altocloud permissions only, because its permission_mode is exact and it names no "
                "permission_policies: name all of them, or choose permission_mode add"
            )
        if known is None:
            known = {"name": name, "permission_mode": "add", "create": False}
            result.append(known)
        known["permission_policies"] = [*(known.get("permission_policies") or []), policy]
    return result


class FilterModule:
    def filters(self):
        return {"with_altocloud": with_altocloud}
