"""Pictures of accused pages: what the browser may reach, and what is left of it."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest
import requests
from support.chromium import CHROMIUM, needs_chromium

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.lake import Lake
from jiancha.net.browser import find_browser
from jiancha.net.browser_proxy import guarded
from jiancha.settings import EvidenceSettings, HttpSettings, Settings
from jiancha.sites.screenshots import accused_pages, take, take_all


class Net(ThreadingHTTPServer):
    """A server that also is a forward proxy: it answers for every host, and knows what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[str] = []
        self.logins: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def page(self, url: str, text: str, status: int = 200, **headers: str) -> None:
        self.pages[url] = (status, {"Content-Type": "text/html; charset=utf-8", **headers}, text.encode())


class _Handler(BaseHTTPRequestHandler):
    server: Net
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.logins.append(self.headers.get("Proxy-Authorization"))
        status, headers, body = self.server.pages.get(self.path, (404, {}, b"nothing"))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        body = self.rfile.read(size)
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(body[::-1])

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"echo:" + self.connection.recv(100))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def net() -> Iterator[Net]:
    with Net() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def settings(net: Net, *, private: bool = False, proxied: bool = True, browser: str = "") -> Settings:
    http = HttpSettings(proxy=net.url if proxied else "", allow_private=private, connect_timeout=5)
    return Settings(http=http, evidence=EvidenceSettings(screenshots=True, browser=browser))


def through(address: str) -> dict[str, str]:
    return {"http": f"http://{address}", "https": f"http://{address}"}


def ask(address: str, lines: bytes, then: bytes = b"") -> bytes:
    """What comes back for raw bytes; ``then`` is sent after the first answer."""
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), 5) as sock:
        sock.sendall(lines)
        answer = b""
        if then:
            answer = sock.recv(1000)
            sock.sendall(then)
        while data := sock.recv(1000):
            answer += data
        return answer


def test_the_browser_proxy_hands_on_what_is_allowed(net: Net) -> None:
    net.page("/a?b=1", "你好")
    with guarded(HttpSettings(allow_private=True), 10, 10_000) as proxy:
        answer = requests.get(f"{net.url}/a?b=1", proxies=through(proxy.address), timeout=5)
        posted = requests.post(f"{net.url}/p", data=b"abc", proxies=through(proxy.address), timeout=5)
    assert (answer.status_code, answer.content.decode()) == (200, "你好")
    assert posted.content == b"cba"
    assert (proxy.failed, proxy.refused) == ({}, set())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://localhost/", "http://10.1.2.3/x.png"])
def test_the_browser_proxy_refuses_private_addresses(url: str) -> None:
    with guarded(HttpSettings(), 10, 10_000) as proxy:
        assert requests.get(url, proxies=through(proxy.address), timeout=5).status_code == 502
        assert ask(proxy.address, b"CONNECT 192.168.1.1:443 HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 502")
    assert len(proxy.refused) == 2
    assert "192.168.1.1" in proxy.refused


def test_behind_a_proxy_private_addresses_are_refused_too(net: Net) -> None:
    net.page("http://www.city.example/", "home")
    with guarded(HttpSettings(proxy=net.url.replace("//", "//me:p%40ss@")), 10, 10_000) as proxy:
        proxies = through(proxy.address)
        assert requests.get("http://www.city.example/", proxies=proxies, timeout=5).text == "home"
        assert requests.get("http://10.0.0.8/", proxies=proxies, timeout=5).status_code == 502
        tunnelled = ask(proxy.address, b"CONNECT www.city.example:443 HTTP/1.1\r\n\r\n", b"hello")
    assert net.asked == ["http://www.city.example/", "www.city.example:443"]
    assert net.logins == ["Basic bWU6cEBzcw=="]  # me:p@ss
    assert tunnelled.endswith(b"\r\n\r\necho:hello")


@pytest.mark.parametrize(
    "lines",
    [
        b"GET ftp://a.example/ HTTP/1.1\r\n\r\n",
        b"GET /etc/passwd HTTP/1.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET http://127.0.0.1:99999/ HTTP/1.1\r\n\r\n",
        b"POST http://127.0.0.1:1/ HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"POST http://127.0.0.1:1/ HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n",
        b"CONNECT nonsense:port HTTP/1.1\r\n\r\n",
    ],
)
def test_the_browser_proxy_refuses_what_is_no_web_request(lines: bytes) -> None:
    with guarded(HttpSettings(allow_private=True), 5, 10_000) as proxy:
        assert ask(proxy.address, lines).startswith(b"HTTP/1.1 502")


def test_a_connection_carries_one_request_only(net: Net) -> None:
    """A second one could name another host than the one that was checked."""
    net.page("/a", "a")
    twice = f"GET {net.url}/a HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 2
    with guarded(HttpSettings(allow_private=True), 5, 10_000) as proxy:
        assert ask(proxy.address, twice).count(b"200 OK") == 1
    assert net.asked == ["/a"]


def test_no_more_than_the_budget_comes_in(net: Net) -> None:
    net.page("/big", "x" * 1_000_000)
    lines = f"GET {net.url}/big HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with guarded(HttpSettings(allow_private=True), 5, 200_000) as proxy:
        assert len(ask(proxy.address, lines)) < 210_000


def finding(**detail: object) -> dict[str, object]:
    return {"detail": json.dumps(detail)}


def test_which_pages_are_accused() -> None:
    lists = [
        finding(checkpoint="2021-02-15", newest=None, method="own"),
        finding(columns=[{"url": "http://a/1/"}, {"url": "http://a/2/"}]),
        finding(columns=[{"url": "http://a/2/"}, {"url": "http://a/3/"}]),
        finding(messages=[{"url": None}, {"url": "http://a/m"}], late=None),
    ]
    assert accused_pages(lists, "http://a/", 9) == [
        "http://a/",
        "http://a/1/",
        "http://a/2/",
        "http://a/3/",
        "http://a/m",
    ]
    assert accused_pages(lists, "http://a/", 2) == ["http://a/", "http://a/1/"]
    assert accused_pages([finding()], None, 5) == []


