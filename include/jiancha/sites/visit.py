"""The visit of one website: home page, its columns, and each column's list back past the checkpoint.

What one page or column costs, it costs alone: a column that cannot be read is recorded as such, and the
visit goes on. Only a home page that cannot be had makes the whole site unread.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import Any

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import EvidenceWriter, Recorder
from jiancha.lake import Lake
from jiancha.net.http import Fetcher, Response
from jiancha.net.pace import Pace
from jiancha.net.robots import Robots
from jiancha.outcome import Visit, leave
from jiancha.pages.barrier import Barrier
from jiancha.pages.channels import NamedLink
from jiancha.pages.columns import ColumnLink, beneath, normalised
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.pages.undated_lists import undated_items
from jiancha.registry.model import Site, SiteColumn
from jiancha.settings import Settings
from jiancha.sites.article_dates import UndatedList, date_lists
from jiancha.sites.channel_check import Ground
from jiancha.sites.column_pages import Found, Listing, ListReader, Page
from jiancha.sites.crawl import Frontier, is_page_of
from jiancha.sites.interaction import check_interaction
from jiancha.sites.link_check import LinkBook, links_of
from jiancha.sites.page_checks import PageNotes
from jiancha.sites.services import check_services
from jiancha.sites.wording import WordNotes
from jiancha.standard import ColumnKind, Standard
from jiancha.text.charset import Decoded, decode
from jiancha.windows import Window

HOME = "home"
_STUB_HOPS = 2
_PARTS = 3  # frames and data addresses of a page that are asked
_BATCH = 16  # pages of the rest of a site that are asked for at once
_SITE_MAP = re.compile(r"\W{0,3}(?:网站|站点|本站)(?:地图|导航)\W{0,3}")
#: Kinds whose pages are lists by nature: one that shows no list could not be read, it is not a mere page.
_LIST_GROUP = "a"
_NO_LIST = "栏目页未识别出列表"
#: An answer of HTTP 200 that is not the page: nobody may be judged by it.
_BARRIERS = {
    Barrier.GONE: (FailureKind.NOT_FOUND, "页面自称不存在"),
    Barrier.LOGIN: (FailureKind.NEEDS_LOGIN, "须登录后查看"),
    Barrier.BLOCKED: (FailureKind.FORBIDDEN, "被网站的防火墙拦截"),
    Barrier.BROWSER_CHECK: (FailureKind.ANTI_BOT, "须通过浏览器验证"),
    Barrier.MAINTENANCE: (FailureKind.BAD_CONTENT, "页面自称正在维护"),
}
_NOT_ASKED = (FailureKind.BUDGET, FailureKind.NOT_RECORDED)
#: What a page turned out to be that is no column: these leave no row.
_NO_COLUMN = frozenset({"section", "article", "elsewhere", "page", "gone"})
_BY_SITE_MAP = "site_map"


@dataclass(slots=True)
class _Column:
    """A column while it is read. ``status`` is the lake's, or why it is no column."""

    name: str
    url: str
    kind: ColumnKind
    found_by: str
    within: _Column | None = None
    status: str = "unread"
    failure: FetchFailure | None = None
    reason: str | None = None
    listing: Listing = field(default_factory=Listing)
    undated: UndatedList | None = None  # what an unread column's page lists without dates
    evidence: str = ""

    @property
    def column_id(self) -> str:
        return hashlib.sha256(normalised(self.url).encode()).hexdigest()[:10]

    @property
    def read_as_needed(self) -> bool:
        if self.status == "blank" or (self.status == "ok" and self.kind.exempt):
            return True
        return self.status == "ok" and self.listing.certain


