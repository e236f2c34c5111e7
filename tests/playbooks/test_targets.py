# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every integration target, run by ansible-playbook against a sandbox of its own; those of Configuration Server through each of its interfaces."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from playbooks.conftest import OLDEST_CORE
from promises.searching import forms
from sandbox.process import SandboxProcess

FOLDER = Path(__file__).resolve().parents[1] / "integration" / "targets"
MODULES = Path(__file__).resolve().parents[2] / "plugins" / "modules"
# As with ansible-test, what begins with setup_ is a role that targets use.
TARGETS = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("setup_"))
# With everything, also where it is the modules' own code that is tested once more: make soak.
SOAK = os.environ.get("PROMISES") == "soak"
# On the oldest supported ansible-core these are not run: they differ from others in nothing that depends on ansible-core.
NEWEST_CORE_ONLY = {
    f"purecloud_{name}"
    for name in (
        *("oauth_client", "role", "user", "idp_info", "ip_ranges_info", "oauth_client_info", "role_info"),
        *("verify", "idp_rotation", "oauth_client_rotation"),
    )
} | {"saml_key_pair"}
# Interface of Configuration Server -> the key of the sandbox's address for it, and the path below that address.
INTERFACES = {"gax": ("gax_url", "/gax/api"), "gws": ("gws_url", "/api/v2/platform/configuration")}
SECONDS = 540.0
# What differs between two runs that do the same: IDs, sealed secrets, times and the addresses of whatever listens.
DRAWN = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|gAAAA[\w=-]+|\d{4}-\d\d-\d\dT[\d:.]+Z?|127\.0\.0\.1:\d+")

# target -> the warnings that it provokes, each a regular expression for one of them; any other warning, or a missing one, is a failure.
WARNINGS: dict[str, list[str]] = {
    # A client is created without any way to hand out its secret.
    "purecloud_oauth_client": [r"the secret of the new OAuth client 'hybrid-lost' is not returned and cannot be read later: "],
    # A deleted account is restored.
    "purecloud_user": [r"user 'ada@example.com' was deleted and is restored, perhaps with the roles that it had before: "],
    # A certificate has expired; users are not provisioned.
    "purecloud_idp": [r"the certificate CN=.* of identity provider pureengage expired on ", r"auto_provision_users is not true: "],
}

PLAY = [
    {
        "name": "Run one integration target",
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {
            "group/genesys.hybrid.purecloud": {
                "api_url": "{{ purecloud_api_url }}",
                "client_id": "{{ purecloud_client_id }}",
                "client_secret": "{{ purecloud_client_secret }}",
            },
            "group/genesys.hybrid.cfgserver": {
                "cfgserver_api": "{{ cfgserver_api }}",
                "url": "{{ cfgserver_url }}",
                "username": "{{ cfgserver_username }}",
                "password": "{{ cfgserver_password }}",
            },
        },
    }
]


def certificate(key: rsa.RSAPrivateKey, begins: int, ends: int) -> str:
    """A self-signed certificate in PEM form, valid from ``begins`` to ``ends`` days from now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage.example.com")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now + timedelta(days=begins), now + timedelta(days=ends))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode("ascii")


@pytest.fixture(scope="session")
def saml() -> dict[str, str]:
    """Certificates of one key, and that key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    valid = certificate(key, -1, 730)
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    password = Fernet.generate_key().decode("ascii")
    encrypted = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(password.encode()))
    return {
        "saml_certificate": valid,
        "saml_fingerprint": x509.load_pem_x509_certificate(valid.encode("ascii")).fingerprint(hashes.SHA256()).hex(),
        "saml_next_certificate": certificate(key, -1, 731),
        "saml_expired_certificate": certificate(key, -730, -1),
        "saml_private_key": plain.decode("ascii"),
        "saml_encrypted_private_key": encrypted.decode("ascii"),
        "saml_private_key_password": password,
    }


def connection(sandbox: SandboxProcess, api: str) -> dict[str, str]:
    """The variables that a target is given."""
    address, path = INTERFACES[api]
    return {
        "purecloud_api_url": sandbox.info["purecloud_url"],
        "purecloud_client_id": sandbox.info["client_id"],
        "purecloud_client_secret": sandbox.info["client_secret"],
        "cfgserver_api": api,
        "cfgserver_url": sandbox.info[address].removesuffix(path),
        "cfgserver_username": sandbox.info["cfgserver_username"],
        "cfgserver_password": sandbox.info["cfgserver_password"],
        "sandbox_control_url": f"{sandbox.info['purecloud_url']}/__sandbox__",
    }


