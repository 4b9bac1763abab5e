"""One saved answer of any supported source, recognised by its content, as a Listing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from jiancha.accounts.plan import post_based
from jiancha.errors import FailureKind, RegistryError, UnreadableSource
from jiancha.posts import douyin, tables, wechat, weibo
from jiancha.posts.clocks import checked, family
from jiancha.posts.feeds import Feed, read_feed
from jiancha.posts.model import Listing, Reading, load_json, refuse, rows, table, text
from jiancha.posts.refusals import message_failure, page_failure, spoken
from jiancha.posts.tables import COLUMNS, Wanted
from jiancha.text.charset import decode
from jiancha.text.sheets import csv_rows, read_book
from jiancha.windows import ZONE

#: A saved answer may have been saved somewhat later than the checkpoint; what is dated later still is wrong.
AHEAD = timedelta(days=92)
_MAX_BYTES = 20_000_000
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_PLATFORM_FORMS = ("weibo", "wechat", "douyin")
#: Collectors that keep their own copy of WeChat accounts, by name or by the way they number accounts.
_KEEPS = re.compile(r"we-?mp-?rss|mp-?we-?rss|wewe-?rss|werss|MP_WXS_", re.IGNORECASE)
_MADE = re.compile(r"we-?mp-?rss|mp-?we-?rss|werss", re.IGNORECASE)  # states when the answer was made
_FEED = re.compile(r"<(?:rss|feed|rdf)\b", re.IGNORECASE)
_NEVER = datetime(2000, 1, 1, tzinfo=ZONE)
_HUB = re.compile("rsshub", re.IGNORECASE)
_HUB_CACHE = timedelta(hours=1)  # it asks the platform when it is asked, and keeps the answer so long
#: What sources put around an account's name.
_APART = re.compile(r"[\s|—_·:,()\[\]【】《》\-]+")
_AROUND = re.compile(
    r"(?:的|[\s\-—|_·]{1,3})(?:新浪|微信|今日)?(?:微博|抖音|头条号?|视频号|公众号|快手)?(?:主页|最新动态|动态|作品)?$"
    r"|^(?:微信公众号|新浪微博|抖音|今日头条)[\s::\-—|]{1,3}|[\s《》【】\[\]()]"
)


def read_saved(
    body: bytes,
    *,
    reading: Reading,
    wanted: Wanted,
    columns: Mapping[str, tuple[str, ...]] = COLUMNS,
    url: str = "",
) -> Listing:
    """The posts in a saved answer, or why there are none: never raises for what the answer holds.

    ``wanted`` is the account that was asked for: an answer that names another is IDENTITY_MISMATCH, one
    that names the right identity with another name RENAMED.
    """
    if not post_based(wanted.platform):
        kind = FailureKind.NOT_POST_BASED
        return Listing("", failure=kind, reason="移动客户端和小程序没有发布记录可查")
    try:
        listing = _read(body, reading, wanted, columns, url)
        _check_identity(listing, wanted)
    except UnreadableSource as error:
        return Listing("", failure=error.kind, reason=error.reason)
    counted = [post for post in listing.posts if post.public]
    if counted and all(post.published_on is None for post in counted) and listing.failure is None:
        why = counted[0].date_rule
        return replace(listing, failure=FailureKind.BAD_DATE, reason=f"发布时间都无法使用（{why}）")
    return listing


def _read(
    body: bytes, reading: Reading, wanted: Wanted, columns: Mapping[str, tuple[str, ...]], url: str
) -> Listing:
    if len(body) > _MAX_BYTES:
        refuse(FailureKind.TOO_LARGE, f"内容超过{_MAX_BYTES}字节")
    if body.startswith(_WORKBOOKS):
        sheets, lacking = _workbook(body, columns)
        return tables.read_tables(sheets, reading, wanted, columns, lacking=lacking)
    source = decode(body, None).text.lstrip("\ufeff \t\r\n")
    if not source:
        refuse(FailureKind.SOURCE_EMPTY, "数据源返回空内容")
    if source[0] in "{[":
        return _read_json(body, source, reading, wanted, columns, url)
    if source[0] == "<":
        return _read_markup(body, source, reading, wanted, url)
    return _read_text(source, reading, wanted, columns)


def _read_json(  # noqa: PLR0913, PLR0917 - what it takes to read any of the forms
    body: bytes,
    source: str,
    reading: Reading,
    wanted: Wanted,
    columns: Mapping[str, tuple[str, ...]],
    url: str,
) -> Listing:
    data = load_json(source)
    if isinstance(data, dict):
        wechat.refuse_error(data)
        for matches, read in _JSON_FORMS:
            if matches(data):
                return read(data, reading)
        if _is_feed(data):
            return _from_feed(body, reading, wanted, url)
        if data.get("error") or data.get("detail"):
            refuse(*message_failure(data.get("error") or data.get("detail")))
    records = _records(data)
    if records and tables.has_header(cells := tables.records_rows(records), columns):
        more = _states_more(data, len(records))
        return tables.read_tables([cells], reading, wanted, columns, lacking=more)
    if records == []:
        refuse(FailureKind.SOURCE_EMPTY, "数据源没有返回任何条目")
    if message := spoken(table(data)):
        refuse(*message_failure(message))
    refuse(FailureKind.SCHEMA, "JSON 不是任何一种支持的格式")


def _has(data: Mapping[str, Any], *path: str) -> bool:
    for key in path[:-1]:
        data = table(data.get(key))
    return path[-1] in data


def _is_totals(data: Mapping[str, Any]) -> bool:
    return "is_delay" in data or any("ref_date" in table(row) for row in rows(data.get("list"))[:3])


def _is_videos(data: Mapping[str, Any]) -> bool:
    """Douyin's list by its records; vendors page theirs with the same ``has_more``."""
    body = table(data.get("data"))
    records = [table(row) for row in rows(body.get("list"))[:3]]
    own = any("create_time" in row and ("item_id" in row or "video_id" in row) for row in records)
    return "has_more" in body and (own or (not records and "list" in body and "cursor" in body))


