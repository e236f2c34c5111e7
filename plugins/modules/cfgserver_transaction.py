#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cfgserver_transaction
short_description: Manage a transaction object of a Configuration Server
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates or deletes a transaction object (CfgTransaction) of a Genesys Configuration Server with its sections and options, such as
    the object C(hybrid_integration) from which on-premises PureEngage components learn how to reach PureCloud.
  - A transaction is identified by O(tenant), O(type) and O(name). These three and the folder of an existing object are never changed.
  - Configuration Server has no revisions and no locks. The module reads the object late, writes it once with everything that it does not manage
    kept, waits a moment for other writers, reads it back and fails when anything, managed or not, is not as it was written.
  - Options are sections of names and texts. Secrets among them, given in O(secret_options) or recognised by the name or the value of the option, are
    never shown, neither in results nor in differences.
extends_documentation_fragment:
  - genesys.hybrid.cfgserver
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_cfgserver
attributes:
  idempotent:
    description: A second run with the same options changes nothing, unless O(secret_update=always), which writes the given secrets each time.
    support: partial
options:
  name:
    description:
      - The name of the transaction, 1 to 255 characters. It is unique within O(tenant) and O(type).
    type: str
    required: true
  alias:
    description:
      - The alias of the transaction. A new one gets O(name) when nothing is given.
    type: str
  type:
    description:
      - The type of the transaction.
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
      - The name of the tenant that owns the transaction. All tenants share the objects of V(Environment).
    type: str
    default: Environment
  folder:
    description:
      - The folder for a new transaction, by name, or by DBID where a name is ambiguous. It must be a folder whose members are transactions.
      - When not given, a new transaction goes into the folder that the Configuration Server made for the transactions of O(tenant), whatever it is called.
      - An existing transaction is not moved. One in another folder than this is an error.
    type: str
  description:
    description:
      - What the transaction is for.
    type: str
  record_period:
    description:
      - The record period in minutes. A new transaction gets V(0) when nothing is given.
    type: int
  object_state:
    description:
      - Whether the object is enabled in the Configuration Server. A new transaction is enabled when nothing is given.
    type: str
    choices: [enabled, disabled]
  options:
    description:
      - The options as a dictionary of sections, each a dictionary of option names and values. Names are text, not empty and without control characters.
      - A value is text, which is taken as it is, a whole number, which is written in decimal, or a truth value, which becomes V(true) or V(false). Anything
        else is refused. V(null) in place of a value removes the option, V(null) in place of a section removes the section.
      - Sections without options are not created, and a write does not keep them.
      - An option that looks like a secret is treated as one, with a warning, because Ansible itself may show it. Give it in O(secret_options).
    type: dict
  options_mode:
    description:
      - What happens to options that are given neither in O(options) nor in O(secret_options). V(merge) keeps them, V(replace) removes them.
      - When neither O(options) nor O(secret_options) is given, no option is managed.
    type: str
    choices: [merge, replace]
    default: merge
  secret_options:
    description:
      - Options that hold secrets, in the same form as O(options). An option is given in one of the two only.
      - A value may be sealed, as M(genesys.hybrid.purecloud_oauth_clients) returns it. Sealed values may be in O(options) as well.
    type: dict
  secret_update:
    description:
      - When a secret that the object already holds is written.
      - V(on_change) writes it when it differs. One that the server shows masked counts as unchanged, with a warning.
      - V(always) writes every given secret in each run, which then always reports a change.
      - V(on_create) writes only secrets that the object does not hold.
    type: str
    choices: [on_change, always, on_create]
    default: on_change
  seal_key:
    description:
      - The key that opens sealed values, the same that they were sealed with.
    type: str
  state:
    description:
      - Whether the transaction exists.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - cryptography when O(seal_key) is used
notes:
  - A server that shows secrets masked gives no way to keep them in a write of the whole object, which is how GAX and some Web Services take a change. The
    module then refuses to write until the task gives these secrets in O(secret_options). The same holds for an object whose secrets all read
    empty, because a server may hide them so; give one that is really empty as an empty text. Web Services that take changes by themselves keep
    what a change does not name; whether they do shows at the first write only, so check mode cannot foresee the refusal.
  - A change that another writer loses is noticed by the one who loses it, because a run looks at its object again half a second, plus twice the
    time that its own write took, after the write. A writer that needs longer between its read and its write of the whole object can undo
    the work of this module unseen. Web Services that take changes instead of whole objects lose nothing.
  - Whether the Configuration Server is in read-only or emergency mode cannot be foreseen in check mode.
