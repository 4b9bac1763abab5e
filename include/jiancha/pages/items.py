"""List items: a link and the date that stands in its row, never a date inside the title.

Rows that stand together are a list; a page's own lists are those outside of sidebars and recommendations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from jiancha.pages.labels import MORE
from jiancha.pages.outline import Element, Outline
from jiancha.pages.row_dates import MINOR
from jiancha.pages.rows import Row, RowReader
from jiancha.pages.years import in_year, years_by_order
from jiancha.text.dates import in_future
from jiancha.text.urls import beneath, normalised

_LEVELS_UP = 8
_ABOVE = 3  # texts right above a list that may be its heading
_SHORT = 16  # characters of a heading
_YEAR_HEADING = re.compile(r"\W{0,3}((?:19|20)\d\d)\s?(?:年度?)?[^\d\s]{0,8}")
_ENTRY_ROWS = 2  # links of an entry whose title and 查阅全文 stand apart
_ASIDE = re.compile(
    r"(?<![a-z])(?:side|sidebar|aside|hot|rank|ranking|recommend|related|relate|tuijian|remen|friendlink)(?![a-z])",
    re.IGNORECASE,
)
#: Headings of lists that stand beside a page's own on every page of a site.
_ASIDE_HEADING = re.compile(
    r"\W{0,3}(?:(?:热点|热门|精彩|精选|编辑|为您|猜您喜欢|特别|最新)?(?:推荐|排行|点击榜|关注)|(?:热点|热门|最热|相关)(?:\S{0,4})"
    r"|(?:点击|阅读|浏览|人气)排行\S{0,2}|最新(?:发布|更新|信息|文章|资讯))(?:阅读|信息|新闻|文章|榜)?\W{0,3}"
)
_FOOT = re.compile(r"(?<![a-z])(?:foot|footer|copyright|bottom)(?![a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One list item in page order. ``published_on`` is None where its row shows no date.

    ``url`` is empty where only a script knows the address. ``date_rule`` says how the date was read;
    one that ends in ``future`` lies after the page was fetched.
    """

    title: str
    url: str
    published_on: date | None
    published_at: datetime | None
    date_rule: str
    pinned: bool
    position: int


