"""What the DAG files share: default arguments, assets and pools, each named once."""

from __future__ import annotations

from collections.abc import Mapping, Sized
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowSkipException

from jiancha.airflow import mail
from jiancha.windows import ZONE

#: Emitted by ``registry_sync``: the registry (名录) has a new snapshot.
REGISTRY = Asset("registry", uri="jiancha://registry")
#: Emitted by ``quarterly_inspection``, with the window in its extra; starts ``publish_notice``.
DRAFT_NOTICE = Asset("draft_notice", uri="jiancha://draft_notice")
#: Emitted by ``publish_notice``.
NOTICE = Asset("notice", uri="jiancha://notice")

#: What jiancha itself finds wrong is as wrong a minute later.
_OWN_ERRORS_STAY = RetryRule(exception="jiancha.errors.JianchaError", action=RetryAction.FAIL)

#: Pools, made by ``airflow pools import config/pools.json``.
SITES_POOL, ACCOUNTS_POOL = "jiancha_sites", "jiancha_accounts"
#: Queues of Celery workers; other executors ignore them.
SITES_QUEUE, ACCOUNTS_QUEUE = "sites", "accounts"
#: Where tasks run that visit websites, and those that read accounts.
ON_SITES: Mapping[str, str] = {"pool": SITES_POOL, "queue": SITES_QUEUE}
ON_ACCOUNTS: Mapping[str, str] = {"pool": ACCOUNTS_POOL, "queue": ACCOUNTS_QUEUE}


def dag_defaults(doc: str | None, name: str) -> dict[str, Any]:
    """The arguments of ``@dag`` that all DAGs share: the DAG file's docstring and its Chinese name."""
    return {
        "dag_display_name": name,
        "start_date": datetime(2019, 4, 1, tzinfo=ZONE),
        "catchup": False,
        "default_args": {
            "owner": "jiancha",
            # of a worker that was lost, or a disk: every step overwrites its own output
            "retries": 1,
            "retry_delay": timedelta(minutes=1),
            "retry_policy": ExceptionRetryPolicy(rules=[_OWN_ERRORS_STAY]),
            "on_failure_callback": mail.mail_failure,
        },
        "doc_md": doc,
        "tags": ["jiancha", "检查"],
    }


def mapped_over(argument: str) -> dict[str, Any]:
    """The arguments of a mapped task: each of its indexes is named by the label of ``argument``."""
    return {"map_index_template": f"{{{{ task.op_kwargs['{argument}']['label'] }}}}"}


def skip_without(found: Sized, why: str) -> None:
    """Skip the task, for this reason, where nothing was found."""
    if not found:
        raise AirflowSkipException(why)
