# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""OAuth clients of one organisation: find, compare, create, update, delete, and deliver a fresh secret.

Protocol facts, from the Platform API and the Terraform provider 1.84: names are not unique; the list has no query parameters; PUT replaces
the whole client; DELETE refuses a client that is not inactive; only create and regenerate return the secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from .._errors import ConflictError, HybridError, NotFoundError, ValidationError, VerificationError
from .._reconcile import KNOWN_AFTER_APPLY, NEW_SECRET, SECRET, Field, Plan, diff_of, given, plan
from .client import PureCloudClient
from .client_secrets import Delivery
from .creation import LOOKS, create_or_adopt
from .references import GRANT_OPTIONS, References, wire_form

PATH = "/oauth/clients"
CLIENT_CREDENTIALS = "CLIENT-CREDENTIALS"
GRANT_TYPES = (CLIENT_CREDENTIALS, "CODE", "TOKEN", "SAML2-BEARER", "PASSWORD")
# The documented spelling until 2021, still found in samples and inventories.
LEGACY_GRANT_TYPES = {"CLIENT_CREDENTIALS": CLIENT_CREDENTIALS, "SAML2BEARER": "SAML2-BEARER"}
VALIDITY = (300, 38_880_000)  # seconds; above 172,800 only for clients with SCIM roles (Terraform provider 1.84)
AWAITING_DELETION = "awaiting deletion"
READ_ONLY = ("id", "secret", "dateCreated", "dateModified", "createdBy", "modifiedBy", "selfUri", "roleIds")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")

CLIENT_OPTIONS: dict[str, dict[str, Any]] = {
    "name": {"type": "str"},
    "id": {"type": "str"},
    "description": {"type": "str"},
    "authorized_grant_type": {"type": "str", "choices": [*GRANT_TYPES, *LEGACY_GRANT_TYPES]},
    "access_token_validity_seconds": {"type": "int", "no_log": False},
    "registered_redirect_uris": {"type": "list", "elements": "str"},
    "scopes": {"type": "list", "elements": "str"},
    "roles": {
        "type": "list",
        "elements": "dict",
        "options": GRANT_OPTIONS,
    },
    "client_state": {"type": "str", "choices": ["active", "inactive"]},
    "rotate_secret": {"type": "bool", "default": False, "no_log": False},
}


def normalised_grant_type(spelling: str | None) -> str | None:
    return LEGACY_GRANT_TYPES.get(spelling or "", spelling)


class Directory:
    """All OAuth clients of the organisation, listed once."""

    def __init__(self, client: PureCloudClient, planned_roles: Sequence[str] = ()) -> None:
        self.client = client
        self.references = References(client, planned_roles)
        self._entities: list[dict[str, Any]] | None = None
        self._own_id: tuple[str | None] | None = None
        self._outdated = False

    def entities(self, refresh: bool = False) -> list[dict[str, Any]]:
        if self._entities is None or refresh:
            # A deleted client may stay in the list for a while.
            self._outdated = False
            self._entities = [entity for entity in self.client.list(PATH) if entity.get("state") != "deleted"]
        return self._entities

    def outdate(self) -> None:
        """What was listed until now says nothing of a client that exists only now."""
        self._outdated = True

    def older_twin(self, made: Mapping[str, Any]) -> dict[str, Any] | None:
        """A client with the name of ``made`` that was created before it, by somebody else who did not see ``made`` when looking whether the name is free."""
        for pause in self.client.looks(LOOKS):
            twins = [entity for entity in self.entities(self._outdated or pause > 0) if entity.get("name") == made["name"] and not awaits_deletion(entity)]
            if any(entity["id"] == made["id"] for entity in twins):
                first = min(twins, key=lambda entity: (entity.get("dateCreated") or "", entity["id"]))
                return None if first["id"] == made["id"] else first
        return None

    def own_id(self) -> str | None:
        """The ID of the client that the task itself uses."""
        if self._own_id is None:
            self._own_id = (self.client.own_client_id(),)
        return self._own_id[0]

    def find(self, name: str | None, identifier: str | None) -> dict[str, Any] | None:
        if identifier is not None:
            return next((entity for entity in self.entities() if entity["id"] == identifier), None)
        matches = [entity for entity in self.entities() if entity.get("name") == name]
        if len(matches) > 1:
            # A client that waits for its deletion does not compete with a living one of the same name.
            matches = [entity for entity in matches if not awaits_deletion(entity)] or matches
        if len(matches) > 1:
            raise ConflictError(
                f"{len(matches)} OAuth clients are named {name!r}, with the ids {', '.join(sorted(entity['id'] for entity in matches))}: "
                "give id to say which one, or delete the others"
            )
        return matches[0] if matches else None


