"""How targets are laid out over mapped tasks, and how a batch with failures ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import PermanentFailure, RegistryError, TransientFailure, WindowError
from jiancha.pipeline import quarterly_inspection, registry_sync
from jiancha.pipeline.context import batches
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
    sizes = {len(batch["targets"]) for batch in batches}
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


def failing(kinds: dict[str, type[Exception]], seen: list[str]):
    def action(target: str) -> None:
        seen.append(target)
        if target in kinds:
            raise kinds[target](target)

    return action


def test_one_failing_target_costs_the_others_of_its_batch_nothing() -> None:
    seen: list[str] = []
    with pytest.raises(PermanentFailure, match="b"):
        quarterly_inspection._try_each(["a", "b", "c"], failing({"b": PermanentFailure}, seen))
    assert seen == ["a", "b", "c"]


def test_a_batch_is_tried_again_when_one_of_its_failures_may_pass() -> None:
    with pytest.raises(TransientFailure):
        quarterly_inspection._try_each(
            ["a", "b"], failing({"a": TransientFailure, "b": PermanentFailure}, [])
        )


def test_an_error_of_the_program_is_not_taken_for_a_failing_target() -> None:
    with pytest.raises(KeyError):
        quarterly_inspection._try_each(["a"], failing({"a": KeyError}, []))


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
