"""``jiancha demo``: one quarter of the sandbox city through a real Airflow, from visits to the final notice.

``up`` and ``down`` start and stop the same city for browsing.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as local_time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console
from rich.live import Live
from rich.table import Table

from jiancha.errors import JianchaError
from jiancha.lake import Lake
from jiancha.notice.write import final_versions
from jiancha.windows import ZONE, Calendar, Quarter, Window
from jiancha_sandbox.city import DEFAULT_SEED
from jiancha_sandbox.local_airflow import AirflowApi, LocalCity, stop_recorded

_MORNING_AFTER = timedelta(hours=9, seconds=1)
DEFAULT_WINDOW = "2021Q1"

_STAGES = (
    ("open_window", "打开窗口 open window"),
    ("snapshot", "固定名录 registry snapshot"),
    ("gate_registry", "名录闸门 registry gate"),
    ("inspect_site", "网站采集 sites"),
    ("fetch_account", "新媒体采集 accounts"),
    ("roll_up", "汇总 roll-up"),
    ("gate_observations", "数据闸门 observations gate"),
    ("assess", "评估 assess"),
    ("second_look.look_again", "复测 second look"),
    ("second_look.settle_looks", "复测比对 both looks"),
    ("gate_verdicts", "结论闸门 verdicts gate"),
    ("gate_notice", "通报闸门 notice gate"),
    ("draft_notice", "通报草稿 draft notice"),
)
_RUN_SECONDS = 1800.0
_SETTLE_SECONDS = 10.0
_ENDED = {"success", "failed"}


class DemoError(JianchaError):
    """The demo's run did not end well; the message says where to look."""


@dataclass(slots=True)
class Progress:
    """What the live table shows: per stage (done, failed, all) and seconds."""

    title: str
    started: float = field(default_factory=time.monotonic)
    counts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    first_seen: dict[str, float] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def update(self, stage: str, done: int, failed: int, total: int) -> None:
        now = time.monotonic()
        self.counts[stage] = (done, failed, total)
        self.first_seen.setdefault(stage, now)
        if not self.finished(stage):
            self.seconds[stage] = now - self.first_seen[stage]

    def finished(self, stage: str) -> bool:
        done, failed, total = self.counts.get(stage, (0, 0, 0))
        return total > 0 and done + failed >= total and stage in self.seconds

    def lines(self) -> Iterator[str]:
        """One line for each stage that has ended, and for each tenth of a longer one."""
        for stage, label in _STAGES:
            done, failed, total = self.counts.get(stage, (0, 0, 0))
            if self.finished(stage):
                yield f"{label}: {done}/{total}, {failed} failed, {self.seconds[stage]:.0f} s"
            elif total >= 10 and done + failed:
                yield f"{label}: {(done + failed) * 10 // total * 10} % of {total}"

    def table(self) -> Table:
        elapsed = time.monotonic() - self.started
        table = Table(title=f"{self.title} · {elapsed:.0f} s", title_justify="left")
        table.add_column("阶段 stage")
        for name in ("完成 done", "失败 failed", "共 total", "用时 s"):
            table.add_column(name, justify="right")
        for stage, label in _STAGES:
            done, failed, total = self.counts.get(stage, (0, 0, 0))
            style = "red" if failed else "green" if total and done == total else "dim" if not total else ""
            seconds = f"{self.seconds[stage]:.0f}" if stage in self.seconds else ""
            table.add_row(label, str(done), str(failed), str(total or "–"), seconds, style=style)
        return table


