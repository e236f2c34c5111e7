# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On-premises components as the requirement document describes them, working while their secrets are rotated.

A component acquires the transaction object at its start and uses it until a call fails. Then it retrieves the object and tries again; if it still has
problems, it ends the processing with an error.
"""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from playbooks.site import Site

Section = dict[str, str]
PAUSE = 0.3  # seconds between two processings of one component


class Consumer(threading.Thread):
    """One component; ``failed`` are the processings that ended with an error, ``recovered`` those that needed the second try."""

    def __init__(self, acquire: Callable[[], Section], call: Callable[[Section], bool]) -> None:
        super().__init__(daemon=True)
        self.processed = self.recovered = self.failed = 0
        self.broken: Exception | None = None
        self._acquire, self._call = acquire, call
        self._done = threading.Event()

    def run(self) -> None:
        try:
            kept = self._acquire()
            while not self._done.wait(PAUSE):
                if not self._call(kept):
                    kept = self._acquire()
                    worked = self._call(kept)
                    self.recovered += worked
                    self.failed += not worked
                self.processed += 1
        except Exception as error:  # a simulator that breaks must not look like one without failures
            self.broken = error

    def end(self) -> None:
        self._done.set()
        self.join(60)
        assert self.broken is None and not self.is_alive(), self.broken


@contextmanager
def working(number: int, acquire: Callable[[], Section], call: Callable[[Section], bool]) -> Iterator[list[Consumer]]:
    """So many components at work; at the end each has done something."""
    consumers = [Consumer(acquire, call) for _number in range(number)]
    for consumer in consumers:
        consumer.start()
    try:
        yield consumers
    finally:
        for consumer in consumers:
            consumer.end()
    assert all(consumer.processed > 10 for consumer in consumers)


def api_call(site: Site) -> Callable[[Section], bool]:
    """A call of the API with a new token each time: nothing is hidden by a token that outlives its secret."""

    def call(section: Section) -> bool:
        address, pair = site.sandbox.info["purecloud_url"], (section["client_id"], section["password"])
        minted = requests.post(f"{address}/oauth/token", {"grant_type": "client_credentials"}, auth=pair, timeout=30)
        if minted.status_code != 200:
            return False
        headers = {"Authorization": f"Bearer {minted.json()['access_token']}"}
        return requests.get(f"{address}/api/v2/tokens/me", headers=headers, timeout=30).status_code == 200

    return call


def signed_login(site: Site) -> Callable[[Section], bool]:
    """What PureCloud does with an assertion: accept a signature made with the key of any certificate that the provider has at that moment."""
    opened: dict[str, object] = {}  # opening a key takes long on purpose

    def call(section: Section) -> bool:
        key = opened.get(section["pkey"])
        if key is None:
            key = opened[section["pkey"]] = serialization.load_pem_private_key(section["pkey"].encode(), section["password"].encode())
        assertion = secrets.token_bytes(64)
        signature = key.sign(assertion, padding.PKCS1v15(), hashes.SHA256())
        provider = site.organization(0)["identity_providers"]["pureengage"]
        return any(accepts(text, signature, assertion) for text in provider.get("certificates") or [provider["certificate"]])

    return call


def accepts(certificate: str, signature: bytes, assertion: bytes) -> bool:
    body = "".join(line for line in certificate.replace(" CERTIFICATE", "_CERTIFICATE").split() if "CERTIFICATE" not in line)
    try:
        x509.load_der_x509_certificate(base64.b64decode(body)).public_key().verify(signature, assertion, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
