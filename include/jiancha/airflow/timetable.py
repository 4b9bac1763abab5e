"""Airflow timetable of inspection windows: one DAG run per window, its data interval the window itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from jiancha.windows import ZONE, Calendar, Window

if TYPE_CHECKING:
    from datetime import datetime

    from airflow.utils.types import DagRunType


class InspectionWindowTimetable(Timetable):
    """Schedules a run at the end of each window of a calendar.

    Scheduled, backfilled and manual runs of one window have the same data interval: the first day
    00:00 to the day after the last day 00:00, Asia/Shanghai. A manual run belongs to the window that
    contains its date, otherwise to the last window before it.
    """

    description = "At the end of each quarterly inspection window"

    def __init__(self, calendar: Calendar | None = None) -> None:
        self.calendar = calendar or Calendar()

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> InspectionWindowTimetable:
        return cls(Calendar.from_dict(data))

    def serialize(self) -> dict[str, Any]:
        return self.calendar.to_dict()

    @property
    def summary(self) -> str:
        return "every inspection window"

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """The window of ``run_after``; raises WindowError before the first window."""
        return _interval(self.calendar.at(run_after))

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The first window after the last run that the DAG's start, end and catch-up setting allow."""
        earliest = [restriction.earliest] if restriction.earliest is not None else []
        if last_automated_data_interval is not None:
            earliest.append(last_automated_data_interval.end)
        if not restriction.catchup:
            earliest += self._start_of_latest_finished()
        window = self._first_from(max(earliest, default=None))
        if window is None:
            return None
        interval = _interval(window)
        if restriction.latest is not None and interval.start > restriction.latest:
            return None
        return DagRunInfo.interval(interval.start, interval.end)

    def generate_run_id(
        self,
        *,
        run_type: DagRunType,
        run_after: pendulum.DateTime,
        data_interval: DataInterval | None,
        **_: Any,
    ) -> str:
        """Such as ``scheduled__2021Q1__2021-02-15T16:00:00+00:00``: a run names its window."""
        key = self.calendar.at(data_interval.start).key if data_interval is not None else "?"
        return run_type.generate_run_id(suffix=f"{key}__{run_after.isoformat()}")

    def _first_from(self, earliest: datetime | None) -> Window | None:
        day = earliest.astimezone(ZONE).date() if earliest is not None else self.calendar.first.first_day
        for window in self.calendar.starting_from(day):
            if earliest is None or window.interval[0] >= earliest:
                return window
        return None

    def _start_of_latest_finished(self) -> list[pendulum.DateTime]:
        now = pendulum.now("UTC")
        finished: list[pendulum.DateTime] = []
        for window in self.calendar.starting_from(self.calendar.first.first_day):
            interval = _interval(window)
            if interval.end > now:
                break
            finished = [interval.start]
        return finished


def _interval(window: Window) -> DataInterval:
    start, end = window.interval
    return DataInterval(start=pendulum.instance(start), end=pendulum.instance(end))
