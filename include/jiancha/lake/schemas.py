"""The columns of every table that tasks write, as ``tables.toml`` declares them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

import pyarrow as pa

_TYPES: Mapping[str, pa.DataType] = {
    "": pa.string(),
    "int": pa.int32(),
    "long": pa.int64(),
    "real": pa.float64(),
    "bool": pa.bool_(),
    "day": pa.date32(),
    "time": pa.timestamp("us", tz="UTC"),
    "texts": pa.list_(pa.string()),
    "days": pa.list_(pa.date32()),
}


def _schema(columns: str) -> pa.Schema:
    fields = (column.partition(":") for column in columns.split())
    return pa.schema([(name, _TYPES[kind]) for name, _, kind in fields])


_DECLARED = tomllib.loads((resources.files("jiancha.lake") / "tables.toml").read_text(encoding="utf-8"))
#: By table: what columns were called in older files, and what they are called now.
RENAMED: Mapping[str, Mapping[str, str]] = _DECLARED.pop("renamed")
#: Arrow schema of every table that tasks write.
SCHEMAS: Mapping[str, pa.Schema] = {table: _schema(columns) for table, columns in _DECLARED.items()}
