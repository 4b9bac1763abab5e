"""The review sheet (核查表): findings as xlsx for offices that review on paper, and the sheet read back.

A sheet is taken whole or not at all: the first fault names file, row and column.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from jiancha.assess.amounts import KIND_NAMES
from jiancha.errors import InputError, RegistryError, ReviewError
from jiancha.notice.render_xlsx import row_height
from jiancha.review.actions import columns_of, measured, newest
from jiancha.review.model import CHOICE_NAMES, Choice, Decision, Ruling, Suspect
from jiancha.review.wording import ErrorRuling, SuspectedError
from jiancha.text.characters import printed
from jiancha.text.packed import Package
from jiancha.text.sheets import read_sheets
from jiancha.windows import local


@dataclass(frozen=True, slots=True)
class _Page:
    """One worksheet: its columns from left to right with their widths, of which people fill in the last
    ``filled``, and what they may choose. ``digits`` of the ids in its second column."""

    name: str
    columns: tuple[tuple[str, int], ...]
    filled: int
    choices: Sequence[Choice]
    digits: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)


SHEET = "核查表"
COLUMNS = (
    ("检查窗口", 10),
    ("问题编号", 16),
    ("证据指纹", 20),
    ("类别", 9),
    ("标识码", 13),
    ("名称", 16),
    ("账号类型", 9),
    ("主办单位", 16),
    ("存在问题", 18),
    ("测得", 15),
    ("最新内容", 18),
    ("网址", 20),
    ("当前状态", 11),
    ("决定", 9),
    ("理由", 18),
    ("免检栏目", 12),
    ("核查人", 8),
    ("核查时间", 11),
)
_ERROR_COLUMNS = (
    ("检查窗口", 10),
    ("问题编号", 20),
    ("证据指纹", 20),
    ("类别", 9),
    ("程度", 6),
    ("标识码", 12),
    ("名称", 16),
    ("错误表述", 14),
    ("正确表述", 14),
    ("所在语句", 26),
    ("网址", 22),
    ("当前状态", 12),
    ("决定", 9),
    ("理由", 18),
    ("核查人", 8),
    ("核查时间", 11),
)
#: The stale or blank columns (栏目) of sites, a row each, so that one is exempted by a tick.
_COLUMN_SHEET = "栏目"
_COLUMN_COLUMNS = (
    ("问题编号", 16),
    ("证据指纹", 20),
    ("标识码", 13),
    ("名称", 24),
    ("栏目", 24),
    ("栏目网址", 44),
    ("最新内容日期", 13),
    ("应不早于", 13),
    ("免检", 8),
)
_TICKED = frozenset({"√", "✓", "✔", "是", "免检", "对", "1", "v", "V", "x", "X"})
#: What the program knows a row by: kept in the sheet, but of no use to who reads it.
_INTERNAL = frozenset({"检查窗口", "问题编号", "证据指纹"})
_A4 = 9
#: Row and address of the columns that are ticked as exempt, by id and fingerprint of their finding.
_Ticks = dict[tuple[str, str], list[tuple[int, str]]]
_FINDINGS = _Page(SHEET, COLUMNS, 5, tuple(Choice), 12)
_ERRORS = _Page("错误表述", _ERROR_COLUMNS, 4, (Choice.CONFIRM, Choice.OVERRULE), 16)
_CHOICES = {name: choice for choice, name in CHOICE_NAMES.items()}
_MAX_CELL = 4_000
_MAX_ROWS = 20_000
_UNPACKED = 100_000_000  # bytes; a sheet of so many rows has about 20 MB
_FINGERPRINT = 64
XLSX_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,  # a registered name may start with = + - @
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORMULA = re.compile(
    rb"""<(?:[a-z]{1,9}:)?c\b[^<>]{0,300}?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]{0,300}>"""
    rb"""\s{0,20}<(?:[a-z]{1,9}:)?f[\s/>]"""
)
_ANY_FORMULA = re.compile(rb"<(?:[a-z]{1,9}:)?f[\s/>]")


def write_sheet(window: str, rulings: Sequence[Ruling], errors: Sequence[ErrorRuling] = ()) -> bytes:
    """The sheet of all findings and wording errors of a window; names that start with ``=`` stay text."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, XLSX_OPTIONS)
    _write_page(book, _FINDINGS, [_cells(window, ruling) for ruling in rulings])
    columns = [row for ruling in rulings for row in _column_rows(ruling.suspect)]
    if columns:
        page = _table(book, _COLUMN_SHEET, _COLUMN_COLUMNS, columns, filled=1)
        ticked = len(_COLUMN_COLUMNS) - 1
        page.data_validation(1, ticked, len(columns), ticked, {"validate": "list", "source": ["√"]})
    if errors:
        _write_page(book, _ERRORS, [_error_cells(window, ruling) for ruling in errors])
    book.close()
    return written.getvalue()


