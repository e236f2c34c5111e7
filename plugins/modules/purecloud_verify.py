#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_verify
short_description: Prove that a hybrid integration works with PureCloud
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Holds the options of a transaction object against a PureCloud (Genesys Cloud) organization and tries them. Are the base URLs the right ones, and reachable?
    Do the secrets of the services mint tokens, and can these tokens do what their roles allow? Are organization, default roles and identity provider those
    that the object names? Do certificate, key and password of the object sign what the identity provider accepts?
  - Nothing is written, but tokens are minted. The module fails only when its own options are wrong; what it finds is in RV(checks).
  - The role C(genesys.hybrid.verify) reads the object, calls this module and says what it finds.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.action_group_purecloud
options:
  options:
    description:
      - The options of the transaction object, by section, as M(genesys.hybrid.cfgserver_transaction_info) returns them with O(seal_key).
      - An empty dictionary, like none, stands for an object that does not exist or cannot be read.
    type: dict
    default: {}
  seal_key:
    description:
      - The Fernet key that the secrets in O(options) are sealed with.
    type: str
  object_problem:
    description:
      - Why the object could not be read, when there is a reason.
    type: str
  services:
    description:
      - Names of sections that the object must have for services. Sections that hold a C(client_id) are checked in any case.
    type: list
    elements: str
    default: []
  base_auth_url:
    description:
      - What the option C(base_auth_url) must be. The default is the token endpoint of the region, or of O(login_url).
    type: str
  base_service_url:
    description:
      - What the option C(base_service_url) must be. The default is the API's root in the region, or on O(api_url).
    type: str
  provider:
    description:
      - The identity provider that belongs to the object.
    type: str
    choices: [pureengage, generic]
    default: pureengage
  expiry_days:
    description:
      - A certificate that expires within so many days is a warning.
    type: int
    default: 30
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.cfgserver_transaction_info
"""

EXAMPLES = r"""
- name: Read the transaction object with its secrets sealed
  genesys.hybrid.cfgserver_transaction_info:
    name: hybrid_integration
    seal_key: "{{ hybrid_seal_key }}"
  register: found

- name: Try it
  genesys.hybrid.purecloud_verify:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    options: "{{ found.transactions[0].options }}"
    seal_key: "{{ hybrid_seal_key }}"
  register: verified

- name: What does not work?
  ansible.builtin.debug:
    msg: "{{ verified.checks | selectattr('status', 'equalto', 'error') | map(attribute='message') }}"
"""

RETURN = r"""
checks:
  description: The checks, in the order in which they build on each other. Those of a service occur once for each section.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: What is checked; C(docs/verify.md) lists all.
      type: str
      sample: service_token
    status:
      description: V(ok), V(warning), V(error), or V(skipped) for what cannot be checked because of something else.
      type: str
      sample: error
    message:
      description: One sentence, without secrets.
      type: str
      sample: "section ewt: PureCloud rejects the password of OAuth client 7a7a4d5e-0f3f-4f8e-9f5e-3b1f6f3b2a11"
    fix:
      description: What to do about it; empty when there is nothing to do.
      type: str
      sample: run the playbook genesys.hybrid.provision
lines:
  description: A line for people for each of RV(checks).
  returned: success
  type: list
  elements: str
  sample: ["ok      idp_enabled: switched on"]
errors:
  description: The number of errors among the checks.
  returned: success
  type: int
  sample: 1
warnings_found:
  description: The number of warnings among the checks.
  returned: success
  type: int
  sample: 0
"""

from ansible_collections.genesys.hybrid.plugins.module_utils import _verify
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import check_url
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import regions
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.integration import Expected, integration_checks
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal, is_sealed, open_sealed


def prepare(client, params, context):
    if params["expiry_days"] < 0:
        raise ValidationError(f"expiry_days is {params['expiry_days']}: give a number of days, such as 30")
    if not params["options"]:
        problem = params["object_problem"] or "there is none of this name that the tenant sees"
        checks = [_verify.error("object", f"the transaction object cannot be read: {problem}", f"{_verify.PROVISION}, or correct the name and the tenant")]
    else:
        checks = [_verify.ok("object", "it can be read"), *integration_checks(client, _opened(params, context), _expected(client, params))]
    return Prepared(False, {}, _verify.summary(checks), dict)


def _opened(params, context):
    """The options with their secrets open. None of them, and nothing made of them, is in the result."""
    seal = Seal(params["seal_key"]) if params["seal_key"] else None
    options = {}
    for section, entries in params["options"].items():
        if not isinstance(entries, dict):
            raise ValidationError(f"options, section {section} is not a dictionary: give the options as cfgserver_transaction_info returns them")
        options[section] = {key: open_sealed(str(text), seal, f"options, {section}/{key}") for key, text in entries.items()}
        for key, text in entries.items():
            if is_sealed(text):
                context.register_secret(options[section][key])
    return options


def _expected(client, params):
    region = client.settings["region"]
    if region:
        urls = regions.service_urls(region)
    else:
        urls = {"base_auth_url": f"{client.login.base_url}/oauth/token", "base_service_url": f"{client.http.base_url}/api/"}
    for name in urls:
        if params[name]:
            check_url(params[name], name, client.settings["allow_plain_http"])
            urls[name] = params[name]
    return Expected(
        **urls,
        services=params["services"],
        provider=params["provider"],
        expiry_days=params["expiry_days"],
    )


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "options": {"type": "dict", "default": {}},
        "seal_key": {"type": "str", "no_log": True},
        "object_problem": {"type": "str"},
        "services": {"type": "list", "elements": "str", "default": []},
        "base_auth_url": {"type": "str"},
        "base_service_url": {"type": "str"},
        "provider": {"type": "str", "choices": ["pureengage", "generic"], "default": "pureengage"},
        "expiry_days": {"type": "int", "default": 30},
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
