# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""GWS Platform Configuration API: login, shapes, filters, deltas; and both front ends on one state."""

from __future__ import annotations

import pytest
import requests

from sandbox.cfgserver.gws import BASE
from sandbox.cfgserver.gws_format import RESOURCES
from sandbox.cfgserver.probe import Gax, Gws, gax_options
from sandbox.cfgserver.standalone import StandaloneServer

SEED = {"accounts": [{"username": "default", "password": "pässword"}, {"username": "second", "password": "x:y"}], "tenants": ["Example One"]}


@pytest.fixture(scope="module")
def process():
    with StandaloneServer(SEED) as running:
        yield running


@pytest.fixture
def server(process):
    process.reset(SEED)
    return process


@pytest.fixture
def gws(server):
    return Gws(server.url, "default", "pässword".encode())


@pytest.fixture
def gax(server):
    client = Gax(server.url, "default", "pässword")
    client.login()
    return client


# -- login


@pytest.mark.parametrize("auth", [None, ("default", "wrong"), ("nobody", "x"), ("default", "")])
def test_without_correct_credentials_there_is_a_401(server, auth):
    response = requests.get(f"{server.url}{BASE}/transactions", auth=auth, timeout=10)
    assert response.status_code == 401 and response.headers["WWW-Authenticate"].startswith("Basic ")
    assert response.json() == {"statusCode": 20, "statusMessage": "User is not authenticated"}


@pytest.mark.parametrize("path", ["", "/transactions", "/nonsense"])
def test_every_address_wants_credentials_first_the_root_too(server, gws, path):
    """By that a client that has no session recognises the interface."""
    response = requests.get(server.url + BASE + path, timeout=10)
    assert (response.status_code, response.json()["statusCode"]) == (401, 20) and "WWW-Authenticate" in response.headers
    assert requests.get(server.url + BASE, auth=gws.session.auth, timeout=10).json() == {"statusCode": 6, "statusMessage": "Resource not found"}


@pytest.mark.parametrize("header", ["Basic", "Basic %%%", "Bearer abc", "Basic /w=="])
def test_a_malformed_authorization_header_is_a_401(server, header):
    assert requests.get(f"{server.url}{BASE}/transactions", headers={"Authorization": header}, timeout=10).status_code == 401


def test_the_cookie_of_a_basic_login_is_a_session(server, gws):
    gws.call("GET", "transactions")
    gws.session.auth = None
    assert gws.call("GET", "transactions").status_code == 200
    assert server.clients[-1] == "default"
    server.clock.advance(601)
    assert gws.call("GET", "transactions").status_code == 401


def test_a_gax_session_is_no_gws_session(server, gax):
    cookies = {cookie.name: cookie.value for cookie in gax.session.cookies}
    assert requests.get(f"{server.url}{BASE}/transactions", cookies=cookies, timeout=10).status_code == 401


def test_a_password_may_hold_a_colon_and_wins_over_the_cookie(server, gws):
    gws.call("GET", "transactions")
    gws.session.auth = ("second", "x:y")
    gws.call("GET", "transactions")
    assert server.clients[-1] == "second"
    gws.session.auth = None
    assert gws.call("GET", "transactions").status_code == 200
    assert server.clients[-1] == "second", "the cookie now belongs to the second user"


# -- reading


def test_resources_are_plural_lower_case_with_hyphens():
    assert {"transactions", "folders", "tenants", "persons", "agent-logins", "access-groups", "app-prototypes", "dns", "switches"} <= set(RESOURCES)


def test_an_object_has_strings_numbers_of_enumerations_and_nested_options(gws):
    dbid = gws.create("t", {"general": {"a": 1}, "hollow": {}}, recordPeriod=5)
    assert gws.get(dbid) == {
        "DBID": dbid,
        "tenantDBID": "1",
        "folderId": "110",
        "name": "t",
        "alias": "t",
        "description": "",
        "recordPeriod": "5",
        "state": "1",
        "type": "21",
        "userProperties": {"general": {"a": "1"}, "hollow": {}},
    }


def test_options_are_absent_when_there_are_none(gws):
    assert "userProperties" not in gws.get(gws.create("t"))


def test_environment_is_no_tenant_until_asked_for(gws):
    assert [tenant["DBID"] for tenant in gws.call("GET", "tenants").json()["tenants"]] == ["101"]
    assert [tenant["DBID"] for tenant in gws.call("GET", "tenants?all_tenants=1").json()["tenants"]] == ["1", "101"]
    assert gws.call("GET", "tenants/1").json()["tenant"]["name"] == "Environment"


