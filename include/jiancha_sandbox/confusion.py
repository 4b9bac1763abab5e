"""``jiancha confusion``: inspect the sandbox city over many quarters and compare with its answer key.

The inspection runs the same steps as the DAG, without Airflow, each window on the morning after its
checkpoint as an office would, or all of them from one later day (``--clock``). What the key says nobody can
know must be left open, and nothing else. Home pages are probed in the
week before where the city has outages, and in one healthy window. The key comes from the
city's own records, never from its pages; here and nowhere else the two meet.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from jiancha.errors import GateFailed, PermanentFailure, TransientFailure, WindowError
from jiancha.lake import Lake
from jiancha.pipeline import availability_probe, quarterly_inspection, registry_sync
from jiancha.windows import Calendar, Quarter, Window

_HINT = "提示"  # may well be right: not counted
_MORNING_AFTER = timedelta(hours=9)
_FIRST, _LAST = Quarter(2019, 2), Quarter(2021, 4)
_HEALTHY = "2021Q1"  # a window without outages in which some sites are probed as well

#: What makes a target one and the same in a verdict and in the key.
_Identity = tuple[str, ...]


class Row(NamedTuple):
    """One window's comparison for one kind of target; lists name the targets.

    ``left_open`` counts the undetermined that nobody can know, ``undetermined`` names the others;
    ``unfounded`` names what was judged though nobody can know it.
    """

    window: str
    kind: str
    failing_found: int
    healthy_passed: int
    left_open: int
    falsely_accused: list[str]
    missed: list[str]
    wrong_problem: list[str]
    undetermined: list[str]
    unfounded: list[str]

    @property
    def perfect(self) -> bool:
        return not any(names for _, names in self.faults())

    def faults(self) -> tuple[tuple[str, list[str]], ...]:
        """The lists that should be empty, with what they are called."""
        return (
            ("falsely accused", self.falsely_accused),
            ("missed", self.missed),
            ("wrong problem", self.wrong_problem),
            ("wrongly open", self.undetermined),
            ("no grounds", self.unfounded),
        )


def run_confusion(windows: Sequence[str] | None, *, clock: datetime | None, seed: int, jobs: int) -> int:
    """Print the confusion table; exit code 0 only where nothing was accused, missed or left open."""
    from jiancha_sandbox.city import SandboxCity
    from jiancha_sandbox.key import answer_key
    from jiancha_sandbox.outages import OUTAGE_QUARTER

    logging.getLogger("jiancha").setLevel(logging.ERROR)  # what tasks tell of each target hides the table
    console = Console(width=110)
    calendar = Calendar()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for key in windows or _all_windows():
            window = calendar.window(key)
            city = SandboxCity(seed=seed, clock=clock or window.checkpoint + _MORNING_AFTER)
            probed = clock is None and key in (str(OUTAGE_QUARTER), _HEALTHY)  # a past week cannot be probed
            truth = answer_key(city, window, probed=probed)
            rows += compare(key, _inspected(Path(folder), city, window, jobs, probed), truth)
            rows.append(compare_wording(key, Lake(str(Path(folder) / "lake")), truth["slips"]))
            console.print(f"inspected {key}")
    _print(console, rows, "" if clock else f"; home pages probed in {OUTAGE_QUARTER} and {_HEALTHY} only")
    return 0 if all(row.perfect for row in rows) else 1


def compare(window: str, verdicts: Iterable[Mapping[str, Any]], truth: Mapping[str, Any]) -> list[Row]:
    """Hold the verdicts of one window against the key's lists of failing and unknowable targets."""
    verdicts = list(verdicts)
    failing_sites: dict[_Identity, str] = {(s["site_code"],): "".join(s["problems"]) for s in truth["sites"]}
    failing_accounts: dict[_Identity, str] = {
        (a["account_code"], a["platform"], a["name"]): a["problem"] for a in truth["accounts"]
    }
    sites: dict[_Identity, Mapping[str, Any]] = {
        (v["code"],): v for v in verdicts if v["target_kind"] == "site"
    }
    accounts: dict[_Identity, Mapping[str, Any]] = {
        (v["code"], v["platform"], v["name"]): v for v in verdicts if v["target_kind"] == "account"
    }
    unknowable: set[_Identity] = {(a["account_code"], a["platform"], a["name"]) for a in truth["unknown"]}
    return [
        _compare_kind(window, "site", sites, failing_sites, set()),
        _compare_kind(window, "account", accounts, failing_accounts, unknowable),
    ]


def compare_wording(window: str, lake: Lake, slips: Iterable[Mapping[str, Any]]) -> Row:
    """Hold the wording errors found (hints aside) against the key's: an error is a site and a wrong form.

    What is found may be longer than the slip itself (政府信息公开条列 for 公开条列).
    """
    codes = {row["target_id"]: row["site_code"] for row in lake.window_rows("sites", window)}
    found = [
        (codes[row["target_id"]], row["wrong"])
        for row in lake.window_rows("wording", window)
        if row["severity"] != _HINT
    ]
    wanted = [(slip["site_code"], slip["wrong"]) for slip in slips]
    hit = {slip for slip in wanted if any(slip[0] == code and slip[1] in wrong for code, wrong in found)}
    false = [
        each for each in found if not any(code == each[0] and wrong in each[1] for code, wrong in wanted)
    ]
    twice = len(found) - len(false) - len(hit)
    return Row(
        window=window,
        kind="wording",
        failing_found=len(hit),
        healthy_passed=0,
        left_open=0,
        falsely_accused=_names(false) + ["an error listed twice"] * max(0, twice),
        missed=_names(set(wanted) - hit),
        wrong_problem=[],
        undetermined=[],
        unfounded=[],
    )


