# Copyright (c) 2026, genesys.hybrid contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server of the network's tests: ``server.py CERTIFICATE KEY``.

On port 443 it answers over TLS like PureCloud's token endpoint without credentials, on 7000 it sends back every line, on 8443 it answers every request
over TLS with a page, as an inspecting proxy does.
"""

from __future__ import annotations

import socketserver
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Token(BaseHTTPRequestHandler):
    status, content_type, body = 400, "application/json", b'{"error": "invalid_request", "description": "client credentials are required"}'

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(self.status)
        self.send_header("Content-Type", self.content_type)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)


class Page(Token):
    status, content_type, body = 200, "text/html", b"<html>Please accept the terms of use.</html>"


class Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(line)
            self.wfile.flush()


class EchoServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    for port, handler in ((443, Token), (8443, Page)):
        server = ThreadingHTTPServer(("0.0.0.0", port), handler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    EchoServer(("0.0.0.0", 7000), Echo).serve_forever()


if __name__ == "__main__":
    main()
