# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PureCloud's limit of requests a minute, with two hosts of one organization that both have more to do than it allows."""

from __future__ import annotations

from pathlib import Path

import yaml

from playbooks.conftest import RunPlaybook, newest_core_only
from sandbox.process import SandboxProcess

HOSTS = ("north", "south")
CLIENTS = 320  # of each host; 300 requests a minute are allowed


@newest_core_only
def test_hosts_of_one_organization_wait_for_the_limit_and_get_on_alike(sandbox: SandboxProcess, run_playbook: RunPlaybook, tmp_path: Path) -> None:
    sandbox.control("POST", "reset", {"switches": {"rate_limit_per_minute": 300}})
    names = "{{ range(1, " + str(CLIENTS + 1) + ") | map('string') | map('regex_replace', '^', inventory_hostname ~ '-') }}"
    bulk = {
        "api_url": sandbox.info["purecloud_url"],
        "client_id": sandbox.info["client_id"],
        "client_secret": sandbox.info["client_secret"],
        "clients": "{{ dict(names | zip(names)) | dict2items(key_name='name', value_name='description') | map('combine', roles) }}",
        "seal_key": "{{ lookup('ansible.builtin.password', '/dev/null', length=42, chars=['ascii_letters']) ~ 'A=' }}",
    }
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": {"names": names, "roles": {"roles": [{"role": "Admin", "division": "*"}]}},
        "tasks": [{"genesys.hybrid.purecloud_oauth_clients": bulk}],
    }
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")

    outcome = run_playbook("-i", ",".join(HOSTS) + ",", playbook)

    assert outcome.returncode == 0, outcome.output
    assert {host: counters["changed"] for host, counters in outcome.recap.items()} == dict.fromkeys(HOSTS, 1)
    assert [entry["path"] for entry in sandbox.control("GET", "requests") if entry["status"] == 429] == []
    [organization] = [item for item in sandbox.control("GET", "state")["purecloud"]["organizations"] if len(item["clients"]) > CLIENTS]
    in_order = [client["document"]["name"].partition("-")[0] for client in organization["clients"].values()]
    created = [host for host in in_order if host in HOSTS]
    assert {host: created.count(host) for host in HOSTS} == dict.fromkeys(HOSTS, CLIENTS)
    # When one of them is done, the other one is not far behind.
    done = min(len(created) - created[::-1].index(host) for host in HOSTS)
    assert min(created[:done].count(host) for host in HOSTS) >= 0.8 * CLIENTS
