"""Whether wording errors of a notice are mended: their pages are read again."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import LONGEST_WAIT, Pace
from jiancha.settings import Settings
from jiancha.sites.column_pages import document_of
from jiancha.sites.wording import checker, error_id
from jiancha.wording import visible_text

log = logging.getLogger(__name__)

_Row = dict[str, Any]


def look_again(
    errors: Iterable[Mapping[str, Any]], window_key: str, *, settings: Settings, lake: Lake
) -> list[_Row]:
    """One row of ``wording_states`` for each error (rows of ``wording``).

    An error is mended where its page no longer has the wrong form between the same words, or is gone; it is
    unknown where the page could not be read. What was answered is kept as evidence of the day.
    """
    now = settings.now()
    # to let a phrase pass mends no page: a replay takes such errors back
    rules = checker(replace(settings.wording, allow=None), now.date(), "")
    pages: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        pages.setdefault(error["page_url"], []).append(error)
    evidence = EvidenceWriter(f"{window_key}/wording/{now:%Y%m%d}")
    pace = Pace(settings.http.pace_seconds, LONGEST_WAIT)
    rows: list[_Row] = []
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=pace) as fetcher:
        for url, on_page in pages.items():
            try:
                page = fetcher.get(url)
            except FetchFailure as failure:
                gone = failure.kind is FailureKind.NOT_FOUND
                outcome, why = ("mended", "页面已撤下") if gone else ("unknown", failure.reason)
                rows += [_row(error, now, outcome, why, "") for error in on_page]
                continue
            try:
                hits = rules.check(visible_text(document_of(page).tree))
            except Exception:  # what one page does to its reader costs no other its look
                log.exception("%s", url)
                rows += [_row(error, now, "unknown", "页面无法读出", page.record_id) for error in on_page]
                continue
            for error in on_page:
                still = error["error_id"] in {error_id(error["target_id"], hit) for hit in hits}
                outcome, why = ("open", f"仍为“{error['wrong']}”") if still else ("mended", "已改正")
                rows.append(_row(error, now, outcome, why, page.record_id))
    evidence.save(lake, lake.window_folder("evidence", window_key) / "wording" / f"{now:%Y%m%d}.warc.gz")
    return rows


def _row(error: Mapping[str, Any], at: datetime, outcome: str, note: str, record: str) -> _Row:
    return {
        "target_id": error["target_id"],
        "error_id": error["error_id"],
        "checked_at": at,
        "outcome": outcome,
        "note": note,
        "evidence": record,
    }
