# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both front ends share: reading a JSON body against a schema, and answering only what a schema allows."""

from __future__ import annotations

import functools
import json
from typing import Any, TypeVar

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from .model import INVALID, ConfigurationError, Entry

SECRET_WORDS = ("password", "passphrase", "pkey", "private_key", "secret")
MASK = "****"

Schema = TypeVar("Schema", bound=BaseModel)


class UnsupportedMediaType(Exception):
    """The body is not declared as JSON."""


def where(error: ValidationError) -> str:
    """Places and reasons of a schema violation, without the values (they may be secrets)."""
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(str(part) for part in problem['loc']) or 'body'}: {problem['msg']}" for problem in problems[:5])


async def json_body(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    try:
        return json.loads(await request.read())
    except ValueError as error:
        raise ConfigurationError(INVALID, "the body is not JSON") from error


async def body_of(request: web.Request, schema: type[Schema]) -> Schema:
    return parsed(schema, await json_body(request))


def parsed(schema: type[Schema], value: Any) -> Schema:
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        raise ConfigurationError(INVALID, f"the body does not fit: {where(error)}") from error


@functools.lru_cache(maxsize=256)
def _adapter(schema: Any) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def answer(schema: Any, payload: Any, status: int = 200) -> web.Response:
    """``payload`` as JSON when it fits ``schema``; otherwise a 500 that says where this sandbox is wrong."""
    try:
        _adapter(schema).validate_python(payload)
    except ValidationError as error:
        message = f"the sandbox's own response violates its schema: {where(error)}"
        return web.json_response({"message": message, "code": "SandboxResponseSchema"}, status=500)
    return web.json_response(payload, status=status)


def shown(entry: Entry, mode: str) -> Entry:
    """The entry as it reads back under the switch cfgserver_secrets."""
    if mode == "plain" or not entry.value or not any(word in entry.key.lower() for word in SECRET_WORDS):
        return entry
    return entry._replace(value=MASK if mode == "masked" else "")
