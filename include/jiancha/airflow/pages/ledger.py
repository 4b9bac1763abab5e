"""The ledger of rectification (整改台账) of one window as of today."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages import charts
from jiancha.airflow.pages.view import Asked, View
from jiancha.airflow.pages.window import entries
from jiancha.notice.write import final_versions
from jiancha.review.ledger import LedgerEntry

router = APIRouter()


@router.get("/ledger/{key}", response_class=HTMLResponse)
def ledger(view: Asked, key: str) -> HTMLResponse:
    """Published findings: those that are open first, by their deadline; then published wording errors."""
    view.window(key)
    rows = sorted(entries(view, key), key=lambda e: (e.mended, e.deadline, e.kind, e.name))
    versions = final_versions(view.lake, key)
    wording = versions[max(versions)]["wording_errors"] if versions else []
    if not rows and not wording:
        raise HTTPException(status_code=404, detail="没有台账")
    today = view.settings.now().date()
    return view.render(
        "ledger.html",
        key=key,
        rows=rows,
        today=today,
        overdue=sum(not row.mended and row.deadline < today for row in rows),
        mended=sum(row.mended for row in rows),
        wording=wording,
        chart=_chart(view, rows),
    )


def _chart(view: View, rows: list[LedgerEntry]) -> object:
    """How many were open by the owner's deadline and how many are mended, by kind of target."""
    kinds = (("site", "政府网站"), ("account", "政务新媒体"))
    today = view.settings.now().date()
    return charts.bars(
        view.say("整改进度"),
        [view.say(name) for _, name in kinds],
        [
            charts.Series(
                view.say("已整改"), [sum(r.kind == k and r.mended for r in rows) for k, _ in kinds]
            ),
            charts.Series(
                view.say("逾期"),
                [sum(r.kind == k and not r.mended and r.deadline < today for r in rows) for k, _ in kinds],
            ),
            charts.Series(
                view.say("整改中"),
                [sum(r.kind == k and not r.mended and r.deadline >= today for r in rows) for k, _ in kinds],
            ),
        ],
    )
