# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every kind of request meets every fault: the task does its work or says in one sentence why not, nothing is there twice, and a re-run heals.

A point is one kind of request of one task with one fault, once or for good. Nobody waits: a pause moves the clock that the time budget is measured
on, and the sandbox's clock with it. Which requests a task sends is taken from the journal of a run without faults.
"""

from __future__ import annotations

import functools
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import connection as cfgserver_connection
from ansible_collections.genesys.hybrid.plugins.module_utils._http import RetryPolicy
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import CHANGES_PER_THREAD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import connection as purecloud_connection
from ansible_collections.genesys.hybrid.plugins.plugin_utils._in_process import execute
from promises.conftest import SOAK
from promises.scenarios import CLIENT_SECRET, GRANTS, PASSWORD, PURECLOUD, SCENARIOS, SEAL_KEY, SEED, Scenario, essence
from sandbox.process import SandboxProcess

BUDGET = RetryPolicy().budget
SLACK = 60.0  # seconds of the real clock that a busy machine may take for the work itself
PATIENT, HASTY = 20.0, 0.25  # seconds that a task waits for an answer; hasty where the fault is that none comes
TOKEN = r"^/oauth/token$"
IDENTIFIER = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}|/\d+")
# A POST that only reads, or that begins or ends a session: it may be sent again.
HARMLESS_POST = re.compile(r"/oauth/token$|/users/search$|/session/log(in|out)$")
# Asking for a new secret again makes no second object, and the answer that was lost is lost for good: the last answer counts.
NEW_SECRET = re.compile(r"/oauth/clients/[^/]+/secret$")
NOT_EXECUTED = range(400, 500)  # the statuses by which a server says that it did not execute a request
RATE_LIMITED = {"error": "invalid_request", "error_description": "rate limit exceeded"}


@dataclass(frozen=True)
class Fault:
    """What happens to a request; ``again`` is a fault of the token endpoint that follows it. A fault without a kind is not the server's: see Refusal."""

    name: str
    kind: str = ""
    details: dict[str, Any] = field(default_factory=dict, hash=False)
    hasty: bool = False
    again: dict[str, Any] | None = field(default=None, hash=False)


FAULTS = [
    Fault("429 with Retry-After", "status", {"status": 429, "headers": {"Retry-After": "40"}}),
    Fault("429", "status", {"status": 429}),
    *(Fault(str(status), "status", {"status": status}) for status in (500, 502, 503, 504, 404)),
    Fault("502 after processing", "status", {"status": 502, "processed": True}),
    Fault("connection refused"),
    Fault("reset before processing", "reset_before"),
    Fault("reset after processing", "reset_after"),
    Fault("no answer", "hang", hasty=True),
    Fault("no answer after processing", "hang", {"processed": True}, hasty=True),
    Fault("truncated JSON", "truncate"),
    Fault("HTML", "html"),
    Fault("HTML after processing", "html", {"processed": True}),
    Fault("empty body", "empty"),
    Fault("slow drip", "drip", {"seconds": 0.02}, hasty=True),
    Fault("token expired", "expire_tokens"),
    Fault("token expired, and no new one for a while", "expire_tokens", again={"kind": "status", "status": 400, "body": RATE_LIMITED, "path": TOKEN}),
]


@dataclass(frozen=True)
class Lag:
    """What PureCloud learns late, in seconds of its clock: ``before`` makes something new, ``scenario`` needs it, or loses the answer to its POST."""

    name: str
    switches: dict[str, int] = field(hash=False)
    scenario: Scenario
    before: Scenario | None = None
    lost: str = ""


