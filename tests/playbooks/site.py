# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two example integrations in a sandbox, and the collection's playbooks run on them as a user runs them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from pathlib import Path

import psutil
import requests

from demo.estate import Estate
from sandbox.process import SandboxProcess

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 180
# POST requests that change nothing: logins, and a search.
HARMLESS = ("/oauth/token", "/gax/api/session/login", "/gax/api/session/logout", "/api/v2/users/search")


def kill_tree(process: subprocess.Popen[str]) -> None:
    """SIGKILL a process and all below it. Ansible's workers have sessions of their own: killing the group would leave them, and their modules, running."""
    parent = psutil.Process(process.pid)
    parent.suspend()  # so that nothing new appears while the tree is read
    for doomed in [*parent.children(recursive=True), parent]:
        with contextlib.suppress(psutil.NoSuchProcess):
            doomed.kill()
    process.wait()


class Site:
    """The two example integrations, and the sandbox that they live in. With ``limit`` only that one is run."""

    def __init__(self, sandbox: SandboxProcess, estate: Estate, folder: Path, limit: str | None = None):
        self.sandbox = sandbox
        self.folder = folder
        self.estate = estate
        self.limit = ["--limit", limit] if limit else []
        self.records = folder / "records.jsonl"
        self.output = ""

    def start(self, *arguments: str, playbook: str = "provision") -> subprocess.Popen[str]:
        self.records.unlink(missing_ok=True)
        self.log = open(self.folder / "output.txt", "w+", encoding="utf-8")  # noqa: SIM115 - closed by finish
        environment = {
            **os.environ,
            "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "RECORDER_FILE": str(self.records),
        }
        command = ["ansible-playbook", playbook if "/" in playbook else f"genesys.hybrid.{playbook}", *self.estate.arguments, *self.limit, *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, text=True)

    def finish(self, process: subprocess.Popen[str]) -> int:
        try:
            return process.wait(SECONDS)
        finally:
            if process.poll() is None:
                kill_tree(process)
            self.log.seek(0)
            self.output = self.log.read()
            self.log.close()

    def run(self, *arguments: str, succeeds: bool = True, quiet: bool = True, playbook: str = "provision") -> dict[str, dict[str, int]]:
        """Run the playbook and return the recap: host -> counter -> number. With ``quiet`` no warning may appear."""
        self.sandbox.control("DELETE", "requests")
        code = self.finish(self.start(*arguments, playbook=playbook))
        assert (code == 0) is succeeds, self.output
        assert "Traceback" not in self.output, self.output
        assert not quiet or "WARNING" not in self.output, self.output
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.output, re.MULTILINE)
        return {host: {key: int(number) for key, number in re.findall(r"(\w+)=(\d+)", counters)} for host, counters in lines}

    def changed(self, *arguments: str, playbook: str = "provision") -> dict[str, int]:
        return {host: counters["changed"] for host, counters in self.run(*arguments, playbook=playbook).items()}

    def results(self) -> dict[tuple[str, str], dict]:
        """(host, action) -> result, for the tasks of the collection."""
        records = [json.loads(line) for line in self.records.read_text(encoding="utf-8").splitlines()]
        return {(record["host"], record["action"]): record["result"] for record in records if record["action"].startswith("genesys.hybrid.")}

    def diffs(self) -> dict[tuple[str, str], dict]:
        return {key: result["diff"] for key, result in self.results().items() if result.get("diff")}

    def message(self) -> str:
        (result,) = {result["msg"]: result for result in self._failed()}.values()
        return result["msg"]

    def _failed(self) -> list[dict]:
        records = [json.loads(line) for line in self.records.read_text(encoding="utf-8").splitlines()]
        return [record["result"] for record in records if record["outcome"] == "failed"]

    def writes(self) -> list[str]:
        journal = self.sandbox.control("GET", "requests")
        return [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] not in ("GET", "HEAD") and entry["path"] not in HARMLESS]

    def organization(self, number: int) -> dict:
        return self.sandbox.control("GET", "state")["purecloud"]["organizations"][number]

    def clients(self, number: int) -> dict[str, dict]:
        """name -> client, without the one that Ansible uses; fails when a name occurs twice."""
        entries = [entry for entry in self.organization(number)["clients"].values() if entry["document"]["name"] != "Bootstrap"]
        names = [entry["document"]["name"] for entry in entries]
        assert len(names) == len(set(names)), names
        return {entry["document"]["name"]: entry for entry in entries}

    def objects(self) -> dict[str, dict[str, dict[str, str]]]:
        """tenant DBID -> options of its object, read from GAX as an administrator sees them."""
        gax = requests.Session()
        account = {"username": self.sandbox.info["cfgserver_username"], "password": self.sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
        gax.post(f"{self.sandbox.info['gax_url']}/session/login", json=account, timeout=30).raise_for_status()
        query = {"type": "CfgTransaction", "brief": "false", "name": "hybrid_integration"}
        found: dict[str, dict[str, dict[str, str]]] = {}
        for entry in gax.get(f"{self.sandbox.info['gax_url']}/cfg/objects", params=query, timeout=30).json():
            assert (entry["subtype"], entry["alias"]) == ("CFGTRTList", "hybrid_integration")
            sections = found.setdefault(entry["tenantdbid"], {})
            for option in entry["userproperties"]["property"]:
                sections.setdefault(option["section"], {})[option["key"]] = option["value"]
        return found

    def mints(self, section: dict[str, str]) -> bool:
        pair = section["client_id"], section["password"]
        answer = requests.post(f"{self.sandbox.info['purecloud_url']}/oauth/token", {"grant_type": "client_credentials"}, auth=pair, timeout=30)
        # A SAML client is known with its secret, but not allowed this grant.
        return answer.status_code == 200 or answer.json()["error"] in ("unauthorized_client", "unsupported_grant_type")

    def every_secret_works(self) -> bool:
        return all(self.mints(section) for options in self.objects().values() for section in options.values() if "client_id" in section)
