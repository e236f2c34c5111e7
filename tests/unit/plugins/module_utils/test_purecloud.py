# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PureCloud client and the OAuth clients against the sandbox: tokens, errors, paging, lost answers."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    HybridError,
    NotFoundError,
    RateLimitedError,
    UnreachableError,
    ValidationError,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._http import ReadOnlyViolation, RetryPolicy
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import oauth_clients
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client_secrets import Delivery
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.oauth_clients import Directory, ManagedClient
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ROLES = [{"role": "AI Agent", "division": "*"}]
CLIENTS = "/api/v2/oauth/clients"


class Organization:
    """The sandbox's first organization, and what happens in it."""

    def __init__(self, process):
        self.process = process
        self.secrets = set()
        self.pauses = []

    def client(self, read_only=False, retry=None, **settings):
        given = {
            "api_url": self.process.info["purecloud_url"],
            "client_id": self.process.info["client_id"],
            "client_secret": self.process.info["client_secret"],
            **settings,
        }
        return PureCloudClient(
            PURECLOUD.settings({"validate_certs": True, "allow_plain_http": False, "timeout": 5.0, **given}, {}),
            read_only=read_only,
            register_secret=self.secrets.add,
            retry=retry or RetryPolicy(),
            sleep=self.pauses.append,
        )

    def fault(self, **fault):
        self.process.control("POST", "faults", fault)

    def requests(self, method, path):
        return [entry for entry in self.process.control("GET", "requests") if entry["method"] == method and entry["path"] == path]

    def clients(self, name):
        listed = self.client().list("/oauth/clients")
        return [entity for entity in listed if entity["name"] == name]

    def manage(self, client=None, state="present", seal=True, has_secret=None, **params):
        directory = Directory(client or self.client())
        options = {**{name: option.get("default") for name, option in oauth_clients.CLIENT_OPTIONS.items()}, "name": "pacing", "roles": ROLES, **params}
        delivery = Delivery(Seal(KEY) if seal else None, False, self.secrets.add)
        return ManagedClient(directory, options, state, delivery, has_secret)


@pytest.fixture
def organization(sandbox):
    sandbox.control("POST", "reset")
    return Organization(sandbox)


def test_one_token_serves_many_calls_and_is_registered_as_a_secret(organization):
    client = organization.client()
    for _number in range(3):
        client.get("/organizations/me")
    assert len(organization.requests("POST", "/oauth/token")) == 1
    (token,) = organization.process.control("GET", "state")["purecloud"]["tokens"]
    assert any(secret in str(token) for secret in organization.secrets)


def test_a_token_that_ends_midway_is_renewed_once(organization):
    client = organization.client()
    client.get("/organizations/me")
    organization.fault(kind="expire_tokens", path="/organizations/me")
    client.get("/organizations/me")
    assert [entry["status"] for entry in organization.requests("GET", "/api/v2/organizations/me")] == [200, 401, 200]
    assert len(organization.requests("POST", "/oauth/token")) == 2


def test_a_token_is_not_renewed_for_ever(organization):
    client = organization.client()
    organization.fault(kind="expire_tokens", path="/organizations/me", times=0)
    with pytest.raises(AuthenticationError, match="HTTP 401 .*the access token is not valid"):
        client.get("/organizations/me")
    assert len(organization.requests("POST", "/oauth/token")) == 2


def test_a_users_own_token_is_used_and_never_renewed(organization):
    client = organization.client(access_token="wrong", client_id=None, client_secret=None)
    with pytest.raises(AuthenticationError, match="check access_token"):
        client.get("/organizations/me")
    assert organization.requests("POST", "/oauth/token") == []


