"""Exports made by hand, as an office would save them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

SITES = ("序号", "网站名称", "网站标识码", "首页网址", "网站类型", "主办单位")
ACCOUNTS = ("序号", "新媒体标识码", "账号类型", "账号名称", "开设主体")
SITE = (
    1,
    "咸阳市科学技术局",
    "6104000054",
    "http://kjj.xianyang.gov.cn/",
    "市级政府部门网站",
    "咸阳市科学技术局",
)
ACCOUNT = (1, "610422M005WX0001", "微信订阅号", "健康三原", "三原县卫生健康局")


def workbook(*rows: Sequence[object]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("名录")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def table(*rows: Sequence[object], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def site(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(name, value) for name, value in zip(SITES, SITE, strict=True))


def account(**changes: object) -> tuple[object, ...]:
    return tuple(changes.get(name, value) for name, value in zip(ACCOUNTS, ACCOUNT, strict=True))
