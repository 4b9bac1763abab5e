"""The columns of one site: those that its registry and its pages name, each once, and what became of each.

A column that cannot be read is recorded as such; what turns out to be no column leaves no row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from jiancha.errors import FailureKind, FetchFailure
from jiancha.pages.columns import ColumnLink
from jiancha.pages.page import PageFacts, PageKind
from jiancha.pages.undated_lists import undated_items
from jiancha.sites.article_dates import UndatedList
from jiancha.sites.column_pages import Found, Listing, ListReader, Page
from jiancha.standard import ColumnKind, Standard
from jiancha.text.urls import beneath, normalised
from jiancha.windows import Window

BY_SITE_MAP = "site_map"
#: Kinds whose pages are lists by nature: one that shows no list could not be read, it is not a mere page.
_LIST_GROUP = "a"
_NO_LIST = "栏目页未识别出列表"
_NOT_ASKED = (FailureKind.BUDGET, FailureKind.NOT_RECORDED)
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

    def fail(self, failure: FetchFailure) -> None:
        """Note why the column's page could not be had."""
        self.failure, self.reason = failure, failure.reason
        self.status = "unread" if failure.kind in _NOT_ASKED else "failed"
        if failure.kind is FailureKind.NOT_FOUND and self.found_by == BY_SITE_MAP:
            self.status = "gone"  # the site map is older than the site; no visitor is led there

    def call(self, facts: PageFacts, standard: Standard) -> None:
        """Name a column that no link named: by its ColumnName tag, the way to it, or its title."""
        if not self.name:
            self.name = facts.tags.get("columnname") or (facts.trail or (facts.title,))[-1]
            self.kind = standard.kind_of(self.name)


class Columns:
    """The columns of one site in the order they were found, at most ``limit``."""

    def __init__(self, standard: Standard, limit: int) -> None:
        self._standard, self._limit = standard, limit
        self._all: list[Column] = []
        self._known: set[str] = set()
        self._left_out = 0

    def __len__(self) -> int:
        return len(self._all)

    def since(self, start: int) -> Iterator[Column]:
        """The columns from number ``start`` on; the list may grow meanwhile."""
        return islice(self._all, start, None)

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
        if len(self._all) >= self._limit:
            self._left_out += 1
            return False
        self._known.add(key)
        self._all.append(column)
        return True

    def add_links(
        self, links: Sequence[ColumnLink], within: Column | None = None, found_by: str = "navigation"
    ) -> int:
        added = 0
        for link in links:
            by = found_by if link.name else "meta"
            added += self.add(Column(link.name, link.url, self._standard.kind_of(link.name), by, within))
        return added

    def add_below(self, column: Column, page: Page) -> int:
        """Take in the columns one level below: in the folder of a column, or shown by a section."""
        if column.within is not None or column.kind.channel not in (None, "hub"):
            return 0  # below a channel lie messages and guides
        url = page.response.final_url
        below = [
            link for link in page.facts.columns if beneath(link.url, url) or beneath(link.url, column.url)
        ]
        if page.facts.kind is not PageKind.LIST:
            below += [link for link in page.facts.columns if link.more]
        return self.add_links(below, column)

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
        fruitful = {id(column.within) for column in self.real()}
        for column in self._all:
            fruitless = column.status == "section" and id(column) not in fruitful
            if fruitless and _LIST_GROUP in column.kind.groups:
                column.status, column.reason = "unread", _NO_LIST

    def coverage(self) -> str:
        """Complete where each column was read as its kind needs. A home page that shows none was not read:
        a frame, a log-in, a script."""
        columns = self.real()
        whole = bool(columns) and all(column.read_as_needed for column in columns)
        return "complete" if whole and not self._left_out else "partial"

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
        facts = page.facts
        column.call(facts, self._standard)
        sections = self._columns.add_below(column, page)
        if facts.kind is PageKind.LIST and not (sections and _shows_sections(page)):
            column.status = "ok"
            column.listing = self._lists.read(page, first_only=column.kind.exempt)
            if column.listing.failure is not None:
                column.failure, column.reason = column.listing.failure, column.listing.failure.reason
            return
        column.listing.pages = 1
        if facts.kind is PageKind.BLANK:
            column.status, column.listing.reached_end = "blank", True
        elif sections and column.found_by != "registry":
            column.status = "section"
            self._note_undated(column, page)
        elif _ought_to_list(column, facts):
            column.status, column.reason = "unread", _NO_LIST
            self._note_undated(column, page)
        else:
            column.status = "article" if facts.kind is PageKind.ARTICLE else "page"

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
            listing = Listing(found, pages=1)
            column.undated = UndatedList(column.name, column.url, cutoff, listing, one_page, whole)


def _ought_to_list(column: Column, facts: PageFacts) -> bool:
    """True for a page that is known to be a column although no list was recognised."""
    if column.found_by == "registry":
        return True
    if facts.kind is PageKind.ARTICLE:
        return False
    return bool(facts.tags.get("columnname")) or _LIST_GROUP in column.kind.groups


def _shows_sections(page: Page) -> bool:
    """True for a page that shows the heads of several lists of its own and is not paged itself."""
    own = [link for link in page.facts.columns if link.more and beneath(link.url, page.response.final_url)]
    return len(own) > 1 and not page.facts.paging.next_pages
