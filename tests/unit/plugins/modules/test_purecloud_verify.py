# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sound integration gives no finding; each planted fault is found by its own check, and by no other."""

from __future__ import annotations

import copy
import json
import re
import socket
import ssl
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization

from ansible_collections.genesys.hybrid.plugins.module_utils import _reachability
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal, looks_secret
from ansible_collections.genesys.hybrid.plugins.modules.purecloud_verify import SPEC
from unit.plugins.modules.saml_support import KEYS, NOT_FOR_SIGNATURES, OTHER_KEY, PASSWORD, certificate, encrypted

ROOT = Path(__file__).resolve().parents[4]
SEAL_KEY = Fernet.generate_key().decode("ascii")
ISSUER = "http://www.genesys.com/pureengage"
OWN, PACING, SAML_CLIENT, FOREIGN = (f"11111111-1111-4111-8111-11111111{number:04}" for number in range(4))
SECRETS = {identifier: f"the-secret-of-{identifier}" for identifier in (OWN, PACING, SAML_CLIENT, FOREIGN)}
CERTIFICATE, KEY = certificate(KEYS[2048]), encrypted(KEYS[2048])
VALUES = [*SECRETS.values(), PASSWORD, KEY.splitlines()[1]]


def provider(**more):
    fields = {"name": "PureEngage", "issuerURI": ISSUER, "ssoTargetURI": "http://example.com/target", "autoProvisionUsers": True}
    return {**fields, "certificates": [CERTIFICATE], **more}


def client(identifier, name, **more):
    return {"id": identifier, "name": name, "secret": SECRETS[identifier], "roles": [{"role": "AI Agent", "division": "*"}], **more}


class Integration:
    """A sound one, as the seed of a sandbox, the options of an object and a task's parameters; a fault is planted by changing these."""

    def __init__(self, process):
        self.process = process
        self.origin = process.info["purecloud_url"]
        self.clients = {
            "own": {**client(OWN, "Bootstrap", bootstrap=True), "roles": [{"role": "Admin", "division": "*"}]},
            "pacing": client(PACING, "hybrid-pacing"),
            "saml": client(SAML_CLIENT, "hybrid-saml-auth", grant_type="SAML2-BEARER", roles=[]),
        }
        self.providers = {"purecloud": {"name": "PureCloud"}, "pureengage": provider()}
        self.faults = []
        self.general = {
            "organization_sname": "example-one",
            "organization_id": "11111111-1111-4111-8111-111111111111",
            "default_agent_role_name": "AI Agent",
            "default_supervisor_role_name": "Supervisor",
            "default_admin_role_name": "Admin",
            "base_auth_url": f"{self.origin}/oauth/token",
            "base_service_url": f"{self.origin}/api/",
        }
        self.saml = {"issuer": ISSUER, "certificate": CERTIFICATE, "pkey": KEY, "password": PASSWORD, "expire_time": "24"}
        self.ewt = {"client_id": PACING, "password": SECRETS[PACING]}
        self.options = {
            "general": self.general,
            "saml": self.saml,
            "saml_auth": {"client_id": SAML_CLIENT, "password": SECRETS[SAML_CLIENT]},
            "ewt": self.ewt,
            "other": {"kept": "yes"},
        }
        self.params = {"api_url": self.origin, "client_id": OWN, "client_secret": SECRETS[OWN], "services": ["ewt", "saml_auth"]}
        self.secrets = set()

    def checks(self):
        first = {"name": "Example One", "id": "11111111-1111-4111-8111-111111111111", "clients": list(self.clients.values())}
        other = {"name": "Example Two", "clients": [client(FOREIGN, "foreign")]}
        self.process.control("POST", "reset", {"seed": {"organizations": [{**first, "identity_providers": self.providers}, other]}})
        for fault in self.faults:
            self.process.control("POST", "faults", fault)
        seal = Seal(SEAL_KEY)
        sealed = {
            section: {key: seal.seal(text) if looks_secret(key, text) and text != "(masked)" else text for key, text in entries.items()}
            for section, entries in self.options.items()
        }
        defaults = {name: option.get("default") for name, option in SPEC.argument_spec().items()}
        context = Context(check_mode=False, diff=False, warn=lambda _text: None, register_secret=self.secrets.add)
        self.process.control("DELETE", "requests")
        result = run(SPEC, {**defaults, "timeout": 5.0, "seal_key": SEAL_KEY, "options": sealed, **self.params}, context)
        assert not any(value in json.dumps(result) for value in VALUES)
        assert not result["changed"] and len(result["lines"]) == len(result["checks"])
        counted = [sum(check["status"] == status for check in result["checks"]) for status in ("error", "warning")]
        assert counted == [result["errors"], result["warnings_found"]]
        return result["checks"]

    def findings(self):
        found = [check for check in self.checks() if check["status"] in ("error", "warning")]
        assert all(check["fix"] and check["message"] for check in found)
        return [f"{check['status']} {check['id']}" for check in found]

    # The faults
    def material(self, key=None, text=None, begins=-1, ends=90, usage=None):
        """Another key pair, consistently in the object and at the provider."""
        key = key or KEYS[2048]
        text = text or certificate(key, begins, ends, usage)
        self.saml.update(certificate=text, pkey=encrypted(key))
        self.providers["pureengage"]["certificates"] = [text]

    def refuse(self, path):
        self.faults.append({"kind": "status", "status": 403, "path": path, "method": "GET"})

    def login_at(self, url):
        """The login service elsewhere than the API, so that only one of the two cannot be reached."""
        self.params.update(login_url=url)
        self.general["base_auth_url"] = f"{url}/oauth/token"


