# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls every operation of the sandbox's Platform API and checks each answer.

Always: against the sandbox's own schemas, unknown fields refused. In addition, when an OpenAPI (Swagger 2.0) document of the Platform API is at the path in
the environment variable PURECLOUD_OPENAPI, or at ../shared/data/purecloud-openapi-subset.json beside the repository: status, body, permissions and field
names against that document.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
from pydantic import BaseModel, TypeAdapter

from sandbox.client import PureCloudCaller, unique
from sandbox.process import SandboxProcess
from sandbox.purecloud.operations import OPERATIONS, Operation
from sandbox.purecloud.schemas.common import ErrorBody

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = Path(os.environ.get("PURECLOUD_OPENAPI") or REPOSITORY.parent / "shared" / "data" / "purecloud-openapi-subset.json")
METHODS = ("get", "post", "put", "patch", "delete", "head")
ROWS: dict[tuple[str, str], Operation] = {(row.method, row.path): row for row in OPERATIONS}

needs_document = pytest.mark.skipif(not DOCUMENT.exists(), reason="no OpenAPI document at hand (PURECLOUD_OPENAPI); the sandbox's own schemas were used")


@lru_cache(maxsize=1)
def document() -> dict[str, Any] | None:
    """The OpenAPI document with definitions closed, so that a field that it does not know is an error."""
    if not DOCUMENT.exists():
        return None
    loaded: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for definition in loaded["definitions"].values():
        if "properties" in definition:
            definition.setdefault("additionalProperties", False)
    return loaded


def published() -> dict[tuple[str, str], dict[str, Any]]:
    paths = (document() or {"paths": {}})["paths"]
    return {(method.upper(), path.removeprefix("/api/v2")): row for path, rows in paths.items() for method, row in rows.items() if method in METHODS}


def check_against_definition(value: Any, schema: dict[str, Any]) -> None:
    whole = {**schema, "definitions": (document() or {})["definitions"]}
    jsonschema.Draft4Validator(whole).validate(value)


def make_provider(api: PureCloudCaller) -> str:
    return str(api.post("/identityproviders", {"name": unique("provider"), "issuerURI": "urn:" + unique("issuer")})["id"])


def make_client(api: PureCloudCaller) -> str:
    return str(api.make_client()["id"])


def make_stopped_client(api: PureCloudCaller) -> str:
    return str(api.make_client(state="inactive")["id"])


def make_deleted_division(api: PureCloudCaller) -> str:
    key = api.make_division()
    api.expect(204, "DELETE", f"/authorization/divisions/{key}")
    return key


def granted(api: PureCloudCaller) -> dict[str, str]:
    """A user with a role in a division, as path parameters."""
    names = {"subjectId": api.make_user(), "divisionId": api.make_division(), "roleId": api.make_role()}
    api.expect(204, "POST", "/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}".format(**names))
    return names


def usage_query(api: PureCloudCaller) -> dict[str, str]:
    started = api.get(f"/oauth/clients/{api.client_id}/usage/summary")
    return {"clientId": api.client_id, "executionId": started["executionId"]}


@dataclass(frozen=True)
class Example:
    """One call: path parameters and body are made by functions of the caller, in this order; ``path`` results reach ``body`` as second argument."""

    path: Callable[[PureCloudCaller], dict[str, str]] = lambda api: {}
    body: Callable[[PureCloudCaller, dict[str, str]], Any] | None = None
    query: dict[str, Any] = field(default_factory=dict)
    status: int = 200


def one(name: str, maker: Callable[[PureCloudCaller], str]) -> Callable[[PureCloudCaller], dict[str, str]]:
    return lambda api: {name: maker(api)}


def compared(api: PureCloudCaller) -> dict[str, str]:
    return {"leftRoleId": api.make_role(), "rightRoleId": "user"}


def with_provider(key: str) -> Callable[[PureCloudCaller], dict[str, str]]:
    def prepare(api: PureCloudCaller) -> dict[str, str]:
        api.put(f"/identityproviders/{key}", {"name": "P"})
        return {}

    return prepare


