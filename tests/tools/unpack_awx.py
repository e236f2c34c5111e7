# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unpack the collection awx.awx, which tests hold the tasks for AWX against, from the wheel that bundles it.

Usage: ``unpack_awx.py REQUIREMENTS FOLDER``. The bundle is 57 MB and is deleted again; what is kept is 1 MB. pip uses the caller's own configuration and
network environment. A folder that was made from the same requirements is left alone.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

STAMP = "requirements.sha256"
PREFIX = "ansible_collections/awx/awx/"
TIMEOUT = 600  # seconds


def download(requirements: Path, folder: Path) -> Path:
    """The wheel that pip puts into the folder."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", folder, "-r", requirements], check=True, timeout=TIMEOUT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def main() -> None:
    """Parse the command line and unpack the collection, unless that is done already."""
    parser = argparse.ArgumentParser(description="Unpack the collection awx.awx.")
    parser.add_argument("requirements", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    wanted = hashlib.sha256(arguments.requirements.read_bytes()).hexdigest()
    stamp = arguments.folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    shutil.rmtree(arguments.folder, ignore_errors=True)
    arguments.folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as scratch, zipfile.ZipFile(download(arguments.requirements, Path(scratch))) as wheel:
        wheel.extractall(arguments.folder, [name for name in wheel.namelist() if name.startswith(PREFIX)])
    stamp.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
