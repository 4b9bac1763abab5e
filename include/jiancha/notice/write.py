"""Write a notice in all its forms, whole and only once: a published version is never written again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.build import NoticeError
from jiancha.notice.model import Notice
from jiancha.notice.render_docx import render_docx
from jiancha.notice.render_html import render_html
from jiancha.notice.render_xlsx import render_xlsx

_VERSION = re.compile(r"v([1-9][0-9]{0,5})")


@contextmanager
def writing(lake: Lake, window: str) -> Iterator[None]:
    """Inside it no other process writes a notice of this window: which version is next is asked in here."""
    with lake.exclusive(f"notices-{window}"):
        yield


def versions(lake: Lake, window: str) -> dict[int, dict[str, Any]]:
    """All versions of a window's notice by number, as notice.json tells them: drafts and published ones."""
    root = lake.notice_folder(window).parent
    found: dict[int, dict[str, Any]] = {}
    for folder in root.iterdir() if root.exists() else ():
        match = _VERSION.fullmatch(folder.name)
        file = folder / "notice.json"
        if match is not None and file.exists():
            found[int(match[1])] = json.loads(file.read_text(encoding="utf-8"))
    return dict(sorted(found.items()))


def final_versions(lake: Lake, window: str) -> dict[int, dict[str, Any]]:
    """The published ones of them."""
    return {no: notice for no, notice in versions(lake, window).items() if notice["status"] == "final"}


def next_version(lake: Lake, window: str) -> int:
    """The version that is written next: what was published stays, a draft of the next one is replaced."""
    return max(final_versions(lake, window), default=0) + 1


#: What makes each form of a notice, by its file's name.
FORMS: Mapping[str, Callable[[Notice], bytes]] = {
    "notice.html": render_html,
    "notice.docx": render_docx,
    "annexes.xlsx": render_xlsx,
    "notice.json": Notice.to_json,
}


def forms(notice: Notice) -> dict[str, bytes]:
    """All forms of a notice by name."""
    return {name: render(notice) for name, render in FORMS.items()}


def write_notice(notice: Notice, lake: Lake, beside: Mapping[str, bytes] | None = None) -> Path:
    """Write notice.html, .docx, .json, annexes.xlsx and what lies beside them; returns their folder.

    All are made before the first is written, and they appear together. Raises NoticeError where this version
    was published.
    """
    key, version = notice.window.key, notice.version
    if version in final_versions(lake, key):
        raise NoticeError(f"version {version} of the notice of {key} was published and stays as it is")
    files = {**(beside or {}), **forms(notice)}
    folder = lake.notice_folder(key, version)
    lake.put_folder(folder, files, read_only=notice.status == "final")
    return folder
