"""One reader of dates over many pages: ``read_dates.py METHOD MANIFEST``, prints answers and CPU seconds.

Runs in the virtual environment that the method needs, so it imports nothing else of the benchmarks. The
clock counts the reading only, after imports and one page that does not count. The peers get the text
decoded, with the page's address; jiancha gets the bytes.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

Reader = Callable[[bytes, str, str], "str | None"]
CHINA = timezone(timedelta(hours=8))
_DAY = re.compile(r"((?:19|20)\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")


def days_in(text: str) -> list[str]:
    """All complete days of a text, as ISO dates, in order."""
    found = []
    for year, month, day in _DAY.findall(text):
        try:
            found.append(date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            continue
    return found


def first(_: bytes, text: str, __: str) -> str | None:
    return next(iter(days_in(text)), None)


def largest(until: date) -> Reader:
    def read(_: bytes, text: str, __: str) -> str | None:
        return max((day for day in days_in(text) if day <= until.isoformat()), default=None)

    return read


def jiancha_article(until: date) -> Reader:
    from jiancha.pages.document import Document
    from jiancha.pages.page import read_page

    at = datetime(until.year, until.month, until.day, 23, 59, tzinfo=CHINA)

    def read(body: bytes, _: str, url: str) -> str | None:
        published = read_page(Document(body, url, None, at), menu=False).published
        return published.day.isoformat() if published else None

    return read


def jiancha_list(until: date) -> Reader:
    from jiancha.pages.document import Document
    from jiancha.pages.page import PageKind, read_page

    at = datetime(until.year, until.month, until.day, 23, 59, tzinfo=CHINA)

    def read(body: bytes, _: str, url: str) -> str | None:
        facts = read_page(Document(body, url, None, at))
        if facts.kind is not PageKind.LIST:
            return None
        days = (item.published_on for item in facts.items if item.published_on is not None)
        return max((day.isoformat() for day in days if day <= until), default=None)

    return read


def by_htmldate(until: date, *, extensive: bool, original: bool = True) -> Reader:
    from htmldate import find_date

    limit = until.isoformat()

    def read(_: bytes, text: str, url: str) -> str | None:
        return find_date(text, extensive_search=extensive, original_date=original, url=url, max_date=limit)

    return read


def by_trafilatura(until: date) -> Reader:
    from trafilatura.metadata import extract_metadata
    from trafilatura.utils import load_html

    limits = {"original_date": True, "extensive_search": True, "max_date": until.isoformat()}

    def read(_: bytes, text: str, url: str) -> str | None:
        return extract_metadata(load_html(text), default_url=url, date_config=limits).date

    return read


def by_gne(_: date) -> Reader:
    from gne import GeneralNewsExtractor

    def read(_: bytes, text: str, __: str) -> str | None:
        return GeneralNewsExtractor().extract(text)["publish_time"]

    return read


def by_gne_time(_: date) -> Reader:
    from gne.extractor import TimeExtractor
    from gne.utils import fix_html, html2element

    def read(_: bytes, text: str, __: str) -> str | None:
        return TimeExtractor().extractor(html2element(fix_html(text)))

    return read


METHODS: dict[str, Callable[[date], Reader]] = {
    "jiancha": jiancha_article,
    "jiancha list": jiancha_list,
    "htmldate fast": lambda until: by_htmldate(until, extensive=False),
    "htmldate extensive": lambda until: by_htmldate(until, extensive=True),
    "htmldate latest": lambda until: by_htmldate(until, extensive=True, original=False),
    "trafilatura metadata": by_trafilatura,
    "GNE": by_gne,
    "GNE, time only": by_gne_time,
    "first date": lambda _: first,
    "largest date": largest,
}


def plainly_decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def answer(read: Reader, page: tuple[bytes, str, str]) -> str | None:
    """The day that the reader gives, or None: whatever it does to refuse a page, it gave no date."""
    try:
        said = read(*page)
    except Exception:  # noqa: BLE001
        return None
    return next(iter(days_in(said or "")), None)


def main() -> int:
    method, manifest = sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8"))
    read = METHODS[method](date.fromisoformat(manifest["at"]))
    pages = []
    for entry in manifest["pages"]:
        body = Path(entry["file"]).read_bytes()
        pages.append((body, plainly_decoded(body), entry["url"]))
    answer(read, pages[0])
    before = resource.getrusage(resource.RUSAGE_SELF)
    answers = [answer(read, page) for page in pages]
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    json.dump({"answers": answers, "seconds": seconds}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
