"""Feeds: JSON Feed, RSS and Atom, as lists of dated posts. An unreadable feed says why.

XML is read with expat directly, not with feedparser: a feed that breaks off must be an error, not a
shorter list that makes an account look stale; entity declarations are refused before they can expand;
and parsing 10,000 entries takes 0.04 s instead of 1.8 s. Dates are read by ourselves in any case.
"""

from __future__ import annotations

import html.entities
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NoReturn
from urllib.parse import urljoin
from xml.parsers import expat

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.text.characters import clean
from jiancha.text.charset import decode
from jiancha.text.dates import Dated, parse_timestamp
from jiancha.windows import ZONE

_FIRST_YEAR = 2005  # before the platforms existed: an unset or cut-off year
_AHEAD = timedelta(days=1)  # clocks differ
_MAX_ENTRIES = 10_000
_MAX_DEPTH = 60
_LONGEST = {"title": 200, "id": 500, "url": 2000}
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_NAMES = {"amp", "lt", "gt", "quot", "apos"}
_DECLARATION = re.compile(r"^<\?xml[^>]{0,200}\?>")
_PINNED = re.compile(r"^\s{0,5}(?:[\[【((]?置顶[\]】))]|📌)")
_EDITED = re.compile(r"编辑|(?:修改|更新)于|最后更新|\bedited\b", re.IGNORECASE)
_GONE = re.compile(
    r"\W{0,3}(?:抱歉\W{0,2})?(?:该|此|这)(?:条|篇)?(?:内容|文章|微博|视频|作品|帖子|图文)"
    r"(?:因违规|涉嫌违.{0,20})?(?:暂时)?"
    r"(?:(?:已经?)?被?(?:发布者|作者|博主|用户|本人|平台)?(?:自行)?(?:删除|屏蔽)|(?:无法|不可)查看)"
)
_ATOM_LINK = "http://www.w3.org/2005/Atom}link"


