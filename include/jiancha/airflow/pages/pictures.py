"""Pictures of the pages that findings of one window accuse."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages.view import Asked
from jiancha.lake import Lake

router = APIRouter()


@router.get("/screenshots/{key}", response_class=HTMLResponse)
def screenshots(view: Asked, key: str) -> HTMLResponse:
    """Every picture with whose page it shows, and why some could not be taken."""
    view.window(key)
    rows = list_pictures(view.lake, key)
    if not rows:
        raise HTTPException(status_code=404, detail="没有截图")
    return view.render("screenshots.html", key=key, rows=rows)


def list_pictures(lake: Lake, window: str) -> list[dict[str, Any]]:
    """One row an accused page of a window, with its site's ``name`` and ``problem``, in registry order."""
    verdicts = {row["target_id"]: row for row in lake.window_rows("verdicts", window)}
    rows = [row for row in lake.window_rows("screenshots", window) if row["target_id"] in verdicts]
    rows.sort(key=lambda row: verdicts[row["target_id"]]["row"] or 0)
    return [
        row | {key: verdicts[row["target_id"]][key] for key in ("name", "code", "problem")} for row in rows
    ]
