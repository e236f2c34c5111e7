# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of one Configuration Server and the rules by which it changes.

Rules and their public sources: identity (tenant, type, name), alias unique within type and tenant, tenant and type unchangeable, DBIDs never
reused (Platform SDK reference, CfgTransaction); a folder holds one type of object (GAX help); the folder of an object is not changed by an update
(mutagen). Wherever products are not known to agree there is a switch, see ``switches.py``.
"""

from __future__ import annotations

import asyncio
import copy
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

from . import model, state
from .model import TRANSACTION, Account, ConfigObject, ConfigurationError, Draft, Entry
from .seed import Seed
from .sessions import Sessions
from .switches import LONGEST_WRITE_SECONDS, SWITCHES, number

FIRST_DBID = 101
OTHER_WRITER = " (changed by another writer)"


class ConfigurationServer:
    """``seed`` as documented in ``seed.py``; ``clock`` has ``now()`` in epoch seconds; ``switches`` is the world's live dictionary."""

    def __init__(self, seed: dict[str, Any] | None, clock: Any, switches: Mapping[str, Any]) -> None:
        self.switches = switches
        self.sessions = Sessions(clock)
        self.accounts: list[Account] = []
        self.objects: dict[tuple[str, int], ConfigObject] = {}
        self.next_dbid: dict[str, int] = {}
        self.reads = 0
        self._write_lock = asyncio.Lock()
        self._seed_prefix = SWITCHES["gax_prefix"]
        state.build(self, Seed.model_validate(seed or {}))

    # -- interface to the core ---------------------------------------------------------------------------------------------------------------

    def credentials(self) -> tuple[str, str]:
        """User name and password of the first account of the seed."""
        return self.accounts[0].username, self.accounts[0].password

    def dump(self) -> dict[str, Any]:
        """The whole state as JSON values, passwords and secrets included; sessions are left out."""
        return {
            "gax_prefix": self._seed_prefix,
            "accounts": [asdict(account) for account in self.accounts],
            "next_dbid": dict(self.next_dbid),
            "objects": [{**asdict(item), "options": [list(entry) for entry in item.options]} for item in self.objects.values()],
        }

    def load(self, dumped: Mapping[str, Any]) -> None:
        """Take over a state written by ``dump``; every session ends."""
        self._seed_prefix = dumped["gax_prefix"]
        self.accounts = [Account(**account) for account in dumped["accounts"]]
        self.next_dbid = dict(dumped["next_dbid"])
        items = [ConfigObject(**{**item, "options": [Entry(*entry) for entry in item["options"]]}) for item in dumped["objects"]]
        self.objects = {(item.class_name, item.dbid): item for item in items}
        self.sessions.clear()

    def expire_sessions(self) -> None:
        """End every GAX and GWS session, as a restart or a failover does."""
        self.sessions.clear()

    @property
    def gax_prefix(self) -> str:
        prefix = self.switches["gax_prefix"]
        return "/" + (prefix if prefix != SWITCHES["gax_prefix"] else self._seed_prefix).strip("/")

    @gax_prefix.setter
    def gax_prefix(self, prefix: str) -> None:
        self._seed_prefix = prefix

    # -- reading -----------------------------------------------------------------------------------------------------------------------------

    def account(self, username: str) -> Account | None:
        return next((account for account in self.accounts if account.username == username), None)

    def authenticate(self, username: str, password: str) -> Account | None:
        account = self.account(username)
        matches = account is not None and secrets.compare_digest(account.password.encode(), password.encode())
        return account if matches else None

    def visible(self, account: Account, class_name: str) -> Iterator[ConfigObject]:
        for item in self.objects.values():
            if item.class_name == class_name and account.sees(item):
                yield item

    def get(self, account: Account, class_name: str, dbid: int) -> ConfigObject:
        """One object; an object that the account does not see is absent (CFGObjectNotFound)."""
        item = self.objects.get((class_name, dbid))
        if item is None or not account.sees(item):
            raise ConfigurationError(model.NOT_FOUND, f"no {class_name} with DBID {dbid}")
        return item

    def folder_members(self) -> dict[int, list[ConfigObject]]:
        members: dict[int, list[ConfigObject]] = {}
        for item in self.objects.values():
            if item.folder and item.class_name != "CfgFolder":
                members.setdefault(item.folder, []).append(item)
        return members

    # -- writing -----------------------------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def write_turn(self) -> AsyncIterator[None]:
        """Writes happen one after the other ([system] serialize-write-transactions), each as slow as cfgserver_write_seconds says."""
        async with self._write_lock:
            await asyncio.sleep(number(self.switches, "cfgserver_write_seconds", LONGEST_WRITE_SECONDS))
            yield

    def create(self, account: Account, draft: Draft) -> ConfigObject:
        """Store a new transaction. An invisible object of the same identity makes it fail on uniqueness like a visible one."""
        tenant = self._required(draft.tenant, "the tenant's DBID")
        if ("CfgTenant", tenant) not in self.objects:
            raise ConfigurationError(model.INVALID, f"no tenant with DBID {tenant}")
        self._check_may_write(account, tenant)
        if self.switches["cfgserver_alias"] == "mandatory" and not draft.attributes.get("alias"):
            raise ConfigurationError(model.INCOMPLETE, "a transaction needs an alias")
        if draft.folder and not account.sees(self._folder(draft.folder)):
            raise ConfigurationError(model.NOT_FOUND, f"no CfgFolder with DBID {draft.folder}")
        return copy.deepcopy(self.insert(draft))

    def insert(self, draft: Draft) -> ConfigObject:
        """Store a new transaction without looking at rights (seed and create)."""
        tenant = self._required(draft.tenant, "the tenant's DBID")
        attributes = {"alias": "", "description": "", "recordperiod": "0", "state": "CFGEnabled", **draft.attributes}
        self._check_attributes(attributes)
        folder = draft.folder or self.root_folder(tenant, "CFGTransaction")
        self._check_folder(folder, tenant)
        self._check_unique(tenant, attributes, None)
        item = ConfigObject(TRANSACTION, self.allocate(TRANSACTION), tenant, folder, attributes, self._stored(draft.options or []))
        self.objects[(TRANSACTION, item.dbid)] = item
        return item

    def update(self, account: Account, dbid: int, draft: Draft, mode: str) -> ConfigObject:
        """Change a transaction; ``mode`` is replace or merge. Returns it as written, even if another writer acts at once."""
        item = self.get(account, TRANSACTION, dbid)
        if mode == "replace":
            identity = {key: item.attributes[key] for key in ("name", "subtype", "state")}
            attributes = {"alias": "", "description": "", "recordperiod": "0", **identity, **draft.attributes}
            options = draft.options or []
        else:
            attributes = {**item.attributes, **draft.attributes}
            options = merged_or_same(item.options, draft.options)
        return self._change(account, item, draft, attributes, options)

    def update_delta(self, account: Account, dbid: int, draft: Draft, deleted: Mapping[str, Mapping[str, Any]]) -> ConfigObject:
        """Change what ``draft`` names; ``deleted`` is section -> keys, an empty section meaning the whole section (Platform SDK, delta objects)."""
        item = self.get(account, TRANSACTION, dbid)
        kept = [entry for entry in item.options if entry.section not in deleted or (deleted[entry.section] and entry.key not in deleted[entry.section])]
        return self._change(account, item, draft, {**item.attributes, **draft.attributes}, merged_or_same(kept, draft.options))

    def delete(self, account: Account, dbid: int) -> None:
        item = self.get(account, TRANSACTION, dbid)
        self._check_may_write(account, item.tenant)
        del self.objects[(TRANSACTION, dbid)]

    def allocate(self, class_name: str) -> int:
        dbid = self.next_dbid.get(class_name, FIRST_DBID)
        self.next_dbid[class_name] = dbid + 1
        return dbid

    def root_folder(self, tenant: int, member_type: str) -> int:
        for item in self.objects.values():
            if item.class_name == "CfgFolder" and item.tenant == tenant and item.attributes["subtype"] == member_type and not item.folder:
                return item.dbid
        raise ConfigurationError(model.INVALID, f"tenant {tenant} has no folder for {member_type}")

    def _change(self, account: Account, item: ConfigObject, draft: Draft, attributes: dict[str, Any], options: list[Entry]) -> ConfigObject:
        self._check_may_write(account, item.tenant)
        self._check_unchanged(item, draft, attributes)
        self._check_attributes(attributes)
        self._check_unique(item.tenant, attributes, item.dbid)
        before = copy.deepcopy(item)
        item.attributes, item.options = attributes, self._stored(options)
        written = copy.deepcopy(item)
        self._let_another_writer_act(item, before)
        return written

    def _stored(self, options: list[Entry]) -> list[Entry]:
        length = int(number(self.switches, "cfgserver_value_length"))
        entries = model.normalized_options(options)
        return [entry._replace(value=entry.value[:length]) for entry in entries] if length else entries

    def _let_another_writer_act(self, item: ConfigObject, before: ConfigObject) -> None:
        """Configuration Server has neither ETag nor lock over HTTP: the last writer wins, unseen (switch cfgserver_lost_update)."""
        action = self.switches["cfgserver_lost_update"]
        if action == "reverted":
            item.attributes, item.options = before.attributes, before.options
        elif action == "changed":
            fresh = [index for index, entry in enumerate(item.options) if entry.key and entry not in before.options]
            index = next(iter(fresh), next((index for index, entry in enumerate(item.options) if entry.key), None))
            if index is None:
                item.attributes["description"] = item.attributes.get("description", "") + OTHER_WRITER
            else:
                item.options[index] = item.options[index]._replace(value=item.options[index].value + OTHER_WRITER)

    # -- checks ------------------------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _required(value: int | None, what: str) -> int:
        if value is None:
            raise ConfigurationError(model.INCOMPLETE, f"a transaction needs {what}")
        return value

    def _check_may_write(self, account: Account, tenant: int) -> None:
        mode = self.switches["cfgserver_mode"]
        if mode == "read_only" or (mode == "emergency" and account.rights != "super"):
            raise ConfigurationError(model.WRITES_CLOSED, f"Configuration Server is in {mode.replace('_', '-')} mode")
        if not account.may_write(tenant):
            raise ConfigurationError(model.FORBIDDEN, "insufficient permissions to perform this operation")

    def _check_attributes(self, attributes: dict[str, Any]) -> None:
        """Mandatory attributes, limits and enumerations; spells enumerations canonically in place."""
        for key, label in (("name", "a name"), ("subtype", "a type")):
            if not attributes.get(key):
                raise ConfigurationError(model.INCOMPLETE, f"a transaction needs {label}")
        for key in ("name", "alias"):
            if len(attributes.get(key, "")) > model.LONGEST_NAME:
                raise ConfigurationError(model.INVALID, f"{key} is longer than {model.LONGEST_NAME} characters")
        if not attributes["recordperiod"].isdigit():
            raise ConfigurationError(model.INVALID, "recordperiod must be a whole number of minutes")
        attributes["subtype"] = model.enumeration(model.TRANSACTION_TYPES, attributes["subtype"], "type")
        attributes["state"] = model.enumeration(model.STATES, attributes["state"], "state")

    def _check_unchanged(self, item: ConfigObject, draft: Draft, attributes: dict[str, Any]) -> None:
        given = {"DBID": (draft.dbid, item.dbid), "tenant": (draft.tenant, item.tenant), "folder": (draft.folder, item.folder)}
        changed = [label for label, (new, old) in given.items() if new is not None and new != old]
        if attributes["subtype"].lower() != item.attributes["subtype"].lower():
            changed.append("type")
        if changed:
            raise ConfigurationError(model.UNCHANGEABLE, f"cannot be changed: {', '.join(changed)}")

    def _folder(self, dbid: int) -> ConfigObject:
        folder = self.objects.get(("CfgFolder", dbid))
        if folder is None:
            raise ConfigurationError(model.NOT_FOUND, f"no CfgFolder with DBID {dbid}")
        return folder

    def _check_folder(self, dbid: int, tenant: int) -> None:
        folder = self._folder(dbid)
        if folder.attributes["subtype"] != "CFGTransaction":
            raise ConfigurationError(model.INVALID, f"folder {folder.name} holds {folder.attributes['subtype']}, not CFGTransaction")
        if folder.tenant != tenant:
            raise ConfigurationError(model.INVALID, f"folder {folder.name} with DBID {dbid} belongs to another tenant")

    def _check_unique(self, tenant: int, attributes: dict[str, Any], own_dbid: int | None) -> None:
        """Names, and aliases where given, are unique within tenant and type."""
        insensitive = self.switches["cfgserver_name_collation"] == "case_insensitive"
        for item in self.objects.values():
            if item.class_name != TRANSACTION or item.dbid == own_dbid or item.tenant != tenant:
                continue
            if item.attributes["subtype"] != attributes["subtype"]:
                continue
            for key in ("name", "alias"):
                new, old = attributes.get(key, ""), item.attributes.get(key, "")
                if new and (new == old or (insensitive and new.lower() == old.lower())):
                    raise ConfigurationError(model.UNIQUENESS, f"a transaction of this type with this {key} exists in the tenant")


def merged_or_same(current: list[Entry], given: list[Entry] | None) -> list[Entry]:
    return list(current) if given is None else model.merged_options(current, given)
