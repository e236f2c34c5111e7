# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""One transaction object: find, compare, create, update, delete, verify.

Identity is (tenant, type, name); tenant, type and folder of an existing object never change. There is no revision or lock: the object is read
late, written once, and read back.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .._errors import ConflictError, HybridError, UnreachableError, ValidationError, VerificationError
from .._reconcile import KNOWN_AFTER_APPLY, Field, Plan, diff_of, given, plan
from .._secrets import Seal
from .options import Desired, OptionsPlan, Place, displayed, label, openly_given, parse, plan_options, secret_places, worth_hiding
from .places import folder_named, root_folder, tenant_named
from .transport import Folder, Transaction, Transport
from .verification import verify
from .writes import WRITE_PAUSES, may_repeat, settling_time, unresolved, would_destroy

LONGEST_NAME = 255
_LOOKUP_PAUSES = (0.0, 1.0, 2.0, 4.0)  # seconds before each look for an object whose create was not answered, or answered without its DBID
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SHORTEST_READ_SECRET = 8  # characters
_ROOT = ("", "0")  # how a front end may show that an object lies in the root folder


@dataclass(frozen=True)
class TransactionPlan:
    """``action`` is create, update, delete or none; ``wanted`` is the object afterwards, None when it is or will be gone."""

    action: str
    scalars: Plan
    options: OptionsPlan
    wanted: Transaction | None

    def sides(self) -> Plan:
        """The diff of everything that is managed."""
        before, after = dict(self.scalars.before), dict(self.scalars.after)
        for side, shown in ((before, self.options.before), (after, self.options.after)):
            if shown or self.options.before or self.options.after:
                side["options"] = shown
        return Plan(self.action, {}, before if self.action != "create" else {}, after if self.action != "delete" else {})


def register_secrets(transaction: Transaction, declared: frozenset[Place], register: Callable[[str], None], shown: set[str]) -> None:
    """Tell ``register`` every secret that was read, but what the object also holds openly, or held at an earlier read of this task: ``shown``."""
    secrets = secret_places(transaction.options, declared)
    shown |= {value for section, entries in transaction.options.items() for key, value in entries.items() if (section, key) not in secrets}
    for section, key in secrets:
        value = transaction.options[section][key]
        if value in shown:
            continue
        # Ansible masks every occurrence of a registered value: a short one would garble names, IDs and sealed values of the result.
        if worth_hiding(value) and len(value) >= _SHORTEST_READ_SECRET:
            register(value)


def find_one(transport: Transport, tenant_dbid: str, type_name: str, name: str) -> Transaction | None:
    found = transport.find(tenant_dbid, type_name, name)
    if len(found) > 1:
        dbids = ", ".join(sorted(transaction.dbid for transaction in found))
        raise ConflictError(f"{len(found)} transactions of this tenant and type are named {name!r} (DBIDs {dbids}): delete those that are too many")
    return found[0] if found else None


