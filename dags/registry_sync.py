"""
# 名录同步 · Registry sync

Reads the exports of the two national reporting systems, from the configured folder or an HTTP
Connection, and keeps a snapshot of the registry for each export date. A faulty file fails this task
with file, sheet, row, column and value; the last good snapshot stays in force.
"""

from __future__ import annotations

from airflow.sdk import dag, task

from jiancha.airflow.dag_parts import REGISTRY, dag_defaults
from jiancha.pipeline import registry_sync as steps


@dag(
    schedule="@daily",
    max_active_runs=1,
    **dag_defaults(__doc__, "名录同步"),
)
def registry_sync() -> None:
    @task(task_display_name="同步名录", outlets=[REGISTRY])
    def sync(outlet_events=None) -> dict:
        """Make the snapshots that are missing or changed, and say what differs between them."""
        result = steps.sync_registry()
        outlet_events[REGISTRY].extra = {"snapshots": result["snapshots"]}
        return result

    sync()


registry_sync()
