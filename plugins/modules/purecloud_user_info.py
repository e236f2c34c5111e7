#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_user_info
short_description: Read users of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the users of a PureCloud (Genesys Cloud) organization, all of them, those with certain e-mail addresses, or those who hold a role.
  - Users are found by e-mail address through PureCloud's search index, which may know a new user or a new address only after some minutes.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
options:
  emails:
    description:
      - The e-mail addresses of the users to return, in whatever case. Addresses that nobody has are left out.
      - An empty list returns nobody.
    type: list
    elements: str
  role:
    description:
      - The name, the ID or the default role ID of a role, of which the holders are returned, in whatever division they hold it and also when they
        hold it through a group. A role that does not exist, or a name that several roles have, is an error.
      - With O(emails) given as well, both must fit.
    type: str
  user_state:
    description:
      - The state of the users to return, V(any) for every state. PureCloud does not count a deleted user among the holders of a role.
    type: str
    choices: [active, inactive, deleted, any]
    default: active
  include_roles:
    description:
      - Whether to return the roles that each user holds itself, not through a group. This takes one more request for each user, of the 300 that
        a token may make in a minute.
    type: bool
    default: false
seealso:
  - module: genesys.hybrid.purecloud_user
"""

EXAMPLES = r"""
- name: Who is an administrator?
  genesys.hybrid.purecloud_user_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    role: admin
  register: administrators

- name: Two users with their roles, deleted or not, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_user_info:
    emails: [ada@example.com, grace@example.com]
    user_state: any
    include_roles: true

- name: The addresses of all users of division Sales
  genesys.hybrid.purecloud_user_info:
    query: "[?division=='Sales'].email"
"""

RETURN = r"""
users:
  description: The users, sorted by e-mail address, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the user.
      type: str
      sample: 0c8f5a0e-6c5e-4b53-8a55-9d1b3c7e2f10
    name:
      description: The name of the user.
      type: str
      sample: Ada Lovelace
    email:
      description: The e-mail address, with which the user signs in.
      type: str
      sample: ada@example.com
    division:
      description: The name of the user's division.
      type: str
      sample: Home
    division_id:
      description: The ID of the user's division.
      type: str
      sample: 5d1c2f8e-93c1-4c8e-8e0e-3a1f0d5b7a20
    department:
      description: The department.
      type: str
      sample: Operations
    title:
      description: The job title.
      type: str
      sample: Administrator
    user_state:
      description: Whether the user can be used.
      type: str
      sample: active
    invited:
      description: Whether PureCloud has sent the user its welcome e-mail.
      type: bool
      sample: true
    roles:
      description: The roles that the user holds itself.
      type: list
      elements: dict
      returned: when O(include_roles=true)
      contains:
        role:
          description: The name of the role; its ID when this account does not see it.
          type: str
          sample: Admin
        role_id:
          description: The ID of the role.
          type: str
          sample: 3a9b1c52-33f0-4b9a-9d21-7d8f5d0f7f10
        division:
          description: The name of the division, V(*) for all; its ID when this account does not see it.
          type: str
          sample: "*"
        division_id:
          description: The ID of the division, V(*) for all.
          type: str
          sample: "*"
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import References
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.user_reading import STATES, read_users, roles_of
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.users import option_form


def prepare(client, params, context):
    references = References(client)
    users = [option_form(entity) for entity in read_users(client, references, params["emails"], params["role"], params["user_state"])]
    if params["include_roles"]:
        roles = roles_of(client, references, [user["id"] for user in users])
        users = [{**user, "roles": roles[user["id"]]} for user in users]
    return information("users", sorted(users, key=lambda user: (str(user["email"]).casefold(), user["id"])), params["query"])


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "emails": {"type": "list", "elements": "str"},
        "role": {"type": "str"},
        "user_state": {"type": "str", "choices": [*STATES, "any"], "default": "active"},
        "include_roles": {"type": "bool", "default": False},
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
