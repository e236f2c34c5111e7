# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON of GAX and the neutral objects, tenants and folders by name, and the words of errors: without a server."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import replace
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import answers, gax_format
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gax import GaxLogin, obfuscated
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gws import GwsLogin
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.places import folder_named, root_folder, tenant_named
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transport import ENVIRONMENT, TRANSACTION_TYPES, Folder, Tenant, Transaction
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    RateLimitedError,
    UnreachableError,
    ValidationError,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._http import Answer

RAW = {
    "type": "CfgTransaction",
    "subtype": "CFGTRTList",
    "dbid": "104",
    "tenantdbid": "1",
    "folderid": "110",
    "name": "hybrid_integration",
    "alias": "hybrid_integration",
    "recordperiod": "5",
    "description": "d",
    "state": "CFGEnabled",
    "format": {"nested": ["kept"]},
    "userproperties": {
        "property": [
            {"value": "v2", "section": "s", "key": "b", "unknown": "kept"},
            {"key": "a", "section": "s", "value": "v1"},
            {"section": "empty", "key": "", "value": ""},
        ],
        "beside": "kept",
    },
}


def read(raw):
    warnings = []
    return gax_format.transaction_of(raw, warnings.append), warnings


def test_object_is_read():
    transaction, warnings = read(RAW)
    assert transaction == Transaction("1", "list", "hybrid_integration", "hybrid_integration", "d", 5, "enabled", "110", {"s": {"a": "v1", "b": "v2"}}, "104")
    assert warnings == []


@pytest.mark.parametrize(
    "change, attribute, expected",
    [
        ({"subtype": "cfgtrtLIST"}, "type", "list"),
        ({"subtype": "CFGTRTStatTimeProfile"}, "type", "stat_time_profile"),
        ({"subtype": "CFGTRTNoTransactionType"}, "type", "CFGTRTNoTransactionType"),
        ({"state": "CFGDisabled"}, "object_state", "disabled"),
        ({"state": "CFGDeleted"}, "object_state", "CFGDeleted"),
        ({"recordperiod": None}, "record_period", 0),
        ({"recordperiod": 7}, "record_period", 7),
        ({"alias": None}, "alias", ""),
        ({"dbid": 104}, "dbid", "104"),
        ({"userproperties": None}, "options", {}),
        ({"userproperties": {}}, "options", {}),
        ({"userproperties": {"property": None}}, "options", {}),
        ({"userproperties": {"property": {"section": "s", "key": "k", "value": "v"}}}, "options", {"s": {"k": "v"}}),
        (
            {"userproperties": {"property": [{"section": "s", "key": "k", "value": 5}, {"section": "s", "key": "n", "value": None}]}},
            "options",
            {"s": {"k": "5", "n": ""}},
        ),
        ({"userproperties": {"property": [{"section": "s", "key": "l", "value": [{"x": [1]}]}, "odd", None]}}, "options", {"s": {"l": '[{"x": [1]}]'}}),
        ({"userproperties": "odd"}, "options", {}),
    ],
)
def test_unusual_objects_are_read(change, attribute, expected):
    transaction, _warnings = read({**RAW, **change})
    assert getattr(transaction, attribute) == expected


def test_other_case_of_attribute_names_is_read_and_kept():
    raw = {("recordPeriod" if key == "recordperiod" else key): value for key, value in RAW.items()}
    transaction, _warnings = read(raw)
    assert transaction.record_period == 5
    body = gax_format.changed_object(transaction, replace(transaction, record_period=6))
    assert body["recordPeriod"] == "6" and "recordperiod" not in body


def test_repeated_options_are_folded_with_a_warning_that_shows_no_value():
    entries = [{"section": "s", "key": "k", "value": value} for value in ("first", "second", "last")]
    transaction, warnings = read({**RAW, "userproperties": {"property": entries}})
    assert transaction.options == {"s": {"k": "last"}}
    assert len(warnings) == 1 and "s/k" in warnings[0] and "first" not in warnings[0] and "last value" in warnings[0]


