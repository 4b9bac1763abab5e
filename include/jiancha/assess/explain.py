"""How a verdict came about, in Chinese: registry → visit → freshness → measurements → findings → verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from jiancha.errors import LakeError
from jiancha.lake import Lake

_OUTCOMES = {"qualified": "合格", "unqualified": "不合格", "undetermined": "未判定"}
_COLUMN_OUTCOMES = {"fresh": "已更新", "stale": "未更新", "blank": "空白", "empty": "读取时空白", "exempt": "不检查", "unknown": "未判定"}
_METHODS = {
    "own": "首页自身的日期",
    "featured": "首页在监测时间点后已更新,按首页所列栏目",
    "all_columns": "导航型首页,按全部栏目",
}

_Row = dict[str, Any]


def explain(lake: Lake, window_key: str, code: str) -> str:
    """The chain of evidence for every target with this code; raises LakeError where there is none."""
    verdicts = [row for row in lake.window_rows("verdicts", window_key) if row["code"] == code]
    if not verdicts:
        raise LakeError(f"no target with code {code} was assessed in window {window_key}")
    return "\n\n".join("\n".join(_lines(lake, window_key, verdict)) for verdict in verdicts)


def _lines(lake: Lake, window: str, verdict: _Row) -> Iterator[str]:
    target = verdict["target_id"]
    platform = f"({verdict['platform']})" if verdict["platform"] else ""
    yield f"{verdict['name']}{platform} {verdict['code']} · 窗口 {window}"
    yield f"结论:{_OUTCOMES[verdict['outcome']]} {verdict['problem'] or verdict['reason'] or ''}".rstrip()
    for visit in _of(lake, "visits", window, target):
        yield f"读取:{visit['url']},{visit['as_of']:%Y-%m-%d},{visit['requests']}次请求,证据 {visit['evidence']}"
        if visit["status"] == "failed":
            yield f"  读取失败:{visit['reason']}({visit['failure']})"
    yield from _site_lines(lake, window, target)
    yield from _account_lines(lake, window, target)
    for row in _of(lake, "measurements", window, target):
        yield "指标 {}:{}".format(row["indicator"], f"{row['value']:g}" if row["measured"] else f"未测得({row['reason']})")
    for finding in _of(lake, "findings", window, target):
        yield (
            f"问题:{finding['problem']} 测得 {finding['measured']:g},界限 {finding['threshold']:g},"
            f"依据 {finding['standard_id']} 第{finding['standard_version']}版"
        )
        for column in json.loads(finding["detail"] or "{}").get("columns") or []:
            yield f"  {column['name']}({column['kind']}):最新 {column['newest'] or '无'},应不早于 {column['cutoff']} {column['url']}"


def _site_lines(lake: Lake, window: str, target: str) -> Iterator[str]:
    for home in _of(lake, "home_freshness", window, target):
        yield f"首页:{home['unread'] or '最新 ' + str(home['newest'])}({_METHODS[home['method']]})"
    for column in _of(lake, "column_freshness", window, target):
        yield (
            f"栏目 {column['name']}({column['kind_name']}):{_COLUMN_OUTCOMES[column['outcome']]},"
            f"最新 {column['newest'] or '无'} {column['newest_title'] or ''} {column['reason'] or ''}".rstrip()
        )


def _account_lines(lake: Lake, window: str, target: str) -> Iterator[str]:
    for account in _of(lake, "account_freshness", window, target):
        age = "" if account["age"] is None else f",距监测时间点{account['age']}天"
        yield f"最新发布:{account['newest'] or '无'}{age} {account['newest_title'] or ''} {account['newest_url'] or ''}".rstrip()
        if account["doubt"]:
            yield f"  存疑:{account['doubt']}"


def _of(lake: Lake, table: str, window: str, target: str) -> Iterable[_Row]:
    return (row for row in lake.window_rows(table, window) if row["target_id"] == target)