def run_demo(  # noqa: PLR0913 - what the command takes
    project: Path,
    window: str,
    *,
    clock: str | None = None,
    seed: int = DEFAULT_SEED,
    quarters: int = 1,
    as_of: date | None = None,
) -> int:
    """Run one window through the scheduler; returns the exit code: 0 only for a notice that passed.

    The city's present is the morning after the window. With ``quarters`` above 1 the windows before it are
    backfilled then. With ``as_of`` the present becomes that day's morning, and the DAG ``rectification``
    tells how things stand by then.
    """
    console = Console()
    city, earlier = _city(project, window, clock, seed), _windows_before(window, quarters - 1)
    started = time.monotonic()
    with _stopped_at_the_end(city, console):
        city.reset()
        console.print("starting the sandbox city and Airflow on 127.0.0.1 …")
        city.start(("api-server", "scheduler", "dag-processor"))
        console.print(f"Airflow is up at {city.airflow_url} after {time.monotonic() - started:.0f} s")
        api = AirflowApi(city.airflow_url, city.password)
        sync_registry(api, city)
        if earlier:
            console.print(f"backfilling {earlier[0].key} to {earlier[-1].key} beside {window} …")
            city.backfill(earlier[0].start, earlier[-1].end, at_once=1)
        _unpause(api, "publish_notice")  # a draft's event reaches only what is not paused
        state = inspect_window(api, city, window, console)
        if state == "success" and earlier:
            state = end_backfill(api, city, len(earlier), console)
        if state == "success":
            state = review(api, city, quarters, console)
        if state == "success" and as_of is not None:
            state = rectify(city, as_of, console)
    _print_summary(console, city.lake, window)
    console.print(f"total {time.monotonic() - started:.0f} s")
    if state != "success":
        raise DemoError(f"the run of {window} ended as {state}; logs are below {city.folder}")
    return 0


def run_up(project: Path, *, clock: str | None = None, seed: int = DEFAULT_SEED) -> int:
    """Start the demo's city, read its registry, and leave it running for an inspection.

    ``publish_notice`` is unpaused before there is a draft: a draft's event reaches only what is not paused.
    """
    console = Console()
    city = _city(project, DEFAULT_WINDOW, clock, seed, mails=True)
    try:
        city.start()
        api = AirflowApi(city.airflow_url, city.password)
        sync_registry(api, city)
        _unpause(api, "publish_notice")
    except BaseException:
        city.stop()
        raise
    log_in = f"{city.airflow_url}/auth/login/?next={quote(city.airflow_url, safe='')}"
    console.print(f"Airflow:  {log_in}%2F  (user admin, password {city.password})", soft_wrap=True)
    console.print(f"Notices:  {log_in}%2Fjiancha%2F", soft_wrap=True)
    console.print(f"Mails:    http://127.0.0.1:{city.mail_page_port}/")
    console.print(f"Sandbox:  HTTP proxy 127.0.0.1:{city.sandbox_port}, e.g. http://fgw.xianyang.gov.cn/")
    console.print(f"Shell:    . {city.folder / 'env.sh'}    then e.g. airflow backfill create …")
    console.print(
        "Start:    unpause quarterly_inspection in Airflow's list of DAGs: it inspects 2021Q1 as `make demo` "
        "does; then answer publish_notice's required actions. rectification, availability_probe and "
        "early_warning wait for you to unpause them",
        soft_wrap=True,
    )
    console.print("Stop:     make down")
    return 0


def run_down(project: Path) -> int:
    """Stop what ``up`` (or a demo that was killed) left running."""
    stopped = stop_recorded(_folder(project) / "running.json")
    Console().print("stopped" if stopped else "nothing was running")
    return 0


def sync_registry(api: AirflowApi, city: LocalCity) -> None:
    """Unpause registry_sync and wait for its scheduled run."""
    _unpause(api, "registry_sync")
    run = _wait_for(lambda: _ended_run(api, "registry_sync"), city, "registry_sync")
    if run["state"] != "success":
        raise DemoError(f"registry_sync failed; its log is below {city.folder / 'airflow' / 'logs'}")


def inspect_window(api: AirflowApi, city: LocalCity, window: str, console: Console) -> str:
    """Unpause quarterly_inspection, follow its scheduled run to the end, return its state."""
    _unpause(api, "quarterly_inspection")
    progress = Progress(f"quarterly_inspection {window}")
    with _shown(progress, console) as show:

        def look() -> dict[str, Any] | None:
            run = _first_run(api, "quarterly_inspection", run_type="scheduled")
            if run is None:
                return None
            _update(api, run["dag_run_id"], progress)
            show()
            return run if run["state"] in _ENDED else None

        run = _wait_for(look, city, "quarterly_inspection")
    return str(run["state"])


def _windows_before(window: str, count: int) -> list[Window]:
    """The windows before one, oldest first; raises WindowError where they begin before the calendar."""
    quarter, found = Quarter.parse(window), list[Window]()
    for _ in range(count):
        quarter = quarter.previous()
        found.append(Calendar().window(str(quarter)))
    return found[::-1]


