"""What is read from an export, and what is said about one that cannot be read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.registry_files import ACCOUNTS, SITES, account, site, table, workbook

from jiancha.errors import RegistryError
from jiancha.registry.exports import RegistryTables, joined, read_exports
from jiancha.registry.model import Account, Level, Site

KJJ = Site(
    "6104000054",
    "咸阳市科学技术局",
    "http://kjj.xianyang.gov.cn/",
    Level.MUNICIPAL_DEPARTMENT,
    "咸阳市科学技术局",
    1,
)


def read(data: bytes, name: str = "名录.xlsx", **options: object) -> RegistryTables:
    return read_exports([(name, data)], **options)  # type: ignore[arg-type]


def error(data: bytes, name: str = "名录.xlsx", **options: object) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        read(data, name, **options)
    return caught.value


def test_a_workbook_with_a_title_above_its_header() -> None:
    tables = read(workbook(("咸阳市政府网站基本信息",), (), SITES, site()))
    assert (tables.sites, tables.warnings) == ([KJJ], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_in_any_encoding_and_with_any_delimiter(encoding: str, delimiter: str) -> None:
    data = table(SITES, site(), delimiter=delimiter, encoding=encoding)
    assert read(data, "名录.csv").sites == [KJJ]


def test_the_headers_tell_the_table_not_the_file_name() -> None:
    tables = read_exports(
        [("政府网站.xlsx", workbook(ACCOUNTS, account())), ("新媒体.csv", table(SITES, site()))]
    )
    assert tables.sites == [KJJ]
    assert tables.accounts == [Account("610422M005WX0001", "微信订阅号", "健康三原", "三原县卫生健康局", 1)]


def test_other_header_names_and_those_of_the_city(tmp_path: Path) -> None:
    header = ("网站名称", "标识码", "网址", "网站类别", "谁办的")
    data = workbook(header, site()[1:])
    assert "主办单位" in str(error(data))
    own = tmp_path / "own.toml"
    own.write_text('[sites]\nowner = ["谁办的"]\n', encoding="utf-8")
    assert read(data, aliases=own).sites == [KJJ]


def test_header_names_for_a_column_that_is_not_there(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[sites]\nbudget = ["预算"]\n', encoding="utf-8")
    assert "[sites] budget" in str(error(workbook(SITES, site()), aliases=own))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("乾县公安局\n城关派出所", "乾县公安局城关派出所"),
        ("乾县 \r\n\n 交警大队", "乾县交警大队"),
        ("Xianyang\nFabu", "Xianyang Fabu"),
        ("平安\nQianxian", "平安Qianxian"),
    ],
)
def test_names_broken_over_lines(cell: str, name: str) -> None:
    assert read(workbook(ACCOUNTS, account(账号名称=cell))).accounts[0].name == name


@given(st.text(alphabet="乾县公安局 \r\nab1"))
def test_a_joined_name_is_one_line_and_keeps_every_letter(text: str) -> None:
    assert not {"\n", "\r"} & set(joined(text))
    assert joined(text).replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (6104000028, "6104000028"),
        ("6104000028.0", "6104000028"),
        ("６１０４００００２８", "6104000028"),
        (" 6104 000028", "6104000028"),
        ("0104000028", "0104000028"),
        ("bm12000001", "bm12000001"),
    ],
)
def test_codes_as_numbers_full_width_and_with_leading_zeros(cell: object, code: str) -> None:
    assert read(workbook(SITES, site(网站标识码=cell))).sites[0].site_code == code


def test_an_unknown_level_is_a_warning() -> None:
    tables = read(workbook(SITES, site(网站类型="乡镇网站")))
    assert tables.sites[0].level is Level.OTHER
    assert [w.check for w in tables.warnings] == ["site_level"]
    assert "乡镇网站" in tables.warnings[0].message


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"PK\x03\x04 cut short"])
def test_a_corrupt_workbook_is_named(data: bytes) -> None:
    assert error(data).file == "名录.xlsx"


def test_a_workbook_cut_in_half() -> None:
    whole = workbook(SITES, site())
    assert "cannot be read" in str(error(whole[: len(whole) // 2]))


@pytest.mark.parametrize(("name", "data"), [("a.xlsx", workbook()), ("a.csv", b"\n\n"), ("a.csv", b"")])
def test_a_file_without_rows(name: str, data: bytes) -> None:
    assert error(data, name).file == name


def test_missing_columns_are_listed_beside_those_that_were_found() -> None:
    message = str(error(workbook(("序号", "网站名称", "网站标识码"), (1, "甲", "6104000054"))))
    for word in ("首页网址", "网站类型", "主办单位", "网站标识码"):
        assert word in message
    assert "no header row" in message


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("网站名称", "", "empty cell"),
        ("网站标识码", "  ", "empty cell"),
        ("首页网址", "", "empty cell"),
        ("首页网址", "ftp://kjj.xianyang.gov.cn/", "not a web address"),
        ("首页网址", "http:///index.html", "not a web address"),
        ("首页网址", "javascript:alert(1)", "not a web address"),
    ],
)
def test_a_faulty_cell_is_named_by_row_and_column(column: str, value: str, reason: str) -> None:
    found = error(workbook(("标题",), SITES, site(), site(**{column: value})))
    assert reason in found.reason
    assert (found.sheet, found.row, found.column) == ("名录", 4, column)


@pytest.mark.parametrize(
    "address", ["http://clerk:hunter2@a.gov.cn/", "clerk:hunter2@a.gov.cn", "http://hunter2@localhost"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(address: str) -> None:
    found = error(workbook(("标题",), SITES, site(), site(首页网址=address)))
    assert "password" in found.reason
    assert (found.sheet, found.row, found.column) == ("名录", 4, "首页网址")
    assert "hunter2" not in str(found)


def test_all_problems_of_all_files_are_told_at_once() -> None:
    sites = workbook(SITES, site(网站名称=""), site(), site(首页网址="ftp://a.gov.cn"))
    with pytest.raises(RegistryError) as caught:
        read_exports([("甲.xlsx", sites), ("乙.xlsx", b""), ("丙.xlsx", workbook(ACCOUNTS, account()))])
    message = str(caught.value)
    assert "3 problems" in message
    for part in ("row 2", "row 4", "'甲.xlsx'", "'乙.xlsx'"):
        assert part in message
    assert "丙" not in message


def test_a_long_list_of_problems_is_cut_and_counted() -> None:
    message = str(error(workbook(SITES, *[site(网站名称="")] * 30)))
    assert "30 problems" in message
    assert "and 10 more" in message


def test_a_cell_of_five_megabytes() -> None:
    found = error(table(SITES, site(网站名称="甲" * 5_000_000)), "名录.csv")
    assert "5,000,000" in found.reason
    assert found.row == 2
    assert len(str(found)) < 1_000
    assert len(read(table(SITES, site(网站名称="甲" * 32_767)), "名录.csv").sites[0].name) == 32_767
    assert error(table(SITES, site(网站名称="甲" * 32_768)), "名录.csv").row == 2


def test_a_csv_that_is_neither_utf8_nor_gb18030() -> None:
    assert "neither UTF-8 nor GB18030" in str(error(b"\xff\xff,\x81\n", "名录.csv"))


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 201_000_000)
    assert len(buffer.getvalue()) < 1_000_000
    assert "unpacks to" in str(error(buffer.getvalue()))


def far_cell(row: str, cell: str) -> bytes:
    """A workbook whose sheet holds one cell and, at the given places, a second one."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook(("a",), ("b",)))) as source,
        zipfile.ZipFile(buffer, "w") as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = data.replace(b'<row r="2"', row.encode()).replace(b'<c r="A2"', cell.encode())
            target.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ('<row r="1048576"', '<c r="XFD1048576"'),
        ("<row r='1048576'", "<c r='XFD1048576'"),
        ('<row spans="1:2" r="1048576"', '<c r="XFD2"'),
    ],
)
def test_a_sheet_with_one_cell_far_out_is_refused_before_it_is_laid_out(row: str, cell: str) -> None:
    # laid out whole such a sheet takes 550 GB: the process would be gone, not this test red
    assert "more than 8,000,000 cells" in str(error(far_cell(row, cell)))


