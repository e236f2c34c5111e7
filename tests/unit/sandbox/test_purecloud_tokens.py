# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Token endpoint and tokens/me of the sandbox."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.client import PureCloudCaller, plain_session, request_token
from sandbox.process import SandboxProcess


def switch(sandbox: SandboxProcess, **values: Any) -> None:
    sandbox.control("POST", "faults", {"switches": values})


def advance(sandbox: SandboxProcess, seconds: float) -> None:
    sandbox.control("POST", "clock", {"advance": seconds})


# -- token endpoint


def test_token_has_the_lifetime_of_its_client(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    client = api.make_client(accessTokenValiditySeconds=300)
    grant = request_token(api.origin, client["id"], client["secret"])
    assert grant.json() == {"access_token": grant.json()["access_token"], "token_type": "bearer", "expires_in": 300}
    caller = PureCloudCaller.login(api.origin, client["id"], client["secret"])
    advance(sandbox, 299)
    assert caller.send("GET", "/organizations/me").status_code == 200
    advance(sandbox, 2)
    assert caller.send("GET", "/organizations/me").status_code == 401


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


FORM = "application/x-www-form-urlencoded"
# (headers, form, status, error, description); {id} and {secret} are the bootstrap client's
REFUSALS = [
    (basic("nobody:x"), "grant_type=client_credentials", 400, "invalid_client", "client not found"),
    (basic("{id}:wrong"), "grant_type=client_credentials", 401, "invalid_client", "authentication failed"),
    ({}, "grant_type=client_credentials", 400, "invalid_request", "client credentials are required in the authorization header"),
    ({"Authorization": "Basic %%%"}, "grant_type=client_credentials", 400, "invalid_request", "client credentials are required in the authorization header"),
    ({"Authorization": "Bearer x"}, "grant_type=client_credentials", 400, "invalid_request", "client credentials are required in the authorization header"),
    (basic("{id}:{secret}"), "", 400, "invalid_request", "grant_type is required"),
    (basic("{id}:{secret}"), "grant_type=password", 400, "unsupported_grant_type", "grant type password is not supported"),
    (
        basic("{id}:{secret}"),
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer&assertion=eA%3D%3D&orgName=example-one",
        400,
        "unsupported_grant_type",
        "grant type urn:ietf:params:oauth:grant-type:saml2-bearer is not supported",
    ),
]


@pytest.mark.parametrize("headers, form, status, error, description", REFUSALS)
def test_token_refusals(sandbox: SandboxProcess, headers: dict[str, str], form: str, status: int, error: str, description: str) -> None:
    sent = dict(headers)
    if sent.get("Authorization", "").startswith("Basic ") and "%" not in sent["Authorization"]:
        text = base64.b64decode(sent["Authorization"][6:]).decode()
        sent.update(basic(text.replace("{id}", sandbox.info["client_id"]).replace("{secret}", sandbox.info["client_secret"])))
    answer = plain_session().post(sandbox.info["purecloud_url"] + "/oauth/token", data=form, headers={**sent, "Content-Type": FORM}, timeout=10)
    assert answer.status_code == status
    assert answer.json() == {"error": error, "description": description, "error_description": description}


def test_token_needs_a_form(sandbox: SandboxProcess) -> None:
    credentials = (sandbox.info["client_id"], sandbox.info["client_secret"])
    answer = plain_session().post(sandbox.info["purecloud_url"] + "/oauth/token", json={"grant_type": "client_credentials"}, auth=credentials, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_other_grants_cannot_mint_with_client_credentials(api: PureCloudCaller) -> None:
    client = api.make_client(authorizedGrantType="CODE", scope=["users"], registeredRedirectUri=["https://example.com"])
    assert request_token(api.origin, client["id"], client["secret"]).json()["error"] == "unauthorized_client"


@pytest.mark.parametrize("state", ["inactive", "disabled"])
def test_stopped_clients_mint_nothing(api: PureCloudCaller, state: str) -> None:
    client = api.make_client(state=state)
    answer = request_token(api.origin, client["id"], client["secret"])
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_mint_limit_is_a_400(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, token_mint_limit_per_minute=3)
    answers = [request_token(api.origin, api.client_id, api.secret) for _dummy in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 400]  # the fixture minted the first
    assert answers[2].json()["error"] == "invalid_request"
    assert answers[2].json()["error_description"].startswith("rate limit exceeded;")
    advance(sandbox, 61)
    assert request_token(api.origin, api.client_id, api.secret).status_code == 200


def test_token_limit_drops_the_oldest(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    switch(sandbox, max_tokens_per_client=2)
    second, third = api.again(), api.again()
    assert [caller.send("GET", "/tokens/me").status_code for caller in (api, second, third)] == [401, 200, 200]


# (switch, value, what happens to the client, does its token still work)
TOKEN_FATES = [
    ("tokens_after_client_stopped", "revoke", "inactive", False),
    ("tokens_after_client_stopped", "revoke", "disabled", False),
    ("tokens_after_client_stopped", "keep", "inactive", True),
    ("tokens_after_client_stopped", "keep", "deleted", False),
    ("tokens_after_secret_regenerated", "keep", "regenerated", True),
    ("tokens_after_secret_regenerated", "revoke", "regenerated", False),
]


@pytest.mark.parametrize("name, value, event, works", TOKEN_FATES)
def test_fate_of_tokens(sandbox: SandboxProcess, api: PureCloudCaller, name: str, value: str, event: str, works: bool) -> None:
    switch(sandbox, **{name: value})
    body = api.client_body()
    client = api.post("/oauth/clients", body)
    caller = PureCloudCaller.login(api.origin, client["id"], client["secret"])
    path = f"/oauth/clients/{client['id']}"
    if event == "regenerated":
        fresh = api.expect(200, "POST", path + "/secret")["secret"]
        assert request_token(api.origin, client["id"], client["secret"]).status_code == 401
        assert request_token(api.origin, client["id"], fresh).status_code == 200
    else:
        api.put(path, {**body, "state": "inactive" if event == "deleted" else event})
    if event == "deleted":
        api.expect(204, "DELETE", path)
        assert request_token(api.origin, client["id"], client["secret"]).json()["description"] == "client not found"
    assert (caller.send("GET", "/tokens/me").status_code == 200) == works


# -- tokens/me


def test_token_info(api: PureCloudCaller) -> None:
    info = api.get("/tokens/me")
    assert info["organization"]["name"] == "Example One" and info["OAuthClient"]["id"] == api.client_id
    assert info["OAuthClient"]["organization"] == info["organization"]
    assert "secret" not in info["OAuthClient"]
    assert api.send("HEAD", "/tokens/me").status_code == 200


def test_deleted_token_is_dead_and_others_live(api: PureCloudCaller) -> None:
    other = api.again()
    api.expect(200, "DELETE", "/tokens/me")
    assert api.send("HEAD", "/tokens/me").status_code == 401
    assert other.send("HEAD", "/tokens/me").status_code == 200


def test_a_token_sees_its_own_organization_only(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    second = sandbox.control("GET", "state")["purecloud"]["organizations"][1]
    client = second["clients"][second["bootstrap_client_id"]]
    other = PureCloudCaller.login(api.origin, second["bootstrap_client_id"], client["secret"])
    assert other.get("/organizations/me")["name"] == "Example Two"
    user = other.make_user(email="same@example.com")
    assert api.send("GET", f"/users/{user}").status_code == 404
    api.make_user(email="same@example.com")
    assert api.send("GET", f"/oauth/clients/{other.client_id}").status_code == 404
