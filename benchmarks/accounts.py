"""The sandbox's accounts through fetch tasks of a real Airflow, beside as many empty tasks.

What Airflow takes to start a task is the least that a mapped task can cost: the ratio tells how much the
reading adds to it. Both maps have the same pool and the same names, and no task is tried twice: an account
that cannot be read is a failed task here as in an inspection, and the table says how many there were.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from measure import interleaved, spread
from rich.table import Table

from jiancha.lake import Lake
from jiancha_sandbox.local_airflow import AirflowApi, LocalCity

ROOT = Path(__file__).resolve().parents[1]
WINDOW, CLOCK, SEED = "2021Q1", "2021-03-31T09:00:00+08:00", 2021
METHODS = ("empty tasks", "fetch tasks")
GOAL = 2.0
_RUN_SECONDS = 600.0
_DAG = '''
"""Generated for a measurement."""
from datetime import timedelta
from airflow.sdk import dag, task
from jiancha.pipeline import quarterly_inspection

@dag(dag_id="{dag_id}", schedule=None, max_active_tasks=32)
def measured():
    @task
    def list_accounts():
        registry_sync.sync_registry()
        quarterly_inspection.freeze_registry("{window}")
        return quarterly_inspection.list_accounts("{window}")

    @task(
        pool="jiancha_accounts",
        execution_timeout=timedelta(minutes=30),
        map_index_template="{{{{ task.op_kwargs['batch']['label'] }}}}",
    )
    def work(batch):
        {work}

    work.expand(batch=list_accounts())

measured()
'''
_WORK = {
    "empty tasks": "pass",
    "fetch tasks": f'quarterly_inspection.fetch_accounts("{WINDOW}", batch["targets"])',
}


class Map(NamedTuple):
    """One run of a map: its tasks, and seconds from the start of the first to the end of the last."""

    tasks: int
    failed: int
    seconds: float


def tables(folder: Path, *, repeats: int) -> list[Table]:
    """One table: seconds of both maps, and the ratio."""
    with _running(folder) as city:
        api = AirflowApi(city.airflow_url, city.password)
        results = interleaved(METHODS, repeats, lambda method: _run(api, city, method))
        fetched = len(Lake(city.lake).window_rows("visits", WINDOW))
    base = median(each.seconds for each in results[METHODS[0]])
    table = Table(
        title=f"{fetched} accounts through Airflow, goal: less than {GOAL:g} times the empty tasks",
        title_justify="left",
    )
    for heading in ("", "tasks", "failed", "seconds, median (least)", "s a task", "ratio to empty tasks"):
        table.add_column(heading, justify="left" if not heading else "right")
    for method, runs in results.items():
        seconds, tasks = [run.seconds for run in runs], runs[0].tasks
        middle = median(seconds)
        ratio = f"{middle / base:.2f}"
        failed = str(max(run.failed for run in runs))
        table.add_row(method, str(tasks), failed, spread(seconds), f"{middle / tasks:.2f}", ratio)
    return [table]


@contextmanager
def _running(folder: Path) -> Iterator[LocalCity]:
    """The sandbox city and an Airflow that has the two generated DAGs and no others."""
    dags = folder / "dags"
    dags.mkdir()
    for method, work in _WORK.items():
        text = _DAG.format(dag_id=_dag_id(method), window=WINDOW, work=work)
        (dags / f"{_dag_id(method)}.py").write_text(text, encoding="utf-8")
    extra = {"AIRFLOW__CORE__DAGS_FOLDER": str(dags)}
    city = LocalCity(ROOT, folder / "city", folder / "lake", WINDOW, CLOCK, SEED, extra)
    try:
        city.start(("api-server", "scheduler", "dag-processor"))
        yield city
    finally:
        city.stop()


def _run(api: AirflowApi, city: LocalCity, method: str) -> Map:
    """Trigger a DAG and wait for its end; raises RuntimeError where it mapped nothing."""
    dag_id = _dag_id(method)
    _wait(lambda: dag_id in {dag["dag_id"] for dag in api.get("/dags")["dags"]}, city, dag_id)
    api.patch(f"/dags/{dag_id}", {"is_paused": False})
    run_id = f"bench{time.monotonic_ns()}"
    api.post(f"/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": None})
    path = f"/dags/{dag_id}/dagRuns/{run_id}"
    _wait(lambda: api.get(path)["state"] in ("success", "failed"), city, dag_id)
    rows = [row for row in _instances(api, f"{path}/taskInstances") if row["map_index"] >= 0]
    if not rows:
        raise RuntimeError(f"{dag_id} mapped nothing; its logs are below {city.folder}")
    first = min(datetime.fromisoformat(row["start_date"]) for row in rows)
    last = max(datetime.fromisoformat(row["end_date"]) for row in rows)
    failed = sum(row["state"] != "success" for row in rows)
    return Map(len(rows), failed, (last - first).total_seconds())


def _instances(api: AirflowApi, path: str) -> Iterator[dict[str, Any]]:
    offset = 0
    while True:
        rows = api.get(path, task_id="work", limit=100, offset=offset)["task_instances"]
        yield from rows
        offset += len(rows)
        if len(rows) < 100:
            return


def _wait(look: Any, city: LocalCity, what: str) -> None:
    deadline = time.monotonic() + _RUN_SECONDS
    while not look():
        city.check()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not end within {_RUN_SECONDS:.0f} s")
        time.sleep(1)


def _dag_id(method: str) -> str:
    return method.replace(" ", "_")
