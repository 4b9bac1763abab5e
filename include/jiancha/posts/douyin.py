"""Douyin: the open platform's ``video.list`` of an authorising owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiancha.errors import FailureKind
from jiancha.posts.clocks import checked
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing, Reading, flag, post, refuse, rows, table, text
from jiancha.posts.refusals import classify

_PLATFORM = "抖音短视频"
_ERRORS = {
    2190002: FailureKind.AUTH_EXPIRED, 2190008: FailureKind.AUTH_EXPIRED, 28001003: FailureKind.AUTH_EXPIRED,
    28001008: FailureKind.AUTH_EXPIRED, 10008: FailureKind.AUTH_EXPIRED, 2190003: FailureKind.NOT_AUTHORISED,
    2190004: FailureKind.NOT_AUTHORISED, 28001014: FailureKind.NOT_AUTHORISED,
    28001018: FailureKind.NOT_AUTHORISED, 28001019: FailureKind.NOT_AUTHORISED,
    2100007: FailureKind.NOT_AUTHORISED, 2190001: FailureKind.RATE_LIMITED,
    28003017: FailureKind.RATE_LIMITED, 2100009: FailureKind.BANNED,
    2100005: FailureKind.CONFIG, 2100004: FailureKind.SERVER_ERROR,
}  # fmt: skip
#: 5 is public, 1 the older name of 5 to 7; 2, 4, 6 and 7 are refused, in review, for friends, private.
_PUBLIC = ("", "1", "5")


def read_videos(data: Mapping[str, Any], reading: Reading) -> Listing:
    """The owner's videos, newest first; ``extra.now`` is the platform's time of the answer."""
    body, extra = table(data.get("data")), table(data.get("extra"))
    code = body.get("error_code") or extra.get("error_code")
    if text(code) not in ("", "0"):
        message = text(body.get("description")) or text(extra.get("description"))
        known = _ERRORS.get(int(text(code))) if text(code).isascii() and text(code).isdigit() else None
        refuse(
            known or classify(message) or FailureKind.SERVER_ERROR,
            f"抖音接口报错 {text(code)}：{message[:100]}",
        )
    listed = [table(row) for row in rows(body.get("list"))]
    if not listed:
        refuse(FailureKind.SOURCE_EMPTY, "抖音接口没有返回任何视频")
    posts = checked((_video(row, n, reading) for n, row in enumerate(listed)), _PLATFORM)
    return Listing("douyin_api", posts, as_of=_answered(extra, reading))


def _answered(extra: Mapping[str, Any], reading: Reading) -> datetime | None:
    return reading.when(extra.get("now")).at if extra.get("now") else None


def _video(row: Mapping[str, Any], position: int, reading: Reading) -> Post:
    return post(
        position,
        reading.when(row.get("create_time")),
        id=text(row.get("video_id")) or text(row.get("item_id")),
        title=text(row.get("title")),
        url=text(row.get("share_url")),
        pinned=flag(row.get("is_top")),
        public=text(row.get("video_status")) in _PUBLIC and row.get("is_reviewed") is not False,
    )
