"""Write a notice in all its forms."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.model import Notice
from jiancha.notice.render_docx import render_docx
from jiancha.notice.render_html import render_html
from jiancha.notice.render_xlsx import render_xlsx

_VERSION = re.compile(r"v([1-9][0-9]{0,5})")


def final_versions(lake: Lake, window: str) -> dict[int, dict[str, Any]]:
    """The published notices of a window by version, as notice.json tells them; drafts are left out."""
    root = lake.notice_folder(window).parent
    found: dict[int, dict[str, Any]] = {}
    for folder in root.iterdir() if root.exists() else ():
        match = _VERSION.fullmatch(folder.name)
        file = folder / "notice.json"
        if match is not None and file.exists():
            told = json.loads(file.read_text(encoding="utf-8"))
            if told["status"] == "final":
                found[int(match[1])] = told
    return dict(sorted(found.items()))


def next_version(lake: Lake, window: str) -> int:
    """The version that is written next: what was published stays, a draft of the next one is replaced."""
    return max(final_versions(lake, window), default=0) + 1


def write_notice(notice: Notice, lake: Lake) -> Path:
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
