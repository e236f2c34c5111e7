# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The GAX transport against the sandbox: every behaviour that public evidence leaves open, and failing servers."""

from __future__ import annotations

import json

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils import _http
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import transactions
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    UnreachableError,
    ValidationError,
)
from sandbox.process import SandboxProcess
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, Server

SECTION = {"general": {"a": "1", "b": "2"}, "ewt": {"password": "geheim-1"}}
GIVEN = {"options": {"general": {"a": "9", "new": "n"}}, "secret_options": {"ewt": {"password": "geheim-1"}}}
WANTED = {"general": {"a": "9", "b": "2", "new": "n"}, "ewt": {"password": "geheim-1"}}
LIST = r"/cfg/objects$"


@pytest.fixture(scope="module")
def process():
    with SandboxProcess() as running:
        yield running


@pytest.fixture
def server(process, monkeypatch):
    monkeypatch.setattr(_http.RetryPolicy, "pause", lambda self, attempt: 0.01)
    found = Server(process)
    found.reset([{"name": NAME, "options": SECTION, "extra": {"format": "kept"}}])
    return found


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"gax_name_filter": "prefix"},
        {"gax_name_filter": "case_insensitive"},
        {"gax_name_filter": "ignored"},
        {"gax_entry_shuffle": False},
        {"gax_put_body": "empty"},
        {"gax_create_body": "empty"},
        {"gax_create_without_folder": "refused"},
        {"gax_empty_key": "refused"},
        {"gax_delete_status": 204},
        {"gax_prefix": "/genesys/api"},
        {"cfgserver_alias": "mandatory"},
        {"cfgserver_write_seconds": 0.2},
    ],
)
def test_create_update_and_delete_under_every_variant(server, switches):
    others = [
        {"name": NAME, "tenant": "Example One", "options": {"general": {"a": "other tenant"}}},
        {"name": NAME, "type": "CFGTRTMacro", "options": {"general": {"a": "other type"}}},
        {"name": NAME.upper(), "options": {"general": {"a": "other case"}}},
        {"name": NAME + "_2", "options": {"general": {"a": "longer name"}}},
    ]
    server.reset(others, **switches)
    path = {"base_path": switches.get("gax_prefix", "/gax/api")}
    created = server.task(options={"general": {"a": "1", "b": "2"}}, **path)
    assert created.error is None and created.result["changed"] and created.result["transaction"]["alias"] == NAME
    updated = server.task(options={"general": {"a": "9", "b": None}}, **path)
    assert updated.result["changed"] and not server.task(options={"general": {"a": "9", "b": None}}, **path).result["changed"]
    info = server.info(name=NAME, **path)
    assert [item["options"] for item in info.result["transactions"]] == [{"general": {"a": "9"}}]
    assert server.task(state="absent", **path).result["changed"] and not server.task(state="absent", **path).result["changed"]
    assert [server.stored(item["name"], 1 if "tenant" not in item else 101)["options"]["general"]["a"] for item in others if item.get("type") is None] == [
        "other tenant",
        "other case",
        "longer name",
    ]


def test_unknown_attributes_and_entries_survive_a_write(server):
    assert server.task(**GIVEN).result["changed"]
    assert server.stored()["attributes"]["format"] == "kept" and server.stored()["options"] == WANTED


@pytest.mark.parametrize(
    "value", ['quote " backslash \\', "line\nbreak\r\nand\ttab", "äöü€𝄞", "x" * 8192, "-----BEGIN CERTIFICATE-----\n" + "A" * 4000 + "\n", " ", ""]
)
def test_any_text_survives(server, value):
    assert server.task(options={"general": {"a": value}}).error is None
    assert server.stored()["options"]["general"]["a"] == value
    assert not server.task(options={"general": {"a": value}}).result["changed"]


def test_repeated_keys_count_once_with_a_warning(server):
    server.switch(gax_duplicate_keys=True)
    outcome = server.task(options={"general": {"a": "1"}})
    assert not outcome.result["changed"] and any("general/a" in warning for warning in outcome.warnings)


def test_empty_section_is_no_difference_and_is_not_sent(server):
    server.reset([{"name": NAME, "options": {"general": {"a": "1"}, "empty": {}}}], gax_empty_key="refused")
    assert not server.task(options={"general": {"a": "1"}}, options_mode="replace").result["changed"]
    assert server.task(options={"general": {"a": "2"}}).error is None


