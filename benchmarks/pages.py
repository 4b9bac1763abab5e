"""The views of the pages over a province's lake: 14,000 sites and 80,000 accounts in 12 windows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
from starlette.requests import Request

from jiancha.airflow.pages import compare, target, window
from jiancha.airflow.pages.view import View
from jiancha.lake import SCHEMAS, Lake
from jiancha.settings import Settings

SITES, ACCOUNTS = 14_000, 80_000
WINDOWS = [f"{year}Q{number}" for year in (2020, 2021, 2022) for number in (1, 2, 3, 4)]

#: What one window of such a lake holds, made without visiting anything.
MADE = {
    "verdicts": """
        SELECT sha1(n::VARCHAR)[:24] AS target_id, n AS "row", lpad(n::VARCHAR, 10, '6') AS code,
            CASE WHEN n < {sites} THEN 'site' ELSE 'account' END AS target_kind, '名称' || n AS name,
            CASE WHEN n >= {sites} THEN '微信公众号' END AS platform, '单位' || n // 9 AS owner,
            'municipal_department' AS level, 'http://s' || n || '.example/' AS url,
            CASE WHEN n % 40 = 0 THEN 'unqualified' ELSE 'qualified' END AS outcome,
            CASE WHEN n % 40 = 0 THEN '长期未更新' END AS problem
        FROM range({targets}) AS t(n)""",
    "findings": """
        SELECT sha1(n::VARCHAR)[:24] AS target_id, '长期未更新' AS problem, 40.0 AS measured,
            14.0 AS threshold,
            CASE WHEN n < {sites} THEN 'site' ELSE 'account' END AS target_kind,
            CASE WHEN n < {sites} THEN 'site.home_stale' ELSE 'account.stale' END AS indicator,
            'more_than' AS compare, '天' AS unit, '{{}}' AS detail
        FROM range(0, {targets}, 40) AS t(n)""",
    "measurements": """
        SELECT sha1(n::VARCHAR)[:24] AS target_id,
            CASE WHEN n < {sites} THEN 'site' ELSE 'account' END AS target_kind,
            CASE WHEN n < {sites} THEN 'site.i' || i ELSE 'account.i' || i END AS indicator,
            TRUE AS measured, i + n % 30 AS value, n % 40 = 0 AS failed
        FROM range({targets}) AS t(n), range(12) AS k(i) WHERE n < {sites} OR i < 3""",
    "column_freshness": """
        SELECT sha1(n::VARCHAR)[:24] AS target_id, 'c' || i AS column_id, '栏目' || i AS name,
            'http://s' || n || '.example/c' || i AS url, DATE '2021-01-01' AS newest, 'fresh' AS outcome
        FROM range({sites}) AS t(n), range(30) AS k(i)""",
    "summary": "SELECT 'site' AS target_kind, 'registered' AS measure, {sites} AS value",
}


def seconds(folder: Path, cpu: Callable[[Callable[[], object]], float]) -> list[tuple[str, float, float]]:
    """CPU seconds that the server takes for each view, and the ratio to the first."""
    lake, settings = Lake(folder), Settings(lake=str(folder))
    make(lake)
    views: dict[str, Callable[[View], object]] = {
        "window": lambda view: window.window(view, "2022Q4", window.Filter()),
        "window, searched": lambda view: window.window(view, "2022Q4", window.Filter(q="名称9999")),
        "target: a site through 12 windows": lambda view: target.target(view, of_number(40)),
        "target: an account through 12 windows": lambda view: target.target(view, of_number(SITES + 40)),
        "compare two windows": lambda view: compare.compare(view, "2022Q3", "2022Q4"),
    }
    found: list[tuple[str, float, float]] = []
    for name, show in views.items():
        taken = cpu(lambda show=show: show(asked(lake, settings)))
        found.append((name, taken, taken / found[0][1] if found else 1.0))
    return found


def asked(lake: Lake, settings: Settings) -> View:
    view = View(Request({"type": "http", "query_string": b"", "headers": [], "path": "/", "root_path": ""}))
    view.lake, view.settings = lake, settings
    return view


def of_number(number: int) -> str:
    found = duckdb.execute("SELECT sha1(?::VARCHAR)[:24]", [number]).fetchone()
    return str(found[0]) if found else ""


def make(lake: Lake) -> None:
    """Write the windows as the assessment writes them."""
    with duckdb.connect() as session:
        for table, query in MADE.items():
            made = session.execute(query.format(sites=SITES, targets=SITES + ACCOUNTS)).to_arrow_table()
            schema = SCHEMAS[table]
            data = pa.table(
                [
                    made[field.name].cast(field.type)
                    if field.name in made.column_names
                    else pa.nulls(made.num_rows, field.type)
                    for field in schema
                ],
                schema=schema,
            )
            for key in WINDOWS:
                lake.write_table(lake.table_path(table, key, "assessment"), data)
