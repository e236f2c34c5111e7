# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML material that a run makes, and what it writes back as an Ansible Vault file."""

from __future__ import annotations

import json
import stat

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.genesys.hybrid.plugins.module_utils import _certificates, _saml
from demo.estate import Estate
from playbooks.conftest import OLDEST_CORE, newest_core_only
from playbooks.site import ROOT, Site
from sandbox.process import SandboxProcess

NOTHING_GIVEN = dict.fromkeys(("hybrid_saml_certificate", "hybrid_saml_private_key", "hybrid_saml_private_key_password"), "")
OURS = "# what somebody wrote\nvault_other: kept\n"


@pytest.fixture(scope="module")
def server():
    with SandboxProcess() as process:
        yield process


@pytest.fixture(scope="module")
def estate(server, tmp_path_factory):
    return Estate.create(server, tmp_path_factory.mktemp("estate") / "site")


@pytest.fixture
def site(server, estate, tmp_path):
    server.control("POST", "reset")
    return Site(server, estate, tmp_path, "example_one")


@pytest.fixture
def vault(estate):
    password = (ROOT / estate.arguments[3]).read_text(encoding="utf-8")
    return VaultLib([("default", VaultSecret(password.encode()))])


def variables(vault, path):
    return yaml.safe_load(vault.decrypt(path.read_bytes()))


def test_a_key_pair_is_made_once_and_everything_that_a_run_makes_is_written_back(site, vault):
    path = site.folder / "made.yml"
    path.write_bytes(vault.encrypt(OURS, vault.secrets[0][1]))
    before = path.read_bytes()
    origin = site.sandbox.info["purecloud_url"]
    urls = {"hybrid_transaction_base_auth_url": f"{origin}/oauth/token", "hybrid_transaction_base_service_url": f"{origin}/api/"}
    arguments = ["-e", json.dumps({**NOTHING_GIVEN, **urls, "hybrid_saml_generate": True, "hybrid_vault_file": str(path)})]

    predicted = site.changed("--check", "--diff", *arguments)
    assert site.writes() == [] and path.read_bytes() == before
    assert "(known after apply)" in json.dumps(site.results()[("example_one", "genesys.hybrid.purecloud_idp")]["diff"]["after"])

    assert site.changed("--diff", *arguments) == predicted == {"example_one": 5}
    held, saml = variables(vault, path), site.objects()["1"]["saml"]
    assert held == {
        "vault_other": "kept",
        "vault_oauth_client_secrets": {name: client["secret"] for name, client in site.clients(0).items()},
        "vault_saml_certificate": saml["certificate"],
        "vault_saml_private_key": saml["pkey"],
        "vault_saml_private_key_password": saml["password"],
    }
    assert vault.decrypt(path.read_bytes()).decode().startswith(OURS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (old,) = [other for other in site.folder.iterdir() if other.name.startswith("made.yml.")]
    assert old.read_bytes() == before
    hidden = [saml["password"], saml["pkey"].splitlines()[1], *held["vault_oauth_client_secrets"].values()]
    assert not any(secret in text for secret in hidden for text in (site.output, site.records.read_text(encoding="utf-8"))), "a secret is shown"
    _saml.check(_saml.Material(saml["certificate"], saml["pkey"], saml["password"]))
    (certificate,) = site.organization(0)["identity_providers"]["pureengage"]["certificates"]
    assert _certificates.der(certificate) == _certificates.der(saml["certificate"])

    written = path.read_bytes()
    assert site.changed(*arguments) == {"example_one": 0}
    assert (site.writes(), path.read_bytes()) == ([], written)

    # A file that got lost, or a run that died before it, is made up for.
    path.unlink()
    assert site.changed(*arguments) == {"example_one": 1}
    assert site.writes() == []
    assert variables(vault, path) == {name: value for name, value in held.items() if name != "vault_other"}

    verify(site, arguments)


def verify(site, arguments):
    """What provision made is sound for the playbook verify; two faults are found, with the fix, in check mode too. Nothing is written."""
    recap = site.run(*arguments, "-e", "verify_fail_on=warning", playbook="verify")
    assert (recap["example_one"]["changed"], recap["example_one"]["failed"], site.writes()) == (0, 0, [])
    assert "ok      saml_signature: " in site.output

    site.sandbox.control("POST", "faults", {"kind": "status", "status": 403, "path": "/api/v2/users", "method": "GET"})
    broken = [*arguments, "--check", "-e", "hybrid_transaction_base_auth_url=https://login.mypurecloud.de/oauth/token"]
    site.run(*broken, playbook="verify", succeeds=False)
    assert site.message().count("(fix: ") == 2 and "error   auth_url: " in site.message() and "error   service_access: " in site.message()
    assert site.writes() == []
    if not OLDEST_CORE:
        assert site.run(*broken, "-e", "verify_fail_on=never", playbook="verify")["example_one"]["failed"] == 0


@newest_core_only
@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"hybrid_saml_private_key_password": "wrong"}, "private_key_password does not open private_key"),
        ({"hybrid_vault_file": "missing/vault.yml"}, "does not exist: make it first"),
    ],
)
def test_wrong_material_and_a_vault_file_that_cannot_be_written_stop_before_the_first_write(site, given, sentence):
    site.run("-e", json.dumps(given), succeeds=False, quiet=False)
    assert sentence in site.message()
    assert site.writes() == []
