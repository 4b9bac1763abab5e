"""Politeness: pace, waits that servers ask for, robots.txt; and what is wrong with a certificate."""

from __future__ import annotations

import ssl
import threading
import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from jiancha.errors import FailureKind, FetchFailure, PermanentFailure
from jiancha.evidence.records import EvidenceWriter
from jiancha.evidence.replay import Replay
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import Pace, is_own_machine, retry_after
from jiancha.net.robots import Robots, read_rules
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings, SiteSettings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
LIMITS = HttpSettings(allow_private=True, total_timeout=5)


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, seconds: float = 0.5, longest: float = 20) -> Pace:
        return Pace(seconds, longest, clock=lambda: self.now, sleep=self.sleep)


# --- pace ---


def test_one_host_is_asked_no_faster_than_that() -> None:
    clock = Clock()
    pace = clock.pace(0.5)
    for host in ("a.gov.cn", "a.gov.cn", "b.gov.cn", "a.gov.cn"):
        pace.wait(host)
    assert clock.slept == [0.5, 0.5]
    clock.now += 0.2
    pace.wait("a.gov.cn")
    assert clock.slept[2:] == [pytest.approx(0.3)]
    clock.now += 9
    pace.wait("a.gov.cn")
    assert len(clock.slept) == 3


def test_a_host_may_ask_for_more_up_to_a_limit() -> None:
    clock = Clock()
    pace = clock.pace(0.5, longest=20)
    pace.slow_down("a.gov.cn", 3)
    pace.slow_down("b.gov.cn", 600)
    for host in ("a.gov.cn", "a.gov.cn", "b.gov.cn", "b.gov.cn"):
        pace.wait(host)
    assert clock.slept == [3, 20]
    assert pace.leave_alone("c.gov.cn", 20)
    assert not pace.leave_alone("d.gov.cn", 21)


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("[::1]", True), ("localhost", True), ("10.0.0.1", False), ("a.gov.cn", False)],
)
def test_our_own_machine_is_not_spared(host: str, own: bool) -> None:
    assert is_own_machine(host) is own
    clock = Clock()
    pace = clock.pace(0.5)
    pace.wait(host)
    pace.wait(host)
    assert clock.slept == ([] if own else [0.5])


@given(gaps=st.lists(st.floats(0, 2), max_size=20), seconds=st.floats(0.01, 3))
def test_whatever_the_gaps_requests_keep_their_distance(gaps: list[float], seconds: float) -> None:
    clock = Clock()
    pace = clock.pace(seconds)
    asked = []
    for gap in gaps:
        clock.now += gap
        pace.wait("a.gov.cn")
        asked.append(clock.now)
    assert all(later - earlier >= seconds - 1e-6 for earlier, later in pairwise(asked))


# --- Retry-After ---


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 3 ", 3),
        ("Tue, 16 Feb 2021 01:00:30 GMT", 30),
        ("Tue, 16 Feb 2021 09:01:00 +0800", 60),
        ("Mon, 15 Feb 2021 01:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
        ("9" * 400, 999_999_999),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40))
def test_no_text_for_retry_after_breaks_anything(text: str) -> None:
    found = retry_after(text, NOW)
    assert found is None or found >= 0


def test_a_busy_server_is_asked_once_more_after_its_wait(hostile: Any, tmp_path: Path) -> None:
    clock, lake = Clock(), Lake(tmp_path)
    busy = [429, 200]
    hostile.routes["/"] = lambda h: h.answer(b"page", status=busy.pop(0), Retry_After="7")
    path = lake.evidence_path("w", "t")
    writer = EvidenceWriter("w/t")
    with Fetcher(LIMITS, now=lambda: NOW, evidence=writer, pace=clock.pace()) as fetcher:
        assert fetcher.get(hostile.url + "/").body == b"page"
        assert (clock.slept, fetcher.requests) == ([7.0], 2)
    writer.save(lake, path)
    again = Clock()
    with (
        Replay(path, "e") as recorder,
        Fetcher(LIMITS, now=lambda: NOW, evidence=recorder, pace=again.pace()) as fetcher,
    ):
        assert fetcher.get(hostile.url + "/").body == b"page"
        assert (again.slept, fetcher.requests) == ([], 2)


