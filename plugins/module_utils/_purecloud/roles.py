# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Roles of one organisation: find, compare, create, update, restore, delete.

Protocol facts, from the Platform API, the Terraform provider 1.84 and the official premium app sample: the list's ``name`` filter is no
exact match; PUT replaces name, description, permissions and policies; the API accepts policies of permissions that do not exist; a default
role cannot be renamed or deleted, but restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._errors import ConflictError, NotFoundError, UnreachableError, ValidationError, VerificationError
from .._reconcile import KNOWN_AFTER_APPLY, Field, diff_of, given, plan
from .client import PAGE_SIZE, PureCloudClient
from .creation import create_or_adopt
from .permissions import (
    CONJUNCTIONS,
    OPERAND_TYPES,
    OPERATORS,
    WILDCARD,
    Catalogue,
    Grant,
    expanded,
    granted,
    granting,
    has_wildcard,
    parse_policies,
    policies_form,
    resolve,
    unknown_domain,
)
from .references import HYBRID_ROLE, References, suggestion

PATH = "/authorization/roles"
_CATALOGUE_PATH = "/authorization/permissions"
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_DOMAIN = re.compile(r"[A-Za-z0-9_.-]+")

_OPERAND_OPTIONS: dict[str, dict[str, Any]] = {
    "type": {"type": "str", "choices": list(OPERAND_TYPES), "required": True},
    "value": {"type": "raw", "required": True},
}
_CONDITION_OPTIONS: dict[str, dict[str, Any]] = {
    "conjunction": {"type": "str", "choices": list(CONJUNCTIONS)},
    "terms": {"type": "list", "elements": "dict"},
    "variable_name": {"type": "str"},
    "operator": {"type": "str", "choices": list(OPERATORS)},
    "operands": {"type": "list", "elements": "dict", "options": _OPERAND_OPTIONS},
}
_POLICY_OPTIONS: dict[str, dict[str, Any]] = {
    "domain": {"type": "str", "required": True},
    "entity_name": {"type": "str", "required": True},
    "action_set": {"type": "list", "elements": "str", "required": True},
    "named_resources": {"type": "list", "elements": "str"},
    "conditions": {"type": "dict", "options": _CONDITION_OPTIONS},
}
IDENTIFYING = ("name", "id", "default_role_id")
ROLE_OPTIONS: dict[str, dict[str, Any]] = {
    **{option: {"type": "str"} for option in IDENTIFYING},
    "description": {"type": "str"},
    "permissions": {"type": "list", "elements": "str"},
    "permission_policies": {"type": "list", "elements": "dict", "options": _POLICY_OPTIONS},
    "permission_mode": {"type": "str", "choices": ["add", "exact"], "default": "add"},
    "create": {"type": "bool", "default": True},
    "restore_default": {"type": "bool", "default": False},
}
FIELDS = (
    Field("name"),
    Field("description"),
    Field("permissions", unordered=True),
    Field("permission_policies", unordered=True, show=str),
)
_LISTS = ("permissions", "permission_policies")


