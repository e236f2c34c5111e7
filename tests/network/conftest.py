# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The network that all tests of egress rules share, and what they need to run a playbook on its consuming host."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from network.lab import HERE, NAMES, Lab, NotPermitted, opened
from tools.collection_tree import BUILD

TOOLS = ("unshare", "nsenter", "ip", "nft", "dnsmasq")
TESTS = Path(__file__).resolve().parents[1]
# The tenants' transaction objects: login and API host.
OBJECTS = {"Environment": ("login.mypurecloud.ie", "api.mypurecloud.ie"), "Example Two": ("login.example.com:8443", "api.example.com")}
SCRIPT = "/usr/local/sbin/genesys_hybrid_egress.py"


def not_seen(what: str) -> None:
    """Leave the tests out, and say so where the summary of the run shows it."""
    results = BUILD / "results"
    results.mkdir(parents=True, exist_ok=True)
    with open(results / "not-seen", "a", encoding="utf-8") as lines:
        lines.write(f"{what}\n")
    pytest.skip(what)


def write_certificates(folder: Path) -> None:
    """ca.pem, and a certificate of that authority for the names of the allowed server; other.pem is an authority that signed nothing."""
    now = datetime.now(timezone.utc)

    def certificate(name: str, key: Any, issuer: str, signer: Any, *extensions: Any) -> bytes:
        subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer))
        builder = x509.CertificateBuilder(by, subject, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=30))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, (x509.BasicConstraints, x509.KeyUsage)))
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority, other, server = (ec.generate_private_key(ec.SECP256R1()) for _number in range(3))
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in ("login.mypurecloud.de", "api.mypurecloud.de", "stream.example.com")])
    for name, key in (("ca", authority), ("other", other)):
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        extensions = [x509.BasicConstraints(True, None), usage, x509.SubjectKeyIdentifier.from_public_key(key.public_key())]
        (folder / f"{name}.pem").write_bytes(certificate(f"Test {name}", key, f"Test {name}", key, *extensions))
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    (folder / "server.pem").write_bytes(certificate("login.mypurecloud.de", server, "Test ca", authority, names, by))
    private = serialization.PrivateFormat.PKCS8
    (folder / "server.key").write_bytes(server.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption()))


def settled(holds: Callable[[], bool]) -> bool:
    """Whether something comes true within half a minute."""
    for _attempt in range(150):
        if holds():
            return True
        time.sleep(0.2)
    return False


