"""Dates as government pages and feeds write them. Naive times are Asia/Shanghai.

A date is read together with the rule that read it. What cannot be a publish date (impossible days, the
epoch, years before government websites) is no date at all; dates in the future are read as they stand,
since whoever judges looks only at what lies before a checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from jiancha.windows import ZONE

FIRST_YEAR = 1995  # the first government websites; 1970 is an unset clock
_TIME = r"(?:[T\s]{0,3}(\d{1,2})\s?[:时]\s?(\d{1,2})(?:\s?[:分]\s?(\d{1,2}))?(?:\.\d+)?\s?(Z|[+-]\d{2}:?\d{2})?)?"
_FULL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:\s?年\s?|\s?[-/.]\s?)(\d{1,2})(?:\s?月\s?|\s?[-/.]\s?)(\d{1,2})(?!\d)\s?日?" + _TIME
)
#: 第1/16页 is a place in a list and 3/4 of something a share, not a day.
_YEARLESS = re.compile(r"(?<![\d.\-/:年第])(\d{1,2})(?:[-/]|\s?月\s?)(\d{1,2})(?!\d|[\-/.年%]|\s?[页条期])\s?日?" + _TIME)
_AGO = re.compile(r"(?<!\d)(\d{1,3})\s?(秒|分钟|小时|天|周)(?:之)?前")
_DAY_NAME = re.compile(r"(刚刚|今天|昨天|前天)\s{0,2}(?:(\d{1,2}):(\d{1,2}))?")
_AGO_UNIT = {
    "秒": timedelta(seconds=1),
    "分钟": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "天": timedelta(days=1),
    "周": timedelta(weeks=1),
}
_DAYS_BACK = {"刚刚": 0, "今天": 0, "昨天": 1, "前天": 2}
#: Full-width digits and signs, the ratio sign that some sites use for a colon, and fixed spaces.
_FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {
    0xFF1A: ":", 0x2236: ":", 0xFF0D: "-", 0x2010: "-", 0x2013: "-", 0xFF0F: "/", 0xFF0E: ".", 0x3000: " ", 0xA0: " "
}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in text: local ``day``, aware ``moment`` where a time of day is known, the ``rule``
    that read it, and where it stood (``start``, ``end``)."""

    day: date
    moment: datetime | None
    rule: str
    start: int = 0
    end: int = 0


def find_dates(text: str, at: datetime) -> Iterator[Dated]:
    """Complete dates (with a year) in a text, in order. ``at`` is not used for them."""
    plain = text.translate(_FULL_WIDTH)
    for match in _FULL.finditer(plain):
        found = _build(int(match[1]), match, 2, "full", at)
        if found is not None:
            yield found


def find_date(text: str, at: datetime) -> Dated | None:
    """The first date in a short text: complete, else relative (2小时前), else without a year (02-19).

    ``at`` (aware) resolves the latter two: a date without a year is the latest one not after the day
    after ``at``.
    """
    plain = text.translate(_FULL_WIDTH)
    for found in find_dates(plain, at):
        return found
    return _relative(plain, at) or _yearless(plain, at)


def parse_timestamp(text: str, at: datetime) -> Dated | None:
    """The date of a feed's entry: RFC 3339, RFC 822, or any form of ``find_date``; None if unreadable."""
    stripped = text.strip()
    moment = _iso(stripped) or _rfc822(stripped)
    if moment is None:
        return find_date(stripped, at)
    if moment.year < FIRST_YEAR:
        return None
    day_only = len(stripped) <= 10
    return Dated(moment.date(), None if day_only else moment, "timestamp", 0, len(text))


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _local(moment)


def _rfc822(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _local(moment) if text[:1].isalpha() or text[:1].isdigit() else None


def _local(moment: datetime) -> datetime | None:
    try:
        return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
    except (ValueError, OverflowError):
        return None


def _relative(text: str, at: datetime) -> Dated | None:
    local = at.astimezone(ZONE)
    if match := _AGO.search(text):
        moment = local - int(match[1]) * _AGO_UNIT[match[2]]
        exact = moment if match[2] in ("秒", "分钟") else None
        return Dated(moment.date(), exact, "relative", match.start(), match.end())
    if match := _DAY_NAME.search(text):
        day = local.date() - timedelta(days=_DAYS_BACK[match[1]])
        moment_of_day = _moment(day, match[2], match[3], None, None)
        return Dated(day, moment_of_day, "relative", match.start(), match.end())
    return None


def _yearless(text: str, at: datetime) -> Dated | None:
    latest = at.astimezone(ZONE).date() + timedelta(days=1)
    for match in _YEARLESS.finditer(text):
        for year in (latest.year, latest.year - 1, latest.year - 2, latest.year - 3, latest.year - 4):
            found = _build(year, match, 1, "yearless", at)
            if found is not None and found.day <= latest:
                return found
    return None


def _build(year: int, match: re.Match[str], first: int, rule: str, at: datetime) -> Dated | None:
    """A date from the groups month, day, hour, minute, second, zone that begin at ``first``."""
    try:
        day = date(year, int(match[first]), int(match[first + 1]))
    except ValueError:
        return None
    if day.year < FIRST_YEAR:
        return None
    moment = _moment(day, *(match[first + 2 + n] for n in range(4)))
    return Dated(moment.date() if moment else day, moment, rule, match.start(), match.end())


def _moment(
    day: date, hour: str | None, minute: str | None, second: str | None, zone: str | None
) -> datetime | None:
    if hour is None or minute is None:
        return None
    try:
        naive = datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None
    if zone is None:
        return naive.replace(tzinfo=ZONE)
    return datetime.fromisoformat(naive.isoformat() + (zone if zone == "Z" else zone)).astimezone(ZONE)
