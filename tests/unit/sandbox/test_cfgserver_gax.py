# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GAX: sessions, the shape of its JSON, selection, and the rules for transactions. Switches are in test_cfgserver_switches.py."""

from __future__ import annotations

import random

import pytest
import requests

from sandbox.cfgserver.probe import Gax, gax_options, gax_transaction
from sandbox.cfgserver.standalone import StandaloneServer

SEED = {
    "accounts": [{"username": "default", "password": "pässword"}],
    "tenants": ["Example One", {"name": "Example Two", "dbid": 110}],
    "folders": [{"name": "Cloud", "tenant": "Environment", "type": "CFGTransaction", "parent": "Transactions"}],
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
    client = Gax(server.url, "default", "pässword")
    assert client.login().status_code == 204
    return client


def obfuscated(password, draw):
    return "".join(chr(ord(character) + added) + chr(added) for character in password for added in [draw.randint(68, 190)])


# -- session


def test_login_is_an_empty_204_with_a_cookie(server):
    response = Gax(server.url, "default", "pässword").login()
    assert (response.status_code, response.content, len(response.cookies)) == (204, b"", 1)


@pytest.mark.parametrize("seed", range(5))
def test_an_obfuscated_password_logs_in(server, seed):
    client = Gax(server.url, "default", obfuscated("pässword", random.Random(seed)))
    assert client.login(encrypted=True).status_code == 204


def test_a_fixed_obfuscated_password_logs_in(process):
    process.reset({"accounts": [{"username": "default", "password": "pa"}]})
    assert Gax(process.url, "default", bytes.fromhex("c2ba4ac38968").decode()).login(encrypted=True).status_code == 204


def test_an_obfuscated_password_of_odd_length_is_wrong(server):
    client = Gax(server.url, "default", obfuscated("pässword", random.Random(1)) + "x")
    assert client.login(encrypted=True).status_code == 401


@pytest.mark.parametrize(
    "username, password, encrypted",
    [("default", "wrong", False), ("nobody", "pässword", False), ("default", "pässword", True), ("default", "abc", True), ("default", "", False)],
)
def test_wrong_credentials_are_a_401_without_cookie(server, username, password, encrypted):
    client = Gax(server.url, username, password)
    response = client.login(encrypted=encrypted)
    assert (response.status_code, response.json()["code"], len(response.cookies)) == (401, "AuthenticationFailed", 0)
    assert client.call("GET", "user/info").status_code == 401


@pytest.mark.parametrize("body", [{}, {"username": "default"}, {"username": 1, "password": "x"}, [], "text"])
def test_a_malformed_login_is_a_400_that_repeats_no_value(server, body):
    response = requests.post(f"{server.url}/gax/api/session/login", json=body, timeout=10)
    assert (response.status_code, response.json()["code"]) == (400, "CFGInvalidObjectData")


def test_a_body_that_is_not_json_is_refused(server, gax):
    assert gax.call("POST", "session/login", data=b"username=x").status_code == 415
    assert gax.call("POST", "cfg/objects", data=b"{", headers={"Content-Type": "application/json"}).status_code == 400


def test_user_info_names_the_user_with_typed_values(gax):
    assert gax.call("GET", "user/info").json() == {
        "username": "default",
        "userType": "CfgPerson",
        "sessionTimeout": 900,
        "isDefaultUser": True,
        "writeDefault": True,
    }


@pytest.mark.parametrize("path, key, value", [("cfg/schema", "isEnabled", True), ("version", "version", "8.5.260.14"), ("version/", "version", "8.5.260.14")])
def test_probes_need_no_session(server, path, key, value):
    assert requests.get(f"{server.url}/gax/api/{path}", timeout=10).json() == {key: value}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_ends_the_session(gax, method):
    cookies = gax.session.cookies.copy()
    assert gax.call(method, "session/logout").status_code == 204
    gax.session.cookies = cookies
    assert gax.call("GET", "user/info").status_code == 401


@pytest.mark.parametrize("steps, alive", [([599], True), ([601], False), ([500, 399], True), ([500, 401], False)])
def test_sessions_end_after_600_idle_and_900_total_seconds(server, gax, steps, alive):
    for seconds in steps:
        server.clock.advance(seconds)
        status = gax.call("GET", "user/info").status_code
    assert status == (200 if alive else 401)


def test_sessions_end_when_the_server_is_told_so(server, gax):
    server.cfgserver.expire_sessions()
    assert gax.call("GET", "user/info").status_code == 401


def test_the_journal_learns_the_user(server, gax):
    gax.call("GET", "user/info")
    assert server.clients[-1] == "default"
    requests.get(f"{server.url}/gax/api/version", timeout=10)
    assert server.clients[-1] is None


# -- objects


def scalars(value):
    if isinstance(value, dict):
        return [scalar for part in value.values() for scalar in scalars(part)]
    return [scalar for part in value for scalar in scalars(part)] if isinstance(value, list) else [value]


def test_numbers_are_tolerated_on_input_and_strings_come_back(gax):
    made = gax.create("t", {"s": {"k": 7, "f": 1.5}}, tenantdbid=1, recordperiod=15, format={"deep": [1, True, None]})
    item = gax.get(made["dbid"])
    assert item["recordperiod"] == "15" and item["tenantdbid"] == "1" and item["format"] == {"deep": ["1", "true", ""]}
    assert gax_options(item) == {"s": {"k": "7", "f": "1.5"}}
    assert all(isinstance(scalar, str) for scalar in scalars(item))
    assert all(key == key.lower() for key in item)


VALUES = {
    "newline": "a\nb\r\n\tc",
    "quotes": "\"'\\`<>&%{{ x }}",
    "non-ascii": "Grüße, 日本語, \U0001f600",
    "empty": "",
    "spaces": "  x  ",
    "pem": "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + "\n".join("A" * 64 for _dummy in range(126)) + "\n-----END ENCRYPTED PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("name", VALUES)
def test_values_round_trip(gax, name):
    value = VALUES[name]
    made = gax.create("t", {"s": {"password": value}})
    assert gax_options(gax.get(made["dbid"])) == {"s": {"password": value}}
    assert len(VALUES["pem"]) > 8000


def test_an_empty_section_is_a_placeholder_entry(gax):
    body = gax_transaction("t", {"full": {"k": "v", "": ""}, "hollow": {"": ""}})
    item = gax.get(gax.post(body).json()["dbid"])
    entries = {(entry["section"], entry["key"], entry["value"]) for entry in item["userproperties"]["property"]}
    assert entries == {("full", "k", "v"), ("hollow", "", "")}


def test_repeated_keys_are_stored_and_keep_their_order(server, gax):
    entries = [{"section": "s", "key": "k", "value": str(number)} for number in range(6)] + [{"section": "s", "key": "other", "value": "x"}]
    made = gax.post({**gax_transaction("t"), "userproperties": {"property": entries}}).json()
    for _dummy in range(5):
        item = gax.get(made["dbid"])
        assert [entry["value"] for entry in item["userproperties"]["property"] if entry["key"] == "k"] == list("012345")


def test_environment_is_absent_from_the_tenant_list_until_asked_for(gax):
    assert [(item["dbid"], item["name"]) for item in gax.objects("CfgTenant")] == [("101", "Example One"), ("110", "Example Two")]
    assert [item["dbid"] for item in gax.objects("CfgTenant", allTenants="1")] == ["1", "101", "110"]
    assert gax.call("GET", "cfg/objects/CfgTenant/1").json()["name"] == "Environment"


def test_each_tenant_has_a_transactions_and_a_scripts_folder(gax):
    folders = gax.objects("CfgFolder")
    for tenant in ("1", "101", "110"):
        own = {item["name"]: item["subtype"] for item in folders if item["ownerdbid"] == tenant and item["folderid"] == "0"}
        assert own["Transactions"] == "CFGTransaction" and own["Scripts"] == "CFGScript"
    assert [item["dbid"] for item in folders if item["name"] in ("Application Templates", "Applications", "Hosts")] == ["101", "102", "103"]


def test_a_folder_lists_its_members(gax):
    made = gax.create("t")
    folder = next(item for item in gax.objects("CfgFolder") if item["dbid"] == made["folderid"])
    assert folder["objectids"] == {"idtype": [{"dbid": made["dbid"], "type": "CFGTransaction"}]}


def test_persons_carry_no_password(gax):
    (person,) = gax.objects("CfgPerson", username="default")
    assert person["dbid"] == "100" and "password" not in person
    assert gax.objects("CfgPerson", username="other") == []


def test_brief_objects_have_no_options(gax):
    gax.create("t", {"s": {"k": "v"}})
    response = gax.call("GET", "cfg/objects", params={"type": "CfgTransaction", "brief": "true"})
    assert set(response.json()[0]) == {"dbid", "tenantdbid", "folderid", "name", "type", "subtype", "state"}
    assert gax.call("GET", "cfg/objects", params={"type": "CfgTransaction"}).json()[0].keys() == response.json()[0].keys()


@pytest.fixture
def three(gax):
    for name, more in [("a", {}), ("b", {"tenantdbid": "101"}), ("b", {"subtype": "CFGTRTMacro"})]:
        gax.create(name, **more)
    return gax


@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ["a", "b", "b"]),
        ({"name": "b"}, ["b", "b"]),
        ({"name": "B"}, []),
        ({"name": "b", "tenantdbid": "101"}, ["b"]),
        ({"name": "b", "subtype": "CFGTRTMacro"}, ["b"]),
        ({"NAME": "a"}, ["a"]),
        ({"dbid": "101", "name": "ignored beside a dbid"}, ["a"]),
        ({"nosuchattribute": "1"}, []),
        ({"filters": "name=a"}, ["a"]),
        ({"filters": "name=b AND tenantdbid=101 OR name=a"}, ["a", "b"]),
        ({"filters": "tenantdbid=101 AND name=a"}, []),
    ],
)
def test_selection(three, query, found):
    assert sorted(item["name"] for item in three.objects(**query)) == found


