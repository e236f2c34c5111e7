#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_role
short_description: Manage one role of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates or deletes a role of a PureCloud (Genesys Cloud) organization, or gives one of PureCloud's own roles the vendor's permissions again.
  - PureCloud accepts permissions that do not exist or that the organization has not licensed. The module refuses them and names the closest one.
  - For several roles use M(genesys.hybrid.purecloud_roles), which reads the list of roles and the permissions only once.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
attributes:
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  name:
    description:
      - The exact name of the role. PureCloud does not tell upper from lower case when it refuses a second role of one name.
      - With O(id) or O(default_role_id) this is the name that the role gets. A default role cannot be renamed.
      - One of O(name), O(id) and O(default_role_id) is required.
    type: str
  id:
    description:
      - The ID of an existing role.
    type: str
  default_role_id:
    description:
      - Which of the roles that PureCloud provides by itself is meant, such as V(employee), V(supervisor) or V(admin), whatever its name is in this
        organization.
    type: str
  description:
    description:
      - What the role is for.
    type: str
  permissions:
    description:
      - Permissions from before permission policies, such as V(group_creation). PureCloud publishes no list of them, so they are not checked.
    type: list
    elements: str
  permission_policies:
    description:
      - The permissions of the role, such as V(journey:segment:view). They are compared one by one, however they are spread over policies.
      - Every permission is looked up in the organization before anything is written.
    type: list
    elements: dict
    suboptions:
      domain:
        description: The domain of the permissions, such as V(journey).
        type: str
        required: true
      entity_name:
        description: The entity, such as V(segment), spelt as PureCloud does, or V(*) for all entities of the domain that have one of these actions.
        type: str
        required: true
      action_set:
        description:
          - The actions, such as V(view), or V(*) for all.
          - The module replaces wildcards by what the organization has now, because PureCloud has deprecated wildcards in policies.
        type: list
        elements: str
        required: true
      named_resources:
        description: The named resources that the permissions are limited to.
        type: list
        elements: str
      conditions:
        description:
          - The condition under which the permissions hold. Not all permissions take conditions.
          - Either O(permission_policies[].conditions.conjunction) and O(permission_policies[].conditions.terms), or
            O(permission_policies[].conditions.variable_name), O(permission_policies[].conditions.operator) and
            O(permission_policies[].conditions.operands).
          - A permission with a condition and the same permission without are two. Where a role grants it without, one with a condition
            restricts nothing; use O(permission_mode=exact) then.
        type: dict
        suboptions:
          conjunction:
            description: Whether all of the terms must hold or one of them.
            type: str
            choices: [AND, OR]
          terms:
            description: Conditions, each with the same keys as O(permission_policies[].conditions), so also with terms of its own.
            type: list
            elements: dict
          variable_name:
            description: The variable that is compared.
            type: str
          operator:
            description: How it is compared.
            type: str
            choices: [EQ, IN, GE, GT, LE, LT]
          operands:
            description: What it is compared with.
            type: list
            elements: dict
            suboptions:
              type:
                description: What kind of value it is.
                type: str
                choices: [SCALAR, VARIABLE, USER, QUEUE, TEAM]
                required: true
              value:
                description: Text or a number; the name of a variable; the ID of a user, a queue or a team.
                type: raw
                required: true
  permission_mode:
    description:
      - With V(add) the role gets what is asked for and keeps what it has.
      - With V(exact) the role loses all other permissions as well, those of O(permission_policies) and those of O(permissions), each if the
        option is given.
    type: str
    choices: [add, exact]
    default: add
  create:
    description:
      - Whether a role that does not exist is created. With V(false) it is an error that names the closest role.
      - The role V(AI Agent) is never created, because PureCloud provides it in the organizations of a hybrid integration.
    type: bool
    default: true
  restore_default:
    description:
      - Whether a default role gets back the description and the permissions that the vendor gave it. Nothing changes if it still has them.
      - It does not go with O(description), O(permissions) or O(permission_policies).
    type: bool
    default: false
  state:
    description:
      - Whether the role exists. Deleting a role takes it away from all users, groups and OAuth clients that have it.
      - One of PureCloud's own roles cannot be deleted. See O(restore_default).
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: genesys.hybrid.purecloud_roles
  - module: genesys.hybrid.purecloud_role_info
  - module: genesys.hybrid.purecloud_oauth_client
"""

EXAMPLES = r"""
- name: A role for the administrators of Altocloud
  genesys.hybrid.purecloud_role:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    name: Altocloud Administrator
    description: Segments and outcomes of Altocloud
    permission_policies:
      - domain: journey
        entity_name: "*"
        action_set: [view]
      - domain: journey
        entity_name: segment
        action_set: ["*"]

- name: Let supervisors see Altocloud as well, whatever their role is called, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_role:
    default_role_id: supervisor
    permission_policies:
      - domain: journey
        entity_name: segment
        action_set: [view]

- name: These permissions and no others
  genesys.hybrid.purecloud_role:
    name: Evaluator
    permission_mode: exact
    permission_policies:
      - domain: quality
        entity_name: evaluation
        action_set: [view]
        conditions:
          variable_name: Evaluation.queueId
          operator: IN
          operands:
            - {type: QUEUE, value: 0f5c9c1e-6f0b-4a6b-9d52-0a5a3e1f7b01}

- name: Undo what was changed in a default role
  genesys.hybrid.purecloud_role:
    default_role_id: supervisor
    restore_default: true

- name: Remove a role
  genesys.hybrid.purecloud_role:
    name: Altocloud Administrator
    state: absent
"""

RETURN = r"""
role:
  description: The role as it is, or in check mode as it would be. V(null) when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the role. V((known after apply\)) in check mode for a role that would be created.
      type: str
      sample: 3a9b1c52-33f0-4b9a-9d21-7d8f5d0f7f10
    name:
      description: The name of the role.
      type: str
      sample: Altocloud Administrator
    description:
      description: What the role is for.
      type: str
      sample: Segments and outcomes of Altocloud
    default_role_id:
      description: Which of PureCloud's own roles it is or was made from. V(null) for other roles.
      type: str
      sample: supervisor
    default:
      description: Whether it is one of PureCloud's own roles.
      type: bool
      sample: false
    permissions:
      description: Permissions from before permission policies.
      type: list
      elements: str
      sample: [group_creation]
    permission_policies:
      description: All permissions, one entry for each entity, condition and set of named resources.
      type: list
      elements: dict
      contains:
        domain:
          description: The domain.
          type: str
          sample: journey
        entity_name:
          description: The entity.
          type: str
          sample: segment
        action_set:
          description: The actions.
          type: list
          elements: str
          sample: [edit, view]
        named_resources:
          description: The named resources that the permissions are limited to.
          type: list
          elements: str
          sample: []
        conditions:
          description: The condition under which the permissions hold, in the form of the option. V(null) if there is none.
          type: dict
          sample: {variable_name: Evaluation.queueId, operator: IN, operands: [{type: QUEUE, value: 0f5c9c1e-6f0b-4a6b-9d52-0a5a3e1f7b01}]}
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._managed import one
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.roles import IDENTIFYING, ROLE_OPTIONS, Directory, ManagedRole


def prepare(client, params, context):
    return one("role", ManagedRole(Directory(client, [params], params["state"]), params, params["state"]))


SPEC = Spec(
    connection=PURECLOUD,
    options={**ROLE_OPTIONS, "state": {"type": "str", "choices": ["present", "absent"], "default": "present"}},
    prepare=prepare,
    constraints={"required_one_of": [IDENTIFYING]},
)

if __name__ == "__main__":
    main(SPEC)
