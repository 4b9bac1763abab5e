"""The review board: what waits for people, what they answered, and what of it was not taken."""

from __future__ import annotations

from typing import Annotated, Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages import actions
from jiancha.airflow.pages.tables import ask
from jiancha.airflow.pages.view import KINDS, Asked, View, folders
from jiancha.review import store

router = APIRouter()

_MOST = 300


@router.get(
    "/review",
    response_class=HTMLResponse,
    dependencies=[Depends(requires_access_dag("GET", DagAccessEntity.HITL_DETAIL, actions.DAG))],
)
def review(view: Asked, window: Annotated[str, Query(max_length=6)] = "") -> HTMLResponse:
    """Airflow's required actions of publish_notice, each with the evidence of its finding beside it."""
    found = [each for each in actions.listed(view) if not window or each.window == window]
    waiting = [each for each in found if not each.chosen]
    known = _evidence(view, {each.window for each in found})
    return view.render(
        "review.html",
        window=window,
        windows=sorted({each.window for each in actions.listed(view)} - {""}, reverse=True),
        waiting=waiting[:_MOST],
        answered=[each for each in found if each.chosen][:_MOST],
        options=list(dict.fromkeys(option for each in waiting for option in each.options)),
        more=max(0, len(waiting) - _MOST),
        not_taken=[*_asked_again(view, window), *_not_taken(window)][:_MOST],
        evidence=lambda each: known.get((each.window, each.subject), ""),
        now=view.settings.now(),
    )


def _evidence(view: View, windows: set[str]) -> dict[tuple[str, str], str]:
    """The evidence page of each finding by window and by what its action is called."""
    found = {}
    for key in windows & set(folders(view.lake, "findings")):
        for row in ask(view.lake, "review_findings", ("findings", "verdicts"), [key]):
            what = row["platform"] or KINDS[row["target_kind"]]
            subject = f"{row['name']}（{what}） · {row['problem']}"
            found[key, subject] = view.link(f"evidence/{key}/{row['target_id']}/{row['indicator']}")
    return found


def _asked_again(view: View, window: str) -> list[dict[str, Any]]:
    """Answers after which the question came back at once, and why; newest first."""
    keys = [key for key in folders(view.lake, store.REFUSED) if window in ("", key)]
    rows = [row for key in keys for row in store.refused(view.lake, key)]
    rows.sort(key=lambda row: row["answered_at"], reverse=True)
    line = f"{{subject}}：{{chosen}}（{{answered_by}}）：{{fault}}，{view.say('已重新询问')}"
    return [{"text": line.format_map(row), "at": row["answered_at"]} for row in rows]


def _not_taken(window: str) -> list[dict[str, Any]]:
    """Answers that decided nothing, and why, as the step that kept the decisions reports; newest first."""
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    wanted = (
        select(XComModel)
        .where(
            XComModel.dag_id == actions.DAG, XComModel.task_id == "record", XComModel.key == "return_value"
        )
        .order_by(XComModel.timestamp.desc())
        .limit(50)
    )
    rows = []
    with create_session() as session:
        for each in session.scalars(wanted):
            value = XComModel.deserialize_value(each)
            for line in (value or {}).get("not_taken", ()):
                if not window or line.startswith(window):
                    rows.append({"run": each.run_id, "text": line, "at": each.timestamp})
    return rows
