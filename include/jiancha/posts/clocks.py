"""The second clock: ids of some platforms hold the time they were made.

Used to reject dates, never to supply them: a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.posts.feeds import Post
from jiancha.windows import ZONE

#: A Weibo id counts seconds from here in its upper bits (checked on 22 recorded posts).
_WEIBO_EPOCH = 515_483_463
_TOLERANCE = timedelta(hours=1)
_DAY = timedelta(days=1)
_BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = re.compile(r"(?:(?<![0-9A-Za-z])|(?<=/[aiw]))\d{16,19}(?![0-9A-Za-z])")  # toutiao.com/i69…
_SHORT_ID = re.compile(r"/(?:\d{5,12}|status|detail)/([0-9A-Za-z]{9})$")
_FAMILIES = {
    "weibo": ("微博", "weibo", "xl"),
    "wechat": ("微信", "公众号", "订阅号", "服务号", "wechat", "weixin", "wx"),
    "douyin": ("抖音", "douyin", "dy"),
    "toutiao": ("头条", "toutiao", "jr"),
}
_BORN = {"weibo": 2009, "douyin": 2016, "toutiao": 2012}


class Clock(NamedTuple):
    """The time in an id; not ``exact``: the post is no older than that."""

    moment: datetime
    exact: bool


def family(platform: str) -> str:
    """weibo, wechat, douyin or toutiao for an account type as the registry writes it; else empty."""
    lower = platform.strip().lower()
    for name, signs in _FAMILIES.items():
        if any(sign == lower or (not sign.isascii() and sign in lower) for sign in signs):
            return name
    return ""


def id_clock(platform: str, post_id: str, url: str = "") -> Clock | None:
    """The clock in a post's id or address, or None: other platforms' ids tell no time."""
    kind = family(platform)
    if kind not in _BORN:
        return None
    for number in _numbers(kind, post_id, url):
        seconds = (number >> 22) + _WEIBO_EPOCH if kind == "weibo" else number >> 32
        if seconds < 4_102_416_000:
            moment = datetime.fromtimestamp(seconds, ZONE)
            if moment.year >= _BORN[kind]:
                return Clock(moment, kind != "toutiao")
    return None


def checked(posts: Iterable[Post], platform: str) -> tuple[Post, ...]:
    """The posts, those whose date contradicts the clock in their id left without a date."""
    return tuple(_checked(entry, platform) for entry in posts)


def _checked(entry: Post, platform: str) -> Post:
    clock = None if entry.published_on is None else id_clock(platform, entry.id, entry.url)
    if clock is None or not _contradicts(entry, clock):
        return entry
    rule = f"contradicts its id ({clock.moment:%Y-%m-%d %H:%M})"
    return replace(entry, published_on=None, published_at=None, date_rule=rule)


def _contradicts(entry: Post, clock: Clock) -> bool:
    slack = _TOLERANCE + entry.vague_days * _DAY
    if entry.published_at is not None:
        return entry.published_at < clock.moment - slack or (
            clock.exact and entry.published_at > clock.moment + slack
        )
    if entry.published_on is None:
        return False
    slack += _DAY if entry.date_rule == "relative" else timedelta(0)
    earliest, latest = (clock.moment - slack).date(), (clock.moment + slack).date()
    return entry.published_on < earliest or (clock.exact and entry.published_on > latest)


def _numbers(kind: str, post_id: str, url: str) -> Iterator[int]:
    for source in (post_id, url):
        path = _path(source) if "://" in source else source
        for match in _DIGITS.finditer(path[:500]):
            if (len(match[0]) == 16) == (kind == "weibo"):
                yield int(match[0])
        short = _SHORT_ID.search(path.rstrip("/")) if "weibo" in source else None
        if kind == "weibo" and short:
            yield _long_id(short[1])


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _long_id(short: str) -> int:
    """The number behind a Weibo address: groups of four base-62 signs from the right, seven digits each."""
    digits = ""
    while short:
        group, short = short[-4:], short[:-4]
        number = 0
        for sign in group:
            number = number * 62 + _BASE62.index(sign)
        digits = f"{number:07d}" + digits
    return int(digits)
