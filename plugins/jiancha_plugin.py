"""Registers the timetable, the operator links and the pages of jiancha with Airflow."""

from __future__ import annotations

from typing import ClassVar

from airflow.plugins_manager import AirflowPlugin

from jiancha.airflow.operators import GateChecksLink, NoticeLink
from jiancha.airflow.timetable import InspectionWindowTimetable
from jiancha.settings import load

if load().run.preload:
    import jiancha.airflow.preload  # noqa: F401 - task processes are forked from here


class LazyPages:
    """The pages as an ASGI application that is built at its first request.

    Every Airflow process loads this plugin; only the API server needs FastAPI's routes.
    """

    def __init__(self) -> None:
        self._app = None

    async def __call__(self, scope, receive, send) -> None:
        if self._app is None:
            from jiancha.airflow.pages import create_app

            self._app = create_app()
        await self._app(scope, receive, send)


class JianchaPlugin(AirflowPlugin):
    name = "jiancha"
    timetables: ClassVar = [InspectionWindowTimetable]
    operator_extra_links: ClassVar = [GateChecksLink(), NoticeLink()]
    fastapi_apps: ClassVar = [{"app": LazyPages(), "url_prefix": "/jiancha", "name": "jiancha"}]
    external_views: ClassVar = [
        {
            "name": "检查通报",
            "href": "/jiancha/",
            "destination": "nav",
            "url_route": "jiancha",
            "category": "browse",
        },
        {
            "name": "检查结果",
            "href": "/jiancha/run/{DAG_ID}/{RUN_ID}",
            "destination": "dag_run",
            "url_route": "jiancha-run",
        },
    ]
