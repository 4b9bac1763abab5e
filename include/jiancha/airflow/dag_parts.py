"""What the DAG files share: default arguments, assets and pools, each named once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.sdk import Asset

from jiancha.airflow import mail
from jiancha.windows import ZONE

#: Emitted by ``registry_sync``: the registry (名录) has a new snapshot.
REGISTRY = Asset("registry", uri="jiancha://registry")
#: Emitted by ``quarterly_inspection``, with the window in its extra; starts ``publish_notice``.
DRAFT_NOTICE = Asset("draft_notice", uri="jiancha://draft_notice")
#: Emitted by ``publish_notice``.
NOTICE = Asset("notice", uri="jiancha://notice")

#: Pools, made by ``airflow pools import config/pools.json``.
SITES_POOL, ACCOUNTS_POOL = "jiancha_sites", "jiancha_accounts"
#: Queues of Celery workers; other executors ignore them.
SITES_QUEUE, ACCOUNTS_QUEUE = "sites", "accounts"


def dag_defaults(doc: str | None) -> dict[str, Any]:
    """The arguments of ``@dag`` that all DAGs share; ``doc`` is the DAG file's docstring."""
    return {
        "start_date": datetime(2019, 4, 1, tzinfo=ZONE),
        "catchup": False,
        "default_args": {"owner": "jiancha", "retries": 0, "on_failure_callback": mail.on_failure()},
        "user_defined_macros": mail.MACROS,
        "doc_md": doc,
        "tags": ["jiancha", "检查"],
    }


def mapped_over(argument: str) -> dict[str, Any]:
    """The arguments of a mapped task: each of its indexes is named by the label of ``argument``."""
    return {"map_index_template": f"{{{{ task.op_kwargs['{argument}']['label'] }}}}"}
