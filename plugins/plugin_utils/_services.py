# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Note that this plugin util is **PRIVATE** to the collection.

"""Services of a hybrid integration, their OAuth clients and the sections of the transaction object that bring both together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.genesys.hybrid.plugins.module_utils._reconcile import KNOWN_AFTER_APPLY
from ansible_collections.genesys.hybrid.plugins.module_utils._secrets import is_sealed


def stored_client_secrets(options: Mapping[str, Mapping[str, str]], services: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """``[{"client", "client_id", "secret"}]``: for each OAuth client of ``services`` what their sections hold, one entry without an ID when that is nothing.

    Sections that share a client may hold different secrets, of which one may be outdated: each has an entry. Where the server masks secrets there is
    none to copy: a client then counts as stored only if each of its services has it already.
    """
    sections_of: dict[str, list[Mapping[str, str]]] = {}
    for service in services:
        sections_of.setdefault(service["oauth_client"], []).append(options.get(service["section"]) or {})
    stored = []
    for name, sections in sections_of.items():
        entries = []
        for client_id in sorted({section.get("client_id") or "" for section in sections} - {""}):
            passwords = [section.get("password") or "" if section.get("client_id") == client_id else "" for section in sections]
            sealed = dict.fromkeys(password for password in passwords if is_sealed(password))
            if sealed:
                entries += [{"client": name, "client_id": client_id, "secret": password} for password in sealed]
            elif all(passwords):
                entries.append({"client": name, "client_id": client_id})
        stored += entries or [{"client": name}]
    return stored


def service_sections(
    services: Iterable[Mapping[str, str]],
    oauth_clients: Iterable[Mapping[str, Any]] | None,
    current: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, dict[str, dict[str, str]]]:
    """``{"options": {section: {"client_id"}}, "secret_options": {section: {"password"}}, "client_secrets": {client's name: secret}}``; secrets stay sealed.

    ``current`` is what the sections hold now. One that holds a password beside its client's ID keeps it, unless there is a fresh one; one that begins to
    share a client gets the one that another holds. Without ``oauth_clients`` each is taken to be the one that is stored, or one that is still to be made:
    as much as can be known before.
    """
    services, current = list(services), current or {}
    stored = stored_client_secrets(current, services)
    known: dict[str | None, str | None] = {}
    for item in stored:
        known.setdefault(item.get("client_id"), item.get("secret"))
    if oauth_clients in (None, ""):  # ansible-core before 2.19 makes text of none
        stored_ids = {item["client"]: item.get("client_id") for item in stored}
        known[KNOWN_AFTER_APPLY] = KNOWN_AFTER_APPLY
        names = {service["oauth_client"] for service in services}
        oauth_clients = [{"name": name, "id": stored_ids.get(name) or KNOWN_AFTER_APPLY} for name in names]
    by_name = {client["name"]: client for client in oauth_clients}
    options, secret_options = {}, {}
    client_secrets = {name: client["sealed_secret"] for name, client in by_name.items() if client.get("sealed_secret")}
    for service in services:
        section, client = service["section"], by_name.get(service["oauth_client"])
        if client is None:
            raise AnsibleFilterError(
                f"service {section} names the OAuth client {service['oauth_client']!r}, which is not among the clients of this integration"
            )
        options[section] = {"client_id": client["id"]}
        secret = client.get("sealed_secret") or _own_secret(current.get(section) or {}, client["id"]) or known.get(client["id"])
        if secret:
            secret_options[section] = {"password": secret}
            client_secrets[service["oauth_client"]] = secret
    return {"options": options, "secret_options": secret_options, "client_secrets": client_secrets}


def _own_secret(section: Mapping[str, str], client_id: str) -> str | None:
    password = section.get("password")
    return password if section.get("client_id") == client_id and is_sealed(password) else None
