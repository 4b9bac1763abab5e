"""A forward proxy on loopback that stands between a browser and the network.

A browser follows redirects, loads pictures and runs scripts by itself, so that checking the address it is
given is not enough. All it asks for comes through here and is held to the rules of every other request:
private addresses are refused where they are not allowed, at the moment of connecting (see ``door``), the
configured proxy is used, and at the end of the time every connection is cut.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.address_guard import Door, is_private
from jiancha.net.proxy import Way
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

#: Chromium asks these for updates, the time and log-ins, whatever it is told. No page here needs them.
_MAKER = (".google.com", ".googleapis.com", ".gvt1.com")


class Gatekeeper:
    """One guarded way to the network; use :func:`guarded`. ``address`` is where the browser finds it.

    ``failed`` tells by host name why it could not be had, ``refused`` the hosts that may not be asked.
    """

    def __init__(self, settings: HttpSettings, door: Door, max_bytes: int) -> None:
        self.failed: dict[str, str] = {}
        self.refused: set[str] = set()
        self.way = Way(settings, door)
        self._settings = settings
        self._left = max_bytes
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gatekeeper = self
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def connected(self, host: str, port: int, *, tunnel: bool = False) -> socket.socket:
        """A connection that takes requests for a host, or over which the browser speaks TLS with it itself
        (``tunnel``); raises FetchFailure."""
        if host.endswith(_MAKER):
            raise FetchFailure(FailureKind.FORBIDDEN, "不连接浏览器厂商的服务", url=host)
        try:
            if not self._settings.allow_private and is_private(host):
                raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"{host} 是内部地址", url=host)
            return self.way.through(host, port) if tunnel else self.way.to(host, port)
        except FetchFailure as failure:
            if failure.kind is not FailureKind.PROXY:
                self.refused.add(host)
            self.failed[host] = failure.reason
            raise
        except OSError as error:
            self.failed[host] = "未能连接"
            raise FetchFailure(FailureKind.NETWORK, "未能连接", url=host) from error

    def passes(self, size: int) -> bool:
        """Whether so many more bytes may come in."""
        self._left -= size
        return self._left >= 0

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def start(self) -> None:
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def guarded(settings: HttpSettings, seconds: float, max_bytes: int) -> Iterator[Gatekeeper]:
    """A way to the network for so many seconds and unpacked or tunnelled bytes."""
    door = Door(settings)
    gatekeeper = Gatekeeper(settings, door, max_bytes)
    gatekeeper.start()
    try:
        with door.open(seconds):
            yield gatekeeper
    finally:
        gatekeeper.stop()
        door.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    gatekeeper: Gatekeeper

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
            sock = self.server.gatekeeper.connected(target.hostname or "", target.port or 443, tunnel=True)
        except (FetchFailure, ValueError):
            self.send_error(http.HTTPStatus.BAD_GATEWAY)
            return
        with sock:
            self.send_response_only(http.HTTPStatus.OK)
            self.end_headers()
            self._join(sock)
            _hang_up(sock)

    def do_GET(self) -> None:
        self.close_connection = True  # each request is checked: none may follow on the same connection
        try:
            parts = urlsplit(self.path)
            host, port = parts.hostname or "", parts.port or 80
            size = int(self.headers.get("Content-Length") or 0)
            if parts.scheme != "http" or not 0 <= size <= _MOST_SENT or "Transfer-Encoding" in self.headers:
                raise ValueError(self.path)
            sock = self.server.gatekeeper.connected(host, port)
        except (FetchFailure, ValueError):
            self.send_error(http.HTTPStatus.BAD_GATEWAY)
            return
        with sock:
            try:
                self._hand_on(sock, host, port, self.rfile.read(size))
            except http.client.HTTPException:
                self.server.gatekeeper.failed.setdefault(host, "应答无法读取")
            _hang_up(sock)

    do_POST = do_HEAD = do_PUT = do_OPTIONS = do_DELETE = do_PATCH = do_GET

    def _hand_on(self, sock: socket.socket, host: str, port: int, body: bytes) -> None:
        gatekeeper = self.server.gatekeeper
        onward = http.client.HTTPConnection(host, port)
        onward.sock = sock
        parts = urlsplit(self.path)
        own = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        onward.putrequest(
            self.command,
            self.path if gatekeeper.way.proxied else own,
            skip_host="Host" in self.headers,
            skip_accept_encoding=True,
        )
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        for name, value in (headers | gatekeeper.way.log_in() | {"Connection": "close"}).items():
            onward.putheader(name, value)
        onward.endheaders(body or None)
        answer = onward.getresponse()
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        while (chunk := answer.read1(_CHUNK)) and gatekeeper.passes(len(chunk)):
            self.wfile.write(chunk)

    def _join(self, sock: socket.socket) -> None:
        """Hand bytes on between browser and host until one of them ends."""
        ends = {self.connection: sock, sock: self.connection}
        while ready := select.select(list(ends), [], [], self.timeout)[0]:
            for one in ready:
                data = one.recv(_CHUNK)
                while isinstance(one, ssl.SSLSocket) and one.pending():
                    data += one.recv(_CHUNK)
                if not data or (one is sock and not self.server.gatekeeper.passes(len(data))):
                    return
                ends[one].sendall(data)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was asked for is told by ``failed`` and ``refused``."""


def _hang_up(sock: socket.socket) -> None:
    """End the connection at once: the door keeps a copy, so that closing it alone tells the host nothing."""
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was first
