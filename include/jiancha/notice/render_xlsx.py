"""annexes.xlsx: the figures with charts, both annexes, and what the reader must know about the data."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple
from unicodedata import east_asian_width

import xlsxwriter

from jiancha.assess.amounts import KIND_NAMES, UNIT_NAMES
from jiancha.notice.model import Notice, ReviewFigures
from jiancha.notice.sentences import (
    ANNEX1_TITLE,
    ANNEX2_TITLE,
    CLOSED_TITLE,
    DRAFT_LABEL,
    GATE_NAMES,
    LEVEL_NAMES,
    REVIEWED_NAMES,
    SEVERITY_NAMES,
)
from jiancha.notice.text import quarter_name

Value = str | int | float | None

# A cell may start with = + - @ in a registered name: it must stay text, for Excel and for later edits.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FONT = "宋体"
_A4 = 9
_LINE_HEIGHT = 18.0
_MAX_HEIGHT = 409.0  # the highest row of the format, in points
_OVERVIEW = "总体情况"
_INTERNAL = "检查项"  # what programs name a check by: kept, not shown


class _Sheet(NamedTuple):
    """A plain table: sheet name, printed title, (column, width) pairs, rows."""

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Value]]


class _Formats(NamedTuple):
    title: Any
    header: Any
    text: Any
    middle: Any
    number: Any
    note: Any


def render_xlsx(notice: Notice) -> bytes:
    """The workbook as bytes, the same for the same notice."""
    written = io.BytesIO()
    workbook = xlsxwriter.Workbook(written, _OPTIONS)
    workbook.set_properties(
        {
            "title": notice.title[:255],
            "author": notice.words.office[:255],
            "created": notice.window.checkpoint.astimezone(UTC).replace(tzinfo=None),
        }
    )
    formats = _formats(workbook)
    _overview(workbook, formats, notice)
    for sheet in _sheets(notice):
        _table(workbook, formats, sheet)
    workbook.close()
    return written.getvalue()


def _formats(workbook: Any) -> _Formats:
    base = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
    box = {**base, "border": 1, "text_wrap": True}
    return _Formats(
        title=workbook.add_format({**base, "font_size": 14, "bold": True}),
        header=workbook.add_format({**box, "bold": True, "align": "center", "bg_color": "#E7ECF3"}),
        text=workbook.add_format({**box, "num_format": "@"}),
        middle=workbook.add_format({**box, "num_format": "@", "align": "center"}),
        number=workbook.add_format({**box, "num_format": "General", "align": "center"}),
        note=workbook.add_format({**base, "font_color": "#A02020"}),
    )


def _sheets(notice: Notice) -> list[_Sheet]:
    return [
        _Sheet(
            "附件1",
            ANNEX1_TITLE,
            (("序号", 6), ("网站名称", 40), ("网站标识码", 18), ("存在问题", 60)),
            [(r.no, r.name, r.site_code, r.problem) for r in notice.annex1],
        ),
        _Sheet(
            "附件2",
            ANNEX2_TITLE,
            (
                ("序号", 6),
                ("新媒体标识码", 22),
                ("账号类型", 14),
                ("账号名称", 34),
                ("开设主体", 34),
                ("存在问题", 24),
            ),
            [(r.no, r.account_code, r.platform, r.name, r.owner, r.problem) for r in notice.annex2],
        ),
        _Sheet(
            "未判定",
            "未判定的网站与政务新媒体",
            (("序号", 6), ("类别", 12), ("标识码", 22), ("名称", 34), ("账号类型", 14), ("原因", 56)),
            [
                (no, KIND_NAMES[r.target_kind], r.code, r.name, r.platform, r.reason)
                for no, r in enumerate(notice.undetermined, 1)
            ],
        ),
        _warning_sheet(notice),
        *([_closed_sheet(notice)] if notice.closed else []),
        *([_page_sheet(notice)] if notice.page_faults else []),
        *([_wording_sheet(notice)] if notice.wording_errors else []),
        _quality_sheet(notice),
    ]


def _warning_sheet(notice: Notice) -> _Sheet:
    columns = [("序号", 6), ("类别", 12), ("标识码", 22), ("名称", 34), ("账号类型", 14)]
    columns += [("指标", 20), ("测得值", 10), ("限值", 10), ("单位", 8)]
    rows: list[Sequence[Value]] = []
    for no, r in enumerate(notice.warnings, 1):
        target = (no, KIND_NAMES[r.target_kind], r.code, r.name, r.platform)
        rows.append((*target, r.indicator_name, r.value, r.threshold, UNIT_NAMES.get(r.unit, r.unit)))
    return _Sheet("预警", "接近不合格标准的网站与政务新媒体", columns, rows)


def _closed_sheet(notice: Notice) -> _Sheet:
    columns = (("序号", 6), ("类别", 12), ("标识码", 22), ("名称", 34), ("账号类型", 14))
    rows = [
        (no, KIND_NAMES[r.target_kind], r.code, r.name, r.platform, r.owner, r.state)
        for no, r in enumerate(notice.closed, 1)
    ]
    return _Sheet("不在检查范围", CLOSED_TITLE, (*columns, ("主办（开设）单位", 34), ("状态", 14)), rows)


def _page_sheet(notice: Notice) -> _Sheet:
    columns = (("序号", 6), ("网站标识码", 18), ("网站名称", 34), ("项目", 24))
    rows = [
        (no, r.site_code, r.name, r.subject, r.told, r.example, r.value)
        for no, r in enumerate(notice.page_faults, 1)
    ]
    return _Sheet(
        "标签与链接",
        "标签与链接问题（不作为判定依据）",
        (*columns, ("问题", 40), ("示例", 50), ("示例内容", 34)),
        rows,
    )


def _wording_sheet(notice: Notice) -> _Sheet:
    columns = (("序号", 6), ("网站标识码", 18), ("网站名称", 34), ("错误表述", 20), ("建议表述", 20))
    rows = [
        (
            r.no,
            r.site_code,
            r.name,
            r.wrong,
            r.right,
            r.kind,
            r.severity,
            r.snippet,
            r.url,
            "是" if r.mended else "否",
            r.error_id,
        )
        for r in notice.wording_errors
    ]
    return _Sheet(
        "错误表述",
        "网站内容错误表述",
        (*columns, ("类别", 16), ("程度", 8), ("上下文", 50), ("网页", 50), ("已整改", 8), ("问题编号", 20)),
        rows,
    )


def _quality_sheet(notice: Notice) -> _Sheet:
    rows: list[Sequence[Value]] = [
        (
            GATE_NAMES.get(r.gate, r.gate),
            SEVERITY_NAMES.get(r.severity, r.severity),
            r.count,
            r.message,
            "；".join(r.examples),
            r.check,
        )
        for r in notice.quality
    ]
    rows += [
        (
            "监测",
            "未监测",
            None,
            f"{KIND_NAMES[r.target]}指标“{r.name}”本次未监测，不作为判定依据",
            "",
            r.indicator,
        )
        for r in notice.not_measured
    ]
    columns = (("环节", 10), ("程度", 10), ("数量", 8), ("说明", 60), ("示例", 60), (_INTERNAL, 30))
    return _Sheet("数据质量", "数据质量说明", columns, rows)


def _table(workbook: Any, formats: _Formats, sheet: _Sheet) -> None:
    page = workbook.add_worksheet(sheet.name)
    _print_setup(page, sheet.title)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for column, (name, width) in enumerate(sheet.columns):
        page.set_column(column, column, width, None, {"hidden": name == _INTERNAL})
        page.write_string(0, column, name, formats.header)
    page.autofilter(0, 0, max(len(sheet.rows), 1), len(sheet.columns) - 1)
    widths = [width for _, width in sheet.columns]
    for row, values in enumerate(sheet.rows, 1):
        page.set_row(row, row_height(values, widths))
        _write_row(page, formats, row, values)
    if not sheet.rows:
        page.write_string(1, 0, "无", formats.text)


def _write_row(
    page: Any, formats: _Formats, row: int, values: Sequence[Value], *, centred: bool = False
) -> None:
    for column, value in enumerate(values):
        if isinstance(value, int | float):
            page.write_number(row, column, value, formats.number)
        elif value:
            page.write_string(
                row, column, value, formats.text if column == 0 or not centred else formats.middle
            )
        else:
            page.write_blank(row, column, None, formats.text)


def row_height(values: Sequence[Value], widths: Sequence[int]) -> float:
    """Points that a row needs for its wrapped text: not every program measures that when it opens a file."""
    lines = 1
    for value, width in zip(values, widths, strict=False):
        shown = sum(2 if east_asian_width(c) in "WFA" else 1 for c in str(value or ""))
        lines = max(lines, -(-shown // (width - 1)))
    return min(_LINE_HEIGHT * lines, _MAX_HEIGHT)


def _print_setup(page: Any, title: str) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.set_header(f"&C&14{title}")
    page.set_footer("&C— &P —")


def _overview(workbook: Any, formats: _Formats, notice: Notice) -> None:
    page = workbook.add_worksheet(_OVERVIEW)
    _print_setup(page, "")
    page.set_default_row(_LINE_HEIGHT)
    page.set_column(0, 0, 26)
    page.set_column(1, 4, 15)
    page.set_row(2, 2 * _LINE_HEIGHT)
    page.write_string(0, 0, notice.title, formats.title)
    if notice.status == "draft":
        page.write_string(1, 0, DRAFT_LABEL, formats.note)
    row = _block(page, formats, 2, _figure_rows(notice))
    page.freeze_panes(3, 1)
    levels = [(LEVEL_NAMES[key], count) for key, count in notice.sites.by_level.items()]
    row = _block(page, formats, row + 1, [("网站类别", "数量"), *levels])
    problems = list(notice.accounts.by_problem.items())
    problems_at = row + 1
    row = _block(page, formats, problems_at, [("政务新媒体存在问题", "数量"), *problems])
    platforms = [
        (name, each.inspected, each.unqualified) for name, each in notice.accounts.by_platform.items()
    ]
    platforms_at = row + 1
    row = _block(page, formats, platforms_at, [("账号类型", "检查数", "不合格数"), *platforms])
    if notice.review is not None:
        _block(page, formats, row + 1, _review_rows(notice.review))
    charts = []
    if platforms:
        charts.append(_bars(workbook, "各类型不合格政务新媒体账号数", (platforms_at + 1, row - 1), column=2))
    if problems:
        last = problems_at + len(problems)
        charts.append(_bars(workbook, "不合格政务新媒体账号存在的问题", (problems_at + 1, last), column=1))
    if notice.previous is not None:
        charts.append(_comparison(workbook))
    for index, chart in enumerate(charts):
        page.insert_chart(2 + 13 * index, 6, chart, {"object_position": 3})


def _review_rows(review: Mapping[str, ReviewFigures]) -> list[Sequence[Value]]:
    header = ("人工核查", "软件发现", "复测未重现", "确认", "不成立", "未核查完毕")
    rows = [
        (REVIEWED_NAMES[kind], r.found, r.dropped, r.confirmed, r.rejected, r.open)
        for kind, r in review.items()
    ]
    return [header, *rows]


def _figure_rows(notice: Notice) -> list[Sequence[Value]]:
    sites, accounts, before = notice.sites, notice.accounts, notice.previous
    header: list[Value] = ["指标", KIND_NAMES["site"], KIND_NAMES["account"]]
    rows: list[list[Value]] = [
        ["纳入报送系统数", sites.registered, accounts.registered],
        ["检查数", sites.inspected, accounts.inspected],
        ["合格数", sites.qualified, accounts.qualified],
        ["不合格数", sites.unqualified, accounts.unqualified],
        ["未判定数", sites.undetermined, accounts.undetermined],
        ["合格率", sites.pass_rate, accounts.pass_rate],
    ]
    if before is not None:
        label = quarter_name(before.window)
        header += [f"{KIND_NAMES[kind]}（{label}）" for kind in ("site", "account")]
        kinds = (before.sites, before.accounts)
        rows[3] += [None if each is None else each.unqualified for each in kinds]
        rows[5] += [None if each is None else each.pass_rate for each in kinds]
    width = len(header)
    return [header, *([*row, *[None] * (width - len(row))] for row in rows)]


def _block(page: Any, formats: _Formats, row: int, rows: Sequence[Sequence[Value]]) -> int:
    """Write a header and its rows from ``row`` on; returns the first free row after them."""
    for column, name in enumerate(rows[0]):
        page.write_string(row, column, str(name), formats.header)
    for offset, values in enumerate(rows[1:], 1):
        _write_row(page, formats, row + offset, values, centred=True)
    return row + len(rows)


def _bars(workbook: Any, title: str, rows: tuple[int, int], *, column: int) -> Any:
    """A chart of one block of the overview, from its first row to its last."""
    first, last = rows
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": title,
            "categories": [_OVERVIEW, first, 0, last, 0],
            "values": [_OVERVIEW, first, column, last, column],
            "data_labels": {"value": True},
            "fill": {"color": "#2F5D8C"},
            "gap": 60,
        }
    )
    return _dressed(chart, title, legend=False)


def _comparison(workbook: Any) -> Any:
    """Unqualified sites and accounts of this quarter beside the one before."""
    chart = workbook.add_chart({"type": "column"})
    for name, column, color in (("上季度", 3, "#B8C4D2"), ("本季度", 1, "#2F5D8C")):
        chart.add_series(
            {
                "name": name,
                "categories": [_OVERVIEW, 2, 1, 2, 2],
                "values": [_OVERVIEW, 6, column, 6, column + 1],
                "data_labels": {"value": True},
                "fill": {"color": color},
            }
        )
    return _dressed(chart, "不合格数与上季度比较", legend=True)


def _dressed(chart: Any, title: str, *, legend: bool) -> Any:
    chart.set_title({"name": title, "name_font": {"name": _FONT, "size": 12, "bold": True}})
    chart.set_legend({"position": "bottom"} if legend else {"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E0E0E0"}}, "num_format": "0"})
    chart.set_size({"width": 480, "height": 300})
    return chart
