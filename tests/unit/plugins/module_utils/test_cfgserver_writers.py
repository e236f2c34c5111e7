# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two runs that write the same object at once, and an object of real size: nothing is lost without a word, nothing is asked twice."""

from __future__ import annotations

import itertools
import threading
from types import SimpleNamespace

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import transactions, writes
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.transactions import ManagedTransaction
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, VerificationError
from ansible_collections.genesys.hybrid.plugins.modules import cfgserver_transaction
from sandbox.cfgserver.probe import Gax
from unit.plugins.module_utils.cfgserver_support import NAME, PASSWORD, TRANSPORTS, USERNAME, Server, quick

SECONDS = 20.0
BEFORE = {"general": {"a": "1", "b": "2"}, "shared": {"c": "3"}}


@pytest.fixture
def server(process, monkeypatch):
    quick(monkeypatch)
    found = Server(process)
    found.reset([{"name": NAME, "options": BEFORE}])
    return found


class Steps:
    """Stops a run before each call of its transport that matters, until it is told to go on."""

    def __init__(self, transport, names):
        self._stopped, self._go = threading.Semaphore(0), threading.Semaphore(0)
        self.sleep = lambda seconds: self._stop("sleep", names)
        transport.sleep = self.sleep
        for name in ("get", "update"):
            setattr(transport, name, self._wrapped(name, getattr(transport, name), names))

    def _wrapped(self, name, original, names):
        def call(*arguments):
            self._stop(name, names)
            return original(*arguments)

        return call

    def _stop(self, name, names):
        if name in names:
            self._stopped.release()
            assert self._go.acquire(timeout=SECONDS)

    def step(self):
        """Let the run do what it was stopped before; wait until it is stopped again or has ended."""
        self._go.release()
        self.wait()

    def wait(self):
        assert self._stopped.acquire(timeout=SECONDS)

    def end(self):
        self._stopped.release()


class Run:
    """One ManagedTransaction in a thread of its own: it reads, writes, waits, verifies when it is told to."""

    def __init__(self, server, api, options):
        defaults = {name: option.get("default") for name, option in cfgserver_transaction.SPEC.argument_spec().items()}
        params = {**defaults, "name": NAME, "options": options, "cfgserver_api": api, "url": server.origin(), "username": USERNAME, "password": PASSWORD}
        self.context = SimpleNamespace(warn=lambda text: None, register_secret=lambda secret: None, kept=None)
        self.transport = CFGSERVER.open(CFGSERVER.settings({**params, "timeout": 10.0}, {}), self.context, False)
        self.error = None
        self.managed = ManagedTransaction(self.transport, params, self.context)
        self.steps = Steps(self.transport, ("get", "update", "sleep"))
        self.thread = threading.Thread(target=self._apply, daemon=True)
        self.thread.start()
        self.steps.wait()

    def _apply(self):
        try:
            self.managed.apply()
        except HybridError as error:
            self.error = error
        finally:
            self.steps.end()

    def finish(self):
        while self.thread.is_alive():
            self.steps._go.release()
            self.thread.join(0.01)
        self.transport.close()


def orders():
    """Every order of two runs that stop four times each: before they read late, before they write, before they wait, before they read back.

    Left out is what the waiting is for: that one run is stuck between its read and its write while the other one writes, waits and reads back.
    """
    for order in sorted(set(itertools.permutations("AAAABBBB"))):
        positions = {name: [index for index, found in enumerate(order) if found == name] for name in "AB"}
        pairs = [(positions["A"], positions["B"]), (positions["B"], positions["A"])]
        if not any(stuck[0] < other[1] and other[3] < stuck[1] for stuck, other in pairs):
            yield "".join(order)


ORDERS = list(orders())
GIVEN = {"A": {"general": {"a": "A"}, "from": {"first": "A"}}, "B": {"general": {"b": "B"}, "from": {"second": "B"}}}


def interleave(server, apis, order):
    """Both runs in this order; options that are not as their run wrote them, though it did not fail with their names."""
    server.reset([{"name": NAME, "options": BEFORE}])
    runs = {name: Run(server, api, GIVEN[name]) for name, api in zip("AB", apis, strict=True)}
    for name in order:
        if runs[name].thread.is_alive():
            runs[name].steps.step()
    for run in runs.values():
        run.finish()
    stored = server.stored()["options"]
    assert stored["shared"] == BEFORE["shared"]
    wanted = [(runs[name], section, key, value) for name, options in GIVEN.items() for section, entries in options.items() for key, value in entries.items()]
    lost = [(run, f"{section}/{key}") for run, section, key, value in wanted if stored.get(section, {}).get(key) != value]
    return [place for run, place in lost if not isinstance(run.error, VerificationError) or place not in run.error.message], lost


