"""The visit of one website: home page, its columns, and each column's list back past the checkpoint.

What one page or column costs, it costs alone: a column that cannot be read is recorded as such, and the
visit goes on. Only a home page that cannot be had makes the whole site unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Any

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter, Recorder
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import LONGEST_WAIT, Pace
from jiancha.outcome import Visit, leave
from jiancha.pages.blank import is_filled_later
from jiancha.pages.channels import NamedLink
from jiancha.pages.page import PageKind
from jiancha.pages.rendered import is_shell, may_be_filled
from jiancha.registry.model import Site, SiteColumn
from jiancha.settings import Settings
from jiancha.sites.article_dates import date_lists
from jiancha.sites.channel_check import Ground
from jiancha.sites.column_pages import Found, ListReader, Page
from jiancha.sites.columns import BY_SITE_MAP, Column, ColumnPages, Columns
from jiancha.sites.crawl import Frontier, is_page_of
from jiancha.sites.interaction import check_interaction
from jiancha.sites.link_check import LinkBook, links_of
from jiancha.sites.page_checks import PageNotes
from jiancha.sites.page_reader import PageReader
from jiancha.sites.rendering import Renderer
from jiancha.sites.services import check_services
from jiancha.sites.visit_rows import column_rows, item_rows
from jiancha.sites.wording import WordNotes
from jiancha.sites.year_check import YearCheck, lacks_year
from jiancha.standard import Standard
from jiancha.text.urls import normalised
from jiancha.windows import Window

MAX_COLUMNS = 240  # of one site
MAX_PAGES_PER_COLUMN = 60
REVALIDATED = timedelta(hours=24)  # a site visited again within it is asked only for what has changed
RESUMED = timedelta(hours=6)  # a visit that was killed goes on with answers that are no older
_CONSULTATION = "consultation"
_VIEWS = 8  # parts of a message board's list that a browser opens
_BATCH = 16  # pages of the rest of a site that are asked for at once
_SITE_MAP = re.compile(r"\W{0,3}(?:网站|站点|本站)(?:地图|导航)\W{0,3}")


class _SiteVisit:
    """One visit: its steps in their order."""

    def __init__(
        self, site: Site, window: Window, standard: Standard, settings: Settings, fetcher: Fetcher
    ) -> None:
        self.site, self.window, self.standard = site, window, standard
        self.settings, self.fetcher = settings, fetcher
        self.reader = PageReader(settings, fetcher, self._note)
        self.renderer = Renderer(settings, fetcher, self.reader.read, self.reader.check_robots)
        self.unfilled: list[tuple[Column, Page]] = []  # what a browser may show more of
        chosen = str(site.level) in settings.wording.levels
        self.words = WordNotes(site, window, settings.wording) if chosen else None
        cutoffs = [kind.cutoff(window.checkpoint_day) for kind in standard.column_kinds]
        lists = ListReader(
            self.reader.page,
            window,
            recent=max((day for day in cutoffs if day is not None), default=window.checkpoint_day),
            back_to=None if self.words is None else self.words.since,
            max_pages=MAX_PAGES_PER_COLUMN,
        )
        self.home: list[Found] = []
        self.columns = Columns(standard, MAX_COLUMNS)
        self.column_pages = ColumnPages(self.columns, lists, standard, window)
        self.notes = PageNotes(site, standard)
        self.links = LinkBook(site, settings)
        self.frontier = Frontier(site.url, settings.site.max_pages)
        self.channel_pages: dict[str, Page] = {}
        self.checked: dict[str, list[dict[str, Any]]] = {"messages": [], "guides": [], "site_checks": []}
        self.columns_read = 0
        self.on_page: Callable[[int, int, int], None] | None = None

    def run(self, listed: Sequence[SiteColumn]) -> None:
        """Read everything; raises FetchFailure where the home page cannot be had."""
        home = self.reader.home(self.site.url)
        if not home.facts.columns and may_be_filled(home.document):
            home = self.renderer.render(home) or home
        self.columns.know(self.site.url, home.response.final_url)
        self.links.take(home, "home")
        self.home = self._home_items(home)
        for entry in listed:
            kind = self.standard.kind(entry.kind) if entry.kind else self.standard.kind_of(entry.name)
            self.columns.add(Column(entry.name, entry.url, kind, "registry"))
        self.columns.add_links(home.facts.columns)
        self._read_columns()
        before = len(self.columns)
        self._add_site_map(home)
        self._read_columns(before)
        self.columns.settle_blanks(self.reader.fills_lists)
        self._render(home)
        self.columns.take_back_sections()
        self.columns.settle_blanks(self.reader.fills_lists, by_files=True)
        self._check_channels(home)
        self._date_from_articles()
        self._check_years()
        self.columns.drop_doubles()
        self.columns.settle_sections(self.window)
        self.columns.settle_kinds(self.window)
        self._sample_articles()
        self._check_words()
        if self.settings.site.crawl:
            self._crawl()
        self.links.check(
            self.reader.read_addresses, self.reader.deadline, self.fetcher.recorder, self.fetcher.pace
        )

    def _home_items(self, home: Page) -> list[Found]:
        """What the home page shows; of one that may not be whole, that nothing is new is not shown."""
        menu = {link.url for link in home.facts.columns}
        items = [
            Found(item, home.response.final_url, home.response.record_id)
            for item in home.facts.items
            if item.published_on is not None or item.url not in menu
        ]
        days = [each.item.published_on for each in items if self._counts(each)]
        limit = self._home_limit()
        if home.doubt and not any(day is not None and limit is not None and day >= limit for day in days):
            return []
        return items

    def _counts(self, found: Found) -> bool:
        return self.window.counts(found.item.published_on, found.item.published_at)

    def _home_limit(self) -> date | None:
        """The oldest day on which an item of the home page is an update in time."""
        limits = [i.threshold for i in self.standard.indicators if i.id == "site.home_stale"]
        return self.window.checkpoint_day - timedelta(days=int(limits[0])) if limits else None

    def _note(self, page: Page) -> None:
        """Take from a page of the site, just read, all that is noted of every page."""
        self.notes.take(page)
        if self.words is not None:
            self.words.take(page)
        if self.settings.site.crawl:
            self.frontier.take(page)
        if self.on_page is not None:
            self.on_page(self.fetcher.requests, self.columns_read, len(self.columns))

    def _add_site_map(self, home: Page) -> None:
        """Take in the columns that only the site map (网站地图) names.

        It comes after the navigation with all that lies below it: what visitors are led to goes first.
        """
        for link in links_of(home):
            if _SITE_MAP.fullmatch(link.text) and is_page_of(link.url, self.site.url):
                with suppress(FetchFailure):  # one way to columns among others
                    self.columns.add_links(self.reader.page(link.url).facts.columns, found_by=BY_SITE_MAP)
                return

    def _read_columns(self, start: int = 0) -> None:
        """Read the columns from number ``start`` on; their list grows meanwhile."""
        for column in self.columns.since(start):
            self._read_column(column)
            self.columns_read += column.listing.pages > 0

    def _read_column(self, column: Column) -> None:
        """Read a column's list back past the checkpoint; what goes wrong is noted in the column."""
        try:
            page = self.reader.page(column.url)
            column.evidence = page.response.record_id
            self.links.take(page, "column")
            if column.kind.channel is not None:
                self.channel_pages[normalised(column.url)] = page.kept()
            self.column_pages.read(column, page)
            if len(self.unfilled) < self.settings.site.browser_pages and _is_unfilled(column, page):
                self.unfilled.append((column, page.kept()))
        except FetchFailure as failure:
            column.fail(failure)

    def _render(self, home: Page) -> None:
        """The second step: have a browser show what only scripts fill, and read that and what lies below."""
        self._render_home(home)
        while self.unfilled:
            before, waiting, self.unfilled = len(self.columns), self.unfilled, []
            for column, page in waiting:
                shown = self.renderer.render(page) if column.status != "blank" else None
                if shown is not None and column.kind.channel == _CONSULTATION:
                    self._take_channel(column, shown)
                elif shown is not None:
                    self._take_rendered(column, shown)
            self._read_columns(before)
        self.renderer.rest()

    def _render_home(self, home: Page) -> None:
        """Take what a browser shows of a home page that shows no day, and is filled by a script."""
        dated = any(found.item.published_on is not None for found in self.home)
        if dated or home.further is not None or not is_filled_later(home.document):
            return
        if (shown := self.renderer.render(home)) is not None and (items := self._home_items(shown)):
            self.home, before = items, len(self.columns)
            self.columns.add_links(shown.facts.columns)
            self._read_columns(before)

    def _take_rendered(self, column: Column, shown: Page) -> None:
        """Take what a browser shows of a column, unless what its source says tells more."""
        before = replace(column)
        column.shown = None  # its source says less than the browser
        column.evidence = shown.response.record_id
        self.column_pages.take(column, shown)
        if before.status == "ok":
            better = column.status == "ok" and column.listing.certain
        elif before.undated is not None:  # its articles may date it
            better = column.status in {"ok", "blank"}
        else:
            better = column.status in {"ok", "blank", "unread"} or not shown.doubt
        if not better:
            for name in ("status", "reason", "listing", "evidence", "undated"):
                setattr(column, name, getattr(before, name))

    def _take_channel(self, column: Column, shown: Page) -> None:
        """Keep a message board with as much of its list as its scripts show, for the check of channels."""
        if shown.doubt:
            return
        views = [shown]
        while len(views) < _VIEWS and (more := views[-1].further and views[-1].further()) is not None:
            views.append(more)
        following: Page | None = None
        for view in reversed(views):
            following = view.kept()._replace(further=partial(_given, following))
        if following is not None and not any(view.doubt for view in views):
            self.channel_pages[normalised(column.url)] = following

    def _check_channels(self, home: Page) -> None:
        """互动回应差 and 服务不实用: what the columns that talk with people and serve them hold."""
        ground = Ground(
            self.site.target_id,
            self.window,
            self.standard,
            home,
            [(NamedLink(column.name, column.url), column.kind.id) for column in self.columns.since(0)],
            self.channel_pages,
            self.reader.page,
        )
        for check in (check_interaction, check_services):
            for table, rows in check(ground).items():
                self.checked[table] += rows

    def _date_from_articles(self) -> None:
        """Date the items of lists that show no dates by their own pages, where that is needed."""
        lists = self.columns.undated(self.window)
        date_lists(
            [undated for _, undated in lists],
            self.reader.pages,
            self.window,
            limit=self.settings.site.max_articles,
        )
        for column, undated in lists:
            if undated.dated and not undated.partly:
                column.status, column.reason, column.listing = "ok", None, undated.listing

    def _check_years(self) -> None:
        """Make sure of the years of days that are shown without one, wherever freshness rests on them."""
        day = self.window.checkpoint_day
        lists = [(c.listing, c.kind.cutoff(day)) for c in self.columns.real() if c.status == "ok"]
        sure = {
            found.item.url: found.item.published_on
            for items in (self.home, *(listing.items for listing, _ in lists))
            for found in items
            if found.item.url and found.item.published_on is not None and not lacks_year(found)
        }
        years = YearCheck(self.reader.pages, sure, self.settings.site.max_articles)
        years.settle(self.home, self._home_limit(), ordered=False)
        for listing, cutoff in lists:
            if not years.settle(listing.items, cutoff):
                listing.settled, listing.complete_back_to = False, None

    def _sample_articles(self) -> None:
        """Read the newest article of some columns: what it lacks is noted when it is fetched."""
        urls: dict[str, None] = {}
        for column in self.columns.real():
            own = (found.item.url for found in column.listing.items if self._is_unread_page(found.item.url))
            urls |= dict.fromkeys(islice(own, 1))
        for _ in self.reader.pages(list(urls)[: self.settings.site.sample_articles], menu=False):
            pass

    def _check_words(self) -> None:
        """Read the articles of the last weeks for their wording, where this site is chosen for it."""
        if self.words is None:
            return
        found = [*self.home, *(each for column in self.columns.real() for each in column.listing.items)]
        urls = self.words.articles((each.item for each in found), self.reader.read_addresses)
        for _, page in self.reader.pages(urls, menu=False):
            if isinstance(page, FetchFailure) and page.kind is FailureKind.BUDGET:
                return

    def _is_unread_page(self, url: str) -> bool:
        return (
            bool(url) and is_page_of(url, self.site.url) and normalised(url) not in self.reader.read_addresses
        )

    def _crawl(self) -> None:
        """Read the site's other pages, breadth first, until none is left or the budget is spent."""
        while batch := self.frontier.batch(_BATCH):
            for _, page in self.reader.pages(batch, menu=False):
                if isinstance(page, FetchFailure) and page.kind is FailureKind.BUDGET:
                    return


