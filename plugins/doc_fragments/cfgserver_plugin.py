# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What lookup and inventory plugins have beside the modules' fragment cfgserver, which they extend, too: variables, as the roles name them. Environment
    # variables are not declared here: they are read as the modules read them, where an empty one counts as not given.
    DOCUMENTATION = r"""
options:
  cfgserver_api:
    vars:
      - name: hybrid_cfgserver_api
  url:
    vars:
      - name: hybrid_cfgserver_url
  username:
    vars:
      - name: hybrid_cfgserver_username
  password:
    vars:
      - name: hybrid_cfgserver_password
  password_encoding:
    vars:
      - name: hybrid_cfgserver_password_encoding
  validate_certs:
    vars:
      - name: hybrid_cfgserver_validate_certs
  ca_path:
    vars:
      - name: hybrid_cfgserver_ca_path
  allow_plain_http:
    vars:
      - name: hybrid_cfgserver_allow_plain_http
  timeout:
    vars:
      - name: hybrid_cfgserver_timeout
  base_path:
    vars:
      - name: hybrid_cfgserver_base_path
notes:
  - A connection option that is not given comes from its variable, then from its environment variable. The variables are those of the roles and playbooks
    of this collection. A lookup sees the variables of the host, an inventory source only extra variables.
"""
