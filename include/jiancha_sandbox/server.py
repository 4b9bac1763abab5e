"""The city as a forward HTTP proxy on loopback: every host of the city answers, no other."""

from __future__ import annotations

import argparse
import logging
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from jiancha_sandbox.answer import Answer
from jiancha_sandbox.city import DEFAULT_CLOCK, DEFAULT_SEED, SandboxCity
from jiancha_sandbox.exports import write_all_exports
from jiancha_sandbox.key import write_key
from jiancha_sandbox.odd_markup import HINTS
from jiancha_sandbox.plan import write_plan
from jiancha_sandbox.web import CityWeb

_log = logging.getLogger(__name__)
_IDLE_SECONDS = 60.0
_MOST_SENT = 100_000
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)  # Linux has it


class ProxyServer(ThreadingHTTPServer):
    """One thread per connection; connections are kept open between requests."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], city: SandboxCity) -> None:
        self.web = CityWeb(city)
        super().__init__(address, _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news; anything else is."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            _log.exception("request %r from %s failed", request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SandboxCity"
    timeout = _IDLE_SECONDS
    wbufsize = -1  # head and body leave in one packet
    disable_nagle_algorithm = True
    server: ProxyServer

    def do_GET(self) -> None:
        """Answer an absolute address, or an origin-form one with a Host header."""
        if self.path.startswith("/"):
            host, target = self.headers.get("Host", ""), self.path
        else:
            try:
                parts = urlsplit(self.path)
            except ValueError:
                self._refuse(400, "not an address")
                return
            host, target = parts.netloc, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        host = host.lower().removesuffix(":80")
        answer = self.server.web.answer(
            host, target, body=self._body(), token=self.headers.get("access-token", "")
        )
        if answer is None:
            self._refuse(502, f"host {host!r} is not in the sandbox city")
        else:
            self._send(answer)

    do_HEAD = do_GET
    do_POST = do_GET

    def _body(self) -> bytes:
        """What was sent along, if it is not too much for a question."""
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or int(length) > _MOST_SENT:
            self.close_connection = True
            return b""
        if int(length) and _QUICKACK is not None:
            # a client may hold the body back until its head is acknowledged, which takes 40 ms by default
            self.connection.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        return self.rfile.read(int(length))

    def do_CONNECT(self) -> None:
        """The city speaks plain HTTP only."""
        self.close_connection = True
        self._refuse(501, "the sandbox city has no HTTPS")

    def _refuse(self, status: int, reason: str) -> None:
        self._send(Answer(status, "text/plain; charset=utf-8", f"{reason}\n".encode()))

    def _send(self, answer: Answer) -> None:
        if answer.header_lines:
            self.wfile.write(HINTS)
        self.send_response(answer.status)
        self.flush_headers()
        self.wfile.writelines(line + b"\r\n" for line in answer.header_lines)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location is not None:
            self.send_header("Location", answer.location)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: a run asks for thousands of pages."""
        _log.debug(format, *args)


@contextmanager
def serve(city: SandboxCity, host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Serve ``city`` from a thread; gives the port."""
    with ProxyServer((host, port), city) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.port
        finally:
            server.shutdown()
            thread.join()


def run(  # noqa: PLR0913 - one keyword per option of the command line
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: datetime = DEFAULT_CLOCK,
    seed: int = DEFAULT_SEED,
    exports: Path | None = None,
    key: Path | None = None,
    plan: Path | None = None,
) -> int:
    """Write what is asked for, then serve until interrupted. Exit code 0."""
    city = SandboxCity(seed=seed, clock=clock)
    if exports is not None:
        write_all_exports(exports, city)
    if key is not None:
        write_key(key, city, city.windows())
    if plan is not None:
        write_plan(plan, city)
    with ProxyServer((host, port), city) as server:
        sys.stdout.write(f"sandbox city on http://{host}:{server.port}, clock {city.clock.isoformat()}\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            _log.info("interrupted")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """``python -m jiancha_sandbox.server``."""
    parser = argparse.ArgumentParser(prog="jiancha_sandbox.server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--clock", type=datetime.fromisoformat, default=DEFAULT_CLOCK)
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    parser.add_argument("--exports", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--plan", type=Path)
    return run(**vars(parser.parse_args(argv)))


if __name__ == "__main__":
    sys.exit(main())
