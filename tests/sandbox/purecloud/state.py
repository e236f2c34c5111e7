# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State of the PureCloud half: organizations with everything in them, and the live tokens."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .permissions import granted

Document = dict[str, Any]
ALL_DIVISIONS = "*"
RETENTION_AGE = 30 * 86_400.0  # clients older than this are kept for a week after a delete (Genesys Cloud Resource Center, "Delete an OAuth client")
RETENTION_TIME = 7 * 86_400.0


def iso(epoch: float) -> str:
    """ISO 8601 with milliseconds, as the API writes dates."""
    return datetime.fromtimestamp(epoch, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


@dataclass
class Client:
    document: Document  # the API's fields without secret, roleIds and roleDivisions (grants hold the roles)
    secret: str
    created_at: float
    deleted_at: float | None = None


@dataclass
class Role:
    document: Document
    created_at: float = 0.0


@dataclass
class Division:
    document: Document
    created_at: float = 0.0
    deleted: bool = False


@dataclass
class User:
    document: Document
    division_id: str
    history: list[Any] = field(default_factory=list)  # [epoch seconds, document] of past states, newest last: what the search index lags behind with
    invitations: int = 0


@dataclass
class Grant:
    subject_id: str
    role_id: str
    division_id: str
    made_at: float


@dataclass
class Token:
    value: str
    client_id: str
    organization_id: str
    issued_at: float
    expires_at: float
    window_start: float = 0.0
    window_count: int = 0


@dataclass
class Organization:
    document: Document
    region: str
    hybrid: bool
    bootstrap_client_id: str | None = None
    divisions: dict[str, Division] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Document] = field(default_factory=dict)  # id -> {id, name, members: [user id]}
    grants: dict[str, list[Grant]] = field(default_factory=dict)  # subject id -> grants made to it directly
    identity_providers: dict[str, Document] = field(default_factory=dict)  # pureengage | generic | purecloud | id -> all fields
    role_settings: Document = field(default_factory=dict)
    usage: dict[str, Document] = field(default_factory=dict)  # one row per client, day, method and template
    usage_queries: dict[str, Document] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def home_division_id(self) -> str:
        return next(key for key, division in self.divisions.items() if division.document["homeDivision"])

    def live_divisions(self) -> dict[str, Division]:
        return {key: division for key, division in self.divisions.items() if not division.deleted}

    def grants_of(self, subject_id: str) -> list[Grant]:
        """Grants made to the subject and those it inherits from its groups."""
        inherited = [grant for group in self.groups.values() if subject_id in group["members"] for grant in self.grants.get(group["id"], [])]
        return self.grants.get(subject_id, []) + inherited

    def all_grants(self) -> Iterator[Grant]:
        for grants in self.grants.values():
            yield from grants

    def add_grant(self, subject_id: str, role_id: str, division_id: str, now: float) -> None:
        grants = self.grants.setdefault(subject_id, [])
        if not any(grant.role_id == role_id and grant.division_id == division_id for grant in grants):
            grants.append(Grant(subject_id, role_id, division_id, now))

    def holds(self, subject_id: str, *, before: float | None = None) -> set[str]:
        """All permissions of a subject, in whatever division; ``before`` leaves out grants made later than that."""
        return self._permissions(grant for grant in self.grants_of(subject_id) if before is None or grant.made_at <= before)

    def holds_in_division(self, subject_id: str, division_id: str) -> set[str]:
        return self._permissions(grant for grant in self.grants_of(subject_id) if grant.division_id in (division_id, ALL_DIVISIONS))

    def _permissions(self, grants: Iterator[Grant]) -> set[str]:
        roles = [self.roles[role_id].document for role_id in {grant.role_id for grant in grants} if role_id in self.roles]
        return set().union(*(self.role_permissions(role) for role in roles))

    @staticmethod
    def role_permissions(role: Document) -> set[str]:
        return granted(role.get("permissionPolicies") or []) | set(role.get("permissions") or [])

    def expire_clients(self, now: float) -> None:
        """Remove the clients whose retention has ended."""
        for client_id, client in list(self.clients.items()):
            date = client.document.get("dateToDelete")
            if client.deleted_at is None and date and client.document["state"] == "inactive" and epoch(date) <= now:
                del self.clients[client_id]
                self.grants.pop(client_id, None)


class PureCloud:
    """All organizations of the sandbox and the tokens that are live in them."""

    def __init__(self, seed: list[Document], clock: Any, switches: Document) -> None:
        from .seeding import build_organization

        self.clock, self.switches = clock, switches
        self.organizations = {organization.id: organization for organization in (build_organization(entry, clock.now()) for entry in seed)}
        self.tokens: dict[str, Token] = {}
        self.mints: dict[str, list[float]] = {}  # client id -> epoch seconds of its tokens within the last minute

    def bootstrap_credentials(self) -> tuple[str, str]:
        """Id and secret of the client with all rights in the first organization; empty when it is gone."""
        organization = next(iter(self.organizations.values()))
        client = organization.clients.get(organization.bootstrap_client_id or "")
        return (str(client.document["id"]), client.secret) if client else ("", "")

    def find_client(self, client_id: str) -> tuple[Organization, Client] | None:
        for organization in self.organizations.values():
            client = organization.clients.get(client_id)
            if client is not None and client.deleted_at is None:
                return organization, client
        return None

    def drop_tokens(self, client_id: str | None = None) -> None:
        """Drop every live token, or those of one client."""
        self.tokens = {value: token for value, token in self.tokens.items() if client_id is not None and token.client_id != client_id}

    def dump(self) -> Document:
        organizations = [dataclasses.asdict(organization) for organization in self.organizations.values()]
        return {"organizations": organizations, "tokens": [dataclasses.asdict(token) for token in self.tokens.values()]}

    def load(self, state: Document) -> None:
        self.organizations = {organization.id: organization for organization in map(_load_organization, state["organizations"])}
        self.tokens = {entry["value"]: Token(**entry) for entry in state["tokens"]}
        self.mints = {}


def _load_organization(state: Document) -> Organization:
    values = copy.deepcopy(state)
    for name, kind in (("divisions", Division), ("roles", Role), ("clients", Client), ("users", User)):
        values[name] = {key: kind(**entry) for key, entry in values[name].items()}
    values["grants"] = {key: [Grant(**entry) for entry in entries] for key, entries in values["grants"].items()}
    return Organization(**values)
