# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configuration Server as its two HTTP front ends show it: GAX and the GWS Platform Configuration API, on one state.

The core builds ``ConfigurationServer(seed, clock, switches)`` (``seed.py`` documents the seed, ``switches.py`` every switch) and calls
``add_routes(app, world)`` once. Handlers read ``world.cfgserver`` and ``world.switches`` at each request, because a reset replaces them.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from . import gax, gws
from .server import ConfigurationServer
from .switches import SWITCH_CHOICES, SWITCHES

__all__ = ["SWITCHES", "SWITCH_CHOICES", "ConfigurationServer", "add_routes"]


def add_routes(app: web.Application, world: Any) -> None:
    """Add the routes of both front ends. ``world`` has ``clock.now()``, ``switches`` and ``cfgserver``."""
    gax.add_routes(app, world)
    gws.add_routes(app, world)
