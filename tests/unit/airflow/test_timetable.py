"""The timetable: which window a run gets, whether scheduled, caught up, manual or backfilled."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import pendulum
import pytest
import time_machine
from airflow.timetables.base import DataInterval, TimeRestriction
from hypothesis import given
from hypothesis import strategies as st

from jiancha.airflow.timetable import InspectionWindowTimetable
from jiancha.errors import WindowError
from jiancha.windows import ZONE, Calendar, Quarter

PLAIN = InspectionWindowTimetable(Calendar())
MOVED = InspectionWindowTimetable(
    Calendar.from_dict(
        {
            "calendar": {"first": "2019Q2", "last": "2021Q4"},
            "windows": {"2020Q1": {"start": "2020-03-09", "end": "2020-03-20"}},
        }
    )
)


def instant(text: str) -> pendulum.DateTime:
    return pendulum.instance(datetime.fromisoformat(text).replace(tzinfo=ZONE))


def restriction(earliest: str | None = None, latest: str | None = None, *, catchup: bool) -> TimeRestriction:
    return TimeRestriction(
        earliest=instant(earliest) if earliest else None,
        latest=instant(latest) if latest else None,
        catchup=catchup,
    )


def all_runs(
    timetable: InspectionWindowTimetable, limits: TimeRestriction, most: int = 40
) -> list[DataInterval]:
    found: list[DataInterval] = []
    last = None
    while len(found) < most:
        info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=limits)
        if info is None:
            break
        last = info.data_interval
        found.append(last)
    return found


def test_a_run_covers_the_window_and_starts_when_it_is_over() -> None:
    info = PLAIN.next_dagrun_info(
        last_automated_data_interval=None, restriction=restriction("2021-01-01", catchup=True)
    )
    assert info is not None
    assert info.data_interval.start == instant("2021-02-01T00:00")
    assert info.data_interval.end == instant("2021-02-16T00:00")
    assert info.run_after == instant("2021-02-16T00:00")


def test_catch_up_gives_every_window_between_start_and_end_once() -> None:
    runs = all_runs(MOVED, restriction("2020-01-01", "2020-12-31", catchup=True))
    assert [(r.start, r.end) for r in runs] == [
        (instant("2020-03-09T00:00"), instant("2020-03-21T00:00")),
        (instant("2020-05-01T00:00"), instant("2020-05-16T00:00")),
        (instant("2020-08-01T00:00"), instant("2020-08-16T00:00")),
        (instant("2020-11-01T00:00"), instant("2020-11-16T00:00")),
    ]


def test_a_window_that_began_before_the_start_date_is_not_run() -> None:
    info = PLAIN.next_dagrun_info(
        last_automated_data_interval=None, restriction=restriction("2021-02-02", catchup=True)
    )
    assert info is not None
    assert info.data_interval.start == instant("2021-05-01T00:00")


def test_no_run_after_the_last_window_of_the_calendar() -> None:
    last = DataInterval(instant("2021-11-01T00:00"), instant("2021-11-16T00:00"))
    assert (
        MOVED.next_dagrun_info(last_automated_data_interval=last, restriction=restriction(catchup=True))
        is None
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2021-02-15T23:59:59", "2020-11-01T00:00"),  # the window's last second: not over
        ("2021-02-16T00:00:00", "2021-02-01T00:00"),
        ("2021-04-30T12:00:00", "2021-02-01T00:00"),
    ],
)
def test_without_catch_up_the_latest_finished_window_is_run(now: str, expected: str) -> None:
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=ZONE), tick=False):
        info = PLAIN.next_dagrun_info(
            last_automated_data_interval=None, restriction=restriction("2019-04-01", catchup=False)
        )
    assert info is not None
    assert info.data_interval.start == instant(expected)


def test_without_catch_up_a_window_is_not_run_twice() -> None:
    done = DataInterval(instant("2021-02-01T00:00"), instant("2021-02-16T00:00"))
    with time_machine.travel(datetime(2021, 3, 1, tzinfo=ZONE), tick=False):
        info = PLAIN.next_dagrun_info(
            last_automated_data_interval=done, restriction=restriction(catchup=False)
        )
    assert info is not None
    assert info.data_interval.start == instant("2021-05-01T00:00")


@given(st.datetimes(min_value=datetime(2019, 7, 1), max_value=datetime(2035, 12, 31)))
def test_a_manual_run_inside_a_window_has_the_interval_of_its_scheduled_run(naive: datetime) -> None:
    """Scheduled, backfilled and manual runs of one window agree."""
    moment = pendulum.instance(naive.replace(tzinfo=ZONE))
    manual = PLAIN.infer_manual_data_interval(run_after=moment)
    scheduled = PLAIN.next_dagrun_info(
        last_automated_data_interval=None,
        restriction=TimeRestriction(earliest=manual.start, latest=None, catchup=True),
    )
    assert scheduled is not None
    assert scheduled.data_interval == manual
    assert manual.start <= moment


@given(st.datetimes(min_value=datetime(2019, 6, 1), max_value=datetime(2035, 12, 31)))
def test_the_zone_in_which_an_instant_is_written_does_not_matter(naive: datetime) -> None:
    local = pendulum.instance(naive.replace(tzinfo=ZONE))
    assert PLAIN.infer_manual_data_interval(run_after=local.in_timezone("UTC")) == (
        PLAIN.infer_manual_data_interval(run_after=local)
    )


@given(st.dates(min_value=date(2019, 4, 1), max_value=date(2034, 1, 1)), st.integers(1, 1500))
def test_caught_up_runs_are_ordered_disjoint_and_whole_windows(first: date, days: int) -> None:
    limits = TimeRestriction(
        earliest=instant(first.isoformat()),
        latest=instant((first + timedelta(days=days)).isoformat()),
        catchup=True,
    )
    runs = all_runs(PLAIN, limits)
    for earlier, later in pairwise(runs):
        assert earlier.end <= later.start
        assert PLAIN.calendar.of_interval(later.start, later.end).quarter == (
            PLAIN.calendar.of_interval(earlier.start, earlier.end).quarter.next()
        )


def test_a_manual_run_before_the_first_window_is_refused() -> None:
    with pytest.raises(WindowError, match="2019Q2"):
        PLAIN.infer_manual_data_interval(run_after=instant("2019-04-30T00:00"))


@given(
    first=st.integers(2019, 2030),
    last=st.integers(0, 5),
    start=st.integers(1, 28),
    length=st.integers(0, 20),
)
def test_serialization_round_trip(first: int, last: int, start: int, length: int) -> None:
    begin = date(first, 4, start)
    calendar = Calendar.from_dict(
        {
            "calendar": {"first": f"{first}Q1", "last": f"{first + last}Q3"},
            "windows": {
                f"{first}Q2": {"start": begin.isoformat(), "end": (begin + timedelta(length)).isoformat()}
            },
        }
    )
    data = json.loads(json.dumps(InspectionWindowTimetable(calendar).serialize()))
    copy = InspectionWindowTimetable.deserialize(data)
    assert copy.calendar.window(f"{first}Q2") == calendar.window(f"{first}Q2")
    assert copy.calendar.last == Quarter(first + last, 3)
    assert copy.serialize() == InspectionWindowTimetable(calendar).serialize()
