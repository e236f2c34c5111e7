# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # How to reach a Configuration Server; the options are declared in module_utils/_cfgserver/connection.py, a test compares both.
    DOCUMENTATION = r"""
options:
  cfgserver_api:
    description:
      - The interface through which the Configuration Server is reached. V(gax) is Genesys Administrator Extension, V(gws) the Platform
        Configuration API of Genesys Web Services. Both do the same here.
      - V(auto) asks, without credentials, whether GAX or Web Services answer at O(url), and takes the first that does. This costs one or two
        requests for each task, so name the interface where it is known. Modules return what was found as C(cfgserver_found), plugins say it with C(-vv).
      - When not set, the environment variable E(CFGSERVER_API) is used, then V(gax).
    type: str
    choices: [gax, gws, auto]
  url:
    description:
      - The address of the interface, such as V(https://gax.example.com:8443), without O(base_path).
      - Several addresses are those of nodes of the same interface on the same Configuration Server. The next one is tried when the one before is
        down, that is when there is no connection, the TLS connection fails, or it answers 502, 503 or 504. Once a task has sent a write
        it stays where it is, and fails when that address does.
      - Required. When not set, the environment variable E(CFGSERVER_URL) is used, in which several addresses are separated by commas.
    type: list
    elements: str
  username:
    description:
      - The name of the account that Ansible uses.
      - Required. When not set, the environment variable E(CFGSERVER_USERNAME) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - When not set, the environment variable E(CFGSERVER_PASSWORD) is used.
    type: str
  password_encoding:
    description:
      - How the password is sent. V(plain) sends it as it is, protected by TLS. V(gax) sends it obfuscated as the browser
        interface does, for servers that accept nothing else; this is no encryption and no substitute for TLS.
      - It has no effect with Web Services, which take the password by HTTP Basic authentication.
    type: str
    choices: [plain, gax]
    default: plain
  validate_certs:
    description:
      - Whether to verify the TLS certificate of the server. Turn it off only against a test system.
      - When not set, the environment variable E(CFGSERVER_INSECURE) is used, in which V(true) turns it off, then V(true).
    type: bool
  ca_path:
    description:
      - A file or directory of CA certificates in PEM format to verify the server with, instead of the system's.
      - When not set, the environment variable E(CFGSERVER_CA_PATH) is used.
      - An empty value or an empty file counts as not given.
    type: path
  allow_plain_http:
    description:
      - Whether a URL with C(http) may be used beyond the loopback interface. Credentials then travel unencrypted.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait for a connection, for an answer to begin, and for its end. A Configuration Server may put writes in a queue, so be generous.
      - A read is tried up to six times; a task gives up when failures and waiting have cost 300 seconds. A write that is not answered in time is
        not sent again. The task looks for it, and fails when it does not show, because it may still be in the queue.
    type: float
    default: 60
  base_path:
    description:
      - The path of the interface's REST API below O(url), when it is another one than V(/gax/api) of GAX or V(/api/v2/platform/configuration) of
        Web Services.
    type: str
notes:
  - An empty string counts as not given for every connection option and environment variable.
  - Proxies are taken from the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY).
requirements:
  - requests
"""
