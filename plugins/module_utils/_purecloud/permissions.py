# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Permission policies of roles: what they grant, compared permission by permission. Pure functions that know neither HTTP nor Ansible.

A policy on the wire (Platform API, DomainPermissionPolicy) is ``{"domain", "entityName", "actionSet": [...], "namedResources": [...],
"allowConditions", "resourceConditionNode": {...}}``, and has attributes that the collection does not manage. A condition in option form is a leaf
``{"variable_name", "operator", "operands": [{"type", "value"}]}`` or ``{"conjunction", "terms": [condition, ...]}``.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .._errors import ValidationError

WILDCARD = "*"
CONJUNCTIONS = ("AND", "OR")
OPERATORS = ("EQ", "IN", "GE", "GT", "LE", "LT")
OPERAND_TYPES = ("SCALAR", "VARIABLE", "USER", "QUEUE", "TEAM")
_ENTITY_OPERANDS = ("USER", "QUEUE", "TEAM")  # on the wire {"type": "USER", "user": {"id": ...}} and so on, the others have "value"
_BRANCH = ("conjunction", "terms")
_LEAF = ("variable_name", "operator", "operands")
_SHAPES = "either conjunction and terms, or variable_name, operator and operands"
_DEEPEST = 20  # terms within terms
_NAME = re.compile(r"[^\s:,\x00-\x1f\x7f]+")


class Grant(NamedTuple):
    """One permission as a policy grants it. ``conditions`` is the canonical form of the condition, empty for none."""

    domain: str
    entity: str
    action: str
    conditions: str = ""
    resources: tuple[str, ...] = ()

    @property
    def permission(self) -> str:
        return f"{self.domain}:{self.entity}:{self.action}"

    def __str__(self) -> str:
        """As a diff shows it, such as ``quality:evaluation:view if Evaluation.queueId EQ QUEUE 1234 on a, b``."""
        condition = f" if {_sentence(json.loads(self.conditions))}" if self.conditions else ""
        return self.permission + condition + (f" on {', '.join(self.resources)}" if self.resources else "")


class Catalogue:
    """The permissions that an organisation has, as far as they were read: domain -> entity -> action -> whether it takes conditions."""

    def __init__(self, entities: Iterable[Mapping[str, Any]] = ()) -> None:
        self.domains: dict[str, dict[str, dict[str, bool]]] = {}
        self.add(entities)

    def add(self, entities: Iterable[Mapping[str, Any]]) -> None:
        """``entities`` are of the shape ``{"domain", "permissionMap": {entity: [{"action", "allowsConditions", ...}]}}``."""
        for entity in entities:
            known = self.domains.setdefault(entity["domain"], {})
            for name, permissions in (entity.get("permissionMap") or {}).items():
                known[name] = {permission["action"]: bool(permission.get("allowsConditions")) for permission in permissions or () if permission.get("action")}

    def matches(self, domain: str, entity: str, action: str) -> list[tuple[str, str]]:
        """The (entity, action) pairs that are meant: none for an unknown permission, several for a wildcard."""
        entities = self.domains.get(domain, {})
        names = sorted(entities) if entity == WILDCARD else [entity]
        return [
            (name, found) for name in names for found in (sorted(entities.get(name, ())) if action == WILDCARD else [action]) if found in entities.get(name, ())
        ]

    def allows_conditions(self, domain: str, entity: str, action: str) -> bool:
        return self.domains[domain][entity][action]

    def closest(self, asked: Grant) -> str | None:
        """The permission, with the wildcards of ``asked``, that resembles it most."""
        entities = self.domains.get(asked.domain, {})
        candidates = {
            asked._replace(entity=WILDCARD if asked.entity == WILDCARD else name, action=WILDCARD if asked.action == WILDCARD else action).permission
            for name, actions in entities.items()
            for action in actions
        }
        return _closest(asked.permission, candidates)