def test_a_column_that_is_formatted_to_the_last_row_is_no_reason_to_refuse() -> None:
    assert "no header row" in str(error(far_cell('<row r="1048576"', '<c r="C1048576"')))


def test_a_zip_archive_that_is_no_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    assert "no xlsx workbook" in str(error(buffer.getvalue()))


def test_columns_and_sources() -> None:
    columns = table(
        ("网站标识码", "栏目名称", "栏目网址", "栏目类别"),
        ("6104000054", "统计\n信息", "http://kjj.xianyang.gov.cn/tj/", ""),
    )
    head = ("新媒体标识码", "账号类型", "账号名称", "读取方式", "地址")
    rows = [
        ("610422M005WX0001", "微信订阅号", "健康三原", way, "http://feeds.example/a")
        for way in ("feed", "订阅源", "self_report", "自主填报")
    ]
    tables = read_exports([("栏目.csv", columns), ("来源.csv", table(head, *rows))])
    assert [(c.site_code, c.name, c.kind) for c in tables.columns] == [("6104000054", "统计信息", "")]
    assert [s.adapter for s in tables.sources] == ["feed", "feed", "self_report", "self_report"]
    assert "way of reading" in str(
        error(table(head, (*rows[0][:3], "抓包", "http://feeds.example/a")), "来源.csv")
    )


