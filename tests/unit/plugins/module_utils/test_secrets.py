# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import SEALED_PREFIX, Seal, is_masked, is_sealed, looks_secret, open_sealed

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.mark.parametrize("secret", ["s3cret", "", "ümläut\nline", "x" * 8192])
def test_a_seal_opens_what_it_sealed(secret):
    sealed = Seal(KEY).seal(secret)
    assert is_sealed(sealed)
    assert sealed.startswith(SEALED_PREFIX)
    assert not secret or secret not in sealed
    assert open_sealed(sealed, Seal(KEY), "option") == secret


def test_two_seals_of_one_secret_differ():
    assert Seal(KEY).seal("x") != Seal(KEY).seal("x")


def test_another_key_does_not_open():
    with pytest.raises(ValidationError, match="^secret_options.ewt.password holds a sealed value that seal_key does not open"):
        open_sealed(Seal(KEY).seal("x"), Seal(KEY[::-1].strip("=") + "="), "secret_options.ewt.password")


def test_a_sealed_value_needs_a_key_and_a_plain_one_does_not():
    assert open_sealed("plain", None, "option") == "plain"
    with pytest.raises(ValidationError, match="^option holds a sealed value: give seal_key"):
        open_sealed(Seal(KEY).seal("x"), None, "option")


@pytest.mark.parametrize("key", ["short", "", "ä" * 44, KEY + KEY])
def test_a_bad_key_is_refused_without_being_quoted(key):
    with pytest.raises(ValidationError) as caught:
        Seal(key)
    assert "seal_key must be a Fernet key" in str(caught.value)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(("value", "masked"), [("****", True), ("*", True), ("", False), ("a*", False), (None, False), ("** **", False)])
def test_masked(value, masked):
    assert is_masked(value) is masked


@pytest.mark.parametrize(
    ("option", "value", "secret"),
    [
        ("password", "", True),
        ("pkey", "", True),
        ("client_secret", "", True),
        ("dbPassword", "", True),
        ("private-key", "", True),
        ("client_id", "", False),
        ("password1", "", True),
        ("secret_key", "", True),
        ("access_key", "", True),
        ("db_pass", "", True),
        ("passcode", "", True),
        ("auth", "", True),
        ("base_auth_url", "", False),
        ("token_url", "", False),
        ("key", "", False),
        ("issuer", "", False),
        ("certificate", "-----BEGIN CERTIFICATE----- x", False),
        ("material", "-----BEGIN ENCRYPTED PRIVATE KEY----- x", True),
        ("anything", SEALED_PREFIX + "x", True),
    ],
)
def test_what_looks_secret(option, value, secret):
    assert looks_secret(option, value) is secret
