"""Rows: the smallest elements around a link that show a date beside it and lead nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from jiancha.pages.labels import PATH_WORDS
from jiancha.pages.outline import Link, Outline
from jiancha.pages.pins import PINNED_MARK, ROW_TAGS, Pins
from jiancha.pages.row_dates import DIGITS, FACTS, IN_TITLE, MINOR, RowDates, in_attribute
from jiancha.text.dates import Dated, address_day, in_future, plain, whole_date

_LEVELS_UP = 8
_ROW_LINKS = 6  # an image, the title, a category and a few files; more is a menu
_ROW_TEXTS = 60
_ROW_LENGTH = 3000  # characters: a title, a summary, and what else stands beside them
_CAPTION = 4  # characters from which on a text beside a picture names it
_WAY_LENGTH = 150  # characters of the way to a page
_ROW_ENDS = frozenset(
    {"ul", "ol", "table", "tbody", "dl", "form", "header", "footer", "nav", "section", "main"}
)
_PAGER = re.compile(
    r"^[\s<>\u00ab\u00bb\u2039\u203a\[\]]{0,9}(?:上一?页|下一?页|首页|尾页|末页|更多|more|\d{1,4})?[\s<>+\u00ab\u00bb\u2039\u203a\[\]]{0,9}$",
    re.IGNORECASE,
)
#: What an article encloses: 附件1:…, and addresses that stand in its text.
_ENCLOSED = re.compile(r"\W{0,3}附件[\d一二三四五六七八九十]{0,3}\W|https?://")
_ANNEX = re.compile(r"\W{0,3}附件[\d一二三四五六七八九十]{0,3}\s{0,3}:?\s{0,3}(?:\d\s{0,2}[.、])?")
_NEIGHBOUR = re.compile(r"\W{0,3}[上下前后]一[篇条则]")
_TOOL = re.compile(
    r"^(?:设为首页|加入收藏|收藏本站|网站首页|返回首页|首页|登录|用户登录|注册|搜索|网站地图|无障碍浏览|进入关怀版|打印|关闭|RSS|English|繁體|繁体)$"
)
#: Links of a page's foot: beside them stand years and days that belong to no item.
_FOOT_LINK = re.compile(r"ICP备|公网安备|网安备|备案号|标识码|版权所有|技术支持|网站声明|隐私")


#: The rule of a day whose year is only the latest that it may be of.
YEARLESS = "yearless"


class Row(NamedTuple):
    """A link with its row: the list that the row stands in, and what date was found."""

    link: Link
    title: str
    element: int
    container: int
    dated: Dated | None
    pinned: bool

    @property
    def without_year(self) -> bool:
        return self.dated is not None and self.dated.rule.endswith(YEARLESS)

    @property
    def in_title(self) -> bool:
        return self.dated is not None and self.dated.rule.startswith(IN_TITLE)

    def undated(self) -> Row:
        return self._replace(dated=None)

    def on(self, day: date | None, at: datetime) -> Row:
        """The row with the year of its day as the list tells it, if it does.

        A day of which neither tells the year, and whose address speaks of another time, is none.
        """
        if self.dated is None or not self.without_year:
            return self
        if day is None or in_future(day, at):
            return self.undated() if address_day(self.link.target or "") else self
        moment = self.dated.moment.replace(day.year, day.month, day.day) if self.dated.moment else None
        return self._replace(dated=Dated(day, moment, f"{self.dated.rule}+list"))


class RowReader:
    """Finds the rows of one page, fetched at ``at`` (aware): each link that could be a list item."""

    def __init__(self, page: Outline, at: datetime) -> None:
        self.page, self.at = page, at
        self._dates, self._pins = RowDates(page, at), Pins(page)
        self._lengths = [0, *accumulate(len(text.text) for text in page.texts)]

    def rows(self) -> list[Row]:
        return [row for number in range(len(self.page.links)) if (row := self._row(number)) is not None]

    def _row(self, number: int) -> Row | None:
        link = self.page.links[number]
        name = link.name or self._caption(number)
        if not name or _PAGER.match(name) or _TOOL.match(name) or _FOOT_LINK.search(name):
            return None
        if self._is_neighbour(link) or number in self.way or self._is_enclosed(link):
            return None
        element, dated = self._climb(number)
        dated = dated or self._dates.in_title(number)
        if dated is None and link.target is None:
            return None
        if dated is None and not link.name:
            return None
        title = self._as_written(link, PINNED_MARK.sub("", self._title(link) or name))
        return Row(
            link,
            title,
            element,
            max(self.page.elements[element].parent, 0),
            dated,
            self._pins.mark(number, element),
        )

    def _caption(self, number: int) -> str:
        """The name of a picture that no other link names: its own, else the first text beside it."""
        link = self.page.links[number]
        picture = None if link.target is None or link.target in self._named else self.page.picture_of(link)
        if picture is None:
            return ""
        alt, current = picture.attribute("alt").strip(), self.page.elements[link.element].parent
        while len(alt) < _CAPTION and current > 0 and self._is_row_of(current, number):
            texts = (text.text for text in self.page.texts[self.page.elements[current].texts])
            alt = next((text for text in texts if len(text) >= _CAPTION and not DIGITS.match(text)), alt)
            current = self.page.elements[current].parent
        return alt

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset(link.target for link in self.page.links if link.target is not None and link.name)

    @property
    def below(self) -> Mapping[int, int]:
        """The elements that date rows from below their summaries, by the row's element."""
        return self._dates.below

    def _climb(self, number: int) -> tuple[int, Dated | None]:
        """The row of a link, the highest element that is all about it, and the date nearest to the link.

        A date that stands alone goes before one in a line of text, however near.
        """
        link = self.page.links[number]
        dated, in_line = self._dates.inside(number), None
        current = link.element
        for _ in range(_LEVELS_UP):
            parent = self.page.elements[current].parent
            if parent <= 0 or not self._is_row_of(parent, number):
                dated = dated or self._dates.of_whole_entry(parent, number)
                break
            seen, current = self.page.elements[current].texts, parent
            element = self.page.elements[current]
            if dated is None and element.texts != seen and self._dates.may_be_dated(element):
                dated = self._dates.in_row(element, number)
                if dated is None and in_line is None:
                    in_line = self._dates.in_line(element, link)
            if element.tag in ROW_TAGS:
                break
        return current, (
            dated
            or self._dates.beside(current, link)
            or in_line
            or self._dates.in_text_beside(link)
            or in_attribute(link)
        )

    def _is_row_of(self, number: int, link: int) -> bool:
        """True where an element holds nothing but this link, its repetitions and minor ones beside it."""
        element = self.page.elements[number]
        span = element.links
        if element.tag in _ROW_ENDS or span.stop - span.start > _ROW_LINKS:
            return False
        if element.texts.stop - element.texts.start > _ROW_TEXTS:
            return False
        if self._length(number) > _ROW_LENGTH:
            return False
        own = self.page.links[link]
        return all(_goes_along(other, own) for other in self.page.links[span] if other is not own)

    @cached_property
    def way(self) -> range:
        """The links of the way to the page (当前位置), which stand right above what the page dates."""
        for text in self.page.texts:
            if "位置" in text.text and len(text.text) <= _WAY_LENGTH and PATH_WORDS.search(text.text):
                number = text.element
                while number > 0 and self._length(number) <= _WAY_LENGTH:
                    links = self.page.elements[number].links
                    if links.start < links.stop:
                        return range(links.start, links.stop)
                    number = self.page.elements[number].parent
        return range(0)

    def _length(self, number: int) -> int:
        texts = self.page.elements[number].texts
        return self._lengths[texts.stop] - self._lengths[texts.start]

    def _is_enclosed(self, link: Link) -> bool:
        """True for what an article's text holds: a file that it calls its annex, an address written out."""
        first = self.page.elements[link.element].texts.start
        before = self.page.texts[first - 1].text if first > 0 else ""
        return _ENCLOSED.match(link.name) is not None or _ANNEX.fullmatch(before) is not None

    def _is_neighbour(self, link: Link) -> bool:
        """True for a link to the article before or after this one (上一篇)."""
        first = self.page.elements[link.element].texts.start
        before = self.page.texts[first - 1].text if first > 0 else ""
        return _NEIGHBOUR.match(link.name) is not None or (
            len(before) <= MINOR and _NEIGHBOUR.match(before) is not None
        )

    def _title(self, link: Link) -> str:
        """The link's title attribute, else its text; of a link around a row, the text that is a title."""
        texts = [text.text for text in self.page.texts[self.page.elements[link.element].texts]]
        if link.title and not FACTS.search(link.title):
            return link.name
        if len(texts) == 1:
            return link.text
        titles = [t for t in texts if len(t) >= 4 and not DIGITS.match(t) and whole_date(t, self.at) is None]
        return titles[0] if titles and len(titles) < len(texts) else link.text

    def _as_written(self, link: Link, title: str) -> str:
        """A title with the signs that stand on the page, where its plain form has others."""
        node = self.page.elements[link.element].node
        for said in (node.attributes.get("title") or "", node.text(separator=" ")):
            joined = " ".join(said.split())
            place = plain(joined).find(title)
            if place >= 0:
                return joined[place : place + len(title)]
        return title


def _goes_along(other: Link, own: Link) -> bool:
    """True for a link that may stand in the row of another one without making it a list."""
    if other.target is not None and other.target == own.target:
        return True
    return len(other.name) <= MINOR and 2 * len(other.name) <= len(own.name)
