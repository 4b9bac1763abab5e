"""Feeds: JSON Feed, RSS and Atom, as lists of dated posts. An unreadable feed says why."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import urljoin

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.read.dates import Dated, parse_timestamp

_FIRST_YEAR = 2005  # before the platforms existed: an unset or cut-off year
_MAX_ENTRIES = 10_000
_MAX_DEPTH = 60
_DOCTYPE_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """One post. ``published_on`` is None where no date could be read; ``date_rule`` then says why."""

    id: str
    title: str
    url: str
    published_on: date | None
    published_at: datetime | None
    date_rule: str
    position: int
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed; ``next_url`` leads to older entries where the feed says so (RFC 5005)."""

    title: str
    entries: tuple[Post, ...]
    next_url: str | None
    format: Literal["json_feed", "rss", "atom"]


def read_feed(body: bytes, *, url: str, content_type: str | None, at: datetime) -> Feed:
    """Read a feed fetched at ``at``; raises UnreadableSource with its kind for anything else.

    A feed without entries is SOURCE_EMPTY: it proves nothing about the account.
    """
    start = body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] in (b"{", b"["):
        feed = _json_feed(body, url, at)
    elif _looks_like_html(start, content_type):
        raise UnreadableSource(FailureKind.BAD_CONTENT, "数据源返回网页而不是订阅源")
    else:
        feed = _xml_feed(body, url, at)
    if not feed.entries:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "订阅源没有任何条目")
    if all(entry.published_on is None for entry in feed.entries):
        raise UnreadableSource(FailureKind.BAD_DATE, "订阅源的条目都没有可读的发布时间")
    return feed


def dated(text: str, at: datetime) -> tuple[date | None, datetime | None, str]:
    """Day, moment and rule of a post's date text; years before the platforms are rejected."""
    if not text.strip():
        return None, None, "no date"
    found: Dated | None = parse_timestamp(text, at)
    if found is None:
        return None, None, f"unreadable date {text[:40]!r}"
    if found.day.year < _FIRST_YEAR:
        return None, None, f"implausible date {text[:40]!r}"
    return found.day, found.moment, found.rule


def _looks_like_html(start: bytes, content_type: str | None) -> bool:
    head = start[:500].lower()
    return b"<html" in head or b"<!doctype html" in head or (
        "html" in (content_type or "") and not head.startswith((b"<?xml", b"<rss", b"<feed"))
    )


def _json_feed(body: bytes, url: str, at: datetime) -> Feed:
    if _depth(body) > _MAX_DEPTH:
        raise UnreadableSource(FailureKind.BAD_CONTENT, "JSON 嵌套过深")
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, UnicodeDecodeError) as error:
        raise UnreadableSource(FailureKind.BAD_CONTENT, "JSON 不完整或格式有误") from error
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise UnreadableSource(FailureKind.BAD_CONTENT, "JSON 不是 JSON Feed:没有 items")
    rows = [item for item in items[:_MAX_ENTRIES] if isinstance(item, dict)]
    entries = tuple(_json_entry(item, position, url, at) for position, item in enumerate(rows))
    following = data.get("next_url")
    return Feed(
        title=_text(data.get("title")),
        entries=entries,
        next_url=urljoin(url, following) if isinstance(following, str) and following else None,
        format="json_feed",
    )


def _json_entry(item: Mapping[str, Any], position: int, url: str, at: datetime) -> Post:
    day, moment, rule = dated(_text(item.get("date_published")) or _text(item.get("date_modified")), at)
    link = _text(item.get("url")) or _text(item.get("external_url"))
    title = _text(item.get("title")) or _text(item.get("content_text"))
    return Post(
        id=_text(item.get("id")) or link or f"#{position}",
        title=title[:200],
        url=urljoin(url, link) if link else "",
        published_on=day,
        published_at=moment,
        date_rule=rule,
        position=position,
    )


def _depth(body: bytes) -> int:
    """Deepest nesting of brackets; brackets inside strings count too, which is on the safe side."""
    depth = deepest = 0
    for byte in body:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def _xml_feed(body: bytes, url: str, at: datetime) -> Feed:
    import feedparser  # 0.1 s: only where a feed is XML

    if _DOCTYPE_ENTITY.search(body[:10_000]):
        raise UnreadableSource(FailureKind.BAD_CONTENT, "XML 含有实体声明,拒绝解析")
    parsed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    version = str(parsed.get("version") or "")
    if not version:
        raise UnreadableSource(FailureKind.BAD_CONTENT, "不是 RSS、Atom 或 JSON Feed")
    entries = tuple(
        _xml_entry(entry, position, url, at) for position, entry in enumerate(parsed.entries[:_MAX_ENTRIES])
    )
    return Feed(
        title=_text(parsed.feed.get("title")),
        entries=entries,
        next_url=next(_next_links(parsed.feed.get("links") or [], url), None),
        format="atom" if version.startswith("atom") else "rss",
    )


def _xml_entry(entry: Mapping[str, Any], position: int, url: str, at: datetime) -> Post:
    text = _text(entry.get("published")) or _text(entry.get("updated"))
    day, moment, rule = dated(text, at)
    link = _text(entry.get("link"))
    return Post(
        id=_text(entry.get("id")) or link or f"#{position}",
        title=_text(entry.get("title"))[:200],
        url=urljoin(url, link) if link else "",
        published_on=day,
        published_at=moment,
        date_rule=rule,
        position=position,
    )


def _next_links(links: Sequence[Mapping[str, Any]], url: str) -> Iterator[str]:
    for link in links:
        if link.get("rel") == "next" and link.get("href"):
            yield urljoin(url, str(link["href"]))


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
