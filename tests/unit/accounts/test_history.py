"""Daily looks pieced together: what they prove, and that no silence is made up where looks do not meet."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jiancha.accounts.history import History, joined, seen
from jiancha.errors import FailureKind
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing

LONG_AGO = date(2020, 1, 1)


def feb(*days: int) -> tuple[date, ...]:
    return tuple(date(2021, 2, day) for day in days)


def listing(*days: int | None, pinned: int = 0, **more: object) -> Listing:
    posts = [
        Post(str(n), "", "", day and date(2021, 2, day), None, "iso", n, pinned=n < pinned)
        for n, day in enumerate(days)
    ]
    return Listing("feed", tuple(posts), **more)


def test_a_listing_tells_all_days_back_to_its_last_post() -> None:
    assert seen(listing(20, 18, 18, 11), date(2021, 2, 21)) == History(
        feb(11, 18, 20), date(2021, 2, 11), date(2021, 2, 21)
    )


def test_a_pinned_post_does_not_stretch_it() -> None:
    assert seen(listing(1, 20, 18, 11, pinned=1), date(2021, 2, 21)).since == date(2021, 2, 11)


def test_nothing_is_certain_of_what_is_out_of_order_undated_or_an_excerpt() -> None:
    assert seen(listing(1, 5, 9, 12, 15), date(2021, 2, 21)) == History()
    assert seen(listing(20, None, 11), date(2021, 2, 21)) == History()
    assert seen(listing(20, order="excerpt"), date(2021, 2, 21)) == History()
    assert seen(listing(), date(2021, 2, 21)) == History()


def test_one_page_of_many_counts_as_far_as_it_goes() -> None:
    page = listing(20, 15, failure=FailureKind.INCOMPLETE, reason="")
    assert seen(page, date(2021, 2, 21)).since == date(2021, 2, 15)


def test_what_comes_after_the_moment_that_a_source_speaks_for_is_not_known() -> None:
    assert seen(listing(20, 15, 3), date(2021, 2, 16)) == History(
        feb(3, 15), date(2021, 2, 3), date(2021, 2, 16)
    )


BEFORE = History(feb(1, 5, 9), date(2021, 2, 1), date(2021, 2, 10))


def test_looks_that_meet_become_one() -> None:
    now = History(feb(10, 12), date(2021, 2, 10), date(2021, 2, 13))  # more was posted on the 10th
    assert joined(BEFORE, now, kept_from=LONG_AGO) == History(
        feb(1, 5, 9, 10, 12), date(2021, 2, 1), date(2021, 2, 13)
    )


def test_looks_that_do_not_meet_leave_the_later_one() -> None:
    now = History(feb(11, 12), date(2021, 2, 11), date(2021, 2, 13))  # the evening of the 10th is unknown
    assert joined(BEFORE, now, kept_from=LONG_AGO) == now


def test_the_later_look_is_right_where_both_speak() -> None:
    now = History(feb(5, 12), date(2021, 2, 5), date(2021, 2, 13))  # the post of the 9th was deleted
    assert joined(BEFORE, now, kept_from=LONG_AGO).days == feb(1, 5, 12)


def test_an_unread_day_changes_nothing() -> None:
    assert joined(BEFORE, History(), kept_from=LONG_AGO) == BEFORE


def test_old_days_are_dropped_but_the_last_of_them() -> None:
    assert joined(BEFORE, BEFORE, kept_from=date(2021, 2, 8)) == History(
        feb(5, 9), date(2021, 2, 5), date(2021, 2, 10)
    )


@given(
    posted=st.sets(st.integers(0, 120), min_size=1),
    page=st.integers(1, 6),
    looked=st.lists(st.integers(0, 120), min_size=1, max_size=40),
)
def test_whatever_the_looks_what_is_told_is_what_was_posted(
    posted: set[int], page: int, looked: list[int]
) -> None:
    """An account posts on some days at noon; looks in the evening see the latest few posts."""
    start = date(2021, 1, 1)
    history = History()
    for day in sorted(looked):
        latest = sorted((p for p in posted if p <= day), reverse=True)[:page]
        posts = [
            Post(str(n), "", "", start + timedelta(days=p), None, "iso", n) for n, p in enumerate(latest)
        ]
        now = seen(Listing("feed", tuple(posts)), start + timedelta(days=day))
        history = joined(history, now, kept_from=start + timedelta(days=day - 60))
        if history.since is None or history.until is None:
            assert not latest
            continue
        first, last = (history.since - start).days, (history.until - start).days
        assert last == day
        assert [(d - start).days for d in history.days] == sorted(p for p in posted if first <= p <= last)
