"""One page: what kind it is, and all that an inspection needs to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from selectolax.lexbor import LexborHTMLParser

from jiancha.read.charset import decode
from jiancha.read.columns import ColumnLink, column_links
from jiancha.read.data import data_items
from jiancha.read.dates import Dated, find_date, find_dates
from jiancha.read.items import Item, link_items, resolve
from jiancha.read.paging import next_page

_EMPTY = re.compile(r"暂无(?:信息|数据|内容|文章|记录|相关)|没有(?:相关|找到|查询到)|无相关(?:信息|数据|内容)|内容建设中|栏目建设中")
_REFRESH = re.compile(r"^\s*\d{1,3}\s*[;,]\s*url\s*=\s*[\"']?(.{1,500}?)[\"']?\s*$", re.IGNORECASE)
_SCRIPT_MOVE = re.compile(
    r"(?:window\.|self\.|top\.|document\.)?location(?:\.href|\.replace)?\s{0,3}(?:=|\()\s{0,3}[\"']([^\"'<>]{1,500})[\"']"
)
_PUBLISHED_LABEL = re.compile(r"(?:发布|发稿|更新|公开)(?:日期|时间)\s{0,3}[::]\s{0,3}(.{8,30})")
#: An inline script that asks for data may fill the list: the empty text is then only a placeholder.
_FILLED_LATER = re.compile(r"\$\.(?:ajax|get|post|getJSON)\b|XMLHttpRequest|\bfetch\(|\baxios\b|new Vue\b|createApp\(")
_STUB_BYTES = 3000
_LIST_ITEMS = 2


class PageKind(StrEnum):
    """What a page is. ``unknown`` is a legitimate answer: a list that cannot be read is not a blank one."""

    LIST = "list"
    ARTICLE = "article"
    BLANK = "blank"
    STUB = "stub"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What one page says. ``tags`` are its meta tags with lower-case names (国办发〔2017〕47号)."""

    kind: PageKind
    charset: str
    charset_rule: str
    title: str
    tags: dict[str, str]
    items: tuple[Item, ...]
    columns: tuple[ColumnLink, ...]
    next_page: str | None
    published: Dated | None
    redirect_to: str | None


def read_page(body: bytes, *, url: str, content_type: str | None, at: datetime) -> PageFacts:
    """Read a page fetched from ``url`` at ``at`` (aware)."""
    text, charset, charset_rule = decode(body, content_type)
    tree = LexborHTMLParser(text)
    tags = _tags(tree)
    items = link_items(tree, url, at)
    if not any(item.published_on for item in items):
        items = data_items(tree, url, at) or items
    redirect = _redirect(tree, text, url)
    published = _published(tree, tags, at)
    return PageFacts(
        kind=_kind(tree, items, tags, published, redirect),
        charset=charset,
        charset_rule=charset_rule,
        title=(tree.css_first("title").text().strip() if tree.css_first("title") else "")[:300],
        tags=tags,
        items=tuple(items),
        columns=tuple(column_links(tree, url, items)),
        next_page=next_page(tree, text, url),
        published=published,
        redirect_to=redirect,
    )


def _kind(
    tree: LexborHTMLParser, items: list[Item], tags: dict[str, str], published: Dated | None, redirect: str | None
) -> PageKind:
    if redirect is not None:
        return PageKind.STUB
    if tags.get("articletitle") or tags.get("pubdate"):
        return PageKind.ARTICLE
    dated = sum(item.published_on is not None for item in items)
    if dated >= _LIST_ITEMS or (dated == 1 and published is None):
        return PageKind.LIST
    if published is not None:
        return PageKind.ARTICLE
    if _EMPTY.search(_visible_text(tree)) and not _filled_later(tree):
        return PageKind.BLANK
    return PageKind.UNKNOWN


def _filled_later(tree: LexborHTMLParser) -> bool:
    return any(_FILLED_LATER.search(node.text() or "") for node in tree.css("script"))


def _visible_text(tree: LexborHTMLParser) -> str:
    body = tree.body
    if body is None:
        return ""
    return " ".join(node.text(deep=False) for node in body.traverse() if node.tag not in ("script", "style"))


def _tags(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[name]"):
        name = (node.attributes.get("name") or "").strip().lower()
        content = (node.attributes.get("content") or "").strip()
        if name and content and content.lower() != "null":
            found.setdefault(name, content[:500])
    return found


def _published(tree: LexborHTMLParser, tags: dict[str, str], at: datetime) -> Dated | None:
    """An article's publish date: the PubDate tag, else the labelled line."""
    if tags.get("pubdate"):
        found = find_date(tags["pubdate"], at)
        if found is not None:
            return found
    body = tree.body
    for match in _PUBLISHED_LABEL.finditer(body.text(separator=" ") if body is not None else ""):
        for found in find_dates(match[1], at):
            return found
    return None


def _redirect(tree: LexborHTMLParser, text: str, url: str) -> str | None:
    """Where a small page sends its visitor, by meta refresh or by script."""
    for node in tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").lower() == "refresh":
            match = _REFRESH.match(node.attributes.get("content") or "")
            target = resolve(match[1], url) if match else None
            if target is not None and target != url:
                return target
    if len(text) < _STUB_BYTES and len(tree.css("a[href]")) <= 2:
        match = _SCRIPT_MOVE.search(text)
        target = resolve(match[1], url) if match else None
        if target is not None and target != url:
            return target
    return None