TASKS = {scenario.name: scenario for scenario in PURECLOUD}
FRESH = [{"role": "Fresh role", "division": "*"}]
FRESH_ROLE = Scenario("role", "purecloud_role", {"name": "Fresh role"})
FRESH_CLIENT = Scenario("client", "purecloud_oauth_client", {"name": "fresh", "roles": FRESH, "seal_key": SEAL_KEY})
FRESH_USER = Scenario("user", "purecloud_user", {"email": "fresh@example.com", "name": "Fresh", "roles": FRESH})
LAGS = [
    *(
        Lag(f"a new role that a {scenario.name} gets is not known {said}", {"role_grant_lag_seconds": seconds}, scenario, FRESH_ROLE)
        for scenario in (FRESH_CLIENT, FRESH_USER)
        for said, seconds in (("yet", 20), ("for long", 3600))
    ),
    *(
        Lag(f"a new client whose create was not answered is not listed {said}", {"client_list_lag_seconds": seconds}, TASKS["client created"], None, "clients$")
        for said, seconds in (("yet", 20), ("for long", 3600))
    ),
    *(
        Lag(f"a new user whose create was not answered is not found {said}", {"user_search_lag_seconds": seconds}, TASKS["user created"], None, "users$")
        for said, seconds in (("yet", 20), ("for long", 3600))
    ),
    Lag("a deleted client is still listed and deleted again", {"deleted_client_lingers_seconds": 3600}, TASKS["client deleted"], TASKS["client deleted"]),
    Lag("a deleted client is still listed and made again", {"deleted_client_lingers_seconds": 3600}, TASKS["client made again"], TASKS["client deleted"]),
    Lag("a deleted client whose delete was not answered is still listed", {"deleted_client_lingers_seconds": 3600}, TASKS["client deleted"], None, "clients/"),
]


class Clock:
    """The real time plus what was slept, for the thread that slept longest. Sleeping takes no time, and moves the sandbox's clock."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._sandbox = sandbox
        self.begin()

    def begin(self) -> None:
        self._started, self._slept, self._main = time.monotonic(), {}, threading.get_ident()

    def sleep(self, seconds: float) -> None:
        own = threading.get_ident()
        self._slept[own] = self._slept.get(own, 0.0) + seconds
        self._sandbox.control("POST", "clock", {"advance": seconds})

    def elapsed(self) -> float:
        others = [seconds for thread, seconds in self._slept.items() if thread != self._main]
        return time.monotonic() - self._started + self._slept.get(self._main, 0.0) + max(others, default=0.0)


@dataclass(frozen=True)
class Kind:
    """The ``nth`` request of a task that has this method and a path like this: a regular expression."""

    method: str
    path: str
    nth: int

    def spec(self, fault: Fault, for_good: bool) -> list[dict[str, Any]]:
        where = {"method": self.method, "path": self.path, "nth": self.nth, "times": 0 if for_good else 1}
        # The first token is minted before; where the request is that one itself, its fault comes first.
        again = [{"method": "POST", "nth": 1 if self.path == TOKEN else 2, "times": where["times"], **fault.again}] if fault.again else []
        return [{"kind": fault.kind, **where, **fault.details}, *again]


class Refusal:
    """Sends the requests of a kind to a port where nobody listens: a refused connection, which only a new connection can meet."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kind: Kind | None = None
        self._plain = requests.adapters.HTTPAdapter.send

        def send(adapter: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
            return self._send(adapter, request, *arguments, **keywords)

        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)

    def begin(self, kind: Kind, for_good: bool) -> None:
        self.kind, self._for_good, self._seen = kind, for_good, 0

    def _send(self, adapter: Any, request: Any, *arguments: Any, **keywords: Any) -> Any:
        kind, parts = self.kind, urlsplit(request.url)
        if kind and request.method == kind.method and re.search(kind.path, parts.path):
            self._seen += 1
            if self._seen == kind.nth or self._for_good and self._seen > kind.nth:
                with socket.socket() as closed:
                    closed.bind(("127.0.0.1", 0))
                    request = request.copy()
                    request.url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{closed.getsockname()[1]}"))
                    return self._plain(adapter, request, *arguments, **keywords)
        return self._plain(adapter, request, *arguments, **keywords)


