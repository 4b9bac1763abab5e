"""The checks of every gate, as data: a real expectation of Great Expectations, how bad a failure is, and
what it means in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jiancha.settings import Settings

Severity = Literal["critical", "warning"]

_OLDEST = datetime(1995, 1, 1)  # noqa: DTZ001 - a local day; no government website of the country is older
#: Share of undated items from which the reader of dates is more likely at fault than the websites.
_DATED_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation on one frame.

    ``shows`` names the column by which a person knows a failing row, where its body's name is not enough.
    """

    name: str
    frame: str
    severity: Severity
    message: str
    expectation: str
    arguments: Mapping[str, Any]
    shows: str | None = None


def checks(gate: str, settings: Settings) -> tuple[Check, ...]:
    """The checks of a gate: registry, observations, verdicts or notice. KeyError for any other name."""
    share = settings.run.max_undetermined_share
    return {
        "registry": REGISTRY,
        "observations": _observations(share),
        "verdicts": VERDICTS,
        "notice": NOTICE,
    }[gate]


def _rows(  # noqa: PLR0913, PLR0917 - a row of a suite
    name: str, frame: str, severity: Severity, message: str, least: int = 1, most: int | None = None
) -> Check:
    arguments = {"min_value": least, "max_value": most}
    return Check(name, frame, severity, message, "ExpectTableRowCountToBeBetween", arguments)


def _remark(name: str, message: str) -> Check:
    """A remark that reading the registry left, by its check's name."""
    arguments = {"column": "check", "value_set": [name]}
    return Check(
        name, "registry_warnings", "warning", message, "ExpectColumnValuesToNotBeInSet", arguments, "message"
    )


def _in_set(  # noqa: PLR0913, PLR0917 - a row of a suite
    name: str,
    frame: str,
    severity: Severity,
    message: str,
    column: str,
    values: list[Any],
    shows: str | None = None,
) -> Check:
    arguments = {"column": column, "value_set": values}
    return Check(name, frame, severity, message, "ExpectColumnValuesToBeInSet", arguments, shows)


def _equal(name: str, frame: str, message: str, one: str, other: str) -> Check:
    arguments = {"column_A": one, "column_B": other}
    return Check(name, frame, "critical", message, "ExpectColumnPairValuesToBeEqual", arguments)


def _not_ancient(name: str, frame: str, message: str) -> Check:
    arguments = {"column": "day", "min_value": _OLDEST}
    return Check(name, frame, "warning", message, "ExpectColumnValuesToBeBetween", arguments, "title")


def _reaches(name: str, frame: str, message: str, *, or_equal: bool) -> Check:
    arguments = {"column_A": "measured", "column_B": "threshold", "or_equal": or_equal}
    return Check(
        name, frame, "critical", message, "ExpectColumnPairValuesAToBeGreaterThanB", arguments, "problem"
    )


def _share(name: str, frame: str, what: str, most: float) -> Check:
    """Each kind by itself: all 56 websites are less than a fifth of 308 targets."""
    arguments = {"column": "failed", "max_value": most}
    return Check(name, frame, "critical", f"{what}超过{most:.0%}", "ExpectColumnMeanToBeBetween", arguments)


REGISTRY = (
    _rows("sites_present", "sites", "critical", "名录中没有网站"),
    _rows("accounts_present", "accounts", "critical", "名录中没有新媒体账号"),
    Check(
        "target_unique", "targets", "critical", "名录中有完全相同的两行",
        "ExpectColumnValuesToBeUnique", {"column": "target_id"},
    ),
    Check(
        "site_url", "sites", "critical", "首页网址不是 http 或 https 网址",
        "ExpectColumnValuesToMatchRegex", {"column": "url", "regex": r"^https?://[^/\s]+"}, "url",
    ),
    _remark("site_code_form", "网站标识码格式不符"),
    _remark("site_code_duplicate", "网站标识码重复"),
    _remark("site_region_unknown", "网站标识码的行政区划未知"),
    _remark("site_region_mismatch", "网站标识码的行政区划与名称不符"),
    _remark("site_level", "网站类型未知"),
    _remark("state", "状态未知，按在用检查"),
    _remark("address", "网址单元格中还有其他内容"),
    _remark("cell", "单元格没有值"),
    _remark("row_skipped", "表外说明的行未读取"),
    _remark("hidden", "隐藏的工作表或行未读取"),
    _remark("host_unresolved", "网站的主机名解析不到地址"),
    _remark("account_code_form", "新媒体标识码格式不符"),
    _remark("account_code_duplicate", "新媒体标识码重复"),
    _remark("account_code_platform", "新媒体标识码与账号类型不符"),
    _remark("account_region_unknown", "新媒体标识码的行政区划未知"),
    _remark("account_region_mismatch", "新媒体标识码的行政区划与名称不符"),
    _remark("snapshot_later", "名录日期晚于监测时间点"),
)  # fmt: skip


