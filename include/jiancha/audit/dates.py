"""Dates and quarters of a notice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from jiancha.audit.numerals import chinese_number, chinese_year

_QUARTERS = {name: value for value, names in enumerate(("一1", "二2", "三3", "四4"), 1) for name in names}
_QUARTER = r"(?:(?P<year>20\d{2}) ?年度? ?)?(?:第 ?)?(?P<q>[一二三四1-4]) ?季度"
#: A quarter as it is written in Chinese, with or without its year.
QUARTER = re.compile(_QUARTER)
_DAY = re.compile(
    r"(?:(?P<y>20\d{2}) ?(?:年|[-/.]) ?)?(?<![\d.])(?P<m>\d{1,2}) ?(?:月|(?<=\d)[-/.]) ?"
    r"(?P<d>\d{1,2})(?: ?日|(?= |$|:))"
)
_FULL = re.compile(r"(?P<y>20\d{2}) ?(?:年|[-/.]) ?(?P<m>\d{1,2}) ?(?:月|[-/.]) ?(?P<d>\d{1,2})(?!\d) ?日?")
_CHINESE = re.compile(
    r"(?P<y>[二零一三四五六七八九]{4})年"
    r"(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_PUBLISHED = re.compile(
    r"(?:发布时间|发布日期|发文日期|公开日期|信息时间|(?<![\u4e00-\u9fff])(?:时间|日期)|发布于)"
    r"(?: ?: ?| {1,4}|\t)[\[(]?"
)
_BESIDE = re.compile("来源|浏览|阅读|点击|字号|字体|作者|编辑|分享|打印")


class StatedDay(NamedTuple):
    """A day of the text: ``day`` is None where the calendar has none such."""

    day: date | None
    quote: str
    start: int
    end: int
    year_stated: bool


class Period(NamedTuple):
    year: int | None
    quarter: int | None


def published(text: str) -> date | None:
    """The page's own publication date, from the lines before the text."""
    for match in _PUBLISHED.finditer(text[:3000]):
        full = _FULL.match(text, match.end())
        if full and "\n" not in text[match.start() : match.end()]:
            return _day(int(full["y"]), int(full["m"]), int(full["d"]))
    for line in text.split("\n")[:15]:
        bare = line.strip()
        full = _FULL.match(bare) or (_FULL.search(bare) if _BESIDE.search(bare) else None)
        plain = full and ("年" not in full[0] or _BESIDE.search(bare) is not None)
        if full and plain and len(line) < 90 and not re.search("[,，。《]", line):
            return _day(int(full["y"]), int(full["m"]), int(full["d"]))
    return None


def signed(text: str) -> date | None:
    """The date below the text: the last line that holds nothing else (after a name of at most 30 letters)."""
    found: date | None = None
    for line in text.split("\n"):
        bare = line.strip().removesuffix(")").removeprefix("(")
        if not bare or len(bare) > 50:
            continue
        match = _FULL.search(bare)
        chinese = _CHINESE.search(bare)
        if match and match.end() == len(bare) and "年" in match[0] and _a_name(bare[: match.start()]):
            found = _day(int(match["y"]), int(match["m"]), int(match["d"])) or found
        elif chinese and chinese.end() == len(bare) and _a_name(bare[: chinese.start()]):
            year = chinese_year(chinese["y"])
            month, day = chinese_number(chinese["m"]), chinese_number(chinese["d"])
            found = (_day(year, month, day) if year and month and day else None) or found
    return found


def _a_name(text: str) -> bool:
    """What stands before the date of a signature: nothing, or the office's name."""
    bare = text.strip()
    return (
        not bare
        or re.fullmatch(
            r"[\u4e00-\u9fff()、]{2,26}(?:办公室|办公厅|局|中心|政府|委员会|厅|科技部|办|室|网信办)", bare
        )
        is not None
    )


def days(text: str, year: int | None, latest: date | None) -> Iterator[StatedDay]:
    """Days in order; one without a year takes the year stated last in its sentence, or the likeliest."""
    for match in _DAY.finditer(text):
        year_text = match["y"]
        if year_text is None and "月" not in match[0]:
            continue
        guess = int(year_text) if year_text else _year_before(text, match.start()) or year
        if guess is None:
            continue
        day = _day(guess, int(match["m"]), int(match["d"]))
        if year_text is None and day and latest and (day - latest).days > 183:
            day = _day(guess - 1, day.month, day.day) or day
        yield StatedDay(day, match[0].strip(), match.start(), match.end(), year_text is not None)


def _year_before(text: str, position: int) -> int | None:
    first = max(0, position - 400)
    start = max(first - 1, *(text.rfind(mark, first, position) for mark in "。\n;"))
    years = re.findall(r"(20\d{2}) ?年", text[start + 1 : position])
    return int(years[-1]) if years else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def quarter(match: re.Match[str]) -> int:
    return _QUARTERS[match["q"]]


def title(text: str) -> str:
    """The line that names the notice: the first short one that tells of 检查 and 通报 or the like."""
    lines = [line.strip() for line in text.split("\n")[:60]]
    for strict in (True, False):
        for index, line in enumerate(lines):
            joined = line
            if strict and index + 1 < len(lines) and len(line) < 40 and not re.search("[。:;,，]", line):
                joined = line if re.search("通报|通告|公告|报告|情况|结果", line) else line + lines[index + 1]
            if not 8 <= len(joined) <= 90 or re.search("[。;]|现将", joined):
                continue
            about = re.search("网站|新媒体", joined) and re.search("检查|抽查|普查|监测|巡查|监管", joined)
            if about and (not strict or re.search("通报|公告|报告|通告|情况|结果", joined)):
                return joined
    return ""


#: What a title names where its notice is not of a quarter.
_OTHER_SPAN = re.compile(r"第 ?[\d一二三四五六七八九十]{1,3} ?[次批期]|[上下]半年|\d{1,2} ?月份?|年度")


def period(text: str, heading: str, issued: date | None) -> Period:
    """Year and quarter: by the title, or where it names no other span, by the first sentences."""
    year: int | None = None
    for place in (heading, re.sub(r"《[^》\n]{1,120}》", "", text[:800])):
        match = QUARTER.search(place)
        if match:
            stated = int(match["year"]) if match["year"] else _year_in(heading)
            return Period(stated or _likely_year(text, quarter(match), issued), quarter(match))
        year = year or _year_in(place if place == heading else "")
        if place == heading and year and _OTHER_SPAN.search(heading):
            break
    return Period(year, None)


def _likely_year(text: str, quarter: int, issued: date | None) -> int | None:
    """The year of a quarter named without one: it has begun when the notice is published."""
    if issued is None:
        return _year_in(re.sub(r"《[^》\n]{1,120}》", "", text[:1500]))
    return issued.year if date(issued.year, 3 * quarter - 2, 1) <= issued else issued.year - 1


def _year_in(text: str) -> int | None:
    found = re.search(r"(20\d{2}) ?年", text)
    return int(found[1]) if found else None
