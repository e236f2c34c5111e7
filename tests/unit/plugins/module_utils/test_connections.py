# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to servers that send the beginning of an answer drop by drop, and what a connection asks of TLS."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time

import pytest

from ansible_collections.genesys.hybrid.plugins.module_utils._errors import UnreachableError
from ansible_collections.genesys.hybrid.plugins.module_utils._http import HttpClient, Losses, RetryPolicy

DROPS = 600  # after so many the server gives up: far more than a client may take
DRIPPING = {
    "a status line": itertools.cycle([b"H"]),
    "the name of a header": itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.cycle([b"X"])),
    "headers": itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.cycle([b"X", b":1\r\n"])),
    "promises to go on": itertools.cycle([b"HTTP/1.1 100 Continue\r\n\r\n"]),
}


@pytest.fixture
def dripping():
    """A function that starts a server which drips one answer: its port, and the list of the drops that it could send."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        sent, threads = [], []

        def serve(drops):
            connection, _peer = listener.accept()
            with connection:
                connection.recv(65536)
                try:
                    for drop in itertools.islice(drops, DROPS):
                        connection.sendall(drop)
                        sent.append(drop)
                        time.sleep(0.02)
                except OSError:
                    pass  # the client has gone

        def start(drops):
            threads.append(threading.Thread(target=serve, args=(drops,), daemon=True))
            threads[0].start()
            return listener.getsockname()[1], sent, threads[0]

        yield start


@pytest.mark.parametrize("what", DRIPPING)
def test_headers_that_drip_are_given_up_in_time(dripping, what):
    port, sent, thread = dripping(DRIPPING[what])
    client = HttpClient(f"http://127.0.0.1:{port}", timeout=0.4, retry=RetryPolicy(attempts=1))
    with pytest.raises(UnreachableError, match="no answer within 0.4 seconds") as caught:
        client.request("PUT", "/x", json_body={}, repeatable=False)
    client.close()
    thread.join(30)
    assert caught.value.maybe_processed and 0 < len(sent) < DROPS / 2


def test_headers_in_pieces_are_one_answer(dripping):
    port, _sent, _thread = dripping([b"HTTP/1.1 2", b"00 OK\r\nContent-Le", b"ngth: 4\r\nX-A: b\r", b"\n\r\n", b"1", b"234"])
    answer = HttpClient(f"http://127.0.0.1:{port}", timeout=5.0).request("GET", "/x")
    assert (answer.status, answer.headers["X-A"], answer.body) == (200, "b", b"1234")


def test_a_connection_offers_no_tls_below_1_2(monkeypatch):
    seen = []

    def wrap(context, *_arguments, **_keywords):
        seen.append(context.minimum_version)
        raise ssl.SSLError("enough")

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(UnreachableError):
        HttpClient(f"https://127.0.0.1:{listener.getsockname()[1]}", timeout=5.0).request("GET", "/x")
    assert seen and min(seen) >= ssl.TLSVersion.TLSv1_2


def _lose(losses, seconds, together):
    """Add losses in a thread of their own, at the same moment as others."""

    def lose():
        together.wait(10)
        for loss in seconds:
            losses.add(loss)
        together.wait(10)  # until then no other thread gets this one's number

    return threading.Thread(target=lose)


@pytest.mark.parametrize(("lost", "counted"), [([[60], [60], [60]], 60), ([[50] * 5, [], []], 250), ([[10, 10], [30]], 30)])
def test_what_threads_lose_at_the_same_moment_is_lost_once_and_no_less(lost, counted):
    losses, together = Losses(), threading.Barrier(len(lost))
    threads = [_lose(losses, seconds, together) for seconds in lost]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert losses.seconds == pytest.approx(counted, abs=5)
