# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a single task costs: in Ansible's own process and as an ordinary module; importing each module; the sandbox itself."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import requests

from sandbox.process import SandboxProcess

from .clients import play
from .fleet import SWITCHES
from .measure import Cost, ansible_playbook, median, run

TASKS = 50
STARTS = 3
TIMES = 3
REQUESTS = 1000
MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
PACKAGE = "ansible_collections.genesys.hybrid.plugins.modules"
# The collection's import hook, as Ansible installs it before it loads a module.
PREPARE = "import sys; from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder as F; F(paths=[sys.argv[1]])._install()"


def execution(sandbox: SandboxProcess, folder: Path, _largest: int) -> list[str]:
    """CPU of a task, beyond that of a task that prints a line."""
    info = {"name": "Read the organization", "genesys.hybrid.purecloud_organization_info": {}, "loop": list(range(TASKS))}
    debug = {"name": "Print a line", "ansible.builtin.debug": {"msg": "{{ item }}"}, "loop": list(range(TASKS))}
    costs = {
        "`debug`": _loop(sandbox, folder, debug, True),
        "in Ansible's process": _loop(sandbox, folder, info, True),
        "as an ordinary module": _loop(sandbox, folder, info, False),
    }
    empty = _loop(sandbox, folder, {**debug, "loop": []}, True)
    each = {name: (cost.cpu - empty.cpu) / TASKS * 1000 for name, cost in costs.items()}
    ratio = each["as an ordinary module"] / each["in Ansible's process"]
    rows = [f"| {name} | {milliseconds:.0f} ms |" for name, milliseconds in each.items()]
    return ["| one of a loop's tasks, with a token and a request of its own | CPU |", "|---|---|", *rows, f"| ordinary module / in process | {ratio:.1f} x |"]


def _loop(sandbox: SandboxProcess, folder: Path, task: dict, in_process: bool) -> Cost:
    sandbox.control("POST", "reset", {"switches": SWITCHES})
    playbook = folder / "tasks.json"
    playbook.write_text(json.dumps(play([task])), encoding="utf-8")
    variables = {
        "api_url": sandbox.info["purecloud_url"],
        "client_id": sandbox.info["client_id"],
        "client_secret": sandbox.info["client_secret"],
        "hybrid_in_process": in_process,
        "ansible_python_interpreter": sys.executable,
    }
    command = ("-i", "localhost,", "-e", json.dumps(variables), playbook)
    return median(lambda: ansible_playbook(*command, ANSIBLE_LOCALHOST_WARNING="false"), TIMES)


def imports(_sandbox: SandboxProcess, folder: Path, _largest: int) -> list[str]:
    """CPU of importing each module, beyond that of the interpreter with Ansible's import hook, and of a task that starts it and is refused for its input."""
    collections = os.environ["ANSIBLE_COLLECTIONS_PATH"]

    def cost(statement: str) -> float:
        return median(lambda: run([sys.executable, "-c", f"{PREPARE}\n{statement}", collections]), TIMES).cpu * 1000

    empty = cost("from ansible.module_utils import basic")
    names = sorted(path.stem for path in MODULES.glob("*.py") if path.stem != "__init__")
    nothing = _start(folder, None)
    rows = [f"| `{name}` | {cost(f'import {PACKAGE}.{name}') - empty:.0f} ms | {(_start(folder, name) - nothing) / STARTS:.0f} ms |" for name in names]
    return ["| module | import | start |", "|---|---|---|", *rows]


def _start(folder: Path, module: str | None) -> float:
    """CPU in milliseconds of a play that starts an ordinary module without any input, which all of them refuse, so many times."""
    task = {f"genesys.hybrid.{module}": {}, "loop": list(range(STARTS)), "ignore_errors": True}
    playbook = folder / "start.json"
    tasks = [task] if module else []
    playbook.write_text(json.dumps([{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    variables = json.dumps({"hybrid_in_process": False, "ansible_python_interpreter": sys.executable})
    command = ("-i", "localhost,", "-e", variables, playbook)
    return median(lambda: ansible_playbook(*command, ANSIBLE_LOCALHOST_WARNING="false"), TIMES).cpu * 1000


def throughput(sandbox: SandboxProcess, _folder: Path, _largest: int) -> list[str]:
    """Requests a second that one client gets answered, so that nobody takes the sandbox's speed for the collection's."""
    sandbox.control("POST", "reset", {"switches": SWITCHES})
    pair = sandbox.info["client_id"], sandbox.info["client_secret"]
    session, address = requests.Session(), sandbox.info["purecloud_url"]
    answer = session.post(f"{address}/oauth/token", {"grant_type": "client_credentials"}, auth=pair, timeout=30)
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    started = time.perf_counter()
    for _number in range(REQUESTS):
        session.get(f"{address}/api/v2/oauth/clients", timeout=30).raise_for_status()
    seconds = time.perf_counter() - started
    return [f"One client reads the list of OAuth clients {REQUESTS / seconds:.0f} times a second: {seconds / REQUESTS * 1000:.1f} ms a request, both sides."]
