"""The required actions (需处理事项) of publish_notice as Airflow keeps them: asked, answered, by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from jiancha.airflow.pages.view import View

DAG, TASK = "publish_notice", "decide"
_WINDOW = re.compile(r"[0-9]{4}Q[1-4]")
_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Action:
    """One question to people. ``chosen`` is empty while nobody has answered it, and it has not run out."""

    window: str
    subject: str
    run_id: str
    map_index: int
    options: tuple[str, ...]
    asked_at: datetime
    deadline: datetime
    chosen: str
    reason: str
    answered_by: str
    answered_at: datetime | None

    @property
    def page(self) -> str:
        """The page of Airflow on which it is answered."""
        run = quote(self.run_id, safe="")
        return f"/dags/{DAG}/runs/{run}/tasks/{TASK}/mapped/{self.map_index}/required_actions"

    @property
    def address(self) -> str:
        """Where Airflow's API takes the answer."""
        run = quote(self.run_id, safe="")
        return f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/{TASK}/{self.map_index}/hitlDetails"


def listed(view: View, *, answered: bool | None = None) -> list[Action]:
    """The actions that Airflow knows, newest run first; with ``answered``, only those that are or are not."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.utils.session import create_session
    from sqlalchemy import select

    wanted = (
        select(HITLDetail, TaskInstance.run_id, TaskInstance.map_index)
        .join(TaskInstance, HITLDetail.ti_id == TaskInstance.id)
        .where(TaskInstance.dag_id == DAG, TaskInstance.task_id == TASK)
        .order_by(HITLDetail.created_at.desc(), TaskInstance.map_index)
        .limit(_MOST)
    )
    if answered is not None:
        responded = HITLDetail.responded_at.is_not(None)
        wanted = wanted.where(responded if answered else ~responded)
    timeout = timedelta(days=view.settings.review.timeout_days)
    with create_session() as session:
        return [_action(detail, run, index, timeout) for detail, run, index in session.execute(wanted)]


def waiting(view: View) -> list[Action]:
    """What nobody has answered yet."""
    return listed(view, answered=False)


def _action(detail: Any, run_id: str, map_index: int, timeout: timedelta) -> Action:
    window = _WINDOW.match(detail.subject or "")
    given: Mapping[str, Any] = detail.params_input or {}
    by: Mapping[str, Any] = detail.responded_by or {}
    return Action(
        window=window[0] if window else "",
        subject=(detail.subject or "")[len(window[0]) + 1 if window else 0 :],
        run_id=run_id,
        map_index=map_index,
        options=tuple(detail.options or ()),
        asked_at=detail.created_at,
        deadline=detail.created_at + timeout,
        chosen="、".join(detail.chosen_options or ()),
        reason=str(given.get("reason") or ""),
        answered_by=str(by.get("name") or by.get("id") or ""),
        answered_at=detail.responded_at,
    )
