# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No secret is shown: every playbook, every module and ansible-runner with every detail, in success, in check mode and in all kinds of failure."""

from __future__ import annotations

import base64
import json
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.gax import obfuscated
from demo.estate import EXAMPLE, encrypt, saml_material, write_private
from playbooks.conftest import OLDEST_CORE
from promises.calls import MODULES
from promises.conftest import SOAK
from promises.searching import Secrets, Watch, forms
from promises.valid import CFGSERVER, ORGANIZATION, ORGANIZATION_ID, VALID
from sandbox.process import SandboxProcess
from tools.collection_tree import ROOT

SECONDS = 300
CLIENT_ID = "11111111-1111-4111-8111-1111111100c1"


def sentinel(name: str) -> str:
    """Unlike anything else, and another text in every encoding."""
    return f"{name}+{secrets.token_hex(6)}/\"q'\\%41 &<z>={name[::-1]}"


MATERIAL = saml_material()
SENTINELS = {
    "client secret": sentinel("Cs"),
    "password": sentinel("Pw"),
    "wrong password": sentinel("Wp"),
    "wrong client secret": sentinel("Wc"),
    "access token": "At" + secrets.token_urlsafe(40),
    "vault password": secrets.token_urlsafe(24),
    "passphrase": MATERIAL["vault_saml_private_key_password"],
    "seal key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
}
_PAIR = base64.b64encode(f"{CLIENT_ID}:{SENTINELS['client secret']}".encode()).decode("ascii")
_SECRET, _PASSWORD = SENTINELS["client secret"], SENTINELS["password"]
# What servers that tell too much answer: what they were sent.
TALKATIVE = f"Basic {_PAIR} is not {_SECRET} or {quote(_SECRET, safe='')}"
TALKATIVE_GAX = f"{_PASSWORD} {quote(_PASSWORD, safe='')} {SENTINELS['passphrase']} {MATERIAL['vault_saml_private_key']}"
VAULT = {"password": "vault_cfgserver_password", "client secret": "vault_purecloud_client_secret", "seal key": "vault_seal_key"}


@dataclass(frozen=True)
class Host:
    """One integration and what is wrong with it. Those with faults or switches have a sandbox of their own."""

    variables: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    switches: dict[str, Any] = field(default_factory=dict)


def _fails(kind: str, path: str, **fault: Any) -> Host:
    return Host(faults=[{"kind": kind, "path": path, "times": 0, **fault}])


HOSTS = {
    "fine": Host(),
    "wrong_password": Host({"hybrid_cfgserver_password": "{{ vault_wrong_password }}"}),
    "wrong_client_secret": Host({"hybrid_purecloud_client_secret": "{{ vault_wrong_client_secret }}"}),
    "wrong_token": Host({"hybrid_purecloud_access_token": "{{ vault_access_token }}"}),
    "key_for_certificate": Host({"hybrid_saml_certificate": "{{ vault_saml_private_key }}"}),
    "password_in_url": Host({"hybrid_cfgserver_url": "https://ansible:{{ vault_cfgserver_password }}@gax.example.com"}),
    "refused": Host({"hybrid_cfgserver_url": "http://127.0.0.1:1"}),
    "other_interface": Host({"hybrid_cfgserver_api": "gws"}),
    "encoded_password": Host({"hybrid_cfgserver_password_encoding": "gax"}),
    "talkative_token": _fails("status", "^/oauth/token", status=400, body={"error": "invalid_client", "error_description": TALKATIVE}),
    "talkative_login": _fails("status", "/session/login", status=401, body=TALKATIVE_GAX),
    "talkative_api": _fails("status", "^/api/v2/oauth/clients", method="POST", status=400, body={"message": TALKATIVE, "code": TALKATIVE, "status": 400}),
    "talkative_object": _fails("status", "/cfg/objects", method="POST", status=400, body={"code": 400, "message": TALKATIVE_GAX}),
    "page": _fails("html", "^/api/v2/identityproviders", body=f"<html>{TALKATIVE}</html>"),
    "redirect": _fails(
        "status", "/cfg/objects", method="POST", status=302, headers={"Location": f"https://x.example.com/?a={quote(SENTINELS['password'], safe='')}"}
    ),
    "failing": _fails("status", "/identityproviders/", method="PUT", status=500, body={"message": TALKATIVE}),
    "cut_off": _fails("truncate", "^/api/v2/oauth/clients", method="POST"),
    "lost_answers": _fails("reset_after", "/cfg/objects", method="POST"),
    "expired": Host(faults=[{"kind": "expire_tokens", "path": "/identityproviders$"}]),
    "limited": Host(faults=[{"kind": "status", "status": 429, "path": "^/api/v2/oauth/clients", "headers": {"Retry-After": "1"}}]),
    "short_values": Host(switches={"cfgserver_value_length": 30}),
    "masked": Host(switches={"cfgserver_secrets": "masked"}),
}


