# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches of the front ends, GAX and GWS, in every position. Those of the server behind are in test_cfgserver_server_switches.py."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import requests

from sandbox.cfgserver import SWITCH_CHOICES, SWITCHES, switches
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


def test_each_switch_has_a_default_among_its_choices_and_a_line_of_documentation():
    for name, default in SWITCHES.items():
        assert default in SWITCH_CHOICES.get(name, (default,)), name
        assert f"\n{name} " in switches.__doc__, name
        for choice in SWITCH_CHOICES.get(name, ()):
            if isinstance(choice, str):
                assert choice in switches.__doc__, (name, choice)
    assert set(SWITCH_CHOICES) <= set(SWITCHES)


def test_each_switch_is_thrown_by_a_test():
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_cfgserver_*switches.py"))
    assert [name for name in SWITCHES if f'"{name}"' not in text] == []


# -- login and sessions


def obfuscated(password):
    draw = random.Random(7)
    return "".join(chr(ord(character) + added) + chr(added) for character in password for added in [draw.randint(68, 122)])


@pytest.mark.parametrize("value, plain, encrypted", [("ok", 204, 204), ("obfuscated_only", 401, 204), ("password_change", 403, 403)])
def test_gax_login(server, value, plain, encrypted):
    server.switches["gax_login"] = value
    client = Gax(server.url, "default", "password")
    assert client.login().status_code == plain
    assert bool(client.session.cookies) == (plain == 204)
    assert client.login(obfuscated("password"), encrypted=True).status_code == encrypted
    assert client.login("wrong").status_code == 401


@pytest.mark.parametrize(
    "value, status, content_type, location",
    [
        ("unauthorized", 401, "application/json", None),
        ("forbidden", 403, "application/json", None),
        ("redirect", 302, "", "/gax/api/login.html"),
        ("login_page", 200, "text/html", None),
    ],
)
@pytest.mark.parametrize("method, path", [("GET", "cfg/objects?type=CfgTransaction"), ("POST", "cfg/objects"), ("GET", "user/info")])
def test_gax_dead_session(server, gax, value, status, content_type, location, method, path):
    server.switches["gax_dead_session"] = value
    server.clock.advance(10_000)
    response = gax.call(method, path, json={} if method == "POST" else None)
    assert (response.status_code, response.headers.get("Location")) == (status, location)
    assert response.headers.get("Content-Type", "").startswith(content_type)
    if location:
        page = requests.get(server.url + location, timeout=10)
        assert page.status_code == 200 and page.text.startswith("<!DOCTYPE html>")


def test_gax_host_refused(server, gax):
    server.switches["gax_host_refused"] = True
    for method, path in [("POST", "session/login"), ("GET", "version"), ("GET", "user/info")]:
        response = gax.call(method, path)
        assert response.status_code == 403 and response.headers["Content-Type"].startswith("text/html")


def test_gax_prefix_by_switch(server):
    server.switches["gax_prefix"] = "/admin/console/gax"
    assert Gax(server.url, "default", "password").login().status_code == 404
    client = Gax(server.url, "default", "password", prefix="/admin/console/gax")
    assert client.login().status_code == 204
    assert client.objects() == []


def test_gax_prefix_by_seed(process):
    process.reset({**SEED, "gax_prefix": "/other/api/"})
    assert Gax(process.url, "default", "password", prefix="/other/api").login().status_code == 204
    process.switches["gax_prefix"] = "/switch/wins"
    assert Gax(process.url, "default", "password", prefix="/switch/wins").login().status_code == 204


# -- reading


@pytest.mark.parametrize(
    "value, found",
    [
        ("exact", ["hybrid"]),
        ("prefix", ["hybrid", "hybrid_integration"]),
        ("case_insensitive", ["Hybrid", "hybrid"]),
        ("ignored", ["Hybrid", "elsewhere", "hybrid", "hybrid_integration"]),
    ],
)
def test_gax_name_filter(server, gax, value, found):
    for name in ("hybrid", "Hybrid", "hybrid_integration"):
        gax.create(name)
    gax.create("elsewhere", tenantdbid="101")
    server.switches["gax_name_filter"] = value
    assert sorted(item["name"] for item in gax.objects(name="hybrid", tenantdbid="1")) == found


