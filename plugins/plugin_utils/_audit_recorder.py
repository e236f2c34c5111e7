# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""What the callback genesys.hybrid.audit and its twin beside the playbooks share: from the events of a run to the files of a report."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ansible.release import __version__ as ansible_version

from ansible_collections.genesys.hybrid.plugins.module_utils._version import VERSION
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit import SCHEMA, Audit
from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit_output import write


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def default_name() -> str:
    """A file name that no other run takes."""
    return f"audit-{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"


@dataclass
class Recorder:
    """The audit of one run of ansible-playbook."""

    playbook: str = ""
    started: str = field(default_factory=now)
    audit: Audit = field(default_factory=Audit)

    def ok(self, result: Any) -> None:
        task = _part(result, "task")
        self.audit.succeeded(_host(result), task.resolved_action or task.action, _part(result, "result"), bool(task.check_mode))

    def failed(self, result: Any, unreachable: bool = False) -> None:
        task = _part(result, "task")
        self.audit.failed(_host(result), task.resolved_action or task.action, task.get_name(), _part(result, "result"), unreachable)

    def write(self, directory: str, name: str, compare_with: str = "") -> list[Path]:
        run = {
            "id": name,
            "started": self.started,
            "finished": now(),
            "playbook": self.playbook,
            "collection_version": VERSION,
            "ansible_version": ansible_version,
        }
        return write(self.audit.document(run, read(compare_with) if compare_with else None), Path(directory), name)


def read(path: str) -> Mapping[str, Any]:
    """An earlier drift document. ValueError when it is none that this version understands."""
    document = json.loads(Path(path).read_text(encoding="utf-8"))
    if not isinstance(document, dict) or document.get("schema") != SCHEMA or not str(document.get("schema_version")).startswith("1."):
        raise ValueError(f"{path} is not the JSON report of an audit with schema version 1")
    return document


def settings_of(result: Any) -> Mapping[str, Any] | None:
    """What the playbook audit says about its report, if this result is that of the task which does."""
    facts = _part(result, "result").get("ansible_facts")
    settings = facts.get("audit_settings") if isinstance(facts, Mapping) else None
    return settings if isinstance(settings, Mapping) else None


def _part(result: Any, name: str) -> Any:
    """``task``, ``host`` or ``result`` of what callbacks get; before ansible-core 2.19 the names began with an underscore."""
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")


def _host(result: Any) -> str:
    return str(_part(result, "host").get_name())
