"""IPv6: a real server on [::1] is read like any other; a private address is refused however it is written."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter
from jiancha.net.address_guard import is_private
from jiancha.net.browser_proxy import guarded
from jiancha.net.http import Fetcher
from jiancha.settings import HttpSettings
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
ALLOWED = HttpSettings(allow_private=True, total_timeout=10, connect_timeout=5)
REFUSED = replace(ALLOWED, allow_private=False)


class Handler(BaseHTTPRequestHandler):
    server: V6Server

    def do_GET(self) -> None:
        self.server.seen.append((self.path, self.headers["Host"]))
        self.send_response(302 if self.path == "/out" else 200)
        if self.path == "/out":
            self.send_header("Location", f"{self.server.url}/in")
        self.end_headers()
        self.wfile.write(b"six")

    def log_message(self, format: str, *args: object) -> None:
        pass


class V6Server(ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        super().__init__(("::1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://[::1]:{self.port}"


@pytest.fixture
def six() -> Iterator[V6Server]:
    try:
        server = V6Server()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fetch(url: str, http: HttpSettings) -> bytes:
    with Fetcher(http, now=lambda: NOW, evidence=EvidenceWriter("w/t")) as fetcher:
        return fetcher.get(url).body


def refusal(url: str, http: HttpSettings = REFUSED) -> FetchFailure:
    with pytest.raises(FetchFailure) as caught:
        fetch(url, http)
    return caught.value


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str, port: int) -> None:
    """The name server's answer to every question."""
    found = [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (a, port, 0, 0)) for a in addresses]
    real = socket.getaddrinfo

    def resolve(host: str, *args: Any, **kwargs: Any) -> Any:
        return found if host.endswith(".gov.cn") else real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


# --- where private addresses are allowed ---


def test_a_server_on_ipv6_is_read(six: V6Server) -> None:
    assert fetch(f"{six.url}/a?b=1", ALLOWED) == b"six"
    assert six.seen == [("/a?b=1", f"[::1]:{six.port}")]


def test_a_redirect_on_ipv6_is_followed(six: V6Server) -> None:
    assert fetch(f"{six.url}/out", ALLOWED) == b"six"
    assert [path for path, _ in six.seen] == ["/out", "/in"]


def test_a_name_with_an_ipv6_address_alone(six: V6Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "::1", port=six.port)
    assert fetch(f"http://www.six.gov.cn:{six.port}/", ALLOWED) == b"six"
    assert six.seen == [("/", f"www.six.gov.cn:{six.port}")]