def test_write_changes_only_what_differs():
    base, _warnings = read(RAW)
    body = gax_format.changed_object(base, replace(base, description="new", options={"s": {"a": "v1", "b": "v3"}, "t": {"c": "v4"}}))
    assert {key: value for key, value in body.items() if key != "userproperties"} == {
        **{k: v for k, v in RAW.items() if k != "userproperties"},
        "description": "new",
    }
    assert body["userproperties"] == {
        "beside": "kept",
        "property": [
            {"key": "a", "section": "s", "value": "v1"},
            {"section": "s", "key": "b", "value": "v3", "unknown": "kept"},
            {"section": "t", "key": "c", "value": "v4"},
        ],
    }


def test_unchanged_values_that_are_no_strings_are_sent_as_they_were():
    base, _warnings = read({**RAW, "userproperties": {"property": [{"section": "s", "key": "n", "value": 456}, {"section": "s", "key": "m", "value": 1}]}})
    body = gax_format.changed_object(base, replace(base, options={"s": {"n": "456", "m": "2"}}))
    assert [entry["value"] for entry in body["userproperties"]["property"]] == ["2", 456]


@pytest.mark.parametrize("type_name", TRANSACTION_TYPES)
def test_every_type_survives_a_round_trip(type_name):
    wanted = Transaction("101", type_name, "n", "a", "d", 3, "disabled", "110", {"s": {"k": "v"}})
    body = gax_format.new_object(wanted)
    assert body["type"] == "CfgTransaction" and body["subtype"].startswith("CFGTRT") and "dbid" not in body
    assert read(body)[0] == wanted


@pytest.mark.parametrize("password", ["", "password", "ä€𝄞", "\ud800", "\uffff"])
def test_obfuscated_password_can_be_undone(password):
    sent = obfuscated(password)
    units = [chr((ord(total) - ord(shift)) % 0x10000) for total, shift in zip(sent[::2], sent[1::2], strict=True)]
    assert "".join(units).encode("utf-16-le", "surrogatepass") == password.encode("utf-16-le", "surrogatepass")
    json.dumps(sent).encode("ascii")


class Tenants:
    """``filters(tenant, name)`` is how this server selects by name."""

    def __init__(self, filters=lambda tenant, name: tenant == name):
        self.filters, self.asked = filters, []

    def tenants(self, name=None):
        self.asked.append(name)
        known = [Tenant("101", "Resources"), Tenant("102", "Example One"), Tenant("103", "Example One More")]
        return [tenant for tenant in known if name is None or self.filters(tenant.name, name)]


@pytest.mark.parametrize("name, dbid, asked", [("Environment", "1", []), ("Example One", "102", ["Example One"])])
def test_tenant_by_name(name, dbid, asked):
    transport = Tenants()
    assert (tenant_named(transport, name).dbid, transport.asked) == (dbid, asked)


def refused(tenant, name):
    raise ValidationError("name is no attribute to select by", status=400)


@pytest.mark.parametrize("filters", [refused, lambda tenant, name: True, lambda tenant, name: False, lambda tenant, name: tenant.startswith(name)])
def test_tenant_by_name_on_a_server_that_filters_otherwise(filters):
    assert tenant_named(Tenants(filters), "Example One").dbid == "102"


@pytest.mark.parametrize("name, closest", [("environment", "Environment"), ("Resource", "Resources"), ("example one", "Example One"), ("xyz", "Resources")])
def test_unknown_tenant_names_the_closest(name, closest):
    with pytest.raises(ValidationError) as caught:
        tenant_named(Tenants(), name)
    assert repr(name) in caught.value.message and closest in caught.value.message


ROOT = Folder("110", "1", "Lists and macros", "101", True)
FOLDERS = [Folder("111", "1", "Cloud", "110", True), ROOT, Folder("105", "1", "Scripts", "101", False), Folder("112", "1", "Cloud", "111", True)]


def test_root_folder_is_found_whatever_its_name():
    assert root_folder(FOLDERS, ENVIRONMENT) == ROOT


@pytest.mark.parametrize("folders, error", [([FOLDERS[2]], ValidationError), ([ROOT, replace(ROOT, dbid="120")], ConflictError)])
def test_no_or_several_root_folders_are_an_error(folders, error):
    with pytest.raises(error, match="Environment"):
        root_folder(folders, ENVIRONMENT)


