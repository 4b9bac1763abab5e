"""Tables of posts: self-reports (自主填报) with links, and exports of vendors, by a map of column names."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from jiancha.errors import FailureKind
from jiancha.posts.clocks import checked, family
from jiancha.posts.feeds import Post
from jiancha.posts.model import MAX_POSTS, Listing, Moment, Reading, post, refuse, table, text

#: Header names by what they hold; the first that a table has is taken. A vendor's own come from a map.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "账号名称", "新媒体名称", "公众号名称", "公众号", "账号", "昵称", "作者",
        "name", "nickname", "account",
    ),
    "platform": ("账号类型", "平台类型", "平台", "platform"),
    "code": ("新媒体标识码", "标识码", "账号标识码"),
    "uid": ("账号ID", "平台账号", "uid", "biz", "wx_name"),
    "published": (
        "发布时间", "发布日期", "发文时间", "发表时间", "时间", "日期",
        "published_at", "publish_time", "publishTime", "posttime", "pubDate", "create_time", "date",
    ),
    "title": ("标题", "文章标题", "内容", "正文", "title", "content"),
    "url": ("链接", "文章链接", "原文链接", "网址", "地址", "url", "link"),
    "id": ("文章ID", "内容ID", "作品ID", "编号", "id", "mid", "item_id"),
    "pinned": ("置顶", "是否置顶", "pinned", "is_top"),
    "repost": ("转发", "是否转发", "原创/转发", "repost"),
    "state": ("状态", "发布状态", "state", "status"),
    "collected": ("采集时间", "更新时间", "导出时间", "抓取时间", "collected_at", "updated_at", "crawl_time"),
}  # fmt: skip
_YES = {"是", "1", "true", "yes", "y", "√", "置顶", "转发", "已置顶"}
_HIDDEN = (
    "删",
    "草稿",
    "私密",
    "未发布",
    "待审",
    "审核",
    "驳回",
    "撤回",
    "仅自己",
    "定时",
    "deleted",
    "draft",
    "private",
)
_HEADER_ROWS = 10  # vendors put a title and a date above the header
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(38_000, 60_000)  # 2004 to 2064, where a cell's date lost its format


class Wanted(NamedTuple):
    """The account whose rows are wanted; what is empty is not asked for."""

    platform: str = ""
    name: str = ""
    uid: str = ""
    code: str = ""


def column_map(own: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The known header names, with a vendor's ``own`` (field → header) before them."""
    for field in own:
        if field not in COLUMNS:
            refuse(FailureKind.CONFIG, f"列映射中的字段不认识:{field[:40]}")
    return {field: ((own[field], *names) if field in own else names) for field, names in COLUMNS.items()}


def csv_rows(source: str) -> list[list[str]]:
    """Rows of a CSV, tab- or semicolon-separated table; raises UnreadableSource where it is malformed."""
    delimiter = max(",\t;", key=source[:4096].count)
    reader = csv.reader(io.StringIO(source, newline=""), delimiter=delimiter, strict=True)
    try:
        return [[cell.strip() for cell in row] for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        refuse(FailureKind.BAD_CONTENT, f"表格第{reader.line_num}行格式有误:{error}")


def records_rows(records: Sequence[object]) -> list[list[str]]:
    """Rows of a list of JSON objects, under a header row."""
    objects = [table(record) for record in records]
    names = list(dict.fromkeys(name for row in objects[:50] for name in row))[:200]
    cells = [[_cell(row.get(name)) for name in names] for row in objects]
    return [[str(name) for name in names], *cells]


def has_header(rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]] = COLUMNS) -> bool:
    """True where one of the first rows names a publish time beside something else that is known."""
    return _header(rows, columns) is not None


