# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # How to reach PureCloud; the options are declared in module_utils/_purecloud/connection.py, a test compares both.
    DOCUMENTATION = r"""
options:
  region:
    description:
      - The PureCloud region, as an AWS region name such as V(eu-central-1) or as a domain such as V(mypurecloud.de).
      - Required unless O(api_url) is given. When not set, the environment variable E(GENESYSCLOUD_REGION) is used.
    type: str
  client_id:
    description:
      - The ID of the OAuth client (grant type client credentials) that Ansible uses.
      - Required together with O(client_secret) unless O(access_token) is given. When not set, the environment variable
        E(GENESYSCLOUD_OAUTHCLIENT_ID) is used.
    type: str
  client_secret:
    description:
      - The secret of O(client_id).
      - When not set, the environment variable E(GENESYSCLOUD_OAUTHCLIENT_SECRET) is used.
    type: str
  access_token:
    description:
      - An access token, instead of O(client_id) and O(client_secret). It is not renewed when it expires.
      - When not set, the environment variable E(GENESYSCLOUD_ACCESS_TOKEN) is used.
    type: str
  api_url:
    description:
      - The base URL of the Platform API, up to but not including C(/api/v2), when it is not V(https://api.<domain>) of the region.
      - When not set, the environment variable E(GENESYSCLOUD_API_URL) is used.
    type: str
  login_url:
    description:
      - The base URL of the login service, up to but not including C(/oauth/token), when it is not V(https://login.<domain>) of the region.
      - With O(api_url) alone it is derived from that, C(api.) at the start of the host replaced by C(login.).
      - When not set, the environment variable E(GENESYSCLOUD_LOGIN_URL) is used.
    type: str
  validate_certs:
    description:
      - Whether to verify the TLS certificates of the servers. Turn it off only against a test system.
      - When not set, the environment variable E(GENESYSCLOUD_INSECURE) is used, in which V(true) turns it off, then V(true).
    type: bool
  ca_path:
    description:
      - A file or directory of CA certificates in PEM format to verify the servers with, instead of the system's.
      - When not set, the environment variable E(GENESYSCLOUD_CA_PATH) is used.
      - An empty value or an empty file counts as not given.
    type: path
  allow_plain_http:
    description:
      - Whether URLs with C(http) may be used beyond the loopback interface. Credentials then travel unencrypted.
    type: bool
    default: false
  timeout:
    description:
      - Seconds to wait for a connection, for an answer to begin, and for its end.
      - A request that may be repeated is tried up to six times; a task gives up when failures and waiting have cost 300 seconds.
    type: float
    default: 30
notes:
  - What a task gives is not mixed with another account or host of the environment. An access token from there is ignored when O(client_id) or
    O(client_secret) is given, a client from there when O(access_token) is given, and URLs from there when O(region), O(api_url) or O(login_url) is given.
  - An empty string counts as not given for every connection option and environment variable.
  - Proxies are taken from the environment variables E(HTTPS_PROXY), E(HTTP_PROXY) and E(NO_PROXY).
requirements:
  - requests
"""