class _SiteVisit:
    """One visit with its budget."""

    def __init__(
        self, site: Site, window: Window, standard: Standard, settings: Settings, fetcher: Fetcher
    ) -> None:
        self.site, self.window, self.standard = site, window, standard
        self.settings, self.fetcher = settings, fetcher
        self.robots = Robots(fetcher, settings.http.user_agent) if _respects(settings) else None
        self.deadline = time.monotonic() + settings.site.max_seconds
        chosen = str(site.level) in settings.wording.levels
        self.words = WordNotes(site, window, settings.wording) if chosen else None
        cutoffs = [kind.cutoff(window.checkpoint_day) for kind in standard.column_kinds]
        self.lists = ListReader(
            self._page,
            window,
            recent=max((day for day in cutoffs if day is not None), default=window.checkpoint_day),
            back_to=None if self.words is None else self.words.since,
            max_pages=settings.site.max_pages_per_column,
        )
        self.home: list[Found] = []
        self.columns: list[_Column] = []
        self.known: set[str] = set()
        self.left_out = 0
        self.read_addresses: set[str] = set()
        self.notes = PageNotes(site, standard)
        self.links = LinkBook(site, settings)
        self.frontier = Frontier(site.url, settings.site.max_pages)
        self.channel_pages: dict[str, Page] = {}
        self.checked: dict[str, list[dict[str, Any]]] = {"messages": [], "guides": [], "site_checks": []}
        self.columns_read = 0
        self.on_page: Callable[[int, int, int], None] | None = None

    def run(self, listed: Sequence[SiteColumn]) -> None:
        """Read everything; raises FetchFailure where the home page cannot be had."""
        home = self._page(self.site.url)
        self.known |= {normalised(self.site.url), normalised(home.response.final_url)}
        self.links.take(home, "home")
        menu = {link.url for link in home.facts.columns}
        self.home = [
            Found(item, home.response.final_url, home.response.record_id)
            for item in home.facts.items
            if item.published_on is not None or item.url not in menu
        ]
        for entry in listed:
            kind = self.standard.kind(entry.kind) if entry.kind else self.standard.kind_of(entry.name)
            self._add(_Column(entry.name, entry.url, kind, "registry"))
        self._add_links(home.facts.columns)
        self._read_columns()
        before = len(self.columns)
        self._add_site_map(home)
        self._read_columns(before)
        self._take_back_sections()
        self._check_channels(home)
        self._date_from_articles()
        self._sample_articles()
        self._check_words()
        if self.settings.site.crawl:
            self._crawl()
        self.links.check(self.read_addresses, self.deadline, self.fetcher.recorder, self.fetcher.pace)

    def _check_channels(self, home: Page) -> None:
        """互动回应差 and 服务不实用: what the columns that talk with people and serve them hold."""
        ground = Ground(
            self.site.target_id,
            self.window,
            self.standard,
            self.settings.site,
            home,
            [(NamedLink(column.name, column.url), column.kind.id) for column in self.columns],
            self.channel_pages,
            self._page,
        )
        for check in (check_interaction, check_services):
            for table, rows in check(ground).items():
                self.checked[table] += rows

    # --- pages ---

    def _page(self, url: str, *, menu: bool = True) -> Page:
        """Fetch and read a page, following stubs that only send their visitor on.

        Without ``menu`` it is most likely an article, of which only its own facts are wanted.
        """
        page = self._fetch(url, menu=menu)
        for _ in range(_STUB_HOPS):
            if page.facts.redirect_to is None:
                break
            page = self._fetch(page.facts.redirect_to, menu=menu)
        return self._with_parts(page)

    def _with_parts(self, page: Page) -> Page:
        """The page with the list that it shows from another address (a frame, a script's data), if any.

        Where several hold lists, the one with the newest item: to take an older one could accuse falsely.
        """
        read = page.facts.kind is not PageKind.UNKNOWN
        if read and any(item.published_on is not None for item in page.facts.items):
            return page
        lists = [part for address in page.facts.parts[:_PARTS] if (part := self._part(address)) is not None]
        if not lists:
            return page
        best = max(lists, key=lambda part: max(i.published_on for i in part.facts.items if i.published_on))
        own, inner = page.facts, best.facts
        kind = own.kind if own.kind is PageKind.HOME else PageKind.LIST
        columns = (*own.columns, *inner.columns)
        merged = replace(
            inner, kind=kind, title=own.title, tags=own.tags, trail=own.trail, columns=columns, parts=()
        )
        return Page(best.response, merged)

    def _part(self, address: str) -> Page | None:
        """A part of a page, if it holds dated items."""
        try:
            part = self._fetch(address)
        except FetchFailure as failure:
            if failure.kind is FailureKind.BUDGET:
                raise
            return None
        return part if any(item.published_on is not None for item in part.facts.items) else None

    def _fetch(self, url: str, *, menu: bool = True) -> Page:
        self._check_budget(url)
        if self.robots is not None:
            self.robots.check(url)
        response = self.fetcher.get(url)
        decoded = decode(response.body, response.headers.get("content-type"))
        page = Page(response, self._read(response, decoded, menu=menu))
        self.read_addresses |= {normalised(url), normalised(response.final_url)}
        self.notes.take(page, decoded.text)
        if self.words is not None:
            self.words.take(page)
        if self.settings.site.crawl:
            self.frontier.take(page)
        if self.on_page is not None:
            self.on_page(self.fetcher.requests, self.columns_read, len(self.columns))
        return page

    def fetch_pages(
        self, urls: Sequence[str], *, menu: bool = True
    ) -> Iterator[tuple[str, Page | FetchFailure]]:
        """Each address with its page, or with why it could not be had; ``menu`` as for a page."""
        for url in urls:
            try:
                yield url, self._page(url, menu=menu)
            except FetchFailure as failure:
                yield url, failure

    @staticmethod
    def _read(response: Response, decoded: Decoded, *, menu: bool) -> PageFacts:
        """The facts of a page; raises FetchFailure for an answer that is none, or is not the page."""
        try:
            facts = read_page(
                response.body,
                url=response.final_url,
                content_type=response.headers.get("content-type"),
                at=response.fetched_at,
                menu=menu,
                decoded=decoded,
            )
        except Exception as error:  # whatever a page does to its reader, it costs this page only
            reason = f"页面无法解析({type(error).__name__}: {str(error)[:200]})"
            raise FetchFailure(FailureKind.BAD_CONTENT, reason, url=response.final_url) from error
        if facts.barrier is not None:
            kind, reason = _BARRIERS[facts.barrier]
            raise FetchFailure(kind, reason, url=response.final_url)
        return facts

    def _check_budget(self, url: str) -> None:
        limits = self.settings.site
        asked = self.fetcher.requests - (self.robots.requests if self.robots is not None else 0)
        if asked >= limits.max_pages:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{limits.max_pages}页上限", url=url)
        if time.monotonic() > self.deadline:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{limits.max_seconds:g}秒上限", url=url)

    # --- columns ---

    def _add(self, column: _Column) -> bool:
        """Take a column in once per address; False where it was known."""
        key = normalised(column.url)
        if key in self.known:
            return False
        if len(self.columns) >= self.settings.site.max_columns:
            self.left_out += 1
            return False
        self.known.add(key)
        self.columns.append(column)
        return True

    def _add_links(
        self, links: Sequence[ColumnLink], within: _Column | None = None, found_by: str = "navigation"
    ) -> int:
        added = 0
        for link in links:
            by = found_by if link.name else "meta"
            added += self._add(_Column(link.name, link.url, self.standard.kind_of(link.name), by, within))
        return added

    def _add_site_map(self, home: Page) -> None:
        """Take in the columns that only the site map (网站地图) names.

        It comes after the navigation with all that lies below it: what visitors are led to goes first.
        """
        for link in links_of(home):
            if _SITE_MAP.fullmatch(link.text) and is_page_of(link.url, self.site.url):
                with suppress(FetchFailure):  # one way to columns among others
                    self._add_links(self._page(link.url).facts.columns, found_by=_BY_SITE_MAP)
                return

    def _read_columns(self, start: int = 0) -> None:
        """Read the columns from number ``start`` on; their list grows meanwhile."""
        for column in islice(self.columns, start, None):
            self._read_column(column)
            self.columns_read += column.listing.pages > 0

    def _read_column(self, column: _Column) -> None:
        """Read a column's list back past the checkpoint; what goes wrong is noted in the column."""
        try:
            page = self._page(column.url)
            column.evidence = page.response.record_id
            self.links.take(page, "column")
            if column.kind.channel is not None:
                self.channel_pages[normalised(column.url)] = page
            if self._is_elsewhere(column, page):
                column.status = "elsewhere"
            else:
                self._judge_page(column, page)
        except FetchFailure as failure:
            column.failure, column.reason = failure, failure.reason
            column.status = "unread" if failure.kind in _NOT_ASKED else "failed"
            if failure.kind is FailureKind.NOT_FOUND and column.found_by == _BY_SITE_MAP:
                column.status = "gone"  # the site map is older than the site; no visitor is led there

    def _is_elsewhere(self, column: _Column, page: Page) -> bool:
        """True where an address only leads to a page that is read anyway, or away from the site."""
        asked, final = normalised(column.url), normalised(page.response.final_url)
        if final == asked:
            return False
        if final in self.known:
            return True
        self.known.add(final)
        away = final.partition("/")[0] != asked.partition("/")[0]
        return away and column.found_by != "registry"

    def _judge_page(self, column: _Column, page: Page) -> None:
        """Tell what a column's page is, and read its list if it is one."""
        facts = page.facts
        self._name(column, facts)
        sections = self._add_sub_columns(column, page)
        if facts.kind is PageKind.LIST and not (sections and _shows_sections(page)):
            column.status = "ok"
            column.listing = self.lists.read(page, first_only=column.kind.exempt)
            if column.listing.failure is not None:
                column.failure, column.reason = column.listing.failure, column.listing.failure.reason
            return
        column.listing.pages = 1
        if facts.kind is PageKind.BLANK:
            column.status, column.listing.reached_end = "blank", True
        elif sections and column.found_by != "registry":
            column.status = "section"
            self._note_undated(column, page)
        elif self._ought_to_list(column, facts):
            column.status, column.reason = "unread", _NO_LIST
            self._note_undated(column, page)
        else:
            column.status = "article" if facts.kind is PageKind.ARTICLE else "page"

    def _ought_to_list(self, column: _Column, facts: PageFacts) -> bool:
        """True for a page that is known to be a column although no list was recognised."""
        if column.found_by == "registry":
            return True
        if facts.kind is PageKind.ARTICLE:
            return False
        return bool(facts.tags.get("columnname")) or _LIST_GROUP in column.kind.groups

    def _name(self, column: _Column, facts: PageFacts) -> None:
        """Name a column that no link named: by its ColumnName tag, the way to it, or its title."""
        if not column.name:
            column.name = facts.tags.get("columnname") or (facts.trail or (facts.title,))[-1]
            column.kind = self.standard.kind_of(column.name)

    def _add_sub_columns(self, column: _Column, page: Page) -> int:
        """Take in the columns one level below: in the folder of a column, or shown by a section."""
        if column.within is not None or column.kind.channel not in (None, "hub"):
            return 0  # below a channel lie messages and guides
        url = page.response.final_url
        below = [
            link for link in page.facts.columns if beneath(link.url, url) or beneath(link.url, column.url)
        ]
        if page.facts.kind is not PageKind.LIST:
            below += [link for link in page.facts.columns if link.more]
        return self._add_links(below, column)

    def _take_back_sections(self) -> None:
        """A list by nature that gave way to what turned out to be no columns (undated titles) is unread."""
        fruitful = {id(column.within) for column in self._real_columns()}
        for column in self.columns:
            fruitless = column.status == "section" and id(column) not in fruitful
            if fruitless and _LIST_GROUP in column.kind.groups:
                column.status, column.reason = "unread", _NO_LIST

    # --- the rest of the site ---

    def _note_undated(self, column: _Column, page: Page) -> None:
        """Keep what a column's page lists without dates, for the articles themselves may tell them."""
        cutoff = column.kind.cutoff(self.window.checkpoint_day)
        if cutoff is None or page.facts.kind is not PageKind.UNKNOWN:
            return
        response, paging = page.response, page.facts.paging
        content_type = response.headers.get("content-type")
        items, whole = undated_items(
            response.body, url=response.final_url, content_type=content_type, at=response.fetched_at
        )
        found = [Found(item, response.final_url, response.record_id) for item in items]
        one_page = not paging.next_pages and not paging.hidden
        if found:
            listing = Listing(found, pages=1)
            column.undated = UndatedList(column.name, column.url, cutoff, listing, one_page, whole)

    def _date_from_articles(self) -> None:
        """Date the items of lists that show no dates by their own pages, where that is needed."""
        unread = [(column, column.undated) for column in self.columns if column.reason == _NO_LIST]
        whole = [(column, undated) for column, undated in unread if undated is not None]
        date_lists(
            [undated for _, undated in whole] + list(self._partly_undated()),
            self.fetch_pages,
            self.window,
            limit=self.settings.site.max_articles,
        )
        for column, undated in whole:
            if undated.dated:
                column.status, column.reason, column.listing = "ok", None, undated.listing

    def _partly_undated(self) -> Iterator[UndatedList]:
        """Lists of which only some items show dates, where that leaves something open."""
        for column in self.columns:
            cutoff = column.kind.cutoff(self.window.checkpoint_day)
            undated = any(found.item.published_on is None for found in column.listing.items)
            if column.status == "ok" and cutoff is not None and undated and not column.listing.settled:
                yield UndatedList(column.name, column.url, cutoff, column.listing, partly=True)

    def _sample_articles(self) -> None:
        """Read the newest article of some columns: what it lacks is noted when it is fetched."""
        urls: dict[str, None] = {}
        for column in self._real_columns():
            own = (found.item.url for found in column.listing.items if self._is_unread_page(found.item.url))
            urls |= dict.fromkeys(islice(own, 1))
        for _ in self.fetch_pages(list(urls)[: self.settings.site.sample_articles], menu=False):
            pass

    def _check_words(self) -> None:
        """Read the articles of the last weeks for their wording, where this site is chosen for it."""
        if self.words is None:
            return
        found = [*self.home, *(each for column in self._real_columns() for each in column.listing.items)]
        urls = self.words.articles((each.item for each in found), self.read_addresses)
        for _, page in self.fetch_pages(urls, menu=False):
            if isinstance(page, FetchFailure) and page.kind is FailureKind.BUDGET:
                return

    def _is_unread_page(self, url: str) -> bool:
        return bool(url) and is_page_of(url, self.site.url) and normalised(url) not in self.read_addresses

    def _crawl(self) -> None:
        """Read the site's other pages, breadth first, until none is left or the budget is spent."""
        while batch := self.frontier.batch(_BATCH):
            for _, page in self.fetch_pages(batch, menu=False):
                if isinstance(page, FetchFailure) and page.kind is FailureKind.BUDGET:
                    return

    # --- rows ---

    def coverage(self) -> str:
        columns = (
            self._real_columns()
        )  # a home page that shows none was not read: a frame, a log-in, a script
        whole = bool(columns) and all(column.read_as_needed for column in columns)
        return "complete" if whole and not self.left_out else "partial"

    def item_rows(self) -> list[dict[str, Any]]:
        rows = [self._item_row(HOME, found, position) for position, found in enumerate(self.home)]
        for column in self._real_columns():
            found = enumerate(column.listing.items)
            rows += [self._item_row(column.column_id, each, position) for position, each in found]
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
                "complete_back_to": column.listing.complete_back_to,
                "reached_end": column.listing.reached_end,
                "pages": column.listing.pages,
                "evidence": column.evidence,
            }
            for column in self._real_columns()
        ]

    def _real_columns(self) -> list[_Column]:
        return [column for column in self.columns if column.status not in _NO_COLUMN]

    def _item_row(self, column_id: str, found: Found, position: int) -> dict[str, Any]:
        item = found.item
        return {
            "target_id": self.site.target_id,
            "column_id": column_id,
            "title": item.title,
            "url": item.url or None,  # never compared with another item's where only a script knows it
            "published_on": item.published_on,
            "published_at": item.published_at,
            "date_rule": item.date_rule,
            "pinned": item.pinned,
            "position": position,
            "page_url": found.page_url,
            "evidence": found.record_id,
        }


