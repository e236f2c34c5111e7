# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The secrets of OAuth clients: how a fresh one leaves the task, and which ones the caller holds already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._errors import ValidationError
from .._reconcile import KNOWN_AFTER_APPLY
from .._secrets import Seal, is_sealed, open_sealed
from .client import PureCloudClient

DELIVERY_OPTIONS: dict[str, dict[str, Any]] = {
    "seal_key": {"type": "str", "no_log": True},
    "expose_secret": {"type": "bool", "default": False, "no_log": False},
}
STORED_OPTIONS: dict[str, dict[str, Any]] = {
    "stored_secrets": {
        "type": "list",
        "elements": "dict",
        "no_log": False,
        "options": {"client": {"type": "str", "required": True}, "client_id": {"type": "str"}, "secret": {"type": "str", "no_log": True}},
    },
    "check_stored_secrets": {"type": "bool", "default": False, "no_log": False},
}
TRY_OPTIONS: dict[str, dict[str, Any]] = {
    "try_secrets": {
        "type": "list",
        "elements": "dict",
        "no_log": False,
        "options": {"client_id": {"type": "str", "required": True}, "secret": {"type": "str", "no_log": True, "required": True}},
    },
    "seal_key": {"type": "str", "no_log": True},
}


@dataclass(frozen=True)
class Delivery:
    """How a fresh secret leaves the task: sealed, exposed on the user's word, or not at all."""

    seal: Seal | None
    expose: bool
    register_secret: Callable[[str], None]

    @classmethod
    def from_params(cls, params: Mapping[str, Any], register_secret: Callable[[str], None]) -> Delivery:
        seal = Seal(params["seal_key"]) if params["seal_key"] else None
        return cls(seal, params["expose_secret"], register_secret)

    @property
    def possible(self) -> bool:
        return self.seal is not None or self.expose

    def keys(self, secret: str) -> dict[str, str]:
        """The keys that carry ``secret`` in a result."""
        if secret != KNOWN_AFTER_APPLY and not self.expose:
            self.register_secret(secret)
        carried = {}
        if self.seal is not None:
            carried["sealed_secret"] = self.seal.seal(secret)
        if self.expose:
            carried["secret"] = secret
        return carried


def stored_secret_test(client: PureCloudClient, params: Mapping[str, Any], delivery: Delivery) -> Callable[[str, str, bool], bool] | None:
    """A function that tells whether the caller can do without a new secret of a client, None when the task does not ask.

    It takes the client's name, its ID, and whether it is active: one that is not gets no token with any secret, so there is nothing to test.
    """
    if params["stored_secrets"] is None:
        return None
    if not delivery.possible:
        raise ValidationError("stored_secrets needs seal_key or expose_secret, else the new secret of a client that is not in it would be lost at once")
    stored: dict[str, dict[str | None, set[str]]] = {}
    for number, item in enumerate(params["stored_secrets"]):
        secret = _opened(item["secret"], f"stored_secrets[{number}].secret", delivery.seal, delivery.register_secret)
        stored.setdefault(item["client"], {}).setdefault(item["client_id"], set()).update({secret} if secret else ())

    def has_secret(name: str, identifier: str, usable: bool) -> bool:
        if name not in stored:
            return True
        if identifier not in stored[name]:
            return False
        to_test = stored[name][identifier] if params["check_stored_secrets"] and usable else ()
        return all(client.accepts_credentials(identifier, secret) for secret in sorted(to_test))

    return has_secret


def tried_secrets(client: PureCloudClient, params: Mapping[str, Any], register_secret: Callable[[str], None]) -> list[dict[str, Any]]:
    """``[{"client_id", "accepted"}]`` for each of the option ``try_secrets``: whether the login service accepts this pair."""
    seal = Seal(params["seal_key"]) if params["seal_key"] else None
    pairs = [
        (item["client_id"], _opened(item["secret"], f"try_secrets[{number}].secret", seal, register_secret))
        for number, item in enumerate(params["try_secrets"] or ())
    ]
    # A secret that a run in check mode foresees is none yet.
    pairs = [(client_id, secret) for client_id, secret in pairs if secret != KNOWN_AFTER_APPLY]
    return [{"client_id": client_id, "accepted": bool(secret) and client.accepts_credentials(client_id, secret)} for client_id, secret in pairs]


def _opened(value: str | None, where: str, seal: Seal | None, register_secret: Callable[[str], None]) -> str:
    """The secret in a sealed value, which is the only form that ``where`` takes; empty when there is none."""
    if not value:
        return ""
    if not is_sealed(value):
        register_secret(value)
        raise ValidationError(f"{where} must be sealed with seal_key, not given in plain")
    secret = open_sealed(value, seal, where)
    register_secret(secret)
    return secret
