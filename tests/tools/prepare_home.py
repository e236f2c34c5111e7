# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepare the scratch home folder in which the gates run, for the environment whose interpreter runs this.

ansible-test makes virtual environments of its own. It hands on nothing but HOME and PATH and bootstraps pip with a script that it
would download from a fixed host. So the scratch home holds

* pip's effective configuration of the caller (index, certificate authority, proxy), written to ``.config/pip/pip.conf``, and
* a stand-in for the bootstrap script, under the name that this environment's ansible-test looks for, which uses the interpreter's
  own ``ensurepip``.

An empty ``ansible.cfg`` keeps the caller's and the system's Ansible configuration out.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

SETTING = re.compile(r"^(:env:|global|install|download|wheel)\.([\w-]+)=(.*)$")
# Where other tools look for a certificate authority, in the order of preference, when pip has none of its own.
CERTIFICATE_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")

BOOTSTRAP = '''"""Stand-in for get-pip.py: pip comes from ensurepip, what else is asked for from the configured index."""
import ensurepip
import os
import subprocess
import sys

ensurepip.bootstrap(default_pip=True)
os.environ.pop("PIP_CONFIG_FILE", None)  # ensurepip points it at nothing, which would hide pip's configuration
arguments = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install"] + arguments))
'''


def pip_settings(listing: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What ``pip config list`` printed as one flat table; the environment wins over files, as it does in pip."""
    settings: dict[str, str] = {}
    matches = [match for match in map(SETTING.match, listing.splitlines()) if match]
    for _section, key, value in sorted((match.groups() for match in matches), key=lambda found: found[0] == ":env:"):
        if key != "config-file":
            settings[key] = str(ast.literal_eval(value))
    for key, names in (("cert", CERTIFICATE_VARIABLES), ("proxy", PROXY_VARIABLES)):
        value = next((environment[name] for name in names if environment.get(name)), None)
        if value is not None:
            settings.setdefault(key, value)
    return settings


def write_pip_configuration(home: Path) -> None:
    """Write the caller's pip settings; readable by its owner only, since an index address may carry a password."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    settings = pip_settings(listed.stdout, os.environ)
    path = home / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{key} = {value.strip()}".replace("\n", "\n    ") for key, value in sorted(settings.items())]
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        output.write("\n".join(["[global]", *lines, ""]))


def write_bootstrap(home: Path) -> None:
    """Write the stand-in for every pip version that the installed ansible-test may ask for."""
    package = find_spec("ansible_test")
    if package is None or not package.submodule_search_locations:
        sys.exit("ansible-test is not installed in this environment")
    source = Path(package.submodule_search_locations[0], "_internal", "python_requirements.py").read_text(encoding="utf-8")
    versions = set(re.findall(r"pip='([\d.]+)'", source))
    if not versions:
        sys.exit("this ansible-test no longer states which pip it bootstraps: adapt prepare_home.py")
    cache = home / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in versions:
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, encoding="utf-8")


def main() -> None:
    """Fill the home folder named on the command line."""
    parser = argparse.ArgumentParser(description="Prepare the scratch home folder of the gates.")
    parser.add_argument("home", type=Path)
    home = parser.parse_args().home
    home.mkdir(parents=True, exist_ok=True)
    (home / "ansible.cfg").write_text("", encoding="utf-8")
    write_pip_configuration(home)
    write_bootstrap(home)


if __name__ == "__main__":
    main()
