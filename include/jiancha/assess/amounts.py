"""How kinds, verdicts, measured values and limits are worded for inspectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiancha.standard import Indicator

KIND_NAMES: Mapping[str, str] = {"site": "政府网站", "account": "政务新媒体"}
OUTCOME_NAMES: Mapping[str, str] = {
    "qualified": "合格",
    "unqualified": "不合格",
    "undetermined": "未判定",
}
UNIT_NAMES: Mapping[str, str] = {
    "day": "天",
    "column": "个栏目",
    "percent": "%",
    "message": "条留言",
    "guide": "个事项",
    "finding": "处",
    "link": "个链接",
    "page": "个页面",
    "second": "秒",
}
_COMPARE = {"at_least": "达到", "more_than": "超过"}

COLUMN_OUTCOMES = {
    "fresh": "已更新",
    "stale": "未更新",
    "blank": "空白",
    "empty": "读取时空白",
    "exempt": "不检查",
    "unknown": "未判定",
}
HOME_METHODS = {
    "own": "首页自身的日期",
    "featured": "首页在监测时间点后已更新，按首页所列栏目",
    "all_columns": "导航型首页，按全部栏目",
}


def amount(value: float, unit: str) -> str:
    """5个栏目; a unit that has no word here is printed as the indicator set writes it."""
    return f"{value:g}{UNIT_NAMES.get(unit, f' {unit}')}"


def limit(indicator: Indicator) -> str:
    """达到5个栏目为不合格, with the early warning level where there is one."""
    words = f"{_COMPARE[indicator.compare]}{amount(indicator.threshold, indicator.unit)}为不合格"
    if indicator.warn_at is not None:
        words += f"，达到{amount(indicator.warn_at, indicator.unit)}预警"
    return words


def state(measurement: Mapping[str, Any]) -> str:
    """One word for a row of ``measurements``."""
    if not measurement["measured"]:
        return "未测得"
    if measurement["failed"]:
        return "不合格"
    return "预警" if measurement["warn"] else "合格"
