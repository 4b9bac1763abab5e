"""A server on loopback that answers as badly as a test asks it to; it is a forward proxy as well."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Hostile

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        route = self.server.routes.get(parts.path)
        if route is not None or parts.path != "/robots.txt":  # every visit asks for it
            self.server.seen.append((self.path, dict(self.headers)))
        if route is None:
            self.answer(b"not here", status=404)
        else:
            with suppress(ConnectionError):  # the client has had enough
                route(self)

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers.get("Content-Length", "0"))))
        self.do_GET()

    def answer(self, body: bytes, *, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are, and no connection afterwards."""
        self.close_connection = True
        self.wfile.write(data)

    def drip(self, head: bytes, piece: bytes) -> None:
        """Something now and then, for as long as anyone listens."""
        self.raw(head)
        while not self.server.stopping.wait(0.05):
            self.wfile.write(piece)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        pass


class Hostile(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes: dict[str, Route] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.posted: list[bytes] = []
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def serve(self, path: str, body: bytes, **headers: str) -> str:
        """Answer ``path`` with ``body``; returns its address."""
        self.routes[path] = lambda handler: handler.answer(body, **headers)
        return self.url + path

    def redirect(self, path: str, target: str, **headers: str) -> str:
        self.routes[path] = lambda handler: handler.answer(b"", status=302, Location=target, **headers)
        return self.url + path

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients go away in these tests


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    with Hostile() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.stopping.set()
        server.shutdown()
        thread.join()
