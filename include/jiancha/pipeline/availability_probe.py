"""The steps of ``availability_probe``: one round of probes of all home pages, each hour of a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from jiancha.errors import GateFailed, PermanentFailure
from jiancha.pipeline.context import Batch, batches, open_lake

if TYPE_CHECKING:
    from jiancha.lake import Lake
    from jiancha.registry.model import Site

SITES_PER_TASK = 200
OWN_LINE_SHARE = 0.5  # beyond this share of failed probes a round tells of our own line and does not count
_ROUND = timedelta(hours=1)


class ProbeRound(TypedDict):
    """One hourly round of probes: ``name`` is its local hour, ``registry`` the snapshot's date."""

    window: str
    name: str
    opened_at: str
    registry: str


def open_probe_round(go_on: Callable[[], bool] | None = None) -> ProbeRound | None:
    """The round of the present hour; None outside the windows, or where the indicator set has no such rule.

    Where ``go_on`` says so there is one after a window, too: it is the window's, whose verdicts it does not
    touch. It is not asked inside a window.
    A window that is shorter than the days of the rule is probed from so many days before its checkpoint.
    There is one round an hour: a second one overwrites the first, so twenty probes a day are spread over
    twenty hours.
    """
    from jiancha.registry import snapshots

    settings, lake, standard = open_lake()
    now, rule = settings.now(), standard.probe_rule
    if rule is None:
        return None
    calendar = settings.calendar()
    window = calendar.current(now, days=rule.days)
    if window is None:
        if go_on is None or not go_on():
            return None
        window = calendar.at(now)
    day = snapshots.snapshot_for(lake, now.date())
    return ProbeRound(
        window=window.key, name=f"{now:%Y%m%dT%H}", opened_at=now.isoformat(), registry=day.isoformat()
    )


def list_probe_batches(opened: ProbeRound) -> list[Batch]:
    """Batches of sites to probe."""
    settings, lake, _ = open_lake()
    sites = _probed_sites(lake, opened)
    named = [(site.name, target) for target, site in sites.items()]
    tasks = -(-len(named) // SITES_PER_TASK)
    return batches(named, min(tasks, settings.run.tasks_per_kind)) if named else []


def probe_sites(opened: ProbeRound, targets: Sequence[str]) -> None:
    """Probe the sites of one batch; one file holds what came of it.

    Raises PermanentFailure where the round's hour is over: a probe cannot be made for the past.
    """
    from jiancha.evidence.records import EvidenceWriter
    from jiancha.sites import probe

    settings, lake, standard = open_lake()
    rule = standard.probe_rule
    if settings.now() - datetime.fromisoformat(opened["opened_at"]) > _ROUND or rule is None:
        raise PermanentFailure(f"round {opened['name']} is over: a probe cannot be made for the past")
    sites = _probed_sites(lake, opened)
    name = f"{opened['name']}-{targets[0]}"
    evidence = EvidenceWriter(f"{opened['window']}/probe-{name}")
    rows = probe.rows(
        probe.probe_sites([sites[t] for t in targets], rule, settings), opened["name"], evidence
    )
    if any(row["evidence"] for row in rows):
        evidence.save(lake, lake.evidence_path(opened["window"], f"probe-{name}"))
    lake.write_rows("probes", opened["window"], name, rows)


def close_probe_round(opened: ProbeRound) -> dict[str, int]:
    """Count a round that is whole; only rounds with this count are judged.

    Raises GateFailed, after the count is written, where so many sites failed that our own line must be at
    fault: such a round does not count.
    """
    _, lake, _ = open_lake()
    folder = lake.window_folder("probes", opened["window"])
    files = sorted(folder.glob(f"{opened['name']}-*.parquet"))
    rows = [row for file in files for row in lake.read_rows(file)]
    outcomes = {row["target_id"]: row["outcome"] for row in sorted(rows, key=lambda row: row["probed_at"])}
    missing = len(set(_probed_sites(lake, opened)) - set(outcomes))
    if missing:
        raise GateFailed(
            f"round {opened['name']} is not whole and does not count: {missing} sites are without an outcome"
        )
    failed = sum(outcome == "failed" for outcome in outcomes.values())
    counted = failed + sum(outcome == "ok" for outcome in outcomes.values())
    own_line = failed > OWN_LINE_SHARE * counted
    row = {
        "round": opened["name"],
        "sites": len(outcomes),
        "counted": counted,
        "failed": failed,
        "own_line": own_line,
    }
    lake.write_rows("probe_rounds", opened["window"], opened["name"], [row])
    if own_line:
        raise GateFailed(
            f"round {opened['name']} does not count: {failed} of {counted} home pages did not open, more "
            f"than a share of {OWN_LINE_SHARE:g}; is our own line down?"
        )
    return {"sites": len(outcomes), "counted": counted, "failed": failed}


def _probed_sites(lake: Lake, opened: ProbeRound) -> dict[str, Site]:
    """The sites of a round by target id, in registry order."""
    from jiancha.registry import snapshots

    listed = snapshots.snapshot_sites(lake, date.fromisoformat(opened["registry"]))
    return {site.target_id: site for site in listed}
