# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: purecloud_urls
short_description: The URLs of a PureCloud region that a hybrid integration needs
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Derives from a region what the section C(general) of the transaction object C(hybrid_integration) holds as C(base_auth_url), the
    token endpoint on the login host, and C(base_service_url), the root of the API on the API host.
options:
  _input:
    description:
      - The PureCloud region, as an AWS region name such as V(eu-central-1) or as a domain such as V(mypurecloud.de).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show where the pacing service of a German organization gets its tokens
  ansible.builtin.debug:
    msg: "{{ ('eu-central-1' | genesys.hybrid.purecloud_urls).base_auth_url }}"  # https://login.mypurecloud.de/oauth/token
"""

RETURN = r"""
_value:
  description: The two URLs.
  type: dict
  contains:
    base_auth_url:
      description: The token endpoint.
      type: str
      sample: https://login.mypurecloud.de/oauth/token
    base_service_url:
      description: The root of the API, with a slash at the end.
      type: str
      sample: https://api.mypurecloud.de/api/
"""

from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.regions import service_urls


def purecloud_urls(region: str) -> dict[str, str]:
    if not isinstance(region, str):
        raise AnsibleFilterError(f"purecloud_urls needs the name of a region, not {type(region).__name__}")
    try:
        return service_urls(region)
    except HybridError as error:
        raise AnsibleFilterError(error.message) from error


class FilterModule:
    def filters(self):
        return {"purecloud_urls": purecloud_urls}
