"""The lake: where every file lies, and writes that are whole or absent.

Tables of a window lie at ``<table>/window=<key>/<target or name>.parquet``. One writer per file, a path
that depends on nothing but window and target, and a rename at the end: a retry overwrites, it never
duplicates. Times are stored as UTC instants; dates are local days (Asia/Shanghai).
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from jiancha.errors import LakeError
from jiancha.lake.schemas import SCHEMAS

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    from upath import UPath


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
        sink = pa.BufferOutputStream()
        pq.write_table(data, sink)
        self.write_bytes(path, sink.getvalue().to_pybytes())

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

    def replace_folder(self, target: Path, source: Path) -> None:
        """Make ``target`` hold the files of the local folder ``source`` and no others."""
        files = {p.relative_to(source).as_posix(): p for p in source.rglob("*") if p.is_file()}
        for name, file in files.items():
            self.write_bytes(target / name, file.read_bytes())
        for old in list(target.rglob("*")):
            if old.is_file() and old.relative_to(target).as_posix() not in files:
                old.unlink()

    def read_rows(self, path: Path) -> list[dict[str, Any]]:
        """Rows of one Parquet file; raises LakeError where it is missing or no Parquet."""
        rows: list[dict[str, Any]] = self.read_table(path).to_pylist()
        return rows

    def read_table(self, path: Path) -> pa.Table:
        try:
            # Files are small. Without threads there is also no thread pool, whose end pyarrow 26 does not
            # always survive: short processes aborted at exit now and then after a threaded read.
            return pq.ParquetFile(pa.BufferReader(path.read_bytes())).read(use_threads=False)
        except FileNotFoundError as error:
            raise LakeError(f"{path} is not there: the step that writes it has not run") from error
        except pa.ArrowInvalid as error:
            raise LakeError(f"{path} is not a Parquet file: {error}") from error

    def window_rows(self, table: str, window: str) -> list[dict[str, Any]]:
        """All rows of a table in a window, ordered by file name; empty where nothing was written."""
        folder = self.window_folder(table, window)
        if not folder.exists():
            return []
        files = sorted(p for p in folder.iterdir() if p.suffix == ".parquet")
        return [row for file in files for row in self.read_rows(file)]

    def assessed(self, table: str, window: str) -> list[dict[str, Any]]:
        """The rows that the assessment of a window made of a table; raises LakeError where it has not run."""
        return self.read_rows(self.table_path(table, window, "assessment"))

    def window_frame(self, table: str, window: str) -> pd.DataFrame:
        """All rows of a table in a window as a DataFrame with the table's columns."""
        rows = self.window_rows(table, window)
        frame: pd.DataFrame = pa.Table.from_pylist(rows, schema=SCHEMAS[table]).to_pandas(use_threads=False)
        return frame

    @contextmanager
    def duckdb(
        self, database: str = ":memory:", *, read_only: bool = False
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A DuckDB session in Asia/Shanghai that can read this lake."""
        import duckdb as engine  # 0.4 s: only where SQL runs

        # most tables have few rows, and each column of each takes a block
        connection = engine.connect(database, read_only=read_only, config={"default_block_size": 16384})
        try:
            connection.execute("SET TimeZone = 'Asia/Shanghai'")
            connection.execute("SET threads = 1")  # a quarter is small, and Airflow runs tasks side by side
            if not self.is_local:
                connection.register_filesystem(cast("UPath", self.root).fs)
            yield connection
        finally:
            connection.close()


def _path(root: str) -> Path:
    """A path on this machine, or what stands for one in an object store and has the same methods."""
    local = root.removeprefix("file://")
    if "://" not in local:
        return Path(local)
    from upath import UPath  # 0.07 s, and few lakes need it

    return cast("Path", UPath(root))
