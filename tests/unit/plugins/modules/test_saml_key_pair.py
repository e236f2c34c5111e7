# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML material: made, checked, refused; and the assertion that proves that a key and a certificate work together."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ansible_collections.genesys.hybrid.plugins.module_utils import _certificates, _saml
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.module_utils._saml_assertion import signature_problem, signed_assertion
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal
from ansible_collections.genesys.hybrid.plugins.modules.saml_key_pair import SPEC
from unit.plugins.modules.saml_support import KEYS, NOT_FOR_SIGNATURES, OTHER_KEY, PASSWORD, certificate, encrypted

SEAL_KEY = Fernet.generate_key().decode("ascii")
GOOD = {"certificate": certificate(KEYS[2048]), "private_key": encrypted(KEYS[2048]), "private_key_password": PASSWORD}


class Task:
    """One run of the module, without AnsibleModule in between."""

    def __init__(self, check=False, **params):
        self.warnings, self.secrets = [], set()
        context = Context(check_mode=check, diff=True, warn=self.warnings.append, register_secret=self.secrets.add)
        defaults = {name: option.get("default") for name, option in SPEC.argument_spec().items()}
        self.result = run(SPEC, {**defaults, **params}, context)

    def opened(self):
        seal = Seal(SEAL_KEY)
        return [self.result["certificate"], *(seal.open(self.result[f"sealed_{name}"], name) for name in ("private_key", "private_key_password"))]


@pytest.fixture(scope="module")
def made():
    return Task(generate=True, seal_key=SEAL_KEY)


def test_a_new_key_pair_belongs_together_and_is_kept(made):
    assert made.result["changed"] and made.warnings == []
    text, key, password = made.opened()
    assert key.startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----") and "\n" not in text
    parsed = _saml.check(_saml.Material(text, key, password))
    assert _saml.open_key(key, password).key_size == 3072
    assert (_certificates.valid_until(parsed) - datetime.now(timezone.utc)).days in (729, 730)
    assert made.secrets >= {key, password} and not any(secret in json.dumps(made.result) for secret in (key, password))

    again = Task(generate=True, seal_key=SEAL_KEY, certificate=text, private_key=made.result["sealed_private_key"], private_key_password=password)
    assert (again.result["changed"], again.result["diff"]["before"], again.result["reason"]) == (False, again.result["diff"]["after"], "")
    assert again.opened() == made.opened()


def test_check_mode_makes_nothing(monkeypatch):
    monkeypatch.setattr(_saml, "generate", None)
    result = Task(check=True, generate=True, seal_key=SEAL_KEY).result
    assert result["changed"] and result["diff"] == {"before": {}, "after": {"certificate": "(known after apply)"}}
    assert {result[name] for name in ("certificate", "sealed_private_key", "sealed_private_key_password")} == {"(known after apply)"}


