"""
# 季度检查 · Quarterly inspection

One run inspects one window: it fixes the registry as of the window, visits every website and fetches
every account's listing, judges what was read against the indicator set, looks again at every target with a
finding (复测), and writes the draft notice (通报) with its two annexes. Gates stop the run where the data
cannot be trusted. `publish_notice` asks people next.

* **A target that cannot be read** turns its own task red, is listed in one mail, and counts as
  *undetermined* (未判定), never as failing. The run goes on.
* **Run a past quarter:** `airflow backfill create --dag-id quarterly_inspection --from-date … --to-date …`
* **Run one step again:** clear the task with its downstream tasks; every step overwrites its own output.
* **Inspect a published window again:** trigger with the reason (重新检查的理由). What people overruled or
  exempted stays so where the same was measured again; all else is asked anew.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, Param, RetryAction, RetryRule, chain, dag, task, task_group

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import DRAFT_NOTICE, ON_ACCOUNTS, ON_SITES, dag_defaults, mapped_over
from jiancha.airflow.operators import DraftNoticeOperator, GateOperator
from jiancha.airflow.timetable import InspectionWindowTimetable
from jiancha.pipeline import quarterly_inspection as steps
from jiancha.pipeline import second_look as looks
from jiancha.pipeline.context import Batch
from jiancha.settings import load

settings = load()

#: A refused address stays refused: only failures that may pass are tried again.
FETCH_RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception="jiancha.errors.RateLimited",
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=settings.run.rate_limited_retry_seconds),
        ),
        RetryRule(exception="jiancha.errors.TransientFailure", action=RetryAction.RETRY),
        RetryRule(exception="jiancha.errors.PermanentFailure", action=RetryAction.FAIL),
    ]
)
FETCH = {
    "retries": 2,
    "retry_delay": timedelta(seconds=settings.run.fetch_retry_seconds),
    "retry_policy": FETCH_RETRIES,
    "on_failure_callback": None,  # mail_unread sends one message for all targets
    **mapped_over("batch"),
}


@task_group(prefix_group_id=False, group_display_name="名录")
def registry(window: str) -> None:
    """The registry as of the window, and whether it can be worked with."""

    @task(task_display_name="固定名录")
    def snapshot(window: str) -> str:
        """Fix the registry (名录) as of the window."""
        return steps.freeze_registry(window)

    gate = GateOperator(task_id="gate_registry", task_display_name="名录检验", window=window, gate="registry")
    chain(snapshot(window), gate)


@task_group(prefix_group_id=False, group_display_name="采集")
def collection(window: str) -> None:
    """Every website is visited, every account's listing fetched."""

    @task(task_display_name="列出网站")
    def list_sites(window: str) -> list[Batch]:
        """One batch, as a rule one site, for each task to come."""
        return steps.list_sites(window)

    @task(task_display_name="列出新媒体")
    def list_accounts(window: str) -> list[Batch]:
        """One batch, as a rule one account, for each task to come."""
        return steps.list_accounts(window)

    @task(task_display_name="采集网站", **ON_SITES, execution_timeout=timedelta(hours=1), **FETCH)
    def inspect_site(window: str, batch: Batch) -> None:
        """Visit a website: home page, columns, every dated item; leave evidence and an outcome."""
        steps.inspect_sites(window, batch["targets"])

    @task(task_display_name="采集新媒体", **ON_ACCOUNTS, execution_timeout=timedelta(minutes=30), **FETCH)
    def fetch_account(window: str, batch: Batch) -> None:
        """Fetch an account's listing back past the checkpoint; leave evidence and an outcome."""
        steps.fetch_accounts(window, batch["targets"])

    @task(task_display_name="汇总结果", trigger_rule="all_done")
    def roll_up(window: str) -> dict[str, int]:
        """Count the outcomes; a target whose task left none gets one that says so."""
        return steps.roll_up(window).counts()

    sites = inspect_site.partial(window=window).expand(batch=list_sites(window))
    accounts = fetch_account.partial(window=window).expand(batch=list_accounts(window))
    chain([sites, accounts], roll_up(window))


