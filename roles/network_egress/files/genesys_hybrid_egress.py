# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Loads, refreshes and takes back the egress rules of this host. The role genesys.hybrid.network_egress installs it.

What Ansible wants lies in /etc (``WANTED``), what is in force in the state folder (``active``). ``apply`` makes the wanted rules the active ones and arms
a way back: unless ``confirm`` follows in time, what was there before returns. ``refresh``, which a timer runs, follows the names' addresses.
Only the standard library is used.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

NAME = "genesys-hybrid-egress"
POLICY = "hybrid-egress"  # firewalld allows 17 characters
TABLE = "inet genesys_hybrid_egress"
WANTED = Path("/etc")
STATE = Path("/var/lib", NAME)
LOCK = Path("/run", f"{NAME}.lock")
FIREWALLD = Path("/etc/firewalld")
RESOLVERS = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))
PARTS = ("json", "rules")
PEER_SECONDS = 3600


class Problem(Exception):
    """Something that the person who reads the output must know."""


def run(*command, text=None, fails=True):
    """The output of a command; with ``fails`` off None when it does not succeed or is not there."""
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, env=environment, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        if not fails:
            return None
        raise Problem(f"{command[0]} cannot be run: {error}") from error
    if fails and done.returncode:
        raise Problem(f"{' '.join(command[:3])} failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout if done.returncode == 0 else None


def read_json(path, default):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default


def write(path, text):
    """Replace a file at once, so that nobody ever reads half of it."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.chmod(0o600 if path.parent == STATE else 0o644)
    temporary.replace(path)


class Bundle:
    """Settings and rules that belong together: ``wanted``, ``active`` or ``before``."""

    def __init__(self, folder, name):
        self.paths = {part: folder / f"{name}.{part}" for part in PARTS}

    def exists(self):
        return all(path.exists() for path in self.paths.values())

    def texts(self):
        return {part: path.read_text(encoding="utf-8") for part, path in self.paths.items()}

    def settings(self):
        return json.loads(self.texts()["json"])

    def take(self, other):
        """Become a copy of another bundle, or nothing when that does not exist."""
        texts = other.texts() if other.exists() else {}
        for part, path in self.paths.items():
            if texts:
                write(path, texts[part])
            else:
                path.unlink(missing_ok=True)


WANTED_BUNDLE, ACTIVE, BEFORE = Bundle(WANTED, NAME), Bundle(STATE, "active"), Bundle(STATE, "before")
ADDRESSES, LOADED, ARMED = STATE / "addresses.json", STATE / "loaded", STATE / "armed.json"


# -- Names and addresses ------------------------------------------------------------------------------------------------------------


def resolve(settings):
    """Ask for every name and remember the answers.

    Returns {(address, port): seconds left} of all answers not older than the grace time, the names that have no answer now, and of these the ones that
    have none left.
    """
    now, grace = time.time(), settings["grace"]
    known = read_json(ADDRESSES, {})
    remembered, left, silent, lost = {}, {}, [], []
    for place in settings["destinations"]:
        host, port = place["host"], place["port"]
        seen = {address: when for address, when in known.get(host, {}).items() if now - when < grace}
        try:
            seen.update({str(entry[4][0]): now for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
        except (OSError, UnicodeError):
            silent.append(host)
            lost += [] if seen else [host]
        remembered[host] = seen
        for address, when in seen.items():
            left[address, port] = max(left.get((address, port), 1), int(grace - (now - when)))
    write(ADDRESSES, json.dumps(remembered, sort_keys=True))
    return left, silent, lost


def resolvers():
    """The name servers of this host; those behind a local stub, too."""
    text = "".join(path.read_text(encoding="utf-8") + "\n" for path in RESOLVERS if path.exists())
    found = re.findall(r"^\s*nameserver\s+([0-9a-fA-F.:]+)", text, re.MULTILINE)
    return sorted({address for address in found if not ipaddress.ip_address(address).is_loopback})


def of_version(addresses, version):
    return [address for address in addresses if ipaddress.ip_network(address, strict=False).version == version]


def static_sets(settings):
    """name -> addresses, of both versions."""
    return {**{name: settings[name] for name in ("internal", "ranges")}, "resolvers": resolvers()}


# -- nftables -----------------------------------------------------------------------------------------------------------------------


def nft_elements(settings, left, peer):
    """The commands that fill the sets. An element that is there already gets its new time by being removed and added within the same transaction."""
    lines = []
    for version in (4, 6):
        for name, addresses in static_sets(settings).items():
            fitting = of_version(addresses, version)
            lines.append(f"flush set {TABLE} {name}{version}")
            lines += [f"add element {TABLE} {name}{version} {{ {', '.join(fitting)} }}"] if fitting else []
        timed = [("destinations", address, port, seconds) for (address, port), seconds in sorted(left.items())]
        timed += [("peers", peer[0], peer[1], PEER_SECONDS)] if peer else []
        for name, address, port, seconds in timed:
            if of_version([address], version):
                place = f"element {TABLE} {name}{version} {{ {address} . {port}"
                lines += [f"add {place} }}", f"delete {place} }}", f"add {place} timeout {seconds}s }}"]
    return "\n".join([*lines, ""])


def nft_load(bundle, left, peer=None):
    """Replace the whole table in one transaction: there is no moment without rules, and established connections stay known."""
    text = f"table {TABLE}\ndelete table {TABLE}\n{bundle.texts()['rules']}\n{nft_elements(bundle.settings(), left, peer)}"
    run("nft", "--check", "--file", "-", text=text)
    run("nft", "--file", "-", text=text)


def nft_update(bundle, left):
    run("nft", "--file", "-", text=nft_elements(bundle.settings(), left, None))


def nft_snapshot():
    """The table without what changes by itself, None when it is not there."""
    text = run("nft", "--json", "list", "table", *TABLE.split(), fails=False)
    if text is None:
        return None
    found = json.loads(text)["nftables"]
    for entry in found:
        for thing in entry.values():
            thing.pop("handle", None)
            if thing.get("name", "").startswith(("destinations", "peers", "resolvers")):
                thing.pop("elem", None)
    return json.dumps([entry for entry in found if "metainfo" not in entry], sort_keys=True)


def nft_remove():
    if nft_snapshot() is not None:
        run("nft", "--file", "-", text=f"table {TABLE}\ndelete table {TABLE}\n")


# -- firewalld ----------------------------------------------------------------------------------------------------------------------


def policy_file():
    return FIREWALLD / "policies" / f"{POLICY}.xml"


def ipset_file(name):
    return FIREWALLD / "ipsets" / f"{name}.xml"


def ipsets(settings, left):
    """name -> (version, type, entries). The rules name a set for each port, because firewalld's sets hold addresses only."""
    found = {}
    for version in (4, 6):
        for name, addresses in static_sets(settings).items():
            found[f"hybrid-egress-{name}-{version}"] = (version, "hash:net", sorted(of_version(addresses, version)))
        for port in sorted({place["port"] for place in settings["destinations"]}):
            addresses = of_version(sorted(address for address, its in left if its == port), version)
            found[f"hybrid-egress-{port}-{version}"] = (version, "hash:ip", addresses)
    return found


def ipset_xml(version, kind, entries):
    family = '  <option name="family" value="inet6"/>\n' if version == 6 else ""
    lines = "".join(f"  <entry>{entry}</entry>\n" for entry in entries)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<ipset type="{kind}">\n{family}{lines}</ipset>\n'


def firewalld_files():
    return [policy_file(), *sorted((FIREWALLD / "ipsets").glob("hybrid-egress-*.xml"))]


def firewalld_load(bundle, left, peer=None):
    """Write the policy and its sets and let firewalld load them. It accepts what is established before any policy."""
    if run("firewall-cmd", "--state", fails=False) is None:
        raise Problem("firewalld is not running on this host: start it, or choose nftables")
    old = firewalld_files()
    new = {ipset_file(name): ipset_xml(*content) for name, content in ipsets(bundle.settings(), left).items()}
    new[policy_file()] = bundle.texts()["rules"]
    for path in old:
        if path not in new:
            path.unlink(missing_ok=True)
    for path, text in new.items():
        path.parent.mkdir(mode=0o750, exist_ok=True)
        write(path, text)
    run("firewall-cmd", "--check-config")
    run("firewall-cmd", "--reload")


def firewalld_update(bundle, left):
    """Change the running sets, and the files for the next start."""
    for name, content in ipsets(bundle.settings(), left).items():
        now = set((run("firewall-cmd", f"--ipset={name}", "--get-entries") or "").split())
        for verb, entries in (("add", set(content[2]) - now), ("remove", now - set(content[2]))):
            for entry in sorted(entries):
                run("firewall-cmd", f"--ipset={name}", f"--{verb}-entry={entry}")
        text = ipset_xml(*content)
        if not ipset_file(name).exists() or ipset_file(name).read_text(encoding="utf-8") != text:
            write(ipset_file(name), text)


def firewalld_snapshot():
    listed = run("firewall-cmd", f"--policy={POLICY}", "--list-all", fails=False)
    fixed = [
        run("firewall-cmd", f"--ipset=hybrid-egress-{name}-{version}", "--get-entries", fails=False) for name in ("internal", "ranges") for version in (4, 6)
    ]
    return None if listed is None else json.dumps([sorted(listed.splitlines()), *(sorted((text or "").split()) for text in fixed)])


def firewalld_remove():
    files = [path for path in firewalld_files() if path.exists()]
    for path in files:
        path.unlink()
    if files and run("firewall-cmd", "--state", fails=False) is not None:
        run("firewall-cmd", "--reload")


BACKENDS = {
    "nftables": (nft_load, nft_update, nft_snapshot, nft_remove),
    "firewalld": (firewalld_load, firewalld_update, firewalld_snapshot, firewalld_remove),
}


# -- What can be asked for ----------------------------------------------------------------------------------------------------------


def load(bundle, left, peer=None):
    """Bring a bundle into force in place of the active one."""
    backend = bundle.settings()["backend"]
    former = ACTIVE.settings()["backend"] if ACTIVE.exists() else backend
    BACKENDS[backend][0](bundle, left, peer)
    ACTIVE.take(bundle)
    if former != backend:
        BACKENDS[former][3]()
    write(LOADED, BACKENDS[backend][2]() or "")


def restore():
    """Bring back what was there before the last ``apply``."""
    if BEFORE.exists():
        load(BEFORE, resolve(BEFORE.settings())[0])
    else:
        for _load, _update, _snapshot, take_away in BACKENDS.values():
            take_away()
        ACTIVE.take(BEFORE)
    ARMED.unlink(missing_ok=True)


def arm(seconds):
    """Start the way back, in a process that neither the end of this connection nor the rules can stop."""
    token = uuid.uuid4().hex
    write(ARMED, json.dumps({"token": token, "deadline": time.time() + seconds}))
    command = [sys.executable, os.path.abspath(__file__), "rollback", "--token", token]
    if Path("/run/systemd/system").is_dir():
        run("systemd-run", f"--unit={NAME}-rollback-{token}", f"--on-active={seconds}", "--timer-property=AccuracySec=1s", *command)
        return
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen([*command, "--after", str(seconds)], start_new_session=True, cwd="/", **quiet)


def apply(options):
    if not WANTED_BUNDLE.exists():
        raise Problem(f"{WANTED_BUNDLE.paths['json']} is not there: the role writes it")
    STATE.mkdir(mode=0o700, parents=True, exist_ok=True)
    left, _silent, lost = resolve(WANTED_BUNDLE.settings())
    if lost:
        raise Problem(f"{', '.join(lost)} cannot be resolved on this host, so the rules would forbid what they shall allow: nothing was loaded")
    if not ARMED.exists():  # otherwise what is active was never confirmed
        BEFORE.take(ACTIVE)
    arm(options.rollback_after)
    try:
        load(WANTED_BUNDLE, left, (options.peer, options.peer_port) if options.peer else None)
    except Problem:
        restore()
        raise


def confirm(_options):
    if not ARMED.exists():
        raise Problem("what was there before has already returned, because the confirmation came too late")
    ARMED.unlink()


def rollback(options):
    time.sleep(options.after)
    with locked():
        if ARMED.exists() and options.token in (None, read_json(ARMED, {}).get("token")):
            restore()


def refresh(_options):
    if ARMED.exists() and time.time() > read_json(ARMED, {})["deadline"]:  # the machine was restarted meanwhile
        restore()
    if not ACTIVE.exists():
        return
    _load, update, snapshot, _remove = BACKENDS[ACTIVE.settings()["backend"]]
    left, silent, _lost = resolve(ACTIVE.settings())
    if difference() is None:
        update(ACTIVE, left)
    else:
        load(ACTIVE, left)
    if silent:
        raise Problem(f"{', '.join(silent)} cannot be resolved: addresses that were known stay allowed for the grace time")


def difference():
    """Why what is loaded is not what is active; None when it is."""
    snapshot = BACKENDS[ACTIVE.settings()["backend"]][2]()
    if snapshot is None:
        return "the rules are not loaded: somebody removed them"
    return None if LOADED.exists() and snapshot == LOADED.read_text(encoding="utf-8") else "the loaded rules were changed by somebody else"


def status(_options):
    """Say whether the wanted rules are in force."""
    if not (WANTED_BUNDLE.exists() and ACTIVE.exists()) or ACTIVE.texts() != WANTED_BUNDLE.texts() or ARMED.exists():
        reason = "the wanted rules were not loaded yet"
    else:
        reason = difference()
    print(json.dumps({"active": reason is None, "reason": reason or "the rules are in force"}))


def remove(_options):
    BEFORE.take(Bundle(STATE, "nothing"))
    restore()
    shutil.rmtree(STATE, ignore_errors=True)


@contextlib.contextmanager
def locked():
    """One at a time: the timer, Ansible, the way back."""
    with open(LOCK, "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


COMMANDS = {"apply": apply, "confirm": confirm, "rollback": rollback, "refresh": refresh, "status": status, "remove": remove}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--rollback-after", type=int, default=60)
    parser.add_argument("--peer", help="the address of whoever is connected now")
    parser.add_argument("--peer-port", type=int, default=22, help="the local port of that connection")
    parser.add_argument("--after", type=int, default=0)
    parser.add_argument("--token")
    options = parser.parse_args()
    try:
        with contextlib.nullcontext() if options.command == "rollback" else locked():
            COMMANDS[options.command](options)
    except (Problem, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
