# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network of its own: namespaces with a consuming host, a resolver, servers and a proxy, none of which the machine outside can see.

Everything runs below one process that is the first of a process namespace: when it ends, because the test run closes its input or dies, the kernel
ends all others and takes the networks with them.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

HERE = Path(__file__).parent
SECONDS = 120
# Private copies of what the role and the servers write to, so that nothing of it reaches the machine.
SCRATCH = ("/run", "/var/lib", "/usr/local/sbin", "/dev/shm")
MACHINES = {
    "consumer": ["10.77.0.2/24"],
    "resolver": ["10.77.0.53/24"],
    "proxy": ["10.77.0.80/24", "198.51.100.80/24"],
    "allowed": ["198.51.100.10/24", "198.51.100.11/24", "198.51.100.12/24", "192.0.2.10/24"],
    "forbidden": ["198.51.100.66/24"],
}
NETWORKS = ("10.77.0.0/24", "198.51.100.0/24", "192.0.2.0/24")
NAMES = {
    "login.mypurecloud.de": "198.51.100.10",
    "api.mypurecloud.de": "198.51.100.10",
    "wrong.example.com": "198.51.100.10",
    "stream.example.com": "198.51.100.12",
    "forbidden.example.com": "198.51.100.66",
    "proxy.example.com": "10.77.0.80",
}


class NotPermitted(Exception):
    """This machine does not let us make namespaces; the text says why."""


class Lab:
    """The network, and how to run something on one of its machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", sys.executable, "-c", "input()"]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._children: list[subprocess.Popen[str]] = []
        self._enter = ["nsenter", f"--target={self._first_process()}", "--mount", "--net", "--pid"]
        try:
            self._build()
        except subprocess.CalledProcessError as error:
            self.close()
            raise NotPermitted(f"{' '.join(error.cmd[5:])}: {error.stderr.strip()}") from error

    def _first_process(self) -> int:
        for _attempt in range(200):
            if self._holder.poll() is not None:
                raise NotPermitted((self._holder.stderr.read() if self._holder.stderr else "").strip())
            with contextlib.suppress(psutil.NoSuchProcess):
                children = psutil.Process(self._holder.pid).children()
                if children and children[0].name() != "unshare":
                    return children[0].pid
            time.sleep(0.05)
        raise NotPermitted("unshare starts no process")

    def _build(self) -> None:
        copy = self.folder / "etc"
        steps = [f"cp -a /etc {copy}", f"mount --bind {copy} /etc", *(f"mount -t tmpfs none {path}" for path in SCRATCH)]
        steps += ["mkdir -p /run/netns /etc/netns", "ip link add name lan type bridge", "ip link set lan up", "ip link set lo up"]
        for machine, addresses in MACHINES.items():
            inside = f"ip -n {machine}"
            steps += [f"ip netns add {machine}", f"ip link add to-{machine} type veth peer name eth0 netns {machine}"]
            steps += [f"ip link set to-{machine} master lan up", f"{inside} link set lo up", f"{inside} link set eth0 up"]
            steps += [f"{inside} address add {address} dev eth0" for address in addresses]
            steps += [f"{inside} route add {network} dev eth0" for network in NETWORKS if not self._is_on(network, addresses)]
            steps += [f"mkdir -p /etc/netns/{machine}", f"echo nameserver 10.77.0.53 > /etc/netns/{machine}/resolv.conf"]
        subprocess.run([*self._enter, "sh", "-euc", "\n".join(steps)], check=True, capture_output=True, text=True, timeout=SECONDS)

    @staticmethod
    def _is_on(network: str, addresses: Sequence[str]) -> bool:
        return any(address.startswith(network.rsplit(".", 1)[0]) for address in addresses)

    def command(self, machine: str, *command: str | os.PathLike[str]) -> list[str]:
        return [*self._enter, "ip", "netns", "exec", machine, *map(os.fspath, command)]

    def run(self, machine: str, *command: str | os.PathLike[str], text: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(self.command(machine, *command), input=text, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done

    def start(self, machine: str, *command: str | os.PathLike[str]) -> subprocess.Popen[str]:
        """Run something until the lab is closed; its output goes to a file."""
        log = open(self.folder / f"{machine}-{len(self._children)}.log", "w", encoding="utf-8")  # noqa: SIM115 - the child keeps it
        child = subprocess.Popen(self.command(machine, *command), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, text=True)
        log.close()
        self._children.append(child)
        return child

    def end(self, child: subprocess.Popen[str]) -> None:
        for process in psutil.Process(child.pid).children(recursive=True):  # nsenter itself only waits
            process.terminate()
        child.wait(SECONDS)
        self._children.remove(child)

    def python(self, machine: str, code: str, **values: object) -> object:
        """What ``result`` is after some Python code on a machine."""
        text = f"import json, socket\nglobals().update(json.loads({json.dumps(json.dumps(values))}))\n{code}\nprint(json.dumps(result))"
        return json.loads(self.run(machine, sys.executable, "-S", "-E", "-c", text).stdout)

    def reaches(self, host: str, port: int = 443) -> bool:
        """Whether the consumer can open a connection, by name or address."""
        code = "try:\n socket.create_connection((host, port), timeout=5).close(); result = True\nexcept OSError as error: result = False"
        return bool(self.python("consumer", code, host=host, port=port))

    def wait(self, machine: str, port: int, address: str = "127.0.0.1") -> None:
        code = "try:\n socket.create_connection((address, port), timeout=5).close(); result = True\nexcept OSError as error: result = False"
        for _attempt in range(100):
            if self.python(machine, code, address=address, port=port):
                return
            time.sleep(0.1)
        raise AssertionError(f"nothing listens on port {port} of {machine}")

    def close(self) -> None:
        """End everything."""
        if self._holder.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._holder.stdin.close()
        self._holder.wait(SECONDS)
        for child in self._children:
            child.wait(SECONDS)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Lab]:
    lab = Lab(folder)
    try:
        yield lab
    finally:
        lab.close()