@pytest.mark.parametrize(
    ("status", "wait", "kind", "asked"),
    [
        (429, "7", FailureKind.RATE_LIMITED, 2),
        (503, "7", FailureKind.SERVER_ERROR, 2),
        (429, "3600", FailureKind.RATE_LIMITED, 1),
        (429, None, FailureKind.RATE_LIMITED, 1),
        (500, "7", FailureKind.SERVER_ERROR, 1),
    ],
)
def test_a_server_that_stays_busy(
    hostile: Any, status: int, wait: str | None, kind: FailureKind, asked: int
) -> None:
    headers = {} if wait is None else {"Retry_After": wait}
    hostile.routes["/"] = lambda h: h.answer(b"", status=status, **headers)
    with (
        Fetcher(LIMITS, now=lambda: NOW, pace=Clock().pace()) as fetcher,
        pytest.raises(FetchFailure) as caught,
    ):
        fetcher.get(hostile.url + "/")
    assert caught.value.kind is kind
    assert len(hostile.seen) == asked
    assert ("要求3600秒后再访问" in caught.value.reason) == (wait == "3600")


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 15 Feb 99999 09:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 99 Feb 2021 99:99:99 GMT",
        "Mon, 15 Feb 2021 09:00:00 +999999999999",
        "9" * 5_000,
        "-5",
        "１２",
        "\x00",
    ],
)
def test_an_impossible_wait_ends_nothing(hostile: Any, value: str) -> None:
    """The answer is what its status says, whether or not it tells a time that can be waited for."""
    head = f"HTTP/1.1 503 Busy\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n"
    hostile.routes["/"] = lambda handler: handler.raw(head.encode())
    with (
        Fetcher(LIMITS, now=lambda: NOW, pace=Clock().pace()) as fetcher,
        pytest.raises(FetchFailure) as caught,
    ):
        fetcher.get(hostile.url + "/")
    assert caught.value.kind is FailureKind.SERVER_ERROR


# --- robots.txt ---


def checked(
    hostile: Any,
    robots: bytes,
    *paths: str,
    status: int = 200,
    refusal: FailureKind = FailureKind.ROBOTS,
) -> list[bool]:
    """Which paths may be read; the others are refused by this kind of failure."""
    hostile.serve("/robots.txt", robots, status=status)
    allowed = []
    with Fetcher(LIMITS, now=lambda: NOW) as fetcher:
        rules = Robots(fetcher, LIMITS.user_agent)
        for path in paths:
            kinds = []
            try:
                rules.check(hostile.url + path)
            except FetchFailure as failure:
                kinds.append(failure.kind)
            allowed.append(not kinds)
            assert set(kinds) <= {refusal}
        assert rules.requests == 1
    assert [path for path, _ in hostile.seen] == ["/robots.txt"]  # once for all
    return allowed


def test_the_rules_of_a_site_hold(hostile: Any) -> None:
    robots = "\ufeffUser-agent: *\nDisallow: /admin\nDisallow: /*.asp$\nAllow: /admin/open\n".encode()
    paths = ["/", "/admin", "/admin/x", "/admin/open/1", "/a.asp", "/a.asp?x=1", "/robots.txt"]
    assert checked(hostile, robots, *paths) == [True, False, False, True, False, True, True]


