"""The review sheet (核查表): findings as xlsx for offices that review on paper, and the sheet read back.

A sheet is taken whole or not at all: the first fault names file, row and column.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from jiancha.errors import RegistryError, ReviewError
from jiancha.registry.sheets import read_sheets
from jiancha.review.actions import KINDS, columns_of, measured, newest
from jiancha.review.model import CHOICE_NAMES, Choice, Decision, Ruling, Suspect
from jiancha.windows import ZONE

SHEET = "核查表"
#: The columns of a sheet from left to right with their widths; people fill in the last five.
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
_NAMES = tuple(name for name, _ in COLUMNS)
_FILLED = 5
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


def write_sheet(window: str, rulings: Sequence[Ruling]) -> bytes:
    """The sheet of all findings of a window; names that start with ``=`` stay text."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, XLSX_OPTIONS)
    page = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E7ECF3", "text_wrap": True})
    fill = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "bg_color": "#FFF8DC"})
    text = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, name, head)
    for row, ruling in enumerate(rulings, 1):
        for column, value in enumerate(_cells(window, ruling)):
            page.write_string(row, column, value, text)
        for column in range(len(COLUMNS) - _FILLED, len(COLUMNS)):
            page.write_blank(row, column, None, fill)
    choice = _NAMES.index("决定")
    page.data_validation(
        1, choice, max(len(rulings), 1), choice, {"validate": "list", "source": list(CHOICE_NAMES.values())}
    )
    page.freeze_panes(1, 2)
    book.close()
    return written.getvalue()


def read_sheet(file: str, data: bytes, window: str, found: Sequence[Suspect]) -> list[Decision]:
    """The decisions of a filled sheet; rows without a decision are left out.

    A finding that no longer exists is accepted, so that the decision is kept and told; an unknown column,
    formula, id or fingerprint is not. Raises ReviewError naming file, row and column; then nothing of the
    sheet counts.
    """
    rows = list(read_table(file, data, SHEET, _NAMES))
    known = {each.finding_id: each for each in found}
    decisions: list[Decision] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        decision = _decision(file, number, cells, window, known)
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
        KINDS[finding["target_kind"]],
        verdict["code"],
        verdict["name"],
        verdict["platform"],
        verdict["owner"],
        finding["problem"],
        measured(suspect),
        told,
        url or verdict["url"],
        ruling.told,
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


def _decision(
    file: str, row: int, cells: dict[str, str], window: str, known: dict[str, Suspect]
) -> Decision | None:
    if not any(cells[name] for name in _NAMES[-_FILLED:]):
        return None
    if cells["检查窗口"] != window:
        raise row_fault(file, row, "检查窗口", f"应为{window}", cells["检查窗口"])
    if not re.fullmatch(r"[0-9a-f]{12}", cells["问题编号"]):
        raise row_fault(file, row, "问题编号", "不是问题编号", cells["问题编号"])
    if not re.fullmatch(rf"[0-9a-f]{{{_FINGERPRINT}}}", cells["证据指纹"]):
        raise row_fault(file, row, "证据指纹", "不是证据指纹", cells["证据指纹"])
    suspect = known.get(cells["问题编号"])
    if suspect is not None and cells["标识码"] != str(suspect.verdict["code"]):
        raise row_fault(file, row, "标识码", "与问题编号不符，编号已被改动", cells["标识码"])
    choice = _CHOICES.get(cells["决定"])
    if choice is None:
        raise row_fault(file, row, "决定", f"应为{'、'.join(_CHOICES)}之一", cells["决定"])
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
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def row_fault(file: str, row: int, column: str, told: str, value: Any) -> ReviewError:
    """The error that names the place of what cannot be accepted."""
    shown = str(value)
    shown = shown[:60] + "…" if len(shown) > 60 else shown
    return ReviewError(f"文件{file!r}第{row}行“{column}”列：{told}（现为{shown!r}）")
