# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In a run, tasks in check mode remember what was read moments ago: never longer than it is true."""

from __future__ import annotations

import json

import pytest
import yaml

HOSTS = {name: {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"} for name in ("one", "two")}
ROLES = "/api/v2/authorization/roles"
ROLE = {"name": "Remembered", "permission_policies": [{"domain": "directory", "entity_name": "user", "action_set": ["view"]}]}
PLAN = {"name": "Plan", "genesys.hybrid.purecloud_role": ROLE, "check_mode": True, "register": "planned"}
WRITE = {"name": "Write", "genesys.hybrid.purecloud_role": ROLE}


@pytest.fixture
def run(sandbox, run_playbook, tmp_path):
    """A function that runs tasks on two hosts with one account and returns how often the roles were read."""

    def run_tasks(*tasks, fails=False):
        account = {"api_url": sandbox.info["purecloud_url"], "client_id": sandbox.info["client_id"], "client_secret": sandbox.info["client_secret"]}
        play = {"name": "Run", "hosts": "all", "gather_facts": False, "module_defaults": {"group/genesys.hybrid.purecloud": account}, "tasks": list(tasks)}
        (tmp_path / "playbook.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        # By default that of the user's home as the shell sees it in one task, and as the account has it in the other.
        jobs = {"ansible_async_dir": str(tmp_path / "async")}
        (tmp_path / "inventory.json").write_text(json.dumps({"all": {"hosts": HOSTS, "vars": jobs}}), encoding="utf-8")
        sandbox.control("DELETE", "requests")
        ended = run_playbook("-i", "inventory.json", "playbook.yml")
        assert (ended.returncode != 0) is fails, ended.output
        return [entry["path"] for entry in sandbox.control("GET", "requests")].count(ROLES)

    return run_tasks


def test_hosts_read_once(run):
    assert run(PLAN, PLAN) == 2


@pytest.mark.parametrize(
    "how",
    [
        {"run_once": True},
        {"run_once": True, "vars": {"hybrid_keep_sessions": False}},
        {"run_once": True, "vars": {"hybrid_in_process": False}},
        {"when": "inventory_hostname == 'two'"},
    ],
    ids=["once", "without kept sessions", "as an ordinary module", "on another host"],
)
def test_a_plan_knows_what_any_host_has_written(run, how):
    run(PLAN, {**WRITE, **how}, PLAN, {"name": "Compare", "ansible.builtin.assert": {"that": "planned is not changed"}})


def test_a_plan_knows_what_has_been_written_behind_it(run):
    written = {"name": "Wait", "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"}, "register": "job", "until": "job is finished", "delay": 1}
    behind = {**WRITE, "async": 60, "poll": 0, "register": "job", "when": "inventory_hostname == 'two'"}
    compare = {"name": "Compare", "ansible.builtin.assert": {"that": "planned is not changed"}}
    run(behind, PLAN, {**written, "retries": 20, "when": "inventory_hostname == 'two'"}, PLAN, compare)


def test_who_repeats_a_task_asks_again(run):
    again = {"retries": 2, "delay": 0, "run_once": True}
    assert run(PLAN, {**PLAN, **again, "until": "planned.attempts == 2"}) == 2 + 2
    impossible = {**PLAN, "genesys.hybrid.purecloud_role": {"name": "No such role", "create": False}}
    reads = run({**impossible, "run_once": True}, fails=True)
    assert run({**impossible, **again}, fails=True) == 3 * reads > 0
