# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only Web Services have: statusCode, the two forms of writes, deltas, the token for writes, Basic credentials."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import gws_format
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gws import meaning_of
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import TRANSACTION_TYPES, Transaction
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, ConflictError, HybridError, UnreachableError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import Answer
from unit.plugins.module_utils.cfgserver_support import NAME, OBJECTS, PASSWORD, Server, quick

SECTION = {"general": {"a": "1", "b": "2"}, "ewt": {"password": "geheim-1"}}
GIVEN = {"options": {"general": {"a": "9", "b": None, "new": "n"}}}
WANTED = {"general": {"a": "9", "new": "n"}, "ewt": {"password": "geheim-1"}}
COLLECTION, ONE = OBJECTS["gws"], OBJECTS["gws"] + "/101"
BOTH_STATUSES = pytest.mark.parametrize("http_status", ["matching", "always_200"])


@pytest.fixture
def server(process, monkeypatch):
    quick(monkeypatch)
    found = Server(process, "gws")
    found.reset([{"name": NAME, "options": SECTION, "extra": {"format": "kept"}}])
    return found


# -- forms of writes


@BOTH_STATUSES
@pytest.mark.parametrize("form, writes", [("either", [f"PUT {COLLECTION}"]), ("delta", [f"PUT {COLLECTION}"]), ("plain", [f"PUT {COLLECTION}", f"PUT {ONE}"])])
def test_update_takes_the_form_that_the_server_takes(server, http_status, form, writes):
    server.switch(gws_write_form=form, gws_error_http_status=http_status)
    assert server.task(**GIVEN).error is None
    assert server.writes() == writes and server.stored()["options"] == WANTED and server.stored()["attributes"]["format"] == "kept"


@BOTH_STATUSES
@pytest.mark.parametrize("form, sent", [("either", 1), ("delta", 1), ("plain", 2)])
def test_create_takes_the_form_that_the_server_takes(server, http_status, form, sent):
    server.switch(gws_write_form=form, gws_error_http_status=http_status)
    outcome = server.task(name="fresh", options={"s": {"k": "v"}})
    assert outcome.error is None and outcome.result["transaction"]["dbid"] == "102"
    assert server.writes() == [f"POST {COLLECTION}"] * sent and server.stored("fresh")["options"] == {"s": {"k": "v"}}


@pytest.mark.parametrize("status, body", [(404, "no such route"), (405, ""), (501, {"statusCode": 3, "statusMessage": "x"}), (404, {"statusCode": 6})])
def test_delta_that_is_not_offered_is_remembered_for_the_session(server, monkeypatch, status, body):
    """A whole object that was not answered may follow another look; a delta may not, so the second failure tells which form was remembered."""
    server.fault("status", method="PUT", path=COLLECTION + "$", status=status, body=body, times=0)
    server.fault("status", method="PUT", path=ONE, status=502)
    assert server.task(**GIVEN).error is None
    assert server.writes() == [f"PUT {COLLECTION}", f"PUT {ONE}", f"PUT {ONE}"] and server.stored()["options"] == WANTED


def test_server_that_takes_neither_form_is_said_once(server):
    for path in (COLLECTION + "$", ONE):
        server.fault("status", method="PUT", path=path, status=501, body={"statusCode": 3, "statusMessage": "not offered"}, times=0)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and "does not offer the operation" in outcome.message and COLLECTION not in outcome.message
    assert len(server.writes()) == 2 and server.stored()["options"] == SECTION


@pytest.mark.parametrize(
    "status, body, error, part",
    [
        (403, {"statusCode": 5, "statusMessage": "no"}, AuthenticationError, "api-platform-configuration-write"),
        (500, {"statusCode": 4, "statusMessage": "Platform exception: Uniqueness", "platformCode": 5836044}, ConflictError, "upper and lower case"),
        (200, {"statusCode": 18, "statusMessage": "Resource already exists"}, ConflictError, "upper and lower case"),
        (400, {"statusCode": 11, "statusMessage": "User requested to change read-only property"}, ValidationError, "does not accept"),
        (500, {"statusCode": 4, "statusMessage": "Cassandra"}, UnreachableError, "try again later"),
        (200, "done", UnreachableError, "instead of JSON"),
    ],
)
def test_refusal_that_is_not_about_the_form_ends_it(server, status, body, error, part):
    server.fault("status", method="PUT", status=status, body=body, times=0)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, error) and part in outcome.message, outcome.message
    assert server.writes() == [f"PUT {COLLECTION}"]


