"""Snapshots of the registry as of a date, the one in force for a window, and what differs between two."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pyarrow as pa

from jiancha.errors import LakeError, RegistryError
from jiancha.lake import SCHEMAS, Lake
from jiancha.registry.exports import RegistryTables, read_exports
from jiancha.registry.identifiers import HOST_CHECK, Remark, Unresolved, check_hosts
from jiancha.registry.model import Account, AccountSource, Level, Site, SiteColumn
from jiancha.windows import Window

_TABLES = ("sites", "accounts", "site_columns", "account_sources", "registry_closed", "registry_warnings")
_MARKER = "complete.json"
_NAME = "registry"
_DATE = re.compile(r"(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")

_Row = dict[str, Any]
_T = TypeVar("_T", Site, Account)


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed between two snapshots; each line is a sentence for a person."""

    older: str
    newer: str
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.renamed or self.changed)


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The snapshots (ISO dates) that a sync made, and the differences along all snapshots it touched."""

    snapshots: list[str]
    differences: list[Differences]

    def to_dict(self) -> dict[str, Any]:
        return {"snapshots": self.snapshots, "differences": [asdict(d) for d in self.differences]}


class _Kind(NamedTuple):
    """How rows of one table are compared and named."""

    label: str
    code: Callable[[Any], str]
    compared: Mapping[str, str]


_SITE = _Kind(
    "网站", lambda s: str(s.site_code), {"url": "首页网址", "level": "网站类型", "owner": "主办单位"}
)
_ACCOUNT = _Kind("新媒体", lambda a: f"{a.account_code}({a.platform})", {"owner": "开设主体"})


def sync(
    lake: Lake,
    files: Sequence[tuple[str, bytes]],
    *,
    default_date: date,
    aliases: Path | None = None,
    unresolved: Unresolved | None = None,
) -> SyncResult:
    """Make the snapshots that are missing or changed; files of one date form one set.

    ``unresolved`` tells which hosts have no address; it is asked once for each snapshot that is made.
    All sets are read before anything is written: a faulty file raises RegistryError and leaves every
    snapshot as it was.
    """
    sets: dict[date, list[tuple[str, bytes]]] = defaultdict(list)
    for name, data in files:
        sets[export_date(name) or default_date].append((name, data))
    read = {day: read_exports(group, aliases=aliases) for day, group in sorted(sets.items())}
    for day, tables in read.items():
        if not tables.sites and not tables.accounts:
            raise RegistryError(f"the set of {day} has neither websites nor accounts", file=sets[day][0][0])
    made = [day for day, tables in read.items() if write_snapshot(lake, tables, day, unresolved)]
    return SyncResult([day.isoformat() for day in made], _differences_along(lake, made))


def export_date(file_name: str) -> date | None:
    """The date in an export's file name (政府网站名录-20210215.xlsx), or None."""
    for match in _DATE.finditer(file_name):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    return None


def write_snapshot(
    lake: Lake, tables: RegistryTables, as_of: date, unresolved: Unresolved | None = None
) -> bool:
    """Write a snapshot unless the same one is there; returns whether anything was written.

    The marker file goes first and comes back last, so a half-written snapshot is never taken for one.
    """
    folder = lake.snapshot_folder(as_of.isoformat())
    rows = _table_rows(tables)
    if (folder / _MARKER).exists() and all(
        _stored(lake, folder / f"{t}.parquet") == rows[t] for t in _TABLES
    ):
        return False
    if unresolved is not None:
        rows["registry_warnings"] += [w._asdict() for w in check_hosts(tables.sites, unresolved)]
    (folder / _MARKER).unlink(missing_ok=True)
    for table in _TABLES:
        lake.write_table(
            folder / f"{table}.parquet", pa.Table.from_pylist(rows[table], schema=SCHEMAS[table])
        )
    lake.write_bytes(folder / _MARKER, b"{}\n")
    return True


def _stored(lake: Lake, path: Path) -> list[_Row] | None:
    """The rows of a snapshot's table as its exports give them, without what was looked up beside them.

    None where it was lost or damaged, so that it is written anew.
    """
    try:
        return [row for row in lake.read_rows(path) if row.get("check") != HOST_CHECK]
    except LakeError:
        return None


def list_snapshots(lake: Lake) -> list[date]:
    """Dates of all whole snapshots, oldest first."""
    root = lake.root / "registry_snapshots"
    if not root.exists():
        return []
    whole = [folder for folder in root.iterdir() if (folder / _MARKER).exists()]
    return sorted(date.fromisoformat(folder.name.removeprefix("as_of=")) for folder in whole)


def snapshot_for(lake: Lake, checkpoint_day: date) -> date:
    """The latest snapshot on or before a day, else the earliest later one; LakeError if there is none."""
    days = list_snapshots(lake)
    if not days:
        raise LakeError("there is no registry snapshot: run registry_sync first")
    earlier = [day for day in days if day <= checkpoint_day]
    return earlier[-1] if earlier else days[0]


def freeze(lake: Lake, window: Window) -> date:
    """Copy the snapshot that is in force for a window to the window; returns its date."""
    day = snapshot_for(lake, window.checkpoint_day)
    folder = lake.snapshot_folder(day.isoformat())
    for table in _TABLES:
        path = folder / f"{table}.parquet"
        # a snapshot of an earlier version has no table of what is closed
        rows = [] if table == "registry_closed" and not path.exists() else lake.read_rows(path)
        if table == "registry_warnings" and day > window.checkpoint_day:
            message = f"没有检查时的名录，采用{day}的名录（晚于监测时间点{window.checkpoint_day}）"
            rows.append({"check": "snapshot_later", "row": 0, "code": "", "message": message})
        lake.write_rows(table, window.key, _NAME, rows)
    return day


