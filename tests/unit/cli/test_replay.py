"""``jiancha replay``: the verdicts of a window follow from its evidence, with the city switched off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jiancha.cli.main import main
from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.lake import SCHEMAS, Lake
from jiancha.pipeline import quarterly_inspection, registry_sync
from jiancha.windows import Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.exports import write_exports
from jiancha_sandbox.server import serve

KEY = "2021Q1"
_FEW = 4


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake in which the first few sites and accounts of the city were inspected; the city is gone."""
    folder = tmp_path_factory.mktemp("office")
    window = Calendar().window(KEY)
    city = SandboxCity(clock=window.checkpoint + timedelta(hours=9))
    write_exports(folder / "registry", city, as_of=window.end)
    with serve(city) as port:
        ours = {
            "JIANCHA_LAKE": str(folder / "lake"),
            "JIANCHA_CLOCK": city.clock.isoformat(),
            "JIANCHA_REGISTRY__FOLDER": str(folder / "registry"),
            "JIANCHA_HTTP__PROXY": f"http://127.0.0.1:{port}",
            "JIANCHA_HTTP__PACE_SECONDS": "0",
        }
        with environment(ours):
            registry_sync.sync_registry()
            quarterly_inspection.freeze_registry(KEY)
            for listed, step in (
                (quarterly_inspection.list_sites, quarterly_inspection.inspect_sites),
                (quarterly_inspection.list_accounts, quarterly_inspection.fetch_accounts),
            ):
                for batch in listed(KEY)[:_FEW]:
                    with suppress(TransientFailure, PermanentFailure):
                        step(KEY, batch["targets"])
            quarterly_inspection.roll_up(KEY)
            quarterly_inspection.assess_window(KEY)
    return folder / "lake"


@pytest.fixture
def lake(inspected: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("JIANCHA_LAKE", str(inspected))
    monkeypatch.setenv("JIANCHA_HTTP__PROXY", "http://127.0.0.1:9")  # nobody answers there
    return Lake(inspected)


def tables(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    return {table: lake.window_rows(table, KEY) for table in SCHEMAS}


def test_the_same_verdicts_and_the_same_tables(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    before = tables(lake)
    assert sum(row["status"] == "ok" for row in before["visits"]) >= _FEW
    assert main(["replay", KEY]) == 0
    told = capsys.readouterr().out
    assert f"{2 * _FEW} targets read again from their evidence" in told
    assert "without evidence, left as they were" in told
    assert "all verdicts are the same" in told
    assert tables(lake) == before
    assert main(["replay", KEY, "--save", "--jobs", "1"]) == 0
    after = tables(lake)
    for table, rows in before.items():  # the whole reading can be done again, row by row
        assert after[table] == rows, table


def test_what_differs_is_told_and_can_be_saved(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    folder = lake.window_folder("verdicts", KEY)
    (file,) = folder.iterdir()
    verdicts = lake.read_rows(file)
    judged = next(row for row in verdicts if row["outcome"] == "qualified" and row["target_kind"] == "site")
    changed = judged | {"outcome": "unqualified", "problem": "首页不更新。"}
    lake.write_rows("verdicts", KEY, file.stem, [changed if row is judged else row for row in verdicts])
    assert main(["replay", KEY, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["window"], told["targets"]) == (KEY, 2 * _FEW)
    assert told["differences"] == [
        {
            "code": judged["code"],
            "name": judged["name"],
            "before": ["unqualified", "首页不更新。"],
            "now": ["qualified", judged["problem"] or ""],
        }
    ]
    assert main(["replay", KEY, "--save"]) == 1
    told_text = capsys.readouterr().out
    assert f"{judged['code']} {judged['name']}: unqualified 首页不更新。 -> qualified" in told_text
    assert lake.read_rows(file) == verdicts


def test_what_breaks_the_reading_of_a_target_is_its_outcome(
    lake: Lake, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OverflowError("date value out of range \ud800")

    monkeypatch.setattr("jiancha.sites.visit.inspect_site", broken)  # the reading processes are forks of this
    assert main(["replay", KEY, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["targets"] == 2 * _FEW
    assert {each["now"][0] for each in told["differences"]} == {"undetermined"}


def test_damaged_evidence_stops_the_replay(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    visit = next(row for row in lake.window_rows("visits", KEY) if row["evidence"] and row["requests"] > 3)
    path = lake.root / visit["evidence"]
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    try:
        assert main(["replay", KEY]) == 1
    finally:
        path.write_bytes(whole)
    told = capsys.readouterr().err
    assert "breaks off" in told
    assert visit["evidence"] in told


def test_a_window_that_was_not_assessed(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "2020Q4"]) == 1
    assert "window 2020Q4 was not assessed" in capsys.readouterr().err
