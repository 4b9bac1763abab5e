"""The application: who may see it, what every answer forbids, and errors as pages.

Every route asks Airflow who the visitor is and whether they may see the runs of quarterly_inspection.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import resources
from typing import Any
from urllib.parse import urlencode

import duckdb
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import requires_access_dag, requires_authenticated
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from jiancha.airflow.pages import (
    compare,
    evidence,
    files,
    ledger,
    overview,
    pictures,
    registry,
    review,
    target,
    warnings,
    window,
)
from jiancha.airflow.pages.view import View
from jiancha.errors import JianchaError

log = logging.getLogger(__name__)

_STATIC = {"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"}
_VIEWS = (overview, window, target, evidence, review, compare, registry, ledger, warnings, pictures, files)
#: What an answer says unless its view says otherwise.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; frame-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'",
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
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
    for view in _VIEWS:
        app.include_router(view.router)

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        """The style sheet and the script of all pages."""
        if name not in _STATIC:
            raise HTTPException(status_code=404, detail="没有这个文件")
        data = (resources.files("jiancha.airflow.pages") / "static" / name).read_bytes()
        return Response(data, media_type=_STATIC[name])

    app.add_exception_handler(StarletteHTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(JianchaError, _broken)
    app.add_exception_handler(duckdb.Error, _broken)
    app.add_exception_handler(Exception, _unforeseen)
    app.add_middleware(Headers)
    return app


class Headers:
    """Puts the headers that every answer carries on those that do not have them yet."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                has = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((n.encode(), v.encode()) for n, v in _HEADERS.items() if n.encode() not in has),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _refused(request: Request, error: Any) -> Response:
    return _error(request, error.status_code, str(error.detail), error.headers)


def _not_understood(request: Request, _: Exception) -> Response:
    return _error(request, 422, "地址中的参数无法理解")


def _broken(request: Request, error: Exception) -> Response:
    """A table or file that cannot be read: answered in words, with its name."""
    log.warning("%s: %s", request.url.path, error)
    return _error(request, 500, f"数据湖中有内容无法读取：{error}")


def _unforeseen(request: Request, _: Exception) -> Response:
    """The middleware does not see this answer; Airflow's log has the traceback."""
    answer = _error(request, 500, "页面出错，原因见 Airflow API 服务的日志")
    answer.headers.update(_HEADERS)
    return answer


def _error(request: Request, status: int, detail: str, headers: Any = None) -> Response:
    """A page for people, JSON for programs; whoever is not signed in is led to the log-in."""
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": detail}, status_code=status, headers=headers)
    view = View(request)
    above = request.scope.get("root_path", "").removesuffix("/jiancha")
    login = f"{above}/api/v2/auth/login?{urlencode({'next': str(request.url)})}" if status == 401 else ""
    page = view.render("error.html", status=status, detail=view.say(detail), login=login)
    page.status_code = status
    page.headers.update(headers or {})
    return page
