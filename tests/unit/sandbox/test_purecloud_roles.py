# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, default roles and divisions of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess
from sandbox.purecloud.permissions import all_permissions, expand_all, granted

ROLES, DIVISIONS = "/authorization/roles", "/authorization/divisions"


def switch(sandbox: SandboxProcess, **values: Any) -> None:
    sandbox.control("POST", "faults", {"switches": values})


def policy(domain: str, entity: str, *actions: str, **more: Any) -> dict[str, Any]:
    return {"domain": domain, "entityName": entity, "actionSet": list(actions), **more}


def names(api: PureCloudCaller, **query: Any) -> list[str]:
    return [role["name"] for role in api.get(ROLES, **query)["entities"]]


# -- default roles


def test_default_roles_of_a_hybrid_organization(api: PureCloudCaller) -> None:
    roles = {role["defaultRoleId"]: role for role in api.get(ROLES)["entities"]}
    assert {key: role["name"] for key, role in roles.items()} == {
        "employee": "Employee",
        "user": "User",
        "supervisor": "Supervisor",
        "admin": "Admin",
        "ai_agent": "AI Agent",
    }
    assert all(role["default"] for role in roles.values())
    assert granted(roles["admin"]["permissionPolicies"]) == all_permissions()
    journey = {name for name in all_permissions() if name.startswith("journey:")}
    holders = {key for key, role in roles.items() if journey <= granted(role["permissionPolicies"])}
    assert holders == {"admin", "ai_agent"}


def test_ai_agent_is_for_hybrid_organizations_only(sandbox: SandboxProcess) -> None:
    clients = [{"name": "c", "secret": "s", "roles": ["Admin"], "bootstrap": True}]
    info = sandbox.control("POST", "reset", {"seed": {"organizations": [{"name": "Plain", "hybrid": False, "clients": clients}]}})
    api = PureCloudCaller.login(sandbox.info["purecloud_url"], info["client_id"], "s")
    assert "AI Agent" not in names(api)


def test_a_default_role_keeps_its_name_and_cannot_be_deleted(api: PureCloudCaller) -> None:
    path = f"{ROLES}/{api.default_role()}"
    assert api.expect(400, "PUT", path, {"name": "Agent"})["details"][0]["fieldName"] == "name"
    api.expect(400, "DELETE", path)
    changed = api.put(path, {"name": "User", "permissionPolicies": [policy("journey", "segment", "view")]})
    assert granted(changed["permissionPolicies"]) == {"journey:segment:view"}


@pytest.mark.parametrize("way", ["by id", "by defaultRoleId", "force"])
def test_restoring_default_roles(api: PureCloudCaller, way: str) -> None:
    key = api.default_role()
    before = api.get(f"{ROLES}/{key}")
    api.put(f"{ROLES}/{key}", {"name": "User", "description": "changed"})
    if way == "force":
        assert api.expect(200, "POST", ROLES + "/default")["total"] == 5
        assert api.get(f"{ROLES}/{key}")["description"] == "changed"
        api.expect(200, "POST", ROLES + "/default?force=true")
    else:
        restored = api.put(ROLES + "/default", [{"id": key} if way == "by id" else {"defaultRoleId": "user"}])
        assert [role["id"] for role in restored["entities"]] == [key]
    assert api.get(f"{ROLES}/{key}") == before


def test_restoring_a_role_that_is_no_default(api: PureCloudCaller) -> None:
    api.expect(404, "PUT", ROLES + "/default", [{"id": api.make_role()}])


def test_comparison_with_a_default_role(api: PureCloudCaller) -> None:
    key = api.default_role("ai_agent")
    assert api.get(f"{ROLES}/{key}/comparedefault/ai_agent")["addedPermissionPolicies"] == []
    role = api.get(f"{ROLES}/{key}")
    wanted = [item for item in role["permissionPolicies"] if item["domain"] == "journey"] + [policy("oauth", "client", "view")]
    difference = api.post(f"{ROLES}/{key}/comparedefault/{key}", {"name": "AI Agent", "permissionPolicies": wanted})
    assert granted(difference["addedPermissionPolicies"]) == {"oauth:client:view"}
    assert granted(difference["removedPermissionPolicies"]) == granted(role["permissionPolicies"]) - granted(wanted)
    assert granted(difference["samePermissionPolicies"]) == granted(wanted) - {"oauth:client:view"}
    api.expect(404, "GET", f"{ROLES}/{key}/comparedefault/none")


# -- list


