"""Service guides (办事指南): which element classes (要素) a page labels, and which labels have content.

A label is a word of the indicator set that stands alone in its text, before a colon, or in brackets. Its
content is the cell beside or below it, the definition after it, the pane of its tab, or what follows up to
the next label. What only a script fills is unknown, and a page that labels too little is no guide: neither
is judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from jiancha.pages.article_head import FILE
from jiancha.pages.columns import breadcrumb
from jiancha.pages.document import Document
from jiancha.pages.outline import Outline
from jiancha.standard import ServiceElement

_LEAST_LABELS = 2
_NUMBERING = r"(?:[(\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)\]、.]\s{0,3})?"
_TRIM = re.compile(rf"^[\s*★●■◆▶>·\[(]{{0,6}}{_NUMBERING}|[\s\])*]{{0,6}}$")
_NOTHING = re.compile(
    r"(?:暂?无(?:内容|信息|数据|说明|要求)?|暂缺|没有|[-/\\.、*]{1,20}|待(?:补充|完善|定|更新)|略|空|null|undefined)?[。.;]?",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[^\s:]{2,20}\s{0,3}:|\[[^\[\]]{2,20}\]")
_NONE_NEEDED = re.compile(r"无[。.;]?")
_TEMPLATE = re.compile(r"\{\{|\$\{|\{%|<%")
_NOT_TEXT = "img, object, embed, iframe, video, canvas"
_FILLS = re.compile(
    r"\.(?:html|text|append|innerHTML|innerText|textContent|load)\s?(?:\(|=)|\$\.(?:ajax|get|post|getJSON)\b"
    r"|\bfetch\(|\baxios\b|new Vue\b|createApp\(|XMLHttpRequest|\blaytpl\b|Mustache"
)
_BOUND = re.compile(r"\s(?:v-(?:for|if|show|html|text)|ng-(?:repeat|if|bind))\b")
_HEAD_TAGS = frozenset({"li", "a", "span", "div", "button"})
_HEAD_LENGTH = 12
_LEVELS_UP = 3
_MAX_LABELS = 400
_MAX_CHILDREN = 100  # of a row of cells or tabs; more is neither
_ATTACHED = "见附件"  # content that is no text: a picture, a file

#: A page that names nothing but its law is a guide all the same, and lacks all else.
_BASIS = frozenset({"basis"})
_GUIDE_NAME = re.compile(r"(?:办事|服务|办理|申请|申报)(?:指南|指引|须知)")

ATTACHED = "办事指南仅以附件提供，未能判断"
NO_GUIDE = "页面未识别为办事指南"
SCRIPTED = "要素内容由脚本加载，未能判断"
NO_PANES = "标签页与内容未能对应，未能判断"


class Guide(NamedTuple):
    """A guide page. ``present`` and ``missing`` hold ids of element classes; both are empty, and ``reason``
    says why, where the page was not ``judged``."""

    title: str
    judged: bool
    present: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str | None = None


class _Label(NamedTuple):
    """A label: its element classes, the text it stands in, and what follows it in that text.

    ``alone``: it is all its text says. ``open``: it ends with a colon.
    """

    ids: frozenset[str]
    text: int
    rest: str
    alone: bool
    open: bool


class _Unknown(Exception):
    """The content of a label is unclear; the message says why."""


def read_guide(document: Document, *, title: str, elements: Sequence[ServiceElement]) -> Guide:
    """Read the page of a service guide; ``title`` is what the link to it said.

    The name of a guide (the class ``name``) counts as given where the page has a title of its own.
    """
    page = document.outline
    own = _own_title(document.tree)
    title = (title or own)[:300]
    labels = list(_labels(page, _index(tuple(elements))))
    contacts = {element.id for element in elements if element.contact}
    named = frozenset[str]().union(*(label.ids for label in labels)) - contacts
    if len(named) < _LEAST_LABELS and not (named == _BASIS and _is_named_guide(document, title)):
        attached = _is_named_guide(document, title) and not labels and _has_file(page)
        return Guide(title, judged=False, reason=ATTACHED if attached else NO_GUIDE)
    try:
        present = _present(page, labels, elements, scripted=_scripted(document))
    except _Unknown as unknown:
        return Guide(title, judged=False, reason=str(unknown))
    if own:
        present.add("name")
    if not any(page.texts[label.text].cell >= 0 for label in labels):
        present |= set(_mentioned(page, labels, elements))
    known = [element.id for element in elements]
    return Guide(
        title,
        judged=True,
        present=tuple(each for each in known if each in present),
        missing=tuple(each for each in known if each not in present),
    )


def _is_named_guide(document: Document, title: str) -> bool:
    return _GUIDE_NAME.search(" ".join([title, document.title, *breadcrumb(document.outline)])) is not None


def _has_file(page: Outline) -> bool:
    return any(FILE.search(link.target or link.name) for link in page.links)


def _own_title(tree: LexborHTMLParser) -> str:
    for selector in ("h1", "h2", "title"):
        node = tree.css_first(selector)
        title = " ".join(node.text().split()) if node is not None else ""
        if title:
            return title
    return ""


def _scripted(document: Document) -> bool:
    filled = any(_FILLS.search(script) for _, script in document.scripts)
    return filled or _BOUND.search(document.text) is not None


def _present(
    page: Outline, labels: Sequence[_Label], elements: Sequence[ServiceElement], *, scripted: bool
) -> set[str]:
    """The classes whose label has content; raises _Unknown where that is unclear."""
    lenient = {element.id for element in elements if element.nothing_is_content}
    contents = _Contents(page, labels)
    present: set[str] = set()
    empty: set[str] = set()
    for number, label in enumerate(labels):
        content = contents.of(number)
        if _TEMPLATE.search(content):
            raise _Unknown(SCRIPTED)
        if not _NOTHING.fullmatch(content):
            present |= label.ids
        elif _NONE_NEEDED.fullmatch(content):
            present |= label.ids & lenient
        elif not content:
            empty |= label.ids
    if scripted and empty - present:
        raise _Unknown(SCRIPTED)
    return present


def _mentioned(page: Outline, labels: Sequence[_Label], elements: Sequence[ServiceElement]) -> Iterator[str]:
    """The classes of which prose speaks under the labels of others: nobody can say that it lacks them."""
    said = " ".join(text.text for text in page.texts[labels[0].text : _Contents(page, labels).scope])
    labelled = frozenset[str]().union(*(label.ids for label in labels))
    for element in elements:
        own = element.contact or element.id in labelled  # 监督电话 is no 联系电话
        if not own and any(word in said for word in element.words):
            yield element.id


class _LabelWords(NamedTuple):
    """The words of the element classes: by word, and as a pattern for labels within a text."""

    ids: Mapping[str, frozenset[str]]
    inline: re.Pattern[str]


@lru_cache(maxsize=8)
def _index(elements: tuple[ServiceElement, ...]) -> _LabelWords:
    ids: dict[str, frozenset[str]] = {}
    for element in elements:
        for word in element.words:
            ids[word] = ids.get(word, frozenset()) | {element.id}
    longest_first = "|".join(re.escape(word) for word in sorted(ids, key=len, reverse=True))
    colon = rf"(?<![\u4e00-\u9fffA-Za-z])({longest_first})\s{{0,3}}[\])]?\s{{0,3}}:"
    bracketed = rf"\[\s{{0,3}}({longest_first})\s{{0,3}}\]"
    return _LabelWords(ids, re.compile(f"{colon}|{bracketed}"))


def _labels(page: Outline, words: _LabelWords) -> Iterator[_Label]:
    """The labels of a page in order. The text of a link that leads elsewhere is none."""
    found = 0
    for number, text in enumerate(page.texts):
        if found >= _MAX_LABELS or (text.link >= 0 and page.links[text.link].target is not None):
            continue
        short = _TRIM.sub("", text.text)[:40] if len(text.text) <= 40 else ""
        bare = "".join(short.removesuffix(":").split())
        if bare in words.ids:
            found += 1
            yield _Label(words.ids[bare], number, "", alone=True, open=short.endswith(":"))
            continue
        matches = list(words.inline.finditer(text.text))
        for match, following in zip_longest(matches, matches[1:]):
            found += 1
            rest = text.text[match.end() : following.start() if following else None].strip()
            last = following is None
            yield _Label(words.ids[match[1] or match[2]], number, rest, alone=False, open=last and not rest)


class _Contents:
    """What each label of a page says. The rules give None for labels that are not theirs."""

    def __init__(self, page: Outline, labels: Sequence[_Label]) -> None:
        self.page, self.labels = page, labels
        self.at = {label.text for label in labels if label.alone}
        self.pictures = [
            (element.texts.start, element.parent) for element in page.elements if element.tag == "img"
        ]
        self.scope = self._scope()

    def of(self, number: int) -> str:
        label = self.labels[number]
        if label.rest or not (label.alone or label.open):
            return label.rest
        if label.alone:
            for rule in (self._in_cell, self._in_definition, self._in_pane):
                content = rule(label)
                if content is not None:
                    return content
        return self._following(number)

    # --- cells ---

    def _in_cell(self, label: _Label) -> str | None:
        """The cell beside a label that fills a cell, or below it in a table headed by labels."""
        elements, cell = self.page.elements, self.page.texts[label.text].cell
        if cell < 0 or elements[cell].texts.stop - elements[cell].texts.start > 1:
            return None
        if self._is_label(elements[cell].after) or self._is_label(elements[cell].before):
            row = elements[cell].parent
            cells = self._children(row)
            below = self._children(elements[row].after)
            if all(self._is_label(each) for each in cells) and len(cells) == len(below):
                return self._content(below[cells.index(cell)])
        beside = elements[cell].after
        if beside < 0:
            return None  # a heading row: its content follows
        return "" if self._is_label(beside) else self._content(beside)

    def _in_definition(self, label: _Label) -> str | None:
        """The dd elements after a label in a dt."""
        elements = self.page.elements
        current = self.page.texts[label.text].element
        for _ in range(_LEVELS_UP):
            if current < 0 or elements[current].tag == "dt":
                break
            current = elements[current].parent
        if current < 0 or elements[current].tag != "dt":
            return None
        contents, following = [], elements[current].after
        while following >= 0 and elements[following].tag == "dd":
            contents.append(self._content(following))
            following = elements[following].after
        return " ".join(contents).strip()

    # --- tabs ---

    def _in_pane(self, label: _Label) -> str | None:
        """The pane of a label that is the head of a tab."""
        elements = self.page.elements
        head = self.page.texts[label.text].element
        for _ in range(_LEVELS_UP):
            box = elements[head].parent if head >= 0 else -1
            if box < 0:
                return None
            heads = self._children(box)
            if not label.open and self._are_heads(heads):
                return self._content(self._panes(box, len(heads))[heads.index(head)])
            head = box
        return None

    def _are_heads(self, heads: Sequence[int]) -> bool:
        elements = self.page.elements
        if len(heads) < 2 or any(elements[head].tag not in _HEAD_TAGS for head in heads):
            return False
        texts = [self.page.text_of(elements[head]) for head in heads]
        return all(0 < len(text) <= _HEAD_LENGTH for text in texts) and (
            sum(self._is_label(head) for head in heads) >= 2
        )

    def _panes(self, box: int, count: int) -> list[int]:
        """The elements after the heads of tabs that hold one pane each."""
        elements = self.page.elements
        for _ in range(_LEVELS_UP):
            following: list[int] = []
            after = elements[box].after
            while after >= 0 and len(following) <= count:
                following.append(after)
                after = elements[after].after
            if following and len(children := self._children(following[0])) == count:
                return children
            if len(following) >= count and len({elements[n].tag for n in following[:count]}) == 1:
                return following[:count]
            box = elements[box].parent
            if box < 0:
                break
        raise _Unknown(NO_PANES)

    # --- what follows ---

    def _following(self, number: int) -> str:
        """What stands between a label and the next one, within the part of the page that has labels."""
        label = self.labels[number]
        start = label.text + 1
        stop = self.labels[number + 1].text if number + 1 < len(self.labels) else self.scope
        texts = [text.text for text in self.page.texts[start:stop]]
        if stop < len(self.page.texts) and number + 1 < len(self.labels):
            texts.append(self._before_label(self.labels[number + 1]))
        content = " ".join(texts).strip(" :;")
        if _NOTHING.fullmatch(content) and self._has_picture(start, stop):
            return _ATTACHED
        return content

    def _before_label(self, label: _Label) -> str:
        """What the text of a label that stands within it says before it."""
        text = self.page.texts[label.text].text
        return "" if label.alone else _LABELLED.split(text, maxsplit=1)[0]

    def _has_picture(self, start: int, stop: int) -> bool:
        own = {parent for at, parent in self.pictures if at == stop and self._is_label(parent)}
        return any(start <= at <= stop and parent not in own for at, parent in self.pictures)

    def _scope(self) -> int:
        """The end of the smallest element that holds all labels."""
        if not self.labels:
            return 0
        first, last = self.labels[0].text, self.labels[-1].text
        current = self.page.texts[first].element
        while current > 0 and self.page.elements[current].texts.stop <= last:
            current = self.page.elements[current].parent
        stop: int = self.page.elements[max(current, 0)].texts.stop
        if stop == last + 1 and current > 0:  # the last label's content may stand beside its element
            stop = self.page.elements[self.page.elements[current].parent].texts.stop
        return stop

    # --- elements ---

    def _children(self, number: int) -> list[int]:
        elements = self.page.elements
        child = number + 1
        if number < 0 or child >= len(elements) or elements[child].parent != number:
            return []
        children: list[int] = []
        while child >= 0 and len(children) < _MAX_CHILDREN:
            children.append(child)
            child = elements[child].after
        return children

    def _is_label(self, number: int) -> bool:
        """True for an element that holds one label and nothing else."""
        if number < 0:
            return False
        texts = self.page.elements[number].texts
        return texts.stop - texts.start == 1 and texts.start in self.at

    def _content(self, number: int) -> str:
        element = self.page.elements[number]
        content = self.page.text_of(element)
        has_link = element.links.start < element.links.stop
        if _NOTHING.fullmatch(content) and (has_link or element.node.css_first(_NOT_TEXT) is not None):
            return _ATTACHED
        return content
