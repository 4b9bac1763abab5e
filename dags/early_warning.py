"""
# 预警 · Early warning

Every day: reads the newest posts of every account, notes how regularly it posts, and mails the owners of
those that have not posted for `early_warning.days` days, before an inspection finds them. The page 新媒体预警
shows all accounts.

* **A light check:** one page of a listing, where a recent post stands on it; no evidence, no finding.
* **Each owner is mailed once** when an account reaches the limit and once more at the limit of the rule.
* **An account that could not be read** is listed as unknown and never warned of.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from airflow.sdk import chain, dag, task

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import ON_ACCOUNTS, dag_defaults, mapped_over
from jiancha.pipeline import early_warning as steps
from jiancha.pipeline.context import Batch


@dag(
    schedule="20 7 * * *",
    max_active_runs=1,
    **dag_defaults(__doc__, "预警"),
)
def early_warning() -> None:
    @task(task_display_name="确定时点")
    def open_check() -> str:
        """The moment as of which this run looks."""
        return steps.open_check()

    @task(task_display_name="列出新媒体")
    def list_accounts(at: str) -> list[Batch]:
        """Batches of accounts; a faulty setting, source plan or list of owners stops the run here."""
        return steps.list_accounts(at)

    @task(
        task_display_name="读取最新发布",
        **ON_ACCOUNTS,
        execution_timeout=timedelta(hours=1),
        **mapped_over("batch"),
    )
    def check(at: str, batch: Batch) -> None:
        """Read the newest posts of one batch's accounts; those that cannot be read fail no task."""
        steps.check(at, batch["targets"])

    @task(task_display_name="汇总当日情况", trigger_rule="all_done")
    def settle(at: str) -> dict[str, int]:
        """Write the day's table: days without a post, longest gap, days out of compliance."""
        return steps.settle(at)

    @task(task_display_name="提醒主办单位", retries=0)
    def warn_owners(at: str, **context) -> dict[str, int]:
        """Mail the owners of accounts that reached a limit."""
        return steps.warn(at, partial(mail.mail_warning, context=context))

    @task(task_display_name="检验读取情况")
    def require_readable(counts: dict[str, int]) -> None:
        """Fail where so many accounts could not be read that the plan or our own line must be at fault."""
        steps.require_readable(counts)

    at = open_check()
    checked = check.partial(at=at).expand(batch=list_accounts(at))
    chain(checked, settled := settle(at), warn_owners(at))
    require_readable(settled)


early_warning()
