"""The calendar: default rule, file, bounds, and which window a moment or a data interval belongs to."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import WindowError
from jiancha.windows import ZONE, Calendar, Quarter, Window, load_calendar

QUARTERS = st.builds(Quarter, st.integers(2020, 2100), st.integers(1, 4))
DAYS = st.dates(date(2019, 5, 1), date(2100, 12, 31))


def shanghai(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "start", "end"),
    [
        ("2021Q1", date(2021, 2, 1), date(2021, 2, 15)),
        ("2021Q2", date(2021, 5, 1), date(2021, 5, 15)),
        ("2021Q3", date(2021, 8, 1), date(2021, 8, 15)),
        ("2021Q4", date(2021, 11, 1), date(2021, 11, 15)),
    ],
)
def test_default_rule(key: str, start: date, end: date) -> None:
    window = Calendar().window(key)
    assert (window.key, window.start, window.end) == (key, start, end)
    assert window.checkpoint == shanghai(end.year, end.month, end.day, 23, 59, 59)
    assert window.interval == (
        shanghai(start.year, start.month, start.day),
        shanghai(end.year, end.month, 16),
    )


def test_checkpoint_day_is_the_local_day() -> None:
    window = Window("2021Q1", date(2021, 2, 1), date(2021, 2, 15), datetime(2021, 2, 14, 17, tzinfo=UTC))
    assert window.checkpoint_day == date(2021, 2, 15)
    assert window.cutoff(14) == date(2021, 2, 1)
    assert window.cutoff(0) == date(2021, 2, 15)


@pytest.mark.parametrize(
    "key", ["", "2021", "2021Q0", "2021Q5", "21Q1", "2021q1", " 2021Q1", "2021Q1\n", "2021Q11", "２０２１Q1x"]
)
def test_a_key_is_a_year_and_a_quarter(key: str) -> None:
    with pytest.raises(WindowError, match="window key"):
        Quarter.parse(key)


@given(QUARTERS)
def test_quarters_follow_each_other(quarter: Quarter) -> None:
    assert quarter.next().previous() == quarter
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.next().first_day == quarter.last_day + timedelta(days=1)
    assert Quarter.of(quarter.first_day) == Quarter.of(quarter.last_day) == quarter
    assert quarter < quarter.next()


@given(DAYS)
def test_every_day_belongs_to_the_window_that_began_last(day: date) -> None:
    calendar = Calendar()
    window = calendar.at(datetime.combine(day, time(12), tzinfo=ZONE))
    following = calendar.window(str(window.quarter.next()))
    assert window.start <= day < following.start


@given(DAYS, st.integers(-12, 14))
def test_the_zone_of_a_moment_does_not_matter(day: date, hours: int) -> None:
    moment = datetime.combine(day, time(0, 30), tzinfo=ZONE)
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert Calendar().at(moment) == Calendar().at(elsewhere)


def test_the_first_instant_of_a_window_and_the_one_before() -> None:
    calendar = Calendar()
    assert calendar.at(shanghai(2021, 2, 1)).key == "2021Q1"
    assert calendar.at(shanghai(2021, 1, 31, 23, 59, 59)).key == "2020Q4"
    assert calendar.at(datetime(2021, 1, 31, 16, tzinfo=UTC)).key == "2021Q1"


def test_before_the_first_window_there_is_none() -> None:
    with pytest.raises(WindowError, match="2019Q2"):
        Calendar().at(shanghai(2019, 4, 30))
    with pytest.raises(WindowError, match="outside the calendar"):
        Calendar().window("2019Q1")


def test_after_the_last_window_it_stays_the_last() -> None:
    calendar = Calendar(last=Quarter(2021, 1))
    assert calendar.at(shanghai(2030, 1, 1)).key == "2021Q1"
    with pytest.raises(WindowError, match="to 2021Q1"):
        calendar.window("2021Q2")
    assert [w.key for w in calendar.starting_from(date(2020, 11, 15))] == ["2020Q4", "2021Q1"]
    assert [w.key for w in calendar.starting_from(date(2020, 11, 16))] == ["2021Q1"]
    assert [w.key for w in islice(Calendar().starting_from(date(2000, 1, 1)), 2)] == ["2019Q2", "2019Q3"]


@given(QUARTERS)
def test_a_data_interval_names_its_window(quarter: Quarter) -> None:
    window = Calendar().window(str(quarter))
    start, end = window.interval
    assert Calendar().of_interval(start.astimezone(UTC), end.astimezone(UTC)) == window
    for wrong in ((start, end + timedelta(seconds=1)), (start + timedelta(hours=8), end), (start, start)):
        with pytest.raises(WindowError, match="not an inspection window"):
            Calendar().of_interval(*wrong)


FILE = """
[calendar]
first = "2020Q1"
last = "2022Q4"

