# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small caller of the Platform API for tests: logs in, sends requests, makes the objects that a test needs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import requests

from .process import SandboxProcess

TIMEOUT = 30


def plain_session() -> requests.Session:
    """A session that ignores proxies and credentials of the environment."""
    session = requests.Session()
    session.trust_env = False
    return session


def unique(kind: str) -> str:
    return f"{kind}-{uuid.uuid4().hex[:12]}"


def request_token(origin: str, client_id: str, secret: str, **form: str) -> requests.Response:
    """POST /oauth/token with a Basic header; ``form`` replaces the client credentials grant."""
    with plain_session() as session:
        return session.post(f"{origin}/oauth/token", auth=(client_id, secret), data=form or {"grant_type": "client_credentials"}, timeout=TIMEOUT)


@dataclass
class PureCloudCaller:
    """One token's view of the Platform API. ``make_…`` create objects with unique names and return their id."""

    origin: str
    session: requests.Session
    client_id: str
    secret: str

    @classmethod
    def login(cls, origin: str, client_id: str, secret: str) -> PureCloudCaller:
        answer = request_token(origin, client_id, secret)
        if answer.status_code != 200:
            raise RuntimeError(f"No token: {answer.status_code} {answer.text}")
        session = plain_session()
        session.headers["Authorization"] = "Bearer " + answer.json()["access_token"]
        return cls(origin, session, client_id, secret)

    @classmethod
    def bootstrap(cls, sandbox: SandboxProcess) -> PureCloudCaller:
        """Log in with the client of the ready line."""
        return cls.login(sandbox.info["purecloud_url"], sandbox.info["client_id"], sandbox.info["client_secret"])

    def again(self) -> PureCloudCaller:
        """The same client with a further token."""
        return self.login(self.origin, self.client_id, self.secret)

    def send(self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None, **options: Any) -> requests.Response:
        return self.session.request(method, self.origin + "/api/v2" + path, json=body, params=query, timeout=TIMEOUT, **options)

    def expect(self, status: int, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None) -> Any:
        """The parsed answer, or None without a body; AssertionError when the status is another."""
        answer = self.send(method, path, body, query)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        return self.expect(200, "GET", path, query=query)

    def put(self, path: str, body: Any) -> Any:
        return self.expect(200, "PUT", path, body)

    def post(self, path: str, body: Any) -> Any:
        return self.expect(200, "POST", path, body)

    def home(self) -> str:
        return str(self.get("/authorization/divisions/home")["id"])

    def default_role(self, default_role_id: str = "user") -> str:
        return str(self.get("/authorization/roles", defaultRoleId=default_role_id)["entities"][0]["id"])

    def make_role(self, *permissions: str, name: str | None = None) -> str:
        """A role with permissions written ``domain:entity:action`` (default: one of the journey domain)."""
        parts = [permission.split(":") for permission in permissions or ("journey:segment:view",)]
        policies = [{"domain": domain, "entityName": entity, "actionSet": [action]} for domain, entity, action in parts]
        return str(self.post("/authorization/roles", {"name": name or unique("role"), "permissionPolicies": policies})["id"])

    def make_division(self) -> str:
        return str(self.post("/authorization/divisions", {"name": unique("division"), "description": "d"})["id"])

    def make_user(self, **fields: Any) -> str:
        return str(self.post("/users", {"name": "A User", "email": unique("user") + "@example.com", **fields})["id"])

    def client_body(self, *role_ids: str, **fields: Any) -> dict[str, Any]:
        """A client credentials client with the roles (default: User) in all divisions."""
        grants = [{"roleId": role_id, "divisionId": "*"} for role_id in role_ids or (self.default_role(),)]
        return {"name": unique("client"), "authorizedGrantType": "CLIENT-CREDENTIALS", "roleDivisions": grants, **fields}

    def make_client(self, *role_ids: str, **fields: Any) -> dict[str, Any]:
        """The whole answer of the create, because it alone holds the secret."""
        created: dict[str, Any] = self.post("/oauth/clients", self.client_body(*role_ids, **fields))
        return created

    def with_permissions(self, *permissions: str) -> PureCloudCaller:
        """A new client that holds exactly these permissions, logged in."""
        client = self.make_client(self.make_role(*permissions))
        return self.login(self.origin, client["id"], client["secret"])

    def grants(self, subject_id: str) -> set[tuple[str, str]]:
        listing = self.get(f"/authorization/subjects/{subject_id}")
        return {(grant["role"]["id"], grant["division"]["id"]) for grant in listing["grants"]}
