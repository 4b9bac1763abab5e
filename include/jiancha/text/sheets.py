"""Spreadsheets as rows of text: xlsx, xls and csv, whatever the encoding, with their row numbers kept."""

from __future__ import annotations

import codecs
import csv
import html
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jiancha.errors import InputError, RegistryError
from jiancha.text.characters import clean
from jiancha.text.packed import Package

#: How the names of spreadsheets end.
_SUFFIXES = (".xlsx", ".xls", ".csv")
_UNPACKED_LIMIT = 200_000_000  # a registry of 100,000 rows unpacks to about 40 MB
# The reader lays a sheet out whole, up to its last cell: one cell at XFD1048576 would take 550 GB and end the
# process. A column formatted down to the last row is common and has to pass.
_AREA_LIMIT = 8_000_000
_MERGED_LIMIT = 2_000_000  # cells of all merged ranges of a sheet
_PIECE = 1_000_000
_TAG = re.compile(rb"<(/?)(?:[A-Za-z]{1,9}:)?(row|c|f|v|is)\b([^<>]{0,2000})>")
_AT = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_ROW_AT = re.compile(rb"""\br=["']([0-9]{1,7})["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_SHEET = re.compile(r"<(?:[A-Za-z]{1,9}:)?(?:sheet|Relationship)\s([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"""(?:[A-Za-z]{1,9}:)?([A-Za-z]{1,20})\s?=\s?(?:"([^"]*)"|'([^']*)')""")
_NEVER_COMPUTED = "the cell's formula was never computed: save the file in Excel or WPS"
_DELIMITERS = ",;\t"


class Sheet(NamedTuple):
    """One sheet; ``rows`` holds (row number in the file, cells). All cells of a merged range have its value.

    ``faults`` tells by row number and column index why a cell has no value: a formula that was never
    computed, or an error. ``hidden`` are the numbers of rows that were left out because nobody sees them.
    """

    file: str
    name: str | None
    rows: list[tuple[int, list[str]]]
    faults: Mapping[tuple[int, int], str] = {}
    hidden: tuple[int, ...] = ()


class Book(NamedTuple):
    """The visible sheets of a file that hold anything, and those that are hidden."""

    sheets: list[Sheet]
    hidden: list[Sheet]


def is_spreadsheet(name: str) -> bool:
    """True for a file named as one; lock files of office programs (~$名录.xlsx) do not count."""
    return name.lower().endswith(_SUFFIXES) and not name.startswith("~$")


def read_sheets(file: str, data: bytes, *, max_cell: int = 32_767) -> list[Sheet]:
    """All visible sheets of a file that hold anything; raises RegistryError as ``read_book``, and for a cell
    without its value."""
    sheets = read_book(file, data, max_cell=max_cell).sheets
    for sheet in sheets:
        for (row, column), reason in sheet.faults.items():
            raise RegistryError(reason, file=file, sheet=sheet.name, row=row, column=column_name(column))
    return sheets


def read_book(file: str, data: bytes, *, max_cell: int = 32_767) -> Book:
    """What a file holds.

    Raises RegistryError naming file, sheet, row and column for what cannot be read, and for cells longer
    than ``max_cell`` characters.
    """
    if not data:
        raise RegistryError("the file is empty", file=file)
    if file.lower().endswith(".csv"):
        book = Book([Sheet(file, None, csv_rows(file, _decoded(file, data)))], [])
    else:
        book = _workbook(file, data)
    filled = [sheet for sheet in book.sheets if sheet.rows]
    if not filled:
        raise RegistryError("the file holds no rows", file=file)
    for sheet in filled:
        _check_cells(sheet, max_cell)
    return Book(filled, [sheet for sheet in book.hidden if sheet.rows])


def column_name(index: int) -> str:
    """The letters over a column, counted from 0."""
    letters = ""
    while index >= 0:
        letters = chr(65 + index % 26) + letters
        index = index // 26 - 1
    return letters


def csv_rows(file: str, text: str) -> list[tuple[int, list[str]]]:
    """The rows of a table with commas, semicolons or tabs, and their line numbers; raises RegistryError."""
    delimiter = max(_DELIMITERS, key=text[:4096].count)
    # the limit is the whole process's: to lower it would break other readers
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            values = [clean(cell).strip() for cell in cells]
            if any(values):
                rows.append((reader.line_num, values))
    except csv.Error as error:
        raise RegistryError(f"the csv is malformed: {error}", file=file, row=reader.line_num) from error
    return rows


