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

from jiancha.windows import ZONE, local

FIRST_YEAR = 1995  # the first government websites; 1970 is an unset clock
_TIME = (
    r"(?:[T\s]{0,3}(\d{1,2})\s?[:时点]\s?(\d{1,2})(?:\s?[:分]\s?(\d{1,2}))?"
    r"(?:\.\d+)?(?:分|\s?秒)?\s?(Z|[+-]\d{2}:?\d{2})?)?"
)
_FULL = re.compile(
    r"(?<!\d)((?:19|20)\d{2})(?:\s?年\s?|\s?[-/.]\s?)(\d{1,2})(?:\s?月\s?|\s?[-/.]\s?)(\d{1,2})(?!\d)\s?日?"
    + _TIME
)
#: 第1/16页 is a place in a list and 3/4 of something a share, not a day.
_YEARLESS = re.compile(
    r"(?<![\d.\-/:年第])(\d{1,2})(?:[-/]|\s?月\s?)(\d{1,2})(?!\d|[\-/.年%]|\s?[页条期])\s?日?" + _TIME
)
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
#: Each stands for one character, so that places in the text stay the same.
_FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {
    0xFF1A: ":", 0x2236: ":", 0xFF0D: "-", 0x2010: "-", 0x2013: "-", 0xFF0F: "/", 0xFF0E: ".", 0x3000: " ",
    0xA0: " ",
    0xFF08: "(", 0xFF09: ")", 0x3010: "[", 0x3011: "]", 0x3014: "[", 0x3015: "]", 0xFF3B: "[", 0xFF3D: "]",
    0xFF5C: "|", 0x2014: "-", 0x2212: "-", 0x200B: " ", 0xFEFF: " ",
}  # fmt: skip
_HAS_FULL_WIDTH = re.compile(f"[{''.join(map(chr, _FULL_WIDTH))}]")
#: What may stand around a date in a row without making it part of a sentence.
_AROUND = re.compile(
    r"(?:信息|文件)?(?:发布|公开|更新|发文|发稿|上传|添加|录入|公布|刊登)?"
    r"(?:日期|时间)|发布于|发表于"
    r"|星期[一二三四五六日天]|周[一二三四五六日]|[\s\[\]()<>|/·•~:,;.。、\-]"
)
_WHOLE = 48  # characters of a text that is all about its date
_SIGN = re.compile(r"\d|刚刚|[昨今前]天")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_BOXES = (
    re.compile(r"(?<![\d.\-/])(?P<day>\d{1,2})日?\s{0,3}[|/]?\s{1,3}(?P<year>(?:19|20)\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})月?(?![\d\-/.])"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})\s?[-/.年]\s?(?P<month>\d{1,2})月?\s{0,3}[|/]?\s{1,3}(?P<day>\d{1,2})日?(?![\d\-/.])"),
    re.compile(r"(?<![\d.\-/])(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?\s{0,3}[|/]?\s{1,3}(?P<year>(?:19|20)\d{2})(?![\d\-/.])年?"),
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})年?\s{0,3}[|/]?\s{1,3}(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})日?(?![\d\-/.])"),
)  # fmt: skip
#: The day or month that an address carries: /202102/t20210219_1.html, /2021/02/19/, /art/2021/2/19/
_IN_ADDRESS = (
    re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)"),
    re.compile(r"/((?:19|20)\d{2})[/\-](\d{1,2})[/\-](\d{1,2})/"),
    re.compile(r"/((?:19|20)\d{2})[/\-]?(\d{2})/"),
)
_NEAR = 45  # days that an address, which may carry the month only, can be off


@dataclass(frozen=True, slots=True)
class Dated:
    """A date found in text: local ``day``, aware ``moment`` where a time of day is known, the ``rule``
    that read it, and where it stood (``start``, ``end``)."""

    day: date
    moment: datetime | None
    rule: str
    start: int = 0
    end: int = 0


def find_dates(text: str) -> Iterator[Dated]:
    """Complete dates (with a year) in a text, in order."""
    for match in _FULL.finditer(plain(text)):
        found = _build(int(match[1]), match, 2, "full")
        if found is not None:
            yield found


def find_date(text: str, at: datetime) -> Dated | None:
    """The first date in a short text: complete, else relative (2小时前), else without a year (02-19).

    ``at`` (aware) resolves the latter two: a date without a year is the latest one not after the day
    after ``at``.
    """
    readable = plain(text)
    for found in find_dates(readable):
        return found
    return _relative(readable, at) or _yearless(readable, at)


def plain(text: str) -> str:
    """The text with full-width digits, signs and spaces as ASCII, of the same length."""
    return text.translate(_FULL_WIDTH) if _HAS_FULL_WIDTH.search(text) else text


