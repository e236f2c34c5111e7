# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many integrations that one run of ansible-playbook provisions at once, each with an organization, a tenant, accounts and an address of its own.

So one run tries as many things as it has hosts: a fault that names a host's address strikes that host alone.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import subprocess
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from demo.estate import EXAMPLE, saml_material, write_private
from playbooks.site import ROOT, kill_tree
from sandbox.process import SandboxProcess

SECONDS = 600
FIRST_ADDRESS = ipaddress.IPv4Address("127.0.0.1")
OBJECT = "hybrid_integration"
FOREIGN = {"theirs": {"option": "kept"}}  # an option of the object that the collection does not manage
GRANT = [{"role": "AI Agent", "division": "*"}]


@dataclass(frozen=True)
class Integration:
    """One host of the inventory. ``organization`` and ``tenant`` are the places of its organization and its tenant in the seed."""

    number: int
    organization: int
    tenant: int
    suffix: str = ""

    @property
    def name(self) -> str:
        return f"host_{self.number:03}"

    @property
    def services(self) -> dict[str, str]:
        """Section to name of the OAuth client."""
        return {section: f"{client}{self.suffix}" for section, client in (("saml_auth", "hybrid-saml"), ("ewt", "hybrid-pacing"), ("chat", "hybrid-chat"))}

    def address(self, first: int = 1) -> str:
        return str(FIRST_ADDRESS + first + self.number)


def crowd_of(size: int) -> list[Integration]:
    """So many integrations that share nothing."""
    return [Integration(number, number, number) for number in range(size)]


def pairs_of(size: int) -> list[Integration]:
    """Twice as many integrations: always two, half of the list apart, share an organization and have a tenant each."""
    return [Integration(number, number % size, number, f"-{number // size}") for number in range(2 * size)]


def _uuid(number: int, what: int) -> str:
    return str(uuid.UUID(int=(number + 1) << 64 | 0x4000 << 64 | 0x8000 << 48 | what))


def seed_of(integrations: Sequence[Integration]) -> dict[str, Any]:
    organizations = [
        {
            "name": f"Organization {number}",
            "id": _uuid(number, 1),
            "clients": [{"name": "Bootstrap", "id": _uuid(number, 2), "secret": f"bootstrap-secret-{number}", "roles": ["Admin"], "bootstrap": True}],
            "identity_providers": {"purecloud": {"name": "PureCloud"}},
        }
        for number in sorted({integration.organization for integration in integrations})
    ]
    for organization in organizations:
        organization["clients"][0]["roles"] = [{"role": "Admin", "division": "*"}]
    tenants = sorted({integration.tenant for integration in integrations})
    accounts = [{"username": f"user-{number}", "password": f"password-{number}", "rights": "tenants", "tenants": [f"Tenant {number}"]} for number in tenants]
    return {"organizations": organizations, "cfgserver": {"accounts": [{"username": "default"}, *accounts], "tenants": [f"Tenant {n}" for n in tenants]}}


