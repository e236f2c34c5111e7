# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Secrets on their way: sealing between tasks, and telling what is a secret.

A sealed value is a Fernet token (AES-128-CBC with HMAC-SHA256) behind a prefix, made with a key that lives for one run.
Registered variables, fact caches and job artifacts then hold ciphertext only.
"""

from __future__ import annotations

import re
import traceback

from ._errors import MissingLibraryError, ValidationError

try:
    from cryptography.fernet import Fernet, InvalidToken
except ImportError:
    Fernet = None
    InvalidToken = ValueError
    FERNET_IMPORT_ERROR = traceback.format_exc()
else:
    FERNET_IMPORT_ERROR = None

SEALED_PREFIX = "sealed-v1:"

# Names of Configuration Server options that hold a secret, whoever wrote them: the value is masked wherever it is shown.
_SECRET_NAME = re.compile(r"(password|passwd|passphrase|pwd|pkey|secret|credentials?|private[-_. ]?key|api[-_. ]?key|token)$", re.IGNORECASE)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


class Seal:
    """Seals and opens secrets with the key of one run (44 characters, URL-safe base64 of 32 bytes)."""

    def __init__(self, key: str, option: str = "seal_key") -> None:
        if Fernet is None:
            raise MissingLibraryError("cryptography", FERNET_IMPORT_ERROR)
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
            return self._fernet.decrypt(sealed[len(SEALED_PREFIX) :].encode("utf-8")).decode("utf-8")
        except InvalidToken as error:
            raise ValidationError(f"{where} holds a sealed value that seal_key does not open: pass the seal_key of the same run that sealed it") from error


def open_sealed(value: str, seal: Seal | None, where: str) -> str:
    """``value`` itself, or what is sealed in it."""
    if not is_sealed(value):
        return value
    if seal is None:
        raise ValidationError(f"{where} holds a sealed value: give seal_key, the key of the run that sealed it")
    return seal.open(value, where)


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
