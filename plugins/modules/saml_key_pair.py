#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: saml_key_pair
short_description: Check or make the certificate and the private key that sign SAML assertions
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Checks that a certificate, its private key and the key's password belong together, that the certificate is valid now, and that the key is an encrypted
    RSA key of at least 2048 bits. With O(generate), makes new ones where there are none or these are not fine.
  - Nothing is written to a disk or to a server, and nothing leaves the module unencrypted but the certificate. What is made exists only in the result, so hand
    it to M(genesys.hybrid.purecloud_idp) and M(genesys.hybrid.cfgserver_transaction) in the same run.
extends_documentation_fragment:
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.idempotent
options:
  certificate:
    description:
      - The certificate, in PEM format with or without line breaks, as the base64 of its DER form, or as the base64 of its PEM form.
      - Required together with O(private_key) and O(private_key_password), unless O(generate) makes all three. An empty text counts as not given.
    type: str
  private_key:
    description:
      - The encrypted private key in PEM format, in plain or sealed with O(seal_key).
      - V((masked\)), which M(genesys.hybrid.cfgserver_transaction_info) returns when the server hides secrets, stands for a key that cannot be checked.
        Then only O(certificate) is.
    type: str
  private_key_password:
    description:
      - The password of the private key, in plain or sealed with O(seal_key), or V((masked\)).
    type: str
  generate:
    description:
      - Whether to make a new key pair when none is given, or the given one is not fine. Without this the latter is an error.
    type: bool
    default: false
  force:
    description:
      - Whether to make a new key pair in any case. It needs O(generate).
    type: bool
    default: false
  common_name:
    description:
      - The common name in a new certificate.
    type: str
    default: pureengage
  key_size:
    description:
      - The bits of a new key.
    type: int
    choices: [3072, 4096]
    default: 3072
  valid_days:
    description:
      - How long a new certificate is valid, from 1 to 3650 days.
    type: int
    default: 730
  seal_key:
    description:
      - A Fernet key, 32 random bytes in URL-safe base64, that seals the private key and its password in the result. Required with O(generate).
    type: str
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.cfgserver_transaction
  - module: genesys.hybrid.purecloud_idp
"""

EXAMPLES = r"""
- name: Do these belong together?
  genesys.hybrid.saml_key_pair:
    certificate: "{{ hybrid_saml_certificate }}"
    private_key: "{{ vault_saml_private_key }}"
    private_key_password: "{{ vault_saml_private_key_password }}"

- name: A new key pair for two years
  genesys.hybrid.saml_key_pair:
    generate: true
    key_size: 4096
    seal_key: "{{ hybrid_seal_key }}"
  register: saml

- name: Give it to the components on premises
  genesys.hybrid.cfgserver_transaction:
    name: hybrid_integration
    options:
      saml:
        certificate: "{{ saml.certificate }}"
    secret_options:
      saml:
        pkey: "{{ saml.sealed_private_key }}"
        password: "{{ saml.sealed_private_key_password }}"
    seal_key: "{{ hybrid_seal_key }}"
"""

RETURN = r"""
certificate:
  description:
    - The certificate, as it was given, or a new one in PEM format on one line, as the transaction object takes it.
    - V((known after apply\)) in check mode for one that is still to be made.
  returned: success
  type: str
  sample: "-----BEGIN CERTIFICATE----- MIIE... -----END CERTIFICATE-----"
description:
  description: Subject, last day of validity and fingerprint of the certificate.
  returned: success
  type: str
  sample: CN=pureengage, valid to 2028-11-28, SHA256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
reason:
  description: Why a new key pair was made; an empty text when the given one is fine.
  returned: success
  type: str
  sample: certificate expired on 2026-01-31
sealed_private_key:
  description: The private key, encrypted with its password, and that sealed with O(seal_key).
  returned: when O(seal_key) is given and the key is not masked
  type: str
  sample: sealed-v1:gAAAA...
sealed_private_key_password:
  description: The password of the private key, sealed with O(seal_key).
  returned: when O(seal_key) is given and the key is not masked
  type: str
  sample: sealed-v1:gAAAA...