@dataclass(frozen=True, slots=True)
class Post:
    """One post. ``published_on`` is None where no date could be read; ``date_rule`` then says why.

    ``public`` is False for what was deleted, is a draft or private, or is another account's. Where a
    platform says only "2周前", the post may be up to ``vague_days`` older than ``published_on``.
    """

    id: str
    title: str
    url: str
    published_on: date | None
    published_at: datetime | None
    date_rule: str
    position: int
    pinned: bool = False
    repost: bool = False
    public: bool = True
    vague_days: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed; ``next_url`` leads to older entries where the feed says so (RFC 5005).

    ``cut_off``: it has more than the 10,000 entries that are read. ``authors`` of the whole feed;
    ``generator`` is the program that made it, ``home`` its page and own address, ``stated`` the time the feed
    itself gives, as text.
    """

    title: str
    entries: tuple[Post, ...]
    next_url: str | None
    format: Literal["json_feed", "rss", "atom"]
    cut_off: bool = False
    authors: tuple[str, ...] = ()
    generator: str = ""
    home: str = ""
    stated: str = ""


def read_feed(
    body: bytes, *, url: str, content_type: str | None, at: datetime, ahead: timedelta = _AHEAD
) -> Feed:
    """Read a feed fetched at ``at``; raises UnreadableSource with its kind for anything else.

    A feed without entries is SOURCE_EMPTY: it proves nothing about the account. One in which no entry has
    a readable date is BAD_DATE; everything that is no feed, or not a whole one, BAD_CONTENT. Dates more
    than ``ahead`` after ``at`` are no dates.
    """
    text = decode(body, content_type).text.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        feed = _json_feed(text, url, at, ahead)
    elif _looks_like_html(text):
        _refuse("数据源返回网页而不是订阅源")
    else:
        feed = _xml_feed(text, url, at, ahead)
    if not feed.entries:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "订阅源没有任何条目")
    if all(entry.published_on is None for entry in feed.entries):
        raise UnreadableSource(
            FailureKind.BAD_DATE, f"订阅源的条目都没有可读的发布时间（{feed.entries[0].date_rule}）"
        )
    return feed


def dated(text: str, at: datetime, *, ahead: timedelta = _AHEAD) -> tuple[date | None, datetime | None, str]:
    """Day, moment and rule of a post's date text, or None, None and why there is none.

    A year before the platforms existed is an unset one; more than ``ahead`` after ``at`` nothing was posted
    yet. CST is China's time here, not that of Chicago as in RFC 822; -0000 is UTC (RFC 5322).
    """
    plain = re.sub(r"\bCST\b", "+0800", text.strip()[:200])
    plain = re.sub(r" -0000$", " +0000", plain)
    if not plain:
        return None, None, "no date"
    if _EDITED.search(plain):
        return None, None, "time of an edit"
    found: Dated | None = parse_timestamp(plain, at)
    if found is None:
        return None, None, f"unreadable date {plain[:40]!r}"
    if found.day.year < _FIRST_YEAR or found.day > (at.astimezone(ZONE) + ahead).date():
        return None, None, f"implausible date {plain[:40]!r}"
    return found.day, found.moment, found.rule


def is_gone(title: str) -> bool:
    """True for what a platform writes in the place of a post that was deleted."""
    return _GONE.match(title) is not None


def vagueness(text: str, rule: str) -> int:
    """Days by which a relative date ("2周前") may be too late: platforms round down."""
    if rule != "relative":
        return 0
    return 7 if "周" in text else int("天前" in text)


def _refuse(reason: str) -> NoReturn:
    raise UnreadableSource(FailureKind.BAD_CONTENT, reason)


def _looks_like_html(text: str) -> bool:
    head = text[:1000].lower()
    return not head.startswith(("<rss", "<feed", "<rdf")) and bool(
        re.search(r"<!doctype\s{1,5}html|<html|<head>|<body|<script", head)
    )


def _post(  # noqa: PLR0913 - an entry, and what it takes to read it
    fields: Mapping[str, str],
    position: int,
    url: str,
    at: datetime,
    ahead: timedelta,
    *,
    pinned: bool = False,
) -> Post:
    """An entry from its fields id, url, title, published, modified (each perhaps empty)."""
    day, moment, rule = dated(fields["published"] or fields["modified"], at, ahead=ahead)
    link, title = fields["url"], fields["title"]
    return Post(
        id=(fields["id"] or link or f"#{position}")[: _LONGEST["id"]],
        title=title[: _LONGEST["title"]],
        url=(_joined(url, link) if link else "")[: _LONGEST["url"]],
        published_on=day,
        published_at=moment,
        date_rule=rule if fields["published"] or day is None else f"modified:{rule}",
        position=position,
        pinned=pinned or _PINNED.match(title) is not None,
        public=not is_gone(title),
        vague_days=vagueness(fields["published"] or fields["modified"], rule),
    )


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link  # no address; whoever fetches it says so


# --- JSON Feed ---


def _json_feed(text: str, url: str, at: datetime, ahead: timedelta) -> Feed:
    try:
        data = json.loads(text)
    except RecursionError:
        _refuse("JSON 嵌套过深")
    except ValueError:
        _refuse("JSON 不完整或格式有误")
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        _refuse("JSON 不是 JSON Feed:没有 items")
    following = data.get("next_url")
    return Feed(
        title=_text(data.get("title")),
        entries=tuple(_json_entry(item, n, url, at, ahead) for n, item in enumerate(items[:_MAX_ENTRIES])),
        next_url=_joined(url, following) if isinstance(following, str) and following else None,
        format="json_feed",
        cut_off=len(items) > _MAX_ENTRIES,
        authors=_authors(data),
        home=f"{_text(data.get('home_page_url'))} {_text(data.get('feed_url'))}"[:2000],
        generator=_text(data.get("generator") or data.get("_generator")),
        stated=_text(data.get("_sync_time") or data.get("syncTime") or data.get("sync_time")),
    )


def _authors(data: Mapping[str, Any]) -> tuple[str, ...]:
    rows = data.get("authors")
    rows = rows[:20] if isinstance(rows, list) else [data.get("author")]
    names = (_text(row.get("name")) for row in rows if isinstance(row, dict))
    return tuple(name for name in names if name)


def _json_entry(item: Any, position: int, url: str, at: datetime, ahead: timedelta) -> Post:
    """What is no object is an entry without a date: something was posted there, and nobody knows when."""
    row: Mapping[str, Any] = item if isinstance(item, dict) else {}
    fields = {
        "id": _text(row.get("id")),
        "url": _text(row.get("url")) or _text(row.get("external_url")),
        "title": _text(row.get("title")) or _text(row.get("content_text")),
        "published": _text(row.get("date_published")),
        "modified": _text(row.get("date_modified")),
    }
    return _post(fields, position, url, at, ahead, pinned=row.get("_pinned") is True)


def _text(value: object) -> str:
    """A string or number as text that can be stored: lone surrogates cannot."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return ""
    return clean(str(value)).strip()


