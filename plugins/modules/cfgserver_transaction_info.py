#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cfgserver_transaction_info
short_description: Read transaction objects of a Configuration Server
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads one transaction object (CfgTransaction) of a Genesys Configuration Server, or all of a type, with their sections and options.
  - An object that the account may not read is not there as far as the module can see.
extends_documentation_fragment:
  - genesys.hybrid.cfgserver
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_cfgserver
options:
  name:
    description:
      - The exact name of the transaction. When not given, all transactions of O(type) are returned.
    type: str
  type:
    description:
      - The type of the transactions.
    type: str
    choices:
      - list
      - call_data
      - business_attribute
      - business_situation
      - business_rule
      - business_action
      - stat_filter
      - stat_time_range
      - stat_time_profile
      - stat_type
      - stat_metric
      - macro
    default: list
  tenant:
    description:
      - The name of the tenant that owns the transactions.
    type: str
    default: Environment
  environment_fallback:
    description:
      - Whether to return the transaction of tenant V(Environment) where O(tenant) has none of that name, which is how a tenant sees shared objects.
      - Without O(name) this holds for each name.
    type: bool
    default: false
  include_secrets:
    description:
      - Whether to return secrets as they are. Then set C(no_log) on the task, and keep its result out of fact caches and artifacts.
      - With O(seal_key) they are returned sealed instead.
    type: bool
    default: false
  seal_key:
    description:
      - A Fernet key, 32 random bytes in URL-safe base64. When given, secrets are returned sealed with it.
    type: str
requirements:
  - cryptography when O(seal_key) is used
seealso:
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
- name: What does tenant Resources get when it asks for hybrid_integration?
  genesys.hybrid.cfgserver_transaction_info:
    url: https://gax.example.com:8443
    username: ansible
    password: "{{ vault_cfgserver_password }}"
    name: hybrid_integration
    tenant: Resources
    environment_fallback: true
  register: hybrid

- name: The tenant that the object belongs to
  ansible.builtin.debug:
    msg: "{{ hybrid.transactions[0].tenant }}"

- name: The names of all lists of Environment
  genesys.hybrid.cfgserver_transaction_info:
    query: "[].name"

- name: Read with secrets sealed for a later task of the same run, with the connection taken from CFGSERVER_* variables
  genesys.hybrid.cfgserver_transaction_info:
    name: hybrid_integration
    seal_key: "{{ hybrid_seal_key }}"
"""

RETURN = r"""
transactions:
  description: The transactions, sorted by name, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    dbid:
      description: The DBID of the object.
      type: str
      sample: "104"
    name:
      description: The name of the transaction.
      type: str
      sample: hybrid_integration
    alias:
      description: The alias of the transaction.
      type: str
      sample: hybrid_integration
    type:
      description: The type of the transaction.
      type: str
      sample: list
    tenant:
      description: The name of the tenant that owns the transaction.
      type: str
      sample: Environment
    folder:
      description: The name of the folder, V(null) when the account does not see it.
      type: str
      sample: Transactions
    description:
      description: What the transaction is for.
      type: str
      sample: ""
    record_period:
      description: The record period in minutes.
      type: int
      sample: 0
    object_state:
      description: Whether the object is enabled in the Configuration Server.
      type: str
      sample: enabled
    options:
      description:
        - The options as sections of names and texts.
        - A secret shows as V((secret\)), sealed or in plain, as O(seal_key) and O(include_secrets) ask for. One that the server itself masks
          shows as V((masked\)), an empty one as an empty text.
      type: dict
      sample: {"ewt": {"client_id": "7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11", "password": "(secret)"}}
cfgserver_found:
  description: Which interface O(cfgserver_api=auto) has found, and at which of the addresses, from the first one on that has it.
  returned: when O(cfgserver_api) is V(auto)
  type: dict
  contains:
    cfgserver_api:
      description: The value of O(cfgserver_api) that needs no looking.
      type: str
      sample: gws
    url:
      description: The addresses.
      type: list
      elements: str
      sample: ["https://gws.example.com"]
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.reading import read
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import TRANSACTION_TYPES
from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main


def prepare(client, params, context):
    return information("transactions", read(client, params, context), params["query"])


SPEC = Spec(
    connection=CFGSERVER,
    options={
        "name": {"type": "str"},
        "type": {"type": "str", "choices": list(TRANSACTION_TYPES), "default": "list"},
        "tenant": {"type": "str", "default": "Environment"},
        "environment_fallback": {"type": "bool", "default": False},
        "include_secrets": {"type": "bool", "default": False, "no_log": False},
        "seal_key": {"type": "str", "no_log": True},
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
