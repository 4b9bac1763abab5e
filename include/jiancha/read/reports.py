"""Self-reports (自主填报): a CSV in which owners list their posts."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.read.feeds import Post, dated

_HEADERS = ("新媒体标识码", "账号类型", "账号名称", "发布时间", "标题", "链接")
_MAX_ROWS = 200_000


class ReportedPost(NamedTuple):
    """A post and the account it is reported for."""

    account_code: str
    platform: str
    name: str
    post: Post


def read_report(body: bytes, *, at: datetime) -> list[ReportedPost]:
    """All reported posts in the order of the rows; a row with an unreadable date is kept without one.

    UTF-8 (with or without BOM) or GB18030. Raises UnreadableSource with its kind where the body is no such
    table.
    """
    rows = csv.DictReader(io.StringIO(_decoded(body), newline=""))
    try:
        missing = [name for name in _HEADERS if name not in (rows.fieldnames or [])]
        if missing:
            raise UnreadableSource(FailureKind.BAD_CONTENT, f"自主填报表缺少列:{'、'.join(missing)}")
        posts = [_post(row, position, at) for position, row in enumerate(rows) if position < _MAX_ROWS]
    except csv.Error as error:
        raise UnreadableSource(FailureKind.BAD_CONTENT, f"自主填报表格式有误:{error}") from error
    if not posts:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "自主填报表没有任何条目")
    return posts


def _post(row: Mapping[str, str | None], position: int, at: datetime) -> ReportedPost:
    code, platform, name, published, title, link = ((row.get(header) or "").strip() for header in _HEADERS)
    day, moment, rule = dated(published, at)
    post = Post(
        id=link or f"row {position + 2}",
        title=title[:200],
        url=link,
        published_on=day,
        published_at=moment,
        date_rule=rule,
        position=position,
    )
    return ReportedPost(code, platform, name, post)


def _decoded(body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableSource(FailureKind.BAD_CONTENT, "自主填报表既不是 UTF-8 也不是 GB18030")
