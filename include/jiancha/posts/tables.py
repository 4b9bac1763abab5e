"""Tables of posts: self-reports (自主填报) with links, and exports of vendors, by a map of column names."""

from __future__ import annotations

import re
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
#: States (状态) of what everybody can see, matched whole (审核通过 is public), and of what nobody can.
_PUBLIC = re.compile(
    r"|正常|公开|所有人可见|有效|已?发[布表]|已?群发|已?上线|展示|.{0,6}成功|(?:已|免)审核?"
    r"|(?:审核|审批|复核)?已?通过|published?|public|normal|ok|success|visible|online"
)
_NOT_HIDDEN = re.compile(r"未(?:被)?(?:删除|撤回|撤销|屏蔽|隐藏|下架|驳回)|无(?:违规|删除)|非(?:私密|草稿)")
_HIDDEN = re.compile(
    r"删|草稿|私密|未发布|待审|审核|未通过|不通过|驳回|撤回|仅自己|定时|待发|下架|隐藏|屏蔽|失败|封禁"
    r"|deleted|draft|private|pending|rejected|failed|hidden|removed"
)
_BETWEEN_STATES = re.compile(r"[,，、;；:：/|()（）\[\]【】+]+")
_STATED_TOTAL = re.compile(r".{0,20}?共(?:计|有)?\s?(\d{1,7})\s?(条|篇|页).{0,40}")
_HEADER_ROWS = 10  # vendors put a title and a date above the header
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(38_000, 60_000)  # 2004 to 2064, where a cell's date lost its format


#: The rows of one sheet, with its header somewhere among the first.
Rows = Sequence[Sequence[str]]


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
            refuse(FailureKind.CONFIG, f"列映射中的字段不认识：{field[:40]}")
    return {field: ((own[field], *names) if field in own else names) for field, names in COLUMNS.items()}


def records_rows(records: Sequence[object]) -> list[list[str]]:
    """Rows of a list of JSON objects, under a header row."""
    objects = [table(record) for record in records]
    names = list(dict.fromkeys(name for row in objects[:50] for name in row))[:200]
    cells = [[_cell(row.get(name)) for name in names] for row in objects]
    return [[str(name) for name in names], *cells]


def has_header(rows: Sequence[Sequence[str]], columns: Mapping[str, Sequence[str]] = COLUMNS) -> bool:
    """True where one of the first rows names a publish time beside something else that is known."""
    return _header(rows, columns) is not None


def read_tables(
    tables: Sequence[Rows],
    reading: Reading,
    wanted: Wanted,
    columns: Mapping[str, Sequence[str]] = COLUMNS,
    *,
    lacking: str = "",
) -> Listing:
    """The wanted account's posts of one or more tables (a sheet a month) that may hold several accounts.

    ``lacking`` says what there is beside them that could not be read. That, rows that belong to nobody and a
    larger total that is stated make the listing incomplete. Raises UnreadableSource: SCHEMA without the
    needed columns, IDENTITY_MISMATCH where it holds other accounts only, or several and none is asked for,
    RENAMED where one identity has several names, SOURCE_EMPTY without rows, BAD_DATE without dates.
    """
    headed = [(header, rows) for rows in tables if (header := _header(rows, columns)) is not None]
    if not headed:
        refuse(FailureKind.SCHEMA, "表格没有可识别的表头（至少要有发布时间和账号、标题或链接）")
    body = [
        _Row(places, cells)
        for (start, places), rows in headed
        for cells in rows[start + 1 :]
        if list(cells) != list(rows[start])  # the header said again
    ]
    if not body:
        refuse(FailureKind.SOURCE_EMPTY, "表格没有任何条目")
    cut = len(body) > MAX_POSTS
    lacking = lacking or _lacking(body, tables)
    own = _own(body[:MAX_POSTS], wanted)
    posts = checked((row.post(n, reading) for n, row in enumerate(own)), wanted.platform)
    collected = [moment for row in own if (moment := reading.when(row.get("collected")).at) is not None]
    failure = FailureKind.TOO_LARGE if cut else FailureKind.INCOMPLETE if lacking else None
    return Listing(
        "table",
        posts,
        order="table",
        names=tuple(dict.fromkeys(filter(None, (row.get("name") for row in own)))),
        as_of=max(collected, default=None),
        failure=failure,
        reason=f"表格超过{MAX_POSTS}行，其余未读" if cut else lacking,
    )


