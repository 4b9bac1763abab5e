"""The visit of one website: home page, its columns, and every list item back past the checkpoint.

What one page or column costs, it costs alone: a column that cannot be read is recorded as such, and the
visit goes on. Only a home page that cannot be had makes the whole site unread.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiancha.collect.evidence import EvidenceWriter
from jiancha.collect.http import Fetcher, Response
from jiancha.collect.outcome import Visit, leave
from jiancha.errors import FailureKind, FetchFailure
from jiancha.lake import Lake
from jiancha.read.columns import normalised
from jiancha.read.items import Item
from jiancha.read.page import PageFacts, PageKind, read_page
from jiancha.registry.model import Site, SiteColumn
from jiancha.settings import Settings
from jiancha.standard import ColumnKind, Standard
from jiancha.windows import Window

HOME = "home"
_STUB_HOPS = 2
_PAGES_BEYOND = 2  # pages wholly before the checkpoint that are read: lists are not always sorted


@dataclass(slots=True)
class _Column:
    """A column while it is read."""

    name: str
    url: str
    kind: ColumnKind
    found_by: str
    status: str = "unread"
    failure: FetchFailure | None = None
    reason: str | None = None
    items: list[tuple[Item, str, str]] = field(default_factory=list)  # item, page url, record id
    pages: int = 0
    reached_end: bool = False
    complete_back_to: date | None = None
    evidence: str = ""

    @property
    def column_id(self) -> str:
        return hashlib.sha256(normalised(self.url).encode()).hexdigest()[:10]


@dataclass(slots=True)
class _Page:
    response: Response
    facts: PageFacts


class _SiteVisit:
    """One visit with its budget."""

    def __init__(self, site: Site, window: Window, standard: Standard, settings: Settings, fetcher: Fetcher) -> None:
        self.site, self.window, self.standard = site, window, standard
        self.settings, self.fetcher = settings, fetcher
        self.deadline = time.monotonic() + settings.site.max_seconds
        self.home_rows: list[dict[str, Any]] = []
        self.columns: list[_Column] = []

    def run(self, listed: Sequence[SiteColumn]) -> None:
        """Read everything; raises FetchFailure where the home page cannot be had."""
        home = self._page(self.site.url)
        self.home_rows = [
            self._item_row(HOME, item, position, home.response.final_url, home.response.record_id)
            for position, item in enumerate(home.facts.items)
        ]
        self._find_columns(home, listed)
        for column in self.columns:
            self._read_column(column)

    # --- pages ---

    def _page(self, url: str) -> _Page:
        """Fetch and read a page, following stubs that only send their visitor on."""
        self._check_budget(url)
        page = self._fetch(url)
        for _ in range(_STUB_HOPS):
            if page.facts.redirect_to is None:
                break
            page = self._fetch(page.facts.redirect_to)
        return page

    def _fetch(self, url: str) -> _Page:
        response = self.fetcher.get(url)
        return _Page(response, self._read(response))

    def _read(self, response: Response) -> PageFacts:
        try:
            return read_page(
                response.body,
                url=response.final_url,
                content_type=response.headers.get("content-type"),
                at=self.settings.now(),
            )
        except (ValueError, OverflowError, RecursionError, LookupError) as error:
            raise FetchFailure(
                FailureKind.BAD_CONTENT, f"页面无法解析({type(error).__name__})", url=response.final_url
            ) from error

    def _check_budget(self, url: str) -> None:
        if self.fetcher.requests >= self.settings.site.max_pages:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{self.settings.site.max_pages}页上限", url=url)
        if time.monotonic() > self.deadline:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{self.settings.site.max_seconds:g}秒上限", url=url)

    # --- columns ---

    def _find_columns(self, home: _Page, listed: Sequence[SiteColumn]) -> None:
        known: set[str] = {normalised(self.site.url), normalised(home.response.final_url)}
        for column in listed:
            kind = self.standard.kind(column.kind) if column.kind else self.standard.kind_of(column.name)
            self._add(column.name, column.url, kind, "registry", known)
        for link in home.facts.columns:
            self._add(link.name, link.url, self.standard.kind_of(link.name), "navigation", known)

    def _add(self, name: str, url: str, kind: ColumnKind, found_by: str, known: set[str]) -> None:
        key = normalised(url)
        if key not in known and len(self.columns) < self.settings.site.max_columns:
            known.add(key)
            self.columns.append(_Column(name, url, kind, found_by))

    def _read_column(self, column: _Column) -> None:
        """Read a column's list back past the checkpoint; what goes wrong is noted in the column."""
        try:
            page = self._page(column.url)
            column.evidence = page.response.record_id
            if page.facts.kind is PageKind.LIST:
                self._read_list(column, page)
            else:
                self._note_without_list(column, page.facts)
        except FetchFailure as failure:
            column.failure, column.reason = failure, failure.reason
            if column.status != "ok":
                column.status = "unread" if failure.kind is FailureKind.BUDGET else "failed"

    def _note_without_list(self, column: _Column, facts: PageFacts) -> None:
        """A blank column, an article that stands for its column, or a page that is no column at all."""
        column.pages = 1
        if facts.kind is PageKind.BLANK:
            column.status, column.reached_end = "blank", True
        elif facts.kind is PageKind.ARTICLE and facts.published is not None:
            column.status = "article"
        elif column.found_by == "registry" or facts.tags.get("columnname"):
            column.status, column.reason = "unread", "栏目页未识别出列表"
        else:
            column.status = "no_column"

    def _read_list(self, column: _Column, page: _Page) -> None:
        """Walk the pages of a list; ``complete_back_to`` is set once the newest item before the checkpoint is sure."""
        column.status = "ok"
        seen = {normalised(page.response.final_url)}
        beyond = 0
        while True:
            self._take_items(column, page)
            beyond += self._all_before(page.facts.items)
            following = page.facts.next_page
            if following is None:
                column.reached_end = True
                break
            if normalised(following) in seen:
                break
            if column.kind.exempt or beyond >= _PAGES_BEYOND or column.pages >= self.settings.site.max_pages_per_column:
                break
            seen.add(normalised(following))
            try:
                page = self._page(following)
            except FetchFailure as failure:
                column.failure, column.reason = failure, failure.reason
                break
            if page.facts.kind is not PageKind.LIST:
                break
        if beyond:
            column.complete_back_to = self._newest_before(column)

    def _take_items(self, column: _Column, page: _Page) -> None:
        column.pages += 1
        url, record = page.response.final_url, page.response.record_id
        known = {item.url for item, _, _ in column.items}
        rows = [item for item in page.facts.items if self._is_item(item, page.facts) and item.url not in known]
        column.items += [(item, url, record) for item in rows]

    @staticmethod
    def _is_item(item: Item, facts: PageFacts) -> bool:
        """Dated links are items; an undated link counts only where it stands among dated ones."""
        if item.published_on is not None:
            return True
        positions = [other.position for other in facts.items if other.published_on is not None]
        columns = {link.url for link in facts.columns}
        return min(positions) < item.position < max(positions) and item.url not in columns and len(item.title) >= 6

    def _before(self, published_on: date | None, published_at: datetime | None) -> bool:
        if published_on is None:
            return False
        if published_at is not None:
            return published_at <= self.window.checkpoint
        return published_on <= self.window.checkpoint_day

    def _all_before(self, items: Sequence[Item]) -> bool:
        """True where the page's items are from before the checkpoint, pinned ones aside."""
        dated = [item for item in items if item.published_on is not None and not item.pinned]
        return bool(dated) and all(self._before(item.published_on, item.published_at) for item in dated)

    def _newest_before(self, column: _Column) -> date | None:
        days = [i.published_on for i, _, _ in column.items if i.published_on and self._before(i.published_on, i.published_at)]
        return max(days, default=None)

    # --- rows ---

    def item_rows(self) -> list[dict[str, Any]]:
        rows = list(self.home_rows)
        for column in self._real_columns():
            rows += [
                self._item_row(column.column_id, item, position, url, record)
                for position, (item, url, record) in enumerate(column.items)
            ]
        return rows

    def column_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "target_id": self.site.target_id,
                "column_id": column.column_id,
                "name": column.name,
                "url": column.url,
                "kind": column.kind.id,
                "found_by": column.found_by,
                "status": column.status,
                "failure": str(column.failure.kind) if column.failure else None,
                "reason": column.reason,
                "complete_back_to": column.complete_back_to,
                "reached_end": column.reached_end,
                "pages": column.pages,
                "evidence": column.evidence,
            }
            for column in self._real_columns()
        ]

    def coverage(self) -> str:
        return "complete" if all(c.status in ("ok", "blank") and c.failure is None for c in self._real_columns()) else "partial"

    def _real_columns(self) -> list[_Column]:
        return [column for column in self.columns if column.status not in ("no_column", "article")]

    def _item_row(self, column_id: str, item: Item, position: int, page_url: str, record: str) -> dict[str, Any]:
        return {
            "target_id": self.site.target_id,
            "column_id": column_id,
            "title": item.title,
            "url": item.url,
            "published_on": item.published_on,
            "published_at": item.published_at,
            "date_rule": item.date_rule,
            "pinned": item.pinned,
            "position": position,
            "page_url": page_url,
            "evidence": record,
        }


def inspect_site(
    site: Site,
    window: Window,
    *,
    columns: Sequence[SiteColumn],
    standard: Standard,
    settings: Settings,
    lake: Lake,
) -> None:
    """Visit one website and leave its outcome: ``columns``, ``items``, ``visits`` rows and evidence.

    ``columns`` are those that the registry lists beside what navigation shows. Raises TransientFailure or
    PermanentFailure, after the outcome was written, where the home page could not be had.
    """
    visit = Visit(site.target_id, "site", site.url, settings.now(), adapter="site", home_status="failed")
    evidence = EvidenceWriter(f"{window.key}/{site.target_id}")
    with Fetcher(settings.http, now=settings.now, evidence=evidence) as fetcher:
        walk = _SiteVisit(site, window, standard, settings, fetcher)
        try:
            walk.run(columns)
            visit.home_status, visit.coverage = "ok", walk.coverage()
        except FetchFailure as failure:
            visit.failure = failure
        visit.tables = {"items": walk.item_rows(), "columns": walk.column_rows()}
        leave(visit, window, lake, fetcher, evidence, settings.now())
