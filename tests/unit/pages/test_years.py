"""Years of days without one, by the order of their list."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiancha.pages.years import years_by_order

AT = date(2021, 1, 2)


def latest(*days: str) -> list[date]:
    """The days (MM-DD), each in the latest year that it can be of."""
    found = [date.fromisoformat(f"2020-{day}") for day in days]
    return [day.replace(year=2021) if day.replace(year=2021) <= AT else day for day in found]


def test_rows_below_a_known_one() -> None:
    days = latest("07-27", "06-12", "10-29", "02-28")
    assert years_by_order(days, {0: date(2019, 7, 27)}) == {
        0: date(2019, 7, 27), 1: date(2019, 6, 12), 2: date(2018, 10, 29), 3: date(2018, 2, 28),
    }  # fmt: skip


def test_a_row_above_an_old_one_may_be_years_newer() -> None:
    """03-01 above 2014-02-09 is of 2014 at the earliest and of 2020 at the latest: nobody can tell."""
    assert years_by_order(latest("03-01", "02-09"), {1: date(2014, 2, 9)}) == {1: date(2014, 2, 9)}


def test_a_row_above_a_late_one_is_of_its_year() -> None:
    assert years_by_order(latest("12-30", "11-09"), {1: date(2020, 11, 9)}) == {
        0: date(2020, 12, 30), 1: date(2020, 11, 9),
    }  # fmt: skip


def test_rows_that_changed_places_are_of_one_year() -> None:
    days = latest("07-01", "07-03", "06-30")
    assert years_by_order(days, {0: date(2018, 7, 1)}) == {
        0: date(2018, 7, 1), 1: date(2018, 7, 3), 2: date(2018, 6, 30),
    }  # fmt: skip


def test_known_rows_that_contradict_each_other_tell_nothing() -> None:
    """Below 2012 the middle row is of 2012; above 2020 it is of 2020."""
    days = latest("07-01", "06-30", "06-01")
    assert years_by_order(days, {0: date(2012, 7, 1), 2: date(2020, 6, 1)}) is None


def test_leap_days_and_rows_without_one() -> None:
    days = [date(2020, 3, 1), None, date(2020, 2, 29)]
    assert years_by_order(days, {0: date(2019, 3, 1)}) == {0: date(2019, 3, 1), 2: date(2019, 2, 28)}


@given(st.lists(st.dates(date(2012, 1, 1), AT), min_size=2, max_size=30))
def test_no_row_becomes_older_than_it_is_in_a_sorted_list(days: list[date]) -> None:
    """Whatever gaps a list has, a day may come out too new, never too old."""
    days = sorted((day.replace(day=min(day.day, 28)) for day in days), reverse=True)
    shown = latest(*(day.strftime("%m-%d") for day in days))
    told = years_by_order(shown, {0: days[0]})
    assert told is not None
    assert all(day <= told[n] for n, day in enumerate(days))