@pytest.fixture
def integration(sandbox):
    return Integration(sandbox)


def general(**changes):
    return lambda site: site.general.update(changes)


def saml(**changes):
    return lambda site: site.saml.update(changes)


def idp(**changes):
    return lambda site: site.providers["pureengage"].update(changes)


def pacing(**changes):
    return lambda site: site.clients["pacing"].update(changes)


FAULTS = {
    "no object": (lambda site: site.options.clear(), "error object"),
    "an option of general is missing": (lambda site: site.general.pop("organization_id"), "error general_options"),
    "an option of saml is missing": (lambda site: site.saml.pop("pkey"), "error saml_options"),
    "an expiration time that is no number": (saml(expire_time="a day"), "error saml_expire_time"),
    "a section without a password": (lambda site: site.ewt.pop("password"), "error service_options"),
    "a section that is expected and not there": (lambda site: site.options.pop("ewt"), "error service_options"),
    "the token endpoint of another region": (general(base_auth_url="https://login.mypurecloud.de/oauth/token"), "error auth_url"),
    "the API's root without its slash": (lambda site: site.general.update(base_service_url=f"{site.origin}/api"), "error service_url"),
    "a name that is not known": (lambda site: site.login_at("https://login.invalid"), "error auth_url_dns"),
    "a closed port": (lambda site: site.login_at(f"https://127.0.0.1:{closed_port()}"), "error auth_url_tcp"),
    "credentials that Ansible itself cannot use": (lambda site: site.params.update(client_secret="wrong"), "error access"),
    "the ID of another organization": (general(organization_id="22222222-2222-4222-8222-222222222222"), "error organization_id"),
    "another short name": (general(organization_sname="example-two"), "error organization_short_name"),
    "an agent role that does not exist": (general(default_agent_role_name="AI Agnet"), "error default_agent_role"),
    "a supervisor role that does not exist": (general(default_supervisor_role_name="Boss"), "error default_supervisor_role"),
    "an administrator role in other letters": (general(default_admin_role_name="admin"), "error default_admin_role"),
    "no identity provider": (lambda site: site.providers.pop("pureengage"), "error idp"),
    "an identity provider without a section saml": (lambda site: site.options.pop("saml"), "error idp"),
    "a provider that is switched off": (idp(disabled=True), "error idp_enabled"),
    "users are not provisioned": (idp(autoProvisionUsers=False), "error idp_auto_provision"),
    "another issuer": (saml(issuer=ISSUER + "/"), "error idp_issuer"),
    "an issuer that two providers have": (lambda site: site.providers.update(okta=provider(name="Okta")), "error idp_issuer_unique"),
    "the provider has another certificate": (idp(certificates=[certificate(OTHER_KEY)]), "error idp_certificate"),
    "a certificate that is none": (saml(certificate="nonsense"), "error saml_certificate"),
    "an expired certificate": (lambda site: site.material(begins=-30, ends=-1), "error saml_certificate_validity"),
    "a certificate of tomorrow": (lambda site: site.material(begins=1), "error saml_certificate_validity"),
    "a certificate that ends soon": (lambda site: site.material(ends=20), "warning saml_certificate_expiry"),
    "a wrong password of the key": (saml(password="wrong"), "error saml_key"),
    "a key that is not encrypted": (saml(pkey=encrypted(KEYS[2048], password="")), "error saml_key"),
    "a key of 1024 bits": (lambda site: site.material(KEYS[1024]), "error saml_key_strength"),
    "the key of another certificate": (saml(pkey=encrypted(OTHER_KEY)), "error saml_key_match"),
    "a certificate that is not for signatures": (lambda site: site.material(usage=NOT_FOR_SIGNATURES), "error saml_signature"),
    "a client that was deleted": (lambda site: site.clients.pop("pacing"), "error service_client"),
    "a client that is inactive": (pacing(state="inactive"), "error service_client"),
    "a client of another organization": (lambda site: site.ewt.update(client_id=FOREIGN, password=SECRETS[FOREIGN]), "error service_client"),
    "a secret that was regenerated": (pacing(secret="another"), "error service_token"),
    "a client without roles": (pacing(roles=[]), "error service_roles"),
    "a token that may not do what its role allows": (lambda site: site.refuse("/api/v2/users"), "error service_access"),
    "Ansible may not read providers": (lambda site: site.refuse("/api/v2/identityproviders"), "warning idp"),
}


