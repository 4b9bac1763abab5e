"""A replay answers as the network did, failures included, and asks nobody."""

from __future__ import annotations

import socket
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from jiancha.errors import FetchFailure, LakeError
from jiancha.evidence.records import EvidenceWriter, Exchange, Recorder, Rendering, cut_out, read_exchange
from jiancha.evidence.replay import Replay
from jiancha.lake import Lake
from jiancha.net.http import Fetcher, Response
from jiancha.settings import HttpSettings
from jiancha.windows import ZONE
from jiancha_sandbox.local_airflow import free_port

NOW = datetime(2021, 2, 16, 9, 0, 0, 123456, tzinfo=ZONE)
LIMITS = HttpSettings(allow_private=True, total_timeout=1, max_bytes=1000)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def ask(recorder: Recorder, urls: list[str]) -> list[Any]:
    """What came of each address, in turn."""
    found: list[Any] = []
    with Fetcher(LIMITS, now=lambda: NOW, evidence=recorder) as fetcher:
        for url in urls:
            try:
                found.append(_told(fetcher.get(url)))
            except FetchFailure as failure:
                found.append((failure.kind, failure.reason, failure.url))
        return [*found, fetcher.requests]


def _told(response: Response) -> tuple[object, ...]:
    kept = {name: response.headers.get(name) for name in ("content-type", "x-one")}
    return response.url, response.final_url, response.status, kept, response.body, response.record_id


def recorded(lake: Lake, urls: list[str]) -> list[Any]:
    writer = EvidenceWriter("w/t")
    found = ask(writer, urls)
    writer.save(lake, lake.evidence_path("w", "t"))
    return found


def replayed(lake: Lake, urls: list[str], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    with monkeypatch.context() as patched, Replay(lake.evidence_path("w", "t"), "e") as recorder:
        patched.setattr(socket, "getaddrinfo", refused)
        patched.setattr(socket.socket, "connect", refused)
        return ask(recorder, urls)


def test_every_outcome_is_the_same_again(hostile: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.serve("/page", "首页".encode(), Content_Type="text/html", X_One="1")
    hostile.redirect("/old", "/page")
    hostile.redirect("/circle", "/circle")
    hostile.redirect("/r0", "/r1")
    for number in range(1, 6):
        hostile.redirect(f"/r{number}", f"/r{number + 1}")
    hostile.serve("/big", b"x" * 2000)
    hostile.serve("/busy", b"", status=503)
    hostile.redirect("/away", "file:///etc/passwd")
    hostile.routes["/short"] = lambda h: h.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    hostile.routes["/drip"] = lambda h: h.drip(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"y")
    hostile.routes["/cookie"] = lambda h: (
        h.answer(b"welcome")
        if "k=1" in h.headers.get("Cookie", "")
        else h.answer(b"", status=302, Location="/cookie", Set_Cookie="k=1; Path=/")
    )
    paths = ["/page", "/old", "/cookie", "/circle", "/r0", "/big", "/busy", "/away", "/short", "/drip"]
    urls = [hostile.url + path for path in [*paths, "/missing", "/page"]]
    urls += [f"http://127.0.0.1:{free_port()}/", "http://does-not-exist.invalid/", "ftp://a.gov.cn/"]
    first = recorded(lake, urls)
    assert [str(f[0]) for f in first[3:11]] == [
        *("redirect_loop", "redirect_loop", "too_large", "server_error"),
        *("bad_url", "network", "timeout", "not_found"),
    ]
    assert [f[1] for f in first[12:14]] == ["连接被拒绝", "域名不存在"]
    assert replayed(lake, urls, monkeypatch) == first


def test_each_question_gets_its_own_answer(hostile: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.routes["/n"] = lambda handler: handler.answer(
        str(len(handler.server.seen)).encode(), status=503 if len(handler.server.seen) == 2 else 200
    )
    urls = [hostile.url + "/n"] * 3
    first = recorded(lake, urls)
    assert [f[4] if len(f) > 3 else str(f[0]) for f in first[:3]] == [b"1", "server_error", b"3"]
    assert replayed(lake, urls, monkeypatch) == first


def test_what_was_not_asked_is_not_recorded(
    hostile: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    a = hostile.serve("/a", b"a")
    recorded(lake, [a])
    first, again, other, requests = replayed(lake, [a, a, hostile.url + "/b"], monkeypatch)
    assert first[4] == b"a"
    assert (str(again[0]), str(other[0])) == ("not_recorded", "not_recorded")
    assert requests == 3


def test_times_are_those_of_the_record(hostile: Any, lake: Lake) -> None:
    recorded(lake, [hostile.serve("/a", b"a")])
    with (
        Replay(lake.evidence_path("w", "t"), "e") as recorder,
        Fetcher(LIMITS, now=lambda: NOW + timedelta(days=9), evidence=recorder) as fetcher,
    ):
        assert fetcher.get(hostile.url + "/a").fetched_at == NOW


def test_damaged_evidence_is_an_error(hostile: Any, lake: Lake) -> None:
    recorded(lake, [hostile.serve("/a", b"a" * 900)])
    path = lake.evidence_path("w", "t")
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(LakeError, match="breaks off"):
        Replay(path, "e")


def exchange(url: str, body: bytes) -> Exchange:
    return Exchange(url, {}, 200, "OK", {"Content-Type": "text/html"}, body, NOW)


def test_what_a_browser_showed_is_kept_apart_from_what_was_answered(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    """The visit asks for the same data after the browser did, and gets its own answer."""
    page, data = "http://a.example/", "http://a.example/data?token=secret"
    writer, path = EvidenceWriter("w/t"), lake.evidence_path("w", "t")
    writer.add(exchange(page, b"<p>shell</p>"))
    scripts = writer.add(exchange(data, b"for the browser"))
    shown = [
        Rendering(page, "<p>共3条</p>".encode("gb18030"), "gb18030", NOW, asked=True, answers=(scripts,)),
        Rendering(page, b"", "utf-8", NOW, doubt="页面仍在载入", nothing=True),
    ]
    ids = [writer.add_rendering(each) for each in shown]
    writer.add(exchange(data, b"for the visit"))
    writer.save(lake, path)
    with Replay(path, "e") as recorder:
        again = recorder.answer(data)
        assert again is not None
        assert (again.exchange.body, recorder.answer(data)) == (b"for the visit", None)
        found = [recorder.rendering(page), recorder.rendering(page), recorder.rendering(page)]
    assert found == [*(each._replace(record_id=name) for each, name in zip(shown, ids, strict=True)), None]
    stored = read_exchange(lake, path, ids[0])
    assert (stored.url, stored.body.decode("gb18030")) == (page, "<p>共3条</p>")
    assert stored.headers["content-type"] == "text/html; charset=gb18030"
    cut = lake.root / "cut.warc.gz"
    cut.write_bytes(cut_out(lake, path, ids[:1]))
    with cut.open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == ["resource", "metadata"]
    assert not Checker(SimpleNamespace(inputs=[str(path)], verbose=True)).process_all()
    assert capsys.readouterr().out.count("digest pass") == 5
    assert b"secret" not in b"".join(record.rec_headers.to_bytes() for record in headers(path))


def headers(path: Path) -> list[Any]:
    with path.open("rb") as file:
        return list(ArchiveIterator(file))