def end_backfill(api: AirflowApi, city: LocalCity, windows: int, console: Console) -> str:
    """Wait for the end of a backfill over that many windows; returns the state of all runs."""
    told: set[str] = set()

    def look() -> dict[str, Any] | None:
        runs = api.get("/dags/quarterly_inspection/dagRuns", limit=100, run_type="backfill")["dag_runs"]
        for run in runs:
            if run["state"] in _ENDED and run["dag_run_id"] not in told:
                told.add(run["dag_run_id"])
                console.print(f"{run['dag_run_id']}: {run['state']}", soft_wrap=True)
        return _together(runs) if len(told) >= windows else None

    return str(_wait_for(look, city, "the backfill", _RUN_SECONDS * windows)["state"])


def _together(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"state": "success" if all(run["state"] == "success" for run in runs) else "failed"}


def settled(detail: Mapping[str, Any]) -> bool:
    """Whether an action waits long enough to be answered.

    Airflow 3.3.2 fails a task whose answer comes while the process that asked is still ending; people are
    never that fast. A question asked again keeps the time it was first created at.
    """
    task = detail["task_instance"]
    asked = max(datetime.fromisoformat(at) for at in (detail["created_at"], task["start_date"]) if at)
    return (datetime.now(tz=UTC) - asked).total_seconds() > _SETTLE_SECONDS


def review(api: AirflowApi, city: LocalCity, drafts: int, console: Console) -> str:
    """Answer the required actions of all drafts over the API, as a reviewer would; returns the state.

    The demo's reviewer confirms everything: what the sandbox city does wrong, it does on purpose.
    """
    confirmed: set[tuple[str, int]] = set()

    def answer(run_id: str) -> None:
        path = f"/dags/publish_notice/dagRuns/{quote(run_id, safe='')}"
        waiting = api.get(f"{path}/hitlDetails", limit=100, state="awaiting_input")["hitl_details"]
        for detail in filter(settled, waiting):
            index = detail["task_instance"]["map_index"]
            body = {"chosen_options": ["确认"], "params_input": {"reason": "", "columns": ""}}
            api.patch(f"{path}/taskInstances/decide/{index}/hitlDetails", body)
            confirmed.add((run_id, index))

    def look() -> dict[str, Any] | None:
        runs = api.get("/dags/publish_notice/dagRuns", limit=100)["dag_runs"]
        for run in runs:
            if run["state"] not in _ENDED:
                answer(run["dag_run_id"])
        ended = len(runs) >= drafts and all(run["state"] in _ENDED for run in runs)
        return _together(runs) if ended else None

    console.print("answering the required actions of publish_notice over Airflow's API …")
    state = str(_wait_for(look, city, "publish_notice", _RUN_SECONDS * drafts)["state"])
    console.print(f"人工核查 review: {len(confirmed)} confirmed, {state}")
    return state


def rectify(city: LocalCity, as_of: date, console: Console) -> str:
    """Start the city again as of a later day and let ``rectification`` look at what was published."""
    city.stop()
    city.clock = datetime.combine(as_of, local_time(9), tzinfo=ZONE).isoformat()
    console.print(f"starting again as of {as_of} …")
    city.start(("api-server", "scheduler", "dag-processor"))
    api = AirflowApi(city.airflow_url, city.password)
    _unpause(api, "rectification")
    run = _wait_for(lambda: _ended_run(api, "rectification"), city, "rectification")
    console.print(f"整改复查 rectification: {run['state']}")
    return str(run["state"])


@contextmanager
def _shown(progress: Progress, console: Console) -> Iterator[Callable[[], None]]:
    """A live table on a terminal; elsewhere a line whenever something moved."""
    if console.is_terminal:
        with Live(progress.table(), console=console, refresh_per_second=2) as live:
            yield lambda: live.update(progress.table())
        return
    printed: set[str] = set()

    def tell() -> None:
        for line in progress.lines():
            if line not in printed:
                printed.add(line)
                console.print(line, soft_wrap=True)

    yield tell


def _city(project: Path, window: str, clock: str | None, seed: int, *, mails: bool = False) -> LocalCity:
    after = Calendar().window(window).checkpoint + _MORNING_AFTER
    return LocalCity(
        project=project,
        folder=_folder(project),
        lake=project / "var" / "lake",
        last_window=window,
        clock=clock or after.isoformat(),
        seed=seed,
        mails=mails,
    )


