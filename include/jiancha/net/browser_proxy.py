"""A forward proxy on loopback that stands between a browser and the network.

A browser follows redirects, loads pictures and runs scripts by itself, so that checking the address it is
given is not enough. All it asks for comes through here and is held to the rules of every other request:
private addresses are refused where they are not allowed, at the moment of connecting, the
configured proxy is used, and at the end of the time every connection is cut.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.address_guard import AddressGuard, is_private
from jiancha.net.answer import Answer
from jiancha.net.client import ERRORS, Client
from jiancha.settings import HttpSettings

_CHUNK = 65_536
_MOST_SENT = 1_000_000  # bytes of one request's body
#: Headers that concern one connection only (RFC 9110, 7.6.1); bodies are handed on without their chunks.
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}

#: Chromium asks these for updates, the time and log-ins, whatever its switches. No page here needs them.
_MAKER = (".google.com", ".googleapis.com", ".gvt1.com")


class BrowserProxy:
    """One guarded way to the network; use :func:`guarded`. ``address`` is where the browser finds it.

    ``failed`` tells by host name why it could not be had, ``refused`` the hosts that may not be asked.
    """

    def __init__(self, settings: HttpSettings, seconds: float, max_bytes: int) -> None:
        self.failed: dict[str, str] = {}
        self.refused: set[str] = set()
        self.guard = AddressGuard(settings)
        self.guard.start(seconds)
        self._settings = settings
        self._left = max_bytes
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def way_to(self, host: str) -> Iterator[Client]:
        """What asks a host. Notes why that may not be asked, or cannot, and raises FetchFailure then."""
        if host.endswith(_MAKER):
            raise FetchFailure(FailureKind.FORBIDDEN, "不连接浏览器厂商的服务", url=host)
        client = Client(self._settings, self.guard)
        try:
            if not self._settings.allow_private and is_private(host):
                raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"{host} 是内部地址", url=host)
            yield client
        except FetchFailure as failure:
            if failure.kind is not FailureKind.PROXY:
                self.refused.add(host)
            self.failed[host] = failure.reason
            raise
        except ERRORS as error:
            reason = "应答无法读取" if isinstance(error, HTTPException) else "未能连接"
            self.failed.setdefault(host, reason)
            raise FetchFailure(FailureKind.NETWORK, reason, url=host) from error
        finally:
            client.drop_connections()

    def passes(self, size: int) -> bool:
        """Whether so many more bytes may come in."""
        self._left -= size
        return self._left >= 0

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def start(self) -> None:
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self.guard.start(0)
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def guarded(settings: HttpSettings, seconds: float, max_bytes: int) -> Iterator[BrowserProxy]:
    """A way to the network for so many seconds and unpacked or tunnelled bytes."""
    proxy = BrowserProxy(settings, seconds, max_bytes)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    proxy: BrowserProxy

    def handle_error(self, *_: object) -> None:
        """Nothing: browsers drop connections all the time."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_CONNECT(self) -> None:
        self.close_connection = True
        try:
            target = urlsplit(f"//{self.path}")
            host, port = target.hostname or "", target.port or 443
            with self.server.proxy.way_to(host) as client:
                sock = client.tunnel(host, port)
        except (FetchFailure, ValueError):
            self.send_error(HTTPStatus.BAD_GATEWAY)
            return
        with sock, suppress(OSError):
            self.send_response_only(HTTPStatus.OK)
            self.end_headers()
            self._join(sock)

    def do_GET(self) -> None:
        self.close_connection = True  # each request is checked: none may follow on the same connection
        self._answered = False
        try:
            parts = urlsplit(self.path)
            size = int(self.headers.get("Content-Length") or 0)
            if parts.scheme != "http" or not 0 <= size <= _MOST_SENT or "Transfer-Encoding" in self.headers:
                raise ValueError(self.path)
            _ = parts.port  # raises for a faulty port
            body = self.rfile.read(size) or None
            sent = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            with self.server.proxy.way_to(parts.hostname or "") as client:
                self._hand_back(client.ask(self.command, self.path, sent | {"Connection": "close"}, body))
        except (FetchFailure, ValueError):
            if not self._answered:
                self.send_error(HTTPStatus.BAD_GATEWAY)

    do_POST = do_HEAD = do_PUT = do_OPTIONS = do_DELETE = do_PATCH = do_GET

    def _hand_back(self, answer: Answer) -> None:
        self._answered = True
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while (chunk := answer.read1(_CHUNK)) and self.server.proxy.passes(len(chunk)):
            self.wfile.write(chunk)

    def _join(self, sock: socket.socket) -> None:
        """Hand bytes on between browser and host until one of them ends."""
        ends = {self.connection: sock, sock: self.connection}
        while ready := select.select(list(ends), [], [], self.timeout)[0]:
            for one in ready:
                data = one.recv(_CHUNK)
                while isinstance(one, ssl.SSLSocket) and one.pending():
                    data += one.recv(_CHUNK)
                if not data or (one is sock and not self.server.proxy.passes(len(data))):
                    return
                ends[one].sendall(data)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: ``failed`` and ``refused`` hold what was asked for."""
