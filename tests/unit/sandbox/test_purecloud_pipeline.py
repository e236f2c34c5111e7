# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every operation of the sandbox does around its own work: token, rate limit, permissions, body, paging, check of the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from sandbox.client import PureCloudCaller, plain_session
from sandbox.process import SandboxProcess
from sandbox.purecloud.errors import ApiError
from sandbox.purecloud.operations import OPERATIONS, render, without_nulls
from sandbox.purecloud.switches import SWITCH_CHOICES, SWITCHES
from sandbox.purecloud.switches import __doc__ as switches_text


def switch(sandbox: SandboxProcess, **values: Any) -> None:
    sandbox.control("POST", "faults", {"switches": values})


def advance(sandbox: SandboxProcess, seconds: float) -> None:
    sandbox.control("POST", "clock", {"advance": seconds})


# -- authentication, envelope


@pytest.mark.parametrize(
    "header, code",
    [(None, "authentication.required"), ("Basic eA==", "authentication.required"), ("Bearer ", "authentication.required"), ("Bearer x", "bad.credentials")],
)
def test_unauthenticated(api: PureCloudCaller, header: str | None, code: str) -> None:
    answer = plain_session().get(api.origin + "/api/v2/users", headers={"Authorization": header} if header else {}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, code)


def test_envelope_has_every_documented_key(api: PureCloudCaller) -> None:
    answer = api.send("GET", "/oauth/clients/none")
    body = answer.json()
    assert set(body) == {"message", "code", "status", "messageWithParams", "messageParams", "contextId", "details", "errors"}
    assert body["contextId"] == answer.headers["ININ-Correlation-Id"]
    assert body["status"] == answer.status_code == 404


# -- rate limit


