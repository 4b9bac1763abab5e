"""The lake: where every file lies, and writes that are whole or absent.

Tables of a window lie at ``<table>/window=<key>/<target or name>.parquet``. One writer per file, a path
that depends on nothing but window and target, and a rename at the end: a retry overwrites, it never
duplicates. Times are stored as UTC instants; dates are local days (Asia/Shanghai).
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import logging
import os
import shutil
import tempfile
import time
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from jiancha.errors import LakeError
from jiancha.lake.schemas import RENAMED, SCHEMAS

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


log = logging.getLogger(__name__)

_ROW_GROUP = 8192  # rows of a table that are read or passed over together

_SEAL = b"JCRC"
#: How often a lock in an object store is looked at, and after how long it is taken for a dead process's.
_LOCK_LOOK_SECONDS, _LOCK_LEFT_SECONDS = 0.2, 900.0
_NO_CONDITION = "{}: this store overwrites what is to be made only once, so that nothing here is exclusive"


class Lake:
    """All paths and all reading and writing of the lake under one root (a path or URL)."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = _path(os.fspath(root))

    @property
    def is_local(self) -> bool:
        return isinstance(self.root, Path)

    def window_folder(self, table: str, window: str) -> Path:
        return self.root / table / f"window={window}"

    def table_path(self, table: str, window: str, name: str) -> Path:
        """Where the rows of one target (or the one file ``name``) of a window lie."""
        return self.window_folder(table, window) / f"{name}.parquet"

    def evidence_path(self, window: str, target_id: str) -> Path:
        return self.window_folder("evidence", window) / f"{target_id}.warc.gz"

    def working_path(self, window: str, target_id: str) -> Path:
        """Where a visit keeps its records until it is done: on this machine, also where the lake is not."""
        if self.is_local:
            folder = self.root / "work"
        else:
            name = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"jiancha-{name}"
        return folder / f"window={window}" / f"{target_id}.warc.gz"

    def notice_folder(self, window: str, version: int = 1) -> Path:
        return self.window_folder("notices", window) / f"v{version}"

    def snapshot_folder(self, as_of: str) -> Path:
        """A registry snapshot; ``as_of`` is an ISO date."""
        return self.root / "registry_snapshots" / f"as_of={as_of}"

    def database_path(self, window: str) -> Path:
        """The DuckDB file that the assessment of a window publishes."""
        return self.window_folder("assessments", window) / "jiancha.duckdb"

    def relative(self, path: Path) -> str:
        """The path below the root, as stored in tables (the lake may be moved)."""
        return path.relative_to(self.root).as_posix()

    def write_rows(self, table: str, window: str, name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
        """Write rows in the table's schema; an empty list writes an empty file. Returns the path."""
        path = self.table_path(table, window, name)
        self.write_table(path, pa.Table.from_pylist(list(rows), schema=SCHEMAS[table]))
        return path

    def write_table(self, path: Path, data: pa.Table) -> None:
        """Write a table whole; one of many targets so that a reader of one passes over the others' parts."""
        sink = pa.BufferOutputStream()
        many = data.num_rows > _ROW_GROUP and "target_id" in data.schema.names
        found_by = {"target_id": {"ndv": _ROW_GROUP, "fpp": 0.01}} if many else None
        pq.write_table(
            data, sink, write_page_checksum=True, row_group_size=_ROW_GROUP, bloom_filter_options=found_by
        )
        self.write_bytes(path, _sealed(sink.getvalue().to_pybytes()))

    def write_bytes(self, path: Path, data: bytes) -> None:
        """Write a whole file or nothing: a reader never sees half of it."""
        self.write_stream(path, io.BytesIO(data))

    def write_stream(self, path: Path, source: IO[bytes]) -> None:
        """Write all that ``source`` holds, as a whole file or not at all."""
        if not self.is_local:
            with path.open("wb") as sink:  # an object store shows a file when it is closed
                shutil.copyfileobj(source, sink)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
        try:
            with temporary.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def take_file(self, path: Path, source: Path) -> None:
        """Make a file of this machine one of the lake; it is gone from where it was."""
        if self.is_local:
            path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # on another file system
                source.replace(path)
                return
        with source.open("rb") as file:
            self.write_stream(path, file)
        source.unlink()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Wait until no other process holds the lock of this name, and hold it.

        On a local disk the lock ends with the process, however it ends. In an object store it is an object
        made on the condition that there is none; one that a dead process left is taken over after a while.
        Raises LakeError where the store knows no such condition.
        """
        path = self.root / "locks" / f"{name}.lock"
        if self.is_local:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
            return
        mine = uuid.uuid4().hex
        while not _claim(path, mine):
            time.sleep(_LOCK_LOOK_SECONDS)
        try:
            yield
        finally:
            if _holder(path) == mine:
                path.unlink()

    def put_folder(self, target: Path, files: Mapping[str, bytes], *, read_only: bool = False) -> None:
        """Make ``target`` a folder of exactly these files, the last one last; for one writer at a time.

        On a local disk they appear together. In an object store whoever needs them whole looks for the last.
        """
        if not self.is_local:
            (target / list(files)[-1]).unlink(missing_ok=True)
            for old in [p for p in target.rglob("*") if p.is_file()] if target.exists() else ():
                old.unlink()
            for name, data in files.items():
                self.write_bytes(target / name, data)
            return
        for left in target.parent.glob(f".{target.name}.*"):  # by a writer that died
            shutil.rmtree(left, ignore_errors=True)
        aside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
        for name, data in files.items():
            self.write_bytes(aside / name, data)
            if read_only:
                (aside / name).chmod(0o444)
        if target.exists():
            target.rename(target.with_name(f".{target.name}.old"))
        aside.rename(target)
        shutil.rmtree(target.with_name(f".{target.name}.old"), ignore_errors=True)

    def read_rows(self, path: Path) -> list[dict[str, Any]]:
        """Rows of one Parquet file; raises LakeError where it is missing, damaged, or no Parquet."""
        rows: list[dict[str, Any]] = self.read_table(path).to_pylist()
        return rows

    def read_table(self, path: Path) -> pa.Table:
        """One file, its columns under the names of today; raises LakeError that names file and table."""
        table = path.relative_to(self.root).parts[0]
        try:
            # Files are small. Without threads there is also no thread pool, whose end pyarrow 26 does not
            # always survive: short processes aborted at exit now and then after a threaded read.
            source = pa.BufferReader(_checked(path.read_bytes()))
            found = pq.ParquetFile(source, page_checksum_verification=True).read(use_threads=False)
        except FileNotFoundError as error:
            raise LakeError(f"{path} is not there: the step that writes {table} has not run") from error
        except (pa.ArrowException, OSError, UnicodeError) as error:
            raise LakeError(f"{path} of the table {table} is damaged, or no Parquet file: {error}") from error
        renamed = RENAMED.get(table, {})
        return found.rename_columns([renamed.get(name, name) for name in found.column_names])

    def rows_if_whole(self, path: Path) -> list[dict[str, Any]]:
        """The rows of an earlier try; none where there was none, or where they are damaged (in the log)."""
        try:
            return self.read_rows(path) if path.exists() else []
        except LakeError as error:
            log.warning("%s; it counts as not there", error)
            return []

    def windows(self, table: str) -> list[str]:
        """The windows of which a table has anything, oldest first."""
        root = self.root / table
        return sorted(p.name.removeprefix("window=") for p in root.iterdir()) if root.exists() else []

    def window_table(self, table: str, window: str) -> pa.Table:
        """All rows of a table in a window in the table's schema, ordered by file name.

        Columns that an older file lacks are null. Raises LakeError that names the file that cannot be read.
        """
        folder, schema = self.window_folder(table, window), SCHEMAS[table]
        files = [p for p in folder.iterdir() if p.suffix == ".parquet"] if folder.exists() else []
        parts = [schema.empty_table()]
        for file in sorted(files):
            found = self.read_table(file)
            if found.schema != schema:
                found = _in_schema(found, schema, file)
            parts.append(found)
        return pa.concat_tables(parts).combine_chunks()

    def window_rows(self, table: str, window: str) -> list[dict[str, Any]]:
        """The same as rows; empty where nothing was written."""
        rows: list[dict[str, Any]] = self.window_table(table, window).to_pylist()
        return rows

    def assessed(self, table: str, window: str) -> list[dict[str, Any]]:
        """The rows that the assessment of a window made of a table; raises LakeError where it has not run."""
        return self.read_rows(self.table_path(table, window, "assessment"))

    def window_frame(self, table: str, window: str) -> pd.DataFrame:
        """All rows of a table in a window as a DataFrame with the table's columns."""
        frame: pd.DataFrame = self.window_table(table, window).to_pandas(use_threads=False)
        return frame

    @contextmanager
    def duckdb(
        self, database: str = ":memory:", *, read_only: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB session in Asia/Shanghai."""
        import duckdb as engine  # 0.4 s: only where SQL runs

        # most tables have few rows, and each column of each takes a block
        connection = engine.connect(database, read_only=read_only, config={"default_block_size": 16384})
        try:
            connection.execute("SET TimeZone = 'Asia/Shanghai'")
            connection.execute("SET threads = 1")  # a quarter is small, and Airflow runs tasks side by side
            yield connection
        finally:
            connection.close()


def _sealed(data: bytes) -> bytes:
    """A Parquet file with a checksum of all of it before its footer, where readers of Parquet pass over it.

    The pages' own checksums cover neither their headers nor the footer, with the columns' names.
    """
    cut = _footer(data)
    return data[:cut] + _SEAL + zlib.crc32(data).to_bytes(4, "little") + data[cut:]


def _checked(data: bytes) -> bytes:
    """The file as it is; raises OSError where its checksum, if it has one, is that of another file."""
    cut = _footer(data)
    seal, body = data[cut - 8 : cut], data[: cut - 8] + data[cut:]
    if seal[:4] == _SEAL and seal[4:] != zlib.crc32(body).to_bytes(4, "little"):
        raise OSError("the checksum of the file does not fit")
    return data


def _footer(data: bytes) -> int:
    """Where a Parquet file's footer begins: its length stands before the last four bytes."""
    return max(8, len(data) - 8 - int.from_bytes(data[-8:-4], "little"))


def _claim(path: Path, mine: str) -> bool:
    """Make a lock's object, unless there is one that is still young."""
    try:
        with cast("Any", path).open("xb") as sink:  # the store makes it, unless there is one
            sink.write(f"{mine} {time.time():.0f}".encode())
    except FileExistsError:
        _end_if_left(path)
        return False
    except (ValueError, NotImplementedError) as error:
        raise LakeError(_NO_CONDITION.format(path)) from error
    try:
        with cast("Any", path).open("xb") as sink:
            sink.write(b"")
    except FileExistsError:
        return _holder(path) == mine
    path.unlink(missing_ok=True)
    raise LakeError(_NO_CONDITION.format(path))


def _end_if_left(path: Path) -> None:
    """End a lock that a dead process left. Of several that wait only the one that makes the mark may: another
    would end the lock that the first has made since."""
    holder, made = _holder(path), _holder(path, field=1)
    if not made or time.time() - float(made) <= _LOCK_LEFT_SECONDS:
        return
    with suppress(FileExistsError):
        with cast("Any", path.with_name(f"{path.name}.{holder}.left")).open("xb") as mark:
            mark.write(b"left")
        path.unlink(missing_ok=True)


def _holder(path: Path, field: int = 0) -> str:
    try:
        return path.read_text(encoding="utf-8").split(" ")[field]
    except (FileNotFoundError, IndexError):
        return ""


def _in_schema(found: pa.Table, schema: pa.Schema, file: Path) -> pa.Table:
    """An older file's rows with today's columns; a column that was never one is damage."""
    if unknown := set(found.column_names) - set(schema.names):
        raise LakeError(f"{file} is damaged: its table has no column {min(unknown)!r}")
    try:
        columns = [
            found[field.name].cast(field.type)
            if field.name in found.column_names
            else pa.nulls(len(found), field.type)
            for field in schema
        ]
    except pa.ArrowException as error:
        raise LakeError(f"{file} does not fit the schema of its table: {error}") from error
    return pa.table(columns, schema=schema)


def _path(root: str) -> Path:
    """A path on this machine, or what stands for one in an object store and has the same methods."""
    local = root.removeprefix("file://")
    if "://" not in local:
        return Path(local)
    from upath import UPath  # 0.07 s, and few lakes need it

    return cast("Path", UPath(root))