@pytest.mark.parametrize("value, status, found", [("exact", 200, ["hybrid"]), ("nothing", 200, []), ("refused", 400, None)])
def test_gax_tenant_filter(server, gax, value, status, found):
    gax.create("hybrid")
    gax.create("hybrid", tenantdbid="101")
    server.switches["gax_tenant_filter"] = value
    answer = gax.call("GET", "cfg/objects", params={"type": "CfgTransaction", "brief": "false", "tenantdbid": "1"})
    assert answer.status_code == status
    assert found is None or [item["name"] for item in answer.json()] == found
    assert len(gax.objects(name="hybrid")) == 2


@pytest.mark.parametrize("value", [True, False])
def test_gax_entry_shuffle(server, gax, value):
    dbid = gax.create("t", {"s": {f"k{number}": str(number) for number in range(12)}})["dbid"]
    server.switches["gax_entry_shuffle"] = value
    reads = [gax.get(dbid) for _dummy in range(4)]
    orders = {tuple(entry["key"] for entry in item["userproperties"]["property"]) for item in reads}
    keys = {tuple(item) for item in reads}
    assert (len(orders) > 1, len(keys) > 1) == (value, value)
    assert all(set(order) == {f"k{number}" for number in range(12)} for order in orders)


@pytest.mark.parametrize("value", [True, False])
def test_gax_duplicate_keys(server, gax, value):
    dbid = gax.create("t", {"one": {"a": "1", "b": "2"}, "two": {"c": "3"}})["dbid"]
    server.switches["gax_duplicate_keys"] = value
    for _dummy in range(4):
        item = gax.get(dbid)
        assert len(item["userproperties"]["property"]) == (5 if value else 3)
        assert gax_options(item) == {"one": {"a": "1", "b": "2"}, "two": {"c": "3"}}


# -- writing through GAX


@pytest.mark.parametrize("value", ["full", "empty"])
def test_gax_create_body(server, gax, value):
    server.switches["gax_create_body"] = value
    response = gax.post(gax_transaction("t"))
    assert response.status_code == 201
    assert (response.content == b"") == (value == "empty")
    assert [item["name"] for item in gax.objects(name="t")] == ["t"]


@pytest.mark.parametrize("value", ["full", "empty"])
def test_gax_put_body(server, gax, value):
    made = gax.create("t")
    server.switches["gax_put_body"] = value
    response = gax.put({**made, "description": "new"})
    assert response.status_code == 200
    assert (response.content == b"") == (value == "empty")
    assert gax.get(made["dbid"])["description"] == "new"


@pytest.mark.parametrize("value, status", [("accepted", 201), ("refused", 400)])
def test_gax_create_without_folder(server, gax, value, status):
    server.switches["gax_create_without_folder"] = value
    assert gax.post(gax_transaction("t")).status_code == status
    root = next(item["dbid"] for item in gax.objects("CfgFolder") if (item["name"], item["ownerdbid"]) == ("Transactions", "1"))
    assert gax.post(gax_transaction("u", folderid=root)).status_code == 201
    assert {item["folderid"] for item in gax.objects()} == {root}


@pytest.mark.parametrize("value", [409, 400, 500])
def test_gax_uniqueness_status(server, gax, value):
    server.switches["gax_uniqueness_status"] = value
    gax.create("t")
    response = gax.post(gax_transaction("t"))
    assert (response.status_code, response.json()["code"]) == (value, "CFGUniquenessViolation")


@pytest.mark.parametrize("value, status", [("accepted", 200), ("refused", 400)])
def test_gax_empty_key(server, gax, value, status):
    made = gax.create("t", {"hollow": {"": ""}})
    server.switches["gax_empty_key"] = value
    assert gax.put(made).status_code == status


