"""A visit that was killed goes on where it was: what is on record is not asked again."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from jiancha.errors import FetchFailure
from jiancha.evidence.records import EvidenceWriter, Recorder
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)
LIMITS = HttpSettings(allow_private=True, total_timeout=5, max_bytes=1000)


@pytest.fixture
def working(tmp_path: Path) -> Path:
    return tmp_path / "work" / "target.warc.gz"


def ask(recorder: Recorder, *urls: str, at: datetime = NOW) -> list[str]:
    """The bodies of these pages, or the kinds of failure."""
    found = []
    with Fetcher(LIMITS, now=lambda: at, evidence=recorder) as fetcher:
        for url in urls:
            try:
                found.append(fetcher.get(url).body.decode())
            except FetchFailure as failure:
                found.append(str(failure.kind))
    return found


def killed(working: Path, *urls: str) -> None:
    """A visit that ends without saving."""
    writer = EvidenceWriter("w/t", working, now=NOW, fresh=DAY)
    ask(writer, *urls)
    writer._file.close()  # as the end of its process does


def asked(hostile: Any) -> list[str]:
    return [path for path, _ in hostile.seen]


def test_only_what_is_not_on_record_is_asked(hostile: Any, working: Path, tmp_path: Path) -> None:
    a, b, c = (hostile.serve(f"/{name}", name.encode()) for name in "abc")
    hostile.redirect("/old", "/a")
    old = hostile.url + "/old"
    killed(working, a, old, b)
    hostile.seen.clear()
    writer = EvidenceWriter("w/t", working, now=LATER, fresh=DAY)
    assert writer.begun == NOW
    assert ask(writer, a, old, b, c, a, at=LATER) == ["a", "a", "b", "c", "a"]
    assert asked(hostile) == ["/c", "/a"]  # the second question for a page is a new one
    lake = Lake(tmp_path / "lake")
    path = lake.evidence_path("w", "t")
    writer.save(lake, path)
    assert not working.exists()
    with path.open("rb") as file:
        records = [
            (
                r.rec_type,
                r.rec_headers.get_header("WARC-Target-URI"),
                r.rec_headers.get_header("WARC-Record-ID"),
            )
            for r in ArchiveIterator(file)
        ]
    assert [url for kind, url, _ in records if kind == "response"] == [a, old, a, b, c, a]
    assert len({record_id for _, _, record_id in records}) == 12


def test_a_torn_record_is_asked_again(hostile: Any, working: Path) -> None:
    a, b = hostile.serve("/a", b"a"), hostile.serve("/b", b"b")
    killed(working, a, b)
    whole = working.read_bytes()
    for end in (1, 40, len(whole) // 4):  # in the request to b, and in the answer
        working.write_bytes(whole[:-end])
        hostile.seen.clear()
        assert ask(EvidenceWriter("w/t", working, now=LATER, fresh=DAY), a, b) == ["a", "b"]
        assert asked(hostile) == ["/b"]
        working.unlink()


def test_what_could_not_be_had_is_asked_again(hostile: Any, working: Path) -> None:
    hostile.serve("/big", b"x" * 2000)
    hostile.serve("/secret", b"s")
    urls = [hostile.url + path for path in ("/missing", "/big", "/secret?token=1")]
    assert LIMITS.max_bytes == 1000
    killed(working, *urls)
    hostile.serve("/missing", b"now here")
    hostile.seen.clear()
    again = ask(EvidenceWriter("w/t", working, now=LATER, fresh=DAY), *urls)
    # a finished answer that says no is an answer; one that was cut off, or kept without its secret, is none
    assert again == ["not_found", "too_large", "s"]
    assert asked(hostile) == ["/big", "/secret?token=1"]


@pytest.mark.parametrize(
    ("now", "fresh", "kept"),
    [
        (NOW + DAY, DAY, True),
        (NOW + DAY + timedelta(seconds=1), DAY, False),
        (NOW, timedelta(), True),
        (LATER, timedelta(), False),
        (NOW - timedelta(seconds=1), DAY, False),  # a record of what is to come is another clock's
    ],
)
def test_only_recent_records_count(
    hostile: Any, working: Path, now: datetime, fresh: timedelta, kept: bool
) -> None:
    a = hostile.serve("/a", b"a")
    killed(working, a)
    hostile.seen.clear()
    assert ask(EvidenceWriter("w/t", working, now=now, fresh=fresh), a) == ["a"]
    assert asked(hostile) == ([] if kept else ["/a"])


def test_two_at_once_do_not_share_a_file(hostile: Any, working: Path, tmp_path: Path) -> None:
    a = hostile.serve("/a", b"a")
    first = EvidenceWriter("w/t", working, now=NOW, fresh=DAY)
    second = EvidenceWriter("w/t", working, now=NOW, fresh=DAY)
    assert ask(first, a) == ask(second, a) == ["a"]
    lake = Lake(tmp_path / "lake")
    second.save(lake, lake.evidence_path("w", "t"))
    assert working.exists()  # the first one's
    first.save(lake, lake.evidence_path("w", "t"))
    assert not working.exists()


def rubbish(working: Path) -> None:
    working.parent.mkdir(parents=True)
    working.write_bytes(b"not a record at all")


def test_rubbish_in_the_working_file_is_dropped(hostile: Any, working: Path) -> None:
    rubbish(working)
    a = hostile.serve("/a", b"a")
    assert ask(EvidenceWriter("w/t", working, now=NOW, fresh=DAY), a) == ["a"]


def inspect(url: str, folder: Path) -> None:
    window = Calendar().window("2021Q1")
    settings = Settings(clock="2021-02-16T09:00:00+08:00", http=HttpSettings(allow_private=True))
    site = Site("6104000001", "某局", url, Level.OTHER, "某局")
    standard = load_standard("guoban-2019")
    inspect_site(site, window, columns=(), standard=standard, settings=settings, lake=Lake(folder))


def test_a_visit_goes_on_after_a_kill(hostile: Any, tmp_path: Path) -> None:
    """The process is killed while the third page is awaited; the next one asks for that and what follows."""
    menu = '<ul><li><a href="/tzgg/">通知公告</a></li><li><a href="/gzdt/">工作动态</a></li></ul>'
    item = '<li><a href="{}.html">关于某项重点工作的通知</a><i>2021-02-1{}</i></li>'
    page = f"<ul>{''.join(item.format(n, n) for n in range(5))}</ul>".encode()
    html = {"Content_Type": "text/html; charset=utf-8"}
    hostile.serve("/", menu.encode(), **html)
    hostile.serve("/tzgg/", page, **html)
    reached = multiprocessing.Event()

    def never(handler: Any) -> None:
        reached.set()
        handler.server.stopping.wait()

    hostile.routes["/gzdt/"] = never
    visit = multiprocessing.get_context("fork").Process(target=inspect, args=(hostile.url, tmp_path))
    visit.start()
    assert reached.wait(20)
    assert visit.pid is not None
    os.kill(visit.pid, signal.SIGKILL)
    visit.join()
    assert not (tmp_path / "visits").exists()
    hostile.serve("/gzdt/", page, **html)
    hostile.seen.clear()
    inspect(hostile.url, tmp_path)
    assert asked(hostile)[0] == "/gzdt/"
    assert not {"/", "/tzgg/"} & set(asked(hostile))
    lake = Lake(tmp_path)
    (row,) = lake.window_rows("visits", "2021Q1")
    assert (row["status"], row["coverage"]) == ("ok", "complete")
    assert {c["name"] for c in lake.window_rows("columns", "2021Q1")} == {"通知公告", "工作动态"}
