"""Evidence: what a WARC of a visit holds, and what it must not hold."""

from __future__ import annotations

import gzip
import uuid
from dataclasses import replace
from datetime import datetime

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from jiancha.errors import FetchFailure, LakeError
from jiancha.evidence.records import EvidenceWriter, Exchange, masked, read_evidence
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.settings import HttpSettings
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, 0, tzinfo=ZONE)
LIMITS = HttpSettings(total_timeout=20, max_bytes=100_000, allow_private=True)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


@pytest.fixture
def path(lake):
    return lake.evidence_path("2021Q1", "target")


def visit(lake, path, *urls, http=LIMITS, **more):
    """Fetch all addresses with evidence; returns the records as (rec_headers, http_headers, body)."""
    evidence = EvidenceWriter("2021Q1/target")
    ids = []
    with Fetcher(http, now=lambda: NOW, evidence=evidence, **more) as door:
        for url in urls:
            try:
                ids.append(door.get(url).record_id)
            except FetchFailure:
                ids.append("")
    assert evidence.save(lake, path) == "evidence/window=2021Q1/target.warc.gz"
    return ids, records(path)


def records(path):
    with path.open("rb") as file:
        return [(r.rec_headers, r.http_headers, r.content_stream().read()) for r in ArchiveIterator(file)]


def of(found, kind):
    return [record for record in found if record[0].get_header("WARC-Type") == kind]


def test_redirects_and_errors_are_recorded_with_everything(hostile, lake, path):
    hostile.redirect("/a", "/b")
    page = hostile.serve("/b", gzip.compress("首页".encode()), Content_Encoding="gzip", X_One="1")
    ids, found = visit(lake, path, hostile.url + "/a", hostile.url + "/missing")
    answers, questions = of(found, "response"), of(found, "request")
    assert [r[0].get_header("WARC-Target-URI") for r in answers] == [
        hostile.url + "/a",
        page,
        hostile.url + "/missing",
    ]
    assert [r[1].get_statuscode() for r in answers] == ["302", "200", "404"]
    assert len(questions) == 3
    head, http, body = answers[1]
    assert head.protocol == "WARC/1.1"
    assert head.get_header("WARC-Date") == "2021-02-16T01:00:00.000000Z"  # UTC
    assert head.get_header("WARC-Record-ID") == ids[0]
    assert head.get_header("WARC-Truncated") is None
    assert body.decode() == "首页"
    assert http.get_header("X-One") == "1"
    assert http.get_header("Content-Length") == "6"
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert http.get_header("Content-Encoding") is None
    assert questions[1][0].get_header("WARC-Concurrent-To") == ids[0]
    assert questions[1][1].get_header("User-Agent").startswith("jiancha/")


def test_the_file_passes_warcios_own_check(hostile, lake, path, capsys):
    visit(lake, path, hostile.serve("/a", b"one"), hostile.serve("/b", "二".encode()))

    class Options:
        inputs = (str(path),)
        verbose = True

    assert not Checker(Options()).process_all()  # no exit value: all digests hold
    assert capsys.readouterr().out.count("digest pass") == 2


def test_bodies_that_are_not_whole_say_why(hostile, lake, path):
    hostile.serve("/large", b"x" * 150_000)
    hostile.routes["/short"] = lambda h: h.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    _, found = visit(lake, path, *(hostile.url + p for p in ("/large", "/short")))
    large, short = of(found, "response")
    assert (large[0].get_header("WARC-Truncated"), len(large[2])) == ("length", 100_000)
    assert short[0].get_header("WARC-Truncated") == "disconnect"
    hostile.routes["/drip"] = lambda h: h.drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"y")
    _, found = visit(lake, path, hostile.url + "/drip", http=replace(LIMITS, total_timeout=0.6))
    assert of(found, "response")[0][0].get_header("WARC-Truncated") == "time"


