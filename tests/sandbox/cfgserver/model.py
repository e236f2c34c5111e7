# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects of a Configuration Server, independent of any protocol.

Attribute names are the Platform SDK's in lower case (as GAX shows them), attribute values are strings, enumeration values are the SDK's constants.
Numbers of the enumerations: Platform SDK, CfgObjectType, CfgTransactionType and CfgObjectState.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

ENVIRONMENT = 1
TRANSACTION = "CfgTransaction"
LONGEST_NAME = 255

OBJECT_TYPES = {
    "CFGSwitch": 1,
    "CFGDN": 2,
    "CFGPerson": 3,
    "CFGPlace": 4,
    "CFGAgentGroup": 5,
    "CFGTenant": 7,
    "CFGApplication": 9,
    "CFGHost": 10,
    "CFGScript": 12,
    "CFGSkill": 13,
    "CFGAgentLogin": 15,
    "CFGTransaction": 16,
    "CFGAppPrototype": 20,
    "CFGAccessGroup": 21,
    "CFGFolder": 22,
}
CLASSES = tuple("Cfg" + constant[3:] for constant in OBJECT_TYPES)

TRANSACTION_TYPES = {
    "CFGTRTNoTransactionType": 0,
    "CFGTRTCallData": 1,
    "CFGTRTBusinessAttribute": 2,
    "CFGTRTBusinessSituation": 3,
    "CFGTRTBusinessRule": 4,
    "CFGTRTBusinessAction": 5,
    "CFGTRTStatFilter": 16,
    "CFGTRTStatTimeRange": 17,
    "CFGTRTStatTimeProfile": 18,
    "CFGTRTStatType": 19,
    "CFGTRTStatMetric": 20,
    "CFGTRTList": 21,
    "CFGTRTMacro": 22,
}
STATES = {"CFGNoObjectState": 0, "CFGEnabled": 1, "CFGDisabled": 2, "CFGDeleted": 3}

# Error codes. The first three are the Platform SDK's; the others are this sandbox's own words for refusals whose real code is not public.
NOT_FOUND = "CFGObjectNotFound"
UNIQUENESS = "CFGUniquenessViolation"
INCOMPLETE = "CFGIncompleteObjectData"
INVALID = "CFGInvalidObjectData"
UNCHANGEABLE = "CFGUnchangeableAttribute"
FORBIDDEN = "CFGNoPermission"
WRITES_CLOSED = "CFGServerNotWritable"
NOT_SUPPORTED = "SandboxNotSupported"


class ConfigurationError(Exception):
    """A refusal by the server: one of the codes above and a sentence. Never carries option values."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Entry(NamedTuple):
    """One option. An empty ``key`` stands for a section without options. Keys may repeat: the storage is a list of pairs, not a dictionary."""

    section: str
    key: str
    value: str


@dataclass
class ConfigObject:
    """``attributes`` holds everything but the four identifiers: strings, or lists and dictionaries of strings for attributes unknown here."""

    class_name: str
    dbid: int
    tenant: int
    folder: int
    attributes: dict[str, Any]
    options: list[Entry] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")


@dataclass
class Draft:
    """What a client asked to store. ``None`` (or an absent attribute) means: not given."""

    dbid: int | None = None
    tenant: int | None = None
    folder: int | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    options: list[Entry] | None = None


@dataclass
class Account:
    """``tenants`` limits what the account sees (None: everything); ``hidden`` names transactions whose permissions exclude it."""

    username: str
    password: str
    rights: str
    tenants: list[int] | None = None
    hidden: list[str] = field(default_factory=list)

    def sees(self, item: ConfigObject) -> bool:
        if self.rights == "super":
            return True
        if item.class_name == TRANSACTION and item.name in self.hidden:
            return False
        return self.tenants is None or item.tenant in self.tenants

    def may_write(self, tenant: int) -> bool:
        return self.rights == "super" or (self.rights == "tenants" and tenant in (self.tenants or []))


def enumeration(table: dict[str, int], value: str, attribute: str) -> str:
    """The constant's own spelling for a name in any case (the Platform SDK looks names up without regard to case)."""
    for constant in table:
        if constant.lower() == value.lower():
            return constant
    raise ConfigurationError(INVALID, f"{attribute} has no value {value!r}")


def normalized_options(entries: list[Entry]) -> list[Entry]:
    """Drop the placeholder of an empty section where the section has options, and repeated placeholders."""
    filled = {entry.section for entry in entries if entry.key}
    kept: list[Entry] = []
    for entry in entries:
        if entry.key:
            kept.append(entry)
        elif entry.section not in filled:
            filled.add(entry.section)
            kept.append(Entry(entry.section, "", ""))
    return kept


def merged_options(current: list[Entry], given: list[Entry]) -> list[Entry]:
    """``given`` over ``current``: an option that is given replaces the one of that section and key, the rest stays."""
    replaced = {(entry.section, entry.key) for entry in given}
    return normalized_options([entry for entry in current if (entry.section, entry.key) not in replaced] + given)
