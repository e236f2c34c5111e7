# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permission catalogue and what policies grant.

A permission is written ``domain:entity:action``; strings without colons (``admin``) are permissions from before policies.
Division awareness is simple: a permission counts when any grant of the caller carries it, except for users, whose creation and
change need the permission in the user's division or in all divisions (see ``Organization.holds_in_division``).
"""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

Policy = dict[str, Any]


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    value: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("catalogue.yml").read_text(encoding="utf-8"))
    return value


@lru_cache(maxsize=1)
def all_permissions() -> frozenset[str]:
    domains: dict[str, dict[str, list[str]]] = catalogue()["permissions"]
    return frozenset(f"{domain}:{entity}:{action}" for domain, entities in domains.items() for entity, actions in entities.items() for action in actions)


def expand(policy: Policy) -> list[Policy]:
    """Replace ``*`` as entity or action by what the catalogue holds; a domain or entity that it does not know stays as it is."""
    entities: dict[str, list[str]] = catalogue()["permissions"].get(policy.get("domain"), {})
    names = sorted(entities) if policy.get("entityName") == "*" and entities else [policy.get("entityName")]
    result = []
    for name in names:
        actions = list(policy.get("actionSet") or [])
        if "*" in actions and name in entities:
            actions = list(entities[name])
        elif policy.get("entityName") == "*" and entities:
            actions = [action for action in actions if action in entities.get(str(name), [])]
        if actions or policy.get("entityName") != "*" or not entities:
            result.append({**copy.deepcopy(policy), "entityName": name, "actionSet": actions})
    return result


def expand_all(policies: list[Policy]) -> list[Policy]:
    """Expand wildcards and merge policies of one entity, unless they carry conditions or named resources."""
    merged: dict[tuple[str, str], Policy] = {}
    result: list[Policy] = []
    for policy in (item for sent in policies for item in expand(sent)):
        if policy.get("resourceConditionNode") or policy.get("namedResources"):
            result.append(policy)
            continue
        key = (str(policy.get("domain")), str(policy.get("entityName")))
        if key in merged:
            known = merged[key]["actionSet"]
            known.extend(action for action in policy["actionSet"] if action not in known)
        else:
            merged[key] = policy
            result.append(policy)
    return result


def granted(policies: list[Policy]) -> set[str]:
    """The permissions that ``policies`` carry, wildcards expanded."""
    return {f"{item.get('domain')}:{item.get('entityName')}:{action}" for policy in policies for item in expand(policy) for action in item["actionSet"]}


def policy(domain: str, entity: str, actions: list[str]) -> Policy:
    return {"domain": domain, "entityName": entity, "actionSet": list(actions), "allowConditions": False}


def default_role(default_role_id: str) -> dict[str, Any] | None:
    """The role as the service provisions it: name, description, permissions, permissionPolicies; None when there is no such default role."""
    for role in catalogue()["default_roles"]:
        if role["default_role_id"] == default_role_id:
            return _default_document(role)
    return None


def default_role_ids(hybrid: bool) -> list[str]:
    return [role["default_role_id"] for role in catalogue()["default_roles"] if hybrid or not role.get("hybrid_only")]


def _default_document(role: dict[str, Any]) -> dict[str, Any]:
    if role["policies"] == "everything":
        policies = [policy(domain, "*", ["*"]) for domain in sorted(catalogue()["permissions"])]
    else:
        policies = [policy(*entry) for entry in role["policies"]]
    return {
        "name": role["name"],
        "description": role["description"],
        "defaultRoleId": role["default_role_id"],
        "permissions": list(role.get("permissions", [])),
        "permissionPolicies": expand_all(policies),
        "default": True,
        "base": role["default_role_id"] == "employee",
        "roleNeedsUpdate": False,
    }