@pytest.mark.parametrize("query", [{"type": "CfgNonsense"}, {}, {"type": "CfgTransaction", "filters": "name"}])
def test_a_senseless_query_is_a_400(gax, query):
    assert gax.call("GET", "cfg/objects", params=query).status_code == 400


def test_a_class_without_objects_is_an_empty_array(gax):
    assert gax.objects("CfgHost") == []


# -- rules for transactions


def test_dbids_are_never_reused(gax):
    first = gax.create("t")["dbid"]
    assert gax.delete(first).status_code == 200
    assert gax.create("t")["dbid"] == str(int(first) + 1)


def test_the_second_delete_finds_nothing(gax):
    dbid = gax.create("t")["dbid"]
    assert [gax.delete(dbid).status_code for _dummy in range(2)] == [200, 404]
    assert gax.call("GET", f"cfg/objects/CfgTransaction/{dbid}").status_code == 404


REFUSED_CREATES = [
    ({"name": "taken"}, 409, "CFGUniquenessViolation"),
    ({"name": "other", "alias": "taken"}, 409, "CFGUniquenessViolation"),
    ({"name": "x" * 256}, 400, "CFGInvalidObjectData"),
    ({"name": ""}, 400, "CFGIncompleteObjectData"),
    ({"name": None}, 400, "CFGIncompleteObjectData"),
    ({"subtype": None}, 400, "CFGIncompleteObjectData"),
    ({"subtype": "CFGTRTNonsense"}, 400, "CFGInvalidObjectData"),
    ({"subtype": "21"}, 400, "CFGInvalidObjectData"),
    ({"state": "on"}, 400, "CFGInvalidObjectData"),
    ({"recordperiod": "soon"}, 400, "CFGInvalidObjectData"),
    ({"tenantdbid": None}, 400, "CFGIncompleteObjectData"),
    ({"tenantdbid": "999"}, 400, "CFGInvalidObjectData"),
    ({"folderid": "9999"}, 404, "CFGObjectNotFound"),
    ({"type": None}, 400, "CFGInvalidObjectData"),
    ({"type": "CfgScript"}, 501, "SandboxNotSupported"),
    ({"userproperties": {"property": [{"section": "s", "key": "k"}]}}, 400, "CFGInvalidObjectData"),
    ({"userproperties": {"property": [{"section": "", "key": "k", "value": "v"}]}}, 400, "CFGInvalidObjectData"),
    ({"userproperties": {"property": [{"section": "s", "key": "k", "value": ["v"]}]}}, 400, "CFGInvalidObjectData"),
]


