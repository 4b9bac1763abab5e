"""
# 预警 · Early warning

Every day: reads the newest posts of every account, notes how regularly it posts, and mails the owners of
those that have not posted for `account.warn_days` days, before an inspection finds them. The page 新媒体预警
shows all accounts.

* **A light check:** one page of a listing, where a recent post stands on it; no evidence, no finding.
* **Each owner is mailed once** when an account reaches the limit and once more at the limit of the rule.
* **An account that could not be read** is listed as unknown and never warned of.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from airflow.sdk import chain, dag, task

from jiancha import alerts, steps, warning
from jiancha.windows import ZONE


@dag(
    schedule="20 7 * * *",
    start_date=datetime(2019, 4, 1, tzinfo=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "jiancha", "retries": 0, "on_failure_callback": alerts.on_failure()},
    user_defined_macros=alerts.MACROS,
    doc_md=__doc__,
    tags=["jiancha", "检查"],
)
def early_warning() -> None:
    @task
    def open_check() -> str:
        """The moment as of which this run looks."""
        return warning.open_check()

    @task
    def list_accounts(at: str) -> list[steps.Batch]:
        """Batches of accounts; a faulty setting, source plan or list of owners stops the run here."""
        return warning.list_accounts(at)

    @task(
        pool="jiancha_accounts",
        retries=1,  # of a worker that was lost: accounts that cannot be read fail no task
        execution_timeout=timedelta(hours=1),
        map_index_template="{{ task.op_kwargs['batch']['label'] }}",
    )
    def check(at: str, batch: steps.Batch) -> None:
        """Read the newest posts of one batch's accounts."""
        warning.check(at, batch["targets"])

    @task(trigger_rule="all_done")
    def settle(at: str) -> dict[str, int]:
        """Write the day's table: days without a post, longest gap, days out of compliance."""
        return warning.settle(at)

    @task
    def warn_owners(at: str, **context) -> dict[str, int]:
        """Mail the owners of accounts that reached a limit."""
        return warning.warn(at, partial(alerts.mail_warning, context=context))

    @task
    def require_readable(counts: dict[str, int]) -> None:
        """Fail where so many accounts could not be read that the plan or our own line must be at fault."""
        warning.require_readable(counts)

    at = open_check()
    checked = check.partial(at=at).expand(batch=list_accounts(at))
    chain(checked, settled := settle(at), warn_owners(at))
    require_readable(settled)


early_warning()