def option_form(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An API role as the modules' results show it."""
    return {
        "id": entity["id"],
        "name": entity.get("name"),
        "description": entity.get("description") or "",
        "default_role_id": entity.get("defaultRoleId"),
        "default": bool(entity.get("default")),
        "permissions": sorted(entity.get("permissions") or ()),
        "permission_policies": policies_form(entity.get("permissionPolicies") or ()),
    }


class Directory:
    """All roles of the organisation, listed once, and its permissions, read once and as far as the task needs them."""

    def __init__(self, client: PureCloudClient, items: Sequence[Mapping[str, Any]], state: str) -> None:
        """``items`` are the parameters of all roles of the task."""
        self.client = client
        self.references = References(client)
        self.catalogue = Catalogue()
        self._items = items
        self._state = state
        self._read_domains: set[str] = set()
        self._all_domains: list[str] | None = None

    def read(self) -> None:
        """Read what concerns all roles: what is wrong with it is said once, then."""
        self.references.roles()
        if any(item["permission_policies"] for item in self._items):
            self.know(())

    def know(self, domains: Iterable[str]) -> None:
        """Have these domains in the catalogue, and with the first of them all others that the task names."""
        needed = set(domains)
        if not self._read_domains:
            needed |= self._named_domains()
        needed -= self._read_domains
        if needed and self._state == "present":
            query = {"queryType": "domain", "query": ",".join(sorted(needed)), "pageSize": PAGE_SIZE, "pageNumber": 1}
            self.catalogue.add(self.client.list(_CATALOGUE_PATH, query, key="domain"))
            self._read_domains |= needed

    def all_domains(self) -> list[str]:
        if self._all_domains is None:
            listed = self.client.list(_CATALOGUE_PATH, {"pageSize": PAGE_SIZE, "pageNumber": 1}, key="domain")
            self._all_domains = [entity["domain"] for entity in listed]
        return self._all_domains

    def _named_domains(self) -> set[str]:
        """The domains that the task's options name, and those of which the roles that it names have wildcards."""
        domains = {policy["domain"] for item in self._items for policy in item["permission_policies"] or ()}
        names, ids, default_ids = ({item[option] for item in self._items if item[option]} for option in IDENTIFYING)
        for role in self.references.roles():
            if role.get("name") in names or role["id"] in ids or role.get("defaultRoleId") in default_ids:
                domains |= _wildcard_domains(role)
        return {domain for domain in domains if _DOMAIN.fullmatch(domain)}

    def find(self, name: str | None, identifier: str | None, default_role_id: str | None) -> dict[str, Any] | None:
        """The role with this ID, else the default role of this kind, else the role of exactly this name."""
        roles = self.references.roles()
        if identifier:
            return next((role for role in roles if role["id"] == identifier), None)
        if default_role_id:
            return next((role for role in roles if role.get("default") and role.get("defaultRoleId") == default_role_id), None)
        matches = [role for role in roles if role.get("name") == name]
        if len(matches) > 1:
            raise ConflictError(
                f"{len(matches)} roles are named {name!r}, with the ids {', '.join(sorted(role['id'] for role in matches))}: "
                "give id to say which one, or delete the others"
            )
        return matches[0] if matches else None


class ManagedRole:
    """One role that a task asks for: everything read and checked on construction, written by ``apply``."""

    def __init__(self, directory: Directory, params: Mapping[str, Any], state: str) -> None:
        self._directory = directory
        self.client = directory.client
        self._params = params
        self._state = state
        _check_text(params)
        self._entity = directory.find(params["name"], params["id"], params["default_role_id"])
        self.label = self._make_label()
        self._where = f"role {self.label!r}:"
        self._exact = params["permission_mode"] == "exact"
        self._original: dict[str, Any] = {}  # the vendor's form of a role that is to be restored
        if state == "absent":
            self._check_deletion()
            self._desired: dict[str, Any] = {}
        elif params["restore_default"]:
            self._desired = self._restored()
        else:
            self._check_identity()
            self._desired = self._resolved()
        self.plan = plan(state, None if self._entity is None else self._seen(self._entity), self._desired, FIELDS)

    @property
    def identifier(self) -> str | None:
        """The ID of the existing role."""
        return self._entity["id"] if self._entity else None

    @property
    def changed(self) -> bool:
        return self.plan.changed

    def diff(self) -> dict[str, Any]:
        return diff_of("role", self.label, self.plan)

    def predicted(self) -> dict[str, Any] | None:
        """The role as it is, or as it would be after ``apply``; None when it is or would be gone."""
        if self._state == "absent":
            return None
        if self._entity is None:
            return option_form({"id": KNOWN_AFTER_APPLY, **self._body({})})
        if not self.changed:
            return option_form(self._entity)
        return option_form({**self._entity, **(self._original or self._body(self._entity))})

    def apply(self) -> dict[str, Any] | None:
        """Write what is planned; the role as it is then, None when it was deleted."""
        if self._state == "absent":
            if self.changed:
                self._delete()
            return None
        if self._entity is None:
            return option_form(self._create())
        if not self.changed:
            return option_form(self._entity)
        return option_form(self._restore(self._entity) if self._original else self._update(self._entity))

    def _make_label(self) -> str:
        params, entity = self._params, self._entity
        if params["name"]:
            return str(params["name"])
        name = entity.get("name") if entity else None
        return f"{name or 'role'} ({params['id']})" if params["id"] else str(name or params["default_role_id"])

    def _check_deletion(self) -> None:
        if self._entity is not None and self._entity.get("default"):
            raise ConflictError(f"{self._where} a default role cannot be deleted, only restored: use restore_default to give it the vendor's permissions again")
        if self._params["restore_default"]:
            raise ValidationError(f"{self._where} restore_default goes with state=present only")

    def _check_identity(self) -> None:
        """Errors for a role that does not exist and may not be created, and for a name that it cannot have."""
        params, entity, name = self._params, self._entity, self._params["name"]
        roles = self._directory.references.roles()
        if entity is None:
            self._check_existence()
        elif params["id"] and params["default_role_id"] and params["default_role_id"] != entity.get("defaultRoleId"):
            raise ValidationError(f"{self._where} id and default_role_id name different roles: give one of them")
        if name is None or (entity is not None and name == entity.get("name")):
            return
        if entity is not None and entity.get("default"):
            raise ConflictError(f"{self._where} the default role {entity.get('name')!r} cannot be renamed: leave name out, or give the name that it has")
        others = [role for role in roles if entity is None or role["id"] != entity["id"]]
        taken = next((role for role in others if str(role.get("name")).casefold() == name.casefold()), None)
        if taken is not None and taken.get("name") != name:
            raise ConflictError(f"{self._where} the name differs only in case from that of the existing role {taken['name']!r}, which PureCloud refuses")
        if taken is not None:
            raise ConflictError(f"{self._where} the role with the ID {taken['id']} has this name")

    def _check_existence(self) -> None:
        params, roles = self._params, self._directory.references.roles()
        if params["id"]:
            raise NotFoundError(f"id: no role has the id {params['id']}: leave id out to create a role by name")
        if params["default_role_id"]:
            known = [role["defaultRoleId"] for role in roles if role.get("default") and role.get("defaultRoleId")]
            raise NotFoundError(f"default_role_id: no default role is {params['default_role_id']!r}: {suggestion(params['default_role_id'], known)}")
        # A role that is made by hand under the name of the hybrid one would look right and lack what makes it one.
        if not params["create"] or params["name"] == HYBRID_ROLE:
            meant = suggestion(params["name"], [role.get("name") or "" for role in roles])
            raise NotFoundError(
                f"role {params['name']!r} does not exist: {meant}{'' if params['create'] or params['name'] == HYBRID_ROLE else ', and create is false'}"
            )

    def _resolved(self) -> dict[str, Any]:
        """What the user asks for, in option form, with policies as grants; an error for a permission that the organisation does not have."""
        desired = given(self._params, FIELDS)
        if "permissions" in desired:
            desired["permissions"] = list(dict.fromkeys(desired["permissions"]))
        if "permission_policies" in desired:
            asked = parse_policies(desired["permission_policies"], self._where)
            # What the role has already need not be in the catalogue: PureCloud accepts, and keeps, permissions that do not exist.
            held = {grant for grant in granted((self._entity or {}).get("permissionPolicies") or ()) if WILDCARD not in grant}
            new = [grant for grant in asked if grant not in held]
            self._directory.know({grant.domain for grant in new} | _wildcard_domains(self._entity or {}))
            unknown = sorted({grant.domain for grant in new} - set(self._directory.catalogue.domains))
            if unknown:
                raise unknown_domain(unknown[0], self._directory.all_domains(), self._where)
            desired["permission_policies"] = sorted({*resolve(new, self._directory.catalogue, self._where), *held.intersection(asked)})
        return desired

    def _restored(self) -> dict[str, Any]:
        """The vendor's form of the role, as the comparison with it tells."""
        for option in ("description", *_LISTS):
            if self._params[option] is not None:
                raise ValidationError(f"{self._where} restore_default brings the vendor's {option} back: leave {option} out")
        self._check_identity()
        if self._entity is None or not self._entity.get("default") or not self._entity.get("defaultRoleId"):
            raise ValidationError(f"{self._where} restore_default is for default roles only, and this is none")
        path = f"{PATH}/{self._entity['id']}/comparedefault/{self._entity['defaultRoleId']}"
        original = self.client.get(path).get("roleFromDefault")
        if not isinstance(original, dict) or not isinstance(original.get("permissionPolicies"), list):
            raise UnreachableError(f"{self._where} PureCloud does not tell the vendor's permissions of this role")
        attributes = ("description", "permissions", "permissionPolicies")  # the name stays: old organisations have other names
        self._original = {name: original[name] for name in attributes if original.get(name) is not None}
        merged = {**self._entity, **self._original}
        self._directory.know(_wildcard_domains(self._entity) | _wildcard_domains(merged))
        return self._whole(merged)

    def _whole(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        """All managed attributes of a role, in option form with policies as grants."""
        form = {field.name: option_form(entity)[field.name] for field in FIELDS}
        return {**form, "permission_policies": sorted(granted(entity.get("permissionPolicies") or (), self._directory.catalogue))}

    def _seen(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        """What counts of an existing role: when permissions are only added, those that nobody asked for do not."""
        whole = self._whole(entity)
        if not self._exact and not self._original:
            whole.update({name: [value for value in whole[name] if value in self._desired[name]] for name in _LISTS if name in self._desired})
        return whole

    def _body(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        """The role as it has to be written: DomainOrganizationRoleUpdate of the Platform API, complete, because PUT replaces."""
        permissions = list(entity.get("permissions") or ())
        wanted = self._desired.get("permissions")
        if wanted is not None:
            permissions = [*(item for item in permissions if not self._exact or item in wanted), *(item for item in wanted if item not in permissions)]
        policies = entity.get("permissionPolicies") or []
        self._directory.know(_wildcard_domains(entity))
        if "permission_policies" in self._desired:
            policies = granting(policies, self._desired["permission_policies"], self._exact, self._directory.catalogue)
        else:
            policies = expanded(policies, self._directory.catalogue)
        return {
            "name": self._desired.get("name", entity.get("name")),
            "description": self._desired.get("description", entity.get("description") or ""),
            "permissions": permissions,
            "permissionPolicies": policies,
        }

    def _create(self) -> dict[str, Any]:
        references = self._directory.references
        known = {role["id"] for role in references.roles()}
        body = self._body({})

        def find_new() -> list[dict[str, Any]]:
            return [role for role in references.roles(refresh=True) if role["id"] not in known and role.get("name") == body["name"]]

        entity, _adopted = create_or_adopt(self.client, PATH, body, f"role {self.label!r}", find_new)
        return self._verified(entity, body)

    def _update(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        path = f"{PATH}/{entity['id']}"
        body = self._body(self.client.get(path, {"userCount": "false"}))
        return self._verified(self.client.put(path, body, expect="id"), body)

    def _restore(self, entity: Mapping[str, Any]) -> dict[str, Any]:
        fresh = self.client.get(f"{PATH}/{entity['id']}", {"userCount": "false"})
        answer = self.client.put(f"{PATH}/default", [fresh], expect="entities")
        restored = next((role for role in answer["entities"] if role.get("id") == entity["id"]), {"id": entity["id"]})
        return self._verified(restored, self._original)

    def _delete(self) -> None:
        self.client.remove(f"{PATH}/{self.identifier}")

    def _verified(self, answer: dict[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
        """The role that PureCloud answered, which must be what was sent."""
        if not isinstance(answer.get("permissionPolicies"), list):
            answer = self.client.get(f"{PATH}/{answer['id']}", {"userCount": "false"})
        promised, found = self._whole({**answer, **sent}), self._whole(answer)
        self._verify_grants(promised["permission_policies"], set(found["permission_policies"]))
        for field in FIELDS[:-1]:
            if field.comparable(promised[field.name]) != field.comparable(found[field.name]):
                raise VerificationError(
                    f"{self._where} PureCloud accepted {field.name} but kept {field.displayed(found[field.name])!r} "
                    f"instead of {field.displayed(promised[field.name])!r}"
                )
        return answer

    def _verify_grants(self, promised: list[Grant], found: set[Grant]) -> None:
        for grant in promised:
            if grant in found:
                continue
            bare = grant._replace(conditions="", resources=())
            if bare in found and bare not in promised:
                lost = "conditions" if grant.conditions else "named resources"
                raise VerificationError(f"{self._where} PureCloud dropped the {lost} of permission {grant.permission!r}, which the role now grants without")
            raise VerificationError(f"{self._where} PureCloud accepted permission {str(grant)!r} but does not grant it")
        superfluous = sorted(found - set(promised))
        if superfluous and (self._exact or self._original):
            raise VerificationError(f"{self._where} PureCloud accepted the permissions but still grants {str(superfluous[0])!r}")


def refuse_same_names(items: Iterable[Mapping[str, Any]]) -> None:
    """An error when two roles of one task have names that differ only in case."""
    seen: dict[str, str] = {}
    for name in (item["name"] for item in items if item["name"]):
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            raise ValidationError(f"roles names {other!r} and {name!r}, which differ only in case: PureCloud refuses that")


def _wildcard_domains(entity: Mapping[str, Any]) -> set[str]:
    return {str(policy.get("domain")) for policy in entity.get("permissionPolicies") or () if has_wildcard(policy)}


def _check_text(params: Mapping[str, Any]) -> None:
    name = params["name"]
    if not any(params[option] for option in IDENTIFYING):
        raise ValidationError("name, id or default_role_id of a role must be given")
    if name is not None and (not name.strip() or _CONTROL_CHARACTER.search(name)):
        raise ValidationError("name of a role must not be empty or hold control characters")
