"""Forms of a date that are sure only right behind a label: 二〇二一年二月十九日, 21-02-19, Feb 19, 2021."""

from __future__ import annotations

import re
from datetime import date, datetime

from jiancha.text.dates import FIRST_YEAR, Dated, find_date, find_dates, plain, whole_date
from jiancha.windows import ZONE

_DIGITS = {
    "〇": 0, "○": 0, "零": 0, "O": 0, "\uff2f": 0, "o": 0, "\u25ef": 0, "一": 1, "二": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
_ZERO_TO_NINE = "".join(_DIGITS)
_NUMERALS = re.compile(
    rf"([一二][{_ZERO_TO_NINE}]{{3}})\s?年\s?([一二三四五六七八九十元正]{{1,2}})\s?月\s?([一二三四五六七八九十廿卅初]{{1,3}})\s?日"
)
_WHOLE_NUMERALS = re.compile(rf"\W{{0,3}}{_NUMERALS.pattern}\W{{0,3}}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}(?:\.|(?=[\s,/-]))"
_CLOCK = r"(?:(\d{1,2}):(\d{2})(?::(\d{2}))?\s{1,3}(?:[A-Z]{3,4}\s{1,3})?)?"
_ENGLISH = (
    re.compile(
        rf"\b{_MONTH}\s{{0,3}}(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s{{0,3}}|\s{{1,3}}){_CLOCK}((?:19|20)\d\d)\b",
        re.I,
    ),
    re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s/-]{{1,3}}{_MONTH},?[\s/-]{{0,3}}((?:19|20)\d\d)\b", re.I),
)
#: What may stand around an English date that is all a text says.
_AROUND_ENGLISH = re.compile(
    r"[\W_]*(?:(?:updated?|published|posted|released|date|time|on)[\W_]{1,3}){0,2}(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}[\W_]*)?"
    r"(?:\d{1,2}:\d{2}(?::\d{2})?)?[\W_]*",
    re.IGNORECASE,
)
_LENGTH = 40  # characters after a label
_LEAD = re.compile(r"[\s:\[(<>|-]{0,6}")


def labelled_date(text: str, at: datetime, address: str) -> Dated | None:
    """The date with which a text begins that follows a label, in whatever form.

    A date without a year counts only where the page's ``address`` carries a day close by.
    """
    said = plain(text[:_LENGTH])
    lead = _LEAD.match(said)
    said = said[lead.end() :] if lead else said
    found = next(find_dates(said), None) or numeral_date(said) or english_date(said)
    if found is not None:
        return found if found.start == 0 or found.rule == "english" else None
    short = said.split("  ")[0]
    for piece in (short, " ".join(short.split()[:2]), *short.split()[:1]):
        whole = whole_date(piece, at, address)
        if whole is not None and whole.rule != "yearless":
            return whole
    relative = find_date(said, at)
    return relative if relative is not None and relative.rule == "relative" and relative.start == 0 else None


def numeral_date(text: str) -> Dated | None:
    """二〇二一年二月十九日, with any of the signs that are written for the zero."""
    match = _NUMERALS.search(text)
    if match is None:
        return None
    year = int("".join(str(_DIGITS[sign]) for sign in match[1]))
    return _made(year, _number(match[2]), _number(match[3]), "numerals", match)


def whole_rare_date(text: str) -> Dated | None:
    """The date that is all a short text says: [二〇二一年二月十九日], Updated: Feb 19, 2021."""
    if len(text) > _LENGTH:
        return None
    if _WHOLE_NUMERALS.fullmatch(text) is not None:
        return numeral_date(text)
    found = english_date(text)
    around = text[: found.start] + " " + text[found.end :] if found is not None else ""
    return found if found is not None and _AROUND_ENGLISH.fullmatch(around) else None


def english_date(text: str) -> Dated | None:
    """Feb 19, 2021 or 19 Feb 2021, and what a server writes unasked: Fri Feb 19 10:08:00 CST 2021."""
    if match := _ENGLISH[0].search(text):
        found = _made(int(match[6]), _month(match[1]), int(match[2]), "english", match)
        if found is None or match[3] is None:
            return found
        try:
            clock = datetime(
                found.day.year, found.day.month, found.day.day, int(match[3]), int(match[4]), tzinfo=ZONE
            )
        except ValueError:
            return found
        return Dated(
            found.day, clock.replace(second=min(59, int(match[5] or 0))), "english", found.start, found.end
        )
    if match := _ENGLISH[1].search(text):
        return _made(int(match[3]), _month(match[2]), int(match[1]), "english", match)
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _number(text: str) -> int:
    """一 to 三十一; 0 for other text."""
    text = (
        text.replace("廿", "二十")
        .replace("卅", "三十")
        .replace("初", "")
        .replace("元", "一")
        .replace("正", "一")
    )
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(tens, 0)
    return 10 * _DIGITS.get(tens, 0 if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)


def _made(year: int, month: int, day: int, rule: str, match: re.Match[str]) -> Dated | None:
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    return Dated(made, None, rule, match.start(), match.end()) if made.year >= FIRST_YEAR else None