def test_the_next_address_of_a_name_is_tried(six: V6Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens on the first: IPv6 first, IPv4 next is how names are answered (RFC 8305)."""
    answers(monkeypatch, "127.0.0.1", "::1", port=six.port)
    assert fetch(f"http://www.six.gov.cn:{six.port}/", ALLOWED) == b"six"


def test_the_browser_proxy_hands_on_to_ipv6(six: V6Server) -> None:
    with guarded(ALLOWED, 10, 10_000) as proxy:
        answer = requests.get(f"{six.url}/a", proxies={"http": f"http://{proxy.address}"}, timeout=5)
    assert answer.content == b"six"


# --- where they are not ---

#: Each stands for 127.0.0.1, 10.0.0.1, 192.168.1.1 or 169.254.169.254, or is private by itself.
PRIVATE = [
    "::1",
    "::",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:ffff:a00:1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::c0a8:101",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:c0a8:101:1::1",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo, its client 127.0.0.1 bit by bit reversed
    "fe80::1",
    "fe80::1%25lo",
    "febf::1",
    "fc00::1",
    "fd12:3456:789a::1",
    "fdff:ffff::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "100::1",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_in_any_form_is_refused_before_anyone_is_asked(six: V6Server, address: str) -> None:
    found = refusal(f"http://[{address}]:{six.port}/")
    assert found.kind is FailureKind.PRIVATE_ADDRESS
    assert "是内部地址" in found.reason
    assert six.seen == []


@pytest.mark.parametrize("address", [a for a in PRIVATE if "%" not in a])
def test_a_name_that_resolves_to_one_is_refused(
    six: V6Server, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answers(monkeypatch, "2400:3200::1", address, port=six.port)
    found = refusal(f"http://www.rebind.gov.cn:{six.port}/")
    assert (found.kind, found.reason) == (FailureKind.PRIVATE_ADDRESS, f"域名解析到内部地址 {address}")
    assert six.seen == []


def test_a_link_local_address_with_a_zone_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "fe80::1%lo", port=80)
    assert refusal("http://www.zone.gov.cn/").kind is FailureKind.PRIVATE_ADDRESS


def test_the_browser_proxy_refuses_them_too(six: V6Server) -> None:
    with guarded(REFUSED, 10, 10_000) as proxy:
        for address in ("::1", "::ffff:127.0.0.1", "::127.0.0.1", "fd00::1"):
            url = f"http://[{address}]:{six.port}/"
            answer = requests.get(url, proxies={"http": f"http://{proxy.address}"}, timeout=5)
            assert answer.status_code == 502
            with socket.create_connection(("127.0.0.1", int(proxy.address.split(":")[1])), 5) as sock:
                sock.sendall(f"CONNECT [{address}]:{six.port} HTTP/1.1\r\n\r\n".encode())
                assert b" 502 " in sock.recv(100)
    assert six.seen == []
    assert "::1" in proxy.refused


#: One address of every special-purpose block of IPv4, in each way that IPv6 and its writers have for it.
SPECIAL_V4 = [
    "0.1.2.3", "10.255.0.1", "100.64.0.1", "100.100.100.200", "127.8.8.8", "168.63.129.16", "169.254.169.254",
    "172.31.255.254", "192.0.0.9", "192.0.2.1", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1",
    "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.251",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("address", SPECIAL_V4)
def test_every_form_of_a_special_ipv4_address_is_private(address: str) -> None:
    number = int(ipaddress.IPv4Address(address))
    a, b, c, d = ipaddress.IPv4Address(address).packed
    high, low = number >> 16, number & 0xFFFF
    forms = {
        "as it is": address,
        "with a dot at the end": f"{address}.",
        "one number": str(number),
        "one hexadecimal number": hex(number),
        "one octal number": f"0{number:o}",
        "hexadecimal parts": f"{a:#x}.{b:#X}.{c:#x}.{d:#x}",
        "octal parts": f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        "two parts": f"{a}.{number & 0xFFFFFF}",
        "three parts": f"{a}.{b}.{low}",
        "three parts, hexadecimal": f"{a:#x}.{b:#x}.{low:#x}",
        "full-width digits": address.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
        "signs of no width": f"\u200b{address[0]}\xad{address[1:]}\u2060",
        "ideographic dots": address.replace(".", "。"),
        "half-width ideographic dots": address.replace(".", "｡"),
        "mapped": f"::ffff:{address}",
        "mapped, in brackets": f"[::ffff:{address}]",
        "mapped, hexadecimal": f"::ffff:{high:x}:{low:x}",
        "mapped, in full": f"0000:0000:0000:0000:0000:FFFF:{high:04X}:{low:04X}",
        "compatible": f"::{address}",
        "translated": f"::ffff:0:{address}",
        "NAT64": f"64:ff9b::{address}",
        "NAT64 of a network": f"64:ff9b:1::{address}",
        "6to4": f"2002:{high:x}:{low:x}::1",
        "Teredo's client": f"2001:0:4136:e378:8000:63bf:{0xFFFF ^ high:x}:{0xFFFF ^ low:x}",
        "Teredo's server": f"2001:0:{high:x}:{low:x}::1",
    }
    assert [name for name, form in forms.items() if not is_private(form)] == []


@pytest.mark.parametrize(
    "address",
    [
        "3fff::1", "3fff:fff:ffff::1", "2001::1", "2001:2::1", "2001:1ff::1", "2001:10::1", "2001:20::1",
        "2001:db8:ffff::1", "2620:4f:8000::1", "3ffe::1", "5f00::1", "4000::1", "1fff::1", "100:0:0:1::1",
    ],
)  # fmt: skip
def test_every_special_ipv6_block_is_private(address: str) -> None:
    assert is_private(address)


PUBLIC = [
    "2400:3200::1",
    "240e:1::1",
    "2001:4860:4860::8888",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "2001:200::1",
    "2620:0:ccc::2",
]


@pytest.mark.parametrize("address", [*PUBLIC, "2002:808:808::1", "2001:200::1"])
def test_public_addresses_pass(address: str) -> None:
    assert not is_private(f"[{address}]")


@given(st.ip_addresses(v=4))
def test_a_form_that_holds_an_ipv4_address_is_as_private_as_that(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for block in ("::ffff:0:0", "64:ff9b::"):
        outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(block)) | number)
        assert is_private(str(outer)) is is_private(str(inner))
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1)
    assert is_private(str(six_to_four)) is is_private(str(inner))


@given(st.ip_addresses(v=6))
def test_nothing_outside_the_public_block_passes_by_itself(address: ipaddress.IPv6Address) -> None:
    if not is_private(str(address)):
        nat64 = address in ipaddress.ip_network("64:ff9b::/96")
        assert address.exploded[0] in "23" or address.ipv4_mapped is not None or nat64
