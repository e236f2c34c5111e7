# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking for secrets, in every form that a log may hold them in, in everything that a run of Ansible leaves or shows meanwhile."""

from __future__ import annotations

import base64
import html
import itertools
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import psutil
from cryptography.fernet import Fernet, InvalidToken

WATCH_SECONDS = 0.25
LONGEST_FILE = 64 * 1024 * 1024
SHORTEST_FORM = 15  # what is shorter is found by chance, or is no secret
_GRAM = 8
# What Genesys Administrator Extension's "encryption" makes of a text: pairs of a character moved by 68 to 122 places, and the character of that number.
_MOVED = re.compile("[\u0044-\u0200]{16,}")
_BEYOND_ASCII = re.compile("[\u0080-\u0200]")  # where most of the moved characters are
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_KEY = re.compile(rb"(?<![\w-])[\w-]{43}=(?![\w=-])")
_SEALED = re.compile(rb"sealed-v1:(gAAAA[\w=-]+)")


@cache
def forms(secret: str) -> set[bytes]:
    """How a secret may be written; base64 at each of its three alignments, which also finds it within ``user:password``."""
    texts = {secret, secret[::-1]}
    for _round in range(2):
        texts |= {json.dumps(text)[1:-1] for text in texts} | {json.dumps(text, ensure_ascii=False)[1:-1] for text in texts}
    texts |= {repr(secret)[1:-1], html.escape(secret), quote(secret, safe=""), quote(secret), quote_plus(secret)}
    raw = secret.encode("utf-8")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            # The first and the last characters depend on what stands beside the secret.
            whole = encode(b"\0" * shift + raw).decode("ascii").rstrip("=")
            texts.add(whole[(0, 2, 3)[shift] : len(whole) - (1 if (shift + len(raw)) % 3 else 0)])
    return {text.encode("utf-8") for text in texts if len(text) >= SHORTEST_FORM}


def moved_back(text: str) -> str:
    """What the parts of ``text`` that may be GAX-encoded stand for, read from the first character and from the second."""
    found = []
    for line in text.split("\n"):  # and not where splitlines would: the encoding has such characters
        once = unescaped(line)
        for plain in dict.fromkeys((line, once, unescaped(once))):
            for run in _MOVED.findall(plain) if len(_BEYOND_ASCII.findall(plain)) > 3 else ():
                for start in (0, 1):
                    pairs = zip(run[start::2], run[start + 1 :: 2], strict=False)
                    found.append("".join(chr(max(0, ord(one) - ord(two))) for one, two in pairs))
    return "\n".join(found)


def unescaped(text: str) -> str:
    """``text`` without one layer of JSON's escapes."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[2], text) if "\\" in text else text


class Secrets:
    """The sentinels: name to value.

    Every form has at least 15 bytes, so one of each 8 places at which 8 bytes of it may begin is a multiple of 8: only there the search looks.
    """

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self._index: dict[bytes, set[tuple[str, bytes]]] = {}
        for name, value in values.items():
            for form in forms(value):
                for start in range(len(form) - _GRAM + 1):
                    self._index.setdefault(form[start : start + _GRAM], set()).add((name, form))

    def hits(self, where: str, content: bytes) -> list[str]:
        """Which secrets ``content`` holds. The sentences never show them."""
        grams = {content[start : start + _GRAM] for start in range(0, len(content), SHORTEST_FORM - _GRAM + 1)}
        candidates = {candidate for gram in grams & self._index.keys() for candidate in self._index[gram]}
        shown = sorted({name for name, form in candidates if form in content})
        decoded = moved_back(content.decode("utf-8", "replace"))
        shown += [f"{name} (GAX encoding)" for name, value in self.values.items() if decoded and value in decoded]
        return [f"{name} is in {where}" for name in shown] + [f"a key of sealed values is in {where}" for _key in opening_keys(content)]


def opening_keys(content: bytes) -> list[bytes]:
    """The keys in ``content`` that open what is sealed in it."""
    found = []
    tokens = list(dict.fromkeys(_SEALED.findall(content)))[:20]
    for key in set(_KEY.findall(content)) if tokens else ():
        for token in tokens:
            with suppress(InvalidToken, ValueError):
                Fernet(key).decrypt(token)
                found.append(key)
    return found


class Watch:
    """Everything that a process and its children write below some folders, and how they are called, for as long as they run.

    ``outputs``: name to content. A file that changes is kept in each of its states that was seen.
    """

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._seen: dict[Path, tuple[int, int, int]] = {}
        self._last: dict[Path, str] = {}
        self._called: set[bytes] = set()
        self._number = itertools.count()
        self.outputs: dict[str, bytes] = {}

    @contextmanager
    def on(self, process_id: int) -> Iterator[None]:
        done, failures = threading.Event(), []

        def watch() -> None:
            try:
                while not done.wait(WATCH_SECONDS):
                    self.look_at_processes(process_id)
                    self.look_at_files()
            except BaseException as error:
                failures.append(error)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
        self.look_at_files()
        assert not failures, failures

    def look_at_files(self) -> None:
        for folder in self._folders:
            for path in folder.rglob("*"):
                with suppress(OSError):
                    found = path.lstat()
                    state = (found.st_mtime_ns, found.st_size, found.st_ino)
                    if not path.is_file() or path.is_symlink() or found.st_size > LONGEST_FILE or self._seen.get(path) == state:
                        continue
                    self._seen[path] = state
                    content, before = path.read_bytes(), self._last.get(path, "")
                    if content.startswith(self.outputs.get(before, b"")):
                        self.outputs.pop(before, None)  # it only grew
                    self._last[path] = f"{path} ({next(self._number)})"
                    self.outputs[self._last[path]] = content

    def look_at_processes(self, process_id: int) -> None:
        """The arguments and the environment of every child, once each."""
        try:
            children = [psutil.Process(process_id), *psutil.Process(process_id).children(recursive=True)]
        except psutil.NoSuchProcess:
            return
        for child in children:
            with suppress(OSError, psutil.Error):
                for kind in ("cmdline", "environ"):
                    content = Path(f"/proc/{child.pid}/{kind}").read_bytes()
                    if content not in self._called:
                        self._called.add(content)
                        self.outputs[f"{kind} of process {child.pid} ({next(self._number)})"] = content