@pytest.mark.parametrize("kind, details", [("reset_before", {}), ("status", {"status": 502}), ("status", {"status": 504})])
def test_delta_whose_fate_is_not_known_is_never_sent_again(server, kind, details):
    server.fault(kind, method="PUT", **details)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, UnreachableError) and outcome.error.maybe_processed and len(server.writes()) == 1
    assert server.stored()["options"] == SECTION and server.task(**GIVEN).result["changed"]


def test_delta_that_the_server_did_not_execute_is_planned_again(server):
    server.fault("status", method="PUT", status=503)
    assert server.task(**GIVEN).result["changed"] and server.writes() == [f"PUT {COLLECTION}"] * 2 and server.stored()["options"] == WANTED


@BOTH_STATUSES
def test_what_is_gone_already_is_no_error(server, http_status, monkeypatch):
    server.switch(gws_error_http_status=http_status)
    delete = server.transport.delete
    monkeypatch.setattr(server.transport, "delete", lambda self, dbid: [delete(self, dbid), delete(self, dbid)])
    assert server.task(state="absent").result["changed"] and server.stored() is None


# -- sessions


def test_write_brings_the_token_of_the_session(server):
    server.switch(gws_csrf=True)
    outcome = server.task(**GIVEN)
    assert outcome.error is None and len(server.writes()) == 1 and server.logins() == 1


@BOTH_STATUSES
@pytest.mark.parametrize("method, params", [("PUT", GIVEN), ("POST", {"name": "fresh", **GIVEN}), ("DELETE", {"state": "absent"})])
def test_stale_token_is_renewed_once(server, http_status, method, params):
    server.switch(gws_csrf=True, gws_error_http_status=http_status)
    server.fault("expire_tokens", method=method)
    outcome = server.task(**params)
    assert outcome.error is None and outcome.result["changed"] and server.logins() == 2
    assert server.writes() == [f"{method} {ONE if method == 'DELETE' else COLLECTION}"] * 2


def test_token_that_is_never_right_is_one_clear_sentence(server):
    body = {"statusCode": 3, "statusMessage": "Missing or invalid Csrf token"}
    server.fault("status", method="PUT", status=403, body=body, times=0)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, HybridError) and "Csrf token" in outcome.message and server.logins() == 2 and server.stored()["options"] == SECTION


def test_credentials_and_tokens_are_registered_as_secrets(server):
    server.switch(gws_csrf=True)
    outcome = server.task(**GIVEN)
    session_values = [secret for secret in outcome.secrets if len(secret) == 32 and secret.isalnum() and secret.islower()]
    assert {PASSWORD, base64.b64encode(f"default:{PASSWORD}".encode()).decode()} <= outcome.secrets and len(session_values) >= 2


def test_account_that_may_not_read_tenants_is_logged_in_all_the_same(server):
    server.fault("status", path="/tenants$", status=403, body={"statusCode": 5, "statusMessage": "no"}, times=0)
    assert server.task(**GIVEN).error is None


def test_password_that_must_be_changed_is_said(server):
    server.fault("status", path="/tenants$", status=200, body={"statusCode": 8, "statusMessage": "Change password demanded"}, times=0)
    outcome = server.task(**GIVEN)
    assert isinstance(outcome.error, AuthenticationError) and "must be changed first" in outcome.message


# -- format

