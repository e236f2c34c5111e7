# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two places where Ansible finds this collection under its full name.

``link_source`` serves the working tree itself, so that tests run against the current source; ``copy_source`` makes a copy that is
a git work tree of its own, which ansible-test, ansible-lint and the packaging tools need: inside this repository they would find
the outer work tree, where the build folder is ignored.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / ".build"
NAME = Path("ansible_collections", "genesys", "hybrid")
# Only for a source tree without git, such as an unpacked release archive.
NEVER_SOURCE = frozenset({".git", ".build", ".venv", "venv", "__pycache__", ".ansible", ".pytest_cache", ".hypothesis"})


def git(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    """Run git free of hooks' and callers' settings; a checkout owned by another user (usual in containers) is accepted."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


def source_files() -> list[Path]:
    """Every file of the project relative to its root: what git tracks or would track, and that exists."""
    if (ROOT / ".git").exists():
        listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        if listed.returncode:
            raise SystemExit(f"git ls-files failed: {listed.stderr.decode(errors='replace').strip()}")
        paths = [Path(os.fsdecode(name)) for name in listed.stdout.split(b"\0") if name]
    else:
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*") if NEVER_SOURCE.isdisjoint(path.relative_to(ROOT).parts)]
    return sorted({path for path in paths if (ROOT / path).is_file() or (ROOT / path).is_symlink()})


def link_source() -> Path:
    """Link the working tree into a collections folder and return that folder."""
    if ROOT.parts[-3:] == NAME.parts:
        return ROOT.parents[2]
    folder = BUILD / "source"
    link = folder / NAME
    link.parent.mkdir(parents=True, exist_ok=True)
    try:
        link.symlink_to(ROOT, target_is_directory=True)
    except FileExistsError:  # made by an earlier run, or at this moment by another test process
        if link.resolve() != ROOT:
            link.unlink()
            link.symlink_to(ROOT, target_is_directory=True)
    return folder


def copy_source(folder: Path) -> Path:
    """Copy the project's files to ``folder/ansible_collections/genesys/hybrid``, new from scratch, and return that path."""
    target = folder / NAME
    shutil.rmtree(target, ignore_errors=True)
    for path in source_files():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target / path, follow_symlinks=False)
    if shutil.which("git"):
        for arguments in (("init", "--quiet"), ("add", "--all", "--force")):
            done = git(*arguments, folder=target)
            if done.returncode:
                raise SystemExit(f"git {arguments[0]} failed in the copy: {done.stderr.decode(errors='replace').strip()}")
    return target


def main() -> None:
    """Command line: ``link``, or ``copy FOLDER``, which prints the copy's path."""
    parser = argparse.ArgumentParser(description="Place the collection where Ansible finds it under its full name.")
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("link")
    actions.add_parser("copy").add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.action == "link":
        link_source()
    else:
        print(copy_source(arguments.folder.absolute()))


if __name__ == "__main__":
    main()