# --- RSS and Atom ---


def _xml_feed(text: str, url: str, at: datetime, ahead: timedelta) -> Feed:
    root = _parse_xml(text)
    kind = _local(root.tag)
    if kind not in ("rss", "feed", "RDF"):
        _refuse("数据源返回网页而不是订阅源" if kind == "html" else "不是 RSS、Atom 或 JSON Feed")
    channel = (
        root if kind == "feed" else next((child for child in root if _local(child.tag) == "channel"), None)
    )
    if channel is None:
        _refuse("RSS 没有 channel")
    # RSS 1.0 has its items beside the channel
    nodes = [node for parent in {id(p): p for p in (channel, root)}.values() for node in parent]
    entries = [node for node in nodes if _local(node.tag) in ("item", "entry")]
    return Feed(
        title=_child(channel, "title"),
        entries=tuple(_xml_entry(node, n, url, at, ahead) for n, node in enumerate(entries[:_MAX_ENTRIES])),
        next_url=next((_joined(url, link) for link in _links(channel, "next")), None),
        format="atom" if kind == "feed" else "rss",
        cut_off=len(entries) > _MAX_ENTRIES,
        authors=tuple(filter(None, (_child(n, "name") for n in channel if _local(n.tag) == "author"))),
        generator=_child(channel, "generator"),
        home=f"{_child(channel, 'link', 'id')} {next(_links(channel, 'self'), '')}"[:2000],
        stated=_child(channel, "lastBuildDate", "updated"),
    )


def _xml_entry(node: ET.Element, position: int, url: str, at: datetime, ahead: timedelta) -> Post:
    fields = {
        "id": _child(node, "id", "guid"),
        "url": _child(node, "link") or next(_links(node, "alternate"), ""),
        "title": _child(node, "title"),
        "published": _child(node, "published", "pubDate", "issued", "date"),
        "modified": _child(node, "updated", "modified"),
    }
    return _post(fields, position, url, at, ahead)


def _parse_xml(text: str) -> ET.Element:
    """The tree of a whole, well-formed document without entity declarations.

    Two common faults are mended first, as they say nothing about the list: control characters, and names
    such as ``&nbsp;`` that only HTML knows.
    """
    mended = _NAMED.sub(_number, _NOT_XML.sub("", _DECLARATION.sub("", text, count=1)))
    tree = ET.TreeBuilder()
    parser = expat.ParserCreate("utf-8", "}")
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            _refuse("XML 嵌套过深")
        tree.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(tag)

    def entity(*_: object) -> None:
        _refuse("XML 含有实体声明，拒绝解析")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = tree.data, entity
    parser.buffer_text = True
    try:
        parser.Parse(mended.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        _refuse(f"XML 不完整或格式有误（第{error.lineno}行）")
    return tree.close()


def _number(match: re.Match[str]) -> str:
    name = match[1]
    code = html.entities.name2codepoint.get(name)
    return match[0] if code is None or name in _XML_NAMES else f"&#{code};"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _child(node: ET.Element, *names: str) -> str:
    """Text of the first child with the first of these names that has any, markup inside left out."""
    for name in names:
        for child in node:
            if _local(child.tag) == name and (text := clean("".join(child.itertext())).strip()):
                return text
    return ""


def _links(node: ET.Element, rel: str) -> Iterator[str]:
    """Targets of Atom links, which also stand in RSS."""
    for child in node:
        target = (child.get("href") or "").strip()
        if child.tag == _ATOM_LINK and child.get("rel", "alternate") == rel and target:
            yield target
