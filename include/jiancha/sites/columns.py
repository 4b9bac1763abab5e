"""The columns of one site: those that its registry and its pages name, each once, and what became of each.

A column that cannot be read is recorded as such; what turns out to be no column leaves no row.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure
from jiancha.pages.blank import is_filled_later, is_hollow
from jiancha.pages.columns import OWN_MENU, ColumnLink
from jiancha.pages.page import PageFacts, PageKind
from jiancha.pages.siblings import Shown, Surroundings, is_blank_beside, shown, surroundings
from jiancha.pages.undated_lists import undated_items
from jiancha.sites.article_dates import UndatedList
from jiancha.sites.column_pages import ColumnListing, Found, ListReader, Page
from jiancha.standard import ColumnKind, Standard
from jiancha.text.urls import alike, beneath, beside, normalised
from jiancha.windows import Window

BY_SITE_MAP = "site_map"
#: Kinds whose pages are lists by nature: one that shows no list could not be read, it is not a mere page.
_LIST_GROUP = "a"
_STATIC = "static"
_OF_ITSELF = frozenset({"overview", "institution", "leaders"})
_NO_LIST = "栏目页未识别出列表"
_FILLED = "栏目页没有列表，可能由脚本填充"
_KNOWN_IN_MENU = 3  # known columns that make a list of links a menu of the site
_SIBLINGS = 60  # list pages of a site that are kept for comparison
_LEFT_OUT = 50  # columns beyond the limit that are named, so that nobody passes without them
_DEPTH = 5  # levels of columns below those that the home page shows
_FOLDER_PAGE = re.compile(r"/(?:(?:index|default|list|main)\.\w{3,5})?$", re.IGNORECASE)
_NOT_ASKED = (FailureKind.BUDGET, FailureKind.NOT_RECORDED)
_UNSURE = frozenset({"unread", "page"})
#: What a page turned out to be that is no column.
_NO_COLUMN = frozenset({"section", "article", "elsewhere", "page", "gone"})


@dataclass(slots=True)
class Column:
    """A column while it is read. ``status`` is the lake's, or why it is no column."""

    name: str
    url: str
    kind: ColumnKind
    found_by: str
    within: Column | None = None
    status: str = "unread"
    failure: FetchFailure | None = None
    reason: str | None = None
    listing: ColumnListing = field(default_factory=ColumnListing)
    undated: UndatedList | None = None  # what an unread column's page lists without dates
    evidence: str = ""
    shown: Shown | None = None  # all that its page shows, where that is no list
    below: set[str] = field(default_factory=set)  # the pages of the columns that it leads to

    @property
    def depth(self) -> int:
        return 0 if self.within is None else self.within.depth + 1

    def is_near(self, other: Column) -> bool:
        """True for two columns of which one lies below the other or beside it in one folder."""
        return beneath(self.url, other.url) or beneath(other.url, self.url)

    @property
    def column_id(self) -> str:
        return hashlib.sha256(normalised(self.url).encode()).hexdigest()[:10]

    @property
    def read_as_needed(self) -> bool:
        if self.status == "blank" or (self.status == "ok" and self.kind.exempt):
            return True
        return self.status == "ok" and self.listing.certain

    def fail(self, failure: FetchFailure) -> None:
        """Note why the column's page could not be had."""
        self.failure, self.reason = failure, failure.reason
        self.status = "unread" if failure.kind in _NOT_ASKED else "failed"
        led = self.found_by != BY_SITE_MAP and self.within is None
        if failure.kind is FailureKind.NOT_FOUND and not led:
            self.status = "gone"  # a site map is older than its site, and a lower menu has dead links

    def call(self, facts: PageFacts, standard: Standard) -> None:
        """Name a column that no link named: by its ColumnName tag, the way to it, or its title."""
        if not self.name:
            self.name = facts.tags.get("columnname") or (facts.trail or (facts.title,))[-1]
            self.kind = standard.kind_of(self.name)


