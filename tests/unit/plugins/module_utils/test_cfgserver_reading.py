# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading transactions: what a tenant gets, and how secrets come."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import TRANSACTION_TYPES
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, TRANSPORTS, Server, quick

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
TRANSACTIONS = [
    {"name": NAME, "options": {"ewt": {"client_id": "id", "password": "geheim-1", "pkey": "", "pattern": "*"}}},
    {"name": "shared", "options": {"s": {"k": "shared"}}},
    {"name": "mine", "tenant": "Example One", "options": {"s": {"k": "mine"}}},
    {"name": "shared", "tenant": "Example One", "options": {"s": {"k": "override"}}},
    {"name": "macro", "type": "CFGTRTMacro"},
]


@pytest.fixture(params=TRANSPORTS)
def server(process, request, monkeypatch):
    quick(monkeypatch)
    found = Server(process, request.param)
    found.reset(TRANSACTIONS)
    return found


def names(outcome):
    assert outcome.error is None, outcome.message
    return [(item["name"], item["tenant"]) for item in outcome.result["transactions"]]


@pytest.mark.parametrize(
    "params, expected",
    [
        ({}, [(NAME, "Environment"), ("shared", "Environment")]),
        ({"type": "macro"}, [("macro", "Environment")]),
        ({"name": "shared"}, [("shared", "Environment")]),
        ({"name": "share"}, []),
        ({"name": NAME, "tenant": "Example One"}, []),
        ({"name": NAME, "tenant": "Example One", "environment_fallback": True}, [(NAME, "Environment")]),
        ({"name": "shared", "tenant": "Example One", "environment_fallback": True}, [("shared", "Example One")]),
        ({"name": "shared", "environment_fallback": True}, [("shared", "Environment")]),
        ({"name": "none", "tenant": "Example One", "environment_fallback": True}, []),
        ({"tenant": "Example One"}, [("mine", "Example One"), ("shared", "Example One")]),
        ({"tenant": "Example One", "environment_fallback": True}, [(NAME, "Environment"), ("mine", "Example One"), ("shared", "Example One")]),
    ],
)
def test_what_a_tenant_gets(server, params, expected):
    assert names(server.info(**params)) == expected
    assert server.writes() == []


def secrets_of(outcome):
    assert outcome.error is None, outcome.message
    return outcome.result["transactions"][0]["options"]["ewt"]


def test_secrets_are_hidden_by_default(server):
    outcome = server.info(name=NAME)
    assert secrets_of(outcome) == {"client_id": "id", "password": "(secret)", "pattern": "*", "pkey": ""}
    # They are in no result, and masking their text would garble IDs and sealed values in which it happens to occur.
    assert "geheim-1" not in outcome.secrets


def test_secrets_that_are_asked_for_are_returned_and_not_registered(server):
    outcome = server.info(name=NAME, include_secrets=True)
    assert secrets_of(outcome)["password"] == "geheim-1" and secrets_of(outcome)["pkey"] == ""
    assert "geheim-1" not in outcome.secrets and PASSWORD in outcome.secrets


@pytest.mark.parametrize("include", [True, False])
def test_secrets_come_sealed_with_a_key(server, include):
    outcome = server.info(name=NAME, include_secrets=include, seal_key=KEY)
    found = secrets_of(outcome)
    assert found["password"] != "geheim-1" and Seal(KEY).open(found["password"], "x") == "geheim-1"
    assert found["pkey"] == "" and found["client_id"] == "id" and "geheim-1" not in outcome.secrets
    again = server.task(secret_options={"ewt": {"password": found["password"]}}, seal_key=KEY)
    assert again.result["changed"] is False


@pytest.mark.parametrize("params", [{}, {"include_secrets": True}, {"seal_key": KEY}])
@pytest.mark.parametrize("mask, shown", [("masked", "(masked)"), ("empty", "(masked)")])
def test_secrets_that_the_server_hides(server, params, mask, shown):
    server.switch(cfgserver_secrets=mask)
    assert secrets_of(server.info(name=NAME, **params))["password"] == shown


def test_query_filters_the_list(server):
    assert server.info(query="[].name").result["transactions"] == [NAME, "shared"]
    assert server.info(query="[0].name").result["transactions"] == [NAME]


@pytest.mark.parametrize("params, part", [({"tenant": "Example 1"}, "closest is 'Example"), ({"query": "["}, "JMESPath"), ({"seal_key": "short"}, "seal_key")])
def test_bad_input(server, params, part):
    outcome = server.info(name=NAME, **params)
    assert isinstance(outcome.error, ValidationError) and part in outcome.message


def test_results_are_complete(server):
    assert server.info(name="mine", tenant="Example One").result["transactions"] == [
        {
            "dbid": "103",
            "name": "mine",
            "alias": "mine",
            "type": "list",
            "tenant": "Example One",
            "folder": "Transactions",
            "description": "",
            "record_period": 0,
            "object_state": "enabled",
            "options": {"s": {"k": "mine"}},
        }
    ]


@pytest.mark.parametrize("type_name", TRANSACTION_TYPES)
def test_every_type_can_be_read(server, type_name):
    server.task(name="any", type=type_name, options={"s": {"k": "v"}})
    assert [item["options"] for item in server.info(name="any", type=type_name).result["transactions"]] == [{"s": {"k": "v"}}]


def test_invisible_objects_are_absent(server):
    server.task(tenant="Example One")
    assert names(server.info(name=NAME, tenant="Example One", username="branch")) == []
