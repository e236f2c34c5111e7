# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Builds the first state of a Configuration Server out of its seed: tenants, their folders, accounts and their persons, transactions."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from .model import ENVIRONMENT, OBJECT_TYPES, Account, ConfigObject, ConfigurationError, Draft, enumeration
from .seed import ENVIRONMENT_FOLDERS, TENANT_FOLDERS, AccountSeed, FolderSeed, Seed, TenantSeed, TransactionSeed

if TYPE_CHECKING:
    from .server import ConfigurationServer

FIRST_PERSON = 100  # the shipped GAX option [general] default_account_dbid


def build(server: ConfigurationServer, seed: Seed) -> None:
    """Fill an empty server; ValueError says what in the seed does not fit."""
    server.gax_prefix = seed.gax_prefix
    try:
        _add_tenants(server, seed.tenant_seeds())
        for folder in seed.folders:
            _add_seed_folder(server, folder)
        server.next_dbid["CfgPerson"] = FIRST_PERSON
        for account in seed.accounts:
            _add_account(server, account)
        for transaction in seed.transactions:
            _add_transaction(server, transaction)
    except ConfigurationError as error:
        raise ValueError(f"the Configuration Server seed does not fit: {error.message}") from error


def tenant_dbid(server: ConfigurationServer, name: str) -> int:
    for item in server.objects.values():
        if item.class_name == "CfgTenant" and item.name == name:
            return item.dbid
    raise ValueError(f"the Configuration Server seed names a tenant that it does not define: {name!r}")


def _add_tenants(server: ConfigurationServer, tenants: list[TenantSeed]) -> None:
    _add_tenant(server, "Environment", ENVIRONMENT)
    taken = {tenant.dbid for tenant in tenants if tenant.dbid}
    for tenant in tenants:
        dbid = tenant.dbid
        while dbid is None:
            candidate = server.allocate("CfgTenant")
            dbid = None if candidate in taken else candidate
        if ("CfgTenant", dbid) in server.objects or any(item.name == tenant.name for item in server.objects.values() if item.class_name == "CfgTenant"):
            raise ValueError(f"the Configuration Server seed defines tenant {tenant.name!r} or its DBID twice")
        _add_tenant(server, tenant.name, dbid)
    server.next_dbid["CfgTenant"] = max([100, *taken, server.next_dbid.get("CfgTenant", 101) - 1]) + 1


def _add_tenant(server: ConfigurationServer, name: str, dbid: int) -> None:
    root = dbid == ENVIRONMENT
    attributes = {
        "name": name,
        "state": "CFGEnabled",
        "isserviceprovider": "CFGTrue" if root else "CFGFalse",
        "issupertenant": "CFGTrue" if root else "CFGFalse",
        "parenttenantdbid": "0" if root else str(ENVIRONMENT),
    }
    server.objects[("CfgTenant", dbid)] = ConfigObject("CfgTenant", dbid, dbid, 0, attributes)
    for folder, member_type in (ENVIRONMENT_FOLDERS if root else ()) + TENANT_FOLDERS:
        _add_folder(server, folder, member_type, dbid, 0)


def _add_folder(server: ConfigurationServer, name: str, member_type: str, tenant: int, parent: int) -> None:
    attributes = {
        "name": name,
        "state": "CFGEnabled",
        "subtype": member_type,
        "folderclass": "CFGFCDefault",
        "customtype": "0",
        "ownertype": "CFGTenant",
        "ownerdbid": str(tenant),
    }
    dbid = server.allocate("CfgFolder")
    server.objects[("CfgFolder", dbid)] = ConfigObject("CfgFolder", dbid, tenant, parent, attributes)


def _add_seed_folder(server: ConfigurationServer, folder: FolderSeed) -> None:
    tenant = tenant_dbid(server, folder.tenant)
    member_type = enumeration(OBJECT_TYPES, folder.type, "type of a folder")
    if folder.parent is None:
        parent = server.root_folder(tenant, member_type)
    else:
        parent = _folder_by_name(server, tenant, folder.parent, member_type)
    _add_folder(server, folder.name, member_type, tenant, parent)


def _folder_by_name(server: ConfigurationServer, tenant: int, name: str, member_type: str) -> int:
    for item in server.objects.values():
        if item.class_name == "CfgFolder" and (item.tenant, item.name, item.attributes["subtype"]) == (tenant, name, member_type):
            return item.dbid
    raise ValueError(f"the Configuration Server seed names a folder that tenant {tenant} does not have: {name!r}")


def _add_account(server: ConfigurationServer, seed: AccountSeed) -> None:
    if seed.rights == "tenants" and not seed.tenants:
        raise ValueError(f"account {seed.username!r} has rights: tenants, so it needs a list of tenants")
    if server.account(seed.username):
        raise ValueError(f"the Configuration Server seed defines account {seed.username!r} twice")
    tenants = None if seed.tenants is None else [tenant_dbid(server, name) for name in seed.tenants]
    password = secrets.token_urlsafe(18) if seed.password is None else seed.password
    server.accounts.append(Account(seed.username, password, seed.rights, tenants, list(seed.hidden_transactions)))
    attributes = {
        "username": seed.username,
        "firstname": seed.username,
        "lastname": "",
        "employeeid": seed.username,
        "emailaddress": "",
        "isagent": "CFGFalse",
        "changepasswordonnextlogin": "CFGFalse",
        "state": "CFGEnabled",
    }
    dbid = server.allocate("CfgPerson")
    folder = server.root_folder(ENVIRONMENT, "CFGPerson")
    server.objects[("CfgPerson", dbid)] = ConfigObject("CfgPerson", dbid, ENVIRONMENT, folder, attributes)


def _add_transaction(server: ConfigurationServer, seed: TransactionSeed) -> None:
    tenant = tenant_dbid(server, seed.tenant)
    attributes = {
        **seed.extra,
        "name": seed.name,
        "alias": seed.name if seed.alias is None else seed.alias,
        "description": seed.description,
        "recordperiod": str(seed.record_period),
        "state": seed.state,
        "subtype": seed.type,
    }
    folder = None if seed.folder is None else _folder_by_name(server, tenant, seed.folder, "CFGTransaction")
    server.insert(Draft(tenant=tenant, folder=folder, attributes=attributes, options=seed.entries()))
