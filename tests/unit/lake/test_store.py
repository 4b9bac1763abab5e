"""The lake: whole files or none, fixed schemas, one zone."""

from __future__ import annotations

import io
import tempfile
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from jiancha.errors import LakeError
from jiancha.lake import SCHEMAS, Lake

SITE = {
    "target_id": "s1",
    "site_code": "6104000001",
    "name": "某局",
    "url": "http://a.example/",
    "level": "other",
    "owner": "某局",
    "row": 1,
}


@pytest.fixture(params=["local", "memory"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake") if request.param == "local" else f"memory://{tmp_path.name}/lake")


def test_rows_come_back_as_written(lake: Lake) -> None:
    moment = datetime(2021, 2, 15, 15, 59, 59, tzinfo=UTC)
    row = {"target_id": "a1", "post_id": "1", "published_on": date(2021, 2, 15), "published_at": moment}
    path = lake.write_rows("posts", "2021Q1", "a1", [row])
    (read,) = lake.read_rows(path)
    assert {k: v for k, v in read.items() if v is not None} == row
    assert set(read) == set(SCHEMAS["posts"].names)
    assert lake.relative(path) == "posts/window=2021Q1/a1.parquet"


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_an_empty_table_keeps_its_schema(tmp_path: Path, table: str) -> None:
    lake = Lake(str(tmp_path))
    path = lake.write_rows(table, "2021Q1", "x", [])
    assert lake.read_table(path).schema.equals(SCHEMAS[table])
    assert lake.window_rows(table, "2021Q1") == []
    assert list(lake.window_frame(table, "2021Q1").columns) == SCHEMAS[table].names


def test_a_retry_overwrites_and_windows_stay_apart(lake: Lake) -> None:
    lake.write_rows("sites", "2021Q1", "s1", [SITE, SITE])
    lake.write_rows("sites", "2021Q1", "s1", [SITE | {"name": "again"}])
    lake.write_rows("sites", "2021Q2", "s1", [SITE | {"name": "next quarter"}])
    assert [r["name"] for r in lake.window_rows("sites", "2021Q1")] == ["again"]


def test_rows_of_a_window_are_ordered_by_file(lake: Lake) -> None:
    for name in ("b", "a", "c"):
        lake.write_rows("sites", "2021Q1", name, [SITE | {"target_id": name}])
    assert [r["target_id"] for r in lake.window_rows("sites", "2021Q1")] == ["a", "b", "c"]
    assert list(lake.window_frame("sites", "2021Q1")["target_id"]) == ["a", "b", "c"]


def test_nothing_written_is_no_rows(lake: Lake) -> None:
    assert lake.window_rows("visits", "2021Q1") == []
    assert lake.window_frame("visits", "2021Q1").empty


def test_a_missing_or_broken_file_is_named(lake: Lake) -> None:
    path = lake.table_path("sites", "2021Q1", "x")
    with pytest.raises(LakeError, match=r"x\.parquet is not there"):
        lake.read_rows(path)
    lake.write_bytes(path, b"no parquet")
    with pytest.raises(LakeError, match=r"x\.parquet of the table sites is damaged, or no Parquet file"):
        lake.read_rows(path)


@pytest.mark.parametrize("row", [{"row": "one"}, {"name": 7}, {"row": 2**40}])
def test_values_of_another_type_are_refused_and_nothing_is_written(lake: Lake, row: dict[str, Any]) -> None:
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError)):
        lake.write_rows("sites", "2021Q1", "s1", [SITE | row])
    assert lake.window_rows("sites", "2021Q1") == []


def test_a_write_that_fails_leaves_the_file_before_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(str(tmp_path))
    path = lake.write_rows("sites", "2021Q1", "s1", [SITE])

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        lake.write_rows("sites", "2021Q1", "s1", [])
    assert [p.name for p in path.parent.iterdir()] == ["s1.parquet"]
    assert lake.read_rows(path)[0]["name"] == "某局"


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    path = lake.write_rows("sites", "2021Q1", "s1", [SITE] * 2000)
    seen: list[int] = []

    def read() -> None:
        seen.extend(len(lake.read_rows(path)) for _ in range(30))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(30):
        lake.write_rows("sites", "2021Q1", "s1", [SITE] * (1000 + n % 2 * 1000))
    reader.join()
    assert len(seen) == 30
    assert set(seen) <= {1000, 2000}


def test_sql_sees_local_days(lake: Lake) -> None:
    moment = datetime(2021, 2, 15, 16, 0, tzinfo=UTC)
    path = lake.write_rows("posts", "2021Q1", "a1", [{"target_id": "a1", "published_at": moment}])
    rows = lake.read_table(path)
    with lake.duckdb() as session:
        session.register("posts", rows)
        row = session.execute("SELECT published_at::DATE FROM posts").fetchone()
    assert row == (date(2021, 2, 16),)


