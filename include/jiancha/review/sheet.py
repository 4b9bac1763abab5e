"""The review sheet (核查表): findings as xlsx for offices that review on paper, and the sheet read back.

A sheet is taken whole or not at all: the first fault names file, row and column.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter

from jiancha.assess.amounts import KIND_NAMES
from jiancha.errors import RegistryError, ReviewError
from jiancha.review.actions import columns_of, measured, newest
from jiancha.review.model import CHOICE_NAMES, Choice, Decision, Ruling, Suspect
from jiancha.review.wording import ErrorRuling, SuspectedError
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
    ("类别", 12),
    ("标识码", 22),
    ("名称", 30),
    ("账号类型", 12),
    ("主办单位", 26),
    ("存在问题", 34),
    ("测得", 34),
    ("最新内容", 34),
    ("网址", 34),
    ("当前状态", 24),
    ("决定", 12),
    ("理由", 34),
    ("免检栏目", 24),
    ("核查人", 12),
    ("核查时间", 18),
)
_ERROR_COLUMNS = (
    ("检查窗口", 10),
    ("问题编号", 20),
    ("证据指纹", 20),
    ("类别", 14),
    ("程度", 8),
    ("标识码", 14),
    ("名称", 30),
    ("错误表述", 24),
    ("正确表述", 24),
    ("所在语句", 44),
    ("网址", 34),
    ("当前状态", 24),
    ("决定", 12),
    ("理由", 34),
    ("核查人", 12),
    ("核查时间", 18),
)
_FINDINGS = _Page(SHEET, COLUMNS, 5, tuple(Choice), 12)
_ERRORS = _Page("错误表述", _ERROR_COLUMNS, 4, (Choice.CONFIRM, Choice.OVERRULE), 16)
_CHOICES = {name: choice for choice, name in CHOICE_NAMES.items()}
_MAX_CELL = 4_000
_MAX_ROWS = 20_000
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
    if errors:
        _write_page(book, _ERRORS, [_error_cells(window, ruling) for ruling in errors])
    book.close()
    return written.getvalue()


def _write_page(book: xlsxwriter.Workbook, page: _Page, rows: Sequence[Iterable[str]]) -> None:
    sheet = book.add_worksheet(page.name)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E7ECF3", "text_wrap": True})
    fill = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "bg_color": "#FFF8DC"})
    text = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(page.columns):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, name, head)
    for row, cells in enumerate(rows, 1):
        for column, value in enumerate(cells):
            sheet.write_string(row, column, value, text)
        for column in range(len(page.columns) - page.filled, len(page.columns)):
            sheet.write_blank(row, column, None, fill)
    choice = page.names.index("决定")
    allowed = {"validate": "list", "source": [CHOICE_NAMES[each] for each in page.choices]}
    sheet.data_validation(1, choice, max(len(rows), 1), choice, allowed)
    sheet.freeze_panes(1, 2)


def read_sheet(
    file: str, data: bytes, window: str, found: Sequence[Suspect], errors: Sequence[SuspectedError] = ()
) -> tuple[list[Decision], list[Decision]]:
    """The decisions of a filled sheet on findings and on wording errors; rows without one are left out.

    What is no longer found is accepted, so that the decision is kept and told; an unknown column, formula,
    id or fingerprint is not. Raises ReviewError naming file, row and column; then nothing of it counts.
    """
    codes = {each.finding_id: str(each.verdict["code"]) for each in found}
    decisions = _read_page(file, data, window, _FINDINGS, codes)
    codes = {each.error_id: str(each.site["site_code"]) for each in errors}
    return decisions, _read_page(file, data, window, _ERRORS, codes) if errors else []


def _read_page(file: str, data: bytes, window: str, page: _Page, known: Mapping[str, str]) -> list[Decision]:
    """Decisions of one worksheet; ``known`` are 标识码 by the ids of what is found today."""
    decisions: list[Decision] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in list(read_table(file, data, page.name, page.names)):
        decision = _decision(file, number, cells, window, page, known)
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
    told, url = newest(suspect)
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
        told,
        url or verdict["url"],
        ruling.note,
    )
    return (str(value or "")[:_MAX_CELL] for value in values)


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
    return (str(value or "")[:_MAX_CELL] for value in values)


def read_table(
    file: str, data: bytes, sheet: str, columns: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and cells by column of a workbook's sheet that we wrote and people filled in.

    Raises ReviewError where it is no xlsx, holds formulas, lacks the sheet, or has other columns.
    """
    try:
        sheets = read_sheets(file, data, max_cell=_MAX_CELL)
    except RegistryError as error:
        raise ReviewError(f"文件{file!r}无法读取：{error}") from error
    _refuse_formulas(file, data)
    named = [each for each in sheets if each.name == sheet]
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
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise ReviewError(f"文件{file!r}不是xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            page = book.read(name)
            if b"sheetData" not in page or _ANY_FORMULA.search(page) is None:
                continue  # a sheet may lie under any name
            place = _FORMULA.search(page)
            row = int(place[2]) if place else 0
            column = place[1].decode() if place else "未知"
            raise row_fault(file, row, column, "单元格是公式，请改为文字", name)


def _decision(  # noqa: PLR0913, PLR0917 - a row, and what it is held against
    file: str, row: int, cells: dict[str, str], window: str, page: _Page, known: Mapping[str, str]
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
    if code is not None and cells["标识码"] != code:
        raise row_fault(file, row, "标识码", "与问题编号不符，编号已被改动", cells["标识码"])
    choice = _CHOICES.get(cells["决定"])
    if choice is None or choice not in page.choices:
        wanted = "、".join(CHOICE_NAMES[each] for each in page.choices)
        raise row_fault(file, row, "决定", f"应为{wanted}之一", cells["决定"])
    try:
        return Decision(
            window=window,
            finding_id=cells["问题编号"],
            fingerprint=cells["证据指纹"],
            choice=choice,
            reason=cells["理由"],
            columns=columns_of(cells["免检栏目"]) if choice is Choice.EXEMPT else (),
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


def row_fault(file: str, row: int, column: str, told: str, value: Any) -> ReviewError:
    """The error that names the place of what cannot be accepted."""
    shown = str(value)
    shown = shown[:60] + "…" if len(shown) > 60 else shown
    return ReviewError(f"文件{file!r}第{row}行“{column}”列：{told}（现为{shown!r}）")
