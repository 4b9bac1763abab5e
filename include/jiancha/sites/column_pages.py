"""One list, page after page: until the newest item on or before the checkpoint is sure.

Lists are mostly, not always, sorted from new to old. So a list is read until a page holds nothing but items
from before the checkpoint, and one page further. Where the checkpoint lies far back and the pages are
numbered, the place is found by halving, and reading begins one page before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from jiancha.errors import FetchFailure
from jiancha.net.http import Response
from jiancha.pages.document import Document
from jiancha.pages.items import Item
from jiancha.pages.page import PageFacts, PageKind
from jiancha.text.urls import normalised
from jiancha.windows import Window

_PAGES_BEYOND = 2  # pages wholly before the checkpoint that are read
_LIST = 2  # entries from which on a page that a browser shows is a list
_ALONE = "浏览器中只见一个条目"
_WORTH_HALVING = 4  # known further pages from which on halving saves requests


class Page(NamedTuple):
    """A fetched page and what it says.

    Of one that a browser showed, ``doubt`` is why it may not be whole, and ``further`` opens what only its
    scripts can: the page with the next part of its list, or None.
    """

    response: Response
    document: Document
    facts: PageFacts
    doubt: str = ""
    further: Callable[[], Page | None] | None = None

    def kept(self) -> Page:
        """The page as it is kept for later, without what was made of it."""
        return self._replace(document=self.document.kept())


def document_of(response: Response) -> Document:
    return Document(
        response.body, response.final_url, response.headers.get("content-type"), response.fetched_at
    )


class Found(NamedTuple):
    """An item with the page it was found on."""

    item: Item
    page_url: str
    record_id: str


@dataclass(slots=True)
class ColumnListing:
    """What was read of one list.

    ``complete_back_to``: every item from the checkpoint down to this day was read. ``settled``: an item so
    new was found that no column of any kind would be stale. ``doubt``: why a part of it may be missing.
    """

    items: list[Found] = field(default_factory=list)
    pages: int = 0
    reached_end: bool = False
    settled: bool = False
    complete_back_to: date | None = None
    failure: FetchFailure | None = None
    doubt: str = ""

    @property
    def certain(self) -> bool:
        return self.settled or self.reached_end or self.complete_back_to is not None


class ListReader:
    """Reads lists for one window. ``recent`` is the oldest day that is fresh for every kind of column.

    With ``back_to`` lists are read on until a page reaches back beyond that day, whatever is known by then.
    """

    def __init__(
        self,
        fetch: Callable[[str], Page],
        window: Window,
        *,
        recent: date,
        max_pages: int,
        back_to: date | None = None,
    ) -> None:
        self._fetch = fetch
        self._window = window
        self._recent, self._back_to = recent, back_to
        self._max_pages = max_pages

    def read(self, first: Page, *, first_only: bool = False) -> ColumnListing:
        """Read the list that begins on ``first``. A page that fails ends the listing, it does not undo it."""
        walk = _Walk(first)
        try:
            start = 0 if first_only else self._start(walk)
            self._walk(walk, start, first_only=first_only)
        except FetchFailure as failure:
            walk.listing.failure = failure
        walk.listing.items = walk.found()
        walk.listing.pages = len(walk.pages)
        walk.doubt()
        return walk.listing

    def _walk(self, walk: _Walk, start: int, *, first_only: bool) -> None:
        """Read on from page ``start`` until enough is known."""
        listing, number, beyond = walk.listing, start, 0
        while True:
            page = walk.pages[number]
            days = self._days_before(walk, number)
            if days and max(days) >= self._recent:
                listing.settled = True
            if days and self._all_before(walk, number):
                beyond += 1
                listing.complete_back_to = max(days)
            following = self._following(page)
            if following is None and page.further is None:
                listing.reached_end = not page.facts.paging.hidden
                return
            enough = (listing.settled and self._far_enough(days)) or beyond >= _PAGES_BEYOND or first_only
            if enough or len(walk.pages) >= self._max_pages:
                return
            number += 1
            if following is None and not self._turn(walk, number, page):
                listing.reached_end = not page.facts.paging.hidden
                return
            if following is not None and not self._add(walk, number, following):
                return

    def _far_enough(self, days: Sequence[date]) -> bool:
        """True for a page whose last item lies far back; an old one on top may be pinned."""
        return self._back_to is None or not days or days[-1] < self._back_to

    def _add(self, walk: _Walk, number: int, url: str) -> bool:
        """Read page ``number``; False where it is no page of this list or repeats the one before."""
        if number in walk.pages:
            return True
        page = self._fetch(url)
        if page.facts.kind not in (PageKind.LIST, PageKind.HOME):
            return False
        walk.pages[number] = page
        return walk.adds_something(number)

    @staticmethod
    def _turn(walk: _Walk, number: int, page: Page) -> bool:
        """Have the browser open page ``number``; False where nothing more comes."""
        further = page.further() if page.further is not None else None
        if further is None:
            return False
        walk.pages[number] = further
        return walk.adds_something(number)

    @staticmethod
    def _following(page: Page) -> str | None:
        """The next page's address; None on the last one, which may name itself."""
        following = page.facts.paging.next_pages[:1]
        own = normalised(page.response.final_url)
        return following[0] if following and normalised(following[0]) != own else None

    # --- far back ---

    def _start(self, walk: _Walk) -> int:
        """The page to read on from: the first, or the last that is mostly from after the checkpoint."""
        addresses = walk.pages[0].facts.paging.next_pages
        if len(addresses) < _WORTH_HALVING or not self._mostly_after(walk, 0):
            return 0
        after, before = 0, len(addresses) + 1
        step = 1
        while after + step < before and self._mostly_after_at(walk, after + step):
            after, step = after + step, step * 2
        before = min(before, after + step)
        while before - after > 1:
            middle = (after + before) // 2
            if self._mostly_after_at(walk, middle):
                after = middle
            else:
                before = middle
        return after

    def _mostly_after_at(self, walk: _Walk, number: int) -> bool:
        url = walk.pages[0].facts.paging.next_pages[number - 1]
        if number not in walk.pages:
            page = self._fetch(url)
            if page.facts.kind is not PageKind.LIST:
                return False
            walk.pages[number] = page
        return self._mostly_after(walk, number)

    # --- days ---

    def is_before(self, item: Item) -> bool:
        """True for an item published on or before the checkpoint."""
        return self._window.counts(item.published_on, item.published_at)

    def _days_before(self, walk: _Walk, number: int) -> list[date]:
        items = walk.pages[number].facts.items
        return [item.published_on for item in items if item.published_on is not None and self.is_before(item)]

    def _all_before(self, walk: _Walk, number: int) -> bool:
        dated = walk.dated(number)
        return bool(dated) and all(self.is_before(item) for item in dated)

    def _mostly_after(self, walk: _Walk, number: int) -> bool:
        """True where most of a page is from after the checkpoint: a single misplaced item tells no place."""
        dated = walk.dated(number)
        return sum(self.is_before(item) for item in dated) * 2 < len(dated)