def closed_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def test_a_sound_integration_gives_no_finding_and_nothing_is_written(integration):
    checks = integration.checks()
    assert {check["status"] for check in checks if not check["id"].endswith("_tls")} == {"ok", "skipped"}
    assert sorted({f"{check['id']}: {check['message']}" for check in checks if check["status"] == "skipped"}) == [
        "auth_url_tls: plain HTTP",
        "service_access: section saml_auth: there is no token",
        "service_roles: section saml_auth: such a client acts with the rights of the person",
        "service_url_tls: plain HTTP",
    ]
    journal = integration.process.control("GET", "requests")
    assert {f"{entry['method']} {entry['path']}" for entry in journal if entry["method"] != "GET"} == {"POST /oauth/token"}
    assert PASSWORD in integration.secrets and SECRETS[PACING] in integration.secrets


@pytest.mark.parametrize(("plant", "finding"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found_by_its_check_and_nothing_else(plant, finding, integration, monkeypatch):
    known = socket.getaddrinfo
    monkeypatch.setattr(_reachability.socket, "getaddrinfo", lambda host, *more, **kind: unknown() if host == "login.invalid" else known(host, *more, **kind))
    plant(integration)
    assert integration.findings() == [finding]


def unknown():
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_base_urls_that_are_swapped_are_said_to_be_swapped(integration):
    one, other = integration.general["base_auth_url"], integration.general["base_service_url"]
    integration.general.update(base_auth_url=other, base_service_url=one)
    found = {check["id"]: check["message"] for check in integration.checks() if check["status"] == "error"}
    assert list(found) == ["auth_url", "service_url"]
    assert all("swapped with base_" in message for message in found.values())


def test_a_tls_certificate_for_another_name_is_found(integration, tmp_path):
    text, key = certificate(KEYS[2048], name="other.example.com"), encrypted(KEYS[2048], serialization.PrivateFormat.PKCS8, "")
    (tmp_path / "ca.pem").write_text(text, encoding="ascii")
    (tmp_path / "server.pem").write_text(key + text, encoding="ascii")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener, context), daemon=True)
        thread.start()
        integration.login_at(f"https://localhost:{listener.getsockname()[1]}")
        integration.params["ca_path"] = str(tmp_path / "ca.pem")
        assert integration.findings() == ["error auth_url_tls"]
        thread.join(10)


def answer(listener, context):
    connection, _address = listener.accept()
    with connection:
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            pass  # the client turned away


def test_what_a_server_hides_is_skipped(integration):
    integration.saml.update(pkey="(masked)", password="(masked)")
    integration.ewt["password"] = "(masked)"
    statuses = {check["id"]: check["status"] for check in integration.checks()}
    assert {statuses[name] for name in ("saml_key", "saml_signature")} == {"skipped"} and "error" not in statuses.values()


def test_an_integration_without_single_sign_on_is_sound(integration):
    del integration.options["saml"], integration.providers["pureengage"]
    assert integration.findings() == []


def test_services_that_share_a_client_share_its_token(integration):
    integration.options["ewt_backup"] = copy.copy(integration.ewt)
    assert integration.findings() == []
    minted = [entry["client"] for entry in integration.process.control("GET", "requests") if entry["path"] == "/oauth/token"]
    assert minted == sorted([OWN, PACING, SAML_CLIENT], key=minted.index) and len(minted) == 3


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"expiry_days": -1}, "expiry_days is -1"),
        ({"options": {"general": "text"}}, "section general is not a dictionary"),
        ({"base_auth_url": "login.example.com"}, "base_auth_url is not a usable URL"),
        ({"seal_key": None}, "holds a sealed value: give seal_key"),
    ],
)
def test_wrong_options_are_refused(params, sentence, integration):
    integration.params.update(params)
    with pytest.raises(ValidationError, match=sentence):
        integration.checks()


def test_every_check_has_a_row_in_the_guide_and_a_planted_fault(integration):
    rows = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "verify.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {check["id"] for check in integration.checks()} | {"access"} == rows
    shown = {finding.split()[1] for _plant, finding in FAULTS.values()} | {"auth_url_tls"}
    # What is tried of the one base URL is tried of the other by the same code.
    assert rows - shown == {"service_url_dns", "service_url_tcp", "service_url_tls"}
