"""The registry of one window: what changed since the one before, remarks, and what is not inspected."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages.tables import ask_all
from jiancha.airflow.pages.view import Asked, folders

router = APIRouter()


@router.get("/registry/{key}", response_class=HTMLResponse)
def registry(view: Asked, key: str) -> HTMLResponse:
    """The registry that a window was inspected by."""
    view.window(key)
    keys = [each for each in folders(view.lake, "sites") if each <= key]
    earlier = keys[-2] if len(keys) > 1 else ""
    remarks, changes, counts, unread = ask_all(
        view.lake,
        [
            ("registry_remarks", {"later": key}),
            ("registry_changes", {"earlier": earlier, "later": key}),
            ("registry_counts", {"later": key}),
            ("registry_unread", {"later": key}),
        ],
        ("sites", "accounts", "registry_warnings", "verdicts"),
        [each for each in (earlier, key) if each],
    )
    return view.render(
        "registry.html",
        key=key,
        earlier=earlier,
        remarks=remarks,
        changes=changes if earlier else [],
        counts=counts,
        unread=unread,
    )