class Estate:
    """The inventory on disk and its sandboxes; ``secrets`` grows with what these make up."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.sandboxes = folder, {}
        seed = yaml.safe_load((ROOT / "tests" / "sandbox" / "seed.yml").read_text(encoding="utf-8"))
        seed["organizations"] = seed["organizations"][:1]
        seed["organizations"][0]["clients"][0]["secret"] = SENTINELS["client secret"]
        seed["cfgserver"]["accounts"][0]["password"] = SENTINELS["password"]
        self._seed = seed
        (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
        for name, host in HOSTS.items():
            own = host.faults or host.switches or name in ("fine", "other_interface", "encoded_password")
            self.sandboxes[name] = stack.enter_context(SandboxProcess("--seed", folder / "seed.json")) if own else self.sandboxes["fine"]
        write_private(folder / "vault-password", SENTINELS["vault password"])
        key = MATERIAL["vault_saml_private_key"].splitlines()
        self._lines = {f"line {number} of the private key": line for number, line in enumerate(key) if "-----" not in line and len(line) > 30}
        self._write_inventory()
        self.arguments = ["-i", str(folder / "inventory"), "--vault-password-file", str(folder / "vault-password")]

    def _write_inventory(self) -> None:
        inventory = self.folder / "inventory"
        shared = inventory / "group_vars" / "hybrid_integrations"
        shutil.copytree(EXAMPLE / "group_vars" / "hybrid_integrations", shared)
        shutil.copy(EXAMPLE / "host_vars" / "example_one" / "main.yml", shared / "one.yml")
        hidden = {variable: SENTINELS[name] for name, variable in VAULT.items()}
        hidden.update({f"vault_{name.replace(' ', '_')}": SENTINELS[name] for name in ("wrong password", "wrong client secret", "access token")})
        encrypt(yaml.safe_dump({**MATERIAL, **hidden}), shared / "vault.yml", self.folder / "vault-password")
        hosts = {}
        for name, host in HOSTS.items():
            info = self.sandboxes[name].info
            addresses = {"hybrid_purecloud_api_url": info["purecloud_url"], "hybrid_cfgserver_url": info["purecloud_url"]}
            hosts[name] = {**addresses, **host.variables}
        (inventory / "hosts.json").write_text(json.dumps({"hybrid_integrations": {"hosts": hosts}}), encoding="utf-8")

    def reset(self) -> None:
        for name, host in HOSTS.items():
            self.sandboxes[name].control("POST", "reset", {"switches": host.switches})
            self.sandboxes[name].control("POST", "faults", {"faults": host.faults})

    def secrets(self) -> Secrets:
        """All sentinels, with every client secret, token and session that was made up until now."""
        made = {secret for sandbox in self.sandboxes.values() for secret in sandbox.control("GET", "secrets")}
        return Secrets({**SENTINELS, **self._lines, **{f"number {number} of those that were made up": secret for number, secret in enumerate(sorted(made))}})


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with ExitStack() as stack:
        yield Estate(tmp_path_factory.mktemp("estate"), stack)


class Run:
    """One run of Ansible with a home of its own; ``outputs`` is all that can be seen of it."""

    def __init__(self, folder: Path, command: list[str], **environment: str) -> None:
        self.home = folder / "home"
        for name in ("ansible", "facts", "remote"):
            (self.home / name).mkdir(parents=True)
        # The path of a socket must be short.
        temporary = Path(tempfile.mkdtemp(prefix="p"))
        watch = Watch([self.home, temporary])
        variables = {
            **os.environ,
            "HOME": str(self.home),
            "TMPDIR": str(temporary),
            "ANSIBLE_HOME": str(self.home / "ansible"),
            "ANSIBLE_LOCAL_TEMP": str(self.home / "ansible" / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(self.home / "remote"),
            "ANSIBLE_LOG_PATH": str(self.home / "ansible.log"),
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.home / "facts"),
            "ANSIBLE_FORKS": "4",
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "playbooks" / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "recorder",
            "RECORDER_FILE": str(self.home / "records.jsonl"),
            **environment,
        }
        with open(self.home / "output.txt", "wb") as output:
            self.process = subprocess.Popen(command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
            try:
                with watch.on(self.process.pid):
                    self.process.wait(SECONDS)
            finally:
                if self.process.poll() is None:
                    self.process.kill()
                    self.process.wait()
                shutil.rmtree(temporary)
        self.output = (self.home / "output.txt").read_text(encoding="utf-8", errors="replace")
        self.outputs = watch.outputs

    def results(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.home / "records.jsonl").read_text(encoding="utf-8").splitlines()]

    def failed(self) -> dict[str, str]:
        """Host to the message of the task that failed."""
        return {result["host"]: result["result"].get("msg", "") for result in self.results() if result["outcome"] == "failed"}


def playbook(estate: Estate, folder: Path, *arguments: str, **environment: str) -> Run:
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    run = Run(folder, [program, *estate.arguments, "-vvvv", "--diff", *arguments], **environment)
    assert "Traceback" not in run.output, run.output[-5000:]
    return run


def judge(estate: Estate, run: Run, what: str, report: Callable[[str], None]) -> None:
    sentinels = estate.secrets()
    # What is the same in many files is searched once.
    everything = {content: name for name, content in run.outputs.items()}
    hits = [hit for content, name in everything.items() for hit in sentinels.hits(name, content)]
    report(f"secrets, {what}: {len(sentinels.values)} sentinels x {len(run.outputs)} outputs ({sum(map(len, everything)) // 1024} KiB), {len(hits)} hits")
    assert not hits, "\n".join(hits[:20])


KEY = ["-e", json.dumps({"hybrid_seal_key": "{{ vault_seal_key }}"})]
# Whose run of the playbook provision fails, in check mode and really.
FAILS_AT_ONCE = {"wrong_password", "wrong_client_secret", "wrong_token", "key_for_certificate", "password_in_url", "refused"}
FAILS_AT_ONCE |= {"talkative_token", "talkative_login", "page"}
FAILS_LATER = {"talkative_api", "talkative_object", "redirect", "failing", "short_values"}


ALWAYS_FINE = {"fine", "encoded_password", "other_interface", "expired", "limited"}


def test_provision_shows_no_secret_in_success_and_in_failures(estate: Estate, tmp_path: Path, report: Callable[[str], None]) -> None:
    """In check mode, which shows the same where nothing can be read, and really; in the long version every integration in both, and once more."""
    estate.reset()
    others = sorted(set(HOSTS) - FAILS_AT_ONCE)
    predicting = sorted({*FAILS_AT_ONCE, "fine", "encoded_password"})
    for number, (arguments, hosts) in enumerate([(["--check"], list(HOSTS) if SOAK else predicting), ([], list(HOSTS) if SOAK else others)]):
        run = playbook(estate, tmp_path / str(number), "genesys.hybrid.provision", *KEY, *arguments, "--limit", ",".join(hosts))
        failed = set(run.failed())
        expected = (FAILS_AT_ONCE | (set() if arguments else FAILS_LATER)) & set(hosts)
        assert failed >= expected and not failed & ALWAYS_FINE, (sorted(expected - failed), sorted(failed & ALWAYS_FINE))
        judge(estate, run, f"provision {' '.join(arguments) or 'really'}", report)


@pytest.mark.skipif(OLDEST_CORE, reason="depends on nothing of ansible-core but what the other tests run")
def test_ordinary_modules_show_no_secret(estate: Estate, tmp_path: Path, report: Callable[[str], None]) -> None:
    estate.reset()
    limit = "fine,talkative_token,talkative_object"
    run = playbook(estate, tmp_path, "genesys.hybrid.provision", "--limit", limit, *KEY, "-e", "hybrid_in_process=false")
    assert set(run.failed()) == set(limit.split(",")) - {"fine"}
    judge(estate, run, "provision by ordinary modules", report)


def test_ansible_runner_records_no_secret(estate: Estate, tmp_path: Path, report: Callable[[str], None]) -> None:
    """What AWX keeps of a job: its events, its output and its facts. The run makes its own key for what it seals."""
    estate.reset()
    (tmp_path / "home" / "runner").mkdir(parents=True)
    arguments = {
        "private_data_dir": str(tmp_path / "home" / "runner"),
        "playbook": str(ROOT / "playbooks" / "provision.yml"),
        "cmdline": " ".join([*estate.arguments, "--diff"]),
        "limit": "fine,wrong_client_secret,talkative_object,short_values",
        "verbosity": 4,
        "quiet": False,
    }
    program = f"import ansible_runner, sys; sys.exit(ansible_runner.run(**{arguments!r}).rc)"
    run = Run(tmp_path, [sys.executable, "-c", program])
    assert "fine" in run.output and "PLAY RECAP" in run.output, run.output[-3000:]
    assert sum("job_events" in name for name in run.outputs) > 40
    judge(estate, run, "ansible-runner", report)


# Beside the connections: what a playbook needs to get as far as it can in check mode.
VARIABLES: dict[str, dict[str, Any]] = {}
# Without those that need what this test has not: an AWX, and hosts whose network is opened (tests/network).
OTHERS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml") if path.stem not in ("provision", "awx", "network"))


@pytest.mark.skipif(OLDEST_CORE, reason="depends on nothing of ansible-core but what the other tests run")
@pytest.mark.parametrize("name", OTHERS)
def test_other_playbooks_show_no_secret(name: str, estate: Estate, tmp_path: Path, report: Callable[[str], None]) -> None:
    """On an integration that is there, one that cannot log in, and one whose server is talkative."""
    estate.reset()
    playbook(estate, tmp_path / "before", "genesys.hybrid.provision", "--limit", "fine")
    limit = "fine,wrong_client_secret,wrong_password,talkative_token"
    run = playbook(estate, tmp_path, f"genesys.hybrid.{name}", "--limit", limit, "-e", json.dumps(VARIABLES.get(name, {})), PWD=str(tmp_path))
    assert any(result["host"] == "fine" for result in run.results()), run.output[-3000:]
    judge(estate, run, name, report)


def test_modules_show_no_secret(estate: Estate, tmp_path: Path, report: Callable[[str], None]) -> None:
    """Each module with nearly all of its options, in check mode and really, in Ansible's own process and as an ordinary module, and with a wrong secret."""
    seed = {"organizations": [{**estate._seed["organizations"][0], **ORGANIZATION}], "cfgserver": {**estate._seed["cfgserver"], **CFGSERVER}}
    seed["organizations"][0]["clients"] = [*estate._seed["organizations"][0]["clients"], *ORGANIZATION["clients"]]
    for name in ("fine", "other_interface"):
        estate.sandboxes[name].control("POST", "reset", {"seed": seed})
    valid = json.loads(json.dumps(VALID).replace(ORGANIZATION_ID, seed["organizations"][0]["id"]))
    tasks = [{f"genesys.hybrid.{module}": valid.get(module, {}), "ignore_errors": True, "register": module} for module in MODULES]
    exposing = {"name": "alpha", "rotate_secret": True, "expose_secret": True}
    tasks.append({"genesys.hybrid.purecloud_oauth_client": exposing, "no_log": True, "register": "exposed"})
    provision = yaml.safe_load((ROOT / "playbooks" / "provision.yml").read_text(encoding="utf-8"))[0]
    play = {key: provision[key] for key in ("connection", "gather_facts", "vars", "module_defaults")}
    (tmp_path / "play.yml").write_text(yaml.safe_dump([{**play, "hosts": "hybrid_integrations", "tasks": tasks}]), encoding="utf-8")
    everybody = "fine,other_interface,wrong_client_secret,wrong_password"
    for number, (arguments, hosts) in enumerate([(["--check"], everybody), (["-e", "hybrid_in_process=false"], "fine"), ([], everybody)]):
        run = playbook(estate, tmp_path / str(number), str(tmp_path / "play.yml"), "--limit", hosts, *arguments)
        done = {result["action"] for result in run.results() if result["outcome"] == "ok" and result["host"] in ("fine", "other_interface")}
        assert {f"genesys.hybrid.{module}" for module in MODULES} <= done, run.failed()
        judge(estate, run, f"modules {' '.join(arguments) or 'really'}", report)


def test_what_is_searched_for_is_found() -> None:
    """The search finds a secret in each form; without this, no hits would mean nothing."""
    secret = SENTINELS["password"]
    sentinels = Secrets({"secret": secret})
    noise = "".join(random.Random(1).choices('abc DEF\n{}:"', k=500))
    pair = f"{CLIENT_ID}:{secret}"
    written = [secret, pair, secret[::-1], json.dumps({"a": json.dumps([secret])}), quote(secret), quote(secret, safe=""), repr([secret]), obfuscated(secret)]
    # Drawn often enough to hold each character that JSON escapes.
    written += [json.dumps(obfuscated(secret)) for _time in range(50)]
    written += [json.dumps(json.dumps(obfuscated(secret))), *(base64.b64encode(f"{'x' * shift}:{pair}".encode()).decode() for shift in range(3))]
    for text in written:
        assert sentinels.hits("noise", f"{noise}{text}{noise}".encode()), text
    assert not sentinels.hits("noise", noise.encode())
    assert len(forms(secret)) > 12
