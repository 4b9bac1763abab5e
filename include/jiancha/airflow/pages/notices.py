"""The versions of a window's notice: number, state, day, figures, files and letters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.file_names import kind_name
from jiancha.pipeline.publish_notice import ORDERS as LETTERS
from jiancha.windows import ZONE

#: The folder of a version that holds its letters.
ORDERS = LETTERS
_VERSION = re.compile(r"v([1-9][0-9]{0,5})")
_STATES = {"draft": "草稿", "final": "正式"}


@dataclass(frozen=True, slots=True)
class Version:
    """``state`` is 草稿, 正式 or 更新 (a final one after the first); ``notice`` is notice.json."""

    window: str
    number: int
    state: str
    written: datetime
    notice: dict[str, Any]
    files: tuple[str, ...]
    letters: tuple[str, ...]

    @property
    def final(self) -> bool:
        return bool(self.notice.get("status") == "final")

    @property
    def folder(self) -> str:
        """Where it lies, as the pages address it."""
        return f"lake/notices/window={self.window}/v{self.number}"

    def label(self, name: str) -> str:
        """What a file is, in Chinese, with the kind of file."""
        return f"{kind_name(name)}.{name.rpartition('.')[2]}"


def versions(lake: Lake, window: str) -> list[Version]:
    """All versions of a window's notice that are whole, newest first; by number, not by name."""
    root = lake.window_folder("notices", window)
    found = []
    for folder in root.iterdir() if root.is_dir() else ():
        match = _VERSION.fullmatch(folder.name)
        if match and not folder.is_symlink() and (folder / "notice.json").is_file():
            found.append(_version(window, int(match[1]), folder))
    found.sort(key=lambda each: each.number)
    first = next((each.number for each in found if each.final), None)
    return [
        Version(v.window, v.number, "更新", v.written, v.notice, v.files, v.letters)
        if v.final and v.number != first
        else v
        for v in reversed(found)
    ]


def is_final(folder: Path) -> bool:
    """Whether a version's folder holds a published notice."""
    file = folder / "notice.json"
    return file.is_file() and json.loads(file.read_text(encoding="utf-8")).get("status") == "final"


def _version(window: str, number: int, folder: Path) -> Version:
    file = folder / "notice.json"
    notice = json.loads(file.read_text(encoding="utf-8"))
    return Version(
        window,
        number,
        _STATES.get(notice.get("status"), "未知"),
        datetime.fromtimestamp(file.stat().st_mtime, tz=ZONE),
        notice,
        _files(folder),
        _files(folder / LETTERS),
    )


def _files(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir() or folder.is_symlink():
        return ()
    return tuple(
        sorted(p.name for p in folder.iterdir() if p.is_file() and not p.is_symlink() and p.name[0] != ".")
    )
