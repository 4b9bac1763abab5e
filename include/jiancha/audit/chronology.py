"""What the notice says of time and order: quarters, days, deadlines, section numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from jiancha.audit import dates
from jiancha.audit.model import Annex, Dates, Finding
from jiancha.audit.numerals import chinese_number, line_of, squeezed

#: Characters looked at on either side of a date.
_NEAR = 400
_TITLES = re.compile(r"《[^》\n]{1,120}》")
_HELD = re.compile(
    r"(?:开展|进行|组织|实施)了?[^,，。\n]{0,14}?"
    + dates.QUARTER.pattern
    + r"[^,，。\n]{0,30}?(?:检查|抽查|监测|普查)"
)
_STATE = re.compile("截[至止]")
_DONE = re.compile("已|完成|共有|共计|收到|纳入|办结|发现")
_AHEAD = re.compile("前|底前|请|须|务必|将|要求|应当|应于|力争|确保|拟|预计|计划|限")
_DONE_BY = re.compile("已(?:经)?(?:全部)?(?:于|在)[^,，]{0,4}$")
_ALL = re.compile("(?:均|都|全部)(?:于|在)[^,，]{0,4}$")
_WANTED = re.compile("请|须|务必|要求|应|将|力争|确保|报送|反馈|上报")
_DEADLINE = re.compile(r"[^,，。;]{0,4}?(?:下班|中午|上午|下午|\d{1,2}(?:时|点|:\d\d))?[)]?(?:之|以)?前")
_TOP = re.compile(r"(?m)^[ \t]*([一二三四五六七八九十]{1,3})、[ \t]*(\S[^\n]{0,60})")
_SUB = re.compile(r"(?m)^[ \t]*\(([一二三四五六七八九十]{1,3})\)[ \t]*(\S[^\n]{0,60})")


class Frame(NamedTuple):
    """What the checks of time need to know."""

    title: str
    period: dates.Period
    days: Dates


def deadline(text: str, year: int | None, latest: date | None) -> tuple[date | None, dates.StatedDay | None]:
    """The day until which owners must answer or mend (整改期限)."""
    for day in dates.days(text, year, None):
        if not _DEADLINE.match(text, day.end):
            continue
        sentence = _sentence(text, day.start)
        before = text[max(0, day.start - 12) : day.start]
        if _DONE_BY.search(before) or (_ALL.search(before) and not _WANTED.search(sentence)):
            continue  # 已于3月20日前完成整改, 均在3月20日前整改到位
        if not re.search("整改|报送|反馈|上报|报市|报省|报我|报县|报区|书面|提交|完成", sentence):
            continue
        end = day.day
        if end and latest and not day.year_stated and (latest - end).days > 183:
            end = end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
        return end, day
    return None, None


def check(body: str, frame: Frame, annexes: Sequence[Annex]) -> Iterator[Finding]:
    yield from _quarters(body, frame, annexes)
    yield from _days(body, frame)
    yield from _deadlines(body, frame)
    yield from _sections(body)


def _issued(days: Dates) -> date | None:
    """The later of the two dates: what lies after it was not known when the notice was published."""
    stated = [each for each in (days.published, days.signed) if each]
    return max(stated) if stated else None


def _quarters(text: str, frame: Frame, annexes: Sequence[Annex]) -> Iterator[Finding]:
    named, period = dates.QUARTER.search(frame.title), frame.period
    if named is None or period.quarter is None:
        return
    expected = f"{f'{period.year}年' if period.year else ''}第{period.quarter}季度"
    plain = _TITLES.sub(lambda match: "□" * len(match[0]), text)
    for match in _HELD.finditer(plain):
        year = int(match["year"]) if match["year"] else None
        other_year = year is not None and named["year"] is not None and year != period.year
        other = dates.quarter(match) != period.quarter or other_year
        if other and len(dates.QUARTER.findall(match[0])) == 1:
            line = line_of(text, match.start())
            yield Finding("quarter", "error", squeezed(match[0]), expected, _quarter(match), line)
    for annex in annexes:
        quarters = list(dates.QUARTER.finditer(annex.heading))
        if (
            len(quarters) == 1
            and dates.quarter(quarters[0]) != period.quarter
            and not re.search("上|整改|复查", annex.heading)
        ):
            yield Finding(
                "quarter", "error", squeezed(annex.heading), expected, _quarter(quarters[0]), annex.line
            )
    issued = _issued(frame.days)
    if period.year and issued and issued < date(period.year, 3 * period.quarter - 2, 1):
        yield Finding("quarter", "error", frame.title, f"{issued}之前的季度", expected, 1)


def _quarter(match: re.Match[str]) -> str:
    year = f"{match['year']}年" if match["year"] else ""
    return f"{year}第{dates.quarter(match)}季度"


def _days(text: str, frame: Frame) -> Iterator[Finding]:
    """Days that no calendar has, and states as of a day after publication."""
    issued = _issued(frame.days)
    year = frame.period.year or (issued.year if issued else None)
    if issued:
        year = issued.year
    for day in dates.days(text, year, issued):
        line = line_of(text, day.start)
        if day.day is None:
            yield Finding("date", "error", _around(text, day), "日历上有的日期", day.quote, line)
        elif issued and day.day > issued and (day.day - issued).days <= 366:
            before = re.split("[,，。;\n]", text[max(0, day.start - _NEAR) : day.start])[-1]
            sentence = _sentence(text, day.start)
            after = re.split("[,，。;\n]", text[day.end : day.end + _NEAR], maxsplit=1)[0]
            if _STATE.search(before[-6:]) and _DONE.search(sentence) and not _AHEAD.search(before + after):
                yield Finding(
                    "date_after_publication",
                    "error",
                    squeezed(sentence, 120),
                    f"不晚于发布日期{issued}",
                    str(day.day),
                    line,
                )
    signed, shown = frame.days.signed, frame.days.published
    if signed and shown and shown < signed:
        yield Finding(
            "date_after_publication", "warning", str(signed), f"落款日期不晚于发布日期{shown}", str(signed), 1
        )


def _deadlines(text: str, frame: Frame) -> Iterator[Finding]:
    """A deadline before the day of signing; the page alone may have come later than the notice."""
    days = frame.days
    issued = _issued(days)
    end, stated = deadline(text, issued.year if issued else frame.period.year, issued)
    if end is None or stated is None:
        return
    line, quote = line_of(text, stated.start), squeezed(_sentence(text, stated.start), 120)
    if days.signed and end < days.signed:
        yield Finding("deadline", "error", quote, f"晚于落款日期{days.signed}", str(end), line)
    elif not days.signed and days.published and end < days.published:
        yield Finding("deadline", "note", quote, f"晚于发布日期{days.published}", str(end), line)


def _around(text: str, day: dates.StatedDay) -> str:
    return squeezed(text[max(0, text.rfind("\n", 0, day.start) + 1, day.start - 20) : day.end + 20])


def _sentence(text: str, position: int) -> str:
    first = max(0, position - _NEAR)  # a longer sentence is cut: work would grow with the square
    start = max(text.rfind(mark, first, position) for mark in "。\n")
    return re.split("[。\n]", text[max(start + 1, first) : position + _NEAR], maxsplit=1)[0]


def _sections(text: str) -> Iterator[Finding]:
    """一、二、… and below each (一)(二)…: repeated or skipped. A list that starts anew is one of its own."""
    tops = list(_TOP.finditer(text))
    yield from _sequence(text, tops, "{}、")
    borders = [0, *(match.start() for match in tops), len(text)]
    for first, last in pairwise(borders):
        yield from _sequence(text, list(_SUB.finditer(text, first, last)), "({})")


def _sequence(text: str, matches: Sequence[re.Match[str]], form: str) -> Iterator[Finding]:
    last, previous = 0, ""
    for match in matches:
        value = chinese_number(match[1]) or 0
        if value != last + 1 and not (value == 1 and last > 1) and last:
            same = "重复" if value == last else "不连续"
            yield Finding(
                "section_number",
                "error",
                squeezed(match[0]),
                f"“{previous}”之后为第{last + 1}",
                f"{form.format(match[1])}{same}",
                line_of(text, match.start()),
            )
        last, previous = value, form.format(match[1])
