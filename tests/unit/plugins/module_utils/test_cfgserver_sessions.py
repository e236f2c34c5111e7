# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Both interfaces: sessions that die, servers that fail, answers that are none, and what survives a write."""

from __future__ import annotations

import json

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import transactions
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    UnreachableError,
    ValidationError,
)
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, TRANSPORTS, Server, quick

SECTION = {"general": {"a": "1", "b": "2"}, "ewt": {"password": "geheim-1"}}
GIVEN = {"options": {"general": {"a": "9", "new": "n"}}, "secret_options": {"ewt": {"password": "geheim-1"}}}
WANTED = {"general": {"a": "9", "b": "2", "new": "n"}, "ewt": {"password": "geheim-1"}}
PEM = "-----BEGIN CERTIFICATE-----\n" + "\n".join(["A" * 64] * 125) + "\n-----END CERTIFICATE-----\n"


@pytest.fixture(params=TRANSPORTS)
def server(process, request, monkeypatch):
    quick(monkeypatch)
    found = Server(process, request.param)
    found.reset([{"name": NAME, "options": SECTION, "extra": {"format": "kept"}}])
    return found


def test_one_login_for_one_task(server):
    assert server.task(tenant="Example One", folder="Transactions", **GIVEN).error is None
    assert server.logins() == 1


def test_unknown_attributes_survive_a_write(server):
    assert server.task(**GIVEN).result["changed"]
    assert server.stored()["attributes"]["format"] == "kept" and server.stored()["options"] == WANTED


@pytest.mark.parametrize("value", ['quote " backslash \\', "line\nbreak\r\nand\ttab", "äöü€𝄞", PEM, " ", "", "{}", "0123", "true", "%2F&<a>"])
def test_any_text_survives(server, value):
    options = {"general": {"a": value}, "dots.and spaces/ü": {"a key.with = all: of [it]": value}}
    assert server.task(options=options).error is None
    assert server.stored()["options"] == {**SECTION, **options, "general": {"a": value, "b": "2"}}
    assert not server.task(options=options).result["changed"]
    found = server.info(name=NAME).result["transactions"][0]["options"]
    assert found["general"]["a"] == value and found["dots.and spaces/ü"] == options["dots.and spaces/ü"]


def test_name_of_digits_or_with_quotes_is_found(server):
    for name in ("123", 'a "quoted" name', "plus + & percent %"):
        assert server.task(name=name, **GIVEN).result["changed"] and not server.task(name=name, **GIVEN).result["changed"]


# -- sessions

DEAD = {
    "unauthorized": ("status", {"status": 401}),
    "forbidden": ("status", {"status": 403}),
    "redirect": ("status", {"status": 302, "headers": {"Location": "/gax/api/login.html"}}),
    "login_page": ("html", {}),
}


@pytest.mark.parametrize("dead", DEAD)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_session_that_dies_midway_is_renewed_once(server, dead, method):
    """The second login proves that the session died; the fault stands for the answer that a dead session gets."""
    server.switch(gax_dead_session=dead)
    kind, details = DEAD[dead]
    server.fault(kind, method=method, path=server.objects, nth=2 if method == "GET" else 1, **details)
    outcome = server.task(**GIVEN)
    assert outcome.error is None and server.stored()["options"] == WANTED and server.logins() == 2


@pytest.mark.parametrize("dead", DEAD)
@pytest.mark.parametrize("method, params", [("GET", GIVEN), ("POST", {"name": "fresh", **GIVEN}), ("PUT", GIVEN), ("DELETE", {"state": "absent"})])
def test_restart_of_the_server_midway_goes_unnoticed(server, dead, method, params):
    server.switch(gax_dead_session=dead, gws_csrf=True)
    server.fault("expire_tokens", method=method, path=server.objects)
    outcome = server.task(**params)
    assert outcome.error is None and outcome.result["changed"] and server.logins() <= 2


@pytest.mark.parametrize("kind, details", [("html", {}), ("status", {"status": 302, "headers": {"Location": "https://sso.example.com/login?x=1"}})])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_page_for_ever_is_one_clear_sentence(server, kind, details, method):
    server.fault(kind, method=method, path=server.objects, times=0, **details)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "check url and base_path" in outcome.message and "x=1" not in outcome.message
    assert server.stored()["options"] == SECTION and server.logins() <= 2


@pytest.mark.parametrize("status", [401, 403])
def test_right_that_is_missing_is_one_clear_sentence(server, status):
    server.fault("status", method="PUT", status=status, times=0)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, AuthenticationError) and "may not do that" in outcome.message and server.logins() == 2


def test_account_that_may_only_read(server):
    outcome = server.task(username="auditor", **GIVEN)
    assert isinstance(outcome.error, AuthenticationError) and "may not do that" in outcome.message
    assert server.stored()["options"] == SECTION and server.info(name=NAME, username="auditor").error is None


@pytest.mark.parametrize("kind, details", [("empty", {}), ("status", {"status": 200, "body": "no json"}), ("status", {"status": 200, "body": {"a": 1}})])
def test_list_that_is_none_never_counts_as_nothing_found(server, kind, details):
    server.fault(kind, method="GET", path=server.objects + "$", times=0, **details)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and server.writes() == []


