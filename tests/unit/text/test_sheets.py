"""Merged cells, hidden rows and sheets, cells without a value, and archives that lie."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from jiancha.errors import RegistryError
from jiancha.text.sheets import column_name, read_book, read_sheets


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_merged_range_gives_its_value_to_all_its_cells() -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b", "c"], ["x", 1, "p"], [None, 2, None], [None, 3, "q"]):
        book.active.append(row)
    book.active.merge_cells("A2:A4")
    book.active.merge_cells("C2:C3")
    (sheet,) = read_sheets("f.xlsx", saved(book))
    assert [cells for _, cells in sheet.rows] == [
        ["a", "b", "c"], ["x", "1", "p"], ["x", "2", "p"], ["x", "3", "q"]
    ]  # fmt: skip


def test_a_merged_range_below_the_table_makes_no_rows() -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", "y"])
    book.active.merge_cells("A2:A900")
    assert [number for number, _ in read_sheets("f.xlsx", saved(book))[0].rows] == [1, 2]


def test_hidden_rows_and_sheets_are_left_out_and_told() -> None:
    book = openpyxl.Workbook()
    for row in (["a"], ["seen"], ["unseen"], ["last"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("choices").append(["one"])
    book["choices"].sheet_state = "hidden"
    book.create_sheet("more").append(["two"])
    book["more"].sheet_state = "veryHidden"
    found = read_book("f.xlsx", saved(book))
    assert [(s.rows, s.hidden) for s in found.sheets] == [([(1, ["a"]), (2, ["seen"]), (4, ["last"])], (3,))]
    assert [sheet.name for sheet in found.hidden] == ["choices", "more"]


def test_cells_without_their_value_are_told_by_cell() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B2"] = "a", "=1+1"
    book.active["C3"] = "#N/A"
    assert book.active["C3"].data_type == "e"
    (sheet,) = read_book("f.xlsx", saved(book)).sheets
    assert set(sheet.faults) == {(2, 1), (3, 2)}
    with pytest.raises(RegistryError) as caught:
        read_sheets("f.xlsx", saved(book))
    assert (caught.value.row, caught.value.column) == (2, "B")


def test_the_letters_of_columns() -> None:
    assert [column_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    book = openpyxl.Workbook()
    for n in range(200):
        book.active.append([f"row {n}"] * 20)
    data = bytearray(saved(book))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    true = size.to_bytes(4, "little")
    assert true in data
    for lie in (size // 10, 10):
        with pytest.raises(RegistryError):
            read_sheets("f.xlsx", bytes(data).replace(true, lie.to_bytes(4, "little")))


def test_an_archive_that_unpacks_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiancha.text.sheets._UNPACKED_LIMIT", 3_000_000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 3_000_001)
    with pytest.raises(RegistryError, match="unpacks to more than"):
        read_sheets("f.xlsx", target.getvalue())
