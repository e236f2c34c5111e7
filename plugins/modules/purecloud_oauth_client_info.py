#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_oauth_client_info
short_description: Read OAuth clients of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the OAuth clients of a PureCloud (Genesys Cloud) organization, all of them or those of a name, and on request how much each uses the API.
  - Secrets are never returned, even where PureCloud itself still shows them.
  - Deleted clients are left out. One that was deleted and can still be restored is returned with the O(ignore:client_state) V(awaiting deletion).
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
options:
  name:
    description:
      - The exact name of the clients to return. PureCloud allows several clients of one name.
    type: str
  id:
    description:
      - The ID of the client to return. With O(name) given as well, both must fit.
    type: str
  include_usage:
    description:
      - Whether to return how many requests each client made. This takes at least two requests for each client, of the 300 that a token may
        make in a minute, so give O(name) or O(id) where not all clients matter.
      - PureCloud computes the numbers when asked. The module waits up to about three minutes for each client.
    type: bool
    default: false
  usage_days:
    description:
      - How many past days O(include_usage) is to count, from 1 to 90.
    type: int
    default: 7
  try_secrets:
    description:
      - Pairs of a client ID and a secret that are tried at the token endpoint, for example those that a transaction object holds.
    type: list
    elements: dict
    suboptions:
      client_id:
        description: The ID of the client.
        type: str
        required: true
      secret:
        description: The secret, sealed with O(seal_key).
        type: str
        required: true
  seal_key:
    description:
      - The key that opens the secrets of O(try_secrets).
    type: str
requirements:
  - cryptography when O(try_secrets) is used
seealso:
  - module: genesys.hybrid.purecloud_oauth_client
  - module: genesys.hybrid.purecloud_oauth_clients
"""

EXAMPLES = r"""
- name: All OAuth clients
  genesys.hybrid.purecloud_oauth_client_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
  register: purecloud

- name: The names of the inactive ones, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_oauth_client_info:
    query: "[?client_state=='inactive'].name"

- name: Was the pacing service slowed down in the last 30 days?
  genesys.hybrid.purecloud_oauth_client_info:
    name: hybrid-pacing
    include_usage: true
    usage_days: 30
  register: pacing

- name: Say how often
  ansible.builtin.debug:
    msg: "{{ pacing.oauth_clients[0].usage.status_429 }} of {{ pacing.oauth_clients[0].usage.requests }} requests were refused for their rate"
"""

RETURN = r"""
oauth_clients:
  description: The clients, sorted by name, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the client.
      type: str
      sample: 7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11
    name:
      description: The name of the client.
      type: str
      sample: hybrid-pacing
    description:
      description: What the client is for.
      type: str
      sample: Agent Pacing Service, on premises
    authorized_grant_type:
      description: The OAuth grant type.
      type: str
      sample: CLIENT-CREDENTIALS
    access_token_validity_seconds:
      description: How long, in seconds, the client's access tokens are valid.
      type: int
      sample: 86400
    registered_redirect_uris:
      description: The redirect URIs.
      type: list
      elements: str
      sample: []
    scopes:
      description: The scopes.
      type: list
      elements: str
      sample: []
    roles:
      description: The roles of the client.
      type: list
      elements: dict
      contains:
        role:
          description: The name of the role; its ID when this account does not see it.
          type: str
          sample: AI Agent
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
    client_state:
      description: Whether the client can be used; V(awaiting deletion) for one that was deleted and can still be restored.
      type: str
      sample: active
    date_created:
      description: When the client was created, as an ISO 8601 date-time.
      type: str
      sample: "2026-05-04T10:21:00Z"
    date_modified:
      description: When the client was last changed, as an ISO 8601 date-time.
      type: str
      sample: "2026-05-04T10:21:00Z"
    date_to_delete:
      description: When PureCloud deletes the client for good, as an ISO 8601 date-time; V(null) for one that stays.
      type: str
      sample: null
    usage:
      description: How much the client used the API in the past days.
      type: dict
      returned: when O(include_usage=true)
      contains:
        days:
          description: How many days are counted.
          type: int
          sample: 7
        requests:
          description: The number of requests.
          type: int
          sample: 16040
        status_200:
          description: How many of them succeeded.
          type: int
          sample: 16022
        status_300:
          description: How many were redirected.
          type: int
          sample: 0
        status_400:
          description: How many the server refused as wrong, without those in RV(oauth_clients[].usage.status_429).
          type: int
          sample: 3
        status_429:
          description: How many were refused because the client made too many.
          type: int
          sample: 15
        status_500:
          description: How many failed in the server.
          type: int
          sample: 0
tried_secrets:
  description: The outcome for each pair of O(try_secrets), in that order.
  returned: when O(try_secrets) was given
  type: list
  elements: dict
  contains:
    client_id:
      description: The ID of the client.
      type: str
      sample: 7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11
    accepted:
      description: Whether the login service accepts the pair. It accepts none of an inactive client.
      type: bool
      sample: true
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_secrets import TRY_OPTIONS, tried_secrets
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import Directory, option_form
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.usage import DAYS, usage_of

_DATES = {"date_created": "dateCreated", "date_modified": "dateModified", "date_to_delete": "dateToDelete"}


def prepare(client, params, context):
    days = params["usage_days"]
    if not DAYS[0] <= days <= DAYS[1]:
        raise ValidationError(f"usage_days is {days}, it must lie between {DAYS[0]} and {DAYS[1]}")
    directory = Directory(client)
    entities = [entity for entity in directory.entities() if all(params[key] in (None, entity.get(key)) for key in ("name", "id"))]
    clients = [{**option_form(entity), **{name: entity.get(api) for name, api in _DATES.items()}} for entity in entities]
    if any(item["roles"] for item in clients):
        # Read so that described() knows the names.
        directory.references.roles()
        directory.references.divisions()
    for item in clients:
        item["roles"] = directory.references.described(item["roles"])
    if params["include_usage"]:
        usage = usage_of(client, [item["id"] for item in clients], days, context.warn)
        clients = [{**item, "usage": usage[item["id"]]} for item in clients if item["id"] in usage]
    found = information("oauth_clients", sorted(clients, key=lambda item: (str(item["name"]), item["id"])), params["query"])
    if params["try_secrets"] is not None:
        found.result["tried_secrets"] = tried_secrets(client, params, context.register_secret)
    return found


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "name": {"type": "str"},
        "id": {"type": "str"},
        "include_usage": {"type": "bool", "default": False},
        "usage_days": {"type": "int", "default": 7},
        **TRY_OPTIONS,
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
