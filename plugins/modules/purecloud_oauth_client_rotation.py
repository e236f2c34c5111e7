#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_oauth_client_rotation
short_description: Take the next steps of a rotation of OAuth clients without an outage
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Replaces the OAuth clients of services by successors, one step after the other, so that at every moment the secret that a transaction object holds
    works. The role C(genesys.hybrid.rotation) calls this module again and again, and writes the objects in between.
  - A rotation renames the client to C(NAME (retiring\)) and creates a copy of it, with the same attributes and roles, called C(NAME). When all objects hold the
    copy and the old client was silent for long enough, it is deactivated, watched and deleted.
  - What comes next is derived from what PureCloud and O(objects) hold at this moment, and from nothing else. So a rotation that was interrupted at
    any point, by whomever, is carried on by the next call.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.action_group_purecloud
attributes:
  idempotent:
    description: Each call takes the next step. With O(begin=true), a call after the last step begins the next rotation, if the client is old enough for it.
    support: none
options:
  services:
    description:
      - The services, as in the variable C(hybrid_services).
    type: list
    elements: dict
    required: true
    suboptions:
      section:
        description: The section of the service in the transaction objects.
        type: str
        required: true
      oauth_client:
        description: The name of its OAuth client.
        type: str
        required: true
  sections:
    description:
      - The sections of the services to rotate, all of them when this is not given. A client that also serves a section that is left out is refused.
    type: list
    elements: str
  objects:
    description:
      - The transaction objects that may hold the clients, as M(genesys.hybrid.cfgserver_transaction_info) returns them with O(seal_key).
    type: list
    elements: dict
    required: true
  begin:
    description:
      - Whether to begin a rotation of clients that have none under way. While one of O(services) is under way, no other one is begun.
    type: bool
    default: false
  rollback:
    description:
      - Whether to return to the old client instead. This is possible until it is deactivated.
    type: bool
    default: false
  emergency:
    description:
      - Whether to give the clients a new secret at once, without a successor. Services fail from that moment until the objects are written. A
        predecessor of a rotation that is under way is deactivated.
    type: bool
    default: false
  minimum_age_days:
    description:
      - With O(begin=true), clients that were created less than so many days ago are left alone.
    type: int
    default: 0
  settle_seconds:
    description:
      - How long to wait between the creation of a successor and its first use, so that its roles are known everywhere.
    type: int
    default: 10
  silence_seconds:
    description:
      - How long the old client must have made no request before it is deactivated. PureCloud counts requests with a delay.
      - Where PureCloud does not tell how much a client is used, the old client is deactivated so long after the objects were written, with a warning.
      - With V(0) it is deactivated as soon as the objects hold its successor.
    type: int
    default: 86400
  limit_seconds:
    description:
      - How long after the creation of its successor the old client is deactivated, whether it was silent or not. Components that keep what they have read
        until a call fails never leave it by themselves; when it is deactivated they read the object again and go on with the successor.
    type: int
    default: 604800
  watch_seconds:
    description:
      - How long the old client stays inactive, so that it can be activated again by hand, before it is deleted.
    type: int
    default: 86400
  seal_key:
    description:
      - The Fernet key that O(objects) were sealed with; fresh secrets are sealed with it as well.
    type: str
    required: true
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.purecloud_oauth_clients
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
- name: Read the object
  genesys.hybrid.cfgserver_transaction_info:
    name: hybrid_integration
    include_secrets: true
    seal_key: "{{ hybrid_seal_key }}"
  register: found

- name: Begin a rotation, or take the next step of the one that is under way
  genesys.hybrid.purecloud_oauth_client_rotation:
    services:
      - section: ewt
        oauth_client: hybrid-pacing
    objects: "{{ found.transactions }}"
    begin: true
    seal_key: "{{ hybrid_seal_key }}"
  register: rotation

- name: Write what the object has to hold now
  genesys.hybrid.cfgserver_transaction:
    name: "{{ item.name }}"
    tenant: "{{ item.tenant }}"
    options: "{{ item.options }}"
    secret_options: "{{ item.secret_options }}"
    seal_key: "{{ hybrid_seal_key }}"
  loop: "{{ rotation.objects }}"
"""

RETURN = r"""
oauth_clients:
  description: The clients, as they are after this step, or in check mode as they would be.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The name of the client that the objects have to hold.
      type: str
      sample: hybrid-pacing
    id:
      description: Its ID. V((known after apply\)) in check mode for one that would be created.
      type: str
      sample: 7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11
    predecessor:
      description: The client that it replaces, as C(id) and C(client_state); V(null) when no rotation is under way.
      type: dict
      sample: {"id": "2f1e6f4a-93fd-4a67-8a51-0a1f6d2c9b11", "client_state": "active"}
objects:
  description:
    - What has to be written into transaction objects now, with fresh secrets sealed, as C(tenant), C(name), C(options) and C(secret_options) of
      M(genesys.hybrid.cfgserver_transaction).
  returned: success
  type: list
  elements: dict
  sample: [{"tenant": "Environment", "name": "hybrid_integration", "options": {"ewt": {"client_id": "7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11"}}}]
