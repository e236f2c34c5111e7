# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The JSON of Genesys Administrator Extension (GAX) and the neutral objects.

There is no vendor documentation of this interface. Facts, from public clients of GAX 8.5.2: attribute names are the Platform SDK's in lower
case; in answers every scalar is a string; enumerations are their constants; the annex is a flat list ``{"property": [{"section", "key",
"value"}]}`` whose order means nothing; an entry with an empty key stands for a section without options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._errors import UnreachableError
from .attributes import attribute, spelling
from .transport import OBJECT_STATES, TRANSACTION_TYPES, Folder, Options, Tenant, Transaction

TRANSACTION_CLASS = "CfgTransaction"
_TYPE_CONSTANTS = {name: "CFGTRT" + "".join(word.capitalize() for word in name.split("_")) for name in TRANSACTION_TYPES}
_STATE_CONSTANTS = {name: f"CFG{name.capitalize()}" for name in OBJECT_STATES}
_TYPE_NAMES = {constant.lower(): name for name, constant in _TYPE_CONSTANTS.items()}
_STATE_NAMES = {constant.lower(): name for name, constant in _STATE_CONSTANTS.items()}


def tenant_of(raw: Mapping[str, Any]) -> Tenant:
    return Tenant(attribute(raw, "dbid"), attribute(raw, "name"))


def folder_of(raw: Mapping[str, Any]) -> Folder:
    """A folder; its ``subtype`` is the constant of its members' class, its ``ownerdbid`` the tenant."""
    return Folder(
        dbid=attribute(raw, "dbid"),
        tenant_dbid=attribute(raw, "ownerdbid"),
        name=attribute(raw, "name"),
        parent_dbid=attribute(raw, "folderid"),
        holds_transactions=attribute(raw, "subtype").lower() == "cfgtransaction",
    )


def transaction_of(raw: Mapping[str, Any], warn: Callable[[str], None]) -> Transaction:
    """A transaction; ``warn`` is told of options that the object holds twice."""
    type_constant, state_constant, period = attribute(raw, "subtype"), attribute(raw, "state"), attribute(raw, "recordperiod")
    name = attribute(raw, "name")
    options, repeated = folded(entries_of(raw))
    if repeated:
        warn(f"transaction {name!r} holds {', '.join(repeated)} more than once: the last value counts, the next write keeps only that one")
    return Transaction(
        dbid=attribute(raw, "dbid"),
        tenant_dbid=attribute(raw, "tenantdbid"),
        type=_TYPE_NAMES.get(type_constant.lower(), type_constant),
        name=name,
        alias=attribute(raw, "alias"),
        description=attribute(raw, "description"),
        record_period=int(period) if period.isdecimal() else 0,
        object_state=_STATE_NAMES.get(state_constant.lower(), state_constant),
        folder_dbid=attribute(raw, "folderid"),
        options=options,
        raw=raw,
    )


def new_object(wanted: Transaction) -> dict[str, Any]:
    """The body that creates ``wanted``."""
    return {
        "type": TRANSACTION_CLASS,
        "subtype": _TYPE_CONSTANTS[wanted.type],
        "name": wanted.name,
        "tenantdbid": wanted.tenant_dbid,
        "folderid": wanted.folder_dbid,
        **_changeable(wanted),
        "userproperties": {"property": _entries([], wanted.options)},
    }


def changed_object(base: Transaction, wanted: Transaction) -> dict[str, Any]:
    """The body that replaces ``base`` by ``wanted``: the object as it was read, with only what differs changed."""
    body = dict(base.raw)
    before, after = _changeable(base), _changeable(wanted)
    body.update({spelling(body, key): after[key] for key in after if after[key] != before[key]})
    annex_key = spelling(body, "userproperties")
    annex = body.get(annex_key)
    body[annex_key] = {**(annex if isinstance(annex, dict) else {}), "property": _entries(entries_of(body), wanted.options)}
    return body


def entries_of(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The entries of the annex; a serializer may write a list of one as the one, and an empty list as nothing."""
    annex = raw.get(spelling(raw, "userproperties"))
    entries = annex.get("property") if isinstance(annex, Mapping) else None
    if isinstance(entries, Mapping):
        entries = [entries]
    if entries and not isinstance(entries, list):
        raise UnreachableError("an object's userproperties are not a list of options: this is not the REST API of GAX as it is known, check url and base_path")
    return [entry for entry in entries or [] if isinstance(entry, Mapping)]


def folded(entries: Iterable[Mapping[str, Any]]) -> tuple[Options, list[str]]:
    """The options, and the names ``section/option`` of those that appear more than once. Empty sections hold nothing and are left out."""
    options: Options = {}
    repeated = []
    for entry in entries:
        section, key = attribute(entry, "section"), attribute(entry, "key")
        if not key:
            continue
        if key in options.setdefault(section, {}) and f"{section}/{key}" not in repeated:
            repeated.append(f"{section}/{key}")
        options[section][key] = attribute(entry, "value")
    return options, sorted(repeated)


def _entries(existing: list[Mapping[str, Any]], options: Options) -> list[dict[str, Any]]:
    """``options`` as a flat list; an entry whose value stays is sent as it was read, whatever else it holds.

    The placeholder of an empty section is not sent: what a write makes of it is not known (a public client had such writes refused).
    """
    known = {(attribute(entry, "section"), attribute(entry, "key")): entry for entry in existing}
    entries = []
    for section in sorted(options):
        for key in sorted(options[section]):
            value = options[section][key]
            entry = dict(known.get((section, key), {"section": section, "key": key}))
            if "value" not in entry or attribute(entry, "value") != value:
                entry["value"] = value
            entries.append(entry)
    return entries


def _changeable(transaction: Transaction) -> dict[str, str]:
    return {
        "alias": transaction.alias,
        "description": transaction.description,
        "recordperiod": str(transaction.record_period),
        "state": _STATE_CONSTANTS.get(transaction.object_state, transaction.object_state),
    }
