# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of nftables, loaded for real on a consuming host in a network of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from network.conftest import SCRIPT, Site, running_sandbox, settled

NFTABLES = {"network_egress_enforce": "nftables"}
STREAM = [{"host": "stream.example.com", "port": 7000, "purpose": "a stream", "tls": False}]
LOGIN = "login.mypurecloud.de"
# Asks again and again for a connection until its input is closed, and says how many attempts there were and how many got through.
HAMMER = """
import select, socket, sys
attempts = reached = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    attempts += 1
    try:
        socket.create_connection((sys.argv[1], 443), timeout=1).close()
        reached += 1
    except OSError:
        pass
print(attempts, reached)
"""
# Holds one connection and sends each line of its input through it.
HOLD = """
import socket, sys
stream = socket.create_connection((sys.argv[1], 7000), timeout=30).makefile("rw")
for line in sys.stdin:
    stream.write(line)
    stream.flush()
    print(stream.readline(), end="", flush=True)
"""


@pytest.fixture
def enforced(clean: Site) -> Site:
    """The rules in force, with the stream allowed, without a run of Ansible for each test."""
    settings = {
        "backend": "nftables",
        "destinations": [{"host": LOGIN, "port": 443}, {"host": "stream.example.com", "port": 7000}],
        "grace": 3600,
        "internal": ["10.77.0.0/24"],
        "ranges": [],
    }
    source = Path(__file__).resolve().parents[2] / "roles/network_egress"
    rules = (source / "templates/rules.nft.j2").read_text(encoding="utf-8")
    text = Environment().from_string(rules).render(network_egress_plan={"range_ports": []})
    clean.lab.run("consumer", "cp", source / "files/genesys_hybrid_egress.py", SCRIPT)
    clean.lab.run("consumer", "tee", "/etc/genesys-hybrid-egress.rules", text=text)
    want(clean, settings)
    clean.script("apply", "--rollback-after", "60")
    clean.script("confirm")
    return clean


def want(site: Site, settings: dict[str, Any]) -> None:
    site.lab.run("consumer", "tee", "/etc/genesys-hybrid-egress.json", text=json.dumps(settings))


def wanted(site: Site) -> dict[str, Any]:
    return json.loads(site.lab.run("consumer", "cat", "/etc/genesys-hybrid-egress.json").stdout)


def talking(site: Site, code: str, host: str) -> subprocess.Popen[str]:
    command = site.lab.command("consumer", sys.executable, "-S", "-E", "-c", code, host)
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def says(process: subprocess.Popen[str], line: str) -> str:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def test_the_playbook_enforces_shows_and_removes(clean: Site) -> None:
    """Check mode changes nothing and predicts the real run; a second run changes nothing; removal leaves nothing."""
    assert clean.lab.reaches("forbidden.example.com") and clean.lab.reaches(LOGIN)
    before = clean.lab.run("consumer", "nft", "list", "ruleset").stdout
    shutil.rmtree(clean.folder / "rules", ignore_errors=True)
    (clean.folder / "rules").mkdir()
    predicted = clean.playbook("--check", "--diff", variables=NFTABLES)
    shown = clean.output
    assert clean.lab.run("consumer", "nft", "list", "ruleset").stdout == before
    assert not clean.lab.run("consumer", "sh", "-c", f"ls {SCRIPT} /etc/genesys-hybrid-egress.* 2>/dev/null", check=False).stdout
    done = clean.playbook("--diff", variables=NFTABLES)
    assert done["changed"] == predicted["changed"] > 0
    for line in (
        '+            "host": "login.mypurecloud.de",',
        "+    type filter hook output priority filter; policy drop;",
        "+| consumer | api.mypurecloud.de |",
    ):
        assert line in shown and line in clean.output
    assert clean.lab.reaches(LOGIN) and clean.lab.reaches("api.mypurecloud.de")
    assert not clean.lab.reaches("forbidden.example.com") and not clean.lab.reaches("198.51.100.66") and not clean.lab.reaches("stream.example.com", 7000)
    assert not clean.lab.reaches(LOGIN, 8443)
    assert "ok" in clean.output and json.loads(clean.rules("egress-check.json"))["consumer"][0]["ok"]
    assert clean.playbook(variables=NFTABLES)["changed"] == 0

    assert clean.playbook(variables={**NFTABLES, "network_egress_state": "absent"})["changed"] == 2
    assert clean.lab.run("consumer", "nft", "list", "ruleset").stdout == before
    assert not clean.lab.run("consumer", "sh", "-c", f"ls -d {SCRIPT} /etc/genesys-hybrid-egress* /var/lib/genesys* 2>/dev/null", check=False).stdout
    assert clean.lab.reaches("forbidden.example.com")


