"""List items: a link and the date that stands in its row, never a date inside the title.

A row is the smallest element around a link that shows a date beside it and leads nowhere else. Where a row
shows several dates, a label or the table's head decides; texts of sentences (summaries) are not asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import accumulate, pairwise
from typing import NamedTuple

from jiancha.pages.labels import PATH_WORDS
from jiancha.pages.outline import Element, Link, Outline, Text
from jiancha.text.dates import Dated, box_date, find_date, find_dates, in_future, plain, whole_date
from jiancha.text.rare_dates import whole_numeral_date

_LEVELS_UP = 8
_ROW_LINKS = 6  # an image, the title, a category and a few files; more is a menu
_ENTRY_ROWS = 2  # links of an entry whose title and 查阅全文 stand apart
_ROW_TEXTS = 60
_ROW_LENGTH = 3000  # characters: a title, a summary, and what else stands beside them
_WAY_LENGTH = 150  # characters of the way to a page
_SHORT = 40  # characters of a text that is a line of facts rather than a sentence
_MINOR = 10  # characters of a link that only accompanies the title: [通知], 下载, 详情
_ROW_ENDS = frozenset(
    {"ul", "ol", "table", "tbody", "dl", "form", "header", "footer", "nav", "section", "main"}
)
_ROWS = frozenset({"li", "tr", "dt", "dd", "article"})
_ENTRIES = frozenset({"li", "dd"})
_PINNED = re.compile(r"置顶|\[顶\]|(?<![A-Za-z])TOP(?![A-Za-z])", re.IGNORECASE)
_PIN_IMAGE = re.compile(r"(?:^|[/_\-])(?:top|zd|zhiding|ding)\d?\.(?:gif|png|jpe?g|svg)$", re.IGNORECASE)
_PIN_NAME = 60  # characters of an image's address that hold its name
_LABEL = re.compile(r"(?:发布|公开|发文|发稿|上传|录入|公布|更新)(?:日期|时间)?(?:于)?\s?:?\s{0,3}[\[(]?$")
_OTHER_DATES = (
    "成文|生成|印发|签发|截止|截至|实施|施行|生效|失效|废止|开始|结束|起止|开标|报名|会议|办理|受理|答复|回复|办结|有效|制定"
    "|修订|出生|编制|现在|当前"
)
_NO_PUBLISH = re.compile(
    rf"(?:{_OTHER_DATES})(?:日期|时间|期限|期)?[:是为]?\s{{0,3}}[\[(]?$|今天是|今日是?\s?:?\s?$|[至到~]\s{{0,2}}$"
)
_OTHER_LABEL = re.compile(rf"{_OTHER_DATES}|今[天日]|[至到~]")
_HEAD_DATE = re.compile(r"(?:发布|公开|发文|发稿|上传|更新|公布)(?:日期|时间)|^(?:日期|时间)$")
_PAGER = re.compile(
    r"^[\s<>\u00ab\u00bb\u2039\u203a\[\]]{0,9}(?:上一?页|下一?页|首页|尾页|末页|更多|more|\d{1,4})?[\s<>+\u00ab\u00bb\u2039\u203a\[\]]{0,9}$",
    re.IGNORECASE,
)
_NEIGHBOUR = re.compile(r"\W{0,3}[上下前后]一[篇条则]")
_TOOL = re.compile(
    r"^(?:设为首页|加入收藏|收藏本站|网站首页|返回首页|首页|登录|用户登录|注册|搜索|网站地图|无障碍浏览|进入关怀版|打印|关闭|RSS|English|繁體|繁体)$"
)
_ASIDE = re.compile(
    r"(?<![a-z])(?:side|sidebar|aside|hot|rank|ranking|recommend|related|relate|tuijian|remen|friendlink)(?![a-z])",
    re.IGNORECASE,
)
#: Headings of lists that stand beside a page's own on every page of a site.
_ASIDE_HEADING = re.compile(
    r"\W{0,3}(?:(?:热点|热门|精彩|精选|编辑|为您|猜您喜欢|特别|最新)?(?:推荐|排行|点击榜|关注)|(?:热点|热门|最热|相关)(?:\S{0,4})"
    r"|(?:点击|阅读|浏览|人气)排行\S{0,2}|最新(?:发布|更新|信息|文章|资讯))(?:阅读|信息|新闻|文章|榜)?\W{0,3}"
)
#: Links of a page's foot: beside them stand years and days that belong to no item.
_FOOT_LINK = re.compile(r"ICP备|公网安备|网安备|备案号|标识码|版权所有|技术支持|网站声明|隐私")
_FOOT = re.compile(r"(?<![a-z])(?:foot|footer|copyright|bottom)(?![a-z])", re.IGNORECASE)
_END_DATE = re.compile(r"[\s\[](?:19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}(?:\s\d{1,2}:\d{2}(?::\d{2})?)?\]?$")
#: What some makers write into a link's title attribute: its title, author and date, each behind a label.
_FACTS = re.compile(r"(?:^|更新|发布|发表|添加|录入|\s)(?:时\s?间|日\s?期)\s?:\s?(?=(?:19|20)\d\d)")
#: A box without a year: the day before or behind its month.
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/|]?\s(\d{1,2})\s?月")
_SENTENCE = re.compile(r"[。;!?…]|,.*,")
_DATE_SIGN = re.compile(r"\d|刚刚|[昨今前]天|[〇○零]")
_DATE_ONLY = re.compile(r"[\W\d_年月日]{1,40}$")
_DIGITS = re.compile(r"[\d年月日\-/.|: ]{1,12}$")


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


class _Row(NamedTuple):
    """A link with its row: the list that the row stands in, and what date was found."""

    link: Link
    title: str
    element: int
    container: int
    dated: Dated | None
    pinned: bool


class _Head(NamedTuple):
    """The cells, by number, that the head of a table calls the publish date (-1: none) and other dates."""

    published: int
    other: frozenset[int]


_NO_HEAD = _Head(-1, frozenset())


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


def _items(rows: Iterable[_Row], at: datetime) -> list[Item]:
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


def _item(row: _Row, position: int, at: datetime) -> Item:
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


_PINNED_MARK = re.compile(r"^\s{0,3}\[(?:置顶|顶|TOP)\]\s{0,3}")


class Rows:
    """The rows of one page, fetched at ``at`` (aware): each link that could be a list item, and its date."""

    def __init__(self, page: Outline, at: datetime) -> None:
        self.page, self.at = page, at
        signs = (_DATE_SIGN.search(text.text) is not None for text in page.texts)
        self._signs = [0, *accumulate(signs)]  # texts before each one that may hold a date
        self._lengths = [0, *accumulate(len(text.text) for text in page.texts)]
        self._rows = [row for number in range(len(page.links)) if (row := self._row(number)) is not None]

    def links(self) -> list[Item]:
        """Every link that could be a list item, once per address; where it stands twice, the dated one."""
        return _items(self._rows, self.at)

    def lists(self, *, dated: bool = True) -> list[Item]:
        """The items of the page's own lists: dated rows, and undated ones that stand among them.

        Lists that call themselves recommendations are left out: they stand on every page of a site and
        would make each column look fresh. One that is headed so counts all the same where none is longer.
        With ``dated`` False, the items of lists without any date.
        """
        listed = self._listed(dated=dated)
        longest = max(map(len, listed), default=0)
        own = (rows for rows in listed if len(rows) == longest or not self._is_headed_aside(rows))
        kept = [row for rows in own for row in rows if not _is_foot(self.page, row.element)]
        return _items(sorted(kept, key=lambda row: row.link.element), self.at)

    @cached_property
    def only_recommended(self) -> bool:
        """True where the page shows dated lists, and all of them are headed as recommendations."""
        return bool(self.lists()) and all(
            self._is_headed_aside(rows) or all(_is_foot(self.page, row.element) for row in rows)
            for rows in self._listed(dated=True)
        )

    def _listed(self, *, dated: bool) -> list[list[_Row]]:
        """The rows of each list outside of sidebars, those with dates or those without any."""
        groups: dict[int, list[_Row]] = {}
        for row in self._rows:
            groups.setdefault(self._group(row), []).append(row)
        return [
            rows
            for number, rows in groups.items()
            if (any(row.dated for row in rows) if dated else _looks_listed(rows))
            and not _is_aside(self.page, number)
        ]

    def _is_headed_aside(self, rows: Sequence[_Row]) -> bool:
        """True for a list under a heading such as 热点推荐, unless that is where the way to the page ends."""
        first = self.page.elements[min(row.element for row in rows)].texts.start
        if first == 0 or self.page.texts[first - 1].link in self._way:
            return False
        heading = self.page.texts[first - 1].text
        return len(heading) <= _MINOR and _ASIDE_HEADING.fullmatch(heading) is not None

    def covers(self, text: int) -> bool:
        """True for a text, by its number, that belongs to one of several dated rows of a list."""
        return text in self._covered

    @cached_property
    def _covered(self) -> frozenset[int]:
        groups = {row.element: self._group(row) for row in self._rows if row.dated is not None}
        sizes = Counter(groups.values())
        elements = [self.page.elements[number] for number, group in groups.items() if sizes[group] > 1]
        beside = [self.page.elements[e.after] for e in elements if e.tag == "dt" and e.after >= 0]
        spans = [element.texts for element in elements + beside]
        return frozenset(number for span in spans for number in range(span.start, span.stop))

    def _group(self, row: _Row) -> int:
        """The list of a row. Lists cut into pieces under one parent are one list."""
        piece = self._piece(row)
        return self._joined.get(piece, piece)

    def _piece(self, row: _Row) -> int:
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

    def _row(self, number: int) -> _Row | None:
        link = self.page.links[number]
        name = link.name
        if not name or _PAGER.match(name) or _TOOL.match(name) or _FOOT_LINK.search(name):
            return None
        if self._is_neighbour(link) or number in self._way:
            return None
        element, dated = self._climb(number)
        if dated is None and link.target is None:
            return None
        title = self._as_written(link, _PINNED_MARK.sub("", self._title(link)))
        return _Row(
            link,
            title,
            element,
            max(self.page.elements[element].parent, 0),
            dated,
            self._is_pinned(number, element),
        )

    @cached_property
    def _way(self) -> range:
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

    def _is_neighbour(self, link: Link) -> bool:
        """True for a link to the article before or after this one (上一篇)."""
        first = self.page.elements[link.element].texts.start
        before = self.page.texts[first - 1].text if first > 0 else ""
        return _NEIGHBOUR.match(link.name) is not None or (
            len(before) <= _MINOR and _NEIGHBOUR.match(before) is not None
        )

    def _title(self, link: Link) -> str:
        """The link's title attribute, else its text; of a link around a row, the text that is a title."""
        texts = [text.text for text in self.page.texts[self.page.elements[link.element].texts]]
        if link.title and not _FACTS.search(link.title):
            return link.name
        if len(texts) == 1:
            return link.text
        titles = [t for t in texts if len(t) >= 4 and not _DIGITS.match(t) and whole_date(t, self.at) is None]
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

    def _climb(self, number: int) -> tuple[int, Dated | None]:
        """The row of a link, the highest element that is all about it, and the date nearest to the link.

        A date that stands alone goes before one in a line of text, however near.
        """
        link = self.page.links[number]
        dated, in_line = self._inside(number), None
        current = link.element
        for _ in range(_LEVELS_UP):
            parent = self.page.elements[current].parent
            if parent <= 0 or not self._is_row_of(parent, number):
                dated = dated or self._of_whole_entry(parent, number)
                break
            seen, current = self.page.elements[current].texts, parent
            element = self.page.elements[current]
            if dated is None and element.texts != seen and self._may_be_dated(element):
                dated = self._in_row(element, number)
                if dated is None and in_line is None:
                    in_line = self._in_line(element, link)
            if element.tag in _ROWS:
                break
        return current, (
            dated or self._beside(current, link) or in_line or self._in_text_beside(link) or _in_title(link)
        )

    def _of_whole_entry(self, number: int, link: int) -> Dated | None:
        """The date of an entry that holds a list of its own, such as what explains a document: the date
        stands beside that list, and the first link is the entry's."""
        entry = self.page.elements[max(number, 0)]
        if entry.tag not in _ENTRIES or entry.links.start != link:
            return None
        texts, elements = self.page.texts[entry.texts], self.page.elements
        own = [t for t in texts if t.element == number or elements[t.element].parent == number]
        return self._alone(own, -1, self.page.links[link])

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

    # --- dates ---

    def _inside(self, number: int) -> Dated | None:
        """A date within the link in an element of its own, or after a title that has no date."""
        link = self.page.links[number]
        texts = self.page.texts[self.page.elements[link.element].texts]
        if len(texts) > 1:
            return self._alone(texts, number, link)
        if texts and _END_DATE.search(texts[0].text) and not (link.title and _END_DATE.search(link.title)):
            return list(find_dates(texts[0].text))[-1]
        if link.title and texts and link.title != texts[0].text and not any(find_dates(link.title)):
            for found in reversed(list(find_dates(texts[0].text))):
                return found if not texts[0].text[found.end :].strip("])> ") else None
        return None

    def _may_be_dated(self, element: Element) -> bool:
        return self._signs[element.texts.stop] > self._signs[element.texts.start]

    def _in_row(self, row: Element, number: int) -> Dated | None:
        """The publish date among the texts of a row that belong to no link."""
        link, texts = self.page.links[number], self._texts(row)
        column = self._head(row).published
        if column >= 0:
            headed = [text for text in texts if self._cell_number(text.cell) == column]
            found = self._alone(headed, -1, link)
            if found is not None:
                return found
        return self._labelled(texts) or self._alone(texts, -1, link)

    def _texts(self, row: Element) -> Sequence[Text]:
        """The texts of a row without the cells that the table's head calls other dates (成文日期).

        What is hidden (a box with the document's data) is asked only where nothing else shows a date.
        """
        texts: Sequence[Text] = self.page.texts[row.texts]
        other = self._head(row).other
        if other:
            texts = [text for text in texts if self._cell_number(text.cell) not in other]
        elements = self.page.elements
        if row.hidden or not any(elements[text.element].hidden for text in texts):
            return texts
        seen = [text for text in texts if not elements[text.element].hidden]
        return seen if any(_DATE_SIGN.search(text.text) for text in seen if text.link < 0) else texts

    def _labelled(self, texts: Sequence[Text]) -> Dated | None:
        for run in _runs(texts, -1):
            for found in find_dates(run):
                if _LABEL.search(_before(run, found)):
                    return found
        return None

    def _alone(self, texts: Sequence[Text], within: int, link: Link) -> Dated | None:
        """A date that is all its element says, or a day box; with a year before one without."""
        address = link.target or ""
        barred = self._barred(texts, within)
        alone = [
            d for text in texts if text.link == within and (d := whole_date(text.text, self.at, address))
        ]
        complete = [d for d in alone if not d.rule.startswith("yearless") and d.day not in barred]
        if complete:
            return self._newest(complete)
        digits = list(_runs(texts, within, only=_DIGITS))
        boxes = [found for run in digits if (found := box_date(run) or self._broken(run))]
        if not (boxes or alone):
            boxes = [found for run in digits if (found := self._small_box(run, address))]
        if boxes or alone:
            return (boxes or alone)[0]
        return next(
            (d for text in texts if text.link == within and (d := whole_numeral_date(text.text))), None
        )

    def _broken(self, run: str) -> Dated | None:
        """A complete date whose parts stand in elements of their own."""
        return next(find_dates(run), None)

    def _small_box(self, run: str, address: str) -> Dated | None:
        """The day in an element of its own beside a month, without a year."""
        return whole_date(_DAY_FIRST.sub(r"\2月\1日", run), self.at, address)

    def _in_line(self, row: Element, link: Link) -> Dated | None:
        """A date in a short line of facts (市财政局 2021-02-19 10:08), or in brackets at its end.

        Sentences are left aside, and summaries that repeat the title.
        """
        texts = self._texts(row)
        barred = self._barred(texts, -1)
        runs = [run for run in _runs(texts, -1) if not _SENTENCE.search(run) and link.text[:8] not in run]
        found = [d for run in runs if len(run) <= _SHORT for d in find_dates(run) if d.day not in barred]
        if found:
            return self._newest(found)
        for run in runs:
            start = run.rfind("[")
            if start >= 0 and run.endswith("]") and len(run) - start <= 24:
                return find_date(run[start:], self.at)
        return None

    def _barred(self, texts: Sequence[Text], within: int) -> set[date]:
        """Days that a label says are no publish dates."""
        if not any(_OTHER_LABEL.search(text.text) for text in texts):
            return set()
        runs = _runs(texts, within)
        barred = {d.day for run in runs for d in find_dates(run) if _NO_PUBLISH.search(_before(run, d))}
        for label, text in pairwise(texts):  # a label in the cell before
            if len(label.text) <= _MINOR and text.text[:1].isdigit() and _NO_PUBLISH.search(label.text):
                barred |= {d.day for d in find_dates(text.text) if d.start == 0}
        return barred

    def _newest(self, dates: list[Dated]) -> Dated:
        """The newest that is not in the future: to take an older one could accuse falsely."""
        past = [d for d in dates if not in_future(d.day, self.at)]
        return max(past or dates[:1], key=lambda d: (d.day, d.moment is not None))

    def _beside(self, number: int, link: Link) -> Dated | None:
        """A date in the neighbouring element, as in dt/dd pairs or rows of two table rows."""
        element = self.page.elements[number]
        order = (element.after,) if element.tag == "dt" else (element.after, element.before)
        if element.tag != "dt" and self._dates_come_first.get(element.parent) is None:
            self._dates_come_first[element.parent] = self._date_leads(number)
        if element.tag != "dt" and self._dates_come_first[element.parent]:
            order = (element.before, element.after)
        for neighbour in order:
            if (
                neighbour < 0
                or self.page.elements[neighbour].links.start < self.page.elements[neighbour].links.stop
            ):
                continue
            near = self.page.elements[neighbour]
            if not self._may_be_dated(near):
                continue
            if neighbour == element.before and not _DATE_ONLY.match(self.page.text_of(near)):
                continue  # 更新日期: above a list is the page's
            texts = self.page.texts[near.texts]
            if 0 < sum(len(text.text) for text in texts) <= _SHORT:
                found = self._alone(texts, -1, link) or self._labelled(texts)
                if found is not None:
                    return found
        return None

    def _in_text_beside(self, link: Link) -> Dated | None:
        """A date in the bare text before or after a link, where several links share one element."""
        texts, place = self.page.texts, self.page.elements[link.element].texts
        parent = self.page.elements[link.element].parent
        if parent not in self._text_leads:
            first = self.page.links[self.page.elements[parent].links.start]
            start = self.page.elements[first.element].texts.start
            self._text_leads[parent] = self._bare_date(start - 1, parent, link) is not None
        number = place.start - 1 if self._text_leads[parent] else place.stop
        return self._bare_date(number, parent, link) if number < len(texts) else None

    def _bare_date(self, number: int, parent: int, link: Link) -> Dated | None:
        text = self.page.texts[number] if number >= 0 else None
        if text is None or text.element != parent or text.link >= 0:
            return None
        return whole_date(text.text, self.at, link.target or "")

    @cached_property
    def _text_leads(self) -> dict[int, bool]:
        return {}

    @cached_property
    def _dates_come_first(self) -> dict[int, bool]:
        return {}

    def _date_leads(self, number: int) -> bool:
        """True where, among the siblings of an element, a lone date stands before the first link."""
        leads = False
        while number >= 0:
            element = self.page.elements[number]
            if element.links.start < element.links.stop:
                leads = False
            elif element.texts.stop - element.texts.start in (1, 2, 3):
                said = self.page.text_of(element)
                leads = leads or (
                    _DATE_ONLY.match(said) is not None and whole_date(said, self.at) is not None
                )
            number = element.before
        return leads

    # --- tables ---

    def _head(self, row: Element) -> _Head:
        """Which dates the head of a row's table announces."""
        if row.tag != "tr":
            return _NO_HEAD
        table = row.parent
        if table not in self._heads:
            self._heads[table] = self._read_head(row)
        return self._heads[table]

    @cached_property
    def _heads(self) -> dict[int, _Head]:
        return {}

    def _read_head(self, row: Element) -> _Head:
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
            (self._cell_number(text.cell), text.text.replace(" ", ""))
            for text in self.page.texts[self.page.elements[head].texts][:_ROW_TEXTS]
        ]
        cells = {number: text for number, text in said if _HEAD_DATE.search(text)}
        published = (number for number, text in cells.items() if text.startswith("发布"))
        other = (number for number, text in said if _NO_PUBLISH.search(text))
        return _Head(next(published, next(iter(cells), -1)), frozenset(other) - cells.keys() - {-1})

    def _cell_number(self, cell: int) -> int:
        """The place of a cell in its row; -1 for what is in none."""
        number = -1
        while cell >= 0:
            number += 1
            cell = self.page.elements[cell].before
        return number

    # --- marks ---

    def _is_pinned(self, number: int, row: int) -> bool:
        link, element = self.page.links[number], self.page.elements[row]
        own = {link.element}
        texts = (t.text for t in self.page.texts[element.texts] if t.element not in own or len(t.text) <= 6)
        if any(_PINNED.search(text) for text in texts if len(text) <= 12) or _PINNED_MARK.match(link.text):
            return True
        return row in self._beside_pins and (element.tag in _ROWS or element.tag == "a")

    @cached_property
    def _beside_pins(self) -> frozenset[int]:
        """The elements that hold an image which marks a pinned item."""
        found: set[int] = set()
        for number, element in enumerate(self.page.elements):
            current = number if element.tag == "img" and _is_pin(element) else -1
            while current >= 0 and current not in found:
                found.add(current)
                current = self.page.elements[current].parent
        return frozenset(found)


