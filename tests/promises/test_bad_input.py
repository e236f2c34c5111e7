# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad input, of every kind that YAML and templates produce, in every option of every module: success, or one sentence that names the option."""

from __future__ import annotations

import copy
import datetime
import json
import math
import os
import re
import socket
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path as File
from typing import Any
from unittest import mock

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ansible_collections.genesys.hybrid.plugins.module_utils._http import is_loopback
from promises.calls import MODULES, PASSWORD, SECRET, Server, no_pauses, spec_of
from promises.conftest import SOAK
from promises.valid import CFGSERVER, ORGANIZATION, VALID
from sandbox.process import SandboxProcess

DRAWS = 1000 if SOAK else 40  # of each module
LONGEST_MESSAGE = 3000
TEXTS = [
    *["", " ", "no", "yes", "null", "~", "1e3", "2026-11-29", "0x1F", "012", "-1", "NaN", "inf", "*", "a,b", "{", "[1]", "'", '"', "%s%n", "\\", "#"],
    *["\0", "a\nb", "\x1b[31mred", "\u202egnp.exe", "\u2028", "\ud800", "Ä" * 300, "x" * 100_000, "=" * 44, "A" * 43 + "=", "sealed-v1:gAAAA", "****"],
    *["{{ undefined }}", "{% raw %}", "$ANSIBLE_VAULT;1.1;AES256", "<b>&amp;", "../../etc/passwd", "/dev/zero", "/", "-----BEGIN PRIVATE KEY-----\nMIIE"],
    *[
        "http://user:pass@127.0.0.1:1",
        "https://[::1",
        "http://127.0.0.1:1",
        "https://host.invalid",
        "ftp://x",
        "//",
        "http://",
        "127.0.0.1:99999",
        "(known after apply)",
    ],
]
OTHERS: list[Any] = [
    *[None, True, False, 0, -1, 1, 2**31, 2**63, 2**200, 1e3, 1.5, -0.0, 1e308, math.inf, math.nan, datetime.date(2026, 11, 29)],
    *[
        [],
        [None],
        [[]],
        [{}],
        [""],
        ["a", "a"],
        ["x"] * 300,
        {},
        {"a": 1},
        {"a": None},
        {"": {"": ""}},
        {"a": {"b": [1]}},
        {"ewt": {"password": 1.5}},
        {1: {2: 3}},
    ],
    datetime.datetime(2026, 11, 29, 1, 2, 3),
    json.loads("[" * 100 + "]" * 100),
]
BAD = st.one_of(st.sampled_from(TEXTS), st.sampled_from(OTHERS), st.text(max_size=40), st.integers(), st.floats())

# Of many clients the others are written: how long tokens of one may be valid depends on permissions that PureCloud alone knows.
KNOWN_TO_SERVER = ("access_token_validity_seconds",)

Path = tuple[Any, ...]


def places(spec: Mapping[str, Any], options: Any, prefix: Path = ()) -> Iterator[Path]:
    """Every option of ``spec``, given or not, and every sub-option and item of those that are given."""
    for name, option in spec.items():
        yield (*prefix, name)
        value = options.get(name)
        for number, item in enumerate(value) if isinstance(value, list) else ():
            yield (*prefix, name, number)
            if isinstance(item, dict):
                yield from places(option.get("options") or {}, item, (*prefix, name, number))
        if isinstance(value, dict):
            if option.get("options"):
                yield from places(option["options"], value, (*prefix, name))
            for section, entries in value.items() if not option.get("options") else ():
                yield (*prefix, name, section)
                yield from ((*prefix, name, section, key) for key in entries)


def changed(options: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    options = copy.deepcopy(options)
    target: Any = options
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return options


def complaints(path: Path, result: dict[str, Any]) -> list[str]:
    """What is wrong with a failure."""
    message = result.get("msg")
    if not isinstance(message, str) or not message.strip():
        return ["it has no message"]
    wrong = ["it is a traceback"] if "exception" in result or "defect of the collection" in message else []
    # Names of options that a section or an item is part of count: "options ewt/password", "Elements value for option 'scopes'".
    names = [step for step in path if isinstance(step, str)][-2:]
    if "permission_policies" in path:
        names.append("permission")  # which the message shows as domain:entity:action
    if names[-1].endswith("url"):
        names.append("check host and port")  # of the address that the message shows
    # Ansible masks every occurrence of a secret, however short: what is left of the sentence then tells nothing.
    wrong += (
        [f"it does not name {path}"] if "********" not in message and not any(re.search(rf"\b{re.escape(name.rstrip('s'))}", message) for name in names) else []
    )
    wrong += ["it has several lines"] if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202e]", message) else []
    wrong += ["it is too long"] if len(message) > LONGEST_MESSAGE else []
    return wrong


def loopback_only(host: Any, *arguments: Any, **options: Any) -> Any:
    """Names resolve as they do without a network."""
    if not is_loopback(str(host)):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return RESOLVE(host, *arguments, **options)


RESOLVE = socket.getaddrinfo


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with SandboxProcess() as process, no_pauses(), mock.patch.object(socket, "getaddrinfo", loopback_only):
        yield Server(process)


