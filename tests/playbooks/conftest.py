# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests of playbooks share: a sandbox, and ansible-playbook as a user runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible.release import __version__ as core

from sandbox.process import SandboxProcess

OLDEST_CORE = tuple(map(int, core.split(".")[:2])) < (2, 17)
newest_core_only = pytest.mark.skipif(OLDEST_CORE, reason="depends on nothing of ansible-core, and was run on the newest one")
PLUGINS = Path(__file__).parent


@dataclass(frozen=True)
class PlaybookRun:
    """What a run of ansible-playbook left behind.

    ``records`` holds the result of every task, one JSON object a line: what a callback sees, unlike the output with all details.
    """

    returncode: int
    stdout: str
    stderr: str
    records: str

    @property
    def output(self) -> str:
        return f"{self.stdout}\n{self.stderr}"

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """Host to counter to number, such as ``{"localhost": {"ok": 3, "changed": 1, ...}}``."""
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.stdout, re.MULTILINE)
        return {host: {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", counters)} for host, counters in lines}

    @property
    def warnings(self) -> list[str]:
        """Every warning and deprecation warning, unwrapped to one line."""
        messages = re.split(r"^(?=\[[A-Z ]+\]: )", self.stderr, flags=re.MULTILINE)
        return [" ".join(message.split()) for message in messages if message.startswith(("[WARNING]", "[DEPRECATION WARNING]"))]


RunPlaybook = Callable[..., PlaybookRun]


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxProcess]:
    """One sandbox for each test process."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """A sandbox in the state of its seed."""
    running_sandbox.control("POST", "reset")
    return running_sandbox


@pytest.fixture
def run_playbook(tmp_path: Path) -> RunPlaybook:
    """A function that runs ``ansible-playbook`` with the given arguments in ``tmp_path``, for at most ``seconds``.

    The environment is the one that tests/conftest.py has cleaned, plus the keyword arguments. A run that takes too long is killed with
    all its workers and fails the test with what it printed.
    """

    def run(*arguments: str | os.PathLike[str], seconds: float = 180.0, **environment: str) -> PlaybookRun:
        records = tmp_path / "records.jsonl"
        records.write_text("", encoding="utf-8")
        plugins = {f"ANSIBLE_{kind.upper()}_PLUGINS": str(PLUGINS / f"{kind}_plugins") for kind in ("action", "callback")}
        recorder = {**plugins, "ANSIBLE_CALLBACKS_ENABLED": "recorder", "RECORDER_FILE": str(records)}
        process = subprocess.Popen(
            [Path(sys.executable).with_name("ansible-playbook"), *arguments],
            cwd=tmp_path,
            env={**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_PIPELINING": "1", **recorder, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            stdout, stderr = process.communicate(timeout=seconds)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                pytest.fail(f"ansible-playbook did not end within {seconds:.0f} seconds\n{stdout}\n{stderr}")
            raise
        return PlaybookRun(process.returncode, stdout, stderr, records.read_text(encoding="utf-8"))

    return run