def test_a_token_is_renewed_before_it_ends(organization, monkeypatch):
    client = organization.client()
    client.get("/organizations/me")
    client._expires = 0
    client.get("/organizations/me")
    assert len(organization.requests("POST", "/oauth/token")) == 2


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"client_secret": "wrong"}, AuthenticationError, "PureCloud rejects the client_secret of OAuth client "),
        ({"client_id": "00000000-0000-4000-8000-000000000000"}, AuthenticationError, "PureCloud gives no token to OAuth client 00000000"),
        ({"client_secret": None}, ValidationError, "no PureCloud credentials: give access_token, or client_id and client_secret"),
        ({"api_url": None}, ValidationError, "no PureCloud region: give region"),
        ({"api_url": None, "region": "eu-centrl-1"}, ValidationError, "region 'eu-centrl-1' is not a PureCloud region: did you mean eu-central-1?"),
        ({"api_url": "http://api.example.com"}, ValidationError, "api_url uses plain http to api.example.com"),
        ({"login_url": "http://login.example.com"}, ValidationError, "login_url uses plain http to login.example.com"),
    ],
)
def test_what_is_wrong_with_the_connection_is_said_in_a_sentence(organization, settings, error, sentence):
    with pytest.raises(error) as caught:
        organization.client(**settings).get("/organizations/me")
    assert caught.value.message.startswith(sentence)


@pytest.mark.parametrize(
    ("fault", "error", "sentence"),
    [
        ({"kind": "html"}, UnreachableError, "the answer is not the JSON object that is due"),
        ({"kind": "status", "status": 503, "times": 0}, UnreachableError, "HTTP 503 .*the PureCloud service fails"),
        (
            {"kind": "status", "status": 302, "headers": {"Location": "https://sso.example.com/x?code=1"}},
            UnreachableError,
            "redirects to https://sso.example.com/x:",
        ),
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "3600"}}, RateLimitedError, "leaves no time within the retry budget"),
        ({"kind": "status", "status": 404, "body": {"code": "not.found", "message": "No.", "contextId": "abc"}}, NotFoundError, "HTTP 404 not.found: No."),
        ({"kind": "status", "status": 409, "body": {"code": "general.conflict"}}, ConflictError, "HTTP 409 general.conflict"),
        ({"kind": "status", "status": 400, "body": {"code": 42, "message": {"a": "b"}}}, ValidationError, "HTTP 400"),
        ({"kind": "status", "status": 302, "headers": {"Location": "http://[bad"}}, UnreachableError, "HTTP 302"),
        ({"kind": "status", "status": 200, "body": []}, UnreachableError, "the answer is not the JSON object that is due"),
        ({"kind": "empty"}, UnreachableError, "the answer is empty"),
        ({"kind": "status", "status": 400, "body": "rubbish"}, ValidationError, "HTTP 400"),
    ],
)
def test_a_failing_api_call_is_said_in_a_sentence(organization, fault, error, sentence):
    organization.fault(path="/organizations/me", **fault)
    with pytest.raises(error, match=sentence) as caught:
        organization.client().get("/organizations/me")
    assert "\n" not in caught.value.message
    assert caught.value.details()["failure"]["path"] == "/api/v2/organizations/me"


def test_the_token_endpoints_own_rate_limit_is_waited_out(organization):
    limited = {"error": "invalid_request", "description": "x", "error_description": "rate limit exceeded; try again"}
    organization.fault(kind="status", path="/oauth/token", status=400, body=limited, times=2)
    organization.client().get("/organizations/me")
    assert len(organization.pauses) == 2
    organization.pauses.clear()
    organization.fault(kind="status", path="/oauth/token", status=400, body=limited, times=0)
    with pytest.raises(RateLimitedError, match="refuses further tokens for now"):
        organization.client().get("/organizations/me")
    assert sum(organization.pauses) <= RetryPolicy().budget


def test_a_list_is_read_to_its_end_and_an_endless_one_is_an_error(organization):
    client = organization.client()
    everything = list(client.list("/authorization/roles", {"pageSize": 100, "pageNumber": 1}))
    in_small_pages = list(client.list("/authorization/roles", {"pageSize": 2, "pageNumber": 1}))
    assert [entity["id"] for entity in in_small_pages] == [entity["id"] for entity in everything]
    assert len(everything) > 4
    endless = {"entities": [], "nextUri": "/api/v2/authorization/roles?pageNumber=2"}
    organization.fault(kind="status", path="/authorization/roles", status=200, body=endless, times=0)
    with pytest.raises(UnreachableError, match="does not end"):
        list(client.list("/authorization/roles", {"pageNumber": 1}))


