"""Registry exports over HTTP: from the sandbox city's server, and from servers that send something else."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jiancha.errors import FetchFailure, RegistryError
from jiancha.net.export_download import download_exports
from jiancha.registry.exports import read_exports
from jiancha.registry.snapshots import export_date
from jiancha.settings import HttpSettings, Settings
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.server import serve

DIRECT = replace(Settings(), http=HttpSettings(allow_private=True))


class Shelf(ThreadingHTTPServer):
    """Serves ``files`` by path and remembers the Authorization header of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.seen: list[str | None] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/exports/"


class _Handler(BaseHTTPRequestHandler):
    server: Shelf

    def do_GET(self) -> None:
        self.server.seen.append(self.headers.get("Authorization"))
        body = self.server.files.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with Shelf() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_citys_exports_are_fetched_and_readable() -> None:
    with serve(SandboxCity()) as port:
        settings = replace(Settings(), http=HttpSettings(proxy=f"http://127.0.0.1:{port}", pace_seconds=0))
        files = download_exports("http://registry.xianyang.gov.cn/exports/", auth=None, settings=settings)
    latest = [(name, data) for name, data in files if export_date(name) == date(2021, 2, 15)]
    tables = read_exports(latest)
    assert (len(tables.sites), len(tables.accounts)) == (56, 252)


def test_the_log_in_is_sent(shelf: Shelf) -> None:
    shelf.files = {"/exports/index.json": json.dumps({"files": ["a.csv"]}).encode(), "/exports/a.csv": b"x"}
    assert download_exports(shelf.url, auth=("office", "secret"), settings=DIRECT) == [("a.csv", b"x")]
    assert set(shelf.seen) == {"Basic " + base64.b64encode(b"office:secret").decode()}


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"files": []}',
        b'{"files": "a.csv"}',
        b'{"files": ["../secret.csv"]}',
        b'{"files": ["/etc/passwd.csv"]}',
        b'{"files": ["a\\\\b.csv"]}',
        b'{"files": ["a.exe"]}',
        b'{"files": [7]}',
        json.dumps({"files": [f"{n}.csv" for n in range(201)]}).encode(),
    ],
)
def test_an_index_that_is_none_is_refused(shelf: Shelf, index: bytes) -> None:
    shelf.files = {"/exports/index.json": index}
    with pytest.raises(RegistryError, match=r"index\.json"):
        download_exports(shelf.url, auth=None, settings=DIRECT)


def test_a_listed_file_that_is_missing_is_named(shelf: Shelf) -> None:
    shelf.files = {"/exports/index.json": json.dumps({"files": ["名录.xlsx"]}).encode()}
    with pytest.raises(FetchFailure, match="404"):
        download_exports(shelf.url, auth=None, settings=DIRECT)
