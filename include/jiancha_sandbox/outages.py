"""When home pages do not open: outages of single sites, and an hour in which the inspectors' line is down.

They lie in the last week of one window. Four sites play them, whose own silences are long over by then, so
that each verdict of a window keeps one cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from jiancha.windows import ZONE, Calendar, Quarter, Window
from jiancha_sandbox.history import Silence, dice
from jiancha_sandbox.rules import PROBE_DAYS

OUTAGE_QUARTER = Quarter(2020, 4)
_SILENT_BEFORE = date(2020, 1, 1)
_FIRST_HOUR, _LAST_HOUR, _MINUTE = 2, 21, 23  # 20 probes a day, the least that the rule asks for
_LINE_DOWN_HOUR = 23  # between the rounds of which the city's authors count

#: How many of the week's 140 probes each site does not open at: 8.6 %, 5.0 % and 4.3 %.
_MANY, _LIMIT, _BELOW = 12, 7, 6
_REFUSED = 25


class Trouble(StrEnum):
    """What a visitor gets instead of the home page."""

    ERROR = "error"  # HTTP 503
    SILENT = "silent"  # does not answer the proxy, which says HTTP 504
    REFUSED = "refused"  # HTTP 403: a firewall that speaks to this visitor alone


class Outage(NamedTuple):
    """A site's trouble in single hours; each is named by its beginning."""

    trouble: Trouble
    hours: frozenset[datetime]


def probe_moments(window: Window) -> list[datetime]:
    """When an inspector who keeps to the rule probes in the window's last week."""
    days = [window.checkpoint_day - timedelta(days=n) for n in range(PROBE_DAYS - 1, -1, -1)]
    return [
        datetime.combine(day, time(hour, _MINUTE), tzinfo=ZONE)
        for day in days
        for hour in range(_FIRST_HOUR, _LAST_HOUR + 1)
    ]


def line_down(window: Window) -> list[datetime]:
    """Moments at which nothing in the city can be reached from where the inspector sits."""
    if window.quarter != OUTAGE_QUARTER:
        return []
    day = window.checkpoint_day - timedelta(days=2)
    return [datetime.combine(day, time(_LINE_DOWN_HOUR, _MINUTE), tzinfo=ZONE)]


def outages(seed: int, silences: Mapping[str, Mapping[int, Silence]]) -> dict[str, Outage]:
    """Outages by site code, of sites whose columns have been published to again since 2019."""
    rng = dice(seed, "outages")
    over = sorted(code for code, columns in silences.items() if all(map(_is_over, columns.values())))
    moments = [hour_of(m) for m in probe_moments(Calendar().window(str(OUTAGE_QUARTER)))]
    night = rng.randrange(len(moments) - _MANY)
    hours = (
        (Trouble.ERROR, moments[night : night + _MANY]),  # down without a break
        (Trouble.SILENT, rng.sample(moments, _LIMIT)),
        (Trouble.ERROR, rng.sample(moments, _BELOW)),
        (Trouble.REFUSED, rng.sample(moments, _REFUSED)),
    )
    codes = rng.sample(over, len(hours))
    return {
        code: Outage(trouble, frozenset(when)) for code, (trouble, when) in zip(codes, hours, strict=True)
    }


def hour_of(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(minute=0, second=0, microsecond=0)


def _is_over(silence: Silence) -> bool:
    return silence.resume is not None and silence.resume < _SILENT_BEFORE