def test_the_next_page_is_never_asked_of_another_host(organization):
    stranger = {"entities": [], "nextUri": "https://evil.example.com/api/v2/authorization/roles?pageNumber=1"}
    organization.fault(kind="status", path="/authorization/roles", status=200, body=stranger)
    list(organization.client().list("/authorization/roles"))
    assert len(organization.requests("GET", "/api/v2/authorization/roles")) == 2


@pytest.mark.parametrize("fault", [{"kind": "reset_after"}, {"kind": "truncate"}, {"kind": "empty"}, {"kind": "html", "processed": True}])
def test_a_create_whose_answer_is_lost_is_adopted_and_not_repeated(organization, fault):
    organization.fault(method="POST", path=f"^{CLIENTS}$", **fault)
    result = organization.manage().apply()
    (created,) = organization.clients("pacing")
    assert len(organization.requests("POST", CLIENTS)) == 1
    assert result["id"] == created["id"]
    secret = Seal(KEY).open(result["sealed_secret"], "")
    assert organization.client().accepts_credentials(created["id"], secret)
    assert secret in organization.secrets


def test_a_create_that_was_not_processed_fails_and_is_not_repeated(organization):
    organization.fault(method="POST", path=f"^{CLIENTS}$", kind="reset_before")
    with pytest.raises(UnreachableError):
        organization.manage().apply()
    assert len(organization.requests("POST", CLIENTS)) == 1
    assert organization.clients("pacing") == []
    assert organization.pauses == [1.0, 2.0, 4.0, 8.0, 15.0]


def test_a_create_that_was_refused_for_its_rate_is_repeated(organization):
    organization.fault(method="POST", path=f"^{CLIENTS}$", kind="status", status=429, headers={"Retry-After": "1"})
    organization.manage().apply()
    assert len(organization.clients("pacing")) == 1


def test_an_adopted_client_that_shows_late_in_the_list_is_found(organization):
    existing = organization.manage(name="other").apply()
    organization.fault(method="POST", path=f"^{CLIENTS}$", kind="reset_after")
    old_list = {"entities": [entity for entity in organization.client().list("/oauth/clients") if entity["id"] == existing["id"]]}
    managed = organization.manage()
    organization.fault(method="GET", path=f"^{CLIENTS}$", kind="status", status=200, body=old_list, times=2)
    assert managed.apply()["name"] == "pacing"
    assert len(organization.clients("pacing")) == 1


def test_an_unanswered_delete_is_repeated_and_finds_it_gone(organization):
    created = organization.manage().apply()
    organization.fault(method="DELETE", path=CLIENTS, kind="reset_after")
    assert organization.manage(state="absent", roles=None).apply() is None
    assert len(organization.requests("DELETE", f"{CLIENTS}/{created['id']}")) == 2
    assert organization.clients("pacing") == []


def test_what_is_predicted_is_what_happens(organization):
    planned = organization.manage(client=organization.client(read_only=True), description="x")
    predicted = planned.predicted()
    with pytest.raises(ReadOnlyViolation):
        planned.apply()
    real = organization.manage(description="x").apply()
    unknown = {name for name, value in predicted.items() if value == KNOWN_AFTER_APPLY}
    assert unknown == {"id", "access_token_validity_seconds"}
    assert Seal(KEY).open(predicted.pop("sealed_secret"), "") == KNOWN_AFTER_APPLY
    assert {**predicted, **{name: real[name] for name in unknown}} == {name: value for name, value in real.items() if name != "sealed_secret"}


@pytest.mark.parametrize(("holds", "regenerated"), [(True, False), (False, True)])
def test_a_client_whose_secret_got_lost_gets_a_new_one(organization, holds, regenerated):
    created = organization.manage().apply()
    managed = organization.manage(has_secret=lambda name, identifier, usable: (name, identifier) == ("pacing", created["id"]) and holds)
    assert managed.changed is regenerated
    assert ("sealed_secret" in managed.apply()) is regenerated
    assert bool(organization.requests("POST", f"{CLIENTS}/{created['id']}/secret")) is regenerated