def whole_date(text: str, at: datetime, address: str = "") -> Dated | None:
    """The date that is all a short text says: [02-19], 发布时间:2021-02-19 星期五.

    The year of a date without one is taken from the item's ``address`` where that carries a day close by.
    """
    if len(text) > _WHOLE or not _SIGN.search(text):
        return None
    short = plain(text)
    found = find_date(short, at) or _short_year(short, at) or _compact(short, at)
    if found is None or _AROUND.sub("", short[: found.start] + " " + short[found.end :]):
        return None
    return _with_year_of(address, found) if found.rule == "yearless" else found


def box_date(text: str) -> Dated | None:
    """A day box: the day in an element of its own beside year and month (19 2021-02), or the like."""
    for pattern in _BOXES:
        match = pattern.search(text)
        if match is None:
            continue
        try:
            day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if day.year >= FIRST_YEAR:
            return Dated(day, None, "box", match.start(), match.end())
    return None


def in_future(day: date, at: datetime) -> bool:
    """True for a day that cannot have been published yet; one day is left to clocks that differ."""
    return day > at.astimezone(ZONE).date() + timedelta(days=1)


def address_day(address: str) -> date | None:
    """The day (or the first of the month) that an address carries. It is a hint, never a publish date."""
    for pattern in _IN_ADDRESS:
        for match in pattern.finditer(address):
            parts = [int(group) for group in match.groups()]
            try:
                return date(parts[0], parts[1], parts[2] if len(parts) > 2 else 1)
            except ValueError:
                continue
    return None


def _with_year_of(address: str, found: Dated) -> Dated:
    hint = address_day(address)
    if hint is None:
        return found
    for year in (hint.year, hint.year + 1, hint.year - 1):
        try:
            day = found.day.replace(year=year)
        except ValueError:
            continue
        if abs((day - hint).days) <= _NEAR:
            moment = found.moment.replace(year=year) if found.moment else None
            return Dated(day, moment, "yearless+address", found.start, found.end)
    return found


def _short_year(text: str, at: datetime) -> Dated | None:
    """21-02-19: a year of two digits, not after the present one."""
    match = _SHORT_YEAR.search(text)
    if match is None or 2000 + int(match[1]) > at.astimezone(ZONE).year:
        return None
    try:
        day = date(2000 + int(match[1]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    return Dated(day, None, "short year", match.start(), match.end())


def _compact(text: str, at: datetime) -> Dated | None:
    match = _COMPACT.search(text)
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    usable = day.year >= FIRST_YEAR and not in_future(day, at)
    return Dated(day, None, "compact", match.start(), match.end()) if usable else None


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


def epoch_date(value: object) -> Dated | None:
    """Seconds or milliseconds since 1970, as scripts count them; distinct only from 2001 to 2100."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 1e9 <= value < 4.1e12:  # first of all: an integer may be too large to divide
        return None
    seconds = value / 1000 if value >= 1e12 else value
    if not 1e9 <= seconds < 4.1e9:
        return None
    moment = datetime.fromtimestamp(seconds, tz=ZONE)
    return Dated(moment.date(), moment, "epoch")


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
        return local(moment)
    except (ValueError, OverflowError):
        return None


def _relative(text: str, at: datetime) -> Dated | None:
    now = local(at)
    if match := _AGO.search(text):
        moment = now - int(match[1]) * _AGO_UNIT[match[2]]
        exact = moment if match[2] in ("秒", "分钟") else None
        return Dated(moment.date(), exact, "relative", match.start(), match.end())
    if match := _DAY_NAME.search(text):
        day = now.date() - timedelta(days=_DAYS_BACK[match[1]])
        moment_of_day = _moment(day, match[2], match[3], None, None)
        return Dated(day, moment_of_day, "relative", match.start(), match.end())
    return None


def _yearless(text: str, at: datetime) -> Dated | None:
    latest = at.astimezone(ZONE).date() + timedelta(days=1)
    for match in _YEARLESS.finditer(text):
        for year in range(latest.year, latest.year - 5, -1):  # 29 February: up to four years back
            found = _build(year, match, 1, "yearless")
            if found is not None and found.day <= latest:
                return found
    return None


def _build(year: int, match: re.Match[str], first: int, rule: str) -> Dated | None:
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
    if zone is None or (zone[0] == "-" and second is None) or zone[1:3] > "14":
        return naive.replace(tzinfo=ZONE)  # 08:30-11:30 are hours of business, not a zone
    return datetime.fromisoformat(naive.isoformat() + zone).astimezone(ZONE)
