# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox's process, control endpoints, journal, faults, clock and state file."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import ssl
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.client import PureCloudCaller, plain_session, request_token
from sandbox.process import TESTS, SandboxProcess
from sandbox.world import ControlError, World, read_seed

READY_KEYS = {"purecloud_url", "gax_url", "gws_url", "client_id", "client_secret", "cfgserver_username", "cfgserver_password"}
SEED = {"organizations": [{"name": "Third", "clients": [{"name": "Only", "secret": "given", "roles": ["Admin"], "bootstrap": True}]}]}


def journal(sandbox: SandboxProcess) -> list:
    return sandbox.control("GET", "requests")


# -- process


def test_ready_line_has_exactly_the_documented_keys(sandbox: SandboxProcess) -> None:
    assert set(sandbox.info) == READY_KEYS
    assert sandbox.info["gax_url"] == sandbox.info["purecloud_url"] + "/gax/api"
    assert sandbox.info["gws_url"] == sandbox.info["purecloud_url"]


def test_ready_line_credentials_work(sandbox: SandboxProcess) -> None:
    assert PureCloudCaller.bootstrap(sandbox).get("/organizations/me")["name"] == "Example One"
    account: dict[str, Any] = {"username": sandbox.info["cfgserver_username"], "password": sandbox.info["cfgserver_password"], "isPasswordEncrypted": False}
    assert plain_session().post(sandbox.info["gax_url"] + "/session/login", json=account, timeout=10).status_code == 204


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_on_a_signal(number: signal.Signals) -> None:
    with SandboxProcess() as process:
        assert process.process is not None
        process.process.send_signal(number)
        assert process.process.wait(10) == 0


def test_stops_when_its_parent_is_killed() -> None:
    """The parent is killed hard, so that only the server itself can notice."""
    script = "import sys, time; from sandbox.process import SandboxProcess; p = SandboxProcess().start(); print(p.process.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=TESTS, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert os.path.exists(f"/proc/{child}") or sys.platform != "linux"
    parent.send_signal(signal.SIGKILL)
    parent.wait(10)
    deadline = time.monotonic() + 10
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)
    parent.stdout.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")  # a process that nobody reaps yet is dead all the same
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_listens_on_loopback_only(sandbox: SandboxProcess) -> None:
    port = urlsplit(sandbox.info["purecloud_url"]).port
    assert port is not None
    assert urlsplit(sandbox.info["purecloud_url"]).hostname == "127.0.0.1"
    listening = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert [row[1] for row in listening if int(row[1].split(":")[1], 16) == port] == [f"0100007F:{port:04X}"]


def test_a_port_in_use_is_an_error_with_a_sentence(sandbox: SandboxProcess) -> None:
    port = urlsplit(sandbox.info["purecloud_url"]).port
    with pytest.raises(RuntimeError, match="cannot start"), SandboxProcess(port=port or 0):
        pass


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("[]", "at least one organization"),
        ("organizations: [", "cannot be read"),
        ("organizations: [{id: x}]", "not usable: KeyError.'name'"),
        ("{organizations: [{name: x, divisions: [{name: y}]}]}", "exactly one home division"),
        ("{organizations: [{name: x}], cfgserver: {nonsense: 1}}", "not usable"),
    ],
)
def test_an_unusable_seed_is_an_error_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text(content)
    with pytest.raises(ControlError, match=sentence):
        World(read_seed(seed))


def test_the_process_says_why_it_cannot_start(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"ended before it was ready\.\nThe sandbox cannot start: The seed cannot be read"):
        SandboxProcess("--seed", tmp_path / "none.yml").start()


def test_seed_file_replaces_the_default(tmp_path: Path) -> None:
    seed = tmp_path / "seed.yml"
    seed.write_text(yaml.safe_dump(SEED))
    with SandboxProcess("--seed", seed) as process:
        assert process.info["client_secret"] == "given"
        assert PureCloudCaller.bootstrap(process).get("/organizations/me")["name"] == "Third"


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    certificate = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(private)
    return folder / "cert.pem", folder / "key.pem"


