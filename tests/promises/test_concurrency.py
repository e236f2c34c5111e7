# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs of provision at once, of the same integrations, of which two at a time share an organization.

Nothing is duplicated or lost; who loses a race says so in one sentence, and one plain run later everything is as it should be.
Each run reaches the servers at addresses of its own, where some of its requests wait, so that the two meet in a different way each time.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

import pytest

from promises.conftest import SOAK
from promises.crowd import SECONDS, Crowd, Run, crowd_of, pairs_of
from sandbox.client import PureCloudCaller
from sandbox.process import SandboxProcess

ORGANIZATIONS = 10 if SOAK else 5  # with two integrations each: twice as many that two runs provision at once, and pairs that share an organization
ROUNDS = 10 if SOAK else 1
DELAYS = 3  # of each integration in each run
LONGEST_DELAY = 2.0  # seconds
REQUESTS = 26  # of a run that creates everything
CONFLICT = re.compile(
    r"another run created a client of this name at the same moment|Another run gave the OAuth clients? |created by somebody else at the same moment"
    r"|another writer changed it at the same time|another writer removed it|another writer put it back"
)


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxProcess]:
    with SandboxProcess("--addresses", str(4 * ORGANIZATIONS + 1)) as process:
        yield process


def delay(crowd: Crowd, first: int, chance: random.Random) -> None:
    """Let some requests of each integration wait."""
    faults = [
        {"kind": "delay", "host": member.address(first), "nth": number, "seconds": round(chance.uniform(0.1, LONGEST_DELAY), 2)}
        for member in crowd.integrations
        for number in chance.sample(range(3, REQUESTS), DELAYS)
    ]
    crowd.sandbox.control("POST", "faults", {"faults": faults})


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_two_runs_at_once_leave_nothing_double_and_nothing_lost(server, report, seed):
    crowd = Crowd(server, pairs_of(ORGANIZATIONS), objects=True)
    size, chance = len(crowd.integrations), random.Random(seed)
    runs = []
    for name, first in (("first", 1), ("second", 1 + size)):
        inventory = crowd.inventory(name, first)
        delay(crowd, first, chance)
        runs.append(crowd.start(inventory))
    try:
        for run in runs:
            run.finish()
    finally:
        for run in runs:
            run.kill()
    server.control("DELETE", "faults")
    for run in runs:
        assert "Traceback" not in run.output
        assert set(run.recap) == {member.name for member in crowd.integrations}
    messages = [message for run in runs for message in run.messages().values()]
    assert [message for message in messages if not CONFLICT.search(message) or "\n" in message] == []

    lost = {host for run in runs for host in run.messages()}
    problems = {host: found for host, found in crowd.problems_by_host().items() if found}
    assert set(problems) <= lost, problems  # what is not right yet has been said
    healing = crowd.run(inventory, *(["--limit", ",".join(sorted(lost))] if lost and not SOAK else []))
    assert healing.process.returncode == 0, (healing.messages(), healing.output)
    assert crowd.problems() == []
    assert {host: counters["changed"] for host, counters in healing.recap.items() if host not in problems} == dict.fromkeys(
        set(healing.recap) - set(problems), 0
    )
    report(
        f"concurrency, round {seed}: {size} integrations by two runs at once, {ORGANIZATIONS} organizations with two each, "
        f"{len(messages)} conflicts told, {len(problems)} integrations unfinished, all healed by one run"
    )


def wait_for(crowd: Crowd, run: Run, method: str, path: str) -> None:
    """Until the run has sent such a request."""
    deadline = time.monotonic() + SECONDS
    while not any((entry["method"], entry["path"]) == (method, path) for entry in crowd.sandbox.control("GET", "requests")):
        assert run.process.poll() is None, run.output
        assert time.monotonic() < deadline
        time.sleep(0.1)


REPLACED = (
    "Another run gave the OAuth client hybrid-pacing a new secret at the same moment, so the secret of this run works no more "
    "and does not stay in the transaction object: run again when the other run has ended."
)
LEFT = (
    "Another run replaced the secret in ewt of the transaction object at the same moment, and the one of this run, which works no more, could not be taken out"
)


@pytest.mark.parametrize(
    ("lost_update", "sentence", "healing_arguments"),
    [("none", REPLACED, []), ("reverted", LEFT, ["-e", "hybrid_check_secrets=true"])],
    ids=["and is taken out", "and what takes it out is undone"],
)
def test_a_secret_that_was_replaced_while_it_was_written_is_told(server, lost_update, sentence, healing_arguments):
    """What another run does that found the client before its secret was stored."""
    crowd = Crowd(server, crowd_of(1))
    inventory = crowd.inventory()
    slow = {"kind": "delay", "seconds": 5, "method": "POST", "path": "/gax/api/cfg/objects$"}
    server.control("POST", "faults", {"faults": [slow], "switches": {"cfgserver_lost_update": lost_update}})
    run = crowd.start(inventory)
    try:
        wait_for(crowd, run, "POST", "/gax/api/cfg/objects")
        api = PureCloudCaller.login(server.info["purecloud_url"], *crowd.account(crowd.integrations[0]))
        (client,) = (client for client in api.get("/oauth/clients")["entities"] if client["name"] == "hybrid-pacing")
        api.post(f"/oauth/clients/{client['id']}/secret", None)
        run.finish()
    finally:
        run.kill()
    assert run.process.returncode == 2
    *_others, message = run.messages().values()
    assert message.startswith(sentence) and "\n" not in message
    assert crowd.problems() == ["host_000: the secret in section ewt mints no token"]
    server.control("POST", "faults", {"switches": {"cfgserver_lost_update": "none"}})
    healing = crowd.run(inventory, *healing_arguments)
    assert healing.process.returncode == 0, healing.output
    assert crowd.problems() == []
