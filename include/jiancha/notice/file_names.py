"""What the files of a notice are called where people open, keep or get them by mail."""

from __future__ import annotations

from jiancha.notice.text import quarter_name

_NAMES = {
    "notice.html": "通报",
    "notice.docx": "通报",
    "annexes.xlsx": "附件",
    "notice.json": "数据",
    "ledger.xlsx": "整改台账",
    "核查表.xlsx": "核查表",
}


def kind_name(name: str) -> str:
    """What a file is, in Chinese."""
    return _NAMES.get(name, name.rpartition(".")[0])


def download_name(window: str, version: int, name: str, final: bool) -> str:
    """2021年第一季度通报（草稿 第2版）.docx."""
    state = "" if final else "草稿 "
    return f"{quarter_name(window)}{kind_name(name)}（{state}第{version}版）.{name.rpartition('.')[2]}"