@pytest.mark.parametrize("change, status, code", REFUSED_CREATES)
def test_refused_creates(gax, change, status, code):
    gax.create("taken")
    response = gax.post({**gax_transaction("new"), **change})
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert len(gax.objects()) == 1


@pytest.mark.parametrize("more", [{"tenantdbid": "101"}, {"subtype": "CFGTRTMacro"}])
def test_a_name_is_free_in_another_tenant_and_another_type(gax, more):
    gax.create("t")
    assert gax.create("t", **more)["name"] == "t"


def test_a_name_of_255_characters_fits_and_enumerations_ignore_case(gax):
    made = gax.create("x" * 255, alias="", subtype="cfgtrtlist", state="cfgdisabled")
    assert (made["subtype"], made["state"]) == ("CFGTRTList", "CFGDisabled")


def folder(gax, name, owner):
    return next(item["dbid"] for item in gax.objects("CfgFolder") if (item["name"], item["ownerdbid"]) == (name, owner))


@pytest.mark.parametrize("name, owner, status", [("Transactions", "1", 201), ("Cloud", "1", 201), ("Scripts", "1", 400), ("Transactions", "101", 400)])
def test_a_folder_must_hold_transactions_of_the_tenant(gax, name, owner, status):
    dbid = folder(gax, name, owner)
    response = gax.post(gax_transaction("t", folderid=dbid))
    assert response.status_code == status
    if status == 201:
        assert response.json()["folderid"] == dbid


