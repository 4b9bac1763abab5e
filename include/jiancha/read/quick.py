"""The plain case of an article, read without looking at how the page is built.

Most articles say their publish date in one line under the title (来源:… 发布时间:2021-02-19 浏览:…). Where
a page says it so and says it once, the text alone is enough. Every other page is read in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from jiancha.read.dates import Dated, find_dates, plain
from jiancha.read.outline import resolve

_WORDS = (
    "布时间",
    "布日期",
    "稿时间",
    "稿日期",
    "文时间",
    "文日期",
    "时间:",
    "时间\uff1a",
    "日期:",
    "日期\uff1a",
)
_LABEL = re.compile(
    r"(?:(?:发布|发稿|发文|公开|上传|录入|公布|刊发)(?:日期|时间)|(?<=[\s|\]\[()【】〔〕])(?:日期|时间))"
    r"\s{0,3}[:\uff1a\u2236][\s\[]{0,4}"
)
_BYLINE = re.compile(r"来源|作者|浏览|阅读|点击|访问|字号|字体|责任编辑|编辑|分享|打印|大 中 小")
_BEFORE, _AFTER = 60, 100  # characters around a label in which the rest of its line stands
_DATE = 40
_MOST = 6  # labels; a page with more is a list


def plain_article(tree: LexborHTMLParser, html: str) -> Dated | None:
    """The publish date of a page that names just one, in the line under a title; None for any other page."""
    body = tree.body
    if body is None or not any(word in html for word in _WORDS):
        return None
    text = body.text(deep=True, separator="\n", strip=True)
    found: Dated | None = None
    for number, label in enumerate(_LABEL.finditer(text)):
        shown = next(find_dates(plain(text[label.end() : label.end() + _DATE])), None)
        if shown is None or shown.start > 0:
            return None  # a date that a script writes, or none
        around = text[max(0, label.start() - _BEFORE) : label.end() + _AFTER]
        if number >= _MOST or _BYLINE.search(around) is None or (found and found.day != shown.day):
            return None
        found = found or shown
    return found


def page_links(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """The addresses that a page links to, each once, in page order."""
    targets: dict[str, None] = {}
    for node in tree.css("a[href]"):
        attributes: Mapping[str, str | None] = node.attributes
        target = resolve(attributes.get("href") or "", url)
        if target is not None:
            targets[target] = None
    return tuple(targets)
