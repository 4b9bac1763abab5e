"""Inspection windows: which days of a quarter are inspected, and the instant that is judged.

A window is named by its quarter ("2021Q1"). By default it covers days 1 to 15 of the quarter's second
month, Asia/Shanghai, as the 2021 Q1 notice of the example city did (1 to 15 February). A calendar file
(``windows.toml``) moves single windows and bounds the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jiancha.errors import WindowError
from jiancha.toml import build_table, read_toml

#: Every naive time in this project means this zone.
ZONE = ZoneInfo("Asia/Shanghai")

_KEY = re.compile(r"([0-9]{4})Q([1-4])")
_DEFAULT_FIRST_DAY = 1
_DEFAULT_LAST_DAY = 15


def local(moment: datetime) -> datetime:
    """A moment in Asia/Shanghai; a naive one is meant so."""
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def counts(day: date | None, moment: datetime | None, checkpoint: datetime) -> bool:
    """True for what was published on or before an aware checkpoint; where only the day is known it decides.

    The models of the assessment have the same rule as a macro of this name.
    """
    if moment is not None:
        return moment <= checkpoint
    return day is not None and day <= local(checkpoint).date()


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter; ``str()`` gives its key, such as ``2021Q1``."""

    year: int
    number: int

    @classmethod
    def parse(cls, key: str) -> Quarter:
        """Read "2021Q1"; raises WindowError for anything else."""
        match = _KEY.fullmatch(key)
        if match is None:
            raise WindowError(f"{key!r} is not a window key such as 2021Q1")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next().first_day - timedelta(days=1)

    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"


@dataclass(frozen=True, slots=True)
class Window:
    """One inspection: days ``start`` to ``end`` (both included), judged as of ``checkpoint``.

    ``checkpoint`` (监测时间点) is an aware instant, by default the last second of the last day.
    """

    key: str
    start: date
    end: date
    checkpoint: datetime

    @property
    def interval(self) -> tuple[datetime, datetime]:
        """Airflow's data interval: [first day 00:00, day after the last day 00:00), Asia/Shanghai."""
        return _midnight(self.start), _midnight(self.end + timedelta(days=1))

    @property
    def checkpoint_day(self) -> date:
        """The local day of the checkpoint; ages are counted in whole days back from it."""
        return local(self.checkpoint).date()

    def cutoff(self, days: int) -> date:
        """The oldest day that is still within ``days`` before the checkpoint (included)."""
        return self.checkpoint_day - timedelta(days=days)

    def counts(self, day: date | None, moment: datetime | None) -> bool:
        """True for what was published on or before the checkpoint."""
        return counts(day, moment, self.checkpoint)

    @property
    def quarter(self) -> Quarter:
        return Quarter.parse(self.key)


