"""Dates of pages: jiancha beside peers, over a folder of labelled pages or over pages made here.

Labels are JSON: ``articles[{page, date}]`` and ``list_pages[{page, newest}]``, where ``date`` and
``newest`` are ISO days or null for "there is none", and ``page`` a path below the folder.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import made_pages
from evaluation.pages import pages as evaluation_pages
from measure import cost_of, interleaved
from rich.table import Table

HERE = Path(__file__).parent
ARTICLE_METHODS = (
    "jiancha",
    "htmldate fast",
    "htmldate extensive",
    "trafilatura metadata",
    "GNE",
    "GNE, time only",
    "first date",
)
LIST_METHODS = ("jiancha list", "largest date", "first date", "htmldate latest")


class Score(NamedTuple):
    """Pages by what was answered. ``invented``: a date for a page that has none."""

    right: int
    wrong: int
    missed: int
    invented: int

    @classmethod
    def of(cls, truth: Sequence[str | None], answers: Sequence[str | None]) -> Score:
        pairs = list(zip(truth, answers, strict=True))
        return cls(
            right=sum(a == t for t, a in pairs),
            wrong=sum(t is not None and a is not None and a != t for t, a in pairs),
            missed=sum(t is not None and a is None for t, a in pairs),
            invented=sum(t is None and a is not None for t, a in pairs),
        )


def tables(  # noqa: PLR0913 - each comes from the command line
    scratch: Path, *, labels: Path | None, pages: Path | None, at: date, peers: Path, repeats: int
) -> list[Table]:
    """Both comparisons: dates of articles, and the newest date of lists."""
    if labels is not None and pages is not None:
        truth = json.loads(labels.read_text("utf-8"))
        return _compared(scratch, f"labelled pages of {labels.name}", truth, pages, at, peers, repeats)
    found = []
    for source, write in (
        ("pages of the evaluation set", _write_evaluation),
        ("pages made by benchmarks/made_pages.py", made_pages.write),
    ):
        folder = scratch / write.__name__
        found += _compared(scratch, source, write(folder), folder, made_pages.READ_ON, peers, repeats)
    return found


_LABELS = {"article": ("articles", "date"), "list": ("list_pages", "newest")}


def _write_evaluation(folder: Path) -> dict[str, Any]:
    """Write the articles and lists of the evaluation set, and give their labels."""
    truth: dict[str, Any] = {"articles": [], "list_pages": []}
    for page in evaluation_pages():
        key, label = {"article": ("articles", "date"), "list": ("list_pages", "newest")}.get(
            page.kind, ("", "")
        )
        if key:
            path = f"{page.url.partition('.cn/')[2].strip('/').removesuffix('.html')}.html"
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(page.body)
            truth[key].append({"page": path, label: page.label})
    return truth


def _compared(  # noqa: PLR0913, PLR0917 - the pages, and how they are compared
    scratch: Path, source: str, truth: Mapping[str, Any], pages: Path, at: date, peers: Path, repeats: int
) -> list[Table]:
    found = []
    for title, rows, key, methods in (
        ("Dates of articles", truth["articles"], "date", ARTICLE_METHODS),
        ("Newest date of list pages", truth["list_pages"], "newest", LIST_METHODS),
    ):
        if rows:
            manifest = scratch / f"{key}.json"
            manifest.write_text(json.dumps(_manifest(rows, pages, at)), "utf-8")
            results = interleaved(methods, repeats, lambda method, m=manifest: _run(method, m, peers))
            found.append(_table(f"{title}, {len(rows)} {source}", rows, key, results))
    return found


def _manifest(rows: Sequence[Mapping[str, Any]], folder: Path, at: date) -> dict[str, Any]:
    entries = [
        {"file": str(folder / row["page"]), "url": f"http://www.example.gov.cn/{row['page']}"} for row in rows
    ]
    return {"at": at.isoformat(), "pages": entries}


def _run(method: str, manifest: Path, peers: Path) -> dict[str, Any]:
    python = sys.executable if method.startswith("jiancha") else str(peers / "bin" / "python")
    answer: dict[str, Any] = json.loads(
        cost_of([python, str(HERE / "read_dates.py"), method, str(manifest)]).printed
    )
    return answer


def _table(
    title: str, rows: Sequence[Mapping[str, Any]], key: str, results: Mapping[str, list[dict[str, Any]]]
) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("", "right", "%", "wrong", "missed", "invented", "pages per CPU s", "ratio of speed"):
        table.add_column(heading, justify="left" if not heading else "right")
    truth = [row[key] for row in rows]
    base = 0.0
    for method, runs in results.items():
        score = Score.of(truth, runs[0]["answers"])
        speed = len(rows) / median(max(run["seconds"], 1e-6) for run in runs)
        base = base or speed
        share = f"{100 * score.right / len(rows):.1f}"
        table.add_row(
            method, *map(str, (score.right, share, *score[1:])), f"{speed:,.0f}", f"{speed / base:.2f}"
        )
    return table
