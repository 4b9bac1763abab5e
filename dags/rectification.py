"""
# 整改复查 · Rectification

Every day, until they are mended: visits the targets of published findings again, closes what is mended with
the evidence of that visit, reminds before the deadline, tells what is overdue, escalates, takes owners'
answers, and writes the ledger (整改台账). Once the deadline has passed, or all is mended, an amended notice
tells the state as of that day; earlier versions stay as they are.

* **An owner's answer closes nothing:** only a visit that measured the indicator does.
* **A target that cannot be read** stays open; the ledger says why.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import chain, dag, task

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import SITES_POOL, SITES_QUEUE, dag_defaults, mapped_over
from jiancha.pipeline import publish_notice
from jiancha.pipeline import rectification as steps


@dag(
    schedule="40 6 * * *",
    max_active_runs=1,
    **dag_defaults(__doc__),
)
def rectification() -> None:
    @task
    def list_checks() -> list[steps.Check]:
        """Targets with open findings, of all windows."""
        return steps.list_checks()

    @task(
        pool=SITES_POOL,
        queue=SITES_QUEUE,
        retries=1,  # of a worker that was lost: targets that cannot be read fail no task
        execution_timeout=timedelta(hours=1),
        **mapped_over("work"),
    )
    def check(work: steps.Check) -> None:
        """Visit the targets of one batch as they are now."""
        steps.check(work)

    @task(trigger_rule="none_failed")
    def settle(checks: list[steps.Check]) -> dict[str, int]:
        """Close what is mended."""
        return steps.settle(checks)

    @task
    def remind(**context) -> dict[str, int]:
        """Remind, tell what is overdue, escalate: each finding once of each."""
        due = steps.due()
        mail.mail_ledger("[检查] 整改期限将至", due["remind"], context)
        mail.mail_ledger("[检查] 整改逾期", due["overdue"], context)
        mail.mail_ledger("[检查] 整改逾期,请督办", due["escalate"], context, escalate=True)
        return {name: len(lines) for name, lines in due.items()}

    @task
    def write_ledgers() -> list[str]:
        """The ledger of every window as xlsx."""
        return steps.write_ledgers()

    @task
    def amend(**context) -> dict[str, str]:
        """Amended notices where the deadline has passed or all is mended."""
        amended = steps.amend_due()
        for window, folder in amended.items():
            mail.mail_notice(window, publish_notice.attachments(folder), context)
        return amended

    @task
    def import_answers() -> int:
        """Owners' answers from the ledgers that came back; a faulty file fails this task alone."""
        return steps.import_answers()

    @task(pool=SITES_POOL, queue=SITES_QUEUE, execution_timeout=timedelta(hours=2))
    def check_wording() -> dict[str, int]:
        """Read the pages of wording errors (错误表述) again."""
        return steps.check_wording()

    checks = list_checks()
    chain(check.expand(work=checks), (settled := settle(checks)), remind(), amended := amend())
    check_wording() >> amended
    settled >> write_ledgers()
    import_answers()


rectification()
