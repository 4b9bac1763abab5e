"""Looking again: targets visited a second time into a lake of their own, and what that showed.

The first look is replaced only where the second one contradicts it; both stay in the lake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from jiancha.lake import Lake

#: Tables of which a visit writes one file for each target.
VISITED = (
    "visits",
    "columns",
    "items",
    "posts",
    "listings",
    "links",
    "page_marks",
    "suspicions",
    "wording",
    "messages",
    "guides",
    "site_checks",
)
_REGISTERED = ("sites", "accounts", "site_columns", "account_sources")
#: Weighed over a week of probes: one more visit neither confirms nor refutes it.
_NOT_REPEATABLE = frozenset({"site.unreachable"})
_ASSESSMENT = "assessment"
#: File of the registry in a window; as the registry's snapshots name it.
_REGISTRY = "registry"

Row = Mapping[str, Any]


def shadow(lake: Lake, purpose: str, window: str) -> Lake:
    """The lake of a second look, inside the first: ``second_looks`` or ``rechecks/<day>``."""
    return Lake(str(lake.root / "looks" / purpose / window))


def prepare(lake: Lake, into: Lake, window: str, targets: Sequence[str]) -> None:
    """Copy the registry of these targets, with their columns and sources, into another lake."""
    wanted = set(targets)
    for old in list(into.root.rglob("*.parquet")) if into.root.exists() else ():
        old.unlink()  # of an earlier look: it must not be taken for this one
    for table in _REGISTERED:
        rows = lake.window_rows(table, window)
        if table in ("sites", "accounts"):
            rows = [row for row in rows if row["target_id"] in wanted]
        into.write_rows(table, window, _REGISTRY, rows)


def compare(  # noqa: PLR0913 - two looks at one window
    lake: Lake,
    again: Lake,
    window: str,
    findings: Sequence[Row],
    verdicts: Sequence[Row],
    *,
    moment: datetime,
) -> list[dict[str, Any]]:
    """One row of ``second_looks`` for each finding of the first look."""
    rows = again.read_rows(again.table_path("measurements", window, _ASSESSMENT))
    measured = {(row["target_id"], row["indicator"]): row for row in rows}
    targets = {row["target_id"]: row for row in verdicts}
    seen = {row["target_id"] for row in again.window_rows("visits", window)}
    folder = lake.relative(again.root)
    result = []
    for finding in findings:
        target = finding["target_id"]
        second = measured.get((target, finding["indicator"]))
        outcome, note = _outcome(finding, second)
        result.append(
            {
                "target_id": target,
                "target_kind": finding["target_kind"],
                "code": targets[target]["code"],
                "name": targets[target]["name"],
                "indicator": finding["indicator"],
                "first_measured": finding["measured"],
                "second_measured": second["value"] if second is not None else None,
                "threshold": finding["threshold"],
                "outcome": outcome,
                "note": note,
                "looked_at": moment,
                "first_evidence": finding["evidence"],
                "second_evidence": (
                    f"{folder}/{again.relative(again.evidence_path(window, target))}"
                    if target in seen
                    else None
                ),
            }
        )
    return result


def _outcome(finding: Row, second: Row | None) -> tuple[str, str]:
    if finding["indicator"] in _NOT_REPEATABLE:
        return "unknown", "按一周探测判定，不作复测"
    if second is None or not second["measured"]:
        return "unknown", f"复测未能测得：{(second or {}).get('reason') or '没有结果'}，保留首次结果"
    if second["failed"]:
        return "repeated", f"复测重现：{second['value']:g}"
    return "dropped", f"复测未重现：首次{finding['measured']:g}，复测{second['value']:g}"


def earlier_drops(before: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Records of findings that were dropped and are not looked at any more; each is note once."""
    looked = {(row["target_id"], row["indicator"]) for row in now}
    return [
        row
        for row in before
        if row["outcome"] == "dropped" and (row["target_id"], row["indicator"]) not in looked
    ]


def adopt(lake: Lake, again: Lake, window: str, target: str) -> None:
    """Let the second look at a target stand for the first, whose files are kept under ``looks/first``."""
    kept = shadow(lake, "first", window)
    for table in VISITED:
        _move(lake, again, kept, lake.relative(lake.table_path(table, window, target)))
    _move(lake, again, kept, lake.relative(lake.evidence_path(window, target)))


def _move(lake: Lake, again: Lake, kept: Lake, path: str) -> None:
    old, new = lake.root / path, again.root / path
    if old.exists() and not (kept.root / path).exists():  # a step that is run again keeps the very first
        kept.write_bytes(kept.root / path, old.read_bytes())
    if new.exists():
        lake.write_bytes(old, new.read_bytes())
    elif old.exists():
        old.unlink()
