"""Dates for lists that show none: the pages of their newest items are asked, as few as will do.

A list becomes fresh by one sure date. It becomes stale only where the newest items, in the order of the
list, all have sure dates that run from new to old, or where every item of the list has one; anything less
leaves it unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from jiancha.errors import FetchFailure
from jiancha.pages.undated_lists import belongs, sure_date
from jiancha.sites.column_pages import ColumnListing, Page
from jiancha.windows import Window

#: Gives each address with its page, or with why it could not be had.
FetchPages = Callable[[Sequence[str]], Iterable[tuple[str, Page | FetchFailure]]]

_ENOUGH = 5  # dated items from before the checkpoint that show the order of a list
_DAYS = 3  # different days among them: articles imported on one day show no order
_OLD = 2  # items from before the limit after which a list that cannot become stale is given up
_VAIN = 2  # items without a sure date after which a list is given up


@dataclass(slots=True)
class UndatedList:
    """A column's list, some or all of whose items show no date; ``listing`` is filled in.

    ``cutoff`` is the oldest day on which an item still counts as an update. ``one_page``: the list has no
    further pages. ``whole``: its order tells something. ``partly``: other items show dates, so that only the
    undated ones above the newest matter.
    """

    name: str
    url: str
    cutoff: date
    listing: ColumnListing
    one_page: bool = False
    whole: bool = False
    partly: bool = False
    dated: int = 0
    _tried: set[int] = field(default_factory=set)
    _vain: int = 0

    def next_item(self, window: Window) -> int | None:
        """The place of the next item whose page should be asked; None when no more need be."""
        if self._vain >= _VAIN or self._is_fresh(window) or self._is_settled(window):
            return None
        for number, found in enumerate(self.listing.items):
            if self.partly and self._is_newest_before(number, window):
                return None
            item = found.item
            if item.published_on is not None or number in self._tried:
                continue
            if item.url:
                return number
            self._tried.add(number)
            self._vain += 1
            if self._vain >= _VAIN:
                return None
        return None

    def take(self, number: int, page: Page | FetchFailure) -> None:
        """Date an item from its page, if that tells it surely."""
        self._tried.add(number)
        found = self.listing.items[number]
        dated = None
        if not isinstance(page, FetchFailure):
            own = belongs(page.facts, page.response.final_url, names=(self.name,), column_url=self.url)
            dated = sure_date(page.facts, at=page.response.fetched_at) if own else None
        if dated is None:
            self._vain += 1
            return
        self.dated += 1
        item = replace(
            found.item, published_on=dated.day, published_at=dated.moment, date_rule=f"page:{dated.rule}"
        )
        self.listing.items[number] = found._replace(item=item)

    def conclude(self, window: Window) -> None:
        """Say in the listing how far the dates found make it certain."""
        self.listing.settled |= self._is_fresh(window)
        if not self.whole:
            return
        items = [found.item for found in self.listing.items]
        if self.one_page and all(item.published_on is not None for item in items):
            self.listing.reached_end = True
        ordered = self._ordered_before(window)
        if _shows_order(ordered):
            self.listing.complete_back_to = ordered[-1]

    def _is_fresh(self, window: Window) -> bool:
        return any(day >= self.cutoff for _, day in self._days_before(window))

    def _is_settled(self, window: Window) -> bool:
        if self.whole:
            return _shows_order(self._ordered_before(window))
        return not self.partly and len(list(self._days_before(window))) >= _OLD

    def _is_newest_before(self, number: int, window: Window) -> bool:
        """True for the newest item on or before the checkpoint: what stands below it does not matter."""
        days = [(n, day) for n, day in self._days_before(window) if not self.listing.items[n].item.pinned]
        return bool(days) and number == max(days, key=lambda each: (each[1], -each[0]))[0]

    def _days_before(self, window: Window) -> Iterator[tuple[int, date]]:
        for number, found in enumerate(self.listing.items):
            item = found.item
            if item.published_on is not None and window.counts(item.published_on, item.published_at):
                yield number, item.published_on

    def _ordered_before(self, window: Window) -> list[date]:
        """The days up to the checkpoint at the head of the list; none where they are out of order."""
        days: list[date] = []
        before: list[date] = []
        for found in self.listing.items:
            item = found.item
            if item.pinned:
                continue
            if item.published_on is None:
                break
            days.append(item.published_on)
            if window.counts(item.published_on, item.published_at):
                before.append(item.published_on)
        return before if days == sorted(days, reverse=True) else []


def date_lists(lists: Sequence[UndatedList], fetch_pages: FetchPages, window: Window, *, limit: int) -> None:
    """Ask the pages of items, at most ``limit`` of them, until each list is certain or given up.

    In rounds, one item of each list at a time: where there is not enough for all, every list has had its
    newest item looked at, which is what makes it fresh.
    """
    while limit > 0:
        wanted: dict[str, list[tuple[UndatedList, int]]] = {}
        for each in lists:
            number = each.next_item(window)
            if number is not None:
                wanted.setdefault(each.listing.items[number].item.url, []).append((each, number))
        batch = list(wanted)[:limit]
        if not batch:
            break
        limit -= len(batch)
        for url, page in fetch_pages(batch):
            for each, number in wanted[url]:
                each.take(number, page)
    for each in lists:
        each.conclude(window)


def _shows_order(days: Sequence[date]) -> bool:
    return len(days) >= _ENOUGH and len(set(days)) >= _DAYS