class Rows:
    """The lists of one page, fetched at ``at`` (aware), and every link that could be an item of one."""

    def __init__(self, page: Outline, at: datetime) -> None:
        self.page, self.at = page, at
        reader = RowReader(page, at)
        self._rows, self._way, self._below = reader.rows(), reader.way, reader.below
        self._rows = [row for rows in self._groups().values() for row in self._settled(rows)]
        self._rows.sort(key=lambda row: row.link.element)

    def links(self) -> list[Item]:
        """Every link that could be a list item, once per address; where it stands twice, the dated one."""
        return _items(self._rows, self.at)

    def placed(self) -> Iterator[tuple[Item, Element]]:
        """Each such link with the element of its row, for whoever shows where an item was read."""
        for row in self._rows:
            yield _item(row, 0, self.at), self.page.elements[row.element]

    def lists(self, *, dated: bool = True) -> list[Item]:
        """The items of the page's own lists: dated rows, and undated ones that stand among them.

        Lists that call themselves recommendations are left out: they stand on every page of a site and
        would make each column look fresh. One that is headed so counts all the same where none is longer.
        With ``dated`` False, the items of lists without any date.
        """
        listed = self._own(self._listed(dated=dated), dated=dated)
        longest = max(map(len, listed), default=0)
        own = (rows for rows in listed if len(rows) == longest or not self._is_headed_aside(rows))
        kept = [row for rows in own for row in rows if not _is_foot(self.page, row.element)]
        return _items(sorted(kept, key=lambda row: row.link.element), self.at)

    def _own(self, listed: list[list[Row]], *, dated: bool) -> list[list[Row]]:
        """Lists without those of other columns, which a longer one of the page's own stands beside."""
        foreign = [self._is_foreign(rows) for rows in listed]
        own = [rows for rows, other in zip(listed, foreign, strict=True) if not other]
        longest = max((len(rows) for rows, other in zip(listed, foreign, strict=True) if other), default=0)
        if not longest:
            return listed
        if dated and not own:
            undated = (rows for rows in self._listed(dated=False) if not self._is_foreign(rows))
            return [] if any(len(rows) > longest for rows in undated) else listed
        return own if any(len(rows) > longest for rows in own) else listed

    def _is_foreign(self, rows: Sequence[Row]) -> bool:
        """True for a list whose head leads on to more of it elsewhere (最新动态 更多)."""
        start = self.page.elements[min(row.element for row in rows)].texts.start
        for number in range(start - 1, max(-1, start - 1 - _ABOVE), -1):
            text = self.page.texts[number]
            if text.link < 0:
                continue
            if not MORE.match(text.text):
                return False
            target = self.page.links[text.link].target
            own = self.page.url
            return target is not None and normalised(target) != normalised(own) and not beneath(target, own)
        return False

    @cached_property
    def only_recommended(self) -> bool:
        """True where the page shows dated lists, and all of them are headed as recommendations."""
        return bool(self.lists()) and all(
            self._is_headed_aside(rows) or all(_is_foot(self.page, row.element) for row in rows)
            for rows in self._listed(dated=True)
        )

    def _listed(self, *, dated: bool) -> list[list[Row]]:
        """The rows of each list outside of sidebars, those with dates or those without any."""
        return [
            rows
            for number, rows in self._groups().items()
            if (any(row.dated for row in rows) if dated else _looks_listed(rows))
            and not _is_aside(self.page, number)
        ]

    def _groups(self) -> dict[int, list[Row]]:
        groups: dict[int, list[Row]] = {}
        for row in self._rows:
            groups.setdefault(self._group(row), []).append(row)
        return groups

    def _settled(self, rows: list[Row]) -> list[Row]:
        """The rows of a list with the dates that only the list as a whole can tell."""
        titled = sum(row.in_title for row in rows)
        if titled and (titled * 2 < len(rows) or any(row.dated and not row.in_title for row in rows)):
            rows = [row.undated() if row.in_title else row for row in rows]
            return [row for row in rows if row.dated or row.link.target]
        if any(row.without_year for row in rows):
            return self._with_years(rows)
        return rows

    def _with_years(self, rows: list[Row]) -> list[Row]:
        """The rows with the years that headings and the rows beside them tell.

        A day that its own address contradicts is none: it may be of any year.
        """
        days = [row.dated.day if row.dated and not row.pinned else None for row in rows]
        known, end, year = {}, 0, None
        for number, row in enumerate(rows):
            texts = self.page.elements[row.element].texts
            year = self._year_said(slice(max(end, texts.start - _ABOVE), texts.start)) or year
            end, day = texts.stop, days[number]
            if day is not None and not (row.without_year and year is None):
                known[number] = in_year(day, year) if row.without_year and year else day
        by_order = years_by_order(days, known) or {}
        return [row.on(by_order.get(number), self.at) for number, row in enumerate(rows)]

    def _year_said(self, texts: slice) -> int | None:
        """The year that a heading among some texts says (2020年), the last where there are several."""
        said = (text.text for text in self.page.texts[texts] if text.link < 0 and len(text.text) <= _SHORT)
        years = [int(found[1]) for text in said if (found := _YEAR_HEADING.fullmatch(text))]
        return years[-1] if years else None

    def _is_headed_aside(self, rows: Sequence[Row]) -> bool:
        """True for a list under a heading such as 热点推荐, unless that is where the way to the page ends."""
        first = self.page.elements[min(row.element for row in rows)].texts.start
        if first == 0 or self.page.texts[first - 1].link in self._way:
            return False
        heading = self.page.texts[first - 1].text
        return len(heading) <= MINOR and _ASIDE_HEADING.fullmatch(heading) is not None

    def covers(self, text: int) -> bool:
        """True for a text, by its number, that belongs to one of several dated rows of a list."""
        return text in self._covered

    @cached_property
    def _covered(self) -> frozenset[int]:
        groups = {row.element: self._group(row) for row in self._rows if row.dated is not None}
        sizes = Counter(groups.values())
        elements = [self.page.elements[number] for number, group in groups.items() if sizes[group] > 1]
        beside = [self.page.elements[e.after] for e in elements if e.tag == "dt" and e.after >= 0]
        beside += [self.page.elements[self._below[e.number]] for e in elements if e.number in self._below]
        spans = [element.texts for element in elements + beside]
        return frozenset(number for span in spans for number in range(span.start, span.stop))

    def _group(self, row: Row) -> int:
        """The list of a row. Lists cut into pieces under one parent are one list."""
        piece = self._piece(row)
        return self._joined.get(piece, piece)

    def _piece(self, row: Row) -> int:
        container = self.page.elements[row.container]
        if container.tag in ("ul", "ol", "table", "tbody", "dl") and container.parent >= 0:
            return container.parent
        return row.container

    @cached_property
    def _joined(self) -> dict[int, int]:
        """The elements that hold one entry each, a title and a link to the whole of it, by their list."""
        elements = self.page.elements
        alike: dict[tuple[int, str, str], list[int]] = {}
        for piece, count in Counter(map(self._piece, self._rows)).items():
            whole = self._whole(piece)
            if count <= _ENTRY_ROWS and elements[whole].parent > 0:
                key = (elements[whole].parent, elements[whole].tag, elements[whole].names)
                alike.setdefault(key, []).append(piece)
        return {piece: key[0] for key, pieces in alike.items() if len(pieces) > 1 for piece in pieces}

    def _whole(self, number: int) -> int:
        """The highest element around one that holds no link besides its own."""
        elements = self.page.elements
        for _ in range(_LEVELS_UP):
            parent = elements[number].parent
            if parent <= 0 or elements[parent].links != elements[number].links:
                break
            number = parent
        return number


