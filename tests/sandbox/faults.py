# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on demand and the journal of requests.

A fault applies to the requests that match its ``method`` (or one of several, as ``PUT|DELETE``), its ``path`` (a regular expression, searched in the
path), its ``client`` (one for the whole of the OAuth client's ID behind the token, or of the account's name behind the session; who logs in has
neither yet) and its ``host`` (the address that was asked, of those that ``--addresses`` serves): to the ``nth`` such request after the fault was set,
and to ``times`` in a row (0 = for ever). The first fault in the list that is due wins. After a fault with ``down`` every further request to the same
address is reset.

======================  ====================================================================================================
kind                    what happens (``processed``: whether the request takes effect)
======================  ====================================================================================================
status                  answers ``status`` with ``headers`` and ``body`` (default: an error in the shape of that API);
                        not processed, unless ``processed: true``
delay                   waits ``seconds``, then processes and answers as usual
reset_before            the connection is reset; not processed
reset_after             processed, then the connection is reset without an answer
hang                    no answer until the client leaves, at most ``seconds`` (default 600); processed only with ``processed: true``
truncate                processed; the answer announces its full length and stops after half of it
html                    200 with an HTML page; not processed, unless ``processed: true``
empty                   processed; the answer keeps its status and headers and loses its body
drip                    processed; the body comes byte by byte with ``seconds`` between (default 0.01)
expire_tokens           every PureCloud token and every GAX and GWS session ends, then the request is processed
======================  ====================================================================================================
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from multidict import CIMultiDict
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from .purecloud.errors import ApiError, code_of_status, envelope
from .world import ControlError, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
JOURNAL_LENGTH = 100_000
HANG_SECONDS = 600.0


