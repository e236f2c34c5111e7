#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_users
short_description: Manage many administrator accounts of a PureCloud organization in one task
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, restores, updates, invites, deactivates or deletes user accounts of a PureCloud (Genesys Cloud) organization and gives them roles,
    all of them in one task with one token and one search. The accounts are told by their e-mail addresses.
  - Only what is given is managed, and accounts that are not among O(users) are left alone.
  - Everything is read and checked before the first write. An error in one account does not keep the others from being written; all errors are
    reported together at the end.
  - PureCloud finds accounts by an index that may lag behind by some minutes. An account that was created meanwhile is met when it shall be
    created once more, and is then updated. An account that was created meanwhile and shall be absent is not seen.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
  - genesys.hybrid.attributes.idempotent
options:
  users:
    description:
      - The accounts.
    type: list
    elements: dict
    required: true
    suboptions:
      email:
        description:
          - The e-mail address of the account, which says which account is meant. Upper and lower case do not matter.
        type: str
        required: true
      name:
        description:
          - The name of the person. A new account needs it.
        type: str
      division:
        description:
          - The name or the ID of the division that the account belongs to. A new account belongs to the home division when nothing is given.
        type: str
      department:
        description:
          - The department of the person. An empty value removes it.
        type: str
      title:
        description:
          - The title of the person. An empty value removes it.
        type: str
      user_state:
        description:
          - Whether the account can be used. A new or restored account is V(active) when nothing is given.
        type: str
        choices: [active, inactive]
      roles:
        description:
          - The roles of the account; O(users[].grant_mode) says what happens to its other roles. Without this option roles are neither read nor changed.
          - Roles that the account has through a group are not its own and do not count.
          - Ansible's own OAuth client must hold every role that it gives.
        type: list
        elements: dict
        suboptions:
          role:
            description: The name or the ID of the role, or for a default role of PureCloud its default role ID, such as V(admin).
            type: str
            required: true
          division:
            description: The name or the ID of the division for which the role is given, or V(*) for all divisions. Without it, the home division.
            type: str
      grant_mode:
        description:
          - What happens to roles of the account that O(users[].roles) does not name.
          - V(add) keeps them.
          - V(exact) removes them, and needs O(users[].roles). The role Employee, which every account has and keeps, is never removed and need not be named.
        type: str
        choices: [add, exact]
        default: add
      invite:
        description:
          - Whether to make sure that PureCloud has sent an invitation, the mail with which the person sets a password. An account that was
            invited before is not invited again.
        type: bool
        default: false
  planned_roles:
    description:
      - Names of roles that an earlier task of the same run creates, such as M(genesys.hybrid.purecloud_roles). In check mode they may then be
        named in O(users[].roles) although they do not exist yet.
    type: list
    elements: str
    default: []
  state:
    description:
      - Whether the accounts exist. PureCloud keeps a deleted account; it counts as absent, and V(present) restores it.
    type: str
    choices: [present, absent]
    default: present
seealso:
  - module: genesys.hybrid.purecloud_user
  - module: genesys.hybrid.purecloud_user_info
  - module: genesys.hybrid.purecloud_roles
"""

EXAMPLES = r"""
- name: Two administrators
  genesys.hybrid.purecloud_users:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    users:
      - email: ada@example.com
        name: Ada Example
        invite: true
        roles:
          - role: admin
            division: "*"
      - email: grace@example.com
        name: Grace Example
        division: Sales
        invite: true
        roles:
          - role: Supervisor
            division: Sales
        grant_mode: exact

- name: Deactivate accounts, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_users:
    users:
      - email: ada@example.com
        user_state: inactive
      - email: grace@example.com
        user_state: inactive

- name: Remove accounts
  genesys.hybrid.purecloud_users:
    users:
      - email: ada@example.com
      - email: charles@example.com
    state: absent
"""

RETURN = r"""
users:
  description:
    - The accounts of O(users), in that order, as they are, or in check mode as they would be. Absent accounts are left out.
  returned: always, once the options are valid
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the account. V((known after apply\)) in check mode for an account that would be created.
      type: str
      sample: 0b5b9f3a-6a0e-4a32-8a7c-0c3f5b8a7d11
    name:
      description: The name of the person.
      type: str
      sample: Ada Example
    email:
      description: The e-mail address.
      type: str
      sample: ada@example.com
    division:
      description: The name of the division.
      type: str
      sample: Home
    division_id:
      description: The ID of the division.
      type: str
      sample: 5d2c8f0e-1b1f-4c7e-9a39-2f4d5a6b7c88
    department:
      description: The department of the person.
      type: str
      sample: Operations
    title:
      description: The title of the person.
      type: str
      sample: Administrator
    user_state:
      description: Whether the account can be used, V(active) or V(inactive).
      type: str
      sample: active
    invited:
      description: Whether an invitation was sent.
      type: bool
      sample: true
    roles:
      description:
        - All roles of the account itself, among them Employee and those that the task does not manage.
        - In check mode, for an account that would be created or restored, only the roles asked for.
      returned: when O(users[].roles) was given
      type: list
      elements: dict
      contains:
        role:
          description: The name of the role.
          type: str
          sample: Admin
        role_id:
          description: The ID of the role.
          type: str
          sample: 3a9b1c52-33f0-4b9a-9d21-7d8f5d0f7f10
        division:
          description: The name of the division, V(*) for all.
          type: str
          sample: "*"
        division_id:
          description: The ID of the division, V(*) for all.
          type: str
          sample: "*"
errors:
  description: What went wrong, one entry for each account that failed.
  returned: when an account could not be written
  type: list
  elements: dict
  contains:
    email:
      description: The e-mail address of the account.
      type: str
      sample: ada@example.com
    msg:
      description: The error.
      type: str
      sample: "user 'ada@example.com': role 'Admni' does not exist: the closest is 'Admin'"
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, read_each, refuse_twice
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import PLANNED_ROLES_OPTION
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.user_reading import Directory
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.users import STATE_OPTION, USER_OPTIONS, ManagedUser, true_to_what_was_met


def prepare(client, params, context):
    addresses = [item["email"] for item in params["users"]]
    refuse_twice("users", [address.casefold() for address in addresses])
    directory = Directory(client, addresses, params["planned_roles"])
    directory.entities()  # what concerns all accounts, such as a wrong secret or a server that is down, is said once
    managed = read_each("users", params["users"], "email", lambda item: ManagedUser(directory, item, params["state"]))
    for item in managed:
        item.warn_of_former_roles(context.warn)
    return true_to_what_was_met(lambda: many("users", "email", managed), managed)


SPEC = Spec(
    connection=PURECLOUD,
    options={"users": {"type": "list", "elements": "dict", "required": True, "options": USER_OPTIONS}, **PLANNED_ROLES_OPTION, **STATE_OPTION},
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
