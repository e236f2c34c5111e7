# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that ansible-doc shows every plugin and role of the collection, without a warning.

Usage: ``check_documentation.py COLLECTION``, where COLLECTION is the folder ``…/ansible_collections/genesys/hybrid``; run by an
interpreter beside which ``ansible-doc`` is installed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

PLUGIN_TYPES = {"modules": "module", "lookup": "lookup", "inventory": "inventory", "callback": "callback", "filter": "filter", "test": "test"}
NAMESPACE = "genesys.hybrid"


def documented_names(collection: Path) -> dict[str, list[str]]:
    """The full names that must have documentation, per ansible-doc type."""
    names: dict[str, list[str]] = {}
    for folder, kind in PLUGIN_TYPES.items():
        files = (path for path in (collection / "plugins" / folder).glob("*") if path.suffix in (".py", ".yml"))
        names[kind] = sorted({f"{NAMESPACE}.{path.stem}" for path in files if not path.stem.startswith("_")})
    names["role"] = sorted(f"{NAMESPACE}.{path.name}" for path in (collection / "roles").glob("*") if path.is_dir())
    return {kind: found for kind, found in names.items() if found}


def complaints(kind: str, names: list[str], collection: Path) -> list[str]:
    """Why ansible-doc does not show all ``names`` cleanly; empty when it does."""
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
    command = [str(Path(sys.executable).parent / "ansible-doc"), "--type", kind, "--json", *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    # ansible-core 2.21 warns about a collection inside itself, which has no version.
    found = [f"{kind}: {line}" for line in done.stderr.splitlines() if line.strip() and "ansible/_internal/ansible_collections" not in line]
    if done.returncode:
        return [*found, f"{kind}: ansible-doc ended with {done.returncode}"]
    shown = json.loads(done.stdout)
    # A role without an argument specification is answered by an entry without entry points, a plugin without documentation by none.
    missing = [name for name in names if not (shown.get(name) or {}).get("entry_points" if kind == "role" else "doc")]
    return found + [f"{kind}: ansible-doc shows nothing for {name}" for name in missing]


def main() -> None:
    """Check all types; exit with the list of complaints."""
    parser = argparse.ArgumentParser(description="Check that ansible-doc shows every plugin and role.")
    parser.add_argument("collection", type=Path)
    collection = parser.parse_args().collection.absolute()
    names = documented_names(collection)
    if "module" not in names:
        sys.exit(f"no module found in {collection}")
    found = [line for kind in names for line in complaints(kind, names[kind], collection)]
    if found:
        sys.exit("\n".join(found))
    print("ansible-doc shows " + ", ".join(f"{len(names[kind])} {kind}(s)" for kind in names))


if __name__ == "__main__":
    main()
