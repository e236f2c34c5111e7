# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command and say what it took."""

from __future__ import annotations

import contextlib
import os
import resource
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLE_SECONDS = 0.2
LONGEST_SECONDS = 3600.0
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Cost:
    """``wall`` and ``cpu`` in seconds; ``memory`` is the peak of all processes together in MiB, each shared page counted once (PSS)."""

    wall: float
    cpu: float
    memory: float
    output: str


def median(measure: Callable[[], Cost], times: int) -> Cost:
    """The run in the middle of so many."""
    costs = sorted((measure() for _time in range(times)), key=lambda cost: cost.wall)
    return costs[(times - 1) // 2]


def spread(costs: list[Cost]) -> float:
    """Standard deviation of the walls over their mean."""
    walls = [cost.wall for cost in costs]
    return statistics.pstdev(walls) / statistics.mean(walls)


def ansible_playbook(*arguments: str | Path, watch_memory: bool = False, **environment: str) -> Cost:
    """A run of ansible-playbook that succeeds; RuntimeError shows what it printed otherwise."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), *map(str, arguments)]
    return run(command, watch_memory=watch_memory, environment={**os.environ, "ANSIBLE_NOCOLOR": "1", **environment})


def run(command: list[str], *, watch_memory: bool = False, environment: dict[str, str] | None = None) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), _now()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done), daemon=True)
    if watch_memory:
        watcher.start()
    try:
        output, _none = process.communicate(timeout=LONGEST_SECONDS)
    finally:
        done.set()
        if process.poll() is None:
            process.kill()
            process.wait()
    wall, after = _now() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed with exit code {process.returncode}:\n{output[-1500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, peak[0], output)


def _now() -> float:
    return os.times().elapsed


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    parent = psutil.Process(pid)
    while not done.wait(SAMPLE_SECONDS):
        total = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in [parent, *parent.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    total += process.memory_full_info().pss / MEBIBYTE
        peak[0] = max(peak[0], total)
