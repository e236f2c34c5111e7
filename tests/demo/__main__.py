# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: a sandbox, two hybrid integrations provisioned into it, a drift made by hand, and what an audit reports of it.

Everything that is written lies below .build/demo: a copy of the example inventory with an encrypted vault file for each integration.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import requests

from sandbox.process import SandboxProcess

from .estate import Estate

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / ".build" / "demo"
REPORT = DEMO / "audit" / "report.html"
OBJECT = "hybrid_integration"


def say(text: str) -> None:
    line = "=" * 100
    print(f"\n{line}\n  {text}\n{line}", flush=True)


class Demonstration:
    def __init__(self, sandbox: SandboxProcess, arguments: list[str]) -> None:
        self.sandbox = sandbox
        self.arguments = arguments
        self.estate = Estate.create(sandbox, DEMO)
        # Nothing of the caller's own accounts: with them, a task could talk to a real organization.
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("GENESYSCLOUD_", "CFGSERVER_"))}
        self.environment = {**kept, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_NOCOLOR": "1" if not sys.stdout.isatty() else "0"}

    def playbook(self, *arguments: str, name: str = "provision") -> str:
        """Run a playbook as a user does and return what it printed."""
        command = ["ansible-playbook", f"genesys.hybrid.{name}", *self.estate.arguments, *arguments, *self.arguments]
        print("$", " ".join(command), flush=True)
        return self.run(command)

    def run(self, command: list[str], **environment: str) -> str:
        process = subprocess.Popen(command, env={**self.environment, **environment}, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            print(line, end="", flush=True)
        if process.wait():
            raise SystemExit(f"{command[0]} failed with exit code {process.returncode}")
        return "".join(lines)

    def writes(self) -> list[str]:
        """The requests of the journal that could change something, without logins, logouts and searches."""
        harmless = ("/oauth/token", "/gax/api/session/login", "/gax/api/session/logout", "/api/v2/users/search")
        journal = self.sandbox.control("GET", "requests")
        return [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] not in ("GET", "HEAD") and entry["path"] not in harmless]

    def expect(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise SystemExit(f"This demonstration did not do what it should: {sentence}")
        print(f"  -> {sentence}", flush=True)

    def drift(self) -> None:
        """Change two things as an administrator would in the two user interfaces."""
        api = self.sandbox.info["purecloud_url"]
        first = self.sandbox.info["client_id"], self.sandbox.info["client_secret"]
        token = requests.post(f"{api}/oauth/token", {"grant_type": "client_credentials"}, auth=first, timeout=30).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        clients = requests.get(f"{api}/api/v2/oauth/clients", headers=headers, timeout=30).json()["entities"]
        pacing = next(client for client in clients if client["name"] == "hybrid-pacing")
        requests.put(
            f"{api}/api/v2/oauth/clients/{pacing['id']}", json={**pacing, "description": "do not touch"}, headers=headers, timeout=30
        ).raise_for_status()
        gax = requests.Session()
        account = {"username": self.sandbox.info["cfgserver_username"], "password": self.sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
        objects = f"{self.sandbox.info['gax_url']}/cfg/objects"
        gax.post(f"{self.sandbox.info['gax_url']}/session/login", json=account, timeout=30).raise_for_status()
        listed = gax.get(objects, params={"type": "CfgTransaction", "brief": "false", "name": OBJECT}, timeout=30).json()
        shared = next(entry for entry in listed if entry["tenantdbid"] == "1")
        for option in shared["userproperties"]["property"]:
            if (option["section"], option["key"]) == ("general", "base_service_url"):
                option["value"] = "https://login.mypurecloud.com/oauth/token"
        gax.put(f"{objects}/CfgTransaction/{shared['dbid']}", json=shared, timeout=30).raise_for_status()
        self.sandbox.control("DELETE", "requests")

    def show_object(self) -> None:
        """The shared transaction object, read with the info module; the connection comes from the environment, as in AWX."""
        account = {
            "CFGSERVER_URL": self.estate.cfgserver_url,
            "CFGSERVER_USERNAME": self.sandbox.info["cfgserver_username"],
            "CFGSERVER_PASSWORD": self.sandbox.info["cfgserver_password"],
        }
        command = ["ansible", "example_one", *self.estate.arguments[:2], "-m", "genesys.hybrid.cfgserver_transaction_info", "-a", f"name={OBJECT}"]
        vault = self.estate.arguments[self.estate.arguments.index("--vault-password-file") :][:2]
        self.run([*command, *vault], **account)


def main() -> None:
    started = time.monotonic()
    shutil.rmtree(DEMO, ignore_errors=True)
    with SandboxProcess() as sandbox:
        demonstration = Demonstration(sandbox, sys.argv[1:])
        say("1/5  Provision two hybrid integrations into an empty PureCloud and Configuration Server")
        demonstration.playbook()
        demonstration.expect(bool(demonstration.writes()), f"{len(demonstration.writes())} writes: OAuth clients, identity providers, transaction objects")

        say("2/5  Provision again: nothing to do")
        sandbox.control("DELETE", "requests")
        recap = demonstration.playbook()
        demonstration.expect(recap.count("changed=0") == 2, "changed=0 for both integrations")
        demonstration.expect(not demonstration.writes(), "no write in the servers' journal")

        say("3/5  Somebody changes things by hand: an audit reports it, and writes nothing")
        demonstration.drift()
        recap = demonstration.playbook("-e", f"audit_directory={REPORT.parent}", "-e", f"audit_name={REPORT.stem}", name="audit")
        demonstration.expect("https://login.mypurecloud.com/oauth/token" in recap and "do not touch" in recap, "both changes are found")
        demonstration.expect(not demonstration.writes(), "no write in the servers' journal")
        demonstration.expect(REPORT.is_file(), f"the report is {REPORT.relative_to(ROOT)}, to be opened in a browser")

        say("4/5  Provision repairs them")
        demonstration.playbook()

        say("5/5  The transaction object that the components read, secrets masked")
        demonstration.show_object()
    print(f"\nThe sandbox is stopped. {time.monotonic() - started:.0f} seconds. The inventory is in {DEMO.relative_to(ROOT)}/inventory, its secrets encrypted.")
    print(f"The audit report of step 3: {REPORT.as_uri()}")


if __name__ == "__main__":
    main()
