"""Write a notice in all its forms."""

from __future__ import annotations

from upath import UPath

from jiancha.lake import Lake
from jiancha.notice.model import Notice
from jiancha.notice.render_docx import render_docx
from jiancha.notice.render_html import render_html
from jiancha.notice.render_xlsx import render_xlsx


def write_notice(notice: Notice, lake: Lake) -> UPath:
    """Write notice.html, notice.docx, annexes.xlsx and notice.json; returns their folder.

    All are made before the first is written, and notice.json comes last: where it lies, the others do.
    """
    files = {
        "notice.html": render_html(notice),
        "notice.docx": render_docx(notice),
        "annexes.xlsx": render_xlsx(notice),
        "notice.json": notice.to_json(),
    }
    folder = lake.notice_folder(notice.window.key, notice.version)
    for name, data in files.items():
        lake.write_bytes(folder / name, data)
    return folder
