# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seed, accounts, saved state, and what happens when the sandbox's own answers are wrong."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from sandbox.cfgserver import SWITCHES, ConfigurationServer, schemas
from sandbox.cfgserver.probe import Gax, Gws, gax_options, gax_transaction
from sandbox.cfgserver.standalone import Clock, StandaloneServer

SEED = {
    "accounts": [
        {"username": "default", "password": "password"},
        {"username": "auditor", "password": "a", "rights": "read_only"},
        {"username": "branch", "password": "b", "rights": "tenants", "tenants": ["Example One"], "hidden_transactions": ["hidden"]},
        {"username": "narrow", "password": "n", "rights": "read_only", "tenants": ["Example One"]},
    ],
    "tenants": ["Example One", "Example Two"],
    "folders": [{"name": "Cloud"}],
    "transactions": [
        {
            "name": "hybrid_integration",
            "folder": "Cloud",
            "options": {"general": {"organization_id": 17, "flag": True}, "hollow": None},
            "extra": {"format": "x"},
        },
        {"name": "shared", "tenant": "Example One", "options": [["s", "k", "1"], ["s", "k", "2"]], "record_period": 5, "alias": ""},
        {"name": "hidden", "tenant": "Example One", "type": "cfgtrtlist", "state": "CFGDisabled"},
        {"name": "foreign", "tenant": "Example Two"},
    ],
}


@pytest.fixture(scope="module")
def process():
    with StandaloneServer(SEED) as running:
        yield running


@pytest.fixture
def server(process):
    process.reset(SEED)
    return process


def login(server, username):
    password = server.cfgserver.account(username).password
    client = Gax(server.url, username, password)
    assert client.login().status_code == 204
    return client


def build(seed):
    return ConfigurationServer(seed, Clock(), dict(SWITCHES))


# -- seed


def test_an_empty_seed_gives_one_account_with_a_random_password():
    first, second = build({}).credentials(), build(None).credentials()
    assert first[0] == second[0] == "default"
    assert first[1] != second[1] and len(first[1]) >= 20


def test_the_first_account_of_the_seed_is_the_one_to_tell():
    assert build(SEED).credentials() == ("default", "password")


def test_seeded_transactions(server):
    gax = login(server, "default")
    items = {item["name"]: item for item in gax.objects()}
    hybrid = items["hybrid_integration"]
    assert gax_options(hybrid) == {"general": {"organization_id": "17", "flag": "true"}, "hollow": {}}
    assert (hybrid["alias"], hybrid["tenantdbid"], hybrid["format"]) == ("hybrid_integration", "1", "x")
    cloud = next(item for item in gax.objects("CfgFolder", name="Cloud"))
    assert hybrid["folderid"] == cloud["dbid"]
    assert next(item for item in gax.objects("CfgFolder", dbid=cloud["folderid"]))["name"] == "Transactions"
    assert [entry["value"] for entry in items["shared"]["userproperties"]["property"]] == ["1", "2"]
    assert (items["shared"]["recordperiod"], items["shared"]["alias"]) == ("5", "")
    assert (items["hidden"]["subtype"], items["hidden"]["state"]) == ("CFGTRTList", "CFGDisabled")


def test_tenants_without_dbid_avoid_those_that_are_given():
    dumped = build({"tenants": ["a", {"name": "b", "dbid": 101}, "c", {"name": "d", "dbid": 200}]}).dump()
    tenants = {item["attributes"]["name"]: item["dbid"] for item in dumped["objects"] if item["class_name"] == "CfgTenant"}
    assert tenants == {"Environment": 1, "a": 102, "b": 101, "c": 103, "d": 200}
    assert dumped["next_dbid"]["CfgTenant"] == 201


@pytest.mark.parametrize(
    "seed, reason",
    [
        ({"nonsense": 1}, "nonsense"),
        ({"accounts": []}, "accounts"),
        ({"accounts": [{"username": "a", "rights": "everything"}]}, "rights"),
        ({"accounts": [{"username": "a", "rights": "tenants"}]}, "needs a list of tenants"),
        ({"accounts": [{"username": "a"}, {"username": "a"}]}, "twice"),
        ({"accounts": [{"username": "a", "tenants": ["Nowhere"]}]}, "'Nowhere'"),
        ({"tenants": ["a", "a"]}, "twice"),
        ({"tenants": [{"name": "a", "dbid": 110}, {"name": "b", "dbid": 110}]}, "twice"),
        ({"tenants": ["Environment"]}, "twice"),
        ({"tenants": [{"name": "a", "dbid": 1}]}, "dbid"),
        ({"folders": [{"name": "x", "type": "CFGNonsense"}]}, "CFGNonsense"),
        ({"folders": [{"name": "x", "parent": "Scripts"}]}, "'Scripts'"),
        ({"transactions": [{"name": "x", "tenant": "Nowhere"}]}, "'Nowhere'"),
        ({"transactions": [{"name": "x", "folder": "Scripts"}]}, "'Scripts'"),
        ({"transactions": [{"name": "x", "type": "CFGTRTNonsense"}]}, "CFGTRTNonsense"),
        ({"transactions": [{"name": ""}]}, "needs a name"),
        ({"transactions": [{"name": "x"}, {"name": "x"}]}, "exists in the tenant"),
    ],
)
def test_a_seed_that_does_not_fit_is_refused_with_the_reason(seed, reason):
    with pytest.raises(ValueError, match=reason):
        build(seed)


# -- accounts