def _shows_sections(page: Page) -> bool:
    """True for a page that shows the heads of several lists of its own and is not paged itself."""
    own = [link for link in page.facts.columns if link.more and beneath(link.url, page.response.final_url)]
    return len(own) > 1 and not page.facts.paging.next_pages


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
    PermanentFailure, after the outcome was written, where the home page could not be had. ``on_page`` is told
    after each page: requests made, columns read, columns known. A visit that was killed goes on where it was;
    with ``recorder``, such as the record of an earlier visit, this one's evidence is that recorder's matter.
    """
    evidence = recorder or _writer(site, window, settings, lake)
    started_at = evidence.begun or settings.now()
    visit = Visit(site.target_id, "site", site.url, started_at, adapter="site", home_status="failed")
    pace = Pace(settings.http.pace_seconds, settings.http.longest_wait)
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=pace) as fetcher:
        walk = _SiteVisit(site, window, standard, settings, fetcher)
        walk.on_page = on_page
        try:
            walk.run(columns)
            visit.home_status, visit.coverage = "ok", walk.coverage()
        except FetchFailure as failure:
            visit.failure = failure
        visit.tables = {
            "items": walk.item_rows(),
            "columns": walk.column_rows(),
            "links": walk.links.rows(),
            "page_marks": walk.notes.mark_rows(),
            "suspicions": walk.notes.suspicion_rows(),
            "wording": walk.words.rows() if walk.words is not None else [],
            **walk.checked,
        }
        leave(visit, window, lake, fetcher, evidence, settings.now())


def _respects(settings: Settings) -> bool:
    """True where robots.txt is asked for and followed; raises SettingsError for an unknown word."""
    if settings.site.robots not in ("respect", "ignore"):
        raise SettingsError(f"site.robots: {settings.site.robots!r} is neither respect nor ignore")
    return settings.site.robots == "respect"


def _writer(site: Site, window: Window, settings: Settings, lake: Lake) -> EvidenceWriter:
    """Evidence of a visit: what a killed one left is taken over, what one before saw is asked for if changed.

    A server may say wrongly that nothing has changed; so only a recent visit counts as one before.
    """
    now, before = settings.now(), lake.evidence_path(window.key, site.target_id)
    row = lake.table_path("visits", window.key, site.target_id)
    recent = False
    if settings.http.revalidate_hours > 0 and row.exists() and before.exists():
        (visit,) = lake.read_rows(row)
        age = now - visit["started_at"]
        recent = timedelta() <= age <= timedelta(hours=settings.http.revalidate_hours)
    return EvidenceWriter(
        f"{window.key}/{site.target_id}",
        lake.working_path(window.key, site.target_id),
        now=now,
        fresh=timedelta(hours=settings.site.resume_hours),
        seen=before.open("rb") if recent else None,
    )
