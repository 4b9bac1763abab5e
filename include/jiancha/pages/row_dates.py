"""The date of a list's row: beside the link, within it, or in the elements around them.

Where a row shows several dates, a label or the table's head decides; sentences (summaries) are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import accumulate, pairwise

from jiancha.pages.outline import Element, Link, Outline, Text
from jiancha.pages.table_heads import NO_PUBLISH, OTHER_DATES, TableHeads
from jiancha.text.dates import Dated, box_date, find_date, find_dates, in_future, whole_date
from jiancha.text.rare_dates import whole_rare_date

_SHORT = 40  # characters of a text that is a line of facts rather than a sentence
MINOR = 10  # characters of a link that only accompanies the title: [通知], 下载, 详情
_ENTRIES_ALIKE = 2  # entries of a list from which on its form is one
_SUMMARY = 3  # elements below a title that may hold its summary and date
_ENTRIES = frozenset({"li", "dd"})
_LABEL = re.compile(r"(?:发布|公开|发文|发稿|上传|录入|公布|更新)(?:日期|时间)?(?:于)?\s?:?\s{0,3}[\[(]?$")
_OTHER_LABEL = re.compile(rf"{OTHER_DATES}|今[天日]|[至到~]")
_END_DATE = re.compile(r"[\s\[](?:19|20)\d{2}([-/.])\d{1,2}\1\d{1,2}(?:\s\d{1,2}:\d{2}(?::\d{2})?)?\]?$")
#: What some makers write into a link's title attribute: its title, author and date, each behind a label.
FACTS = re.compile(r"(?:^|更新|发布|发表|添加|录入|\s)(?:时\s?间|日\s?期)\s?:\s?(?=(?:19|20)\d\d)")
#: A box without a year: the day before or behind its month.
_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/|]?\s(\d{1,2})\s?月")
#: A year's or day's date in brackets, as the last thing that a title says.
_BRACKETED_END = re.compile(r"[\[(<]\s?([^\[\](<>)]{5,30}?)\s?[\])>]\s?$")
_TITLE_TEXTS = 3  # a title is among the first texts of its link
_DATE_BEFORE = re.compile(
    r"(?=[\[(\d])[\[(]?\s?((?:(?:19|20)\d\d[-/.年]\s?)?\d{1,2}[-/.月]\s?\d{1,2}日?)(?:\s?[\])]|(?<!日)\s(?![至到~\-\d]))\s?(?=\S)"
)
IN_TITLE = "title"
_OWN_LABEL = re.compile(r"([\u4e00-\u9fff]{1,4})\s?:\s?(\d.{5,30})$")
_DATE_NAME = re.compile(r"(?<![a-z])c?(?:date|time|riqi|shijian|rq|sj)(?![a-z])", re.IGNORECASE)
_SENTENCE = re.compile(r"[。;!?…]|,.*,")
_DATE_SIGN = re.compile(r"\d|刚刚|[昨今前]天|[〇○零]")
_DATE_ONLY = re.compile(r"[\W\d_年月日]{1,40}$")
DIGITS = re.compile(r"[\d年月日\-/.|: ]{1,12}$")


class RowDates:
    """The dates beside the links of one page, fetched at ``at`` (aware)."""

    def __init__(self, page: Outline, at: datetime) -> None:
        self.page, self.at = page, at
        self._heads = TableHeads(page)
        signs = (_DATE_SIGN.search(text.text) is not None for text in page.texts)
        self._signs = [0, *accumulate(signs)]  # texts before each one that may hold a date
        self._text_leads: dict[int, bool] = {}
        self._dates_come_first: dict[int, bool] = {}
        self._entries: dict[int, dict[int, int]] = {}
        self.below: dict[int, int] = {}  # the element that dates a row from below its summary, by the row

    def inside(self, number: int) -> Dated | None:
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

    def in_title(self, number: int) -> Dated | None:
        """A date in brackets at the end of a title, or set before it. It is the row's where those beside it
        have one too."""
        element = self.page.elements[self.page.links[number].element]
        for text in self.page.texts[element.texts][:_TITLE_TEXTS]:
            set_off = _BRACKETED_END.search(text.text[-_SHORT:]) or _DATE_BEFORE.match(text.text)
            found = whole_date(set_off[1], self.at) if set_off and text.link == number else None
            if found is not None:
                return replace(found, rule=f"{IN_TITLE}:{found.rule}")
        return None

    def may_be_dated(self, element: Element) -> bool:
        return self._signs[element.texts.stop] > self._signs[element.texts.start]

    def in_row(self, row: Element, number: int) -> Dated | None:
        """The publish date among the texts of a row that belong to no link."""
        link, texts = self.page.links[number], self._texts(row)
        column = self._heads.of(row).published
        if column >= 0:
            headed = [text for text in texts if self._heads.cell_number(text.cell) == column]
            found = self._alone(headed, -1, link)
            if found is not None:
                return found
        return self._labelled(texts) or self._alone(texts, -1, link)

    def _texts(self, row: Element) -> Sequence[Text]:
        """The texts of a row without the cells that the table's head calls other dates (成文日期).

        What is hidden (a box with the document's data) is asked only where nothing else shows a date.
        """
        texts: Sequence[Text] = self.page.texts[row.texts]
        other = self._heads.of(row).other
        if other:
            texts = [text for text in texts if self._heads.cell_number(text.cell) not in other]
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
            d
            for text in texts
            if text.link == within
            and (d := whole_date(text.text, self.at, address) or self._under_own_label(text))
        ]
        complete = [d for d in alone if not d.rule.startswith("yearless") and d.day not in barred]
        if complete:
            return self._newest(complete)
        digits = list(_runs(texts, within, only=DIGITS))
        boxes = [found for run in digits if (found := box_date(run) or self._broken(run))]
        if not (boxes or alone):
            boxes = [found for run in digits if (found := self._small_box(run, address))]
        if boxes or alone:
            return (boxes or alone)[0]
        return next((d for text in texts if text.link == within and (d := whole_rare_date(text.text))), None)

    def _under_own_label(self, text: Text) -> Dated | None:
        """A date after a label of the page's own making (日间:2019-01-01), in an element named for dates."""
        said = _OWN_LABEL.match(text.text)
        if said is None or _OTHER_LABEL.search(said[1]):
            return None
        named = _DATE_NAME.search(self.page.elements[text.element].names)
        return whole_date(said[2], self.at) if named else None

    def _broken(self, run: str) -> Dated | None:
        """A complete date whose parts stand in elements of their own."""
        return next(find_dates(run), None)

    def _small_box(self, run: str, address: str) -> Dated | None:
        """The day in an element of its own beside a month, without a year."""
        return whole_date(_DAY_FIRST.sub(r"\2月\1日", run), self.at, address)

    def in_line(self, row: Element, link: Link) -> Dated | None:
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
        barred = {d.day for run in runs for d in find_dates(run) if NO_PUBLISH.search(_before(run, d))}
        for label, text in pairwise(texts):  # a label in the cell before
            if len(label.text) <= MINOR and text.text[:1].isdigit() and NO_PUBLISH.search(label.text):
                barred |= {d.day for d in find_dates(text.text) if d.start == 0}
        return barred

    def _newest(self, dates: list[Dated]) -> Dated:
        """The newest that is not in the future: to take an older one could accuse falsely."""
        past = [d for d in dates if not in_future(d.day, self.at)]
        return max(past or dates[:1], key=lambda d: (d.day, d.moment is not None))

    def beside(self, number: int, link: Link) -> Dated | None:
        """A date in the neighbouring element, as in dt/dd pairs or rows of two table rows."""
        element = self.page.elements[number]
        order = (element.after,) if element.tag == "dt" else (element.after, element.before)
        if element.tag != "dt" and self._dates_come_first.get(element.parent) is None:
            self._dates_come_first[element.parent] = self._date_leads(number)
        if element.tag != "dt" and self._dates_come_first[element.parent]:
            order = (element.before, element.after)
        elif (below := self._behind_summary(number, link)) is not None:
            return below
        for neighbour in order:
            if (
                neighbour < 0
                or self.page.elements[neighbour].links.start < self.page.elements[neighbour].links.stop
            ):
                continue
            near = self.page.elements[neighbour]
            if not self.may_be_dated(near):
                continue
            if neighbour == element.before and not _DATE_ONLY.match(self.page.text_of(near)):
                continue  # 更新日期: above a list is the page's
            texts = self.page.texts[near.texts]
            if 0 < sum(len(text.text) for text in texts) <= _SHORT:
                found = self._alone(texts, -1, link) or self._labelled(texts)
                if found is not None:
                    return found
        return None

    def _behind_summary(self, number: int, link: Link) -> Dated | None:
        """The date below a title and its summary, where the entries of a list are built of such elements."""
        parent = self.page.elements[number].parent
        if parent not in self._entries:
            self._entries[parent] = {}
            child = self.page.elements[parent].youngest if parent >= 0 else -1
            while child >= 0:
                if (behind := self._dated_behind(child)) >= 0:
                    self._entries[parent][child] = behind
                child = self.page.elements[child].before
        behind = self._entries[parent].get(number, -1)
        if behind < 0 or len(self._entries[parent]) < _ENTRIES_ALIKE:
            return None
        self.below[number] = behind
        return self._short_date(behind, link)

    def _dated_behind(self, number: int) -> int:
        """The element with a date among the few without links behind one that has some; -1 for none."""
        element = self.page.elements[number]
        if element.links.start == element.links.stop:
            return -1
        for _ in range(_SUMMARY):
            number = self.page.elements[number].after
            if number < 0 or self.page.elements[number].links.start < self.page.elements[number].links.stop:
                return -1
            if self._short_date(number, self.page.links[element.links.start]) is not None:
                return number
        return -1

    def _short_date(self, number: int, link: Link) -> Dated | None:
        near = self.page.elements[number]
        if not self.may_be_dated(near) or len(self.page.text_of(near)) > _SHORT:
            return None
        texts = self.page.texts[near.texts]
        return self._labelled(texts) or self._alone(texts, -1, link)

    def in_text_beside(self, link: Link) -> Dated | None:
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

    def of_whole_entry(self, number: int, link: int) -> Dated | None:
        """The date of an entry that holds a list of its own, such as what explains a document: the date
        stands beside that list, and the first link is the entry's."""
        entry = self.page.elements[max(number, 0)]
        if entry.tag not in _ENTRIES or entry.links.start != link:
            return None
        texts, elements = self.page.texts[entry.texts], self.page.elements
        own = [t for t in texts if t.element == number or elements[t.element].parent == number]
        return self._alone(own, -1, self.page.links[link])


def in_attribute(link: Link) -> Dated | None:
    """The date that a link's title attribute tells behind a label."""
    facts = FACTS.search(link.title)
    return next(find_dates(link.title[facts.end() :]), None) if facts else None


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
