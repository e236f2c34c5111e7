# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GAX's JSON: lower-case attribute names, every scalar a string, options as a flat list, filters in the query (seen in several public GAX clients)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .model import INVALID, TRANSACTION, ConfigObject, ConfigurationError, Draft, Entry
from .schemas import GaxTransactionRequest
from .seed import text
from .server import ConfigurationServer
from .web import shown

BRIEF = ("dbid", "tenantdbid", "folderid", "name", "username", "type", "subtype", "state", "ownerdbid")
OUTDATED = "outdated"
KNOWN = ("type", "dbid", "tenantdbid", "folderid", "userproperties")


def strings(value: Any) -> Any:
    """The value with every scalar inside as a string."""
    if isinstance(value, dict):
        return {key: strings(part) for key, part in value.items()}
    if isinstance(value, list):
        return [strings(part) for part in value]
    return "" if value is None else text(value)


def draft_of(body: GaxTransactionRequest) -> Draft:
    """What a client sent, with attributes unknown here kept."""
    given = body.model_dump(exclude_unset=True, exclude_none=True)
    attributes = {key: strings(value) for key, value in given.items() if key not in KNOWN}
    options = None
    if body.userproperties is not None:
        options = [Entry(entry.section, entry.key, entry.value) for entry in body.userproperties.property]
    return Draft(body.dbid, body.tenantdbid, body.folderid, attributes, options)


def attributes_of(item: ConfigObject) -> dict[str, Any]:
    """Everything but options and members of a folder: what selection looks at."""
    result: dict[str, Any] = {key.lower(): strings(value) for key, value in item.attributes.items()}
    result.update(type=item.class_name, dbid=str(item.dbid))
    if item.class_name != "CfgTenant":
        result["folderid"] = str(item.folder)
    if item.class_name not in ("CfgTenant", "CfgFolder"):
        result["tenantdbid"] = str(item.tenant)
    return result


def rendered(server: ConfigurationServer, item: ConfigObject, members: Mapping[int, list[ConfigObject]] | None = None) -> dict[str, Any]:
    """The full object, in the order and with the masks that the switches ask for."""
    result = attributes_of(item)
    server.reads += 1
    order = random.Random(f"{item.class_name}/{item.dbid}/{server.reads}") if server.switches["gax_entry_shuffle"] else None
    if item.class_name == "CfgFolder":
        inside = (members or {}).get(item.dbid, [])
        result["objectids"] = {"idtype": [{"dbid": str(one.dbid), "type": "CFG" + one.class_name[3:]} for one in inside]}
    if item.class_name == TRANSACTION:
        result["userproperties"] = {"property": [_mixed(entry._asdict(), order) for entry in _read_entries(server, item, order)]}
    return _mixed(result, order)


def brief(item: ConfigObject) -> dict[str, Any]:
    return {key: value for key, value in attributes_of(item).items() if key in BRIEF}


def _mixed(mapping: dict[str, Any], order: random.Random | None) -> dict[str, Any]:
    return mapping if order is None else {key: mapping[key] for key in order.sample(list(mapping), len(mapping))}


def _read_entries(server: ConfigurationServer, item: ConfigObject, order: random.Random | None) -> list[Entry]:
    entries = [shown(entry, server.switches["cfgserver_secrets"]) for entry in item.options]
    if server.switches["gax_duplicate_keys"]:
        entries = _with_duplicates(entries)
    if order is None:
        return entries
    # Only the order between different options is free: of repeated keys the last one counts, so their own order must survive.
    queues: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        queues.setdefault((entry.section, entry.key), []).append(entry)
    return [queues[(entry.section, entry.key)].pop(0) for entry in order.sample(entries, len(entries))]


def _with_duplicates(entries: Iterable[Entry]) -> list[Entry]:
    seen: set[str] = set()
    result: list[Entry] = []
    for entry in entries:
        if entry.section not in seen and entry.key:
            seen.add(entry.section)
            result.append(entry._replace(value=OUTDATED))
        result.append(entry)
    return result


# -- selection -------------------------------------------------------------------------------------------------------------------------------------

CONTROL_KEYS = ("type", "brief", "filters", "alltenants")
Test = Callable[[Mapping[str, Any]], bool]


def selector(query: Mapping[str, str], name_filter: str) -> Test:
    """The test that the query asks for, on ``attributes_of`` an object.

    Any attribute is a query key; where a dbid is given all other keys are ignored (Platform SDK query classes). How ``name`` compares is a switch.
    """
    wanted = {key.lower(): value for key, value in query.items() if key.lower() not in CONTROL_KEYS}
    if name_filter == "ignored":
        wanted = {}
    if "dbid" in wanted:
        wanted = {"dbid": wanted["dbid"]}
    alternatives = filter_expression(query["filters"]) if query.get("filters") else [{}]

    def test(item: Mapping[str, Any]) -> bool:
        plain = all(_matches(item, key, value, name_filter) for key, value in wanted.items())
        return plain and any(all(item.get(key) == value for key, value in conditions.items()) for conditions in alternatives)

    return test


def _matches(item: Mapping[str, Any], key: str, value: str, name_filter: str) -> bool:
    actual = item.get(key)
    if key != "name" or name_filter == "exact" or not isinstance(actual, str):
        return actual == value
    if name_filter == "prefix":
        return actual.startswith(value)
    return actual.lower() == value.lower()


def filter_expression(expression: str) -> list[dict[str, str]]:
    """``a=1 AND b=2 OR c=3`` as a list of alternatives; AND binds before OR."""
    alternatives = []
    for alternative in expression.split(" OR "):
        conditions = {}
        for condition in alternative.split(" AND "):
            key, equals, value = condition.partition("=")
            if not equals or not key.strip():
                raise ConfigurationError(INVALID, f"the filter {condition!r} is not of the form attribute=value")
            conditions[key.strip().lower()] = value.strip()
        alternatives.append(conditions)
    return alternatives