@pytest.mark.parametrize("dead", ["unauthorized", "forbidden", "redirect", "login_page"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_session_that_dies_midway_is_renewed_once(server, dead, method):
    """The second login proves that the session died; the fault stands for the answer that a dead session gets."""
    server.switch(gax_dead_session=dead)
    fault = {"unauthorized": ("status", {"status": 401}), "forbidden": ("status", {"status": 403}), "login_page": ("html", {})}
    kind, details = fault.get(dead, ("status", {"status": 302, "headers": {"Location": "/gax/api/login.html"}}))
    server.fault(kind, method=method, path="/cfg/objects", nth=2 if method == "GET" else 1, **details)
    outcome = server.task(**GIVEN)
    assert outcome.error is None and server.stored()["options"] == WANTED and server.logins() == 2


@pytest.mark.parametrize("kind, details", [("html", {}), ("status", {"status": 302, "headers": {"Location": "https://sso.example.com/login?x=1"}})])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_page_for_ever_is_one_clear_sentence(server, kind, details, method):
    server.fault(kind, method=method, path="/cfg/objects", times=0, **details)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "check url and base_path" in outcome.message and "x=1" not in outcome.message
    assert server.stored()["options"] == SECTION and server.logins() <= 2


@pytest.mark.parametrize("kind, details", [("empty", {}), ("status", {"status": 200, "body": "no json"}), ("status", {"status": 200, "body": {"a": 1}})])
def test_list_that_is_none_never_counts_as_nothing_found(server, kind, details):
    server.fault(kind, method="GET", path=LIST, times=0, **details)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and server.writes() == []


@pytest.mark.parametrize(
    "switches, params, error, parts",
    [
        ({}, {"password": "wrong"}, AuthenticationError, ["'default'", "HTTP 401", "check username and password"]),
        ({}, {"username": "nobody"}, AuthenticationError, ["'nobody'"]),
        ({}, {"password": None}, AuthenticationError, ["HTTP 401"]),
        ({"gax_login": "obfuscated_only"}, {}, AuthenticationError, ["password_encoding: gax"]),
        ({"gax_login": "password_change"}, {}, AuthenticationError, ["HTTP 403", "changed first"]),
        ({"gax_host_refused": True}, {}, AuthenticationError, ["whitelist"]),
        ({}, {"url": None}, ValidationError, ["url is missing", "CFGSERVER_URL"]),
        ({}, {"username": ""}, ValidationError, ["username is missing", "CFGSERVER_USERNAME"]),
        ({}, {"url": "http://gax.example.com:8080"}, ValidationError, ["plain http", "allow_plain_http"]),
        ({}, {"url": "gax.example.com"}, ValidationError, ["url"]),
        ({}, {"base_path": "/wrong"}, UnreachableError, ["check url and base_path"]),
        ({}, {"base_path": "/gax/api?x"}, ValidationError, ["base_path"]),
    ],
)
def test_login_that_cannot_succeed(server, monkeypatch, switches, params, error, parts):
    for name in ("URL", "USERNAME", "PASSWORD", "API"):
        monkeypatch.delenv(f"CFGSERVER_{name}", raising=False)
    server.switch(**switches)
    outcome = server.task(**GIVEN, **params)
    assert isinstance(outcome.error, error) and all(part in outcome.message for part in parts), outcome.message
    assert PASSWORD not in outcome.message and "\n" not in outcome.message and server.writes() == []


@pytest.mark.parametrize("login", ["ok", "obfuscated_only"])
def test_obfuscated_password_is_accepted(server, login):
    server.switch(gax_login=login)
    assert server.task(password_encoding="gax", **GIVEN).error is None


def test_url_may_name_the_interface_as_well(server):
    assert server.task(url=server.origin() + "/gax/api/", **GIVEN).error is None


def test_password_and_session_are_registered_as_secrets(server):
    outcome = server.task(**GIVEN)
    cookies = [secret for secret in outcome.secrets if len(secret) == 32]
    assert PASSWORD in outcome.secrets and "geheim-1" in outcome.secrets and len(cookies) == 1


def test_session_is_closed_and_a_failing_logout_does_not_matter(server):
    server.fault("reset_before", path="/session/logout", times=0)
    assert server.task(**GIVEN).error is None
    logouts = [entry for entry in server.process.control("GET", "requests") if entry["path"].endswith("/session/logout")]
    assert len(logouts) == 1


@pytest.mark.parametrize(
    "kind, details", [("status", {"status": 503}), ("reset_before", {}), ("reset_after", {}), ("truncate", {}), ("drip", {"seconds": 0.0001})]
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_passing_failures_are_overcome(server, kind, details, method):
    server.fault(kind, method=method, path="/cfg/objects", **details)
    params = {"state": "absent"} if method == "DELETE" else GIVEN
    outcome = server.task(**params)
    assert outcome.error is None and outcome.result["changed"]
    assert server.stored() is None if method == "DELETE" else server.stored()["options"] == WANTED


@pytest.mark.parametrize(
    "mode, user, parts",
    [("read_only", "default", ["read-only mode"]), ("emergency", "branch", ["emergency mode"]), ("normal", "auditor", ["may not do that"])],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_server_that_accepts_no_writes(server, mode, user, parts, state):
    server.reset([{"name": "other", "tenant": "Example One", "options": SECTION}], cfgserver_mode=mode)
    outcome = server.task(name="other", tenant="Example One", state=state, username=user, **(GIVEN if state == "present" else {}))
    assert outcome.error is not None and all(part in outcome.message for part in parts), outcome.message
    assert "geheim" not in outcome.message and server.stored("other", 101)["options"] == SECTION


@pytest.mark.parametrize("status", [409, 400, 500])
def test_create_that_breaks_uniqueness_says_what_may_be_hidden(server, monkeypatch, status):
    monkeypatch.setattr(transactions, "_LOOKUP_PAUSES", (0.0, 0.01))
    server.reset([{"name": NAME, "tenant": "Example One"}], gax_uniqueness_status=status)
    outcome = server.task(tenant="Example One", username="branch", **GIVEN)
    assert isinstance(outcome.error, ConflictError) and "lacks the right to read it" in outcome.message, outcome.message


def test_error_bodies_never_leak_what_was_sent(server):
    echo = json.dumps({"message": "bad value geheim-2 in ewt"})
    server.fault("status", method="PUT", status=400, body=echo, times=0)
    outcome = server.task(secret_options={"ewt": {"password": "geheim-2"}})
    assert isinstance(outcome.error, ValidationError) and "bad value" not in outcome.message and "geheim-2" not in outcome.message


def test_environment_is_never_looked_up(server):
    server.task(**GIVEN)
    assert not any("CfgTenant" in entry["query"] for entry in server.process.control("GET", "requests"))