def _is_aside(page: Outline, number: int) -> bool:
    """True for a list within an element that calls itself a sidebar or a list of recommendations."""
    for _ in range(4):
        if number <= 0:
            return False
        element = page.elements[number]
        if element.tag == "aside" or _ASIDE.search(element.names):
            return True
        number = element.parent
    return False


def _is_foot(page: Outline, number: int) -> bool:
    """True for an element, by its number, within the page's foot."""
    for _ in range(4):
        if number <= 0:
            return False
        element = page.elements[number]
        if element.tag == "footer" or _FOOT.search(element.names):
            return True
        number = element.parent
    return False


def _items(rows: Iterable[Row], at: datetime) -> list[Item]:
    found: dict[str, Item] = {}
    for row in rows:
        known = found.get(key := row.link.target or f"{row.title} {row.dated.day if row.dated else ''}")
        if known is None:
            found[key] = _item(row, len(found), at)
        elif known.published_on is None and row.dated is not None:
            found[key] = replace(_item(row, known.position, at), title=max(known.title, row.title, key=len))
        elif len(row.title) > len(known.title) and row.dated is None:
            found[key] = replace(known, title=row.title[:300])
    return sorted(found.values(), key=lambda item: item.position)


def _item(row: Row, position: int, at: datetime) -> Item:
    dated = row.dated
    rule = f"row:{dated.rule}" if dated else ""
    if dated and in_future(dated.day, at):
        rule += ":future"
    return Item(
        title=row.title[:300],
        url=row.link.target or "",
        published_on=dated.day if dated else None,
        published_at=dated.moment if dated else None,
        date_rule=rule,
        pinned=row.pinned,
        position=position,
    )


def _looks_listed(rows: Sequence[Row]) -> bool:
    """True for undated rows that are titles of articles rather than a menu."""
    return len(rows) >= 3 and sum(len(row.title) for row in rows) >= 12 * len(rows)
