# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Configuration Server half inside the real sandbox process: ready line, switches, reset, clock, journal, faults, state file."""

from __future__ import annotations

import pytest
import requests

from sandbox.cfgserver.probe import Gax, Gws, gax_options
from sandbox.process import SandboxProcess


@pytest.fixture
def sandbox(process):
    process.control("POST", "reset")
    return process


def gax_of(sandbox):
    url, prefix = sandbox.info["gax_url"].removesuffix("/gax/api"), "/gax/api"
    client = Gax(url, sandbox.info["cfgserver_username"], sandbox.info["cfgserver_password"], prefix)
    assert client.login().status_code == 204
    return client


def gws_of(sandbox):
    return Gws(sandbox.info["gws_url"], sandbox.info["cfgserver_username"], sandbox.info["cfgserver_password"])


def test_the_ready_line_leads_to_both_front_ends(sandbox):
    made = gax_of(sandbox).create("probe", {"s": {"k": "v"}})
    assert gws_of(sandbox).get(made["dbid"])["userProperties"] == {"s": {"k": "v"}}


def test_a_switch_thrown_by_the_control_endpoint_works_until_the_reset(sandbox):
    gax = gax_of(sandbox)
    dbid = gax.create("probe", {"s": {"password": "v"}})["dbid"]
    sandbox.control("POST", "faults", {"switches": {"cfgserver_secrets": "masked", "gax_dead_session": "redirect"}})
    assert gax_options(gax.get(dbid)) == {"s": {"password": "****"}}
    sandbox.control("POST", "reset")
    assert gax.call("GET", "user/info").status_code == 401
    assert gax_of(sandbox).objects(name="probe") == []


def test_the_prefix_follows_its_switch_and_leaves_the_other_half_alone(sandbox):
    sandbox.control("POST", "faults", {"switches": {"gax_prefix": "/elsewhere"}})
    origin = sandbox.info["gws_url"]
    client = Gax(origin, sandbox.info["cfgserver_username"], sandbox.info["cfgserver_password"], "/elsewhere")
    assert client.login().status_code == 204
    assert requests.get(sandbox.info["gax_url"] + "/version", timeout=10).status_code == 404
    assert requests.get(origin + "/api/v2/organizations/me", timeout=10).status_code == 401
    assert requests.get(origin + "/api/v2/nothing/version", timeout=10).status_code == 404


def test_a_reset_may_bring_another_seed_and_other_switches(sandbox):
    organizations = [{"name": "One"}]
    seed = {"organizations": organizations, "cfgserver": {"accounts": [{"username": "u", "password": "p"}], "tenants": ["Only"]}}
    answer = sandbox.control("POST", "reset", {"seed": seed, "switches": {"gax_create_body": "empty"}})
    assert (answer["cfgserver_username"], answer["cfgserver_password"]) == ("u", "p")
    client = Gax(sandbox.info["gws_url"], "u", "p")
    client.login()
    assert [item["name"] for item in client.objects("CfgTenant")] == ["Only"]
    with pytest.raises(RuntimeError, match="400"):
        sandbox.control("POST", "reset", {"seed": {"organizations": organizations, "cfgserver": {"tenants": ["Same", "Same"]}}})


def test_sessions_follow_the_sandbox_clock(sandbox):
    gax = gax_of(sandbox)
    sandbox.control("POST", "clock", {"advance": 601})
    assert gax.call("GET", "user/info").status_code == 401


def test_the_journal_names_the_user_and_shows_every_write(sandbox):
    gax, username = gax_of(sandbox), sandbox.info["cfgserver_username"]
    sandbox.control("DELETE", "requests")
    gax.create("probe")
    gws_of(sandbox).call("GET", "transactions")
    journal = [(entry["method"], entry["path"], entry["status"], entry["client"]) for entry in sandbox.control("GET", "requests")]
    assert journal == [
        ("POST", "/gax/api/cfg/objects", 201, username),
        ("GET", "/api/v2/platform/configuration/transactions", 200, username),
    ]


def test_faults_hit_both_front_ends(sandbox):
    gax, gws = gax_of(sandbox), gws_of(sandbox)
    fault = {"kind": "status", "status": 503, "times": 0}
    sandbox.control("POST", "faults", {"faults": [{**fault, "path": "/gax/api/cfg/"}, {**fault, "path": "/platform/configuration/"}]})
    assert gax.call("GET", "cfg/objects?type=CfgTransaction").status_code == 503
    assert gws.call("GET", "transactions").status_code == 503
    sandbox.control("DELETE", "faults")
    assert gax.objects("CfgHost") == []


def test_an_answer_lost_after_processing_leaves_the_object(sandbox):
    gax = gax_of(sandbox)
    sandbox.control("POST", "faults", {"kind": "reset_after", "method": "POST", "path": "/cfg/objects"})
    with pytest.raises(requests.ConnectionError):
        gax.create("probe")
    assert [item["name"] for item in gax.objects(name="probe")] == ["probe"]


def test_the_state_file_keeps_objects_and_passwords(tmp_path):
    state = tmp_path / "state.json"
    with SandboxProcess("--state", state) as first:
        dbid = gax_of(first).create("probe", {"s": {"password": "S3cret\n"}})["dbid"]
        password = first.info["cfgserver_password"]
    with SandboxProcess("--state", state) as second:
        assert second.info["cfgserver_password"] == password
        assert gax_options(gax_of(second).get(dbid)) == {"s": {"password": "S3cret\n"}}