def _folder(project: Path) -> Path:
    return project / "var" / "city"


@contextmanager
def _stopped_at_the_end(city: LocalCity, console: Console) -> Iterator[None]:
    """Stop everything also on Ctrl-C, on SIGTERM and on failure."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a shell that starts us in the background has it ignored
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        console.print("stopping Airflow and the sandbox …")
        city.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _unpause(api: AirflowApi, dag_id: str) -> None:
    deadline = time.monotonic() + 120
    while True:
        known = {dag["dag_id"] for dag in api.get("/dags")["dags"]}
        if dag_id in known:
            api.patch(f"/dags/{dag_id}", {"is_paused": False})
            return
        if time.monotonic() > deadline:
            errors = api.get("/importErrors")["import_errors"]
            raise DemoError(
                f"Airflow does not know DAG {dag_id}: {json.dumps(errors, ensure_ascii=False)[:2000]}"
            )
        time.sleep(0.5)


def _first_run(api: AirflowApi, dag_id: str, **wanted: str) -> dict[str, Any] | None:
    runs = api.get(f"/dags/{dag_id}/dagRuns", limit=1, **wanted)["dag_runs"]
    return runs[0] if runs else None


def _ended_run(api: AirflowApi, dag_id: str) -> dict[str, Any] | None:
    run = _first_run(api, dag_id)
    return run if run is not None and run["state"] in _ENDED else None


def _wait_for(
    look: Callable[[], dict[str, Any] | None], city: LocalCity, what: str, seconds: float = _RUN_SECONDS
) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        city.check()
        if time.monotonic() > deadline:
            raise DemoError(f"{what} did not end within {seconds:.0f} s; logs are below {city.folder}")
        time.sleep(2)


def _update(api: AirflowApi, run_id: str, progress: Progress) -> None:
    path = f"/dags/quarterly_inspection/dagRuns/{quote(run_id, safe='')}/taskInstances"

    def count(stage: str, *states: str) -> int:
        answer = api.get(path, task_id=stage, limit=1, **({"state": list(states)} if states else {}))
        return int(answer["total_entries"])

    for stage, _ in _STAGES:
        if progress.finished(stage):
            continue
        done, failed = count(stage, "success"), count(stage, "failed", "upstream_failed")
        busy = count(stage, "running", "queued", "up_for_retry")
        if done or failed or busy:
            progress.update(stage, done, failed, count(stage))
        else:
            break


def _print_summary(console: Console, lake_folder: Path, window: str) -> None:
    lake = Lake(lake_folder)
    versions = final_versions(lake, window)
    folder = lake.notice_folder(window, max(versions, default=1))
    path = folder / "notice.json"
    if not path.exists():
        console.print(f"no notice was written for {window}")
        return
    notice = json.loads(path.read_text(encoding="utf-8"))
    table = Table(title=f"{notice['title']}({notice['status']} v{notice['version']})", title_justify="left")
    for name in ("", "登记", "检查", "合格", "不合格", "未判定", "合格率"):
        table.add_column(name, justify="right")
    for label, section in (("网站", notice["sites"]), ("新媒体", notice["accounts"])):
        keys = ("registered", "inspected", "qualified", "unqualified", "undetermined", "pass_rate")
        table.add_row(label, *(str(section[key]) for key in keys))
    console.print(table)
    problems = "、".join(f"{name} {count}" for name, count in notice["accounts"]["by_problem"].items())
    console.print(f"新媒体问题：{problems}")
    for kind, figures in (notice["review"] or {}).items():
        counts = "、".join(f"{name} {count}" for name, count in figures.items())
        console.print(f"人工核查 review of {kind}: {counts}")
    for check in notice["special_checks"]:
        state = f"发现 {check['found']}、已整改 {check['rectified']}（截至 {check['as_of']}）"
        console.print(f"{check['name']}:{check['scope']},{state}")
    if (mended := notice["rectification"]) is not None:
        console.print(
            f"整改：确认问题 {mended['found']}、已整改 {mended['rectified']}（截至 {mended['as_of']}）"
        )
    for name in sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")):
        console.print(f"  {folder / name}", soft_wrap=True)
