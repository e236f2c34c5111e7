# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""User accounts of one organisation by e-mail address: find, compare, create, restore, update, invite, delete.

Protocol facts, from the Platform API and the Terraform provider 1.84: an address belongs to one account, also to a deleted one, so a create
answers 409 then; DELETE only marks an account, PATCH of its state restores it; PATCH needs the present version, and the state is changed alone;
the search index lags behind by up to minutes; the division is changed by its own request.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from .._errors import ConflictError, HybridError, NotFoundError, ValidationError, VerificationError
from .._reconcile import KNOWN_AFTER_APPLY, Field, Prepared, diff_of, given, plan
from .creation import look_for
from .grants import Grants, WantedGrants, looked_for_when_unanswered, own_grants, patiently
from .references import ALL_DIVISIONS, GRANT_OPTIONS
from .user_reading import ADDRESS, PATH, Directory, chosen, is_deleted

_PATCHED = ("name", "department", "title")
_PATCH_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)  # seconds after each try of a PATCH, before the account is read afresh
_VERIFY_PAUSES = (0.0, 1.0, 2.0, 4.0)  # seconds before each look at what was written
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_STALE = "does not match the current version"  # in a 400 or 409; the text of a version conflict (Terraform provider 1.84, IsVersionMismatch)

USER_OPTIONS: dict[str, dict[str, Any]] = {
    "email": {"type": "str", "required": True},
    "name": {"type": "str"},
    "division": {"type": "str"},
    "department": {"type": "str"},
    "title": {"type": "str"},
    "user_state": {"type": "str", "choices": ["active", "inactive"]},
    "roles": {"type": "list", "elements": "dict", "options": GRANT_OPTIONS},
    "grant_mode": {"type": "str", "choices": ["add", "exact"], "default": "add"},
    "invite": {"type": "bool", "default": False},
}
STATE_OPTION: dict[str, dict[str, Any]] = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}


