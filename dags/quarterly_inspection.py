"""
# 季度检查 · Quarterly inspection

One run inspects one window: it fixes the registry as of the window, visits every website and fetches
every account's listing, judges what was read against the indicator set, looks again at every target with a
finding (复测), and writes the draft notice (通报) with its two annexes. Gates stop the run where the data
cannot be trusted. `publish_notice` asks people next.

* **A target that cannot be read** turns its own task red, is listed in one mail of `roll_up`, and
  counts as *undetermined* (未判定), never as failing. The run goes on.
* **Run a past quarter:** `airflow backfill create --dag-id quarterly_inspection --from-date … --to-date …`
* **Run one step again:** clear the task with its downstream tasks; every step overwrites its own output.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule, chain, dag, task, task_group

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import (
    ACCOUNTS_POOL,
    ACCOUNTS_QUEUE,
    DRAFT_NOTICE,
    SITES_POOL,
    SITES_QUEUE,
    dag_defaults,
    mapped_over,
)
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
    "on_failure_callback": None,  # roll_up sends one message for all targets
    **mapped_over("batch"),
}


@task_group
def second_look(window: str) -> None:
    """Suspected targets are fetched again before anyone sees them (复测)."""

    @task
    def list_suspects(window: str) -> list[Batch]:
        """Batches of targets with findings."""
        return looks.list_suspects(window)

    @task(
        pool=SITES_POOL,
        queue=SITES_QUEUE,
        retries=1,  # of a worker that was lost: targets that cannot be read fail no task
        execution_timeout=timedelta(hours=1),
        **mapped_over("batch"),
    )
    def look_again(window: str, batch: Batch) -> None:
        """Visit the targets of one batch a second time."""
        looks.look_again(window, batch["targets"])

    @task(trigger_rule="none_failed")
    def settle_looks(window: str) -> dict[str, int]:
        """Drop findings that did not repeat, with a record of both looks."""
        return looks.settle_looks(window)

    chain(look_again.partial(window=window).expand(batch=list_suspects(window)), settle_looks(window))


@dag(
    schedule=InspectionWindowTimetable(settings.calendar()),
    max_active_runs=1,
    max_active_tasks=32,
    **dag_defaults(__doc__),
)
def quarterly_inspection() -> None:
    @task
    def open_window(data_interval_start=None, data_interval_end=None) -> str:
        """Tell which window this run inspects, from its data interval alone."""
        return steps.open_window(data_interval_start, data_interval_end)

    @task
    def snapshot(window: str) -> str:
        """Fix the registry (名录) as of the window."""
        return steps.freeze_registry(window)

    @task
    def list_sites(window: str) -> list[Batch]:
        """One batch, as a rule one site, for each task to come."""
        return steps.list_sites(window)

    @task
    def list_accounts(window: str) -> list[Batch]:
        """One batch, as a rule one account, for each task to come."""
        return steps.list_accounts(window)

    @task(pool=SITES_POOL, queue=SITES_QUEUE, execution_timeout=timedelta(hours=1), **FETCH)
    def inspect_site(window: str, batch: Batch) -> None:
        """Visit a website: home page, columns, every dated item; leave evidence and an outcome."""
        steps.inspect_sites(window, batch["targets"])

    @task(pool=ACCOUNTS_POOL, queue=ACCOUNTS_QUEUE, execution_timeout=timedelta(minutes=30), **FETCH)
    def fetch_account(window: str, batch: Batch) -> None:
        """Fetch an account's listing back past the checkpoint; leave evidence and an outcome."""
        steps.fetch_accounts(window, batch["targets"])

    @task(trigger_rule="all_done")
    def roll_up(window: str, **context) -> dict[str, int]:
        """Count the outcomes and send one message that lists the targets that could not be read."""
        result = steps.roll_up(window)
        mail.mail_failed_targets(window, result, context)
        return {"sites": result.sites, "accounts": result.accounts, "failed": len(result.failed)}

    @task
    def assess(window: str) -> None:
        """Judge freshness, findings and verdicts in DuckDB."""
        steps.assess_window(window)

    @task.run_if(lambda _: settings.evidence.screenshots, skip_message="evidence.screenshots is off")
    @task(execution_timeout=timedelta(hours=2))
    def take_screenshots(window: str) -> dict[str, int]:
        """Take pictures of the pages that findings accuse; skipped unless evidence.screenshots is on."""
        return steps.take_screenshots(window)

    window = open_window()
    sites = inspect_site.partial(window=window).expand(batch=(site_batches := list_sites(window)))
    accounts = fetch_account.partial(window=window).expand(batch=(account_batches := list_accounts(window)))
    registry_gate, observations_gate, verdicts_gate, notice_gate = (
        GateOperator(task_id=f"gate_{gate}", window=window, gate=gate)
        for gate in ("registry", "observations", "verdicts", "notice")
    )
    notice = DraftNoticeOperator(task_id="draft_notice", window=window, outlets=[DRAFT_NOTICE])

    chain(snapshot(window), registry_gate, [site_batches, account_batches])
    chain(
        [sites, accounts],
        roll_up(window),
        observations_gate,
        assess(window),
        looked := second_look(window),
        [verdicts_gate, notice_gate],
        notice,
    )
    chain(looked, take_screenshots(window))


quarterly_inspection()
