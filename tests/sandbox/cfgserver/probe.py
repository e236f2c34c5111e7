# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Thin clients for tests: they send what they are told and hide nothing of the answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from .gws import BASE

TIMEOUT = 40


def gax_transaction(name: str, options: Mapping[str, Mapping[str, Any]] | None = None, **attributes: Any) -> dict[str, Any]:
    """The body of a GAX create: a List transaction of Environment unless ``attributes`` says otherwise."""
    entries = [{"section": section, "key": key, "value": value} for section, part in (options or {}).items() for key, value in part.items()]
    body = {"type": "CfgTransaction", "subtype": "CFGTRTList", "name": name, "alias": name, "tenantdbid": "1", "state": "CFGEnabled"}
    return {**body, "userproperties": {"property": entries}, **attributes}


def gax_options(item: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Nested options of a GAX object; of repeated keys the last one counts."""
    nested: dict[str, dict[str, str]] = {}
    for entry in item["userproperties"]["property"]:
        section = nested.setdefault(entry["section"], {})
        if entry["key"]:
            section[entry["key"]] = entry["value"]
    return nested


class Gax:
    """A GAX client with one session; redirects are shown, not followed."""

    def __init__(self, url: str, username: str, password: str, prefix: str = "/gax/api") -> None:
        self.base = url + prefix
        self.username, self.password = username, password
        self.session = requests.Session()

    def login(self, password: str | None = None, encrypted: bool = False) -> requests.Response:
        body = {"username": self.username, "password": self.password if password is None else password, "isPasswordEncrypted": encrypted}
        return self.call("POST", "session/login", json=body)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}/{path}", allow_redirects=False, timeout=TIMEOUT, **arguments)

    def objects(self, class_name: str = "CfgTransaction", **query: str) -> list[dict[str, Any]]:
        response = self.call("GET", "cfg/objects", params={"type": class_name, "brief": "false", **query})
        assert response.status_code == 200, response.text
        return response.json()

    def get(self, dbid: str) -> dict[str, Any]:
        response = self.call("GET", f"cfg/objects/CfgTransaction/{dbid}")
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, body: Any) -> requests.Response:
        return self.call("POST", "cfg/objects", json=body)

    def put(self, item: Mapping[str, Any], dbid: str | None = None) -> requests.Response:
        return self.call("PUT", f"cfg/objects/CfgTransaction/{dbid or item['dbid']}", json=item)

    def delete(self, dbid: str) -> requests.Response:
        return self.call("DELETE", f"cfg/objects/CfgTransaction/{dbid}")

    def create(self, name: str, options: Mapping[str, Mapping[str, Any]] | None = None, **attributes: Any) -> dict[str, Any]:
        response = self.post(gax_transaction(name, options, **attributes))
        assert response.status_code == 201, response.text
        return response.json()


class Gws:
    """A GWS client: HTTP Basic with each request, cookies kept."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.base = url + BASE
        self.session = requests.Session()
        self.session.auth = (username, password)

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.session.request(method, f"{self.base}/{path}", allow_redirects=False, timeout=TIMEOUT, **arguments)

    def get(self, dbid: str) -> dict[str, Any]:
        response = self.call("GET", f"transactions/{dbid}")
        assert response.status_code == 200, response.text
        return response.json()["transaction"]

    def create(self, name: str, options: Mapping[str, Mapping[str, Any]] | None = None, **attributes: Any) -> str:
        """Create a List transaction of Environment and return its DBID."""
        body = {"name": name, "alias": name, "type": "21", "tenantDBID": "1", "state": "1", "userProperties": options or {}, **attributes}
        response = self.call("POST", "transactions", json={"transaction": body})
        assert response.status_code == 200, response.text
        return response.json()["id"]
