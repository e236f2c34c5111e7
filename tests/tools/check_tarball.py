# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check what is in the collection's tarball: everything a user needs, and nothing that must not leave the build machine.

Usage: ``check_tarball.py FOLDER``, where FOLDER holds exactly one ``genesys-hybrid-*.tar.gz``; prints that file's path.
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
from pathlib import Path

REQUIRED = (
    "MANIFEST.json",
    "FILES.json",
    "README.md",
    "LICENSE",
    "CONTRIBUTING.md",
    "meta/runtime.yml",
    "meta/execution-environment.yml",
    "meta/ee-requirements.txt",
    "changelogs/config.yaml",
    "plugins/modules/purecloud_oauth_client.py",
    "tests/config.yml",
)
FORBIDDEN_NAME = re.compile(
    r"(^|/)(\.git|\.build|\.ansible|\.venv|venv|\.env|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.hypothesis|\.plugin-cache\.yaml)(/|$)"
    r"|^tests/output(/|$)|^tests/integration/(inventory|integration_config\.yml)|\.(pyc|retry|tar\.gz|whl|swp|log|p12|pfx|key)$|vault[_-]?pass",
    re.IGNORECASE,
)
# A private key in full, not the mention of its first line in documentation.
PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}")
LARGEST_FILE = 1_000_000  # bytes


def complaints(archive: tarfile.TarFile) -> list[str]:
    """What is wrong with the archive's contents; empty when nothing is."""
    members = archive.getmembers()
    names = {member.name for member in members}
    found = [f"missing: {name}" for name in REQUIRED if name not in names]
    found += [f"must not be in it: {name}" for name in sorted(names) if FORBIDDEN_NAME.search(name)]
    for member in members:
        if member.size > LARGEST_FILE:
            found.append(f"larger than {LARGEST_FILE} bytes: {member.name}")
            continue
        stream = archive.extractfile(member) if member.isfile() else None
        if stream is not None and PRIVATE_KEY.search(stream.read()):
            found.append(f"holds a private key: {member.name}")
    return found


def main() -> None:
    """Check the one tarball of the folder."""
    parser = argparse.ArgumentParser(description="Check the contents of the collection's tarball.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    tarballs = sorted(folder.glob("genesys-hybrid-*.tar.gz"))
    if len(tarballs) != 1:
        sys.exit(f"expected one tarball in {folder}, found {len(tarballs)}")
    with tarfile.open(tarballs[0]) as archive:
        found = complaints(archive)
    if found:
        sys.exit("\n".join(found))
    print(tarballs[0])


if __name__ == "__main__":
    main()
