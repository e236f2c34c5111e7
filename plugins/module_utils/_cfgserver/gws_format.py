# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""The JSON of the Platform Configuration API of Web Services and the neutral objects.

Sources: the vendor's page of this API (attribute names are the Platform SDK's, scalars are strings, enumerations their numbers as strings,
``userProperties`` is section -> key -> value and absent when empty), a public test-suite that ran against a server (create and delta bodies), and
the Platform SDK's delta objects (of a delta, ``userProperties`` is what is added; a deleted section is one without keys). Inferred: that a delta
carries ``changedUserProperties`` and ``deletedUserProperties`` beside its object, and ``folderId`` and ``ownerID``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._errors import UnreachableError
from .attributes import attribute, spelling, text
from .transport import OBJECT_STATES, TRANSACTION_TYPES, Folder, Options, Tenant, Transaction

_TYPE_NAMES = {str(number): name for name, number in TRANSACTION_TYPES.items()}
_STATE_NAMES = {str(number): name for name, number in OBJECT_STATES.items()}
_TRANSACTIONS = "16"  # CfgObjectType: CFGTransaction
_TENANTS = "7"  # CfgObjectType: CFGTenant


def tenant_of(raw: Mapping[str, Any]) -> Tenant:
    return Tenant(attribute(raw, "DBID"), attribute(raw, "name"))


def folder_of(raw: Mapping[str, Any]) -> Folder:
    """A folder; its ``type`` is the number of its members' class, ``ownerID`` an identifier ``{"CSID", "DBID", "type"}``, of a tenant as a rule."""
    owner = raw.get(spelling(raw, "ownerID"))
    if not isinstance(owner, Mapping):
        owner = {"DBID": owner}
    owned_by_tenant = attribute(owner, "type") in ("", _TENANTS)
    return Folder(
        dbid=attribute(raw, "DBID"),
        tenant_dbid=attribute(owner, "DBID") if owned_by_tenant else "",
        name=attribute(raw, "name"),
        parent_dbid=attribute(raw, "folderId"),
        holds_transactions=attribute(raw, "type") == _TRANSACTIONS,
    )


def transaction_of(raw: Mapping[str, Any]) -> Transaction:
    type_number, state_number, period = attribute(raw, "type"), attribute(raw, "state"), attribute(raw, "recordPeriod")
    return Transaction(
        dbid=attribute(raw, "DBID"),
        tenant_dbid=attribute(raw, "tenantDBID"),
        type=_TYPE_NAMES.get(type_number, type_number),
        name=attribute(raw, "name"),
        alias=attribute(raw, "alias"),
        description=attribute(raw, "description"),
        record_period=int(period) if period.isdecimal() else 0,
        object_state=_STATE_NAMES.get(state_number, state_number),
        folder_dbid=attribute(raw, "folderId"),
        options=_options_of(raw),
        raw=raw,
    )


def new_object(wanted: Transaction) -> dict[str, Any]:
    """The object that a create makes, without what goes round it."""
    body = {
        "name": wanted.name,
        "type": str(TRANSACTION_TYPES[wanted.type]),
        "tenantDBID": wanted.tenant_dbid,
        "folderId": wanted.folder_dbid,
        **_changeable(wanted),
        "userProperties": {section: dict(entries) for section, entries in sorted(wanted.options.items())},
    }
    return {name: value for name, value in body.items() if value or name == "description"}


def changed_object(base: Transaction, wanted: Transaction) -> dict[str, Any]:
    """The whole object as it was read, with only what differs changed: a value that stays is sent as it was."""
    body = dict(base.raw)
    body.update({spelling(body, name): value for name, value in _differences(base, wanted).items()})
    key = spelling(body, "userProperties")
    annex = _annex(body)
    sections: dict[str, Any] = {name: entries for name, entries in annex.items() if not isinstance(entries, Mapping) and name not in wanted.options}
    for section, entries in sorted(wanted.options.items()):
        found = annex.get(section)
        known = found if isinstance(found, Mapping) else {}
        sections[section] = {name: known[name] if name in known and text(known[name]) == value else value for name, value in sorted(entries.items())}
    body[key] = sections
    return body


def delta(base: Transaction, wanted: Transaction) -> dict[str, Any]:
    """What changes between ``base`` and ``wanted``, without what goes round it. Nothing else of the object can be lost by it.

    So a section is deleted option by option, also when none is left of those that were read: another writer may have added one since.
    """
    added: Options = {}
    changed: Options = {}
    for section, entries in sorted(wanted.options.items()):
        known = base.options.get(section, {})
        for name, value in sorted(entries.items()):
            if name not in known:
                added.setdefault(section, {})[name] = value
            elif known[name] != value:
                changed.setdefault(section, {})[name] = value
    deleted: dict[str, dict[str, str]] = {}
    for section, entries in sorted(base.options.items()):
        kept = wanted.options.get(section, {})
        if section in wanted.dropped_sections and not kept:
            deleted[section] = {}
        elif set(entries) - set(kept):
            deleted[section] = {name: "" for name in sorted(entries) if name not in kept}
    item = {"DBID": base.dbid, **_differences(base, wanted), **({"userProperties": added} if added else {})}
    more = {"changedUserProperties": changed, "deletedUserProperties": deleted}
    return {"CfgTransaction": item, **{name: value for name, value in more.items() if value}}


def _annex(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    annex = raw.get(spelling(raw, "userProperties")) or {}
    if not isinstance(annex, Mapping):
        raise UnreachableError(
            "an object's userProperties are not a dictionary of sections: this is not the Platform Configuration API as it is known, check url and base_path"
        )
    return annex


def _options_of(raw: Mapping[str, Any]) -> Options:
    """Sections of options; one without options, and what lies beside sections (a list of the Platform SDK may hold anything), is left out."""
    sections = {name: entries for name, entries in _annex(raw).items() if isinstance(entries, Mapping) and entries}
    return {section: {name: text(value) for name, value in entries.items()} for section, entries in sections.items()}


def _differences(base: Transaction, wanted: Transaction) -> dict[str, str]:
    before = _changeable(base)
    return {name: value for name, value in _changeable(wanted).items() if value != before[name]}


def _changeable(transaction: Transaction) -> dict[str, str]:
    return {
        "alias": transaction.alias,
        "description": transaction.description,
        "recordPeriod": str(transaction.record_period),
        "state": str(OBJECT_STATES.get(transaction.object_state, transaction.object_state)),
    }
