# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The seed of a Configuration Server, and the state that a fresh server has because of it.

::

    gax_prefix: /gax/api                    # optional
    accounts:                               # the first one is the ready line's; default: "default" with all rights
      - {username: default, password: …, rights: super}          # no password: a random one at each start
      - {username: auditor, rights: read_only}                    # tenants: […] optional
      - {username: branch, rights: tenants, tenants: [Example One], hidden_transactions: [hybrid_integration]}
    tenants: [Example One, {name: Example Two, dbid: 110}]        # Environment (DBID 1) is always there
    folders:
      - {name: Cloud, tenant: Environment, type: CFGTransaction, parent: Transactions}
    transactions:
      - name: hybrid_integration
        tenant: Environment                 # default
        type: CFGTRTList                    # default
        alias: hybrid_integration
        description: ""
        record_period: 0
        state: CFGEnabled
        folder: Transactions                # by name; default: the root folder of the type
        options: {general: {organization_id: …}, empty_section: {}}   # or a list of [section, key, value], where keys may repeat
        extra: {format: …}                  # attributes unknown here, kept and returned
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .model import Entry

# (name, constant of the members' type); each tenant gets its folders when it is created (GAX help, "Creating Transaction Objects").
ENVIRONMENT_FOLDERS = (("Application Templates", "CFGAppPrototype"), ("Applications", "CFGApplication"), ("Hosts", "CFGHost"))
TENANT_FOLDERS = (
    ("Access Groups", "CFGAccessGroup"),
    ("Agent Groups", "CFGAgentGroup"),
    ("Persons", "CFGPerson"),
    ("Scripts", "CFGScript"),
    ("Skills", "CFGSkill"),
    ("Switches", "CFGSwitch"),
    ("Transactions", "CFGTransaction"),
)

Scalar = str | int | float | bool


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AccountSeed(Strict):
    username: str = Field(min_length=1)
    password: str | None = None
    rights: Literal["super", "read_only", "tenants"] = "super"
    tenants: list[str] | None = None
    hidden_transactions: list[str] = []


class TenantSeed(Strict):
    name: str = Field(min_length=1)
    dbid: int | None = Field(default=None, ge=101)


class FolderSeed(Strict):
    name: str = Field(min_length=1)
    tenant: str = "Environment"
    type: str = "CFGTransaction"
    parent: str | None = None


class TransactionSeed(Strict):
    name: str
    tenant: str = "Environment"
    type: str = "CFGTRTList"
    alias: str | None = None
    description: str = ""
    record_period: int = 0
    state: str = "CFGEnabled"
    folder: str | None = None
    options: dict[str, dict[str, Scalar] | None] | list[tuple[str, str, Scalar]] = {}
    extra: dict[str, Any] = {}

    def entries(self) -> list[Entry]:
        if isinstance(self.options, list):
            return [Entry(section, key, text(value)) for section, key, value in self.options]
        return entries_of(self.options)


class Seed(Strict):
    gax_prefix: str = "/gax/api"
    accounts: list[AccountSeed] = Field(default=[AccountSeed(username="default")], min_length=1)
    tenants: list[str | TenantSeed] = []
    folders: list[FolderSeed] = []
    transactions: list[TransactionSeed] = []

    def tenant_seeds(self) -> list[TenantSeed]:
        return [TenantSeed(name=tenant) if isinstance(tenant, str) else tenant for tenant in self.tenants]


def text(value: Scalar) -> str:
    """A scalar as Configuration Server would hold it: a string (true and false in lower case)."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def entries_of(nested: dict[str, Any]) -> list[Entry]:
    """section -> key -> value as a list of entries; an empty section becomes its placeholder."""
    entries: list[Entry] = []
    for section, options in nested.items():
        entries.extend(Entry(section, key, text(value)) for key, value in (options or {"": ""}).items())
    return entries