def _lacking(body: Sequence[_Row], tables: Sequence[Rows]) -> str:
    """What tells that posts may be missing: rows of nobody, a stated total that is larger."""
    identities = {"name", "uid", "code"}
    for row in body:
        holds_post = any(row.get(field) for field in ("title", "url", "id", "published"))
        if holds_post and identities & row.places.keys() and not any(row.get(field) for field in identities):
            return "表格中有不知属于哪个账号的行"
    for rows in tables:
        for cells in (*rows[:_HEADER_ROWS], *rows[-_HEADER_ROWS:]):
            for cell in cells:
                stated = _STATED_TOTAL.fullmatch(cell) if len(cell) < 80 else None
                if stated and int(stated[1]) > (1 if stated[2] == "页" else len(body)):
                    return f"表格写明{stated[0].strip()[:40]}，只有{len(body)}行"
    return ""


class _Row(NamedTuple):
    """One row and where its fields stand."""

    places: Mapping[str, int]
    cells: Sequence[str]

    def get(self, field: str) -> str:
        index = self.places.get(field)
        return self.cells[index].strip() if index is not None and index < len(self.cells) else ""

    def post(self, position: int, reading: Reading) -> Post:
        public = _is_public(self.get("state"))
        when = _when(self.get("published"), reading)
        if public is None:
            when = Moment(None, None, f"unknown state {self.get('state')[:20]!r}")
        return post(
            position,
            when,
            id=self.get("id"),
            title=self.get("title"),
            url=self.get("url"),
            pinned=self.get("pinned").lower() in _YES,
            repost=self.get("repost").lower() in _YES,
            public=public is not False,
        )


def _is_public(state: str) -> bool | None:
    """Whether everybody can see what is in a state; None for one that is not known, or says both."""
    plain = _NOT_HIDDEN.sub("", "".join(state.lower().split()))
    words = [word for word in _BETWEEN_STATES.split(plain) if word]  # 已发布（已审核）
    public = [_PUBLIC.fullmatch(word) is not None for word in words]
    if all(public):
        return True
    return False if _HIDDEN.search(plain) and not any(public) else None


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
    name = "".join(wanted.name.split())
    same = [row for row in rows if not name or _named(row) == name or not row.get("name")]
    if wanted.uid and any(row.get("uid") for row in rows):
        own = [row for row in rows if row.get("uid") == wanted.uid]
    else:
        own = [row for row in same if not wanted.code or row.get("code") in ("", wanted.code)]
        if any(row.get("name") or row.get("code") for row in own):
            own = [row for row in own if row.get("name") or row.get("code")]
        identities = {row.get("uid") for row in own if name} - {""}
        chosen = set(map(id, own))
        own = [row for row in rows if id(row) in chosen or row.get("uid") in identities]
        if not own and wanted.code:
            own = [row for row in rows if row.get("code") == wanted.code]
    if not own:
        refuse(FailureKind.IDENTITY_MISMATCH, "表格中没有该账号的条目")
    names = dict.fromkeys(filter(None, map(_named, own)))
    if name and names.keys() - {name}:
        shown = "、".join(dict.fromkeys((*names, name)))[:80]
        refuse(FailureKind.RENAMED, f"表格中同一账号有不同名称：{shown}")
    if len({(row.get("name"), row.get("uid"), row.get("platform")) for row in own}) > 1 and not name:
        refuse(FailureKind.IDENTITY_MISMATCH, "表格含有多个账号，需指明账号名称")
    if len({row.get("uid") for row in own} - {""}) > 1:
        refuse(FailureKind.IDENTITY_MISMATCH, "表格含有多个同名账号，需指明平台账号")
    return own


def _named(row: _Row) -> str:
    return "".join(row.get("name").split())


def _same_platform(stated: str, wanted: str, kind: str) -> bool:
    if not stated or not wanted:
        return True
    return family(stated) == kind if kind or family(stated) else stated in wanted or wanted in stated


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
