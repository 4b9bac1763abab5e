"""Messages to an authority (咨询、留言、来信) and whether they were answered, as their lists and pages say.

Lists come as rows under a head that names their cells, as rows or cards with labels and states, and as plain
lists of titles. An unclear state is unknown, never open: whoever judges must ask the message's own
page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from typing import Literal, NamedTuple

from jiancha.pages.columns import breadcrumb
from jiancha.pages.document import Document
from jiancha.pages.outline import Link
from jiancha.text.dates import find_date, find_dates, in_future, whole_date

Status = Literal["answered", "open", "unknown"]

_DONE = "回复|答复|办结|处理|解决|反馈|回应|办理|办复|回信"
_OPEN = re.compile(
    rf"(?:未|待|没有|暂无|尚无)(?:予)?(?:{_DONE})|(?:回复|答复|处理|办理|受理)中|正在(?:处理|办理|受理|回复|答复)"
    r"|^(?:待办|未办结)$"
)
_ANSWERED = re.compile(
    rf"已(?:经)?(?:{_DONE}|完成|结案|采纳|公开答复)|^办结$|^(?:回复|答复|处理|办理)(?:完成|完毕)$|不予受理"
)
_STATE_LENGTH = 12
_ASKED = (
    r"(?:来信|留言|提问|提交|写信|咨询|信件|投递|登记|诉求|反映|发信|建议|问题|发布|发表|创建|申请)"
    r"(?:时间|日期)"
)
_REPLIED = rf"(?:{_DONE}|回答|答)(?:时间|日期)"
_ASKED_BEFORE = re.compile(rf"{_ASKED}\s{{0,3}}[:\])]{{0,2}}\s{{0,3}}[\[(]?$")
_REPLIED_BEFORE = re.compile(rf"{_REPLIED}\s{{0,3}}[:\])]{{0,2}}\s{{0,3}}[\[(]?$")
_ASKED_LABEL = re.compile(_ASKED)
_TITLE_HEAD = re.compile(r"标题|主题|题目|内容|名称|^(?:信件|留言|来信|咨询|问题|诉求)$")
_ASKED_HEAD = re.compile(rf"{_ASKED}|^(?:时间|日期)$")
_REPLIED_HEAD = re.compile(_REPLIED)
_STATE_HEAD = re.compile(
    r"状态|是否(?:回复|答复|办结)|(?:办理|处理|回复|答复|受理)(?:情况|结果|进度)|^(?:回复|答复)$"
)
_STATE_LABEL = re.compile(r"(?:状态|进度|(?:办理|处理|回复|答复)情况)\s{0,3}:\s{0,3}\[?([^\s:\]]{2,8})")
_QUESTION = re.compile(
    r"\[?(?:问|标题|主题|题目|(?:来信|留言|信件|咨询|问题|提问)(?:标题|主题|内容)?)\]?\s{0,3}:\s{0,3}(.{0,80})"
)
_REPLY = re.compile(
    r"(?:^|[\s\]])\[?(?:答|回答|(?:官方|单位|部门|局长)?(?:回复|答复)(?:内容|意见|情况)?|(?:办理|处理)(?:结果|意见))\]?\s{0,3}:\s{0,3}(.{0,40})"
    r"|(?:^|\s)(?:回复|答复)(?:内容|意见)\s{1,3}(.{0,40})"
)
_NO_REPLY = re.compile(r"^[\[(]?(?:暂无|暂未|尚未|还未|未|无|待|正在|等待|没有)")
_NEXT_LABEL = re.compile(r"^\S{2,6}(?:时间|日期|单位|部门|状态)\s{0,3}:")
_DIGIT = re.compile(r"\d")
#: Columns that show chosen replies.
_REPLIES = re.compile(r"(?:回复|答复|回信|办理结果|来信)(?:选登|选编|公开|公示|反馈)|选登")
_DETAIL = re.compile(r"^(?:查看|详情|详细|查看详情|更多|点击查看|\[?详细\]?)\S{0,3}$")
_HEAD_LENGTH = 12
_ROW_TAGS = frozenset({"li", "tr", "dl", "article"})
_ROW_TEXTS = 60
_ROW_LINKS = 6
_LONE_LINKS = 3
_TITLE = 4
_MAX_MESSAGES = 1000


class Message(NamedTuple):
    """A message as a list or its own page shows it; days are local, None where none is shown.

    ``url`` is its own page, or the address of the list where it has none. ``status`` is ``answered`` wherever
    a day or text of an answer is shown.
    """

    title: str
    url: str
    asked_on: date | None
    answered_on: date | None
    status: Status


def read_messages(document: Document) -> tuple[Message, ...]:
    """The messages that a list page shows, in page order."""
    reader = _Reader(document)
    found = list(reader.headed()) or list(reader.labelled()) or list(reader.titles())
    unique = {(message.url, message.title, message.asked_on): message for message in found}
    return tuple(unique.values())[:_MAX_MESSAGES]


def read_message(document: Document) -> Message:
    """What a message's own page says; its status is unknown where the page shows neither answer nor state."""
    page = document.outline
    texts = [t.text for t in page.texts if t.link < 0 or page.links[t.link].target is None]
    line = " ".join(texts)
    states = {_state(each) for each in texts if len(each) <= _STATE_LENGTH} - {"unknown"}
    alone: Status = states.pop() if len(states) == 1 else "unknown"
    asked, answered = _labelled_days(line, document.at)
    return Message(_asked_title(texts), document.url, asked, answered, _status(line, alone, answered))


