# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one run reads once, whichever of its processes asks: the file, who can read it, and what happens between processes."""

from __future__ import annotations

import multiprocessing
import os
import stat
import time

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import AuthenticationError, HybridError
from ansible_collections.genesys.hybrid.plugins.plugin_utils import _run_cache
from ansible_collections.genesys.hybrid.plugins.plugin_utils._run_cache import RunCache

PASSWORD = "correct horse"
WHAT = {"server": {"url": "https://gax.example.com"}, "name": "hybrid_integration"}
FORK = multiprocessing.get_context("fork")
PAUSE = 0.4  # seconds; longer than the start of a process


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "ansible-local-1"
    made.mkdir(mode=0o700)
    return made


class Reader:
    """A read that counts itself in a file, because it may happen in another process."""

    def __init__(self, folder, value, pause=0.0, error=None):
        self.journal, self.value, self.pause, self.error = folder.parent / "journal", value, pause, error

    def __call__(self):
        with open(self.journal, "a") as stream:
            stream.write("x")
        time.sleep(self.pause)
        if self.error:
            raise self.error
        return self.value

    @property
    def count(self):
        return len(self.journal.read_text()) if self.journal.exists() else 0


def ask(folder, reader, password=PASSWORD, what=None, lasts=lambda value: True, **arguments):
    return RunCache(folder, password).once(what or WHAT, reader, lasts=lasts, **arguments)


def test_a_value_is_read_once_and_comes_as_a_new_copy(folder):
    reader = Reader(folder, {"options": {"s": {"k": "ü\n{{ 1 }}"}}})
    first = ask(folder, reader)
    first["options"]["s"]["k"] = "altered"
    assert ask(folder, reader) == {"options": {"s": {"k": "ü\n{{ 1 }}"}}} and reader.count == 1


@pytest.mark.parametrize("other", [{"what": {**WHAT, "name": "x"}}, {"password": "another"}, {"what": {**WHAT, "server": {"url": "https://two.example.com"}}}])
def test_something_else_is_read_for_itself(folder, other):
    reader = Reader(folder, "value")
    ask(folder, reader)
    ask(folder, reader, **other)
    assert reader.count == 2
    ask(folder, reader)
    assert reader.count == 2


def test_nothing_on_disk_is_plain_or_for_others(folder):
    ask(folder, Reader(folder, {"password": "geheim-1"}))
    files = list(folder.iterdir())
    assert files
    for path in files:
        content = path.read_bytes() + path.name.encode()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert not any(word in content for word in (b"geheim", b"hybrid_integration", b"gax.example.com", PASSWORD.encode()))


def test_the_key_depends_on_the_run_and_on_the_password(folder, tmp_path):
    keys = {RunCache(place, password)._key() for place in (folder, tmp_path) for password in (PASSWORD, "another")}
    assert len(keys) == 4


@pytest.mark.parametrize("mode, password", [(0o750, PASSWORD), (0o700, "")])
def test_without_a_private_directory_or_a_password_nothing_is_kept(folder, mode, password):
    folder.chmod(mode)
    reader = Reader(folder, "value")
    assert [ask(folder, reader, password), ask(folder, reader, password)] == ["value", "value"]
    assert reader.count == 2 and list(folder.iterdir()) == []


def test_a_missing_or_linked_directory_is_not_used(folder):
    link = folder.parent / "link"
    link.symlink_to(folder)
    for place in (link, folder.parent / "none"):
        assert ask(place, Reader(folder, "value")) == "value"
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_damaged_file_is_read_over(folder, content):
    reader = Reader(folder, "value")
    ask(folder, reader)
    (path,) = [path for path in folder.iterdir() if path.suffix == ""]
    path.write_bytes(path.read_bytes()[:-5] if content is None else content)
    assert ask(folder, reader) == "value" and reader.count == 2
    assert ask(folder, reader) == "value" and reader.count == 2


def test_a_full_disk_costs_the_cache_only(folder, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_run_cache.os, "replace", full)
    reader = Reader(folder, "value")
    assert [ask(folder, reader), ask(folder, reader)] == ["value", "value"] and reader.count == 2
    assert [path.suffix for path in folder.iterdir()] == [".lock"]


def test_errors_and_passing_values_are_not_kept(folder):
    failing = Reader(folder, None, error=AuthenticationError("refused"))
    for _time in range(2):
        with pytest.raises(HybridError, match="refused"):
            ask(folder, failing)
    absent = Reader(folder, {"names": []})
    for _time in range(2):
        assert ask(folder, absent, lasts=lambda value: False) == {"names": []}
    assert absent.count == 4
    assert ask(folder, Reader(folder, "value")) == "value"


def test_anew_reads_again_and_for_everybody(folder):
    ask(folder, Reader(folder, "old"))
    assert ask(folder, Reader(folder, "new"), anew=True) == "new"
    assert ask(folder, Reader(folder, "unused")) == "new"


def in_processes(number, work):
    """What ``work`` gives in as many processes at once; HybridError as its text."""
    queue = FORK.Queue()

    def child():
        try:
            queue.put(work())
        except HybridError as error:
            queue.put(f"error: {error}")

    processes = [FORK.Process(target=child) for _number in range(number)]
    for process in processes:
        process.start()
    results = [queue.get(timeout=30) for _process in processes]
    for process in processes:
        process.join(30)
    return results


def test_processes_at_once_read_once(folder):
    reader = Reader(folder, "value", PAUSE)
    assert in_processes(5, lambda: ask(folder, reader)) == ["value"] * 5 and reader.count == 1
    assert in_processes(3, lambda: ask(folder, reader)) == ["value"] * 3 and reader.count == 1


@pytest.mark.parametrize("value, error, expected", [(None, AuthenticationError("refused"), "error: refused"), ("absent", None, "absent")])
def test_who_waits_shares_what_does_not_last(folder, value, error, expected):
    reader = Reader(folder, value, PAUSE, error)
    assert in_processes(4, lambda: ask(folder, reader, lasts=lambda value: False)) == [expected] * 4
    assert reader.count == 1
    in_processes(1, lambda: ask(folder, reader, lasts=lambda value: False))
    assert reader.count == 2


def test_anew_does_not_accept_a_read_that_had_begun_before(folder):
    reader = Reader(folder, "value", PAUSE)
    RunCache(folder, PASSWORD)._key()  # derived once for all
    early = FORK.Process(target=lambda: ask(folder, reader))
    early.start()
    time.sleep(PAUSE / 2)
    ask(folder, reader, anew=True)
    early.join(30)
    assert reader.count == 2


def test_a_process_that_dies_while_it_reads_hinders_nobody(folder):
    doomed = FORK.Process(target=lambda: ask(folder, lambda: os._exit(1)))
    doomed.start()
    doomed.join(30)
    assert ask(folder, Reader(folder, "value")) == "value"
