# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Note that this module util is **PRIVATE** to the collection.

"""Rotation of the SAML certificate of an identity provider, derived from what the provider and the transaction objects hold at this moment.

PureCloud accepts assertions that are signed with the key of either of a provider's two certificates. So the new certificate is added first, then
the objects get the new key, and when nobody signs with the old one any more, its certificate goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import _certificates
from .._errors import ConflictError, NotFoundError
from .client import PureCloudClient
from .identity_providers import MAXIMUM_CERTIFICATES, PATH, ManagedProvider, fields_of, option_form


class CertificateRotation:
    """Everything is read and checked on construction; ``certificates`` is what the provider has to hold now, None when it stays as it is."""

    def __init__(self, client: PureCloudClient, params: Mapping[str, Any], context: Any) -> None:
        # Imported here because cryptography takes long to load, and every task of the collection loads this file's neighbours.
        from .._saml import Material, check

        check(Material(params["certificate"], params["private_key"], params["private_key_password"]))
        self._provider = params["provider"]
        self._new = _certificates.fingerprint(params["certificate"])
        try:
            entity = client.get(f"{PATH}/{self._provider}")
        except NotFoundError as error:
            raise NotFoundError(f"there is no identity provider {self._provider}: run the playbook provision first") from error
        self.objects = self._own_objects(client, params["objects"])
        self.found: list[str] = option_form(entity, fields_of(self._provider))["certificates"]
        self.managed: ManagedProvider | None = None
        self._wait, self.removes = params["wait_seconds"], False
        self.certificates = self._next(params)
        if self.certificates is not None:
            wanted = {"provider": self._provider, "state": "present", "certificate": None, "certificates": self.certificates}
            self.managed = ManagedProvider(client, wanted, context.warn, context.register_secret)

    @property
    def steps(self) -> list[str]:
        if self.certificates is None:
            return []
        if self.removes:
            gone = next(text for text in self.found if _certificates.fingerprint(text) != self._new)
            return [f"remove the certificate {_certificates.described(gone)} from identity provider {self._provider}"]
        return [f"add the certificate {_certificates.described(self.certificates[-1])} to identity provider {self._provider}"]

    @property
    def switched(self) -> bool:
        """True when every object holds the new certificate."""
        return all(self._held(item) == self._new for item in self.objects)

    @property
    def under_way(self) -> bool:
        return len(self.found) > 1 and any(_certificates.fingerprint(text) == self._new for text in self.found)

    @property
    def outlook(self) -> list[str]:
        if self.removes or self.certificates is None and len(self.found) == 1:
            return []
        waits = [f"wait for {self._wait} seconds"] if self._wait else []
        return [*waits, f"remove the old certificate from identity provider {self._provider}"]

    @property
    def wait_seconds(self) -> int:
        return self._wait if self.switched and self.certificates is None and self.outlook else 0

    def _next(self, params: Mapping[str, Any]) -> list[str] | None:
        fingerprints = [_certificates.fingerprint(text) for text in self.found]
        if self._new not in fingerprints:
            if len(self.found) >= MAXIMUM_CERTIFICATES:
                self._refuse_full()
            return [*self.found, params["certificate"]]
        if len(self.found) > 1 and self.switched and params["remove_old"]:
            self.removes = True
            return [params["certificate"]]
        return None

    def _refuse_full(self) -> None:
        used = {self._held(item) for item in self.objects}
        spare = [text for text in self.found if _certificates.fingerprint(text) not in used] or self.found[1:]
        raise ConflictError(
            f"identity provider {self._provider} already holds {MAXIMUM_CERTIFICATES} certificates, and neither is the new one: a rotation to "
            f"{_certificates.described(spare[0])} was left half-way, finish it with that certificate and its key, or remove it from the provider"
        )

    def _own_objects(self, client: PureCloudClient, objects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The objects with SAML material that belong to this organization: another one may use the same certificate with a provider of its own."""
        organization = client.get("/organizations/me")["id"]
        own = [item for item in objects if (item["options"].get("general") or {}).get("organization_id") == organization and item["options"].get("saml")]
        if not own:
            raise ConflictError(f"no transaction object of organization {organization} has a section saml: run the playbook provision first")
        return [dict(item) for item in own]

    @staticmethod
    def _held(item: Mapping[str, Any]) -> str:
        return _certificates.fingerprint(item["options"]["saml"].get("certificate") or "")
