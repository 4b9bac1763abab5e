"""Spreadsheets as rows of text: xlsx, xls and csv, whatever the encoding, with their row numbers kept."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from jiancha.errors import RegistryError

_UNPACKED_LIMIT = 200_000_000  # a registry of 100,000 rows unpacks to about 40 MB
_DELIMITERS = ",;\t"


class Sheet(NamedTuple):
    """One sheet; ``rows`` holds (row number in the file, cells)."""

    file: str
    name: str | None
    rows: list[tuple[int, list[str]]]


def read_sheets(file: str, data: bytes, *, max_cell: int) -> list[Sheet]:
    """All sheets of a file that hold anything.

    Raises RegistryError naming file, sheet, row and column for what cannot be read, and for cells longer
    than ``max_cell`` characters.
    """
    if not data:
        raise RegistryError("the file is empty", file=file)
    sheets = [_csv_sheet(file, data)] if file.lower().endswith(".csv") else list(_workbook_sheets(file, data))
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        raise RegistryError("the file holds no rows", file=file)
    for sheet in filled:
        _check_cells(sheet, max_cell)
    return filled


def _workbook_sheets(file: str, data: bytes) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, WorksheetNotFound, XmlError, ZipError

    _refuse_bomb(file, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(table, 1)]
            yield Sheet(file, name, [row for row in rows if any(row[1])])
    except (CalamineError, PasswordError, WorksheetNotFound, XmlError, ZipError, OSError, ValueError) as error:
        raise RegistryError(f"the workbook cannot be read: {error}", file=file) from error


def _refuse_bomb(file: str, data: bytes) -> None:
    """A small workbook may unpack to gigabytes; its directory tells before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return  # an old xls, or broken: the reader will say so
    if size > _UNPACKED_LIMIT:
        raise RegistryError(f"the workbook unpacks to {size:,} bytes, more than {_UNPACKED_LIMIT:,}", file=file)


def _text(cell: object) -> str:
    """A cell as text: codes stored as numbers come without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv_sheet(file: str, data: bytes) -> Sheet:
    text = _decoded(file, data)
    head = text[:4096]
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise RegistryError(f"the csv is malformed: {error}", file=file, row=reader.line_num) from error
    return Sheet(file, None, rows)


def _decoded(file: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegistryError("the csv is neither UTF-8 nor GB18030", file=file)


def _check_cells(sheet: Sheet, max_cell: int) -> None:
    for number, cells in sheet.rows:
        for index, cell in enumerate(cells, 1):
            if len(cell) > max_cell:
                raise RegistryError(
                    f"a cell of {len(cell):,} characters (limit {max_cell:,})",
                    file=sheet.file,
                    sheet=sheet.name,
                    row=number,
                    column=str(index),
                    value=cell,
                )