def parse_policies(given: Iterable[Mapping[str, Any]], where: str) -> list[Grant]:
    """What the option ``permission_policies`` asks for, wildcards and all. ``where`` begins the sentence of a ValidationError."""
    asked = []
    for number, policy in enumerate(given):
        path = f"{where} permission_policies[{number}]"
        if policy["domain"] == WILDCARD:
            raise ValidationError(f"{path}.domain must name one domain: '*' may stand for entity_name and in action_set only")
        if not policy["action_set"]:
            raise ValidationError(f"{path}.action_set must name at least one action, '*' for all")
        for option, names in (("domain", [policy["domain"]]), ("entity_name", [policy["entity_name"]]), ("action_set", policy["action_set"])):
            for name in names:
                if not _NAME.fullmatch(name):
                    raise ValidationError(f"{path}.{option}: {name!r} is no name: it must not be empty or hold spaces, colons or commas")
        conditions = policy.get("conditions")
        canonical = "" if conditions is None else _canonical(parse_conditions(conditions, f"{path}.conditions"))
        resources = tuple(sorted(set(policy.get("named_resources") or ())))
        asked += [Grant(policy["domain"], policy["entity_name"], action, canonical, resources) for action in policy["action_set"]]
    return asked


def resolve(asked: Iterable[Grant], catalogue: Catalogue, where: str) -> list[Grant]:
    """The grants that are meant, without wildcards, each once; a ValidationError for one that the organisation does not have."""
    resolved = set()
    for grant in asked:
        matches = catalogue.matches(grant.domain, grant.entity, grant.action)
        if not matches:
            verb = "matches nothing" if WILDCARD in (grant.entity, grant.action) else "does not exist"
            raise ValidationError(f"{where} permission {grant.permission!r} {verb} in this organization: {_reason(catalogue.closest(grant))}")
        for entity, action in matches:
            found = grant._replace(entity=entity, action=action)
            if grant.conditions and not catalogue.allows_conditions(grant.domain, entity, action):
                raise ValidationError(
                    f"{where} permission {found.permission!r} takes no conditions: leave conditions out, or give this permission in a policy of its own"
                )
            resolved.add(found)
    return sorted(resolved)


def unknown_domain(domain: str, domains: Iterable[str], where: str) -> ValidationError:
    """``domains`` are all domains of the organisation."""
    return ValidationError(f"{where} permission domain {domain!r} does not exist in this organization: {_reason(_closest(domain, domains))}")


def has_wildcard(policy: Mapping[str, Any]) -> bool:
    return policy.get("entityName") == WILDCARD or WILDCARD in (policy.get("actionSet") or ())


