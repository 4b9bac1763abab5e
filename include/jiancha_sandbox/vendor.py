"""The tables that a monitoring firm exports for the office: a county's accounts on all platforms."""

from __future__ import annotations

import csv
import io
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

import xlsxwriter

from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.channels import Fault, last_look, platform_uid
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.feeds import link_of, title_of
from jiancha_sandbox.kinds import workbook_kind

_HEADER = ("平台", "账号名称", "账号ID", "标题", "发布时间", "原文链接", "导出时间")
_PLATFORMS = {"wechat": "微信", "weibo": "微博", "toutiao": "头条", "douyin": "抖音", "kuaishou": "快手"}

_NAME = 1


class _Row(NamedTuple):
    platform: str
    name: str
    uid: str
    title: str
    moment: datetime
    link: str
    exported: datetime


def vendor_table(city: SandboxCity, accounts: Sequence[CityAccount]) -> bytes:
    """The posts of accounts up to the clock as CSV, oldest first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for row in _rows(city, accounts):
        writer.writerow(f"{cell:%Y-%m-%d %H:%M:%S}" if isinstance(cell, datetime) else cell for cell in row)
    return text.getvalue().encode("gb18030")


def vendor_workbook(city: SandboxCity, accounts: Sequence[CityAccount]) -> bytes:
    """The same as a workbook: titles above the headers, times as cells with a format.

    It has a sheet for each month, or the name merged over an account's posts.
    """
    buffer = io.BytesIO()
    rows = _rows(city, accounts)
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        when = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        if workbook_kind(accounts[0].region) == "monthly_sheets":
            for month, own in groupby(rows, key=lambda row: f"{row.moment.year}年{row.moment.month}月"):
                _write(book.add_worksheet(month), [*own], when)
        else:
            rows.sort(key=lambda row: (row.name, row.platform))
            sheet = book.add_worksheet("发文明细")
            _write(sheet, rows, when)
            _merge_names(sheet, rows, book.add_format())
    return buffer.getvalue()


def _write(sheet: Any, rows: Sequence[_Row], when: Any) -> None:
    sheet.write_string(0, 0, "新媒体发文明细")
    sheet.write_row(1, 0, _HEADER)
    for number, row in enumerate(rows, 2):
        for column, cell in enumerate(row):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, column, cell.replace(tzinfo=None), when)
            else:
                sheet.write_string(number, column, cell)


def _merge_names(sheet: Any, rows: Sequence[_Row], form: Any) -> None:
    at = 2
    for (name, _), own in groupby(rows, key=lambda row: (row.name, row.platform)):
        last = at + len([*own]) - 1
        if last > at:
            sheet.merge_range(at, _NAME, last, _NAME, name, form)
        at = last + 1


def _rows(city: SandboxCity, accounts: Sequence[CityAccount]) -> list[_Row]:
    rows = []
    for account in accounts:
        fault = city.fault(account, "export")
        exported = city.clock
        if fault is Fault.DEAD_COLLECTOR and city.latest_quarter is not None:
            exported = last_look(city.latest_quarter)
        posts = city.posts(account)
        seen = 0 if fault is Fault.EMPTY else bisect_right(posts, exported)
        name, platform = city.shown_name(account, fault), _PLATFORMS[account.family]
        rows += [
            _Row(
                platform,
                name,
                platform_uid(account),
                title_of(account, index, moment),
                moment,
                link_of(account, index, moment),
                exported,
            )
            for index, moment in enumerate(posts[:seen])
        ]
    return sorted(rows, key=lambda row: row.moment)
