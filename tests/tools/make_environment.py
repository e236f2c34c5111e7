# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make a virtual environment for a requirements file, or leave one that still fits alone.

Usage: ``make_environment.py DIRECTORY REQUIREMENTS``, run by the interpreter that the environment shall have.

The stamp in the environment is a hash over the interpreter, the directory and every requirements file, included ones too: when
one of them changes, the environment is made anew. pip uses the caller's own configuration and network environment.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

STAMP = "requirements.sha256"
INSTALL_TIMEOUT = 1200  # seconds


def included(requirements: Path) -> list[Path]:
    """The requirements file and, in order, every file that it includes with ``-r``."""
    files = [requirements]
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            files += included(requirements.parent / line[3:].strip())
    return files


def fingerprint(directory: Path, requirements: Path) -> str:
    """A hash over everything that the environment depends on."""
    digest = hashlib.sha256()
    for part in (sys.version, sys.executable, str(directory)):
        digest.update(part.encode())
    for path in included(requirements):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def fits(directory: Path, wanted: str) -> bool:
    """Whether the environment was made for ``wanted`` and its interpreter still runs."""
    stamp = directory / STAMP
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        return False
    return subprocess.run([directory / "bin" / "python", "-c", "import pip"], capture_output=True, check=False).returncode == 0


def make(directory: Path, requirements: Path, wanted: str) -> None:
    """Make the environment anew; pip's output goes to a log and is shown when pip fails."""
    shutil.rmtree(directory, ignore_errors=True)
    venv.EnvBuilder(with_pip=True, symlinks=True).create(directory)
    log = directory / "pip.log"
    command = [directory / "bin" / "python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "-r", requirements]
    with log.open("w", encoding="utf-8") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, timeout=INSTALL_TIMEOUT, check=False).returncode
    if code:
        tail = [line[:400] for line in log.read_text(encoding="utf-8").splitlines()[-15:]]
        sys.exit("\n".join([f"pip could not install {requirements} (whole log: {log}):", *tail]))
    (directory / STAMP).write_text(wanted, encoding="utf-8")


def main() -> None:
    """Parse the command line and bring the environment up to date; one process at a time."""
    parser = argparse.ArgumentParser(description="Make a virtual environment for a requirements file.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("requirements", type=Path)
    arguments = parser.parse_args()
    directory = arguments.directory.absolute()
    requirements = arguments.requirements.absolute()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (directory.parent / f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = fingerprint(directory, requirements)
        if fits(directory, wanted):
            return
        started = time.monotonic()
        print(f"environment {directory.name}: Python {sys.version.split()[0]}, {requirements.name}", file=sys.stderr)
        make(directory, requirements, wanted)
        print(f"environment {directory.name}: ready after {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