class Site:
    """The consuming host: what it resolves, and the playbook run on it."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.folder = lab, lab.folder
        self._resolver: subprocess.Popen[str] | None = None
        self.output = ""

    def answer(self, **changed: str) -> None:
        """Let the resolver give these addresses from now on; keys are names with an underscore for each dot."""
        names = {**NAMES, **{name.replace("_", "."): address for name, address in changed.items()}}
        if self._resolver:
            self.lab.end(self._resolver)
        records = [f"--host-record={name},{address}" for name, address in names.items() if address]
        self._resolver = self.lab.start(
            "resolver", "dnsmasq", "--keep-in-foreground", "--user=root", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", *records
        )
        self.lab.wait("resolver", 53)

    def playbook(
        self,
        *arguments: str,
        variables: dict[str, Any] | None = None,
        hosts: dict[str, dict[str, Any]] | None = None,
        fails: bool = False,
        without: str = "",
    ) -> dict[str, int]:
        """Run the playbook network on the consuming host and return the counters of its recap, or of its first host's.

        ``hosts`` are several names of it with variables of their own. ``without`` is a folder whose tools are not there meanwhile.
        """
        given = {
            "hybrid_purecloud_region": "mypurecloud.de",
            "network_egress_directory": str(self.folder / "rules"),
            "network_egress_internal_networks": ["10.77.0.0/24"],
            "network_egress_ca_path": str(self.folder / "ca.pem"),
            "network_egress_check_timeout": 3,
            "network_egress_timer": False,
            "network_egress_rollback_seconds": 120,
            **(variables or {}),
        }
        common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {"hybrid_consumers": {"hosts": hosts or {"consumer": {}}, "vars": {**common, **given}}}
        (self.folder / "inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
        command = [Path(sys.executable).with_name("ansible-playbook"), "genesys.hybrid.network", "-i", self.folder / "inventory.json", *arguments]
        (self.folder / "empty").mkdir(exist_ok=True)
        hide = f"mount --bind {self.folder}/empty {without}; " if without else ""
        environment = [f"{name}={value}" for name, value in os.environ.items() if name.startswith(("ANSIBLE_", "PATH"))]
        done = self.lab.run("consumer", "env", "ANSIBLE_NOCOLOR=1", "HOME=/run", *environment, "sh", "-c", f'{hide}exec "$@"', "sh", *command, check=False)
        self.output = done.stdout + done.stderr
        assert (done.returncode != 0) is fails, self.output
        assert "Traceback" not in self.output and "WARNING" not in self.output, self.output
        recap = self.output.split("PLAY RECAP")[1].splitlines()[1].split()
        return {key: int(number) for key, _sign, number in (word.partition("=") for word in recap) if number}

    def rules(self, file: str) -> str:
        """A file that the playbook wrote on the controller."""
        return (self.folder / "rules" / file).read_text(encoding="utf-8")

    def script(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.lab.run("consumer", sys.executable, SCRIPT, *arguments, check=check)

    def table(self) -> str:
        """The loaded rules of the collection, empty when there are none."""
        return self.lab.run("consumer", "nft", "list", "table", "inet", "genesys_hybrid_egress", check=False).stdout

    def egress_check(self, *destinations: dict[str, Any], **options: Any) -> dict[str, Any]:
        """The module's outcome on the consuming host, run as a packed module's code runs there."""
        code = (
            "import json, sys\n"
            "from ansible.module_utils import basic\n"
            "from ansible_collections.genesys.hybrid.plugins.modules.egress_check import SPEC\n"
            "from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run\n"
            "given = json.loads(sys.stdin.read())\n"
            "context = Context(False, False, print, lambda secret: None)\n"
            "print(json.dumps(run(SPEC, given, context)))\n"
        )
        filled = [{"port": 443, "tls": True, "token_path": None, **place} for place in destinations]
        given = {"proxy": None, "ca_path": str(self.folder / "ca.pem"), "timeout": 3, **options, "destinations": filled}
        path = f"PYTHONPATH={os.environ['ANSIBLE_COLLECTIONS_PATH']}"
        return json.loads(self.lab.run("consumer", "env", path, sys.executable, "-c", code, text=json.dumps(given)).stdout)


@contextlib.contextmanager
def running_sandbox(site: Site) -> Iterator[dict[str, str]]:
    """A sandbox on the consuming host, which is the controller, too: the variables that lead to it."""
    seed = yaml.safe_load((TESTS / "sandbox/seed.yml").read_text(encoding="utf-8"))
    seed["cfgserver"]["transactions"] = [
        {
            "name": "hybrid_integration",
            "tenant": tenant,
            "options": {"general": {"base_auth_url": f"https://{login}/oauth/token", "base_service_url": f"https://{api}/api/"}},
        }
        for tenant, (login, api) in OBJECTS.items()
    ]
    (site.folder / "seed.yml").write_text(yaml.safe_dump(seed), encoding="utf-8")
    child = site.lab.start("consumer", "env", "-C", TESTS, sys.executable, "-m", "sandbox", "--port", "8080", "--seed", site.folder / "seed.yml")
    site.lab.wait("consumer", 8080)
    logs = sorted(site.folder.glob("consumer-*.log"), key=lambda path: path.stat().st_mtime_ns)
    ready = [log for log in (path.read_text(encoding="utf-8") for path in logs) if "purecloud_url" in log]
    info = json.loads(ready[-1].splitlines()[0])  # that of this sandbox; others ran before it
    try:
        yield {
            "hybrid_purecloud_api_url": info["purecloud_url"],
            "hybrid_purecloud_client_id": info["client_id"],
            "hybrid_purecloud_client_secret": info["client_secret"],
            "hybrid_cfgserver_url": info["gax_url"].removesuffix("/gax/api"),
            "hybrid_cfgserver_username": info["cfgserver_username"],
            "hybrid_cfgserver_password": info["cfgserver_password"],
        }
    finally:
        site.lab.end(child)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")]
    if missing:
        not_seen(f"network namespaces: {', '.join(missing)} is not installed")
    os.environ["PATH"] = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    folder = tmp_path_factory.mktemp("lab")
    try:
        with opened(folder) as lab:
            write_certificates(folder)
            for machine in ("allowed", "forbidden"):
                lab.start(machine, sys.executable, HERE / "server.py", folder / "server.pem", folder / "server.key")
                lab.wait(machine, 7000)
            made = Site(lab)
            made.answer()
            yield made
    except NotPermitted as error:
        not_seen(f"network namespaces, which this machine does not permit: {error}")


@pytest.fixture
def clean(site: Site) -> Iterator[Site]:
    """The site without any rules, before and after."""
    site.answer()
    yield site
    site.lab.run("consumer", "sh", "-c", "nft flush ruleset; rm -rf /var/lib/genesys-hybrid-egress* /etc/genesys-hybrid-egress.* /usr/local/sbin/*")
