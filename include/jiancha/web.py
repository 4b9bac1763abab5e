"""Pages that the plugin adds to Airflow: the list of windows, their notices and Data Docs.

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
from upath import UPath

from jiancha.lake import Lake
from jiancha.settings import load

#: Served pages quote outside text: they run without the session of the visitor. Data Docs load their
#: styles and scripts from other servers; a notice loads nothing.
_POLICIES = {
    "notices": "sandbox allow-popups allow-downloads; default-src 'none'; style-src 'unsafe-inline'",
    "data_docs": "sandbox allow-scripts allow-popups allow-downloads",
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
        loader=PackageLoader("jiancha", "templates"), autoescape=True, undefined=StrictUndefined
    )

    @app.get("/", response_class=HTMLResponse)
    def windows() -> str:
        """All windows that have a notice, newest first."""
        return templates.get_template("windows.html").render(windows=list_notices(Lake(load().lake)))

    @app.get("/lake/{path:path}")
    def lake_file(path: str) -> Response:
        """One file of a notice or of a gate's Data Docs."""
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
        rows.append({"window": folder.name.removeprefix("window="), "folder": folder.name, "versions": files})
    return rows


def served_file(lake: Lake, path: str) -> UPath | None:
    """The file at a lake path, or None where it is missing or not meant to be served."""
    parts = Path(path).parts
    if not parts or parts[0] not in _POLICIES or ".." in parts:
        return None
    file = lake.root.joinpath(*parts)
    return file if file.is_file() else None