@pytest.mark.parametrize(
    "username, names, tenants",
    [
        ("default", ["foreign", "hidden", "hybrid_integration", "shared"], ["1", "101", "102"]),
        ("auditor", ["foreign", "hidden", "hybrid_integration", "shared"], ["1", "101", "102"]),
        ("branch", ["shared"], ["101"]),
        ("narrow", ["hidden", "shared"], ["101"]),
    ],
)
def test_what_an_account_may_not_see_is_absent(server, username, names, tenants):
    gax = login(server, username)
    assert sorted(item["name"] for item in gax.objects()) == names
    assert [item["dbid"] for item in gax.objects("CfgTenant", allTenants="1")] == tenants
    assert {item["ownerdbid"] for item in gax.objects("CfgFolder")} == set(tenants)
    gws = Gws(server.url, username, server.cfgserver.account(username).password)
    assert sorted(item["name"] for item in gws.call("GET", "transactions").json()["transactions"]) == names
    for item in login(server, "default").objects():
        status = 200 if item["name"] in names else 404
        assert gax.call("GET", f"cfg/objects/CfgTransaction/{item['dbid']}").status_code == status
        assert gws.call("GET", f"transactions/{item['dbid']}").status_code == status


def test_creating_what_exists_invisibly_fails_on_uniqueness(server):
    gax = login(server, "branch")
    assert gax.objects(name="hidden") == []
    response = gax.post(gax_transaction("hidden", tenantdbid="101"))
    assert (response.status_code, response.json()["code"]) == (409, "CFGUniquenessViolation")


@pytest.mark.parametrize(
    "username, tenant, status",
    [("default", "101", 201), ("auditor", "101", 403), ("narrow", "101", 403), ("branch", "101", 201), ("branch", "1", 403), ("branch", "102", 403)],
)
def test_who_may_create_where(server, username, tenant, status):
    assert login(server, username).post(gax_transaction("new", tenantdbid=tenant)).status_code == status


def test_a_reader_changes_and_deletes_nothing(server):
    gax = login(server, "auditor")
    item = gax.objects(name="shared")[0]
    for response in (gax.put({**item, "description": "x"}), gax.delete(item["dbid"])):
        assert (response.status_code, response.json()["code"]) == (403, "CFGNoPermission")
    assert gax.objects(name="shared")[0]["description"] == ""


def test_an_invisible_folder_is_absent(server):
    foreign = login(server, "default").objects("CfgFolder", ownerdbid="102", name="Transactions")[0]["dbid"]
    response = login(server, "branch").post(gax_transaction("new", tenantdbid="101", folderid=foreign))
    assert (response.status_code, response.json()["code"]) == (404, "CFGObjectNotFound")


# -- saved state


def test_a_dumped_state_loads_into_another_server(server):
    gax = login(server, "default")
    made = gax.create("new", {"s": {"password": "S3cret\n"}})
    gax.delete(gax.create("gone")["dbid"])
    saved = json.loads(json.dumps(server.cfgserver.dump()))
    server.reset({"accounts": [{"username": "other"}]})
    assert gax.call("GET", "user/info").status_code == 401
    server.cfgserver.load(saved)
    assert server.cfgserver.credentials() == ("default", "password")
    assert server.cfgserver.dump() == saved
    gax = login(server, "default")
    assert gax_options(gax.get(made["dbid"])) == {"s": {"password": "S3cret\n"}}
    assert int(gax.create("next")["dbid"]) == int(made["dbid"]) + 2


def test_loading_keeps_nothing_of_before_and_shares_nothing_with_the_dump(server):
    before = server.cfgserver.dump()
    gax = login(server, "default")
    gax.create("new", {"s": {"k": "v"}})
    item = gax.objects(name="shared")[0]
    gax.put({**item, "description": "changed"})
    assert before != server.cfgserver.dump()
    server.cfgserver.load(json.loads(json.dumps(before)))
    assert server.cfgserver.dump() == before
    assert gax.call("GET", "user/info").status_code == 401, "a session ends with the state it belongs to"


# -- the sandbox's own mistakes


@pytest.mark.parametrize(
    "attribute, value, place",
    [("state", "on", "state"), ("recordperiod", "soon", "recordperiod"), ("subtype", "CFGNonsense", "subtype")],
)
def test_an_answer_that_violates_its_schema_is_a_500_that_says_where(server, attribute, value, place):
    gax = login(server, "default")
    item = next(item for item in server.cfgserver.objects.values() if item.name == "shared")
    item.attributes[attribute] = value
    response = gax.call("GET", f"cfg/objects/CfgTransaction/{item.dbid}")
    assert response.status_code == 500
    assert response.json()["message"].startswith(f"the sandbox's own response violates its schema: {place}")


def test_a_wrong_gws_answer_is_a_500_as_well(server):
    item = next(item for item in server.cfgserver.objects.values() if item.name == "shared")
    item.attributes["recordperiod"] = "soon"
    for path in (f"transactions/{item.dbid}", "transactions"):
        response = Gws(server.url, "default", "password").call("GET", path)
        assert (response.status_code, response.json()["code"]) == (500, "SandboxResponseSchema")
        assert "recordPeriod" in response.json()["message"]


@pytest.mark.parametrize("extra", [1, True, None, 1.5, {"deep": [{"number": 1}]}, [["x", 2]]])
def test_answers_may_hold_strings_only_at_any_depth(extra):
    fine = {"type": "CfgHost", "dbid": "1", "DBID": "1"}
    schemas.GaxObject.model_validate({**fine, "state": "CFGEnabled", "more": {"deep": ["1"]}})
    schemas.GwsObject.model_validate({**fine, "state": "1", "type": "1", "more": {"deep": ["1"]}})
    with pytest.raises(ValidationError):
        schemas.GaxObject.model_validate({**fine, "state": "CFGEnabled", "more": extra})
    with pytest.raises(ValidationError):
        schemas.GwsObject.model_validate({**fine, "state": "1", "type": "1", "more": extra})