@pytest.mark.parametrize(
    "params, parts",
    [
        ({"password": "wrong"}, ["'default'", "HTTP 401", "check username and password"]),
        ({"username": "nobody"}, ["'nobody'"]),
        ({"password": None}, ["HTTP 401"]),
    ],
)
def test_login_that_is_refused(server, params, parts):
    outcome = server.task(**{**GIVEN, **params})
    assert isinstance(outcome.error, AuthenticationError) and all(part in outcome.message for part in parts), outcome.message
    assert PASSWORD not in outcome.message and "\n" not in outcome.message and server.writes() == [] and server.logins() == 1


@pytest.mark.parametrize(
    "params, error, parts",
    [
        ({"url": None}, ValidationError, ["url is missing", "CFGSERVER_URL"]),
        ({"username": ""}, ValidationError, ["username is missing", "CFGSERVER_USERNAME"]),
        ({"url": "http://gax.example.com:8080"}, ValidationError, ["plain http", "allow_plain_http"]),
        ({"url": "gax.example.com"}, ValidationError, ["url"]),
        ({"base_path": "/wrong"}, UnreachableError, ["check url and base_path"]),
        ({"base_path": "/gax/api?x"}, ValidationError, ["base_path"]),
    ],
)
def test_address_that_cannot_be_right(server, monkeypatch, params, error, parts):
    for name in ("URL", "USERNAME", "PASSWORD", "API"):
        monkeypatch.delenv(f"CFGSERVER_{name}", raising=False)
    outcome = server.task(**GIVEN, **params)
    assert isinstance(outcome.error, error) and all(part in outcome.message for part in parts), outcome.message
    assert PASSWORD not in outcome.message and "\n" not in outcome.message and server.writes() == []


# -- failures

FAILURES = [
    ("status", {"status": 503}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("truncate", {}),
    ("drip", {"seconds": 0.0001}),
    ("status", {"status": 502, "processed": True}),
]


@pytest.mark.parametrize("kind, details", FAILURES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_passing_failures_are_overcome(server, kind, details, method):
    if (server.api, method, kind) == ("gws", "PUT", "reset_before"):
        pytest.skip("a delta that may have been executed is not sent again, see test_cfgserver_gws")
    server.fault(kind, method=method, path=server.objects, **details)
    params = {"state": "absent"} if method == "DELETE" else GIVEN
    outcome = server.task(**params)
    assert outcome.error is None and outcome.result["changed"] and outcome.result["diff"]["before"] != outcome.result["diff"]["after"]
    assert server.stored() is None if method == "DELETE" else server.stored()["options"] == WANTED
    assert method == "GET" or len(server.writes()) <= 2


@pytest.mark.parametrize("method, params", [("POST", {"name": "fresh", **GIVEN}), ("PUT", GIVEN), ("DELETE", {"state": "absent"})])
def test_slow_write_is_sent_once_and_may_still_be_in_the_queue(server, method, params):
    server.fault("delay", method=method, path=server.objects, seconds=1.2)
    outcome = server.task(timeout=0.4, **params)
    assert isinstance(outcome.error, UnreachableError) and "may still be in the queue" in outcome.message and "raise timeout" in outcome.message
    assert "geheim" not in outcome.message and len(server.writes()) == 1


@pytest.mark.parametrize("method, params", [("POST", {"name": "fresh", **GIVEN}), ("PUT", GIVEN), ("DELETE", {"state": "absent"})])
def test_slow_write_that_shows_in_the_end_is_adopted(server, monkeypatch, method, params):
    monkeypatch.setattr(transactions, "_LOOKUP_PAUSES", (0.0, 1.0, 2.0, 4.0, 8.0))  # the last ones only for a machine that is very busy
    server.switch(cfgserver_write_seconds=1.5)
    outcome = server.task(timeout=1.0, **params)
    assert outcome.error is None and outcome.result["changed"] and len(server.writes()) == 1


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("words", ["The server is switching over to the backup", "No connection to Configuration Server", "failover in progress"])
def test_failover_has_its_own_words(server, method, words):
    body = {"statusCode": 4, "statusMessage": words} if server.api == "gws" else {"message": words}
    server.fault("status", method=method, path=server.objects, status=500, body=body, times=0)
    outcome = server.task(**{**GIVEN, **({"name": "fresh"} if method == "POST" else {})})
    assert isinstance(outcome.error, UnreachableError) and "failing over to its backup" in outcome.message, outcome.message


def test_error_bodies_never_leak_what_was_sent(server):
    echo = json.dumps({"message": "bad value geheim-2 in ewt", "statusCode": 10, "statusMessage": "bad value geheim-2"})
    server.fault("status", method="PUT", status=400, body=echo, times=0)
    outcome = server.task(secret_options={"ewt": {"password": "geheim-2"}})
    assert isinstance(outcome.error, ValidationError) and "bad value" not in outcome.message and "geheim-2" not in outcome.message


def test_create_that_breaks_uniqueness_says_what_may_be_hidden(server):
    server.reset([{"name": NAME, "tenant": "Example One"}])
    outcome = server.task(tenant="Example One", username="branch", **GIVEN)
    assert isinstance(outcome.error, ConflictError) and "lacks the right to read it" in outcome.message, outcome.message


def test_environment_is_never_looked_up(server):
    server.task(**GIVEN)
    lookups = [entry for entry in server.process.control("GET", "requests") if "CfgTenant" in entry["query"] or entry["path"].endswith("/tenants")]
    assert [entry["query"] for entry in lookups] == (["dbid=1"] if server.api == "gws" else [])  # the login of Web Services is a cheap read
