"""Years of days that a list shows without one, where neither the list nor an address tells them.

Such a day is read as the latest that it can be, so it proves that a list is old, never that it is fresh.
Where freshness rests on it, the page of one of its items is asked: its date gives all of the list their years
by the list's order. Where no page tells it, the day is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from jiancha.errors import FetchFailure
from jiancha.pages.rows import YEARLESS
from jiancha.pages.years import in_year, years_by_order
from jiancha.sites.column_pages import Found, Page

#: Gives each address with its page, or with why it could not be had.
FetchPages = Callable[[Sequence[str]], Iterator[tuple[str, Page | FetchFailure]]]

_ASKED = 2  # pages of one list
_APART = 2  # days by which a list and its article may differ: clocks and editors


class YearCheck:
    """Finds the years of lists by asking at most ``limit`` pages; ``known`` days cost nothing."""

    def __init__(self, fetch_pages: FetchPages, known: dict[str, date], limit: int) -> None:
        self._fetch_pages, self._known, self._left = fetch_pages, known, limit

    def settle(self, items: list[Found], cutoff: date | None, *, ordered: bool = True) -> bool:
        """Give the items of a list their years in place; False where some proved to be of unknown ones.

        ``cutoff`` is the oldest day that counts as an update. Without ``ordered`` they are of several lists,
        and only the newest matter.
        """
        open_ones = [n for n, found in enumerate(items) if lacks_year(found)]
        if not any(_may_count(items[n], cutoff) for n in open_ones):
            return True
        if not ordered:
            open_ones.sort(key=lambda n: items[n].item.published_on or date.min, reverse=True)
        known = self._days_of(items, open_ones)
        if ordered and known:
            sure = {
                n: found.item.published_on
                for n, found in enumerate(items)
                if found.item.published_on is not None and not found.item.pinned and not lacks_year(found)
            }
            known = years_by_order([_day(found) for found in items], sure | known) or {}
        for n in open_ones:
            if (day := known.get(n)) is not None:
                items[n] = _dated(items[n], day)
        unknown = [n for n in open_ones if n not in known]
        doubtful = any(_may_count(items[n], cutoff) for n in unknown)
        for n in open_ones if doubtful and ordered else unknown if doubtful else ():
            items[n] = _dated(items[n], None)
        return not doubtful

    def _days_of(self, items: Sequence[Found], numbers: Sequence[int]) -> dict[int, date]:
        """The day of the first of some items that is known or that its own page tells."""
        asked = 0
        for n in numbers:
            url = items[n].item.url
            if url and url not in self._known and asked < _ASKED and self._left > 0:
                asked, self._left = asked + 1, self._left - 1
                self._ask(url)
            if (day := self._agreed(items[n], self._known.get(url))) is not None:
                return {n: day}
        return {}

    def _ask(self, url: str) -> None:
        for _, page in self._fetch_pages([url]):
            if not isinstance(page, FetchFailure) and page.facts.published is not None:
                self._known[url] = page.facts.published.day

    @staticmethod
    def _agreed(found: Found, day: date | None) -> date | None:
        """The item's day in the year of another one that is the same or nearly so."""
        shown = found.item.published_on
        if day is None or shown is None:
            return None
        near = min(
            (in_year(shown, year) for year in (day.year - 1, day.year, day.year + 1)),
            key=lambda each: abs(each - day),
        )
        return near if abs((near - day).days) <= _APART else None


def lacks_year(found: Found) -> bool:
    """True for an item whose day may be of an earlier year."""
    return found.item.date_rule.endswith(YEARLESS)


def _day(found: Found) -> date | None:
    return None if found.item.pinned else found.item.published_on


def _may_count(found: Found, cutoff: date | None) -> bool:
    day = found.item.published_on
    return day is not None and (cutoff is None or day >= cutoff)


def _dated(found: Found, day: date | None) -> Found:
    item = found.item
    moment = item.published_at.replace(day.year, day.month, day.day) if item.published_at and day else None
    rule = f"{item.date_rule}+page" if day else ""
    return found._replace(item=replace(item, published_on=day, published_at=moment, date_rule=rule))
