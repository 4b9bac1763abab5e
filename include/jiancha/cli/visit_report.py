"""The result of one site's visit as plain values; docs/commands.md describes the shape."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiancha.lake import Lake
from jiancha.registry.model import Site
from jiancha.standard import Indicator, Standard
from jiancha.windows import ZONE, Window

_Row = dict[str, Any]

#: Why one visit can never measure an indicator.
_NOT_BY_A_VISIT = {
    "site.unreachable": "一次访问不能判定，须连续一周逐时探测",
    "site.security": "须人工检查",
}


def visit_report(lake: Lake, window: Window, site: Site, standard: Standard) -> _Row:
    """Everything that was measured of a site in an assessed window, and why the rest was not."""

    def rows(table: str) -> list[_Row]:
        return [row for row in lake.window_rows(table, window.key) if row["target_id"] == site.target_id]

    (visit,), (verdict,) = rows("visits"), rows("verdicts")
    failed = visit["status"] == "failed"
    return {
        "url": site.url,
        "as_of": window.checkpoint.isoformat(timespec="seconds"),
        "read_at": _local(visit["as_of"]),
        "requests": visit["requests"],
        "bytes": visit["bytes"],
        "rendered": {"pages": visit["rendered"], "requests": visit["rendering_requests"]},
        "coverage": visit["coverage"],
        "evidence": visit["evidence"],
        "failure": {"kind": visit["failure"], "reason": visit["reason"]} if failed else None,
        "standard": {"id": standard.id, "version": standard.version, "title": standard.title},
        "outcome": verdict["outcome"],
        "problem": verdict["problem"],
        "reason": verdict["reason"],
        "home": _home(rows("home_freshness"), standard),
        "columns": _columns(rows("column_freshness"), rows("columns"), standard),
        "indicators": [_indicator(row, standard.indicator(row["indicator"])) for row in rows("measurements")],
    }


def _home(rows: list[_Row], standard: Standard) -> _Row | None:
    limits = [i for i in standard.indicators if i.id == "site.home_stale"]
    for row in rows:
        return {
            "newest": _day(row["newest"]),
            "age_days": row["age"],
            "limit_days": limits[0].threshold if limits else None,
            "method": row["method"],
            "unread": row["unread"],
            "doubt": row["doubt"],
        }
    return None


def _columns(judged: list[_Row], read: list[_Row], standard: Standard) -> list[_Row]:
    """In the order in which the site shows them."""
    outcomes = {row["column_id"]: row for row in judged}
    kinds = {kind.id: kind for kind in standard.column_kinds}
    found = []
    for page in read:
        row, kind = outcomes[page["column_id"]], kinds[page["kind"]]
        found.append(
            {
                "name": row["name"],
                "url": row["url"],
                "kind": row["kind"],
                "kind_name": row["kind_name"],
                "days": kind.days,
                "months": kind.months,
                "limit": _day(row["cutoff"]),
                "newest": _day(row["newest"]),
                "newest_title": row["newest_title"],
                "newest_url": row["newest_url"],
                "items": row["items"],
                "pages": page["pages"],
                "found_by": page["found_by"],
                "record": page["evidence"] or None,
                "outcome": row["outcome"],
                "reason": row["reason"],
            }
        )
    return found


def _indicator(row: _Row, indicator: Indicator) -> _Row:
    why = _NOT_BY_A_VISIT.get(indicator.id) if row["reason"] == "未监测" else None
    return {
        "id": indicator.id,
        "name": indicator.name,
        "measure": indicator.measure,
        "required": indicator.required,
        "measured": row["measured"],
        "value": row["value"],
        "compare": indicator.compare,
        "limit": indicator.threshold,
        "unit": indicator.unit,
        "warn_at": indicator.warn_at,
        "failed": row["failed"],
        "warning": row["warn"],
        "reason": f"{row['reason']}：{why}" if why else row["reason"],
        "problem": indicator.problem if row["failed"] else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _local(moment: datetime | None) -> str | None:
    return moment.astimezone(ZONE).isoformat(timespec="seconds") if moment is not None else None