@pytest.mark.parametrize("order", ORDERS)
def test_no_option_is_lost_in_silence_when_two_runs_interleave(server, order):
    assert interleave(server, ("gax", "gax"), order)[0] == []


@pytest.mark.parametrize("order", ORDERS[::6])
@pytest.mark.parametrize("apis", [("gax", "gws"), ("gws", "gax")], ids="+".join)
def test_no_option_is_lost_in_silence_between_two_interfaces(server, apis, order):
    assert interleave(server, apis, order)[0] == []


@pytest.mark.parametrize("order", [*ORDERS[::6], "ABBBBAAA", "BAAAABBB"])
def test_deltas_lose_nothing_at_all(server, order):
    """They do not touch what they do not name, so they need no luck with time either."""
    assert interleave(server, ("gws", "gws"), order) == ([], [])


@pytest.mark.parametrize("spent, seconds", [(0.0, 0.5), (0.25, 1.0), (3600.0, 10.0)])
def test_run_waits_for_others_as_long_as_writes_take_here(spent, seconds):
    assert writes.settling_time(spent) == seconds


# -- size


@pytest.mark.parametrize("api", TRANSPORTS)
def test_object_of_real_size_converges_in_one_read_one_write_one_verification(process, monkeypatch, api):
    quick(monkeypatch)
    server = Server(process, api)
    sections = {f"section {number:02d}": {f"option.{index}": f"value {number}/{index}\nü" for index in range(10)} for number in range(40)}
    server.reset([{"name": NAME, "options": {**sections, "section 00": {"option.0": "old", "extra": "stays"}}}])
    sections["section 39"] = None

    def about_the_object():
        """All requests but the one for the name of the object's folder."""
        return [request for request in server.requests() if not request.endswith(("/CfgFolder/110", "/folders/110"))]

    wanted = {section: entries for section, entries in sections.items() if entries}
    assert server.task(options=sections).result["changed"]
    found, late, written, verified = about_the_object()
    assert found == f"GET {server.objects}" and late == verified and late.startswith(f"GET {server.objects}/")
    assert written.startswith(f"PUT {server.objects}") and server.logins() == 1
    stored = server.stored()["options"]
    assert stored == {**wanted, "section 00": {**wanted["section 00"], "extra": "stays"}} and sum(map(len, stored.values())) == 391
    server.process.control("DELETE", "requests")
    assert not server.task(options=sections).result["changed"] and about_the_object() == [f"GET {server.objects}"]


# -- clients that send whole objects


@pytest.mark.parametrize("api", TRANSPORTS)
def test_object_that_a_client_wrote_with_numbers_is_compared_as_text(process, monkeypatch, api):
    """The habit of public clients of GAX: GET, edit, PUT the whole object, with numbers where answers have strings."""
    quick(monkeypatch)
    server = Server(process, api)
    server.reset([{"name": NAME, "options": BEFORE, "extra": {"format": "kept"}}])
    client = Gax(server.origin(), USERNAME, PASSWORD)
    client.login()
    item = client.objects(name=NAME)[0]
    entries = [*item["userproperties"]["property"], {"section": "general", "key": "limit", "value": 5}]
    numbers = {"dbid": int(item["dbid"]), "tenantdbid": 1, "folderid": int(item["folderid"]), "recordperiod": 10, "userproperties": {"property": entries}}
    assert client.put({**item, **numbers}, item["dbid"]).status_code == 200
    assert not server.task(record_period=10, options={"general": {"limit": 5, "a": 1}}).result["changed"]
    assert server.task(options={"general": {"limit": 6}}).error is None
    after = client.get(item["dbid"])
    assert {name: after[name] for name in ("recordperiod", "format", "folderid")} == {"recordperiod": "10", "format": "kept", "folderid": item["folderid"]}
    assert server.stored()["options"] == {**BEFORE, "general": {"a": "1", "b": "2", "limit": "6"}}


def test_pauses_are_bounded():
    assert sum(transactions._LOOKUP_PAUSES) + sum(writes.WRITE_PAUSES) + writes.LONGEST_SETTLING_SECONDS < 60
