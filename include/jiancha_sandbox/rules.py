"""The veto rules for freshness (国办秘函〔2019〕19号), as the city's authors read them.

Restated here on purpose: the inspection loads its own indicator set, and the two must agree by
themselves.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from enum import StrEnum

#: A home page or a news column may go this many days without an update, the last day included.
NEWS_DAYS = 14
POLICY_MONTHS = 6
YEARLY_MONTHS = 12
RULE_A_COLUMNS = 5
RULE_B_COLUMNS = 10
RULE_C_COLUMNS = 5
PROBE_DAYS = 7
PROBES_FAILED_PERCENT = 5
ACCOUNT_DAYS = 14
ACCOUNT_LONG_DAYS = 90

#: A letter of the last LETTER_YEAR_MONTHS may wait LETTER_MONTHS, the last day included.
LETTER_MONTHS = 3
LETTER_YEAR_MONTHS = 12
GUIDES = 5
GUIDE_LACKING = 4
GUIDE_ELEMENTS = (
    "事项名称", "设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程",
    "收费标准", "办理机构",
)  # fmt: skip

PROBLEM_HOME = "监测时间点前2周内首页面无信息更新。"
PROBLEM_A = "动态、要闻类和通知公告、政策文件类栏目不更新数量超过（含）5个。"
PROBLEM_B = "应更新但长期未更新栏目数量超过（含）10个。"
PROBLEM_C = "空白栏目数量超过（含）5个。"
PROBLEM_UNREACHABLE = "站点无法访问比例累计超过（含）5%。"
PROBLEM_LETTERS = "超过3个月未对网民留言作出答复。"
PROBLEM_GUIDES = "办事指南要素缺失的事项数量超过（含）5个。"
PROBLEM_ACCOUNT = "超过两周未更新"
PROBLEM_ACCOUNT_LONG = "长期未更新"


class Kind(StrEnum):
    """What a column (栏目) is for; decides how long it may go without an update."""

    NEWS = "news"  # 动态、要闻
    NOTICE = "notice"  # 通知公告
    POLICY = "policy"  # 政策文件
    YEARLY = "yearly"  # 人事、规划计划、财政、统计、机构、领导、概况、信息公开目录 and the rest
    ARCHIVE = "archive"  # 归档、往期: nothing new is expected

    @property
    def in_rule_a(self) -> bool:
        return self in (Kind.NEWS, Kind.NOTICE, Kind.POLICY)


def column_cutoff(kind: Kind, checkpoint: date) -> date | None:
    """The oldest day that still counts as an update, included; None for exempt kinds."""
    if kind is Kind.NEWS:
        return checkpoint - timedelta(days=NEWS_DAYS)
    if kind in (Kind.NOTICE, Kind.POLICY):
        return months_before(checkpoint, POLICY_MONTHS)
    if kind is Kind.YEARLY:
        return months_before(checkpoint, YEARLY_MONTHS)
    return None


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = day.year, day.month - months
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
