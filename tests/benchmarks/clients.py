# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many OAuth clients: the bulk module, a loop of the single module, and what a playbook without this collection does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.process import SandboxProcess

from .fleet import SWITCHES
from .measure import Cost, ansible_playbook, median

SIZES = (1, 10, 100, 500)
REPEATED = 10  # up to this size, each is measured three times and the one in the middle counts
ALLOWED = 300  # requests a minute, as PureCloud allows them to a token
ROLES = [{"role": "Admin", "division": "*"}]
CONNECTION = {"api_url": "{{ api_url }}", "client_id": "{{ client_id }}", "client_secret": "{{ client_secret }}"}


def play(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    defaults = {"group/genesys.hybrid.purecloud": CONNECTION}
    return [{"name": "Benchmark", "hosts": "localhost", "connection": "local", "gather_facts": False, "module_defaults": defaults, "tasks": tasks}]


BULK = [{"name": "All in one task", "genesys.hybrid.purecloud_oauth_clients": {"clients": "{{ clients }}", "expose_secret": True}, "no_log": True}]
LOOP = [
    {
        "name": "One at a time",
        "genesys.hybrid.purecloud_oauth_client": {"name": "{{ item }}", "roles": ROLES, "expose_secret": True},
        "loop": "{{ clients | map(attribute='name') }}",
        "no_log": True,
    }
]
# Idempotent and no more: a token, the whole list, and a client for each name that is not in it.
AUTHORIZATION = {"Authorization": "Bearer {{ token.json.access_token }}"}
BY_HAND = [
    {
        "name": "Get a token",
        "ansible.builtin.uri": {
            "url": "{{ api_url }}/oauth/token",
            "method": "POST",
            "url_username": "{{ client_id }}",
            "url_password": "{{ client_secret }}",
            "force_basic_auth": True,
            "body_format": "form-urlencoded",
            "body": {"grant_type": "client_credentials"},
        },
        "register": "token",
        "no_log": True,
    },
    {
        "name": "List the clients",
        "ansible.builtin.uri": {"url": "{{ api_url }}/api/v2/oauth/clients", "headers": AUTHORIZATION},
        "register": "listed",
        "no_log": True,
    },
    {
        "name": "Create the missing ones",
        "ansible.builtin.uri": {
            "url": "{{ api_url }}/api/v2/oauth/clients",
            "method": "POST",
            "headers": AUTHORIZATION,
            "body_format": "json",
            "body": {"name": "{{ item }}", "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": [{"roleId": "{{ role_id }}", "divisionId": "*"}]},
        },
        "loop": "{{ clients | map(attribute='name') | difference(listed.json.entities | map(attribute='name')) }}",
        "no_log": True,
    },
]


def table(sandbox: SandboxProcess, folder: Path, largest: int) -> list[str]:
    """Wall seconds of creating so many clients in an empty organization, and how many times longer than the bulk module the others take."""
    playbooks = {}
    for name, tasks in {"bulk": BULK, "loop": LOOP, "uri": BY_HAND}.items():
        playbooks[name] = folder / f"{name}.json"
        playbooks[name].write_text(json.dumps(play(tasks)), encoding="utf-8")
    lines = ["| clients | `purecloud_oauth_clients` | loop of `purecloud_oauth_client` | loop of `uri` |", "|---|---|---|---|"]
    for size in (size for size in SIZES if size <= largest):
        cost = {name: median(lambda path=path, size=size: _create(sandbox, path, size), 3 if size <= REPEATED else 1) for name, path in playbooks.items()}
        others = [f"{cost[name].wall:.1f} s, {cost[name].wall / cost['bulk'].wall:.1f} x" for name in ("loop", "uri")]
        lines.append(f"| {size} | {cost['bulk'].wall:.1f} s | {others[0]} | {others[1]} |")
    return lines


def limit(sandbox: SandboxProcess, folder: Path, largest: int) -> list[str]:
    """500 clients with PureCloud's limit enforced. The limit's own time: the minutes that must be over before the last of so many requests is allowed."""
    playbook = folder / "limit.json"
    playbook.write_text(json.dumps(play(BULK)), encoding="utf-8")
    count = min(SIZES[-1], largest)
    limited = _create(sandbox, playbook, count, ALLOWED)
    journal = sandbox.control("GET", "requests")
    refused = sum(entry["status"] == 429 for entry in journal)
    own = 60 * ((len(journal) - 1) // ALLOWED)
    return [
        f"With a limit of {ALLOWED} requests a minute, {count} clients take {limited.wall:.0f} s for {len(journal)} requests, of which {refused} were refused: "
        f"{limited.wall / own:.2f} x the limit's own time of {own} s."
    ]


def _create(sandbox: SandboxProcess, playbook: Path, count: int, allowed: int = 0) -> Cost:
    sandbox.control("POST", "reset", {"switches": {**SWITCHES, "rate_limit_per_minute": allowed}})
    organization = sandbox.control("GET", "state")["purecloud"]["organizations"][0]
    variables = {
        "api_url": sandbox.info["purecloud_url"],
        "client_id": sandbox.info["client_id"],
        "client_secret": sandbox.info["client_secret"],
        "clients": [{"name": f"benchmark-{number}", "roles": ROLES} for number in range(count)],
        "role_id": next(key for key, role in organization["roles"].items() if role["document"]["name"] == ROLES[0]["role"]),
    }
    sandbox.control("DELETE", "requests")
    cost = ansible_playbook("-i", "localhost,", "-e", json.dumps(variables), playbook, ANSIBLE_LOCALHOST_WARNING="false")
    made = len(sandbox.control("GET", "state")["purecloud"]["organizations"][0]["clients"]) - 1
    if made != count:
        raise RuntimeError(f"{playbook.name} made {made} of {count} clients")
    return cost
