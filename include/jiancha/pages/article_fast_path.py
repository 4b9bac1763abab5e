"""The plain case of an article, read without looking at how the page is built.

Most articles say their publish date in one line under the title (来源:… 发布时间:2021-02-19 浏览:…), with or
without a label. Where a page says it so and says it once, the text alone is enough. Every other page is read
in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from selectolax.lexbor import LexborHTMLParser

from jiancha.pages.article_head import TITLE
from jiancha.pages.document import Document
from jiancha.pages.labels import BYLINE, OF_ANOTHER, OWNER
from jiancha.pages.outline import Text
from jiancha.pages.shown_dates import BYLINES, LINE, NEAR, rank_among
from jiancha.text.dates import Dated, find_dates, plain

_WORDS = ("时间", "日期")
_NAMED = ("发布", "发稿", "公开", "上传", "录入", "公布", "刊发")
_ALONE = "\n \u3000\xa0|[]()【】〔〕"  # what stands before a mere 时间: or 日期:
_COLON = re.compile(r"\s{0,3}[:\uff1a\u2236][\s\[]{0,4}")
_BEFORE, _AFTER = 60, 100  # characters around a label in which the rest of its line stands
_DATE = 40
_BEFORE_MERE = 1000  # characters in which a byline without a label may stand
_EVENT = re.compile(
    r"\s{0,3}(?:[一-鿿]{1,2}午|至|到|起|(?:\S{1,3}[、.]\s{0,2})?(?:会议|活动)?地\s{0,4}[点址])"
)
_YEAR = re.compile(r"(?:19|20|\uff11\uff19|\uff12\uff10)[\d\uff10-\uff19]{2}")
_AROUND = NEAR + 1  # lines of which the rank of a date may depend
_TITLE_LINES = 8  # above the byline in which the title stands


def plain_article(document: Document) -> Dated | None:
    """The publish date of a page that names just one, in the line under a title; None for any other page."""
    body = document.tree.body
    if body is None or not document.is_page:
        return None
    text = body.text(deep=True, separator="\n", strip=True)
    labels = list(islice(_labels(text), 2)) if any(word in document.text for word in _WORDS) else []
    if len(labels) > 1:
        return None  # a list, or one that needs a closer look
    found = _labelled(text, *labels[0]) if labels else _in_byline(document, text)
    return replace(found, rule=f"byline:{found.rule}") if found is not None else None


def _labelled(text: str, start: int, end: int) -> Dated | None:
    """The day that a label names, if a byline stands around it."""
    found = next(find_dates(plain(text[end : end + _DATE])), None)
    if found is None or found.start > 0:
        return None  # a date that a script writes, or none
    if OF_ANOTHER.search(plain(text[max(0, start - OWNER) : end])):
        return None
    if BYLINE.search(text[max(0, start - _BEFORE) : end + _AFTER]) is None:
        return None
    doubtful = text[start : start + 2] not in _NAMED and _is_doubtful(text, start, end + found.end)
    return None if doubtful else found


def _in_byline(document: Document, text: str) -> Dated | None:
    """The one day that bylines without a label tell, under the title that the page's title element tells."""
    lines = text.split("\n")
    dated: list[tuple[int, Dated]] = []
    for number, line in enumerate(lines):
        if len(line) <= LINE and _YEAR.search(line):
            start = max(0, number - _AROUND)
            near = [Text(plain(each), 0, -1, -1) for each in lines[start : number + _AROUND + 1]]
            for found in find_dates(near[number - start].text):
                rank = rank_among(near, document.at, number - start, found)
                if rank is not None and rank not in BYLINES:
                    return None
                if rank is not None:
                    dated.append((number, found))
    if len(dated) != 1:
        return None  # none, or a list
    ((number, found),) = dated
    titled = _title_above(document.title, lines[max(0, number - _TITLE_LINES) : number])
    return found if titled and not _is_in_script(document.tree, lines[number]) else None


def _title_above(title: str, lines: Iterable[str]) -> bool:
    """True where one of the lines is a title that the page's own title begins with."""
    title = "".join(title.split())
    return any(len(line) >= TITLE and title.startswith("".join(line.split())) for line in lines)


def _is_in_script(tree: LexborHTMLParser, line: str) -> bool:
    return any(line in (node.text() or "") for node in tree.css("script, style"))


def _is_doubtful(text: str, start: int, end: int) -> bool:
    """True where a mere 时间: may be an event's: a date stands before it, or a word of events behind."""
    before = next(find_dates(plain(text[max(0, start - _BEFORE_MERE) : start + 2])), None)
    return before is not None or _EVENT.match(text, end) is not None


def _labels(text: str) -> Iterator[tuple[int, int]]:
    """Where the labels of publish dates begin and end: 发布时间: and the like, also a mere 日期:."""
    for word in _WORDS:
        place = text.find(word)  # a pattern would look at each character of long texts
        while place >= 0:
            before = text[max(0, place - 2) : place]
            colon = _COLON.match(text, place + len(word))
            if colon is not None and (before in _NAMED or before[-1:] in _ALONE):
                yield max(0, place - 2), colon.end()
            place = text.find(word, place + 1)