def test_rules_for_us_come_before_those_for_all(hostile: Any) -> None:
    robots = b"User-agent: *\nDisallow: /\n\nUser-agent: jiancha\nDisallow: /a\n"
    assert checked(hostile, robots, "/", "/a") == [True, False]


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_site_without_rules_may_be_read(hostile: Any, status: int) -> None:
    assert checked(hostile, b"", "/", "/a", status=status) == [True, True]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, FailureKind.SERVER_ERROR), (502, FailureKind.SERVER_ERROR), (429, FailureKind.RATE_LIMITED)],
)
def test_a_site_whose_rules_cannot_be_read_is_left_for_now(
    hostile: Any, status: int, kind: FailureKind
) -> None:
    """These failures are transient: the task is tried again, and nothing is said of the site."""
    assert kind.transient
    assert checked(hostile, b"", "/", "/a", status=status, refusal=kind) == [False, False]


@pytest.mark.parametrize(
    "robots", [b"", b"\x00\xff" * 500, b"<html><body>404</body></html>", b"User-agent: *\n" * 100_000]
)
def test_what_is_no_rule_forbids_nothing(hostile: Any, robots: bytes) -> None:
    assert checked(hostile, robots, "/") == [True]


MANY_AGENTS = b"".join(b"User-agent: bot%d\n" % n for n in range(1_500))
MANY_RULES = b"".join(b"Disallow: /x%d\n" % n for n in range(1_500))
BOMBS = {
    "agents times rules": MANY_AGENTS + b"User-agent: *\n" + MANY_RULES,
    "the same group again and again": b"User-agent: *\nDisallow: /a*b*c\n" * 15_000,
    "rules for everybody": b"User-agent: *\n" + b"".join(b"Disallow: /*%d*x\n" % n for n in range(25_000)),
    "long rules": b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 50_000 + b"\n") * 4,
    "agents that are like us": b"".join(b"User-agent: ji%san\n" % (b"*" * n) for n in range(800))
    + MANY_RULES,
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS.keys())
def test_no_rules_take_long_or_much(body: bytes) -> None:
    tracemalloc.start()
    begun = time.process_time()
    rules = read_rules(body, "jiancha")
    for number in range(100):
        rules.can_fetch(f"http://a.gov.cn/tzgg/{'a' * 200}{number}.html", "jiancha")
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 5
    assert peak < 60_000_000


def test_rules_grow_no_faster_than_their_file() -> None:
    def peak(size: int) -> int:
        agents = b"".join(b"User-agent: bot%d\n" % n for n in range(size))
        rules = b"".join(b"Disallow: /x%d\n" % n for n in range(size))
        tracemalloc.start()
        read_rules(agents + b"User-agent: *\n" + rules, "jiancha")
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(1_600) < 3 * peak(800)


GROUPS = """User-agent: other
Disallow: /z

user-agent: JianCha   # us
Useragent: another
Sitemap: http://a.gov.cn/s.xml
User-agent: third
Disallow: /a # not this
Allow: /a/b

User-agent: *
Disallow: /c
User-agent: jiancha
Disallow: /d
"""


def test_only_our_groups_are_read_and_read_as_before() -> None:
    """The parser alone, over the whole file, says the same."""
    whole, ours = Protego.parse(GROUPS), read_rules(GROUPS.encode(), "jiancha")
    for path in ("/", "/z", "/a", "/a/b", "/c", "/d"):
        url = f"http://a.gov.cn{path}"
        assert ours.can_fetch(url, "jiancha") is whole.can_fetch(url, "jiancha"), path
    said = [ours.can_fetch(f"http://a.gov.cn{path}", "jiancha") for path in ("/z", "/a", "/c", "/d")]
    assert said == [True, False, True, False]


def test_rules_for_us_are_read_behind_any_number_for_others() -> None:
    body = b"User-agent: *\n" + b"Disallow: /x\n" * 20_000 + b"User-agent: jiancha\nDisallow: /a\n"
    assert not read_rules(body, "jiancha").can_fetch("http://a.gov.cn/a", "jiancha")


