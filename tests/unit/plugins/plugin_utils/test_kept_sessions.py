# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens, logins and answers that one task leaves to the next: who gets them, what lies on the disk, and how they end."""

from __future__ import annotations

import resource
import signal
import threading
import time
from typing import Any

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._memory import LONGEST_AGE
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_oauth_clients, purecloud_organization_info
from ansible_collections.genesys.hybrid.plugins.plugin_utils._kept_sessions import KeptSessions
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, Server

SETTINGS = {"url": ["https://gax.example.com"], "username": "default", "password": "sehr-geheim-0815"}
OPTIONS = {"general": {"organization_id": "1"}}


@pytest.fixture
def sessions(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    return KeptSessions(folder)


def answer(body: str) -> dict[str, Any]:
    return {"asked": {"body": body, "size": len(body), "at": time.monotonic()}}


def everything_in(sessions) -> bytes:
    return b"".join(path.name.encode() + path.read_bytes() for path in sessions._folder.iterdir())


def test_the_next_task_with_the_same_settings_gets_what_was_left(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS) as kept:
        kept["session"] = "a-session-cookie"
    with sessions.lend("cfgserver", SETTINGS) as kept:
        assert kept == {"session": "a-session-cookie"}


@pytest.mark.parametrize("changed", [{"password": "another"}, {"username": "auditor"}, {"url": ["https://other.example.com"]}, {"validate_certs": False}])
def test_nobody_else_gets_it(sessions, changed) -> None:
    with sessions.lend("cfgserver", SETTINGS) as kept:
        kept["session"] = "a-session-cookie"
    with sessions.lend("cfgserver", {**SETTINGS, **changed}) as kept:
        assert kept == {}
    with sessions.lend("purecloud", SETTINGS) as kept:
        assert kept == {}


def test_two_tasks_at_once_never_share_a_session(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS) as first, sessions.lend("cfgserver", SETTINGS) as second:
        first["session"], second["session"] = "one", "two"
    with sessions.lend("cfgserver", SETTINGS) as first, sessions.lend("cfgserver", SETTINGS) as second:
        assert (first["session"], second["session"]) == ("one", "two")


def test_answers_follow_their_host_from_session_to_session(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS, host="one") as one, sessions.lend("cfgserver", SETTINGS, host="two") as two:
        one.update(session="1", answers=(by_one := answer("by one")))
        two.update(session="2", answers=(by_two := answer("by two")))
    with sessions.lend("cfgserver", SETTINGS, host="two") as two, sessions.lend("cfgserver", SETTINGS, host="one") as one:
        assert (two, one) == ({"session": "1", "answers": by_two}, {"session": "2", "answers": by_one})
    with sessions.lend("cfgserver", {**SETTINGS, "username": "auditor"}, host="one") as kept:
        assert kept == {}


def test_answers_are_forgotten_by_a_task_that_writes_and_fails(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        kept["answers"] = answer("before")
    task = sessions.lend("cfgserver", SETTINGS, host="one")
    task.__enter__()["answers"].clear()
    assert task.__exit__(RuntimeError, RuntimeError("fails"), None) is False
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        assert "answers" not in kept


def test_a_task_that_is_to_be_fresh_gets_its_session_and_no_answers(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        kept.update(session="1", answers=answer("before"))
    with sessions.lend("cfgserver", SETTINGS, host="one", fresh=True) as kept:
        assert kept == {"session": "1"}


@pytest.mark.parametrize("written", [True, False], ids=["on a disk with room", "on a full disk"])
def test_after_a_write_nobody_gets_an_answer_from_before_it(sessions, written) -> None:
    for host in ("one", "two"):
        with sessions.lend("cfgserver", SETTINGS, host=host) as kept:
            kept["answers"] = answer("before")
    if not written:
        (sessions._folder / "hybrid-written").mkdir()
    sessions.forget()
    if not written:
        (sessions._folder / "hybrid-written").rmdir()
    for host in ("one", "two"):
        with sessions.lend("cfgserver", SETTINGS, host=host) as kept:
            assert "answers" not in kept
            kept["answers"] = after = answer("after")
        with sessions.lend("cfgserver", SETTINGS, host=host) as kept:
            assert kept["answers"] == after


def test_what_is_read_while_a_task_may_still_write_is_no_answer_later(sessions) -> None:
    sessions.forget(60.0)
    sessions.forget()
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        kept["answers"] = answer("meanwhile")
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        assert "answers" not in kept


def test_a_disk_that_is_full_costs_no_task(sessions) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))
        with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
            kept.update(session="x" * 10_000, answers=answer("y" * 10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, handler)
    with sessions.lend("cfgserver", SETTINGS, host="one") as kept:
        assert kept == {}


def test_nothing_readable_lies_on_the_disk_and_another_key_opens_nothing(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS) as kept:
        kept["session"], kept["answers"] = "a-session-cookie", answer("an-answer")
    for secret in ("a-session-cookie", "an-answer", SETTINGS["password"], SETTINGS["username"], "gax.example.com"):
        assert secret.encode() not in everything_in(sessions)
    assert [path.stat().st_mode & 0o777 for path in sessions._folder.iterdir()] == [0o600, 0o600]
    stranger = KeptSessions(sessions._folder)
    for path in sessions._folder.iterdir():
        with path.open("rb") as stream:
            assert stranger._read(stream) == {}


def test_a_file_that_was_cut_off_counts_as_empty(sessions) -> None:
    with sessions.lend("cfgserver", SETTINGS) as kept:
        kept["session"] = "a-session-cookie"
    (path,) = sessions._folder.glob("hybrid-session-*")
    path.write_bytes(path.read_bytes()[:-5])
    with sessions.lend("cfgserver", SETTINGS) as kept:
        assert kept == {}


def test_a_folder_that_others_may_enter_keeps_nothing(sessions) -> None:
    sessions._folder.chmod(0o755)
    with sessions.lend("cfgserver", SETTINGS) as kept:
        assert kept is None
    assert list(sessions._folder.iterdir()) == []


@pytest.fixture(params=["gax", "gws"])
def server(sandbox, sessions, request):
    server = Server(sandbox, request.param, sessions.lend)
    server.reset()
    yield server
    sandbox.control("POST", "reset")


def test_one_login_serves_all_tasks_and_is_ended_with_the_run(server, sessions) -> None:
    assert server.task(options=OPTIONS).result["changed"]
    assert not server.task(options=OPTIONS).result["changed"]
    assert server.info(name=NAME).result["transactions"]
    assert server.logins() == 1 and not logouts(server)

    sessions.end()
    assert logouts(server) == (1 if server.api == "gax" else 0)  # Web Services have no logout
    sessions.end()
    assert logouts(server) <= 1


def logouts(server) -> int:
    return sum(entry["path"].endswith("/session/logout") for entry in server._journal())


def test_a_kept_session_that_died_is_opened_anew_and_a_write_is_sent_once(server) -> None:
    assert server.task(options=OPTIONS).error is None
    server.process.control("POST", "clock", {"advance": 100_000})
    written = len(server.writes())
    outcome = server.task(options={"general": {"organization_id": "2"}})
    assert outcome.error is None and server.stored()["options"]["general"]["organization_id"] == "2"
    # Every request to Web Services carries the credentials, so that the server opens another session by itself.
    assert server.logins() == (2 if server.api == "gax" else 1)
    assert len(server.writes()) == written + 1


def test_a_kept_session_is_a_secret_of_the_task_that_goes_on_with_it(server) -> None:
    first, second = server.info(name=NAME), server.info(name=NAME)
    assert first.secrets - {PASSWORD} and second.secrets >= first.secrets - {PASSWORD}


def test_a_plan_uses_what_was_read_moments_ago_and_a_write_or_an_info_does_not(server) -> None:
    server.info(name=NAME)
    read = len(server.requests("GET"))
    planned = server.task(check=True, options=OPTIONS)
    assert planned.result["changed"] and len(server.requests("GET")) < 2 * read + 2
    before = len(server.requests("GET"))
    assert server.task(check=True, options=OPTIONS).result["diff"] == planned.result["diff"]
    assert len(server.requests("GET")) == before

    server.info(name=NAME)
    assert len(server.requests("GET")) > before
    before = len(server.requests("GET"))
    assert server.task(options=OPTIONS).result["changed"]
    assert len(server.requests("GET")) > before
    assert not server.task(check=True, options=OPTIONS).result["changed"], "a plan after the write knows of it"


def test_what_was_asked_before_a_write_and_answered_after_it_is_read_again(server, sessions) -> None:
    slow = {"kind": "delay", "seconds": 0.6, "method": "GET", "path": "/transactions$|/cfg/objects$", "times": 1}
    server.process.control("POST", "faults", slow)
    writer = threading.Timer(0.3, sessions.forget)
    writer.start()
    server.task(check=True, options=OPTIONS)
    writer.join()
    before = len(server.requests("GET"))
    server.task(check=True, options=OPTIONS)
    assert len(server.requests("GET")) > before


def test_what_was_read_long_ago_is_read_again(server, monkeypatch) -> None:
    server.info(name=NAME)
    server.task(check=True, options=OPTIONS)
    before = len(server.requests("GET"))
    monkeypatch.setattr("ansible_collections.genesys.hybrid.plugins.module_utils._memory.LONGEST_AGE", -LONGEST_AGE)
    server.task(check=True, options=OPTIONS)
    assert len(server.requests("GET")) > before


def test_one_token_serves_all_tasks_and_a_refused_one_is_replaced(sandbox, sessions) -> None:
    sandbox.control("POST", "reset")
    account = {"api_url": sandbox.info["purecloud_url"], "client_id": sandbox.info["client_id"], "client_secret": sandbox.info["client_secret"]}
    context = Context(check_mode=False, diff=False, warn=lambda _text: None, register_secret=lambda _secret: None, lend=sessions.lend)

    def task(spec, **options):
        defaults = {name: option.get("default") for name, option in spec.argument_spec().items()}
        return run(spec, {**defaults, **account, **options}, context)

    def minted():
        return sum(entry["path"] == "/oauth/token" for entry in sandbox.control("GET", "requests"))

    for _task in range(3):
        task(purecloud_organization_info.SPEC)
    task(purecloud_oauth_clients.SPEC, clients=[])
    assert minted() == 1
    sandbox.control("POST", "clock", {"advance": 1_000_000})
    assert task(purecloud_organization_info.SPEC)["organizations"] and minted() == 2
    task(purecloud_organization_info.SPEC)
    assert minted() == 2
    sandbox.control("POST", "reset")
