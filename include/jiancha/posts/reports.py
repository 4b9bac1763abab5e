"""Self-reports (自主填报): a CSV in which owners list their posts."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import NamedTuple

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.feeds import Post, dated

_HEADERS = ("新媒体标识码", "账号类型", "账号名称", "发布时间", "标题", "链接")


class ReportedPost(NamedTuple):
    """A post and the account it is reported for."""

    account_code: str
    platform: str
    name: str
    post: Post


def read_report(body: bytes, *, at: datetime) -> list[ReportedPost]:
    """All reported posts in the order of the rows; a row with an unreadable date is kept without one.

    UTF-8 (with or without BOM) or GB18030. Raises UnreadableSource with its kind where the body is no such
    table; the reason names the line.
    """
    text = _decoded(body)
    if text.lstrip()[:1] == "<":
        raise UnreadableSource(FailureKind.BAD_CONTENT, "数据源返回网页而不是自主填报表")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        order = _order([name.strip() for name in next(rows, [])])
        posts = [
            _post(row, order, rows.line_num, position, at)
            for position, row in enumerate(row for row in rows if any(cell.strip() for cell in row))
        ]
    except csv.Error as error:
        raise UnreadableSource(
            FailureKind.BAD_CONTENT, f"自主填报表第{rows.line_num}行格式有误:{error}"
        ) from error
    if not posts:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "自主填报表没有任何条目")
    return posts


def _order(names: list[str]) -> list[int]:
    """Where the wanted columns stand."""
    missing = [name for name in _HEADERS if name not in names]
    if missing:
        raise UnreadableSource(FailureKind.BAD_CONTENT, f"自主填报表缺少列:{'、'.join(missing)}")
    return [names.index(name) for name in _HEADERS]


def _post(row: list[str], order: list[int], line: int, position: int, at: datetime) -> ReportedPost:
    code, platform, name, published, title, link = (
        row[index].strip() if index < len(row) else "" for index in order
    )
    day, moment, rule = dated(published, at)
    post = Post(
        id=link[:500] or f"row {line}",
        title=title[:200],
        url=link[:2000],
        published_on=day,
        published_at=moment,
        date_rule=rule if day else f"row {line}: {rule}",
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