_Matches = Callable[[Mapping[str, Any]], bool]
_Reads = Callable[[Mapping[str, Any], Reading], Listing]
#: The forms of JSON, each by keys that no other has.
_JSON_FORMS: tuple[tuple[_Matches, _Reads], ...] = (
    (lambda d: _has(d, "data", "cards") or _has(d, "data", "cardlistInfo"), weibo.read_mobile),
    (lambda d: "ok" in d and ("data" in d or "url" in d or "msg" in d), weibo.read_mobile),
    (lambda d: "statuses" in d or ("error_code" in d and "request" in d), weibo.read_timeline),
    (lambda d: _has(d, "data", "error_code") or _has(d, "extra", "logid"), douyin.read_videos),
    (_is_videos, douyin.read_videos),
    (_is_totals, wechat.read_totals),
    (lambda d: "item" in d and "total_count" in d, wechat.read_published),
)  # fmt: skip


def _is_feed(data: Mapping[str, Any]) -> bool:
    """A JSON Feed; a collector leaves ``items`` out where it has none."""
    if "jsonfeed" in text(data.get("version")):
        return True
    items = data.get("items")
    known = ("date_published", "date_modified", "content_html", "content_text")
    first = table(items[0]) if isinstance(items, list) and items else {}
    return any(key in first for key in known)


def _records(data: Any) -> list[Any] | None:
    """The list of objects in a vendor's JSON: the document itself, or under a usual name, two levels deep."""
    if isinstance(data, list):
        return rows(data)
    for key in ("data", "items", "list", "articles", "rows", "records", "result", "posts"):
        value = table(data).get(key)
        if isinstance(value, list):
            return rows(value)
        if isinstance(value, dict) and (found := _records_inside(value)) is not None:
            return found
    return None


def _records_inside(data: Mapping[str, Any]) -> list[Any] | None:
    keys = ("list", "items", "articles", "rows", "records")
    return next((rows(data[key]) for key in keys if isinstance(data.get(key), list)), None)