class Columns:
    """The columns of one site as they were found. Of those beyond ``limit`` some are named, none is read."""

    def __init__(self, standard: Standard, limit: int) -> None:
        self._standard, self._limit = standard, limit
        self._all: list[Column] = []
        self.siblings: set[Surroundings] = set()  # what the site's list pages show around their lists
        self._known: set[str] = set()

    def __len__(self) -> int:
        return len(self._all)

    def since(self, start: int) -> Iterator[Column]:
        """The columns from number ``start`` on that are to be read; the list may grow meanwhile."""
        return islice(self._all, start, self._limit)

    def real(self) -> list[Column]:
        """Those that did not turn out to be something else."""
        return [column for column in self._all if column.status not in _NO_COLUMN]

    def know(self, *urls: str) -> None:
        """Take note of pages that are no columns, such as the home page."""
        self._known |= set(map(normalised, urls))

    def add(self, column: Column) -> bool:
        """Take a column in once per address; False where it was known."""
        key = normalised(column.url)
        if key in self._known:
            return False
        if len(self._all) >= self._limit + _LEFT_OUT:
            return False
        if len(self._all) >= self._limit:
            column.reason = f"已达每站{self._limit}个栏目上限"
        self._known.add(key)
        self._all.append(column)
        return True

    def add_links(
        self, links: Sequence[ColumnLink], within: Column | None = None, found_by: str = "navigation"
    ) -> int:
        added = 0
        for link in links:
            by = found_by if link.name else "meta"
            added += self.add(Column(link.name, link.url, self._kind_below(link.name, within), by, within))
        return added

    def _kind_below(self, name: str, within: Column | None) -> ColumnKind:
        """The kind of a column by its name; what an office tells of itself under 关于我们 is written once."""
        kind = self._standard.kind_of(name)
        once = within is not None and within.kind.id == _STATIC and kind.id in _OF_ITSELF
        return within.kind if within is not None and once else kind

    def add_below(self, column: Column, page: Page) -> int:
        """Take in the columns below one: in its folder, in the menu beside its list, or shown by a section.

        Gives how many of those in its folder or shown by it there are, known or not.
        """
        if column.depth >= _DEPTH or column.kind.channel not in (None, "hub"):
            return 0  # below a channel lie messages and guides
        url, links = page.response.final_url, page.facts.columns
        below = [link for link in links if _leads_down(link, url) or _leads_down(link, column.url)]
        if page.facts.kind is not PageKind.LIST:
            below += [link for link in links if link.more]
        own = {normalised(column.url), normalised(url)}
        column.below = {key for link in below if (key := normalised(link.url)) not in own}
        self.add_links(below, column)
        if column.within is None and page.facts.kind is not PageKind.ARTICLE:
            menus = self._menus(links)
            found = [
                link
                for link in links
                if link.place in menus or (link.menu and (beside(link.url, url) or alike(link.url, url)))
            ]
            self.add_links([link for link in found if not _narrows(link.url, url)], column)
        return len(column.below)

    def _menus(self, links: Sequence[ColumnLink]) -> set[int]:
        """The menus of a page that belong to the site: they link to the page itself, or to columns known."""
        placed = (link for link in links if link.place > OWN_MENU)
        known = Counter(link.place for link in placed if normalised(link.url) in self._known)
        return {OWN_MENU, *(place for place, count in known.items() if count >= _KNOWN_IN_MENU)}

    def is_elsewhere(self, column: Column, page: Page) -> bool:
        """True where an address only leads to a page that is read anyway, or away from the site."""
        asked, final = normalised(column.url), normalised(page.response.final_url)
        if final == asked:
            return False
        if final in self._known:
            return True
        self._known.add(final)
        away = final.partition("/")[0] != asked.partition("/")[0]
        return away and column.found_by != "registry"

    def take_back_sections(self) -> None:
        """A list by nature that gave way to what turned out to be no columns (undated titles) is unread."""
        for column in self._all:
            if column.status == "section" and _LIST_GROUP in column.kind.groups and not self._below(column):
                column.status, column.reason = "unread", _NO_LIST

    def settle_sections(self, window: Window) -> None:
        """A section is as fresh as the columns that it leads to; old ones speak for themselves."""
        for column in self._all:
            cutoff = column.kind.cutoff(window.checkpoint_day)
            if column.status != "section" or cutoff is None:
                continue
            found = [
                each
                for below in self._below(column)
                for each in below.listing.items
                if (day := each.item.published_on)
                and day >= cutoff
                and window.counts(day, each.item.published_at)
            ]
            if found:
                column.status, column.listing = "ok", ColumnListing(found, pages=1, settled=True)

    def settle_blanks(self, fills: Callable[[str], bool], *, by_files: bool = False) -> None:
        """What shows no more than a list page of its make shows around its list has no entry.

        With ``by_files``, so has an empty list beside script files that list pages have too, whose rows stand
        in their markup. Beside a script file that ``fills`` lists it is unread.
        """
        files = frozenset[str]().union(*(sibling.files for sibling in self.siblings))
        for column in self._all:
            page = column.shown
            if page is None or column.status not in _UNSURE:
                continue
            empty = by_files and page.files is not None and page.files <= files
            empty = empty or is_blank_beside(page, self.siblings, column.name, self._known)
            if empty and any(fills(source) for source in sorted(page.sources)):
                column.status, column.reason = "unread", _FILLED
            elif empty:
                column.status, column.reason, column.listing.reached_end = "blank", None, True

    def settle_kinds(self, window: Window) -> None:
        """What holds one entry only, and is no list by its name, needs no update: a text of its own."""
        kinds = [kind for kind in self._standard.column_kinds if kind.id == _STATIC]
        for column in self._all:
            cutoff, listing = column.kind.cutoff(window.checkpoint_day), column.listing
            if column.status != "ok" or cutoff is None or _LIST_GROUP in column.kind.groups or not kinds:
                continue
            one = len(listing.items) == 1 and listing.reached_end and column.found_by != "registry"
            if one and (day := listing.items[0].item.published_on) and day < cutoff:
                column.kind = kinds[0]

    def drop_doubles(self) -> None:
        """A list under two addresses, or that is all its own section shows, counts once.

        It counts as the column that has a limit: 关于我们 may show the list of the only column below it.
        """
        first: dict[tuple[str, ...], list[Column]] = {}
        for column in self._all:
            urls = tuple(found.item.url for found in column.listing.items)
            if column.status != "ok" or not all(urls) or column.found_by == "registry":
                continue
            alike = first.setdefault(urls, [])
            same = [other for other in alike if column.name == other.name or column.is_near(other)]
            without = [other for other in same if other.kind.exempt]
            if same and (column.kind.exempt or len(without) < len(same)):
                column.status = "elsewhere"
            else:
                for other in without:
                    other.status = "elsewhere"
            alike.append(column)

    def _below(self, column: Column) -> list[Column]:
        """The real columns that a section leads to."""
        return [each for each in self.real() if normalised(each.url) in column.below]

    def coverage(self) -> str:
        """Complete where each column was read as its kind needs. A home page that shows none was not read:
        a frame, a log-in, a script."""
        columns = self.real()
        whole = bool(columns) and all(column.read_as_needed for column in columns)
        return "complete" if whole else "partial"

    # --- lists without dates ---

    def undated(self, window: Window) -> list[tuple[Column, UndatedList]]:
        """What articles' own pages may date: whole lists, and those of which only some items show dates."""
        whole = [(c, c.undated) for c in self._all if c.reason == _NO_LIST and c.undated is not None]
        return whole + list(self._partly_undated(window))

    def _partly_undated(self, window: Window) -> Iterator[tuple[Column, UndatedList]]:
        for column in self._all:
            cutoff = column.kind.cutoff(window.checkpoint_day)
            undated = any(found.item.published_on is None for found in column.listing.items)
            if column.status == "ok" and cutoff is not None and undated and not column.listing.settled:
                yield column, UndatedList(column.name, column.url, cutoff, column.listing, partly=True)