@pytest.mark.parametrize(
    "value, options, description, alias",
    [
        ("replace", {"one": {"a": "9", "z": "0"}}, "", "t"),
        ("merge", {"one": {"a": "9", "b": "2", "z": "0"}, "two": {"c": "3"}}, "before", "t"),
    ],
)
def test_gax_put_mode(server, gax, value, options, description, alias):
    made = gax.create("t", {"one": {"a": "1", "b": "2"}, "two": {"c": "3"}}, description="before", format="kept")
    server.switches["gax_put_mode"] = value
    body = {"name": "t", "alias": "t", "userproperties": {"property": [{"section": "one", "key": key, "value": text} for key, text in [("a", 9), ("z", 0)]]}}
    assert gax.put(body, made["dbid"]).status_code == 200
    item = gax.get(made["dbid"])
    assert (gax_options(item), item["description"], item["alias"]) == (options, description, alias)
    assert item.get("format") == ("kept" if value == "merge" else None)
    assert gax.put({"name": "t"}, made["dbid"]).status_code == 200
    assert gax_options(gax.get(made["dbid"])) == ({} if value == "replace" else options)


@pytest.mark.parametrize("value", [200, 204])
def test_gax_delete_status(server, gax, value):
    server.switches["gax_delete_status"] = value
    dbid = gax.create("t")["dbid"]
    assert gax.delete(dbid).status_code == value
    assert gax.delete(dbid).status_code == 404


# -- writing through GWS


def test_gws_csrf(server, gws):
    assert "X-CSRF-TOKEN" not in gws.call("GET", "transactions").headers
    server.switches["gws_csrf"] = True
    body = {"transaction": {"name": "t", "type": 21, "tenantDBID": 1}}
    first = gws.call("GET", "transactions")
    token = {first.headers["X-CSRF-HEADER"]: first.headers["X-CSRF-TOKEN"]}
    for headers in ({}, {"X-CSRF-TOKEN": ""}, {"X-CSRF-TOKEN": "wrong"}):
        response = gws.call("POST", "transactions", json=body, headers=headers)
        assert (response.status_code, response.json()["statusCode"]) == (403, 3)
    assert gws.call("POST", "transactions", json=body, headers=token).status_code == 200
    stranger = Gws(server.url, "default", "password")
    assert stranger.call("DELETE", "transactions/101", headers=token).status_code == 403
    assert gws.call("DELETE", "transactions/101", headers=token).status_code == 200


@pytest.mark.parametrize("value, wrapped, plain, delta_put, plain_put", [("either", 1, 1, 1, 1), ("delta", 1, 0, 1, 0), ("plain", 0, 1, 0, 1)])
def test_gws_write_form(server, gws, value, wrapped, plain, delta_put, plain_put):
    dbid = gws.create("t")
    server.switches["gws_write_form"] = value
    body = {"type": 21, "tenantDBID": 1}
    accepted = [
        gws.call("POST", "transactions", json={"transaction": {"name": "a", **body}}),
        gws.call("POST", "transactions", json={"name": "b", **body}),
        gws.call("PUT", "transactions", json={"delta-transaction": {"CfgTransaction": {"DBID": dbid, "description": "x"}}}),
        gws.call("PUT", f"transactions/{dbid}", json={"name": "t", "description": "y"}),
    ]
    assert [response.status_code == 200 for response in accepted] == [bool(flag) for flag in (wrapped, plain, delta_put, plain_put)]
    assert all(response.json()["statusCode"] for response in accepted if response.status_code != 200)


@pytest.mark.parametrize("value, options", [("replace", {"one": {"a": "9"}}), ("merge", {"one": {"a": "9", "b": "2"}, "two": {"c": "3"}})])
def test_gws_update(server, gws, value, options):
    dbid = gws.create("t", {"one": {"a": "1", "b": "2"}, "two": {"c": "3"}})
    server.switches["gws_update"] = value
    assert gws.call("PUT", f"transactions/{dbid}", json={"name": "t", "userProperties": {"one": {"a": "9"}}}).status_code == 200
    assert gws.get(dbid)["userProperties"] == options


@pytest.mark.parametrize("value, status", [("matching", 404), ("always_200", 200)])
def test_gws_error_http_status(server, gws, value, status):
    server.switches["gws_error_http_status"] = value
    response = gws.call("GET", "transactions/999")
    assert (response.status_code, response.json()["statusCode"]) == (status, 6)
    gws.session.auth = None
    gws.session.cookies.clear()
    assert gws.call("GET", "transactions").status_code == 401
