# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Configuration Server half alone, served from a thread of the calling process: fast tests and experiments without a child process."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from aiohttp import web

from . import SWITCHES, ConfigurationServer, add_routes

START_SECONDS = 20


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, epoch: float = 1_700_000_000.0) -> None:
        self.epoch = epoch

    def now(self) -> float:
        return self.epoch

    def advance(self, seconds: float) -> None:
        self.epoch += seconds


class StandaloneServer:
    """Context manager; afterwards ``url`` is the origin. ``switches``, ``clock`` and ``cfgserver`` may be changed between requests.

    ``clients`` lists what handlers told the journal about each request's client.
    """

    def __init__(self, seed: dict[str, Any] | None = None) -> None:
        self.clock = Clock()
        self.switches: dict[str, Any] = dict(SWITCHES)
        self.cfgserver = ConfigurationServer(seed, self.clock, self.switches)
        self.clients: list[str | None] = []
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def reset(self, seed: dict[str, Any] | None = None) -> None:
        """A new Configuration Server and default switches; the clock goes on."""
        self.switches = dict(SWITCHES)
        self.cfgserver = ConfigurationServer(seed, self.clock, self.switches)

    def __enter__(self) -> StandaloneServer:
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            raise RuntimeError("the standalone Configuration Server did not start")
        return self

    def __exit__(self, *exception: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = self._loop.run_until_complete(self._start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _start(self) -> web.AppRunner:
        @web.middleware
        async def journal(request: web.Request, handler: Any) -> web.StreamResponse:
            response = await handler(request)
            self.clients.append(request.get("client"))
            return response

        app = web.Application(middlewares=[journal], client_max_size=16 * 2**20)
        add_routes(app, self)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner
