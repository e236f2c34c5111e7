#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_oauth_client
short_description: Manage one OAuth client of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates, deletes an OAuth client of a PureCloud (Genesys Cloud) organization, or gives it a new secret.
  - PureCloud shows the secret of a client only once, in the answer to its creation or to the request for a new secret. The module
    therefore returns it then, sealed with O(seal_key), or in plain if O(expose_secret) asks for it.
  - Names are not unique. When another run creates a client of the same name at the same moment, the older one stays, and the run that made the younger
    one deletes it again and fails.
  - For several clients use M(genesys.hybrid.purecloud_oauth_clients), which reads the list of clients only once.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
attributes:
  idempotent:
    description: A second run with the same options changes nothing, unless O(rotate_secret=true), which makes a new secret each time.
    support: partial
options:
  name:
    description:
      - The name of the client. PureCloud allows several clients of one name; the module refuses to guess which of them is meant and lists their IDs.
      - With O(id) this is the name that the client gets.
      - One of O(name) and O(id) is required.
    type: str
  id:
    description:
      - The ID of an existing client.
    type: str
  description:
    description:
      - What the client is for.
    type: str
  authorized_grant_type:
    description:
      - The OAuth grant type. A new client gets V(CLIENT-CREDENTIALS) when nothing is given.
      - V(CLIENT_CREDENTIALS) and V(SAML2BEARER) are older spellings of V(CLIENT-CREDENTIALS) and V(SAML2-BEARER).
    type: str
    choices: [CLIENT-CREDENTIALS, CODE, TOKEN, SAML2-BEARER, PASSWORD, CLIENT_CREDENTIALS, SAML2BEARER]
  access_token_validity_seconds:
    description:
      - How long, in seconds, the client's access tokens are valid, from 300 to 172800. Clients with SCIM roles only may have up to 38880000.
    type: int
  registered_redirect_uris:
    description:
      - The redirect URIs that may be used with this client, all of them.
    type: list
    elements: str
  scopes:
    description:
      - The scopes of the client, all of them. They do not apply to V(CLIENT-CREDENTIALS).
    type: list
    elements: str
  roles:
    description:
      - The roles of the client, all of them; needed for V(CLIENT-CREDENTIALS). Ansible's own client must hold every role that it gives.
    type: list
    elements: dict
    suboptions:
      role:
        description: The name or the ID of the role.
        type: str
        required: true
      division:
        description: The name or the ID of the division for which the role is given, or V(*) for all divisions. Without it, the home division.
        type: str
  client_state:
    description:
      - Whether the client can be used. An V(inactive) client gets no tokens.
    type: str
    choices: [active, inactive]
  rotate_secret:
    description:
      - Whether to give an existing client a new secret. The old one stops working at once.
      - This is not idempotent. It needs O(seal_key) or O(expose_secret).
    type: bool
    default: false
  seal_key:
    description:
      - The key that seals a fresh secret, a Fernet key (32 random bytes in URL-safe base64). Only who has this key can open it.
        M(genesys.hybrid.cfgserver_transaction) takes the sealed value and this key as they are.
    type: str
  expose_secret:
    description:
      - Whether to return a fresh secret in plain as well. Use it only with C(no_log) on the task.
    type: bool
    default: false
  state:
    description:
      - Whether the client exists. A client is made inactive before it is deleted, as PureCloud requires.
        PureCloud keeps a client that is older than 30 days for another 7 days; it counts as absent, and V(present) restores it.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - cryptography when O(seal_key) is used
seealso:
  - module: genesys.hybrid.purecloud_oauth_clients
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
- name: Create a client for the pacing service
  genesys.hybrid.purecloud_oauth_client:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    name: hybrid-pacing
    description: Agent Pacing Service, on premises
    roles:
      - role: AI Agent
        division: "*"
    seal_key: "{{ hybrid_seal_key }}"
  register: pacing

- name: Give a client whose secret leaked a new one and see it, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_oauth_client:
    name: hybrid-pacing
    rotate_secret: true
    expose_secret: true
  no_log: true
  register: pacing

- name: Remove the client
  genesys.hybrid.purecloud_oauth_client:
    name: hybrid-pacing
    state: absent
"""

RETURN = r"""
oauth_client:
  description: The client as it is, or in check mode as it would be. V(null) when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: The ID of the client. V((known after apply\)) in check mode for a client that would be created.
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
      description: How long, in seconds, the client's access tokens are valid. V((known after apply\)) in check mode for a client that would be created.
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
      description: The roles of the client. Names are given where the task had to read them, else they are IDs.
      type: list
      elements: dict
      contains:
        role:
          description: The name of the role.
          type: str
          sample: AI Agent
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
    client_state:
      description: Whether the client can be used; V(awaiting deletion) for one that was deleted and can still be restored.
      type: str
      sample: active
    sealed_secret:
      description: The fresh secret, sealed with O(seal_key).
      type: str
      returned: when a secret was made and O(seal_key) was given
      sample: sealed-v1:gAAAAABm...
    secret:
      description: The fresh secret in plain.
      type: str
      returned: when a secret was made and O(expose_secret=true)
      sample: a3Jf0...
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._managed import one
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_secrets import DELIVERY_OPTIONS, Delivery
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import (
    CLIENT_OPTIONS,
    Directory,
    ManagedClient,
)


def prepare(client, params, context):
    delivery = Delivery.from_params(params, context.register_secret)
    managed = ManagedClient(Directory(client), params, params["state"], delivery)
    managed.warn_of_lost_secret(context.warn)
    return one("oauth_client", managed, ManagedClient.confirm)


SPEC = Spec(
    connection=PURECLOUD,
    options={**CLIENT_OPTIONS, **DELIVERY_OPTIONS, "state": {"type": "str", "choices": ["present", "absent"], "default": "present"}},
    prepare=prepare,
    constraints={"required_one_of": [("name", "id")]},
)

if __name__ == "__main__":
    main(SPEC)
