# ruff: noqa: E501 - a page to a line
"""The evaluation set: pages of our own in the structures of real ones, with what a person reads from each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from evaluation import articles, guides, lists, messages

from jiancha.windows import ZONE

READ_AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
_TOPICS = (
    "春季防火",
    "农村饮水",
    "校园安全",
    "文物保护",
    "就业培训",
    "道路养护",
    "医疗保障",
    "粮食收购",
    "污水处理",
    "社区养老",
)
_ACTS = (
    "工作会议召开",
    "专项检查情况的通报",
    "实施意见的通知",
    "先进集体名单公示",
    "补助资金分配公告",
    "知识竞赛圆满举行",
)
_NAMES = ("Rivers", "Roads", "Schools", "Harvest", "Museum")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NUMERALS = "〇一二三四五六七八九"
_ROWS = 5


class Evaluated(NamedTuple):
    """A page and its label: an article's day, a list's newest day, the days of messages, what a guide holds."""

    kind: str  # article | list | blank | neither | board | letter | guide
    name: str
    url: str
    html: str
    label: Any

    @property
    def body(self) -> bytes:
        return self.html.encode()


def pages() -> Iterator[Evaluated]:
    """All pages; the same ones each time."""
    yield from _articles()
    yield from _lists()
    for kind, kept in (("blank", lists.BLANK), ("neither", lists.NEITHER)):
        for number, (name, frame, content) in enumerate(kept):
            yield Evaluated(
                kind, name, f"http://www.example.gov.cn/{kind}{number}/", frame("栏目", content), None
            )
    for kind, entries in (("board", messages.BOARDS), ("letter", messages.LETTERS), ("guide", guides.GUIDES)):
        for number, (name, frame, content, label) in enumerate(entries):
            url = f"http://www.example.gov.cn/{kind}/{number}.html"
            yield Evaluated(kind, name, url, frame("互动交流", content), label)


def _articles() -> Iterator[Evaluated]:
    every = [(*entry, True) for entry in articles.DATED] + [(*entry, False) for entry in articles.UNDATED]
    for number, (name, frame, content, dated) in enumerate(every):
        day = date(2012, 1, 5) + timedelta(days=number * 38)
        title = _english(number) if frame.__name__ == "english" else _title(number)
        html = frame(title, _filled(content, {"title": title} | _forms(day)))
        url = f"http://www.example.gov.cn/a/{number}.html"
        yield Evaluated("article", name, url, html, day.isoformat() if dated else None)


def _lists() -> Iterator[Evaluated]:
    for number, (name, frame, row, around) in enumerate(lists.ROWS):
        first = date(2021, 3, 20) - timedelta(days=number)
        rows = [
            _filled(
                row, {"n": str(n + 1), "name": _title(number + n)} | _forms(first - timedelta(days=9 * n))
            )
            for n in range(_ROWS)
        ]
        held = {
            "rows": "".join(rows),
            "commas": ",".join(rows),
            "half": "".join(rows[:2]),
            "rest": "".join(rows[2:]),
        }
        html = frame("通知公告", _filled(around, held).replace("{{", "{").replace("}}", "}"))
        yield Evaluated("list", name, f"http://www.example.gov.cn/l{number}/", html, first.isoformat())


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _title(number: int) -> str:
    return f"关于{_TOPICS[number % len(_TOPICS)]}{_ACTS[number % len(_ACTS)]}"


def _english(number: int) -> str:
    return f"County Meets on {_NAMES[number % len(_NAMES)]}"


def _forms(day: date) -> dict[str, str]:
    """A day in every form that the pages write, an earlier day and a later one."""
    old, new = day - timedelta(days=11), min(day + timedelta(days=8), date(2021, 3, 30))
    month = _MONTHS[day.month - 1]
    return {
        "day": day.isoformat(), "slash": f"{day.year}/{day.month}/{day.day}", "dot": day.strftime("%Y.%m.%d"),
        "cn": f"{day.year}年{day.month}月{day.day}日", "cn0": day.strftime("%Y年%m月%d日"),
        "en": f"{month[:3]} {day.day},{day.year}", "EN": f"{month} {day.day}, {day.year}", "long": f"{day.day} {month} {day.year}",
        "server": f"Fri {month[:3]} {day.day:02} 10:08:00 CST {day.year}", "numerals": _in_numerals(day),
        "y": str(day.year), "y2": f"{day.year % 100:02}", "m": f"{day.month:02}", "d": f"{day.day:02}",
        "old": old.isoformat(), "oldcn": f"{old.year}年{old.month}月{old.day}日",
        "new": new.isoformat(), "newcn": f"{new.year}年{new.month}月{new.day}日",
    }  # fmt: skip


def _in_numerals(day: date) -> str:
    year = "".join(_NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_below_hundred(day.month)}月{_below_hundred(day.day)}日"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    ten = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return f"{ten}{_NUMERALS[ones] if ones else ''}"
