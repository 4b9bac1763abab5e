"""What a check of a site stands on after its columns were read: links, pages, and a way to get more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from jiancha.errors import FailureKind, FetchFailure
from jiancha.pages.channels import NamedLink, Offer, read_offer
from jiancha.sites.column_pages import Page
from jiancha.standard import Standard
from jiancha.text.urls import normalised
from jiancha.windows import Window

Row = dict[str, Any]
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Ground:
    """One visited site. ``pages`` are first pages of columns by normalised address, so that none is asked for
    twice; ``columns`` the site's columns with the kind that the indicator set or the registry gives them."""

    target_id: str
    window: Window
    standard: Standard
    home: Page
    columns: Sequence[tuple[NamedLink, str]]
    pages: Mapping[str, Page]
    fetch: Callable[[str], Page]

    def page(self, url: str) -> Page:
        """A page of the site; raises FetchFailure."""
        known = self.pages.get(normalised(url))
        return known if known is not None else self.fetch(url)

    def offer(self, page: Page) -> Offer:
        return self.parsed(read_offer, page)

    def parsed(self, reader: Callable[..., _Read], page: Page, **more: Any) -> _Read:
        """What ``reader`` makes of a page; whatever a page does to its reader is a FetchFailure."""
        try:
            return reader(page.document, **more)
        except Exception as error:  # whatever a page does to its reader, it costs this page only
            reason = f"页面无法解析（{type(error).__name__}：{str(error)[:200]}）"
            raise FetchFailure(FailureKind.BAD_CONTENT, reason, url=page.document.url) from error

    def links(self, channel: str) -> list[NamedLink]:
        """The links of the home page and the columns that play the part ``channel``, once per address."""
        kinds = {kind.id: kind.channel for kind in self.standard.column_kinds}
        named = [link for link, kind in self.columns if kinds.get(kind) == channel]
        return unique([*named, *self.among(self.offer(self.home).links, channel)])

    def among(self, links: Sequence[NamedLink], channel: str) -> Iterator[NamedLink]:
        return (link for link in links if self.standard.kind_of(link.name).channel == channel)

    def verdict(self, indicator: str, reason: str | None, **detail: Any) -> Row:
        """The row of ``site_checks``: measured where there is no reason why not."""
        return {
            "target_id": self.target_id,
            "indicator": indicator,
            "status": "unmeasured" if reason else "measured",
            "reason": reason,
            "detail": json.dumps(detail, ensure_ascii=False),
        }


def unique(links: Sequence[NamedLink]) -> list[NamedLink]:
    """The links once per page."""
    found: dict[str, NamedLink] = {}
    for link in links:
        found.setdefault(normalised(link.url), link)
    return list(found.values())
