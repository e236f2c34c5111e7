# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The assertion that role verify signs is one for others, too: signxml, which canonicalizes and verifies by itself, accepts it and finds every change."""

from __future__ import annotations

import pytest
from lxml import etree
from signxml import InvalidSignature, XMLVerifier

from ansible_collections.genesys.hybrid.plugins.module_utils import _certificates, _saml
from ansible_collections.genesys.hybrid.plugins.module_utils._saml_assertion import signed_assertion

ISSUER = "http://www.genesys.com/pureengage?a=1&b=<2>\r\nü"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"


@pytest.fixture(scope="module")
def material():
    return _saml.generate("pureengage", 3072, 730)


@pytest.fixture(scope="module")
def xml(material):
    return signed_assertion(ISSUER, _saml.open_key(material.private_key, material.password)).xml


def verified(xml, material):
    return XMLVerifier().verify(xml.encode("utf-8"), x509_cert=_certificates.pem(material.certificate), id_attribute="ID").signed_xml


def test_the_assertion_of_the_key_is_valid_for_the_certificate(xml, material):
    signed = verified(xml, material)
    assert (signed.tag, signed.find(f"{SAML}Issuer").text) == (f"{SAML}Assertion", ISSUER)
    # Digest and signature were made of what canonicalization yields, so it must be canonical already.
    assert etree.tostring(etree.fromstring(xml.encode("utf-8")), method="c14n", exclusive=True).decode("utf-8").replace("<ds:SignedInfo>", "") == xml.replace(
        '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">', ""
    )


@pytest.mark.parametrize(
    ("old", "new"), [("verify</saml:NameID>", "someone</saml:NameID>"), ("pureengage", "other"), ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA")]
)
def test_a_change_is_found(xml, material, old, new):
    with pytest.raises(InvalidSignature):
        verified(xml.replace(old, new), material)


def test_another_certificate_does_not_verify_it(xml):
    with pytest.raises(InvalidSignature):
        verified(xml, _saml.generate("pureengage", 3072, 730))
