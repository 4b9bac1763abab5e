"""
# 核查与印发 · Review and publication

Started by the draft notice. People decide on every finding under *Required Actions* (需处理事项): confirm,
overrule, exempt columns, or measure again; and on wording errors (错误表述), by their class. Then the final
notice (通报) and the owners' letters (整改通知单) are written and mailed.

* **Nobody answered in time:** the finding is withheld, its target counts as undetermined, the notice says so.
* **Measure again:** nothing is published; the targets are visited, and this DAG starts anew for what is left.
* **Reviewed on paper:** `jiancha review export`, fill in the sheet, `jiancha review import`; what is decided
  there is not asked here. A decision holds as long as what was measured is unchanged.
* **Publish again:** trigger this DAG by hand with `{"window": "2021Q1"}`. A notice that would say the same is
  not written again; one that says something else is the next version.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, chain, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import DRAFT_NOTICE, NOTICE, dag_defaults
from jiancha.pipeline import publish_notice as steps
from jiancha.settings import load

settings = load()

ANSWER = {
    "reason": Param("", type=["null", "string"], title="理由", description="除“确认”外必填", maxLength=2000),
    "columns": Param(
        "",
        type=["null", "string"],
        format="multiline",
        title="免检栏目，或不成立的错误表述",
        description="每行一个",
    ),
}


@dag(
    schedule=[DRAFT_NOTICE],
    max_active_runs=8,
    params={"window": Param("", type="string", title="检查窗口", description="手工运行时填写，如 2021Q1")},
    **dag_defaults(__doc__),
)
def publish_notice() -> None:
    @task
    def open_review(params=None, triggering_asset_events=None, **context) -> list[dict]:
        """Tell what people are to decide on; windows come from the drafts' events, or by hand."""
        drafts = [event.extra for each in (triggering_asset_events or {}).values() for event in each]
        named = {window for extra in drafts for window in extra.get("windows", [extra.get("window")])}
        windows = sorted(named or {params["window"]})
        asked = steps.open_review(windows)
        mail.mail_review(windows, asked, context)
        return [{"windows": windows, "asked": asked}]

    @task
    def list_questions(opened: list[dict]) -> list[dict]:
        """The part of each question that an action shows."""
        return steps.questions(opened[0]["asked"])

    @task(trigger_rule="none_failed")
    def record(opened: list[dict], answers) -> dict:
        """Keep the decisions with user and time."""
        return steps.record(opened[0]["asked"], list(answers or []))

    @task(outlets=[DRAFT_NOTICE])
    def measure_again(recorded: dict, outlet_events=None) -> list[str]:
        """Visit what people want measured again; the draft's event opens the next review."""
        if not recorded["again"]:
            raise AirflowSkipException("nothing is to be measured again")
        windows = steps.measure_again(recorded["again"])
        outlet_events[DRAFT_NOTICE].extra = {"windows": windows}
        return windows

    @task(trigger_rule="none_failed", outlets=[NOTICE])
    def publish(opened: list[dict], recorded: dict, outlet_events=None, **context) -> list[str]:
        """Write the final notice of each window that is not measured again, and mail it."""
        ready = [window for window in opened[0]["windows"] if window not in recorded["again"]]
        if not ready:
            raise AirflowSkipException("first to be measured again")
        folders = [steps.publish(window) for window in ready]
        outlet_events[NOTICE].extra = {"notices": folders}
        for window, folder in zip(ready, folders, strict=True):
            mail.mail_notice(window, steps.attachments(folder), context)
        return folders

    opened = open_review()
    decide = HITLOperator.partial(
        task_id="decide",
        defaults=[steps.WITHHOLD],
        params=ANSWER,
        response_timeout=timedelta(days=settings.review.timeout_days),
        map_index_template="{{ task.subject }}",
        doc_md="一项疑似问题的核查",
    ).expand_kwargs(list_questions(opened))
    recorded = record(opened, decide.output)
    chain(measure_again(recorded), publish(opened, recorded))


publish_notice()