"""

from ansible_collections.genesys.hybrid.plugins.module_utils import _certificates, _saml
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import ValidationError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._options import NO_CONNECTION
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY, MASKED, Prepared
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import Seal, open_sealed

_NAMES = ("certificate", "private_key", "private_key_password")
_SEALED = ("sealed_private_key", "sealed_private_key_password")
LONGEST_VALIDITY = 3650  # days


def prepare(_client, params, context):
    seal = Seal(params["seal_key"]) if params["seal_key"] else None
    _check_wishes(params, seal)
    given = {name: open_sealed(params[name] or "", seal, name) for name in _NAMES}
    for name in _NAMES[1:]:
        context.register_secret(given[name] if given[name] != MASKED else "")
    reason = "force is true" if params["force"] else _problem(given)
    if reason and not params["generate"]:
        raise ValidationError(reason)
    before = {"certificate": _certificates.described(given["certificate"])} if given["certificate"] else {}
    if not reason:
        return Prepared(False, {"before": before, "after": before}, _kept(given, seal), dict)
    if before:
        context.warn(f"a new SAML key pair replaces the present one: {reason}")
    unknown = dict.fromkeys(("certificate", "description", *_SEALED), KNOWN_AFTER_APPLY)
    return Prepared(True, _difference(before, KNOWN_AFTER_APPLY), {**unknown, "reason": reason}, lambda: _made(params, seal, before, reason, context))


def _check_wishes(params, seal):
    if params["force"] and not params["generate"]:
        raise ValidationError("force makes a new key pair only with generate: set generate to true as well")
    if params["generate"] and seal is None:
        raise ValidationError("generate needs seal_key, which seals the new private key in the result: give 32 random bytes in URL-safe base64")
    if not 1 <= params["valid_days"] <= LONGEST_VALIDITY:
        raise ValidationError(f"valid_days is {params['valid_days']}: give a number of days from 1 to {LONGEST_VALIDITY}, such as 730")
    if not 1 <= len(params["common_name"]) <= _saml.LONGEST_COMMON_NAME:
        raise ValidationError(f"common_name has {len(params['common_name'])} characters: give 1 to {_saml.LONGEST_COMMON_NAME}")


def _problem(given):
    """What is wrong with the material, as a sentence; empty when it is fine as far as it can be read."""
    missing = [name for name in _NAMES if not given[name]]
    if len(missing) == len(_NAMES):
        return "there is no key pair: give certificate, private_key and private_key_password"
    if missing:
        return f"{' and '.join(missing)} is missing: give certificate, private_key and private_key_password together"
    try:
        if MASKED in given.values():
            problem = _certificates.validity_problem(_certificates.parse(given["certificate"], "certificate"))
            return f"certificate {problem}: give one that is valid now" if problem else ""
        _saml.check(_saml.Material(*(given[name] for name in _NAMES)))
    except ValidationError as error:
        return error.message
    return ""


def _kept(given, seal):
    result = {"certificate": given["certificate"], "description": _certificates.described(given["certificate"]), "reason": ""}
    if seal is not None and MASKED not in given.values():
        result.update(zip(_SEALED, (seal.seal(given[name]) for name in _NAMES[1:])))
    return result


def _made(params, seal, before, reason, context):
    material = _saml.generate(params["common_name"], params["key_size"], params["valid_days"])
    context.register_secret(material.private_key)
    context.register_secret(material.password)
    made = _kept(dict(zip(_NAMES, (material.certificate, material.private_key, material.password))), seal)
    return {**made, "reason": reason, "diff": _difference(before, made["description"])}


def _difference(before, description):
    return {"before": before, "after": {"certificate": description}}


SPEC = Spec(
    connection=NO_CONNECTION,
    options={
        "certificate": {"type": "str"},
        "private_key": {"type": "str", "no_log": True},
        "private_key_password": {"type": "str", "no_log": True},
        "generate": {"type": "bool", "default": False},
        "force": {"type": "bool", "default": False},
        "common_name": {"type": "str", "default": "pureengage"},
        "key_size": {"type": "int", "choices": [3072, 4096], "default": 3072, "no_log": False},
        "valid_days": {"type": "int", "default": 730},
        "seal_key": {"type": "str", "no_log": True},
    },
    prepare=prepare,
)

if __name__ == "__main__":
    main(SPEC)
