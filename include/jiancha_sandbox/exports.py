"""What the two national reporting systems export, and the office's own lists beside them.

Per date four files: two workbooks (a title row above the header, as such exports have it) and two tables
in different encodings, as offices keep them.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from jiancha.registry.model import Level
from jiancha_sandbox.channels import REGISTERED
from jiancha_sandbox.city import SandboxCity

_LEVEL_NAMES = {
    Level.MUNICIPAL_PORTAL: "市级政府门户网站",
    Level.COUNTY_PORTAL: "县级政府门户网站",
    Level.MUNICIPAL_DEPARTMENT: "市级政府部门网站",
}
_SITE_HEADER = ("序号", "网站名称", "网站标识码", "首页网址", "网站类型", "主办单位")
_ACCOUNT_HEADER = ("序号", "新媒体标识码", "账号类型", "账号名称", "开设主体")
_COLUMN_HEADER = ("网站标识码", "栏目名称", "栏目网址", "栏目类别")
_SOURCE_HEADER = ("新媒体标识码", "账号类型", "账号名称", "读取方式", "地址")

_Rows = list[tuple[object, ...]]


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
    return {
        f"政府网站名录-{day}.xlsx": _workbook(
            "政府网站", f"咸阳市政府网站基本信息(截至{as_of})", _SITE_HEADER, _site_rows(city, as_of), as_of
        ),
        f"政务新媒体名录-{day}.xlsx": _workbook(
            "政务新媒体",
            f"咸阳市政务新媒体基本信息(截至{as_of})",
            _ACCOUNT_HEADER,
            _account_rows(city, as_of),
            as_of,
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
    """Columns that no link of their site leads to. Their kind is told from the name, so 类别 is empty."""
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


def _workbook(sheet_name: str, title: str, header: tuple[str, ...], rows: _Rows, day: date) -> bytes:
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
    return buffer.getvalue()


def _table(header: tuple[str, ...], rows: _Rows) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
