"""The silences of an account, counted by hand and against a count day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.accounts.gaps import Gaps, gaps

FEB_1 = date(2021, 2, 1)
FEB_28 = date(2021, 2, 28)


def feb(*days: int) -> list[date]:
    return [date(2021, 2, day) for day in days]


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        # the 2nd to the 16th are 15 days: only on the 16th is the post of the 1st older than 14 days
        (feb(1, 17, 28), Gaps(15, date(2021, 2, 2), date(2021, 2, 16), 1)),
        # fourteen silent days keep the rule: on the 15th the post of the 1st is 14 days old
        (feb(1, 16, 28), Gaps(14, date(2021, 2, 2), date(2021, 2, 15), 0)),
        # nothing since the 10th: on the 24th it is 14 days old, from the 25th on older
        (feb(1, 10), Gaps(18, date(2021, 2, 11), FEB_28, 4)),
        # an earlier post tells for how long it had been silent already
        ([date(2021, 1, 10), *feb(5, 15, 25)], Gaps(25, date(2021, 1, 11), date(2021, 2, 4), 4)),
        # none is known from before: the count begins with the span
        (feb(20), Gaps(19, FEB_1, date(2021, 2, 19), 5)),
        ([], Gaps(28, FEB_1, FEB_28, 14)),
        # what comes after the span does not count
        ([*feb(10, 20), date(2021, 3, 1)], Gaps(9, date(2021, 2, 11), date(2021, 2, 19), 0)),
        # of equal silences the later one is told
        (feb(1, 10, 19, 28), Gaps(8, date(2021, 2, 20), date(2021, 2, 27), 0)),
    ],
)
def test_february_by_hand(posts: list[date], expected: Gaps) -> None:
    assert gaps(posts, FEB_28, FEB_1) == expected
    assert gaps([*reversed(posts), *posts], FEB_28, FEB_1) == expected


def test_a_post_every_day_leaves_no_gap() -> None:
    assert gaps(feb(*range(1, 29)), FEB_28, FEB_1) == Gaps(0, None, None, 0)


def test_the_gap_before_the_first_day_does_not_count_where_it_ends_there() -> None:
    assert gaps([date(2020, 12, 1), FEB_1], FEB_1, FEB_1) == Gaps(0, None, None, 0)


def test_another_limit() -> None:
    assert gaps(feb(1, 28), FEB_28, FEB_1, limit=7).days_out == 19  # the 9th to the 27th
    assert gaps(feb(1, 28), FEB_28, FEB_1, limit=0).days_out == 26


def test_a_span_that_ends_before_it_begins_is_empty() -> None:
    assert gaps(feb(1), date(2021, 1, 31), FEB_1) == Gaps(0, None, None, 0)


DAYS = st.dates(date(2020, 12, 1), date(2021, 4, 30))


@given(
    posts=st.lists(DAYS, max_size=12),
    since=DAYS,
    length=st.integers(0, 80),
    limit=st.integers(0, 20),
)
def test_against_a_count_day_by_day(posts: list[date], since: date, length: int, limit: int) -> None:
    until = since + timedelta(days=length)
    found = gaps(posts, until, since, limit=limit)
    earlier = [day for day in posts if day < since]
    day = min(earlier, default=since)
    silent = longest = days_out = 0
    while day <= until:
        silent = 0 if day in posts else silent + 1
        if day >= since:
            longest = max(longest, silent)
            span = [day - timedelta(days=back) for back in range(limit + 1)]
            known = bool(earlier) or span[-1] >= since
            days_out += known and not any(each in posts for each in span)
        day += timedelta(days=1)
    assert (found.longest, found.days_out) == (longest, days_out)


@given(posts=st.lists(DAYS, max_size=12), since=DAYS, length=st.integers(0, 80))
def test_the_days_that_are_told_are_silent_and_as_many_as_said(
    posts: list[date], since: date, length: int
) -> None:
    until = since + timedelta(days=length)
    found = gaps(posts, until, since)
    if found.first is None or found.last is None:
        assert found.longest == 0
        return
    assert (found.last - found.first).days + 1 == found.longest
    assert not any(found.first <= day <= found.last for day in posts)
    assert since <= found.last <= until


@given(posts=st.lists(DAYS, max_size=12), more=DAYS, since=DAYS, length=st.integers(0, 80))
def test_one_more_post_never_makes_it_worse(posts: list[date], more: date, since: date, length: int) -> None:
    until = since + timedelta(days=length)
    earlier = [*posts, since - timedelta(days=1)]  # else a post may tell of a silence that began before
    before, after = gaps(earlier, until, since), gaps([*earlier, more], until, since)
    assert after.longest <= before.longest
    assert after.days_out <= before.days_out