RAW = {
    "DBID": "104",
    "tenantDBID": "1",
    "folderId": "110",
    "type": "21",
    "name": "n",
    "alias": "a",
    "description": "d",
    "recordPeriod": "5",
    "state": "1",
    "format": {"nested": ["kept"]},
    "userProperties": {"s": {"a": "v1", "n": 456, "list": [{"x": 1}], "none": None, "flag": True}, "empty": {}, "beside": "kept", "t": {"b": "2"}},
}
READ = {"s": {"a": "v1", "n": "456", "list": '[{"x": 1}]', "none": "", "flag": "true"}, "t": {"b": "2"}}


def test_object_is_read_whatever_its_annex_holds():
    expected = Transaction("1", "list", "n", "a", "d", 5, "enabled", "110", READ, "104")
    assert gws_format.transaction_of(RAW) == expected


@pytest.mark.parametrize(
    "change, attribute, expected",
    [
        ({"type": 21}, "type", "list"),
        ({"type": "0"}, "type", "0"),
        ({"type": "99"}, "type", "99"),
        ({"state": "2"}, "object_state", "disabled"),
        ({"state": "3"}, "object_state", "3"),
        ({"DBID": 104}, "dbid", "104"),
        ({"recordPeriod": None}, "record_period", 0),
        ({"alias": None}, "alias", ""),
        ({"folderId": None}, "folder_dbid", ""),
        ({"userProperties": None}, "options", {}),
        ({"userProperties": {"s": None, "l": [1], "n": 5}}, "options", {}),
    ],
)
def test_unusual_objects_are_read(change, attribute, expected):
    assert getattr(gws_format.transaction_of({**RAW, **change}), attribute) == expected


def test_delta_names_what_changes_and_nothing_else():
    base = gws_format.transaction_of(RAW)
    wanted = replace(base, description="new", object_state="disabled", options={"s": {"a": "v2", "n": "456", "flag": "true"}, "u": {"c": "3"}})
    assert gws_format.delta(base, wanted) == {
        "CfgTransaction": {"DBID": "104", "description": "new", "state": "2", "userProperties": {"u": {"c": "3"}}},
        "changedUserProperties": {"s": {"a": "v2"}},
        "deletedUserProperties": {"s": {"list": "", "none": ""}, "t": {"b": ""}},
    }
    whole = gws_format.delta(base, replace(wanted, dropped_sections=frozenset({"t", "never there"})))
    assert whole["deletedUserProperties"] == {"s": {"list": "", "none": ""}, "t": {}}
    assert gws_format.delta(base, base) == {"CfgTransaction": {"DBID": "104"}}


def test_plain_form_keeps_what_is_not_known_and_what_does_not_change():
    base = gws_format.transaction_of(RAW)
    body = gws_format.changed_object(base, replace(base, alias="b", options={**READ, "t": {"b": "9"}}))
    assert body == {**RAW, "alias": "b", "userProperties": {"s": RAW["userProperties"]["s"], "beside": "kept", "t": {"b": "9"}}}


@pytest.mark.parametrize("type_name", TRANSACTION_TYPES)
def test_every_type_survives_a_round_trip(type_name):
    wanted = Transaction("101", type_name, "n", "a", "d", 3, "disabled", "110", {"s": {"k": "v"}})
    assert gws_format.transaction_of(gws_format.new_object(wanted)) == wanted


@pytest.mark.parametrize(
    "owner, tenant", [({"CSID": "0", "DBID": "101", "type": "7"}, "101"), ({"DBID": 101}, "101"), ("101", "101"), ({"DBID": "5", "type": "3"}, ""), (None, "")]
)
def test_folder_names_the_tenant_that_owns_it(owner, tenant):
    folder = gws_format.folder_of({"DBID": "1", "name": "f", "type": 16, "ownerID": owner, "folderId": None})
    assert (folder.tenant_dbid, folder.holds_transactions, folder.parent_dbid) == (tenant, True, "")


