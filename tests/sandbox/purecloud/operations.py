# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One pipeline for every operation of the Platform API: token, rate limit, permissions, body, handler, check of the own answer."""

from __future__ import annotations

import json
import math
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from .errors import ApiError, api_error_response
from .state import Client, Organization, PureCloud, Token
from .usage import count_request

BASE = "/api/v2"


@dataclass(frozen=True)
class Permissions:
    """What an operation asks for: all of the names, or any one of them."""

    names: tuple[str, ...]
    all_needed: bool


def any_of(*names: str) -> Permissions:
    return Permissions(names, False)


def all_of(*names: str) -> Permissions:
    return Permissions(names, True)


@dataclass
class Call:
    """One authenticated request, as handlers see it."""

    request: web.Request
    purecloud: PureCloud
    organization: Organization
    caller: Client
    token: Token
    body: Any = None

    @property
    def now(self) -> float:
        return float(self.purecloud.clock.now())

    def switch(self, name: str) -> Any:
        return self.purecloud.switches[name]

    def path(self, name: str) -> str:
        return self.request.match_info[name]

    @property
    def caller_id(self) -> str:
        return str(self.caller.document["id"])

    def require_in_division(self, permissions: Permissions, division_id: str) -> None:
        """Like the operation's own check, for objects of one division."""
        _check_permissions(permissions, self.organization.holds_in_division(self.caller_id, division_id))


Handler = Callable[[Call], Any]
AnyHandler = TypeVar("AnyHandler", bound=Handler)


@dataclass(frozen=True)
class Operation:
    """A row of the operation table.

    ``body`` and ``answer`` are types that pydantic can check; ``body`` None means that whatever is sent (the official SDKs send the literal
    null) is ignored. ``keep_unknown`` passes unknown fields on to the handler. ``prepare`` may rewrite the parsed body before its check.
    """

    method: str
    path: str
    handler: Handler
    permissions: Permissions | None = None
    body: Any = None
    body_required: bool = True
    answer: Any = None
    status: int = 200
    keep_unknown: bool = False
    prepare: Callable[[Any], Any] | None = None


OPERATIONS: list[Operation] = []


def operation(method: str, path: str, permissions: Permissions | None = None, **options: Any) -> Callable[[AnyHandler], AnyHandler]:
    """Enter the decorated handler into the operation table; ``path`` is relative to /api/v2."""

    def register(handler: AnyHandler) -> AnyHandler:
        OPERATIONS.append(Operation(method, path, handler, permissions, **options))
        return handler

    return register