@pytest.mark.timeout(3600 if SOAK else 300)
@pytest.mark.parametrize("module", MODULES)
def test_bad_input_is_refused_with_a_sentence(module: str, server: Server, report: Callable[[str], None]) -> None:
    outcomes: Counter[str] = Counter()
    valid = {**server.connection(module), **VALID.get(module, {})}
    everything = sorted(places(spec_of(module).argument_spec(), valid), key=str)
    server.reset(ORGANIZATION, CFGSERVER)
    assert not server.run(module, valid, check=True).get("failed")
    before = server.entities()

    @settings(
        max_examples=DRAWS,
        derandomize=not SOAK,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(everything), BAD)
    def draws(path: Path, value: Any) -> None:
        outcomes["draws"] += 1
        result = server.run(module, changed(valid, path, value))
        after = server.entities()
        if after != before:
            server.reset(ORGANIZATION, CFGSERVER)
        assert not [secret for secret in (SECRET, PASSWORD, "stored-p4ssword", "wanted-p4ssword") if secret in json.dumps(result, default=str)]
        if result.get("failed"):
            outcomes["refused"] += 1
            wrong = complaints(path, result) + (["something was written"] if after != before and path[-1] not in KNOWN_TO_SERVER else [])
            assert not wrong, f"{wrong}: {str(result.get('msg'))[:1500]!r} {str(result.get('exception'))[-1500:]}"
        else:
            outcomes["accepted"] += 1

    draws()
    report(f"bad input, {module}: {dict(outcomes)}")
    assert outcomes["draws"] >= DRAWS


# What YAML and templates make of what people write, and what must be in the sentence about it.
TASKS = r"""
- {genesys.hybrid.purecloud_user: {email: "{{ nobody_knows_this }}"}, name: nobody_knows_this}
- {genesys.hybrid.purecloud_user: {email: no}, name: email}
- {genesys.hybrid.purecloud_user: {email: 2026-11-29}, name: email}
- {genesys.hybrid.purecloud_user: {email: "{{ none }}"}, name: email}
- {genesys.hybrid.purecloud_user: {}, name: email}
- {genesys.hybrid.purecloud_user: {email: a@example.com, mail: x}, name: mail}
- {genesys.hybrid.purecloud_user: {email: a@example.com, name: "A", roles: "{{ [{'role': undefined_role}] }}"}, name: undefined_role}
- {genesys.hybrid.purecloud_user: {email: "a\0@example.com"}, name: email}
- {genesys.hybrid.purecloud_role: {name: on, permission_policies: [{domain: "routing", entity_name: queue, conditions: yes}]}, name: conditions}
- {genesys.hybrid.purecloud_oauth_client: {name: n, access_token_validity_seconds: 1e9, roles: [role: Admin]}, name: access_token_validity}
- {genesys.hybrid.purecloud_oauth_client: {name: n, access_token_validity_seconds: .inf, roles: [role: Admin]}, name: access_token_validity}
- {genesys.hybrid.purecloud_oauth_clients: {clients: "{{ 5 }}"}, name: clients}
- {genesys.hybrid.purecloud_oauth_clients: {clients: [null]}, name: clients}
- {genesys.hybrid.cfgserver_transaction: {name: t, options: {general: {expire: 1.5}}}, name: general/expire}
- {genesys.hybrid.cfgserver_transaction: {name: t, options: {general: 2026-11-29 10:00:00}}, name: options}
- {genesys.hybrid.cfgserver_transaction: {name: t, options: "{{ 5 }}"}, name: options}
- {genesys.hybrid.cfgserver_transaction: {name: t, record_period: yes}, name: record_period}
"""


def test_what_yaml_and_templates_make_is_refused_with_a_sentence(server: Server, tmp_path: File, report: Callable[[str], None]) -> None:
    """In Ansible's own process and as ordinary modules."""
    server.reset(ORGANIZATION, CFGSERVER)
    before = server.entities()
    defaults = {f"group/genesys.hybrid.{group}": server.connection(f"{group}_x") for group in ("purecloud", "cfgserver")}
    play = {"hosts": "all", "gather_facts": False, "ignore_errors": True, "module_defaults": defaults}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]) + "  tasks:" + textwrap.indent(TASKS, "  "), encoding="utf-8")
    common = "ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}' hybrid_in_process"
    (tmp_path / "hosts.ini").write_text(f"here {common}=true\nthere {common}=false\n", encoding="utf-8")
    plugins = {"ANSIBLE_CALLBACK_PLUGINS": str(File(__file__).parents[1] / "playbooks" / "callback_plugins"), "ANSIBLE_CALLBACKS_ENABLED": "recorder"}
    records = tmp_path / "records.jsonl"
    run = subprocess.run(
        [File(sys.executable).with_name("ansible-playbook"), "-i", "hosts.ini", "play.yml"],
        cwd=tmp_path,
        env={**os.environ, **plugins, "RECORDER_FILE": str(records)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr
    results = [json.loads(line) for line in records.read_text(encoding="utf-8").splitlines()]
    wrong = [result for result in results if result["outcome"] != "failed" or result["task"] not in result["result"]["msg"]]
    assert not wrong, "\n".join(f"{result['host']} {result['task']}: {result['outcome']} {str(result['result'])[:400]}" for result in wrong)
    assert len(results) == 2 * TASKS.count("- {")
    assert server.entities() == before
    report(f"bad input, ansible-playbook: {len(results)} tasks, all refused")