class _Walk:
    """The pages of one list that were read, by their place in it."""

    def __init__(self, first: Page) -> None:
        self.pages: dict[int, Page] = {0: first}
        self.listing = ColumnListing()

    def dated(self, number: int) -> list[Item]:
        """The dated items of a page that tell its place in the list.

        Pinned ones, those that an earlier page showed too, and dates in the future are left aside.
        """
        earlier = {_key(item) for n, page in self.pages.items() if n < number for item in page.facts.items}
        return [
            item
            for item in self.pages[number].facts.items
            if item.published_on is not None
            and not item.pinned
            and not item.date_rule.endswith(":future")
            and _key(item) not in earlier
        ]

    def adds_something(self, number: int) -> bool:
        earlier = {_key(item) for n, page in self.pages.items() if n != number for item in page.facts.items}
        return any(_key(item) not in earlier for item in self.pages[number].facts.items)

    def doubt(self) -> None:
        """What a browser did not show whole, or as one entry, tells neither an end nor what is newest."""
        listing = self.listing
        shown = [page for page in self.pages.values() if page.further is not None]
        alone = _ALONE if shown and len(listing.items) < _LIST else ""
        listing.doubt = next((page.doubt for page in shown if page.doubt), alone)
        if listing.doubt:
            listing.reached_end, listing.complete_back_to = False, None

    def found(self) -> list[Found]:
        """All items once, in the order of the list."""
        seen: set[str] = set()
        items = []
        for _, page in sorted(self.pages.items(), key=lambda pair: pair[0]):
            response = page.response
            for item in page.facts.items:
                if _key(item) not in seen:
                    seen.add(_key(item))
                    items.append(Found(item, response.final_url, response.record_id))
        return items


def _key(item: Item) -> str:
    return item.url or f"{item.title} {item.published_on}"
