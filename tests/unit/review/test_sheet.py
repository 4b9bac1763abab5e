"""The review sheet on paper: what prints, what is hidden, and what LibreOffice gives back."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from jiancha.errors import ReviewError
from jiancha.review.model import UNDECIDED, Choice, Ruling, State, Suspect, suspects
from jiancha.review.sheet import COLUMNS, read_sheet, write_sheet

SOFFICE = shutil.which("soffice")
STALE = [
    {"name": f"栏目{n}", "url": f"http://s.example/{n}/", "newest": "2019-03-01", "cutoff": "2020-02-15"}
    for n in range(11)
]


def found() -> list[Suspect]:
    finding = {
        "target_id": "s1",
        "target_kind": "site",
        "indicator": "site.columns_b",
        "problem": "应更新但长期未更新栏目数量超过（含）10个。",
        "measured": 11.0,
        "threshold": 10.0,
        "compare": "at_least",
        "unit": "column",
        "detail": json.dumps({"columns": STALE}, ensure_ascii=False),
    }
    verdict = {
        "target_id": "s1",
        "row": 1,
        "code": "6104000028",
        "name": "某市水利局",
        "platform": None,
        "owner": "某市水利局",
        "url": "http://s.example/",
    }
    return suspects("2021Q1", [finding], [verdict], {"s1": ["r1"]})


def sheet() -> bytes:
    return write_sheet("2021Q1", [Ruling(each, State.WITHHELD, UNDECIDED) for each in found()])


def filled(data: bytes, choice: str, *ticks: int) -> bytes:
    book = load_workbook(io.BytesIO(data))
    names = [name for name, _ in COLUMNS]
    for name, value in {
        "决定": choice,
        "理由": "专题已结束",
        "核查人": "张三",
        "核查时间": "2021-02-17",
    }.items():
        book["核查表"].cell(2, names.index(name) + 1).value = value
    for row in ticks:
        book["栏目"].cell(row + 2, 9).value = "√"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns_of(data: bytes) -> tuple[str, ...]:
    (decision,), _ = read_sheet("核查表.xlsx", data, "2021Q1", found())
    assert decision.choice is Choice.EXEMPT
    return decision.columns


def test_it_prints_landscape_as_wide_as_the_page_with_its_head_on_each() -> None:
    book = load_workbook(io.BytesIO(sheet()))
    assert book.sheetnames == ["核查表", "栏目"]
    for page in book:
        setup: Any = page.page_setup
        assert (setup.orientation, setup.paperSize, setup.fitToHeight) == ("landscape", 9, 0)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows == "$1:$1"
        shown = [c.value for c in page[1] if not page.column_dimensions[c.column_letter].hidden]
        assert not {"检查窗口", "问题编号", "证据指纹"} & set(shown)
    assert len(list(book["栏目"].iter_rows())) == 12


def test_ticked_columns_are_exempted() -> None:
    assert columns_of(filled(sheet(), "栏目免检", 0, 3)) == ("http://s.example/0/", "http://s.example/3/")


def test_a_tick_without_its_decision_is_a_fault() -> None:
    with pytest.raises(ReviewError, match=r"第5行“免检”列.*不是“栏目免检”"):
        read_sheet("核查表.xlsx", filled(sheet(), "确认", 3), "2021Q1", found())


def test_an_unknown_mark_is_a_fault() -> None:
    book = load_workbook(io.BytesIO(filled(sheet(), "栏目免检", 1)))
    book["栏目"].cell(4, 9).value = "也许"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(ReviewError, match="第4行“免检”列"):
        read_sheet("核查表.xlsx", out.getvalue(), "2021Q1", found())


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_what_libreoffice_saves_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "sheet.xlsx"
    path.write_bytes(filled(sheet(), "栏目免检", 0, 3))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [SOFFICE, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)  # type: ignore[arg-type]
    saved = (tmp_path / "sheet.xlsx").read_bytes()
    assert columns_of(saved) == ("http://s.example/0/", "http://s.example/3/")