seealso:
  - module: genesys.hybrid.cfgserver_transaction_info
"""

EXAMPLES = r"""
- name: The transaction object for a hybrid integration, shared by all tenants
  genesys.hybrid.cfgserver_transaction:
    url: https://gax.example.com:8443
    username: ansible
    password: "{{ vault_cfgserver_password }}"
    name: hybrid_integration
    alias: hybrid_integration
    type: list
    tenant: Environment
    options:
      general:
        organization_sname: example
        organization_id: 9f8e3f5c-3c42-4b5a-8c0d-1d2a3b4c5d6e
        default_agent_role_name: AI Agent
        default_supervisor_role_name: supervisor
        default_admin_role_name: admin
        base_auth_url: https://login.mypurecloud.de/oauth/token
        base_service_url: https://api.mypurecloud.de/api/
      saml:
        issuer: http://www.genesys.com/pureengage
        certificate: "{{ lookup('ansible.builtin.file', 'saml.pem') }}"
        expire_time: 3600
      saml_auth:
        client_id: 2f1e6f4a-93fd-4a67-8a51-0a1f6d2c9b11
      ewt:
        client_id: 7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11
    secret_options:
      saml:
        pkey: "{{ vault_saml_private_key }}"
        password: "{{ vault_saml_private_key_password }}"
      saml_auth:
        password: "{{ vault_saml_auth_client_secret }}"
      ewt:
        password: "{{ vault_ewt_client_secret }}"

- name: Hand a fresh client secret over without any result holding it in plain, with the connection taken from CFGSERVER_* variables
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    options:
      ewt:
        client_id: "{{ pacing.oauth_client.id }}"
    secret_options:
      ewt:
        password: "{{ pacing.oauth_client.sealed_secret }}"
    seal_key: "{{ hybrid_seal_key }}"

- name: Remove one option and one section
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    options:
      general:
        default_admin_role_name: null
      obsolete_service: null

- name: Override the shared object for one tenant
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    tenant: Resources
    options:
      general:
        organization_id: 1b7c8a0e-6a55-4a0f-9c39-f3f4fbb0b001

- name: Remove the override
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    tenant: Resources
    state: absent
"""

RETURN = r"""
transaction:
  description: The transaction as it is, or in check mode as it would be. V(null) when it is absent.
  returned: success
  type: dict
  contains:
    dbid:
      description: The DBID of the object. V((known after apply\)) in check mode for a transaction that would be created.
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
      description: All options of the transaction, as sections of names and texts. A secret shows as V((secret\)), an empty one as an empty text.
      type: dict
      sample: {"ewt": {"client_id": "7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11", "password": "(secret)"}}
diff:
  description: What differs, restricted to what the task manages. A changed or new secret shows as V((new secret\)).
  returned: success
  type: dict
  contains:
    before:
      description: The managed attributes and options before.
      type: dict
      sample: {"options": {"ewt": {"password": "(secret)"}}}
    after:
      description: The managed attributes and options after.
      type: dict
      sample: {"options": {"ewt": {"password": "(new secret)"}}}
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
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transactions import ManagedTransaction
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import OBJECT_STATES, TRANSACTION_TYPES
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared


def prepare(client, params, context):
    managed = ManagedTransaction(client, params, context)
    return Prepared(managed.changed, managed.diff(), {"transaction": managed.predicted()}, managed.apply)


SPEC = Spec(
    connection=CFGSERVER,
    options={
        "name": {"type": "str", "required": True},
        "alias": {"type": "str"},
        "type": {"type": "str", "choices": list(TRANSACTION_TYPES), "default": "list"},
        "tenant": {"type": "str", "default": "Environment"},
        "folder": {"type": "str"},
        "description": {"type": "str"},
        "record_period": {"type": "int"},
        "object_state": {"type": "str", "choices": list(OBJECT_STATES)},
        "options": {"type": "dict"},
        "options_mode": {"type": "str", "choices": ["merge", "replace"], "default": "merge"},
        "secret_options": {"type": "dict", "no_log": True},
        "secret_update": {"type": "str", "choices": ["on_change", "always", "on_create"], "default": "on_change", "no_log": False},
        "seal_key": {"type": "str", "no_log": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