def test_a_site_asks_for_more_time(hostile: Any) -> None:
    hostile.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 3\n")
    pace = Clock().pace()
    with Fetcher(LIMITS, now=lambda: NOW, pace=pace) as fetcher:
        Robots(fetcher, LIMITS.user_agent).check(hostile.url + "/")
    assert pace._slower == {"127.0.0.1": 3}


def visit(hostile: Any, lake: Lake, robots: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    settings = Settings(
        clock=NOW.isoformat(),
        http=LIMITS,
        site=SiteSettings(max_link_checks=0, sample_articles=0, robots=robots),
    )
    site = Site("6104000001", "某局", hostile.url, Level.OTHER, "某局")
    standard = load_standard("guoban-2019")
    window = Calendar().window("2021Q1")
    with suppress(PermanentFailure):  # the row tells
        inspect_site(site, window, columns=(), standard=standard, settings=settings, lake=lake)
    (row,) = lake.window_rows("visits", "2021Q1")
    return row, lake.window_rows("columns", "2021Q1")


@pytest.fixture
def town(hostile: Any) -> Any:
    html = {"Content_Type": "text/html; charset=utf-8"}
    menu = '<ul><li><a href="/tzgg/">通知公告</a></li><li><a href="/gzdt/">工作动态</a></li></ul>'
    item = '<li><a href="{}.html">关于某项重点工作的通知</a><i>2021-02-1{}</i></li>'
    rows = f"<ul>{''.join(item.format(n, n) for n in range(5))}</ul>"
    hostile.serve("/", menu.encode(), **html)
    for path in ("/tzgg/", "/gzdt/"):
        hostile.serve(path, rows.encode(), **html)
    return hostile


def test_a_column_that_may_not_be_read_is_unknown(town: Any, tmp_path: Path) -> None:
    town.serve("/robots.txt", b"User-agent: *\nDisallow: /tzgg/\n")
    row, columns = visit(town, Lake(tmp_path), "respect")
    assert (row["status"], row["coverage"]) == ("ok", "partial")
    told = {column["name"]: (column["status"], column["failure"]) for column in columns}
    assert told == {"通知公告": ("failed", "robots"), "工作动态": ("ok", None)}
    assert "/tzgg/" not in [path for path, _ in town.seen]


def test_a_site_that_may_not_be_read_is_not_visited(town: Any, tmp_path: Path) -> None:
    town.serve("/robots.txt", b"User-agent: *\nDisallow: /\n")
    row, columns = visit(town, Lake(tmp_path), "respect")
    assert (row["status"], row["failure"], row["coverage"]) == ("failed", "robots", "none")
    assert columns == []
    assert [path for path, _ in town.seen] == ["/robots.txt"]


def test_an_authority_may_read_its_own_sites_all_the_same(town: Any, tmp_path: Path) -> None:
    town.serve("/robots.txt", b"User-agent: *\nDisallow: /\n")
    row, columns = visit(town, Lake(tmp_path), "ignore")
    assert (row["status"], row["coverage"], len(columns)) == ("ok", "complete", 2)
    assert "/robots.txt" not in [path for path, _ in town.seen]


# --- certificates ---


def certificate(folder: Path, name: str, *, days: int, issuer: str = "") -> Path:
    """A certificate and its key in one file; of itself, or of an authority that nobody knows."""
    key, authority = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a certificate")])
    signer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]) if issuer else named
    end = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=60))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(authority if issuer else key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("days", "issuer", "reason"),
    [
        (30, "", "TLS 证书为自签名"),
        (30, "nobody's authority", "TLS 证书链不完整或签发机构不受信任"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(
    tmp_path: Path, days: int, issuer: str, reason: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path, "made", days=days, issuer=issuer))
    server = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    try:
        with Fetcher(LIMITS, now=lambda: NOW) as fetcher, pytest.raises(FetchFailure) as caught:
            fetcher.get(f"https://127.0.0.1:{server.server_address[1]}/")
    finally:
        thread.join()
        server.server_close()
    assert (caught.value.kind, caught.value.reason) == (FailureKind.TLS, reason)