def test_rate_limit_of_a_token(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, rate_limit_per_minute=3)
    answers = [api.send("GET", "/organizations/me") for _dummy in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused, body = answers[3], answers[3].json()
    seconds = refused.headers["Retry-After"]
    assert 1 <= int(seconds) <= 60
    assert body["message"] == f"Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
    assert (body["code"], body["limit"]["value"]) == ("too.many.requests", 3)
    assert not [name for name in refused.headers if name.lower().startswith("inin-ratelimit")]
    assert api.again().send("GET", "/organizations/me").status_code == 200
    advance(sandbox, int(seconds))
    assert api.send("GET", "/organizations/me").status_code == 200


def test_the_limit_is_300_a_minute_by_default(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    statuses = [api.send("HEAD", "/tokens/me").status_code for _dummy in range(301)]
    assert statuses == [200] * 300 + [429]


def test_rate_limit_off(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, rate_limit_per_minute=0)
    assert {api.send("HEAD", "/tokens/me").status_code for _dummy in range(310)} == {200}


# -- permissions


@pytest.mark.parametrize("row", [row for row in OPERATIONS if row.permissions], ids=lambda row: f"{row.method} {row.path}")
def test_every_operation_asks_for_its_permissions(powerless: PureCloudCaller, row: Any) -> None:
    answer = powerless.send(row.method, row.path.format_map(Names()))
    body = answer.json()
    many = not row.permissions.all_needed and len(row.permissions.names) > 1
    assert (answer.status_code, body["code"]) == (403, "missing.any.permissions" if many else "missing.permissions")
    assert body["messageParams"] == {"permissions": "[" + ", ".join(row.permissions.names) + "]"}
    assert body["messageParams"]["permissions"] in body["message"]


class Names(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "x"


@pytest.fixture
def powerless(sandbox: SandboxProcess) -> PureCloudCaller:
    """A client with one permission that no operation asks for."""
    return PureCloudCaller.bootstrap(sandbox).with_permissions("ui:supervisor:view")


def test_one_of_the_permissions_is_enough_where_any_is_asked(api: PureCloudCaller) -> None:
    assert api.with_permissions("usage:client:view").send("GET", f"/oauth/clients/{api.client_id}/usage/summary").status_code == 200


def test_one_of_the_permissions_is_not_enough_where_all_are_asked(api: PureCloudCaller) -> None:
    answer = api.with_permissions("authorization:division:add").send("POST", "/authorization/divisions", {"name": "x", "description": ""})
    assert (answer.status_code, answer.json()["messageParams"]) == (403, {"permissions": "[authorization:grant:add]"})


def test_permissions_are_read_at_each_request(api: PureCloudCaller) -> None:
    role = api.make_role("oauth:client:view")
    client = api.make_client(role)
    caller = PureCloudCaller.login(api.origin, client["id"], client["secret"])
    assert caller.send("GET", "/oauth/clients").status_code == 200
    api.put(f"/authorization/roles/{role}", {"name": "changed", "permissionPolicies": []})
    assert caller.send("GET", "/oauth/clients").status_code == 403


def test_user_permissions_hold_in_the_division_of_their_grant(api: PureCloudCaller) -> None:
    role, division = api.make_role("directory:user:add", "directory:user:edit", "directory:user:delete"), api.make_division()
    client = api.post("/oauth/clients", {**api.client_body(), "roleDivisions": [{"roleId": role, "divisionId": division}]})
    caller = PureCloudCaller.login(api.origin, client["id"], client["secret"])
    inside, outside = caller.make_user(divisionId=division), api.make_user()
    assert caller.send("POST", "/users", {"name": "x", "email": "x@example.com"}).status_code == 403
    assert caller.send("PATCH", f"/users/{inside}", {"version": 1, "title": "t"}).status_code == 200
    assert caller.send("PATCH", f"/users/{outside}", {"version": 1, "title": "t"}).status_code == 403
    assert caller.send("DELETE", f"/users/{outside}").status_code == 403


# -- bodies


def post_raw(api: PureCloudCaller, path: str, data: bytes, kind: str | None) -> requests.Response:
    return api.session.post(api.origin + "/api/v2" + path, data=data, headers={"Content-Type": kind} if kind else {}, timeout=10)


@pytest.mark.parametrize(
    "data, kind, status, code",
    [
        (b"{}", "text/plain", 415, "unsupported.media.type"),
        (b"{}", None, 415, "unsupported.media.type"),
        (b"{", "application/json", 400, "bad.request"),
        (b"", "application/json", 400, "bad.request"),
        (b"null", "application/json", 400, "bad.request"),
        (b"[]", "application/json", 400, "bad.request"),
        (b'{"name": "x", "email": "x@y"}', "application/json; charset=utf-8", 200, None),
    ],
)
def test_bodies(api: PureCloudCaller, data: bytes, kind: str | None, status: int, code: str | None) -> None:
    answer = post_raw(api, "/users", data, kind)
    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_a_body_beyond_the_limit(api: PureCloudCaller) -> None:
    answer = post_raw(api, "/users", b'"' + b"x" * (17 * 1024 * 1024) + b'"', "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "request.entity.too.large")


CLIENT = {"name": "n", "authorizedGrantType": "CODE"}
# (path, body, code, field in details)
INVALID_BODIES = [
    ("/oauth/clients", {"authorizedGrantType": "CODE"}, "constraint.validation", "name"),
    ("/oauth/clients", {**CLIENT, "name": ""}, "constraint.validation", "name"),
    ("/oauth/clients", {**CLIENT, "name": 5}, "bad.request", "name"),
    ("/oauth/clients", {**CLIENT, "accessTokenValiditySeconds": 299}, "constraint.validation", "accessTokenValiditySeconds"),
    ("/oauth/clients", {**CLIENT, "accessTokenValiditySeconds": 172801}, "constraint.validation", "accessTokenValiditySeconds"),
    ("/oauth/clients", {**CLIENT, "accessTokenValiditySeconds": "3600"}, "bad.request", "accessTokenValiditySeconds"),
    ("/oauth/clients", {**CLIENT, "state": "asleep"}, "invalid.value", "state"),
    ("/oauth/clients", {**CLIENT, "dateToDelete": "tomorrow"}, "invalid.date", "dateToDelete"),
    ("/oauth/clients", {**CLIENT, "roleDivisions": [{"roleId": "x"}]}, "constraint.validation", "roleDivisions.0.divisionId"),
    ("/users", {"name": "x"}, "constraint.validation", "email"),
    ("/users", {"name": "x", "email": "nobody"}, "constraint.validation", "email"),
    ("/authorization/divisions", {"name": "x"}, "constraint.validation", "description"),
    ("/authorization/roles", {"name": "x", "permissionPolicies": [{"actionSet": "view"}]}, "bad.request", "permissionPolicies.0.actionSet"),
    ("/users/search", {"query": [{"type": "GUESS"}]}, "invalid.value", "query.0.type"),
]


@pytest.mark.parametrize("path, body, code, field", INVALID_BODIES)
def test_invalid_bodies_name_the_field(api: PureCloudCaller, path: str, body: Any, code: str, field: str) -> None:
    answer = api.send("POST", path, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    assert answer.json()["details"][0] == {"errorCode": code, "fieldName": field}


def test_all_faults_of_a_body_are_told_at_once(api: PureCloudCaller) -> None:
    details = api.send("POST", "/users", {"email": "x"}).json()["details"]
    assert [detail["fieldName"] for detail in details] == ["name", "email"]


@pytest.mark.parametrize("data", [b"", b"null", b"{}"])
def test_operations_without_a_body_take_the_literal_null(api: PureCloudCaller, data: bytes) -> None:
    client = api.make_client()
    assert post_raw(api, f"/oauth/clients/{client['id']}/secret", data, "application/json").status_code == 200


def test_null_fields_count_as_absent(api: PureCloudCaller) -> None:
    client = api.post("/oauth/clients", {**api.client_body(), "description": None, "accessTokenValiditySeconds": None})
    assert client["accessTokenValiditySeconds"] == 86400 and "description" not in client


# -- paging


def test_pages(api: PureCloudCaller) -> None:
    for _dummy in range(4):
        api.make_division()
    path, seen = "/authorization/divisions?pageSize=4&objectCount=true", []
    numbers = []
    while path:
        answer = api.get(path)
        seen += [entity["id"] for entity in answer["entities"]]
        numbers.append(answer["pageNumber"])
        assert (answer["total"], answer["pageCount"], answer["pageSize"]) == (6, 2, 4)
        path = answer.get("nextUri", "").removeprefix("/api/v2")
    assert numbers == [1, 2] and len(set(seen)) == 6
    assert answer["previousUri"].startswith("/api/v2/authorization/divisions?objectCount=true&pageSize=4")


def test_default_page_and_beyond_the_end(api: PureCloudCaller) -> None:
    first = api.get("/authorization/divisions")
    assert (first["pageSize"], first["pageNumber"], first["pageCount"]) == (25, 1, 1)
    assert "nextUri" not in first and "previousUri" not in first
    assert api.get("/authorization/divisions", pageNumber=9)["entities"] == []


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=501", "pageSize=x", "pageNumber=0", "pageNumber=-1", "objectCount=yes"])
def test_bad_query_values(api: PureCloudCaller, query: str) -> None:
    answer = api.send("GET", "/authorization/divisions?" + query)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid.query.param.value")
    assert query.split("=")[1] in answer.json()["message"]


@pytest.mark.parametrize("joined", [True, False])
def test_list_parameters_joined_and_repeated(api: PureCloudCaller, joined: bool) -> None:
    names = ["employee", "admin"]
    query = "defaultRoleId=" + ("%2C".join(names) if joined else "&defaultRoleId=".join(names))
    assert {role["defaultRoleId"] for role in api.get("/authorization/roles?" + query)["entities"]} == set(names)


# -- the sandbox's own honesty


def test_an_answer_against_its_schema_is_an_error() -> None:
    row = next(row for row in OPERATIONS if (row.method, row.path) == ("GET", "/authorization/roles/settings"))
    assert render(row, {"backfillEnabled": True}, "c").status == 200
    for wrong in ({"backfillEnabled": "yes"}, {"unknown": 1}, None):
        with pytest.raises(ApiError, match="violates its schema") as caught:
            render(row, wrong, "c")
        assert caught.value.status == 500


def test_absent_values_are_left_out() -> None:
    assert without_nulls({"a": None, "b": [{"c": None, "d": 0}]}) == {"b": [{"d": 0}]}


def test_every_switch_is_documented() -> None:
    rows = {line.split()[0] for line in (switches_text or "").splitlines() if line and line.split()[0] in SWITCHES}
    assert rows == set(SWITCHES)
    assert all(SWITCHES[name] in allowed for name, allowed in SWITCH_CHOICES.items())


def test_unknown_paths_and_methods(api: PureCloudCaller) -> None:
    for method, path, status in [("GET", "/nowhere", 404), ("DELETE", "/organizations/me", 405)]:
        answer = api.send(method, path)
        assert answer.status_code == answer.json()["status"] == status
        assert json.loads(answer.text)["contextId"] == answer.headers["ININ-Correlation-Id"]
