"""``jiancha review`` as an inspector runs it."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from support.lake_rows import City, ago

from jiancha.cli.main import main
from jiancha.review import sendings


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-19T09:00:00+08:00")
    city = City(tmp_path / "lake")
    city.account("a1", ago(1))
    city.account("a2", ago(30), name="某账号\x1b[31m")
    city.judge()
    return city


def test_the_sheet_goes_out_and_comes_back_and_the_notice_follows(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.xlsx"
    assert main(["review", "export", "2021Q1", "--out", str(sheet)]) == 0
    book = openpyxl.load_workbook(io.BytesIO(sheet.read_bytes()))
    for column, value in {"N": "确认", "Q": "李四", "R": "2021-02-18"}.items():
        book.active[f"{column}2"] = value
    book.save(sheet)
    assert main(["review", "import", "2021Q1", str(sheet)]) == 0
    assert main(["review", "status", "2021Q1"]) == 0
    assert main(["review", "publish", "2021Q1"]) == 0
    assert main(["review", "amend", "2021Q1", "--as-of", "2021-02-20"]) == 0
    assert main(["review", "sent", "2021Q1", "--on", "2021-02-22"]) == 0
    (letter,) = (tmp_path / "lake" / "notices" / "window=2021Q1" / "v1" / "orders").iterdir()
    assert sendings.sent(city.lake, "2021Q1") == {(1, letter.name): date(2021, 2, 22)}
    told = capsys.readouterr().out
    assert "读取决定1个，新存入1个" in told
    assert "已确认 某账号" in told
    assert "\x1b" not in told
    assert told.endswith(
        "notices/window=2021Q1/v1\nnotices/window=2021Q1/v2\n已记录1份整改通知单于2021-02-22发出\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", "2021Q1", "missing.xlsx"],
        ["amend", "2021Q1", "--as-of", "gestern"],
        ["sent", "2021Q1", "--on", "2021-02-30"],
        ["sent", "2021Q1", "--on", "2021-02-20"],  # nothing is published
        ["sent", "2021Q1", "某个没有通知单的单位", "--on", "2021-02-20"],
    ],
)
def test_bad_input_is_told_in_one_line(
    city: City, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["review", *arguments]) == 1
    assert capsys.readouterr().err.count("\n") == 1