@dataclass(frozen=True, slots=True)
class Calendar:
    """All windows: the default rule, single windows that differ, and optional bounds."""

    overrides: Mapping[str, Window] = field(default_factory=dict)  # Airflow copies and pickles it with a DAG
    first: Quarter = Quarter(2019, 2)  # the 2019 indicators were issued in April 2019
    last: Quarter | None = None

    def window(self, key: str) -> Window:
        """The window of a quarter; raises WindowError outside the calendar."""
        quarter = Quarter.parse(key)
        if quarter < self.first or (self.last is not None and quarter > self.last):
            raise WindowError(
                f"window {key} is outside the calendar ({self.first} to {self.last or 'open end'})"
            )
        return self.overrides.get(key) or _default_window(quarter)

    def starting_from(self, day: date) -> Iterator[Window]:
        """Windows that end on or after ``day``, oldest first; endless without a last quarter."""
        quarter = max(self.first, Quarter.of(day))
        while self.last is None or quarter <= self.last:
            window = self.window(str(quarter))
            if window.end >= day:
                yield window
            quarter = quarter.next()

    def at(self, moment: datetime) -> Window:
        """The window that contains ``moment`` (naive: local), else the last one that ended before it.

        Raises WindowError before the first window.
        """
        day = local(moment).date()
        quarter = Quarter.of(day)
        if self.last is not None:
            quarter = min(quarter, self.last)
        while quarter >= self.first:
            window = self.window(str(quarter))
            if window.start <= day:
                return window
            quarter = quarter.previous()
        raise WindowError(f"no inspection window on or before {day}; the first is {self.first}")

    def current(self, moment: datetime, *, days: int = 0) -> Window | None:
        """The window that ``moment`` (naive: local) lies in, up to its checkpoint; else None.

        With ``days`` a window begins at least so many days before its checkpoint day.
        """
        now = local(moment)
        window = next(self.starting_from(now.date()), None)
        if window is None or now > window.checkpoint:
            return None
        return window if min(window.start, window.cutoff(days)) <= now.date() else None

    def of_interval(self, start: datetime, end: datetime) -> Window:
        """The window of a DAG run's data interval; raises WindowError where it is not a whole window."""
        window = self.at(start)
        if window.interval != (start, end):
            first, last = (moment.astimezone(ZONE).isoformat() for moment in (start, end))
            raise WindowError(
                f"data interval {first} to {last} is not an inspection window; "
                f"the nearest is {window.key}: {window.start} to {window.end}"
            )
        return window

    def to_dict(self) -> dict[str, Any]:
        """Plain values, the same shape as ``windows.toml``; the inverse of ``from_dict``."""
        return {
            "calendar": {"first": str(self.first)} | ({"last": str(self.last)} if self.last else {}),
            "windows": {
                key: {
                    "start": w.start.isoformat(),
                    "end": w.end.isoformat(),
                    "checkpoint": w.checkpoint.isoformat(),
                }
                for key, w in sorted(self.overrides.items())
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, source: str = "calendar") -> Calendar:
        """Build from plain values; raises WindowError naming ``source`` and the key that is wrong."""
        given = build_table(_File, data, source, WindowError)
        first = _quarter(given.calendar.first, f"{source}: calendar.first")
        last = given.calendar.last and _quarter(given.calendar.last, f"{source}: calendar.last")
        if last and last < first:
            raise WindowError(f"{source}: calendar.last {last} is before first {first}")
        moved = {key: _moved(key, table, f"{source}: window {key}") for key, table in given.windows.items()}
        return cls(overrides=moved, first=first, last=last or None)


@dataclass(frozen=True, slots=True)
class _Bounds:
    first: str = "2019Q2"
    last: str | None = None


@dataclass(frozen=True, slots=True)
class _Moved:
    start: date
    end: date
    checkpoint: datetime | None = None


@dataclass(frozen=True, slots=True)
class _File:
    """A calendar as it is written."""

    calendar: _Bounds = field(default_factory=_Bounds)
    windows: dict[str, Any] = field(default_factory=dict)


def load_calendar(path: Path | None) -> Calendar:
    """Read ``windows.toml``; without a path, the default rule alone."""
    return Calendar() if path is None else Calendar.from_dict(read_toml(path, WindowError), source=str(path))


def _default_window(quarter: Quarter) -> Window:
    month = 3 * quarter.number - 1
    start = date(quarter.year, month, _DEFAULT_FIRST_DAY)
    end = date(quarter.year, month, _DEFAULT_LAST_DAY)
    return Window(str(quarter), start, end, _last_second(end))


def _quarter(key: str, where: str) -> Quarter:
    try:
        return Quarter.parse(key)
    except WindowError as error:
        raise WindowError(f"{where}: {error}") from error


def _moved(key: str, table: object, where: str) -> Window:
    quarter = _quarter(key, where)
    moved = build_table(_Moved, table, where, WindowError)
    start, end = moved.start, moved.end
    if start > end:
        raise WindowError(f"{where}: start {start} is after end {end}")
    if start < quarter.first_day or end > quarter.last_day:
        raise WindowError(f"{where}: {start} to {end} is not inside the quarter")
    checkpoint = _last_second(end) if moved.checkpoint is None else local(moved.checkpoint)
    if not start <= checkpoint.date() <= end:
        raise WindowError(f"{where}: checkpoint {checkpoint} is outside the window")
    return Window(key, start, end, checkpoint)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE)


def _last_second(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZONE)
