# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask ansible-builder what an execution environment with this collection holds: exactly what the collection needs.

Usage: ``check_execution_environment.py COLLECTIONS``, the folder that holds the copy of the collection. Two things are looked at: what ansible-builder
finds in the collection, and the build context that it makes of the example definition. No image is built.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "meta/ee-requirements.txt"
DEFINITION = ROOT / "docs/examples/execution-environment.yml"
TIMEOUT = 120  # seconds


def run(*arguments: str | Path) -> str:
    """The output of ansible-builder of the same environment."""
    command = [Path(sys.executable).with_name("ansible-builder"), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=TIMEOUT).stdout


def requirements(lines: list[str]) -> list[str]:
    """Sorted requirements without comments."""
    return sorted(text for text in (line.split("#")[0].strip() for line in lines) if text)


def found_in_collection(collections: Path) -> list[str]:
    """What is wrong with what ansible-builder finds in the collection."""
    seen = yaml.safe_load(run("introspect", str(collections)))
    wanted = requirements(REQUIREMENTS.read_text(encoding="utf-8").splitlines())
    python = requirements(seen["python"])
    problems = [] if python == wanted else [f"Python: {python} would be installed, {wanted} is needed"]
    return problems + ([f"system: {seen['system']} would be installed, nothing is needed"] if seen["system"] else [])


def found_in_context(folder: Path) -> list[str]:
    """What is wrong with the build context of the example."""
    run("create", "--file", DEFINITION, "--context", folder)
    content = {path.name for path in (folder / "_build").iterdir()}
    problems = [] if content == {"requirements.yml", "scripts"} else [f"the context holds {sorted(content)}"]
    collections = yaml.safe_load((folder / "_build/requirements.yml").read_text(encoding="utf-8"))
    if collections != {"collections": [{"name": "genesys.hybrid"}]}:
        problems.append(f"the image would hold {collections}")
    (recipe,) = (path for path in folder.iterdir() if path.is_file())
    base = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))["images"]["base_image"]["name"]
    text = recipe.read_text(encoding="utf-8")
    return problems + [f"{recipe.name} lacks {part}" for part in (base, "ansible-core>=2.16", "ansible-runner>=2.4", "python3.12") if part not in text]


def main() -> None:
    """Parse the command line, look, and say what is wrong."""
    parser = argparse.ArgumentParser(description="Check what an execution environment with this collection holds.")
    parser.add_argument("collections", type=Path)
    collections = parser.parse_args().collections
    with tempfile.TemporaryDirectory() as scratch:
        problems = found_in_collection(collections) + found_in_context(Path(scratch) / "context")
    if problems:
        sys.exit("\n".join(problems))
    print(f"An execution environment gets {', '.join(requirements(REQUIREMENTS.read_text(encoding='utf-8').splitlines()))}, and no system package.")


if __name__ == "__main__":
    main()
