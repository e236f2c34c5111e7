# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""What a way to a Configuration Server offers: neutral objects and the operations on them.

Nothing above this interface knows which implementation is used. Attributes are those of the Platform SDK's CfgTenant, CfgFolder and
CfgTransaction; DBIDs are decimal numbers as strings, as every public REST interface of Configuration Server shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

Options = dict[str, dict[str, str]]  # section -> option -> value; a section without options does not appear

# The module's spelling of CfgTransactionType, with the number of each constant (Platform SDK reference).
TRANSACTION_TYPES = {
    "list": 21,
    "call_data": 1,
    "business_attribute": 2,
    "business_situation": 3,
    "business_rule": 4,
    "business_action": 5,
    "stat_filter": 16,
    "stat_time_range": 17,
    "stat_time_profile": 18,
    "stat_type": 19,
    "stat_metric": 20,
    "macro": 22,
}
OBJECT_STATES = {"enabled": 1, "disabled": 2}  # CfgObjectState, the two that a user may choose


@dataclass(frozen=True)
class Tenant:
    dbid: str
    name: str


# Built in, and missing from the lists of tenants (public clients of the REST API of Genesys Administrator Extension; the Platform SDK's queries).
ENVIRONMENT = Tenant("1", "Environment")


@dataclass(frozen=True)
class Folder:
    """A folder. ``holds_transactions``: the type of its members is CFGTransaction; a folder has members of one type only."""

    dbid: str
    tenant_dbid: str
    name: str
    parent_dbid: str
    holds_transactions: bool


@dataclass(frozen=True)
class Transaction:
    """A transaction object.

    ``type`` and ``object_state`` are in the module's spelling, or the server's own word where the module has none. ``record_period`` is in
    minutes. ``options`` is the annex (userProperties). ``dbid`` is empty and ``raw`` is None until the server has the object; then
    ``raw`` is the object as it was read, so that a write can keep what this class does not know.

    Of an object that is to be written, ``dropped_sections`` are the sections that the user wants gone whatever they hold by then, and ``unreadable`` the
    (section, option) pairs whose value is only what the server shows instead of a secret: a write that names them destroys it.
    """

    tenant_dbid: str
    type: str
    name: str
    alias: str
    description: str
    record_period: int
    object_state: str
    folder_dbid: str
    options: Options
    dbid: str = ""
    raw: Any = field(default=None, repr=False, compare=False)
    dropped_sections: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    unreadable: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)


class Transport(Protocol):
    """One session with one Configuration Server. Every method raises HybridError with one sentence for the user."""

    sleep: Callable[[float], None]

    @property
    def updates_are_whole(self) -> bool:
        """True when an update names the whole object, so that one whose fate is not known may follow after another look; a delta may not."""

    def tenants(self, name: str | None = None) -> list[Tenant]:
        """The visible tenants besides Environment. With ``name`` the server may leave out others, so the caller compares again."""

    def folders(self, tenant_dbid: str) -> list[Folder]:
        """The visible folders of one tenant, whatever they hold."""

    def folder(self, dbid: str) -> Folder | None:
        """One folder, None when it does not exist or is not visible."""

    def find(self, tenant_dbid: str, type_name: str, name: str | None = None) -> list[Transaction]:
        """The visible transactions of exactly this tenant, type and, when given, name."""

    def get(self, dbid: str) -> Transaction | None:
        """One transaction as it is now, None when it does not exist or is not visible."""

    def create(self, wanted: Transaction) -> str | None:
        """Create an object; its DBID, or None when the server does not tell."""

    def update(self, base: Transaction, wanted: Transaction) -> None:
        """Write ``wanted`` over ``base``, which was read just before; what neither knows stays as it is in ``base.raw``.

        Like every write it is sent once: an error with ``maybe_processed`` means that only another look tells whether it was executed.
        ConflictError, before anything is written, when it would have to name what is ``unreadable``.
        """

    def delete(self, found: Transaction) -> None:
        """Delete a transaction; one that is gone already is no error."""

    def close(self) -> None:
        """End the session. Never raises."""
