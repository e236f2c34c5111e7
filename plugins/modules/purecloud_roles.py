#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_roles
short_description: Manage many roles of a PureCloud organization in one task
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates or deletes roles of a PureCloud (Genesys Cloud) organization, all of them in one task with one token, one read of the list of roles
    and one read of the organization's permissions.
  - Everything is read and checked before the first write. An error in one role does not keep the others from being written; all errors are
    reported together at the end.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
attributes:
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
options:
  roles:
    description:
      - The roles.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The exact name of the role. PureCloud does not tell upper from lower case when it refuses a second role of one name.
          - With O(roles[].id) or O(roles[].default_role_id) this is the name that the role gets. A default role cannot be renamed.
          - One of O(roles[].name), O(roles[].id) and O(roles[].default_role_id) is required.
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
              - Either O(roles[].permission_policies[].conditions.conjunction) and O(roles[].permission_policies[].conditions.terms), or
                O(roles[].permission_policies[].conditions.variable_name), O(roles[].permission_policies[].conditions.operator) and
                O(roles[].permission_policies[].conditions.operands).
              - A permission with a condition and the same permission without are two. Where a role grants it without, one with a condition
                restricts nothing; use O(roles[].permission_mode=exact) then.
            type: dict
            suboptions:
              conjunction:
                description: Whether all of the terms must hold or one of them.
                type: str
                choices: [AND, OR]
              terms:
                description: Conditions, each with the same keys as O(roles[].permission_policies[].conditions), so also with terms of its own.
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
          - With V(exact) the role loses all other permissions as well, those of O(roles[].permission_policies) and those of O(roles[].permissions), each if the
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
          - It does not go with O(roles[].description), O(roles[].permissions) or O(roles[].permission_policies).
        type: bool
        default: false
  state:
    description:
      - Whether the roles exist. Deleting a role takes it away from all users, groups and OAuth clients that have it.
      - One of PureCloud's own roles cannot be deleted. See O(roles[].restore_default).
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: genesys.hybrid.purecloud_role
  - module: genesys.hybrid.purecloud_role_info
  - module: genesys.hybrid.purecloud_oauth_clients
"""

EXAMPLES = r"""
- name: Altocloud permissions on roles that exist and on one of its own
  genesys.hybrid.purecloud_roles:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    roles:
      - default_role_id: supervisor
        permission_policies: "{{ altocloud_reading }}"
      - name: Sales Supervisor
        create: false
        permission_policies: "{{ altocloud_reading }}"
      - name: Altocloud Administrator
        permission_policies:
          - domain: journey
            entity_name: "*"
            action_set: ["*"]
  vars:
    altocloud_reading:
      - domain: journey
        entity_name: "*"
        action_set: [view]

- name: Remove two roles
  genesys.hybrid.purecloud_roles:
    roles:
      - name: Altocloud Administrator
      - name: Altocloud Reader
    state: absent
"""

RETURN = r"""
roles:
  description:
    - The roles of O(roles), in that order, as they are, or in check mode as they would be. Absent roles are left out.
  returned: always, once the options are valid
  type: list
  elements: dict
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
errors:
  description: What went wrong, one entry for each role that failed.
  returned: when a role could not be written
  type: list
  elements: dict
  contains:
    name:
      description: The name, or else the ID or the default role ID, of the role.
      type: str
      sample: Altocloud Administrator
    msg:
      description: The error.
      type: str
      sample: "role 'Sales Supervisr' does not exist: the closest is 'Sales Supervisor'"
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, read_each, refuse_same, refuse_twice
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.roles import IDENTIFYING, ROLE_OPTIONS, Directory, ManagedRole, refuse_same_names


def prepare(client, params, context):
    items, state = params["roles"], params["state"]
    for key in IDENTIFYING:
        refuse_twice("roles", [item[key] for item in items])
    refuse_same_names(items)
    directory = Directory(client, items, state)
    directory.read()  # what concerns all roles, such as a wrong secret or a server that is down, is said once
    labelled = [{"name": item["name"] or item["id"] or item["default_role_id"], "role": item} for item in items]
    managed = read_each("roles", labelled, "name", lambda item: ManagedRole(directory, item["role"], state))
    refuse_same("roles", managed, [item.identifier for item in managed])
    return many("roles", "name", managed)


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "roles": {"type": "list", "elements": "dict", "required": True, "options": ROLE_OPTIONS, "required_one_of": [IDENTIFYING]},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
