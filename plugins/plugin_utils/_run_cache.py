# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""Something that is read once in a run of Ansible, whichever of its processes needs it first.

Each task of each host is a process of its own, forked from the main one, and ends with it; memory that tasks share does not exist. So what
was read is kept in a file of the run's own temporary directory, which Ansible makes with mode 0700 and removes at the end. The file is
encrypted with a key that every process of the run can make and that is written nowhere: it is derived from the password of the account
whose data it is, slowly and with the random name of that directory as the salt. Who finds it after a run that was killed can do no more
with it than guess passwords.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError, ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal

# Of PBKDF2, which FIPS 140 allows and scrypt is not part of. About a tenth of a second, paid once by each task that uses the cache.
ITERATIONS = 100_000

_keys: dict[tuple[str, str], bytes] = {}  # of this process; what the main process has derived its workers need not derive again


@dataclass(frozen=True)
class _Attempt:
    """One attempt to read: its begin and end on the machine's monotonic clock, which all processes share; a value that may last, or how it failed."""

    begun: float
    ended: float
    value: Any = None
    lasting: bool = False
    error: str | None = None


class RunCache:
    """The cache of one account in one run. ``folder`` is the run's temporary directory, ``password`` the account's own."""

    def __init__(self, folder: str | os.PathLike[str], password: str) -> None:
        self._folder = Path(folder)
        # Without a password there is no key, and a directory that others can enter is not the run's own: then nothing is kept.
        self._usable = bool(password) and is_private(self._folder)
        self._password = password

    def once(self, what: Mapping[str, Any], read: Callable[[], Any], *, lasts: Callable[[Any], bool], anew: bool = False) -> Any:
        """What ``read()`` gives, a JSON value, read once for this ``what`` in the whole run.

        Errors (HybridError) and values that are not meant to last are not kept, but whoever waited meanwhile for the same thing gets them too,
        instead of trying it again: a wrong password is sent once, not once for each host. With ``anew`` nothing counts that was read before the call.
        """
        if not self._usable:
            return read()
        asked = time.monotonic()
        path = self._path(what)
        known = self._load(path)
        if known and known.lasting and not anew:
            return known.value
        with _locked(path):
            known = self._load(path)
            if known and _answers(known, asked, anew):
                if known.error is not None:
                    raise HybridError(known.error)
                return known.value
            return self._read(path, read, lasts)

    def _read(self, path: Path, read: Callable[[], Any], lasts: Callable[[Any], bool]) -> Any:
        begun = time.monotonic()
        try:
            value = read()
        except HybridError as error:
            self._store(path, _Attempt(begun, time.monotonic(), error=error.message))
            raise
        self._store(path, _Attempt(begun, time.monotonic(), value, lasts(value)))
        return value

    def _path(self, what: Mapping[str, Any]) -> Path:
        identity = json.dumps(what, sort_keys=True, default=str).encode("utf-8")
        return self._folder / f"hybrid-{hmac.new(self._key()[32:], identity, hashlib.sha256).hexdigest()[:40]}"

    def _key(self) -> bytes:
        """64 bytes: the first half encrypts, the second half names files."""
        known = (str(self._folder), self._password)
        if known not in _keys:
            _keys[known] = hashlib.pbkdf2_hmac("sha256", self._password.encode("utf-8", "surrogatepass"), os.fsencode(self._folder), ITERATIONS, 64)
        return _keys[known]

    def _seal(self) -> Seal:
        return Seal(base64.urlsafe_b64encode(self._key()[:32]).decode("ascii"))

    def _load(self, path: Path) -> _Attempt | None:
        try:
            return _Attempt(**json.loads(self._seal().open(path.read_text(encoding="ascii"), path.name)))
        except (OSError, ValidationError, ValueError, TypeError):
            return None

    def _store(self, path: Path, attempt: _Attempt) -> None:
        """Best effort: a full disk must not fail a lookup that has its value. The file appears complete or not at all."""
        sealed = self._seal().seal(json.dumps(vars(attempt)))
        draft = path.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
                stream.write(sealed)
            os.replace(draft, path)
        with suppress(OSError):
            draft.unlink()


def _answers(known: _Attempt, asked: float, anew: bool) -> bool:
    """Whether an attempt is the answer to a question of that moment."""
    if anew:
        return known.begun >= asked
    return known.lasting or known.ended >= asked


def is_private(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o077


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """One process at a time; the others wait as long as its reads take, which their own time budget bounds, and the kernel frees what a dead one held.

    Where the file system has no locks each process reads for itself.
    """
    try:
        descriptor = os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield
        return
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
