# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches that concern the Configuration Server behind both front ends, in every position."""

from __future__ import annotations

import threading
import time

import pytest

from sandbox.cfgserver import switches
from sandbox.cfgserver.probe import Gax, Gws, gax_options, gax_transaction
from sandbox.cfgserver.standalone import StandaloneServer

SEED = {
    "accounts": [
        {"username": "default", "password": "password"},
        {"username": "reader", "password": "r", "rights": "read_only"},
        {"username": "local", "password": "l", "rights": "tenants", "tenants": ["Environment"]},
    ],
    "tenants": ["Example One"],
}


@pytest.fixture(scope="module")
def process():
    with StandaloneServer(SEED) as running:
        yield running


@pytest.fixture
def server(process):
    process.reset(SEED)
    return process


@pytest.fixture
def gax(server):
    client = Gax(server.url, "default", "password")
    assert client.login().status_code == 204
    return client


@pytest.fixture
def gws(server):
    return Gws(server.url, "default", "password")


SECRETS = {"saml": {"password": "p", "pkey": "k", "empty_secret": "", "issuer": "i"}, "x": {"client_secret": "s", "Private_Key": "q"}}


@pytest.mark.parametrize("value, hidden", [("plain", None), ("masked", "****"), ("empty", "")])
def test_cfgserver_secrets(server, gax, gws, value, hidden):
    dbid = gax.create("t", SECRETS)["dbid"]
    server.switches["cfgserver_secrets"] = value
    expected = SECRETS
    if hidden is not None:
        expected = {"saml": {"password": hidden, "pkey": hidden, "empty_secret": "", "issuer": "i"}, "x": {"client_secret": hidden, "Private_Key": hidden}}
    assert gax_options(gax.get(dbid)) == expected
    assert gax_options(gax.objects(dbid=dbid)[0]) == expected
    assert gws.get(dbid)["userProperties"] == expected


def test_a_masked_value_that_is_written_back_destroys_the_secret(server, gax):
    dbid = gax.create("t", {"s": {"password": "S3cret"}})["dbid"]
    server.switches["cfgserver_secrets"] = "masked"
    gax.put(gax.get(dbid))
    server.switches["cfgserver_secrets"] = "plain"
    assert gax_options(gax.get(dbid)) == {"s": {"password": "****"}}


@pytest.mark.parametrize("front_end", ["gax", "gws"])
@pytest.mark.parametrize(
    "value, default, reader, local",
    [("normal", True, False, True), ("read_only", False, False, False), ("emergency", True, False, False)],
)
def test_cfgserver_mode(server, front_end, value, default, reader, local):
    server.switches["cfgserver_mode"] = value
    for username, password, allowed in [("default", "password", default), ("reader", "r", reader), ("local", "l", local)]:
        gws = Gws(server.url, username, password)
        if front_end == "gax":
            client = Gax(server.url, username, password)
            client.login()
            response = client.post(gax_transaction(username))
        else:
            response = gws.call("POST", "transactions", json={"name": username, "type": 21, "tenantDBID": 1})
        assert (response.status_code < 300) == allowed
        assert allowed or response.status_code == 403
        assert [item["name"] for item in gws.call("GET", f'transactions?name="{username}"').json()["transactions"]] == ([username] if allowed else [])


@pytest.mark.parametrize("value, stored", [(0, "x" * 5000), (4, "xxxx"), (5000, "x" * 5000)])
def test_cfgserver_value_length(server, gax, gws, value, stored):
    server.switches["cfgserver_value_length"] = value
    made = gax.create("t", {"s": {"k": "x" * 5000}})
    assert gax_options(gax.get(made["dbid"])) == {"s": {"k": stored}}
    gws.call("PUT", f"transactions/{made['dbid']}", json={"userProperties": {"s": {"other": "x" * 5000}}})
    assert gws.get(made["dbid"])["userProperties"] == {"s": {"other": stored}}


@pytest.mark.parametrize(
    "value, options, description",
    [
        ("none", {"s": {"old": "1", "new": "2"}}, "after"),
        ("changed", {"s": {"old": "1", "new": "2 (changed by another writer)"}}, "after"),
        ("reverted", {"s": {"old": "1"}}, "before"),
    ],
)
@pytest.mark.parametrize("front_end", ["gax", "gws plain", "gws delta"])
def test_cfgserver_lost_update(server, gax, gws, front_end, value, options, description):
    dbid = gax.create("t", {"s": {"old": "1"}}, description="before")["dbid"]
    server.switches["cfgserver_lost_update"] = value
    if front_end == "gax":
        response = gax.put({**gax_transaction("t", {"s": {"old": "1", "new": "2"}}), "description": "after"}, dbid)
        assert gax_options(response.json()) == {"s": {"old": "1", "new": "2"}}, "the writer itself sees success"
    elif front_end == "gws plain":
        response = gws.call("PUT", f"transactions/{dbid}", json={"userProperties": {"s": {"old": "1", "new": "2"}}, "description": "after"})
    else:
        change = {"CfgTransaction": {"DBID": dbid, "description": "after", "userProperties": {"s": {"new": "2"}}}}
        response = gws.call("PUT", "transactions", json={"delta-transaction": change})
    assert response.status_code == 200
    item = gws.get(dbid)
    assert (item["userProperties"], item["description"]) == (options, description)


def test_another_writer_changes_the_description_of_an_object_without_options(server, gax):
    made = gax.create("t")
    server.switches["cfgserver_lost_update"] = "changed"
    gax.put({**made, "description": "mine"})
    assert gax.get(made["dbid"])["description"] == "mine (changed by another writer)"


def test_cfgserver_write_seconds_makes_writes_slow_and_one_after_the_other(server, gax):
    server.switches["cfgserver_write_seconds"] = 0.3
    clients = [Gws(server.url, "default", "password") for _dummy in range(3)]
    threads = [threading.Thread(target=client.create, args=(f"t{number}",)) for number, client in enumerate(clients)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    gax.objects()
    assert time.monotonic() - start < 0.3, "a read does not wait"
    for thread in threads:
        thread.join(30)
    assert 0.9 <= time.monotonic() - start < 5
    assert len(gax.objects()) == 3


def test_the_slowness_is_bounded():
    assert switches.number({"cfgserver_write_seconds": 1e9}, "cfgserver_write_seconds", switches.LONGEST_WRITE_SECONDS) == 30
    assert switches.number({"n": -1}, "n") == 0
    with pytest.raises(ValueError, match="switch n must be a number"):
        switches.number({"n": True}, "n")


@pytest.mark.parametrize("value, status", [("optional", 201), ("mandatory", 400)])
@pytest.mark.parametrize("alias", ["", None])
def test_cfgserver_alias(server, gax, value, status, alias):
    server.switches["cfgserver_alias"] = value
    assert gax.post(gax_transaction("t", alias=alias)).status_code == status
    assert gax.post(gax_transaction("u")).status_code == 201


@pytest.mark.parametrize("value, status", [("case_sensitive", 201), ("case_insensitive", 409)])
@pytest.mark.parametrize("more", [{"name": "HYBRID", "alias": "b"}, {"name": "b", "alias": "HYBRID"}])
def test_cfgserver_name_collation(server, gax, value, status, more):
    server.switches["cfgserver_name_collation"] = value
    gax.create("hybrid")
    assert gax.post({**gax_transaction("x"), **more}).status_code == status
