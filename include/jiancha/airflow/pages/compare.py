"""Two windows side by side: what is new, repeated, mended, and who is found again and again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages.tables import ask, ask_all
from jiancha.airflow.pages.view import Asked, folders

router = APIRouter()

_GROUPS = {"new": "新出现", "repeated": "重复出现", "mended": "不再出现", "unknown": "本期未能判定"}
_Key = Annotated[str, Query(max_length=6)]
_WINDOWS_BACK = 4


@router.get("/compare", response_class=HTMLResponse)
def compare(view: Asked, a: _Key = "", b: _Key = "") -> HTMLResponse:
    """Findings of the later window ``b`` held against those of the earlier ``a``."""
    keys = folders(view.lake, "verdicts")
    later = b or (keys[-1] if keys else "")
    earlier = a or next((key for key in reversed(keys) if key < later), "")
    if later not in keys or (earlier and earlier not in keys):
        raise HTTPException(status_code=404, detail="没有可比较的检查窗口")
    rows, again = [], []
    if earlier and earlier != later:
        (rows,) = ask_all(
            view.lake,
            [("compare_findings", {"earlier": earlier, "later": later})],
            ("findings", "verdicts", "measurements"),
            [earlier, later],
        )
        last = [key for key in keys if key <= later][-_WINDOWS_BACK:]
        again = ask(view.lake, "repeat_offenders", ("findings", "verdicts"), last, later=later)
    names = {each.id: each.name for each in view.standard.indicators}
    return view.render(
        "compare.html",
        keys=keys,
        earlier=earlier,
        later=later,
        groups={name: [row for row in rows if row["change"] == change] for change, name in _GROUPS.items()},
        again=again,
        names=names,
        back=_WINDOWS_BACK,
    )
