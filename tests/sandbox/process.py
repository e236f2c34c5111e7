# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the sandbox as a process of its own: what tests, the demonstration and benchmarks use."""

from __future__ import annotations

import http.client
import json
import os
import selectors
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from urllib.parse import urlsplit

TESTS = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0


class SandboxProcess:
    """``python -m sandbox --port 0`` as a context manager.

    ``info`` is the parsed ready line. ``control`` calls a control endpoint. ``log`` is what the server wrote to its standard error.
    """

    def __init__(self, *arguments: str | os.PathLike[str], port: int = 0, python: str | None = None) -> None:
        self._command = [python or sys.executable, "-m", "sandbox", "--port", str(port), *(os.fspath(argument) for argument in arguments)]
        self.process: subprocess.Popen[bytes] | None = None
        self.info: dict[str, str] = {}
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - open for as long as the process

    def start(self) -> SandboxProcess:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(TESTS), os.environ.get("PYTHONPATH")]))}
        self.process = subprocess.Popen(
            self._command, cwd=TESTS, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log, bufsize=0
        )
        try:
            self.info = json.loads(self._ready_line())
        except BaseException:
            self.stop()
            self._log.close()
            raise
        return self

    def _ready_line(self) -> bytes:
        assert self.process is not None and self.process.stdout is not None
        line, deadline = b"", time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise RuntimeError(f"The sandbox was not ready after {START_SECONDS:.0f} seconds.\n{self.log}")
                chunk = self.process.stdout.read(65536)
                if not chunk:
                    raise RuntimeError(f"The sandbox ended before it was ready.\n{self.log}")
                line += chunk
        return line

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call /__sandbox__/``path`` and return its parsed answer; raise RuntimeError with the server's sentence when it refuses."""
        origin = urlsplit(self.info["purecloud_url"])
        connection: http.client.HTTPConnection
        if origin.scheme == "https":  # loopback to our own child: its certificate needs no check here
            connection = http.client.HTTPSConnection(origin.netloc, timeout=30, context=ssl._create_unverified_context())
        else:
            connection = http.client.HTTPConnection(origin.netloc, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            connection.request(method, "/__sandbox__/" + path.lstrip("/"), payload, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {text}")
        return json.loads(text)

    def stop(self) -> int | None:
        """End this one process (by its id) and return its exit status."""
        if self.process is None:
            return None
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.returncode

    def __enter__(self) -> SandboxProcess:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        self._log.close()
