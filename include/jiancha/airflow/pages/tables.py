"""Named queries over the tables of the lake: read only, with bound parameters, never with a visitor's path.

A query is a file of SQL in ``queries``. It names tables of the lake as if they were one: each has the rows of
the windows that were asked for, with the window's key in the column ``window``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiancha.lake import SCHEMAS, Lake

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Row = dict[str, Any]


def ask(
    lake: Lake, query: str, tables: Sequence[str], windows: Sequence[str], **parameters: Any
) -> list[Row]:
    """The rows of a named query over some windows."""
    with _opened(lake, tables, windows) as session:
        return _rows(session.execute(_sql(query), parameters or None))


def ask_all(
    lake: Lake, queries: Iterable[tuple[str, dict[str, Any]]], tables: Sequence[str], windows: Sequence[str]
) -> list[list[Row]]:
    """The rows of several queries over the same tables."""
    with _opened(lake, tables, windows) as session:
        return [_rows(session.execute(_sql(query), given or None)) for query, given in queries]


def of_target(lake: Lake, table: str, window: str, target: str) -> list[Row]:
    """The rows of one target in a table that collecting wrote.

    Each target has a file of its own; where it has none, the window's published database is asked.
    """
    path = lake.table_path(table, window, target)
    if path.is_file():
        return lake.read_rows(path)
    database = lake.database_path(window)
    if not lake.is_local:
        return [row for row in lake.window_rows(table, window) if row["target_id"] == target]
    if not database.is_file():
        return []
    with lake.duckdb() as session:
        session.execute(f"ATTACH '{_quoted(database)}' AS published (READ_ONLY)")
        known = session.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'published' AND table_name = ?",
            [table],
        ).fetchone()
        if not known or not known[0]:
            return []
        wanted = f'SELECT * FROM published."{table}" WHERE target_id = ?'  # noqa: S608 - our table names
        return _rows(session.execute(wanted, [target]))


def parquet_files(lake: Lake, table: str, window: str) -> list[Path]:
    """The files of a window's table; links, folders and what else lies there are passed over."""
    folder = lake.window_folder(table, window)
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix == ".parquet"
        and not path.name.startswith(".")
        and path.is_file()
        and not path.is_symlink()
    )


@contextmanager
def _opened(lake: Lake, tables: Sequence[str], windows: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with lake.duckdb() as session:
        for table in tables:
            if lake.is_local:
                files = [str(path) for window in windows for path in parquet_files(lake, table, window)]
                _view(session, table, files)
            else:
                session.register(table, _fetched(lake, table, windows))
        yield session


def _fetched(lake: Lake, table: str, windows: Sequence[str]) -> pa.Table:
    """The rows of some windows of a lake in an object store, which SQL does not reach."""
    import pyarrow as pa

    parts = [SCHEMAS[table].empty_table().append_column("window", pa.array([], pa.string()))]
    for window in windows:
        rows = lake.window_table(table, window)
        parts.append(rows.append_column("window", pa.array([window] * rows.num_rows, pa.string())))
    return pa.concat_tables(parts, promote_options="default")


def _view(session: duckdb.DuckDBPyConnection, table: str, files: Sequence[str]) -> None:
    """A view of a table over files that we listed; what files of an older schema lack is null."""
    session.register(f"no_{table}", SCHEMAS[table].empty_table())
    view = f"CREATE TEMP VIEW {table} AS SELECT *, ''::VARCHAR AS \"window\" FROM no_{table}"  # noqa: S608 - our table names
    if files:
        listed = ", ".join(f"'{_quoted(file)}'" for file in files)
        options = "union_by_name = true, hive_partitioning = true, hive_types_autocast = false"
        view += f" UNION ALL BY NAME SELECT * FROM read_parquet([{listed}], {options})"  # noqa: S608 - as above
    session.execute(view)


def _rows(result: duckdb.DuckDBPyConnection) -> list[Row]:
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _quoted(path: object) -> str:
    return str(path).replace("'", "''")


@cache
def _sql(query: str) -> str:
    return (resources.files("jiancha.airflow.pages") / "queries" / f"{query}.sql").read_text(encoding="utf-8")


_Kept = tuple[int, Any]
_kept: dict[tuple[str, str, str, str], _Kept] = {}
_MOST_KEPT = 200


def remembered(lake: Lake, table: str, window: str, name: str, read: Callable[[], Any]) -> Any:
    """What ``read`` makes of a window's folder of many small files, read again once a file came or went.

    Only a disk tells when a folder changed: of an object store nothing is remembered.
    """
    folder = lake.window_folder(table, window)
    if not lake.is_local or not folder.is_dir():
        return read()
    key, stamp = (str(lake.root), table, window, name), folder.stat().st_mtime_ns
    known = _kept.get(key)
    if known is None or known[0] != stamp:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        known = _kept[key] = (stamp, read())
    return known[1]