class ColumnPages:
    """Tells what a column's page is, and reads its list if it is one."""

    def __init__(self, columns: Columns, lists: ListReader, standard: Standard, window: Window) -> None:
        self._columns, self._lists = columns, lists
        self._standard, self._window = standard, window

    def read(self, column: Column, page: Page) -> None:
        """Say in ``column`` what its page is and lists."""
        if self._columns.is_elsewhere(column, page):
            column.status = "elsewhere"
            return
        self.take(column, page)
        if page.facts.kind is PageKind.LIST and len(self._columns.siblings) < _SIBLINGS:
            around = surroundings(page.document, page.facts.items)
            self._columns.siblings |= {around} if around is not None else set()
        elif page.facts.kind is PageKind.UNKNOWN and column.status in _UNSURE:
            column.shown = shown(page.document)

    def take(self, column: Column, page: Page) -> None:
        """Say in ``column`` what a page is that is its own, as it was answered or as a browser shows it."""
        column.reason, column.undated = None, None
        facts = page.facts
        column.call(facts, self._standard)
        sections = self._columns.add_below(column, page)
        if facts.kind is PageKind.LIST and not (sections and _shows_sections(page)):
            column.status = "ok"
            column.listing = self._lists.read(page, first_only=column.kind.exempt)
            if column.listing.failure is not None:
                column.failure, column.reason = column.listing.failure, column.listing.failure.reason
            if column.listing.doubt and not self._is_fresh(column):
                column.status, column.reason = "unread", f"{_NO_LIST}（{column.listing.doubt}）"
            return
        column.listing.pages = 1
        if facts.kind is PageKind.BLANK:
            column.status, column.listing.reached_end = "blank", True
        elif sections and column.found_by != "registry" and facts.kind is not PageKind.ARTICLE:
            column.status = "section"
            self._note_undated(column, page)
        elif _ought_to_list(column, facts):
            column.status, column.reason = "unread", _NO_LIST
            self._note_undated(column, page)
        elif column.depth == 0 and facts.kind is PageKind.UNKNOWN and _awaits_content(page):
            column.status, column.reason = "unread", _NO_LIST
        else:
            column.status = "article" if facts.kind is PageKind.ARTICLE else "page"

    def _is_fresh(self, column: Column) -> bool:
        cutoff = column.kind.cutoff(self._window.checkpoint_day)
        days = (each.item.published_on for each in column.listing.items if self._lists.is_before(each.item))
        return cutoff is not None and any(day is not None and day >= cutoff for day in days)

    def _note_undated(self, column: Column, page: Page) -> None:
        """Keep what a column's page lists without dates, for the articles themselves may tell them."""
        cutoff = column.kind.cutoff(self._window.checkpoint_day)
        if cutoff is None or page.facts.kind is not PageKind.UNKNOWN:
            return
        response, paging = page.response, page.facts.paging
        items, whole = undated_items(page.document)
        found = [Found(item, response.final_url, response.record_id) for item in items]
        one_page = not paging.next_pages and not paging.hidden
        if found:
            listing = ColumnListing(found, pages=1)
            column.undated = UndatedList(
                column.name, column.url, cutoff, listing, one_page, whole and not page.doubt
            )


