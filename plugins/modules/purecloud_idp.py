#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_idp
short_description: Manage the PureEngage identity provider of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Creates, updates or deletes the SAML identity provider through which users of an on-premises PureEngage deployment sign in to a
    PureCloud (Genesys Cloud) organization. The generic identity provider can be managed in the same way.
  - PureCloud replaces the whole provider at each change. The module therefore reads it, changes what was asked for and keeps everything else,
    also attributes that it does not know, and reads it again to prove the result.
  - Certificates are compared by the SHA-256 fingerprint of their DER form, however they are wrapped.
  - The three troubleshooting rules of the guide "Provisioning PureEngage Hybrid Integrations" are caught so, also when nothing changes and in check mode.
  - The provider must create users. A PureEngage provider whose O(auto_provision_users) is not, or would not be, V(true) causes a warning.
  - No two issuers may have the same URI. When another provider of the organization, of any kind and even if it is disabled, has the issuer that this
    one has or would have, the task fails, names that provider and writes nothing.
  - The issuer in the SAML assertions must be that of the provider. This module does not see the assertions, whose issuer comes from the option
    C(issuer) in section C(saml) of the transaction object C(hybrid_integration). Feed O(issuer_uri) and that option from one variable.
  - A task that changes nothing makes three requests, one for a token, and one more for each other provider but PureCloud's own.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes
  - genesys.hybrid.attributes.idempotent
  - genesys.hybrid.attributes.action_group_purecloud
options:
  provider:
    description:
      - The kind of identity provider. An organization has at most one of each.
    type: str
    choices: [pureengage, generic]
    default: pureengage
  name:
    description:
      - The display name. A new provider is named V(PureEngage), or V(Generic), when nothing is given.
    type: str
  issuer_uri:
    description:
      - The issuer of the SAML assertions, character by character as the assertions carry it. It must equal the option C(issuer) in
        section C(saml) of the transaction object C(hybrid_integration), and must not be the issuer of another identity provider.
      - Needed to create the provider.
    type: str
  sso_target_uri:
    description:
      - Where PureCloud sends users to sign in.
      - Needed to create the provider.
    type: str
  slo_uri:
    description:
      - Where PureCloud sends users to sign out.
    type: str
  slo_binding:
    description:
      - The SAML binding of O(slo_uri).
    type: str
  sso_binding:
    description:
      - The SAML binding of O(sso_target_uri).
    type: str
    choices:
      - urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST
      - urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect
  relying_party_identifier:
    description:
      - The name under which the identity provider knows PureCloud.
    type: str
  name_identifier_format:
    description:
      - The format of the name identifier in assertions.
    type: str
    choices:
      - urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified
      - urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
      - urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName
      - urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName
      - urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos
      - urn:oasis:names:tc:SAML:2.0:nameid-format:entity
      - urn:oasis:names:tc:SAML:2.0:nameid-format:persistent
      - urn:oasis:names:tc:SAML:2.0:nameid-format:transient
  certificate:
    description:
      - The X.509 certificate that verifies the assertions, in PEM format (with line breaks, or on one line with spaces), as base64 of its DER form, or
        as base64 of its PEM format.
      - This or O(certificates) is needed to create the provider. An expired certificate causes a warning.
    type: str
  certificates:
    description:
      - The certificate in use and a backup, in the same formats as O(certificate). These are then all certificates of the provider.
    type: list
    elements: str
  kept_certificates:
    description:
      - Certificates that stay if the provider holds them now, because somebody still signs with their keys, as far as there is room beside O(certificate) or
        O(certificates). None of them is added.
    type: list
    elements: str
  auto_provision_users:
    description:
      - Whether users who sign in for the first time are created in PureCloud. Only for O(provider=pureengage), where it must be V(true) for
        a hybrid integration to work; a new provider gets V(true) when nothing is given, and V(false) causes a warning.
    type: bool
  disabled:
    description:
      - Whether the provider is switched off. A new provider is switched on when nothing is given.
    type: bool
  sign_authn_requests:
    description:
      - Whether PureCloud signs its authentication requests.
    type: bool
  force_authn:
    description:
      - Whether PureCloud asks the identity provider to authenticate users anew each time.
    type: bool
  provider_name:
    description:
      - The name shown on the sign-in page.
    type: str
  display_on_login:
    description:
      - Whether the provider is shown on the sign-in page.
    type: bool
  endpoint_compression:
    description:
      - Whether PureCloud compresses its authentication requests. Only for O(provider=generic).
    type: bool
  metadata_url:
    description:
      - Where the identity provider publishes its SAML metadata.
    type: str
  logo_image_data:
    description:
      - The logo on the sign-in page, as an SVG in base64.
    type: str
  state:
    description:
      - Whether the provider exists.
    type: str
    choices: [present, absent]
    default: present
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.purecloud_idp_info
"""

EXAMPLES = r"""
- name: The identity provider of the requirement document's sample request
  genesys.hybrid.purecloud_idp:
    region: us-east-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
    name: PureEngage
    auto_provision_users: true
    certificate: "{{ lookup('ansible.builtin.file', 'saml.pem') }}"
    issuer_uri: http://www.genesys.com/pureengage
    sso_target_uri: http://example.com/target
    disabled: false

