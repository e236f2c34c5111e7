# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""What tasks found, as one drift document. Pure: results of tasks in, plain data out; docs/audit.md documents the schema.

The results are those that callbacks see: free of secrets, with differences in which a secret is only a marker.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import visible

SCHEMA = "genesys.hybrid.audit"
SCHEMA_VERSION = "1.0"
COLLECTION = "genesys.hybrid."

# Every kind of object, in the order of a report, with its title.
KINDS = {
    "input": "Input",
    "organization": "Organization",
    "role": "Roles",
    "oauth_client": "OAuth clients",
    "identity_provider": "Identity provider",
    "administrator": "Administrators",
    "transaction": "Transaction object",
    "verification": "Verification",
    "other": "Other",
}
STATUSES = ("in_sync", "drifted", "failed", "unreachable")

_KIND_OF_MODULE = {
    "purecloud_organization": "organization",
    "purecloud_role": "role",
    "purecloud_oauth_client": "oauth_client",
    "purecloud_idp": "identity_provider",
    "purecloud_user": "administrator",
    "cfgserver_transaction": "transaction",
    "cfgserver_tenant": "transaction",
    "saml_key_pair": "transaction",
}
_SHOWS_NOTHING = ("_info", "saml_key_pair")  # ends of the names of modules that compare no object; they count where they fail
_INPUT_CHECKS = ("validate_argument_spec", "fail", "assert")
_NOUNS = ("roles", "oauth_clients", "users")


@dataclass(frozen=True)
class Difference:
    """One attribute of one object that is not as it is wanted, or one check of the role verify that did not pass.

    ``change`` is what a run would do to the object: create, update, delete; ``none`` for a check. ``severity`` is drift or warning; warnings
    leave an integration in sync. ``comparison`` with an earlier audit is new or known.
    """

    integration: str
    kind: str
    object: str
    change: str
    attribute: str
    wanted: Any
    found: Any
    severity: str = "drift"
    message: str | None = None
    comparison: str | None = None


@dataclass
class _Kind:
    """What is known of one kind of object of one integration. ``sides`` are differences by object and attribute, so that a later task replaces them."""

    objects: int = 0
    failure: str = ""
    differences: dict[tuple[str, str], Difference] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        drifted = {item.object for item in self.differences.values() if item.severity == "drift"}
        return {"status": self.failure or ("drifted" if drifted else "in_sync"), "objects": max(self.objects, len(drifted)), "drifted": len(drifted)}


@dataclass
class _Integration:
    kinds: dict[str, _Kind] = field(default_factory=dict)
    messages: list[dict[str, str]] = field(default_factory=list)

    def differences(self) -> list[Difference]:
        return [kind.differences[key] for name in KINDS if (kind := self.kinds.get(name)) for key in sorted(kind.differences)]

    @property
    def status(self) -> str:
        outcomes = {message["status"] for message in self.messages}
        if outcomes:
            return "unreachable" if "unreachable" in outcomes else "failed"
        return "drifted" if any(item.severity == "drift" for item in self.differences()) else "in_sync"


