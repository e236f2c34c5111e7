#!/usr/bin/python
# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: purecloud_idp_info
short_description: Read the identity providers of a PureCloud organization
version_added: 0.1.0
author:
  - genesys.hybrid contributors (@genesys-hybrid)
description:
  - Reads all SAML identity providers of a PureCloud (Genesys Cloud) organization, of every kind, with their certificates and when these expire.
  - It makes a request for the list and one for each provider.
extends_documentation_fragment:
  - genesys.hybrid.purecloud
  - genesys.hybrid.attributes.info_module
  - genesys.hybrid.attributes.query
  - genesys.hybrid.attributes.action_group_purecloud
requirements:
  - cryptography
seealso:
  - module: genesys.hybrid.purecloud_idp
"""

EXAMPLES = r"""
- name: All identity providers
  genesys.hybrid.purecloud_idp_info:
    region: eu-central-1
    client_id: "{{ vault_purecloud_client_id }}"
    client_secret: "{{ vault_purecloud_client_secret }}"
  register: purecloud

- name: Which providers have an expired certificate? The connection is taken from GENESYSCLOUD_* variables
  genesys.hybrid.purecloud_idp_info:
    query: "[?certificates[?expired]].id"

- name: Who has which issuer?
  genesys.hybrid.purecloud_idp_info:
    query: "[?issuer_uri].{id: id, issuer: issuer_uri, disabled: disabled}"
"""

RETURN = r"""
idps:
  description:
    - The identity providers, sorted by ID, or what O(query) made of them.
    - What a kind of provider does not have, or PureCloud does not say, is V(null).
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The kind of identity provider, such as V(pureengage), V(generic) or V(purecloud) for PureCloud's own; the ID of a custom one.
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
      description: The SAML binding of RV(idps[].slo_uri).
      type: str
      sample: urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect
    sso_binding:
      description: The SAML binding of RV(idps[].sso_target_uri).
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
        not_valid_after:
          description: The end of the certificate's validity, as an ISO 8601 date-time in UTC; V(null) for what is no certificate.
          type: str
          sample: "2031-06-30T12:00:00Z"
        expired:
          description: Whether the certificate has expired; V(null) for what is no certificate.
          type: bool
          sample: false
    auto_provision_users:
      description: Whether users are created when they first sign in. Only V(pureengage) has this.
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
      description: Whether PureCloud compresses its authentication requests. Only V(generic) and custom providers have this.
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

from ansible_collections.genesys.hybrid.plugins.module_utils._module import QUERY_OPTION, Spec, information, main
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.identity_providers import description, read_providers


def prepare(client, params, context):
    idps = [description(entity) for entity in read_providers(client)]
    return information("idps", sorted(idps, key=lambda idp: idp["id"]), params["query"])


SPEC = Spec(connection=PURECLOUD, options=QUERY_OPTION, prepare=prepare, read_only=True)

if __name__ == "__main__":
    main(SPEC)
