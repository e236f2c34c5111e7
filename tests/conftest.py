# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One environment for every test, whoever starts it and from wherever.

Tests run against the current source: the collection's loader is pointed at a link to the working tree. Nothing of the caller's
Ansible configuration or accounts is inherited: with real credentials in the environment a test could talk to a real organization.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from tools.collection_tree import BUILD, link_source

FOREIGN = ("ANSIBLE_", "GENESYSCLOUD_", "CFGSERVER_")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def prepare_environment(collections: Path) -> None:
    """Set what this process and every process that a test starts shall see."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    home = BUILD / "ansible"
    home.mkdir(parents=True, exist_ok=True)
    (home / "ansible.cfg").touch()
    os.environ["ANSIBLE_CONFIG"] = str(home / "ansible.cfg")
    os.environ["ANSIBLE_HOME"] = str(home)
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(BUILD / "hypothesis")
    tools = str(Path(sys.executable).parent)
    if os.environ.get("PATH", "").split(os.pathsep)[0] != tools:
        os.environ["PATH"] = os.pathsep.join([tools, os.environ.get("PATH", os.defpath)])
    for name in ("NO_PROXY", "no_proxy"):
        kept = [host for host in os.environ.get(name, "").split(",") if host and host not in LOOPBACK]
        os.environ[name] = ",".join([*LOOPBACK, *kept])


def install_collection_finder(collections: Path) -> None:
    """Make ``import ansible_collections.genesys.hybrid…`` work as it does inside Ansible."""
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    _AnsibleCollectionFinder(paths=[str(collections)])._install()


COLLECTIONS = link_source()
prepare_environment(COLLECTIONS)
# The sandbox's own tests need no Ansible and run in an environment without it, too.
if find_spec("ansible"):
    install_collection_finder(COLLECTIONS)