def test_list_filters(api: PureCloudCaller) -> None:
    for name in ("Hybrid one", "Hybrid two", "Other"):
        api.make_role(name=name)
    assert names(api, name="hybrid*") == ["Hybrid one", "Hybrid two"]
    assert names(api, name="*two") == ["Hybrid two"]
    assert names(api, name="Hybrid") == []
    assert names(api, name="OTHER") == ["Other"]
    key = api.get(ROLES, name="Other")["entities"][0]["id"]
    assert names(api, id=f"{key},{api.default_role()}") == ["Other", "User"]
    assert names(api, permission="oauth:client:delete") == ["Admin"]
    assert names(api, permission="journey:segment:view", name="H*") == ["Hybrid one", "Hybrid two"]
    assert names(api, defaultRoleId="none") == []


def test_user_counts(api: PureCloudCaller) -> None:
    counts = {role["name"]: role["userCount"] for role in api.get(ROLES)["entities"]}
    assert (counts["Admin"], counts["Employee"], counts["User"]) == (1, 1, 0)
    assert not [role for role in api.get(ROLES, userCount="false")["entities"] if "userCount" in role]
    assert "userCount" not in api.get(f"{ROLES}/{api.default_role()}", userCount="false")
    api.make_user()
    assert api.get(ROLES, defaultRoleId="employee")["entities"][0]["userCount"] == 2


def test_at_most_a_hundred_ids(api: PureCloudCaller) -> None:
    assert api.expect(400, "GET", ROLES, query={"id": ",".join(map(str, range(101)))})["code"] == "max.role.ids"
    api.get(ROLES, id=",".join(map(str, range(100))))


# -- create, replace, patch, delete


def test_replace_and_patch(api: PureCloudCaller) -> None:
    key = api.make_role()
    replaced = api.put(f"{ROLES}/{key}", {"name": "New", "description": "d", "permissions": ["group_creation"]})
    assert (replaced["name"], replaced["permissions"], replaced["permissionPolicies"]) == ("New", ["group_creation"], [])
    patched = api.expect(200, "PATCH", f"{ROLES}/{key}", {"roleNeedsUpdate": True, "name": "ignored", "permissionPolicies": [policy("a", "b", "c")]})
    assert patched == {**replaced, "roleNeedsUpdate": True}


@pytest.mark.parametrize("name", ["Taken", "taken", "Admin"])
def test_names_of_roles_are_unique(api: PureCloudCaller, name: str) -> None:
    key = api.make_role(name="Taken")
    api.expect(409, "POST", ROLES, {"name": name})
    other = api.make_role()
    api.expect(409, "PUT", f"{ROLES}/{other}", {"name": name})
    api.put(f"{ROLES}/{key}", {"name": "TAKEN"})


def test_deleting_a_role_ends_its_grants(api: PureCloudCaller) -> None:
    role, user = api.make_role(), api.make_user()
    api.expect(204, "POST", f"/authorization/subjects/{user}/divisions/*/roles/{role}")
    api.expect(204, "DELETE", f"{ROLES}/{role}")
    assert role not in {pair[0] for pair in api.grants(user)}
    for method, body in (("GET", None), ("PUT", {"name": "x"}), ("PATCH", {}), ("DELETE", None)):
        api.expect(404, method, f"{ROLES}/{role}", body)


