"""The way to the network against a server that does its worst: the right kind, in time, in bounds."""

from __future__ import annotations

import gzip
import socket
import time
import traceback
import zlib
from dataclasses import replace
from datetime import datetime

import psutil
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import EvidenceWriter
from jiancha.net.address_guard import is_private
from jiancha.net.http import Fetcher
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings
from jiancha.sites.probe import probe
from jiancha.standard import load_standard
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, 0, tzinfo=ZONE)
LIMITS = HttpSettings(connect_timeout=5, total_timeout=20, max_bytes=100_000, allow_private=True)
RULE = load_standard("guoban-2019").probe_rule
HURRIED = replace(LIMITS, total_timeout=0.6)


def fetcher(http=LIMITS, **more):
    return Fetcher(http, now=lambda: NOW, **more)


def failure(url, http=LIMITS, **more):
    with fetcher(http, **more) as door, pytest.raises(FetchFailure) as caught:
        door.get(url)
    return caught.value


def test_a_finished_answer_comes_with_all_its_facts(hostile):
    url = hostile.serve("/page", "咸阳".encode(), Content_Type="text/plain; charset=utf-8", X_One="1")
    with fetcher() as door:
        response = door.get(url)
    assert (response.url, response.final_url, response.status) == (url, url, 200)
    assert response.body.decode() == "咸阳"
    assert response.headers["x-one"] == "1"
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.fetched_at == NOW
    assert response.record_id == ""
    assert (door.requests, door.bytes) == (1, 6)
    assert hostile.seen[0][1]["User-Agent"].startswith("jiancha/")


def test_packed_bodies_are_unpacked_and_counted_unpacked(hostile):
    url = hostile.serve("/gz", gzip.compress(b"a" * 5000), Content_Encoding="gzip")
    with fetcher() as door:
        assert door.get(url).body == b"a" * 5000
    assert door.bytes == 5000


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.NOT_FOUND),
        (401, FailureKind.FORBIDDEN),
        (403, FailureKind.FORBIDDEN),
        (404, FailureKind.NOT_FOUND),
        (410, FailureKind.NOT_FOUND),
        (429, FailureKind.RATE_LIMITED),
        (500, FailureKind.SERVER_ERROR),
        (503, FailureKind.SERVER_ERROR),
        (304, FailureKind.NOT_FOUND),
    ],
)
def test_statuses(hostile, status, kind):
    hostile.routes["/"] = lambda handler: handler.answer(b"", status=status)
    found = failure(hostile.url + "/")
    assert found.kind is kind
    assert str(status) in found.reason


def test_a_bad_status_tells_more_than_a_body_that_is_too_large(hostile):
    hostile.routes["/"] = lambda handler: handler.answer(b"x" * 200_000, status=503)
    assert failure(hostile.url + "/").kind is FailureKind.SERVER_ERROR


