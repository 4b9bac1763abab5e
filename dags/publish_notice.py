"""
# 核查与印发 · Review and publication

Started by the draft notice. People decide on every finding under *Required Actions* (需处理事项): confirm,
overrule, exempt columns, or measure again; and on wording errors (错误表述), by their class. Then the final
notice (通报) and the owners' letters (整改通知单) are written and mailed.

* **Nobody answered in time:** the finding is withheld, its target counts as undetermined, the notice says so.
* **An answer without its reason** is not taken: the action comes back at once, its text as it was;
  why stands on the review board (未采纳的答复) and in the log.
* **Measure again:** nothing is published; the targets are visited, and this DAG starts anew for what is left.
* **Reviewed on paper:** `jiancha review export`, fill in the sheet, `jiancha review import`; what is decided
  there is not asked here. A decision holds as long as what was measured is unchanged.
* **Publish again:** trigger this DAG by hand with `{"window": "2021Q1"}`. A notice that would say the same is
  not written again; one that says something else is the next version.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, chain, dag, task

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import DRAFT_NOTICE, NOTICE, dag_defaults, skip_without
from jiancha.airflow.operators import ASK_AGAIN, ReviewOperator
from jiancha.pipeline import publish_notice as steps
from jiancha.settings import load

settings = load()


@dag(
    schedule=[DRAFT_NOTICE],
    max_active_runs=8,
    params={"window": Param("", type="string", title="检查窗口", description="手工运行时填写，如 2021Q1")},
    **dag_defaults(__doc__, "核查与印发"),
)
def publish_notice() -> None:
    @task(task_display_name="列出待核查事项", multiple_outputs=False)
    def open_review(params=None, triggering_asset_events=None) -> steps.Review:
        """Tell what people are to decide on; windows come from the drafts' events, or by hand."""
        events = [event.extra for found in (triggering_asset_events or {}).values() for event in found]
        return steps.open_review(steps.windows_to_review(events, params["window"]))

    @task(task_display_name="通知核查人", **mail.MAIL_TASK)
    def mail_review(opened: steps.Review, **context) -> bool:
        """Tell the reviewers what waits for them."""
        return mail.mail_review(opened["windows"], [each["subject"] for each in opened["asked"]], context)

    @task(task_display_name="生成核查事项")
    def list_questions(opened: steps.Review) -> list[dict]:
        """Each question as an action shows it."""
        return [{"question": each} for each in opened["asked"]]

    @task(task_display_name="登记核查意见", trigger_rule="none_failed", multiple_outputs=False)
    def record(opened: steps.Review, answers) -> steps.Recorded:
        """Keep the decisions with user and time; what was not taken is in the log."""
        return steps.record(opened["asked"], list(answers or []))

    @task(task_display_name="重新检测", outlets=[DRAFT_NOTICE])
    def measure_again(recorded: steps.Recorded, outlet_events=None) -> list[str]:
        """Visit what people want measured again; the draft's event opens the next review."""
        skip_without(recorded["again"], "nothing is to be measured again")
        windows = steps.measure_again(recorded["again"])
        outlet_events[DRAFT_NOTICE].extra = {"windows": windows}
        return windows

    @task(
        task_display_name="印发通报",
        trigger_rule="none_failed",
        outlets=[NOTICE],
        multiple_outputs=False,
    )
    def publish(opened: steps.Review, recorded: steps.Recorded, outlet_events=None) -> dict[str, str]:
        """Write the final notice of each window that is not measured again."""
        folders = steps.publish_ready(opened["windows"], recorded["again"])
        skip_without(folders, "first to be measured again")
        outlet_events[NOTICE].extra = {"notices": list(folders.values())}
        return folders

    @task(task_display_name="寄送通报", **mail.MAIL_TASK)
    def mail_notice(folders: dict[str, str], **context) -> None:
        """Mail each notice with the way to its letters."""
        for window, folder in folders.items():
            mail.mail_notice(window, steps.published(folder), context)

    opened = open_review()
    decide = ReviewOperator.partial(
        task_id="decide",
        task_display_name="核查",
        response_timeout=timedelta(days=settings.review.timeout_days),
        map_index_template="{{ task.subject }}",
        doc_md="一项疑似问题的核查",
        **ASK_AGAIN,
    ).expand_kwargs(list_questions(opened))
    recorded = record(opened, decide.output)
    published = publish(opened, recorded)
    chain(opened, mail_review(opened))
    chain(measure_again(recorded), published, mail_notice(published))


publish_notice()
