# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the contract tests share that is no fixture: certificates in the forms in which people have them, and a name."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SALES = "11111111-1111-4111-8111-111111110002"  # a division of the sandbox's seed

# Scenario name and keyword arguments -> what the scenario observed.
RunScenario = Callable[..., Any]


def certificate(name: str) -> x509.Certificate:
    """A self-signed certificate, valid from yesterday for two years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=730))
    return builder.sign(key, hashes.SHA256())


def pem(value: x509.Certificate) -> str:
    return value.public_bytes(serialization.Encoding.PEM).decode("ascii")


def bare(value: x509.Certificate) -> str:
    """Base64 of the DER form, on one line."""
    return base64.b64encode(value.public_bytes(serialization.Encoding.DER)).decode("ascii")
