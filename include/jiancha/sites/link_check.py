"""Do the links of the home page and of the columns work? 链接可用性, tried within a budget.

Dead is what is surely gone: a page that is not found (404, 410), a host whose name does not exist, a server
that refuses the connection, and that twice, the second time when all other links have been tried. Time-outs,
blocks and server errors prove nothing: unknown.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import Recorder
from jiancha.net.http import NO_NAME, REFUSED, Fetcher
from jiancha.net.pace import Pace
from jiancha.pages.links import PageLink, page_links
from jiancha.registry.model import Site
from jiancha.settings import Settings
from jiancha.sites.column_pages import Page
from jiancha.text.urls import normalised, registered_domain

#: A link is tried by the beginning of its page. HEAD would cost less, but servers answer it wrongly, and a
#: page wrongly called dead is worse than some kilobytes.
_BEGINNING = 32_768
_SECONDS = 15.0
_STATUS = re.compile(r"HTTP (\d{3})")
_GONE = frozenset({404, 410})
_PATIENCE = 3  # time-outs of one host after which its other links are left
_UNTRIED = "未检查"
_MOST = 5_000  # links of one site
#: ``resolve`` judges schemes and hosts; these are pictures, styles and scripts, which nobody reads.
_NO_PAGE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg|ico|css|js)$", re.IGNORECASE)


@dataclass(slots=True)
class SiteLink:
    """A link with the first page that shows it; ``outcome`` is ok, dead or unknown."""

    url: str
    text: str
    page_url: str
    where: str  # home | column
    evidence: str  # record of the page that shows it
    outcome: str = "unknown"
    status: int | None = None
    reason: str | None = None


def links_of(page: Page) -> list[PageLink]:
    """All links that a page shows, each address once."""
    return page_links(page.document)


class LinkBook:
    """The links of one site's home page and columns, each address once."""

    def __init__(self, site: Site, settings: Settings) -> None:
        self._site = site
        self._settings = settings
        self._links: dict[str, SiteLink] = {}
        self._limit = settings.site.max_link_checks

    def take(self, page: Page, where: str) -> None:
        """Note the links of a page; the home page comes first."""
        if self._limit <= 0:
            return
        response = page.response
        for link in links_of(page):
            key = _key(link.url)
            if key is None or key in self._links or _NO_PAGE.search(urlsplit(link.url).path[-12:]):
                continue
            if len(self._links) < _MOST:
                self._links[key] = SiteLink(
                    link.url, link.text, response.final_url, where, response.record_id
                )

    def check(
        self,
        known: Iterable[str],
        deadline: float,
        recorder: Recorder | None = None,
        pace: Pace | None = None,
    ) -> None:
        """Try the links, the home page's first, as many as the settings allow; ``known`` were read anyway.

        ``deadline`` is on the monotonic clock. Whatever is left untried stays unknown. ``recorder`` keeps
        what was answered.
        """
        for address in known:
            if (link := self._links.get(address)) is not None:
                link.outcome, link.status = "ok", 200
        untried = [link for link in self._links.values() if link.outcome != "ok"]
        untried.sort(key=lambda link: link.where != "home")
        for link in untried[self._limit :]:
            link.reason = _UNTRIED
        http = self._settings.http
        short = replace(http, max_bytes=_BEGINNING, total_timeout=min(_SECONDS, http.total_timeout))
        with Fetcher(short, now=self._settings.now, evidence=recorder, pace=pace) as fetcher:
            tried = _Tries(fetcher, deadline, proxied=bool(http.proxy))
            for link in tried.dead(tried.dead(untried[: self._limit]), again=True):
                link.outcome = "dead"

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "target_id": self._site.target_id,
                "page_url": link.page_url,
                "url": link.url,
                "text": link.text,
                "where": link.where,
                "outcome": link.outcome,
                "status": link.status,
                "reason": link.reason,
                "off_domain": self.is_off_domain(link.url),
                "evidence": link.evidence,
            }
            for link in self._links.values()
        ]

    def is_off_domain(self, url: str) -> bool:
        """True for a host that is neither of the site's registered domain nor of a government's."""
        host = (urlsplit(url).hostname or "").lower()
        own = registered_domain(urlsplit(self._site.url).hostname or "")
        return not any(host == name or host.endswith(f".{name}") for name in (own, "gov.cn"))


def _key(url: str) -> str | None:
    """One name for the addresses of one page; None for what no one can open."""
    try:
        return normalised(url)
    except ValueError:  # a faulty port
        return None


class _Tries:
    """Requests for links until a deadline. Behind a proxy only the proxy knows which names exist."""

    def __init__(self, fetcher: Fetcher, deadline: float, *, proxied: bool) -> None:
        self._fetcher = fetcher
        self._deadline = deadline
        self._proxied = proxied
        self._vain: Counter[str] = Counter()  # time-outs by host

    def dead(self, links: Iterable[SiteLink], *, again: bool = False) -> list[SiteLink]:
        """Try each link, the second time (``again``) with its page as Referer; gives those that look dead."""
        doubtful = []
        for link in links:
            spent = time.monotonic() > self._deadline
            if spent or self._vain[urlsplit(link.url).netloc] >= _PATIENCE:
                link.reason = link.reason or _UNTRIED
            elif self._looks_dead(link, again=again):
                doubtful.append(link)
        return doubtful

    def _looks_dead(self, link: SiteLink, *, again: bool) -> bool:
        """``again``: as a visitor comes to it, for some servers answer others with 404."""
        try:
            headers = {"Referer": link.page_url} if again else {}
            link.status = self._fetcher.get(link.url, headers=headers).status
        except FetchFailure as failure:
            if failure.kind is not FailureKind.TOO_LARGE:  # it was there, and longer than was wanted
                status = _STATUS.search(failure.reason)
                link.status, link.reason = int(status[1]) if status else None, failure.reason
                if failure.kind is FailureKind.TIMEOUT:
                    self._vain[urlsplit(link.url).netloc] += 1
                gone = link.status in _GONE and failure.kind is FailureKind.NOT_FOUND
                return gone or self._is_unreachable(failure)
        link.outcome, link.reason = "ok", None
        return False

    def _is_unreachable(self, failure: FetchFailure) -> bool:
        """True where a server refuses connections, or where its name does not exist."""
        return not self._proxied and failure.reason in (NO_NAME, REFUSED)
