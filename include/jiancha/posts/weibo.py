"""Weibo: the mobile pages' JSON, and the open platform's timeline of an authorising owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jiancha.errors import FailureKind
from jiancha.posts.clocks import checked
from jiancha.posts.feeds import Post
from jiancha.posts.model import (
    MAX_POSTS,
    Listing,
    Moment,
    Reading,
    flag,
    post,
    refuse,
    rows,
    table,
    text,
)
from jiancha.posts.refusals import classify, seen_text

_PLATFORM = "新浪微博"
_UID_IN_CONTAINER = re.compile(r"^(?:107603|230413)(\d{5,})")
_GONE = re.compile(
    r"抱歉,?,?(?:此|该)微博已被(?:作者)?删除|该微博(?:已被删除|不存在)|由于.{0,20}暂时没有权限查看"
)
_DEPTH = 3  # cards in card groups
_API_ERRORS = {
    21314: FailureKind.AUTH_EXPIRED, 21315: FailureKind.AUTH_EXPIRED, 21316: FailureKind.AUTH_EXPIRED,
    21317: FailureKind.AUTH_EXPIRED, 21319: FailureKind.AUTH_EXPIRED, 21327: FailureKind.AUTH_EXPIRED,
    21332: FailureKind.AUTH_EXPIRED, 21321: FailureKind.NOT_AUTHORISED, 10014: FailureKind.NOT_AUTHORISED,
    21335: FailureKind.NOT_AUTHORISED, 10006: FailureKind.CONFIG, 10017: FailureKind.CONFIG,
    10022: FailureKind.RATE_LIMITED, 10023: FailureKind.RATE_LIMITED, 10024: FailureKind.RATE_LIMITED,
    20003: FailureKind.NOT_FOUND, 10009: FailureKind.SERVER_ERROR, 10001: FailureKind.SERVER_ERROR,
}  # fmt: skip


def read_mobile(data: Mapping[str, Any], reading: Reading) -> Listing:
    """``api/container/getIndex`` of m.weibo.cn, or the desktop's ``statuses/mymblog``.

    A post is pinned where any of the known marks says so: ``profile_type_id`` of its card, ``isTop``, a
    title 置顶, or ``mblogtype`` 2.
    """
    body = table(data.get("data"))
    _refuse_error(data, body)
    owner = _owner(body)
    found: list[Post] = []
    names: list[str] = [text(table(body.get("userInfo")).get("screen_name"))]
    for card, blog in _blogs(body):
        user = table(blog.get("user"))
        author = text(user.get("id") or user.get("idstr"))
        own = not owner or not author or author == owner
        if own:
            names.append(text(user.get("screen_name")))
            owner = owner or author
        found.append(_mblog(blog, len(found), reading, pinned=_pinned(card, blog), own=own))
        if len(found) >= MAX_POSTS:
            break
    if not found:
        refuse(FailureKind.SOURCE_EMPTY, "微博列表没有任何条目")
    return Listing(
        "weibo_mobile",
        checked(found, _PLATFORM),
        names=tuple(dict.fromkeys(filter(None, names))),
        uid=owner,
    )


def read_timeline(data: Mapping[str, Any], reading: Reading) -> Listing:
    """``statuses/user_timeline`` of the open platform; raises UnreadableSource for its error codes."""
    code = data.get("error_code")
    if code:
        kind = _API_ERRORS.get(code) if isinstance(code, int) else None
        message = text(data.get("error"))
        refuse(
            kind or classify(message) or FailureKind.SERVER_ERROR,
            f"微博接口报错 {text(code)}：{message[:100]}",
        )
    blogs = [table(row) for row in rows(data.get("statuses"))]
    if not blogs:
        refuse(FailureKind.SOURCE_EMPTY, "微博接口没有返回任何条目")
    users = [table(blog.get("user")) for blog in blogs]
    owner = next((text(user.get("idstr") or user.get("id")) for user in users if user), "")
    found = [_mblog(blog, n, reading, pinned=_pinned({}, blog), own=True) for n, blog in enumerate(blogs)]
    names = tuple(dict.fromkeys(filter(None, (text(user.get("screen_name")) for user in users))))
    return Listing("weibo_api", checked(found, _PLATFORM), names=names, uid=owner)


def _refuse_error(data: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    if data.get("ok") == 1:
        return
    message, address = text(data.get("msg")), text(data.get("url"))
    if re.search(r"geetest|captcha|verify", address):
        refuse(FailureKind.ANTI_BOT, "微博要求验证码")
    if "ok" in data and (data.get("ok") in (-100, "-100") or "passport" in address):
        refuse(FailureKind.NEEDS_LOGIN, "微博要求登录")
    if message or not (body.get("cards") or body.get("list")):
        kind = classify(message)
        if kind is None:
            kind = FailureKind.SCHEMA if message or not body else FailureKind.SOURCE_EMPTY
        refuse(kind, f"微博未返回列表：{message[:100] or '无说明'}")


def _owner(body: Mapping[str, Any]) -> str:
    named = text(table(body.get("userInfo")).get("id"))
    match = _UID_IN_CONTAINER.match(text(table(body.get("cardlistInfo")).get("containerid")))
    return named or (match[1] if match else "")


def _blogs(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Cards that hold a post, groups opened; or the desktop's plain list."""
    for row in rows(body.get("list")):
        yield {}, table(row)
    yield from _of_cards(rows(body.get("cards")), 0)


def _of_cards(cards: list[Any], depth: int) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for card in map(table, cards):
        if isinstance(card.get("mblog"), dict):
            yield card, card["mblog"]
        if depth < _DEPTH:
            yield from _of_cards(rows(card.get("card_group")), depth + 1)


def _pinned(card: Mapping[str, Any], blog: Mapping[str, Any]) -> bool:
    title = blog.get("title")
    return (
        text(card.get("profile_type_id")).startswith("proweibotop")
        or any(flag(holder.get(key)) for holder in (card, blog) for key in ("isTop", "is_top"))
        or "置顶" in text(table(title).get("text") if isinstance(title, dict) else title)
        or text(blog.get("mblogtype")) == "2"
    )


def _mblog(blog: Mapping[str, Any], position: int, reading: Reading, *, pinned: bool, own: bool) -> Post:
    mid = text(blog.get("mid")) or text(blog.get("idstr")) or text(blog.get("id"))
    user = text(table(blog.get("user")).get("id")) or "status"
    said = seen_text(text(blog.get("text_raw")) or text(blog.get("text")))
    label = text(table(blog.get("title")).get("text"))
    stated = blog.get("created_at")
    return post(
        position,
        reading.when(stated) if stated else Moment(None, None, "no date"),
        id=mid,
        title=said,
        url=f"https://m.weibo.cn/{user}/{mid}" if mid else "",
        pinned=pinned,
        repost=isinstance(blog.get("retweeted_status"), dict),
        public=own and "赞过" not in label and _visible(blog, said),
    )


def _visible(blog: Mapping[str, Any], said: str) -> bool:
    """False for deleted posts, and for those that only some may see."""
    kind = table(blog.get("visible")).get("type", 0)
    deleted = flag(blog.get("deleted")) or bool(_GONE.search(said[:100]))
    return kind in (0, "0", None) and not deleted
