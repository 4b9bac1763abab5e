"""Spreadsheets as rows of text: xlsx, xls and csv, whatever the encoding, with their row numbers kept."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from jiancha.errors import RegistryError

MAX_CELL = 32_767  # characters, Excel's own limit
_UNPACKED_LIMIT = 200_000_000  # a registry of 100,000 rows unpacks to about 40 MB
# The reader lays a sheet out whole, up to its last cell: one cell at XFD1048576 would take 550 GB and end the
# process. A column formatted down to the last row is common and has to pass.
_AREA_LIMIT = 8_000_000
_CELL_AT = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW_AT = re.compile(rb"""<(?:[a-z]{1,9}:)?row\b[^<>]{0,200}?\br=["']([0-9]{1,7})["']""")
_ROW = re.compile(rb"<(?:[a-z]{1,9}:)?row[\s/>]")
_CELL = re.compile(rb"<(?:[a-z]{1,9}:)?c[\s/>]")
_DELIMITERS = ",;\t"


class Sheet(NamedTuple):
    """One sheet; ``rows`` holds (row number in the file, cells)."""

    file: str
    name: str | None
    rows: list[tuple[int, list[str]]]


def read_sheets(file: str, data: bytes, *, max_cell: int = MAX_CELL) -> list[Sheet]:
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
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        WorksheetNotFound,
        XmlError,
        ZipError,
    )

    _refuse_bomb(file, data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            table = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            rows = [(number, [_text(cell) for cell in row]) for number, row in enumerate(table, 1)]
            yield Sheet(file, name, [row for row in rows if any(row[1])])
    except (
        CalamineError,
        PasswordError,
        WorksheetNotFound,
        XmlError,
        ZipError,
        OSError,
        ValueError,
    ) as error:
        raise RegistryError(f"the workbook cannot be read: {error}", file=file) from error


def _refuse_bomb(file: str, data: bytes) -> None:
    """A small workbook may unpack to gigabytes, or place one cell so far out that its sheet would."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > _UNPACKED_LIMIT:
                reason = f"the workbook unpacks to {size:,} bytes, more than {_UNPACKED_LIMIT:,}"
                raise RegistryError(reason, file=file)
            if "xl/workbook.xml" not in archive.namelist():
                raise RegistryError("the file is a zip archive but no xlsx workbook", file=file)
            for name in archive.namelist():  # a sheet may lie under any name
                rows, columns = _extent(archive.read(name))
                if rows * columns > _AREA_LIMIT:
                    reason = (
                        f"a sheet of {rows:,} rows by {columns:,} columns, more than {_AREA_LIMIT:,} cells"
                    )
                    raise RegistryError(reason, file=file, sheet=name)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
    ) as error:
        # An old xls is for the reader. An archive that cannot be read may state false sizes: the reader
        # would unpack it before it found out.
        if data.startswith(b"PK"):
            raise RegistryError(f"the workbook cannot be read: {error}", file=file) from error


def _extent(sheet: bytes) -> tuple[int, int]:
    """Rows and columns that the cells of a sheet's XML reach; cells may leave their place unsaid."""
    rows = columns = 0
    for match in _CELL_AT.finditer(sheet):
        number = 0
        for letter in match[1]:
            number = number * 26 + letter - 64
        rows, columns = max(rows, int(match[2])), max(columns, number)
    for match in _ROW_AT.finditer(sheet):
        rows = max(rows, int(match[1]))
    parts = _ROW.split(sheet)
    rows = max(rows, len(parts) - 1)
    for part in parts:
        columns = max(columns, sum(1 for _ in _CELL.finditer(part)))
    return rows, columns


def _text(cell: object) -> str:
    """A cell as text: codes stored as numbers come without a decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv_sheet(file: str, data: bytes) -> Sheet:
    text = _decoded(file, data)
    head = text[:4096]
    delimiter = max(_DELIMITERS, key=head.count)
    # the limit is the whole process's: to lower it would break other readers
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
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