def test_paths_depend_on_nothing_but_window_and_name(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    assert [
        lake.relative(path)
        for path in (
            lake.evidence_path("2021Q1", "s1"),
            lake.notice_folder("2021Q1"),
            lake.snapshot_folder("2021-02-01"),
            lake.database_path("2021Q1"),
        )
    ] == [
        "evidence/window=2021Q1/s1.warc.gz",
        "notices/window=2021Q1/v1",
        "registry_snapshots/as_of=2021-02-01",
        "assessments/window=2021Q1/jiancha.duckdb",
    ]
    assert lake.is_local
    assert not Lake("memory://x").is_local


class BrokenSource(io.BytesIO):
    """Gives half of what it holds and then fails, as a spool on a failing disk does."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("read error")
        return super().read(10)


def test_a_source_that_breaks_leaves_the_file_before_and_no_rest(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    path = lake.write_rows("sites", "2021Q1", "s1", [SITE])
    with pytest.raises(OSError, match="read error"):
        lake.write_stream(path, BrokenSource(b"x" * 100))
    assert [p.name for p in path.parent.iterdir()] == ["s1.parquet"]
    assert lake.read_rows(path) == [SITE]


def test_what_a_killed_writer_left_behind_is_not_read(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    path = lake.write_rows("sites", "2021Q1", "s1", [SITE])
    path.with_name(".s2.parquet.1a2b3c4d.tmp").write_bytes(b"half of a file")
    assert lake.window_rows("sites", "2021Q1") == [SITE]


def test_a_table_of_many_targets_tells_which_parts_have_one_and_a_small_one_stays_small(
    tmp_path: Path,
) -> None:
    lake, rows = Lake(tmp_path), [SITE | {"target_id": f"s{n}"} for n in range(20_000)]
    many = lake.write_rows("sites", "2021Q1", "all", rows)
    few = lake.write_rows("sites", "2021Q2", "all", rows[:9])
    parts = """SELECT row_group_id, bloom_filter_length FROM parquet_metadata(?)
        WHERE path_in_schema = 'target_id' ORDER BY 1"""
    probe = """SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, 'target_id', 's9000')
        ORDER BY row_group_id"""
    with duckdb.connect() as session:
        lengths = dict(session.execute(parts, [str(many)]).fetchall())
        assert list(lengths) == [0, 1, 2]
        assert all(lengths.values())
        assert session.execute(parts, [str(few)]).fetchall() == [(0, None)]
        excluded = [row[0] for row in session.execute(probe, [str(many)]).fetchall()]
    assert excluded == [True, False, True]
    assert len(lake.read_rows(many)) == 20_000


def test_a_file_of_this_machine_is_taken_in_and_gone_from_where_it_was(lake: Lake, tmp_path: Path) -> None:
    source, path = tmp_path / "records", lake.evidence_path("2021Q1", "s1")
    lake.write_bytes(path, b"an earlier visit")
    source.write_bytes(b"records")
    lake.take_file(path, source)
    assert path.read_bytes() == b"records"
    assert not source.exists()


def test_a_file_of_another_file_system_is_taken_in_too(tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("one file system only")
    with tempfile.TemporaryDirectory(dir=elsewhere) as folder:
        source, path = Path(folder) / "records", Lake(tmp_path).evidence_path("2021Q1", "s1")
        source.write_bytes(b"records")
        Lake(tmp_path).take_file(path, source)
        assert path.read_bytes() == b"records"
        assert not source.exists()


def test_a_local_address_is_a_folder(tmp_path: Path) -> None:
    lake = Lake(f"file://{tmp_path}/lake")
    lake.write_rows("sites", "2021Q1", "s1", [SITE])
    assert lake.is_local
    assert (tmp_path / "lake/sites/window=2021Q1/s1.parquet").exists()


def test_of_flipped_bits_none_is_read_as_another_value(tmp_path: Path) -> None:
    """Bits of all of a file, its pages, their heads and its footer: told, or the same rows."""
    lake = Lake(str(tmp_path))
    path = lake.write_rows("visits", "2021Q1", "s1", [{"target_id": "s1", "status": "ok", "requests": 17}])
    whole, rows = path.read_bytes(), lake.window_rows("visits", "2021Q1")
    changed, errors = [], []
    for place in range(0, len(whole) * 8, 13):
        data = bytearray(whole)
        data[place // 8] ^= 1 << place % 8
        path.write_bytes(bytes(data))
        try:
            if lake.window_rows("visits", "2021Q1") != rows:
                changed.append(place)
        except LakeError as error:
            errors.append(str(error))
    assert changed == []
    assert all("s1.parquet" in error and "visits" in error for error in errors)
    assert len(errors) > len(whole) * 8 / 13 * 0.95


def test_an_earlier_row_that_is_damaged_counts_as_not_there(lake: Lake) -> None:
    path = lake.write_rows("visits", "2021Q1", "s1", [{"target_id": "s1"}])
    assert [row["target_id"] for row in lake.rows_if_whole(path)] == ["s1"]
    lake.write_bytes(path, b"PAR1 no more")
    assert lake.rows_if_whole(path) == []
    assert lake.rows_if_whole(lake.table_path("visits", "2021Q1", "s2")) == []


def test_columns_under_their_old_names_are_read(lake: Lake) -> None:
    old = pa.table({"finding_id": ["f"], "event": ["mended"], "told": ["复查合格"]})
    lake.write_table(lake.table_path("rectifications", "2021Q1", "old"), old)
    (row,) = lake.window_rows("rectifications", "2021Q1")
    assert (row["note"], row["measured"]) == ("复查合格", None)


def test_windows_of_a_table_are_listed_oldest_first(lake: Lake) -> None:
    assert lake.windows("sites") == []
    for window in ("2021Q2", "2020Q4"):
        lake.write_rows("sites", window, "s1", [SITE])
    assert lake.windows("sites") == ["2020Q4", "2021Q2"]
