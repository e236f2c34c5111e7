# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Do certificate, key and password of the object work, alone and with the identity provider? One check for each fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from . import _certificates, _saml
from ._errors import ValidationError
from ._saml_assertion import signature_problem, signed_assertion
from ._verify import PROVISION, WARNING, Check, Options, error, judged, ok, skipped, value

NEW_PAIR = f"give another key pair, or set hybrid_saml_generate, then {PROVISION}"
IDENTIFIERS = (
    "saml_certificate",
    "saml_certificate_validity",
    "saml_certificate_expiry",
    "idp_certificate",
    "saml_key",
    "saml_key_strength",
    "saml_key_match",
    "saml_signature",
)


def material_checks(options: Options, provider_certificates: Sequence[str] | None, expiry_days: int) -> list[Check]:
    """``provider_certificates`` is None when there is no provider, or it cannot be read."""
    if "saml" not in options:
        return [skipped(identifier, "the object has no section saml") for identifier in IDENTIFIERS]
    checks, certificate = _certificate_checks(value(options, "saml", "certificate"), expiry_days)
    checks.append(_provider_check(value(options, "saml", "certificate"), certificate, provider_certificates))
    key_checks, key = _key_checks(options, certificate)
    checks += key_checks
    checks.append(_signature_check(value(options, "saml", "issuer"), key, provider_certificates, checks))
    return checks


def _certificate_checks(text: str, expiry_days: int) -> tuple[list[Check], Any]:
    names = IDENTIFIERS[:3]
    if not text:
        return [skipped(name, "saml/certificate is missing") for name in names], None
    try:
        certificate = _certificates.parse(text, "saml/certificate")
    except ValidationError as refusal:
        return [error(names[0], refusal.message, NEW_PAIR), *(skipped(name, "saml/certificate cannot be read") for name in names[1:])], None
    described = _certificates.described(text)
    problem = _certificates.validity_problem(certificate)
    ends = _certificates.valid_until(certificate)
    checks = [ok(names[0], described), judged(names[1], problem is None, "valid now", f"the certificate {described} {problem}", NEW_PAIR)]
    if problem:
        return [*checks, skipped(names[2], "the certificate is not valid now")], certificate
    soon = ends - datetime.now(timezone.utc) < timedelta(days=expiry_days)
    fix = "run the playbook genesys.hybrid.rotate_certificate, or give another key pair"
    return [*checks, judged(names[2], not soon, f"until {ends:%Y-%m-%d}", f"the certificate expires on {ends:%Y-%m-%d}", fix, WARNING)], certificate


def _provider_check(text: str, certificate: Any, provider_certificates: Sequence[str] | None) -> Check:
    if certificate is None or provider_certificates is None:
        return skipped("idp_certificate", "there are not two certificates to compare")
    same = _certificates.fingerprint(text) in map(_certificates.fingerprint, provider_certificates)
    held = ", ".join(_certificates.described(other) for other in provider_certificates) or "none"
    problem = f"the certificate of the object, {_certificates.described(text)}, is none of the identity provider's, which are: {held}"
    return judged("idp_certificate", same, "the identity provider has it, too", problem, f"{PROVISION}, which writes hybrid_saml_certificate into both")


def _key_checks(options: Options, certificate: Any) -> tuple[list[Check], Any]:
    names = IDENTIFIERS[4:7]
    text, password = value(options, "saml", "pkey"), value(options, "saml", "password")
    if not (text and password):
        return [skipped(name, "saml/pkey or saml/password is missing, or hidden by the server") for name in names], None
    try:
        key = _saml.open_key(text, password)
    except ValidationError as refusal:
        sentence = refusal.message.replace("private_key_password", "saml/password").replace("private_key", "saml/pkey")
        return [error(names[0], sentence, NEW_PAIR), *(skipped(name, "the key does not open") for name in names[1:])], None
    problem = _saml.strength_problem(key.public_key())
    checks = [
        ok(names[0], "encrypted, and the password opens it"),
        judged(names[1], problem is None, f"{key.key_size} bits", f"saml/pkey has only {key.key_size} bits", NEW_PAIR),
    ]
    if certificate is None:
        return [*checks, skipped(names[2], "there is no certificate to compare with")], key
    matches = _saml.matching_problem(key, certificate) is None
    return [*checks, judged(names[2], matches, "the certificate is the key's", "saml/certificate is not that of saml/pkey", NEW_PAIR)], key


def _signature_check(issuer: str, key: Any, provider_certificates: Sequence[str] | None, before: Sequence[Check]) -> Check:
    """An assertion is signed with the object's key and verified with the provider's certificates, unless it is known already that this must fail."""
    if key is None or provider_certificates is None:
        return skipped("saml_signature", "there is no key that opens, or no identity provider")
    if any(check.id in ("idp_certificate", "saml_key_match") and check.status == "error" for check in before):
        return skipped("saml_signature", "key and identity provider do not have the same certificate")
    assertion, problems = signed_assertion(issuer, key), []
    for text in provider_certificates:
        try:
            problem = signature_problem(assertion, _certificates.parse(text, "certificate"))
        except ValidationError:
            problem = "cannot be verified: the certificate of the provider cannot be read"
        if problem is None:
            return ok("saml_signature", "an assertion signed with the object's key is valid for the identity provider")
        problems.append(problem)
    return error("saml_signature", f"an assertion signed with the object's key {'; or '.join(dict.fromkeys(problems))}", NEW_PAIR)
