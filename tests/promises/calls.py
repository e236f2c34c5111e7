# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules called in this process, as Ansible's worker calls them, against one sandbox whose whole state is known before and after."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.auto import AutoTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gax import GaxTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gws import GwsTransport
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.plugin_utils._in_process import execute
from sandbox.process import SandboxProcess
from sandbox.purecloud.oauth_clients import RETENTION_AGE
from sandbox.purecloud.permissions import expand_all
from tools.collection_tree import ROOT

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
BOOTSTRAP, SECRET = "00000000-0000-4000-8000-0000000000c1", "boot-Str4p/secret+of=the~run"
USERNAME, PASSWORD = "default", "correct/h0rse+battery"
# POST requests that change nothing: logins, and a search.
HARMLESS = ("/oauth/token", "/session/login", "/session/logout", "/api/v2/users/search")
# What changes by itself when an object is written, or follows from when it was, or from the list of certificates.
VOLATILE = {"dateModified", "modifiedBy", "dateCreated", "createdBy", "version", "dateToDelete", "dateWelcomeSent", "certificate"}

Entities = dict[tuple[str, str], dict[str, Any]]


def spec_of(module: str) -> Spec:
    return importlib.import_module(f"ansible_collections.genesys.hybrid.plugins.modules.{module}").SPEC


@contextmanager
def no_pauses() -> Iterator[None]:
    """The clients' pauses take no time; what they wait for is counted against their budgets all the same."""
    with ExitStack() as stack:
        for client in (PureCloudClient, GaxTransport, GwsTransport, AutoTransport):
            stack.enter_context(mock.patch.dict(client.__init__.__kwdefaults__, sleep=lambda seconds: None))
        yield


class Server:
    """The sandbox as the modules meet it."""

    def __init__(self, process: SandboxProcess) -> None:
        self.process = process
        self.origin = process.info["purecloud_url"]

    def reset(self, organization: dict[str, Any] | None = None, cfgserver: dict[str, Any] | None = None, **switches: Any) -> None:
        """A new state, in which the accounts of the tests have every right."""
        parts = dict(organization or {})
        bootstrap = {"name": "Bootstrap", "id": BOOTSTRAP, "secret": SECRET, "bootstrap": True, "roles": [{"role": "Admin", "division": "*"}]}
        parts["clients"] = [bootstrap, *parts.get("clients", [])]
        accounts = [{"username": USERNAME, "password": PASSWORD}]
        seed = {
            "organizations": [{"name": "Any", "id": "00000000-0000-4000-8000-000000000000", **parts}],
            "cfgserver": {"accounts": accounts, **(cfgserver or {})},
        }
        self.process.control("POST", "reset", {"seed": seed, "switches": switches})

    def connection(self, module: str) -> dict[str, Any]:
        if module.startswith("purecloud_"):
            return {"api_url": self.origin, "client_id": BOOTSTRAP, "client_secret": SECRET}
        if module.startswith("cfgserver_"):
            return {"url": self.origin, "username": USERNAME, "password": PASSWORD}
        return {}

    def run(self, module: str, options: dict[str, Any], check: bool = False) -> dict[str, Any]:
        internals = {"_ansible_check_mode": check, "_ansible_diff": True}
        result = execute(spec_of(module), {**self.connection(module), **options, **internals})
        result.pop("invocation", None)
        return result

    def writes(self) -> list[str]:
        """The writes since this was last asked."""
        journal = self.process.control("GET", "requests")
        self.process.control("DELETE", "requests")
        return [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] not in ("GET", "HEAD") and not entry["path"].endswith(HARMLESS)]

    def entities(self) -> Entities:
        """Everything that the two systems hold, by kind and identifier, without what changes by itself, and without what means nothing:
        the order of a list, a section without options."""
        state = self.process.control("GET", "state")
        (organization,) = state["purecloud"]["organizations"]
        grants = {key: sorted((grant["role_id"], grant["division_id"]) for grant in entries) for key, entries in organization["grants"].items()}
        found: Entities = {("organization", organization["document"]["id"]): organization["document"]}
        for kind in ("divisions", "roles", "clients", "users"):
            for key, entry in organization[kind].items():
                extra = {name: entry[name] for name in ("secret", "division_id", "invitations", "deleted_at") if name in entry}
                if kind == "clients":
                    # PureCloud keeps one that is older than 30 days for another week when it is deleted.
                    extra.update(waits="dateToDelete" in entry["document"], old=state["clock"] - entry["created_at"] > RETENTION_AGE)
                found[kind, key] = {**_lasting(entry["document"]), **extra, "grants": grants.get(key, [])}
        found.update({("identity_providers", key): _lasting(document) for key, document in organization["identity_providers"].items()})
        found.update({("groups", key): document for key, document in organization["groups"].items()})
        for item in state["cfgserver"]["objects"]:
            found["objects", f"{item['class_name']} {item['dbid']}"] = {
                **item,
                "options": {(section, key): value for section, key, value in item["options"] if key},
            }
        return found


def _lasting(document: dict[str, Any]) -> dict[str, Any]:
    lasting = {name: value for name, value in document.items() if name not in VOLATILE and value not in (None, "", [])}
    if "permissionPolicies" in lasting:
        lasting["permissionPolicies"] = permissions_in(lasting["permissionPolicies"])
    return {name: sorted(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else value for name, value in lasting.items()}


def permissions_in(policies: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """What policies grant, permission by permission."""
    found = set()
    for policy in expand_all(policies):
        bounds = json.dumps([policy.get("resourceConditionNode"), sorted(policy.get("namedResources") or [])], sort_keys=True)
        found |= {(policy["domain"], policy["entityName"], action, bounds) for action in policy["actionSet"]}
    return found
