# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of the sandbox: life cycle, versions, invitations, search."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

NEW = {"name": "New User", "email": "new@example.com"}


def exact(field: str, *values: str) -> dict[str, Any]:
    return {"type": "EXACT", "fields": [field], "values": list(values)}


def search(api: PureCloudCaller, *query: dict[str, Any], **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.post("/users/search", {"query": list(query), **body})
    return found


def emails(found: dict[str, Any]) -> list[str]:
    return [user["email"] for user in found["results"]]


def test_create(api: PureCloudCaller) -> None:
    user = api.post("/users", {**NEW, "title": "T", "password": "Secret-1"})
    assert {key: user[key] for key in ("name", "email", "username", "version", "state", "title")} == {
        "name": "New User",
        "email": "new@example.com",
        "username": "new@example.com",
        "version": 1,
        "state": "active",
        "title": "T",
    }
    assert user["division"]["id"] == api.home() and "password" not in user
    assert [role["name"] for role in api.get(f"/users/{user['id']}/roles")["roles"]] == ["Employee"]


def test_create_in_a_division_and_state(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    division = api.make_division()
    user = api.post("/users", {**NEW, "divisionId": division, "state": "inactive"})
    assert (user["division"]["id"], user["state"]) == (division, "inactive")
    api.expect(404, "POST", "/users", {"name": "x", "email": "x@example.com", "divisionId": "none"})
    sandbox.control("POST", "faults", {"switches": {"new_user_state": "inactive"}})
    assert api.post("/users", {"name": "x", "email": "x@example.com"})["state"] == "inactive"


@pytest.mark.parametrize("deleted", [False, True])
def test_an_address_is_used_once_even_by_deleted_users(api: PureCloudCaller, deleted: bool) -> None:
    user = api.post("/users", NEW)
    if deleted:
        api.expect(200, "DELETE", f"/users/{user['id']}")
    assert api.expect(409, "POST", "/users", {**NEW, "email": "NEW@example.com"})["code"] == "general.conflict"
    other = api.make_user()
    assert api.expect(409, "PATCH", f"/users/{other}", {"version": 1, "email": "new@example.com"})["code"] == "general.conflict"


def test_patch_needs_the_present_version(api: PureCloudCaller) -> None:
    path = f"/users/{api.post('/users', NEW)['id']}"
    changed = api.expect(200, "PATCH", path, {"version": 1, "title": "T", "email": "other@example.com", "username": "ignored"})
    assert (changed["version"], changed["title"], changed["username"]) == (2, "T", "other@example.com")
    assert changed["primaryContactInfo"] == [{"address": "other@example.com", "mediaType": "EMAIL", "type": "PRIMARY"}]
    stale = api.expect(409, "PATCH", path, {"version": 1, "title": "late"})
    assert (stale["code"], stale["message"]) == ("general.conflict", "The version supplied does not match the current version of the user")
    assert api.expect(400, "PATCH", path, {"title": "x"})["details"][0]["fieldName"] == "version"


def test_state_is_changed_alone(api: PureCloudCaller) -> None:
    path = f"/users/{api.post('/users', NEW)['id']}"
    changed = api.expect(200, "PATCH", path, {"version": 1, "state": "inactive", "title": "ignored"})
    assert changed["state"] == "inactive" and "title" not in changed


def test_delete_is_soft_and_restore_brings_back(api: PureCloudCaller) -> None:
    key = api.post("/users", NEW)["id"]
    path = f"/users/{key}"
    assert api.expect(200, "DELETE", path) == {}
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", {"version": 2, "title": "x"}), ("POST", None)):
        answer = api.expect(404, method, path + ("/invite" if method == "POST" else ""), body)
        assert (answer["code"], answer["message"]) == ("general.resource.not.found", "Unable to find a user with that userId")
    deleted = api.get(path, state="deleted")
    assert (deleted["state"], deleted["version"]) == ("deleted", 2)
    assert key in [user["id"] for user in api.get("/users", state="deleted")["entities"]]
    restored = api.expect(200, "PATCH", path, {"version": 2, "state": "active"})
    assert restored["state"] == "active" and api.get(path)["version"] == 3
    api.expect(404, "GET", path + "?state=deleted")


@pytest.mark.parametrize(
    "state, found", [(None, ["a", "admin"]), ("active", ["a", "admin"]), ("inactive", ["b"]), ("deleted", ["c"]), ("any", ["a", "admin", "b", "c"])]
)
def test_list_by_state(api: PureCloudCaller, state: str | None, found: list[str]) -> None:
    api.make_user(name="A", email="a@example.com")
    api.make_user(name="B", email="b@example.com", state="inactive")
    api.expect(200, "DELETE", f"/users/{api.make_user(name='C', email='c@example.com')}")
    users = api.get("/users", **({"state": state} if state else {}))["entities"]
    assert sorted(user["email"].split("@")[0] for user in users) == found


def test_list_by_id_order_and_limits(api: PureCloudCaller) -> None:
    keys = [api.make_user(name=name) for name in ("X", "Y")]
    ids = ",".join(keys)
    assert [user["name"] for user in api.get("/users", id=ids)["entities"]] == ["X", "Y"]
    assert [user["name"] for user in api.get("/users", id=ids, sortOrder="descending")["entities"]] == ["Y", "X"]
    assert api.expect(400, "GET", "/users", query={"id": ",".join(map(str, range(101)))})["code"] == "max.user.ids"
    assert api.expect(400, "GET", "/users?state=asleep")["code"] == "invalid.query.param.value"


def test_expanded_authorization(api: PureCloudCaller) -> None:
    user = api.get("/users", expand="authorization")["entities"][0]
    assert {role["name"] for role in user["authorization"]["roles"]} == {"Employee", "Admin"}
    assert "oauth:client:view" in user["authorization"]["permissions"]
    assert "authorization" not in api.get("/users")["entities"][0]


def test_invitations(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    key = api.post("/users", NEW)["id"]
    dates = []
    for query in ("", "", "?force=true"):
        api.expect(204, "POST", f"/users/{key}/invite{query}")
        dates.append(api.get(f"/users/{key}", expand="dateWelcomeSent")["dateWelcomeSent"])
        sandbox.control("POST", "clock", {"advance": 60})
    assert dates[0] == dates[1] < dates[2]
    assert "dateWelcomeSent" not in api.get(f"/users/{key}")
    assert sandbox.control("GET", "state")["purecloud"]["organizations"][0]["users"][key]["invitations"] == 2


def test_replacing_roles(api: PureCloudCaller) -> None:
    key, role = api.post("/users", NEW)["id"], api.make_role()
    api.expect(204, "POST", f"/authorization/subjects/{key}/divisions/*/roles/{role}")
    answer = api.put(f"/users/{key}/roles", [api.default_role("supervisor")])
    assert [entry["name"] for entry in answer["roles"]] == ["Employee", "Supervisor"]
    assert {division for _role, division in api.grants(key)} == {api.home()}
    api.expect(404, "PUT", f"/users/{key}/roles", ["none"])


def test_manager_becomes_a_reference(api: PureCloudCaller) -> None:
    key, manager = api.make_user(), api.make_user()
    changed = api.expect(200, "PATCH", f"/users/{key}", {"version": 1, "manager": manager})
    assert changed["manager"]["id"] == manager


# -- search


@pytest.fixture
def people(api: PureCloudCaller) -> PureCloudCaller:
    for name, title in [("Ada Lovelace", "Analyst"), ("Alan Turing", "Analyst"), ("Grace Hopper", "Admiral")]:
        api.make_user(name=name, email=name.split()[0].lower() + "@example.com", title=title)
    return api


ADMIN = "admin@example-one.example.com"
# (criteria, expected local parts)
SEARCHES: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([exact("email", "ADA@example.com")], ["ada"]),
    ([{"type": "EXACT", "fields": ["email"], "value": "ada@example.com"}], ["ada"]),
    ([{"type": "STARTS_WITH", "fields": ["name"], "value": "al"}], ["alan"]),
    ([{"type": "CONTAINS", "fields": ["name", "title"], "value": "ad"}], ["ada", "grace", "admin"]),
    ([{"type": "TERM", "fields": ["name"], "value": "turing"}], ["alan"]),
    ([{"type": "TERMS", "fields": ["name"], "values": ["turing", "hopper"]}], ["alan", "grace"]),
    ([{"type": "QUERY_STRING", "value": "*analyst*"}], ["ada", "alan"]),
    ([{"type": "REGEX", "fields": ["name"], "value": ".*hop.*"}], ["grace"]),
    ([{"type": "REQUIRED_FIELDS", "fields": ["title"]}], ["ada", "alan", "grace"]),
    ([{"type": "RANGE", "fields": ["name"], "startValue": "ad", "endValue": "am"}], ["ada", "alan"]),
    ([{"type": "GREATER_THAN", "fields": ["name"], "value": "f"}], ["admin", "grace"]),
    ([{"type": "LESS_THAN_EQUAL_TO", "fields": ["name"], "value": "ada lovelace"}], ["ada"]),
    ([{"type": "MATCH_ALL"}], ["ada", "alan", "admin", "grace"]),
    ([], ["ada", "alan", "admin", "grace"]),
    ([exact("title", "Analyst"), {**exact("name", "Alan Turing"), "operator": "NOT"}], ["ada"]),
    ([{**exact("name", "Alan Turing"), "operator": "OR"}, {**exact("name", "Grace Hopper"), "operator": "OR"}], ["alan", "grace"]),
    (
        [exact("title", "Analyst"), {"type": "EXACT", "group": [{**exact("name", "x"), "operator": "OR"}, {**exact("name", "Alan Turing"), "operator": "OR"}]}],
        ["alan"],
    ),
]


@pytest.mark.parametrize("criteria, found", SEARCHES)
def test_search(people: PureCloudCaller, criteria: list[dict[str, Any]], found: list[str]) -> None:
    assert sorted(address.split("@")[0] for address in emails(search(people, *criteria))) == sorted(found)


def test_search_finds_deleted_users_only_by_state(people: PureCloudCaller) -> None:
    key = search(people, exact("email", "ada@example.com"))["results"][0]["id"]
    people.expect(200, "DELETE", f"/users/{key}")
    assert search(people, exact("email", "ada@example.com"))["results"] == []
    assert emails(search(people, exact("email", "ada@example.com"), exact("state", "deleted", "active"))) == ["ada@example.com"]


def test_search_pages_by_q64(people: PureCloudCaller) -> None:
    first = search(people, pageSize=3, sortBy="email", sortOrder="DESC")
    assert (first["total"], first["pageCount"], first["types"]) == (4, 2, ["users"])
    assert "previousPage" not in first
    second = people.get("/users/search", q64=first["nextPage"])
    assert emails(first) + emails(second) == ["grace@example.com", "alan@example.com", ADMIN, "ada@example.com"]
    assert "nextPage" not in second and people.get("/users/search", q64=second["previousPage"]) == first
    assert people.get("/users/search", q64=first["currentPage"]) == first
    assert people.send("GET", "/users/search?q64=%25").status_code == 400
    assert people.send("GET", "/users/search").status_code == 400


def test_search_refuses_a_broken_expression(people: PureCloudCaller) -> None:
    people.expect(400, "POST", "/users/search", {"query": [{"type": "REGEX", "fields": ["name"], "value": "("}]})


def test_the_search_index_lags(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("POST", "faults", {"switches": {"user_search_lag_seconds": 60}})
    key = api.post("/users", NEW)["id"]
    assert search(api, exact("email", NEW["email"]))["total"] == 0
    assert search(api, exact("email", ADMIN))["total"] == 1
    sandbox.control("POST", "clock", {"advance": 61})
    assert search(api, exact("email", NEW["email"]))["total"] == 1
    api.expect(200, "DELETE", f"/users/{key}")
    lagging = search(api, exact("email", NEW["email"]))["results"]
    assert [user["state"] for user in lagging] == ["active"]
    sandbox.control("POST", "clock", {"advance": 61})
    assert search(api, exact("email", NEW["email"]))["results"] == []
    assert emails(search(api, exact("state", "deleted"))) == [NEW["email"]]