def book_of(*sheets: tuple[str, Sequence[Sequence[object]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        ("序号", "*新媒体标识码", "账号类型*", " 账号 名称 ", "开设主体:"),
        ("序号", "新媒体标识码(必填)", "账号类型（下拉选择）", "账号名称：", "★开设主体"[1:]),
        ("序号", "新媒体\n标识码", "账号\u200b类型", "账号名称＊", "开设　主体"),
    ],
)
def test_headers_with_stars_colons_blanks_and_notes(header: tuple[str, ...]) -> None:
    assert len(read(workbook(header, account())).accounts) == 1


def test_a_header_in_two_rows_that_are_merged() -> None:
    book = book_of(
        ("名录", [["序号", "账号信息", None, None, "开设主体"], [None, *ACCOUNTS[1:4], None], account()])
    )
    for merged in ("A1:A2", "B1:D1", "E1:E2"):
        book["名录"].merge_cells(merged)
    assert read(saved(book)).accounts == read(workbook(ACCOUNTS, account())).accounts


def test_headers_said_again_and_headings_of_groups_are_no_accounts() -> None:
    rows = [("三原县",), ACCOUNTS, account(), ("乾县",), ACCOUNTS, account(新媒体标识码="610424M005WX0001")]
    book = book_of(("名录", rows))
    book["名录"].merge_cells("A4:E4")
    assert [a.account_code for a in read(saved(book)).accounts] == ["610422M005WX0001", "610424M005WX0001"]


def test_the_message_names_the_column_that_lacks() -> None:
    assert "the nearest lacks 开设主体;" in str(error(workbook(ACCOUNTS[:4], account()[:4])))


def test_closed_accounts_and_sites_are_kept_apart() -> None:
    rows = [(*ACCOUNTS, "运行状态"), (*account(), "已注销"), (*account(账号名称="乾县发布"), "观察")]
    tables = read(workbook(*rows))
    assert [(c.kind, c.name, c.state) for c in tables.closed] == [("account", "健康三原", "已注销")]
    assert [a.name for a in tables.accounts] == ["乾县发布"]
    assert "名录.xlsx“名录”第3行：状态“观察”不在已知状态中" in tables.warnings[0].message
    sites = read(workbook((*SITES, "网站状态"), (*site(首页网址="无"), "已关停"), (*site(), "正常")))
    assert (len(sites.sites), sites.closed[0].kind) == (1, "site")


def test_instructions_and_hidden_choices_never_break_an_import() -> None:
    book = book_of(
        ("填报说明", [["字段", "说明"], ["账号名称", "全称"], list(ACCOUNTS), list(account())]),
        ("Sheet2", [["微信订阅号"], ["新浪微博"]]),
        ("账号", [ACCOUNTS, account()]),
        ("选项", [["微信订阅号"]]),
    )
    book["选项"].sheet_state = "hidden"
    tables = read(saved(book))
    assert len(tables.accounts) == 1
    told = " ".join(remark.message for remark in tables.warnings)
    assert all(f"“{name}”" in told for name in ("填报说明", "Sheet2", "选项"))


def test_a_faulty_cell_is_told_by_its_place() -> None:
    book = book_of(("名录", [ACCOUNTS, account(开设主体="=A1")]))
    (remark,) = read(saved(book)).warnings
    assert "第2行" in remark.message
    assert "(E2)" in remark.message
    found = error(saved(book_of(("名录", [ACCOUNTS, account(账号名称="=A1")]))))
    assert (found.row, found.column) == (2, "账号名称")
    assert "(D2)" in found.reason


def test_hidden_rows_are_told() -> None:
    book = book_of(("名录", [ACCOUNTS, account(), account(账号名称="乾县发布")]))
    book["名录"].row_dimensions[3].hidden = True
    tables = read(saved(book))
    assert [a.name for a in tables.accounts] == ["健康三原"]
    assert "有隐藏的行未读取：第3行" in tables.warnings[0].message


def test_a_password_in_an_address_is_named_by_its_row_and_not_quoted() -> None:
    found = error(workbook(SITES, site(首页网址="http://u:geheim@kjj.gov.cn/")))
    assert (found.row, found.column) == (2, "首页网址")
    assert "geheim" not in str(found)
