"""What is noted of every page that a visit reads: the marks it lacks, and what on it looks suspicious.

Only rows are kept, and of equal faults no more than a person would look at, so that a whole site costs
little memory; how many pages were looked at, and how many had the fault, is counted all the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from jiancha.pages.hidden import find_suspicions
from jiancha.pages.marks import read_marks
from jiancha.registry.model import Site
from jiancha.sites.column_pages import Page
from jiancha.standard import Standard
from jiancha.text.urls import normalised

_KEPT = 50  # rows of one mark and outcome, and of one suspicion's rule
_VALUE = 200


class PageNotes:
    """Notes on the pages of one site, each page once."""

    def __init__(self, site: Site, standard: Standard) -> None:
        self._site, self._marks = site, standard.marks
        self._host = (urlsplit(site.url).hostname or "").lower()
        self._seen: set[int] = set()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._found: Counter[str] = Counter()
        self._faults: list[dict[str, Any]] = []
        self._suspicions: list[dict[str, Any]] = []

    def take(self, page: Page) -> None:
        """Note what a page of the site lacks and shows; pages of other hosts are left aside."""
        url = page.response.final_url
        key = hash(normalised(url))
        host = (urlsplit(url).hostname or "").lower()
        if key in self._seen or host.removeprefix("www.") != self._host.removeprefix("www."):
            return
        self._seen.add(key)
        self._note_marks(page)
        for found in find_suspicions(page.document, page.facts):
            self._found[found.rule] += 1
            if self._found[found.rule] <= _KEPT:
                row = {
                    "rule": found.rule,
                    "text": found.text,
                    "url": found.url or None,
                    "position": found.position,
                }
                self._suspicions.append(self._row(page) | row)

    def _note_marks(self, page: Page) -> None:
        results = read_marks(
            page.document,
            page.facts,
            marks=self._marks,
            site_code=self._site.site_code,
            hosts=[self._host],
        )
        for mark, outcome, value in results:
            self._counts[mark, outcome] += 1
            if outcome != "ok" and self._counts[mark, outcome] <= _KEPT:
                row = {"mark": mark, "outcome": outcome, "value": value[:_VALUE] or None, "pages": 1}
                self._faults.append(self._row(page) | row)

    def _row(self, page: Page) -> dict[str, Any]:
        return {
            "target_id": self._site.target_id,
            "page_url": page.response.final_url,
            "evidence": page.response.record_id,
        }

    def mark_rows(self) -> list[dict[str, Any]]:
        """The faults, then a row for each mark and outcome with the number of pages that have no row."""
        rows = list(self._faults)
        for (mark, outcome), count in sorted(self._counts.items()):
            left = count if outcome == "ok" else count - _KEPT
            if left > 0:
                rows.append(
                    {"target_id": self._site.target_id, "mark": mark, "outcome": outcome, "pages": left}
                )
        return rows

    def suspicion_rows(self) -> list[dict[str, Any]]:
        return self._suspicions
