"""A second visit asks only for what has changed, and its evidence is whole all the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from jiancha.errors import FetchFailure
from jiancha.evidence.records import EvidenceWriter, Recorder, read_evidence
from jiancha.evidence.replay import Replay
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings, SiteSettings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar

FIRST = datetime(2021, 2, 16, 9, tzinfo=ZONE)
SECOND = FIRST + timedelta(hours=2)
LIMITS = HttpSettings(allow_private=True, total_timeout=5)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def tagged(hostile: Any, path: str, body: bytes, **headers: str) -> str:
    """Serve a page that answers 304 to who has it."""

    def answer(handler: Any) -> None:
        has = handler.headers.get("If-None-Match") == headers.get("ETag", "-")
        has = has or handler.headers.get("If-Modified-Since") == headers.get("Last_Modified", "-")
        named = {"Content_Type": "text/html; charset=utf-8", **headers}
        handler.answer(b"" if has else body, status=304 if has else 200, **named)

    hostile.routes[path] = answer
    return hostile.url + path


def ask(recorder: Recorder, at: datetime, *urls: str) -> list[tuple[bytes, datetime, str] | str]:
    found: list[tuple[bytes, datetime, str] | str] = []
    with Fetcher(LIMITS, now=lambda: at, evidence=recorder) as fetcher:
        for url in urls:
            try:
                response = fetcher.get(url)
                found.append((response.body, response.fetched_at, response.record_id))
            except FetchFailure as failure:
                found.append(str(failure.kind))
    return found


def test_unchanged_pages_are_taken_over(hostile: Any, lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    a = tagged(hostile, "/a", b"page a", ETag='"1"')
    b = tagged(hostile, "/b", b"page b", Last_Modified="Mon, 15 Feb 2021 01:00:00 GMT")
    c = hostile.serve("/c", b"page c")
    path = lake.evidence_path("w", "t")
    writer = EvidenceWriter("w/t")
    first = ask(writer, FIRST, a, b, c)
    writer.save(lake, path)
    tagged(hostile, "/b", b"new b", Last_Modified="Tue, 16 Feb 2021 02:00:00 GMT")
    hostile.seen.clear()
    writer = EvidenceWriter("w/t", seen=path.open("rb"))
    second = ask(writer, SECOND, a, b, c, a)
    writer.save(lake, path)
    assert [headers.get("If-None-Match") for _, headers in hostile.seen] == ['"1"', None, None, '"1"']
    assert second[0] == second[3] == first[0]  # body, time and record of the page as it was read
    assert [(found[0], found[1]) for found in second[1:3]] == [(b"new b", SECOND), (b"page c", SECOND)]
    for body, _, record_id in second:
        assert read_evidence(lake, path, record_id) == body
    with path.open("rb") as file:
        kinds = [(r.rec_type, r.rec_headers.get_header("WARC-Refers-To")) for r in ArchiveIterator(file)]
    record_id = first[0][2]
    answer = [("response", None), ("request", None)]
    assert kinds == [*answer, ("revisit", record_id), *answer, *answer, ("revisit", record_id)]

    class Options:
        inputs = (str(path),)
        verbose = True

    assert not Checker(Options()).process_all()
    with Replay(path, "e") as recorder:
        assert ask(recorder, SECOND, a, b, c, a) == second


def test_a_304_that_nobody_asked_for_is_no_page(hostile: Any, lake: Lake) -> None:
    url = hostile.serve("/a", b"", status=304)
    assert ask(EvidenceWriter("w/t"), FIRST, url) == ["not_found"]


def test_damaged_evidence_of_the_first_visit_is_of_no_use(hostile: Any, lake: Lake) -> None:
    a = tagged(hostile, "/a", b"page a" * 50, ETag='"1"')
    path = lake.evidence_path("w", "t")
    writer = EvidenceWriter("w/t")
    ask(writer, FIRST, a)
    writer.save(lake, path)
    path.write_bytes(path.read_bytes()[:200])
    (found,) = ask(EvidenceWriter("w/t", seen=path.open("rb")), SECOND, a)
    assert found[:2] == (b"page a" * 50, SECOND)
    assert hostile.seen[-1][1].get("If-None-Match") is None


@pytest.mark.parametrize(
    ("later", "asked_again"), [(timedelta(hours=24), False), (timedelta(hours=24, seconds=1), True)]
)
def test_a_site_is_visited_again(hostile: Any, lake: Lake, later: timedelta, asked_again: bool) -> None:
    menu = b'<ul><li><a href="/tzgg/">' + "通知公告".encode() + b"</a></li></ul>"
    item = '<li><a href="{}.html">关于某项重点工作的通知</a><i>2021-02-1{}</i></li>'
    rows = f"<ul>{''.join(item.format(n, n) for n in range(5))}</ul>".encode()
    tagged(hostile, "/", menu, ETag='"m"')
    tagged(hostile, "/tzgg/", rows, ETag='"r"')
    for moment in (FIRST, FIRST + later):
        hostile.seen.clear()
        inspect(hostile.url, lake, moment)
        (row,) = lake.window_rows("visits", "2021Q1")
        assert (row["status"], row["coverage"], row["started_at"]) == ("ok", "complete", moment)
        assert len(lake.window_rows("items", "2021Q1")) == 5
    sent = [headers.get("If-None-Match") for path, headers in hostile.seen if path in ("/", "/tzgg/")]
    assert sent == ([None, None] if asked_again else ['"m"', '"r"'])


def inspect(url: str, lake: Lake, at: datetime) -> None:
    http = HttpSettings(allow_private=True)
    site_settings = SiteSettings(max_link_checks=0, sample_articles=0)
    settings = Settings(clock=at.isoformat(), http=http, site=site_settings)
    site = Site("6104000001", "某局", url, Level.OTHER, "某局")
    standard = load_standard("guoban-2019")
    window = Calendar().window("2021Q1")
    inspect_site(site, window, columns=(), standard=standard, settings=settings, lake=lake)