@task_group(prefix_group_id=False, group_display_name="评估")
def assessment(window: str) -> None:
    """What was read is checked and judged."""

    @task(task_display_name="评估")
    def assess(window: str) -> dict[str, int]:
        """Judge freshness, findings and verdicts in DuckDB."""
        return steps.assess_window(window)

    gate = GateOperator(
        task_id="gate_observations", task_display_name="采集检验", window=window, gate="observations"
    )
    chain(gate, assess(window))


@task_group(group_display_name="复核")
def second_look(window: str) -> None:
    """Suspected targets are fetched again before anyone sees them (复测)."""

    @task(task_display_name="列出疑似对象")
    def list_suspects(window: str) -> list[Batch]:
        """Batches of targets with findings."""
        return looks.list_suspects(window)

    @task(
        task_display_name="复测",
        **ON_SITES,
        execution_timeout=timedelta(hours=1),
        **mapped_over("batch"),
    )
    def look_again(window: str, batch: Batch) -> None:
        """Visit the targets of one batch a second time; those that cannot be read fail no task."""
        looks.look_again(window, batch["targets"])

    @task(task_display_name="比对两次结果", trigger_rule="none_failed")
    def settle_looks(window: str) -> dict[str, int]:
        """Drop findings that did not repeat, with a record of both looks."""
        return looks.settle_looks(window)

    chain(look_again.partial(window=window).expand(batch=list_suspects(window)), settle_looks(window))


@task_group(prefix_group_id=False, group_display_name="通报")
def notice(window: str) -> None:
    """The draft notice is written where its figures and the verdicts hold together."""
    verdicts = GateOperator(
        task_id="gate_verdicts", task_display_name="结论检验", window=window, gate="verdicts"
    )
    figures = GateOperator(task_id="gate_notice", task_display_name="通报检验", window=window, gate="notice")
    draft = DraftNoticeOperator(
        task_id="draft_notice", task_display_name="起草通报", window=window, outlets=[DRAFT_NOTICE]
    )
    chain([verdicts, figures], draft)


@dag(
    schedule=InspectionWindowTimetable(settings.calendar()),
    max_active_runs=1,
    max_active_tasks=settings.run.max_active_tasks,
    params={
        "recheck": Param(
            "",
            type=["null", "string"],
            title="重新检查的理由",
            description="窗口的通报已经印发时必填",
            maxLength=500,
        )
    },
    **dag_defaults(__doc__, "季度检查"),
)
def quarterly_inspection() -> None:
    @task(task_display_name="确定窗口")
    def open_window(data_interval_start=None, data_interval_end=None, params=None, dag_run=None) -> str:
        """Tell which window this run inspects, from its data interval; a published one needs a reason."""
        by = getattr(dag_run, "triggering_user_name", None)
        return steps.open_window(data_interval_start, data_interval_end, params["recheck"], by)

    @task(task_display_name="通知未能读取的对象", **mail.MAIL_TASK)
    def mail_unread(window: str, **context) -> bool:
        """Send one message that lists the targets that could not be read."""
        return mail.mail_failed_targets(window, steps.roll_up(window), context)

    @task.run_if(lambda _: settings.evidence.screenshots, skip_message="evidence.screenshots is off")
    @task(task_display_name="截图", execution_timeout=timedelta(hours=2))
    def take_screenshots(window: str) -> dict[str, int]:
        """Take pictures of the pages that findings accuse; skipped unless evidence.screenshots is on."""
        return steps.take_screenshots(window)

    window = open_window()
    collected, looked = collection(window), second_look(window)
    chain(registry(window), collected, assessment(window), looked, notice(window))
    chain(collected, mail_unread(window))
    chain(looked, take_screenshots(window))


quarterly_inspection()