@pytest.mark.parametrize(
    "status, body, meaning",
    [
        (200, {"statusCode": 0}, 200),
        (500, {"statusCode": 0}, 200),
        (200, {"statusCode": "6"}, 404),
        (200, {"statusCode": 20}, 401),
        (200, {"statusCode": 3}, 403),
        (501, {"statusCode": 3}, 501),
        (200, {"statusCode": 4, "platformCode": 10}, 404),
        (200, {"statusCode": 4, "platformCode": 5836044}, 409),
        (200, {"statusCode": 4, "platformCode": [10]}, 500),
        (200, {"statusCode": 9}, 500),
        (200, {"statusCode": 17}, 400),
        (200, {"statusCode": True}, 200),
        (503, {"message": "x"}, 503),
        (502, [], 502),
    ],
)
def test_status_code_decides(status, body, meaning):
    assert meaning_of(Answer("PUT", "/transactions", status, {}, json.dumps(body).encode())) == meaning


# -- words that echo what was sent


def test_echo_of_a_write_that_succeeded_is_no_refused_token(server):
    """The object may come back with the answer, and an option may be named like the token."""
    body = {"statusCode": 0, "transaction": {"userProperties": {"general": {"csrf_protection": "on"}}}}
    server.fault("status", method="PUT", status=200, body=body, processed=True, times=0)
    outcome = server.task(options={"general": {"csrf_protection": "on"}})
    assert outcome.error is None and len(server.writes()) == 1 and server.logins() == 1


@pytest.mark.parametrize(
    "status, body",
    [
        (403, {"statusCode": 5, "statusMessage": "no permission to write csrf_protection"}),
        (400, {"statusCode": 10, "statusMessage": "invalid value", "transaction": {"csrf": "x"}}),
    ],
)
def test_only_the_words_of_a_refusal_tell_of_a_token(server, status, body):
    server.fault("status", method="PUT", status=status, body=body, times=0)
    outcome = server.task(options={"general": {"csrf_protection": "on"}})
    assert outcome.error is not None and "token of this session" not in outcome.message
    assert len(server.writes()) == 1 and server.logins() == 1


# -- deltas and other writers


def test_delta_that_empties_a_section_keeps_what_somebody_else_added_to_it(server, monkeypatch):
    update = server.transport.update

    def late(self, base, wanted):
        monkeypatch.setattr(server.transport, "update", update)
        assert server.task(options={"ewt": {"client_id": "theirs"}}).error is None
        return update(self, base, wanted)

    monkeypatch.setattr(server.transport, "update", late)
    outcome = server.task(options={"ewt": {"password": None}})
    assert outcome.error is None and server.stored()["options"] == {**SECTION, "ewt": {"client_id": "theirs"}}


def test_section_that_the_user_wants_gone_goes_as_a_whole(server, monkeypatch):
    update = server.transport.update

    def late(self, base, wanted):
        monkeypatch.setattr(server.transport, "update", update)
        assert server.task(options={"ewt": {"client_id": "theirs"}}).error is None
        return update(self, base, wanted)

    monkeypatch.setattr(server.transport, "update", late)
    assert server.task(options={"ewt": None}).error is None and "ewt" not in server.stored()["options"]


# -- secrets that the server masks


@pytest.mark.parametrize("mask", ["masked", "empty"])
@pytest.mark.parametrize("params", [{"options": {"general": {"a": "9"}}}, {"description": "new"}, {"options": {"general": None}}])
def test_delta_that_does_not_touch_masked_secrets_is_written(server, mask, params):
    server.switch(cfgserver_secrets=mask)
    check, outcome = server.task(check=True, **params), server.task(**params)
    assert check.error is None and outcome.error is None and outcome.result["diff"] == check.result["diff"]
    assert server.stored()["options"]["ewt"] == SECTION["ewt"] and server.writes() == [f"PUT {COLLECTION}"]


@BOTH_STATUSES
@pytest.mark.parametrize("mask", ["masked", "empty"])
def test_whole_object_with_masked_secrets_is_not_written_where_deltas_are_not_offered(server, http_status, mask):
    server.switch(cfgserver_secrets=mask, gws_write_form="plain", gws_error_http_status=http_status)
    outcome = server.task(options={"general": {"a": "9"}})
    assert isinstance(outcome.error, ConflictError) and "ewt/password" in outcome.message and "not offered" in outcome.message
    assert server.writes() == [f"PUT {COLLECTION}"] and server.stored()["options"] == SECTION
