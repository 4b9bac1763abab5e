"""A small website on loopback: three columns, one of them stale since long."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jiancha.windows import ZONE


class Town(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"

    def column(self, path: str, days: Sequence[date]) -> None:
        items = "".join(
            f'<li><a href="t{n}.html">关于做好第{n}项重点工作的通知</a><span>{day}</span></li>'
            for n, day in enumerate(days)
        )
        self.pages[path] = f'<div class="main"><ul>{items}</ul></div>'


class _Handler(BaseHTTPRequestHandler):
    server: Town

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        body = f"<html><body>{page or '没有这个页面'}</body></html>".encode()
        self.send_response(200 if page is not None else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def town() -> Iterator[Town]:
    today = datetime.now(ZONE).date()
    with Town() as server:
        menu = (("工作动态", "/gzdt/"), ("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
        links = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in menu)
        server.pages["/"] = f"<ul>{links}</ul>"
        server.column("/gzdt/", [today - timedelta(days=n) for n in (1, 2, 3)])
        server.column("/tzgg/", [today - timedelta(days=n) for n in (100, 120, 140)])
        server.column("/zcwj/", [today - timedelta(days=n) for n in (300, 320, 340)])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
