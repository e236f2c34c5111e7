# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only GAX has: logins by password in two forms, logouts, entries that repeat or name no option."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gax import GaxTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    ValidationError,
)
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, Server, quick

SECTION = {"general": {"a": "1", "b": "2"}, "ewt": {"password": "geheim-1"}}
GIVEN = {"options": {"general": {"a": "9", "new": "n"}}, "secret_options": {"ewt": {"password": "geheim-1"}}}
WANTED = {"general": {"a": "9", "b": "2", "new": "n"}, "ewt": {"password": "geheim-1"}}
LIST = r"/cfg/objects$"
SETTINGS = {
    "url": ["https://gax.example.com"],
    "base_path": None,
    "username": "default",
    "password": PASSWORD,
    "password_encoding": "plain",
    "validate_certs": True,
    "ca_path": None,
    "timeout": 10.0,
    "allow_plain_http": False,
}


@pytest.fixture
def server(process, monkeypatch):
    quick(monkeypatch)
    found = Server(process)
    found.reset([{"name": NAME, "options": SECTION, "extra": {"format": "kept"}}])
    return found


def test_repeated_keys_count_once_with_a_warning(server):
    server.switch(gax_duplicate_keys=True)
    outcome = server.task(options={"general": {"a": "1"}})
    assert not outcome.result["changed"] and any("general/a" in warning for warning in outcome.warnings)


def test_objects_of_other_tenants_are_left_alone(server):
    """They hold the secrets of others, and a thousand of them would be read a thousand times."""
    assert not server.task(options={"general": {"a": "1"}}).result["changed"]
    lists = [entry["query"] for entry in server.process.control("GET", "requests") if entry["path"].endswith("/cfg/objects")]
    assert [("tenantdbid=1" in query, f"name={NAME}" in query) for query in lists] == [(True, True)]


def answers(monkeypatch, found, *refusals, kept=None):
    """A transport whose lists of transactions hold, of those ``found`` (query to items), what was asked; a query in ``refusals`` is refused."""
    transport = GaxTransport(SETTINGS, read_only=True, register_secret=lambda _secret: None, warn=lambda _text: None, kept=kept)
    asked = []

    def read(class_name, query=None):
        kind = "tenant" if "tenantdbid" in query else "all"
        asked.append(kind)
        if kind in refusals:
            raise ValidationError("HTTP 400", status=400)
        return [{"dbid": dbid, "tenantdbid": "101", "name": "n", "subtype": "CFGTRTList", "type": "CfgTransaction"} for dbid in found.get(kind, [])]

    monkeypatch.setattr(transport, "_list", read)
    return transport, asked


@pytest.mark.parametrize(
    "found, refusals, asked_again",
    [
        ({"tenant": ["1"]}, [], ["tenant"]),
        ({"all": ["1"]}, [], ["all"]),
        ({"all": ["1"]}, ["tenant"], ["all"]),
        ({}, ["tenant"], ["all"]),
        ({}, [], ["tenant", "all"]),
    ],
    ids=["filters", "shows nothing", "refuses", "refuses and has nothing", "nothing there"],
)
def test_what_a_server_makes_of_the_tenant_is_learned_for_the_run(monkeypatch, found, refusals, asked_again):
    kept = {}
    transport, _asked = answers(monkeypatch, found, *refusals, kept=kept)
    dbids = [item for items in found.values() for item in items]
    assert [item.dbid for item in transport.find("101", "list", "n")] == dbids
    transport, asked = answers(monkeypatch, found, *refusals, kept=kept)
    assert [item.dbid for item in transport.find("101", "list", "n")] == dbids and asked == asked_again


def test_a_refusal_of_a_server_that_filters_is_not_taken_for_nothing(monkeypatch):
    transport, _asked = answers(monkeypatch, {"tenant": ["1"]})
    assert transport.find("101", "list", "n")
    monkeypatch.setattr(transport, "_list", Mock(side_effect=ValidationError("HTTP 400", status=400)))
    with pytest.raises(ValidationError):
        transport.find("102", "list", "n")


def test_empty_section_is_no_difference_and_is_not_sent(server):
    server.reset([{"name": NAME, "options": {"general": {"a": "1"}, "empty": {}}}], gax_empty_key="refused")
    assert not server.task(options={"general": {"a": "1"}}, options_mode="replace").result["changed"]
    assert server.task(options={"general": {"a": "2"}}).error is None


@pytest.mark.parametrize(
    "switches, params, error, parts",
    [
        ({"gax_login": "obfuscated_only"}, {}, AuthenticationError, ["password_encoding: gax"]),
        ({"gax_login": "password_change"}, {}, AuthenticationError, ["HTTP 403", "changed first"]),
        ({"gax_host_refused": True}, {}, AuthenticationError, ["whitelist"]),
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


def test_password_and_session_are_registered_as_secrets(server):
    outcome = server.task(**GIVEN)
    cookies = [secret for secret in outcome.secrets if len(secret) == 32]
    assert PASSWORD in outcome.secrets and "geheim-1" in outcome.secrets and len(cookies) == 1


def test_session_is_closed_and_a_failing_logout_does_not_matter(server):
    server.fault("reset_before", path="/session/logout", times=0)
    assert server.task(**GIVEN).error is None
    logouts = [entry for entry in server.process.control("GET", "requests") if entry["path"].endswith("/session/logout")]
    assert len(logouts) == 1


@pytest.mark.parametrize("status", [409, 400, 500])
def test_create_that_breaks_uniqueness_says_what_may_be_hidden(server, monkeypatch, status):
    server.reset([{"name": NAME, "tenant": "Example One"}], gax_uniqueness_status=status)
    outcome = server.task(tenant="Example One", username="branch", **GIVEN)
    assert isinstance(outcome.error, ConflictError) and "lacks the right to read it" in outcome.message, outcome.message
