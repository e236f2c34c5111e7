# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line: serve on loopback, print one line of JSON when ready, stop on SIGTERM, SIGINT or when the parent process goes."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import os
import signal
import socket
import ssl
import sys
from pathlib import Path

from aiohttp import web

from .application import make_application
from .control import credentials
from .world import ControlError, World, read_seed

LOOPBACK = ipaddress.IPv4Address("127.0.0.1")
MOST_ADDRESSES = 1000
PARENT_CHECK_SECONDS = 0.5


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Serve a local PureCloud and Configuration Server on loopback.")
    parser.add_argument("--port", type=int, default=8080, help="TCP port; 0 picks a free one (default: 8080)")
    parser.add_argument("--addresses", type=int, default=1, help="how many loopback addresses to serve, from 127.0.0.1 on: faults tell callers apart by them")
    parser.add_argument("--seed", type=Path, help="YAML file with the initial organizations and the Configuration Server")
    parser.add_argument("--state", type=Path, help="JSON file that keeps the state between runs; it holds secrets")
    parser.add_argument("--tls-cert", type=Path, help="PEM certificate chain; serves https instead of http")
    parser.add_argument("--tls-key", type=Path, help="PEM private key of the certificate")
    options = parser.parse_args(arguments)
    if (options.tls_cert is None) != (options.tls_key is None):
        parser.error("--tls-cert and --tls-key belong together")
    if not 1 <= options.addresses <= MOST_ADDRESSES:
        parser.error(f"--addresses must lie between 1 and {MOST_ADDRESSES}")
    return options


def ready_line(world: World, origin: str) -> str:
    """The one line that tells a starter where everything is; its keys are an interface."""
    urls = {"purecloud_url": origin, "gax_url": origin + world.cfgserver.gax_prefix, "gws_url": origin}
    return json.dumps({**urls, **credentials(world)})


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def wait_for_end(stop: asyncio.Event, parent: int) -> None:
    """Return when ``stop`` is set, or within a second after the parent process has gone."""
    while os.getppid() == parent and not stop.is_set():
        try:
            await asyncio.wait_for(stop.wait(), PARENT_CHECK_SECONDS)
        except asyncio.TimeoutError:
            continue


def listening(port: int, addresses: int) -> list[socket.socket]:
    """A socket on each of so many loopback addresses, all on one port."""
    listeners: list[socket.socket] = []
    for number in range(addresses):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((str(LOOPBACK + number), listeners[0].getsockname()[1] if listeners else port))
        listeners.append(listener)
    return listeners


async def serve(options: argparse.Namespace, parent: int) -> None:
    stop = stop_on_signals()  # before the ready line, whose reader may stop us at once
    world = World(read_seed(options.seed), options.state)
    context = None
    if options.tls_cert is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls_cert, options.tls_key)
    listeners = listening(options.port, options.addresses)
    runner = web.AppRunner(make_application(world), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    for listener in listeners:
        await web.SockSite(runner, listener, ssl_context=context, backlog=1024).start()
    try:
        world.save()
        origin = f"{'https' if context else 'http'}://{LOOPBACK}:{listeners[0].getsockname()[1]}"
        print(ready_line(world, origin), flush=True)
        await wait_for_end(stop, parent)
    finally:
        await runner.cleanup()
        world.save()


def main(parent: int) -> int:
    """Serve until told to stop or until process ``parent`` is no longer our parent; return the exit status."""
    try:
        asyncio.run(serve(parse_arguments(sys.argv[1:]), parent))
    except (ControlError, OSError) as error:
        print(f"The sandbox cannot start: {error}", file=sys.stderr)
        return 1
    return 0