def test_a_client_that_awaits_its_deletion_counts_as_absent_and_can_be_restored(organization):
    created = organization.manage().apply()
    organization.process.control("POST", "clock", {"advance": 40 * 86400})
    organization.manage(state="absent", roles=None).apply()
    (waiting,) = organization.clients("pacing")
    assert waiting["dateToDelete"]
    assert not organization.manage(state="absent", roles=None).changed
    restored = organization.manage()
    assert restored.plan.changes == {"client_state": "active"}
    assert restored.apply()["id"] == created["id"]
    (active,) = organization.clients("pacing")
    assert active["state"] == "active"
    assert not active.get("dateToDelete")


def test_a_secret_whose_answer_is_lost_is_asked_for_once_more(organization):
    created = organization.manage().apply()
    organization.fault(method="POST", path="/secret$", kind="reset_after")
    result = organization.manage(rotate_secret=True).apply()
    assert organization.client().accepts_credentials(created["id"], Seal(KEY).open(result["sealed_secret"], ""))
    organization.fault(method="POST", path="/secret$", kind="reset_after", times=0)
    with pytest.raises(UnreachableError, match="may have been replaced and the new one is lost: run again with rotate_secret"):
        organization.manage(rotate_secret=True).apply()


@pytest.mark.parametrize("body", [{}, {"entities": None}, {"entities": ["x"]}, {"entities": [{"name": "pacing"}]}, []])
def test_a_list_that_is_none_does_not_count_as_an_empty_one(organization, body):
    organization.manage().apply()
    organization.fault(method="GET", path=f"^{CLIENTS}$", kind="status", status=200, body=body)
    with pytest.raises(UnreachableError):
        organization.manage()


def test_a_client_that_awaits_its_deletion_can_be_kept_inactive(organization):
    organization.manage().apply()
    organization.process.control("POST", "clock", {"advance": 40 * 86400})
    organization.manage(state="absent", roles=None).apply()
    managed = organization.manage(client_state="inactive")
    assert managed.diff()["before"]["client_state"] == "awaiting deletion"
    managed.apply()
    (kept,) = organization.clients("pacing")
    assert (kept["state"], kept.get("dateToDelete")) == ("inactive", None)
    assert not organization.manage(client_state="inactive").changed


def test_a_name_that_is_taken_is_not_given_to_another_client(organization):
    other = organization.manage(name="other").apply()
    organization.manage().apply()
    with pytest.raises(ConflictError, match="cannot be named 'pacing'"):
        organization.manage(id=other["id"])


def test_a_client_needs_a_name_or_an_id(organization):
    for state in ("present", "absent"):
        with pytest.raises(ValidationError, match="^name or id of an OAuth client must be given"):
            organization.manage(state=state, name=None, roles=None)


@pytest.mark.parametrize("by_token", [True, False])
def test_the_client_that_the_task_uses_is_not_deleted_or_deactivated(organization, by_token):
    client = organization.client()
    if by_token:
        token = client._mint(client.client_id, organization.process.info["client_secret"])["access_token"]
        client = organization.client(access_token=token, client_id=None, client_secret=None)
    for change in ({"state": "absent", "roles": None}, {"client_state": "inactive", "roles": None}):
        with pytest.raises(ConflictError, match="is the one that this task itself uses"):
            organization.manage(client=client, name="Bootstrap", **change)


def test_two_clients_of_one_name_are_not_guessed_between(organization):
    role = next(role for role in organization.client().list("/authorization/roles", {"name": "AI Agent"}) if role["name"] == "AI Agent")
    body = {"name": "pacing", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": role["id"], "divisionId": "*"}]}
    ids = sorted(organization.client().post("/oauth/clients", body)["id"] for _number in range(2))
    with pytest.raises(ConflictError, match=f"2 OAuth clients are named 'pacing', with the ids {ids[0]}, {ids[1]}: give id"):
        organization.manage()
    assert not organization.manage(id=ids[0]).changed


def test_a_value_that_the_server_did_not_keep_is_an_error(organization):
    managed = organization.manage(description="wanted")
    answer = {"id": "1", "name": "pacing", "description": "kept", "roleDivisions": [], "authorizedGrantType": "CLIENT-CREDENTIALS"}
    organization.fault(method="POST", path=f"^{CLIENTS}$", kind="status", status=200, body=answer)
    with pytest.raises(HybridError, match="accepted description but kept kept instead of wanted"):
        managed.apply()
