"""Whatever the days of a list that shows none: nothing false is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.http import Response
from jiancha.pages.document import Document
from jiancha.pages.items import Item
from jiancha.pages.page import read_page
from jiancha.sites.article_dates import UndatedList, date_lists
from jiancha.sites.column_pages import ColumnListing, Found, Page
from jiancha.windows import ZONE, Calendar

WINDOW = Calendar().window("2021Q1")
CHECKPOINT = date(2021, 2, 15)
CUTOFF = date(2020, 8, 15)
AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
COLUMN = "http://a.example.gov.cn/tzgg/"
DAYS = st.one_of(st.none(), st.dates(date(2018, 1, 1), date(2021, 2, 18)))


def judged(
    days: Sequence[date | None], *, whole: bool = True, one_page: bool = True, limit: int = 30
) -> UndatedList:
    """A list whose articles tell these days, or none, after its pages were asked."""
    urls = [f"{COLUMN}{n}.html" for n in range(len(days))]
    items = [Item(f"关于某项工作的通知{n}", url, None, None, "", False, n) for n, url in enumerate(urls)]
    listing = ColumnListing([Found(item, COLUMN, "") for item in items], pages=1)
    told = dict(zip(urls, days, strict=True))

    def fetch(wanted: Sequence[str]) -> Iterable[tuple[str, Page | FetchFailure]]:
        for url in wanted:
            if told[url] is None:
                yield url, FetchFailure(FailureKind.NOT_FOUND, "x", url=url)
            else:
                body = f"<h1>通知</h1><p>发布时间:{told[url]} 来源:本局</p>".encode()
                response = Response(url, url, 200, {}, body, AT, "")
                document = Document(body, url, None, AT)
                yield url, Page(response, document, read_page(document))

    column = UndatedList("通知公告", COLUMN, CUTOFF, listing, one_page, whole)
    date_lists([column], fetch, WINDOW, limit=limit)
    return column


def newest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None and day <= CHECKPOINT), default=None)


def found(column: UndatedList) -> list[date]:
    days = [each.item.published_on for each in column.listing.items]
    return [day for day in days if day is not None]


@settings(max_examples=80)
@given(st.lists(DAYS, min_size=1, max_size=14), st.booleans(), st.booleans(), st.integers(0, 20))
def test_what_is_called_fresh_is_fresh_and_the_end_is_the_end(
    days: list[date | None], whole: bool, one_page: bool, limit: int
) -> None:
    column = judged(days, whole=whole, one_page=one_page, limit=limit)
    assert len(found(column)) <= limit
    shown = newest(found(column))
    if column.listing.settled:
        assert shown is not None
        assert shown >= CUTOFF
    if column.listing.reached_end:
        assert whole
        assert one_page
        assert found(column) == days
    if column.listing.complete_back_to is not None:
        assert whole


@settings(max_examples=80)
@given(st.lists(st.dates(date(2018, 1, 1), date(2021, 2, 18)), min_size=1, max_size=14), st.booleans())
def test_in_a_sorted_list_the_newest_is_found_wherever_something_is_certain(
    days: list[date], one_page: bool
) -> None:
    ordered = sorted(days, reverse=True)
    column = judged(ordered, one_page=one_page)
    if column.listing.certain:
        assert newest(found(column)) == newest(ordered)


def test_limits_by_hand() -> None:
    day = date(2019, 5, 5)
    old = [day - timedelta(days=n) for n in range(9)]
    assert not judged(old[:4], one_page=False).listing.certain  # four are not enough
    assert judged(old[:5], one_page=False).listing.complete_back_to == date(2019, 5, 1)
    assert not judged([day, day, day, day, old[1]], one_page=False).listing.certain  # two days only
    assert judged([day, day, day, old[1], old[2]], one_page=False).listing.certain
    assert judged([CUTOFF], one_page=False).listing.settled  # the last day that counts
    assert not judged([CUTOFF - timedelta(days=1)], one_page=False).listing.settled
    assert not judged([date(2021, 2, 16)], one_page=False).listing.settled  # after the checkpoint
