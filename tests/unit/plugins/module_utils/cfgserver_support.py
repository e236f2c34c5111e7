# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Configuration Server modules against a sandbox in a process of its own, through each of its interfaces, without AnsibleModule in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils import _http
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver import transactions, writes
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gax import GaxTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gws import GwsTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.modules import cfgserver_transaction, cfgserver_transaction_info
from sandbox.process import SandboxProcess

TRANSPORTS = {"gax": GaxTransport, "gws": GwsTransport}
# Where transactions lie: the beginning of every path below which they are read and written.
OBJECTS = {"gax": "/gax/api/cfg/objects", "gws": "/api/v2/platform/configuration/transactions"}
NAME = "hybrid_integration"
USERNAME, PASSWORD = "default", "correct horse"
SEED = {
    "accounts": [
        {"username": USERNAME, "password": PASSWORD},
        {"username": "auditor", "password": PASSWORD, "rights": "read_only"},
        {"username": "branch", "password": PASSWORD, "rights": "tenants", "tenants": ["Example One"], "hidden_transactions": [NAME]},
    ],
    "tenants": ["Example One", "Example Two"],
    "folders": [{"name": "Cloud", "tenant": "Environment", "parent": "Transactions"}],
}


@dataclass
class Outcome:
    """What a task returned or how it failed, what it warned of and what it declared secret."""

    result: dict[str, Any] = field(default_factory=dict)
    error: HybridError | None = None
    warnings: list[str] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    @property
    def message(self) -> str:
        return self.error.message if self.error else ""


def quick(monkeypatch: Any) -> None:
    """Let nobody wait: neither between attempts, nor for a queue, nor for other writers."""
    monkeypatch.setattr(_http.RetryPolicy, "pause", lambda self, attempt: 0.01)
    monkeypatch.setattr(transactions, "_LOOKUP_PAUSES", (0.0, 0.01, 0.01))
    monkeypatch.setattr(transactions, "WRITE_PAUSES", (0.01, 0.01))
    monkeypatch.setattr(writes, "SETTLING_SECONDS", 0.0)
    monkeypatch.setattr(writes, "LONGEST_SETTLING_SECONDS", 0.0)


@dataclass
class Server:
    """One sandbox, to be reset before each test, and the interface through which tasks reach it."""

    process: SandboxProcess
    api: str = "gax"
    lend: Any = None  # of KeptSessions, where tasks leave their sessions to each other

    @property
    def transport(self) -> Any:
        """The transport's class."""
        return TRANSPORTS[self.api]

    @property
    def objects(self) -> str:
        return OBJECTS[self.api]

    def reset(self, transactions: list[dict[str, Any]] | None = None, **switches: Any) -> None:
        configuration = {**SEED, "transactions": transactions or []}
        self.process.control("POST", "reset", {"seed": {"organizations": [{"name": "Any"}], "cfgserver": configuration}, "switches": switches})

    def switch(self, **switches: Any) -> None:
        self.process.control("POST", "faults", {"switches": switches})

    def fault(self, kind: str, **fault: Any) -> None:
        self.process.control("POST", "faults", {"kind": kind, **fault})

    def origin(self) -> str:
        return self.process.info["purecloud_url"]

    def requests(self, *methods: str) -> list[str]:
        """``METHOD path`` of the journal, logins and logouts left out."""
        return [f"{entry['method']} {entry['path']}" for entry in self._journal() if not _is_session(entry) and (not methods or entry["method"] in methods)]

    def logins(self) -> int:
        return sum(_is_session(entry) and not entry["path"].endswith("/session/logout") for entry in self._journal())

    def _journal(self) -> list[dict[str, Any]]:
        return self.process.control("GET", "requests")

    def writes(self) -> list[str]:
        return self.requests("POST", "PUT", "DELETE")

    def stored(self, name: str = NAME, tenant: int = 1) -> dict[str, Any] | None:
        """The object as the server holds it, its options as section -> option -> value."""
        for item in self.process.control("GET", "state")["cfgserver"]["objects"]:
            if item["class_name"] == "CfgTransaction" and item["attributes"]["name"] == name and item["tenant"] == tenant:
                options: dict[str, dict[str, str]] = {}
                for section, key, value in item["options"]:
                    options.setdefault(section, {})[key] = value
                return {**item, "options": options}
        return None

    def task(self, check: bool = False, **params: Any) -> Outcome:
        """One run of cfgserver_transaction on ``hybrid_integration`` unless ``name`` says otherwise."""
        return self._run(cfgserver_transaction.SPEC, check, {"name": NAME, **params})

    def info(self, **params: Any) -> Outcome:
        return self._run(cfgserver_transaction_info.SPEC, False, params)

    def _run(self, spec: Any, check: bool, params: dict[str, Any]) -> Outcome:
        outcome = Outcome()
        context = Context(
            check_mode=check, diff=True, warn=outcome.warnings.append, register_secret=outcome.secrets.add, **({"lend": self.lend} if self.lend else {})
        )
        defaults = {name: option.get("default") for name, option in spec.argument_spec().items()}
        connection = {"cfgserver_api": self.api, "url": self.origin(), "username": USERNAME, "password": PASSWORD, "timeout": 10.0}
        try:
            outcome.result = run(spec, {**defaults, **connection, **params}, context)
        except HybridError as error:
            outcome.error = error
        return outcome


def _is_session(entry: dict[str, Any]) -> bool:
    """Whether a request of the journal opens or ends a session: GAX has addresses for that, Web Services get a cheap read."""
    return "/session/" in entry["path"] or entry["path"].endswith("/tenants") and entry["query"] == "dbid=1"