def test_ranges_and_the_way_back(clean: Site) -> None:
    """Where published ranges do not hold the address of the API, what was reached before is lost: the rules are taken back, and the run says so."""
    variables = {**NFTABLES, "network_egress_source": "ranges"}
    clean.answer(api_mypurecloud_de="198.51.100.11")
    with running_sandbox(clean) as connection:
        recap = clean.playbook(variables={**variables, **connection}, fails=True)
        assert recap["failed"] == 1 and recap["rescued"] == 1
        assert "api.mypurecloud.de:443 could be reached before the rules were loaded and cannot now" in clean.output
        assert "What was there before is in force again." in clean.output
        assert clean.table() == "" and clean.lab.reaches("forbidden.example.com")
        clean.answer(api_mypurecloud_de="192.0.2.10")
        clean.playbook(variables={**variables, **connection})
    assert clean.lab.reaches("api.mypurecloud.de") and clean.lab.reaches(LOGIN)
    assert not clean.lab.reaches("192.0.2.10", 8443) and not clean.lab.reaches("forbidden.example.com")
    assert "| consumer | 192.0.2.0/27 | TCP | 443 | PureCloud API |" in clean.rules("egress-rules.md")


def test_addresses_follow_the_names(enforced: Site) -> None:
    """A refresh allows the new address at once; the old one stays for the grace time, and not longer."""
    enforced.answer(login_mypurecloud_de="198.51.100.11")
    assert not enforced.lab.reaches(LOGIN)
    enforced.script("refresh")
    assert enforced.lab.reaches(LOGIN) and enforced.lab.reaches("198.51.100.10")

    want(enforced, {**wanted(enforced), "grace": 2})
    enforced.script("apply")
    enforced.script("confirm")
    assert settled(lambda: not enforced.lab.reaches("198.51.100.10"))
    enforced.script("refresh")
    assert "198.51.100.11 . 443" in enforced.table()


def test_a_name_that_does_not_resolve(enforced: Site) -> None:
    """A refresh keeps what it knows and says so; rules with a name that nobody knows are not loaded at all."""
    enforced.answer(login_mypurecloud_de="")
    done = enforced.script("refresh", check=False)
    assert done.returncode == 1 and done.stderr.startswith("login.mypurecloud.de cannot be resolved")
    assert enforced.lab.reaches("198.51.100.10")
    before = enforced.table()
    want(enforced, {**wanted(enforced), "destinations": [{"host": "unknown.example.com", "port": 443}]})
    done = enforced.script("apply", check=False)
    assert done.returncode == 1 and "unknown.example.com cannot be resolved on this host" in done.stderr
    assert [line for line in enforced.table().splitlines() if "expires" not in line] == [line for line in before.splitlines() if "expires" not in line]


def test_a_reload_is_atomic(enforced: Site) -> None:
    """While the table is replaced ten times, no connection to a forbidden server gets through, and an established one lives on."""
    hammer, held = talking(enforced, HAMMER, "198.51.100.66"), talking(enforced, HOLD, "stream.example.com")
    try:
        assert says(held, "before") == "before"
        for _time in range(10):
            enforced.script("apply")
            enforced.script("confirm")
        assert says(held, "after ten reloads") == "after ten reloads"
        want(enforced, {**wanted(enforced), "destinations": [{"host": LOGIN, "port": 443}]})
        enforced.script("apply")
        enforced.script("confirm")
        assert says(held, "not allowed any more") == "not allowed any more"
        assert not enforced.lab.reaches("stream.example.com", 7000)
        attempts, reached = map(int, hammer.communicate("stop\n", timeout=60)[0].split())
        assert attempts > 10 and reached == 0
    finally:
        for process in (hammer, held):
            process.kill()
            process.communicate()


def test_without_a_confirmation_the_way_back_is_taken(enforced: Site) -> None:
    """The rules that were there before return by themselves, also in the files that the timer reads."""
    want(enforced, {**wanted(enforced), "destinations": [{"host": "forbidden.example.com", "port": 443}]})
    enforced.script("apply", "--rollback-after", "3")
    assert enforced.lab.reaches("forbidden.example.com")
    assert settled(lambda: not enforced.lab.reaches("forbidden.example.com"))
    assert enforced.lab.reaches(LOGIN)
    done = enforced.script("confirm", check=False)
    assert done.returncode == 1 and "already returned" in done.stderr
    enforced.script("refresh")
    assert not enforced.lab.reaches("forbidden.example.com")
    assert json.loads(enforced.script("status").stdout) == {"active": False, "reason": "the wanted rules were not loaded yet"}