def runs() -> Iterator[Any]:
    """Each target once, those of Configuration Server once for each interface; on the oldest core through one of them, because the rest is the same code."""
    interfaces = list(INTERFACES)[-1:] if OLDEST_CORE else INTERFACES
    for target in TARGETS:
        if OLDEST_CORE and target in NEWEST_CORE_ONLY:
            continue
        if target.startswith("cfgserver_"):
            yield from (pytest.param(target, api, id=f"{target}-{api}") for api in interfaces)
        else:
            yield pytest.param(target, "gax", id=target)


def write_private(path: Path, value: Any) -> Path:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    return path


def test_there_are_targets() -> None:
    assert TARGETS


def test_every_listed_warning_belongs_to_a_target() -> None:
    assert set(WARNINGS) <= set(TARGETS)


def test_what_the_oldest_core_leaves_out_are_targets() -> None:
    assert set(TARGETS) >= NEWEST_CORE_ONLY


def comparable(records: str) -> list[str]:
    """What the modules of this collection returned, line by line; what is drawn anew in each run is replaced by the order of its first appearance."""
    results = [result for result in map(json.loads, records.splitlines()) if result["action"].startswith("genesys.hybrid.")]
    lines = [json.dumps(result, sort_keys=True) for result in results]
    seen: dict[str, str] = {}
    return [DRAWN.sub(lambda match: seen.setdefault(match[0], f"<{len(seen)}>"), line) for line in lines]


@pytest.mark.timeout(2 * SECONDS + 60)
@pytest.mark.parametrize(("target", "api"), list(runs()))
def test_target(target: str, api: str, sandbox: SandboxProcess, saml: dict[str, str], run_playbook: Callable[..., Any], tmp_path: Path) -> None:
    """The target passes with the modules in Ansible's own process, and returns the same to the byte when they are ordinary ones.

    As ordinary modules, and on the oldest ansible-core, it only creates, changes and deletes, which it does first: the rest tests the modules' own code, which
    is the same. ``make soak`` runs all of it. Sessions are not kept: how many requests a module makes of its own is part of what the targets check.
    """
    seal_key = Fernet.generate_key().decode("ascii")
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{**PLAY[0], "roles": [target]}], sort_keys=False), encoding="utf-8")
    inventory = tmp_path / "inventory.ini"
    inventory.write_text('localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"\n', encoding="utf-8")
    returned = []
    for in_process in ways(target, api):
        whole = SOAK or (in_process and not OLDEST_CORE)
        how = {"lifecycle_only": not whole, "hybrid_in_process": in_process, "hybrid_keep_sessions": False}
        variables = write_private(tmp_path / f"variables-{in_process}.json", {**connection(sandbox, api), **saml, "seal_key": seal_key, **how})
        hidden = {"seal_key": seal_key, "saml_private_key": saml["saml_private_key"].splitlines()[1], "password": saml["saml_private_key_password"]}
        known = {
            client["secret"] for organization in sandbox.control("GET", "state")["purecloud"]["organizations"] for client in organization["clients"].values()
        }
        before = set(sandbox.control("GET", "secrets"))
        run = run_playbook("-i", inventory, "-e", f"@{variables}", "--diff", playbook, seconds=SECONDS, ANSIBLE_ROLES_PATH=str(FOLDER))
        made = set(sandbox.control("GET", "secrets")) - before
        judge(target, whole, run, {*hidden.values(), sandbox.info["cfgserver_password"], *known, *made})
        returned.append(comparable(run.records))
        sandbox.control("POST", "reset")
    assert returned[0][: len(returned[-1])] == returned[-1]


def ways(target: str, api: str) -> list[bool]:
    """In Ansible's process, then as ordinary modules; for a Configuration Server the second through one interface: the other touches nothing of this.

    What is no module is the same both times.
    """
    once = OLDEST_CORE or (target.startswith("cfgserver_") and api == "gax") or not (MODULES / f"{target}.py").exists()
    return [True] if once and not SOAK else [True, False]


def judge(target: str, whole: bool, run: Any, secrets: set[str]) -> None:
    """``secrets``: everything that nobody may see, also of clients that are gone by now."""
    assert run.returncode == 0, run.output
    assert run.recap["localhost"]["ok"] > 0, run.output
    assert "Traceback" not in run.output, run.output
    expected = WARNINGS.get(target, [])
    unexpected = [warning for warning in run.warnings if not any(re.search(pattern, warning) for pattern in expected)]
    missing = [pattern for pattern in expected if whole and not any(re.search(pattern, warning) for warning in run.warnings)]
    assert (unexpected, missing) == ([], []), run.output
    # Not "assert not shown": the message must not show the secret either, and says how long it is instead.
    assert all(map(forms, secrets)), "a secret is too short to be searched for"
    content = f"{run.output}\n{run.records}".encode()
    shown = [len(secret) for secret in secrets if any(form in content for form in forms(secret))]
    assert shown == [], "values that nobody may see are in the output, or in the results that callbacks get (their lengths are listed)"