def _write_page(book: xlsxwriter.Workbook, page: _Page, rows: Sequence[Iterable[str]]) -> None:
    sheet = _table(book, page.name, page.columns, rows, page.filled)
    choice = page.names.index("决定")
    allowed = {"validate": "list", "source": [CHOICE_NAMES[each] for each in page.choices]}
    sheet.data_validation(1, choice, max(len(rows), 1), choice, allowed)


def _table(
    book: xlsxwriter.Workbook,
    name: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Iterable[str]],
    filled: int,
) -> Any:
    """A worksheet to read, fill in and print; ``filled`` columns at the right are left to people."""
    sheet = book.add_worksheet(name)
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "text_wrap": True, "valign": "top"}
    head = book.add_format({**base, "bold": True, "bg_color": "#E7ECF3"})
    fill = book.add_format({**base, "num_format": "@", "bg_color": "#FFF8DC"})
    text = book.add_format({**base, "num_format": "@"})
    for column, (title, width) in enumerate(columns):
        sheet.set_column(column, column, width, None, {"hidden": title in _INTERNAL})
        sheet.write_string(0, column, title, head)
    widths = [width for _, width in columns]
    for row, cells in enumerate(map(list, rows), 1):
        shown = [v if columns[i][0] not in _INTERNAL else "" for i, v in enumerate(cells)]
        sheet.set_row(row, row_height(shown, widths))
        for column, value in enumerate(cells):
            sheet.write_string(row, column, value, text)
        for column in range(len(columns) - filled, len(columns)):
            sheet.write_blank(row, column, None, fill)
    sheet.freeze_panes(1, 0)
    printed_landscape(sheet, name)
    return sheet


