"""The wording of one site: every page that its visit reads, and the articles of the last weeks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from jiancha.pages.items import Item
from jiancha.pages.page import PageKind
from jiancha.registry.model import Site
from jiancha.settings import WordingSettings
from jiancha.sites.column_pages import Page
from jiancha.sites.crawl import is_page_of
from jiancha.text.urls import normalised
from jiancha.windows import Window
from jiancha.wording import Checker, Error, Hit, distinct, load_rules, read_allowed, visible_text

#: Articles of one site that are read for it.
MAX_ARTICLES = 200


class _Seen(NamedTuple):
    """What an error's row says of its page."""

    title: str
    record: str
    article: bool


class WordNotes:
    """Wording errors of one site, each page looked at once."""

    def __init__(self, site: Site, window: Window, settings: WordingSettings) -> None:
        self._site, self._day = site, window.checkpoint_day
        #: The first day whose articles are read.
        self.since = self._day - timedelta(days=settings.days)
        self._checker = checker(settings, self._day, site.site_code)
        self._pages: dict[str, _Seen] = {}
        self._found: list[tuple[str, Hit]] = []

    def take(self, page: Page) -> None:
        """Look for errors on a page of the site; pages of other hosts are left aside."""
        url = page.response.final_url
        if url in self._pages or not is_page_of(url, self._site.url):
            return
        facts = page.facts
        self._pages[url] = _Seen(facts.title, page.response.record_id, facts.kind is PageKind.ARTICLE)
        text = visible_text(page.document.tree)
        self._found += [(url, hit) for hit in self._checker.check(text)]

    def articles(self, items: Iterable[Item], read: set[str]) -> list[str]:
        """Addresses of articles of the last ``wording.days`` days that were not read yet, newest first."""
        urls = {
            item.url: item.published_on
            for item in items
            if item.published_on is not None and self.since <= item.published_on <= self._day and item.url
        }
        wanted = [
            url
            for url in sorted(urls, key=lambda url: (urls[url], url), reverse=True)
            if is_page_of(url, self._site.url) and normalised(url) not in read
        ]
        return wanted[:MAX_ARTICLES]

    def rows(self) -> list[dict[str, Any]]:
        """One row for each error, on an article where one has it: lists move on."""
        found = sorted(self._found, key=lambda each: not self._pages[each[0]].article)
        return [self._row(error) for error in distinct(found)]

    def _row(self, error: Error) -> dict[str, Any]:
        hit, page = error.hit, self._pages[error.place]
        return {
            "target_id": self._site.target_id,
            "error_id": error_id(self._site.target_id, hit),
            "rule": hit.rule.id,
            "kind": hit.rule.kind,
            "severity": str(hit.rule.severity),
            "wrong": hit.wrong,
            "right": hit.rule.right,
            "snippet": hit.snippet,
            "page_url": error.place,
            "page_title": page.title,
            "position": hit.start,
            "pages": error.pages,
            "evidence": page.record,
        }


def error_id(target_id: str, hit: Hit) -> str:
    """The name of an error: the same wherever on the site it stands."""
    said = "|".join((target_id, hit.rule.id, hit.wrong, hit.before, hit.after))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def checker(settings: WordingSettings, day: date, site_code: str) -> Checker:
    """The rules of a day with the office's own, less what its white list lets pass on a site.

    Raises InputError where one is faulty.
    """
    return _checker(settings.rules, day, read_allowed(settings.allow, site_code))


@lru_cache(maxsize=4)
def _checker(rules: Path | None, day: date, allowed: frozenset[str]) -> Checker:
    return Checker(load_rules(rules), day, allowed)