[windows.2021Q1]
start = 2021-03-01
end = "2021-03-21"

[windows.2021Q2]
start = 2021-05-06
end = 2021-05-10
checkpoint = 2021-05-10T12:00:00
"""


def test_a_file_moves_windows(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_text(FILE, encoding="utf-8")
    calendar = load_calendar(path)
    assert (calendar.first, calendar.last) == (Quarter(2020, 1), Quarter(2022, 4))
    assert calendar.window("2021Q1").checkpoint == shanghai(2021, 3, 21, 23, 59, 59)
    assert calendar.window("2021Q2").checkpoint == shanghai(2021, 5, 10, 12)
    assert calendar.window("2021Q3").start == date(2021, 8, 1)
    # the window moved to March: February still belongs to the one before
    assert calendar.at(shanghai(2021, 2, 10)).key == "2020Q4"
    assert Calendar.from_dict(calendar.to_dict()) == calendar


def test_without_a_file_the_rule_alone() -> None:
    assert load_calendar(None) == Calendar()
    assert Calendar.from_dict(Calendar().to_dict()) == Calendar()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[windows.2021Q5]\nstart=2021-02-01\nend=2021-02-02", "2021Q5"),
        ("[windows.2021Q1]\nstart=2021-02-01", "end"),
        ("[windows.2021Q1]\nstart=2021-02-05\nend=2021-02-01", "after end"),
        ("[windows.2021Q1]\nstart=2021-03-20\nend=2021-04-02", "not inside the quarter"),
        ("[windows.2021Q1]\nstart=2021-02-30\nend=2021-03-02", "windows.toml"),
        ("[windows.2021Q1]\nstart='soon'\nend=2021-03-02", "2021Q1"),
        (
            "[windows.2021Q1]\nstart=2021-02-01T00:00:00\nend=2021-03-02",
            "start: Expected `date`, got",
        ),
        ("[windows.2021Q1]\nstart=2021-02-01\nend=2021-02-02\ncheckpoint='noon'", "checkpoint"),
        ("[windows.2021Q1]\nstart=2021-02-01\nend=2021-02-02\ncheckpoint=2021-02-03T00:00:00", "outside"),
        ("[windows.2021Q1]\nstart=2021-02-01\nend=2021-02-02\nstop=1", "'stop'"),
        ("[windows]\n2021Q1='x'", "2021Q1"),
        ("windows = 1", "windows"),
        ("calendar = 1", "calendar"),
        ("[window.2021Q1]", "'window'"),
        ("[calendar]\nfrist='2020Q1'", "'frist'"),
        ("[calendar]\nfirst='2020'", "2020"),
        ("[calendar]\nlast=2020", "2020"),
        ("[calendar]\nfirst='2021Q1'\nlast='2020Q4'", "2020Q4"),
        ("[calendar", "windows.toml"),
    ],
)
def test_a_faulty_file_names_itself_and_what_is_wrong(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "windows.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WindowError) as caught:
        load_calendar(path)
    assert "windows.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WindowError, match=r"nowhere\.toml"):
        load_calendar(tmp_path / "nowhere.toml")


def test_a_naive_moment_is_local() -> None:
    calendar = Calendar()
    naive = datetime(2021, 1, 31, 23, 59, 59)
    assert calendar.at(naive).key == "2020Q4"
    assert calendar.at(naive + timedelta(seconds=1)).key == "2021Q1"


@pytest.mark.parametrize("checkpoint", ["2021-02-02", '"2021-02-02"', '"20210202"', "12:00:00"])
def test_a_checkpoint_without_its_time_of_day_is_refused(tmp_path: Path, checkpoint: str) -> None:
    # midnight, at which the day begins, would leave out what was published on it
    path = tmp_path / "windows.toml"
    window = f"[windows.2021Q1]\nstart=2021-02-01\nend=2021-02-02\ncheckpoint={checkpoint}"
    path.write_text(window, encoding="utf-8")
    with pytest.raises(WindowError, match=r"2021Q1: checkpoint: (Expected `datetime|Invalid RFC3339)"):
        load_calendar(path)


def test_digits_of_other_scripts_are_no_key() -> None:
    with pytest.raises(WindowError, match="window key"):
        Quarter.parse("２０２１Q1")


@given(st.dates(date(2019, 4, 1), date(2100, 12, 31)))
def test_a_day_lies_in_one_window_at_most(day: date) -> None:
    quarters = [Quarter.of(day).previous(), Quarter.of(day), Quarter.of(day).next()]
    windows = [Calendar(first=Quarter(2000, 1)).window(str(quarter)) for quarter in quarters]
    inside = [window.key for window in windows if window.start <= day <= window.end]
    expected = [str(Quarter.of(day))] if day.month in (2, 5, 8, 11) and day.day <= 15 else []
    assert inside == expected


@pytest.mark.parametrize(
    ("moment", "key"),
    [
        ("2021-01-31T23:59:59", None),
        ("2021-02-01T00:00:00", "2021Q1"),
        ("2021-02-15T23:59:59", "2021Q1"),  # the checkpoint itself
        ("2021-02-16T00:00:00", None),
        ("2021-01-31T16:00:00+00:00", "2021Q1"),  # midnight in Asia/Shanghai
        ("2018-02-03T12:00:00", None),  # before the first window
    ],
)
def test_the_window_that_a_moment_lies_in(moment: str, key: str | None) -> None:
    window = Calendar().current(datetime.fromisoformat(moment))
    assert (window.key if window else None) == key


@pytest.mark.parametrize(
    ("moment", "days", "key"),
    [
        ("2021-04-01T12:00:00", 7, "2021Q2"),
        ("2021-03-27T00:00:00", 7, "2021Q2"),  # a week before the checkpoint day, in the quarter before
        ("2021-03-26T23:59:59", 7, None),
        ("2021-03-31T12:00:00", 0, None),
        ("2021-02-01T00:00:00", 7, "2021Q1"),  # long enough by itself
        ("2021-01-31T12:00:00", 7, None),
    ],
)
def test_a_short_window_may_begin_earlier(moment: str, days: int, key: str | None) -> None:
    calendar = Calendar.from_dict({"windows": {"2021Q2": {"start": "2021-04-01", "end": "2021-04-03"}}})
    window = calendar.current(datetime.fromisoformat(moment), days=days)
    assert (window.key if window else None) == key


def test_no_window_is_current_after_the_calendar_ends() -> None:
    calendar = Calendar(last=Quarter(2021, 1))
    assert calendar.current(datetime(2021, 2, 3, tzinfo=ZONE)) is not None
    assert calendar.current(datetime(2021, 5, 3, tzinfo=ZONE)) is None


def test_no_window_is_current_after_its_checkpoint() -> None:
    data = {
        "windows": {
            "2021Q1": {"start": "2021-02-01", "end": "2021-02-15", "checkpoint": "2021-02-15T17:00:00"}
        }
    }
    calendar = Calendar.from_dict(data)
    assert calendar.current(datetime(2021, 2, 15, 17, tzinfo=ZONE)) is not None
    assert calendar.current(datetime(2021, 2, 15, 17, 0, 1, tzinfo=ZONE)) is None
