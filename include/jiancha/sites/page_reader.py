"""The pages of one site: each fetched within the visit's budget, read, and followed to what it really shows.

A page may be a stub that sends its visitor on, or show its list from another address: a frame, or data that a
script fetches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.http import Fetcher
from jiancha.net.robots import Robots
from jiancha.pages.barrier import Barrier
from jiancha.pages.blank import LIBRARY, file_fills
from jiancha.pages.document import Document
from jiancha.pages.menus import entrance_of
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.settings import Settings
from jiancha.sites.column_pages import Page, document_of
from jiancha.text.urls import normalised

_STUB_HOPS = 2
_MENU_PARTS = 6  # frames, heads and scripts that are asked for the menu of a home page
_MOST_SCRIPTS = 12  # script files of a site that are asked whether they may fill lists
_PARTS = 3  # frames and data addresses of a page that are asked
#: An answer of HTTP 200 that is not the page: nobody may be judged by it.
_BARRIERS = {
    Barrier.GONE: (FailureKind.NOT_FOUND, "页面自称不存在"),
    Barrier.LOGIN: (FailureKind.NEEDS_LOGIN, "须登录后查看"),
    Barrier.BLOCKED: (FailureKind.FORBIDDEN, "被网站的防火墙拦截"),
    Barrier.BROWSER_CHECK: (FailureKind.ANTI_BOT, "须通过浏览器验证"),
    Barrier.MAINTENANCE: (FailureKind.BAD_CONTENT, "页面自称正在维护"),
}


class PageReader:
    """Reads pages with ``fetcher`` until the budget of a visit is spent.

    Each page is shown to ``on_page``.
    """

    def __init__(self, settings: Settings, fetcher: Fetcher, on_page: Callable[[Page], None]) -> None:
        self._limits, self._fetcher, self._on_page = settings.site, fetcher, on_page
        self._robots = Robots(fetcher, settings.http.user_agent) if _respects(settings) else None
        self.deadline = time.monotonic() + settings.site.max_seconds
        self.read_addresses: set[str] = set()
        self._filling: dict[str, bool] = {}

    def page(self, url: str, *, menu: bool = True) -> Page:
        """Fetch and read a page, following stubs that only send their visitor on.

        Without ``menu`` it is most likely an article, of which only its own facts are wanted.
        """
        page = self._fetch(url, menu=menu)
        for _ in range(_STUB_HOPS):
            if page.facts.redirect_to is None:
                break
            page = self._fetch(page.facts.redirect_to, menu=menu)
        return self._with_parts(page)

    def home(self, url: str) -> Page:
        """A site's home page with the columns that its frames, loaded heads and script files name.

        A first page that only leads in gives way to the one behind it.
        """
        page = self.page(url)
        for _ in range(_STUB_HOPS):
            if page.facts.columns or any(item.published_on for item in page.facts.items):
                break
            entrance = entrance_of(page.document)
            if entrance is None or normalised(entrance) in self.read_addresses:
                break
            page = self.page(entrance)
        columns, waiting = list(page.facts.columns), list(page.facts.menus)
        for address in islice(waiting, _MENU_PARTS):  # frames of frames join them
            with suppress(FetchFailure):
                part = self._fetch(address, seen_from=page.response.final_url)
                columns += part.facts.columns
                waiting += part.facts.menus if part.document.is_page else ()
        return page._replace(facts=replace(page.facts, columns=tuple(columns)))

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
            inner,
            kind=kind,
            title=own.title,
            tags=own.tags,
            trail=own.trail,
            columns=columns,
            parts=(),
            menus=(*own.menus, *inner.menus),
        )
        return Page(best.response, best.document, merged)

    def _part(self, address: str) -> Page | None:
        """A part of a page, if it holds dated items."""
        try:
            part = self._fetch(address)
        except FetchFailure as failure:
            if failure.kind is FailureKind.BUDGET:
                raise
            return None
        return part if any(item.published_on is not None for item in part.facts.items) else None

    def _fetch(self, url: str, *, menu: bool = True, seen_from: str | None = None) -> Page:
        """Fetch and read what lies at an address; links in a script or data start from where it is shown."""
        self._check_budget(url)
        self.check_robots(url)
        response = self._fetcher.get(url)
        document = document_of(response)
        if seen_from is not None and not document.is_page:
            document = replace(document, url=seen_from)
        page = Page(response, document, self.read(document, menu=menu))
        self.read_addresses |= {normalised(url), normalised(response.final_url)}
        if seen_from is None or document.is_page:
            self._on_page(page)
        return page

    def pages(self, urls: Sequence[str], *, menu: bool = True) -> Iterator[tuple[str, Page | FetchFailure]]:
        """Each address with its page, or with why it could not be had; ``menu`` as for a page."""
        for url in urls:
            try:
                yield url, self.page(url, menu=menu)
            except FetchFailure as failure:
                yield url, failure

    def fills_lists(self, source: str) -> bool:
        """True for a script file that may fill lists; one that cannot be read may do so."""
        if source not in self._filling:
            self._filling[source] = len(self._filling) >= _MOST_SCRIPTS or self._fills_lists(source)
        return self._filling[source]

    def _fills_lists(self, source: str) -> bool:
        if LIBRARY.search(source):
            return False
        try:
            self._check_budget(source)
            self.check_robots(source)
            script = self._fetcher.get(source, accept="*/*").body
        except FetchFailure as failure:
            return failure.kind is not FailureKind.NOT_FOUND
        return file_fills(source, script.decode(errors="replace"))

    def check_robots(self, url: str) -> None:
        """Raise FetchFailure for what robots.txt forbids, where that is respected."""
        if self._robots is not None:
            self._robots.check(url)

    @staticmethod
    def read(document: Document, *, menu: bool = True) -> PageFacts:
        """The facts of a page; raises FetchFailure for an answer that is not the page."""
        try:
            facts = read_page(document, menu=menu)
        except Exception as error:  # whatever a page does to its reader, it costs this page only
            reason = f"页面无法解析（{type(error).__name__}：{str(error)[:200]}）"
            raise FetchFailure(FailureKind.BAD_CONTENT, reason, url=document.url) from error
        if facts.barrier is not None:
            kind, reason = _BARRIERS[facts.barrier]
            raise FetchFailure(kind, reason, url=document.url)
        return facts

    def _check_budget(self, url: str) -> None:
        limits = self._limits
        asked = self._fetcher.requests - (self._robots.requests if self._robots is not None else 0)
        if asked >= limits.max_pages:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{limits.max_pages}页上限", url=url)
        if time.monotonic() > self.deadline:
            raise FetchFailure(FailureKind.BUDGET, f"已达每站{limits.max_seconds:g}秒上限", url=url)


def _respects(settings: Settings) -> bool:
    """True where robots.txt is asked for and followed."""
    return settings.site.robots == "respect"