steps:
  description: What this call did in PureCloud, or in check mode would do.
  returned: success
  type: list
  elements: str
  sample: ["rename OAuth client 2f1e6f4a-93fd-4a67-8a51-0a1f6d2c9b11 to 'hybrid-pacing (retiring)'"]
outlook:
  description: What is left to do after it.
  returned: success
  type: list
  elements: str
  sample: ["delete OAuth client 2f1e6f4a-93fd-4a67-8a51-0a1f6d2c9b11, the predecessor of 'hybrid-pacing', then"]
resumed:
  description: The names of the clients whose rotation was under way when the call came.
  returned: success
  type: list
  elements: str
  sample: []
not_due:
  description: The names of the clients of which no rotation is under way and none was begun, because they are too young or because another one is under way.
  returned: success
  type: list
  elements: str
  sample: []
wait_seconds:
  description: How long there is nothing to do.
  returned: success
  type: int
  sample: 3600
finished:
  description: Whether nothing is left to do once RV(objects) are written.
  returned: success
  type: bool
  sample: false
"""

import math

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import read_each
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_places import as_objects, places_in
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_rotation import ClientRotation, Wishes, check_services
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import Directory
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

_NUMBERS = {"minimum_age_days": 0, "settle_seconds": 10, "silence_seconds": 86_400, "limit_seconds": 604_800, "watch_seconds": 86_400}


def prepare(client, params, context):
    wishes = _wishes(params)
    rotations = _rotations(client, params, wishes, context)
    resumed = [rotation for rotation in rotations if rotation.under_way]
    # All clients get their longer names before the first successor is made. So while one lacks its successor, those that have none yet belong to it.
    begins = wishes.begin and (not resumed or any(rotation.incomplete for rotation in resumed))
    begun = [rotation for rotation in rotations if begins and not rotation.under_way and rotation.is_due]
    for rotation in rotations:
        rotation.plan(rotation in begun)
    steps = sorted((step for rotation in rotations for step in rotation.steps), key=lambda step: step.phase)
    known = {
        "steps": [step.text for step in steps],
        "resumed": [rotation.name for rotation in resumed],
        "not_due": [rotation.name for rotation in rotations if wishes.begin and not rotation.under_way and rotation not in begun],
    }
    diff = {
        "before": {rotation.name: rotation.before for rotation in rotations if rotation.steps},
        "after": {rotation.name: rotation.state() for rotation in rotations if rotation.steps},
    }

    def apply():
        for step in steps:
            step.do()
        return {**known, **_outcome(rotations)}

    return Prepared(bool(steps), diff, {**known, **_outcome(rotations)}, apply)


def _rotations(client, params, wishes, context):
    seal, places = Seal(params["seal_key"]), places_in(params["objects"])
    # In an emergency every section that holds a leaked secret gets the new one, whatever was named.
    names = check_services(params["services"], params["sections"], None if wishes.emergency else places)
    directory = Directory(client)
    directory.entities()

    def read(item):
        rotation = ClientRotation(directory, item["name"], places, wishes, seal, context)
        chosen = [service["section"] for service in params["services"] if service["oauth_client"] == item["name"]]
        rotation.require_places(set(chosen) & set(params["sections"] or chosen))
        return rotation

    return read_each("oauth_clients", [{"name": name} for name in names], "name", read)


def _outcome(rotations):
    """What the objects have to hold and what is left, as far as it is known at this moment."""
    objects = as_objects(wanted for rotation in rotations for wanted in rotation.desired())
    outlook = [text for rotation in rotations for text in rotation.outlook()]
    waits = [rotation.wait_seconds for rotation in rotations if rotation.wait_seconds > 0]
    return {
        "oauth_clients": [rotation.state() for rotation in rotations],
        "objects": objects,
        "outlook": outlook,
        "wait_seconds": 0 if objects else math.ceil(min(waits, default=0)),
        "finished": not outlook,
    }


def _wishes(params):
    for name in _NUMBERS:
        if params[name] < 0:
            raise ValidationError(f"{name} is {params[name]}, it must not be negative")
    chosen = [name for name in ("begin", "rollback", "emergency") if params[name]]
    if len(chosen) > 1:
        raise ValidationError(f"{' and '.join(chosen)} exclude each other: give one of them")
    flags = {name: params[name] for name in ("begin", "rollback", "emergency")}
    times = {name.rsplit("_", 1)[0]: params[name] for name in _NUMBERS}
    return Wishes(**flags, **times)


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "services": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {"section": {"type": "str", "required": True}, "oauth_client": {"type": "str", "required": True}},
        },
        "sections": {"type": "list", "elements": "str"},
        "objects": {"type": "list", "elements": "dict", "required": True},
        **{name: {"type": "bool", "default": False} for name in ("begin", "rollback", "emergency")},
        **{name: {"type": "int", "default": default} for name, default in _NUMBERS.items()},
        "seal_key": {"type": "str", "no_log": True, "required": True},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
