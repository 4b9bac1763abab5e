"""
# 可用性探测 · Availability probe

Once an hour inside an inspection window, every website's home page is asked for once: does it open
within the seconds of the indicator set (站点无法访问)? Outside the windows the run ends at once, green. Where
a site was published for it, probing goes on after the window until a week shows that it opens again.

* **A site that does not open** is a row in the lake and fails no task. `quarterly_inspection` weighs the
  rows of one week when it judges the window.
* **`close_round` red:** so many sites failed in this hour that our own line must be at fault. The round does
  not count; look at the network or the proxy.
* **Nothing is caught up:** a probe cannot be made for the past. A round that was missed stays missed, and
  so does one that is cleared after its hour.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import chain, dag, task

from jiancha.airflow.dag_parts import ON_SITES, dag_defaults, mapped_over
from jiancha.pipeline import availability_probe as steps
from jiancha.pipeline import rectification
from jiancha.pipeline.context import Batch


@dag(
    schedule="23 * * * *",  # off the full hour, when everybody's jobs start
    max_active_runs=1,
    dagrun_timeout=timedelta(minutes=55),
    **dag_defaults(__doc__, "可用性探测"),
)
def availability_probe() -> None:
    @task.short_circuit(task_display_name="开始本轮")
    def open_round() -> steps.ProbeRound | None:
        """Name this hour's round; outside the windows nothing follows, unless rectification waits for it."""
        return steps.open_probe_round(rectification.go_on_probing)

    @task(task_display_name="列出网站")
    def list_batches(opened: steps.ProbeRound) -> list[Batch]:
        """So many sites for each task to come."""
        return steps.list_probe_batches(opened)

    @task(
        task_display_name="探测首页",
        **ON_SITES,
        execution_timeout=timedelta(minutes=40),
        **mapped_over("batch"),
    )
    def probe(opened: steps.ProbeRound, batch: Batch) -> None:
        """Ask for each home page of the batch once; sites that do not open fail no task."""
        steps.probe_sites(opened, batch["targets"])

    @task(task_display_name="结束本轮")
    def close_round(opened: steps.ProbeRound) -> dict[str, int]:
        """Count the round, unless our own line spoilt it."""
        return steps.close_probe_round(opened)

    opened = open_round()
    chain(probe.partial(opened=opened).expand(batch=list_batches(opened)), close_round(opened))


availability_probe()
