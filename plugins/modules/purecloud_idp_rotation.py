#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_idp_rotation
short_description: Take the next step of a rotation of the SAML certificate without an outage
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Adds the new certificate to the identity provider beside the one in use, and removes the old one when every transaction object of the organization
    holds the new one. The role C(genesys.hybrid.rotation) calls this module again and again, and writes the objects in between.
  - What comes next is derived from what PureCloud and O(objects) hold at this moment, and from nothing else. So a rotation that was interrupted at any point
    is carried on by the next call. A call with the old material, before the old certificate is removed, turns it back.
  - Refuses material that does not belong together, a certificate that is not valid now, an RSA key of less than 2048 bits, and a key that is not encrypted.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.idempotent
  - genesys.hybrid.attributes.action_group_purecloud
options:
  provider:
    description:
      - The identity provider.
    type: str
    choices: [pureengage, generic]
    default: pureengage
  certificate:
    description:
      - The new certificate, in PEM format or as the base64 of its DER form.
    type: str
    required: true
  private_key:
    description:
      - Its private key, encrypted, in PEM format. It is only checked. It must be an RSA key of at least 2048 bits.
    type: str
    required: true
  private_key_password:
    description:
      - The password that opens O(private_key).
    type: str
    required: true
  objects:
    description:
      - The transaction objects, as M(genesys.hybrid.cfgserver_transaction_info) returns them. Those of other organizations are left alone.
    type: list
    elements: dict
    required: true
  remove_old:
    description:
      - Whether the old certificate may be removed now, if every object holds the new one.
    type: bool
    default: false
  wait_seconds:
    description:
      - How long components may sign with the old key after the objects have changed.
      - It is returned as RV(wait_seconds) when nothing but O(remove_old) is left to do.
    type: int
    default: 3600
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.purecloud_idp
  - module: genesys.hybrid.cfgserver_transaction
"""

EXAMPLES = r"""
- name: Add the new certificate to the provider
  genesys.hybrid.purecloud_idp_rotation:
    certificate: "{{ hybrid_saml_certificate }}"
    private_key: "{{ hybrid_saml_private_key }}"
    private_key_password: "{{ hybrid_saml_private_key_password }}"
    objects: "{{ found.transactions }}"
  register: rotation
"""

RETURN = r"""
idp:
  description: The identity provider with the descriptions of its certificates, as it is after this step, or in check mode as it would be.
  returned: success
  type: dict
  sample: {"id": "pureengage", "certificates": ["CN=pureengage.example.com, valid to 2028-11-01, SHA256:6f3a..."]}
objects:
  description: The transaction objects that have to hold the new material, as C(tenant) and C(name).
  returned: success
  type: list
  elements: dict
  sample: [{"tenant": "Environment", "name": "hybrid_integration"}]
steps:
  description: What this call did in PureCloud, or in check mode would do.
  returned: success
  type: list
  elements: str
  sample: ["add the certificate CN=pureengage.example.com, valid to 2028-11-01, SHA256:6f3a... to identity provider pureengage"]
outlook:
  description: What is left to do after it.
  returned: success
  type: list
  elements: str
  sample: ["wait for 3600 seconds", "remove the old certificate from identity provider pureengage"]
resumed:
  description: The provider, when its rotation was under way when the call came.
  returned: success
  type: list
  elements: str
  sample: []
not_due:
  description: Nothing. M(genesys.hybrid.purecloud_oauth_client_rotation) names here what it left alone.
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

from ansible_collections.genesys.hybrid.plugins.module_utils._certificates import described
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.certificate_rotation import CertificateRotation
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared, diff_of


def prepare(client, params, context):
    if params["wait_seconds"] < 0:
        raise ValidationError(f"wait_seconds is {params['wait_seconds']}, it must not be negative")
    rotation = CertificateRotation(client, params, context)
    managed = rotation.managed
    certificates = rotation.found if rotation.certificates is None else rotation.certificates
    result = {
        "idp": {"id": params["provider"], "certificates": [described(text) for text in certificates]},
        "objects": [{"tenant": item["tenant"], "name": item["name"]} for item in rotation.objects],
        "steps": rotation.steps,
        "outlook": rotation.outlook,
        "resumed": [params["provider"]] if rotation.under_way else [],
        "not_due": [],
        "wait_seconds": rotation.wait_seconds,
        "finished": not rotation.outlook,
    }

    def apply():
        managed.apply()
        return result

    diff = diff_of("idp", params["provider"], managed.plan) if managed else {"before": {}, "after": {}}
    return Prepared(managed is not None, diff, result, apply)


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "provider": {"type": "str", "choices": ["pureengage", "generic"], "default": "pureengage"},
        "certificate": {"type": "str", "required": True},
        "private_key": {"type": "str", "required": True, "no_log": True},
        "private_key_password": {"type": "str", "required": True, "no_log": True},
        "objects": {"type": "list", "elements": "dict", "required": True},
        "remove_old": {"type": "bool", "default": False},
        "wait_seconds": {"type": "int", "default": 3600},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
