#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_ip_ranges_info
short_description: Read the IP ranges of PureCloud's services
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads the IP ranges that PureCloud (Genesys Cloud) publishes for its services in the region of the organization, for firewall rules.
    This needs no permission.
  - These ranges do not fully cover the hosts C(login.<domain>) and C(apps.<domain>), which PureCloud serves through content delivery networks
    and load balancers with changing addresses. Components that fetch tokens, and people who sign in, need rules for these host names as well.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
options:
  service:
    description:
      - The services whose ranges are returned, such as V(api), V(data-actions), V(smtp) or V(audiohook), exactly as PureCloud names them.
        A service that PureCloud does not list has no ranges.
      - When not given, the ranges of all services are returned; an empty list returns none.
    type: list
    elements: str
  direction:
    description:
      - The direction of the traffic as PureCloud sees it, V(inbound) from your network to PureCloud and V(outbound) from PureCloud to your network.
      - A range for both directions is returned for V(inbound) and for V(outbound). V(both) returns only ranges for both directions.
      - A range for which PureCloud names no direction is always returned.
    type: str
    choices: [inbound, outbound, both]
"""

EXAMPLES = r"""
- name: What on-premises components call
  genesys.hybrid.purecloud_ip_ranges_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    service: [api]
    direction: inbound
  register: ranges

- name: Only the networks, with the connection taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_ip_ranges_info:
    query: "[].cidr"
"""

RETURN = r"""
ip_ranges:
  description: The ranges, sorted by their addresses, or what O(query) made of them.
  returned: success
  type: list
  elements: dict
  contains:
    cidr:
      description: The network.
      type: str
      sample: 192.0.2.0/28
    service:
      description: The service that uses it.
      type: str
      sample: api
    region:
      description: The AWS region.
      type: str
      sample: eu-central-1
    direction:
      description: The direction of the traffic, V(inbound) to PureCloud, V(outbound) from PureCloud, or V(both).
      type: str
      sample: inbound
"""

import ipaddress

from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD

_ATTRIBUTES = ("cidr", "service", "region", "direction")


def prepare(client, params, context):
    services, direction = params["service"], params["direction"]
    ranges = [
        {name: entity.get(name) for name in _ATTRIBUTES}
        for entity in client.list("/ipranges", key="cidr")
        if (services is None or entity.get("service") in services) and (direction is None or entity.get("direction") in (direction, "both", None))
    ]
    return information("ip_ranges", sorted(ranges, key=_order), params["query"])


def _order(item):
    """By address, so that neighbours stand together; what is no network comes last."""
    try:
        network = ipaddress.ip_network(item["cidr"], strict=False)
        address = (network.version, int(network.network_address), network.prefixlen)
    except ValueError:
        address = (99, 0, 0)
    return (address, *(str(item[name]) for name in _ATTRIBUTES))


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "service": {"type": "list", "elements": "str"},
        "direction": {"type": "str", "choices": ["inbound", "outbound", "both"]},
        **QUERY_OPTION,
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
