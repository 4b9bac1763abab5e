"""Pages that the plugin adds to Airflow: the list of windows, their notices, pictures and Data Docs.

Every route asks Airflow who the visitor is and whether they may see the runs of quarterly_inspection.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag, requires_authenticated
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from jiancha.accounts.freshness import rule_days
from jiancha.lake import Lake
from jiancha.pipeline import early_warning, rectification
from jiancha.review import ledger
from jiancha.review.ledger import Entry
from jiancha.settings import load
from jiancha.standard import load_standard
from jiancha.windows import ZONE

#: Served pages quote outside text: they run without the session of the visitor. Data Docs load their
#: styles and scripts from other servers; a notice loads nothing.
_POLICIES = {
    "notices": "sandbox allow-popups allow-downloads; default-src 'none'; style-src 'unsafe-inline'",
    "data_docs": "sandbox allow-scripts allow-popups allow-downloads",
    "evidence": "sandbox; default-src 'none'",  # pictures of accused pages
}


def create_app() -> FastAPI:
    """The FastAPI application that Airflow mounts at /jiancha."""
    app = FastAPI(
        title="jiancha",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[
            Depends(requires_authenticated()),
            Depends(requires_access_dag("GET", DagAccessEntity.RUN, "quarterly_inspection")),
        ],
    )
    templates = Environment(
        loader=PackageLoader("jiancha.airflow", "templates"), autoescape=True, undefined=StrictUndefined
    )

    @app.get("/", response_class=HTMLResponse)
    def windows() -> str:
        """All windows that have a notice, newest first."""
        return templates.get_template("windows.html").render(windows=list_notices(Lake(load().lake)))

    @app.get("/screenshots/{window}", response_class=HTMLResponse)
    def screenshots(window: str) -> str:
        """The pictures of accused pages of one window."""
        rows = list_pictures(Lake(load().lake), window)
        if not rows:
            raise HTTPException(status_code=404, detail="没有截图")
        return templates.get_template("screenshots.html").render(window=window, rows=rows)

    @app.get("/ledger/{window}", response_class=HTMLResponse)
    def rectification_ledger(window: str) -> str:
        """The ledger of rectification (整改台账) of one window as of today."""
        settings = load()
        rows = list_ledger(Lake(settings.lake), window)
        if not rows:
            raise HTTPException(status_code=404, detail="没有台账")
        page = templates.get_template("ledger.html")
        return page.render(window=window, rows=rows, today=settings.now().date())

    @app.get("/warnings", response_class=HTMLResponse)
    def warnings() -> str:
        """The early warning: how long each account has not posted."""
        settings = load()
        rows = list_warnings(Lake(settings.lake))
        page = templates.get_template("warnings.html")
        days, span = settings.early_warning.days, early_warning.GAP_DAYS
        rule = rule_days(load_standard(settings.standard, settings.standards_folder))
        return page.render(rows=rows, days=days, span=span, rule_days=rule)

    @app.get("/lake/{path:path}")
    def lake_file(path: str) -> Response:
        """One file of a notice or of a gate's Data Docs, or a picture."""
        file = served_file(Lake(load().lake), path)
        if file is None:
            raise HTTPException(status_code=404, detail="没有这个文件")
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return Response(
            file.read_bytes(),
            media_type=kind,
            headers={"Content-Security-Policy": _POLICIES[Path(path).parts[0]]},
        )

    return app


def list_notices(lake: Lake) -> list[dict[str, Any]]:
    """Newest first, one row a window: its key and the versions of its notice with their file names."""
    root = lake.root / "notices"
    if not root.exists():
        return []
    rows: list[dict[str, Any]] = []
    for folder in sorted(root.iterdir(), key=lambda p: p.name, reverse=True):
        versions = sorted((v for v in folder.iterdir() if v.name.startswith("v")), key=lambda v: v.name)
        files = {
            v.name: sorted(f.name for f in v.iterdir() if f.is_file() and not f.name.startswith("."))
            for v in versions
        }
        window = folder.name.removeprefix("window=")
        pictures = lake.window_folder("screenshots", window).exists()
        ledger_of = lake.window_folder(ledger.TABLE, window).exists()
        row = {"window": window, "folder": folder.name, "versions": files, "pictures": pictures}
        rows.append(row | {"ledger": ledger_of})
    return rows


def list_pictures(lake: Lake, window: str) -> list[dict[str, Any]]:
    """One row per accused page of a window, with its site's ``name`` and ``problem``, in registry order."""
    verdicts = {row["target_id"]: row for row in lake.window_rows("verdicts", window)}
    rows = [row for row in lake.window_rows("screenshots", window) if row["target_id"] in verdicts]
    rows.sort(key=lambda row: verdicts[row["target_id"]]["row"] or 0)
    return [
        row
        | {key: verdicts[row["target_id"]][key] for key in ("name", "code", "problem")}
        | {"taken": f"{row['taken_at'].astimezone(ZONE):%Y-%m-%d %H:%M}"}
        for row in rows
    ]


def list_ledger(lake: Lake, window: str) -> list[Entry]:
    """Published findings of a window: those that are open first, by their deadline."""
    if not lake.window_folder(ledger.TABLE, window).exists():
        return []
    found = rectification.published_entries(lake, window)
    return sorted(found, key=lambda entry: (entry.mended, entry.deadline, entry.kind, entry.name))


def list_warnings(lake: Lake) -> list[dict[str, Any]]:
    """One row per account as of the last daily check: the longest silent first, at the end the unread.

    ``link`` is the address of the newest post where it is one of the web, else None.
    """
    rows = early_warning.latest(lake)
    for row in rows:
        url = row["newest_url"] or ""
        row["link"] = url if url.startswith(("http://", "https://")) else None  # it comes from outside
    return sorted(
        rows, key=lambda row: (row["outcome"] == "unknown", -(row["days_without"] or 0), row["row"])
    )


def served_file(lake: Lake, path: str) -> Path | None:
    """The file at a lake path, or None where it is missing or not meant to be served."""
    parts = Path(path).parts
    if not parts or parts[0] not in _POLICIES or ".." in parts:
        return None
    if parts[0] == "evidence" and (len(parts) != 4 or parts[2] != "screenshots" or parts[3][-4:] != ".png"):
        return None
    file = lake.root.joinpath(*parts)
    return file if file.is_file() else None