def _compare_kind(
    window: str,
    kind: str,
    verdicts: Mapping[_Identity, Mapping[str, Any]],
    failing: Mapping[_Identity, str],
    unknowable: set[_Identity],
) -> Row:
    by_outcome: dict[str, set[_Identity]] = {"qualified": set(), "unqualified": set(), "undetermined": set()}
    for identity, verdict in verdicts.items():
        by_outcome[verdict["outcome"]].add(identity)
    accused, still_open = by_outcome["unqualified"], by_outcome["undetermined"]
    found = (accused & failing.keys()) - unknowable
    wrong = {i for i in found if _squeeze(verdicts[i]["problem"]) != _squeeze(failing[i])}
    return Row(
        window=window,
        kind=kind,
        failing_found=len(found),
        healthy_passed=len(by_outcome["qualified"] - failing.keys() - unknowable),
        left_open=len(still_open & unknowable),
        falsely_accused=_names(accused - failing.keys()),
        missed=_names(failing.keys() - accused - still_open),
        wrong_problem=_names(wrong),
        undetermined=_names(still_open - unknowable),
        unfounded=_names(unknowable - still_open),
    )


def _squeeze(problem: str) -> str:
    return "".join(c for c in problem if c not in ";；。,、 ")


def _names(identities: Iterable[_Identity]) -> list[str]:
    return sorted(" ".join(identity) for identity in identities)


def _inspected(folder: Path, city: Any, window: Window, jobs: int, probed: bool) -> list[dict[str, Any]]:
    """The verdicts of a window, inspected, and ``probed`` in the week before, while the city is served."""
    from jiancha_sandbox.connections import environment
    from jiancha_sandbox.exports import write_exports
    from jiancha_sandbox.plan import write_plan
    from jiancha_sandbox.server import serve

    write_exports(folder / "registry", city, as_of=window.end)
    plan = write_plan(folder, city)
    with serve(city) as port, _environment(folder, city.clock, port, environment(plan)):
        registry_sync.sync_registry()
        if probed:
            _probe_week(city, window)
        with ProcessPoolExecutor(max_workers=jobs) as pool:
            inspect_window(window.key, pool)
    return Lake(str(folder / "lake")).window_rows("verdicts", window.key)


def _probe_week(city: Any, window: Window) -> None:
    """The rounds of the window's last week, hour by hour. All sites are probed: only a whole round counts."""
    from jiancha_sandbox.outages import line_down, probe_moments

    for moment in sorted([*probe_moments(window), *line_down(window)]):
        city.now = moment
        os.environ["JIANCHA_CLOCK"] = moment.isoformat()
        opened = availability_probe.open_probe_round()
        if opened is None:
            raise WindowError(f"{moment.isoformat()} is in no window")
        for batch in availability_probe.list_probe_batches(opened):
            availability_probe.probe_sites(opened, batch["targets"])
        with suppress(GateFailed):  # our own line: the round is marked
            availability_probe.close_probe_round(opened)
    city.now = city.clock
    os.environ["JIANCHA_CLOCK"] = city.clock.isoformat()


def inspect_window(key: str, pool: ProcessPoolExecutor) -> None:
    """All steps of a window up to the verdicts, without Airflow and without gates."""
    quarterly_inspection.freeze_registry(key)
    work = [pool.submit(_visit_site, key, batch["targets"]) for batch in quarterly_inspection.list_sites(key)]
    work += [
        pool.submit(_fetch_account, key, batch["targets"])
        for batch in quarterly_inspection.list_accounts(key)
    ]
    for done in work:
        done.result()
    quarterly_inspection.roll_up(key)
    quarterly_inspection.assess_window(key)


def _visit_site(key: str, targets: Sequence[str]) -> None:
    _ignore_failures(quarterly_inspection.inspect_sites, key, targets)


def _fetch_account(key: str, targets: Sequence[str]) -> None:
    _ignore_failures(quarterly_inspection.fetch_accounts, key, targets)


def _ignore_failures(step: Any, key: str, targets: Sequence[str]) -> None:
    # a failure's outcome is in the lake: the comparison shows it as undetermined
    with suppress(TransientFailure, PermanentFailure):
        step(key, targets)


@contextmanager
def _environment(folder: Path, clock: datetime, port: int, more: Mapping[str, str]) -> Iterator[None]:
    """The settings of this process and its children while the city is inspected, ``more`` among them."""
    ours = {
        "JIANCHA_LAKE": str(folder / "lake"),
        "JIANCHA_CLOCK": clock.isoformat(),
        "JIANCHA_REGISTRY__FOLDER": str(folder / "registry"),
        "JIANCHA_HTTP__PROXY": f"http://127.0.0.1:{port}",
        "JIANCHA_HTTP__PACE_SECONDS": "0",
        **more,
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _all_windows() -> Iterator[str]:
    quarter = _FIRST
    while quarter <= _LAST:
        yield str(quarter)
        quarter = quarter.next()


def _print(console: Console, rows: Sequence[Row], remark: str) -> None:
    table = Table(title=f"verdicts against the sandbox's answer key{remark}", title_justify="left")
    table.add_column("window")
    table.add_column("kind")
    for name in ("failing found", "healthy passed", "left open"):
        table.add_column(name, justify="right")
    for name, _ in rows[0].faults() if rows else ():
        table.add_column(name, justify="right")
    for row in rows:
        counts = (row.failing_found, row.healthy_passed, row.left_open, *(len(n) for _, n in row.faults()))
        table.add_row(row.window, row.kind, *map(str, counts), style="" if row.perfect else "red")
    console.print(table)
    for row in rows:
        for label, names in row.faults():
            for name in names:
                console.print(f"{row.window} {row.kind} {label}: {name}")
