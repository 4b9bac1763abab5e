"""Files of the lake that people open or keep: notices, letters, checks of gates, pictures."""

from __future__ import annotations

import mimetypes
import re
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from jiancha.airflow.pages import notices
from jiancha.airflow.pages.view import QUIET, Asked
from jiancha.lake import Lake
from jiancha.notice.file_names import download_name

router = APIRouter()

#: Served pages quote outside text: they run without the session of the visitor and load nothing.
_POLICIES = {
    "notices": f"sandbox allow-popups allow-downloads; {QUIET}",
    "data_docs": f"sandbox allow-popups; {QUIET}",
    "evidence": f"sandbox; {QUIET}",  # pictures of accused pages
}
_SHOWN = {"text/html", "image/png"}
_MOST_PARTS = 8
_VERSION = re.compile(r"window=(?P<window>[0-9]{4}Q[1-4])/v(?P<number>[1-9][0-9]{0,5})/(?P<name>[^/]+)")


@router.get("/lake/{path:path}")
def lake_file(view: Asked, path: str) -> Response:
    """One file of a notice or of a gate, or a picture: pages are shown, all else is kept."""
    file = served_file(view.lake, path)
    if file is None:
        raise HTTPException(status_code=404, detail="没有这个文件")
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    how = "inline" if kind in _SHOWN else "attachment"
    name = quote(_name(file, path), safe="")
    return Response(
        file.read_bytes(),
        media_type=kind,
        headers={
            "Content-Security-Policy": _POLICIES[path.partition("/")[0]],
            "Content-Disposition": f"{how}; filename*=UTF-8''{name}",
        },
    )


def served_file(lake: Lake, path: str) -> Path | None:
    """The file at a lake path, or None where it is missing or not meant to be served.

    Each part is looked for among the names that are there: a visitor's text never reaches the disk as a
    path, and links are not followed.
    """
    parts = path.split("/")
    if parts[0] not in _POLICIES or not 1 < len(parts) <= _MOST_PARTS:
        return None
    if parts[0] == "evidence" and (len(parts) != 4 or parts[2] != "screenshots" or parts[3][-4:] != ".png"):
        return None
    place = lake.root
    for part in parts:
        found = (
            next((each for each in place.iterdir() if each.name == part), None) if place.is_dir() else None
        )
        if found is None or found.is_symlink():
            return None
        place = found
    return place if place.is_file() else None


def _name(file: Path, path: str) -> str:
    """What a downloaded file is called: 2021年第一季度通报(草稿 第2版).docx."""
    found = _VERSION.fullmatch(path.partition("/")[2])
    if found is None:
        return file.name
    return download_name(found["window"], int(found["number"]), found["name"], notices.is_final(file.parent))
