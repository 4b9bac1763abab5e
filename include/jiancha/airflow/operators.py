"""The Airflow operators of this project: steps whose result is a page, and what people are asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import BaseOperator, BaseOperatorLink, Param

from jiancha.pipeline import publish_notice, quarterly_inspection
from jiancha.review.model import MAX_REASON, WITHHOLD

if TYPE_CHECKING:
    from airflow.sdk import Context

    from jiancha.review.actions import Asked

#: Where the plugin serves files of the lake.
LAKE_PAGES = "/jiancha/lake"


class GateChecksLink(BaseOperatorLink):
    """Opens the page of what a gate checked."""

    name = "检验结果"

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
    from jiancha.notice.write import versions
    from jiancha.pipeline.context import open_lake

    return max(versions(open_lake().lake, window), default=1)


class GateOperator(BaseOperator):
    """Runs one data-quality gate of a window; fails when a critical check does not hold."""

    template_fields = ("window", "gate")
    operator_extra_links = (GateChecksLink(),)
    ui_color = "#fbe3c5"

    def __init__(self, *, window: Any, gate: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.window = window
        self.gate = gate

    def execute(self, context: Context) -> str:  # noqa: ARG002 - Airflow's signature
        try:
            return quarterly_inspection.run_gate(self.window, self.gate)
        finally:
            from jiancha.airflow import metrics  # not while DAGs are parsed

            metrics.send(self.window)


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


#: The arguments of a mapped ``ReviewOperator`` by which a question is asked again.
ASK_AGAIN: Mapping[str, Any] = {"retries": 50, "retry_delay": timedelta(seconds=1), "retry_policy": None}


class ReviewOperator(HITLOperator):
    """Asks people about one question of a review (核查).

    No part of the question is a template: names and titles in it come from outside. An answer that cannot
    be taken, such as 不成立 without a reason, fails the try, and the next try asks again. Airflow keeps the
    text of a question as it was first asked: why it comes back stands on the review board.
    """

    template_fields = ()
    ui_color = "#fdf3d1"

    def __init__(self, *, question: Asked, **kwargs: Any) -> None:
        kwargs.pop("params", None)  # those of the DAG, which Airflow hands to each mapped task
        super().__init__(
            subject=question["subject"],
            body=question["body"],
            options=question["options"],
            defaults=[WITHHOLD],
            params={
                "reason": Param(
                    "",
                    type=["null", "string"],
                    title="理由",
                    description="除“确认”“暂不公布”外必填",
                    maxLength=MAX_REASON,
                ),
                "columns": Param(
                    "",
                    type=["null", "string"],
                    format="multiline",
                    title="免检栏目，或不成立的错误表述",
                    description="每行一个",
                ),
            },
            **kwargs,
        )
        self.question = question

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """The answer; raises ReviewError where it cannot be taken and there are tries left."""
        answer = super().execute_complete(context, event)
        ti = context["ti"]
        publish_notice.take(self.question, answer, last=ti.try_number > ti.max_tries)
        return answer