def _leads_down(link: ColumnLink, url: str) -> bool:
    """True for a link into the folder of a column's page, or to that folder; not for a page beside it."""
    if not beneath(link.url, url):
        return False
    return not beside(link.url, url) or any(
        _FOLDER_PAGE.search(urlsplit(each).path) for each in (link.url, url)
    )


def _narrows(url: str, page: str) -> bool:
    """True for an address that is a page's own with more behind it: a part of its list, no other column."""
    own, other = urlsplit(page), urlsplit(url)
    if own.path == other.path:
        return set(own.query.split("&")) - {""} <= set(other.query.split("&"))
    stem = own.path.rpartition(".")[0]
    return bool(stem) and re.match(rf"{re.escape(stem)}[_\-]", other.path) is not None


def _ought_to_list(column: Column, facts: PageFacts) -> bool:
    """True for a page that is known to be a column although no list was recognised."""
    if column.found_by == "registry":
        return True
    if facts.kind is PageKind.ARTICLE:
        return False
    return bool(facts.tags.get("columnname")) or _LIST_GROUP in column.kind.groups


def _awaits_content(page: Page) -> bool:
    """True for a page that only scripts fill, and of which a browser showed no more, if it was asked."""
    shown = page.further is not None
    return (shown or is_filled_later(page.document)) and is_hollow(page.document)


def _shows_sections(page: Page) -> bool:
    """True for a page that shows the heads of several lists of its own and is not paged itself."""
    own = [link for link in page.facts.columns if link.more and beneath(link.url, page.response.final_url)]
    return len(own) > 1 and not page.facts.paging.next_pages