- name: Add a backup certificate before the present one expires
  genesys.hybrid.purecloud_idp:
    certificates:
      - "{{ lookup('ansible.builtin.file', 'saml.pem') }}"
      - "{{ lookup('ansible.builtin.file', 'saml-next.pem') }}"

- name: Remove the provider
  genesys.hybrid.purecloud_idp:
    state: absent
"""

RETURN = r"""
idp:
  description: The provider as it is, or in check mode as it would be. V(null) when it is absent.
  returned: success
  type: dict
  contains:
    id:
      description: The kind of identity provider.
      type: str
      sample: pureengage
    name:
      description: The display name.
      type: str
      sample: PureEngage
    issuer_uri:
      description: The issuer of the SAML assertions.
      type: str
      sample: http://www.genesys.com/pureengage
    sso_target_uri:
      description: Where users sign in.
      type: str
      sample: http://example.com/target
    slo_uri:
      description: Where users sign out.
      type: str
      sample: http://example.com/logout
    slo_binding:
      description: The SAML binding of RV(idp.slo_uri).
      type: str
      sample: urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect
    sso_binding:
      description: The SAML binding of RV(idp.sso_target_uri).
      type: str
      sample: urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST
    relying_party_identifier:
      description: The name under which the identity provider knows PureCloud.
      type: str
      sample: https://login.mypurecloud.com/saml
    name_identifier_format:
      description: The format of the name identifier in assertions.
      type: str
      sample: urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
    certificates:
      description: The certificates.
      type: list
      elements: dict
      contains:
        fingerprint:
          description: The SHA-256 fingerprint of the DER form.
          type: str
          sample: SHA256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        description:
          description: Subject, last day of validity and fingerprint.
          type: str
          sample: CN=pureengage.example.com, valid to 2031-06-30, SHA256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        pem:
          description: The certificate in PEM format.
          type: str
          sample: "-----BEGIN CERTIFICATE-----\n..."
    auto_provision_users:
      description: Whether users are created when they first sign in. Only for O(provider=pureengage).
      type: bool
      sample: true
    disabled:
      description: Whether the provider is switched off.
      type: bool
      sample: false
    sign_authn_requests:
      description: Whether PureCloud signs its authentication requests.
      type: bool
      sample: false
    force_authn:
      description: Whether users are authenticated anew each time.
      type: bool
      sample: false
    endpoint_compression:
      description: Whether PureCloud compresses its authentication requests. Only for O(provider=generic).
      type: bool
      sample: false
    provider_name:
      description: The name shown on the sign-in page.
      type: str
      sample: PureEngage
    display_on_login:
      description: Whether the provider is shown on the sign-in page.
      type: bool
      sample: true
    metadata_url:
      description: Where the identity provider publishes its SAML metadata.
      type: str
      sample: https://sso.example.com/metadata
    logo_image_data:
      description: The logo on the sign-in page.
      type: str
      sample: PHN2ZyB4bWxucz0i...
"""

from ansible_collections.genesys.hybrid.plugins.module_utils._module import Spec, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.identity_providers import (
    NAME_IDENTIFIER_FORMATS,
    PROVIDERS,
    SSO_BINDINGS,
    ManagedProvider,
)
from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import Prepared, diff_of


def prepare(client, params, context):
    managed = ManagedProvider(client, params, context.warn, context.register_secret)
    diff = diff_of("idp", managed.provider, managed.plan)
    return Prepared(managed.plan.changed, diff, {"idp": managed.predicted()}, lambda: {"idp": managed.apply()})


SPEC = Spec(
    connection=PURECLOUD,
    options={
        "provider": {"type": "str", "choices": list(PROVIDERS), "default": "pureengage"},
        "name": {"type": "str"},
        "issuer_uri": {"type": "str"},
        "sso_target_uri": {"type": "str"},
        "slo_uri": {"type": "str"},
        "slo_binding": {"type": "str"},
        "sso_binding": {"type": "str", "choices": list(SSO_BINDINGS)},
        "relying_party_identifier": {"type": "str"},
        "name_identifier_format": {"type": "str", "choices": list(NAME_IDENTIFIER_FORMATS)},
        "certificate": {"type": "str"},
        "certificates": {"type": "list", "elements": "str"},
        "kept_certificates": {"type": "list", "elements": "str"},
        "auto_provision_users": {"type": "bool"},
        "disabled": {"type": "bool"},
        "sign_authn_requests": {"type": "bool"},
        "force_authn": {"type": "bool"},
        "endpoint_compression": {"type": "bool"},
        "provider_name": {"type": "str"},
        "display_on_login": {"type": "bool"},
        "metadata_url": {"type": "str"},
        "logo_image_data": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    prepare=prepare,
    constraints={"mutually_exclusive": [("certificate", "certificates")]},
)

if __name__ == "__main__":
    main(SPEC)
