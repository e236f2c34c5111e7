# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Reading transactions: by name or all of a type, from a tenant or from what it inherits of Environment, with or without secrets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._reconcile import MASKED, SECRET
from .._secrets import Seal
from .options import empties_secrets, is_hidden, secret_places
from .places import tenant_named
from .transactions import folder_name, result_of
from .transport import ENVIRONMENT, Options, Tenant, Transaction, Transport


def effective(transport: Transport, params: Mapping[str, Any]) -> list[tuple[Tenant, Transaction]]:
    """The transactions that count for a tenant: its own ones, and with ``environment_fallback`` those of Environment whose names it has not."""
    tenant = tenant_named(transport, params["tenant"])
    found = [(tenant, transaction) for transaction in transport.find(tenant.dbid, params["type"], params["name"])]
    if params["environment_fallback"] and tenant != ENVIRONMENT:
        own = {transaction.name for _tenant, transaction in found}
        # A tenant's own object overrides the shared one of Environment as a whole (requirement: tenant characteristics).
        if params["name"] is None or not own:
            shared = transport.find(ENVIRONMENT.dbid, params["type"], params["name"])
            found += [(ENVIRONMENT, transaction) for transaction in shared if transaction.name not in own]
    return sorted(found, key=lambda pair: pair[1].name)


def read(transport: Transport, params: Mapping[str, Any], context: Any) -> list[dict[str, Any]]:
    """The transactions as results, with each secret sealed, hidden or, on the user's word, open.

    Nothing is registered as a secret: none is in the result but as asked for, and Ansible would mask every ID or sealed value in which
    the same text occurs.
    """
    seal = Seal(params["seal_key"]) if params["seal_key"] else None
    reveal = seal.seal if seal else (str if params["include_secrets"] else _hide)
    results = []
    for tenant, transaction in effective(transport, params):
        if empties_secrets(transaction.options):
            context.warn(
                f"transaction {transaction.name!r}: every secret reads empty, which is taken for a server that hides them; "
                "if somebody emptied them, remove these options, and the next provisioning makes new ones"
            )
        shown = result_of(transaction, tenant.name, folder_name(transport, transaction.folder_dbid))
        results.append({**shown, "options": revealed(transaction.options, reveal)})
    return results


def revealed(options: Options, reveal: Callable[[str], str]) -> Options:
    """``options`` sorted, with each secret replaced by what ``reveal`` makes of it; an empty one stays empty, a masked one shows as such."""
    secrets = secret_places(options)
    emptied = empties_secrets(options)
    return {
        section: {key: _revealed(key, value, reveal, emptied) if (section, key) in secrets else value for key, value in sorted(entries.items())}
        for section, entries in sorted(options.items())
    }


def _revealed(key: str, value: str, reveal: Callable[[str], str], emptied: bool) -> str:
    if is_hidden(key, value) or emptied:
        return MASKED
    return reveal(value) if value else ""


def _hide(_value: str) -> str:
    return SECRET
