# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs made only from shipped files: the example project, the credential types, the surveys, run by AWX's own engine against a sandbox with TLS."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import os
import re
import subprocess
from datetime import datetime, timedelta, timezone
from urllib.parse import quote

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.estate import EXAMPLE, GAX_PATH, Estate, bootstrap_secrets
from playbooks.awx_job import TEMPLATES, Controller, injected, isolation_runs, make_project, named, shipped
from playbooks.conftest import newest_core_only
from playbooks.site import HARMLESS
from sandbox.process import SandboxProcess

pytestmark = newest_core_only
HOSTS = ("example_one", "example_two")
WRITTEN = {"genesys.hybrid.purecloud_oauth_clients", "genesys.hybrid.purecloud_idp", "genesys.hybrid.cfgserver_transaction"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate that no system trusts, and its key: two files."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=9))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    (folder / "certificate.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "private.pem").write_bytes(private)
    return folder / "certificate.pem", folder / "private.pem"


@pytest.fixture(scope="module")
def sandbox(authority):
    with SandboxProcess("--tls-cert", authority[0], "--tls-key", authority[1]) as process:
        yield process


@pytest.fixture(scope="module")
def estate(sandbox, tmp_path_factory):
    return Estate.create(sandbox, tmp_path_factory.mktemp("estate") / "site")


@pytest.fixture(scope="module")
def controller(sandbox, estate, tmp_path_factory):
    folder = tmp_path_factory.mktemp("awx")
    inventory = tmp_path_factory.getbasetemp() / "estate0/site/inventory"
    project = make_project(folder / "project", inventory)
    # The second organization's address; the first one's is in its credential.
    hosts = {"example_one": {}, "example_two": {"hybrid_purecloud_api_url": sandbox.info["purecloud_url"]}}
    return Controller(folder, project, hosts, estate.secrets["vault password"])


@pytest.fixture(scope="module")
def required_fields(sandbox):
    """What the two credentials need at least, type -> inputs."""
    client = yaml.safe_load((EXAMPLE / "host_vars/example_one/main.yml").read_text(encoding="utf-8"))["hybrid_purecloud_client_id"]
    return {
        "PureCloud": {"client_id": client, "client_secret": bootstrap_secrets(sandbox)[client]},
        "Genesys Configuration Server": {
            "url": sandbox.info["gax_url"].removesuffix(GAX_PATH),
            "username": sandbox.info["cfgserver_username"],
            "password": sandbox.info["cfgserver_password"],
        },
    }


@pytest.fixture(scope="module")
def all_fields(sandbox, authority, required_fields):
    """The same with every optional field."""
    trusted = {"ca_certificate": authority[0].read_text(encoding="utf-8"), "insecure": False}
    address = sandbox.info["purecloud_url"]
    return {
        "PureCloud": {**required_fields["PureCloud"], **trusted, "region": "us-east-1", "api_url": address, "login_url": address},
        "Genesys Configuration Server": {**required_fields["Genesys Configuration Server"], **trusted, "api": "gax"},
    }


def environment(fields, folder):
    return {name: value for kind, inputs in fields.items() for name, value in injected(named("credential_types", kind), inputs, folder).items()}


def writes(sandbox):
    journal = sandbox.control("GET", "requests")
    return [f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] not in ("GET", "HEAD") and entry["path"] not in HARMLESS]


def digest(folder):
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def assert_no_secret(sandbox, estate, job):
    hidden = dict(estate.secrets)
    for organization in sandbox.control("GET", "state")["purecloud"]["organizations"]:
        for identifier, entry in organization["clients"].items():
            hidden[f"client {identifier}"] = entry["secret"]
            hidden[f"pair {identifier}"] = f"{identifier}:{entry['secret']}"
    text = job.output + json.dumps(job.events)
    for name, secret in hidden.items():
        for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("="), quote(secret, safe=""), json.dumps(secret)[1:-1]):
            assert form not in text, f"{name} shows in the job's output or events"


