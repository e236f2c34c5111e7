# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of provision that dies at any of its requests, before the server executes it or after, is healed by one plain run.

Each point is an integration of its own, so that all points cost a few runs of ansible-playbook. What a run leaves behind when it dies is the state
of the two servers and nothing else, so the short version heals one integration of each state that occurs; the long version heals them all.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from promises.conftest import SOAK
from promises.crowd import SECONDS, Crowd, Run, crowd_of
from sandbox.process import SandboxProcess

ADDRESSES = 80


@dataclass(frozen=True)
class Point:
    """Death at one request of a run, before the server executes it or, when ``executed``, after.

    It is the ``nth`` of this method and path: a slow run reads some things once more than a fast one, which would shift a plain count.
    """

    method: str
    path: str
    nth: int
    executed: bool

    @property
    def ends(self) -> bool:
        """Whether the run has done everything by then."""
        return "logout" in self.path

    def matches(self, entry: dict[str, Any]) -> bool:
        return entry["method"] == self.method and re.search(self.path, entry["path"]) is not None

    def fault(self, kind: str, host: str, **more: Any) -> dict[str, Any]:
        return {"kind": kind, "host": host, "method": self.method, "path": self.path, "nth": self.nth, **more}


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxProcess]:
    with SandboxProcess("--addresses", str(ADDRESSES)) as process:
        yield process


@pytest.fixture(scope="module")
def points(server: SandboxProcess) -> list[Point]:
    """Every point of a run. Before or after is the same for a GET, to the server and to the client: only the long version tries both."""
    crowd = Crowd(server, crowd_of(1))
    run = crowd.run(crowd.inventory())
    assert run.process.returncode == 0, run.output
    assert crowd.problems() == []
    found: list[Point] = []
    seen: Counter[tuple[str, str]] = Counter()
    for entry in server.control("GET", "requests"):
        request = entry["method"], "^" + re.sub(r"/\d+$", r"/\\d+", entry["path"]) + "$"
        seen[request] += 1
        found += [Point(*request, seen[request], executed) for executed in (False, True) if not executed or SOAK or entry["method"] != "GET"]
    assert len(seen) > 8 and sum(seen.values()) > 20
    return found


def strike(crowd: Crowd, points: list[Point], fault_of: Callable[[Point, str], dict[str, Any]]) -> None:
    """Let each integration have its point."""
    members = zip(crowd.integrations, points, strict=True)
    crowd.sandbox.control("POST", "faults", {"faults": [fault_of(point, member.address()) for member, point in members]})


def struck(crowd: Crowd) -> dict[str, list[dict[str, Any]]]:
    """Address to the journal of its requests, of the addresses that a fault has met."""
    journal: dict[str, list[dict[str, Any]]] = {}
    for entry in crowd.sandbox.control("GET", "requests"):
        journal.setdefault(entry["host"], []).append(entry)
    return {host: entries for host, entries in journal.items() if any(entry["fault"] for entry in entries)}


def wait_until_all_hang(crowd: Crowd, run: Run) -> None:
    deadline = time.monotonic() + SECONDS
    while len(struck(crowd)) < len(crowd.integrations):
        assert run.process.poll() is None, run.output
        assert time.monotonic() < deadline, f"{len(struck(crowd))} of {len(crowd.integrations)} integrations reached their point"
        time.sleep(0.5)


def assert_every_point_was_struck(crowd: Crowd, points: list[Point]) -> None:
    journals = struck(crowd)
    for member, point in zip(crowd.integrations, points, strict=True):
        entries = journals.pop(member.address())
        first = next(number for number, entry in enumerate(entries) if entry["fault"])
        assert point.matches(entries[first])
        assert sum(map(point.matches, entries[: first + 1])) == point.nth
    assert journals == {}


def heal(crowd: Crowd, inventory: Path) -> tuple[int, int]:
    """One plain run, then one that changes nothing; the number of different states that were found, and of the integrations that were healed."""
    states: dict[tuple[str, ...], list[str]] = {}
    for member, problems in crowd.problems_by_host().items():
        states.setdefault(tuple(problems), []).append(member)
    hosts = [host for members in states.values() for host in (members if SOAK else members[:1])]
    for expects_change in (True, False):
        run = crowd.run(inventory, "--limit", ",".join(hosts))
        assert run.process.returncode == 0, (run.messages(), run.output)
        assert set(run.recap) == set(hosts)
        assert {host: crowd.problems_by_host()[host] for host in hosts} == {host: [] for host in hosts}
        if not expects_change:
            assert {host: counters["changed"] for host, counters in run.recap.items()} == dict.fromkeys(hosts, 0)
    return len(states), len(hosts)


def test_a_run_killed_at_any_request_is_healed_by_the_next(server, points, report):
    # Sessions are ended when the whole run ends, so who hangs there cannot wait for those that hang before.
    for group in ([point for point in points if not point.ends], [point for point in points if point.ends]):
        crowd = Crowd(server, crowd_of(len(group)))
        inventory = crowd.inventory()
        strike(crowd, group, lambda point, host: point.fault("hang", host, times=0, processed=point.executed))
        run = crowd.start(inventory)
        try:
            wait_until_all_hang(crowd, run)
        finally:
            run.kill()
        assert_every_point_was_struck(crowd, group)
        server.control("DELETE", "faults")
        assert crowd.secrets_in(run.temporary) == []

        states, healed = heal(crowd, inventory)
        report(f"crash by SIGKILL: {len(group)} points, {states} different states left behind, {healed} of {healed} of {healed} integrations healed")


def test_a_run_that_loses_its_connection_at_any_request_is_healed_by_the_next(server, points, report):
    crowd = Crowd(server, crowd_of(len(points)))
    inventory = crowd.inventory()
    # The connection breaks at the point and stays broken: nothing that the run tries afterwards gets through.
    strike(crowd, points, lambda point, host: point.fault("reset_after" if point.executed else "reset_before", host, down=True))
    run = crowd.run(inventory)
    assert_every_point_was_struck(crowd, points)
    server.control("DELETE", "faults")
    assert "Traceback" not in run.output
    # Who loses the connection at the logout has done everything.
    failing = {member.name for member, point in zip(crowd.integrations, points, strict=True) if not point.ends}
    assert set(run.messages()) == failing
    assert all("\n" not in message for message in run.messages().values())

    states, healed = heal(crowd, inventory)
    report(f"crash by a broken connection: {len(points)} points, {states} different states left behind, {healed} of {healed} integrations healed")