def awaits_deletion(entity: Mapping[str, Any]) -> bool:
    """True for a client that was deleted and can still be restored: clients older than 30 days stay, inactive, for 7 days."""
    return entity.get("state") == "inactive" and bool(entity.get("dateToDelete"))


def option_form(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An API entity as the module's options say it."""
    grants = [{"role_id": grant.get("roleId"), "division_id": grant.get("divisionId")} for grant in entity.get("roleDivisions") or []]
    return {
        "id": entity["id"],
        "name": entity.get("name"),
        "description": entity.get("description") or "",
        "authorized_grant_type": normalised_grant_type(entity.get("authorizedGrantType")),
        "access_token_validity_seconds": entity.get("accessTokenValiditySeconds"),
        "registered_redirect_uris": list(entity.get("registeredRedirectUri") or []),
        "scopes": list(entity.get("scope") or []),
        "roles": grants,
        "client_state": AWAITING_DELETION if awaits_deletion(entity) else entity.get("state") or "active",
    }


class ManagedClient:
    """One client that a task asks for: everything read and checked on construction, written by ``apply``."""

    def __init__(
        self, directory: Directory, params: Mapping[str, Any], state: str, delivery: Delivery, has_secret: Callable[[str, str, bool], bool] | None = None
    ) -> None:
        """``has_secret(name, id, usable)`` tells whether the caller can do without a new secret of an existing client; None means that nobody asks."""
        self._directory = directory
        self.client = directory.client
        self._delivery = delivery
        self._state = state
        _check_text(params)
        self._entity = directory.find(None if params["id"] else params["name"], params["id"] or None)
        self.label = params["name"] or f"{(self._entity or {}).get('name', 'client')} ({params['id']})"
        self._fields = self._make_fields()
        if state == "present":
            current, desired = self._current(), self._desired(params)
        else:
            current = None if self._entity is None or awaits_deletion(self._entity) else option_form(self._entity)
            desired = {}
        self.plan = plan(state, current, desired, self._fields)
        self._made: dict[str, Any] | None = None
        self.regenerates = state == "present" and self._entity is not None and self._needs_secret(params, has_secret)
        self._refuse_self_destruction()

    @property
    def identifier(self) -> str | None:
        """The ID of the existing client."""
        return self._entity["id"] if self._entity else None

    @property
    def changed(self) -> bool:
        return self.plan.changed or self.regenerates

    def diff(self) -> dict[str, Any]:
        sides = diff_of("oauth_client", self.label, self.plan)
        if self.regenerates:
            sides["before"] = {**sides["before"], "secret": SECRET}
        if self.regenerates or self.plan.action == "create":
            sides["after"] = {**sides["after"], "secret": NEW_SECRET}
        return sides

    def warn_of_lost_secret(self, warn: Callable[[str], None]) -> None:
        if self.plan.action == "create" and not self._delivery.possible:
            warn(
                f"the secret of the new OAuth client {self.label!r} is not returned and cannot be read later: "
                "give seal_key or expose_secret, or use rotate_secret when it is needed"
            )

    def predicted(self) -> dict[str, Any] | None:
        """The client as it is, or as it would be after ``apply``; None when it is or would be gone."""
        if self._state == "absent":
            return None
        base = option_form(self._entity) if self._entity else {**option_form({"id": KNOWN_AFTER_APPLY}), "access_token_validity_seconds": KNOWN_AFTER_APPLY}
        result = self._result({**base, **self.plan.changes})
        if self.plan.action == "create" or self.regenerates:
            result.update(self._delivery.keys(KNOWN_AFTER_APPLY))
        return result

    def confirm(self) -> None:
        """Take back what was created when another run created a client of this name a moment before: names are not unique, only looking afterwards tells.

        The older one stays, whatever order the two look in. Nobody has seen the secret of the younger one yet.
        """
        twin = self._directory.older_twin(self._made) if self._made else None
        if self._made is None or twin is None:
            return
        lost = f"OAuth client {self.label!r}: another run created a client of this name at the same moment, {twin['id']}, which stays"
        try:
            self._delete(self._made["id"])
        except HybridError as error:
            error.message = f"{lost}; the one of this run, {self._made['id']}, could not be deleted ({error.message}): delete it and run again"
            raise
        self.plan = Plan("none", {}, {}, {})
        raise ConflictError(f"{lost}; the one of this run was deleted again: run again when the other run has ended")

    def apply(self) -> dict[str, Any] | None:
        """Write what is planned; the client as it is then, None when it was deleted."""
        if self._state == "absent":
            if self.plan.changed:
                self._delete(self._existing()["id"])
            return None
        if "roles" in self.plan.changes:
            self.plan.changes["roles"] = self._directory.references.settled(self.plan.changes["roles"], f"OAuth client {self.label!r}:")
        entity = {"create": self._create, "update": self._update}.get(self.plan.action, self._existing)()
        if self.regenerates:
            entity = {**entity, "secret": self._regenerate(entity["id"])}
        result = self._result(option_form(entity))
        if entity.get("secret") and (self.regenerates or self.plan.action == "create"):
            result.update(self._delivery.keys(entity["secret"]))
        return result

    def _existing(self) -> dict[str, Any]:
        if self._entity is None:
            raise TypeError("a client that does not exist yet has no entity")
        return self._entity

    def _make_fields(self) -> list[Field]:
        return [
            Field("name", "name"),
            Field("description", "description"),
            Field("authorized_grant_type", "authorizedGrantType", default=CLIENT_CREDENTIALS),
            Field("access_token_validity_seconds", "accessTokenValiditySeconds"),
            Field("registered_redirect_uris", "registeredRedirectUri", unordered=True),
            Field("scopes", "scope", unordered=True),
            Field("roles", "roleDivisions", unordered=True, show=self._directory.references.named),
            Field("client_state", "state"),
        ]

    def _current(self) -> dict[str, Any] | None:
        return option_form(self._entity) if self._entity is not None else None

    def _desired(self, params: Mapping[str, Any]) -> dict[str, Any]:
        if self._entity is None and params["id"]:
            raise NotFoundError(f"id: no OAuth client has the id {params['id']}: leave id out to create a client by name")
        desired = given(params, self._fields)
        if self._entity is not None and desired.get("name", self._entity.get("name")) != self._entity.get("name"):
            taken = self._directory.find(desired["name"], None)
            if taken is not None:
                raise ConflictError(f"OAuth client {params['id']} cannot be named {desired['name']!r}: the client with the ID {taken['id']} has this name")
        if "authorized_grant_type" in desired:
            desired["authorized_grant_type"] = normalised_grant_type(desired["authorized_grant_type"])
        if "roles" in desired:
            desired["roles"] = self._directory.references.grants(desired["roles"], f"OAuth client {self.label!r}:")
        if self._entity is not None and awaits_deletion(self._entity):
            desired.setdefault("client_state", "active")
        self._check_grant_type(desired)
        return desired

    def _check_grant_type(self, desired: Mapping[str, Any]) -> None:
        current = option_form(self._entity) if self._entity else {"authorized_grant_type": CLIENT_CREDENTIALS, "roles": []}
        effective = {**current, **desired}
        if effective["authorized_grant_type"] == CLIENT_CREDENTIALS:
            if not effective["roles"]:
                raise ValidationError(
                    f"OAuth client {self.label!r}: roles must name at least one role, a client of grant type {CLIENT_CREDENTIALS} has no rights without"
                )
        elif desired.get("roles"):
            raise ValidationError(
                f"OAuth client {self.label!r}: roles apply only to grant type {CLIENT_CREDENTIALS}, not to {effective['authorized_grant_type']}; use scopes"
            )

    def _needs_secret(self, params: Mapping[str, Any], has_secret: Callable[[str, str, bool], bool] | None) -> bool:
        if params.get("rotate_secret"):
            if not self._delivery.possible:
                raise ValidationError(f"OAuth client {self.label!r}: rotate_secret needs seal_key or expose_secret, else the new secret would be lost at once")
            return True
        usable = option_form(self._existing())["client_state"] == "active"
        return has_secret is not None and not has_secret(params["name"] or self._existing()["name"], self._existing()["id"], usable)

    def _refuse_self_destruction(self) -> None:
        if self.plan.action != "delete" and self.plan.changes.get("client_state") != "inactive":
            return
        if self.identifier is not None and self.identifier == self._directory.own_id():
            raise ConflictError(f"OAuth client {self.label!r} is the one that this task itself uses: delete or deactivate it with another client")

    def _result(self, form: dict[str, Any]) -> dict[str, Any]:
        return {**form, "roles": self._directory.references.described(form["roles"])}

    def _wire_form(self) -> dict[str, Any]:
        wire = {field.api: self.plan.changes[field.name] for field in self._fields if field.name in self.plan.changes}
        if "roles" in self.plan.changes:
            wire["roleDivisions"] = wire_form(self.plan.changes["roles"])
        return wire

    def _explaining_refusals(self) -> AbstractContextManager[None]:
        return self._directory.references.explaining_refusals(self.plan.changes.get("roles", ()), f"OAuth client {self.label!r}:")

    def _create(self) -> dict[str, Any]:
        known = {entity["id"] for entity in self._directory.entities()}

        def find_new() -> list[dict[str, Any]]:
            listed = self._directory.entities(refresh=True)
            return [entity for entity in listed if entity["id"] not in known and entity.get("name") == self.plan.changes["name"]]

        with self._explaining_refusals():
            entity, adopted = create_or_adopt(self.client, PATH, self._wire_form(), f"OAuth client {self.label!r}", find_new)
        self._directory.outdate()
        if adopted:  # it may be another run's, so it is never taken back
            entity = {**entity, "secret": self._regenerate(entity["id"])}
        else:
            self._made = {**entity, "name": self.plan.changes["name"]}
        self._verify(entity)
        return entity

    def _update(self) -> dict[str, Any]:
        """PUT replaces the whole client: read late, keep every attribute that is not ours, also those that the collection does not know."""
        path = f"{PATH}/{self._existing()['id']}"
        fresh = {key: value for key, value in self.client.get(path).items() if key not in READ_ONLY}
        fresh.update(self._wire_form())
        if awaits_deletion(self._existing()):
            fresh.pop("dateToDelete", None)
        with self._explaining_refusals():
            entity = self.client.put(path, fresh, expect="id")
        self._verify(entity)
        return entity

    def _regenerate(self, identifier: str) -> str:
        """A new secret. Asking twice makes no second object, and the last answer counts: so a lost answer is asked for once more."""
        path = f"{PATH}/{identifier}/secret"
        try:
            return self.client.post(path, expect="secret")["secret"]
        except HybridError as error:
            if not error.maybe_processed:
                raise
        try:
            return self.client.post(path, expect="secret")["secret"]
        except HybridError as error:
            error.message += f"; the secret of OAuth client {self.label!r} may have been replaced and the new one is lost: run again with rotate_secret"
            raise

    def _delete(self, identifier: str) -> None:
        path = f"{PATH}/{identifier}"
        try:
            fresh = self.client.get(path)
        except NotFoundError:
            fresh = {"state": "inactive"}  # gone already, as it seems: the delete says so, too, or says what is wrong
        if fresh.get("state") == "deleted":
            return
        if fresh.get("state") != "inactive":
            body = {key: value for key, value in fresh.items() if key not in READ_ONLY}
            try:
                self.client.put(path, {**body, "state": "inactive"})
            except NotFoundError as error:
                self.client.check_gone(path, error)
                return
        self.client.remove(path)

    def _verify(self, entity: Mapping[str, Any]) -> None:
        found = option_form(entity)
        for field in self._fields:
            wanted = self.plan.changes.get(field.name)
            if wanted is not None and field.comparable(wanted) != field.comparable(found[field.name]):
                raise VerificationError(
                    f"OAuth client {self.label!r}: PureCloud accepted {field.name} but kept {field.displayed(found[field.name])} "
                    f"instead of {field.displayed(wanted)}"
                )


def _check_text(params: Mapping[str, Any]) -> None:
    name = params["name"]
    if not name and not params["id"]:
        raise ValidationError("name or id of an OAuth client must be given")
    if name is not None and (not name.strip() or _CONTROL_CHARACTER.search(name)):
        raise ValidationError("name of an OAuth client must not be empty or hold control characters")
    validity = params.get("access_token_validity_seconds")
    if validity is not None and not VALIDITY[0] <= validity <= VALIDITY[1]:
        raise ValidationError(
            f"OAuth client {name or params['id']!r}: access_token_validity_seconds is {validity}, it must lie between {VALIDITY[0]} (5 minutes) "
            f"and 172800 (48 hours; {VALIDITY[1]} for clients with SCIM roles only)"
        )
