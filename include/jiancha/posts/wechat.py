"""WeChat: the official interfaces of an authorising owner, and single articles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any, NamedTuple

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing, Moment, Reading, flag, post, refuse, rows, table, text
from jiancha.posts.refusals import classify, seen_text
from jiancha.windows import ZONE

_ERRORS = {
    40001: FailureKind.AUTH_EXPIRED, 40014: FailureKind.AUTH_EXPIRED, 41001: FailureKind.AUTH_EXPIRED,
    42001: FailureKind.AUTH_EXPIRED, 42007: FailureKind.AUTH_EXPIRED, 61005: FailureKind.AUTH_EXPIRED,
    45009: FailureKind.RATE_LIMITED, 45011: FailureKind.RATE_LIMITED, 45047: FailureKind.RATE_LIMITED,
    48001: FailureKind.NOT_AUTHORISED, 48004: FailureKind.NOT_AUTHORISED, 50001: FailureKind.NOT_AUTHORISED,
    61003: FailureKind.NOT_AUTHORISED, 61007: FailureKind.NOT_AUTHORISED, 50002: FailureKind.BANNED,
    40002: FailureKind.CONFIG, 40013: FailureKind.CONFIG, 40125: FailureKind.CONFIG,
    40164: FailureKind.CONFIG, 41002: FailureKind.CONFIG, 41004: FailureKind.CONFIG,
    50004: FailureKind.NOT_AUTHORISED, 50007: FailureKind.BANNED,
    61500: FailureKind.CONFIG, 61501: FailureKind.CONFIG,
    61503: FailureKind.COLLECTOR_STALE, -1: FailureKind.SERVER_ERROR,
}  # fmt: skip
_ARTICLE = re.compile(r"mp\.weixin\.qq\.com|rich_media|__biz=|appmsg|js_content|weui-msg", re.IGNORECASE)
_CONTENT = re.compile(r"""id=["'](?:js_content|activity-name|js_name)["']""")
#: When an article went out, the most trusted first; ct is the moment of sending.
_TIMES = (
    ("ct", re.compile(r"""\b(?:var\s{1,5})?ct\s{0,5}[=:]\s{0,5}["'](\d{10})["']""")),
    ("create_time", re.compile(r"""(?<![A-Za-z_])create_time["']?\s{0,5}[=:]\s{0,5}["']?(\d{10})\b""")),
    ("publish_time", re.compile(r"""id=["']publish_time["'][^<>]{0,300}>\s{0,20}([^<>]{4,40})<""")),
    ("publish_time", re.compile(r"""\bpublish_time\s{0,5}[=:]\s{0,5}["']([^"'<>]{8,40})["']""")),
    ("createTime", re.compile(r"""\bcreateTime\s{0,5}[=:]\s{0,5}["']([^"'<>]{8,40})["']""")),
    ("oriCreateTime", re.compile(r"""\bori_?[Cc]reate_?[Tt]ime["']?\s{0,5}[=:]\s{0,5}["']?(\d{10})\b""")),
)  # fmt: skip
_NAME = (
    re.compile(r"""\bvar\s{1,5}nickname\s{0,5}=\s{0,5}(?:htmlDecode\()?["']([^"'<>]{1,60})["']"""),
    re.compile(r"""id=["']js_name["'][^<>]{0,200}>\s{0,50}([^<>]{1,60}?)\s{0,50}<"""),
    re.compile(r"""class=["']profile_nickname["'][^<>]{0,200}>\s{0,50}([^<>]{1,60}?)\s{0,50}<"""),
    re.compile(r"""\bnick_name\s{0,5}:\s{0,5}(?:JsDecode\()?["']([^"'<>]{1,60})["']"""),
)
_BIZ = re.compile(
    r"""\bvar\s{1,5}biz\s{0,5}=\s{0,5}(?:["']{2}\s{0,3}\|\|\s{0,3})?["']([A-Za-z0-9+/=]{8,40})["']"""
)
_TITLE = re.compile(
    r"""<meta[^<>]{0,100}property=["']og:title["'][^<>]{0,100}content=["']([^"'<>]{1,300})["']"""
)
_ADDRESS = re.compile(
    r"""<meta[^<>]{0,100}property=["']og:url["'][^<>]{0,100}content=["']([^"'<>]{1,1000})["']"""
)
_TOLERANCE = timedelta(hours=1)
_LONG_AGO = date(2000, 1, 1)
_READY = time(8)  # when the figures of the day before are there


def refuse_error(data: Mapping[str, Any]) -> None:
    """Raise UnreadableSource for an answer with an ``errcode``."""
    code = data.get("errcode")
    if not isinstance(code, int) or isinstance(code, bool) or code == 0:
        return
    message = text(data.get("errmsg"))
    kind = _ERRORS.get(code) or classify(message) or FailureKind.SERVER_ERROR
    refuse(kind, f"微信接口报错 {code}：{message[:100]}")


def read_totals(data: Mapping[str, Any], reading: Reading) -> Listing:
    """``datacube/getarticletotaldetail`` (and the older ``getarticletotal``): what went out in some days.

    It knows the day only, and no day later than yesterday. An answer does not tell which days it was asked
    for, so it speaks for no day after the last one on which it shows something.
    """
    refuse_error(data)
    listed = [table(row) for row in rows(data.get("list"))]
    if not listed:
        refuse(FailureKind.SOURCE_EMPTY, "微信接口没有返回任何发表记录")
    posts = tuple(_total(row, n, reading) for n, row in enumerate(listed))
    shown = max((entry.published_on for entry in posts if entry.published_on), default=_LONG_AGO)
    last = min(shown - timedelta(days=flag(data.get("is_delay"))), last_ready(reading.at))
    as_of = datetime.combine(last, time(23, 59, 59), ZONE)
    return Listing("wechat_api", posts, order="table", as_of=as_of)


class Day(NamedTuple):
    """What went out on one day; not ``ready``: there may be more than the interface knows yet."""

    posts: tuple[Post, ...]
    ready: bool = True


def last_ready(at: datetime) -> date:
    """The last day whose figures are there at a moment: yesterday, and before 08:00 the day before it."""
    local = at.astimezone(ZONE)
    return local.date() - timedelta(days=1 if local.time() >= _READY else 2)


def read_day(data: Mapping[str, Any], day: date, reading: Reading) -> Day:
    """``getarticletotaldetail``, asked for one day; no posts and ``ready``: nothing went out on that day.

    Raises UnreadableSource for an error, and for an answer to another question.
    """
    try:
        refuse_error(data)
    except UnreadableSource as error:
        if error.kind is not FailureKind.COLLECTOR_STALE:
            raise
        return Day((), ready=False)
    if not isinstance(data.get("list"), list):
        refuse(FailureKind.SCHEMA, "微信接口的应答没有 list")
    posts = tuple(_total(table(row), n, reading) for n, row in enumerate(rows(data["list"])))
    if any(entry.published_on != day for entry in posts):
        refuse(FailureKind.SCHEMA, f"微信接口被问{day}，答复的却是其他日期")
    return Day(posts, ready=not flag(data.get("is_delay")))


def read_published(data: Mapping[str, Any], reading: Reading) -> Listing:
    """``freepublish/batchget``: it leaves out what was sent to all followers, so it is an excerpt."""
    refuse_error(data)
    listed = [table(row) for row in rows(data.get("item"))]
    if not listed:
        refuse(FailureKind.SOURCE_EMPTY, "微信接口没有返回任何已发布内容")
    posts = []
    for number, row in enumerate(listed):
        content = table(row.get("content"))
        news = [table(item) for item in rows(content.get("news_item"))]
        first = news[0] if news else {}
        posts.append(
            post(
                number,
                reading.when(content.get("create_time") or row.get("update_time")),
                id=text(row.get("article_id")),
                title=text(first.get("title")),
                url=text(first.get("url")),
                public=not (news and all(flag(item.get("is_deleted")) for item in news)),
            )
        )
    return Listing("wechat_published", tuple(posts), order="excerpt")


def is_article(page: str) -> bool:
    """True for a page of the articles' server, errors included."""
    return _ARTICLE.search(page[:200_000]) is not None


def read_article(page: str, reading: Reading) -> Listing:
    """One article; raises UnreadableSource for a deleted or forbidden one and for a check of the visitor."""
    found = [(name, reading.when(match[1])) for name, pattern in _TIMES if (match := pattern.search(page))]
    if not found or not _CONTENT.search(page):
        visible = seen_text(page)
        kind = classify(visible[:2000])
        if kind is not None or not found:
            refuse(kind or FailureKind.BAD_DATE, f"文章页没有正文或发布时间：{visible[:60]}")
    name = next((unescape(match[1]).strip() for p in _NAME if (match := p.search(page))), "")
    biz, title, address = _BIZ.search(page), _TITLE.search(page), _ADDRESS.search(page)
    when = _agreed(found)
    if when.day is None:
        refuse(FailureKind.BAD_DATE, f"文章的发布时间无法识别（{when.rule}）")
    entry = post(
        0,
        when,
        id=unescape(address[1]) if address else "",
        title=unescape(title[1]) if title else "",
        url=unescape(address[1]) if address else "",
    )
    return Listing(
        "wechat_article",
        (entry,),
        order="excerpt",
        names=(name,) if name else (),
        uid=biz[1] if biz else "",
    )


def _agreed(found: list[tuple[str, Moment]]) -> Moment:
    """The most trusted time, unless the page contradicts itself; the time of writing may be older."""
    name, best = found[0]
    for other, when in found[1:]:
        if other == "oriCreateTime" or best.at is None or when.at is None:
            continue
        if abs(when.at - best.at) > _TOLERANCE:
            return Moment(None, None, f"{name} and {other} contradict each other")
    return best._replace(rule=name) if best.day else best


def _total(row: Mapping[str, Any], position: int, reading: Reading) -> Post:
    details = rows(row.get("detail_list")) or rows(row.get("details"))
    return post(
        position,
        reading.when(text(row.get("ref_date"))),
        id=text(row.get("msgid")),
        title=text(row.get("title")),
        url=text(row.get("url")) or text(row.get("content_url")) or _detail_url(details),
    )


def _detail_url(details: list[Any]) -> str:
    return next((found for row in details if (found := text(table(row).get("url")))), "")
