"""One site or account through all windows."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages import charts, notices
from jiancha.airflow.pages.tables import Row, ask_all, of_target
from jiancha.airflow.pages.view import Asked, View, folders
from jiancha.assess.amounts import COLUMN_OUTCOMES, amount, limit, state
from jiancha.registry.identifiers import region_name
from jiancha.review import sendings
from jiancha.review.model import CHOICE_NAMES, Choice, finding_id
from jiancha.windows import ZONE

router = APIRouter()

Target = Annotated[str, InPath(pattern="^[A-Za-z0-9_-]{1,60}$")]
_TABLES = ("verdicts", "measurements", "findings", "column_freshness", "availability")
_EVENTS = {
    "opened": "公布",
    "checked": "复查",
    "mended": "整改合格",
    "answered": "主办单位说明",
    "reminded": "提醒",
    "overdue": "逾期",
    "escalated": "上报",
}
#: A window's probes are looked at for the newest of them only: there are tens of thousands a site.
_HOURS = range(24)


@router.get("/target/{target}", response_class=HTMLResponse)
def target(view: Asked, target: Target) -> HTMLResponse:
    """Verdicts, measurements, columns or posts, availability, decisions and rectification of one target."""
    keys = folders(view.lake, "verdicts")
    verdicts, measurements, findings, columns, available = ask_all(
        view.lake,
        [(f"target_{table}", {"target": target}) for table in _TABLES],
        _TABLES,
        keys,
    )
    if not verdicts:
        raise HTTPException(status_code=404, detail="没有这个对象")
    newest = verdicts[-1]
    windows = [row["window"] for row in verdicts]
    return view.render(
        "target.html",
        target=newest,
        district=region_name(newest["code"][:6]),
        verdicts=list(reversed(verdicts)),
        windows=windows,
        measurements=_measured(view, measurements),
        findings={(row["window"], row["indicator"]): row for row in findings},
        heat=_heat(view, windows, columns),
        posts=_posts(view, windows, target) if newest["target_kind"] == "account" else None,
        hours=_hours(view, target),
        available={row["window"]: row for row in available},
        history=_history(view, target, findings),
        wording=_wording(view, windows, target),
        letters=_letters(view, windows, sendings.addressee(newest["owner"], newest["name"])),
    )


def _measured(view: View, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One row an indicator: its name, its limit in words, and by window the value and what it means."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        found[row["indicator"]][row["window"]] = row
    table = []
    for indicator in view.standard.indicators:
        if indicator.id in found:
            cells = {
                key: {
                    "state": state(row),
                    "text": amount(row["value"], indicator.unit) if row["measured"] else row["reason"] or "",
                }
                for key, row in found[indicator.id].items()
            }
            table.append(
                {
                    "id": indicator.id,
                    "name": indicator.name,
                    "problem": indicator.problem,
                    "limit": limit(indicator),
                    "cells": cells,
                }
            )
    return table


def _heat(view: View, windows: Sequence[str], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """One row a column of the site: by window, the days since its newest item against its limit."""
    days = {key: view.settings.calendar().window(key).checkpoint_day for key in windows}
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        column = found.setdefault(
            row["url"] or row["column_id"],
            {"name": row["name"], "url": row["url"], "kind": row["kind_name"], "cells": {}},
        )
        column["name"], column["kind"] = row["name"], row["kind_name"]
        column["cells"][row["window"]] = _heat_cell(row, days[row["window"]])
    # those that are worst in the newest window first
    return sorted(
        found.values(), key=lambda c: (-max(cell["share"] for cell in c["cells"].values()), c["name"] or "")
    )


def _heat_cell(row: Row, checkpoint: date) -> dict[str, Any]:
    age = (checkpoint - row["newest"]).days if row["newest"] else None
    most = (checkpoint - row["cutoff"]).days if row["cutoff"] else None
    share = age / most if age is not None and most else 0.0
    outcome = row["outcome"]
    if outcome == "stale":
        share = max(share, 1.01)
    elif outcome in ("blank", "empty"):
        share = 9.0
    level = (
        "x" if outcome in ("unknown", "exempt") else str(sum(share > each for each in (0.25, 0.5, 0.75, 1.0)))
    )
    return {
        "text": f"{age}"
        if age is not None and outcome not in ("blank", "empty")
        else COLUMN_OUTCOMES[outcome],
        "limit": most,
        "outcome": COLUMN_OUTCOMES[outcome],
        "reason": row["reason"] or "",
        "title": row["newest_title"] or "",
        "newest": row["newest"],
        "share": share,
        "level": level,
    }


def _posts(view: View, windows: Sequence[str], target: str) -> dict[str, Any]:
    """The days on which an account posted, as all windows together know them, and its longest gaps."""
    by_window = [of_target(view.lake, "posts", key, target) for key in windows]
    known = {
        (row["post_id"] or row["url"], row["published_on"])
        for rows in by_window
        for row in rows
        if row["published_on"]
    }
    counts = Counter(day for _, day in known)
    last = view.settings.calendar().window(windows[-1]).checkpoint_day
    days = sorted(day for day in counts if day <= last)
    if not days:
        return {"calendar": None, "gaps": [], "count": 0}
    first = max(days[0], date(last.year - 1, last.month, 1))
    gaps = sorted(
        (((b - a).days, a, b) for a, b in zip(days, [*days[1:], last], strict=True) if (b - a).days > 1),
        reverse=True,
    )[:5]
    title = view.say("{first} 至 {last} 每日发布").format(first=first, last=last)
    weekdays = [view.say(day) for day in ("一", "三", "五")]
    shown = charts.calendar(title, first, last, counts, weekdays)
    return {"calendar": shown, "gaps": gaps, "count": len(known)}


def _hours(view: View, target: str) -> dict[str, Any] | None:
    """Probes of the newest window that has any, by day and hour: how many were made, how many failed."""
    for key in reversed(folders(view.lake, "probes")):
        rows = of_target(view.lake, "probes", key, target)
        if rows:
            grid: dict[date, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
            for row in rows:
                moment: datetime = row["probed_at"].astimezone(ZONE)
                grid[moment.date()][moment.hour].append(row)
            days = {
                day: [_hour(cells.get(hour, [])) for hour in _HOURS] for day, cells in sorted(grid.items())
            }
            return {"window": key, "days": days, "hours": list(_HOURS)}
    return None


def _hour(rows: Sequence[Row]) -> dict[str, str]:
    failed = [row for row in rows if row["outcome"] == "failed"]
    if failed:
        return {"level": "4", "text": "失败", "reason": failed[0]["reason"] or ""}
    if any(row["outcome"] == "ok" for row in rows):
        return {"level": "0", "text": "正常", "reason": ""}
    return {
        "level": "x",
        "text": "不计" if rows else "未测",
        "reason": rows[0]["reason"] or "" if rows else "",
    }


def _history(view: View, target: str, findings: Sequence[Row]) -> list[dict[str, Any]]:
    """What people decided and what happened since, newest first."""
    found: list[tuple[Any, ...]] = []
    for finding in findings:
        key = finding["window"]
        name = finding_id(key, target, finding["indicator"])
        for row in _files_of(view, "decisions", key, name):
            what = CHOICE_NAMES[Choice(row["choice"])]
            found.append((row["decided_at"], key, finding, what, row["reason"] or "", row["decided_by"]))
        for row in _files_of(view, "rectifications", key, name):
            said = "" if row["event"] == "opened" else row["note"] or ""
            if row["event"] == "opened":
                said = f"{view.say('整改期限')} {json.loads(row['note']).get('deadline', '')}"
            found.append(
                (row["happened_at"], key, finding, _EVENTS.get(row["event"], row["event"]), said, "")
            )
    names = ("at", "window", "finding", "what", "text", "by")
    return [dict(zip(names, row, strict=True)) for row in sorted(found, key=lambda row: row[0], reverse=True)]


def _files_of(view: View, table: str, key: str, finding: str) -> list[Row]:
    """The rows of one finding in a table of one file an event, which its name tells."""
    folder = view.lake.window_folder(table, key)
    if not folder.is_dir():
        return []
    files: list[Path] = sorted(
        p for p in folder.glob(f"*-{finding}-*.parquet") if p.is_file() and not p.is_symlink()
    )
    return [row for file in files for row in view.lake.read_rows(file)]


def _wording(view: View, windows: Sequence[str], target: str) -> list[Row]:
    """The wording errors of the newest window that found any."""
    for key in reversed(windows):
        rows = of_target(view.lake, "wording", key, target)
        if rows:
            return [row | {"window": key} for row in rows if row["severity"] != "提示"]
    return []


def _letters(view: View, windows: Sequence[str], owner: str) -> list[Mapping[str, str]]:
    """The letters to this target's owner, newest first."""
    return [
        {
            "window": key,
            "version": f"v{each.number}",
            "name": name,
            "path": f"{each.folder}/{notices.ORDERS}/{name}",
        }
        for key in reversed(windows)
        for each in notices.versions(view.lake, key)
        for name in each.letters
        if sendings.belongs_to(name, owner)
    ]
