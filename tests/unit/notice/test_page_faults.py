"""The sheet of faults of tags and links in annexes.xlsx."""

from __future__ import annotations

import io
import json
from typing import Any

from openpyxl import load_workbook
from support.notice_rows import notice_of, seed_verdicts

from jiancha.notice.render_html import render_html
from jiancha.notice.render_xlsx import render_xlsx


def fault(**changes: Any) -> dict[str, Any]:
    row = {
        "site_code": "6104000028",
        "name": "某委",
        "subject": "网站标识码",
        "told": "检查41页，缺失10页",
        "example": "http://a.example.gov.cn/",
        "value": None,
    }
    return {"target_id": "s1", "row": 1, **row, **changes}


def test_faults_have_a_sheet_where_there_are_any() -> None:
    notice = notice_of(seed_verdicts(), page_faults=[fault(), fault(subject="首页链接", value="=1+1")])
    sheet = load_workbook(io.BytesIO(render_xlsx(notice)))["标签与链接"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == [
        1,
        "6104000028",
        "某委",
        "网站标识码",
        "检查41页，缺失10页",
        "http://a.example.gov.cn/",
        None,
    ]
    cell = sheet.cell(row=3, column=7)
    assert (cell.value, cell.data_type) == ("=1+1", "s")  # a formula from a page stays text
    assert [row["subject"] for row in json.loads(notice.to_json())["page_faults"]] == [
        "网站标识码",
        "首页链接",
    ]
    assert "首页链接" not in render_html(notice).decode()


def test_without_faults_there_is_no_sheet() -> None:
    assert "标签与链接" not in load_workbook(io.BytesIO(render_xlsx(notice_of(seed_verdicts())))).sheetnames