def _asked_title(texts: Sequence[str]) -> str:
    """What a message calls itself: the text that is labelled so, else the first that may be a title."""
    for text, following in zip_longest(texts, texts[1:], fillvalue=""):
        match = _QUESTION.match(text)
        if match is not None:
            return match[1] or following
    return next((text for text in texts if len(text) >= _TITLE and ":" not in text), "")


def _state(text: str) -> Status:
    """The state that a short text names."""
    short = text.strip(" []()")
    if len(short) > _STATE_LENGTH:
        return "unknown"
    if _OPEN.search(short):
        return "open"
    return "answered" if _ANSWERED.search(short) else "unknown"


def _status(line: str, alone: Status, answered_on: date | None) -> Status:
    """The state of a message by what is said of it; an answer that is shown outweighs a state."""
    if answered_on is not None:
        return "answered"
    labelled = _STATE_LABEL.search(line)
    state = _state(labelled[1]) if labelled else "unknown"
    said: Status = state if state != "unknown" else alone
    reply = _REPLY.search(line)
    if reply is None:
        return said
    content = (reply[1] or reply[2] or "").strip()
    if not content or _NEXT_LABEL.match(content):
        return said
    return "open" if _NO_REPLY.match(content) and said != "answered" else "answered"


def _labelled_days(line: str, at: datetime) -> tuple[date | None, date | None]:
    """The days that a text calls the day of asking and the day of the answer."""
    asked = answered = None
    for found in find_dates(line):
        before = line[max(0, found.start - 20) : found.start]
        if in_future(found.day, at):
            continue
        if asked is None and _ASKED_BEFORE.search(before):
            asked = found.day
        elif _REPLIED_BEFORE.search(before):
            answered = max(answered, found.day) if answered else found.day
    return asked, answered


class _Cells(NamedTuple):
    """Which cells of a row hold what, by number; -1 for what no cell holds."""

    title: int
    asked: int
    answered: int
    state: int