class Crowd:
    """The integrations in a sandbox, an inventory of them, and runs of the playbook provision over all."""

    def __init__(self, sandbox: SandboxProcess, integrations: Sequence[Integration], objects: bool = False) -> None:
        """With ``objects`` every second tenant has the transaction object already, with somebody else's option in it."""
        self.sandbox, self.integrations = sandbox, list(integrations)
        self._folder = tempfile.TemporaryDirectory(prefix="crowd-")  # its path is short, as those of Ansible's sockets in it must be
        self.folder = Path(self._folder.name)
        self._material = saml_material()
        self._foreign = {integration.tenant: FOREIGN for integration in integrations if objects and integration.tenant % 2}
        seed = seed_of(integrations)
        seed["cfgserver"]["transactions"] = [{"name": OBJECT, "tenant": f"Tenant {tenant}", "options": options} for tenant, options in self._foreign.items()]
        sandbox.control("POST", "reset", {"seed": seed})

    def inventory(self, name: str = "inventory", first: int = 1) -> Path:
        """An inventory whose hosts reach both systems at addresses of their own, the first one ``first`` after 127.0.0.1."""
        path = self.folder / f"{name}.json"
        shared = yaml.safe_load((EXAMPLE / "group_vars/hybrid_integrations/main.yml").read_text(encoding="utf-8"))
        group = {**shared, **self._material}
        hosts = {integration.name: self._variables(integration, first, shared["purecloud_org_oauth_clients"]) for integration in self.integrations}
        write_private(path, json.dumps({"hybrid_integrations": {"hosts": hosts, "vars": group}}))
        return path

    def account(self, integration: Integration) -> tuple[str, str]:
        """ID and secret of the OAuth client that Ansible uses there."""
        return _uuid(integration.organization, 2), f"bootstrap-secret-{integration.organization}"

    def _variables(self, integration: Integration, first: int, clients: list[dict[str, Any]]) -> dict[str, Any]:
        port = urlsplit(self.sandbox.info["purecloud_url"]).port
        origin = f"http://{integration.address(first)}:{port}"
        names = list(integration.services.values())
        client_id, client_secret = self.account(integration)
        return {
            "hybrid_purecloud_region": "us-east-1",
            "hybrid_purecloud_api_url": origin,
            "hybrid_purecloud_client_id": client_id,
            "vault_purecloud_client_secret": client_secret,
            "hybrid_cfgserver_url": origin,
            "hybrid_cfgserver_username": f"user-{integration.tenant}",
            "vault_cfgserver_password": f"password-{integration.tenant}",
            "hybrid_transaction_tenant": f"Tenant {integration.tenant}",
            "purecloud_org_oauth_clients": [
                {**clients[0], "name": names[0]},
                {"name": names[1], "roles": GRANT},
                {"name": names[2], "roles": GRANT},
            ],
            "hybrid_services": [{"section": section, "oauth_client": name} for section, name in integration.services.items()],
        }

    def start(self, inventory: Path, *arguments: str) -> Run:
        return Run.start(self.folder / f"{inventory.stem}-run", inventory, len(self.integrations), arguments)

    def run(self, inventory: Path, *arguments: str) -> Run:
        run = self.start(inventory, *arguments)
        run.finish()
        return run

    def problems_by_host(self) -> dict[str, list[str]]:
        """What is wrong with the state of the two servers: duplicates, orphans, secrets that mint no token, lost options."""
        state = self.sandbox.control("GET", "state")
        return {integration.name: list(self._problems_of(integration, state)) for integration in self.integrations}

    def problems(self) -> list[str]:
        return [f"{host}: {problem}" for host, problems in self.problems_by_host().items() for problem in problems]

    def secrets_in(self, folder: Path) -> list[str]:
        """Where files below ``folder`` hold a secret of the run."""
        state = self.sandbox.control("GET", "state")
        secrets = {client["secret"] for organization in state["purecloud"]["organizations"] for client in organization["clients"].values()}
        secrets |= {account["password"] for account in state["cfgserver"]["accounts"]} | {token["value"] for token in state["purecloud"]["tokens"]}
        secrets |= {self._material["vault_saml_private_key_password"], *self._material["vault_saml_private_key"].splitlines()[1:-1]}
        contents = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert contents, "a killed run leaves files behind"
        return [f"{path}: {secret}" for path, content in contents.items() for secret in secrets if secret.encode() in content]

    def _problems_of(self, integration: Integration, state: Mapping[str, Any]) -> Iterator[str]:
        organization = state["purecloud"]["organizations"][integration.organization]
        clients = [client for client in organization["clients"].values() if client["document"]["name"] != "Bootstrap"]
        expected = {name for other in self.integrations if other.organization == integration.organization for name in other.services.values()}
        names = Counter(client["document"]["name"] for client in clients if client["document"]["state"] != "deleted")
        if names != Counter(expected):
            yield f"the OAuth clients are {dict(names)}"
        if set(organization["identity_providers"]) != {"purecloud", "pureengage"}:
            yield f"the identity providers are {sorted(organization['identity_providers'])}"
        objects = [item for item in state["cfgserver"]["objects"] if item["class_name"] == "CfgTransaction"]
        tenants = {item["attributes"]["name"]: item["dbid"] for item in state["cfgserver"]["objects"] if item["class_name"] == "CfgTenant"}
        own = [item for item in objects if item["tenant"] == tenants[f"Tenant {integration.tenant}"]]
        if len(own) != 1:
            yield f"{len(own)} transaction objects"
            return
        yield from self._option_problems(integration, own[0], {client["document"]["id"]: client for client in clients})

    def _option_problems(self, integration: Integration, found: Mapping[str, Any], clients: Mapping[str, Any]) -> Iterator[str]:
        options: dict[str, dict[str, str]] = {}
        for section, key, value in found["options"]:
            options.setdefault(section, {})[key] = value
        foreign = self._foreign.get(integration.tenant, {})
        if set(options) != {"general", "saml", *integration.services, *foreign}:
            yield f"the sections are {sorted(options)}"
        for section, kept in foreign.items():
            if options.get(section) != kept:
                yield f"section {section} was not kept"
        for section, name in integration.services.items():
            pair = options.get(section, {})
            client = clients.get(pair.get("client_id", ""))
            if client is None or client["document"]["name"] != name:
                yield f"section {section} does not name the client {name}"
            elif client["secret"] != pair.get("password") or client["document"]["state"] != "active":
                yield f"the secret in section {section} mints no token"


@dataclass
class Run:
    """One run of the playbook over the whole crowd: every host goes on by itself, with a worker of its own."""

    process: subprocess.Popen[str]
    folder: Path

    @property
    def temporary(self) -> Path:
        return self.folder / "temporary"

    @classmethod
    def start(cls, folder: Path, inventory: Path, forks: int, arguments: Sequence[str]) -> Run:
        folder.mkdir(exist_ok=True)
        temporary = folder / "temporary"
        temporary.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "ANSIBLE_STRATEGY": "free",
            "ANSIBLE_FORKS": str(forks),
            "ANSIBLE_LOCAL_TEMP": str(temporary),
            "TMPDIR": str(temporary),
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests/playbooks/callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "RECORDER_FILE": str(folder / "records.jsonl"),
        }
        (folder / "records.jsonl").write_text("", encoding="utf-8")
        command = ["ansible-playbook", "genesys.hybrid.provision", "-i", str(inventory), *arguments]
        with open(folder / "output.txt", "w", encoding="utf-8") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, text=True)
        return cls(process, folder)

    def finish(self) -> int:
        try:
            return self.process.wait(SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        if self.process.poll() is None:
            kill_tree(self.process)

    @property
    def output(self) -> str:
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", self.output, re.MULTILINE)
        return {host: {key: int(number) for key, number in re.findall(r"(\w+)=(\d+)", counters)} for host, counters in lines}

    def messages(self) -> dict[str, str]:
        """Host to what the task that failed there said."""
        records = [json.loads(line) for line in (self.folder / "records.jsonl").read_text(encoding="utf-8").splitlines()]
        return {record["host"]: record["result"]["msg"] for record in records if record["outcome"] == "failed"}
