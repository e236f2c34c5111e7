# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PureCloud half of the sandbox: login host and Platform API on one origin.

Which operations exist: ``operations.OPERATIONS``, filled by the modules imported here. What is a switch: ``switches``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from . import divisions, grants, identity_providers, oauth_clients, oauth_usage, organization, roles, tokens, user_search, users
from .operations import add_operation_routes
from .state import PureCloud
from .switches import SWITCH_CHOICES, SWITCHES

if TYPE_CHECKING:
    from ..world import World

__all__ = ["SWITCHES", "SWITCH_CHOICES", "PureCloud", "add_routes"]
OPERATION_MODULES = (divisions, grants, identity_providers, oauth_clients, oauth_usage, organization, roles, tokens, user_search, users)


def add_routes(app: web.Application, world: World) -> None:
    """Add POST /oauth/token and every operation below /api/v2."""

    async def token(request: web.Request) -> web.Response:
        return await tokens.token_endpoint(world.purecloud, request)

    app.router.add_post("/oauth/token", token)
    add_operation_routes(app, lambda: world.purecloud)
