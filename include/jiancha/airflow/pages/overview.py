"""The overview: the city's quarters side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from jiancha.airflow.pages import actions, charts, notices
from jiancha.airflow.pages.tables import ask_all
from jiancha.airflow.pages.view import Asked, View, folders
from jiancha.lake import Lake
from jiancha.pipeline import rectification

router = APIRouter()

_MEASURES = ("registered", "inspected", "qualified", "unqualified", "undetermined")


@dataclass(slots=True)
class QuarterFigures:
    """One column of the overview. Figures are by kind of target and measure."""

    key: str
    figures: dict[str, dict[str, int]] = field(default_factory=dict)
    version: notices.Version | None = None
    quality: dict[str, int] = field(default_factory=dict)
    published: int = 0
    overdue: int = 0
    mended: int = 0
    waiting: int | None = None

    def rate(self, kind: str) -> float | None:
        """Qualified of those judged, in percent."""
        counts = self.figures.get(kind, {})
        inspected = counts.get("inspected", 0)
        return round(counts["qualified"] * 100 / inspected, 1) if inspected else None


@router.get("/", response_class=HTMLResponse)
def overview(view: Asked) -> HTMLResponse:
    """All windows that were assessed, newest first, with charts over them."""
    quarters = list_quarters(view)
    newest = list(reversed(quarters))
    labels = [each.key for each in quarters]
    trends = [
        charts.lines(
            view.say("合格率"),
            labels,
            [
                charts.Series(view.say("政府网站"), [q.rate("site") for q in quarters]),
                charts.Series(view.say("政务新媒体"), [q.rate("account") for q in quarters]),
            ],
            "%",
        ),
        *(
            charts.bars(
                view.say(name),
                labels,
                [
                    charts.Series(view.say(outcome), [q.figures.get(kind, {}).get(measure) for q in quarters])
                    for measure, outcome in (("unqualified", "不合格"), ("undetermined", "未判定"))
                ],
            )
            for kind, name in (("site", "政府网站"), ("account", "政务新媒体"))
        ),
    ]
    return view.render(
        "overview.html", quarters=newest, trends=trends if len(quarters) > 1 else [], progress=progress(view)
    )


def list_quarters(view: View) -> list[QuarterFigures]:
    """Oldest first. The figures are those of the newest version of the notice, else of the assessment."""
    keys = view.windows()
    found = {key: QuarterFigures(key) for key in keys}
    counted, checked = ask_all(
        view.lake, [("overview_figures", {}), ("overview_quality", {})], ("summary", "quality"), keys
    )
    for row in counted:
        found[row["window"]].figures.setdefault(row["target_kind"], {})[row["measure"]] = row["value"]
    for row in checked:
        found[row["window"]].quality = {name: row[name] for name in ("critical", "warning", "checks")}
    waiting = Counter(each.window for each in actions.waiting(view))
    today = view.settings.now().date()
    for key, quarter in found.items():
        _add_notice(view.lake, quarter)
        entries = (
            rectification.published_entries(view.lake, key)
            if key in folders(view.lake, "rectifications")
            else []
        )
        quarter.published = len(entries)
        quarter.mended = sum(entry.mended for entry in entries)
        quarter.overdue = sum(not entry.mended and entry.deadline < today for entry in entries)
        quarter.waiting = waiting[key]
    return list(found.values())


def _add_notice(lake: Lake, quarter: QuarterFigures) -> None:
    written = notices.versions(lake, quarter.key)
    if not written:
        return
    quarter.version = written[0]
    for kind, part in (("site", "sites"), ("account", "accounts")):
        counts = written[0].notice.get(part) or {}
        if counts:
            quarter.figures[kind] = {name: counts[name] for name in _MEASURES}


def progress(view: View) -> dict[str, Any] | None:
    """How much of the newest registered window is read; None where it is assessed."""
    keys = folders(view.lake, "sites")
    if not keys or keys[-1] in folders(view.lake, "verdicts"):
        return None
    key = keys[-1]
    registered = sum(len(view.lake.window_rows(table, key)) for table in ("sites", "accounts"))
    folder = view.lake.window_folder("visits", key)
    read = sum(path.suffix == ".parquet" for path in folder.iterdir()) if folder.is_dir() else 0
    return {"window": key, "registered": registered, "read": read}