def test_folders_name_their_owner_and_the_type_of_their_members(gws):
    folders = gws.call("GET", 'folders?owner_dbid=101&name="Transactions"').json()["folders"]
    assert [(folder["type"], folder["ownerID"]) for folder in folders] == [("16", {"CSID": "0", "DBID": "101", "type": "7"})]


def test_flags_are_numbers_too(gws):
    (person,) = gws.call("GET", 'persons?user_name="second"').json()["persons"]
    assert (person["isAgent"], person["userName"], "password" in person) == ("1", "second", False)
    assert gws.call("GET", "tenants/1").json()["tenant"]["isServiceProvider"] == "2"


def test_a_resource_without_objects_is_an_empty_list(gws):
    assert gws.call("GET", "agent-logins").json() == {"statusCode": 0, "agent-logins": []}


@pytest.mark.parametrize(
    "query, found",
    [
        ("", ["123", "b", "b"]),
        ('?name="b"', ["b", "b"]),
        ("?name=b", ["b", "b"]),
        ('?name="B"', []),
        ("?name=123", []),  # unquoted digits are an integer filter, and a name is a string
        ('?name="123"', ["123"]),
        ("?tenant_dbid=101", ["b"]),
        ('?tenant_dbid="101"', []),
        ("?object_type=21", ["123", "b", "b"]),
        ("?object_type=22", []),
        ("?state=1&tenant_dbid=1", ["123", "b"]),
        ('?dbid=101&name="ignored beside a dbid"', ["123"]),
    ],
)
def test_filters(gws, query, found):
    gws.create("123")
    gws.create("b")
    gws.create("b", tenantDBID=101)
    assert sorted(item["name"] for item in gws.call("GET", "transactions" + query).json()["transactions"]) == found


def test_an_unknown_filter_is_refused(gws):
    response = gws.call("GET", "transactions?tenantDBID=1")
    assert (response.status_code, response.json()["statusCode"]) == (400, 10)


# -- writing


def test_a_create_answers_id_and_uri(server, gws):
    response = gws.call("POST", "transactions", json={"transaction": {"name": "t", "type": "21", "tenantDBID": "1"}})
    assert response.json() == {"statusCode": 0, "id": "101", "uri": f"{server.url}{BASE}/transactions/101"}
    assert requests.get(response.json()["uri"], auth=gws.session.auth, timeout=10).json()["transaction"]["name"] == "t"


def delta(gws, dbid, attributes=None, **more):
    return gws.call("PUT", "transactions", json={"delta-transaction": {"CfgTransaction": {"DBID": dbid, **(attributes or {})}, **more}})


OPTIONS = {"one": {"a": "1", "b": "2"}, "two": {"c": "3"}}


@pytest.mark.parametrize(
    "attributes, more, options",
    [
        ({}, {}, OPTIONS),
        ({"description": "x"}, {}, OPTIONS),
        ({"userProperties": {"one": {"z": 9}}}, {}, {"one": {"a": "1", "b": "2", "z": "9"}, "two": {"c": "3"}}),
        ({}, {"changedUserProperties": {"one": {"a": "new"}}}, {"one": {"a": "new", "b": "2"}, "two": {"c": "3"}}),
        ({}, {"deletedUserProperties": {"one": {"a": "whatever"}}}, {"one": {"b": "2"}, "two": {"c": "3"}}),
        ({}, {"deletedUserProperties": {"one": {}}}, {"two": {"c": "3"}}),
        ({}, {"deletedUserProperties": {"absent": {"k": ""}}}, OPTIONS),
        (
            {"userProperties": {"new": {"k": "v"}}},
            {"changedUserProperties": {"two": {"c": "4"}}, "deletedUserProperties": {"one": {}}},
            {"two": {"c": "4"}, "new": {"k": "v"}},
        ),
    ],
)
def test_a_delta_changes_only_what_it_names(gws, attributes, more, options):
    dbid = gws.create("t", OPTIONS, description="before")
    response = delta(gws, dbid, attributes, **more)
    assert (response.status_code, response.json()) == (200, {"statusCode": 0})
    item = gws.get(dbid)
    assert item["userProperties"] == options
    assert item["description"] == attributes.get("description", "before") and item["alias"] == "t"


def test_a_plain_put_replaces_the_object(gws):
    dbid = gws.create("t", OPTIONS, description="before")
    assert gws.call("PUT", f"transactions/{dbid}", json={"name": "t", "userProperties": {"one": {"a": "9"}}}).json() == {"statusCode": 0}
    item = gws.get(dbid)
    assert (item["userProperties"], item["description"], item["type"]) == ({"one": {"a": "9"}}, "", "21")


