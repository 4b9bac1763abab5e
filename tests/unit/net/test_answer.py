"""Answers as browsers read them: a fault in a head or in the packing costs neither a probe nor a visit."""

from __future__ import annotations

import gzip
import time
import zlib
from datetime import datetime

import pytest

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter
from jiancha.net.http import Fetcher
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings
from jiancha.sites.probe import probe
from jiancha.standard import load_standard
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
LIMITS = HttpSettings(connect_timeout=5, total_timeout=5, max_bytes=100_000, allow_private=True)
RULE = load_standard("guoban-2019").probe_rule
PAGE = "<html>政务公开</html>".encode()
PACKED = gzip.compress(PAGE)
RAW = zlib.compressobj(wbits=-15)
BARE = RAW.compress(PAGE) + RAW.flush()


def fetcher(**more):
    return Fetcher(LIMITS, now=lambda: NOW, **more)


def opened(hostile):
    """The page as a visit has it, after a probe that must not fail."""
    site = Site("6104000001", "某局", hostile.url + "/", Level.OTHER, "某局")
    found = probe(site, RULE, LIMITS, now=lambda: NOW)
    assert (found.outcome, found.reason) == ("ok", None)
    with fetcher() as net:
        return net.get(hostile.url + "/")


OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(PAGE)

HEADS = {
    "a blank before the colon": b"Server : x\r\nContent-Type : text/html\r\n",
    "a tab before the colon": b"Content-Type\t: text/html\r\n",
    "no colon": b"this is no field\r\nContent-Type: text/html\r\n",
    "no name": b": x\r\nContent-Type: text/html\r\n",
    "a Chinese name": "服务器: x\r\n".encode() + b"Content-Type: text/html\r\n",
    "a Chinese name in GBK": "服务器: x\r\n".encode("gbk") + b"Content-Type: text/html\r\n",
    "a Chinese value": "Server: 检查\r\n".encode() + b"Content-Type: text/html\r\n",
    "a folded value": b"X-Long: one\r\n two\r\n\tthree\r\nContent-Type: text/html\r\n",
    "a fold before all": b" folded\r\nContent-Type: text/html\r\n",
    "an empty name with blanks": b"   : x\r\nContent-Type: text/html\r\n",
    "a NUL": b"X-Nul: a\0b\r\nContent-Type: text/html\r\n",
    "200 lines": b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"Content-Type: text/html\r\n",
    "150 cookies": b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(150))
    + b"Content-Type: text/html\r\n",
    "bare line feeds": b"Content-Type: text/html\n",
    "a line of 30,000 bytes": b"X-Long: " + b"x" * 30_000 + b"\r\nContent-Type: text/html\r\n",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_faulty_line_costs_nothing_but_itself(hostile, head):
    """The connection is kept open: who loses the length waits for the end."""
    hostile.routes["/"] = lambda h: h.wfile.write(OK + head + LENGTH + b"\r\n" + PAGE)
    found = opened(hostile)
    assert (found.body, found.headers["content-type"]) == (PAGE, "text/html")


def test_a_folded_value_is_one(hostile):
    hostile.routes["/"] = lambda h: h.wfile.write(OK + HEADS["a folded value"] + LENGTH + b"\r\n" + PAGE)
    assert opened(hostile).headers["x-long"] == "one two three"


@pytest.mark.parametrize(
    "before",
    [
        b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink : x\r\n\r\n",
    ],
)
def test_what_comes_before_the_answer_is_not_the_answer(hostile, before):
    hostile.routes["/"] = lambda h: h.wfile.write(before + OK + LENGTH + b"\r\n" + PAGE)
    found = opened(hostile)
    assert (found.status, found.body, found.headers.get("link")) == (200, PAGE, None)


def test_a_head_without_end_ends(hostile):
    hostile.routes["/"] = lambda h: h.raw(OK + b"X: y\r\n" * 100_000)
    with fetcher() as net, pytest.raises(FetchFailure) as caught:
        net.get(hostile.url + "/")
    assert caught.value.kind is FailureKind.NETWORK


