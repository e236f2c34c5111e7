# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs between clients on the wire, and listings of any length read to the end by both SDKs and by this collection's own client."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from contract.support import SALES, RunScenario
from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

SIZES = (25, 100, 500)
ROLES, USERS = "/authorization/roles", "/users"
# Both filters leave out what every organization has: the default roles, and no user at all.
FILTERS: dict[str, dict[str, str]] = {ROLES: {"name": "bulk*", "userCount": "false"}, USERS: {"state": "any"}}


# -- Parameters and bodies

ListCase = tuple[str, str, list[str]]


@pytest.fixture
def api(sandbox: SandboxProcess) -> PureCloudCaller:
    return PureCloudCaller.bootstrap(sandbox)


def list_cases(api: PureCloudCaller) -> dict[str, ListCase]:
    """Name -> path, parameter and values of list parameters, each of which selects some of the objects and not all."""
    users = [api.make_user() for _number in range(3)]
    return {
        "roles id": (ROLES, "id", [api.default_role("admin"), api.default_role("employee")]),
        "roles defaultRoleId": (ROLES, "defaultRoleId", ["admin", "employee"]),
        "roles permission": (ROLES, "permission", ["authorization:role:add", "journey:segment:edit"]),
        "users id": (USERS, "id", users[:2]),
    }


def python_listings(sdk: Any, client: Any, cases: dict[str, ListCase]) -> dict[str, list[str]]:
    authorization = sdk.AuthorizationApi(client)
    listings = {
        "roles id": authorization.get_authorization_roles(id=cases["roles id"][2]),
        "roles defaultRoleId": authorization.get_authorization_roles(default_role_id=cases["roles defaultRoleId"][2]),
        "roles permission": authorization.get_authorization_roles(permission=cases["roles permission"][2]),
        "users id": sdk.UsersApi(client).get_users(id=cases["users id"][2], expand=["authorization", "groups"]),
    }
    return {name: [entity.id for entity in listing.entities] for name, listing in listings.items()}


def sent(sandbox: SandboxProcess, path: str, parameter: str) -> list[list[str]]:
    """The values of a parameter in each request of the journal that has it, as they were sent."""
    entries = [entry for entry in sandbox.control("GET", "requests") if entry["method"] == "GET" and entry["path"] == "/api/v2" + path]
    values = [[value for name, value in parse_qsl(entry["query"]) if name == parameter] for entry in entries]
    return [value for value in values if value]


def test_list_parameters_joined_and_repeated_give_the_same(sandbox: SandboxProcess, api: PureCloudCaller, python_sdk: Any, javascript: RunScenario) -> None:
    cases = list_cases(api)
    repeated = {name: [entity["id"] for entity in api.get(path, **{key: values})["entities"]] for name, (path, key, values) in cases.items()}
    joined = {name: [entity["id"] for entity in api.get(path, **{key: ",".join(values)})["entities"]] for name, (path, key, values) in cases.items()}
    assert repeated == joined and all(repeated.values())

    client = python_sdk.api_client.ApiClient().get_client_credentials_token(api.client_id, api.secret)
    for observe in (
        lambda: python_listings(python_sdk, client, cases),
        lambda: javascript("listParameters", roleIds=cases["roles id"][2], userIds=cases["users id"][2]),
    ):
        sandbox.control("DELETE", "requests")
        assert observe() == repeated
        for path, key, values in cases.values():
            assert [",".join(values)] in sent(sandbox, path, key), "the SDK no longer joins lists with commas"


@pytest.mark.parametrize("body", [b"null", b""], ids=["null", "empty"])
def test_operations_without_a_body_take_the_literal_null(api: PureCloudCaller, body: bytes) -> None:
    user, role, client = api.make_user(), api.make_role(), api.make_client()["id"]
    paths = {
        f"/oauth/clients/{client}/secret": 200,
        f"/users/{user}/invite": 204,
        f"/authorization/subjects/{user}/divisions/{SALES}/roles/{role}": 204,
        "/authorization/roles/default": 200,
    }
    for path, status in paths.items():
        answer = api.session.post(f"{api.origin}/api/v2{path}", data=body, headers={"Content-Type": "application/json"}, timeout=30)
        assert answer.status_code == status, f"{path}: {answer.text}"
    assert (role, SALES) in api.grants(user)


# -- Listings of any length