ERRORS = [
    ("GET", "transactions/999", None, 404, {"statusCode": 6, "statusMessage": "Resource not found"}),
    ("GET", "nonsense", None, 404, {"statusCode": 6, "statusMessage": "Resource not found"}),
    ("DELETE", "transactions/999", None, 500, {"statusCode": 4, "statusMessage": "Platform exception: Object not found", "platformCode": 10}),
    ("PUT", "transactions/999", {"name": "x"}, 404, {"statusCode": 6, "statusMessage": "Resource not found"}),
    ("PUT", "transactions", {"delta-transaction": {"CfgTransaction": {"DBID": "999"}}}, 500, {"statusCode": 4, "platformCode": 10}),
    ("PUT", "transactions", {"delta-transaction": {"CfgTransaction": {}}}, 400, {"statusCode": 1}),
    ("PUT", "transactions", {"delta-transaction": {"CfgTransaction": {"DBID": "101", "type": "22"}}}, 400, {"statusCode": 11}),
    ("PUT", "transactions/101", {"tenantDBID": "101"}, 400, {"statusCode": 11}),
    ("POST", "transactions", {"name": "taken", "type": 21, "tenantDBID": 1}, 500, {"statusCode": 4, "platformCode": 5836044}),
    ("POST", "transactions", {"type": 21, "tenantDBID": 1}, 400, {"statusCode": 1}),
    ("POST", "transactions", {"name": "n", "type": "CFGTRTList", "tenantDBID": 1}, 400, {"statusCode": 10}),
    ("POST", "transactions", {"name": "n", "type": 99, "tenantDBID": 1}, 400, {"statusCode": 10}),
    ("POST", "transactions", {"name": "n", "type": 21, "tenantDBID": 1, "userProperties": {"s": ["x"]}}, 400, {"statusCode": 10}),
    ("POST", "folders", {"name": "n"}, 501, {"statusCode": 3}),
]


@pytest.mark.parametrize("method, path, body, status, expected", ERRORS)
def test_errors(gws, method, path, body, status, expected):
    gws.create("taken")
    response = gws.call(method, path, json=body)
    assert response.status_code == status, response.text
    assert expected.items() <= response.json().items()
    assert response.json()["statusMessage"]


def test_a_body_must_be_declared_as_json(gws):
    assert gws.call("POST", "transactions", data=b"{}").status_code == 415


def test_a_client_may_send_the_whole_object_back_with_numbers(gws):
    """The habit of public clients of GAX: GET, edit, PUT whole objects, with numbers where answers have strings."""
    dbid = gws.create("t", OPTIONS, someAttribute="kept")
    item = gws.get(dbid)
    numbers = {name: int(item[name]) for name in ("DBID", "tenantDBID", "folderId", "type", "state")}
    changed = {**item, **numbers, "recordPeriod": 7, "userProperties": {**item["userProperties"], "three": {"d": 4}}}
    assert gws.call("PUT", f"transactions/{dbid}", json=changed).json() == {"statusCode": 0}
    assert gws.get(dbid) == {**item, "recordPeriod": "7", "userProperties": {**OPTIONS, "three": {"d": "4"}}}


# -- one state, two front ends


def test_what_gax_writes_gws_reads(gax, gws):
    made = gax.create("t", {"s": {"k": "Grüße\n"}}, subtype="CFGTRTMacro", state="CFGDisabled", format="script")
    item = gws.get(made["dbid"])
    assert (item["type"], item["state"], item["format"], item["userProperties"]) == ("22", "2", "script", {"s": {"k": "Grüße\n"}})


def test_what_gws_writes_gax_reads(gax, gws):
    dbid = gws.create("t", {"s": {"k": 7}, "hollow": {}}, recordPeriod=3, someAttribute="kept")
    item = gax.get(dbid)
    assert (item["subtype"], item["recordperiod"], item["someattribute"]) == ("CFGTRTList", "3", "kept")
    assert gax_options(item) == {"s": {"k": "7"}, "hollow": {}}
    assert {"section": "hollow", "key": "", "value": ""} in item["userproperties"]["property"]


def test_uniqueness_and_deletes_cross_the_front_ends(gax, gws):
    dbid = gws.create("t")
    assert gax.post({"type": "CfgTransaction", "subtype": "CFGTRTList", "name": "t", "tenantdbid": 1}).status_code == 409
    assert gws.call("DELETE", f"transactions/{dbid}").json() == {"statusCode": 0}
    assert gax.objects(name="t") == []


def test_of_repeated_keys_gws_shows_the_last(gax, gws):
    entries = [{"section": "s", "key": "k", "value": value} for value in ("first", "last")]
    made = gax.post({"type": "CfgTransaction", "subtype": "CFGTRTList", "name": "t", "tenantdbid": 1, "userproperties": {"property": entries}}).json()
    assert gws.get(made["dbid"])["userProperties"] == {"s": {"k": "last"}}