def test_wildcards(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sent = [policy("sso", "*", "*"), policy("routing", "*", "view"), policy("unknown", "*", "*")]
    switch(sandbox, role_wildcards="keep")
    kept = api.post(ROLES, {"name": "kept", "permissionPolicies": sent})
    assert kept["permissionPolicies"] == sent
    switch(sandbox, role_wildcards="expand")
    expanded = api.post(ROLES, {"name": "expanded", "permissionPolicies": sent})["permissionPolicies"]
    known = [item for item in expanded if item["domain"] != "unknown"]
    assert not [item for item in known if item["entityName"] == "*" or "*" in item["actionSet"]]
    assert granted(expanded) == granted(sent)
    assert policy("unknown", "*", "*") in expanded


def test_expansion_keeps_conditions() -> None:
    node = {"variableName": "x"}
    sent = [policy("routing", "queue", "*", resourceConditionNode=node), policy("routing", "queue", "view")]
    expanded = expand_all(sent)
    assert [item.get("resourceConditionNode") for item in expanded] == [node, None]
    assert "*" not in expanded[0]["actionSet"]


@pytest.mark.parametrize("value, status", [("accept", 200), ("reject", 400)])
def test_unknown_permissions(sandbox: SandboxProcess, api: PureCloudCaller, value: str, status: int) -> None:
    switch(sandbox, role_unknown_permissions=value)
    api.expect(status, "POST", ROLES, {"name": "x", "permissionPolicies": [policy("journey", "actionMap", "view")]})


def test_settings(api: PureCloudCaller) -> None:
    assert api.get(ROLES + "/settings")["backfillEnabled"] is False
    api.put(ROLES + "/settings", {"backfillEnabled": True})
    assert api.get(ROLES + "/settings")["backfillEnabled"] is True


# -- divisions


def test_division_comes_and_goes(api: PureCloudCaller) -> None:
    created = api.post(DIVISIONS, {"name": "North", "description": "n"})
    path = f"{DIVISIONS}/{created['id']}"
    assert api.get(path) == created and created["homeDivision"] is False
    assert api.put(path, {"name": "South", "description": "s"})["name"] == "South"
    api.expect(204, "DELETE", path)
    api.expect(404, "GET", path)
    assert [division["name"] for division in api.get(DIVISIONS + "/deleted")["entities"]] == ["South"]
    assert api.post(path + "/restore", {"name": "Again", "description": "r"})["id"] == created["id"]
    assert api.get(path)["name"] == "Again"
    api.expect(404, "POST", path + "/restore", {"name": "Twice", "description": "r"})


@pytest.mark.parametrize("body, status", [({"name": "Home", "description": ""}, 409), ({"name": "sales", "description": ""}, 409), ({"description": ""}, 400)])
def test_refused_divisions(api: PureCloudCaller, body: dict[str, str], status: int) -> None:
    api.expect(status, "POST", DIVISIONS, body)


def test_division_filters(api: PureCloudCaller) -> None:
    key = api.make_division()
    assert [division["id"] for division in api.get(DIVISIONS, id=key)["entities"]] == [key]
    assert [division["name"] for division in api.get(DIVISIONS, name="sal*")["entities"]] == ["Sales"]


def test_cursor_paging(api: PureCloudCaller) -> None:
    for _dummy in range(3):
        api.make_division()
    first = api.get(DIVISIONS + "/query", pageSize=2)
    second = api.get(first["nextUri"].removeprefix("/api/v2"))
    third = api.get(second["nextUri"].removeprefix("/api/v2"))
    assert "previousUri" not in first and "nextUri" not in third
    seen = [division["id"] for page in (first, second, third) for division in page["entities"]]
    assert len(seen) == len(set(seen)) == 5
    assert api.get(third["previousUri"].removeprefix("/api/v2"))["entities"] == second["entities"]
    assert api.send("GET", DIVISIONS + "/query?after=%25").status_code == 400


def test_objects_block_the_delete_of_a_division(api: PureCloudCaller) -> None:
    division, user = api.make_division(), api.make_user()
    path = f"{DIVISIONS}/{division}"
    api.expect(200, "POST", path + "/objects/USER", [user])
    assert api.get(f"/users/{user}")["division"]["id"] == division
    assert api.get(path, objectCount="true")["objectCounts"] == {"USER": 1}
    api.expect(400, "DELETE", path)
    api.expect(204, "DELETE", path + "?force=true")
    assert api.get(f"/users/{user}")["division"]["id"] == api.home()


def test_the_home_division_stays(api: PureCloudCaller) -> None:
    api.expect(400, "DELETE", f"{DIVISIONS}/{api.home()}")


def test_moving_unknown_objects_moves_nothing(api: PureCloudCaller) -> None:
    division, user = api.make_division(), api.make_user()
    api.expect(404, "POST", f"{DIVISIONS}/{division}/objects/USER", [user, "none"])
    api.expect(404, "POST", f"{DIVISIONS}/{division}/objects/QUEUE", [user])
    api.expect(400, "POST", f"{DIVISIONS}/{division}/objects/HOUSE", [user])
    assert api.get(f"/users/{user}")["division"]["id"] == api.home()


def test_permitted_divisions(api: PureCloudCaller) -> None:
    division, role, user = api.make_division(), api.make_role("journey:segment:edit"), api.make_user()
    api.expect(204, "POST", f"/authorization/subjects/{user}/divisions/{division}/roles/{role}")
    path = "/authorization/divisionspermitted/"
    listing = api.get(path + f"paged/{user}", permission="journey:segment:edit")
    assert ([entity["id"] for entity in listing["entities"]], listing["allDivsPermitted"]) == ([division], False)
    mine = api.get(path + "paged/me", permission="journey:segment:edit")
    assert (mine["total"], mine["allDivsPermitted"]) == (3, True)
    assert [entity["name"] for entity in api.get(path + "me", permission="journey:segment:edit", name="sal")] == ["Sales"]
    assert api.get(path + "me", permission="none:at:all") == []
    api.expect(400, "GET", path + "me")
    api.expect(404, "GET", path + "paged/none?permission=a:b:c")
