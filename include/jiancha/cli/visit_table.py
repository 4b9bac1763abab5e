"""The result of one site's visit as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from jiancha.assess.amounts import COLUMN_OUTCOMES, HOME_METHODS, OUTCOME_NAMES, amount, state
from jiancha.text.characters import printed

_STYLES = {
    "unqualified": "red",
    "stale": "red",
    "blank": "red",
    "unknown": "yellow",
    "undetermined": "yellow",
}

_FILE_WIDTH = 160  # columns, where the output is no terminal
_Row = Mapping[str, Any]


def print_visit(report: _Row, console: Console | None = None) -> None:
    """Print the report of ``visit_report``."""
    console = console or Console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    outcome = f"{OUTCOME_NAMES[report['outcome']]} {report['problem'] or report['reason'] or ''}".rstrip()
    console.print(_text(f"{report['url']}  监测时间点 {report['as_of'][:16].replace('T', ' ')}"))
    console.print(_text(f"结论：{outcome}", _STYLES.get(report["outcome"], "green")))
    if report["home"] is not None:
        console.print(_text(f"首页：{_home(report['home'])}"))
    console.print(
        _text(f"共请求{report['requests']}次，{report['bytes']}字节，证据：{report['evidence'] or '未保留'}")
    )
    if (shown := report["rendered"])["pages"]:
        console.print(_text(f"浏览器显示{shown['pages']}页，为此请求{shown['requests']}次"))
    if report["columns"]:
        console.print(_columns(report["columns"]))
    console.print(_indicators(report["indicators"]))


def _home(home: _Row) -> str:
    if home["unread"]:
        return str(home["unread"])
    newest = f"最新 {home['newest']}，距监测时间点{home['age_days']}天（{HOME_METHODS[home['method']]}）"
    return f"{newest}，存疑：{home['doubt']}" if home["doubt"] else newest


def _columns(columns: list[_Row]) -> Table:
    table = _table("栏目", "栏目", "类别", "期限", "应不早于", "最新", "条数", "结果", "说明")
    for column in columns:
        period = (
            f"{column['days']}天"
            if column["days"]
            else f"{column['months']}个月"
            if column["months"]
            else "不限"
        )
        cells = (
            column["name"],
            column["kind_name"],
            period,
            column["limit"] or "",
            column["newest"] or "无",
            str(column["items"]),
            COLUMN_OUTCOMES[column["outcome"]],
            column["reason"] or "",
        )
        table.add_row(*map(_text, cells), style=_STYLES.get(column["outcome"], ""))
    return table


def _indicators(indicators: list[_Row]) -> Table:
    table = _table("指标", "指标", "测得", "不合格界限", "预警", "结果", "说明")
    for row in indicators:
        sign = "≥" if row["compare"] == "at_least" else ">"
        result = state({**row, "warn": row["warning"]})
        cells = (
            f"{row['name']} {row['id']}",
            amount(row["value"], row["unit"]) if row["measured"] else "",
            f"{sign}{amount(row['limit'], row['unit'])}",
            f"≥{amount(row['warn_at'], row['unit'])}" if row["warn_at"] is not None else "",
            result,
            row["problem"] or row["reason"] or "",
        )
        style = {"不合格": "red", "预警": "yellow", "未测得": "dim"}.get(result, "")
        table.add_row(*map(_text, cells), style=style)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(name, overflow="fold")
    return table


def _text(said: str, style: str = "") -> Text:
    """What pages say is no markup and steers no terminal."""
    return Text(printed(said), style=style)
