# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Secrets on their way: sealing between tasks, and telling what is a secret.

A sealed value is a Fernet token (AES-128-CBC with HMAC-SHA256) behind a prefix, made with a key that lives for one run.
Registered variables, fact caches and job artifacts then hold ciphertext only.
"""

from __future__ import annotations

import base64
import html
import re
import traceback
from urllib.parse import unquote_plus

from ._errors import MissingLibraryError, ValidationError

SEALED_PREFIX = "sealed-v1:"

# Names of Configuration Server options that hold a secret, whoever wrote them: the value is masked wherever it is shown.
_SECRET_NAME = re.compile(
    r"password|passwd|passphrase|passcode|secret|credential"
    r"|(pass|pwd|pkey|token|(private|api|access|signing|encryption)[-_. ]?key)[-_. ]?\d*$|^(auth|pin|salt)$",
    re.IGNORECASE,
)
_TELLING = 6  # characters of a secret in a row
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


class Seal:
    """Seals and opens secrets with the key of one run (44 characters, URL-safe base64 of 32 bytes)."""

    def __init__(self, key: str, option: str = "seal_key") -> None:
        # Imported here because it takes long, and Ansible loads what uses this file for other things in every one of its worker processes.
        try:
            from cryptography.fernet import Fernet, InvalidToken
        except ImportError as error:
            raise MissingLibraryError("cryptography", traceback.format_exc()) from error
        self._invalid = InvalidToken
        try:
            if len(key) != 44:
                raise ValueError
            self._fernet = Fernet(key)
        except (ValueError, TypeError) as error:
            raise ValidationError(f"{option} must be a Fernet key: 32 random bytes in URL-safe base64 (44 characters)") from error

    def seal(self, secret: str) -> str:
        return SEALED_PREFIX + self._fernet.encrypt(secret.encode("utf-8")).decode("ascii")

    def open(self, sealed: str, where: str) -> str:
        """The secret inside ``sealed``; ``where`` names the option that holds it, for the error."""
        try:
            return self._fernet.decrypt(sealed.removeprefix(SEALED_PREFIX).encode("utf-8")).decode("utf-8")
        except self._invalid as error:
            raise ValidationError(f"{where} holds a sealed value that seal_key does not open: pass the seal_key of the same run that sealed it") from error


def open_sealed(value: str, seal: Seal | None, where: str) -> str:
    """``value`` itself, or what is sealed in it."""
    if not is_sealed(value):
        return value
    if seal is None:
        raise ValidationError(f"{where} holds a sealed value: give seal_key, the key of the run that sealed it")
    return seal.open(value, where)


def repeats(text: str, secret: str) -> bool:
    """True when ``text`` repeats ``secret``, or six characters of it in a row, in any encoding that an error message of a server may use.

    A server echoes a value shortened, escaped (also twice), or with other line breaks. Compared are letters and digits only, after undoing
    URL, HTML and JSON escapes, and the base64 of the secret at each of its three alignments, which also finds it inside ``user:password``.
    """
    readings = {text}
    for _round in range(2):
        readings |= {undo(reading) for reading in readings for undo in (unquote_plus, html.unescape, _unescaped)}
    squeezed = [_letters_and_digits(reading) for reading in readings]
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = [base64.b64encode(b"\0" * shift + raw).decode("ascii")[shift + 1 : -4 if len(raw) > 8 else None] for shift in range(3)]
    for form in filter(None, map(_letters_and_digits, [secret, *encoded])):
        width = min(_TELLING, len(form))
        pieces = {form[start : start + width] for start in range(len(form) - width + 1)}
        if any(piece in reading for reading in squeezed for piece in pieces):
            return True
    return any(secret in reading for reading in readings)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else _ESCAPES.get(match[2], match[2]), text)


def _letters_and_digits(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def is_sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SEALED_PREFIX)


def is_masked(value: object) -> bool:
    """True for a value that a server shows instead of a secret: asterisks only. Such a value is unknown and never written back."""
    return isinstance(value, str) and bool(value) and not value.strip("*")


def is_private_key(text: str) -> bool:
    return bool(_PRIVATE_KEY.search(text))


def looks_secret(option: str, value: str = "") -> bool:
    """True when an option's name, or its value, says that it holds a secret."""
    return bool(_SECRET_NAME.search(option)) or is_private_key(value) or is_sealed(value)
