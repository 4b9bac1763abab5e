"""What the two national reporting systems export, and the office's own lists beside them.

Per date four files: two workbooks (a title row above the header, as such exports have it) and two tables
in different encodings, as offices keep them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter

from jiancha.registry.model import Level
from jiancha_sandbox.channels import REGISTERED
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.kinds import export_kinds

_LEVEL_NAMES = {
    Level.MUNICIPAL_PORTAL: "市级政府门户网站",
    Level.COUNTY_PORTAL: "县级政府门户网站",
    Level.MUNICIPAL_DEPARTMENT: "市级政府部门网站",
}
_ADDRESS = "首页网址"
_SITE_HEADER = ("序号", "网站名称", "网站标识码", _ADDRESS, "网站类型", "主办单位")
_ACCOUNT_HEADER = ("序号", "新媒体标识码", "账号类型", "账号名称", "开设主体")
_COLUMN_HEADER = ("网站标识码", "栏目名称", "栏目网址", "栏目类别")
_SOURCE_HEADER = ("新媒体标识码", "账号类型", "账号名称", "读取方式", "地址")

#: Rows that are in no figure: what was closed before, and what is registered elsewhere now.
_CLOSED_SITES = tuple(
    ("", name, code, f"http://{label}.xianyang.gov.cn/", "市级政府部门网站", name, state)
    for name, code, label, state in (
        ("咸阳市旅游局", "6104000091", "lvyou", "已关停"),
        ("咸阳市粮食局", "6104000092", "lsj", "已注销"),
    )
)
_CLOSED_ACCOUNTS = (
    ("", "610400M091WX0001", "微信订阅号", "咸阳旅游", "咸阳市旅游局", "已注销"),
    ("", "610400M092XL0001", "新浪微博", "咸阳粮食", "咸阳市粮食局", "停用"),
)
_USED_STATES = ("正常", "正常运行", "在用", "待核实")  # the last is one that nobody knows

_QUOTES = ("'{}", "“{}”", "\u200b{}\u200e")
_NOTES = ("{}", "{}(新版)", "{} 旧址:http://old.xianyang.gov.cn/", "{}、http://www.xianyang.gov.cn/bm/")

_Row = tuple[object, ...]
_Rows = list[_Row]


def write_exports(folder: Path, city: SandboxCity, *, as_of: date) -> list[Path]:
    """Write the four files of one date into ``folder``; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in build_exports(city, as_of=as_of).items():
        path = folder / name
        path.write_bytes(content)
        paths.append(path)
    return paths


def write_all_exports(folder: Path, city: SandboxCity) -> list[Path]:
    """Write one set dated at the last day of each window that is over at the city's clock."""
    return [path for window in city.windows() for path in write_exports(folder, city, as_of=window.end)]


def build_exports(city: SandboxCity, *, as_of: date) -> dict[str, bytes]:
    """The four files of one date, by name."""
    day = f"{as_of:%Y%m%d}"
    kinds = export_kinds(next((w.quarter for w in city.windows() if w.end == as_of), None))
    sites = _odd(_SITE_HEADER, _site_rows(city, as_of), kinds, _CLOSED_SITES)
    accounts = _odd(_ACCOUNT_HEADER, _account_rows(city, as_of), kinds, _CLOSED_ACCOUNTS)
    return {
        f"政府网站名录-{day}.xlsx": _workbook(
            "政府网站", f"咸阳市政府网站基本信息(截至{as_of})", sites, as_of, kinds
        ),
        f"政务新媒体名录-{day}.xlsx": _workbook(
            "政务新媒体",
            f"咸阳市政务新媒体基本信息(截至{as_of})",
            accounts,
            as_of,
            kinds,
        ),
        f"栏目清单-{day}.csv": _table(_COLUMN_HEADER, _column_rows(city, as_of)).encode("utf-8-sig"),
        f"新媒体来源-{day}.csv": _table(_SOURCE_HEADER, _source_rows(city, as_of)).encode("gb18030"),
    }


def _site_rows(city: SandboxCity, day: date) -> _Rows:
    return [
        (number, s.name, s.site_code, f"http://{s.host_at(day)}/", _LEVEL_NAMES[s.level], s.owner)
        for number, s in enumerate(city.sites, 1)
    ]


