"""How regularly an account posted: its longest silence, and the days on which it broke the two-week rule.

Pure arithmetic on local days (Asia/Shanghai); docs/early-warning.md tells it in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from jiancha.accounts.freshness import TWO_WEEKS

_DAY = timedelta(days=1)


class Gaps(NamedTuple):
    """The silences of one account within a span of days.

    ``longest`` counts the whole days of the longest silence, ``first`` and ``last`` are the first and the
    last of them (None where there was none); of equal ones the later. ``days_out`` (不达标天数)
    counts the days on which nothing had been posted on that day or the ``limit`` days before it.
    """

    longest: int
    first: date | None
    last: date | None
    days_out: int


def gaps(posts: Iterable[date], until: date, since: date, *, limit: int = TWO_WEEKS) -> Gaps:
    """The silences between ``since`` and ``until`` (both included), from the days with a post.

    ``posts`` must hold every day with a post from ``since`` on, in any order. Earlier days in it tell for how
    long it had been silent when the span began; without any of them the count begins at ``since``, which is
    the least it can be. Days after ``until`` do not count.
    """
    days = sorted({day for day in posts if day <= until})
    earlier = max((day for day in days if day < since), default=since - _DAY)
    longest, first, last, days_out = 0, None, None, 0
    for posted, following in pairwise([earlier, *(day for day in days if day >= since), until + _DAY]):
        end = following - _DAY
        silent = (end - posted).days
        if end < since or silent == 0:
            continue
        if silent >= longest:
            longest, first, last = silent, posted + _DAY, end
        broken_from = max(posted + timedelta(days=limit + 1), since)
        days_out += max(0, (end - broken_from).days + 1)
    return Gaps(longest, first, last, days_out)