class _Reader:
    """The three forms of lists on one page."""

    def __init__(self, document: Document) -> None:
        self.rows, self.page = document.rows, document.outline
        self.url, self.at = document.url, document.at
        self.heading = " ".join([document.title, *breadcrumb(document.outline)[-1:]])

    # --- rows under a head ---

    def headed(self) -> Iterator[Message]:
        done: set[int] = set()  # a table that repeats its head is read once
        for number, element in enumerate(self.page.elements):
            if element.parent in done or element.texts.stop - element.texts.start > _HEAD_LENGTH:
                continue
            heads = self._children(number)
            cells = self._head(heads) if len(heads) > 1 else None
            if cells is not None:
                done.add(element.parent)
                yield from self._under(number, cells, len(heads))

    def _under(self, head: int, cells: _Cells, count: int) -> Iterator[Message]:
        for row in self._rows_after(head):
            parts = self._children(row)
            message = self._by_cells(row, parts, cells) if len(parts) == count else None
            if message is not None:
                yield message

    def _head(self, heads: Sequence[int]) -> _Cells | None:
        texts = ["".join(self.page.text_of(self.page.elements[head]).split()) for head in heads]
        if any(len(text) > _HEAD_LENGTH for text in texts):
            return None
        answered = _first(texts, _REPLIED_HEAD)
        asked = _first(texts, _ASKED_HEAD, but=(answered,))
        state = _first(texts, _STATE_HEAD, but=(answered, asked))
        title = _first(texts, _TITLE_HEAD, but=(answered, asked, state))
        if title < 0 or (state < 0 and answered < 0):
            return None
        return _Cells(title, asked, answered, state)

    def _rows_after(self, head: int) -> Iterator[int]:
        elements = self.page.elements
        row = elements[head].after
        parent = elements[head].parent
        if row < 0 and parent >= 0 and elements[parent].tag == "thead" and elements[parent].after >= 0:
            row = next(iter(self._children(elements[parent].after)), -1)
        elif row < 0 and parent >= 0 and len(self._children(parent)) == 1 and elements[parent].after >= 0:
            yield from self._children(elements[parent].after)  # the head in a list of its own
        while row >= 0:
            yield row
            row = elements[row].after

    def _by_cells(self, row: int, parts: Sequence[int], cells: _Cells) -> Message | None:
        texts = [self.page.text_of(self.page.elements[part]) for part in parts]
        link = self._title_link(row)
        title = link.name if link is not None else texts[cells.title]
        asked = self._day(texts[cells.asked]) if cells.asked >= 0 else None
        answered = self._day(texts[cells.answered]) if cells.answered >= 0 else None
        if not title or (asked is None and answered is None and link is None):
            return None
        state = _state(texts[cells.state]) if cells.state >= 0 else "unknown"
        status: Status = "answered" if answered is not None else state
        return self._message(title, link, asked, answered, status)

    def _day(self, text: str) -> date | None:
        found = find_date(text, self.at)
        return found.day if found is not None and not in_future(found.day, self.at) else None

    # --- rows and cards with labels or states ---

    def labelled(self) -> Iterator[Message]:
        texts = self.page.texts
        short = [n for n, text in enumerate(texts) if len(text.text) <= 200]
        anchors = [n for n in short if _ASKED_LABEL.search(texts[n].text)]
        anchors = anchors or [n for n in short if _REPLIED_HEAD.search(texts[n].text)]
        if anchors:
            rows = [self._row_of(anchor, anchors) for anchor in anchors]
        else:
            anchors = [n for n in range(len(texts)) if self._names_state(n)]
            rows = self._with_siblings([self._row_of(anchor, anchors) for anchor in anchors])
        for row in dict.fromkeys(rows):
            message = self._by_labels(row)
            if message is not None:
                yield message

    def _names_state(self, number: int) -> bool:
        text = self.page.texts[number]
        if len(text.text) > _STATE_LENGTH + 4 or _state(text.text.rpartition(":")[2]) == "unknown":
            return False
        return text.link < 0 or self.page.links[text.link].text != text.text  # a filter, not a state

    def _row_of(self, anchor: int, anchors: Sequence[int]) -> int:
        """The largest element around an anchor that holds no other one."""
        elements = self.page.elements
        links = _LONE_LINKS if len(anchors) == 1 else _ROW_LINKS
        current = self.page.texts[anchor].element
        while (parent := elements[current].parent) > 0:
            span = elements[parent].texts
            alone = bisect_left(anchors, span.stop) - bisect_left(anchors, span.start) == 1
            count = elements[parent].links.stop - elements[parent].links.start
            whole = elements[current].tag in _ROW_TAGS and self._has_company(current)
            if whole or not alone or span.stop - span.start > _ROW_TEXTS or count > links:
                break
            current = parent
        return current

    def _has_company(self, number: int) -> bool:
        """True for an element that holds more than one text, unlike a cell."""
        return len(self.page.texts[self.page.elements[number].texts]) > 1

    def _with_siblings(self, rows: Sequence[int]) -> list[int]:
        """The rows with those beside them that look alike but name no state."""
        elements = self.page.elements
        known = set(rows)
        kinds = {(elements[row].parent, elements[row].tag, elements[row].names) for row in rows}
        for parent, tag, classes in kinds:
            if tag in ("li", "tr") or classes.strip():
                for each in self._children(parent):
                    alike = (elements[each].tag, elements[each].names) == (tag, classes)
                    if alike and elements[each].links.start < elements[each].links.stop:
                        known.add(each)
        return sorted(known)

    def _by_labels(self, row: int) -> Message | None:
        element = self.page.elements[row]
        link = self._title_link(row) or self._title_above(row)
        texts = [t for t in self.page.texts[element.texts] if link is None or not self._within(t.link, link)]
        whole = link is not None and not any(_DIGIT.search(text.text) for text in texts)
        if whole:  # the row lies within its link
            texts = list(self.page.texts[element.texts])
        line = " ".join(text.text for text in texts)
        asked, answered = _labelled_days(line, self.at)
        if asked is None:
            address = (link.target or "") if link is not None else ""
            days = [d.day for t in texts if (d := whole_date(t.text, self.at, address))]
            past = [day for day in days if not in_future(day, self.at) and day != answered]
            asked = min(past, default=None)
        said = [text.text for text in texts]
        title = link.name if link is not None and not whole else _asked_title(said)
        if not title or (asked is None and answered is None and link is None):
            return None
        others = (t.text for t in self.page.texts[element.texts] if link is None or t.text != link.name)
        known: Iterator[Status] = (state for text in others if (state := _state(text)) != "unknown")
        return self._message(title, link, asked, answered, _status(line, next(known, "unknown"), answered))

    def _title_above(self, row: int) -> Link | None:
        """The title in the line above, where lines of titles and lines of days take turns."""
        elements = self.page.elements
        above = elements[row].before
        if above < 0 or elements[above].tag != elements[row].tag:
            return None
        if elements[above].links.stop - elements[above].links.start != 1:
            return None
        dated = any(_ASKED_LABEL.search(text.text) for text in self.page.texts[elements[above].texts])
        return None if dated else self._title_link(above)

    def _within(self, number: int, link: Link) -> bool:
        return number >= 0 and self.page.links[number] is link

    # --- plain lists ---

    def titles(self) -> Iterator[Message]:
        replied = _REPLIES.search(self.heading) is not None
        for item in self.rows.lists():
            past = item.published_on is not None and not in_future(item.published_on, self.at)
            day = item.published_on if past else None
            url = item.url or self.url
            if replied:  # the only day that 回复选登 shows is the reply's
                yield Message(item.title, url, None, day, "answered")
            else:
                yield Message(item.title, url, day, None, "unknown")

    # --- both ---

    def _title_link(self, row: int) -> Link | None:
        """The longest link of a row that leads to a page and is no mere 详情."""
        links = self.page.links[self.page.elements[row].links]
        titled = [
            link for link in links if link.target is not None and _state(link.name) == "unknown" and link.name
        ]
        named = [link for link in titled if not _DETAIL.match(link.name)]
        return max(named or titled, key=lambda link: len(link.name), default=None)

    def _message(
        self, title: str, link: Link | None, asked: date | None, answered: date | None, status: Status
    ) -> Message:
        url = link.target if link is not None and link.target is not None else self.url
        return Message(title.strip()[:300], url, asked, answered, status)

    def _children(self, number: int) -> list[int]:
        elements = self.page.elements
        child = number + 1
        if number < 0 or child >= len(elements) or elements[child].parent != number:
            return []
        children = []
        while child >= 0:
            children.append(child)
            child = elements[child].after
        return children


def _first(texts: Sequence[str], pattern: re.Pattern[str], but: Sequence[int] = ()) -> int:
    return next((n for n, text in enumerate(texts) if n not in but and pattern.search(text)), -1)
