"""``jiancha replay``: read a window's evidence again and judge again, with nothing asked of the network.

It shows whether the verdicts follow from what is stored; after an update of the readers it shows what they
would have said, and ``--save`` makes it the window's assessment.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import track

from jiancha import settings as configuration
from jiancha.assess.runner import RESULTS, assess
from jiancha.cli.commands import say, say_json
from jiancha.errors import FailureKind, JianchaError, LakeError, PermanentFailure, TransientFailure
from jiancha.lake import SCHEMAS, Lake
from jiancha.pipeline import quarterly_inspection
from jiancha.pipeline.connections import connect_platform, connect_rsshub
from jiancha.settings import Settings
from jiancha.standard import Standard, load_standard
from jiancha.windows import Window

log = logging.getLogger(__name__)

_COMPARED = ("outcome", "problem")


class Difference(NamedTuple):
    """A target of which the evidence now tells something else. Both sides: outcome and problem."""

    code: str
    name: str
    before: tuple[str, str]
    now: tuple[str, str]


class Replayed(NamedTuple):
    """What a replay came to: targets read again, targets without evidence, verdicts that differ."""

    targets: int
    without_evidence: tuple[str, ...]
    differences: tuple[Difference, ...]


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha replay``."""
    parser.add_argument("window", help="such as 2021Q1")
    parser.add_argument("--save", action="store_true", help="keep what was read again as the window's own")
    parser.add_argument("--jobs", type=int, default=2, help="processes that read (default 2)")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Print what a replay came to; 0 where all verdicts are the same, else 1.

    Raises LakeError where the window was not assessed or a file of evidence is damaged.
    """
    settings, window_key = configuration.load(), arguments.window
    lake, window = Lake(settings.lake), settings.calendar().window(window_key)
    if not lake.window_rows("verdicts", window_key):
        raise LakeError(f"window {window_key} was not assessed: there is nothing to compare a replay with")
    with tempfile.TemporaryDirectory() as folder:
        found = replay(lake, Lake(folder), window, settings, jobs=arguments.jobs)
        if arguments.save:
            _save(lake, Lake(folder), window, load_standard(settings.standard, settings.standards_folder))
    if arguments.json:
        report = {
            "window": window_key,
            "targets": found.targets,
            "without_evidence": found.without_evidence,
            "differences": [difference._asdict() for difference in found.differences],
        }
        say_json(report, indent=1)
    else:
        _print(window_key, found, saved=arguments.save)
    return 1 if found.differences else 0


def replay(lake: Lake, into: Lake, window: Window, settings: Settings, *, jobs: int) -> Replayed:
    """Read the evidence of a window again into another lake and assess it there."""
    _copy(lake, into, window)
    visits = lake.window_rows("visits", window.key)
    stored = [v for v in visits if v["evidence"] and (lake.root / v["evidence"]).exists()]
    without = sorted({v["target_id"] for v in visits} - {v["target_id"] for v in stored})
    work = partial(_again, window.key, str(lake.root), str(into.root), settings)
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        done = pool.map(work, stored, chunksize=4)
        for _ in track(done, "replaying", total=len(stored), console=Console(stderr=True), transient=True):
            pass
    assess(into, window, load_standard(settings.standard, settings.standards_folder))
    before, now = (each.window_rows("verdicts", window.key) for each in (lake, into))
    return Replayed(len(stored), tuple(without), tuple(_differences(before, now)))


def _copy(lake: Lake, into: Lake, window: Window) -> None:
    """All that the assessment of a window reads, with the counts of the quarters before."""
    for table in SCHEMAS:
        if table not in RESULTS and (folder := lake.window_folder(table, window.key)).exists():
            for file in folder.iterdir():
                into.write_bytes(into.window_folder(table, window.key) / file.name, file.read_bytes())
    for file in (lake.root / "summary").glob("*/*.parquet"):
        into.write_bytes(into.root / "summary" / file.parent.name / file.name, file.read_bytes())


def _again(key: str, source: str, target: str, settings: Settings, visit: Mapping[str, Any]) -> None:
    """Read one target again, at the time when it was read."""
    from jiancha.evidence.replay import Replay

    lake, into = Lake(source), Lake(target)
    window = settings.calendar().window(key)
    then = replace(settings, clock=visit["started_at"].isoformat())
    path = lake.root / visit["evidence"]
    with Replay(path, visit["evidence"]) as recorder, suppress(TransientFailure, PermanentFailure):
        again = _site_again if visit["target_kind"] == "site" else _account_again
        try:
            again(lake, into, window, then, visit["target_id"], recorder)
        except (JianchaError, OSError, MemoryError):
            raise
        except Exception as error:  # its own outcome, as in an inspection
            log.exception("%s", visit["target_id"])
            kind, reason = FailureKind.UNEXPECTED, quarterly_inspection.surprise(error)
            quarterly_inspection.record_failed(
                into, window, visit["target_kind"], visit["target_id"], then.now(), kind, reason
            )


def _site_again(  # noqa: PLR0913, PLR0917 - a visit's context
    lake: Lake, into: Lake, window: Window, settings: Settings, target: str, recorder: Any
) -> None:
    from jiancha.registry import snapshots
    from jiancha.sites.visit import inspect_site

    (site,) = (site for site in snapshots.read_sites(lake, window.key) if site.target_id == target)
    columns = snapshots.read_site_columns(lake, window.key)
    inspect_site(
        site,
        window,
        columns=[column for column in columns if column.site_code == site.site_code],
        standard=load_standard(settings.standard, settings.standards_folder),
        settings=settings,
        lake=into,
        recorder=recorder,
    )


def _account_again(  # noqa: PLR0913, PLR0917 - a visit's context
    lake: Lake, into: Lake, window: Window, settings: Settings, target: str, recorder: Any
) -> None:
    from jiancha.accounts.freshness import rule_days
    from jiancha.accounts.reader import fetch_account
    from jiancha.registry import snapshots

    accounts = snapshots.read_accounts(lake, window.key)
    (account,) = (account for account in accounts if account.target_id == target)
    sources = quarterly_inspection.planned_sources(
        settings, accounts, snapshots.read_account_sources(lake, window.key)
    )
    fetch_account(
        account,
        sources,
        window,
        days=rule_days(load_standard(settings.standard, settings.standards_folder)),
        settings=settings,
        lake=into,
        hub=connect_rsshub(settings),
        connect=connect_platform,
        recorder=recorder,
    )


def _differences(before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[Difference]:
    again = {verdict["target_id"]: verdict for verdict in now}
    pairs = [(verdict, again[verdict["target_id"]]) for verdict in before]
    return [
        Difference(old["code"], old["name"], _outcome(old), _outcome(new))
        for old, new in pairs
        if _outcome(old) != _outcome(new)
    ]


def _outcome(verdict: Mapping[str, Any]) -> tuple[str, str]:
    outcome, problem = (verdict[name] or "" for name in _COMPARED)
    return outcome, problem


def _save(lake: Lake, replayed: Lake, window: Window, standard: Standard) -> None:
    """Put what was read again in place of what was read then, and assess."""
    for table in SCHEMAS:
        folder = replayed.window_folder(table, window.key)
        if table in RESULTS or not folder.exists():
            continue
        for file in folder.iterdir():
            lake.write_bytes(lake.window_folder(table, window.key) / file.name, file.read_bytes())
    assess(lake, window, standard)


def _print(window: str, found: Replayed, *, saved: bool) -> None:
    say(f"{window}: {found.targets} targets read again from their evidence")
    if found.without_evidence:
        named = ", ".join(found.without_evidence[:10])
        more = f" and {len(found.without_evidence) - 10} more" if len(found.without_evidence) > 10 else ""
        say(f"without evidence, left as they were: {named}{more}")
    for code, name, before, now in found.differences:
        say(f"{code} {name}: {' '.join(before).strip()} -> {' '.join(now).strip()}")
    if not found.differences:
        say("all verdicts are the same")
    if saved:
        say("saved: the window holds what was read again, and its new assessment")