def option_form(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An API user as the module's options and results say it: everything but its roles, which are read apart (``own_grants``).

    ``invited`` is known only of users that were read with LIST_QUERY.
    """
    division = entity.get("division") or {}
    return {
        "id": entity["id"],
        "name": entity.get("name"),
        "email": entity.get("email"),
        "division": division.get("name") or division.get("id"),
        "division_id": division.get("id"),
        "department": entity.get("department") or "",
        "title": entity.get("title") or "",
        "user_state": entity.get("state") or "active",
        # "The date & time the user was sent their welcome email." (Platform API, User)
        "invited": bool(entity.get("dateWelcomeSent")),
    }


class ManagedUser:
    """One account that a task asks for: everything read and checked on construction, written by ``apply``.

    ``met_by_surprise`` becomes true when the create of an account is refused because there is one that the search did not show before:
    then ``changed`` and ``diff`` tell what is done with that one.
    """

    def __init__(self, directory: Directory, params: Mapping[str, Any], state: str) -> None:
        self._directory = directory
        self.client = directory.client
        self._params = params
        self._absent = state == "absent"
        self.label: str = params["email"]
        self._where = f"user {self.label!r}:"
        self.met_by_surprise = False
        self._check_text()
        self._fields = self._make_fields()
        self._grants = None if self._absent or params["roles"] is None else self._wanted_grants()
        self._consider(directory.find(self.label))

    @property
    def changed(self) -> bool:
        return self.plan.changed

    def diff(self) -> dict[str, Any]:
        return diff_of("user", self.label, self.plan)

    def warn_of_former_roles(self, warn: Callable[[str], None]) -> None:
        """Whether PureCloud gives a restored account its former roles back is not documented, and they cannot be read before."""
        if not self._absent and self._entity and is_deleted(self._entity) and self._params["grant_mode"] == "add":
            warn(
                f"user {self.label!r} was deleted and is restored, perhaps with the roles that it had before: look at them, "
                "or use grant_mode=exact, which removes what is not in roles"
            )

    def predicted(self) -> dict[str, Any] | None:
        """The account as it is, or as it would be after ``apply``; None when it is or would be gone."""
        if self._absent:
            return None
        changes = {name: value for name, value in self.plan.changes.items() if name != "roles"}
        form = {**option_form(self._entity or {"id": KNOWN_AFTER_APPLY, "email": self.label}), **changes}
        if "division" in changes:
            form.update(division=self._division_name(changes["division"]), division_id=changes["division"])
        return self._result(form, self._grants.predicted(self._own or []) if self._grants else [])

    def apply(self) -> dict[str, Any] | None:
        """Write what is planned; the account as it is then, None when it was deleted."""
        if self._absent:
            if self.plan.changed:
                self._delete(self._existing()["id"])
            return None
        if self._grants:
            self._grants.settle()
        entity = self._existing() if self._entity else self._create()
        if not self.plan.changed:
            return self.predicted()  # met by surprise, and as it was asked for
        user_id, was_deleted, was_invited = entity["id"], is_deleted(entity), option_form(entity)["invited"]
        entity = self._patch(entity, ("user_state",))
        entity = self._patch(entity, _PATCHED)
        self._move(entity)
        if self._grants and (was_deleted or "roles" in self.plan.changes):
            self._grants.apply(self.client, user_id, None if was_deleted else self._own)
            self.plan.changes["roles"] = self._grants.wanted
        if self.plan.changes.get("invited") and not was_invited:
            self._invite(user_id)
        return self._verified(user_id)

    def _existing(self) -> dict[str, Any]:
        if self._entity is None:
            raise TypeError("an account that does not exist yet has no entity")
        return self._entity

    def _check_text(self) -> None:
        if not ADDRESS.fullmatch(self.label):
            raise ValidationError(f"email {self.label!r} is not an e-mail address: write it like name@example.com")
        for option in ("name", "department", "title"):
            value = self._params[option]
            if value is not None and (_CONTROL_CHARACTER.search(value) or (option == "name" and not value.strip())):
                raise ValidationError(f"{self._where} {option} must not {'be empty or ' if option == 'name' else ''}hold control characters")
        if not self._absent and self._params["grant_mode"] == "exact" and self._params["roles"] is None:
            raise ValidationError(f"{self._where} grant_mode=exact needs roles, all that the account shall have")

    def _make_fields(self) -> list[Field]:
        return [
            Field("email", "email", casefold=True),
            Field("name", "name"),
            Field("division", "divisionId", show=self._division_name),
            Field("department", "department"),
            Field("title", "title"),
            # Else a new account would be active or not depending on how it is invited (Platform API, CreateUser).
            Field("user_state", "state", default="active"),
            Field("roles", unordered=True, show=self._directory.references.named),
            Field("invited"),
        ]

    def _wanted_grants(self) -> WantedGrants:
        wanted = self._directory.references.grants(self._params["roles"], self._where)
        return WantedGrants(self._directory.references, wanted, self._params["grant_mode"] == "exact", self._where)

    def _consider(self, entity: dict[str, Any] | None) -> None:
        """Compare an account, or that there is none, with what is asked for."""
        self._entity, self._own = entity, None
        if self._absent:
            current = None if entity is None or is_deleted(entity) else self._form(entity)
            self.plan = plan("absent", current, {}, self._fields)
            return
        if entity is not None and self._grants:
            # What a deleted account holds cannot be read before it is restored.
            user_id = entity["id"]
            self._own = [] if is_deleted(entity) else patiently(self.client, lambda: own_grants(self.client, user_id))
        self.plan = plan("present", self._form(entity, self._own) if entity else None, self._desired(entity), self._fields)

    def _form(self, entity: Mapping[str, Any], own: Grants | None = None) -> dict[str, Any]:
        """An account in the form in which it is compared: its division as an ID, its roles as far as they are managed."""
        form = option_form(entity)
        form["division"] = form.pop("division_id")
        if self._grants and own is not None:
            form["roles"] = self._grants.managed(own)
        return form

    def _desired(self, entity: Mapping[str, Any] | None) -> dict[str, Any]:
        desired = given({**self._params, "division": None, "roles": None}, self._fields)
        if entity is None and "name" not in desired:
            raise ValidationError(f"{self._where} there is no account with this e-mail address, and a new one needs name")
        if entity is None or self._params["division"] is not None:
            desired["division"] = self._division_id()
        if entity is not None and is_deleted(entity):
            desired.setdefault("user_state", "active")
        if self._grants:
            desired["roles"] = self._grants.wanted
        if self._params["invite"]:
            desired["invited"] = True
        return desired

    def _division_id(self) -> str:
        if self._params["division"] == ALL_DIVISIONS:
            raise ValidationError(f"{self._where} division is {ALL_DIVISIONS!r}, but an account belongs to one division: name it, or leave division out")
        return self._directory.references.division_id(self._params["division"], self._where)

    def _division_name(self, division_id: str) -> str:
        division = (self._entity or {}).get("division") or {}
        if division.get("id") == division_id and division.get("name"):
            return str(division["name"])
        return self._directory.references.named({"role_id": "", "division_id": division_id})["division"]

    def _result(self, form: dict[str, Any], own: Grants) -> dict[str, Any]:
        return {**form, "roles": self._directory.references.described(own)} if self._grants else form

    def _create(self) -> dict[str, Any]:
        changes = self.plan.changes
        body = {field.api: changes[field.name] for field in self._fields if field.api and changes.get(field.name)}
        try:
            entity = self.client.post(PATH, body)
        except HybridError as error:
            # 409: the address belongs to an account that the index does not show yet, perhaps to a deleted one.
            if not (error.maybe_processed or isinstance(error, ConflictError)):
                raise
            hint = f"; the search shows no account {self.label!r} yet: run again in a few minutes"
            found = look_for(self.client, f"user {self.label!r}", self._look, error, hint)
            if isinstance(error, ConflictError):
                self.met_by_surprise = True
                self._consider(found)
            return found
        if self._params["grant_mode"] == "add":
            self._own = []  # what it may have by itself does no harm if it is added once more
        return entity

    def _look(self) -> list[dict[str, Any]]:
        found = chosen(self.label, self._directory.look_up([self.label]))
        return [found] if found else []

    def _left(self, entity: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """The body of a PATCH that makes ``entity`` what is planned, as far as ``names`` go."""
        form, changes = self._form(entity), self.plan.changes
        fields = [field for field in self._fields if field.name in names and field.name in changes]
        return {field.api: changes[field.name] for field in fields if field.comparable(changes[field.name]) != field.comparable(form[field.name])}

    def _patch(self, entity: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
        """Change attributes; the account as it is then. A PATCH names the version that it changes, so it is never executed twice."""
        failures: list[HybridError] = []
        for pause in _PATCH_PAUSES:
            left = self._left(entity, names)
            if not left:
                break
            try:
                return self.client.patch(f"{PATH}/{entity['id']}", {"version": entity.get("version"), **left})
            except HybridError as error:
                if not (error.maybe_processed or _is_stale(error)):
                    raise
                failures.append(error)
            may_go_on = self.client.wait(pause)
            # A read may lag behind. What it does not show is tried as it was: the version keeps a second PATCH from being executed.
            entity = self._directory.fresh(entity["id"]) or entity
            if not may_go_on:
                break
        if failures and self._left(entity, names):
            last = failures[-1]
            last.message = f"{self._where} {last.message}; tried {len(failures)} times, each time with the version read last: run again"
            raise last
        self.client.writes += any(failure.maybe_processed for failure in failures)
        return entity

    def _move(self, entity: Mapping[str, Any]) -> None:
        user_id, target = entity["id"], self.plan.changes.get("division")
        if target is None or option_form(entity)["division_id"] == target:
            return
        path = f"/authorization/divisions/{target}/objects/USER"
        with self._looked_for(user_id, "the new division", lambda form: form["division_id"] == target):
            patiently(self.client, lambda: self.client.command(path, [user_id]))

    def _invite(self, user_id: str) -> None:
        with self._looked_for(user_id, "the invitation", lambda form: form["invited"]):
            patiently(self.client, lambda: self.client.command(f"{PATH}/{user_id}/invite"))

    def _looked_for(self, user_id: str, what: str, is_there: Callable[[dict[str, Any]], bool]) -> AbstractContextManager[None]:
        def can_be_seen() -> bool:
            entity = self._directory.fresh(user_id)
            return entity is not None and is_there(option_form(entity))

        return looked_for_when_unanswered(self.client, f"{self._where} {what}", can_be_seen)

    def _delete(self, user_id: str) -> None:
        try:
            self.client.delete(f"{PATH}/{user_id}")
        except HybridError as error:
            if not isinstance(error, NotFoundError) and error.request["code"] != "user.not.found.on.delete":
                raise
            # Gone already, by a repeated request whose first answer was lost or by somebody else; or not known everywhere yet.
            entity = self._directory.fresh(user_id)
            if entity is not None and not is_deleted(entity):
                error.message += "; it can be read all the same, so PureCloud does not know it everywhere yet: run again in a minute"
                raise

    def _verified(self, user_id: str) -> dict[str, Any]:
        """The result, when everything reads back as it was written; a read may lag behind a write."""
        wrong = ""
        for _pause in self.client.looks(_VERIFY_PAUSES):
            try:
                entity = self._directory.fresh(user_id)
                own = own_grants(self.client, user_id) if "roles" in self.plan.changes else self._own
            except NotFoundError:
                entity = None
            if entity is None:
                wrong = "PureCloud accepted the account but does not show it, or not its roles"
                continue
            wrong = self._difference(self._form(entity, own))
            if not wrong:
                form = option_form(entity)
                # The date of an invitation that was accepted may show later, when the mail is sent.
                return self._result({**form, "invited": form["invited"] or "invited" in self.plan.changes}, own or [])
        raise VerificationError(f"{self._where} {wrong}")

    def _difference(self, form: Mapping[str, Any]) -> str:
        for field in self._fields:
            wanted = self.plan.changes.get(field.name)
            if field.name != "invited" and wanted is not None and field.comparable(wanted) != field.comparable(form.get(field.name)):
                return f"PureCloud accepted {field.name} but kept {field.displayed(form.get(field.name))} instead of {field.displayed(wanted)}"
        return ""


def _is_stale(error: HybridError) -> bool:
    return isinstance(error, ConflictError) or (error.request["status"] == 400 and _STALE in error.message)


def true_to_what_was_met(make: Callable[[], Prepared], managed: Sequence[ManagedUser]) -> Prepared:
    """What ``make`` prepares from ``managed``; where an account was met by surprise, the result tells what was really done.

    So a second run that comes before the search index knows the account changes nothing and says so.
    """
    prepared = make()

    def apply() -> dict[str, Any]:
        try:
            result = prepared.apply()
        except HybridError as error:
            if any(item.met_by_surprise and item.client.writes for item in managed):
                error.result.setdefault("diff", make().diff)
            raise
        if any(item.met_by_surprise for item in managed):
            done = make()
            return {"changed": done.changed, "diff": done.diff, **result}
        return result

    return replace(prepared, apply=apply)