def test_no_browser_is_told_by_name_of_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"evidence\.screenshots is on.*/nowhere/chrome"):
        find_browser("/nowhere/chrome", "evidence.screenshots is on")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SettingsError, match="chromium, chromium-browser, google-chrome"):
        find_browser("", "evidence.screenshots is on")


def script(folder: Path, text: str) -> str:
    """A program in the place of the browser; its arguments hold --screenshot=FILE."""
    program = folder / "browser"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


def test_a_browser_that_hangs_is_killed_with_its_children(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiancha.sites.screenshots.SECONDS", 1.0)
    net.page("http://www.city.example/", "home")
    browser = script(tmp_path, f"sleep 77 & echo $! > {tmp_path}/child; sleep 77")
    begun = time.monotonic()
    with pytest.raises(FetchFailure) as caught:
        take("http://www.city.example/", browser, settings(net))
    assert (caught.value.kind, caught.value.reason) == (FailureKind.TIMEOUT, "浏览器1秒内未完成")
    assert time.monotonic() - begun < 5
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


WRITE = 'for a; do case $a in --screenshot=*) PROGRAM > "${a#*=}";; esac; done'


@pytest.mark.parametrize(
    ("program", "kind"),
    [
        ("exit 3", FailureKind.BAD_CONTENT),
        (WRITE.replace("PROGRAM", "echo text"), FailureKind.BAD_CONTENT),
        (WRITE.replace("PROGRAM", r"printf '\211PNG\r\n\032\n%200s'"), FailureKind.TOO_LARGE),
    ],
)
def test_what_is_no_picture_is_not_kept(
    net: Net, tmp_path: Path, program: str, kind: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiancha.sites.screenshots.MAX_BYTES", 100)
    net.page("http://www.city.example/", "home")
    with pytest.raises(FetchFailure) as caught:
        take("http://www.city.example/", script(tmp_path, program), settings(net))
    assert caught.value.kind is kind


def test_a_page_that_cannot_be_had_gives_its_reason_and_no_picture(net: Net, tmp_path: Path) -> None:
    browser = script(tmp_path, f"touch {tmp_path}/started")
    net.page("http://www.city.example/moved", "", 302, Location="http://192.168.0.1/")
    lake, pages = Lake(tmp_path / "lake"), ["http://www.city.example/gone", "http://www.city.example/moved"]
    pages += ["file:///etc/passwd", "http://127.0.0.1/"]
    rows = list(take_all(lake, "2021Q1", "s1", pages, settings(net, browser=browser)))
    assert [row["page_url"] for row in rows] == pages
    assert [row["failure"] for row in rows] == [
        "服务器返回 HTTP 404",
        "192.168.0.1 是内部地址",
        "不是 http 或 https 网址",
        "127.0.0.1 是内部地址",
    ]
    assert all(row["path"] is None and row["sha256"] is None for row in rows)
    assert not (tmp_path / "started").exists()


def test_the_browser_sees_none_of_our_secrets(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.page("http://www.city.example/", "home")
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", "smtp://me:secret@mail")
    with pytest.raises(FetchFailure):
        take("http://www.city.example/", script(tmp_path, f"env > {tmp_path}/env"), settings(net))
    names = {line.partition("=")[0] for line in (tmp_path / "env").read_text().splitlines()}
    assert names <= {"PATH", "HOME", "LANG", "TZ", "PWD", "SHLVL", "_", "OLDPWD"}


def pixels(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@needs_chromium
def test_the_picture_shows_the_page_and_private_addresses_stay_out(net: Net, tmp_path: Path) -> None:
    """A list filled by script is in the picture; a host inside the network is not asked."""
    inner, site = '<img src="http://10.0.0.8/a.png">', "http://www.city.example"
    net.page(
        f"{site}/",
        f"""<body>{inner}<script>fetch('/text').then(answer => answer.text()).then(text =>
        setTimeout(() => document.body.append(text), 300))</script>""",
    )
    net.page(f"{site}/text", "关于公布的通知")
    net.page(f"{site}/same", f"<body>{inner}关于公布的通知")
    net.page(f"{site}/other", f"<body>{inner}")
    lake = Lake(tmp_path / "lake")
    pages = [f"{site}/", f"{site}/same", f"{site}/other"]
    rows = list(take_all(lake, "2021Q1", "s1", pages, settings(net)))
    assert [row["failure"] for row in rows] == ["未载入内部地址：10.0.0.8"] * 3
    filled, same, other = ((lake.root / row["path"]).read_bytes() for row in rows)
    assert rows[0]["path"].startswith("evidence/window=2021Q1/screenshots/s1-")
    assert rows[0]["sha256"] == hashlib.sha256(filled).hexdigest()
    assert pixels(filled) == (1280, 2400)
    assert filled == same
    assert filled != other
    assert [url for url in net.asked if not url.startswith(site)] == []  # nor is the browser's maker


@needs_chromium
def test_without_a_proxy_and_no_process_left(
    net: Net, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.page("/", "<h1>政务公开</h1>")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # so that the browser's own processes are known
    picture, refused = take(f"{net.url}/", str(CHROMIUM), settings(net, private=True, proxied=False))
    assert pixels(picture) == (1280, 2400)
    assert refused == []
    left = [
        p
        for p in psutil.process_iter(["cmdline"])
        if any(str(tmp_path) in part for part in p.info["cmdline"] or ())
    ]
    assert left == []
