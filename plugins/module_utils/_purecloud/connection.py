# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The connection options of the PureCloud modules; the environment variables are those of the vendor's own tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._options import Connection
from .client import PureCloudClient


def _open(settings: Mapping[str, Any], context: Any, read_only: bool) -> PureCloudClient:
    for name in ("client_secret", "access_token"):
        if settings[name]:
            context.register_secret(settings[name])
    if not settings["validate_certs"]:
        context.warn("validate_certs is false: whoever sits between Ansible and PureCloud can read and change everything")
    return PureCloudClient(settings, read_only=read_only, register_secret=context.register_secret)


PURECLOUD = Connection(
    name="purecloud",
    options={
        "region": {"type": "str", "env": "GENESYSCLOUD_REGION"},
        "client_id": {"type": "str", "env": "GENESYSCLOUD_OAUTHCLIENT_ID"},
        "client_secret": {"type": "str", "no_log": True, "env": "GENESYSCLOUD_OAUTHCLIENT_SECRET"},
        "access_token": {"type": "str", "no_log": True, "env": "GENESYSCLOUD_ACCESS_TOKEN"},
        "api_url": {"type": "str", "env": "GENESYSCLOUD_API_URL"},
        "login_url": {"type": "str", "env": "GENESYSCLOUD_LOGIN_URL"},
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "allow_plain_http": {"type": "bool", "default": False},
        "timeout": {"type": "float", "default": 30.0},
    },
    open=_open,
)