def test_ids_are_legal_stable_and_distinct(hostile, lake, path):
    urls = [hostile.serve("/a", b"one"), hostile.serve("/b", b"two")]
    first, found = visit(lake, path, *urls)
    again, _ = visit(lake, path, *urls)
    assert first == again
    everything = [record[0].get_header("WARC-Record-ID") for record in found]
    assert len(set(everything)) == 4
    for name in everything:
        assert uuid.UUID(name.removeprefix("<urn:uuid:").removesuffix(">")).version == 5


def test_a_retry_replaces_the_file(hostile, lake, path):
    visit(lake, path, hostile.serve("/a", b"one"), hostile.serve("/b", b"two"))
    visit(lake, path, hostile.serve("/c", b"three"))
    assert [record[2] for record in of(records(path), "response")] == [b"three"]
    assert [p.name for p in path.parent.iterdir()] == ["target.warc.gz"]


def test_read_evidence(hostile, lake, path):
    ids, _ = visit(lake, path, hostile.serve("/a", b"one"), hostile.serve("/b", b"two"))
    assert [read_evidence(lake, path, name) for name in ids] == [b"one", b"two"]
    with pytest.raises(LakeError, match="no record <urn:uuid:0>"):
        read_evidence(lake, path, "<urn:uuid:0>")
    with pytest.raises(LakeError, match="no record"):
        read_evidence(lake, lake.evidence_path("2021Q1", "other"), ids[0])
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 4], b"not a warc at all", b"\x1f\x8b" + b"x" * 100):
        path.write_bytes(damaged)
        with pytest.raises(LakeError):
            read_evidence(lake, path, ids[1])


def test_secrets_are_not_stored(hostile, lake, path):
    hostile.redirect("/in", "/page?ticket=hunter1&page=2", Set_Cookie="sid=hunter2; Path=/")
    hostile.serve("/page", b"page")
    _, found = visit(lake, path, hostile.url + "/in?token=hunter3", auth=("clerk", "hunter4"))
    stored = gzip.decompress(path.read_bytes()).decode("latin-1")
    assert hostile.seen[1][1]["Cookie"] == "sid=hunter2"  # it was sent
    assert "hunter" not in stored
    assert "Y2xlcms6" not in stored  # "clerk:" in Base64
    assert "page=2" in stored
    assert len(found) == 4


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("http://a.cn/p?page=2&id=7", "http://a.cn/p?page=2&id=7"),
        ("http://a.cn/p?key=1&keyword=春", "http://a.cn/p?key=***&keyword=春"),
        ("http://a.cn/?api_key=1&apiKey=2&x=3", "http://a.cn/?api_key=***&apiKey=***&x=3"),
        ("http://a.cn/?Access_Token=1#id_token=2&y=3", "http://a.cn/?Access_Token=***#id_token=***&y=3"),
        ("http://a.cn/?client-secret=1;password=2", "http://a.cn/?client-secret=***;password=***"),
        ("http://u:p@a.cn/x@y?z=u@v", "http://a.cn/x@y?z=u@v"),
        ("http://u:p@ss@a.cn/", "http://a.cn/"),
        ("token=1", "token=1"),
        ("", ""),
    ],
)
def test_masked(url, stored):
    assert masked(url) == stored


def test_large_visits_go_to_disk_and_headers_cannot_break_lines(lake, path):
    evidence = EvidenceWriter("big")
    exchange = Exchange(
        url="http://a.cn/",
        request_headers={"User-Agent": "检查"},
        status=200,
        reason="OK\r\nInjected: 1",
        headers={"X": "a\r\nInjected: 2"},
        body=uuid.uuid4().bytes * 400_000,
        at=NOW,
    )
    evidence.add(exchange)
    assert not evidence._file._rolled
    noise = b"".join(uuid.uuid4().bytes for _ in range(300_000))
    name = evidence.add(Exchange("http://a.cn/2", {}, 200, "OK", {}, noise, NOW))
    assert evidence._file._rolled
    evidence.save(lake, path)
    assert read_evidence(lake, path, name) == noise
    assert all(record[1].get_header("Injected") is None for record in records(path) if record[1])
