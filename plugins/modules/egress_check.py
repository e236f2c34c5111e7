#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: egress_check
short_description: Check from a host that PureCloud can be reached
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Walks from the host that it runs on to each destination and says which step failed, V(dns) for the name, V(tcp) for the connection, V(proxy) for the
    tunnel through the proxy, V(tls) for the certificate's name and chain, V(http) for the answer of the token endpoint.
  - It needs nothing but Python on that host and works over any connection. It sends no credential to a destination and changes nothing.
  - A destination that cannot be reached is a result, not an error. Use C(failed_when) with RV(ok) to make it one.
extends_documentation_fragment:
  - genesys.hybrid.attributes.info_module
options:
  destinations:
    description:
      - Where to go.
    type: list
    elements: dict
    required: true
    suboptions:
      host:
        description:
          - The host name or address.
        type: str
        required: true
      port:
        description:
          - The TCP port.
        type: int
        default: 443
      tls:
        description:
          - Whether the destination speaks TLS.
        type: bool
        default: true
      token_path:
        description:
          - The path of the token endpoint, such as V(/oauth/token). It is asked for a token without credentials, which it must refuse the way PureCloud does.
            Any other answer, such as the page of an inspecting proxy, is a failure.
        type: str
  proxy:
    description:
      - The HTTP proxy to go through, such as V(http://proxy.example.com:3128), with a user and a password in the URL where it needs them.
      - When not given, C(https_proxy) and C(no_proxy) in the environment of the task count. V(none) goes directly in any case.
    type: str
  ca_path:
    description:
      - A file or a directory of CA certificates in PEM format on the host to verify the destinations with, instead of the system's.
    type: path
  timeout:
    description:
      - Seconds that each connection, each handshake and each answer may take. How long a name may take is up to the resolver of the host.
    type: int
    default: 10
"""

EXAMPLES = r"""
- name: Check from every consuming host
  genesys.hybrid.egress_check:
    destinations:
      - host: login.mypurecloud.de
        token_path: /oauth/token
      - host: api.mypurecloud.de
  register: egress
  failed_when: not egress.ok

- name: Show the table of each host
  ansible.builtin.debug:
    var: egress.table
"""

RETURN = r"""
ok:
  description: Whether every destination was reached.
  returned: success
  type: bool
table:
  description: The outcome as lines of a table.
  returned: success
  type: list
  elements: str
destinations:
  description: The outcome for each destination, in the order of O(destinations).
  returned: success
  type: list
  elements: dict
  contains:
    host:
      description: The host.
      type: str
    port:
      description: The port.
      type: int
    ok:
      description: Whether every step that applies succeeded.
      type: bool
    failed_step:
      description: The step that failed, V(null) when none did.
      type: str
    addresses:
      description: The addresses of the destination, or of the proxy where there is one.
      type: list
      elements: str
    proxy:
      description: The proxy's host and port, V(null) without one.
      type: str
    steps:
      description: What each step found.
      type: list
      elements: dict
      contains:
        step:
          description: V(dns), V(tcp), V(proxy), V(tls) or V(http).
          type: str
        status:
          description: V(ok), V(failed), or V(skipped) where the step does not apply or an earlier one failed.
          type: str
        message:
          description: What was found, in words.
          type: str
"""

import os
import ssl
from urllib.parse import urlsplit

from ansible_collections.genesys.hybrid.plugins.module_utils._egress import Target, check, proxy_for, table
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._options import NO_CONNECTION
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared


def _trust(path):
    """Verification of name and chain, with the given CA certificates."""
    try:
        return ssl.create_default_context(**({"capath" if os.path.isdir(path) else "cafile": path} if path else {}))
    except (OSError, ssl.SSLError) as error:
        raise ValidationError(f"ca_path names {path}, which cannot be used: {error}") from error


def prepare(client, params, context):
    if params["proxy"] and "@" in params["proxy"]:
        context.register_secret(urlsplit(params["proxy"]).password)
    if params["timeout"] < 1:
        raise ValidationError("timeout must be at least one second")
    for item in params["destinations"]:
        if not item["host"] or not 0 < item["port"] < 65536:
            raise ValidationError(f"destinations has the host {item['host']!r} with the port {item['port']}: give a host name and a port from 1 to 65535")
    targets = [Target(item["host"], item["port"], item["tls"], item["token_path"] or "") for item in params["destinations"]]
    proxies = [proxy_for(target.host, params["proxy"]) for target in targets]
    trust = _trust(params["ca_path"])
    outcomes = [check(target, proxy, trust, params["timeout"]) for target, proxy in zip(targets, proxies)]
    return Prepared(False, {}, {"ok": all(outcome["ok"] for outcome in outcomes), "table": table(outcomes), "destinations": outcomes}, dict)


SPEC = Spec(
    connection=NO_CONNECTION,
    options={
        "destinations": {
            "type": "list",
            "elements": "dict",
            "required": True,
            "options": {
                "host": {"type": "str", "required": True},
                "port": {"type": "int", "default": 443},
                "tls": {"type": "bool", "default": True},
                "token_path": {"type": "str", "no_log": False},
            },
        },
        "proxy": {"type": "str"},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 10},
    },
    prepare=prepare,
    read_only=True,
)

if __name__ == "__main__":
    main(SPEC)
