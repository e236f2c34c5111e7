# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The example inventory, filled in for a sandbox: SAML material, vault files, and the sandbox's addresses as extra variables."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from sandbox.process import SandboxProcess

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "inventory"
GAX_PATH = "/gax/api"


@dataclass(frozen=True)
class Estate:
    """An inventory on disk and what ansible-playbook needs to use it; ``secrets`` are the plain values that nobody may see."""

    arguments: list[str]
    cfgserver_url: str
    secrets: dict[str, str]

    @classmethod
    def create(cls, sandbox: SandboxProcess, folder: Path) -> Estate:
        inventory = folder / "inventory"
        shutil.copytree(EXAMPLE, inventory)
        password_file = folder / "vault-password"
        hidden = {"vault password": secrets.token_urlsafe(24), "cfgserver password": sandbox.info["cfgserver_password"]}
        write_private(password_file, hidden["vault password"])
        clients = bootstrap_secrets(sandbox)
        for host in sorted(path.name for path in (inventory / "host_vars").iterdir()):
            variables = yaml.safe_load((inventory / "host_vars" / host / "main.yml").read_text(encoding="utf-8"))
            material = saml_material()
            material["vault_cfgserver_password"] = hidden["cfgserver password"]
            material["vault_purecloud_client_secret"] = clients[variables["hybrid_purecloud_client_id"]]
            hidden.update({f"{host} {name}": value for name, value in material.items() if name != "vault_saml_certificate"})
            encrypt(yaml.safe_dump(material), inventory / "host_vars" / host / "vault.yml", password_file)
        cfgserver_url = sandbox.info["gax_url"].removesuffix(GAX_PATH)
        addresses = {
            "hybrid_purecloud_api_url": sandbox.info["purecloud_url"],
            "hybrid_cfgserver_url": cfgserver_url,
            "hybrid_cfgserver_username": sandbox.info["cfgserver_username"],
        }
        (folder / "sandbox.json").write_text(json.dumps(addresses, indent=2), encoding="utf-8")
        relative = [os.path.relpath(path, EXAMPLE.parents[2]) for path in (inventory, password_file, folder / "sandbox.json")]
        return cls(["-i", relative[0], "--vault-password-file", relative[1], "-e", f"@{relative[2]}"], cfgserver_url, hidden)


def bootstrap_secrets(sandbox: SandboxProcess) -> dict[str, str]:
    """ID to secret of the OAuth client that somebody made by hand in each organization."""
    organizations = sandbox.control("GET", "state")["purecloud"]["organizations"]
    return {organization["bootstrap_client_id"]: organization["clients"][organization["bootstrap_client_id"]]["secret"] for organization in organizations}


def saml_material() -> dict[str, str]:
    """A certificate on one line, as the requirement document's sample shows it, its private key encrypted, and the key's password."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    password = secrets.token_urlsafe(24)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage.example.com")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(hours=1), now + timedelta(days=730))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encrypted = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(password.encode("ascii"))
    )
    return {
        "vault_saml_certificate": " ".join(certificate.public_bytes(serialization.Encoding.PEM).decode("ascii").split("\n")).strip(),
        "vault_saml_private_key": encrypted.decode("ascii"),
        "vault_saml_private_key_password": password,
    }


def encrypt(text: str, target: Path, password_file: Path) -> None:
    """Write ``text`` as a vault file; it passes through a pipe and never lies on the disk in plain."""
    command = ["ansible-vault", "encrypt", "--vault-password-file", str(password_file), "--output", str(target)]
    subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
