"""Rounds of probes: one an hour, inside windows only, whole or not counted, and never for the past."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jiancha.errors import GateFailed, LakeError, PermanentFailure
from jiancha.lake import SCHEMAS, Lake
from jiancha.pipeline import availability_probe
from jiancha.registry import snapshots
from jiancha.registry.exports import RegistryTables
from jiancha.registry.model import Level, Site
from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.outages import OUTAGE_QUARTER, Trouble, line_down
from jiancha_sandbox.server import serve

WINDOW = Calendar().window(str(OUTAGE_QUARTER))
NOW = datetime(2020, 11, 10, 14, 23, tzinfo=ZONE)


@pytest.fixture(scope="module")
def city() -> SandboxCity:
    return SandboxCity(2021, datetime(2020, 11, 16, 9, tzinfo=ZONE))


@pytest.fixture(scope="module")
def port(city: SandboxCity) -> Iterator[int]:
    with serve(city) as number:
        yield number


@pytest.fixture
def lake(city: SandboxCity, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A registry of five sites: the four with outages, and one without."""
    healthy = next(s for s in city.sites if s.site_code not in city.outages)
    cast = [*(city.site(code) for code in city.outages), healthy]
    sites = [
        Site(s.site_code, s.name, f"http://{s.host}/", s.level, s.owner, row) for row, s in enumerate(cast, 1)
    ]
    # another row of the same site: it is probed once
    sites.append(Site(healthy.site_code, "别名", f"http://{healthy.host}/", Level.OTHER, "", 9))
    lake = Lake(str(tmp_path / "lake"))
    tables = RegistryTables(sites=sites, accounts=[], columns=[], sources=[], warnings=[])
    snapshots.write_snapshot(lake, tables, datetime(2020, 11, 1, tzinfo=ZONE).date())
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_HTTP__PROXY", f"http://127.0.0.1:{port}")
    return lake


def at(city: SandboxCity, moment: datetime) -> None:
    city.now = moment
    os.environ["JIANCHA_CLOCK"] = moment.isoformat()


@pytest.fixture(autouse=True)
def clock(city: SandboxCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_CLOCK", NOW.isoformat())
    city.now = NOW


def run_round() -> availability_probe.ProbeRound:
    opened = availability_probe.open_probe_round()
    assert opened is not None
    for batch in availability_probe.list_probe_batches(opened):
        availability_probe.probe_sites(opened, batch["targets"])
    availability_probe.close_probe_round(opened)
    return opened


def outcomes(lake: Lake, opened: availability_probe.ProbeRound) -> dict[str, str]:
    """By site code."""
    rows = lake.window_rows("probes", WINDOW.key)
    return {r["target_id"].split("-")[0]: r["outcome"] for r in rows if r["round"] == opened["name"]}


def test_a_round_in_a_window(lake: Lake, city: SandboxCity) -> None:
    opened = run_round()
    assert opened == {
        "window": "2020Q4", "name": "20201110T14", "opened_at": NOW.isoformat(), "registry": "2020-11-01",
    }  # fmt: skip
    rows = lake.window_rows("probes", WINDOW.key)
    assert len(rows) == 5
    assert {row["probed_at"] for row in rows} == {NOW}
    (closed,) = lake.window_rows("probe_rounds", WINDOW.key)
    failing = sum(city.trouble(c) in (Trouble.ERROR, Trouble.SILENT) for c in city.outages)
    assert closed["sites"] == 5
    assert (closed["failed"], closed["own_line"]) == (failing, False)


@pytest.mark.parametrize("moment", ["2020-10-31T23:59:00", "2020-11-16T00:00:00", "2018-01-01T00:00:00"])
def test_outside_the_windows_there_is_no_round(lake: Lake, city: SandboxCity, moment: str) -> None:
    at(city, datetime.fromisoformat(moment).replace(tzinfo=ZONE))
    assert availability_probe.open_probe_round() is None


@pytest.mark.parametrize("moment", ["2020-11-16T00:00:00", "2021-01-20T12:00:00"])
def test_what_waits_for_it_makes_rounds_go_on_after_the_window(
    lake: Lake, city: SandboxCity, moment: str
) -> None:
    at(city, datetime.fromisoformat(moment).replace(tzinfo=ZONE))
    assert availability_probe.open_probe_round(lambda: False) is None
    opened = availability_probe.open_probe_round(lambda: True)
    assert opened is not None
    assert opened["window"] == WINDOW.key


def test_a_round_needs_a_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "empty"))
    with pytest.raises(LakeError, match="registry_sync"):
        availability_probe.open_probe_round()


def test_a_second_run_in_the_hour_overwrites_the_first(lake: Lake, city: SandboxCity) -> None:
    run_round()
    at(city, NOW.replace(minute=50))
    run_round()
    rows = lake.window_rows("probes", WINDOW.key)
    assert len(rows) == 5
    assert {row["probed_at"] for row in rows} == {NOW.replace(minute=50)}
    assert len(lake.window_rows("probe_rounds", WINDOW.key)) == 1