def test_fields_that_were_left_out_do_not_turn_the_verification_of_certificates_off(controller, required_fields, tmp_path):
    """Nor does an empty variable or an empty file of CA certificates break anything: each job fails because it does verify."""
    given = environment(required_fields, tmp_path)
    assert {given["GENESYSCLOUD_INSECURE"], given["CFGSERVER_INSECURE"]} == {"False"} and given["GENESYSCLOUD_API_URL"] == ""
    sandbox_only = {**controller.hosts, "example_one": {**controller.hosts["example_two"], "hybrid_purecloud_region": "us-east-1"}}
    job = Controller(tmp_path, controller.project, sandbox_only, controller.vault_password).launch(named("templates", "Hybrid provision"), given)
    assert job.status == "failed"
    assert set(job.failures()) == set(HOSTS)
    assert all("certificate" in message.lower() for message in job.failures().values()), job.failures()


def test_the_inventory_source_finds_the_tenants_with_its_credential_alone(controller, all_fields, tmp_path):
    source = shipped()["controller_inventory_sources"][0]
    (path,) = re.findall(r"default\('(.+?)'\)", source["source_path"])
    (kind,) = [entry["credential_type"] for entry in shipped()["__awx_credentials"] if entry["name"] == source["credential"]]
    given = environment({kind: all_fields[kind]}, tmp_path)
    command = ["ansible-inventory", "--list", "--export", "-i", path]
    done = subprocess.run(command, cwd=controller.project, env={**os.environ, **given}, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    found = json.loads(done.stdout)
    assert found["hybrid_integrations"]["hosts"] == ["Example_One", "Example_Two"]
    assert all_fields[kind]["password"] not in done.stdout + done.stderr


def test_launch_audit_provision_in_slices_and_audit_again(controller, sandbox, estate, all_fields, tmp_path):
    project = digest(controller.project)
    provision = named("templates", "Hybrid provision")
    given = environment(all_fields, tmp_path)

    sandbox.control("DELETE", "requests")
    planned = controller.launch(provision, given, check=True)
    assert planned.status == "successful", planned.output
    assert writes(sandbox) == []
    assert {host: set(changes) for host, changes in planned.changes().items()}["example_one"] == WRITTEN
    assert set(planned.changes()["example_two"]) > WRITTEN
    assert all(diff["before"] != diff["after"] for changes in planned.changes().values() for diff in changes.values())
    assert_no_secret(sandbox, estate, planned)

    for number, host in enumerate(HOSTS, start=1):
        job = controller.launch(provision, given, slice_of=(number, 2))
        assert job.status == "successful", job.output
        assert job.hosts() == {host}
        assert set(job.changes()[host]) == set(planned.changes()[host])
        assert_no_secret(sandbox, estate, job)

    sandbox.control("DELETE", "requests")
    again = controller.launch(TEMPLATES.get("Hybrid audit", provision), given, check=True)
    assert (again.status, again.changes(), again.hosts()) == ("successful", {}, set(HOSTS)), again.output
    assert_no_secret(sandbox, estate, again)
    if "Hybrid rotate secrets" in TEMPLATES:
        rotation = controller.launch(TEMPLATES["Hybrid rotate secrets"], given, (1, 2), check=True, answers={"rotation_minimum_age_days": 0})
        assert rotation.status == "successful", rotation.output
        assert set(rotation.changes()) == {HOSTS[0]}, rotation.output
        assert_no_secret(sandbox, estate, rotation)
    assert writes(sandbox) == []
    assert digest(controller.project) == project


@pytest.mark.skipif(not isolation_runs(), reason="bubblewrap is not there or may not make namespaces")
def test_export_in_isolation_writes_nothing_but_what_is_exposed(controller, sandbox, estate, all_fields):
    """The project cannot be written to, and nothing else of the machine is there; after the job only the exposed directory remains."""
    sandbox.control("DELETE", "requests")
    certificates = controller.folder / "exposed"
    certificates.mkdir(exist_ok=True)
    job = controller.launch(named("templates", "Hybrid export"), environment(all_fields, certificates), isolate=True)
    assert job.status == "successful", job.output
    assert writes(sandbox) == []
    exported = {path.relative_to(certificates).as_posix() for path in certificates.rglob("*.yml")}
    assert exported >= {f"{host}/hybrid_integration.yml" for host in HOSTS}
    assert_no_secret(sandbox, estate, job)