class Audit:
    """Collects the results of tasks, one integration for each host."""

    def __init__(self) -> None:
        self._integrations: dict[str, _Integration] = {}
        self.check_mode = True

    def __bool__(self) -> bool:
        return bool(self._integrations)

    def succeeded(self, host: str, action: str, result: Mapping[str, Any], check_mode: bool) -> None:
        """A task that did not fail. Of other collections' tasks only the outcome of the role verify counts."""
        verified = result.get("verify_result") or (result.get("ansible_facts") or {}).get("verify_result")
        if isinstance(verified, Mapping):
            self._verified(host, verified)
        if not action.startswith(COLLECTION):
            return
        self._integrations.setdefault(host, _Integration())
        if action.endswith(_SHOWS_NOTHING):
            return
        self.check_mode = self.check_mode and check_mode
        kind = self._kind(host, kind_of(action))
        for one in result.get("results") or [result]:
            kind.objects = max(kind.objects, _number_of_objects(one))
            for name, before, after in _objects(action, one.get("diff")):
                for key in [key for key in kind.differences if key[0] == name]:
                    del kind.differences[key]  # a plan of this object, which this result replaces
                for item in compare_sides(host, kind_of(action), name, before, after):
                    kind.differences[item.object, item.attribute] = item

    def failed(self, host: str, action: str, task: str, result: Mapping[str, Any], unreachable: bool = False) -> None:
        """A task that failed, or whose host Ansible could not reach."""
        status = "unreachable" if unreachable or _no_answer(result) else "failed"
        items = [one for one in result.get("results") or [] if one.get("failed")] or [result]
        kind = kind_of(action)
        entry = self._kind(host, kind)
        entry.failure = status
        for one in items:
            message = visible(" ".join(str(one.get("msg") or "The task failed without a message.").split()))
            self._integrations[host].messages.append({"kind": kind, "task": visible(task), "status": status, "message": message})

    def document(self, run: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Everything as one document; compared with an earlier one where that is given."""
        hosts = sorted(self._integrations)
        drift = [dict(vars(item)) for host in hosts for item in self._integrations[host].differences()]
        audited = {(host, kind) for host in hosts if self._integrations[host].status in ("in_sync", "drifted") for kind in self._integrations[host].kinds}
        resolved = compare(drift, audited, earlier) if earlier else []
        integrations = [self._summary_of(host, [entry for entry in entries if entry["severity"] == "drift"]) for host, entries in _by_host(hosts, drift)]
        document = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "run": {**run, "check_mode": self.check_mode, "compared_with": (earlier or {}).get("run", {}).get("id")},
            "summary": _summary(integrations, drift, resolved if earlier else None),
            "integrations": integrations,
            "drift": drift,
            "resolved": resolved,
        }
        plain: dict[str, Any] = json.loads(json.dumps(document, default=str))  # without Ansible's own kinds of strings
        return plain

    def _summary_of(self, host: str, drift: list[dict[str, Any]]) -> dict[str, Any]:
        entry = self._integrations[host]
        return {
            "integration": host,
            "status": entry.status,
            "message": entry.messages[0]["message"] if entry.messages else None,
            "differences": len(drift),
            "new_differences": sum(item["comparison"] != "known" for item in drift),
            "kinds": {name: entry.kinds[name].summary() for name in KINDS if name in entry.kinds},
            "failures": entry.messages,
        }

    def _kind(self, host: str, kind: str) -> _Kind:
        return self._integrations.setdefault(host, _Integration()).kinds.setdefault(kind, _Kind())

    def _verified(self, host: str, outcome: Mapping[str, Any]) -> None:
        checks = outcome.get("checks") or []
        kind = self._kind(host, "verification")
        kind.objects = len(checks)
        kind.differences.clear()
        for check in checks:
            if check.get("status") in ("error", "warning"):
                severity = "drift" if check["status"] == "error" else "warning"
                message = visible(" ".join(str(check[key]) for key in ("message", "fix") if check.get(key)))
                item = Difference(host, "verification", str(check.get("id")), "none", "status", "ok", check["status"], severity, message)
                kind.differences[item.object, item.attribute] = item


def kind_of(action: str) -> str:
    """The kind of object that an action is about."""
    name = action.split(".")[-1]
    if name in _INPUT_CHECKS:
        return "input"
    base = name.removesuffix("_info").removesuffix("s")
    return _KIND_OF_MODULE.get(base, "other") if action.startswith(COLLECTION) else "other"


def compare_sides(host: str, kind: str, name: str, before: Any, after: Any) -> Iterator[Difference]:
    """Each attribute in which the two sides of an object's diff differ; nested ones have dotted names."""
    found, wanted = dict(_flat(before)), dict(_flat(after))
    change = "create" if not before else "update" if after else "delete"
    for attribute in sorted(found.keys() | wanted.keys()):
        if found.get(attribute) != wanted.get(attribute):
            yield Difference(host, kind, visible(name), change, visible(attribute), wanted.get(attribute), found.get(attribute))


def compare(drift: list[dict[str, Any]], audited: Collection[tuple[str, str]], earlier: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Mark each difference as new or known, and return those of the earlier document that are gone.

    The same attribute with another value is new. ``audited`` holds integrations with the kinds of objects that were looked at to the end: of others
    nothing counts as resolved.
    """
    before = list(earlier.get("drift") or [])
    known = {(*_place(entry), json.dumps(entry["found"], sort_keys=True)) for entry in before}
    for entry in drift:
        entry["comparison"] = "known" if (*_place(entry), json.dumps(entry["found"], sort_keys=True, default=str)) in known else "new"
    there = {_place(entry) for entry in drift}
    return [entry for entry in before if _place(entry) not in there and (entry["integration"], entry["kind"]) in audited]


def _place(entry: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return entry["integration"], entry["kind"], entry["object"], entry["attribute"]


def _by_host(hosts: Iterable[str], drift: Iterable[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    entries: dict[str, list[dict[str, Any]]] = {host: [] for host in hosts}
    for entry in drift:
        entries[entry["integration"]].append(entry)
    return list(entries.items())


def _summary(integrations: list[dict[str, Any]], drift: list[dict[str, Any]], resolved: list[dict[str, Any]] | None) -> dict[str, Any]:
    drifted = [entry for entry in drift if entry["severity"] == "drift"]
    counts: dict[str, Any] = {"integrations": len(integrations)}
    counts.update({status: sum(entry["status"] == status for entry in integrations) for status in STATUSES})
    counts["drifted_objects"] = len({_place(entry)[:3] for entry in drifted})
    counts["differences"] = len(drifted)
    counts["warnings"] = len(drift) - len(drifted)
    compared = resolved is not None
    counts["new_differences"] = sum(entry["comparison"] == "new" for entry in drifted) if compared else None
    counts["known_differences"] = sum(entry["comparison"] == "known" for entry in drifted) if compared else None
    counts["resolved_differences"] = len(resolved) if resolved is not None else None
    return counts


def _number_of_objects(result: Mapping[str, Any]) -> int:
    return next((len(result[noun]) for noun in _NOUNS if isinstance(result.get(noun), (list, tuple))), 1)


def _objects(action: str, diff: Any) -> Iterator[tuple[str, Any, Any]]:
    """Name and two sides of each object of a result's diff; tasks that manage many have a side for each name."""
    if not isinstance(diff, Mapping):
        return
    before, after = diff.get("before") or {}, diff.get("after") or {}
    if action.endswith("s"):
        for name in sorted({*before, *after}):
            yield str(name), before.get(name) or {}, after.get(name) or {}
    else:
        yield str(diff.get("after_header") or "").partition(" ")[2], before, after


def _flat(value: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested mappings under dotted names. An empty mapping, such as a section without options, is a leaf."""
    for key, item in value.items() if isinstance(value, Mapping) else ():
        if isinstance(item, Mapping) and item:
            yield from _flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item


def _no_answer(result: Mapping[str, Any]) -> bool:
    """Whether a server gave no usable answer: the request that failed has no status, or one of a server that is not well."""
    failure = result.get("failure")
    if not isinstance(failure, Mapping) or "path" not in failure:
        return False
    status = failure.get("status")
    return status is None or status >= 500
