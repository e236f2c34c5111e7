# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures the collection against what else there is, both sides in one run, and writes the tables into docs/performance.md.

Absolute seconds are those of one machine on one day; what the guide's reader can rely on are the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from ansible.release import __version__ as core

from sandbox.process import SandboxProcess

from . import clients, integrations, tasks

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
SECTIONS: dict[str, Callable[..., list[str]]] = {
    "clients": clients.table,
    "limit": clients.limit,
    "integration": integrations.one,
    "fleet": integrations.many,
    "tasks": tasks.execution,
    "imports": tasks.imports,
    "sandbox": tasks.throughput,
}


def write_section(name: str, lines: list[str]) -> None:
    """Replace what stands between the two marks of a section; everything else of the document is written by people."""
    text = DOCUMENT.read_text(encoding="utf-8")
    machine = f"ansible-core {core}, Python {platform.python_version()}, {os.cpu_count()} cores, {date.today().isoformat()}"
    body = "\n".join([f"<!-- begin {name} -->", *lines, "", f"*{machine}*", f"<!-- end {name} -->"])
    changed, count = re.subn(rf"<!-- begin {name} -->.*?<!-- end {name} -->", lambda _match: body, text, flags=re.DOTALL)
    if count != 1:
        raise SystemExit(f"docs/performance.md has no marks of the section {name!r}.")
    DOCUMENT.write_text(changed, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure the collection and write the tables into docs/performance.md.")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"which ones: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--largest", type=int, default=1000, help="leave out what is larger than so many clients or integrations (default: 1000)")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.sections) - set(SECTIONS))
    if unknown:
        parser.error(f"there is no section {unknown[0]!r}: choose from {', '.join(SECTIONS)}")
    with tempfile.TemporaryDirectory() as folder, SandboxProcess() as sandbox:
        for name in arguments.sections or SECTIONS:
            lines = SECTIONS[name](sandbox, Path(folder), arguments.largest)
            print(f"\n{name}\n", *lines, sep="\n", flush=True)
            write_section(name, lines)


if __name__ == "__main__":
    main()