SPELLINGS = {
    "PKCS#8": GOOD["private_key"],
    "on one line": " ".join(GOOD["private_key"].split("\n")),
    "with CRLF": GOOD["private_key"].replace("\n", "\r\n"),
    "as base64": base64.b64encode(GOOD["private_key"].encode()).decode(),
    "traditional": encrypted(KEYS[2048], serialization.PrivateFormat.TraditionalOpenSSL),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_key_is_read_in_every_spelling_and_returned_as_it_was_given(spelling):
    task = Task(**{**GOOD, "private_key": spelling}, seal_key=SEAL_KEY)
    assert not task.result["changed"]
    assert task.opened() == [GOOD["certificate"], spelling, PASSWORD]


def damaged(**changes):
    """The good key with other numbers in it."""
    good = KEYS[2048].private_numbers()
    numbers = {name: getattr(good, name) for name in ("p", "q", "d", "dmp1", "dmq1", "iqmp", "public_numbers")}
    return encrypted(rsa.RSAPrivateNumbers(**{**numbers, **changes}).private_key(unsafe_skip_rsa_key_validation=True))


def test_a_key_is_opened_by_an_older_cryptography(monkeypatch):
    load = serialization.load_pem_private_key

    def older(data, password, backend=None, **keywords):
        if keywords:
            raise TypeError(f"load_pem_private_key() got an unexpected keyword argument {next(iter(keywords))!r}")
        return load(data, password)

    monkeypatch.setattr(serialization, "load_pem_private_key", older)
    assert _saml.open_key(GOOD["private_key"], PASSWORD).key_size == 2048
    with pytest.raises(ValidationError, match="private_key_password does not open private_key"):
        _saml.open_key(GOOD["private_key"], "wrong")


REFUSALS = {
    "nothing": (dict.fromkeys(GOOD, ""), "there is no key pair: give certificate"),
    "no password": ({"private_key_password": None}, "private_key_password is missing: give certificate"),
    "wrong password": ({"private_key_password": "wrong"}, "private_key_password does not open private_key"),
    "broken key": ({"private_key": GOOD["private_key"].replace("MII", "MJJ", 1)}, "private_key_password does not open private_key"),
    "no key": ({"private_key": "nonsense"}, "private_key is not a private key in PEM format"),
    "plain key": ({"private_key": encrypted(KEYS[2048], password="")}, "private_key is not encrypted"),
    "elliptic curve": ({"private_key": encrypted(ec.generate_private_key(ec.SECP256R1()))}, "private_key is not an RSA key"),
    "1024 bits": ({"private_key": encrypted(KEYS[1024]), "certificate": certificate(KEYS[1024])}, "private_key has 1024 bits"),
    "damaged exponent": ({"private_key": damaged(d=KEYS[2048].private_numbers().d + 2)}, "private_key is damaged"),
    "damaged remainder": ({"private_key": damaged(dmq1=KEYS[2048].private_numbers().dmq1 + 2)}, "private_key is damaged"),
    "coefficient too large": ({"private_key": damaged(iqmp=KEYS[2048].private_numbers().iqmp + KEYS[2048].private_numbers().p)}, "private_key is damaged"),
    "damaged coefficient": ({"private_key": damaged(iqmp=KEYS[2048].private_numbers().iqmp + 1)}, "private_key is damaged"),
    "another pair": ({"certificate": certificate(OTHER_KEY)}, "certificate is not that of private_key"),
    "no certificate": ({"certificate": "nonsense"}, "certificate is not an X.509 certificate"),
    "expired": ({"certificate": certificate(KEYS[2048], -30, -1)}, "certificate expired on "),
    "not yet valid": ({"certificate": certificate(KEYS[2048], 1, 30)}, "certificate is not valid before "),
    "masked and expired": ({"certificate": certificate(KEYS[2048], -30, -1), "private_key": "(masked)"}, "certificate expired on "),
}


@pytest.mark.parametrize(("change", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_material_that_is_not_fine_is_refused_or_replaced(change, sentence, made, monkeypatch):
    with pytest.raises(ValidationError, match=sentence) as caught:
        Task(**{**GOOD, **change})
    assert PASSWORD not in caught.value.message and "BEGIN PRIVATE" not in caught.value.message
    monkeypatch.setattr(_saml, "generate", lambda *_wishes: _saml.Material(*made.opened()))
    task = Task(**{**GOOD, **change}, generate=True, seal_key=SEAL_KEY)
    assert task.result["changed"] and task.opened() == made.opened()
    assert task.result["reason"].startswith(sentence)
    assert len(task.warnings) == (change.get("certificate") != "")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"force": True}, "force makes a new key pair only with generate"),
        ({"generate": True}, "generate needs seal_key"),
        ({"generate": True, "seal_key": SEAL_KEY, "valid_days": 0}, "valid_days is 0: give a number of days from 1 to 3650"),
        ({"generate": True, "seal_key": SEAL_KEY, "common_name": "x" * 65}, "common_name has 65 characters"),
    ],
)
def test_wrong_wishes_are_refused(wish, sentence):
    with pytest.raises(ValidationError, match=sentence):
        Task(**GOOD, **wish)


def test_force_replaces_what_is_fine():
    task = Task(**GOOD, generate=True, force=True, seal_key=SEAL_KEY, valid_days=10, common_name="next")
    assert task.result["changed"] and task.result["description"].startswith("CN=next, valid to ")
    assert "force is true" in task.warnings[0]


def test_a_key_that_the_server_hides_is_left_alone():
    task = Task(**{**GOOD, "private_key": "(masked)", "private_key_password": "(masked)"}, generate=True, seal_key=SEAL_KEY)
    assert not task.result["changed"] and "sealed_private_key" not in task.result


def test_an_assertion_verifies_with_the_certificate_of_its_key_only():
    assertion = signed_assertion("http://www.genesys.com/pureengage?a=1&b=<2>", KEYS[2048])
    mine, other, not_for_signatures = (
        _certificates.parse(text, "certificate") for text in (GOOD["certificate"], certificate(OTHER_KEY), certificate(KEYS[2048], usage=NOT_FOR_SIGNATURES))
    )
    assert signature_problem(assertion, mine) is None
    assert "not by the key" in signature_problem(assertion, other)
    assert "must not be used for signatures" in signature_problem(assertion, not_for_signatures)
    changed = type(assertion)(assertion.head.replace("b=", "c="), assertion.tail, assertion.signed_info, assertion.signature)
    assert "of another text" in signature_problem(changed, mine)
