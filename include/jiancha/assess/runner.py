"""Run the models of ``assess/models`` in order over one window and publish what they make."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jiancha.errors import LakeError
from jiancha.lake import SCHEMAS, Lake
from jiancha.standard import Standard
from jiancha.windows import Window

if TYPE_CHECKING:
    import duckdb

#: Tables that collecting wrote, and tables that the models make, in the order in which they are kept.
INPUTS = (
    "sites",
    "accounts",
    "visits",
    "columns",
    "items",
    "listings",
    "posts",
    "links",
    "page_marks",
    "probes",
    "probe_rounds",
    "messages",
    "guides",
    "site_checks",
)
RESULTS = (
    "column_freshness",
    "home_freshness",
    "account_freshness",
    "site_marks",
    "site_links",
    "page_faults",
    "availability",
    "message_states",
    "guide_states",
    "measurements",
    "findings",
    "verdicts",
    "summary",
)
_NAME = "assessment"


def assess(lake: Lake, window: Window, standard: Standard) -> None:
    """Judge a window as of its checkpoint.

    Writes each result table of the window and publishes inputs and results as one DuckDB file by rename.
    Running it again over the same inputs writes the same rows in the same order. Raises LakeError where
    the window has no registry: an assessment of nothing would look like a quarter without faults.
    """
    if not lake.window_folder("sites", window.key).exists():
        raise LakeError(f"window {window.key} has no registry in {lake.root}: its snapshot step has not run")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "jiancha.duckdb"
        with lake.duckdb(str(database)) as session:
            session.begin()
            for table in INPUTS:
                _create(session, table, lake.window_table(table, window.key))
            _create(session, "window_parameters", _window_rows(window, standard))
            _create(session, "indicators", _indicator_rows(standard))
            _create(session, "probe_rules", _probe_rows(standard))
            _create(session, "column_kinds", _kind_rows(standard, window))
            _create(session, "marks", _mark_rows(standard))
            _create(session, "service_elements", _element_rows(standard))
            _create(session, "previous_summary", _previous_summary(lake, window))
            for model in models():
                session.execute(model)
            session.commit()
        with lake.duckdb(str(database), read_only=True) as session:  # opened anew, it takes less memory
            for table in RESULTS:
                rows = session.table(table).to_arrow_table()
                if rows.schema != SCHEMAS[table]:
                    raise LakeError(f"the model of {table} makes {rows.schema}")
                lake.write_table(lake.table_path(table, window.key, _NAME), rows)
        with database.open("rb") as file:
            lake.write_stream(lake.database_path(window.key), file)


def judge_again(
    lake: Lake,
    window: Window,
    standard: Standard,
    findings: Sequence[Mapping[str, Any]],
    measurements: Sequence[Mapping[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Verdicts and summary that the models make of these findings and measurements; nothing is written."""
    with lake.duckdb() as session:
        for table in ("sites", "accounts"):
            _create(session, table, lake.window_table(table, window.key))
        for table, rows in (("findings", findings), ("measurements", measurements)):
            _create(session, table, pa.Table.from_pylist(list(rows), schema=SCHEMAS[table]))
        _create(session, "indicators", _indicator_rows(standard))
        _create(session, "previous_summary", _previous_summary(lake, window))
        for model in models(first="60"):
            session.execute(model)
        verdicts, summary = (session.table(t).to_arrow_table().to_pylist() for t in ("verdicts", "summary"))
    return verdicts, summary


def models(first: str = "") -> list[str]:
    """The SQL of all models, or of those from a number on, in the order of their file names."""
    folder = resources.files("jiancha.assess") / "models"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [f.read_text(encoding="utf-8") for f in files if f.name >= first]


def _create(session: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    session.register("incoming", rows)
    session.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')  # noqa: S608 - our table names
    session.unregister("incoming")


def _window_rows(window: Window, standard: Standard) -> pa.Table:
    row = {
        "key": window.key,
        "start": window.start,
        "end": window.end,
        "checkpoint": window.checkpoint,
        "checkpoint_day": window.checkpoint_day,
        "standard_id": standard.id,
        "standard_version": standard.version,
    }
    return pa.Table.from_pylist([row])


def _indicator_rows(standard: Standard) -> pa.Table:
    schema = pa.schema(
        {
            "ordinal": pa.int32(),
            "id": pa.string(),
            "target": pa.string(),
            "name": pa.string(),
            "problem": pa.string(),
            "threshold": pa.float64(),
            "compare": pa.string(),
            "unit": pa.string(),
            "required": pa.bool_(),
            "warn_at": pa.float64(),
            "supersedes": pa.string(),
            "known_for_days": pa.int32(),
            "unanswered_months": pa.int32(),
            "within_months": pa.int32(),
            "missing_at_least": pa.int32(),
        }
    )
    rows: list[dict[str, Any]] = [
        {"ordinal": ordinal, **{name: getattr(i, name) for name in schema.names if name != "ordinal"}}
        for ordinal, i in enumerate(standard.indicators)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _probe_rows(standard: Standard) -> pa.Table:
    schema = pa.schema({"indicator": pa.string(), "probes_per_day": pa.int32(), "days": pa.int32()})
    rows = [
        {"indicator": i.id, "probes_per_day": i.probe.probes_per_day, "days": i.probe.days}
        for i in standard.indicators
        if i.probe is not None
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _kind_rows(standard: Standard, window: Window) -> pa.Table:
    schema = pa.schema(
        {
            "id": pa.string(),
            "name": pa.string(),
            "cutoff": pa.date32(),
            "exempt": pa.bool_(),
            "group_a": pa.bool_(),
            "group_b": pa.bool_(),
        }
    )
    rows = [
        {
            "id": kind.id,
            "name": kind.name,
            "cutoff": kind.cutoff(window.checkpoint_day),
            "exempt": kind.exempt,
            "group_a": "a" in kind.groups,
            "group_b": "b" in kind.groups,
        }
        for kind in standard.column_kinds
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _mark_rows(standard: Standard) -> pa.Table:
    schema = pa.schema({"ordinal": pa.int32(), "id": pa.string(), "name": pa.string()})
    rows = [{"ordinal": n, "id": mark.id, "name": mark.name} for n, mark in enumerate(standard.marks)]
    return pa.Table.from_pylist(rows, schema=schema)


def _element_rows(standard: Standard) -> pa.Table:
    schema = pa.schema({"ordinal": pa.int32(), "id": pa.string(), "name": pa.string()})
    rows = [
        {"ordinal": ordinal, "id": element.id, "name": element.name}
        for ordinal, element in enumerate(standard.service_elements)
    ]
    return pa.Table.from_pylist(rows, schema=schema)


def _previous_summary(lake: Lake, window: Window) -> pa.Table:
    """The figures of the quarter before; empty where it was not assessed."""
    path = lake.table_path("summary", str(window.quarter.previous()), _NAME)
    return lake.read_table(path) if path.exists() else SCHEMAS["summary"].empty_table()