def test_a_confirmation_ends_the_way_back(enforced: Site) -> None:
    want(enforced, {**wanted(enforced), "destinations": [{"host": LOGIN, "port": 443}]})
    enforced.script("apply", "--rollback-after", "1")
    enforced.script("confirm")
    assert settled(lambda: "rollback" not in enforced.lab.run("consumer", "ps", "-e", "-o", "args").stdout)
    assert json.loads(enforced.script("status").stdout)["active"] and not enforced.lab.reaches("stream.example.com", 7000)


def test_somebody_elses_change_is_seen_and_mended(enforced: Site) -> None:
    enforced.lab.run("consumer", "nft", "insert", "rule", "inet", "genesys_hybrid_egress", "output", "accept")
    assert json.loads(enforced.script("status").stdout) == {"active": False, "reason": "the loaded rules were changed by somebody else"}
    assert enforced.lab.reaches("forbidden.example.com")
    enforced.script("refresh")
    assert not enforced.lab.reaches("forbidden.example.com") and json.loads(enforced.script("status").stdout)["active"]


def test_after_a_restart_a_refresh_loads_the_rules_again(enforced: Site) -> None:
    enforced.lab.run("consumer", "nft", "flush", "ruleset")
    assert enforced.lab.reaches("forbidden.example.com")
    enforced.script("refresh")
    assert not enforced.lab.reaches("forbidden.example.com") and enforced.lab.reaches(LOGIN)


def test_the_peer_of_the_connection_is_allowed_even_without_a_known_connection(enforced: Site) -> None:
    """The session of Ansible may be older than the rules, so that its packets belong to no connection that the kernel knows."""
    code = (
        "probe = socket.socket(); probe.bind(('', port)); probe.settimeout(3)\ntry:\n probe.connect((host, 443)); result = True\nexcept OSError: result = False"
    )
    assert not enforced.lab.python("consumer", code, host="198.51.100.66", port=2222)
    enforced.script("apply", "--peer", "198.51.100.66", "--peer-port", "2222")
    enforced.script("confirm")
    assert enforced.lab.python("consumer", code, host="198.51.100.66", port=2222)
    assert not enforced.lab.reaches("198.51.100.66")


@pytest.fixture
def proxied(clean: Site) -> Site:
    """A site with a Squid."""
    if clean.lab.run("proxy", "sh", "-c", "command -v squid", check=False).returncode:
        pytest.skip("squid is not installed")
    return clean


def test_only_through_the_proxy(proxied: Site) -> None:
    variables = {"network_egress_enforce": "proxy", "network_egress_proxy": "http://proxy.example.com:3128", "network_egress_squid_sources": ["10.77.0.0/24"]}
    proxied.playbook(variables={**variables, "network_egress_internal_networks": ["10.77.0.53/32"]})
    (proxied.folder / "squid").mkdir()
    settings = f"http_port 3128\nacl CONNECT method CONNECT\ninclude {proxied.folder}/rules/squid.conf\nhttp_access deny all\ncache_effective_user nobody\n"
    settings += f"pid_filename none\naccess_log none\ncache_log /dev/stderr\ncoredump_dir {proxied.folder}/squid\nshutdown_lifetime 0 seconds\n"
    (proxied.folder / "squid.conf").write_text(settings, encoding="utf-8")
    proxied.lab.start("proxy", "squid", "-N", "-f", proxied.folder / "squid.conf")
    proxied.lab.wait("proxy", 3128)
    assert proxied.lab.reaches("proxy.example.com", 3128)
    assert not proxied.lab.reaches(LOGIN) and not proxied.lab.reaches("proxy.example.com", 8080)
    through = {"proxy": "http://me:hidden@proxy.example.com:3128"}
    outcome = proxied.egress_check({"host": LOGIN, "token_path": "/oauth/token"}, {"host": "forbidden.example.com"}, **through)
    assert [place["failed_step"] for place in outcome["destinations"]] == [None, "proxy"]
    assert "403 Forbidden" in outcome["table"][2] and "hidden" not in json.dumps(outcome)
    assert proxied.egress_check({"host": LOGIN}, proxy="none")["destinations"][0]["failed_step"] == "tcp"
