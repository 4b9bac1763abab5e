"""Publications at once, a draft in between, and death in the middle leave one whole published notice."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from support.lake_rows import City, ago
from support.review_talk import NOW, answer, asked

from jiancha.errors import LakeError
from jiancha.lake import Lake, store
from jiancha.notice.build import NoticeError
from jiancha.notice.write import final_versions, versions, write_notice
from jiancha.pipeline import publish_notice, quarterly_inspection
from jiancha.pipeline.context import open_run

FORK = multiprocessing.get_context("fork")
WHOLE = {"notice.html", "notice.docx", "annexes.xlsx", "notice.json", "orders"}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A window in which one account is confirmed to be silent, with its draft."""
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", NOW.isoformat())
    city = City(tmp_path / "lake")
    city.good_site("s1")
    city.account("a1", ago(1))
    city.account("a2", ago(30))
    city.judge()
    quarterly_inspection.draft_notice("2021Q1")
    publish_notice.record(asked(), [answer("确认")])
    return city


def at_once(*actions: Callable[[], object]) -> list[int]:
    """Run each in a process of its own, all released together; returns how they ended."""
    ready = FORK.Barrier(len(actions))

    def run(action: Callable[[], object]) -> None:
        ready.wait(60)
        action()

    processes = [FORK.Process(target=run, args=(action,)) for action in actions]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    return [int(process.exitcode if process.exitcode is not None else 99) for process in processes]


def folders(lake: Lake) -> dict[str, set[str]]:
    root = lake.notice_folder("2021Q1").parent
    return {folder.name: {p.name for p in folder.iterdir()} for folder in root.iterdir()}


def test_two_publications_at_once_make_one_version(city: City) -> None:
    publish = lambda: publish_notice.publish("2021Q1")  # noqa: E731 - run in two processes
    assert at_once(publish, publish) == [0, 0]
    assert folders(city.lake) == {"v1": WHOLE}
    assert list(final_versions(city.lake, "2021Q1")) == [1]
    assert len(city.lake.window_rows("rectifications", "2021Q1")) == 1


def test_a_draft_during_publication_replaces_nothing_that_is_published(city: City) -> None:
    ended = at_once(
        lambda: publish_notice.publish("2021Q1"),
        lambda: quarterly_inspection.draft_notice("2021Q1"),
        lambda: quarterly_inspection.draft_notice("2021Q1"),
    )
    assert ended == [0, 0, 0]
    found = {no: notice["status"] for no, notice in versions(city.lake, "2021Q1").items()}
    assert found in ({1: "final"}, {1: "final", 2: "draft"})
    assert folders(city.lake)["v1"] == WHOLE


@pytest.mark.parametrize("write", range(1, 6))
def test_death_in_the_middle_leaves_the_draft_whole_and_the_next_try_publishes(
    city: City, write: int
) -> None:
    before = folders(city.lake)["v1"]

    def die_at_a_write() -> None:
        written, count = Lake.write_bytes, iter(range(1, 99))

        def write_bytes(self: Lake, path: Path, data: bytes) -> None:
            if next(count) == write:
                os.kill(os.getpid(), signal.SIGKILL)
            written(self, path, data)

        Lake.write_bytes = write_bytes  # type: ignore[method-assign]
        publish_notice.publish("2021Q1")

    assert at_once(die_at_a_write) == [-signal.SIGKILL]
    assert folders(city.lake)["v1"] == before
    assert final_versions(city.lake, "2021Q1") == {}
    assert publish_notice.publish("2021Q1").endswith("/v1")
    assert folders(city.lake) == {"v1": WHOLE}  # nothing of the dead try is left


def test_a_published_version_is_read_only_and_is_not_written_again(city: City) -> None:
    folder = city.lake.root / publish_notice.publish("2021Q1")
    assert {p.stat().st_mode & 0o222 for p in folder.rglob("*") if p.is_file()} == {0}
    settings, lake, window, _ = open_run("2021Q1")
    notice = quarterly_inspection._notice(lake, window, settings)
    assert notice.version == 2
    with pytest.raises(NoticeError, match=r"version 1 .* was published"):
        write_notice(type(notice)(**{**_fields(notice), "version": 1}), lake)


def _fields(notice: object) -> dict[str, object]:
    return {name: getattr(notice, name) for name in notice.__dataclass_fields__}  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["local", "memory"])
def test_a_lock_has_one_holder_on_a_disk_and_in_an_object_store(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_LOCK_LOOK_SECONDS", 0.001)
    root = str(tmp_path) if kind == "local" else f"memory://locks-{tmp_path.name}"
    inside, most = [], []

    def work() -> None:
        for _ in range(10):
            with Lake(root).exclusive("notices-2021Q1"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(most), max(most)) == (40, 1)


def test_a_lock_that_a_dead_process_left_in_an_object_store_is_taken_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(f"memory://left-{tmp_path.name}")
    assert store._claim(lake.root / "locks" / "x.lock", "dead")
    monkeypatch.setattr(store, "_LOCK_LEFT_SECONDS", -1.0)
    monkeypatch.setattr(store, "_LOCK_LOOK_SECONDS", 0.001)
    with lake.exclusive("x"):
        assert (lake.root / "locks" / "x.lock").exists()
    assert not (lake.root / "locks" / "x.lock").exists()


def test_of_those_that_wait_one_ends_a_lock_that_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Lake(f"memory://waiting-{tmp_path.name}").root / "locks" / "x.lock"
    assert store._claim(path, "dead")
    monkeypatch.setattr(store, "_LOCK_LEFT_SECONDS", -1.0)
    dead = (store._holder(path), store._holder(path, field=1))
    assert not store._claim(path, "first")  # ends it
    assert store._claim(path, "first")
    # a second one looked before, and acts on what it saw
    monkeypatch.setattr(store, "_holder", lambda _, field=0: dead[field])
    store._end_if_left(path)
    assert path.read_text().startswith("first ")


def test_a_store_that_overwrites_whatever_is_asked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those do that take the mode x for w: two publications would both hold the lock."""
    monkeypatch.setattr(MemoryFileSystem, "_open", _overwrites(MemoryFileSystem._open))
    lake = Lake(f"memory://careless-{tmp_path.name}")
    with pytest.raises(LakeError, match="nothing here is exclusive"), lake.exclusive("x"):
        pytest.fail("held")
    assert not (lake.root / "locks" / "x.lock").exists()


def _overwrites(opened: Callable[..., object]) -> Callable[..., object]:
    return lambda self, path, mode="rb", **more: opened(self, path, mode.replace("x", "w"), **more)


def test_publications_at_once_in_an_object_store_make_one_version(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = f"memory://publish-{tmp_path.name}"
    inside = Lake(root)
    for file in (p for p in city.lake.root.rglob("*") if p.is_file() and "locks" not in p.parts):
        inside.write_bytes(inside.root / city.lake.relative(file), file.read_bytes())
    monkeypatch.setenv("JIANCHA_LAKE", root)
    monkeypatch.setattr(store, "_LOCK_LOOK_SECONDS", 0.01)
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda: told.append(publish_notice.publish("2021Q1"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert [each[-3:] for each in told] == ["/v1", "/v1"]
    assert list(final_versions(inside, "2021Q1")) == [1]
    assert len(inside.window_rows("rectifications", "2021Q1")) == 1
    quarterly_inspection.draft_notice("2021Q1")
    assert {no: each["status"] for no, each in versions(inside, "2021Q1").items()} == {1: "final", 2: "draft"}