def read_table(
    rows: Sequence[Sequence[str]],
    reading: Reading,
    wanted: Wanted,
    columns: Mapping[str, Sequence[str]] = COLUMNS,
) -> Listing:
    """The wanted account's posts of a table that may hold several accounts.

    Raises UnreadableSource: SCHEMA without the needed columns, IDENTITY_MISMATCH where it holds other
    accounts only, or several and none is asked for, SOURCE_EMPTY without rows, BAD_DATE without dates.
    """
    header = _header(rows, columns)
    if header is None:
        refuse(FailureKind.SCHEMA, "表格没有可识别的表头(至少要有发布时间和账号、标题或链接)")
    start, places = header
    body = [_Row(places, cells) for cells in rows[start + 1 : start + 1 + MAX_POSTS]]
    if not body:
        refuse(FailureKind.SOURCE_EMPTY, "表格没有任何条目")
    own = _own(body, wanted)
    posts = checked((row.post(n, reading) for n, row in enumerate(own)), wanted.platform)
    collected = [moment for row in own if (moment := reading.when(row.get("collected")).at) is not None]
    cut = len(rows) - start - 1 > MAX_POSTS
    return Listing(
        "table",
        posts,
        order="table",
        names=tuple(dict.fromkeys(filter(None, (row.get("name") for row in own)))),
        as_of=max(collected, default=None),
        failure=FailureKind.TOO_LARGE if cut else None,
        reason=f"表格超过{MAX_POSTS}行,其余未读" if cut else "",
    )


class _Row(NamedTuple):
    """One row and where its fields stand."""

    places: Mapping[str, int]
    cells: Sequence[str]

    def get(self, field: str) -> str:
        index = self.places.get(field)
        return self.cells[index].strip() if index is not None and index < len(self.cells) else ""

    def post(self, position: int, reading: Reading) -> Post:
        state = self.get("state").lower()
        return post(
            position,
            _when(self.get("published"), reading),
            id=self.get("id"),
            title=self.get("title"),
            url=self.get("url"),
            pinned=self.get("pinned").lower() in _YES,
            repost=self.get("repost").lower() in _YES,
            public=not any(word in state for word in _HIDDEN),
        )


def _header(
    rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]]
) -> tuple[int, dict[str, int]] | None:
    for number, cells in enumerate(rows[:_HEADER_ROWS]):
        names = [cell.strip().lower() for cell in cells[:200]]
        places = {
            field: names.index(known.lower())
            for field, aliases in columns.items()
            for known in reversed(aliases)
            if known.lower() in names
        }
        if "published" in places and {"name", "title", "url", "id"} & places.keys():
            return number, places
    return None


def _own(body: Sequence[_Row], wanted: Wanted) -> list[_Row]:
    kind = family(wanted.platform)
    rows = [row for row in body if _same_platform(row.get("platform"), wanted.platform, kind)]
    if wanted.uid and any(row.get("uid") for row in rows):
        rows = [row for row in rows if row.get("uid") == wanted.uid]
    if wanted.code and any(row.get("code") for row in rows):
        rows = [row for row in rows if row.get("code") == wanted.code]
    if wanted.name and not wanted.uid and any(row.get("name") for row in rows):
        rows = [row for row in rows if "".join(row.get("name").split()) == "".join(wanted.name.split())]
    if not rows:
        refuse(FailureKind.IDENTITY_MISMATCH, "表格中没有该账号的条目")
    if len({(row.get("name"), row.get("uid"), row.get("platform")) for row in rows}) > 1:
        refuse(FailureKind.IDENTITY_MISMATCH, "表格含有多个账号,需指明账号名称")
    return rows


def _same_platform(told: str, wanted: str, kind: str) -> bool:
    if not told or not wanted:
        return True
    return family(told) == kind if kind or family(told) else told in wanted or wanted in told


def _when(cell: str, reading: Reading) -> Moment:
    """A cell's moment; a bare number of days is a date of Excel's."""
    whole, _, fraction = cell.partition(".")
    if whole.isascii() and whole.isdigit() and int(whole[:12]) in _EXCEL_DAYS and len(whole) == 5:
        day = _EXCEL_EPOCH + timedelta(days=int(whole))
        if fraction and fraction.isascii() and fraction.isdigit():
            seconds = round(float(f"0.{fraction[:12]}") * 86_400)
            return reading.when(f"{datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)}")  # noqa: DTZ001
        return reading.when(day.isoformat())
    return reading.when(cell)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value) if isinstance(value, float) else text(value)