def _account_rows(city: SandboxCity, day: date) -> _Rows:
    return [
        (number, a.code, a.platform, a.name_at(day), a.owner) for number, a in enumerate(city.accounts, 1)
    ]


def _column_rows(city: SandboxCity, day: date) -> _Rows:
    """Columns that no link of their site leads to. Their kind follows from the name, so 类别 is empty."""
    return [
        (s.site_code, c.name, f"http://{s.host_at(day)}{c.path}", "")
        for s in city.sites
        for c in s.columns
        if not c.listed
    ]


def _source_rows(city: SandboxCity, day: date) -> _Rows:
    """What the registry itself knows; the office's plan of sources has the rest."""
    return [
        (a.code, a.platform, a.name_at(day).replace("\n", ""), channel.adapter, channel.address)
        for a in city.accounts
        for channel in city.channels(a)
        if channel.adapter in REGISTERED
    ]


class _Sheet(NamedTuple):
    """A header and its rows, and which column is merged over rows that have the same value."""

    header: tuple[str, ...]
    rows: _Rows
    merged: int | None = None


def _odd(header: tuple[str, ...], rows: _Rows, kinds: Collection[str], closed: Sequence[_Row]) -> _Sheet:
    """The table with what its kinds do to it."""
    code = next(n for n, name in enumerate(header) if "标识码" in name)
    kept, merged = header, None
    if "merged_types" in kinds:
        merged = next(n for n, name in enumerate(header) if name.endswith("类型"))
        rows = sorted(rows, key=lambda row: str(row[merged]))
    if "quoted_codes" in kinds:
        rows = [_with(row, code, _QUOTES[n % len(_QUOTES)].format(row[code])) for n, row in enumerate(rows)]
    if "noted_addresses" in kinds and _ADDRESS in header:
        at = header.index(_ADDRESS)
        rows = [_with(row, at, _NOTES[n % len(_NOTES)].format(row[at])) for n, row in enumerate(rows)]
    if "states" in kinds:
        header = (*header, "状态")
        rows = [(*row, _USED_STATES[n] if n < len(_USED_STATES) else "正常") for n, row in enumerate(rows)]
        rows[10:10] = closed
    if "repeated_headers" in kinds:
        header = tuple(f"*{name}" if number else f" {name} :" for number, name in enumerate(header))
        again = tuple([*kept, "状态"][: len(header)])
        rows = [*rows[:20], again, *rows[20:40], again, *rows[40:]]
    return _Sheet(header, rows, merged)


def _with(row: _Row, place: int, value: object) -> _Row:
    return (*row[:place], value, *row[place + 1 :])


def _workbook(sheet_name: str, title: str, table: _Sheet, day: date, kinds: Collection[str]) -> bytes:
    header, rows = table.header, table.rows
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        # The creation time would otherwise be now, and the same seed would not give the same bytes.
        book.set_properties({"created": datetime(day.year, day.month, day.day)})  # noqa: DTZ001 - written as is
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet(sheet_name)
        sheet.merge_range(0, 0, 0, len(header) - 1, title, bold)
        sheet.write_row(1, 0, header, bold)
        for number, row in enumerate(rows, 2):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value, wrapped)
                else:
                    sheet.write(number, column, value)
        sheet.set_column(1, len(header) - 1, 26)
        if table.merged is not None:
            _merge(sheet, table.merged, [row[table.merged] for row in rows], wrapped)
        if "hidden_sheets" in kinds:
            sheet.write_row(len(rows) + 2, 0, ["例", *["示例"] * (len(header) - 1)])
            sheet.set_row(len(rows) + 2, None, None, {"hidden": True})
            book.add_worksheet("填报说明").write_column(
                0, 0, ["一、标识码由报送系统生成。", "二、类型从下拉框中选择。"]
            )
            choices = book.add_worksheet("Sheet2")
            choices.write_column(0, 0, [*_LEVEL_NAMES.values(), "微信订阅号", "新浪微博"])
            choices.hide()
    return buffer.getvalue()


def _merge(sheet: Any, column: int, values: Sequence[object], form: Any) -> None:
    first = 0
    for last in range(len(values)):
        if last + 1 == len(values) or values[last + 1] != values[first]:
            if last > first:
                sheet.merge_range(first + 2, column, last + 2, column, values[first], form)
            first = last + 1


def _table(header: tuple[str, ...], rows: _Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
