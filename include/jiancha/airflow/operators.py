"""The Airflow operators of this project: steps whose result is a page, with a link to it in the UI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator, BaseOperatorLink

from jiancha.pipeline import quarterly_inspection

if TYPE_CHECKING:
    from airflow.sdk import Context

#: Where the plugin serves files of the lake.
LAKE_PAGES = "/jiancha/lake"


class DataDocsLink(BaseOperatorLink):
    """Opens the Data Docs that a gate built."""

    name = "Data Docs"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        if not isinstance(operator, GateOperator):
            return ""
        return f"{LAKE_PAGES}/data_docs/window={operator.window}/{operator.gate}/checks.html"


class NoticeLink(BaseOperatorLink):
    """Opens the newest version of the notice (通报)."""

    name = "通报"

    def get_link(self, operator: BaseOperator, *, ti_key: Any) -> str:  # noqa: ARG002 - Airflow's signature
        if not isinstance(operator, DraftNoticeOperator):
            return ""
        return (
            f"{LAKE_PAGES}/notices/window={operator.window}/v{_newest_version(operator.window)}/notice.html"
        )


def _newest_version(window: str) -> int:
    from jiancha import settings as configuration
    from jiancha.lake import Lake

    folder = Lake(configuration.load().lake).window_folder("notices", window)
    names = [path.name for path in folder.iterdir()] if folder.exists() else []
    return max((int(name[1:]) for name in names if name[:1] == "v" and name[1:].isdigit()), default=1)


class GateOperator(BaseOperator):
    """Runs one data-quality gate of a window; fails when a critical check does not hold."""

    template_fields = ("window", "gate")
    operator_extra_links = (DataDocsLink(),)
    ui_color = "#fbe3c5"

    def __init__(self, *, window: Any, gate: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.window = window
        self.gate = gate

    def execute(self, context: Context) -> str:  # noqa: ARG002 - Airflow's signature
        return quarterly_inspection.run_gate(self.window, self.gate)


class DraftNoticeOperator(BaseOperator):
    """Writes the draft notice of a window and tells Airflow so, with the window in the event's extra."""

    template_fields = ("window",)
    operator_extra_links = (NoticeLink(),)
    ui_color = "#d7ecd9"

    def __init__(self, *, window: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.window = window

    def execute(self, context: Context) -> str:
        folder = quarterly_inspection.draft_notice(self.window)
        for asset in self.outlets:
            context["outlet_events"][asset].extra = {"window": self.window, "notice": folder}
        return folder
