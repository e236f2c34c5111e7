# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenants of a Configuration Server, and which object each of them sees."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, ConflictError, ValidationError
from ansible_collections.genesys.hybrid.plugins.modules import cfgserver_tenant_info
from unit.plugins.module_utils.cfgserver_support import NAME, Server

TRANSACTIONS = [{"name": NAME}, {"name": NAME, "tenant": "Example Two"}, {"name": "macro", "type": "CFGTRTMacro", "tenant": "Example One"}]


@pytest.fixture(params=["gax", "gws"])
def server(process, request):
    return Server(process, request.param)


@pytest.fixture(autouse=True)
def objects(server):
    server.reset(TRANSACTIONS)


def tenants(server, **params):
    outcome = server._run(cfgserver_tenant_info.SPEC, False, params)
    assert outcome.error is None, outcome.message
    assert outcome.result["changed"] is False and "diff" not in outcome.result
    return outcome.result["tenants"]


def test_environment_is_first_and_the_others_are_sorted(server):
    assert tenants(server) == [
        {"dbid": "1", "name": "Environment", "environment": True, "transaction": None},
        {"dbid": "101", "name": "Example One", "environment": False, "transaction": None},
        {"dbid": "102", "name": "Example Two", "environment": False, "transaction": None},
    ]
    assert len(server.requests()) == 1


def test_which_object_each_sees(server):
    seen = [tenant["transaction"] for tenant in tenants(server, transaction=NAME)]
    assert seen == [
        {"tenant": "Environment", "dbid": "101", "own": True},
        {"tenant": "Environment", "dbid": "101", "own": False},
        {"tenant": "Example Two", "dbid": "102", "own": True},
    ]
    # The list, Environment once, and each tenant once.
    assert len(server.requests()) == 4 and server.writes() == [] and server.logins() == 1


@pytest.mark.parametrize(
    "params, seen",
    [
        ({"transaction": "none"}, [False, False, False]),
        ({"transaction": "macro"}, [False, False, False]),
        ({"transaction": "macro", "transaction_type": "macro"}, [False, True, False]),
    ],
)
def test_names_and_types_are_exact(server, params, seen):
    assert [tenant["transaction"] is not None for tenant in tenants(server, **params)] == seen


def test_query(server):
    assert tenants(server, transaction=NAME, query="[?transaction.own].name") == ["Environment", "Example Two"]


@pytest.mark.parametrize(
    "params, kind, part", [({"transaction": ""}, ValidationError, "transaction is empty"), ({"password": "x"}, AuthenticationError, "refuses")]
)
def test_bad_input(server, params, kind, part):
    outcome = server._run(cfgserver_tenant_info.SPEC, False, params)
    assert isinstance(outcome.error, kind) and part in outcome.message and server.requests() == []


def test_two_objects_of_one_name_are_an_error():
    class Doubled:
        def tenants(self):
            return []

        def find(self, *_arguments):
            class Found:
                dbid = "5"

            return [Found(), Found()]

    with pytest.raises(ConflictError, match="2 transactions"):
        cfgserver_tenant_info.prepare(Doubled(), {"transaction": NAME, "transaction_type": "list", "query": None}, None)
