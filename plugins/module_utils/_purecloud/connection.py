# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The connection options of the PureCloud modules; the environment variables are those of the vendor's own tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import ValidationError
from .._options import Connection
from .client import PureCloudClient

_LONGEST_CREDENTIAL = 4096  # characters; a token has less than 100, and a server refuses a request with endless headers without a word


def _open(settings: Mapping[str, Any], context: Any, read_only: bool) -> PureCloudClient:
    settings = dict(settings)
    for name in ("client_id", "client_secret", "access_token"):
        # A value from a file often ends in a line break, which no credential of PureCloud has.
        settings[name] = (settings[name] or "").strip() or None
        if settings[name] and name != "client_id":
            context.register_secret(settings[name])
        if not (settings[name] or "").isprintable():
            raise ValidationError(f"{name} holds control characters: give it as PureCloud shows it, on one line")
        if len(settings[name] or "") > _LONGEST_CREDENTIAL:
            raise ValidationError(f"{name} is longer than any that PureCloud gives: look what the variable holds")
    if not (settings["access_token"] or "").isascii():
        raise ValidationError("access_token holds letters that no token has: give it as PureCloud shows it")
    if not settings["validate_certs"]:
        context.warn("validate_certs is false: whoever sits between Ansible and PureCloud can read and change everything")
    return PureCloudClient(settings, read_only=read_only, register_secret=context.register_secret, kept=context.kept)


PURECLOUD = Connection(
    name="purecloud",
    options={
        "region": {"type": "str", "env": "GENESYSCLOUD_REGION", "env_unless": ["api_url"]},
        "client_id": {"type": "str", "env": "GENESYSCLOUD_OAUTHCLIENT_ID", "env_unless": ["access_token"]},
        "client_secret": {"type": "str", "no_log": True, "env": "GENESYSCLOUD_OAUTHCLIENT_SECRET", "env_unless": ["access_token"]},
        "access_token": {"type": "str", "no_log": True, "env": "GENESYSCLOUD_ACCESS_TOKEN", "env_unless": ["client_id", "client_secret"]},
        "api_url": {"type": "str", "env": "GENESYSCLOUD_API_URL", "env_unless": ["region", "login_url"]},
        "login_url": {"type": "str", "env": "GENESYSCLOUD_LOGIN_URL", "env_unless": ["region", "api_url"]},
        "validate_certs": {"type": "bool", "env_inverted": "GENESYSCLOUD_INSECURE"},
        "ca_path": {"type": "path", "env": "GENESYSCLOUD_CA_PATH"},
        "allow_plain_http": {"type": "bool", "default": False},
        "timeout": {"type": "float", "default": 30.0},
    },
    open=_open,
)
