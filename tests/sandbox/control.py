# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control endpoints below /__sandbox__/: state, journal, faults, switches, clock. They are neither journalled nor subject to faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from aiohttp import web

from .faults import JOURNAL, PLAN, parse_faults
from .issued import ISSUED
from .world import WORLD, ControlError, World, check_switches

PREFIX = "/__sandbox__"


async def _body(request: web.Request, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The JSON object sent; an absent body counts as {}."""
    raw = await request.read()
    try:
        value = json.loads(raw) if raw.strip() else {}
    except ValueError as error:
        raise ControlError(f"The body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ControlError("The body must be a JSON object.")
    unknown = sorted(set(value) - set(allowed))
    if allowed and unknown:
        raise ControlError(f"Unknown key {unknown[0]!r}; known are {', '.join(allowed)}.")
    return value


async def reset(request: web.Request) -> Any:
    """Go back to the start seed, or to the seed and the switches sent; answers the credentials that are valid now."""
    body = await _body(request, ("seed", "switches"))
    world = request.app[WORLD]
    world.reset(body.get("seed"), body.get("switches"))
    request.app[JOURNAL].entries.clear()
    request.app[PLAN].clear()
    world.save()
    return credentials(world)


def credentials(world: World) -> dict[str, str]:
    """The accounts that the ready line names."""
    client_id, client_secret = world.purecloud.bootstrap_credentials()
    username, password = world.cfgserver.credentials()
    return {"client_id": client_id, "client_secret": client_secret, "cfgserver_username": username, "cfgserver_password": password}


async def state(request: web.Request) -> Any:
    return request.app[WORLD].dump()


async def secrets(request: web.Request) -> Any:
    return sorted(ISSUED)


async def requests(request: web.Request) -> Any:
    return list(request.app[JOURNAL].entries)


async def forget_requests(request: web.Request) -> Any:
    request.app[JOURNAL].entries.clear()
    return {}


async def add_faults(request: web.Request) -> Any:
    """Add faults and set switches: {"faults": [...], "switches": {...}}, or one fault as it is."""
    body = await _body(request, ())
    if "kind" in body:
        body = {"faults": [body]}
    unknown = sorted(set(body) - {"faults", "switches"})
    if unknown:
        raise ControlError(f"Unknown key {unknown[0]!r}; known are faults, switches, or the keys of one fault with its kind.")
    switches, faults = check_switches(body.get("switches") or {}), parse_faults(body.get("faults") or [])
    request.app[WORLD].switches.update(switches)
    request.app[PLAN].add(faults)
    request.app[WORLD].save()
    return {"faults": [fault.model_dump() for fault in request.app[PLAN].faults], "switches": request.app[WORLD].switches}


async def remove_faults(request: web.Request) -> Any:
    request.app[PLAN].clear()
    return {}


async def move_clock(request: web.Request) -> Any:
    """{"advance": seconds} or {"now": epoch seconds or ISO 8601}."""
    body = await _body(request, ("advance", "now"))
    clock = request.app[WORLD].clock
    if len(body) != 1:
        raise ControlError("The clock takes exactly one of advance and now.")
    if "advance" in body:
        clock.advance(_seconds(body["advance"], "advance"))
    else:
        clock.set(_epoch(body["now"]))
    request.app[WORLD].save()
    return {"now": clock.now(), "iso": datetime.fromtimestamp(clock.now(), timezone.utc).isoformat()}


def _seconds(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 4e9:
        raise ControlError(f"{name} must be a number of seconds.")
    return float(value)


def _epoch(value: Any) -> float:
    if not isinstance(value, str):
        return _seconds(value, "now")
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError as error:
        raise ControlError(f"now is neither epoch seconds nor ISO 8601: {value!r}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def _answer(handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
    async def wrapped(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except ControlError as error:
            return web.json_response({"message": str(error)}, status=400)

    return wrapped


def add_routes(app: web.Application) -> None:
    table = [
        ("POST", "reset", reset),
        ("GET", "state", state),
        ("GET", "secrets", secrets),
        ("GET", "requests", requests),
        ("DELETE", "requests", forget_requests),
        ("POST", "faults", add_faults),
        ("DELETE", "faults", remove_faults),
        ("POST", "clock", move_clock),
    ]
    for method, name, handler in table:
        app.router.add_route(method, f"{PREFIX}/{name}", _answer(handler))
