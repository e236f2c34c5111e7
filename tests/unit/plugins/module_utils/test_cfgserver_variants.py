# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A transaction's whole life through both interfaces under every behaviour that public evidence leaves open: one test for each value of each switch."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, ConflictError, VerificationError
from sandbox.cfgserver.switches import SWITCH_CHOICES, SWITCHES
from unit.plugins.module_utils.cfgserver_support import NAME, TRANSPORTS, Server, quick

OPEN_SETS = {"gax_prefix": ["/genesys/api"], "cfgserver_value_length": [3], "cfgserver_write_seconds": [0.1]}
# Switches that mean something only beside another one, and options without which a server cannot be reached at all.
BESIDE = {"gws_update": {"gws_write_form": "plain"}}
OPTIONS = {"gax_prefix": {"base_path": "/genesys/api"}, "gax_login=obfuscated_only": {"password_encoding": "gax"}}
# What no client can do anything about: the first task that notices fails with these words.
LOUD = {
    "gax_login=password_change": (AuthenticationError, "changed first"),
    "gax_host_refused=True": (AuthenticationError, "host whitelist"),
    "gax_put_mode=merge": (VerificationError, "general/b, gone/d had to be removed and is still there"),
    "gws_update=merge": (VerificationError, "general/b, gone/d had to be removed and is still there"),
    "cfgserver_mode=read_only": (ConflictError, "read-only mode"),
    "cfgserver_value_length=3": (VerificationError, "general/c was cut off after 3 of 4 characters"),
    "cfgserver_lost_update=changed": (VerificationError, "another writer changed it"),
    "cfgserver_lost_update=reverted": (VerificationError, "general/a has another value"),
}
OTHERS = [
    {"name": NAME, "tenant": "Example One", "options": {"general": {"a": "other tenant"}}},
    {"name": NAME, "type": "CFGTRTMacro", "options": {"general": {"a": "other type"}}},
    {"name": NAME.upper(), "alias": "other alias", "options": {"general": {"a": "other case"}}},
    {"name": NAME + "_2", "options": {"general": {"a": "longer name"}}},
]


def variants():
    for name, default in SWITCHES.items():
        apis = [api for api in TRANSPORTS if name.startswith((api, "cfgserver"))]
        for value in OPEN_SETS.get(name) or [choice for choice in SWITCH_CHOICES[name] if choice != default]:
            yield from (pytest.param(api, name, value, id=f"{api}-{name}={value}") for api in apis)


VARIANTS = list(variants())


def life(server, **options):
    """Create, create again, change, change again, read, delete, delete again; the first failure ends it. Every outcome."""
    created = {"general": {"a": "1", "b": "2"}, "gone": {"d": "4"}}
    changed = {"general": {"a": "9", "b": None, "c": "3333"}, "gone": None}
    steps = [({"options": created}, True), ({"options": created}, False), ({"options": changed}, True), ({"options": changed}, False)]
    for params, changes in steps:
        outcome = server.task(**params, **options)
        if outcome.error is not None:
            return outcome
        assert outcome.result["changed"] is changes, params
    info = server.info(name=NAME, **options)
    assert [item["options"] for item in info.result["transactions"]] == [{"general": {"a": "9", "c": "3333"}}]
    assert server.task(state="absent", **options).result["changed"] and not server.task(state="absent", **options).result["changed"]
    return outcome


def untouched(server):
    kept = [server.stored(item["name"], 101 if "tenant" in item else 1) for item in OTHERS if "type" not in item]
    return [item["options"]["general"]["a"] for item in kept] == ["other tenant", "other case", "longer name"]


@pytest.mark.parametrize("api", TRANSPORTS)
def test_life_with_every_switch_as_it_begins(process, monkeypatch, api):
    quick(monkeypatch)
    server = Server(process, api)
    server.reset(OTHERS)
    assert life(server).error is None and untouched(server)


@pytest.mark.parametrize("api, switch, value", VARIANTS)
def test_life_under_every_variant(process, monkeypatch, api, switch, value):
    quick(monkeypatch)
    server, variant = Server(process, api), f"{switch}={value}"
    others = [item for item in OTHERS if variant != "cfgserver_name_collation=case_insensitive" or item["name"] != NAME.upper()]
    server.reset(others, **{switch: value, **BESIDE.get(switch, {})})
    outcome = life(server, **OPTIONS.get(switch, OPTIONS.get(variant, {})))
    if variant in LOUD:
        error, part = LOUD[variant]
        assert isinstance(outcome.error, error) and part in outcome.message, outcome.message
    else:
        assert outcome.error is None, outcome.message
        assert len(others) < len(OTHERS) or untouched(server)


def test_every_switch_is_thrown():
    assert {parameter.values[1] for parameter in VARIANTS} == set(SWITCHES)
    assert set(LOUD) <= {f"{parameter.values[1]}={parameter.values[2]}" for parameter in VARIANTS}


@pytest.mark.parametrize("api", TRANSPORTS)
@pytest.mark.parametrize("mode, name, part", [("read_only", "default", "read-only mode"), ("emergency", "branch", "emergency mode")])
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("http_status", ["matching", "always_200"])
def test_server_that_accepts_no_writes(process, monkeypatch, api, mode, name, part, state, http_status):
    quick(monkeypatch)
    server = Server(process, api)
    section = {"general": {"a": "1"}, "ewt": {"password": "geheim-1"}}
    server.reset([{"name": "other", "tenant": "Example One", "options": section}], cfgserver_mode=mode, gws_error_http_status=http_status)
    given = {"options": {"general": {"a": "9"}}, "secret_options": {"ewt": {"password": "geheim-2"}}} if state == "present" else {}
    outcome = server.task(name="other", tenant="Example One", state=state, username=name, **given)
    assert isinstance(outcome.error, ConflictError) and part in outcome.message, outcome.message
    assert "geheim" not in outcome.message and server.stored("other", 101)["options"] == section
    # It is no sign of a dead session, and no other form of the write is tried.
    assert len(server.writes()) == 1 and server.logins() == 1