def _in_title(link: Link) -> Dated | None:
    """The date that a link's title attribute tells behind a label."""
    facts = _FACTS.search(link.title)
    return next(find_dates(link.title[facts.end() :]), None) if facts else None


def _is_pin(image: Element) -> bool:
    if "置顶" in image.attribute("alt") or "置顶" in image.attribute("title"):
        return True
    return _PIN_IMAGE.search(image.attribute("src")[-_PIN_NAME:]) is not None


def _looks_listed(rows: Sequence[_Row]) -> bool:
    """True for undated rows that are titles of articles rather than a menu."""
    return len(rows) >= 3 and sum(len(row.title) for row in rows) >= 12 * len(rows)


def _goes_along(other: Link, own: Link) -> bool:
    """True for a link that may stand in the row of another one without making it a list."""
    if other.target is not None and other.target == own.target:
        return True
    return len(other.name) <= _MINOR and 2 * len(other.name) <= len(own.name)


def _before(run: str, found: Dated) -> str:
    """What stands right before a date; no label is longer, and texts with thousands of dates are read too."""
    return run[max(0, found.start - 24) : found.start]


def _runs(texts: Sequence[Text], within: int, only: re.Pattern[str] | None = None) -> Iterator[str]:
    """The texts of link ``within`` (-1: of none), joined as far as no link or table cell comes between.

    With ``only``, texts that do not match it come between too.
    """
    run: list[str] = []
    cell = -2
    for text in texts:
        usable = text.link == within and (only is None or only.match(text.text) is not None)
        if run and not (usable and text.cell == cell):
            yield " ".join(run)
            run = []
        if usable:
            run.append(text.text)
            cell = text.cell
    if run:
        yield " ".join(run)
