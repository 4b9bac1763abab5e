"""How a verdict came about, in Chinese: registry, visit, columns or posts, freshness, findings, verdict."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from jiancha.errors import LakeError
from jiancha.lake import Lake
from jiancha.windows import ZONE

_OUTCOMES = {"qualified": "合格", "unqualified": "不合格", "undetermined": "未判定"}
_COLUMN_OUTCOMES = {
    "fresh": "已更新",
    "stale": "未更新",
    "blank": "空白",
    "empty": "读取时空白",
    "exempt": "不检查",
    "unknown": "未判定",
}
_METHODS = {
    "own": "首页自身的日期",
    "featured": "首页在监测时间点后已更新,按首页所列栏目",
    "all_columns": "导航型首页,按全部栏目",
}
_TABLES = (
    "visits",
    "columns",
    "column_freshness",
    "home_freshness",
    "listings",
    "account_freshness",
    "measurements",
    "findings",
)

_Row = dict[str, Any]
#: The rows of one target by table.
_Rows = Mapping[str, list[_Row]]


def explain(lake: Lake, window_key: str, code: str) -> str:
    """The chain of evidence for every target with this code.

    Raises LakeError where the window was not assessed or has no target with the code.
    """
    verdicts = [row for row in lake.window_rows("verdicts", window_key) if row["code"] == code]
    if not verdicts:
        raise LakeError(f"no target with code {code} was assessed in window {window_key}")
    wanted = {row["target_id"] for row in verdicts}
    rows: dict[str, dict[str, list[_Row]]] = {target: defaultdict(list) for target in wanted}
    for table in _TABLES:
        for row in lake.window_rows(table, window_key):
            if row["target_id"] in wanted:
                rows[row["target_id"]][table].append(row)
    chains = [_lines(window_key, verdict, rows[verdict["target_id"]]) for verdict in verdicts]
    return "\n\n".join("\n".join(_printable(line) for line in chain) for chain in chains)


def _printable(line: str) -> str:
    """Names and titles come from outside: nothing in them may steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in line)


def _lines(window: str, verdict: _Row, rows: _Rows) -> Iterator[str]:
    platform = f"({verdict['platform']})" if verdict["platform"] else ""
    yield f"{verdict['name']}{platform} {verdict['code']} · 窗口 {window} · 名录第{verdict['row']}行"
    yield f"结论:{_OUTCOMES[verdict['outcome']]} {verdict['problem'] or verdict['reason'] or ''}".rstrip()
    yield from _visit_lines(rows)
    yield from _site_lines(rows)
    yield from _account_lines(rows)
    for row in rows["measurements"]:
        told = f"{row['value']:g}" if row["measured"] else f"未测得({row['reason']})"
        yield f"指标 {row['indicator']}:{told}"
    yield from _finding_lines(rows)


def _visit_lines(rows: _Rows) -> Iterator[str]:
    if not rows["visits"]:
        yield "读取:没有采集结果"
    for visit in rows["visits"]:
        told = f"{visit['url'] or '无地址'},{_moment(visit['as_of'])},{visit['requests'] or 0}次请求"
        yield f"读取:{told},证据 {visit['evidence'] or '无'}"
        if visit["status"] != "ok":
            yield f"  读取失败:{visit['reason']}({visit['failure']})"


def _site_lines(rows: _Rows) -> Iterator[str]:
    for home in rows["home_freshness"]:
        yield f"首页:{home['unread'] or '最新 ' + str(home['newest'])}({_METHODS[home['method']]})"
        if home["doubt"]:
            yield f"  存疑:{home['doubt']}"
    pages = {row["column_id"]: row for row in rows["columns"]}
    for column in rows["column_freshness"]:
        newest = f"最新 {column['newest'] or '无'},界限 {column['cutoff'] or '无'}"
        told = f"{_COLUMN_OUTCOMES[column['outcome']]},{newest} {column['newest_title'] or ''}".rstrip()
        yield f"栏目 {column['name']}({column['kind_name']}):{told} {column['reason'] or ''}".rstrip()
        page = pages[column["column_id"]]
        reach = _reach(page, "读到末页")
        yield f"  {column['url']},{column['items']}条,{page['pages'] or 0}页,{reach}"


def _account_lines(rows: _Rows) -> Iterator[str]:
    for listing in rows["listings"]:
        reach = _reach(listing, "读到最早一条")
        yield f"发布记录:{listing['entries'] or 0}条,{reach}"
        if listing.get("confirmed_by"):
            yield f"  另一来源一致:{listing['confirmed_by']}"
    for account in rows["account_freshness"]:
        age = "" if account["age"] is None else f",距监测时间点{account['age']}天"
        post = f"{account['newest_title'] or ''} {account['newest_url'] or ''}"
        yield f"最新发布:{account['newest'] or '无'}{age} {post}".rstrip()
        if account["unread"] or account["doubt"]:
            yield f"  存疑:{account['unread'] or account['doubt']}"


def _finding_lines(rows: _Rows) -> Iterator[str]:
    for finding in rows["findings"]:
        told = f"测得 {finding['measured']:g},界限 {finding['threshold']:g}"
        basis = f"依据 {finding['standard_id']} 第{finding['standard_version']}版"
        yield f"问题:{finding['problem']} {told},{basis},证据 {finding['evidence'] or '无'}"
        for column in json.loads(finding["detail"]).get("columns") or []:
            limits = f"最新 {column['newest'] or '无'},应不早于 {column['cutoff']}"
            yield f"  {column['name']}({column['kind']}):{limits} {column['url']}"


def _reach(listing: _Row, end: str) -> str:
    return end if listing["reached_end"] else f"完整读至 {listing['complete_back_to'] or '未知'}"


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}" if instant is not None else "时间未记录"
