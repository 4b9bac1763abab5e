"""The early warning (新媒体预警): how long each account has not posted, as of the last daily check."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from jiancha.accounts.freshness import rule_days
from jiancha.airflow.pages.view import Asked
from jiancha.lake import Lake
from jiancha.pipeline import early_warning

router = APIRouter()

_MOST = 500


@router.get("/warnings", response_class=HTMLResponse)
def warnings(view: Asked) -> HTMLResponse:
    """The longest silent first, at the end those that could not be read."""
    rows = list_warnings(view.lake)
    limit = rule_days(view.standard)
    unknown = [row for row in rows if row["outcome"] == "unknown"]
    stale = [row for row in rows if row["outcome"] == "stale"]
    return view.render(
        "warnings.html",
        rows=[*stale, *unknown, *(row for row in rows if row["outcome"] == "fresh")][:_MOST],
        total=len(rows),
        stale=len(stale),
        unknown=len(unknown),
        days=view.settings.early_warning.days,
        span=early_warning.GAP_DAYS,
        rule_days=limit,
        state=lambda row: _state(row, limit),
    )


def list_warnings(lake: Lake) -> list[dict[str, Any]]:
    """One row an account, the longest silent first, the unread last; empty before the first daily check."""
    return sorted(
        early_warning.latest(lake),
        key=lambda row: (row["outcome"] == "unknown", -(row["days_without"] or 0), row["row"]),
    )


def _state(row: dict[str, Any], limit: int) -> tuple[str, str]:
    """A class for the colour, and the state in words."""
    if row["outcome"] == "unknown":
        return "unknown", "未能读取"
    if row["outcome"] != "stale":
        return "", "正常"
    return ("late", "已不达标") if row["days_without"] > limit else ("soon", "临近界限")
