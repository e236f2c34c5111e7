#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_oauth_clients
short_description: Manage many OAuth clients of a PureCloud organization in one task
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates or deletes the OAuth clients of a PureCloud (Genesys Cloud) organization, all of them in one task with one token and
    one read of the list of clients.
  - Everything is read and checked before the first write. An error in one client does not keep the others from being written; all errors are
    reported together at the end.
  - PureCloud shows the secret of a client only once. The module returns it then, sealed with O(seal_key), or in plain if O(expose_secret)
    asks for it. With O(stored_secrets) it finds clients whose secret got lost and gives them a new one.
  - Names are not unique. When another run creates a client of the same name at the same moment, the older one stays, and the run that made the younger
    one deletes it again, gives no existing client a new secret, and fails.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
attributes:
  idempotent:
    description: A second run with the same options changes nothing, unless O(clients[].rotate_secret=true), which makes a new secret each time.
    support: partial
options:
  clients:
    description:
      - The clients.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - The name of the client. PureCloud allows several clients of one name; the module refuses to guess which of them is meant and lists their IDs.
          - With O(clients[].id) this is the name that the client gets.
          - One of O(clients[].name) and O(clients[].id) is required.
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
  planned_roles:
    description:
      - Names of roles that an earlier task of the same run creates, such as M(genesys.hybrid.purecloud_roles). In check mode they may then be
        named in O(clients[].roles) although they do not exist yet.
    type: list
    elements: str
    default: []
  stored_secrets:
    description:
      - What the caller has stored for clients whose secret it needs, for example in a transaction object. A client of O(clients) that is named here,
        exists, and for which no entry holds its ID with a secret, gets a new secret, because nobody knows its present one.
      - The secrets of existing clients that are not named here are left alone.
    type: list
    elements: dict
    suboptions:
      client:
        description: The name of the client.
        type: str
        required: true
      client_id:
        description: The client ID that is stored. Left out or empty when nothing is stored.
        type: str
      secret:
        description: The secret that is stored, sealed with O(seal_key). Left out where it cannot be read back; it then counts as valid.
        type: str
  check_stored_secrets:
    description:
      - Whether to try the secrets of O(stored_secrets) at the token endpoint. A client whose stored secret mints no token gets a new one.
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
  purge_name_pattern:
    description:
      - A shell pattern such as V(hybrid-*). Every client whose name matches it and that is not among O(clients) is deleted.
      - The client that Ansible itself uses is never deleted, nor one that M(genesys.hybrid.purecloud_oauth_client_rotation) is about to replace.
    type: str
  state:
    description:
      - Whether the clients exist. A client is made inactive before it is deleted, as PureCloud requires.
        PureCloud keeps a client that is older than 30 days for another 7 days; it counts as absent, and V(present) restores it.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - cryptography when O(seal_key) is used
seealso:
  - module: genesys.hybrid.purecloud_oauth_client
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
- name: One client for each service of a hybrid integration
  genesys.hybrid.purecloud_oauth_clients:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    clients:
      - name: hybrid-saml-auth
        authorized_grant_type: SAML2-BEARER
        registered_redirect_uris: [https://apps.mypurecloud.de]
        scopes: [user-basic-info]
      - name: hybrid-pacing
        roles:
          - role: AI Agent
            division: "*"
    seal_key: "{{ hybrid_seal_key }}"
  register: services

- name: Nothing named hybrid-* but these two
  genesys.hybrid.purecloud_oauth_clients:
    clients:
      - name: hybrid-saml-auth
      - name: hybrid-pacing
    purge_name_pattern: hybrid-*

- name: Remove both
  genesys.hybrid.purecloud_oauth_clients:
    clients:
      - name: hybrid-saml-auth
      - name: hybrid-pacing
    state: absent
"""

RETURN = r"""
oauth_clients:
  description:
    - The clients of O(clients), in that order, as they are, or in check mode as they would be. Absent clients are left out.
  returned: always, once the options are valid
  type: list
  elements: dict
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
errors:
  description: What went wrong, one entry for each client that failed.
  returned: when a client could not be written
  type: list
  elements: dict
  contains:
    name:
      description: The name, or else the ID, of the client.
      type: str
      sample: hybrid-pacing
    msg:
      description: The error.
      type: str
      sample: "OAuth client 'hybrid-pacing': role 'AI Agnet' does not exist: the closest is 'AI Agent'"
"""

from fnmatch import fnmatchcase

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import many, read_each, refuse_same, refuse_twice
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_rotation import is_of_rotation
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_secrets import DELIVERY_OPTIONS, STORED_OPTIONS, Delivery, stored_secret_test
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import (
    CLIENT_OPTIONS,
    Directory,
    ManagedClient,
    awaits_deletion,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.references import PLANNED_ROLES_OPTION


def prepare(client, params, context):
    delivery = Delivery.from_params(params, context.register_secret)
    directory = Directory(client, params["planned_roles"])
    for key in ("name", "id"):
        refuse_twice("clients", [item[key] for item in params["clients"]])
    has_secret = stored_secret_test(client, params, delivery)
    directory.entities()  # what concerns all clients, such as a wrong secret or a server that is down, is said once
    managed = read_each("oauth_clients", params["clients"], "name", lambda item: ManagedClient(directory, item, params["state"], delivery, has_secret))
    refuse_same("clients", managed, [item.identifier for item in managed])
    managed += _to_purge(directory, params, delivery)
    for item in managed:
        item.warn_of_lost_secret(context.warn)
    # A client whose secret is replaced may be the one that another run is just creating: not after it has shown that there is one.
    return many("oauth_clients", "name", managed, ManagedClient.confirm, lambda item: item.regenerates)


def _to_purge(directory, params, delivery):
    pattern = params["purge_name_pattern"]
    if not pattern:
        return []
    if params["state"] == "absent":
        raise ValidationError("purge_name_pattern goes with state=present only: it deletes what is not in clients")
    names, ids = ({item[key] for item in params["clients"]} for key in ("name", "id"))
    kept = {directory.own_id(), *ids}
    superfluous = [entity for entity in directory.entities() if fnmatchcase(entity.get("name") or "", pattern) and not awaits_deletion(entity)]
    superfluous = [entity for entity in superfluous if entity["name"] not in names and entity["id"] not in kept and not is_of_rotation(entity["name"], names)]
    return [ManagedClient(directory, {"name": None, "id": entity["id"]}, "absent", delivery) for entity in superfluous]


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "clients": {"type": "list", "elements": "dict", "required": True, "options": CLIENT_OPTIONS, "required_one_of": [("name", "id")]},
        "purge_name_pattern": {"type": "str"},
        **PLANNED_ROLES_OPTION,
        **STORED_OPTIONS,
        **DELIVERY_OPTIONS,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
