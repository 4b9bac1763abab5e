"""Heads of tables: which cells of the rows below hold the publish date, and which hold other dates."""

from __future__ import annotations

import re
from typing import NamedTuple

from jiancha.pages.outline import Element, Outline

_HEAD_TEXTS = 60
OTHER_DATES = (
    "成文|生成|印发|签发|截止|截至|实施|施行|生效|失效|废止|开始|结束|起止|开标|报名|会议|办理|受理|答复|回复|办结|有效|制定"
    "|修订|出生|编制|现在|当前"
)
NO_PUBLISH = re.compile(
    rf"(?:{OTHER_DATES})(?:日期|时间|期限|期)?[:是为]?\s{{0,3}}[\[(]?$|今天是|今日是?\s?:?\s?$|[至到~]\s{{0,2}}$"
)
_HEAD_DATE = re.compile(r"(?:发布|公开|发文|发稿|上传|更新|公布)(?:日期|时间)|^(?:日期|时间)$")


class Head(NamedTuple):
    """The cells, by number, that the head of a table calls the publish date (-1: none) and other dates."""

    published: int
    other: frozenset[int]


_NO_HEAD = Head(-1, frozenset())


class TableHeads:
    """The heads of the tables of one page, each read once."""

    def __init__(self, page: Outline) -> None:
        self.page = page
        self._heads: dict[int, Head] = {}

    def of(self, row: Element) -> Head:
        """Which dates the head of a row's table announces."""
        if row.tag != "tr":
            return _NO_HEAD
        table = row.parent
        if table not in self._heads:
            self._heads[table] = self._read_head(row)
        return self._heads[table]

    def _read_head(self, row: Element) -> Head:
        parent = self.page.elements[row.parent]
        first = row.parent
        if parent.tag == "tbody" and parent.before >= 0 and self.page.elements[parent.before].tag == "thead":
            first = parent.before
        head = next(
            (
                n
                for n in range(first + 1, min(first + 4, len(self.page.elements)))
                if self.page.elements[n].tag == "tr"
            ),
            -1,
        )
        if head < 0 or self.page.elements[head].links.start < self.page.elements[head].links.stop:
            return _NO_HEAD
        said = [
            (self.cell_number(text.cell), text.text.replace(" ", ""))
            for text in self.page.texts[self.page.elements[head].texts][:_HEAD_TEXTS]
        ]
        cells = {number: text for number, text in said if _HEAD_DATE.search(text)}
        published = (number for number, text in cells.items() if text.startswith("发布"))
        other = (number for number, text in said if NO_PUBLISH.search(text))
        return Head(next(published, next(iter(cells), -1)), frozenset(other) - cells.keys() - {-1})

    def cell_number(self, cell: int) -> int:
        """The place of a cell in its row; -1 for what is in none."""
        number = -1
        while cell >= 0:
            number += 1
            cell = self.page.elements[cell].before
        return number
