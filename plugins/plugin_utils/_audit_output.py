# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""A drift document (_audit.py) as JSON, JUnit XML and one HTML page, written so that nobody ever reads half a file."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, StrictUndefined

from ansible_collections.genesys.hybrid.plugins.plugin_utils._audit import KINDS, STATUSES

TEMPLATE = Path(__file__).with_name("_audit_page.html.j2")
STATUS_TITLES = {"in_sync": "in sync", "drifted": "drifted", "failed": "failed", "unreachable": "unreachable"}
LONGEST_VALUE = 300  # characters of one value in the page; the JSON has all of it
PAGE_DETAILS = 3_000_000  # characters of all details in the page, so that it stays below 5 MB whatever was found
ROW_MARKUP = 260

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(document: Mapping[str, Any], directory: Path, name: str) -> list[Path]:
    """Write ``name`` with each suffix into the directory, which is made where it is missing, and return the paths."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    texts = {
        ".json": json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8", errors="backslashreplace") + b"\n",
        ".xml": junit(document),
        ".html": page(document).encode("utf-8", errors="backslashreplace"),
    }
    return [_replace(directory / f"{name}{suffix}", content) for suffix, content in texts.items()]


def _replace(path: Path, content: bytes) -> Path:
    """Put a file, readable by its owner only, in the place of what was there, in one step."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def junit(document: Mapping[str, Any]) -> bytes:
    """JUnit XML: a suite for each integration with a case for each kind of object. Drift is a failure; what could not be audited an error."""
    drift = _drift_by(document, "integration", "kind")
    root = ElementTree.Element("testsuites", name=f"{document['schema']} {document['run']['id']}")
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for integration in document["integrations"]:
        suite = ElementTree.SubElement(root, "testsuite", name=_xml(integration["integration"]), timestamp=document["run"]["started"])
        counts = {"tests": len(integration["kinds"]), "failures": 0, "errors": 0}
        for kind, state in integration["kinds"].items():
            case = ElementTree.SubElement(suite, "testcase", classname=_xml(integration["integration"]), name=KINDS[kind])
            if state["status"] in ("failed", "unreachable"):
                text = " ".join(failure["message"] for failure in integration["failures"] if failure["kind"] == kind)
                ElementTree.SubElement(case, "error", type=state["status"], message=_xml(text))
                counts["errors"] += 1
            entries = drift.get((integration["integration"], kind), [])
            if state["status"] == "drifted":
                failure = ElementTree.SubElement(case, "failure", type="drift", message=f"{sum(e['severity'] == 'drift' for e in entries)} differences")
                failure.text = _xml("\n".join(map(_line, entries)))
                counts["failures"] += 1
        for key, number in counts.items():
            suite.set(key, str(number))
            totals[key] += number
    for key, number in totals.items():
        root.set(key, str(number))
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _line(entry: Mapping[str, Any]) -> str:
    text = f"{entry['object']}: {entry['attribute']} is {json.dumps(entry['found'])}, wanted is {json.dumps(entry['wanted'])}"
    return f"{text}. {entry['message']}" if entry["message"] else text


def _drift_by(document: Mapping[str, Any], *keys: str) -> dict[tuple[str, ...], list[Mapping[str, Any]]]:
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for entry in document["drift"]:
        groups.setdefault(tuple(entry[key] for key in keys), []).append(entry)
    return groups


def page(document: Mapping[str, Any]) -> str:
    """One HTML page that needs nothing else: its content security policy allows its own style and script and no request at all."""
    source = TEMPLATE.read_text(encoding="utf-8")
    style, script = (re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)[0] for tag in ("style", "script"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    kinds = [kind for kind in KINDS if any(kind in integration["kinds"] for integration in document["integrations"])]
    return environment.from_string(source).render(
        document=document,
        summary=document["summary"],
        run=document["run"],
        kinds={kind: KINDS[kind] for kind in kinds},
        titles=KINDS,
        statuses={status: STATUS_TITLES[status] for status in STATUSES},
        integrations=_details(document),
        resolved=[{**entry, "found": _value(entry["found"])} for entry in document["resolved"][:500]],
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'",
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _details(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The integrations with their differences as rows. When they would become too many, the rest is counted and left to the JSON."""
    drift = _drift_by(document, "integration")
    budget = PAGE_DETAILS
    views = []
    for number, integration in enumerate(document["integrations"]):
        rows = []
        entries = drift.get((integration["integration"],), [])
        for entry in entries:
            row = {**entry, **_two_sides(entry)}
            budget -= ROW_MARKUP + sum(len(part["text"]) + 20 for side in ("found", "wanted") for part in row[side]) + len(entry["message"] or "")
            if budget < 0:
                break
            rows.append(row)
        views.append({**integration, "anchor": f"integration-{number}", "rows": rows, "left_out": len(entries) - len(rows)})
    return views


def _two_sides(entry: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """What the page shows as found and as wanted; of lists, the items that the other side lacks stand out."""
    found, wanted = entry["found"], entry["wanted"]
    if isinstance(found, list) and isinstance(wanted, list):
        return {
            "found": _value([item for item in found if item not in wanted], found, "unwanted"),
            "wanted": _value([item for item in wanted if item not in found], wanted, "missing"),
        }
    return {"found": _value(found), "wanted": _value(wanted)}


def _value(value: Any, whole: list[Any] | None = None, mark: str = "") -> list[dict[str, Any]]:
    """A value as parts of text. Of a list with ``whole``, the marked items come first and the others are only counted."""
    if whole is None:
        return [{"text": _text(value), "mark": "nothing" if value is None else ""}]
    parts = [{"text": _text(item), "mark": mark} for item in value[:20]]
    if len(value) > 20:
        parts.append({"text": f"and {len(value) - 20} more", "mark": "nothing"})
    if len(whole) > len(value):
        others = len(whole) - len(value)
        parts.append({"text": f"{others} {'other' if others == 1 else 'others'} on both sides", "mark": "nothing"})
    return parts or [{"text": "empty", "mark": "nothing"}]


def _text(value: Any) -> str:
    if value is None:
        return "absent"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} … {len(text) - LONGEST_VALUE} more characters, see the JSON report"