def expanded(policies: Iterable[Mapping[str, Any]], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Policies on the wire with the permissions that their wildcards stand for; what the catalogue does not know stays as it is."""
    result = []
    for policy in policies:
        if not has_wildcard(policy) or not policy.get("actionSet"):
            result.append(dict(policy))
            continue
        actions_of: dict[str, list[str]] = {}
        domain, name = str(policy.get("domain")), str(policy.get("entityName"))
        for asked in policy["actionSet"]:
            for entity, action in catalogue.matches(domain, name, asked) or [(name, asked)]:
                actions = actions_of.setdefault(entity, [])
                if action not in actions:
                    actions.append(action)
        result += [{**policy, "entityName": entity, "actionSet": actions} for entity, actions in actions_of.items()]
    return result


def granted(policies: Iterable[Mapping[str, Any]], catalogue: Catalogue | None = None) -> set[Grant]:
    """What policies on the wire grant; without a catalogue wildcards stay wildcards."""
    policies = policies if catalogue is None else expanded(policies, catalogue)
    return {_scope(policy)._replace(action=action) for policy in policies for action in policy.get("actionSet") or ()}


def granting(policies: Iterable[Mapping[str, Any]], wanted: Sequence[Grant], exact: bool, catalogue: Catalogue) -> list[dict[str, Any]]:
    """``policies`` on the wire, changed so that they grant what is ``wanted``, and nothing else when ``exact``.

    Attributes that the collection does not manage are kept. Wildcards are expanded: PureCloud does that itself since 2026-06-01, and may
    drop conditions then (Terraform provider 1.84).
    """
    result = expanded(policies, catalogue)
    if exact:
        result = [_reduced(policy, set(wanted)) for policy in result]
        result = [policy for policy in result if policy.get("actionSet")]
    missing: dict[Grant, list[str]] = {}
    for grant in sorted(set(wanted) - granted(result)):
        missing.setdefault(grant._replace(action=""), []).append(grant.action)
    places = {_scope(policy): index for index, policy in reversed(list(enumerate(result)))}
    for scope, actions in missing.items():
        if scope in places:
            policy = result[places[scope]]
            policy["actionSet"] = [*(policy.get("actionSet") or ()), *actions]
        else:
            result.append(_new_policy(scope, actions))
    return result


def policies_form(policies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Policies on the wire as results show them: sorted, one for each entity, condition and set of named resources."""
    actions_of: dict[Grant, set[str]] = {}
    for policy in policies:
        actions_of.setdefault(_scope(policy), set()).update(policy.get("actionSet") or ())
    return [
        {
            "domain": scope.domain,
            "entity_name": scope.entity,
            "action_set": sorted(actions),
            "named_resources": list(scope.resources),
            "conditions": json.loads(scope.conditions) if scope.conditions else None,
        }
        for scope, actions in sorted(actions_of.items())
    ]


def parse_conditions(given: Any, path: str, depth: int = 1) -> dict[str, Any]:
    """A condition that a user wrote, checked, without keys that are not given. ``path`` names it in a ValidationError."""
    if not isinstance(given, Mapping):
        raise ValidationError(f"{path} must be a dictionary: {_SHAPES}")
    if depth > _DEEPEST:
        raise ValidationError(f"{path} is nested too deeply: at most {_DEEPEST} levels are possible")
    given = {key: value for key, value in given.items() if value is not None}
    unknown = sorted(str(key) for key in given if key not in _BRANCH + _LEAF)
    if unknown:
        raise ValidationError(f"{path} has the unknown key {unknown[0]!r}: give {_SHAPES}")
    keys = _BRANCH if any(key in given for key in _BRANCH) else _LEAF
    if set(given) - set(keys):
        raise ValidationError(f"{path} is two conditions in one: give {_SHAPES}")
    for key in keys:
        if key not in given:
            raise ValidationError(f"{path}.{key} is missing: give {_SHAPES}")
    if keys == _BRANCH:
        terms = [parse_conditions(term, f"{path}.terms[{index}]", depth + 1) for index, term in enumerate(_filled_list(given["terms"], f"{path}.terms"))]
        return {"conjunction": _choice(given["conjunction"], CONJUNCTIONS, f"{path}.conjunction"), "terms": terms}
    if not isinstance(given["variable_name"], str) or not given["variable_name"].strip():
        raise ValidationError(f"{path}.variable_name must be the name of a variable")
    operands = [_parse_operand(operand, f"{path}.operands[{index}]") for index, operand in enumerate(_filled_list(given["operands"], f"{path}.operands"))]
    return {"variable_name": given["variable_name"], "operator": _choice(given["operator"], OPERATORS, f"{path}.operator"), "operands": operands}


def _parse_operand(given: Any, path: str) -> dict[str, str]:
    if not isinstance(given, Mapping) or set(given) != {"type", "value"}:
        raise ValidationError(f"{path} must be a dictionary of type and value")
    value = given["value"]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == "":
        raise ValidationError(f"{path}.value must be text or a number: put it into quotes")
    return {"type": _choice(given["type"], OPERAND_TYPES, f"{path}.type"), "value": str(value)}


def _filled_list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValidationError(f"{path} must be a list with at least one entry")
    return value


def _choice(value: Any, choices: tuple[str, ...], path: str) -> str:
    if value not in choices:
        raise ValidationError(f"{path} must be one of {', '.join(choices)}, not {value!r}")
    return str(value)


def conditions_form(node: Any) -> dict[str, Any] | None:
    """A condition of the API in option form, None when there is none."""
    if not isinstance(node, Mapping):
        return None
    if node.get("terms"):
        terms = [term for term in map(conditions_form, node["terms"]) if term is not None]
        return {"conjunction": node.get("conjunction") or "AND", "terms": terms} if terms else None
    if not node.get("variableName"):
        return None
    operands = [_operand_form(operand) for operand in node.get("operands") or ()]
    return {"variable_name": node["variableName"], "operator": node.get("operator"), "operands": operands}


def _operand_form(operand: Mapping[str, Any]) -> dict[str, str]:
    kind = operand.get("type") or "SCALAR"
    value = (operand.get(kind.lower()) or {}).get("id") if kind in _ENTITY_OPERANDS else None
    return {"type": kind, "value": str(operand.get("value") if value is None else value)}


def conditions_wire(form: Mapping[str, Any]) -> dict[str, Any]:
    """A condition in option form as the API takes it."""
    if "terms" in form:
        return {"conjunction": form["conjunction"], "terms": [conditions_wire(term) for term in form["terms"]]}
    operands = [
        {"type": kind, kind.lower(): {"id": value}} if kind in _ENTITY_OPERANDS else {"type": kind, "value": value}
        for kind, value in ((operand["type"], operand["value"]) for operand in form["operands"])
    ]
    return {"variableName": form["variable_name"], "operator": form["operator"], "operands": operands}


def _canonical(form: Mapping[str, Any]) -> str:
    """A condition as text that is the same for all conditions of the same meaning that differ in order or repetition."""
    return json.dumps(_ordered(form), sort_keys=True)


def _ordered(form: Mapping[str, Any]) -> Any:
    if "terms" not in form:
        return {**form, "operands": _unique(form["operands"])}
    terms = sorted(_unique(_ordered(term) for term in form["terms"]), key=_sentence)
    return terms[0] if len(terms) == 1 else {**form, "terms": terms}


def _unique(items: Iterable[Any]) -> list[Any]:
    return [json.loads(item) for item in sorted({json.dumps(item, sort_keys=True) for item in items})]


def _sentence(form: Mapping[str, Any]) -> str:
    """A condition for people."""
    if "terms" in form:
        conjunction = f" {form['conjunction']} "
        return f"({conjunction.join(_sentence(term) for term in form['terms'])})"
    shown = [_operand_sentence(operand) for operand in form["operands"]]
    return f"{form['variable_name']} {form['operator']} {shown[0] if len(shown) == 1 else '[' + ', '.join(shown) + ']'}"


def _operand_sentence(operand: Mapping[str, str]) -> str:
    kind, value = operand["type"], operand["value"]
    return repr(value) if kind == "SCALAR" else value if kind == "VARIABLE" else f"{kind} {value}"


def _scope(policy: Mapping[str, Any]) -> Grant:
    """What a policy is about, as a grant without an action."""
    conditions = conditions_form(policy.get("resourceConditionNode"))
    resources = tuple(sorted(set(policy.get("namedResources") or ())))
    return Grant(str(policy.get("domain") or ""), str(policy.get("entityName") or ""), "", "" if conditions is None else _canonical(conditions), resources)


def _reduced(policy: dict[str, Any], wanted: set[Grant]) -> dict[str, Any]:
    scope = _scope(policy)
    return {**policy, "actionSet": [action for action in policy.get("actionSet") or () if scope._replace(action=action) in wanted]}


def _new_policy(scope: Grant, actions: list[str]) -> dict[str, Any]:
    policy: dict[str, Any] = {"domain": scope.domain, "entityName": scope.entity, "actionSet": actions, "allowConditions": bool(scope.conditions)}
    if scope.resources:
        policy["namedResources"] = list(scope.resources)
    if scope.conditions:
        policy["resourceConditionNode"] = conditions_wire(json.loads(scope.conditions))
    return policy


def _closest(wanted: str, candidates: Iterable[str]) -> str | None:
    by_folded = {candidate.casefold(): candidate for candidate in sorted(candidates)}
    close = difflib.get_close_matches(wanted.casefold(), list(by_folded), n=1)
    return by_folded[close[0]] if close else None


def _reason(closest: str | None) -> str:
    hint = f" (the closest is {closest!r})" if closest else ""
    return f"it is misspelt{hint} or belongs to a product that the organization has not licensed"
