#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cfgserver_tenant_info
short_description: Read the tenants of a Configuration Server
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the tenants of a Genesys Configuration Server and, when asked to, which transaction object each of them sees.
  - C(Environment), the root of all tenants, is built into every Configuration Server with the DBID 1 and always among them.
  - A tenant or an object that the account may not read is not there as far as the module can see.
extends_documentation_fragment:
  - genesys.hybrid.cfgserver
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_cfgserver
options:
  transaction:
    description:
      - The exact name of a transaction, such as V(hybrid_integration). When given, RV(tenants[].transaction) says which object of that name each tenant sees,
        its own one or else that of tenant V(Environment). This costs one request more for each tenant.
    type: str
  transaction_type:
    description:
      - The type of O(transaction).
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
seealso:
  - module: genesys.hybrid.cfgserver_transaction_info
  - plugin: genesys.hybrid.cfgserver_tenants
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Which tenants are there, and where do they have hybrid_integration from?
  genesys.hybrid.cfgserver_tenant_info:
    url: https://gax.example.com:8443
    username: ansible
    password: "{{ vault_cfgserver_password }}"
    transaction: hybrid_integration
  register: all

- name: The tenants that override the shared object
  ansible.builtin.debug:
    msg: "{{ all.tenants | selectattr('transaction.own', 'true') | rejectattr('environment') | map(attribute='name') }}"
  when: all.tenants | rejectattr('transaction') | length == 0

- name: The names of all tenants, with the connection taken from CFGSERVER_* environment variables
  genesys.hybrid.cfgserver_tenant_info:
    query: "[].name"
"""

RETURN = r"""
tenants:
  description: C(Environment), then the other tenants sorted by name, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    dbid:
      description: The DBID of the tenant.
      type: str
      sample: "101"
    name:
      description: The name of the tenant.
      type: str
      sample: Resources
    environment:
      description: Whether this is tenant C(Environment).
      type: bool
      sample: false
    transaction:
      description: The object that the tenant sees, V(null) when it sees none or O(transaction) was not given.
      type: dict
      contains:
        tenant:
          description: The name of the tenant that owns the object.
          type: str
          sample: Environment
        dbid:
          description: The DBID of the object.
          type: str
          sample: "104"
        own:
          description: Whether the object is the tenant's own.
          type: bool
          sample: false
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
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transactions import find_one
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import ENVIRONMENT, TRANSACTION_TYPES
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main


def prepare(client, params, context):
    name, type_name = params["transaction"], params["transaction_type"]
    if name is not None and not name.strip():
        raise ValidationError("transaction is empty: give the name of a transaction such as hybrid_integration, or leave it out")
    others = sorted(client.tenants(), key=lambda tenant: (tenant.name, tenant.dbid))
    shared, found = None, []
    for tenant in (ENVIRONMENT, *others):
        seen = None
        if name is not None:
            own = find_one(client, tenant.dbid, type_name, name)
            shared = own if tenant == ENVIRONMENT else shared
            seen = described(own, tenant.name, True) or described(shared, ENVIRONMENT.name, False)
        found.append({"dbid": tenant.dbid, "name": tenant.name, "environment": tenant == ENVIRONMENT, "transaction": seen})
    return information("tenants", found, params["query"])


def described(transaction, tenant, own):
    return {"tenant": tenant, "dbid": transaction.dbid, "own": own} if transaction else None


SPEC = Spec(
    connection=CFGSERVER,
    options={
        "transaction": {"type": "str"},
        "transaction_type": {"type": "str", "choices": list(TRANSACTION_TYPES), "default": "list"},
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
