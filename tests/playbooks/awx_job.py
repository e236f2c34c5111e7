# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job as AWX lays it out for ansible-runner, its engine: what AWX itself would do between "Launch" and the first task."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ansible_runner
import yaml
from ansible.parsing.yaml.loader import AnsibleLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tools.collection_tree import BUILD, ROOT

VARIABLES = ROOT / "playbooks/vars/awx.yml"
PROJECT = ROOT / "docs/examples/awx-project"
SECONDS = 240


@cache
def shipped() -> dict[str, Any]:
    """The controller_* variables as they are shipped, templates unrendered."""
    return json.loads(json.dumps(AnsibleLoader(VARIABLES.read_text(encoding="utf-8")).get_single_data()))


def named(kind: str, name: str) -> dict[str, Any]:
    (found,) = [entry for entry in shipped()[f"controller_{kind}"] if entry["name"] == name]
    return found


# The templates whose playbooks are there; that all are is a test of its own.
TEMPLATES = {entry["name"]: entry for entry in shipped()["controller_templates"] if (ROOT / "playbooks" / entry["playbook"]).is_file()}


def survey_defaults(template: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    """What AWX passes as extra variables when somebody presses Launch without touching the survey; ``directory`` is what awx_directory says."""
    spec = template["survey_spec"]["spec"]
    answers = {question["variable"]: question["default"] for question in spec}
    return {name: str(answer).replace("{{ __awx_directory }}", str(directory)) if isinstance(answer, str) else answer for name, answer in answers.items()}


def injected(credential_type: Mapping[str, Any], inputs: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The environment that a credential gives a job, as AWX renders it.

    A field that was left out is no when it is a boolean, whatever its default, and empty otherwise; a file is made for it nevertheless.
    """
    fields = credential_type["inputs"]["fields"]
    assert set(credential_type["inputs"]["required"]) <= set(inputs) <= {field["id"] for field in fields}
    values: dict[str, Any] = {field["id"]: False if field["type"] == "boolean" else "" for field in fields} | dict(inputs)
    environment = ImmutableSandboxedEnvironment()
    file = folder / f"{credential_type['name'].replace(' ', '_')}.pem"
    file.write_text(environment.from_string(credential_type["injectors"]["file"]["template"]).render(values), encoding="utf-8")
    values["tower"] = {"filename": str(file)}
    return {name: environment.from_string(text).render(values) for name, text in credential_type["injectors"]["env"].items()}


def sliced(hosts: Iterable[str], number: int, count: int) -> list[str]:
    """The hosts of one of ``count`` slices, as AWX deals them out."""
    return sorted(hosts)[number - 1 :: count]


def isolation_runs() -> bool:
    """Whether bubblewrap is there and may make namespaces, which many containers forbid."""
    command = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "true"]
    return shutil.which("bwrap") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Finished:
    """A job that has ended: its status, its output and its events, as AWX's REST interface shows them."""

    status: str
    output: str
    events: list[dict[str, Any]]

    def changes(self) -> dict[str, dict[str, Any]]:
        """host -> resolved action -> difference, of every task that changed or would change something."""
        found: dict[str, dict[str, Any]] = {}
        for event in self.events:
            data = event.get("event_data", {})
            if event["event"] == "runner_on_ok" and data["res"].get("changed"):
                found.setdefault(data["host"], {})[data["resolved_action"]] = data["res"].get("diff")
        return found

    def failures(self) -> dict[str, str]:
        """host -> message."""
        failed = [event["event_data"] for event in self.events if event["event"] in ("runner_on_failed", "runner_on_unreachable")]
        return {data["host"]: data["res"]["msg"] for data in failed}

    def hosts(self) -> set[str]:
        return {event["event_data"]["host"] for event in self.events if event["event"] == "runner_on_ok"}


@dataclass
class Controller:
    """What AWX has when a job is launched: a project that jobs may only read, an inventory, credentials and a vault password."""

    folder: Path
    project: Path
    hosts: Mapping[str, Mapping[str, Any]]
    vault_password: str
    launched: int = 0

    def launch(
        self,
        template: Mapping[str, Any],
        environment: Mapping[str, str],
        slice_of: tuple[int, int] = (1, 1),
        check: bool | None = None,
        isolate: bool = False,
        answers: Mapping[str, Any] | None = None,
    ) -> Finished:
        """Run a job template with the answers that its survey suggests, but for ``answers``."""
        self.launched += 1
        job = self.folder / f"job{self.launched}"
        (job / "inventory").mkdir(parents=True)
        self._write_inventory(job / "inventory/hosts", sliced(self.hosts, *slice_of))
        check = template["job_type"] == "check" if check is None else check
        arguments = [*(["--check"] if check else []), "--diff", "--vault-id", "prod@prompt"]
        answer = ansible_runner.run(
            private_data_dir=str(job),
            project_dir=str(self.project),
            playbook=template["playbook"],
            cmdline=" ".join(arguments),
            extravars={**survey_defaults(template, self.folder / "exposed"), **(answers or {})},
            envvars={**environment, "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"], "ANSIBLE_HOME": str(job / "home")},
            passwords={r"^Vault password \(prod\):\s*?$": self.vault_password},
            settings={"job_timeout": SECONDS, "suppress_ansible_output": True},
            **(self._isolation() if isolate else {}),
        )
        with answer.stdout as stream:
            return Finished(answer.status, stream.read(), list(answer.events))

    def _isolation(self) -> dict[str, Any]:
        """The project, the collection and the interpreter can be read, the job's own folder written, nothing else of this machine is there."""
        exposed = self.folder / "exposed"
        exposed.mkdir(exist_ok=True)
        readable = [self.project, ROOT, BUILD, Path(sys.prefix), Path(sys.base_prefix)]
        return {
            "process_isolation": True,
            "process_isolation_executable": "bwrap",
            "process_isolation_path": str(self.folder),
            "process_isolation_ro_paths": [str(path.resolve()) for path in readable],
            "process_isolation_show_paths": [str(exposed)],
        }

    def _write_inventory(self, target: Path, hosts: list[str]) -> None:
        """AWX gives the inventory as a program that prints it."""
        content = {
            "all": {"children": ["hybrid_integrations"]},
            "hybrid_integrations": {"hosts": hosts},
            "_meta": {"hostvars": {host: {**self.hosts[host], "remote_tower_enabled": "true", "remote_tower_id": 1} for host in hosts}},
        }
        target.write_text(f"#! /usr/bin/env python3\nprint({json.dumps(content)!r})\n", encoding="utf-8")
        target.chmod(0o700)


def make_project(target: Path, inventory: Path) -> Path:
    """The shipped example project, beside whose playbooks lie the variables of an inventory: where AWX finds them.

    The Configuration Server's account, and the region and client of the first integration, are left to the credentials.
    """
    shutil.copytree(PROJECT, target)
    for folder in ("group_vars", "host_vars"):
        shutil.copytree(inventory / folder, target / folder)
    common, one, two = (
        target / name for name in ("group_vars/hybrid_integrations/main.yml", "host_vars/example_one/main.yml", "host_vars/example_two/main.yml")
    )
    secret = without(common, "hybrid_cfgserver_", "hybrid_purecloud_client_secret")["hybrid_purecloud_client_secret"]
    without(one, "hybrid_purecloud_client_id", "hybrid_purecloud_region")
    two.write_text(two.read_text(encoding="utf-8") + f'hybrid_purecloud_client_secret: "{secret}"\n', encoding="utf-8")
    return target


def without(file: Path, *prefixes: str) -> dict[str, Any]:
    """Take the variables that begin so out of the file, and return them."""
    variables = yaml.safe_load(file.read_text(encoding="utf-8"))
    taken = {name: variables.pop(name) for name in list(variables) if name.startswith(prefixes)}
    assert taken
    file.write_text(yaml.safe_dump(variables, sort_keys=False), encoding="utf-8")
    return taken
