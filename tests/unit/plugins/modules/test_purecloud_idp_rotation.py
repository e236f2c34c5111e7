# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rotation of the SAML certificate step by step, against the sandbox; the transaction objects are dictionaries here."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from ansible_collections.genesys.hybrid.plugins.module_utils._certificates import fingerprint
from ansible_collections.genesys.hybrid.plugins.module_utils._errors import HybridError
from ansible_collections.genesys.hybrid.plugins.module_utils._module import Context, run
from ansible_collections.genesys.hybrid.plugins.modules import purecloud_idp_rotation
from unit.plugins.module_utils.purecloud_support import Organization

PASSWORD = "a password that opens"
PROVIDER = "/identityproviders/pureengage"


def material(begins=-1, ends=730, size=2048, password=PASSWORD, key=None):
    key = key or rsa.generate_private_key(public_exponent=65537, key_size=size)
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pureengage.example.com")]), datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now + timedelta(days=begins), now + timedelta(days=ends))
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return {
        "certificate": builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(),
        "private_key": key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode(),
        "private_key_password": PASSWORD,
    }


@pytest.fixture(scope="module")
def materials():
    return {name: material() for name in ("old", "new", "other")}


class Site:
    """An organization whose provider and object hold ``old``."""

    def __init__(self, process, old):
        self.organization = Organization(process)
        self.admin = self.organization.admin
        fields = {"name": "PureEngage", "issuerURI": "urn:premises", "ssoTargetURI": "http://example.com", "autoProvisionUsers": True, "learned": 11}
        self.admin.put(PROVIDER, {**fields, "certificate": old["certificate"], "certificates": [old["certificate"]]})
        own = self.admin.get("/organizations/me")["id"]
        saml = {"certificate": old["certificate"]}
        self.objects = {
            "Environment": {"general": {"organization_id": own}, "saml": saml},
            "Elsewhere": {"general": {"organization_id": "another"}, "saml": dict(saml)},
        }
        self.warnings = []
        self.organization.writes()

    def step(self, new, check=False, write=True, **params):
        objects = [{"tenant": tenant, "name": "hybrid_integration", "options": options} for tenant, options in self.objects.items()]
        spec, info = purecloud_idp_rotation.SPEC, self.organization.process.info
        defaults = {name: option.get("default") for name, option in spec.argument_spec().items()}
        connection = {"api_url": info["purecloud_url"], "client_id": info["client_id"], "client_secret": info["client_secret"], "timeout": 10.0}
        context = Context(check, True, self.warnings.append, lambda secret: None)
        result = run(spec, {**defaults, **connection, **new, "objects": objects, **params}, context)
        for item in result["objects"] if write and not check else ():
            self.objects[item["tenant"]]["saml"]["certificate"] = new["certificate"]
        return result

    def certificates(self):
        entity = self.admin.get(PROVIDER)
        return [fingerprint(text) for text in entity.get("certificates") or [entity["certificate"]]]


@pytest.fixture
def site(sandbox, materials):
    sandbox.control("POST", "reset")
    yield Site(sandbox, materials["old"])
    sandbox.control("POST", "reset")


def test_the_new_certificate_comes_first_then_the_objects_then_the_old_one_goes(site, materials):
    old, new = (fingerprint(materials[name]["certificate"]) for name in ("old", "new"))
    planned = site.step(materials["new"], check=True)
    assert site.organization.writes() == []
    done = site.step(materials["new"], write=False)
    assert planned == done
    assert (site.certificates(), [item["tenant"] for item in done["objects"]], done["finished"]) == ([old, new], ["Environment"], False)
    # As long as an object holds the old one it stays, whatever is asked for.
    assert site.step(materials["new"], remove_old=True, write=False)["changed"] is False
    assert site.step(materials["new"])["wait_seconds"] == 0
    waiting = site.step(materials["new"])
    assert (waiting["changed"], waiting["wait_seconds"], waiting["resumed"]) == (False, 3600, ["pureengage"])
    assert site.certificates() == [old, new]
    assert site.step(materials["new"], remove_old=True)["finished"]
    assert site.certificates() == [new]
    again = site.step(materials["new"], remove_old=True)
    assert (again["changed"], again["finished"], again["wait_seconds"]) == (False, True, 0)
    assert fingerprint(site.objects["Elsewhere"]["saml"]["certificate"]) == old
    assert site.admin.get(PROVIDER)["learned"] == 11
    assert site.warnings == []


def test_the_old_material_turns_it_back(site, materials):
    site.step(materials["new"])
    site.step(materials["old"])
    assert site.step(materials["old"], remove_old=True)["finished"]
    assert site.certificates() == [fingerprint(materials["old"]["certificate"])]


def test_a_rotation_that_somebody_left_half_way_is_named(site, materials):
    site.step(materials["other"], write=False)
    with pytest.raises(HybridError) as caught:
        site.step(materials["new"])
    assert "already holds 2 certificates, and neither is the new one: a rotation to CN=pureengage.example.com" in caught.value.message
    assert fingerprint(materials["other"]["certificate"]) in caught.value.message


def test_what_is_missing_is_said(site, materials):
    objects, site.objects = site.objects, {"Elsewhere": site.objects["Elsewhere"]}
    with pytest.raises(HybridError, match="no transaction object of organization .* has a section saml: run the playbook provision first"):
        site.step(materials["new"])
    site.objects = objects
    site.admin.delete(PROVIDER)
    with pytest.raises(HybridError, match="there is no identity provider pureengage: run the playbook provision first"):
        site.step(materials["new"])


WRONG = {
    "wrong password": ({"private_key_password": "another"}, "private_key_password does not open private_key"),
    "expired": (lambda: material(-30, -1), "certificate expired on "),
    "not yet valid": (lambda: material(2, 30), "certificate is not valid before "),
    "short": (lambda: material(size=1024), "private_key has 1024 bits: give a key of at least 2048 bits"),
    "open": (lambda: material(password=None), "private_key is not encrypted"),
    "another pair": (lambda: {"certificate": material()["certificate"]}, "certificate is not that of private_key"),
    "no certificate": ({"certificate": "nonsense"}, "certificate is not an X.509 certificate"),
    "negative": ({"wait_seconds": -1}, "wait_seconds is -1, it must not be negative"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_material_is_refused_before_anything_is_written(site, materials, case):
    changes, sentence = WRONG[case]
    given = {**materials["new"], **(changes() if callable(changes) else changes)}
    with pytest.raises(HybridError) as caught:
        site.step(given)
    assert sentence in caught.value.message
    assert PASSWORD not in caught.value.message and "another" not in caught.value.message
    assert site.organization.writes() == []