def _observations(max_undetermined_share: float) -> tuple[Check, ...]:
    return (
        _in_set("one_outcome", "targets", "critical", "对象没有或有多个采集结果", "visits", [1]),
        _in_set(
            "known_target", "visits", "critical", "采集结果不属于名录中的对象",
            "known", [True],
        ),
        _in_set("as_of", "visits", "critical", "读取时间早于监测时间点", "late_enough", [True]),
        _share("sites_answered", "site_targets", "未能读取的网站", max_undetermined_share),
        _share("accounts_answered", "account_targets", "未能读取的新媒体", max_undetermined_share),
        _in_set("all_read", "targets", "warning", "对象未能读取，记为未判定", "failed", [0]),
        _in_set(
            "future_items", "items", "warning", "栏目条目的日期晚于读取时间，不计为更新",
            "future", [False], "title",
        ),
        _in_set(
            "future_posts", "posts", "warning", "发布记录的日期晚于读取时间，不计为更新",
            "future", [False], "title",
        ),
        _not_ancient("ancient_items", "items", "栏目条目的日期早于1995年"),
        _not_ancient("ancient_posts", "posts", "发布记录的日期早于1995年"),
        Check(
            "dated_items", "items", "warning", "没有可读日期的栏目条目超过两成",
            "ExpectColumnValuesToNotBeNull", {"column": "published_on", "mostly": _DATED_SHARE}, "title",
        ),
        Check(
            "dated_posts", "posts", "warning", "发布记录没有可读的日期",
            "ExpectColumnValuesToNotBeNull", {"column": "published_on"}, "title",
        ),
        _in_set("columns_read", "columns", "warning", "栏目未能读取", "status", ["ok", "blank"], "name"),
    )  # fmt: skip


VERDICTS = (
    _in_set("one_verdict", "targets", "critical", "对象没有或有多个结论", "verdicts", [1]),
    _in_set(
        "outcome", "verdicts", "critical", "结论不是合格、不合格、未判定之一",
        "outcome", ["qualified", "unqualified", "undetermined"],
    ),
    _in_set("known_target", "verdicts", "critical", "结论不属于名录中的对象", "known", [True]),
    _in_set("problem_named", "verdicts", "critical", "不合格而没有写明问题", "named", [True]),
    _in_set(
        "finding_judged", "findings", "critical", "问题记录没有对应的结论",
        "judged", [True],
    ),
    _in_set(
        "compare", "findings", "critical", "问题记录没有比较方式",
        "compare", ["at_least", "more_than"], "problem",
    ),
    _reaches("reaches_threshold", "findings_at_least", "测得值未达到界限值", or_equal=True),
    _reaches("exceeds_threshold", "findings_more_than", "测得值未超过界限值", or_equal=False),
    Check(
        "standard", "findings", "critical", "问题记录没有指标版本",
        "ExpectColumnValuesToNotBeNull", {"column": "standard_version"}, "problem",
    ),
    _in_set(
        "accused_with_finding", "verdicts", "critical", "不合格而没有问题记录，或有问题记录而未判不合格",
        "consistent", [True],
    ),
    _in_set(
        "undetermined_with_reason", "verdicts", "critical", "未判定而没有原因",
        "explained", [True],
    ),
    Check(
        "threshold", "findings", "critical", "问题记录没有界限值",
        "ExpectColumnValuesToNotBeNull", {"column": "threshold"}, "problem",
    ),
    Check(
        "measured", "findings", "critical", "问题记录没有测得值",
        "ExpectColumnValuesToNotBeNull", {"column": "measured"}, "problem",
    ),
    Check(
        "evidence", "findings", "critical", "问题记录没有证据",
        "ExpectColumnValuesToNotBeNull", {"column": "evidence"}, "problem",
    ),
    _in_set("probed_enough", "probed", "warning", "可用性探测不足，未作判定", "enough", [True], "reason"),
    _in_set("all_determined", "verdicts", "warning", "未判定的对象", "determined", [True], "reason"),
)  # fmt: skip

NOTICE = (
    _equal("inspected", "sections", "合格与不合格之和不等于检查数", "inspected", "judged"),
    _equal(
        "registered", "sections", "检查数与未判定数之和不等于登记数",
        "registered", "accounted",
    ),
    _equal("parts", "sections", "分类之和不等于总数", "parts", "parts_total"),
    _equal("annex_rows", "sections", "附件行数不等于不合格数", "unqualified", "annex_rows"),
    _equal("annex_numbers", "annexes", "附件序号不连续", "no", "position"),
    _equal("pass_rate", "sections", "合格率与数字不符", "pass_rate", "recomputed_rate"),
    Check(
        "problem_named", "annexes", "critical", "附件中有空白的存在问题",
        "ExpectColumnValueLengthsToBeBetween", {"column": "problem", "min_value": 1},
    ),
    Check(
        "annex_platform", "platforms", "warning", "附件2的标识码与账号类型不符",
        "ExpectColumnPairValuesToBeEqual", {"column_A": "coded", "column_B": "begins"},
    ),
    Check(
        "annex_duplicate", "annexes", "warning", "附件中有重复的标识码",
        "ExpectColumnValuesToBeUnique", {"column": "code"},
    ),
)  # fmt: skip
