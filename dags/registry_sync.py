"""
# 名录同步 · Registry sync

Reads the exports of the two national reporting systems, from the configured folder or an HTTP
Connection, and keeps a snapshot of the registry for each export date. A faulty file fails this task
with file, sheet, row, column and value; the last good snapshot stays in force.
"""

from __future__ import annotations

from datetime import datetime

from airflow.sdk import Asset, dag, task

from jiancha import alerts, steps
from jiancha.windows import ZONE

REGISTRY = Asset("registry", uri="jiancha://registry")


@dag(
    schedule="@daily",
    start_date=datetime(2019, 4, 1, tzinfo=ZONE),
    catchup=False,
    max_active_runs=1,
    default_args={"owner": "jiancha", "retries": 0, "on_failure_callback": alerts.on_failure()},
    user_defined_macros=alerts.MACROS,
    doc_md=__doc__,
    tags=["jiancha", "检查"],
)
def registry_sync() -> None:
    @task(outlets=[REGISTRY])
    def sync(outlet_events=None) -> dict:
        """Make the snapshots that are missing or changed, and say what differs between them."""
        result = steps.sync_registry()
        outlet_events[REGISTRY].extra = {"snapshots": result["snapshots"]}
        return result

    sync()


registry_sync()