def test_serves_tls_and_its_faults(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    with SandboxProcess("--tls-cert", certificate, "--tls-key", key) as process:
        origin = urlsplit(process.info["purecloud_url"])
        assert origin.scheme == "https"
        context = ssl.create_default_context(cafile=str(certificate))
        context.check_hostname = False  # the certificate names its host only as common name
        for kind, outcome in [("status", 503), ("reset_before", ConnectionResetError)]:
            process.control("POST", "faults", {"kind": kind})
            connection = http.client.HTTPSConnection(origin.netloc, context=context, timeout=10)
            connection.request("GET", "/api/v2/organizations/me")
            if isinstance(outcome, int):
                assert connection.getresponse().status == outcome
            else:
                with pytest.raises((ConnectionResetError, ssl.SSLError, http.client.RemoteDisconnected)):
                    connection.getresponse()
            connection.close()


# -- journal


def test_journal_tells_who_asked_what(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("DELETE", "requests")
    before = time.time()
    api.send("GET", "/users", query={"pageSize": 1})
    plain_session().get(api.origin + "/api/v2/users", timeout=10)
    first, second = journal(sandbox)
    assert {key: first[key] for key in ("method", "path", "query", "status", "client", "fault")} == {
        "method": "GET",
        "path": "/api/v2/users",
        "query": "pageSize=1",
        "status": 200,
        "client": api.client_id,
        "fault": None,
    }
    assert before - 1 <= first["time"] <= time.time() + 1
    assert (second["status"], second["client"]) == (401, None)


def test_control_calls_are_not_in_the_journal(sandbox: SandboxProcess) -> None:
    sandbox.control("GET", "state")
    assert journal(sandbox) == []


# -- reset, state, switches


def test_reset_goes_back_to_the_start(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    api.make_user()
    sandbox.control("POST", "clock", {"advance": 1000})
    sandbox.control("POST", "faults", {"faults": [{"kind": "status", "times": 0}], "switches": {"rate_limit_per_minute": 1}})
    answer = sandbox.control("POST", "reset")
    assert answer == {key: sandbox.info[key] for key in answer}
    assert set(answer) == READY_KEYS - {"purecloud_url", "gax_url", "gws_url"}
    state = sandbox.control("GET", "state")
    assert state["switches"]["rate_limit_per_minute"] == 300
    assert len(state["purecloud"]["organizations"][0]["users"]) == 1
    assert abs(state["clock"] - time.time()) < 5
    assert journal(sandbox) == []
    again = PureCloudCaller.bootstrap(sandbox)
    assert again.get("/users")["total"] == 1


def test_reset_drops_tokens(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    sandbox.control("POST", "reset")
    assert api.send("GET", "/organizations/me").status_code == 401


def test_reset_to_another_seed_and_switches(sandbox: SandboxProcess) -> None:
    answer = sandbox.control("POST", "reset", {"seed": SEED, "switches": {"rate_limit_per_minute": 7}})
    assert answer["client_secret"] == "given"
    caller = PureCloudCaller.login(sandbox.info["purecloud_url"], answer["client_id"], "given")
    assert caller.get("/organizations/me")["name"] == "Third"
    assert sandbox.control("GET", "state")["switches"]["rate_limit_per_minute"] == 7


def test_state_shows_secrets_switches_and_clock(sandbox: SandboxProcess) -> None:
    state = sandbox.control("GET", "state")
    clients = state["purecloud"]["organizations"][0]["clients"]
    assert clients[sandbox.info["client_id"]]["secret"] == sandbox.info["client_secret"]
    assert sandbox.info["cfgserver_password"] in json.dumps(state["cfgserver"])
    assert {"rate_limit_per_minute"} < set(state["switches"])


BAD_CONTROL_INPUT = [
    ("POST", "reset", {"unknown": 1}, "Unknown key 'unknown'"),
    ("POST", "reset", {"seed": {"organizations": []}}, "at least one organization"),
    ("POST", "reset", {"seed": {"organizations": [{"id": "x"}]}}, "not usable"),
    ("POST", "reset", {"seed": {"organizations": [{"name": "x", "users": [{"name": "y", "email": "z", "roles": ["None"]}]}]}}, "unknown role 'None'"),
    ("POST", "reset", {"seed": {**SEED, "cfgserver": {"nonsense": 1}}}, "not usable"),
    ("POST", "reset", {"switches": {"none": 1}}, "no switch 'none'"),
    ("POST", "faults", {"switches": {"rate_limit_per_minute": "many"}}, "kind of its default"),
    ("POST", "faults", {"switches": {"oauth_read_returns_secret": 1}}, "kind of its default"),
    ("POST", "faults", {"switches": {"idp_certificates": "both"}}, "must be one of"),
    ("POST", "faults", {"faults": [{"kind": "explode"}]}, "kind"),
    ("POST", "faults", {"faults": [{"kind": "status", "nth": 0}]}, "nth"),
    ("POST", "faults", {"kind": "status", "path": "("}, "not a regular expression"),
    ("POST", "faults", {"kind": "status", "colour": "red"}, "colour"),
    ("POST", "faults", {"nonsense": 1}, "Unknown key"),
    ("POST", "faults", [1], "must be a JSON object"),
    ("POST", "clock", {}, "exactly one"),
    ("POST", "clock", {"advance": "long"}, "number of seconds"),
    ("POST", "clock", {"now": "yesterday"}, "neither epoch seconds nor ISO"),
]


@pytest.mark.parametrize("method, path, body, sentence", BAD_CONTROL_INPUT)
def test_bad_control_input_gets_400_and_changes_nothing(sandbox: SandboxProcess, method: str, path: str, body: object, sentence: str) -> None:
    before = sandbox.control("GET", "state")
    with pytest.raises(RuntimeError, match="400") as caught:
        sandbox.control(method, path, body)
    assert sentence in str(caught.value)
    after = sandbox.control("GET", "state")
    assert {**after, "clock": 0} == {**before, "clock": 0}


def test_control_body_that_is_not_json(sandbox: SandboxProcess) -> None:
    answer = plain_session().post(sandbox.info["purecloud_url"] + "/__sandbox__/clock", data="{", timeout=10)
    assert answer.status_code == 400 and "not JSON" in answer.json()["message"]


@pytest.mark.parametrize("body, expected", [({"now": 2_000_000_000}, 2e9), ({"now": "2033-05-18T03:33:20Z"}, 2e9), ({"now": "2033-05-18T03:33:20"}, 2e9)])
def test_clock_can_be_set(sandbox: SandboxProcess, body: dict, expected: float) -> None:
    assert abs(sandbox.control("POST", "clock", body)["now"] - expected) < 2


def test_clock_advance_adds_up(sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "clock", {"advance": 100})
    assert abs(sandbox.control("POST", "clock", {"advance": 50.5})["now"] - time.time() - 150.5) < 2


def test_state_file_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with SandboxProcess("--state", path) as first:
        caller = PureCloudCaller.bootstrap(first)
        made = caller.make_client()
        first.control("POST", "clock", {"advance": 500})
        first.control("POST", "faults", {"switches": {"rate_limit_per_minute": 9}})
        assert path.stat().st_mode & 0o777 == 0o600
        before = first.control("GET", "state")
    with SandboxProcess("--state", path) as second:
        after = second.control("GET", "state")
        assert second.info["client_secret"] == first.info["client_secret"]
        assert request_token(second.info["purecloud_url"], made["id"], made["secret"]).status_code == 200
        assert {key: after[key] for key in ("purecloud", "cfgserver", "switches")} == {key: before[key] for key in ("purecloud", "cfgserver", "switches")}
        assert abs(after["clock"] - time.time() - 500) < 5


def test_state_file_is_current_after_a_hard_kill(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    with SandboxProcess("--state", path) as first:
        made = PureCloudCaller.bootstrap(first).make_client()
        assert first.process is not None
        first.process.kill()
        first.process.wait(10)
    assert made["id"] in path.read_text()


@pytest.mark.parametrize("content, sentence", [("{", "cannot be read"), ("{}", "cannot be read"), ('{"format": 99}', "format 99")])
def test_an_unusable_state_file_is_an_error_with_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(ControlError, match=sentence):
        World(read_seed(None), path)
    assert path.read_text() == content


def test_ready_line_is_alone_on_standard_output(sandbox: SandboxProcess, api: PureCloudCaller) -> None:
    api.get("/users")
    assert sandbox.process is not None and sandbox.process.stdout is not None
    assert select.select([sandbox.process.stdout], [], [], 0.1)[0] == []