def printed_landscape(sheet: Any, title: str) -> None:
    """A4 landscape, as wide as the page, the head on each page."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header(f"&C&12{title}")
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _column_rows(suspect: Suspect) -> Iterator[tuple[str, ...]]:
    verdict = suspect.verdict
    for column in suspect.columns:
        values = (
            suspect.finding_id,
            suspect.fingerprint,
            verdict["code"],
            verdict["name"],
            column["name"],
            column["url"],
            column.get("newest") or "无",
            column.get("cutoff"),
        )
        yield tuple(map(_cell, values))


def read_sheet(
    file: str, data: bytes, window: str, found: Sequence[Suspect], errors: Sequence[SuspectedError] = ()
) -> tuple[list[Decision], list[Decision]]:
    """The decisions of a filled sheet on findings and on wording errors; rows without one are left out.

    A finding that is gone is accepted, so that the decision is kept and reported; an unknown column, formula,
    id or fingerprint is not. Raises ReviewError naming file, row and column; then nothing of it counts.
    """
    codes = {each.finding_id: str(each.verdict["code"]) for each in found}
    ticked = _ticked(file, data)
    decisions = _read_page(file, data, window, _FINDINGS, codes, ticked)
    _require_decided(file, decisions, ticked)
    codes = {each.error_id: str(each.site["site_code"]) for each in errors}
    return decisions, _read_page(file, data, window, _ERRORS, codes, {}) if errors else []


def _ticked(file: str, data: bytes) -> _Ticks:
    """The columns that are ticked as exempt; a sheet written before there were ticks has none."""
    found: _Ticks = {}
    names = [name for name, _ in _COLUMN_COLUMNS]
    for number, cells in read_table(file, data, _COLUMN_SHEET, names, missing_is_empty=True):
        mark = cells["免检"]
        if not mark or mark in ("否", "0"):
            continue
        if mark not in _TICKED:
            raise row_fault(file, number, "免检", "免检的栏目打√，其余留空", mark)
        found.setdefault((cells["问题编号"], cells["证据指纹"]), []).append((number, cells["栏目网址"]))
    return found


def _require_decided(file: str, decisions: Sequence[Decision], ticked: _Ticks) -> None:
    """A tick without the decision that it belongs to is a fault: it would be lost."""
    exempting = {(d.finding_id, d.fingerprint) for d in decisions if d.choice is Choice.EXEMPT}
    for key, marks in ticked.items():
        if key not in exempting:
            problem = "勾选了免检，但核查表中该网站的决定不是“栏目免检”"
            raise row_fault(file, marks[0][0], "免检", problem, marks[0][1])


def _read_page(  # noqa: PLR0913, PLR0917 - a worksheet, and what it is held against
    file: str, data: bytes, window: str, page: _Page, known: Mapping[str, str], ticked: _Ticks
) -> list[Decision]:
    """Decisions of one worksheet; ``known`` are 标识码 by the ids of what is found today."""
    decisions: list[Decision] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in list(read_table(file, data, page.name, page.names)):
        decision = _decision(file, number, cells, window, page, known, ticked)
        if decision is None:
            continue
        key = (decision.finding_id, decision.decided_by)
        if key in seen:
            raise row_fault(
                file, number, "问题编号", f"与第{seen[key]}行重复（同一核查人）", decision.finding_id
            )
        seen[key] = number
        decisions.append(decision)
    return decisions


def _cells(window: str, ruling: Ruling) -> Iterator[str]:
    suspect = ruling.suspect
    verdict, finding = suspect.verdict, suspect.finding
    newest_day, url = newest(suspect)
    values = (
        window,
        suspect.finding_id,
        suspect.fingerprint,
        KIND_NAMES[finding["target_kind"]],
        verdict["code"],
        verdict["name"],
        verdict["platform"],
        verdict["owner"],
        finding["problem"],
        measured(suspect),
        newest_day,
        url or verdict["url"],
        ruling.note,
    )
    return map(_cell, values)


def _error_cells(window: str, ruling: ErrorRuling) -> Iterator[str]:
    row, site = ruling.error.row, ruling.error.site
    values = (
        window,
        ruling.error.error_id,
        ruling.error.fingerprint,
        row["kind"],
        row["severity"],
        site["site_code"],
        site["name"],
        row["wrong"],
        row["right"],
        row["snippet"],
        row["page_url"],
        ruling.note,
    )
    return map(_cell, values)


def _cell(value: object) -> str:
    return printed(str(value or ""))[:_MAX_CELL]


def read_table(
    file: str, data: bytes, sheet: str, columns: Sequence[str], *, missing_is_empty: bool = False
) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and cells by column of a workbook's sheet that we wrote and people filled in.

    Raises ReviewError where it is no xlsx, holds formulas, lacks the sheet, or has other columns.
    """
    try:
        _refuse_formulas(file, data)
        sheets = read_sheets(file, data, max_cell=_MAX_CELL)
    except (InputError, RegistryError) as error:
        raise ReviewError(f"文件{file!r}无法读取：{error}") from error
    named = [each for each in sheets if each.name == sheet]
    if not named and missing_is_empty:
        return
    if len(named) != 1:
        raise ReviewError(f"文件{file!r}没有名为“{sheet}”的工作表")
    (head_at, head), *body = named[0].rows
    names = [cell.strip() for cell in head]
    while names and not names[-1]:
        names.pop()
    for column, (got, wanted) in enumerate(zip([*names, *[""] * len(columns)], columns, strict=False), 1):
        if got != wanted:
            raise row_fault(file, head_at, str(column), f"应为“{wanted}”，列不得改动", got)
    if len(names) > len(columns):
        raise row_fault(file, head_at, str(len(columns) + 1), "多出的列", names[len(columns)])
    if len(body) > _MAX_ROWS:
        raise ReviewError(f"文件{file!r}超过{_MAX_ROWS}行")
    for number, cells in body:
        padded = [*cells, *[""] * len(columns)]
        yield number, {name: cell.strip() for name, cell in zip(columns, padded, strict=False)}