@pytest.mark.parametrize(
    "wanted, dbid, error, parts",
    [
        ("Lists and macros", "110", None, []),
        ("110", "110", None, []),
        ("112", "112", None, []),
        ("Cloud", None, ConflictError, ["ambiguous", "DBID 111", "DBID 112"]),
        ("Scripts", None, ValidationError, ["another type", "'Lists and macros' (DBID 110)"]),
        ("105", None, ValidationError, ["another type"]),
        ("lists and macro", None, ValidationError, ["closest is 'Lists and macros'", "DBID 111"]),
    ],
)
def test_folder_by_name(wanted, dbid, error, parts):
    if error is None:
        assert folder_named(FOLDERS, ENVIRONMENT, wanted).dbid == dbid
        return
    with pytest.raises(error) as caught:
        folder_named(FOLDERS, ENVIRONMENT, wanted)
    assert all(part in caught.value.message for part in parts), caught.value.message


def answer(status, body, method="PUT"):
    return Answer(method, "/cfg/objects/CfgTransaction/104", status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


SENT = read({**RAW, "userproperties": {"property": [{"section": "s", "key": "password", "value": 'p"ä ss'}, {"section": "s", "key": "flag", "value": "1"}]}})[0]


@pytest.mark.parametrize(
    "status, body, method, error, part",
    [
        (401, {"message": "m"}, "GET", AuthenticationError, "object permissions"),
        (403, {"message": "The server is in Read-Only mode"}, "PUT", ConflictError, "in read-only mode"),
        (500, {"message": "emergency mode"}, "POST", ConflictError, "in emergency mode"),
        (404, b"", "GET", NotFoundError, "base_path"),
        (409, {"message": "x"}, "POST", ConflictError, "upper and lower case"),
        (400, {"code": "CFGUniquenessViolation", "message": "no"}, "PUT", ConflictError, "(CFGUniquenessViolation: no)"),
        (501, b"", "PUT", UnreachableError, "does not offer the operation"),
        (500, {"message": "Configuration Server is switching over"}, "PUT", UnreachableError, "failing over to its backup"),
        (400, {"message": "no"}, "POST", ValidationError, "one reason can be that another object"),
        (500, b"", "POST", UnreachableError, "one reason can be that another object"),
        (400, {"message": "CFGUniquenessViolation"}, "POST", ConflictError, "lacks the right to read it"),
        (500, {"message": "CFGUniquenessViolation"}, "POST", ConflictError, "lacks the right to read it"),
        (400, b"plain words", "PUT", ValidationError, "plain words"),
        (429, {}, "PUT", RateLimitedError, "retry budget"),
        (503, b"<html>Proxy error</html>", "PUT", UnreachableError, "HTTP 503: GAX"),
    ],
)
def test_answers_become_one_sentence(status, body, method, error, part):
    found = answers.answer_error(answers.GAX, answer(status, body, method), [SENT])
    assert isinstance(found, error) and part in found.message and "\n" not in found.message
    assert found.details()["failure"]["status"] == status
    # Of a write that failed somewhere behind the interface nobody knows; 501 and 503 say that it was not executed, a refusal says so as well.
    unknown = status >= 500 and (method == "POST" or status not in (501, 503)) and "emergency" not in found.message
    assert found.maybe_processed == unknown


KEY = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI\n+/x==\n-----END"
ECHOES = {
    "as it is": str,
    "shortened": lambda secret: f"value too long: {secret[:12]}",
    "other line breaks": lambda secret: secret.replace("\n", "\r\n"),
    "on one line": lambda secret: secret.replace("\n", " "),
    "JSON": json.dumps,
    "JSON in JSON": lambda secret: json.dumps(json.dumps({"error": secret})),
    "URL-encoded": quote,
    "URL-encoded, all of it": lambda secret: quote(secret, safe=""),
    "form-encoded": quote_plus,
    "HTML": html.escape,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "URL-safe base64": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode(),
    "base64 of a pair": lambda secret: base64.b64encode(f"me:{secret}".encode()).decode(),
    "escaped": lambda secret: "".join(f"\\u{ord(character):04X}" for character in secret),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("secret", ["gen3sys!P4ss/word", 'Pa&s s%w"rd+ü', KEY])
def test_nothing_that_was_sent_shows_in_an_error_in_any_form(secret, echo):
    sent = replace(SENT, options={"s": {"password": secret}})
    shown = echo(secret)
    for body in ({"message": f"bad value {shown}"}, {"other": f"bad value {shown}"}, f"bad value {shown}".encode()):
        message = answers.answer_error(answers.GAX, answer(400, body), [sent]).message
        assert "bad value" not in message
        assert "HTTP 400 (its own words repeat a value that was sent and are not shown)" in message


def test_long_answers_are_cut():
    assert len(answers.answer_error(answers.GAX, answer(400, b"x" * 10000), [SENT]).message) < 400


NAMED = replace(
    SENT,
    name="emergency mode",
    alias="read_only_mode",
    description="for a failover in progress",
    options={"backup": {"uniqueness": "1", "mode": "Read-Only mode"}},
)


@pytest.mark.parametrize(
    "status, words, error, part",
    [
        (400, "transaction emergency_hours exists", ConflictError, "upper and lower case"),
        (403, "transaction emergency_hours may not be written", AuthenticationError, "may not do that"),
        (409, "transaction emergency mode", ConflictError, "upper and lower case"),
        (403, "no right to write 'EMERGENCY MODE' (alias read_only_mode)", AuthenticationError, "may not do that"),
        (400, "description 'for a failover in progress' is too long", ValidationError, "does not accept"),
        (400, "option uniqueness in section backup is wrong", ValidationError, "does not accept"),
        (400, "the value Read-Only mode of mode is wrong", ValidationError, "does not accept"),
        (403, "Configuration Server is in read-only mode!", AuthenticationError, "may not do that"),
        (403, "the mode of Configuration Server is read-only", ConflictError, "in read-only mode"),
        (403, "no write in the mode Emergency, says the server", ConflictError, "in emergency mode"),
        (400, "the alias must be unique", ConflictError, "upper and lower case"),
    ],
)
def test_names_that_were_sent_are_not_taken_for_states_of_the_server(status, words, error, part):
    found = answers.answer_error(answers.GAX, answer(status, {"message": words}), [NAMED])
    assert isinstance(found, error) and part in found.message, found.message


def test_names_that_a_write_removes_are_not_taken_for_states_either():
    removed = replace(SENT, options={"switchover": {"read-only mode": "1"}})
    said = {"message": "no right to delete read-only mode from switchover"}
    assert isinstance(answers.answer_error(answers.GAX, answer(403, said), [removed, SENT]), AuthenticationError)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
@pytest.mark.parametrize("login", [GaxLogin, GwsLogin])
def test_dead_session_is_noticed_whatever_names_its_answer_repeats(login, method):
    session = login({"username": "me", "password": "p", "password_encoding": "plain"}, lambda secret: None)
    said = answer(401, {"message": "not logged in: emergency mode (alias read_only_mode) was not written"}, method)
    assert session.died(said, [NAMED])
    closed = answer(403, {"message": "the mode of Configuration Server is read-only"}, "PUT")
    assert not session.died(closed, [NAMED])


def test_name_that_a_read_asks_for_is_not_taken_for_a_state():
    said = answer(403, {"message": "no right to read failover_numbers"}, "GET")
    assert isinstance(answers.answer_error(answers.GAX, said, asked=["CfgTransaction", "failover_numbers"]), AuthenticationError)


def test_name_of_an_account_is_not_taken_for_a_state():
    said = answer(500, {"message": "no session for failover_admin"}, "POST")
    assert "try again later" in answers.login_error(answers.GAX, said, "https://gax.example.com", "failover_admin", []).message


def test_object_that_cannot_be_deleted_is_not_said_to_be_taken():
    said = answer(409, {"message": "another object that depends on it exists"}, "DELETE")
    assert "upper and lower case" not in answers.answer_error(answers.GAX, said, [SENT]).message


@pytest.mark.parametrize(
    "given, environ, expected",
    [
        (None, {}, None),
        (None, {"CFGSERVER_API": "gax"}, "gax"),
        (None, {"CFGSERVER_API": "gws"}, "gws"),
        ("auto", {}, "auto"),
        ("gax", {"CFGSERVER_API": "nonsense"}, "gax"),
        ("", {"CFGSERVER_API": ""}, None),
    ],
)
def test_interface_option_and_environment(given, environ, expected):
    defaults = {name: option.get("default") for name, option in CFGSERVER.argument_spec().items()}
    assert CFGSERVER.settings({**defaults, "cfgserver_api": given}, environ)["cfgserver_api"] == expected


def test_unknown_interface_in_the_environment_is_refused():
    with pytest.raises(ValidationError, match="cfgserver_api must be one of gax, gws, auto"):
        CFGSERVER.settings({"timeout": 60}, {"CFGSERVER_API": "nonsense"})