@pytest.mark.parametrize("status", [404, 410, 500, 502, 503])
@pytest.mark.parametrize(
    "page",
    [
        "<title>404 Not Found</title><h1>您的请求已被防火墙拦截</h1><p>事件编号 1</p>",
        "<html><body>您的访问存在安全风险,已被云防护拦截。</body></html>",
        "<title>500</title><p>Access Denied</p><script>var x=1</script>",
        "<body>网站防火墙</body>",
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_firewall_is_no_fault_of_the_page(hostile, status, page, charset):
    body, kind = page.encode(charset), f"text/html; charset={charset}"
    hostile.routes["/"] = lambda h: h.answer(body, status=status, Content_Type=kind)
    found = failure(hostile.url + "/")
    assert (found.kind, found.reason) == (FailureKind.FORBIDDEN, f"被网站的防火墙拦截（HTTP {status}）")
    site = Site("6104000001", "某局", hostile.url + "/", Level.OTHER, "某局")
    assert probe(site, RULE, LIMITS, now=lambda: NOW).outcome == "excused"


@pytest.mark.parametrize(
    "page",
    ["", "<h1>404</h1>您访问的页面不存在", "<script>// 防火墙</script>出错了", "防火墙通知" * 200],
)
def test_an_error_page_that_names_no_firewall_is_an_error(hostile, page):
    hostile.routes["/"] = lambda h: h.answer(page.encode(), status=404, Content_Type="text/html")
    assert failure(hostile.url + "/").kind is FailureKind.NOT_FOUND


# --- time ---

ENDLESS = {
    "silent": lambda handler: handler.server.stopping.wait(10),
    "drips in the body": lambda h: h.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x"),
    "drips in a body without length": lambda h: h.drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
    "drips in chunks": lambda h: h.drip(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"
    ),
    "drips in the head": lambda h: h.drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "drips in the status line": lambda h: h.drip(b"HTTP/1.1 200 ", b"x"),
}


@pytest.mark.parametrize("route", ENDLESS.values(), ids=ENDLESS.keys())
def test_the_clock_on_the_wall_cuts_slow_servers(hostile, route):
    hostile.routes["/"] = route
    begun = time.monotonic()
    found = failure(hostile.url + "/", HURRIED)
    assert found.kind is FailureKind.TIMEOUT
    assert time.monotonic() - begun < 3


def test_the_limit_covers_all_redirects_together(hostile):
    def slow(handler):
        handler.server.stopping.wait(0.25)
        handler.answer(b"", status=302, Location=handler.path + "x")

    hostile.routes |= dict.fromkeys(["/", "/x", "/xx", "/xxx"], slow)
    begun = time.monotonic()
    assert failure(hostile.url + "/", HURRIED).kind is FailureKind.TIMEOUT
    assert len(hostile.seen) <= 3
    assert time.monotonic() - begun < 3


def test_a_tls_handshake_that_never_ends(hostile):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and says nothing
        found = failure(f"https://127.0.0.1:{silent.getsockname()[1]}/", HURRIED)
    assert found.kind is FailureKind.TIMEOUT


def test_nothing_is_left_open(hostile):
    hostile.routes["/"] = lambda h: h.raw(b"HTTP/1.0 200 OK\r\n\r\nbody")
    hostile.serve("/kept", b"body")

    def connections():
        port = hostile.server_address[1]
        found = psutil.Process().net_connections("tcp")
        return [each for each in found if each.raddr and each.raddr.port == port]

    with fetcher() as door:
        for _ in range(5):
            assert door.get(hostile.url + "/").body == b"body"
        assert connections() == []  # each was closed by the server
        door.get(hostile.url + "/kept")
        assert len(connections()) == 1
    assert connections() == []


# --- size ---


def test_two_hundred_megabytes(hostile):
    def flood(handler):
        handler.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(200):
            handler.wfile.write(b"x" * 1_000_000)

    hostile.routes["/"] = flood
    with fetcher() as door, pytest.raises(FetchFailure) as caught:
        door.get(hostile.url + "/")
    assert caught.value.kind is FailureKind.TOO_LARGE
    assert door.bytes < 300_000


def test_a_gzip_bomb_is_not_unpacked(hostile):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    assert len(bomb) < 250_000
    url = hostile.serve("/bomb", bomb, Content_Encoding="gzip")
    with fetcher() as door, pytest.raises(FetchFailure) as caught:
        door.get(url)
    assert caught.value.kind is FailureKind.TOO_LARGE
    assert door.bytes < 300_000


def test_exactly_the_limit_is_allowed(hostile):
    url = hostile.serve("/full", b"x" * 100_000)
    with fetcher() as door:
        assert len(door.get(url).body) == 100_000
    url = hostile.serve("/over", b"x" * 100_001)
    assert failure(url).kind is FailureKind.TOO_LARGE


# --- broken answers ---


def test_connections_that_break(hostile):
    hostile.routes["/reset"] = lambda handler: handler.reset()
    hostile.routes["/short"] = lambda h: h.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    hostile.routes["/garbage"] = lambda h: h.raw(b"\x00\xff not http\r\n\r\n")
    hostile.routes["/nothing"] = lambda h: h.raw(b"")
    for path in ("/reset", "/short", "/garbage", "/nothing"):
        assert failure(hostile.url + path).kind is FailureKind.NETWORK, path
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert failure(f"http://127.0.0.1:{port}/").kind is FailureKind.NETWORK


def test_one_connection_serves_for_bodies_of_every_form(hostile):
    def in_chunks(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    hostile.serve("/plain", b"abcde")
    hostile.serve("/empty", b"")
    hostile.serve("/packed", gzip.compress(b"abcde"), Content_Encoding="gzip")
    hostile.routes["/chunks"] = in_chunks
    hostile.redirect("/moved", "/plain")
    bodies = {"/plain": b"abcde", "/empty": b"", "/packed": b"abcde", "/chunks": b"abcde", "/moved": b"abcde"}
    with fetcher() as door:
        for path, body in 2 * list(bodies.items()):
            assert door.get(hostile.url + path).body == body
        with pytest.raises(FetchFailure):
            door.get(hostile.url + "/missing")
        assert door.get(hostile.url + "/plain").body == b"abcde"
        assert door._guard.attempts == 1


def test_a_connection_with_unread_bytes_is_not_used_again(hostile):
    hostile.routes["/long"] = lambda handler: handler.answer(b"x" * 500_000)
    url = hostile.serve("/", b"page")
    with fetcher() as door:
        with pytest.raises(FetchFailure) as caught:
            door.get(hostile.url + "/long")
        assert caught.value.kind is FailureKind.TOO_LARGE
        assert door.get(url).body == b"page"
        assert door._guard.attempts == 2


def test_a_chunked_body_that_breaks_off_is_told_and_kept_as_far_as_it_came(hostile):
    hostile.routes["/"] = lambda handler: handler.raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
    )
    evidence = EvidenceWriter()
    with fetcher(evidence=evidence) as door, pytest.raises(FetchFailure) as caught:
        door.get(hostile.url + "/")
    assert caught.value.kind is FailureKind.NETWORK
    assert (evidence.last.body, evidence.last.truncated) == (b"abc", "disconnect")


def test_several_header_fields_of_one_name_are_one_list(hostile):
    hostile.routes["/"] = lambda handler: handler.raw(
        b"HTTP/1.1 200 OK\r\nX-Part: a\r\nx-part: b\r\nContent-Length: 0\r\n\r\n"
    )
    with fetcher() as door:
        assert door.get(hostile.url + "/").headers["x-part"] == "a, b"


def test_a_kept_connection_that_is_closed_when_used_again(hostile):
    def once(handler):
        if getattr(handler, "used", False):
            handler.reset()
        else:
            handler.used = True
            handler.answer(b"page")

    hostile.routes["/"] = once
    with fetcher() as door:
        assert [door.get(hostile.url + "/").body for _ in range(3)] == [b"page"] * 3
    assert len(hostile.seen) == 5  # the second and third were asked twice


def test_a_new_connection_that_breaks_is_not_tried_again(hostile):
    hostile.routes["/"] = lambda handler: handler.reset()
    assert failure(hostile.url + "/").kind is FailureKind.NETWORK
    assert len(hostile.seen) == 1


def test_a_body_that_is_not_packed_as_it_says(hostile):
    url = hostile.serve("/", b"<html>plain</html>", Content_Encoding="gzip")
    assert failure(url).kind is FailureKind.BAD_CONTENT


def test_plain_http_on_a_tls_address(hostile):
    found = failure(hostile.url.replace("http:", "https:") + "/")
    assert found.kind is FailureKind.TLS


def test_an_unknown_name():
    found = failure("http://no-such-name.invalid/", replace(LIMITS, total_timeout=5))
    assert found.kind in (FailureKind.NETWORK, FailureKind.TIMEOUT)


# --- redirects ---


def test_redirects_are_followed_to_the_end(hostile):
    hostile.redirect("/a", "b?x=1#part")
    url = hostile.serve("/b", b"here")
    with fetcher() as door:
        response = door.get(hostile.url + "/a")
    assert response.url == hostile.url + "/a"
    assert response.final_url == url + "?x=1"
    assert door.requests == 2


def test_circles_and_long_chains(hostile):
    hostile.redirect("/a", "/b")
    hostile.redirect("/b", "/a")
    assert failure(hostile.url + "/a").kind is FailureKind.REDIRECT_LOOP
    for number in range(6):
        hostile.redirect(f"/{number}", f"/{number + 1}")
    hostile.serve("/6", b"end")
    assert failure(hostile.url + "/0").kind is FailureKind.REDIRECT_LOOP  # 6 hops, 5 allowed
    with fetcher() as door:
        assert door.get(hostile.url + "/1").body == b"end"


def test_the_body_of_a_redirect_is_bounded_too(hostile):
    packed = gzip.compress(b"\0" * 50_000_000)
    hostile.routes["/"] = lambda h: h.answer(packed, status=302, Location="/end", Content_Encoding="gzip")
    hostile.serve("/end", b"end")
    with fetcher() as door:
        assert door.get(hostile.url + "/").body == b"end"
    assert door.bytes < 300_000


def test_a_page_that_asks_for_its_cookie_first_is_no_circle(hostile):
    def gate(handler):
        if "seen=1" in handler.headers.get("Cookie", ""):
            handler.answer(b"inside")
        else:
            handler.answer(b"", status=302, Location=handler.path, Set_Cookie="seen=1; Path=/")

    hostile.routes["/"] = gate
    with fetcher() as door:
        assert door.get(hostile.url + "/").body == b"inside"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_chinese_path_in_a_location_keeps_its_bytes(hostile, charset):
    raw = "/政务".encode(charset)
    hostile.routes["/"] = lambda h: h.raw(
        b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + raw + b"\r\n\r\n"
    )
    failure(hostile.url + "/")
    assert hostile.seen[-1][0] == "/" + "".join(f"%{byte:02X}" for byte in raw[1:])


@pytest.mark.parametrize(
    "target", ["ftp://a.gov.cn/", "file:///etc/passwd", "http://[bad/", "http://u:p@a.cn/"]
)
def test_redirects_to_what_is_no_page(hostile, target):
    assert failure(hostile.redirect("/", target)).kind is FailureKind.BAD_URL


# --- addresses ---

PRIVATE = [
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "10.0.0.1",
    "172.16.5.5",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "[fe80::1]",
    "[fd00::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "localhost",
    "LOCALHOST.",
    "a.localhost",
    "metadata.google.internal",
    "127.0.0.1.",
    "127。0。0。1",
    "127.0.0.1",
    "redis",
]


@pytest.mark.parametrize("host", PRIVATE)
@pytest.mark.parametrize("proxied", [False, True])
def test_private_addresses_are_refused_unasked(hostile, host, proxied):
    http = replace(LIMITS, allow_private=False, proxy=hostile.url if proxied else "")
    assert failure(f"http://{host}/", http).kind is FailureKind.PRIVATE_ADDRESS
    assert hostile.seen == []


@pytest.mark.parametrize("host", ["8.8.8.8", "www.xianyang.gov.cn", "[2400:3200::1]", "notlocalhost.cn"])
def test_public_addresses_are_not_private(host):
    assert not is_private(host)


def test_a_redirect_to_a_private_address_is_not_followed(hostile):
    hostile.routes["/out"] = lambda h: h.answer(b"", status=302, Location=f"{hostile.url}/secret")
    http = replace(LIMITS, allow_private=False, proxy=hostile.url)
    assert failure("http://www.example.cn/out", http).kind is FailureKind.PRIVATE_ADDRESS
    assert [path for path, _ in hostile.seen] == ["http://www.example.cn/out"]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"]])
def test_a_name_that_resolves_to_a_private_address_is_not_asked(hostile, monkeypatch, addresses):
    hostile.serve("/", b"secret", Connection="close")
    port = hostile.server_address[1]
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: answers)
    found = failure(f"http://rebind.example.cn:{port}/", replace(LIMITS, allow_private=False))
    assert found.kind is FailureKind.PRIVATE_ADDRESS
    assert "rebind.example.cn" in found.url
    assert hostile.seen == []


def test_the_address_that_was_checked_is_the_one_connected_to(hostile, monkeypatch):
    """A name server that answers with a public address first and a private one afterwards."""
    port = hostile.server_address[1]
    asked = []

    def turncoat(host, *args, **kwargs):
        asked.append(host)
        address = host if host[0].isdigit() else ("203.0.113.9" if len(asked) == 1 else "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", turncoat)
    monkeypatch.setattr("jiancha.net.address_guard.is_private", lambda host: host.startswith("127."))
    failure(f"http://turncoat.example.cn:{port}/", replace(LIMITS, allow_private=False))
    assert hostile.seen == []
    assert asked == ["turncoat.example.cn"]  # the second answer is not asked for


@pytest.mark.parametrize(
    "url",
    [
        "",
        "xianyang.gov.cn",
        "ftp://a.cn/",
        "javascript:alert(1)",
        "http://",
        "http://a.cn:99999/",
        "http://[::1",
    ],
)
def test_what_is_no_web_address(url):
    assert failure(url).kind is FailureKind.BAD_URL


def test_an_endless_address():
    assert failure("http://a.gov.cn/?" + "x" * 5_000_000).kind is FailureKind.BAD_URL


@given(
    text=st.text(max_size=40), prefix=st.sampled_from(["", "http://", "http://127.0.0.1:1/", "https://a.cn:"])
)
@rules(max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_text_for_an_address_fails_by_name(text, prefix):
    http = replace(LIMITS, proxy="http://127.0.0.1:1", total_timeout=2)
    with fetcher(http) as door, pytest.raises(FetchFailure):
        door.get(prefix + text)


# --- secrets ---


def test_errors_show_no_secrets():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    # libraries say the whole address where they cannot connect
    found = failure(f"http://127.0.0.1:{port}/?page=2&key=hunter2&access_token=hunter3&client_secret=hunter4")
    shown = "".join(traceback.format_exception(found))
    assert "hunter" not in shown
    assert "page=2" in found.url
    refused = failure("http://someone:hunter2@www.example.cn/")
    assert refused.kind is FailureKind.BAD_URL
    assert "hunter2" not in "".join(traceback.format_exception(refused))


def test_the_proxys_log_in_is_not_shown(hostile):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    http = replace(LIMITS, proxy=f"http://clerk:hunter2@127.0.0.1:{port}", allow_private=False)
    found = failure("http://www.example.cn/", http)
    assert found.kind is FailureKind.PROXY
    assert "hunter2" not in "".join(traceback.format_exception(found))


def test_the_log_in_goes_to_the_host_asked_for_only(hostile):
    hostile.redirect("/first", "/second")
    hostile.redirect("/second", f"http://localhost:{hostile.server_address[1]}/elsewhere")
    hostile.serve("/elsewhere", b"")
    with fetcher(auth=("clerk", "hunter2")) as door:
        door.get(hostile.url + "/first")
    assert [(path, "Authorization" in headers) for path, headers in hostile.seen] == [
        ("/first", True),
        ("/second", True),
        ("/elsewhere", False),
    ]


def test_the_environment_does_not_choose_the_proxy(hostile, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with fetcher() as door:
        assert door.get(hostile.serve("/", b"direct")).body == b"direct"


def test_a_proxy_that_is_no_http_proxy():
    with pytest.raises(SettingsError, match=r"http\.proxy"):
        fetcher(replace(LIMITS, proxy="socks5://127.0.0.1:1"))
