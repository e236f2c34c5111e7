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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from playbooks.site import HARMLESS
from promises.conftest import SOAK
from promises.crowd import SECONDS, Crowd, Run, crowd_of
from sandbox.process import SandboxProcess

ADDRESSES = 200


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


@dataclass(frozen=True)
class Death:
    """The whole run is killed while the request of ``point`` hangs, or the connection breaks there and stays broken."""

    point: Point
    kills: bool

    def fault(self, host: str) -> dict[str, Any]:
        place = {"host": host, "method": self.point.method, "path": self.point.path, "nth": self.point.nth}
        if self.kills:
            return {**place, "kind": "hang", "times": 0, "processed": self.point.executed}
        return {**place, "kind": "reset_after" if self.point.executed else "reset_before", "down": True}


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxProcess]:
    with SandboxProcess("--addresses", str(ADDRESSES)) as process:
        yield process


@pytest.fixture(scope="module")
def deaths(server: SandboxProcess) -> list[Death]:
    """Every request of a run, each with every death that can leave something else behind than the others.

    Where a request writes nothing, the server is the same before and after it, and the same as before the next write: so the short version loses the
    connection there only once, and kills at writes and at the end. The long version tries everything everywhere.
    """
    crowd = Crowd(server, crowd_of(1))
    run = crowd.run(crowd.inventory())
    assert run.process.returncode == 0, run.output
    assert crowd.problems() == []
    found: list[Death] = []
    seen: Counter[tuple[str, str]] = Counter()
    for entry in server.control("GET", "requests"):
        request = entry["method"], "^" + re.sub(r"/\d+$", r"/\\d+", entry["path"]) + "$"
        writes = entry["method"] != "GET" and entry["path"] not in HARMLESS
        seen[request] += 1
        before, after = (Point(*request, seen[request], executed) for executed in (False, True))
        found.append(Death(before, kills=False))
        found += [Death(after, kills=False)] if writes or SOAK else []
        found += [Death(before, kills=True), Death(after, kills=True)] if writes or before.ends or SOAK else []
    assert sum(seen.values()) > 20
    assert sum(death.kills and not death.point.ends for death in found) >= 10
    return found


def strike(crowd: Crowd, deaths: list[Death]) -> None:
    """Let each integration have its death."""
    members = zip(crowd.integrations, deaths, strict=True)
    crowd.sandbox.control("POST", "faults", {"faults": [death.fault(member.address()) for member, death in members]})


def struck(crowd: Crowd) -> dict[str, list[dict[str, Any]]]:
    """Address to the journal of its requests, of the addresses that a fault has met."""
    journal: dict[str, list[dict[str, Any]]] = {}
    for entry in crowd.sandbox.control("GET", "requests"):
        journal.setdefault(entry["host"], []).append(entry)
    return {host: entries for host, entries in journal.items() if any(entry["fault"] for entry in entries)}


def wait_until_all_are_struck(crowd: Crowd, deaths: list[Death], run: Run) -> None:
    """Until each request that kills hangs, and each connection that broke has ended its host."""
    members = zip(crowd.integrations, deaths, strict=True)
    ending = {member.name for member, death in members if not death.kills and not death.point.ends}
    deadline = time.monotonic() + SECONDS
    while len(struck(crowd)) < len(crowd.integrations) or not ending <= set(run.messages()):
        assert time.monotonic() < deadline, f"{len(struck(crowd))} of {len(crowd.integrations)} integrations were struck, {len(run.messages())} ended"
        time.sleep(0.5)


def assert_every_point_was_struck(crowd: Crowd, deaths: list[Death]) -> None:
    journals = struck(crowd)
    for member, death in zip(crowd.integrations, deaths, strict=True):
        entries = journals.pop(member.address())
        first = next(number for number, entry in enumerate(entries) if entry["fault"])
        assert death.point.matches(entries[first])
        assert sum(map(death.point.matches, entries[: first + 1])) == death.point.nth
    assert journals == {}


def heal(crowd: Crowd, inventory: Path) -> tuple[int, int]:
    """One plain run, then one that changes nothing; the number of different states that were found, and of the integrations that were run."""
    states: dict[tuple[str, ...], list[str]] = {}
    for member, problems in crowd.problems_by_host().items():
        states.setdefault(tuple(problems), []).append(member)
    hosts = [host for members in states.values() for host in (members if SOAK else members[:1])]
    for heals in (True, False) if any(states) else (False,):
        run = crowd.run(inventory, "--limit", ",".join(hosts))
        assert run.process.returncode == 0, (run.messages(), run.output)
        assert set(run.recap) == set(hosts)
        problems_of = crowd.problems_by_host()
        assert {host: problems_of[host] for host in hosts} == {host: [] for host in hosts}
        assert heals or {host: counters["changed"] for host, counters in run.recap.items()} == dict.fromkeys(hosts, 0)
    return len(states), len(hosts)


# Sessions are ended when the whole run ends, one after the other and in any order: who hangs there cannot be of a run in which others hang before,
# or lose their connection meanwhile.
@pytest.mark.parametrize("ends", [False, True], ids=["during the run", "when it ends"])
def test_a_run_that_dies_at_any_request_is_healed_by_the_next(server, deaths, report, ends):
    deaths = [death for death in deaths if death.point.ends is ends and (death.kills or not ends)]
    requests = len({(death.point.method, death.point.path, death.point.nth) for death in deaths})
    crowd = Crowd(server, crowd_of(len(deaths)))
    inventory = crowd.inventory()
    strike(crowd, deaths)
    run = crowd.start(inventory)
    try:
        wait_until_all_are_struck(crowd, deaths, run)
    finally:
        run.kill()
    assert_every_point_was_struck(crowd, deaths)
    server.control("DELETE", "faults")
    assert crowd.secrets_in(run.temporary) == []
    assert "Traceback" not in run.output
    expected = {member.name for member, death in zip(crowd.integrations, deaths, strict=True) if not death.kills}
    assert set(run.messages()) == expected
    assert [message for message in run.messages().values() if "\n" in message] == []

    states, healed = heal(crowd, inventory)
    report(
        f"crash at {requests} {'request that ends' if ends else 'requests, all of'} a run: {len(deaths)} points (SIGKILL or lost connection, before or after), "
        f"{states} different states left behind, {healed} integrations run again, {healed} healed"
    )


def test_a_run_that_loses_the_connection_when_it_ends_has_done_everything(server, deaths):
    deaths = [death for death in deaths if death.point.ends and not death.kills]
    crowd = Crowd(server, crowd_of(len(deaths)))
    strike(crowd, deaths)
    run = crowd.run(crowd.inventory())
    assert (run.process.returncode, run.messages(), crowd.problems()) == (0, {}, []), run.output
    assert_every_point_was_struck(crowd, deaths)
