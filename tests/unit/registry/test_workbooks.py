"""Workbooks and tables that are odd and healthy; the answers were written down before any was read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
from support.registry_files import ACCOUNT, ACCOUNTS, SITE, SITES

from jiancha.errors import RegistryError
from jiancha.registry.exports import RegistryTables, read_exports

Row = Sequence[object]

SCIENCE, HEALTH = SITE, ACCOUNT
JUSTICE = (2, "咸阳市司法局", "6104000055", "http://sfj.xianyang.gov.cn/", "市级政府部门网站", "咸阳市司法局")
POLICE = (2, "610422M013XL0001", "新浪微博", "平安三原", "三原县公安局")


def book(*rows: Row, also: Callable[[Any, Any], None] | None = None) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet("名录")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if also is not None:
            also(workbook, sheet)
    return buffer.getvalue()


def text(*rows: Row, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode(encoding)


def changed(row: Row, **cells: object) -> Row:
    return [cells.get(f"c{place}", value) for place, value in enumerate(row)]


def merged(*ranges: tuple[int, int, int, int, str]) -> Callable[[Any, Any], None]:
    def merge(workbook: Any, sheet: Any) -> None:
        for each in ranges:
            sheet.merge_range(*each, workbook.add_format())

    return merge


def hidden_sheet(workbook: Any, _: Any) -> None:
    other = workbook.add_worksheet("已关停")
    other.write_row(0, 0, SITES)
    other.write_row(1, 0, changed(JUSTICE, c1="旧站", c2="6104000077"))
    other.very_hidden()


def filtered(_: Any, sheet: Any) -> None:
    sheet.autofilter(0, 0, 2, 5)
    sheet.filter_column(1, "x == 咸阳市司法局")
    sheet.set_row(1, options={"hidden": True})


def read(name: str, data: bytes) -> RegistryTables:
    return read_exports([(name, data)])


def sites_of(tables: RegistryTables) -> list[tuple[str, ...]]:
    return [(s.name, s.site_code, s.url, s.owner) for s in tables.sites]


BOTH = [(SCIENCE[1], *SCIENCE[2:4], SCIENCE[5]), (JUSTICE[1], *JUSTICE[2:4], JUSTICE[5])]
WIDE = "６１０４００００５４"

#: What is odd, and the table: two websites all the same.
WHOLE: dict[str, bytes] = {
    "a merged title": book(
        (), SITES, SCIENCE, JUSTICE, also=merged((0, 0, 0, 5, "附件1 政府网站名录（2021年）"))
    ),
    "a merged footnote": book(SITES, SCIENCE, JUSTICE, also=merged((3, 0, 3, 5, "备注：数据来源于报送系统"))),
    "a total": book(SITES, SCIENCE, JUSTICE, ("合计", "2家", "", "", "", "")),
    "who filled it in": book(SITES, SCIENCE, JUSTICE, ("填表人：张某", "", "联系电话：029-33210000")),
    "a very hidden sheet": book(SITES, SCIENCE, JUSTICE, also=hidden_sheet),
    "a hidden column": book(
        SITES, SCIENCE, JUSTICE, also=lambda _, s: s.set_column(5, 5, None, None, {"hidden": True})
    ),
    "wide digits, a formula": text(
        SITES, changed(SCIENCE, c2=f"\t{WIDE}\t"), changed(JUSTICE, c2='="6104000055"')
    ),
    "marks and blanks in codes": text(
        SITES, changed(SCIENCE, c2="\u202a6104000054\u202c"), changed(JUSTICE, c2="610\xa0400\xa00055")
    ),
    "codes as numbers": book(SITES, changed(SCIENCE, c2=6104000054), changed(JUSTICE, c2=6104000055.0)),
    "headers with stars, breaks and notes": book(
        (" 序号", "*网站\n名称：", "网站标识码（必填）", "首页 网址:", "网站类型*", "主办单位 "),
        SCIENCE,
        JUSTICE,
    ),
    "a header on each page": book(SITES, SCIENCE, ("第1页",), SITES, JUSTICE),
    "a header in two rows": book(("序号", "网站基本信息", "", "", "", ""), SITES, SCIENCE, JUSTICE),
    "groups": book(SITES, ("一、市级部门", "", "", "", "", ""), SCIENCE, JUSTICE),
    "semicolons in GB18030": text(SITES, SCIENCE, JUSTICE, encoding="gb18030", delimiter=";"),
    "tabs in UTF-16": text(SITES, SCIENCE, JUSTICE, encoding="utf-16", delimiter="\t"),
    "empty lines": text(SITES, (), SCIENCE, ("",) * 6, JUSTICE),
}


@pytest.mark.parametrize("odd", WHOLE)
def test_two_websites_whatever_is_odd(odd: str) -> None:
    data = WHOLE[odd]
    tables = read("名录.xlsx" if data.startswith(b"PK") else "名录.csv", data)
    assert sites_of(tables) == BOTH
    assert tables.closed == []


@pytest.mark.parametrize("odd", ["a total", "who filled it in", "a very hidden sheet"])
def test_what_is_passed_over_is_told(odd: str) -> None:
    tables = read("名录.xlsx", WHOLE[odd])
    assert [w.check for w in tables.warnings] == ["hidden" if "hidden" in odd else "row_skipped"]


def test_a_row_that_has_lost_its_code_is_no_total() -> None:
    with pytest.raises(RegistryError, match=r"row 3.*网站标识码"):
        read("名录.xlsx", book(SITES, SCIENCE, changed(JUSTICE, c2="")))


def test_a_row_that_a_filter_hides_is_told() -> None:
    tables = read("名录.xlsx", book(SITES, SCIENCE, JUSTICE, also=filtered))
    assert sites_of(tables) == BOTH[1:]
    assert any("第2行" in remark.message for remark in tables.warnings)


def test_merged_types_and_owners_stand_in_every_row() -> None:
    merge = merged((1, 2, 2, 2, "微信订阅号"), (1, 4, 2, 4, "三原县卫生健康局"))
    tables = read("名录.xlsx", book(ACCOUNTS, HEALTH, changed(POLICE, c2="", c4=""), also=merge))
    assert [(a.platform, a.owner) for a in tables.accounts] == [("微信订阅号", "三原县卫生健康局")] * 2


@pytest.mark.parametrize(
    ("states", "used"),
    [
        ((" 正常 ", "（已 关停）"), 1),
        (("正常", "已注销（2020年12月）"), 1),
        (("未注销", "未关停"), 2),
        (("申请注销", "注销审核中"), 0),
        (("在用", "临时下线"), 1),
    ],
)
def test_states_as_offices_write_them(states: tuple[str, str], used: int) -> None:
    rows = [(*row, state) for row, state in zip((HEALTH, POLICE), states, strict=True)]
    tables = read("名录.xlsx", book((*ACCOUNTS, "账号状态"), *rows))
    assert (len(tables.accounts), len(tables.closed)) == (used, 2 - used)


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("http://kjj.xianyang.gov.cn/\nhttp://kjj2.xianyang.gov.cn/", "http://kjj.xianyang.gov.cn/"),
        ("kjj.xianyang.gov.cn:8080/index.jsp", "http://kjj.xianyang.gov.cn:8080/index.jsp"),
    ],
)
def test_addresses_as_offices_write_them(address: str, right: str) -> None:
    assert read("名录.csv", text(SITES, changed(SCIENCE, c3=address))).sites[0].url == right


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((SITES, changed(SCIENCE, c2="6.104E+09"), JUSTICE), "row 2.*网站标识码"),
        ((SITES[:3] + SITES[4:], SCIENCE[:3] + SCIENCE[4:]), "首页网址"),
    ],
)
def test_what_cannot_be_known_is_refused_by_name(rows: tuple[Row, ...], told: str) -> None:
    with pytest.raises(RegistryError, match=told):
        read("名录.csv", text(*rows))