@pytest.mark.parametrize(
    "change, status, code",
    [
        ({"tenantdbid": "101"}, 400, "CFGUnchangeableAttribute"),
        ({"subtype": "CFGTRTMacro"}, 400, "CFGUnchangeableAttribute"),
        ({"folderid": "101"}, 400, "CFGUnchangeableAttribute"),
        ({"dbid": "4711"}, 400, "CFGUnchangeableAttribute"),
        ({"name": "taken"}, 409, "CFGUniquenessViolation"),
        ({"alias": "taken"}, 409, "CFGUniquenessViolation"),
        ({"name": ""}, 400, "CFGIncompleteObjectData"),
        ({"type": "CfgScript"}, 400, "CFGInvalidObjectData"),
    ],
)
def test_refused_updates_change_nothing(server, gax, change, status, code):
    server.switches["gax_entry_shuffle"] = False
    gax.create("taken")
    made = gax.create("t", {"s": {"k": "v"}})
    response = gax.put({**made, **change}, made["dbid"])
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert gax.get(made["dbid"]) == made


def test_a_rename_keeps_unknown_attributes(gax):
    made = gax.create("t", {"s": {"k": "v"}}, format="script")
    assert gax.put({**gax.get(made["dbid"]), "name": "renamed"}).status_code == 200
    item = gax.get(made["dbid"])
    assert (item["name"], item["format"], gax_options(item)) == ("renamed", "script", {"s": {"k": "v"}})


def test_writes_to_other_classes_say_that_they_are_not_offered(gax):
    for method in ("PUT", "DELETE"):
        response = gax.call(method, "cfg/objects/CfgFolder/101", json={})
        assert (response.status_code, response.json()["code"]) == (501, "SandboxNotSupported")


def test_error_messages_repeat_no_option_value(gax):
    body = gax_transaction("t")
    body["userproperties"] = {"property": [{"section": "s", "key": "password", "value": ["S3cret"]}]}
    assert "S3cret" not in gax.post(body).text