def _refuse_formulas(file: str, data: bytes) -> None:
    """The value of a formula is whatever the sender's program last stored: it is no decision."""
    if not data.startswith(b"PK"):
        raise ReviewError(f"文件{file!r}不是xlsx")
    with Package(data, _UNPACKED) as package:
        for name in package.names:
            page = package.part(name)
            if b"sheetData" not in page or _ANY_FORMULA.search(page) is None:
                continue  # a sheet may lie under any name
            place = _FORMULA.search(page)
            row = int(place[2]) if place else 0
            column = place[1].decode() if place else "未知"
            raise row_fault(file, row, column, "单元格是公式，请改为文字", name)


def _decision(  # noqa: PLR0913, PLR0917 - a row, and what it is held against
    file: str,
    row: int,
    cells: dict[str, str],
    window: str,
    page: _Page,
    known: Mapping[str, str],
    ticked: _Ticks,
) -> Decision | None:
    if not any(cells[name] for name in page.names[-page.filled :]):
        return None
    if cells["检查窗口"] != window:
        raise row_fault(file, row, "检查窗口", f"应为{window}", cells["检查窗口"])
    if not re.fullmatch(rf"[0-9a-f]{{{page.digits}}}", cells["问题编号"]):
        raise row_fault(file, row, "问题编号", "不是问题编号", cells["问题编号"])
    if not re.fullmatch(rf"[0-9a-f]{{{_FINGERPRINT}}}", cells["证据指纹"]):
        raise row_fault(file, row, "证据指纹", "不是证据指纹", cells["证据指纹"])
    code = known.get(cells["问题编号"])
    if code is not None and cells["标识码"] != _cell(code):
        raise row_fault(file, row, "标识码", "与问题编号不符，编号已被改动", cells["标识码"])
    choice = _CHOICES.get(cells["决定"])
    if choice is None or choice not in page.choices:
        wanted = "、".join(CHOICE_NAMES[each] for each in page.choices)
        raise row_fault(file, row, "决定", f"应为{wanted}之一", cells["决定"])
    marks = ticked.get((cells["问题编号"], cells["证据指纹"]), [])
    exempt = dict.fromkeys([*columns_of(cells.get("免检栏目", "")), *(url for _, url in marks)])
    try:
        return Decision(
            window=window,
            finding_id=cells["问题编号"],
            fingerprint=cells["证据指纹"],
            choice=choice,
            reason=cells["理由"],
            columns=tuple(exempt) if choice is Choice.EXEMPT else (),
            decided_by=cells["核查人"],
            decided_at=_moment(file, row, cells["核查时间"]),
            via="sheet",
        )
    except ReviewError as error:
        if error.args[0].startswith("文件"):
            raise
        raise row_fault(file, row, "决定", str(error), cells["决定"]) from error


def _moment(file: str, row: int, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise row_fault(file, row, "核查时间", "应写作2021-02-17或2021-02-17 09:30", text) from error
    return local(moment)


def row_fault(file: str, row: int, column: str, problem: str, value: Any) -> ReviewError:
    """The error that names the place of what cannot be accepted."""
    shown = str(value)
    shown = shown[:60] + "…" if len(shown) > 60 else shown
    return ReviewError(f"文件{file!r}第{row}行“{column}”列：{problem}（现为{shown!r}）")