def _is_unfilled(column: Column, page: Page) -> bool:
    """True for a column of whose page a browser may show more than was read."""
    if (column.kind.exempt and column.kind.channel is None) or not may_be_filled(page.document):
        return False
    if column.status == "ok":
        return page.facts.paging.hidden and not column.listing.certain
    if page.facts.kind is not PageKind.UNKNOWN:
        return False
    led = column.status == "unread" or column.kind.channel == _CONSULTATION
    return led or (column.status in ("page", "section") and is_shell(page.document))


def _given(page: Page | None) -> Page | None:
    return page


def inspect_site(  # noqa: PLR0913 - the target, then the context of a run
    site: Site,
    window: Window,
    *,
    columns: Sequence[SiteColumn],
    standard: Standard,
    settings: Settings,
    lake: Lake,
    on_page: Callable[[int, int, int], None] | None = None,
    recorder: Recorder | None = None,
) -> None:
    """Visit one website and leave its outcome: ``columns``, ``items``, ``visits`` rows and evidence, and what
    the checks of its channels found (``messages``, ``guides``, ``site_checks``).

    ``columns`` are those that the registry lists beside what navigation shows. Raises TransientFailure or
    PermanentFailure, after the outcome was written, where the home page could not be had. Each page is
    reported to ``on_page``: requests made, columns read, columns known. A killed visit goes on where it was;
    with ``recorder``, such as the record of an earlier visit, this one's evidence is that recorder's matter.
    """
    evidence = recorder or _writer(site, window, settings, lake)
    started_at = evidence.begun or settings.now()
    visit = Visit(
        site.target_id, "site", site.name, site.url, started_at, adapter="site", home_status="failed"
    )
    pace = Pace(settings.http.pace_seconds, LONGEST_WAIT)
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=pace) as fetcher:
        walk = _SiteVisit(site, window, standard, settings, fetcher)
        walk.on_page = on_page
        try:
            with walk.renderer:
                walk.run(columns)
            visit.home_status, visit.coverage = "ok", walk.columns.coverage()
        except FetchFailure as failure:
            visit.failure = failure
        visit.rendered, visit.rendering_requests = walk.renderer.pages, walk.renderer.requests
        visit.tables = {
            "items": item_rows(site.target_id, walk.home, walk.columns.real()),
            "columns": column_rows(site.target_id, walk.columns.real()),
            "links": walk.links.rows(),
            "page_marks": walk.notes.mark_rows(),
            "suspicions": walk.notes.suspicion_rows(),
            "wording": walk.words.rows() if walk.words is not None else [],
            **walk.checked,
        }
        leave(visit, window, lake, fetcher, evidence, settings.now())


def _writer(site: Site, window: Window, settings: Settings, lake: Lake) -> EvidenceWriter:
    """Evidence of a visit: what a killed one left is taken over, what one before saw is asked for if changed.

    A server may say wrongly that nothing has changed; so only a recent visit counts as one before.
    """
    now, before = settings.now(), lake.evidence_path(window.key, site.target_id)
    row = lake.table_path("visits", window.key, site.target_id)
    earlier = lake.rows_if_whole(row) if before.exists() else []
    recent = any(timedelta() <= now - visit["started_at"] <= REVALIDATED for visit in earlier)
    return EvidenceWriter(
        f"{window.key}/{site.target_id}",
        lake.working_path(window.key, site.target_id),
        now=now,
        fresh=RESUMED,
        seen=before.open("rb") if recent else None,
    )
