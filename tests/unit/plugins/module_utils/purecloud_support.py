# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What several tests of PureCloud need: the sandbox's organization with its users, and a client whose answers are scripted."""

from __future__ import annotations

import json

from ansible_collections.genesys.hybrid.plugins.module_utils._http import Answer, RetryPolicy
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.client import PureCloudClient
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.connection import PURECLOUD
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.grants import own_grants
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.user_reading import LIST_QUERY, Directory
from ansible_collections.genesys.hybrid.plugins.module_utils._purecloud.users import USER_OPTIONS, ManagedUser

ADDRESS = "ada@example.com"
HTML = "<html>Sign in to the proxy</html>"


def scripted(*answers, pauses=None, **arguments):
    """A client that gets these answers one after the other, without a server: ``(status, body)``, with a body of text or of JSON, or a body alone.

    The last answer is given for ever. What was asked is in ``client.asked`` as ``(method, path)``.
    """
    settings = {"api_url": "http://127.0.0.1:1", "access_token": "token", "validate_certs": True, "allow_plain_http": False, "timeout": 5.0}
    client = PureCloudClient(
        PURECLOUD.settings(settings, {}),
        read_only=False,
        register_secret=lambda secret: None,
        sleep=(pauses if pauses is not None else []).append,
        **arguments,
    )
    left, client.asked = list(answers), []

    def request(method, path, **_arguments):
        client.asked.append((method, path))
        answer = left.pop(0) if len(left) > 1 else left[0]
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return Answer(method, path, status, {}, (body if isinstance(body, str) else json.dumps(body)).encode())

    client.http.request = request
    return client


class Organization:
    """The sandbox's first organization; pauses of the code under test move its clock instead of taking time."""

    def __init__(self, process):
        self.process = process
        self.pauses = []
        self.admin = self.client()

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.advance(seconds)

    def advance(self, seconds):
        self.process.control("POST", "clock", {"advance": seconds})

    def client(self, read_only=False, **settings):
        given = {
            "api_url": self.process.info["purecloud_url"],
            "client_id": self.process.info["client_id"],
            "client_secret": self.process.info["client_secret"],
            **settings,
        }
        return PureCloudClient(
            PURECLOUD.settings({"validate_certs": True, "allow_plain_http": False, "timeout": 5.0, **given}, {}),
            read_only=read_only,
            register_secret=lambda secret: None,
            retry=RetryPolicy(),
            sleep=self.sleep,
        )

    def fault(self, **fault):
        self.process.control("POST", "faults", fault)

    def switch(self, **switches):
        self.process.control("POST", "faults", {"switches": switches})

    def requests(self, method, path=""):
        return [entry["path"] for entry in self.process.control("GET", "requests") if entry["method"] == method and entry["path"].startswith(path)]

    def writes(self):
        """The writes so far, without logins and searches; forgotten then."""
        lines = [f"{entry['method']} {entry['path'].removeprefix('/api/v2')}" for entry in self.process.control("GET", "requests")]
        self.process.control("DELETE", "requests")
        return [line for line in lines if not line.startswith("GET ") and line not in ("POST /oauth/token", "POST /users/search")]

    def user(self, address=ADDRESS):
        found = [entity for entity in self.admin.list("/users", LIST_QUERY) if entity["email"].casefold() == address.casefold()]
        assert len(found) <= 1
        return found[0] if found else None

    def grants(self, address=ADDRESS):
        """Names of the roles that the account holds itself, with the names of the divisions."""
        directory = Directory(self.admin, ())
        directory.references.roles(), directory.references.divisions()
        return sorted(f"{grant['role']} in {grant['division']}" for grant in directory.references.described(own_grants(self.admin, self.user(address)["id"])))

    def create(self, address=ADDRESS, **fields):
        """An account that exists before the code under test runs, and that the index knows."""
        entity = self.admin.post("/users", {"name": "Ada Example", "email": address, "state": "active", **fields})
        self.writes()
        return entity

    def grant(self, user_id, role, division="*"):
        role_id = Directory(self.admin, ()).references.role_id(role, "")
        self.admin.command(f"/authorization/subjects/{user_id}/bulkadd", {"grants": [{"roleId": role_id, "divisionId": division}]})

    def division(self, name="East"):
        return self.admin.post("/authorization/divisions", {"name": name, "description": ""})["id"]

    def role(self, name="Reader"):
        return self.admin.post("/authorization/roles", {"name": name, "permissionPolicies": []})["id"]

    def manage(self, client=None, planned_roles=(), state="present", **params):
        (managed,) = self.manage_all([params], client, planned_roles, state)
        return managed

    def manage_all(self, items, client=None, planned_roles=(), state="present"):
        defaults = {name: option.get("default") for name, option in USER_OPTIONS.items()}
        items = [{**defaults, "email": ADDRESS, **item} for item in items]
        directory = Directory(client or self.client(), [item["email"] for item in items], planned_roles)
        return [ManagedUser(directory, item, state) for item in items]
