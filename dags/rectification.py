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

from airflow.sdk import chain, dag, task, task_group

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import ON_SITES, dag_defaults, mapped_over
from jiancha.pipeline import publish_notice
from jiancha.pipeline import rectification as steps


@task_group(prefix_group_id=False, group_display_name="复查")
def checks() -> None:
    """Published findings and wording errors are looked at again."""

    @task(task_display_name="列出待复查对象")
    def list_checks() -> list[steps.Recheck]:
        """Targets with open findings, of all windows."""
        return steps.list_checks()

    @task(
        task_display_name="复查",
        **ON_SITES,
        execution_timeout=timedelta(hours=1),
        **mapped_over("work"),
    )
    def check(work: steps.Recheck) -> None:
        """Visit the targets of one batch as they are now; those that cannot be read fail no task."""
        steps.check(work)

    @task(task_display_name="登记复查结果", trigger_rule="none_failed")
    def settle(checks: list[steps.Recheck]) -> dict[str, int]:
        """Close what is mended."""
        return steps.settle(checks)

    @task(task_display_name="复查错误表述", **ON_SITES, execution_timeout=timedelta(hours=2))
    def check_wording() -> dict[str, int]:
        """Read the pages of wording errors (错误表述) again."""
        return steps.check_wording()

    listed = list_checks()
    chain(check.expand(work=listed), settle(listed))
    check_wording()


@task_group(prefix_group_id=False, group_display_name="督办")
def reminders() -> None:
    """Deadlines to come and passed."""

    @task(task_display_name="列出到期事项", multiple_outputs=False)
    def list_due() -> dict[str, list[str]]:
        """What is to be reminded of, is overdue, or to be escalated: each finding once of each."""
        return steps.due()

    @task(task_display_name="寄送提醒和督办", **mail.MAIL_TASK)
    def mail_due(due: dict[str, list[str]], **context) -> None:
        """Remind, tell what is overdue, escalate."""
        mail.mail_ledger("[检查] 整改期限将至", due["remind"], context)
        mail.mail_ledger("[检查] 整改逾期", due["overdue"], context)
        mail.mail_ledger("[检查] 整改逾期，请督办", due["escalate"], context, escalate=True)

    mail_due(list_due())


@task_group(prefix_group_id=False, group_display_name="通报")
def amendments() -> None:
    """The notice tells what has been mended."""

    @task(task_display_name="补充印发通报", multiple_outputs=False)
    def amend() -> dict[str, str]:
        """Amended notices where the deadline has passed or all is mended."""
        return steps.amend_due()

    @task(task_display_name="寄送通报", **mail.MAIL_TASK)
    def mail_amended(amended: dict[str, str], **context) -> None:
        """Mail each amended notice."""
        for window, folder in amended.items():
            mail.mail_notice(window, publish_notice.published(folder), context)

    mail_amended(amend())


@dag(
    schedule="40 6 * * *",
    max_active_runs=1,
    **dag_defaults(__doc__, "整改复查"),
)
def rectification() -> None:
    @task(task_display_name="导入整改答复")
    def import_answers() -> int:
        """Owners' answers from the ledgers that came back; a faulty file fails this task alone."""
        return steps.import_answers()

    @task(task_display_name="生成整改台账")
    def write_ledgers() -> list[str]:
        """The ledger of every window as xlsx."""
        return steps.write_ledgers()

    import_answers()
    chain(checks(), [reminders(), amendments(), write_ledgers()])


rectification()