def test_batches_hold_every_site_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability_probe, "SITES_PER_TASK", 2)
    opened = availability_probe.open_probe_round()
    assert opened is not None
    batches = availability_probe.list_probe_batches(opened)
    assert [len(batch["targets"]) for batch in batches] == [2, 2, 1]
    assert len({target for batch in batches for target in batch["targets"]}) == 5
    run_round()
    names = sorted(p.name for p in lake.window_folder("probes", WINDOW.key).iterdir())
    assert len(names) == 3
    assert all(name.startswith("20201110T14-") for name in names)


def test_each_trouble_has_its_outcome_in_its_hour_and_is_over_afterwards(
    lake: Lake, city: SandboxCity
) -> None:
    expected = {Trouble.ERROR: "failed", Trouble.SILENT: "failed", Trouble.REFUSED: "excused"}
    for code, outage in city.outages.items():
        at(city, min(outage.hours).replace(minute=23))
        opened = run_round()
        assert outcomes(lake, opened)[code] == expected[outage.trouble]
        evidence = lake.window_folder("evidence", WINDOW.key)
        assert list(evidence.glob(f"probe-{opened['name']}-*.warc.gz"))
    at(city, WINDOW.checkpoint)
    assert set(outcomes(lake, run_round()).values()) == {"ok"}


def test_a_round_in_which_our_own_line_is_down_is_marked_and_raises(lake: Lake, city: SandboxCity) -> None:
    (moment,) = line_down(WINDOW)
    at(city, moment)
    with pytest.raises(GateFailed, match="5 of 5 home pages"):
        run_round()
    (closed,) = lake.window_rows("probe_rounds", WINDOW.key)
    assert (closed["failed"], closed["counted"], closed["own_line"]) == (5, 5, True)


def round_of(lake: Lake, sites: int) -> tuple[availability_probe.ProbeRound, list[str]]:
    """A round over so many registered sites, and their ids."""
    rows = [
        {"site_code": f"{n}", "name": f"{n}", "url": "", "owner": "", "row": n, "level": "other"}
        for n in range(sites)
    ]
    folder = lake.snapshot_folder("2020-11-01")
    lake.write_table(folder / "sites.parquet", pa.Table.from_pylist(rows, schema=SCHEMAS["sites"]))
    opened = availability_probe.ProbeRound(
        window=WINDOW.key, name="20201110T14", opened_at="", registry="2020-11-01"
    )
    return opened, list(availability_probe._probed_sites(lake, opened))


def test_a_round_with_fewer_outcomes_than_sites_is_told_and_does_not_count(lake: Lake) -> None:
    opened, targets = round_of(lake, 3)
    row = {"target_id": targets[0], "round": "20201110T14", "probed_at": NOW, "outcome": "ok"}
    lake.write_rows("probes", WINDOW.key, "20201110T14-t0", [row])
    with pytest.raises(GateFailed, match="2 sites are without an outcome"):
        availability_probe.close_probe_round(opened)
    assert lake.window_rows("probe_rounds", WINDOW.key) == []


@pytest.mark.parametrize(("share", "own_line"), [(0.4, False), (0.399, True)])
def test_the_share_of_our_own_line_is_a_limit_to_exceed(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, share: float, own_line: bool
) -> None:
    monkeypatch.setattr(availability_probe, "OWN_LINE_SHARE", share)
    results = ["failed", "failed", "ok", "ok", "ok", "excused"]
    opened, targets = round_of(lake, len(results))
    rows = [
        {"target_id": target, "round": "20201110T14", "probed_at": NOW, "outcome": outcome}
        for target, outcome in zip(targets, results, strict=True)
    ]
    lake.write_rows("probes", WINDOW.key, "20201110T14-t0", rows)
    lake.write_rows("probes", WINDOW.key, "20201110T13-t0", [{**rows[0], "outcome": "failed"}] * 9)
    if own_line:
        with pytest.raises(GateFailed):
            availability_probe.close_probe_round(opened)
    else:
        assert availability_probe.close_probe_round(opened) == {"sites": 6, "counted": 5, "failed": 2}
    (closed,) = lake.window_rows("probe_rounds", WINDOW.key)
    assert closed["own_line"] is own_line


def test_a_round_whose_hour_is_over_is_not_made_up_for(lake: Lake, city: SandboxCity) -> None:
    opened = run_round()
    at(city, NOW.replace(hour=15, minute=24))
    (batch,) = availability_probe.list_probe_batches(opened)
    with pytest.raises(PermanentFailure, match="past"):
        availability_probe.probe_sites(opened, batch["targets"])
    assert {row["probed_at"] for row in lake.window_rows("probes", WINDOW.key)} == {NOW}