def _read_markup(body: bytes, source: str, reading: Reading, wanted: Wanted, url: str) -> Listing:
    head = source[:1000].lower()
    if _FEED.search(head) or (head.startswith("<?xml") and "<html" not in head):
        return _from_feed(body, reading, wanted, url)
    if wechat.is_article(source):
        return wechat.read_article(source, reading)
    if re.search(r"<!doctype\s{1,5}html|<html|<head|<body|<script|<div|<title", head):
        refuse(*page_failure(source))
    return _from_feed(body, reading, wanted, url)


def _read_text(
    source: str, reading: Reading, wanted: Wanted, columns: Mapping[str, tuple[str, ...]]
) -> Listing:
    first = source[:2000]
    if any(sign in first for sign in ",\t;"):
        try:
            cells = [row for _, row in csv_rows("", source)]
        except RegistryError as error:
            refuse(FailureKind.BAD_CONTENT, f"表格第{error.row}行格式有误：{error.reason[:120]}")
        if tables.has_header(cells, columns):
            return tables.read_tables([cells], reading, wanted, columns)
    kind, reason = message_failure(first)
    refuse(kind if kind is not FailureKind.SERVER_ERROR else FailureKind.SCHEMA, reason)


def _workbook(body: bytes, columns: Mapping[str, tuple[str, ...]]) -> tuple[list[list[list[str]]], str]:
    """The sheets that are tables of posts, and what else there is that may be one (Chinese)."""
    try:
        book = read_book("export.xlsx", body)
    except RegistryError as error:
        refuse(FailureKind.BAD_CONTENT, f"工作簿无法读取：{error.reason[:120]}")
    found: list[list[list[str]]] = []
    lacking = ""
    for sheet in (*book.sheets, *book.hidden):
        cells = [cells for _, cells in sheet.rows]
        known, seen = tables.has_header(cells, columns), sheet in book.sheets
        if known and seen:
            found.append(cells)
        if known is not seen:
            lacking = f"工作表“{sheet.name}”{'未能识别' if seen else '是隐藏的，未读取'}"
        elif known and (sheet.hidden or sheet.faults):
            lacking = f"工作表“{sheet.name}”有隐藏的行或没有值的单元格"
    return found, lacking


_MORE = (
    "has_more", "hasMore", "has_next", "hasNext", "more", "next", "next_page", "nextPage", "next_url",
    "next_cursor",
)  # fmt: skip
_TOTAL = ("total", "total_count", "totalCount", "total_num", "totalNum", "recordsTotal", "totalElements")
_PAGES = ("pages", "total_pages", "totalPages", "page_count", "pageCount", "totalPage", "last_page")
_PAGING = ("page", "pagination", "meta", "paging")


def _states_more(data: Any, number: int) -> str:
    """What an answer of ``number`` records says of more that it does not hold (Chinese), or an empty text."""
    outer = [table(data), table(table(data).get("data"))]
    for part in [*outer, *(table(each.get(key)) for each in outer for key in _PAGING)]:
        if any(part.get(key) not in (None, False, "", 0, "0", "false", "False") for key in _MORE):
            return "数据源写明还有更多条目"
        for keys, limit in ((_TOTAL, number), (_PAGES, 1)):
            stated = [int(count) for key in keys if (count := text(part.get(key))[:9]).isdecimal()]
            if any(each > limit for each in stated):
                return f"数据源写明共{max(stated)}{'条' if keys is _TOTAL else '页'}，只有{number}条"
    return ""


def _from_feed(body: bytes, reading: Reading, wanted: Wanted, url: str) -> Listing:
    if b'"items"' not in body and body.lstrip()[:1] == b"{":
        refuse(FailureKind.SOURCE_EMPTY, "订阅源没有任何条目")
    feed = read_feed(body, url=url, content_type=None, at=reading.at, ahead=reading.ahead)
    return Listing(
        feed.format,
        checked(feed.entries, wanted.platform),
        names=feed_names(feed),
        as_of=_as_of(feed, reading),
        failure=FailureKind.TOO_LARGE if feed.cut_off else None,
        reason="订阅源条目过多，其余未读" if feed.cut_off else "",
    )


