# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON of the GWS Platform Configuration API: the SDK's attribute names, numbers of enumerations as strings, nested options.

Source: GWS Platform Configuration API documentation, and a public test-suite that ran against a GWS (skills, applications, access groups).
That owners of folders read as ``{"ownerID": {"CSID", "DBID", "type"}}`` is inferred from the structure of identifiers in access groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .gax_format import strings
from .model import CLASSES, INVALID, OBJECT_TYPES, STATES, TRANSACTION, TRANSACTION_TYPES, ConfigObject, ConfigurationError, Draft, Entry
from .schemas import GwsTransactionRequest
from .seed import entries_of
from .web import shown

NAMES = {
    "recordperiod": "recordPeriod",
    "folderclass": "folderClass",
    "customtype": "customType",
    "username": "userName",
    "firstname": "firstName",
    "lastname": "lastName",
    "employeeid": "employeeID",
    "emailaddress": "emailAddress",
    "isagent": "isAgent",
    "changepasswordonnextlogin": "changePasswordOnNextLogin",
    "isserviceprovider": "isServiceProvider",
    "issupertenant": "isSuperTenant",
    "parenttenantdbid": "parentTenantDBID",
}
FLAGS = {"CFGFalse": 1, "CFGTrue": 2}
FOLDER_CLASSES = {"CFGFCDefault": 1}
IDENTIFIERS = ("DBID", "tenantDBID", "folderId", "userProperties")
WRITABLE = {"recordPeriod": "recordperiod"}


def resource_name(class_name: str) -> str:
    """CfgAgentLogin -> agent-login (singular); a run of capitals is one word."""
    return "-".join(re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z]+", class_name[3:])).lower()


def plural(name: str) -> str:
    return name + ("es" if name.endswith(("s", "ch")) else "s")


RESOURCES = {plural(resource_name(class_name)): class_name for class_name in CLASSES}


def types_of(class_name: str) -> dict[str, int]:
    return TRANSACTION_TYPES if class_name == TRANSACTION else OBJECT_TYPES


def attributes_of(item: ConfigObject) -> dict[str, Any]:
    """Everything but options: what filters look at."""
    result: dict[str, Any] = {"DBID": str(item.dbid)}
    if item.class_name not in ("CfgTenant", "CfgFolder"):
        result["tenantDBID"] = str(item.tenant)
    if item.class_name != "CfgTenant":
        result["folderId"] = str(item.folder)
    for key, value in item.attributes.items():
        if key == "subtype":
            result["type"] = str(types_of(item.class_name)[value])
        elif key not in ("ownertype", "ownerdbid"):
            result[NAMES.get(key, key)] = _number_of(key, value)
    if "ownerdbid" in item.attributes:
        result["ownerID"] = {"CSID": "0", "DBID": item.attributes["ownerdbid"], "type": str(OBJECT_TYPES[item.attributes["ownertype"]])}
    return result


def rendered(item: ConfigObject, secrets_mode: str) -> dict[str, Any]:
    result = attributes_of(item)
    options: dict[str, dict[str, str]] = {}
    for entry in item.options:
        section = options.setdefault(entry.section, {})
        if entry.key:
            section[entry.key] = shown(entry, secrets_mode).value
    return {**result, "userProperties": options} if options else result


def _number_of(key: str, value: Any) -> Any:
    if key == "state":
        return str(STATES[value])
    for table in (FLAGS, FOLDER_CLASSES):
        if isinstance(value, str) and value in table:
            return str(table[value])
    return strings(value)


def draft_of(body: GwsTransactionRequest) -> Draft:
    """What a client sent; enumerations arrive as numbers, attributes unknown here are kept under their own names."""
    given = body.model_dump(exclude_unset=True, exclude_none=True)
    attributes = {WRITABLE.get(key, key): strings(value) for key, value in given.items() if key not in (*IDENTIFIERS, "type", "state")}
    if body.type is not None:
        attributes["subtype"] = _constant(TRANSACTION_TYPES, body.type, "type")
    if body.state is not None:
        attributes["state"] = _constant(STATES, body.state, "state")
    options: list[Entry] | None = None if body.userProperties is None else entries_of(body.userProperties)
    return Draft(body.DBID, body.tenantDBID, body.folderId, attributes, options)


def _constant(table: Mapping[str, int], number: int, attribute: str) -> str:
    for constant, value in table.items():
        if value == number:
            return constant
    raise ConfigurationError(INVALID, f"{attribute} has no value {number}")


# Query keys of the Platform SDK's query classes: key -> (attribute of the rendered object, whether Configuration Server expects an integer).
FILTERS = {
    "dbid": ("DBID", True),
    "tenant_dbid": ("tenantDBID", True),
    "object_type": ("type", True),
    "state": ("state", True),
    "name": ("name", False),
    "user_name": ("userName", False),
    "owner_dbid": ("owner", True),
}
CONTROL_KEYS = ("all_tenants",)


def selector(query: Mapping[str, str]) -> Callable[[Mapping[str, Any]], bool]:
    """The test that the query asks for, on ``attributes_of`` an object.

    A quoted value is a string, an unquoted number an integer; a filter of the wrong kind matches nothing. Where a dbid is given all other keys
    are ignored (Platform SDK query classes). An unknown key is refused: what a real server does with it is not public, and ignoring it would
    hide mistakes of a client.
    """
    wanted = {key: value for key, value in query.items() if key not in CONTROL_KEYS}
    unknown = sorted(set(wanted) - set(FILTERS))
    if unknown:
        raise ConfigurationError(INVALID, f"there is no filter {unknown[0]!r}")
    if "dbid" in wanted:
        wanted = {"dbid": wanted["dbid"]}

    def test(item: Mapping[str, Any]) -> bool:
        values = {**item, "owner": item.get("ownerID", {}).get("DBID")}
        return all(_matches(values.get(FILTERS[key][0]), value, FILTERS[key][1]) for key, value in wanted.items())

    return test


def _matches(actual: str | None, value: str, expects_integer: bool) -> bool:
    quoted = len(value) >= 2 and value[0] == value[-1] == '"'
    if (value.isdigit() and not quoted) != expects_integer:
        return False
    return actual == (value[1:-1] if quoted else value)
