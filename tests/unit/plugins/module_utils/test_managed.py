# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many objects in one task: what is written at the same time is told in order, and what fails is told of its object."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import PartialError, UnreachableError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._managed import CHANGES_PER_THREAD, MOST_THREADS, many

ENOUGH = MOST_THREADS * CHANGES_PER_THREAD


class Client:
    def __init__(self):
        self.of_thread, self.threads = threading.local(), set()

    @property
    def writes(self):
        return getattr(self.of_thread, "writes", 0)


class Thing:
    """An object whose write waits until as many others are being written, if ``meets`` says so, and then fails with ``error``."""

    def __init__(self, client, number, changed=True, error=None, meets=None, wrote=0):
        self.client, self.label, self.changed = client, f"thing {number}", changed
        self.error, self.meets, self.wrote = error, meets, wrote

    def diff(self):
        return {"before": {}, "after": {"name": self.label}}

    def predicted(self):
        return {"name": self.label}

    def apply(self):
        if self.meets:
            self.meets.wait(10)
        self.client.threads.add(threading.get_ident())
        self.client.of_thread.writes = self.client.writes + self.wrote
        if self.error:
            raise self.error
        return {"name": self.label}


def outcome(things):
    try:
        return many("things", "name", things).apply()
    except PartialError as error:
        return error.result


def test_enough_changes_are_written_at_the_same_time_and_told_in_order() -> None:
    client, meeting = Client(), threading.Barrier(MOST_THREADS)
    result = outcome([Thing(client, number, meets=meeting) for number in range(ENOUGH)])
    assert [thing["name"] for thing in result["things"]] == [f"thing {number}" for number in range(ENOUGH)]
    assert len(client.threads) == MOST_THREADS


@pytest.mark.parametrize("count", [1, 2 * CHANGES_PER_THREAD - 1])
def test_few_changes_are_written_one_after_the_other(count: int) -> None:
    client = Client()
    unchanged = [Thing(client, number, changed=False) for number in range(100, 200)]
    outcome([Thing(client, number) for number in range(count)] + unchanged)
    assert client.threads == {threading.get_ident()}


def test_one_that_is_refused_does_not_keep_the_others_from_being_written() -> None:
    client = Client()
    result = outcome([Thing(client, number, error=ValidationError("no") if number == 3 else None) for number in range(ENOUGH)])
    assert result["errors"] == [{"name": "thing 3", "msg": "no"}]
    assert len(result["things"]) == ENOUGH - 1 and "thing 3" not in result["diff"]["after"]


def test_one_that_is_half_done_is_a_change_and_only_it() -> None:
    client = Client()
    errors = {2: (ValidationError("half"), 1), 5: (ValidationError("not at all"), 0)}
    things = [Thing(client, number, error=errors.get(number, (None, 0))[0], wrote=errors.get(number, (None, 1))[1]) for number in range(ENOUGH)]
    result = outcome(things)
    assert "thing 2" in result["diff"]["after"] and "thing 5" not in result["diff"]["after"] and result["changed"]


@pytest.mark.parametrize("count", [3, ENOUGH])
def test_after_a_server_that_cannot_be_reached_the_others_are_not_tried(count: int) -> None:
    client = Client()
    result = outcome([Thing(client, number, error=UnreachableError("down")) for number in range(count)])
    said = [error["msg"] for error in result["errors"]]
    assert len(said) == count and 1 <= said.count("down") <= MOST_THREADS
    assert said.count("the others were not tried after that") == count - said.count("down")


def test_hundreds_of_errors_do_not_fill_the_screen() -> None:
    things = [Thing(Client(), number, error=ValidationError(f"no {number}")) for number in range(15)]
    with pytest.raises(PartialError) as caught:
        many("things", "name", things).apply()
    assert caught.value.message.endswith("; no 9; and 5 more errors, see the result's errors")
    assert len(caught.value.result["errors"]) == 15