def authenticate(purecloud: PureCloud, request: web.Request) -> Call:
    """Find token, client and organization of a request, or raise the 401 that fits."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not value.strip():
        raise ApiError("authentication.required")
    now, token = purecloud.clock.now(), purecloud.tokens.get(value.strip())
    if token is not None and token.expires_at <= now:
        del purecloud.tokens[token.value]
        token = None
    organization = purecloud.organizations.get(token.organization_id) if token else None
    caller = organization.clients.get(token.client_id) if organization and token else None
    if token is None or organization is None or caller is None:
        raise ApiError("bad.credentials")
    request["client"] = token.client_id
    organization.expire_clients(now)
    return Call(request, purecloud, organization, caller, token)


def check_rate(call: Call) -> None:
    """Platform limit ``client.credentials.token.rate.per.minute``; the answer names whole seconds and no inin-ratelimit headers (since 2021-06-05)."""
    limit, token = call.switch("rate_limit_per_minute"), call.token
    if call.now >= token.window_start + 60 or call.now < token.window_start:
        token.window_start, token.window_count = call.now, 0
    token.window_count += 1
    if limit and token.window_count > limit:
        seconds = str(max(1, math.ceil(token.window_start + 60 - call.now)))
        exceeded = {"key": "client.credentials.token.rate.per.minute", "namespace": "platform.api", "value": limit}
        raise ApiError("too.many.requests", params={"seconds": seconds}, headers={"Retry-After": seconds}, extra={"limit": exceeded})


def _check_permissions(needed: Permissions | None, held: set[str]) -> None:
    if needed is None:
        return
    missing = [name for name in needed.names if name not in held]
    if not missing or (not needed.all_needed and len(missing) < len(needed.names)):
        return
    code = "missing.permissions" if needed.all_needed or len(needed.names) == 1 else "missing.any.permissions"
    raise ApiError(code, params={"permissions": "[" + ", ".join(missing) + "]"})


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """The checker of a type; building one costs more than a request."""
    return TypeAdapter(kind)


async def read_body(row: Operation, request: web.Request) -> Any:
    """Parse and check the body of a request; raises 400 or 415."""
    raw = await request.read()
    if row.body is None:
        return None
    if not raw.strip() and row.body_required:
        raise ApiError("bad.request", "The request body is missing.")
    if not raw.strip():
        return None
    if request.content_type != "application/json":
        raise ApiError("unsupported.media.type")
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise ApiError("bad.request", "The request body is not valid JSON.") from error
    if value is None and not row.body_required:
        return None
    if row.prepare is not None:
        value = row.prepare(value)
    try:
        checked = adapter(row.body).validate_json(json.dumps(value), strict=True, extra="ignore")
    except ValidationError as error:
        raise _body_error(error) from error
    known = adapter(row.body).dump_python(checked, exclude_unset=True, exclude_none=True)
    return {**_unknown_fields(row, value), **known} if row.keep_unknown else known


def _unknown_fields(row: Operation, body: Any) -> dict[str, Any]:
    """Fields at the top of the body that the schema does not name."""
    return {name: value for name, value in body.items() if name not in row.body.model_fields and value is not None}


def _body_error(error: ValidationError) -> ApiError:
    problems = error.errors(include_url=False, include_context=True)
    details = [{"errorCode": _problem_code(item["type"]), "fieldName": ".".join(map(str, item["loc"]))} for item in problems]
    first, code = problems[0], details[0]["errorCode"]
    field = details[0]["fieldName"]
    params = {"reason": f"{field}: {first['msg']}"}
    if code == "invalid.value":
        params = {"value": str(first["input"]), "field": field, "allowed": str(first.get("ctx", {}).get("expected", ""))}
    return ApiError(code, f"{field}: {first['msg']}" if code == "bad.request" else None, params=params, details=details)


def _problem_code(kind: str) -> str:
    if kind == "literal_error":
        return "invalid.value"
    if kind == "invalid_date":
        return "invalid.date"
    constraints = ("missing", "greater_than", "less_than", "string_too_short", "string_pattern", "too_short", "too_long")
    return "constraint.validation" if kind.startswith(constraints) else "bad.request"


def without_nulls(value: Any) -> Any:
    """The API leaves absent values out instead of sending null."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def render(row: Operation, result: Any, context_id: str) -> web.Response:
    """Serialize an answer and check it against its own schema: a violation is an error of the sandbox and must not pass unseen."""
    headers = {"ININ-Correlation-Id": context_id}
    if row.answer is None:
        return web.Response(status=row.status, headers=headers)
    body = json.dumps(without_nulls(result)).encode()
    try:
        adapter(row.answer).validate_json(body, strict=True, extra="allow" if row.keep_unknown else "forbid")
    except ValidationError as error:
        print(f"{row.method} {row.path} answers against its schema: {error}", file=sys.stderr, flush=True)
        places = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ApiError("internal.server.error", f"The sandbox's own answer to {row.method} {row.path} violates its schema: {places}") from error
    return web.Response(status=row.status, body=body, headers={**headers, "Content-Type": "application/json"})


async def _run(row: Operation, purecloud: PureCloud, request: web.Request, context_id: str) -> web.Response:
    call = authenticate(purecloud, request)
    status = 500
    try:
        check_rate(call)
        _check_permissions(row.permissions, call.organization.holds(call.caller_id))
        call.body = await read_body(row, request)
        response = render(row, row.handler(call), context_id)
        status = response.status
        return response
    except ApiError as error:
        status = error.status
        raise
    finally:
        count_request(call.organization, call.caller_id, row.method, BASE + row.path, status, call.now)


def add_operation_routes(app: web.Application, purecloud_of: Callable[[], PureCloud]) -> None:
    """Add every operation of the table; paths without parameters come first, so that they win over those with one."""
    for row in sorted(OPERATIONS, key=lambda item: item.path.count("{")):
        app.router.add_route(row.method, BASE + row.path, _endpoint(row, purecloud_of))


def _endpoint(row: Operation, purecloud_of: Callable[[], PureCloud]) -> Callable[[web.Request], Any]:
    async def endpoint(request: web.Request) -> web.Response:
        context_id = str(uuid.uuid4())
        try:
            return await _run(row, purecloud_of(), request, context_id)
        except ApiError as error:
            return api_error_response(error, context_id)

    return endpoint
