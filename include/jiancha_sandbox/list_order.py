"""In which order a column's list shows its items, and what it gets wrong about them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.history import dice
from jiancha_sandbox.rules import Kind
from jiancha_sandbox.sites import BAD_IN_2021Q1, Column

#: The number of an item that is not in the city's history: a copy of the first one, dated in the future.
TYPO_NUMBER = 90_000
_TYPO_YEARS = 12  # the year typed wrongly: 2019 becomes 2031


class Entry(NamedTuple):
    """An item: its place in the column's history and the date that the list shows."""

    number: int
    shown: datetime
    pinned: bool = False


def shelve(city: SandboxCity, column: Column) -> list[Entry]:
    """The items of a column as its list has them.

    Newest first; in some columns neighbours are swapped, an old item is pinned on top, or an item with
    a date in the future leads.
    """
    moments = city.items(column)
    entries = [Entry(index, moments[index]) for index in range(len(moments) - 1, -1, -1)]
    rng = dice(city.seed, "shelf", column.site_code, column.slug)
    unsorted, pinned, typo = rng.random() < 0.1, rng.random() < 0.15, rng.random() < 0.03
    if unsorted:
        for i in range(0, len(entries) - 1, 5):
            entries[i], entries[i + 1] = entries[i + 1], entries[i]
    if pinned and len(entries) > 10:
        entries.insert(0, entries.pop(-2)._replace(pinned=True))
    if entries and (typo or _always_mistyped(column)):
        wrong_year = moments[0].year + _TYPO_YEARS
        entries.insert(0, Entry(TYPO_NUMBER, moments[0].replace(year=wrong_year)))
    return entries


def history_index(number: int) -> int:
    """The place in the history of the item that an entry's ``number`` stands for."""
    return 0 if number == TYPO_NUMBER else number


def _always_mistyped(column: Column) -> bool:
    """Some columns of the two bad sites, whatever the seed: a future date must not hide a stale column."""
    return column.site_code in BAD_IN_2021Q1 and column.kind is Kind.YEARLY and column.number % 3 == 0
