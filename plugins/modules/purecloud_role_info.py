#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_role_info
short_description: Read roles of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the roles of a PureCloud (Genesys Cloud) organization with their permissions, all of them or those that fit every option given.
  - On request it says how the default roles differ from what PureCloud delivers.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
options:
  name:
    description:
      - The exact name of the role to return.
    type: str
  id:
    description:
      - The ID of the role to return.
    type: str
  default_role_id:
    description:
      - The default role ID of the role to return, such as V(employee), V(supervisor) or V(admin). It stays the same when the name differs between
        organizations.
    type: str
  compare_default:
    description:
      - Whether to compare each default role that is returned with what PureCloud delivers, at one more request for each.
    type: bool
    default: false
seealso:
  - module: genesys.hybrid.purecloud_role
"""

EXAMPLES = r"""
- name: All roles
  genesys.hybrid.purecloud_role_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
  register: purecloud

- name: Which roles may do something with Altocloud? The connection is taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_role_info:
    query: "[?permission_policies[?domain=='journey']].name"

- name: What was added to the role Admin?
  genesys.hybrid.purecloud_role_info:
    default_role_id: admin
    compare_default: true
    query: "[].added_permission_policies[]"
"""

RETURN = r"""
roles:
  description: The roles, sorted by name, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the role.
      type: str
      sample: 3a9b1c52-33f0-4b9a-9d21-7d8f5d0f7f10
    name:
      description: The name of the role.
      type: str
      sample: AI Agent
    description:
      description: What the role is for.
      type: str
      sample: Agents of a hybrid integration
    default_role_id:
      description: The default role ID, V(null) for a role that PureCloud did not deliver.
      type: str
      sample: aiAgent
    default:
      description: Whether the role is one that PureCloud delivered.
      type: bool
      sample: true
    permissions:
      description: Permissions of the older kind, without a domain.
      type: list
      elements: str
      sample: [group_creation]
    permission_policies:
      description: What the role permits.
      type: list
      elements: dict
      contains:
        domain:
          description: The permission domain, V(journey) for Altocloud.
          type: str
          sample: journey
        entity_name:
          description: The entity, V(*) for all of the domain.
          type: str
          sample: segment
        action_set:
          description: The permitted actions, V(*) for all.
          type: list
          elements: str
          sample: [view]
        named_resources:
          description: The resources to which the policy is limited.
          type: list
          elements: str
          sample: []
        conditions:
          description:
            - The condition under which the policy holds, V(null) for none. Either C(variable_name), C(operator) and C(operands), or C(conjunction)
              and C(terms).
          type: dict
          sample: null
    added_permission_policies:
      description:
        - What the role permits beyond what PureCloud delivers, in the form of RV(roles[].permission_policies).
        - V(null) when PureCloud has nothing to compare this role with.
      type: list
      elements: dict
      returned: for default roles, when O(compare_default=true)
      sample: []
    removed_permission_policies:
      description:
        - What PureCloud delivers and the role does not permit, in the form of RV(roles[].permission_policies).
        - V(null) when PureCloud has nothing to compare this role with.
      type: list
      elements: dict
      returned: for default roles, when O(compare_default=true)
      sample: []
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import NotFoundError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import References
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.roles import option_form

_FILTERS = {"name": "name", "id": "id", "default_role_id": "defaultRoleId"}
_DIFFERENCES = {"added_permission_policies": "addedPermissionPolicies", "removed_permission_policies": "removedPermissionPolicies"}


def prepare(client, params, context):
    # Filtered here: the API's own filters take wildcards and commas, and some refuse what is no ID.
    entities = [entity for entity in References(client).roles() if all(params[name] in (None, entity.get(api)) for name, api in _FILTERS.items())]
    roles = []
    for entity in entities:
        form = option_form(entity)
        if params["compare_default"] and entity.get("default") and entity.get("defaultRoleId"):
            form.update(_differences(client, entity))
        roles.append(form)
    return information("roles", sorted(roles, key=lambda role: (str(role["name"]), role["id"])), params["query"])


def _differences(client, entity):
    """What distinguishes a default role from what PureCloud delivers, in option form; None where there is nothing to compare with."""
    try:
        answer = client.get(f"/authorization/roles/{entity['id']}/comparedefault/{entity['defaultRoleId']}")
    except NotFoundError:
        return dict.fromkeys(_DIFFERENCES)
    return {name: option_form({**entity, "permissionPolicies": answer.get(api) or []})["permission_policies"] for name, api in _DIFFERENCES.items()}


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "name": {"type": "str"},
        "id": {"type": "str"},
        "default_role_id": {"type": "str"},
        "compare_default": {"type": "bool", "default": False},
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
