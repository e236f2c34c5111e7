# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each system must hold after a wish was granted, told from the state before and the wish alone, without the collection's code.

Each function returns what must be: the entities that the wish names, keyed as they are in the state, or under ``NEW`` and a name where they did not
exist. None means that the entity must be gone. Whatever is not named must be as it was.
"""

from __future__ import annotations

import re
from typing import Any

from promises.calls import Entities, permissions_in
from sandbox.purecloud.permissions import default_role

NEW = "(new)"
HOME = "division-home"

Expected = dict[tuple[str, str], dict[str, Any] | None]


def _named(before: Entities, kind: str, wanted: str) -> str:
    """The identifier of what is meant by an identifier, a name, or a default role ID."""
    for attribute in ("id", "name", "defaultRoleId"):
        for (of_kind, key), entity in before.items():
            if of_kind == kind and entity.get(attribute) == wanted:
                return key
    raise KeyError(wanted)


def grants_in(before: Entities, wanted: list[dict[str, Any]]) -> set[tuple[str, str]]:
    divisions = {"*": "*", None: HOME}
    return {(_named(before, "roles", item["role"]), divisions.get(item.get("division")) or _named(before, "divisions", item["division"])) for item in wanted}


def _with(entity: dict[str, Any], wish: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """``entity`` with the attributes that a wish gives; an empty value counts as none."""
    for option, attribute in names.items():
        if wish.get(option) is not None:
            value = wish[option]
            entity = {**entity, attribute: sorted(value) if isinstance(value, list) else value}
    return {name: value for name, value in entity.items() if value not in ("", [])}


def name_of(entity: dict[str, Any]) -> str:
    return str(entity.get("email") or entity.get("name") or entity["attributes"]["name"])


CLIENT_ATTRIBUTES = {
    "name": "name",
    "description": "description",
    "access_token_validity_seconds": "accessTokenValiditySeconds",
    "registered_redirect_uris": "registeredRedirectUri",
    "scopes": "scope",
    "client_state": "state",
}
_GRANT_TYPES = {"CLIENT_CREDENTIALS": "CLIENT-CREDENTIALS", "SAML2BEARER": "SAML2-BEARER"}
_NEW_CLIENT = {"authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 86400, "state": "active", "waits": False, "old": False}


def client(before: Entities, wish: dict[str, Any], state: str) -> Expected:
    found = {key: entity for (kind, key), entity in before.items() if kind == "clients"}
    matches = [key for key, entity in found.items() if (key == wish["id"] if "id" in wish else entity["name"] == wish["name"])]
    matches = [key for key in matches if not found[key]["waits"]] or matches
    if state == "absent":
        return {("clients", key): {**found[key], "waits": True, "state": "inactive"} if found[key]["old"] else None for key in matches}
    start = found[matches[0]] if matches else {**_NEW_CLIENT, "grants": []}
    if start["waits"]:
        start = {**start, "waits": False, "state": "active"}
    entity = _with(start, wish, CLIENT_ATTRIBUTES)
    entity.setdefault("grants", [])
    if wish.get("authorized_grant_type"):
        entity["authorizedGrantType"] = _GRANT_TYPES.get(wish["authorized_grant_type"], wish["authorized_grant_type"])
    if wish.get("roles") is not None:
        entity["grants"] = sorted(grants_in(before, wish["roles"]))
    if wish.get("rotate_secret") or not matches:
        entity.pop("secret", None)  # any other
    return {("clients", matches[0] if matches else f"{NEW} {wish['name']}"): entity}


def role(before: Entities, wish: dict[str, Any], state: str) -> Expected:
    found = {key: entity for (kind, key), entity in before.items() if kind == "roles"}
    if "id" in wish:
        matches = [key for key in found if key == wish["id"]]
    elif "default_role_id" in wish:
        matches = [key for key, entity in found.items() if entity.get("defaultRoleId") == wish["default_role_id"]]
    else:
        matches = [key for key, entity in found.items() if entity["name"] == wish["name"]]
    if state == "absent":
        return {("roles", key): None for key in matches}
    start = found[matches[0]] if matches else {"default": False, "base": False, "roleNeedsUpdate": False, "grants": []}
    entity = _with(start, wish, {"name": "name", "description": "description"})
    if wish.get("restore_default"):
        original = default_role(wish["default_role_id"])
        assert original is not None
        entity.update(description=original["description"], permissions=sorted(original["permissions"]))
        entity["permissionPolicies"] = permissions_in(original["permissionPolicies"])
    exact = wish.get("permission_mode") == "exact"
    for option, attribute, wanted in (
        ("permissions", "permissions", set(wish.get("permissions") or ())),
        ("permission_policies", "permissionPolicies", permissions_in([_on_the_wire(policy) for policy in wish.get("permission_policies") or ()])),
    ):
        if wish.get(option) is not None:
            entity[attribute] = wanted if exact else wanted | set(start.get(attribute, ()))
    for attribute, kind in (("permissions", sorted), ("permissionPolicies", set)):
        entity[attribute] = kind(entity.get(attribute, ()))
    entity = {name: value for name, value in entity.items() if value not in ([], set())}
    entity["grants"] = start["grants"]
    return {("roles", matches[0] if matches else f"{NEW} {wish['name']}"): entity}


def _on_the_wire(policy: dict[str, Any]) -> dict[str, Any]:
    wire: dict[str, Any] = {"domain": policy["domain"], "entityName": policy["entity_name"], "actionSet": list(policy["action_set"])}
    if "conditions" in policy:
        leaf = policy["conditions"]
        operands = [{"type": item["type"], item["type"].lower(): {"id": item["value"]}} for item in leaf["operands"]]
        wire["resourceConditionNode"] = {"variableName": leaf["variable_name"], "operator": leaf["operator"], "operands": operands}
    return wire


def user(before: Entities, wish: dict[str, Any], state: str) -> Expected:
    found = {key: entity for (kind, key), entity in before.items() if kind == "users"}
    matches = [key for key, entity in found.items() if entity["email"].casefold() == wish["email"].casefold()]
    if state == "absent":
        return {("users", key): {**found[key], "state": "deleted"} for key in matches}
    employee = _named(before, "roles", "employee")
    new = {"acdAutoAnswer": False, "state": "active", "division_id": HOME, "invitations": 0, "grants": [(employee, HOME)]}
    start = found[matches[0]] if matches else {**new, "email": wish["email"], "username": wish["email"]}
    if start["state"] == "deleted":
        start = {**start, "state": "active"}
    entity = _with(start, wish, {"name": "name", "department": "department", "title": "title", "user_state": "state"})
    if wish.get("division"):
        entity["division_id"] = _named(before, "divisions", wish["division"])
    if wish.get("invite"):
        entity["invitations"] = max(1, start["invitations"])
    held = set(start["grants"])
    if wish.get("grant_mode") == "exact":
        held = {grant for grant in held if grant[0] == employee}
    entity["grants"] = sorted(held | grants_in(before, wish.get("roles") or [])) if wish.get("roles") is not None else start["grants"]
    return {("users", matches[0] if matches else f"{NEW} {wish['email']}"): entity}


PROVIDER_ATTRIBUTES = {
    "name": "name",
    "issuer_uri": "issuerURI",
    "sso_target_uri": "ssoTargetURI",
    "slo_uri": "sloURI",
    "slo_binding": "sloBinding",
    "relying_party_identifier": "relyingPartyIdentifier",
    "auto_provision_users": "autoProvisionUsers",
    "disabled": "disabled",
    "sign_authn_requests": "signAuthnRequests",
    "endpoint_compression": "endpointCompression",
    "provider_name": "providerName",
    "display_on_login": "displayOnLogin",
}


def provider(before: Entities, wish: dict[str, Any], state: str) -> Expected:
    key = ("identity_providers", wish["provider"])
    if state == "absent":
        return {key: None} if key in before else {}
    defaults = {"pureengage": {"name": "PureEngage", "autoProvisionUsers": True}, "generic": {"name": "Generic"}}[wish["provider"]]
    entity = _with(before.get(key, {"disabled": False, **defaults}), wish, PROVIDER_ATTRIBUTES)
    if "certificates" in wish:
        entity["certificates"] = sorted(bare(text) for text in wish["certificates"])
    return {key: entity}


def bare(certificate: str) -> str:
    return re.sub(r"-----[A-Z ]+-----|\s", "", certificate)


_STATES = {"enabled": "CFGEnabled", "disabled": "CFGDisabled"}


def transaction(before: Entities, wish: dict[str, Any], state: str) -> Expected:
    found = {key: entity for (kind, key), entity in before.items() if kind == "objects"}
    (tenant,) = [entity["dbid"] for entity in found.values() if entity["class_name"] == "CfgTenant" and entity["attributes"]["name"] == wish["tenant"]]
    matches = [
        key
        for key, entity in found.items()
        if entity["class_name"] == "CfgTransaction" and (entity["tenant"], entity["attributes"]["name"]) == (tenant, wish["name"])
    ]
    if state == "absent":
        return {("objects", key): None for key in matches}
    start = found[matches[0]] if matches else {"class_name": "CfgTransaction", "tenant": tenant, "attributes": _new_attributes(wish["name"]), "options": {}}
    attributes = {**start["attributes"]}
    for option, attribute, shown in (("alias", "alias", str), ("description", "description", str), ("record_period", "recordperiod", str)):
        if wish.get(option) is not None:
            attributes[attribute] = shown(wish[option])
    if "object_state" in wish:
        attributes["state"] = _STATES[wish["object_state"]]
    entity = {**start, "attributes": attributes, "options": _options(start["options"], wish)}
    return {("objects", matches[0] if matches else f"{NEW} {wish['name']}"): entity}


def _new_attributes(name: str) -> dict[str, str]:
    return {"name": name, "alias": name, "description": "", "recordperiod": "0", "state": "CFGEnabled", "subtype": "CFGTRTList"}


def _options(current: dict[tuple[str, str], str], wish: dict[str, Any]) -> dict[tuple[str, str], str]:
    kinds = [wish[kind] for kind in ("options", "secret_options") if wish.get(kind) is not None]
    if not kinds:
        return current
    values = {(section, key): value for kind in kinds for section, entries in kind.items() for key, value in (entries or {}).items()}
    gone = {section for kind in kinds for section, entries in kind.items() if entries is None}
    kept = {place: value for place, value in current.items() if wish.get("options_mode") != "replace" and place[0] not in gone}
    for place, value in values.items():
        if value is None:
            kept.pop(place, None)
        elif place in current and wish.get("secret_update") == "on_create" and _is_secret(place, wish):
            kept[place] = current[place]
        else:
            kept[place] = str(value).lower() if isinstance(value, bool) else str(value)
    return kept


def _is_secret(place: tuple[str, str], wish: dict[str, Any]) -> bool:
    return place[1] in ("password", "pkey") or place[1] in (wish.get("secret_options") or {}).get(place[0], {})
