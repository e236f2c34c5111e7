# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the contract tests share: a sandbox, the vendor's two SDKs pointed at it, certificates, and ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509

from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from contract.support import RunScenario, certificate
from playbooks import conftest as playbooks
from sandbox.process import SandboxProcess
from tools import install_javascript_sdk
from tools.collection_tree import BUILD

run_playbook = playbooks.run_playbook  # a fixture
SCENARIO_SECONDS = 120.0
# No limits: one token sends everything that a test does.
SWITCHES = {"rate_limit_per_minute": 0}

# Both SDKs read their settings, which may name another host, from the home folder of whoever runs them: the Python SDK as soon as it is imported.
HOME = BUILD / "contract-home"
HOME.mkdir(parents=True, exist_ok=True)
os.environ["HOME"] = str(HOME)


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[SandboxProcess]:
    """One sandbox for each test process."""
    with SandboxProcess() as process:
        yield process


@pytest.fixture
def sandbox(running_sandbox: SandboxProcess) -> SandboxProcess:
    """A sandbox in the state of its seed, without limits."""
    running_sandbox.control("POST", "reset", {"switches": SWITCHES})
    return running_sandbox


@pytest.fixture
def python_sdk(sandbox: SandboxProcess) -> Any:
    """The Python SDK, pointed at the sandbox; its configuration is one for the process."""
    import PureCloudPlatformClientV2

    PureCloudPlatformClientV2.configuration.host = sandbox.info["purecloud_url"]
    return PureCloudPlatformClientV2


@pytest.fixture
def own_client(sandbox: SandboxProcess) -> Iterator[PureCloudClient]:
    """This collection's own client, which refuses to write."""
    given = {"api_url": sandbox.info["purecloud_url"], "client_id": sandbox.info["client_id"], "client_secret": sandbox.info["client_secret"]}
    settings = PURECLOUD.settings({"validate_certs": True, "allow_plain_http": False, "timeout": 30.0, **given}, {})
    client = PureCloudClient(settings, read_only=True, register_secret=lambda _secret: None)
    yield client
    client.close()


@pytest.fixture(scope="session")
def javascript_sdk() -> Path:
    """The folder into which make environment-contract installs the JavaScript SDK; without it a test fails, it is never skipped."""
    directory = BUILD / "javascript"
    missing = install_javascript_sdk.problem(directory)
    if missing:
        pytest.fail(missing, pytrace=False)
    return directory


@pytest.fixture
def javascript(javascript_sdk: Path, sandbox: SandboxProcess, tmp_path: Path) -> RunScenario:
    """A function that runs a scenario of javascript/scenarios.js in a process of its own, with keyword arguments, and returns what it observed."""
    environment = {**os.environ, "NODE_PATH": str(javascript_sdk / "node_modules")}
    environment.pop("NODE_OPTIONS", None)

    def run(scenario: str, seconds: float = SCENARIO_SECONDS, **arguments: Any) -> Any:
        connection = {"port": urlsplit(sandbox.info["purecloud_url"]).port, **{name: sandbox.info[name] for name in ("client_id", "client_secret")}}
        done = subprocess.run(
            [install_javascript_sdk.node(), Path(__file__).with_name("javascript") / "run.js", scenario],
            cwd=tmp_path,
            env=environment,
            input=json.dumps({**connection, "arguments": arguments}),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            pytest.fail(f"scenario {scenario}: exit code {done.returncode}\n{done.stderr}", pytrace=False)
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def certificates() -> list[x509.Certificate]:
    """Two certificates."""
    return [certificate("first.example.com"), certificate("second.example.com")]