class Fault(BaseModel):
    """One fault as POST /__sandbox__/faults takes it."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["status", "delay", "reset_before", "reset_after", "hang", "truncate", "html", "empty", "drip", "expire_tokens"]
    method: str | None = None
    path: str | None = None
    client: str | None = None
    host: str | None = None
    nth: int = Field(default=1, ge=1)
    times: int = Field(default=1, ge=0)
    status: int = Field(default=503, ge=200, le=599)
    headers: dict[str, str] = {}
    body: Any = None
    seconds: float | None = Field(default=None, ge=0, le=HANG_SECONDS)
    processed: bool = False
    down: bool = False

    @field_validator("path", "client")
    @classmethod
    def _is_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return value

    def matches(self, request: web.Request, world: World) -> bool:
        fits = self.method is None or request.method in self.method.upper().split("|")
        fits = fits and (self.host is None or self.host == request.url.host)
        fits = fits and (self.path is None or re.search(self.path, request.path) is not None)
        return fits and (self.client is None or re.fullmatch(self.client, caller_of(request, world)) is not None)


def caller_of(request: web.Request, world: World) -> str:
    """The ID of the OAuth client or the name of the account that a request comes from; empty before a login."""
    token = world.purecloud.tokens.get(request.headers.get("Authorization", "").partition(" ")[2])
    if token is not None:
        return token.client_id
    accounts = (world.cfgserver.sessions.username_of(cookie) for cookie in request.cookies.values())
    return next(filter(None, accounts), "")


def parse_faults(value: Any) -> list[Fault]:
    """Read a list of faults or one fault; raise ControlError with the places that are wrong."""
    try:
        return TypeAdapter(list[Fault]).validate_python(value if isinstance(value, list) else [value])
    except ValidationError as error:
        places = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise ControlError(f"The faults are not usable: {places}") from error


@dataclass
class FaultPlan:
    """The faults that are set, each with the number of matching requests seen so far."""

    faults: list[Fault] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    down: set[str | None] = field(default_factory=set)

    def add(self, faults: list[Fault]) -> None:
        self.faults.extend(faults)
        self.seen.extend(0 for _dummy in faults)

    def clear(self) -> None:
        self.faults.clear()
        self.seen.clear()
        self.down.clear()

    def next_for(self, request: web.Request, world: World) -> Fault | None:
        if request.url.host in self.down:
            return Fault(kind="reset_before")
        chosen: Fault | None = None
        for index, fault in enumerate(self.faults):
            if not fault.matches(request, world):
                continue
            self.seen[index] += 1
            due = self.seen[index] >= fault.nth and (fault.times == 0 or self.seen[index] < fault.nth + fault.times)
            if due and chosen is None:
                chosen = fault
        if chosen is not None and chosen.down:
            self.down.add(request.url.host)
        return chosen


@dataclass
class Journal:
    """What clients asked: host, method, path, query, digest of the body (two that are equal are the same request), status (null when no answer was
    sent), client, time, fault."""

    entries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=JOURNAL_LENGTH))

    def open(self, request: web.Request, time: float, fault: Fault | None) -> dict[str, Any]:
        entry: dict[str, Any] = {"method": request.method, "path": request.path, "query": request.query_string, "status": None}
        entry.update(host=request.url.host, client=None, digest=None, time=time, fault=fault.kind if fault else None)
        self.entries.append(entry)
        return entry


PLAN: web.AppKey[FaultPlan] = web.AppKey("plan", FaultPlan)
JOURNAL: web.AppKey[Journal] = web.AppKey("journal", Journal)


async def apply(fault: Fault, request: web.Request, handler: Handler, world: World) -> web.StreamResponse | None:
    """Answer ``request`` as ``fault`` says; None means that no answer was sent."""
    await request.read()  # a body left unread would hide the client's leaving and would make close() a reset
    if fault.kind == "delay":
        await asyncio.sleep(fault.seconds if fault.seconds is not None else 1.0)
    if fault.kind == "expire_tokens":
        world.purecloud.drop_tokens()
        world.cfgserver.expire_sessions()
    if fault.kind == "reset_before":
        _reset(request)
        return None
    if fault.kind in ("status", "html", "hang"):
        if fault.processed:
            await handler(request)
        if fault.kind != "hang":
            return _canned(request, fault)
        await _hang(request, fault)
        return None
    response = await handler(request)
    if fault.kind == "reset_after":
        _reset(request)
        return None
    if fault.kind in ("delay", "expire_tokens") or not isinstance(response, web.Response):
        return response
    return await _mangled(request, response, fault)


async def _mangled(request: web.Request, response: web.Response, fault: Fault) -> web.StreamResponse | None:
    """Send an answer of the server with its body dropped, cut or slowed."""
    body = response.body if isinstance(response.body, bytes) else b""
    headers = {name: value for name, value in response.headers.items() if name.lower() not in ("content-length", "date", "server")}
    if fault.kind == "empty":
        return web.Response(status=response.status, headers=headers)
    stream = web.StreamResponse(status=response.status, headers=headers)
    stream.content_length = len(body)
    stream.force_close()
    await stream.prepare(request)
    try:
        if fault.kind == "drip":
            for index in range(len(body)):
                await stream.write(body[index : index + 1])
                await asyncio.sleep(fault.seconds if fault.seconds is not None else 0.01)
        else:
            await stream.write(body[: len(body) // 2])
    except ConnectionError:
        return None
    if fault.kind == "truncate" and request.transport is not None:
        request.transport.close()
    return stream


def _reset(request: web.Request) -> None:
    """Close the connection with a TCP reset, as a crashing server or a firewall does."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _hang(request: web.Request, fault: Fault) -> None:
    deadline = asyncio.get_running_loop().time() + (fault.seconds if fault.seconds is not None else HANG_SECONDS)
    while request.transport is not None and not request.transport.is_closing() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
    _reset(request)


def _canned(request: web.Request, fault: Fault) -> web.Response:
    """An answer that the fault itself describes."""
    if fault.kind == "html":
        page = fault.body if isinstance(fault.body, str) else "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>"
        return web.Response(body=page.encode(), headers=_headers("text/html; charset=utf-8", fault))
    body = fault.body if fault.body is not None else _default_body(request.path, fault.status)
    raw, kind = (body, "text/plain; charset=utf-8") if isinstance(body, str) else (json.dumps(body), "application/json")
    return web.Response(status=fault.status, body=raw.encode(), headers=_headers(kind, fault))


def _headers(kind: str, fault: Fault) -> CIMultiDict[str]:
    headers: CIMultiDict[str] = CIMultiDict({"Content-Type": kind})
    headers.update(fault.headers)
    return headers


def is_purecloud(path: str) -> bool:
    """Whether the Platform API answers ``path`` (the Web Services API lies below the same /api/v2)."""
    return path.startswith("/api/v2/") and not path.startswith("/api/v2/platform/configuration")


def _default_body(path: str, status: int) -> dict[str, Any]:
    """An error body in the shape that the API below ``path`` uses."""
    message = f"Injected fault with status {status}."
    if path.startswith("/oauth/"):
        return {"error": "server_error", "description": message, "error_description": message}
    if is_purecloud(path):
        return envelope(ApiError(code_of_status(status), message, status=status), str(uuid.uuid4()))
    return {"code": status, "message": message}
