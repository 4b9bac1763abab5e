"""The rest of a site: the addresses that its pages show, breadth first, each once, within a bound."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import urlsplit

from jiancha.sites.column_pages import Page
from jiancha.text.urls import is_web_address, normalised, same_host

#: Addresses that lead to no page, and ways into applications rather than content.
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|txt|csv|zip|rar|7z|gz|jpe?g|png|gif|bmp|webp|svg|ico|mp[34]|wav|wmv|wma"
    r"|avi|mov|flv|swf|m3u8|apk|exe|xml|json|css|js)$"
    r"|/(?:login|logout|register|search|sso|captcha)(?:[/.]|$)",
    re.IGNORECASE,
)


class Frontier:
    """The pages of one host that were seen linked and not yet read.

    Holds a number per address seen and at most ``room`` waiting addresses: more could not be read within
    the visit's budget.
    """

    def __init__(self, site_url: str, room: int) -> None:
        self._site_url = site_url
        self._room = room
        self._seen: set[int] = set()  # hashes of addresses as written, and of their normalised form
        self._read: set[int] = set()  # hashes of normalised addresses
        self._waiting: deque[str] = deque()

    def take(self, page: Page) -> None:
        """Add the addresses that a page links to."""
        self.known(page.response.url, page.response.final_url)
        facts = page.facts
        self.add(chain((item.url for item in facts.items), facts.links, facts.paging.next_pages[:1]))

    def add(self, urls: Iterable[str]) -> None:
        for url in urls:
            if hash(url) in self._seen:  # most links of a page stand on every page of its site
                continue
            self._seen.add(hash(url))
            if len(self._waiting) < self._room and is_page_of(url, self._site_url) and self._is_new(url):
                self._waiting.append(url)

    def known(self, *urls: str) -> None:
        """Leave out addresses that were read already."""
        for url in urls:
            key = hash(normalised(url))
            self._seen.update((hash(url), key))
            self._read.add(key)

    def batch(self, size: int) -> list[str]:
        """The next addresses, at most ``size``; none when all were given."""
        return list(self._take_out(size))

    def _take_out(self, size: int) -> Iterator[str]:
        while size > 0 and self._waiting:
            url = self._waiting.popleft()
            key = hash(normalised(url))
            if key not in self._read:  # it may have been read as a column since it was added
                self._read.add(key)
                size -= 1
                yield url

    def _is_new(self, url: str) -> bool:
        key = hash(normalised(url))
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def is_page_of(url: str, site_url: str) -> bool:
    """True for an address on the site's host that may be a page: no file, no log-in or search."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return is_web_address(url) and same_host(url, site_url) and not _NO_PAGE.search(parts.path[-200:])