class Bench:
    """One sandbox in which tasks are run, from the seed on, and their promises are checked."""

    def __init__(self, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox, self.clock, self.refusal = sandbox, Clock(sandbox), Refusal(monkeypatch)
        sleeping = functools.partial(purecloud_connection.PureCloudClient, sleep=self.clock.sleep)
        monkeypatch.setattr(purecloud_connection, "PureCloudClient", sleeping)
        transports = {api: functools.partial(transport, sleep=self.clock.sleep) for api, transport in cfgserver_connection.TRANSPORTS.items()}
        monkeypatch.setattr(cfgserver_connection, "TRANSPORTS", transports)

    def reset(self, **switches: Any) -> None:
        self.refusal.kind = None
        # The limit of requests in a minute is a test of its own.
        self.sandbox.control("POST", "reset", {"seed": SEED, "switches": {"rate_limit_per_minute": 0, **switches}})

    def calm(self) -> None:
        self.refusal.kind = None
        self.sandbox.control("DELETE", "faults")

    def run(self, scenario: Scenario, timeout: float = PATIENT, **more: Any) -> dict[str, Any]:
        self.clock.begin()
        return execute(scenario.spec, {**scenario.arguments(self.sandbox, timeout), **more})

    def undisturbed(self, scenario: Scenario, before: Scenario | None = None) -> dict[str, Any]:
        """What the servers hold when the task has run without a fault; from then on the points of a test are counted."""
        self.converged = self.failed = 0
        self.reset()
        if before:
            assert self.run(before)["changed"]
        result = self.run(scenario)
        assert not result.get("failed") and result["changed"] == (scenario.writes and scenario != before), result
        return essence(self.sandbox)

    def disturb(self, kind: Kind, fault: Fault, for_good: bool) -> None:
        if fault.kind:
            self.sandbox.control("POST", "faults", {"faults": kind.spec(fault, for_good)})
        else:
            self.refusal.begin(kind, for_good)

    def kinds(self, scenario: Scenario) -> list[Kind]:
        """What the task sends: of requests that differ only in IDs the first one, in the long version each."""
        self.undisturbed(scenario)
        found: dict[tuple[str, str, str], Kind] = {}
        counts: dict[tuple[str, str], int] = {}
        for entry in self.sandbox.control("GET", "requests"):
            pattern = "^" + IDENTIFIER.sub("/[^/]+", entry["path"]) + "$"
            counts[entry["method"], pattern] = nth = counts.get((entry["method"], pattern), 0) + 1
            found.setdefault((entry["method"], pattern, str(nth) if SOAK else _type_in(entry["query"])), Kind(entry["method"], pattern, nth))
        return list(found.values())

    def check(self, scenario: Scenario, result: dict[str, Any], where: str, expected: dict[str, Any], misled: bool = False, wait: float = 0.0) -> None:
        """The promises about the run that has just ended, and about those that heal it. ``misled``: the server said that something is not there."""
        assert self.clock.elapsed() <= BUDGET + SLACK, f"{where}: took {self.clock.elapsed():.0f} seconds"
        self._check_result(result, where)
        self._check_posts(where)
        self.calm()
        self.sandbox.control("POST", "clock", {"advance": wait})
        if result.get("failed"):
            self.failed += 1
            healed = self.run(scenario)
            assert not healed.get("failed"), f"{where}: failed with {result['msg']!r}, and the re-run with {healed['msg']!r}"
        else:
            self.converged += 1
            if misled:
                self.run(scenario)
        again = self.run(scenario, **scenario.settled(self.sandbox))
        assert not again.get("failed") and not again["changed"], f"{where}: {result}, and the last run: {again}"
        assert essence(self.sandbox) == expected, where

    def _check_result(self, result: dict[str, Any], where: str) -> None:
        for secret in (CLIENT_SECRET, PASSWORD):
            assert secret not in str(result), where
        if result.get("failed"):
            sentence = result["msg"]
            assert "exception" not in result and not re.search("defect|Traceback| object at 0x", sentence), f"{where}: {result}"
            assert 20 < len(sentence) < 900 and "\n" not in sentence and re.search("[:,;] ", sentence), f"{where}: {sentence}"

    def _check_posts(self, where: str) -> None:
        """No POST was sent again unless the server had said that it did not execute the one before."""
        sent: dict[tuple[str, str], Any] = {}
        for entry in self.sandbox.control("GET", "requests"):
            if entry["method"] != "POST" or HARMLESS_POST.search(entry["path"]) or NEW_SECRET.search(entry["path"]):
                continue
            before = sent.get((entry["path"], entry["digest"]), 400)
            assert before in NOT_EXECUTED, f"{where}: {entry['path']} was sent again after {before}"
            sent[entry["path"], entry["digest"]] = entry["status"]


def _type_in(query: str) -> str:
    """What tells the requests to one address of GAX apart."""
    found = re.search(r"\btype=(\w+)", query)
    return found[1] if found else ""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with SandboxProcess() as process, pytest.MonkeyPatch.context() as patch:
        yield Bench(process, patch)


@pytest.fixture(scope="module")
def points(bench: Bench) -> dict[str, list[Kind]]:
    """The requests to be tried in each scenario: those that no scenario before it sends, in the long version all of them."""
    known: set[tuple[str, str]] = set()
    found = {}
    for scenario in SCENARIOS:
        kinds = bench.kinds(scenario)
        found[scenario.name] = kinds if SOAK else [kind for kind in kinds if (kind.method, kind.path) not in known]
        known |= {(kind.method, kind.path) for kind in kinds}
    return found


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_task_survives_every_fault_or_says_why_not(bench: Bench, points: dict[str, list[Kind]], scenario: Scenario, report: Any) -> None:
    expected, broken = bench.undisturbed(scenario), []
    for number, kind in enumerate(points[scenario.name]):
        for position, fault in enumerate(FAULTS):
            # Once or for good: each fault meets each task both ways, and in the long version each kind of request.
            for for_good in (False, True) if SOAK else ((number + position) % 2 == 1,):
                where = f"{scenario.name}: {fault.name} {'for good' if for_good else 'once'} at {kind.method} {kind.path} #{kind.nth}"
                bench.reset()
                bench.disturb(kind, fault, for_good)
                try:
                    result = bench.run(scenario, HASTY if fault.hasty else PATIENT)
                    bench.check(scenario, result, where, expected, misled=fault.name == "404" and kind.method == "GET")
                except AssertionError as error:
                    broken.append(str(error).split("\nassert ", maxsplit=1)[0])
    assert not broken, "\n".join([f"{len(broken)} counter-examples", *broken])
    report(
        f"faults: {len(points[scenario.name])} kinds of request, {bench.converged + bench.failed} points with faults: "
        f"{bench.converged} converged, {bench.failed} failed clearly, all healed by a re-run"
    )


@pytest.mark.parametrize("lag", LAGS, ids=lambda lag: lag.name)
def test_a_task_survives_what_purecloud_learns_late(bench: Bench, lag: Lag, report: Any) -> None:
    expected = bench.undisturbed(lag.scenario, lag.before)
    bench.reset(**lag.switches)
    if lag.before:
        bench.run(lag.before)
    if lag.lost:
        bench.sandbox.control("POST", "faults", {"kind": "reset_after", "path": lag.lost, "method": "DELETE" if "delete" in lag.name else "POST"})
    result = bench.run(lag.scenario)
    bench.check(lag.scenario, result, lag.name, expected, wait=3600)
    report(f"lags: {bench.converged + bench.failed} points with what PureCloud learns late: {bench.converged} converged, {bench.failed} failed clearly")


def test_a_thread_that_alone_does_all_the_waiting_keeps_to_the_budget(bench: Bench) -> None:
    names = [f"many-{number}" for number in range(2 * CHANGES_PER_THREAD)]
    made = Scenario("made", "purecloud_oauth_clients", {"clients": [{"name": name, "roles": GRANTS} for name in names], "seal_key": SEAL_KEY})
    changed = Scenario("changed", made.module, {"clients": [{"name": name, "description": "changed"} for name in names]})
    expected = bench.undisturbed(changed, made)
    bench.reset()
    (first, *_others) = bench.run(made)["oauth_clients"]
    where = {"method": "PUT", "path": first["id"], "times": 0}
    bench.sandbox.control("POST", "faults", {"kind": "status", "status": 429, "headers": {"Retry-After": "40"}, **where})
    result = bench.run(changed)
    assert len(result["oauth_clients"]) == len(names) - 1 and [error["name"] for error in result["errors"]] == [names[0]]
    bench.check(changed, result, "many clients", expected)