def seed(sandbox: SandboxProcess, count: int) -> dict[str, set[str]]:
    """Reset to an organization with ``count`` roles and ``count`` users of the test, whose IDs it returns by path."""
    ids = {path: [f"11111111-1111-4111-{kind}-{number:012d}" for number in range(count)] for path, kind in ((ROLES, "8aaa"), (USERS, "8bbb"))}
    key = {"name": "Key", "id": sandbox.info["client_id"], "secret": sandbox.info["client_secret"], "bootstrap": True}
    organization = {
        "name": "Example One",
        "id": "11111111-1111-4111-8111-111111111111",
        "clients": [{**key, "roles": [{"role": "Admin", "division": "*"}]}],
        "roles": [{"name": f"Bulk {number:04d}", "id": identifier} for number, identifier in enumerate(ids[ROLES])],
        "users": [{"name": f"Person {number:04d}", "id": identifier, "email": f"person{number}@example.com"} for number, identifier in enumerate(ids[USERS])],
    }
    accounts = [{"username": sandbox.info["cfgserver_username"], "password": sandbox.info["cfgserver_password"]}]
    body = {"seed": {"organizations": [organization], "cfgserver": {"accounts": accounts}}, "switches": {"rate_limit_per_minute": 0}}
    sandbox.control("POST", "reset", body)
    return {path: set(identifiers) for path, identifiers in ids.items()}


def read_with_python(call: Callable[..., Any], size: int, **options: Any) -> list[str]:
    """All IDs, page after page, as the SDK's users do it."""
    found, number, pages = [], 0, 1
    while number < pages:
        number += 1
        listing = call(page_size=size, page_number=number, **options)
        found += [entity.id for entity in listing.entities]
        pages = listing.page_count
    return found


def check(found: list[str], wanted: set[str]) -> None:
    """Everything, and nothing twice."""
    assert len(found) == len(wanted) and set(found) == wanted


def requests_of(sandbox: SandboxProcess) -> Counter[tuple[str, str]]:
    """How many pages of each list were read, by path and page size; forgets them."""
    entries = sandbox.control("GET", "requests")
    sandbox.control("DELETE", "requests")
    pages = [(entry["path"].removeprefix("/api/v2"), dict(parse_qsl(entry["query"])).get("pageSize", "")) for entry in entries if entry["method"] == "GET"]
    return Counter(pages)


@pytest.mark.parametrize("count", [0, 1, 100, 101, 1000])
def test_listings_are_read_to_their_end(sandbox: SandboxProcess, python_sdk: Any, javascript: RunScenario, own_client: PureCloudClient, count: int) -> None:
    wanted = seed(sandbox, count)
    pages = Counter({(path, str(size)): max(1, math.ceil(count / size)) for path in wanted for size in SIZES})

    client = python_sdk.api_client.ApiClient().get_client_credentials_token(sandbox.info["client_id"], sandbox.info["client_secret"])
    for size in SIZES:
        check(read_with_python(python_sdk.AuthorizationApi(client).get_authorization_roles, size, name="bulk*", user_count=False), wanted[ROLES])
        check(read_with_python(python_sdk.UsersApi(client).get_users, size, state="any"), wanted[USERS])
    assert requests_of(sandbox) == pages

    for listings in javascript("readAll", sizes=SIZES).values():
        assert [listings[kind]["total"] for kind in ("roles", "users")] == [count, count]
        check(listings["roles"]["ids"], wanted[ROLES])
        check(listings["users"]["ids"], wanted[USERS])
    assert requests_of(sandbox) == pages

    for path, options in FILTERS.items():
        for size in SIZES:
            check([entity["id"] for entity in own_client.list(path, {**options, "pageSize": size})], wanted[path])
    assert requests_of(sandbox) == pages


def test_search_is_read_to_its_end(sandbox: SandboxProcess, own_client: PureCloudClient) -> None:
    wanted = seed(sandbox, 101)
    query = [{"type": "STARTS_WITH", "fields": ["email"], "value": "person"}]
    check([entity["id"] for entity in own_client.search("/users/search", {"query": query})], wanted[USERS])


def test_default_roles_and_seeded_ones_are_one_list(sandbox: SandboxProcess, own_client: PureCloudClient) -> None:
    wanted = seed(sandbox, 101)
    found = [entity["id"] for entity in own_client.list(ROLES, {"pageSize": 100})]
    assert len(found) == len(set(found)) == 101 + 5 and wanted[ROLES] < set(found)
