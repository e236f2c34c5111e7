# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The connection options of the Configuration Server modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._options import Connection
from .auto import AutoTransport
from .gax import GaxTransport
from .gws import GwsTransport
from .transport import Transport

TRANSPORTS: Mapping[str, Callable[..., Transport]] = {"gax": GaxTransport, "gws": GwsTransport, "auto": AutoTransport}
# Not auto: a task that says nothing costs no extra requests, and a server behind a proxy that answers oddly is no guess.
DEFAULT_API = "gax"


def _open(settings: Mapping[str, Any], context: Any, read_only: bool) -> Transport:
    if settings["password"]:
        context.register_secret(settings["password"])
    for url in settings["url"] or []:
        if "@" in url:
            context.register_secret(url)  # it will be refused; what it holds beside the host must not be shown
    if not settings["validate_certs"]:
        context.warn("validate_certs is false: whoever sits between Ansible and the Configuration Server can read and change everything")
    api = settings["cfgserver_api"] or DEFAULT_API
    arguments: dict[str, Any] = {"read_only": read_only, "register_secret": context.register_secret, "warn": context.warn, "kept": context.kept}
    if api == "auto":
        arguments["report"] = context.facts.__setitem__
    return TRANSPORTS[api](settings, **arguments)


# cfgserver_api and validate_certs have no default here: one in the argument spec would always be given, and hide the environment variable.
CFGSERVER = Connection(
    name="cfgserver",
    options={
        "cfgserver_api": {"type": "str", "choices": list(TRANSPORTS), "env": "CFGSERVER_API"},
        "url": {"type": "list", "elements": "str", "env": "CFGSERVER_URL"},
        "username": {"type": "str", "env": "CFGSERVER_USERNAME"},
        "password": {"type": "str", "no_log": True, "env": "CFGSERVER_PASSWORD"},
        "password_encoding": {"type": "str", "choices": ["plain", "gax"], "default": "plain", "no_log": False},
        "validate_certs": {"type": "bool", "env_inverted": "CFGSERVER_INSECURE"},
        "ca_path": {"type": "path", "env": "CFGSERVER_CA_PATH"},
        "allow_plain_http": {"type": "bool", "default": False},
        "timeout": {"type": "float", "default": 60.0},
        "base_path": {"type": "str"},
    },
    open=_open,
)
