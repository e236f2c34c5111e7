# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The aiohttp application: routes of both halves, one middleware for journal and faults, one for unknown paths and crashes."""

from __future__ import annotations

import hashlib
import sys
import traceback
from contextlib import suppress

from aiohttp import web

from . import cfgserver, control, faults, purecloud
from .purecloud.errors import ApiError, api_error_response, code_of_status
from .world import WORLD, World

MAXIMUM_BODY = 16 * 1024 * 1024


@web.middleware
async def observe(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
    """Journal every request, apply the fault that is due, save the state after what may have changed it."""
    if request.path.startswith(control.PREFIX + "/"):
        return await handler(request)
    world = request.app[WORLD]
    fault = request.app[faults.PLAN].next_for(request, world)
    entry = request.app[faults.JOURNAL].open(request, world.clock.now(), fault)
    entry["client"] = faults.caller_of(request, world) or None  # a request that hangs shall have one, too
    try:
        response = await faults.apply(fault, request, handler, world) if fault else await handler(request)
        entry["status"] = response.status if response is not None else None
    finally:
        entry["client"] = request.get("client", entry["client"])
        with suppress(web.HTTPException, ConnectionError):  # a body that is too large, a client that has gone
            entry["digest"] = hashlib.sha256(await request.read()).hexdigest()
        if request.method not in ("GET", "HEAD"):
            world.save()
    return response if response is not None else web.Response(status=500)  # never sent: the connection is gone


@web.middleware
async def report(request: web.Request, handler: faults.Handler) -> web.StreamResponse:
    """Turn what aiohttp raises, and crashes of the sandbox itself, into answers of the API that was asked."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if not faults.is_purecloud(request.path):
            raise
        return api_error_response(ApiError(code_of_status(error.status), None if error.status == 404 else error.reason, status=error.status))
    except Exception as error:  # the sandbox must answer, and its tests must see what broke
        traceback.print_exc(file=sys.stderr)
        message = f"The sandbox failed: {type(error).__name__}: {error}"
        if faults.is_purecloud(request.path):
            return api_error_response(ApiError("internal.server.error", message))
        return web.json_response({"message": message, "code": 500}, status=500)


def make_application(world: World) -> web.Application:
    app = web.Application(middlewares=[observe, report], client_max_size=MAXIMUM_BODY)
    app[WORLD] = world
    app[faults.PLAN] = faults.FaultPlan()
    app[faults.JOURNAL] = faults.Journal()
    control.add_routes(app)
    cfgserver.add_routes(app, world)
    purecloud.add_routes(app, world)
    return app
