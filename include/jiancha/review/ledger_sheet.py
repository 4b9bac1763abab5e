"""The rectification ledger as xlsx, and owners' answers read back from it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date

import xlsxwriter

from jiancha.assess.amounts import KIND_NAMES
from jiancha.review.ledger import LedgerEntry
from jiancha.review.sheet import XLSX_OPTIONS, printed_landscape, read_table, row_fault
from jiancha.text.characters import printed

SHEET = "整改台账"
COLUMNS = (
    ("问题编号", 16),
    ("类别", 12),
    ("标识码", 22),
    ("名称", 30),
    ("账号类型", 12),
    ("主办单位", 26),
    ("存在问题", 34),
    ("通报日期", 12),
    ("整改期限", 12),
    ("状态", 12),
    ("完成日期", 12),
    ("最近复查", 40),
    ("证据", 40),
    ("单位反馈", 40),
)
_NAMES = tuple(name for name, _ in COLUMNS)
_ANSWER = "单位反馈"
_MAX_ANSWER = 2_000


def state(entry: LedgerEntry, today: date) -> str:
    """已整改, 整改中 or 逾期未整改; the deadline itself is still in time."""
    if entry.mended:
        return "已整改"
    return "逾期未整改" if today > entry.deadline else "整改中"


def write_ledger(entries: Sequence[LedgerEntry], today: date) -> bytes:
    """The ledger as it stands today; the last column is for the owners' answers."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, XLSX_OPTIONS)
    page = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E7ECF3"})
    text = book.add_format({"border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
    for column, (name, width) in enumerate(COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, name, head)
    for row, entry in enumerate(entries, 1):
        for column, value in enumerate(_cells(entry, today)):
            page.write_string(row, column, value, text)
    page.freeze_panes(1, 1)
    printed_landscape(page, SHEET)
    page.autofilter(0, 0, max(len(entries), 1), len(COLUMNS) - 1)
    book.close()
    return written.getvalue()


def read_answers(file: str, data: bytes, entries: Sequence[LedgerEntry]) -> list[tuple[LedgerEntry, str]]:
    """Answers that are new, by entry; raises ReviewError naming file, row and column, then none counts."""
    known = {entry.finding_id: entry for entry in entries}
    found = []
    for row, cells in read_table(file, data, SHEET, _NAMES):
        answer = printed(cells[_ANSWER])
        if not answer:
            continue
        entry = known.get(cells["问题编号"])
        if entry is None or not re.fullmatch(r"[0-9a-f]{12}", cells["问题编号"]):
            raise row_fault(file, row, "问题编号", "台账中没有这个问题", cells["问题编号"])
        if cells["标识码"] != printed(entry.code):
            raise row_fault(file, row, "标识码", "与问题编号不符，编号已被改动", cells["标识码"])
        if len(answer) > _MAX_ANSWER:
            raise row_fault(file, row, _ANSWER, f"超过{_MAX_ANSWER}字", answer)
        known_answer = printed(entry.answer)
        if answer not in (known_answer, *known_answer.split("；")):
            found.append((entry, answer))
    return found


def _cells(entry: LedgerEntry, today: date) -> Iterator[str]:
    values = (
        entry.finding_id,
        KIND_NAMES[entry.kind],
        entry.code,
        entry.name,
        entry.platform,
        entry.owner,
        entry.problem,
        entry.opened_on,
        entry.deadline,
        state(entry, today),
        entry.mended_on,
        entry.note,
        entry.evidence,
        entry.answer,
    )
    return ("" if value is None else printed(str(value))[:4_000] for value in values)
