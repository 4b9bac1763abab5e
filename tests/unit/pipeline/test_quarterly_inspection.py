"""How targets are laid out over mapped tasks, and how a batch with failures ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.lake_rows import City, ago

from jiancha.errors import (
    FailureKind,
    LakeError,
    PermanentFailure,
    RegistryError,
    TransientFailure,
    WindowError,
)
from jiancha.pipeline import publish_notice, quarterly_inspection, registry_sync
from jiancha.pipeline.context import batches
from jiancha.registry import snapshots
from jiancha.windows import Calendar


def named(count: int) -> list[tuple[str, str]]:
    return [(f"名称{n}", f"id{n}") for n in range(count)]


def test_up_to_the_limit_each_target_has_a_task_of_its_own() -> None:
    assert batches(named(2), 2) == [
        {"label": "名称0", "targets": ["id0"]},
        {"label": "名称1", "targets": ["id1"]},
    ]


def test_above_the_limit_batches_are_even_and_in_order() -> None:
    assert batches(named(5), 2) == [
        {"label": "名称0 … 名称2", "targets": ["id0", "id1", "id2"]},
        {"label": "名称3 … 名称4", "targets": ["id3", "id4"]},
    ]


def test_no_target_no_task() -> None:
    assert batches([], 500) == []


@given(st.integers(0, 3000), st.integers(1, 500))
def test_every_target_is_in_exactly_one_batch_and_no_map_is_larger_than_the_limit(
    count: int, limit: int
) -> None:
    made = batches(named(count), limit)
    assert len(made) == min(count, limit)
    assert [t for batch in made for t in batch["targets"]] == [target for _, target in named(count)]
    sizes = {len(batch["targets"]) for batch in made}
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


def tried(targets: list[str], kinds: dict[str, type[Exception]]) -> tuple[list[str], dict[str, str]]:
    """Which targets were tried, and the reasons of those that surprised us."""
    seen: list[str] = []
    reasons: dict[str, str] = {}

    def action(target: str) -> None:
        seen.append(target)
        if target in kinds:
            raise kinds[target](f"{target}\ud800")

    try:
        quarterly_inspection._try_each(targets, action, reasons.__setitem__)
    except (TransientFailure, PermanentFailure) as failure:
        reasons["raised"] = type(failure).__name__
    return seen, reasons


def test_one_failing_target_costs_the_others_of_its_batch_nothing() -> None:
    assert tried(["a", "b", "c"], {"b": PermanentFailure}) == (
        ["a", "b", "c"],
        {"raised": "PermanentFailure"},
    )


def test_a_batch_is_tried_again_when_one_of_its_failures_may_pass() -> None:
    _, reasons = tried(["a", "b"], {"a": PermanentFailure, "b": TransientFailure})
    assert reasons == {"raised": "TransientFailure"}


@pytest.mark.parametrize("error", [KeyError, RecursionError, OverflowError, UnicodeError, ValueError])
def test_a_surprise_is_the_outcome_of_its_target_alone(error: type[Exception]) -> None:
    seen, reasons = tried(["a", "b", "c"], {"a": error})
    assert seen == ["a", "b", "c"]
    assert set(reasons) == {"a", "raised"}
    assert error.__name__ in reasons["a"]
    assert reasons["a"].encode()  # valid text, whatever the error quotes
    assert reasons["raised"] == "PermanentFailure"  # the task is red


@pytest.mark.parametrize("error", [OSError, MemoryError, LakeError])
def test_what_is_wrong_with_the_machine_is_no_outcome_of_a_target(error: type[Exception]) -> None:
    with pytest.raises(error):
        tried(["a", "b"], {"a": error})


def test_a_surprise_is_rolled_up_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-17T09:00:00+08:00")
    city = City(tmp_path / "lake")
    city.good_site("s1")
    city.site("s2")
    city.account("a1", ago(1))
    city.judge()
    for table in ("sites", "accounts"):
        (city.lake.window_folder(table, "2021Q1") / f"{table}.parquet").rename(
            city.lake.table_path(table, "2021Q1", "registry")
        )
    targets = {site.name: site.target_id for site in snapshots.read_sites(city.lake, "2021Q1")}
    window, reason = Calendar().window("2021Q1"), quarterly_inspection.surprise(RecursionError("too deep"))
    kind, now = FailureKind.UNEXPECTED, window.checkpoint + timedelta(days=1)
    quarterly_inspection.record_failed(city.lake, window, "site", targets["网站s2"], now, kind, reason)
    caplog.set_level("INFO", "jiancha.pipeline")
    failed = {(t.name, t.failure, t.reason) for t in quarterly_inspection.roll_up("2021Q1").failed}
    assert ("网站s2", "unexpected", reason) in failed
    assert caplog.messages == [  # the other two were never visited under these ids
        "2021Q1: 2 sites, 1 accounts, 3 without an answer",
        "site no_outcome: 1",
        "site unexpected: 1",
        "account no_outcome: 1",
    ]


@pytest.mark.parametrize(("clock", "over"), [("2021-02-15T23:59:58", False), ("2021-02-15T23:59:59", True)])
def test_a_window_is_inspected_only_when_its_checkpoint_has_come(
    clock: str, over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_CLOCK", clock)
    interval = Calendar().window("2021Q1").interval
    if over:
        assert quarterly_inspection.open_window(*interval) == "2021Q1"
    else:
        with pytest.raises(WindowError, match="2021Q1 is not over"):
            quarterly_inspection.open_window(*interval)


def test_an_empty_registry_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_REGISTRY__FOLDER", str(tmp_path))
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    with pytest.raises(RegistryError, match=str(tmp_path)):
        registry_sync.sync_registry()


def test_a_published_window_is_opened_again_only_for_a_reason_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-17T09:00:00+08:00")
    city = City(tmp_path / "lake")
    city.good_site("s1")
    city.account("a1", ago(1))
    city.judge()
    interval = Calendar().window("2021Q1").interval
    quarterly_inspection.draft_notice("2021Q1")
    assert quarterly_inspection.open_window(*interval) == "2021Q1"  # a draft is not final
    publish_notice.publish("2021Q1")
    with pytest.raises(WindowError, match=r"published \(version 1\).*recheck"):
        quarterly_inspection.open_window(*interval, " ")
    assert quarterly_inspection.open_window(*interval, "名录有误", "wang") == "2021Q1"
    (row,) = city.lake.window_rows("rechecks", "2021Q1")
    assert (row["reason"], row["asked_by"], row["after_version"]) == ("名录有误", "wang", 1)


def test_logs_count_what_was_judged_and_name_what_a_gate_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    caplog.set_level("INFO", "jiancha.pipeline")
    city = City(tmp_path / "lake")
    city.good_site("s1")
    city.site("s2", visit={"status": "failed", "failure": "timeout", "reason": "超时"})
    for number in range(2):
        city.account(f"a{number}", ago(1 if number else 40), name=f"账号{number}")
    city.judge()
    quarterly_inspection.assess_window("2021Q1")
    assert caplog.messages[-1].startswith("2021Q1: {")
    assert caplog.messages[-1].endswith("1 findings: {'account.stale': 1}")
    caplog.clear()
    folder = quarterly_inspection.run_gate("2021Q1", "verdicts")
    assert own(caplog) == [
        "verdicts: 16 checks, 1 did not hold",
        "warning all_determined: 未判定的对象（1）网站s2（code-s2）：首页无法访问：超时",
    ]
    assert "网站s2（code-s2）" in (city.lake.root / folder / "checks.html").read_text(encoding="utf-8")
    caplog.clear()
    monkeypatch.setattr(quarterly_inspection, "_LOGGED", 0)
    quarterly_inspection.run_gate("2021Q1", "verdicts")
    assert own(caplog)[1] == "warning all_determined: 未判定的对象（1） … and 1 more"


def own(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("jiancha.")]


def test_without_a_window_nothing_is_counted_and_the_reason_is_said():
    with pytest.raises(WindowError, match="no window was opened"):
        quarterly_inspection.roll_up(None)
