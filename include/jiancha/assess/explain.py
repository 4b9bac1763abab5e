"""How a verdict came about, in Chinese: registry, visit, columns or posts, freshness, findings, verdict."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from jiancha.assess.amounts import COLUMN_OUTCOMES, HOME_METHODS, OUTCOME_NAMES, amount, limit, state
from jiancha.assess.explain_checks import availability_lines, channel_lines, page_lines, picture_lines
from jiancha.errors import LakeError
from jiancha.lake import Lake
from jiancha.standard import Standard
from jiancha.text.characters import printed
from jiancha.windows import ZONE

if TYPE_CHECKING:
    import pyarrow as pa

#: Tables of which each target has a file of its own, and those that hold all targets of a window.
_COLLECTED = (
    "visits",
    "columns",
    "items",
    "listings",
    "messages",
    "guides",
    "links",
    "suspicions",
    "screenshots",
)
_TOGETHER = (
    "column_freshness",
    "home_freshness",
    "message_states",
    "guide_states",
    "account_freshness",
    "availability",
    "measurements",
    "findings",
    "site_marks",
    "site_links",
)
_HOME = "home"
#: What the names in a finding's detail mean; others are printed as they are.
_DETAILS = {
    "checkpoint": "监测时间点",
    "newest": "最新",
    "method": "认定方式",
    "title": "标题",
    "url": "地址",
    "record": "证据记录",
}
#: Lines that one list in a finding's detail may fill.
_MOST_LINES = 50

_Row = dict[str, Any]
#: The rows of one target by table.
_Rows = Mapping[str, list[_Row]]


def explain(
    lake: Lake,
    window_key: str,
    code: str,
    standard: Standard | None = None,
    decided: Callable[[str], Sequence[str]] = lambda _: (),
) -> str:
    """The chain of evidence for every target with this code: page, item, freshness, indicator, verdict.

    With ``standard`` the indicators carry their names and limits; ``decided`` gives lines on what
    people made of a target, which come last. Raises LakeError where the window
    was not assessed or has no target with the code.
    """
    verdicts = _rows_where(lake.window_table("verdicts", window_key), "code", [code])
    if not verdicts:
        raise LakeError(f"no target with code {code} was assessed in window {window_key}")
    targets = [verdict["target_id"] for verdict in verdicts]
    together = {
        table: _rows_where(lake.window_table(table, window_key), "target_id", targets) for table in _TOGETHER
    }
    chains = []
    for verdict in verdicts:
        target = verdict["target_id"]
        rows = {
            name: [row for row in found if row["target_id"] == target] for name, found in together.items()
        }
        rows |= {table: target_rows(lake, table, window_key, target) for table in _COLLECTED}
        lines = [*_lines(window_key, verdict, rows, standard), *decided(target)]
        chains.append("\n".join(printed(line) for line in lines))
    return "\n\n".join(chains)


def target_rows(lake: Lake, table: str, window_key: str, target: str) -> list[_Row]:
    """The rows that collecting left of one target, which are a file of its own."""
    path = lake.table_path(table, window_key, target)
    return lake.read_rows(path) if path.exists() else []


def _rows_where(table: pa.Table, column: str, values: Sequence[str]) -> list[_Row]:
    """The rows that hold one of the values, found before any becomes an object: a country has a million."""
    import pyarrow as arrow
    import pyarrow.compute as pc

    wanted = arrow.array(values, table[column].type)
    rows: list[_Row] = table.filter(pc.is_in(table[column], value_set=wanted)).to_pylist()
    return rows


def _lines(window: str, verdict: _Row, rows: _Rows, standard: Standard | None) -> Iterator[str]:
    platform = f"（{verdict['platform']}）" if verdict["platform"] else ""
    yield f"{verdict['name']}{platform} {verdict['code']} · 窗口 {window} · 名录第{verdict['row']}行"
    why = verdict["problem"] or verdict["reason"] or ""
    yield f"结论：{OUTCOME_NAMES[verdict['outcome']]} {why}".rstrip()
    yield from _visit_lines(rows)
    yield from _home_lines(rows)
    yield from _column_lines(rows)
    yield from channel_lines(rows)
    yield from _account_lines(rows)
    yield from availability_lines(rows)
    for row in rows["measurements"]:
        yield _measurement_line(row, standard)
    yield from _finding_lines(rows)
    yield from picture_lines(rows)
    yield from page_lines(rows)


def _visit_lines(rows: _Rows) -> Iterator[str]:
    if not rows["visits"]:
        yield "读取：没有采集结果"
    for visit in rows["visits"]:
        described = f"{visit['url'] or '无地址'}，{_moment(visit['as_of'])}，{visit['requests'] or 0}次请求"
        yield f"读取：{described}，证据 {visit['evidence'] or '无'}"
        if visit["status"] != "ok":
            yield f"  读取失败：{visit['reason']}（{visit['failure']}）"


def _home_lines(rows: _Rows) -> Iterator[str]:
    for home in rows["home_freshness"]:
        yield f"首页：{home['unread'] or '最新 ' + str(home['newest'])}（{HOME_METHODS[home['method']]}）"
        if home["doubt"]:
            yield f"  存疑：{home['doubt']}"
        shown = [row for row in rows["items"] if row["column_id"] == _HOME]
        if shown:
            yield f"  首页 {shown[0]['page_url']}，{_record(shown[0]['evidence'])}"
        yield from _item_lines(shown, home["newest"])


def _column_lines(rows: _Rows) -> Iterator[str]:
    pages = {row["column_id"]: row for row in rows["columns"]}
    items = defaultdict(list)
    for row in rows["items"]:
        items[row["column_id"]].append(row)
    for column in rows["column_freshness"]:
        newest = f"最新 {column['newest'] or '无'}，界限 {column['cutoff'] or '无'}"
        described = f"{COLUMN_OUTCOMES[column['outcome']]}，{newest} {column['newest_title'] or ''}".rstrip()
        yield f"栏目 {column['name']}（{column['kind_name']}）：{described} {column['reason'] or ''}".rstrip()
        page = pages[column["column_id"]]
        reach = "读到末页" if page["reached_end"] else f"完整读至 {page['complete_back_to'] or '未知'}"
        yield f"  {column['url']}，{column['items']}条，{page['pages'] or 0}页，{reach}"
        yield f"  列表首页{_record(page['evidence'])}"
        yield from _item_lines(items[column["column_id"]], column["newest"])


def _item_lines(items: Sequence[_Row], newest: date | None) -> Iterator[str]:
    """The item that decided, how its date was read, and where it can be seen."""
    for item in items:
        if newest is not None and item["published_on"] == newest:
            read = f"日期 {newest}（规则 {item['date_rule'] or '未记录'}）"
            yield f"  依据：{item['title']} {item['url'] or ''} {read}"
            yield f"    见 {item['page_url']}，{_record(item['evidence'])}"
            return


def _record(record: str | None) -> str:
    return f"证据记录 {record or '无'}"


def _measurement_line(row: _Row, standard: Standard | None) -> str:
    """Measured value against limit and early warning, or why it was not measured."""
    known = {indicator.id: indicator for indicator in standard.indicators} if standard is not None else {}
    indicator = known.get(row["indicator"])
    name = f"指标 {row['indicator']}" + (f"（{indicator.name}）" if indicator else "")
    described = state(row)
    if row["measured"]:
        value = amount(row["value"], indicator.unit) if indicator else f"{row['value']:g}"
        described = f"{value}，{described}"
    elif row["reason"]:
        described = f"{described}（{row['reason']}）"
    return f"{name}：{described}" + (f"；{limit(indicator)}" if indicator else "")


def _account_lines(rows: _Rows) -> Iterator[str]:
    for listing in rows["listings"]:
        back_to = listing["complete_back_to"] or "未知"
        yield f"发布记录：{listing['entries'] or 0}条，完整读至 {back_to}"
        if listing["why"]:
            yield f"  判定：{listing['why']}"
        if listing.get("confirmed_by"):
            yield f"  另一来源一致：{listing['confirmed_by']}"
    for account in rows["account_freshness"]:
        age = "" if account["age"] is None else f"，距监测时间点{account['age']}天"
        post = f"{account['newest_title'] or ''} {account['newest_url'] or ''}"
        yield f"最新发布：{account['newest'] or '无'}{age} {post}".rstrip()
        if account["evidence"]:
            yield f"  {_record(account['evidence'])}"
        if account["unread"]:
            yield f"  存疑：{account['unread']}"


def _finding_lines(rows: _Rows) -> Iterator[str]:
    seen = {(row["title"], row["url"]): row for row in rows["messages"]}
    for finding in rows["findings"]:
        values = f"测得 {finding['measured']:g}，界限 {finding['threshold']:g}"
        basis = f"依据 {finding['standard_id']} 第{finding['standard_version']}版"
        yield f"问题：{finding['problem']} {values}，{basis}，证据 {finding['evidence'] or '无'}"
        detail = json.loads(finding["detail"])
        for column in detail.pop("columns", None) or []:
            limits = f"最新 {column['newest'] or '无'}，应不早于 {column['cutoff']}"
            yield f"  {column['name']}（{column['kind']}）：{limits} {column['url']}"
            yield f"    {_record(column.get('record'))}"
        for message in detail.pop("messages", None) or []:
            asked = f"{message['asked_on']} 提问，至监测时间点{message['days']}天未答复"
            yield f"  {message['title']}：{asked} {message['url']}"
            if page := seen.get((message["title"], message["url"])):
                yield f"    见 {page['page_url']}，{_record(page['evidence'])}"
        for message in detail.pop("late", None) or []:
            days = f"{message['asked_on']} 提问，{message['answered_on']} 超期答复（不计数）"
            yield f"  {message['title']}：{days} {message['url']}"
        for guide in detail.pop("guides", None) or []:
            yield f"  {guide['title']}：缺 {'、'.join(guide['missing'])} {guide['url']}"
            yield f"    {_record(guide.get('record'))}"
        yield from _detail_lines(detail)


def _detail_lines(detail: Mapping[str, Any]) -> Iterator[str]:
    """Whatever else a finding tells, as it was stored."""
    for name, value in detail.items():
        entries = value if isinstance(value, list) else [value]
        for entry in entries[:_MOST_LINES]:
            words = "，".join(f"{k} {v}" for k, v in entry.items()) if isinstance(entry, dict) else entry
            if words is not None:
                yield f"  {_DETAILS.get(name, name)}：{words}"
        if len(entries) > _MOST_LINES:
            yield f"  {_DETAILS.get(name, name)}：另有{len(entries) - _MOST_LINES}条"


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}" if instant is not None else "时间未记录"
