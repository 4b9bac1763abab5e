"""Years of days without one: by the years that are known in the same list, and its order.

Lists run from new to old. So a day later in the year than the one above it is of the year before, unless
it is later by so little that the two merely changed places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

_SWAPPED = 31  # days by which a lower row may be newer without a year's end between them
_LEAP = 2020  # a year that has every day


def years_by_order(days: Sequence[date | None], known: Mapping[int, date]) -> dict[int, date] | None:
    """The rows of a list by number, each with the year that the ``known`` ones give it.

    ``days`` are the rows from the top, each in the latest year that it can be of; None has no day. A row
    above a known one may be years newer: it counts only where its latest year follows. None where known
    rows contradict each other by the order of the list.
    """
    found: dict[int, date] = {}
    for start in sorted(known):
        for step in (1, -1):
            beside, number = known[start], start + step
            while 0 <= number < len(days) and number not in known:
                if (day := days[number]) is not None:
                    beside = _next_to(beside, day, step)
                    if step < 0 and beside != day:
                        break
                    if found.setdefault(number, beside) != beside:
                        return None
                number += step
    return found | dict(known)


def _next_to(known: date, day: date, step: int) -> date:
    """``day`` in the year that it has below (``step`` 1) or above (-1) a known row."""
    later = (_in_leap_year(day) - _in_leap_year(known)).days * step
    return in_year(day, known.year - step * (later > _SWAPPED))


def in_year(day: date, year: int) -> date:
    """The same day of another year."""
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)


def _in_leap_year(day: date) -> date:
    return day.replace(year=_LEAP)