def _decoded(file: str, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # "Unicode text" of spreadsheets
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RegistryError("the csv is neither UTF-8 nor GB18030", file=file)


class _Marks(NamedTuple):
    """What a sheet's XML says of its cells beside their values."""

    faults: Mapping[tuple[int, int], str]
    hidden: frozenset[int]


def _workbook(file: str, data: bytes) -> Book:
    inside = _look_inside(file, data)
    book = Book([], [])
    for name, seen, cells, merged in _raw_sheets(file, inside.data):
        sheet = _sheet(file, name, cells, merged, inside.marks.get(name, _Marks({}, frozenset())))
        (book.sheets if seen else book.hidden).append(sheet)
    return book


def _raw_sheets(file: str, data: bytes) -> list[Any]:
    """What the process that reads the workbook tells of each sheet; raises RegistryError for what it said."""
    program = [sys.executable, "-P", str(Path(__file__).with_name("workbook_process.py"))]
    done = subprocess.run(program, input=data, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()
        named = done.returncode == 1 and told and "\n" not in told
        reason = told if named else "it is damaged, or takes more memory or time than a workbook may"
        raise RegistryError(f"the workbook cannot be read: {reason}", file=file)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _sheet(file: str, name: str, raw: list[list[str]], merged: list[Any], marks: _Marks) -> Sheet:
    cells = [[clean(cell).strip() for cell in row] for row in raw]
    own = [number for number, row in enumerate(cells, 1) if any(row)]
    _spread(file, name, cells, merged)
    hidden = tuple(number for number in own if number in marks.hidden)
    # a merged range that hangs below the table's last row makes no row of its own
    rows = [(n, row) for n, row in enumerate(cells[: own[-1] if own else 0], 1) if any(row)]
    return Sheet(file, name, [row for row in rows if row[0] not in marks.hidden], marks.faults, hidden)


def _spread(file: str, name: str, cells: list[list[str]], merged: list[Any]) -> None:
    """Give the value of each merged range to all its cells."""
    budget = _MERGED_LIMIT
    for (top, left), (end, right) in merged:
        bottom, width = min(end, len(cells) - 1), right - left + 1
        budget -= max(0, bottom - top + 1) * width
        if budget < 0:
            raise RegistryError(f"merged ranges of more than {_MERGED_LIMIT:,} cells", file=file, sheet=name)
        value = cells[top][left] if top < len(cells) and left < len(cells[top]) else ""
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [value] * min(width, max(0, len(row) - left))


class _Inside(NamedTuple):
    """A workbook made anew of the parts that were looked at, and the marks of its sheets by their names."""

    data: bytes
    marks: Mapping[str, _Marks]


def _look_inside(file: str, data: bytes) -> _Inside:
    """Look at all parts of an xlsx before it is read.

    A small workbook may unpack to gigabytes, state false sizes, or place one cell so far out that its sheet
    would: the reader gets what was looked at and nothing else. Raises RegistryError.
    """
    if not data.startswith(b"PK"):
        return _Inside(data, {})  # an old xls is for the reader
    try:
        with Package(data, _UNPACKED_LIMIT) as package:
            if "xl/workbook.xml" not in package.names:
                raise RegistryError("the file is a zip archive but no xlsx workbook", file=file)
            parts = {name: package.part(name) for name in package.names}  # a sheet may lie under any name
    except InputError as error:
        raise RegistryError(f"the workbook cannot be read: {error}", file=file) from error
    marks = {name: _looked_at(file, name, part) for name, part in parts.items()}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return _Inside(whole.getvalue(), _by_sheet(parts, marks))


def _looked_at(file: str, name: str, part: bytes) -> _Marks:
    """What a part says of its cells, each tag looked at once; raises RegistryError for too large a sheet."""
    faults: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    row = column = rows = columns = 0
    open_cell = formula = value = False
    for match in _TAG.finditer(part):
        closing, tag, about = match[1] == b"/", match[2], match[3]
        if tag == b"row" and not closing:
            at = _ROW_AT.search(about)
            row, column = (int(at[1]) if at else row + 1), 0
            rows = max(rows, row)
            if _HIDDEN.search(about):
                hidden.add(row)
        elif tag == b"c" and not closing:
            place = _AT.search(about)
            column = _index(place[1]) if place else column + 1
            row = int(place[2]) if place else row
            rows, columns = max(rows, row), max(columns, column)
            if _ERROR.search(about):
                faults[row, column - 1] = "the cell holds an error (#REF!, #N/A or the like)"
            open_cell, formula, value = not about.endswith(b"/"), False, False
        elif tag == b"c":
            if open_cell and formula and not value:
                faults[row, column - 1] = _NEVER_COMPUTED
            open_cell = False
        elif not closing:
            formula, value = (
                formula or tag == b"f",
                value or (tag == b"v" and part[match.end() : match.end() + 1] != b"<"),
            )
        if rows * columns > _AREA_LIMIT:
            reason = f"a sheet of {rows:,} rows by {columns:,} columns, more than {_AREA_LIMIT:,} cells"
            raise RegistryError(reason, file=file, sheet=name)
    return _Marks(faults, frozenset(hidden))


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _by_sheet(parts: Mapping[str, bytes], marks: Mapping[str, _Marks]) -> Mapping[str, _Marks]:
    """The marks of each sheet by its name, as the workbook relates names to parts."""
    sheets, relations = (
        _attributes(parts.get(name, b"")) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    )
    targets = {each.get("Id", ""): each.get("Target", "") for each in relations}
    found: dict[str, _Marks] = {}
    for sheet in sheets:
        target = targets.get(sheet.get("id", ""), "")
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if name in marks:
            found[sheet.get("name", "")] = marks[name]
    return found


def _attributes(part: bytes) -> list[dict[str, str]]:
    text = part[:_PIECE].decode("utf-8", "replace")
    return [
        {name: html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}
        for tag in _SHEET.findall(text)
    ]


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