def snapshot_sites(lake: Lake, day: date) -> list[Site]:
    """The websites of one snapshot, in its order; LakeError where there is none of that day."""
    return [_site(row) for row in lake.read_rows(lake.snapshot_folder(day.isoformat()) / "sites.parquet")]


def snapshot_accounts(lake: Lake, day: date) -> list[Account]:
    """The accounts of one snapshot, in its order; LakeError where there is none of that day."""
    path = lake.snapshot_folder(day.isoformat()) / "accounts.parquet"
    return [_account(row) for row in lake.read_rows(path)]


def snapshot_account_sources(lake: Lake, day: date) -> list[AccountSource]:
    """Where the accounts of one snapshot can be read; LakeError where there is none of that day."""
    path = lake.snapshot_folder(day.isoformat()) / "account_sources.parquet"
    return [AccountSource(**row) for row in lake.read_rows(path)]


def read_sites(lake: Lake, window_key: str) -> list[Site]:
    """The websites of a window in registry order; LakeError before ``freeze``."""
    return [_site(row) for row in _frozen(lake, "sites", window_key)]


def read_accounts(lake: Lake, window_key: str) -> list[Account]:
    """The accounts of a window in registry order; LakeError before ``freeze``."""
    return [_account(row) for row in _frozen(lake, "accounts", window_key)]


def read_site_columns(lake: Lake, window_key: str) -> list[SiteColumn]:
    """The columns that the registry lists; LakeError before ``freeze``."""
    return [SiteColumn(**row) for row in _frozen(lake, "site_columns", window_key)]


def read_account_sources(lake: Lake, window_key: str) -> list[AccountSource]:
    """Where accounts can be read; LakeError before ``freeze``."""
    return [AccountSource(**row) for row in _frozen(lake, "account_sources", window_key)]


def differences(lake: Lake, older: date, newer: date) -> Differences:
    """What changed between two snapshots of the lake."""
    result = Differences(older.isoformat(), newer.isoformat())
    for table, build, kind in _COMPARED:
        before, after = (
            [build(row) for row in lake.read_rows(lake.snapshot_folder(day.isoformat()) / f"{table}.parquet")]
            for day in (older, newer)
        )
        _compare(before, after, kind, result)
    return result


def _compare(before: Sequence[_T], after: Sequence[_T], kind: _Kind, result: Differences) -> None:
    """Pair rows by code where it is unique on both sides, else by code and name."""
    unique = _once(before, kind) & _once(after, kind)

    def identity(row: _T) -> tuple[str, ...]:
        code = kind.code(row)
        return (code,) if code in unique else (code, row.name)

    old, new = ({identity(row): row for row in rows} for rows in (before, after))
    for key, row in new.items():
        if key not in old:
            result.added.append(f"新增{kind.label}“{row.name}”{kind.code(row)}")
            continue
        previous = old[key]
        if previous.name != row.name:
            result.renamed.append(f"{kind.label}{kind.code(row)}由“{previous.name}”更名为“{row.name}”")
        for column, label in kind.compared.items():
            was, now = getattr(previous, column), getattr(row, column)
            if was != now:
                result.changed.append(
                    f"{kind.label}“{row.name}”{kind.code(row)}的{label}由“{was}”改为“{now}”"
                )
    for key, row in old.items():
        if key not in new:
            result.removed.append(f"减少{kind.label}“{row.name}”{kind.code(row)}")


def _once(rows: Iterable[Site | Account], kind: _Kind) -> set[str]:
    return {code for code, times in Counter(kind.code(row) for row in rows).items() if times == 1}


def _differences_along(lake: Lake, made: Sequence[date]) -> list[Differences]:
    days = list_snapshots(lake)
    pairs = [pair for pair in pairwise(days) if set(pair) & set(made)]
    return [found for older, newer in pairs if (found := differences(lake, older, newer))]


def _frozen(lake: Lake, table: str, window_key: str) -> list[_Row]:
    return lake.read_rows(_path(lake, table, window_key))


def _path(lake: Lake, table: str, window_key: str) -> Path:
    return lake.table_path(table, window_key, _NAME)


def _table_rows(tables: RegistryTables) -> dict[str, list[_Row]]:
    rows: dict[str, list[_Row]] = {
        "sites": [{"target_id": s.target_id, **asdict(s)} for s in tables.sites],
        "accounts": [{"target_id": a.target_id, **asdict(a)} for a in tables.accounts],
        "site_columns": [asdict(c) for c in tables.columns],
        "account_sources": [asdict(s) for s in tables.sources],
        "registry_closed": [asdict(c) for c in tables.closed],
        "registry_warnings": [w._asdict() for w in tables.warnings],
    }
    for row in rows["sites"]:
        row["level"] = str(row["level"])
    return rows


def _site(row: _Row) -> Site:
    return Site(
        **{k: v for k, v in row.items() if k not in ("target_id", "level")}, level=Level(row["level"])
    )


def _account(row: _Row) -> Account:
    return Account(**{k: v for k, v in row.items() if k != "target_id"})


_COMPARED: tuple[tuple[str, Callable[[_Row], Any], _Kind], ...] = (
    ("sites", _site, _SITE),
    ("accounts", _account, _ACCOUNT),
)

__all__ = [
    "Differences",
    "Remark",
    "SyncResult",
    "differences",
    "export_date",
    "freeze",
    "list_snapshots",
    "read_account_sources",
    "read_accounts",
    "read_site_columns",
    "read_sites",
    "snapshot_account_sources",
    "snapshot_accounts",
    "snapshot_for",
    "snapshot_sites",
    "sync",
    "write_snapshot",
]
