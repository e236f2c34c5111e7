# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests within PureCloud's limit, one token after the other and many threads at once."""

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud import connection
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.pace import ALLOWED, REQUESTS, WINDOW, Pace
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_oauth_clients


class Clock:
    """A clock that only sleeping moves; with it moves the sandbox's, if there is one."""

    def __init__(self, sandbox=None):
        self.now, self.slept, self.sandbox = 1000.0, [], sandbox

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds
        if self.sandbox:
            self.sandbox.control("POST", "clock", {"advance": seconds})


def test_the_window_begins_with_the_answer_to_its_first_request_and_is_waited_out() -> None:
    clock, state = Clock(), {}
    pace = Pace(state, clock.sleep, clock)
    pace.begin()
    clock.now += 10
    for _window in range(2):
        opened = pace.keep()
        clock.now += 0.5  # so long it takes at most until PureCloud begins to count
        pace.answered(opened)
        clock.now += 20
        for _request in range(REQUESTS - 1):
            pace.answered(pace.keep())
        assert clock.slept == []
        late = pace.keep()
        assert clock.slept == [WINDOW - 20]
        pace.answered(late)
        clock.now, clock.slept = clock.now + WINDOW, []


def test_an_answer_of_an_earlier_window_moves_nothing() -> None:
    clock, state = Clock(), {}
    pace = Pace(state, clock.sleep, clock)
    opened = pace.keep()
    clock.now += WINDOW
    pace.keep()
    begun = clock.now
    clock.now += 5
    pace.answered(opened)
    assert state == {"since": begun, "requests": 1}


def test_the_next_task_goes_on_counting_and_a_new_token_begins_anew() -> None:
    clock, state = Clock(), {}
    for _request in range(REQUESTS):
        Pace(state, clock.sleep, clock).keep()
    fresh = Pace(dict(state), clock.sleep, clock)
    fresh.begin()
    fresh.keep()
    assert clock.slept == []
    Pace(state, clock.sleep, clock).keep()
    assert len(clock.slept) == 1


@pytest.fixture
def limited(sandbox, monkeypatch):
    """The sandbox with the limit in force, and everything that counts or waits on one clock."""
    sandbox.control("POST", "reset", {"switches": {"rate_limit_per_minute": ALLOWED}})
    clock = Clock(sandbox)

    class Client(PureCloudClient):
        def __init__(self, *arguments, **keywords):
            super().__init__(*arguments, **keywords, sleep=clock.sleep)
            self._pace = Pace({}, clock.sleep, clock)

    monkeypatch.setattr(connection, "PureCloudClient", Client)
    yield sandbox, clock
    sandbox.control("POST", "reset")


def params_for(sandbox, **options):
    given = {name: option.get("default") for name, option in purecloud_oauth_clients.SPEC.argument_spec().items()}
    account = {"api_url": sandbox.info["purecloud_url"], "client_id": sandbox.info["client_id"], "client_secret": sandbox.info["client_secret"]}
    return {**given, **account, **options}


def item(number):
    options = purecloud_oauth_clients.SPEC.options["clients"]["options"]
    return {
        **{name: option.get("default") for name, option in options.items()},
        "name": f"hybrid-{number:03}",
        "grant_type": "client_credentials",
        "roles": [{"role": "Admin", "division": "*"}],
    }


def test_five_hundred_clients_are_created_without_a_refused_call_in_the_time_that_the_limit_takes(limited) -> None:
    sandbox, clock = limited
    context = Context(check_mode=False, diff=False, warn=lambda text: None, register_secret=lambda secret: None)
    result = run(purecloud_oauth_clients.SPEC, params_for(sandbox, clients=[item(number) for number in range(500)]), context)

    assert [client["name"] for client in result["oauth_clients"]] == [f"hybrid-{number:03}" for number in range(500)]
    journal = sandbox.control("GET", "requests")
    assert [entry["path"] for entry in journal if entry["status"] == 429] == []
    assert len([entry for entry in journal if entry["method"] == "POST" and entry["path"] == "/api/v2/oauth/clients"]) == 500
    # Each full window before the last one has to be waited for; a tenth more is allowed.
    requests = len([entry for entry in journal if entry["path"].startswith("/api/v2/")])
    assert sum(clock.slept) <= 1.1 * WINDOW * ((requests - 1) // ALLOWED)
