# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift document as its readers may rely on it. ``docs/audit.schema.json`` is made from this: ``python -m playbooks.audit_schema > …``."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["in_sync", "drifted", "failed", "unreachable"]
Kind = Literal["input", "organization", "role", "oauth_client", "identity_provider", "administrator", "transaction", "verification", "other"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Run(Strict):
    id: str
    started: str
    finished: str
    playbook: str
    collection_version: str
    ansible_version: str
    check_mode: bool
    compared_with: str | None


class Summary(Strict):
    integrations: int
    in_sync: int
    drifted: int
    failed: int
    unreachable: int
    drifted_objects: int
    differences: int
    warnings: int
    new_differences: int | None
    known_differences: int | None
    resolved_differences: int | None


class KindState(Strict):
    status: Status
    objects: int
    drifted: int


class Failure(Strict):
    kind: Kind
    task: str
    status: Literal["failed", "unreachable"]
    message: str


class Integration(Strict):
    integration: str
    status: Status
    message: str | None
    differences: int
    new_differences: int
    kinds: dict[Kind, KindState]
    failures: list[Failure]


class Difference(Strict):
    integration: str
    kind: Kind
    object: str
    change: Literal["create", "update", "delete", "none"]
    attribute: str
    wanted: Any
    found: Any
    severity: Literal["drift", "warning"]
    message: str | None
    comparison: Literal["new", "known"] | None


class Document(Strict):
    model_config = ConfigDict(title="genesys.hybrid.audit 1.0")

    schema_: Literal["genesys.hybrid.audit"] = Field(alias="schema")
    schema_version: Literal["1.0"]
    run: Run
    summary: Summary
    integrations: list[Integration]
    drift: list[Difference]
    resolved: list[Difference]


def json_schema() -> dict[str, Any]:
    return Document.model_json_schema()


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=2))