class ManagedTransaction:
    """The transaction that a task asks for: everything read and checked on construction, written by ``apply``."""

    def __init__(self, transport: Transport, params: Mapping[str, Any], context: Any) -> None:
        self._transport, self._params, self._context = transport, params, context
        self.name = params["name"]
        self._shown: set[str] = set()
        _check_scalars(params)
        desired = self._parse()
        self._declared = desired.secrets if desired else frozenset()
        self._desired = desired if params["state"] == "present" else None
        self._tenant = tenant_named(transport, params["tenant"])
        self._found = self._find()
        self._folders: list[Folder] = []
        self._folder_dbid = self._wanted_folder()
        self.plan = self._plan(self._found)
        if "alias" in self.plan.scalars.changes:
            self._refuse_taken_alias(self.plan.scalars.changes["alias"])
        if self.plan.options.unreadable:
            context.warn(
                f"transaction {self.name!r}: the server hides {label(self.plan.options.unreadable)}, which counts as unchanged: "
                "set secret_update: always to write it"
            )

    @property
    def changed(self) -> bool:
        return self.plan.action != "none"

    def diff(self) -> dict[str, Any]:
        return diff_of("transaction", self.name, self.plan.sides())

    def predicted(self) -> dict[str, Any] | None:
        """The transaction as it is, or as it would be after ``apply``; None when it is or would be gone."""
        wanted = self.plan.wanted
        return None if wanted is None else self._result(wanted if wanted.dbid else replace(wanted, dbid=KNOWN_AFTER_APPLY))

    def apply(self) -> dict[str, Any]:
        """Write what is planned and return the result; when another writer did it meanwhile, nothing is written and nothing has changed."""
        if self._found is None:
            return {"transaction": self._result(self._create())}
        if self.plan.action == "delete":
            self._delete(self._found)
            return {"transaction": None}
        written = self._update(self._found.dbid)
        return {"transaction": self._result(written), "diff": self.diff(), "changed": self.changed}

    def _parse(self) -> Desired | None:
        params = self._params
        for secret in openly_given(params["options"]):
            self._context.register_secret(secret)
        desired = parse(params, Seal(params["seal_key"]) if params["seal_key"] else None)
        if desired is None:
            return None
        for secret in desired.secret_values():
            self._context.register_secret(secret)
        if desired.exposed and params["state"] == "present":
            self._context.warn(
                f"transaction {self.name!r}: {label(desired.exposed)} in options looks like a secret: use secret_options, which Ansible never shows"
            )
        return desired

    def _find(self) -> Transaction | None:
        found = find_one(self._transport, self._tenant.dbid, self._params["type"], self.name)
        if found is not None:
            register_secrets(found, self._declared, self._context.register_secret, self._shown)
        return found

    def _refuse_taken_alias(self, alias: str) -> None:
        """An error for what the server would refuse, so that check mode foresees it; read only when an alias is to be written."""
        for other in self._transport.find(self._tenant.dbid, self._params["type"]):
            if other.alias == alias and other.name != self.name:
                raise ConflictError(
                    f"alias {alias!r} of transaction {self.name!r} is already the alias of transaction {other.name!r} (DBID {other.dbid}): "
                    "aliases are unique within a tenant and type, give another one"
                )

    def _wanted_folder(self) -> str | None:
        """The DBID of the folder that the user names, or, for a new object, of the tenant's own one."""
        if self._params["state"] == "absent" or (self._found is not None and self._params["folder"] is None):
            return None
        self._folders = self._transport.folders(self._tenant.dbid)
        if self._params["folder"] is None:
            return root_folder(self._folders, self._tenant).dbid
        return folder_named(self._folders, self._tenant, self._params["folder"]).dbid

    def _located(self, transaction: Transaction) -> Transaction:
        """The transaction with its folder's DBID also where the front end shows the root folder as none."""
        if transaction.folder_dbid not in _ROOT or not self._folders:
            return transaction
        return replace(transaction, folder_dbid=root_folder(self._folders, self._tenant).dbid)

    def _fields(self) -> list[Field]:
        return [
            Field("alias", default=self.name),
            Field("description"),
            Field("record_period"),
            Field("object_state", default="enabled"),
            Field("folder", create_only=True, show=self._folder_name),
        ]

    def _plan(self, current: Transaction | None) -> TransactionPlan:
        """The work between ``current`` and what the user asks for; ConflictError when it cannot be done without destroying something."""
        params, fields = self._params, self._fields()
        current = self._located(current) if current else None
        present = params["state"] == "present"
        desired = given(params, [field for field in fields if field.name != "folder"]) if present else {}
        if self._folder_dbid is not None:
            desired["folder"] = self._folder_dbid
        scalars = plan(params["state"], _option_form(current) if current else None, desired, fields)
        if not present:
            everything = displayed(current.options, self._declared) if current else {}
            return TransactionPlan(scalars.action, scalars, OptionsPlan({}, frozenset(), frozenset(), everything, {}), None)
        options = plan_options(current.options if current else {}, self._desired)
        base = current or self._blank()
        changes = {name: value for name, value in scalars.changes.items() if name != "folder"}
        wanted = replace(base, **changes, options=options.wanted, dropped_sections=options.dropped_sections, unreadable=options.endangered)
        action = "update" if scalars.action == "none" and options.changed else scalars.action
        if action == "update" and options.endangered and self._transport.updates_are_whole:
            raise would_destroy(self.name, options.endangered, "this interface takes no changes by themselves")
        return TransactionPlan(action, scalars, options, wanted)

    def _blank(self) -> Transaction:
        return Transaction(self._tenant.dbid, self._params["type"], self.name, self.name, "", 0, "enabled", self._folder_dbid or "", {})

    def _create(self) -> Transaction:
        wanted = self._known(self.plan)
        try:
            dbid = self._send_new(wanted)
        except HybridError as error:
            return self._settle(self._appeared(error))
        found = (self._transport.get(dbid) if dbid else None) or self._look_again()
        if found is None:
            raise VerificationError(
                f"transaction {self.name!r}: the server accepted the create, but shows no such object: this account may lack the right to read it"
            )
        self._verify(wanted, found, None)
        return found

    def _send_new(self, wanted: Transaction) -> str | None:
        """Create; once more when the request never left, after a read that finds an address which is not down."""
        try:
            return self._transport.create(wanted)
        except UnreachableError as error:
            if error.maybe_processed or error.request["status"] is not None or self._find() is not None:
                raise
        return self._transport.create(wanted)

    def _appeared(self, error: HybridError) -> Transaction:
        """The object that exists although its create failed: our own when the answer was lost, else another writer's, which is an error."""
        try:
            found = self._look_again() if error.maybe_processed else self._find()
        except HybridError:
            raise error from None
        if found is None:
            raise unresolved(self.name, error) from error
        if not error.maybe_processed:
            raise ConflictError(f"transaction {self.name!r} was created by somebody else at the same moment: run again to compare and update it") from error
        return found

    def _look_again(self) -> Transaction | None:
        """Find the new object; a server that queues its writes may show it a little later."""
        for pause in _LOOKUP_PAUSES:
            if pause:
                self._transport.sleep(pause)
            found = self._find()
            if found is not None:
                return found
        return None

    def _settle(self, found: Transaction) -> Transaction:
        """Bring an object whose create was not answered to what it has to be."""
        remaining = self._plan(found)
        return found if remaining.action == "none" else self._write(found, remaining)

    def _update(self, dbid: str) -> Transaction:
        """Read late: the plan that is carried out is made on the object as it is now. A write that was not executed is planned anew."""
        for attempt, pause in enumerate((*WRITE_PAUSES, None)):
            fresh = self._fresh(dbid)
            planned = self._plan(fresh)
            if attempt == 0 or planned.action != "none":
                self.plan = planned
            if planned.action == "none":
                return fresh
            try:
                return self._write(fresh, planned)
            except UnreachableError as error:
                if pause is None or not may_repeat(error, self._transport.updates_are_whole):
                    raise
                self._transport.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _fresh(self, dbid: str) -> Transaction:
        fresh = self._transport.get(dbid)
        if fresh is None:
            raise ConflictError(f"transaction {self.name!r} (DBID {dbid}) was deleted by somebody else at the same moment: run again to create it")
        register_secrets(fresh, self._declared, self._context.register_secret, self._shown)
        if (fresh.tenant_dbid, fresh.type, fresh.name) != (self._tenant.dbid, self._params["type"], self.name):
            raise ConflictError(f"transaction {self.name!r} (DBID {fresh.dbid}) was renamed by somebody else at the same moment: run again")
        return fresh

    def _write(self, base: Transaction, planned: TransactionPlan) -> Transaction:
        wanted = self._known(planned)
        started = time.monotonic()
        try:
            self._transport.update(base, wanted)
        except UnreachableError as error:
            found = self._despite(error, base.dbid)
        else:
            # Whoever read the object before this write, and writes it whole after it, undoes the write: be there to see that.
            self._transport.sleep(settling_time(time.monotonic() - started))
            found = self._transport.get(base.dbid)
        if found is None:
            raise VerificationError(f"transaction {self.name!r}: the server accepted the write, but the object has disappeared since: somebody else deleted it")
        self._verify(wanted, found, base)
        return found

    def _despite(self, error: UnreachableError, dbid: str) -> Transaction | None:
        """The object when an update whose answer was lost was executed all the same; else the error."""
        for pause in _LOOKUP_PAUSES if error.maybe_processed else ():
            self._transport.sleep(pause)
            try:
                found = self._transport.get(dbid)
            except HybridError:
                raise unresolved(self.name, error) from error
            if found is None or self._plan(found).action == "none":
                return found
        raise unresolved(self.name, error) from error

    def _delete(self, found: Transaction) -> None:
        """Delete. A DBID is never used again, so a delete that was not executed, or not answered, may be repeated."""
        for pause in (*WRITE_PAUSES, None):
            try:
                self._transport.delete(found)
            except UnreachableError as error:
                if pause is None or not may_repeat(error, harmless=True):
                    self._disappeared(error, found.dbid)
                    return
                self._transport.sleep(pause)
                continue
            break
        if self._transport.get(found.dbid) is not None:
            raise VerificationError(f"transaction {self.name!r}: the server accepted the delete, but the object is still there")

    def _disappeared(self, error: UnreachableError, dbid: str) -> None:
        """Return when a delete that failed was executed all the same; else raise the error."""
        for pause in _LOOKUP_PAUSES if error.maybe_processed else ():
            self._transport.sleep(pause)
            try:
                if self._transport.get(dbid) is None:
                    return
            except HybridError:
                break
        raise unresolved(self.name, error) from error

    def _known(self, planned: TransactionPlan) -> Transaction:
        """The object to write, once it is certain that every value of it is known."""
        wanted = planned.wanted
        if wanted is None:
            raise TypeError("a plan that deletes has no object to write")
        unknown = planned.options.unknown
        texts = [name for name in ("alias", "description") if KNOWN_AFTER_APPLY in getattr(wanted, name)]
        if unknown or texts:
            names = ", ".join([*texts, *filter(None, [label(unknown)])])
            raise ValidationError(
                f"transaction {self.name!r}: {names} still holds {KNOWN_AFTER_APPLY}, the stand-in of check mode: pass the real value in a real run"
            )
        return wanted

    def _verify(self, wanted: Transaction, found: Transaction, before: Transaction | None) -> None:
        register_secrets(found, self._declared, self._context.register_secret, self._shown)
        replaces = self._desired is not None and self._desired.replaces
        unverified = verify(wanted, found, before, self._declared, replaces)
        if unverified:
            self._context.warn(
                f"transaction {self.name!r}: {label(unverified)} reads back empty and cannot be verified: the server seems to hide secrets "
                "by emptying them; secret_update: on_create keeps such a secret from being written every time"
            )

    def _result(self, transaction: Transaction) -> dict[str, Any]:
        shown = result_of(transaction, self._tenant.name, self._folder_name(self._located(transaction).folder_dbid))
        return {**shown, "options": displayed(transaction.options, self._declared)}

    def _folder_name(self, dbid: str) -> str | None:
        return folder_name(self._transport, dbid)