def provider_body(api: PureCloudCaller, names: dict[str, str]) -> Any:
    return {"name": "Provider", "disabled": False, "issuerURI": "urn:" + unique("issuer"), "ssoTargetURI": "https://example.com/sso"}


def role_body(api: PureCloudCaller, names: dict[str, str]) -> Any:
    node = {"variableName": "a", "operator": "EQ", "operands": [{"type": "SCALAR", "value": "b"}]}
    policies = [
        {"domain": "journey", "entityName": "*", "actionSet": ["view"]},
        {"domain": "quality", "entityName": "evaluation", "actionSet": ["*"], "allowConditions": True, "resourceConditionNode": node},
    ]
    return {"name": unique("role"), "description": "d", "permissions": ["group_creation"], "permissionPolicies": policies}


def pairs(api: PureCloudCaller, names: dict[str, str]) -> Any:
    return {"grants": [{"roleId": names.get("roleId") or api.make_role(), "divisionId": names.get("divisionId") or api.home()}]}


def token_lost(api: PureCloudCaller) -> dict[str, str]:
    """Nothing to prepare: the caller of this example uses a session of its own (see test_every_operation)."""
    return {}


SEARCH = {"pageSize": 1, "query": [{"type": "EXACT", "fields": ["state"], "values": ["active"]}], "expand": ["authorization"]}
EXAMPLES: dict[tuple[str, str], Example] = {
    ("GET", "/authorization/divisions"): Example(query={"objectCount": "true", "name": "home"}),
    ("POST", "/authorization/divisions"): Example(body=lambda api, names: {"name": unique("division"), "description": ""}),
    ("GET", "/authorization/divisions/deleted"): Example(lambda api: {"unused": make_deleted_division(api)}),
    ("GET", "/authorization/divisions/home"): Example(),
    ("GET", "/authorization/divisions/limit"): Example(),
    ("GET", "/authorization/divisions/query"): Example(query={"pageSize": "1"}),
    ("DELETE", "/authorization/divisions/{divisionId}"): Example(one("divisionId", PureCloudCaller.make_division), status=204),
    ("GET", "/authorization/divisions/{divisionId}"): Example(one("divisionId", PureCloudCaller.make_division), query={"objectCount": "true"}),
    ("PUT", "/authorization/divisions/{divisionId}"): Example(
        one("divisionId", PureCloudCaller.make_division), lambda api, names: {"name": unique("d"), "description": "e"}
    ),
    ("GET", "/authorization/divisions/{divisionId}/grants"): Example(granted, query={"pageSize": 1}),
    ("POST", "/authorization/divisions/{divisionId}/objects/{objectType}"): Example(
        lambda api: {"divisionId": api.make_division(), "objectType": "USER"}, lambda api, names: [api.make_user()]
    ),
    ("POST", "/authorization/divisions/{divisionId}/restore"): Example(
        one("divisionId", make_deleted_division), lambda api, names: {"name": unique("d"), "description": "e"}
    ),
    ("GET", "/authorization/divisionspermitted/me"): Example(query={"permission": "oauth:client:view"}),
    ("GET", "/authorization/divisionspermitted/paged/me"): Example(query={"permission": "oauth:client:view"}),
    ("GET", "/authorization/divisionspermitted/paged/{subjectId}"): Example(
        one("subjectId", PureCloudCaller.make_user), query={"permission": "directory:group:view"}
    ),
    ("GET", "/authorization/permissions"): Example(query={"queryType": "domain", "query": "journey,oauth"}),
    ("GET", "/authorization/products"): Example(),
    ("GET", "/authorization/roles"): Example(query={"pageSize": 2, "defaultRoleId": "admin,employee,user"}),
    ("POST", "/authorization/roles"): Example(body=role_body),
    ("POST", "/authorization/roles/default"): Example(query={"force": "true"}),
    ("PUT", "/authorization/roles/default"): Example(body=lambda api, names: [{"id": api.default_role("supervisor")}]),
    ("GET", "/authorization/roles/settings"): Example(),
    ("PUT", "/authorization/roles/settings"): Example(body=lambda api, names: {"backfillEnabled": True}),
    ("GET", "/authorization/roles/{leftRoleId}/comparedefault/{rightRoleId}"): Example(compared),
    ("POST", "/authorization/roles/{leftRoleId}/comparedefault/{rightRoleId}"): Example(compared, role_body),
    ("DELETE", "/authorization/roles/{roleId}"): Example(one("roleId", PureCloudCaller.make_role), status=204),
    ("GET", "/authorization/roles/{roleId}"): Example(one("roleId", PureCloudCaller.make_role), query={"expand": "unusedPermissions"}),
    ("PATCH", "/authorization/roles/{roleId}"): Example(one("roleId", PureCloudCaller.make_role), lambda api, names: {"roleNeedsUpdate": True}),
    ("POST", "/authorization/roles/{roleId}"): Example(
        one("roleId", PureCloudCaller.make_role),
        lambda api, names: {"subjectIds": [api.make_user()], "divisionIds": [api.home(), api.make_division()]},
        status=204,
    ),
    ("PUT", "/authorization/roles/{roleId}"): Example(one("roleId", PureCloudCaller.make_role), role_body),
    ("GET", "/authorization/roles/{roleId}/subjectgrants"): Example(granted),
    ("GET", "/authorization/roles/{roleId}/users"): Example(granted),
    ("PUT", "/authorization/roles/{roleId}/users/add"): Example(one("roleId", PureCloudCaller.make_role), lambda api, names: [api.make_user()]),
    ("PUT", "/authorization/roles/{roleId}/users/remove"): Example(granted, lambda api, names: [names["subjectId"]]),
    ("GET", "/authorization/subjects/me"): Example(query={"includeDuplicates": "true"}),
    ("GET", "/authorization/subjects/rolecounts"): Example(query={"id": "11111111-1111-4111-8111-1111111100a1"}),
    ("GET", "/authorization/subjects/{subjectId}"): Example(granted),
    ("POST", "/authorization/subjects/{subjectId}/bulkadd"): Example(one("subjectId", PureCloudCaller.make_user), pairs, {"subjectType": "PC_USER"}, 204),
    ("POST", "/authorization/subjects/{subjectId}/bulkremove"): Example(granted, pairs, status=204),
    ("POST", "/authorization/subjects/{subjectId}/bulkreplace"): Example(granted, pairs, status=204),
    ("DELETE", "/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}"): Example(granted, status=204),
    ("POST", "/authorization/subjects/{subjectId}/divisions/{divisionId}/roles/{roleId}"): Example(granted, status=204),
    ("GET", "/identityproviders"): Example(),
    ("POST", "/identityproviders"): Example(body=provider_body),
    ("DELETE", "/identityproviders/generic"): Example(with_provider("generic")),
    ("GET", "/identityproviders/generic"): Example(with_provider("generic")),
    ("PUT", "/identityproviders/generic"): Example(body=provider_body),
    ("DELETE", "/identityproviders/purecloud"): Example(with_provider("purecloud")),
    ("GET", "/identityproviders/purecloud"): Example(with_provider("purecloud")),
    ("PUT", "/identityproviders/purecloud"): Example(body=lambda api, names: {"name": "PureCloud", "disabled": False}),
    ("DELETE", "/identityproviders/pureengage"): Example(with_provider("pureengage")),
    ("GET", "/identityproviders/pureengage"): Example(with_provider("pureengage")),
    ("PUT", "/identityproviders/pureengage"): Example(body=lambda api, names: {**provider_body(api, names), "autoProvisionUsers": True}),
    ("DELETE", "/identityproviders/{providerId}"): Example(one("providerId", make_provider), status=204),
    ("GET", "/identityproviders/{providerId}"): Example(one("providerId", make_provider)),
    ("PUT", "/identityproviders/{providerId}"): Example(one("providerId", make_provider), provider_body),
    ("GET", "/ipranges"): Example(),
    ("GET", "/oauth/clients"): Example(),
    ("POST", "/oauth/clients"): Example(body=lambda api, names: api.client_body(description="d", accessTokenValiditySeconds=3600)),
    ("DELETE", "/oauth/clients/{clientId}"): Example(one("clientId", make_stopped_client), status=204),
    ("GET", "/oauth/clients/{clientId}"): Example(one("clientId", make_client)),
    ("PUT", "/oauth/clients/{clientId}"): Example(one("clientId", make_client), lambda api, names: api.client_body(state="inactive")),
    ("POST", "/oauth/clients/{clientId}/secret"): Example(one("clientId", make_client)),
    ("POST", "/oauth/clients/{clientId}/usage/query"): Example(
        lambda api: {"clientId": api.client_id},
        lambda api, names: {"interval": "2026-01-01T00:00:00.000Z/2040-01-01T00:00:00.000Z", "granularity": "Month", "groupBy": ["templateUri"]},
    ),
    ("GET", "/oauth/clients/{clientId}/usage/query/results/{executionId}"): Example(usage_query),
    ("GET", "/oauth/clients/{clientId}/usage/summary"): Example(lambda api: {"clientId": api.client_id}, query={"days": "3"}),
    ("GET", "/oauth/scopes"): Example(),
    ("GET", "/oauth/scopes/{scopeId}"): Example(lambda api: {"scopeId": "oauth:readonly"}),
    ("GET", "/organizations/me"): Example(),
    ("PUT", "/organizations/me"): Example(
        body=lambda api, names: {"version": api.send("GET", "/organizations/me").json()["version"], "supportURI": "https://example.com"}
    ),
    ("DELETE", "/tokens/me"): Example(token_lost),
    ("GET", "/tokens/me"): Example(),
    ("HEAD", "/tokens/me"): Example(),
    ("GET", "/users"): Example(query={"pageSize": 1, "expand": "authorization", "state": "any"}),
    ("POST", "/users"): Example(
        body=lambda api, names: {"name": "U", "email": unique("u") + "@example.com", "divisionId": api.home(), "title": "T", "password": "x"}
    ),
    ("GET", "/users/search"): Example(query={"q64": "made in the test"}),
    ("POST", "/users/search"): Example(body=lambda api, names: copy.deepcopy(SEARCH)),
    ("GET", "/users/{subjectId}/roles"): Example(one("subjectId", PureCloudCaller.make_user)),
    ("PUT", "/users/{subjectId}/roles"): Example(
        one("subjectId", PureCloudCaller.make_user), lambda api, names: [api.default_role(), api.default_role("ai_agent")]
    ),
    ("DELETE", "/users/{userId}"): Example(one("userId", PureCloudCaller.make_user)),
    ("GET", "/users/{userId}"): Example(one("userId", PureCloudCaller.make_user), query={"expand": "authorization"}),
    ("PATCH", "/users/{userId}"): Example(one("userId", PureCloudCaller.make_user), lambda api, names: {"version": 1, "title": "New"}),
    ("POST", "/users/{userId}/invite"): Example(one("userId", PureCloudCaller.make_user), query={"force": "true"}, status=204),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess() as process:
        process.control("POST", "faults", {"switches": {"rate_limit_per_minute": 0}})
        yield process


@pytest.fixture(scope="module")
def api(sandbox: SandboxProcess) -> PureCloudCaller:
    return PureCloudCaller.bootstrap(sandbox)


def check_answer(key: tuple[str, str], answer: requests.Response) -> None:
    """Status and body against the sandbox's own schema and, when it is at hand, the OpenAPI document."""
    row = ROWS[key]
    assert answer.headers["ININ-Correlation-Id"]
    if row.answer is None:
        assert answer.content == b""
    else:
        TypeAdapter(row.answer).validate_json(answer.content, strict=True, extra="forbid")
    if document() is None:
        return
    responses = published()[key]["responses"]
    assert str(answer.status_code) in responses or "default" in responses
    schema = responses.get(str(answer.status_code), {}).get("schema")
    assert (schema is None) == (row.answer is None)
    if schema is not None:
        check_against_definition(answer.json(), schema)


@pytest.mark.parametrize("key", EXAMPLES, ids=lambda key: f"{key[0]} {key[1]}")
def test_every_operation(sandbox: SandboxProcess, api: PureCloudCaller, key: tuple[str, str]) -> None:
    example, caller = EXAMPLES[key], api
    if example.path is token_lost:
        caller = api.again()
    names, query = example.path(caller), dict(example.query)
    if "q64" in query:
        query["q64"] = caller.send("POST", "/users/search", SEARCH).json()["currentPage"]
    body = example.body(caller, names) if example.body else None
    if document() is not None and body is not None:
        declared = next(parameter for parameter in published()[key]["parameters"] if parameter["in"] == "body")
        check_against_definition(body, declared["schema"])
    answer = caller.send(key[0], key[1].format(**names), body, query)
    assert answer.status_code == example.status, answer.text
    check_answer(key, answer)


def test_no_operation_is_without_an_example() -> None:
    assert set(EXAMPLES) == set(ROWS)
    assert len(EXAMPLES) == 83


@needs_document
def test_operations_and_permissions_are_the_published_ones() -> None:
    assert set(published()) == set(ROWS)
    for key, row in published().items():
        declared, own = row.get("x-inin-requires-permissions"), ROWS[key].permissions
        if declared is None:
            assert own is None, key
            continue
        assert own is not None and set(own.names) == set(declared["permissions"]), key
        assert own.all_needed == (declared["type"] == "ALL") or len(own.names) == 1, key


@needs_document
@pytest.mark.parametrize("key", [key for key, row in ROWS.items() if row.body is not None], ids=lambda key: f"{key[0]} {key[1]}")
def test_request_schemas_have_the_published_fields(key: tuple[str, str]) -> None:
    declared = next(parameter for parameter in published()[key]["parameters"] if parameter["in"] == "body")
    own = ROWS[key].body
    reference = declared["schema"].get("$ref") or declared["schema"].get("items", {}).get("$ref")
    if isinstance(own, type) and issubclass(own, BaseModel):
        definition = (document() or {})["definitions"][reference.removeprefix("#/definitions/")]
        read_only = {name for name, value in definition["properties"].items() if value.get("readOnly")}
        assert set(own.model_fields) <= set(definition["properties"])
        assert set(definition["properties"]) - read_only <= set(own.model_fields) | {"userCount"}
    assert ROWS[key].body_required == bool(declared.get("required"))


# (method, path below /api/v2, body, expected status, expected code)
REFUSALS = [
    ("GET", "/nowhere", None, 404, "not.found"),
    ("PATCH", "/organizations/me", None, 405, "method.not.allowed"),
    ("GET", "/oauth/clients/none", None, 404, "not.found"),
    ("POST", "/oauth/clients", {"name": "x", "authorizedGrantType": "CLIENT-CREDENTIALS"}, 400, "missing.client.roles"),
    ("POST", "/users", {"name": "x", "email": "admin@example-one.example.com"}, 409, "general.conflict"),
    ("GET", "/users?pageSize=0", None, 400, "invalid.query.param.value"),
]


@pytest.mark.parametrize("method, path, body, status, code", REFUSALS)
def test_refusals_have_the_published_envelope(api: PureCloudCaller, method: str, path: str, body: Any, status: int, code: str) -> None:
    answer = api.send(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    envelope = ErrorBody.model_validate_json(answer.content, extra="forbid")
    assert envelope.contextId == answer.headers["ININ-Correlation-Id"]
    assert envelope.status == status
    if document() is not None:
        check_against_definition(answer.json(), {"$ref": "#/definitions/ErrorBody"})


def test_usage_counts_the_calls(api: PureCloudCaller) -> None:
    names = usage_query(api)
    result = api.send("GET", "/oauth/clients/{clientId}/usage/query/results/{executionId}".format(**names)).json()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    rows = [row for row in result["results"] if row["templateUri"] == "/api/v2/oauth/clients/{clientId}/usage/summary"]
    assert rows and rows[0]["httpMethod"] == "GET" and rows[0]["requests"] >= 1 and rows[0]["date"].startswith(today)
