# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""After a write: is what reads back what was written?

Configuration Server has no revisions: the last writer wins, and whether a front end replaces or merges is not documented. So everything
is read again and compared, what the task manages and what it only carried along.
"""

from __future__ import annotations

from collections.abc import Iterator

from .._errors import VerificationError
from .options import Place, empties_secrets, is_hidden, label, secret_places
from .transport import Transaction

_SCALARS = ("name", "type", "tenant_dbid", "alias", "description", "record_period", "object_state")


def verify(wanted: Transaction, found: Transaction, before: Transaction | None, declared: frozenset[Place], replaces: bool) -> list[Place]:
    """Compare ``found`` with what was written over ``before`` (None: a new object); the secrets that cannot be compared because they read back empty.

    Options that another writer added in the meantime are no fault, unless the task manages all options (``replaces``). Raises VerificationError.
    """
    problems = list(_scalar_problems(wanted, found)) + list(_removal_problems(wanted, found, before, replaces))
    secrets = secret_places(wanted.options, declared)
    hides = empties_secrets(found.options)
    unverified, affected = [], False
    for section, entries in sorted(wanted.options.items()):
        for key, value in sorted(entries.items()):
            read = found.options.get(section, {}).get(key)
            if read == value or read is not None and is_hidden(key, read):
                continue
            if hides and read == "" and (section, key) in secrets:
                unverified.append((section, key))
            else:
                problems.append(f"{section}/{key} {_difference(value, read, (section, key) in secrets)}")
                affected = affected or (section, key) in secrets
    if affected:
        # The object may now hold, beside a client ID, a secret that mints no token; only trying it tells.
        problems.append("a secret is affected: write it again, with the playbook provision by hybrid_check_secrets=true")
    if problems:
        raise VerificationError(f"transaction {wanted.name!r}: the server accepted the write, but reads back otherwise: {'; '.join(problems)}")
    return unverified


def _scalar_problems(wanted: Transaction, found: Transaction) -> Iterator[str]:
    for name in _SCALARS:
        expected, read = getattr(wanted, name), getattr(found, name)
        if expected != read:
            yield f"{name} is {read!r} instead of {expected!r}"
    # Front ends may show the root folder as none.
    if found.folder_dbid not in ("", "0", wanted.folder_dbid) and wanted.folder_dbid not in ("", "0"):
        yield f"the folder has DBID {found.folder_dbid} instead of {wanted.folder_dbid}"


def _removal_problems(wanted: Transaction, found: Transaction, before: Transaction | None, replaces: bool) -> Iterator[str]:
    earlier = before.options if before else {}
    extra = [(section, key) for section, entries in found.options.items() for key in entries if key not in wanted.options.get(section, {})]
    survived = [(section, key) for section, key in extra if key in earlier.get(section, {})]
    if survived:
        yield f"{label(survived)} had to be removed and is still there (this server merges, or another writer put it back): remove it by hand"
    added = [place for place in extra if place not in survived]
    if replaces and added:
        yield f"{label(added)} was not asked for (another writer added it): run again to remove it"


def _difference(value: str, read: str | None, secret: bool) -> str:
    if read is None:
        return "is missing (another writer removed it, or the server did not store it)"
    if read.splitlines() == value.splitlines():
        return "has other line breaks: give it in one line"
    if len(read) < len(value) and value.startswith(read):
        return "was cut off" if secret else f"was cut off after {len(read)} of {len(value)} characters"
    return "has another value (another writer changed it at the same time, or the server altered it)"
