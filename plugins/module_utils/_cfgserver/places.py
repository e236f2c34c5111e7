# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Tenants and folders by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from .._errors import ConflictError, HybridError, ValidationError
from .answers import may_refuse_query
from .transport import ENVIRONMENT, Folder, Tenant, Transport


def tenant_named(transport: Transport, name: str) -> Tenant:
    """The tenant of exactly this name; Environment is built in and never looked up."""
    if name == ENVIRONMENT.name:
        return ENVIRONMENT
    tenants: list[Tenant] = []
    for asked in (name, None):  # how a server compares names is not known, so only the whole list proves that there is none
        try:
            tenants = transport.tenants(asked)
        except HybridError as error:
            if asked is None or not may_refuse_query(error):
                raise
        for tenant in tenants:
            if tenant.name == name:
                return tenant
    hint = _closest(name, [ENVIRONMENT.name, *(tenant.name for tenant in tenants)])
    raise ValidationError(f"tenant {name!r} does not exist or is not visible to this account: {hint}")


def root_folder(folders: Iterable[Folder], tenant: Tenant) -> Folder:
    """The folder that the server itself made for the tenant's transactions, whatever it is called: the one that lies in no other such folder."""
    candidates = [folder for folder in folders if folder.holds_transactions]
    known = {folder.dbid for folder in candidates}
    roots = [folder for folder in candidates if folder.parent_dbid not in known]
    if len(roots) == 1:
        return roots[0]
    if not roots:
        raise ValidationError(f"tenant {tenant.name!r} shows no folder for transactions to this account: it lacks the right to read it")
    raise ConflictError(f"tenant {tenant.name!r} has several root folders for transactions: say in folder which one: {_names(roots)}")


def folder_named(folders: Iterable[Folder], tenant: Tenant, wanted: str) -> Folder:
    """The folder for transactions with this name, or with this DBID where no folder has such a name."""
    folders = list(folders)
    usable = [folder for folder in folders if folder.holds_transactions]
    matches = [folder for folder in usable if folder.name == wanted] or [folder for folder in usable if folder.dbid == wanted]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise ConflictError(f"folder {wanted!r} is ambiguous in tenant {tenant.name!r}: give the DBID of one of {_names(matches)}")
    if any(wanted in (folder.name, folder.dbid) for folder in folders):
        raise ValidationError(
            f"folder {wanted!r} of tenant {tenant.name!r} holds objects of another type, a transaction cannot be in it: these can hold one: {_names(usable)}"
        )
    hint = _closest(wanted, [folder.name for folder in usable])
    raise ValidationError(
        f"folder {wanted!r} does not exist in tenant {tenant.name!r} or is not visible to this account: {hint}; these hold transactions: {_names(usable)}"
    )


def _closest(name: str, names: Iterable[str]) -> str:
    by_folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), list(by_folded), n=1)
    return f"the closest is {by_folded[close[0]]!r}" if close else f"there is {', '.join(sorted(by_folded.values())) or 'none'}"


def _names(folders: Iterable[Folder]) -> str:
    return ", ".join(sorted(f"{folder.name!r} (DBID {folder.dbid})" for folder in folders)) or "none"
