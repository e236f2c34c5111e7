# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""OAuth clients of the sandbox: secrets, grants, full replace, delete, retention, usage, scopes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sandbox.client import PureCloudCaller, request_token
from sandbox.process import SandboxProcess

DAY = 86_400
MINIMAL = {"authorizedGrantType": "CODE"}


def switch(sandbox: SandboxProcess, **values: Any) -> None:
    sandbox.control("POST", "faults", {"switches": values})


def advance(sandbox: SandboxProcess, seconds: float) -> None:
    sandbox.control("POST", "clock", {"advance": seconds})


def names(api: PureCloudCaller) -> list[str]:
    return [client["name"] for client in api.get("/oauth/clients")["entities"]]


def old_client(sandbox: SandboxProcess, api: PureCloudCaller) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stopped client of 31 days ago, its body, and a caller with a fresh token."""
    body = {**api.client_body(), "name": "old"}
    client = api.post("/oauth/clients", body)
    advance(sandbox, 31 * DAY)
    api.session.headers.update(api.again().session.headers)
    api.put(f"/oauth/clients/{client['id']}", {**body, "state": "inactive"})
    return client, body


# -- secrets


def test_the_secret_comes_only_from_create_and_regenerate(api: PureCloudCaller) -> None:
    body = api.client_body()
    created = api.post("/oauth/clients", body)
    path = f"/oauth/clients/{created['id']}"
    assert len(created["secret"]) >= 32
    assert "secret" not in api.get(path)
    assert "secret" not in api.put(path, body)
    assert not [client for client in api.get("/oauth/clients")["entities"] if "secret" in client]
    regenerated = api.expect(200, "POST", path + "/secret")
    assert regenerated["secret"] != created["secret"]
    assert {**regenerated, "secret": 0, "dateModified": 0, "modifiedBy": 0} == {**created, "secret": 0, "dateModified": 0, "modifiedBy": 0}


def test_reads_show_the_secret_as_before_2025(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, oauth_read_returns_secret=True)
    created = api.make_client()
    assert api.get(f"/oauth/clients/{created['id']}")["secret"] == created["secret"]
    listed = {client["id"]: client["secret"] for client in api.get("/oauth/clients")["entities"]}
    assert listed[created["id"]] == created["secret"]


# -- create and replace


def test_names_are_not_unique(api: PureCloudCaller) -> None:
    first, second = (api.post("/oauth/clients", {**api.client_body(), "name": "same"}) for _dummy in range(2))
    assert first["id"] != second["id"]
    assert names(api).count("same") == 2


def test_defaults_of_a_create(api: PureCloudCaller) -> None:
    created = api.post("/oauth/clients", {"name": "n", **MINIMAL})
    expected = {"accessTokenValiditySeconds": 86400, "state": "active", "roleIds": [], "roleDivisions": [], "scope": [], "registeredRedirectUri": []}
    assert {key: created[key] for key in expected} == expected
    assert created["dateCreated"] == created["dateModified"] and created["createdBy"]["id"] == api.client_id


SPELLINGS = [
    ("CODE", "CODE"),
    ("TOKEN", "TOKEN"),
    ("PASSWORD", "PASSWORD"),
    ("SAML2BEARER", "SAML2-BEARER"),
    ("SAML2-BEARER", "SAML2-BEARER"),
    ("CLIENT_CREDENTIALS", "CLIENT-CREDENTIALS"),
    ("CLIENT-CREDENTIALS", "CLIENT-CREDENTIALS"),
]


@pytest.mark.parametrize("sent, answered", SPELLINGS)
def test_grant_spellings(api: PureCloudCaller, sent: str, answered: str) -> None:
    created = api.make_client(authorizedGrantType=sent)
    assert created["authorizedGrantType"] == answered
    assert api.get(f"/oauth/clients/{created['id']}")["authorizedGrantType"] == answered


GRANT_REFUSALS = [
    ({"name": "n"}, "grant.type.required"),
    ({"name": "n", "authorizedGrantType": "IMPLICIT"}, "bad.grant.type"),
    ({"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS"}, "missing.client.roles"),
    ({"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": []}, "missing.client.roles"),
    ({"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "x", "divisionId": "*"}]}, "constraint.validation"),
]


@pytest.mark.parametrize("body, code", GRANT_REFUSALS)
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_refused_clients(api: PureCloudCaller, method: str, body: Any, code: str) -> None:
    path = "/oauth/clients" if method == "POST" else f"/oauth/clients/{api.make_client()['id']}"
    before = api.get("/oauth/clients")["entities"]
    assert api.expect(400, method, path, body)["code"] == code
    assert api.get("/oauth/clients")["entities"] == before


def test_role_in_an_unknown_division(api: PureCloudCaller) -> None:
    body = {**api.client_body(), "roleDivisions": [{"roleId": api.default_role(), "divisionId": "x"}]}
    assert api.expect(400, "POST", "/oauth/clients", body)["details"][0]["fieldName"] == "roleDivisions.divisionId"


def test_role_ids_mean_the_home_division(api: PureCloudCaller) -> None:
    role = api.default_role()
    created = api.post("/oauth/clients", {"name": "n", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleIds": [role]})
    assert created["roleDivisions"] == [{"roleId": role, "divisionId": api.home()}] and created["roleIds"] == [role]


def test_put_is_a_full_replace(api: PureCloudCaller) -> None:
    created = api.make_client(description="d", accessTokenValiditySeconds=600, scope=["users"], futureField={"a": [1]})
    assert created["futureField"] == {"a": [1]}
    path, role = f"/oauth/clients/{created['id']}", api.make_role()
    replaced = api.put(path, {**api.client_body(role), "name": "new"})
    assert (replaced["name"], replaced["accessTokenValiditySeconds"], replaced["scope"], replaced["roleIds"]) == ("new", 86400, [], [role])
    assert "description" not in replaced and "futureField" not in replaced
    assert (replaced["id"], replaced["dateCreated"], replaced["createdBy"]) == (created["id"], created["dateCreated"], created["createdBy"])
    assert api.get(path) == replaced


def test_unknown_fields_survive_a_put_that_carries_them(api: PureCloudCaller) -> None:
    created = api.make_client(allowedAddresses=["192.0.2.1"])
    replaced = api.put(f"/oauth/clients/{created['id']}", {**created, "description": "d"})
    assert (replaced["allowedAddresses"], replaced["description"]) == (["192.0.2.1"], "d")
    assert api.get(f"/oauth/clients/{created['id']}")["allowedAddresses"] == ["192.0.2.1"]


def test_read_only_fields_cannot_be_set(api: PureCloudCaller) -> None:
    created = api.make_client(id="mine", secret="mine", selfUri="mine")
    assert "mine" not in (created["id"], created["secret"], created["selfUri"])


def test_scope_can_be_demanded(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, oauth_scope_required=True)
    assert api.expect(400, "POST", "/oauth/clients", {"name": "n", **MINIMAL})["details"][0]["fieldName"] == "scope"
    api.post("/oauth/clients", {"name": "n", **MINIMAL, "scope": ["users"]})
    api.make_client()


def test_limit_of_clients(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, max_oauth_clients=2)
    api.make_client()
    assert api.expect(400, "POST", "/oauth/clients", api.client_body())["code"] == "auth.too.many.clients"


def test_the_list_is_one_page_whatever_the_query(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    for _dummy in range(30):
        api.make_client()
    listing = api.get("/oauth/clients", pageSize=5, pageNumber=2)
    assert (len(listing["entities"]), listing["total"], listing["pageCount"], listing["pageNumber"]) == (31, 31, 1, 1)
    assert "nextUri" not in listing


# -- only roles that the caller holds


def test_a_caller_gives_only_what_it_holds(api: PureCloudCaller) -> None:
    limited = api.with_permissions("oauth:client:add", "oauth:client:edit", "oauth:client:view", "authorization:role:view", "journey:segment:view")
    own, foreign = api.make_role("journey:segment:view"), api.make_role("journey:segment:view", "journey:segment:edit")
    created = limited.make_client(own)
    refused = limited.send("POST", "/oauth/clients", limited.client_body(foreign))
    assert (refused.status_code, refused.json()["code"]) == (403, "not.authorized")
    assert "segment" not in refused.text and foreign not in refused.text
    assert limited.send("PUT", f"/oauth/clients/{created['id']}", limited.client_body(foreign)).status_code == 403


def test_a_caller_edits_only_clients_whose_roles_it_holds(api: PureCloudCaller) -> None:
    limited = api.with_permissions("oauth:client:edit", "authorization:role:view", "journey:segment:view")
    own, strong = api.make_role("journey:segment:view"), api.make_client(api.default_role("admin"))
    path = f"/oauth/clients/{strong['id']}"
    assert limited.send("PUT", path, limited.client_body(own)).status_code == 403
    assert limited.send("POST", path + "/secret").status_code == 403
    assert request_token(api.origin, strong["id"], strong["secret"]).status_code == 200


def test_a_grant_to_oneself_counts_later(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, own_grant_lag_seconds=10)
    limited = api.with_permissions("oauth:client:add", "authorization:role:view")
    advance(sandbox, 11)
    role = api.make_role("journey:segment:edit")
    api.expect(204, "POST", f"/authorization/subjects/{limited.client_id}/divisions/*/roles/{role}")
    assert limited.send("POST", "/oauth/clients", limited.client_body(role)).status_code == 403
    advance(sandbox, 11)
    assert limited.send("POST", "/oauth/clients", limited.client_body(role)).status_code == 200


# -- delete


def test_only_inactive_clients_can_be_deleted(api: PureCloudCaller) -> None:
    body = api.client_body()
    path = f"/oauth/clients/{api.post('/oauth/clients', body)['id']}"
    for state in ("active", "disabled"):
        api.put(path, {**body, "state": state})
        refused = api.expect(400, "DELETE", path)
        assert (refused["code"], refused["message"]) == ("cannot.delete.client", "Clients must be marked as inactive to be eligible for deletion.")
    api.put(path, {**body, "state": "inactive"})
    api.expect(204, "DELETE", path)
    for method in ("GET", "DELETE"):
        api.expect(404, method, path)
    api.expect(404, "PUT", path, body)
    assert body["name"] not in names(api)


def test_an_old_client_is_kept_for_a_week(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    client, _body = old_client(sandbox, api)
    path = f"/oauth/clients/{client['id']}"
    api.expect(204, "DELETE", path)
    kept = api.get(path)
    assert kept["state"] == "inactive" and "old" in names(api)
    due = time.time() + 38 * DAY
    assert abs(time.mktime(time.strptime(kept["dateToDelete"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - due) < 60
    advance(sandbox, 7 * DAY - 60)
    late = api.again()
    assert "old" in names(late)
    advance(sandbox, 120)
    late.expect(404, "GET", path)
    assert "old" not in names(late)


def test_an_old_client_can_be_restored(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    client, body = old_client(sandbox, api)
    path = f"/oauth/clients/{client['id']}"
    api.expect(204, "DELETE", path)
    restored = api.put(path, {**body, "state": "active"})
    assert restored["state"] == "active" and "dateToDelete" not in restored
    advance(sandbox, 8 * DAY)
    assert api.again().get(path)["state"] == "active"
    assert request_token(api.origin, client["id"], client["secret"]).status_code == 200


def test_a_deleted_client_can_linger(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, deleted_client_lingers_seconds=30)
    client = api.make_client(state="inactive")
    path = f"/oauth/clients/{client['id']}"
    api.expect(204, "DELETE", path)
    assert api.get(path)["state"] == "deleted"
    assert client["name"] in names(api)
    api.expect(404, "PUT", path, api.client_body())
    api.expect(404, "DELETE", path)
    assert request_token(api.origin, client["id"], client["secret"]).json()["description"] == "client not found"
    advance(sandbox, 31)
    api.expect(404, "GET", path)
    assert client["name"] not in names(api)


@pytest.mark.parametrize("name, in_list, readable", [("client_list_lag_seconds", False, True), ("client_read_lag_seconds", True, False)])
def test_a_new_client_becomes_visible_late(sandbox: SandboxProcess, api: PureCloudCaller, name: str, in_list: bool, readable: bool) -> None:
    switch(sandbox, **{name: 20})
    client = api.make_client()
    path = f"/oauth/clients/{client['id']}"
    assert (client["name"] in names(api)) == in_list
    assert (api.send("GET", path).status_code == 200) == readable
    assert "Bootstrap" in names(api)
    advance(sandbox, 21)
    assert client["name"] in names(api) and api.send("GET", path).status_code == 200


# -- usage and scopes


def result_of(api: PureCloudCaller, started: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = api.get(started["resultsUri"].removeprefix("/api/v2"))
    return answer


def test_usage_counts_by_status(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    client = api.make_client(api.make_role("usage:client:view"))
    caller = PureCloudCaller.login(api.origin, client["id"], client["secret"])
    for _dummy in range(3):
        caller.get("/organizations/me")
    caller.expect(403, "GET", "/oauth/clients")
    started = api.post(
        f"/oauth/clients/{client['id']}/usage/query",
        {"interval": "2020-01-01T00:00:00Z/2090-01-01T00:00:00Z", "groupBy": ["TemplateUri", "HttpMethod"], "metrics": ["Requests", "status400"]},
    )
    rows = {row["templateUri"]: row for row in result_of(api, started)["results"]}
    assert (rows["/api/v2/organizations/me"]["requests"], rows["/api/v2/organizations/me"]["status400"]) == (3, 0)
    assert (rows["/api/v2/oauth/clients"]["requests"], rows["/api/v2/oauth/clients"]["status400"]) == (1, 1)
    assert "status200" not in rows["/api/v2/oauth/clients"]
    assert rows["/api/v2/oauth/clients"]["clientName"] == client["name"]


@pytest.mark.parametrize("granularity, dates", [("Day", 3), ("Week", 2), ("Month", 1)])
def test_usage_by_period(sandbox: SandboxProcess, granularity: str, dates: int) -> None:
    sandbox.control("POST", "clock", {"now": "2030-06-02T10:00:00Z"})  # a Sunday, then Monday and Tuesday
    client = PureCloudCaller.bootstrap(sandbox)
    for _dummy in range(3):
        client.again().get("/organizations/me")
        advance(sandbox, DAY)
    last = client.again()
    body = {"interval": "2030-06-01T00:00:00Z/2030-06-05T00:00:00Z", "granularity": granularity, "metrics": ["requests"], "groupBy": ["clientId"]}
    rows = result_of(last, last.post(f"/oauth/clients/{client.client_id}/usage/query", body))["results"]
    assert len(rows) == dates and sum(row["requests"] for row in rows) == 3


def test_usage_summary_looks_back_some_days(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    api.get("/organizations/me")
    advance(sandbox, 5 * DAY)
    caller = api.again()
    for days, found in ((3, False), (6, True)):
        rows = result_of(caller, caller.get(f"/oauth/clients/{api.client_id}/usage/summary", days=days))["results"]
        assert any(row["templateUri"] == "/api/v2/organizations/me" for row in rows) == found


def test_usage_results_come_later(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, usage_query_running_reads=2)
    started = api.get(f"/oauth/clients/{api.client_id}/usage/summary")
    assert [result_of(api, started)["queryStatus"] for _dummy in range(3)] == ["Running", "Running", "Complete"]


def test_usage_refusals(api: PureCloudCaller) -> None:
    path = f"/oauth/clients/{api.client_id}/usage/query"
    assert api.expect(400, "POST", path, {"interval": "now"})["code"] == "invalid.date"
    assert api.expect(400, "POST", path, {"interval": "2030-01-01T00:00:00Z/2029-01-01T00:00:00Z"})["code"] == "constraint.validation"
    assert api.send("GET", path + "/results/none").status_code == 404
    assert api.send("GET", "/oauth/clients/none/usage/summary").status_code == 404


def test_scopes(api: PureCloudCaller) -> None:
    listing = api.get("/oauth/scopes")
    assert listing["total"] == len(listing["entities"]) > 5
    assert api.get("/oauth/scopes/oauth:readonly") in listing["entities"]
    assert api.send("GET", "/oauth/scopes/none").status_code == 404
