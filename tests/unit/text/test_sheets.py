"""Merged cells, hidden rows and sheets, cells without a value, and archives that lie."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

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


#: A registry of five sites as an old workbook (xls).
OLD = zlib.decompress(
    base64.b85decode(
        "c-rk)O-NKx6h8O;_{Pc68Pk3&OoaYJ8)qh>(6Q)erKJ`{L^YXM8Ka1WT4;Z+BnpD4h#(N6jn$?fil|Mr2#Q)nL7+veHU&j3%ITc*"
        "?mXw}1Pzo_yfeJ>?sx7v_q+4%xj*kceG(YDbiHU8#z+<DFp|iItQ4ETD?17Nfc1$46_a-lUI|zJDarQWKxUb6$M@KxF{JSx1`Vzm"
        "4^RWV!D}nDL2YZisbm6WCHEmFs1KE>1zbQ&E==cM<+E;NJ(=}Y_Poownk^?-SEBEb*aA<YwF{QYEZ(e@a$PP^yEi%J6<dN(2#+X>"
        "drt}5*Mt@Adt&?k&Wd6q2L=GgZEaJ$sXexD2nuij2jFv}1mIJ0rrs}c?GtMkfcCGd-AZFWtr-A^A+duKybp3{CZcG<w_)S<Z_p^v"
        "AEuE7#K~=68VnG1y)V0c8$NWIcG24XuwQhd{mi-jXX|>aH%XU+hx)0wy!K-K#)g`8I*6yu)mww$1y~YX9A1nP3C;xA-O<suth~Hs"
        "@7`cp=bl)+D;94qYi>PI))+5GQf=Gi9?g!GO;jjNR47eUjB7#$g_NL>5)}GbP*@2HD?#C(1x1vgh!PYT7lhNP(@VP=uY!JM74-4y"
        "kb`;`<Z(H`YlI*7xo=lKKC9WeKDwPPhk56-_s7{Zq>z9k6oJ9HTx0K=)an9`SjhS)w>pE%MXU>OX5)R%`a)S)bBukCbL|}D39&qn"
        "&P^%L!*bvIx?9D4Z=>_EJh*nayI}A|^b(XJ^Dd01-!WJu7K!ucNNz`ycOlo(*Q}?HTUR}rU-msA4*_}bot`mDfVGY2=?DjD@>$tP"
        "N2EK*Kx8<`L}W@HF@~o{^Rg|#PmcTr^Nb?mu^dD^9tROmwu6YrD|xguJR0+OrN2GelN>}mISwKopMz3)G=)b`!=p1#uJqTLXA}`n"
        "o`Z<T@1Rs3UEwj(@EFXKFZ~VX2{=eo>WF8ugHm}6g~v?8V=~Va>2ESmfrE&r&_TN5naX1-JXxGiqdZwKi*0rm(HRrutXf6OXfcjF"
        "g;|_<YMNRcHWl?fObtt>DS3Owc;7>B4||ixJ5CylEdr{ve7Hdwf=7!{@q#O^xZ;W{uKc4ScpC)XSq(mq+2>SCe%JYq*NFR><iC}A"
        "XvJR#zL>6tINsZ#E2I3G0;Wi|C4Mm``Mr>26SB8M3+&{6v}ByW`1T@F|IaT6`hVXP%9MX3lYahT{vV_YOym"
    )
)


def with_bytes(place: int, value: str) -> bytes:
    raw = bytes.fromhex(value)
    return OLD[:place] + raw + OLD[place + len(raw) :]


def stating(part: str, old: bytes, new: bytes) -> bytes:
    """A workbook one of whose parts states something else."""
    whole, changed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(whole) as book:
        book.add_worksheet().write_row(0, 0, ["a", "b"])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        assert old in source.read(part)
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(old, new) if name == part else data)
    return changed.getvalue()


def test_an_old_workbook_is_read() -> None:
    (sheet,) = read_book("a.xls", OLD).sheets
    assert sheet.name == "名录"
    assert sheet.rows[1] == (2, ["1", "某局1", "6104000051", "http://kjj1.xianyang.gov.cn/", "市级", "某局"])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(with_bytes(1896, "ffffffff"), id="a size that nobody has memory for"),
        pytest.param(with_bytes(2132, "ffffff7f"), id="the same at another place"),
        pytest.param(OLD[:512], id="cut off after its head"),
        pytest.param(OLD[:3000], id="cut off in a sector"),
        pytest.param(
            stating("xl/sharedStrings.xml", b'uniqueCount="2"', b'uniqueCount="4294967295"'), id="xlsx, texts"
        ),
        pytest.param(
            stating("xl/worksheets/sheet1.xml", b'r="A1"', b'r="A0"'), id="xlsx, a cell above the first row"
        ),
    ],
)
def test_a_damaged_workbook_costs_its_reader_and_nobody_else(data: bytes) -> None:
    """In the process of the task each of these ended it, or went past every handler of errors."""
    with pytest.raises(RegistryError) as caught:
        read_book("名录.xls", data)
    assert caught.value.file == "名录.xls"
    assert "cannot be read" in str(caught.value)
