# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole hybrid integrations, in which nothing has to be changed: one of them against Ansible's own floor, and up to a thousand of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sandbox.process import SandboxProcess

from .fleet import Fleet
from .measure import Cost, ansible_playbook, median

SIZES = (10, 100, 1000)
FORKS = 4
HOSTS = 10  # so many in the comparison with the floor: what Ansible takes to start is then a small part on both sides
TIMES = 3


def _run(fleet: Fleet, *arguments: str, watch_memory: bool = False) -> Cost:
    playbook, *others = arguments
    reports = f"audit_directory={fleet.inventory.parent / 'audit'}"
    common = ("-i", fleet.inventory, "--forks", str(FORKS), "-e", reports)
    cost = ansible_playbook(playbook, *common, *others, watch_memory=watch_memory, ANSIBLE_DISPLAY_OK_HOSTS="false")
    recap = re.findall(r"changed=(\d+)", cost.output)
    if len(recap) != len(fleet.secrets) or any(map(int, recap)):
        raise RuntimeError(f"not every integration was found unchanged:\n{cost.output[-1500:]}")
    return cost


def _tasks(output: str) -> int:
    """How many tasks a host executed, from the recap. The first one also has those that are executed once for all."""
    return min(int(ok) for ok in re.findall(r"ok=(\d+)", output))


def one(sandbox: SandboxProcess, folder: Path, _largest: int) -> list[str]:
    """CPU and wall seconds of one integration, against as many tasks that do nothing but print a line, and without the requests' own time."""
    fleet = Fleet(sandbox, folder, HOSTS)
    lines = [
        "| one integration | tasks | requests | wall | CPU | floor, wall | floor, CPU | wall / floor | CPU / floor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for title, arguments in {"provision, second run": ("genesys.hybrid.provision",), "audit": ("genesys.hybrid.audit",)}.items():
        with fleet.counted() as requests:
            first = _run(fleet, *arguments)
        cost = median(lambda arguments=arguments: _run(fleet, *arguments), TIMES)
        tasks = _tasks(first.output)
        playbook = folder / "floor.json"
        playbook.write_text(json.dumps(_floor(tasks)), encoding="utf-8")
        floor = median(lambda playbook=playbook: ansible_playbook(playbook, "-i", fleet.inventory, "--forks", str(FORKS)), TIMES)
        numbers = [f"{value / HOSTS:.2f} s" for value in (cost.wall, cost.cpu, floor.wall, floor.cpu)]
        ratios = [f"{cost.wall / floor.wall:.1f} x", f"{cost.cpu / floor.cpu:.1f} x"]
        lines.append(f"| {title} | {tasks} | {requests[0] // HOSTS} | {' | '.join(numbers + ratios)} |")
    return lines


def _floor(tasks: int) -> list[dict[str, Any]]:
    debug = [{"name": f"Task {number}", "ansible.builtin.debug": {"msg": "{{ inventory_hostname }}"}} for number in range(tasks)]
    return [{"name": "Floor", "hosts": "hybrid_integrations", "connection": "local", "gather_facts": False, "tasks": debug}]


def many(sandbox: SandboxProcess, folder: Path, largest: int) -> list[str]:
    """The audit of ever more integrations; memory is that of the controller and its workers together, each shared page counted once."""
    lines = ["| integrations | wall | CPU | requests | peak memory | wall, against the row above |", "|---|---|---|---|---|---|"]
    before = None
    for size in (size for size in SIZES if size <= largest):
        fleet = Fleet(sandbox, folder, size)
        with fleet.counted() as requests:
            cost = _run(fleet, "genesys.hybrid.audit", watch_memory=True)
        growth = f"{cost.wall / before.wall:.1f} x" if before else ""
        lines.append(f"| {size} | {cost.wall:.0f} s | {cost.cpu:.0f} s | {requests[0]} | {cost.memory:.0f} MiB | {growth} |")
        before = cost
    return lines