BODIES = {
    "gzip": (b"gzip", PACKED),
    "x-gzip": (b"x-gzip", PACKED),
    "deflate": (b"deflate", zlib.compress(PAGE)),
    "a bare stream called deflate": (b"deflate", BARE),
    "gzip called deflate": (b"deflate", PACKED),
    "packed twice": (b"gzip, gzip", gzip.compress(PACKED)),
    "bytes after the end": (b"gzip", PACKED + b"\0" * 20),
    "identity": (b"identity", PAGE),
    "an unknown word": (b"none", PAGE),
    "GZIP": (b"GZIP", PACKED),
}


@pytest.mark.parametrize(("coding", "body"), BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("chunked", [False, True])
def test_packed_bodies_on_a_kept_connection(hostile, coding, body, chunked):
    def answer(handler):
        ports.append(handler.client_address[1])
        handler.wfile.write(OK + b"Content-Encoding: " + coding + b"\r\n")
        if chunked:
            middle = len(body) // 2
            parts = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (body[:middle], body[middle:]))
            handler.wfile.write(b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n")
        else:
            handler.wfile.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    ports: list[int] = []
    hostile.routes["/"] = answer
    with fetcher() as net:
        assert [net.get(hostile.url + "/").body for _ in range(3)] == [PAGE] * 3
    assert len(set(ports)) == 1


@pytest.mark.parametrize("length", [len(PAGE) + 1000, 10 * len(PACKED)])
def test_a_packed_page_ends_where_it_ends_whatever_length_is_told(hostile, length):
    """Servers that pack on the way tell the length of the page as it was, and wait for the next question."""
    hostile.routes["/"] = lambda h: h.wfile.write(
        OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % length + PACKED
    )
    assert opened(hostile).body == PAGE


def test_a_packed_page_without_length_on_a_connection_that_stays_open(hostile):
    hostile.routes["/"] = lambda h: h.wfile.write(OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED)
    assert opened(hostile).body == PAGE


def test_an_empty_body_that_is_called_packed(hostile):
    hostile.routes["/"] = lambda h: h.answer(b"", Content_Encoding="gzip")
    assert opened(hostile).body == b""


def test_a_body_that_is_longer_than_it_said_does_not_begin_the_next_answer(hostile):
    hostile.routes["/"] = lambda h: h.wfile.write(OK + b"Content-Length: 4\r\n\r\npage and more")
    with fetcher() as net:
        assert [net.get(hostile.url + "/").body for _ in range(3)] == [b"page"] * 3


def test_a_packed_body_that_breaks_off_is_not_whole(hostile):
    noise = gzip.compress(bytes(range(256)) * 40)
    hostile.routes["/"] = lambda h: h.raw(OK + b"Content-Encoding: gzip\r\n\r\n" + noise[:-100])
    evidence = EvidenceWriter()
    with fetcher(evidence=evidence) as net, pytest.raises(FetchFailure) as caught:
        net.get(hostile.url + "/")
    assert caught.value.kind is FailureKind.NETWORK
    assert evidence.last.truncated == "disconnect"


def packed_times(times: int) -> bytes:
    """Empty blocks, a hundred megabytes of them, which unpack to nothing, packed again and again."""
    outer = zlib.compressobj(9, wbits=31)
    pieces = [outer.compress(gzip.compress(b"")[:10])]
    pieces += [outer.compress(b"\0\0\0\xff\xff" * 200_000) for _ in range(100)]
    body = b"".join(pieces) + outer.flush()
    for _ in range(times - 2):
        body = gzip.compress(body)
    return body


@pytest.mark.parametrize("times", [2, 3, 5000])
def test_what_is_packed_again_and_again_is_refused(hostile, times):
    body = packed_times(times) if times < 9 else b"x" * 100
    head = (
        OK
        + b"Content-Encoding: "
        + b", ".join([b"gzip"] * times)
        + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    hostile.routes["/"] = lambda handler: handler.raw(head + body)
    before = time.process_time()
    with fetcher() as net, pytest.raises(FetchFailure, match="压缩内容"):
        net.get(hostile.url + "/")
    assert time.process_time() - before < 5


def test_a_page_that_is_packed_twice_is_read(hostile):
    twice = gzip.compress(PACKED)
    hostile.serve("/", twice, Content_Type="text/html", Content_Encoding="gzip, gzip")
    assert opened(hostile).body == PAGE