def _as_of(feed: Feed, reading: Reading) -> datetime | None:
    """The moment of a collector's last look; it has looked since where it has a later post.

    The collectors of WeChat answer from what they keep long after their log-in has run out: unless they
    say when they last looked, their newest post is all they prove. Other programs state when the feed last
    changed, which says nothing.
    """
    hub, keeps = _HUB.search(feed.generator), _KEEPS.search(f"{feed.generator} {feed.home}")
    if not (hub or keeps or feed.format == "json_feed"):
        return None
    made_at = feed.stated if feed.format == "json_feed" or not _MADE.search(feed.generator) else ""
    stated = reading.when(made_at).at if made_at else None
    if stated is None and not keeps:
        return None
    looked = [post.published_at for post in feed.entries if post.published_at is not None]
    if stated is not None:
        looked.append(stated + (_HUB_CACHE if hub else timedelta(0)))
    return max(looked, default=_NEVER)


def feed_names(feed: Feed) -> tuple[str, ...]:
    """The names a feed gives its account."""
    return tuple(dict.fromkeys(filter(None, (feed.title, *feed.authors))))


def _check_identity(listing: Listing, wanted: Wanted) -> None:
    made_for, asked_for = listing.form.partition("_")[0], family(wanted.platform)
    if asked_for and made_for != asked_for and made_for in _PLATFORM_FORMS:
        refuse(FailureKind.IDENTITY_MISMATCH, f"数据源不是{wanted.platform}的")
    same = bool(wanted.uid and listing.uid and wanted.uid == listing.uid)
    if wanted.uid and listing.uid and not same:
        refuse(FailureKind.IDENTITY_MISMATCH, f"数据源是另一账号的（{listing.uid[:40]}）")
    if same and wanted.name and listing.names and not _any_names(listing.names, wanted.name):
        shown = "、".join(listing.names)[:80]
        refuse(FailureKind.RENAMED, f"账号现名为{shown}，与登记名称{wanted.name}不符")
    check_names(listing.names, wanted.name)


def check_names(names: Sequence[str], asked: str) -> None:
    """Raise UnreadableSource, IDENTITY_MISMATCH, where a source names accounts but not the one asked for."""
    if names and asked and not _any_names(names, asked):
        shown = "、".join(names)[:80]
        refuse(FailureKind.IDENTITY_MISMATCH, f"数据源是“{shown}”的，不是“{asked}”的")


def plainer(body: bytes, error: UnreadableSource) -> UnreadableSource:
    """A plainer failure than BAD_CONTENT for a body that is no feed: a log-in page, a captcha, an error."""
    if error.kind is not FailureKind.BAD_CONTENT:
        return error
    source = decode(body, None).text.lstrip("\ufeff \t\r\n")
    try:
        if source[:1] == "{":
            data = load_json(source)
            wechat.refuse_error(data)
            message = table(data).get("error") or table(data).get("detail") or spoken(table(data))
            kind, reason = message_failure(message) if message else (error.kind, error.reason)
        elif source[:1] == "<" and not _FEED.search(source[:1000]):
            kind, reason = page_failure(source)
        else:
            return error
    except UnreadableSource as found:
        kind, reason = found.kind, found.reason
    return error if kind is FailureKind.BAD_CONTENT else UnreadableSource(kind, reason)


def _any_names(names: Sequence[str], asked: str) -> bool:
    return any(_names_it(name, asked) for name in names)


def _names_it(shown: str, asked: str) -> bool:
    """The same name, bare or with words around it that are set apart: 秦都发布 - 最新文章."""
    parts = _APART.split(unicodedata.normalize("NFKC", shown)[:200].lower())
    return _bare(shown) == _bare(asked) or _bare(asked) in map(_bare, parts)


def _bare(name: str) -> str:
    return _AROUND.sub("", unicodedata.normalize("NFKC", name)[:200].strip().lower())