def folder_name(transport: Transport, dbid: str) -> str | None:
    """The folder's name, None when the front end does not tell where the object lies or the account does not see the folder."""
    folder = None if dbid in _ROOT else transport.folder(dbid)
    return folder.name if folder else None


def result_of(transaction: Transaction, tenant: str, folder: str | None) -> dict[str, Any]:
    """A transaction as modules return it, without its options."""
    scalars = {name: getattr(transaction, name) for name in ("dbid", "name", "alias", "type", "description", "record_period", "object_state")}
    return {**scalars, "tenant": tenant, "folder": folder}


def _option_form(transaction: Transaction) -> dict[str, Any]:
    scalars = {name: getattr(transaction, name) for name in ("alias", "description", "record_period", "object_state")}
    return {**scalars, "folder": transaction.folder_dbid}


def _check_scalars(params: Mapping[str, Any]) -> None:
    for option in ("name", "alias"):
        value = params.get(option)
        if value is not None and (not value.strip() or len(value) > LONGEST_NAME or _CONTROL_CHARACTER.search(value)):
            raise ValidationError(f"{option} of a transaction must hold 1 to {LONGEST_NAME} characters and no control characters")
    if (params.get("record_period") or 0) < 0:
        raise ValidationError("record_period is a number of minutes, it must not be negative")
