# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this plugin util is **PRIVATE** to the collection.

"""Tokens, logins and answers that one task of a run leaves to the next one.

Each task is a process of its own, forked from the main one. What it leaves is in a file of the run's temporary directory, which Ansible
makes with mode 0700 and removes at the end; the file is encrypted with a key that only the memory of this run's processes holds. A session
is used by one task at a time and belongs to one server, one account and one password: other hosts of the run with the same ones may have it
next. So there are never more sessions than tasks run at once. Answers are for the tasks of the same host: these ask the same questions again, one
task after the other. Whatever a task of any host may have written makes all of them worthless.
"""

from __future__ import annotations

import atexit
import base64
import fcntl
import hashlib
import hmac
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._cfgserver.connection import CFGSERVER
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from ansible_collections.genesys.hybrid.plugins.plugin_utils._run_cache import is_private

PREFIX = "hybrid-session-"
ANSWERS = "hybrid-answers-"
WRITTEN = "hybrid-written"
LONGEST_END = 10.0  # seconds; a server that hangs must not keep Ansible from exiting, it ends the sessions itself some time
MOST = 64  # sessions of one account; forks beyond that open and end their own


class KeptSessions:
    """The sessions of the run whose temporary directory is ``folder``. Made in the main process, so that all workers share its key."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._key = os.urandom(32)

    @contextmanager
    def lend(self, connection: str, settings: Mapping[str, Any], host: str = "", *, fresh: bool = False) -> Iterator[dict[str, Any] | None]:
        """What the last task with these settings left, exclusively for this one; what is in it at the end is for the next one.

        Its ``answers`` are those of the last task of ``host``, whichever session that had; there are none for one that is to be ``fresh``.
        """
        if not is_private(self._folder):
            yield None
            return
        identity = json.dumps([connection, settings], sort_keys=True, default=str).encode("utf-8", "surrogatepass")
        name = self._name(identity)
        answers = self._folder / (ANSWERS + self._name(identity + b"\0" + host.encode("utf-8", "surrogatepass")))
        for number in range(MOST):
            path = self._folder / f"{PREFIX}{name}-{number}"
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                break
            with os.fdopen(descriptor, "r+b", buffering=0) as stream:  # what a full disk does not take must not come up again at the end
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:  # another task has it, or the file system has no locks
                    continue
                kept = self._read(stream).get("kept", {})
                if fresh:
                    _remove(answers)
                with self._answers(answers, kept):
                    try:
                        yield kept
                    finally:
                        session = {key: value for key, value in kept.items() if key != "answers"}
                        self._write(stream, {"connection": connection, "settings": dict(settings), "kept": session} if session else {})
            return
        yield None

    def forget(self, seconds: float = 0.0) -> None:
        """A task may have written, or may do so within ``seconds`` from now: what is read before that is over is no answer later, whoever asked."""
        if not is_private(self._folder):
            return
        try:
            descriptor = os.open(self._folder / WRITTEN, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "r+b", buffering=0) as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                last = stream.read()
                until = max(time.monotonic() + seconds, float(last or 0))
                stream.seek(0)
                stream.write(f"{until:020.6f}".encode("ascii"))  # always as long as the one before
        except (OSError, ValueError):
            for path in self._folder.glob(ANSWERS + "*"):
                _remove(path)

    def _last_write(self) -> float:
        """When that was, on the clock of ``time.monotonic``."""
        try:
            return float((self._folder / WRITTEN).read_bytes())
        except FileNotFoundError:
            return 0.0
        except (OSError, ValueError):  # another task is writing it
            return time.monotonic()

    def end(self) -> None:
        """End what can be ended: a Configuration Server has sessions to give back, while a token just expires."""
        until = time.monotonic() + LONGEST_END
        for path in self._folder.glob(PREFIX + "*"):
            if time.monotonic() > until:
                return
            with suppress(OSError), open(path, "r+b", buffering=0) as stream:
                entry = self._read(stream)
                self._write(stream, {})
                if entry.get("connection") == CFGSERVER.name and "session" in entry["kept"]:
                    _log_out(entry)

    def _name(self, identity: bytes) -> str:
        return hmac.new(self._key, identity, hashlib.sha256).hexdigest()[:32]

    @contextmanager
    def _answers(self, path: Path, kept: dict[str, Any]) -> Iterator[None]:
        """``kept`` with the answers in ``path``, and ``path`` with those in ``kept`` afterwards."""
        with suppress(OSError), open(path, "rb") as stream:
            last_write = self._last_write()
            known = {question: answer for question, answer in self._read(stream).get("answers", {}).items() if answer["at"] > last_write}
            if known:
                kept["answers"] = known
        try:
            yield
        finally:
            _remove(path)
            if kept.get("answers"):
                with suppress(OSError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600), "wb", buffering=0) as stream:
                    self._write(stream, {"answers": kept["answers"]})

    def _read(self, stream: Any) -> dict[str, Any]:
        """What a file holds; nothing when it is empty, cut off, or sealed with another key."""
        try:
            entry: dict[str, Any] = json.loads(self._seal().open(stream.read().decode("ascii"), PREFIX))
        except (ValidationError, ValueError, OSError):
            return {}
        return entry

    def _write(self, stream: Any, entry: Mapping[str, Any]) -> None:
        """Best effort: a full disk costs a login, not the task."""
        with suppress(OSError):
            stream.seek(0)
            stream.truncate()
            if entry:
                stream.write(self._seal().seal(json.dumps(entry)).encode("ascii"))
            stream.flush()

    def _seal(self) -> Seal:
        return Seal(base64.urlsafe_b64encode(self._key).decode("ascii"))


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _log_out(entry: Mapping[str, Any]) -> None:
    kept = {**entry["kept"], "last": True}
    context = Context(check_mode=True, diff=False, warn=lambda _text: None, register_secret=lambda _secret: None, kept=kept)
    with suppress(HybridError):
        CFGSERVER.open({**entry["settings"], "cfgserver_api": kept["session"]["interface"]}, context, True).close()


_of_this_run: dict[str, KeptSessions] = {}


def sessions_in(folder: str) -> KeptSessions:
    """The one for this folder; whoever makes it, which is the main process, ends its sessions when it exits."""
    if folder not in _of_this_run:
        _of_this_run[folder] = made = KeptSessions(folder)
        maker = os.getpid()
        atexit.register(lambda: made.end() if os.getpid() == maker else None)
    return _of_this_run[folder]
