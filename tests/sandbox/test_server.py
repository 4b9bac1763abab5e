"""The proxy, asked over loopback."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import requests

from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.server import serve


@pytest.fixture(scope="module")
def port(city: SandboxCity) -> Iterator[int]:
    with serve(city) as number:
        yield number


@pytest.fixture
def session(port: int) -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.proxies = dict.fromkeys(("http", "https"), f"http://127.0.0.1:{port}")
        yield made


def test_pages_through_the_proxy(session: requests.Session) -> None:
    answer = session.get("http://fgw.xianyang.gov.cn/", timeout=10)
    assert answer.status_code == 200
    assert "咸阳市发展和改革委员会".encode() in answer.content  # this template speaks UTF-8
    assert session.get("http://FGW.xianyang.gov.cn:80/zwgk/tzgg", timeout=10).url.endswith("/zwgk/tzgg/")
    assert session.get("http://fgw.xianyang.gov.cn/none", timeout=10).status_code == 404


def test_redirected_home_page(session: requests.Session, city: SandboxCity) -> None:
    site = next(s for s in city.sites if s.template == "dynamic" and s.site_code not in city.kinds)
    answer = session.get(f"http://{site.host}/", timeout=10)
    assert [r.status_code for r in answer.history] == [302]
    assert answer.url == f"http://{site.host}/index.jsp"


def test_exports_over_http(session: requests.Session) -> None:
    names = session.get("http://registry.xianyang.gov.cn/exports/index.json", timeout=10).json()["files"]
    assert len(names) == 32
    assert "政府网站名录-20210215.xlsx" in names
    content = session.get(f"http://registry.xianyang.gov.cn/exports/{quote(names[-4])}", timeout=10).content
    assert content.startswith(b"PK")
    missing = session.get("http://registry.xianyang.gov.cn/exports/key-2021Q1.json", timeout=10)
    assert missing.status_code == 404


def test_hosts_outside_the_city(session: requests.Session) -> None:
    answer = session.get("http://www.gov.cn/", timeout=10)
    assert answer.status_code == 502
    assert "not in the sandbox city" in answer.text


def test_https_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(b"CONNECT www.xianyang.gov.cn:443 HTTP/1.1\r\nHost: www.xianyang.gov.cn:443\r\n\r\n")
        received = b""
        while chunk := client.recv(4096):  # the proxy closes the connection
            received += chunk
    assert received.startswith(b"HTTP/1.1 501 ")


def test_one_connection_serves_many_requests_and_head_has_no_body(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    lengths = []
    for method in ("HEAD", "GET", "HEAD", "GET"):
        connection.request(method, "/zwgk/tzgg/", headers={"Host": "kjj.xianyang.gov.cn"})  # origin form
        answer = connection.getresponse()
        assert answer.status == 200
        body = answer.read()
        assert len(body) == (int(answer.headers["Content-Length"]) if method == "GET" else 0)
        lengths.append(answer.headers["Content-Length"])
        sock = connection.sock
    assert len(set(lengths)) == 1
    assert connection.sock is sock
    connection.close()


def test_clients_that_go_away_or_talk_nonsense_do_no_harm(port: int, session: requests.Session) -> None:
    for bad in (
        b"GET http://fgw.xianyang.gov.cn/ HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(bad)
    assert session.get("http://fgw.xianyang.gov.cn/", timeout=10).status_code == 200


def test_threads_get_what_one_thread_gets(port: int, city: SandboxCity) -> None:
    addresses = [f"http://{s.host}/zwgk/tzgg/" for s in city.sites]
    proxies = {"http": f"http://127.0.0.1:{port}"}

    def get(address: str) -> bytes:
        return requests.get(address, proxies=proxies, timeout=20).content

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(get, addresses * 2)) == [get(a) for a in addresses] * 2


def test_a_feed_over_http(session: requests.Session, city: SandboxCity) -> None:
    account = next(a for a in city.accounts if a.form == "json")
    answer = session.get(account.address, timeout=10)
    assert answer.headers["Content-Type"].startswith("application/feed+json")
    assert json.loads(answer.content)["title"] == account.name


def test_the_port_is_free_after_serving(city: SandboxCity) -> None:
    with serve(city) as number:
        assert number > 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", number), timeout=10)
