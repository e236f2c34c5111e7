#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_organization_info
short_description: Read a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the PureCloud (Genesys Cloud) organization that Ansible's own OAuth client belongs to. This needs no permission.
  - Its ID and its short name are what the section C(general) of the transaction object C(hybrid_integration) holds as
    C(organization_id) and C(organization_sname).
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
"""

EXAMPLES = r"""
- name: Which organization is this?
  genesys.hybrid.purecloud_organization_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
  register: purecloud

- name: Its short name
  ansible.builtin.debug:
    msg: "{{ purecloud.organizations[0].short_name }}"
"""

RETURN = r"""
organizations:
  description: The organization, as a list of one, or what O(query) made of it.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the organization.
      type: str
      sample: 9f8e3f5c-3c42-4b5a-8c0d-1d2a3b4c5d6e
    name:
      description: The name of the organization.
      type: str
      sample: Example
    short_name:
      description: The short name of the organization, globally unique and unchangeable.
      type: str
      sample: example
    domain:
      description: The domain of the organization.
      type: str
      sample: example.com
    state:
      description: Whether the organization is active.
      type: str
      sample: active
    product_platform:
      description: The platform that the organization originates from.
      type: str
      sample: PureEngage
    default_language:
      description: The default language.
      type: str
      sample: en-us
    default_country_code:
      description: The default country.
      type: str
      sample: US
    features:
      description: The features of the organization, and whether each is available.
      type: dict
      sample: {"directory": true}
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD

_ATTRIBUTES = {
    "id": "id",
    "name": "name",
    # "The short name for the organization. This field is globally unique and cannot be changed." (Platform API, Organization)
    "short_name": "thirdPartyOrgName",
    "domain": "domain",
    "state": "state",
    "product_platform": "productPlatform",
    "default_language": "defaultLanguage",
    "default_country_code": "defaultCountryCode",
    "features": "features",
}


def prepare(client, params, context):
    entity = client.get("/organizations/me")
    return information("organizations", [{name: entity.get(api) for name, api in _ATTRIBUTES.items()}], params["query"])


SPEC = Spec(connection=PURECLOUD, options=QUERY_OPTION, prepare=prepare, read_only=True)

if __name__ == "__main__":
    main(SPEC)
