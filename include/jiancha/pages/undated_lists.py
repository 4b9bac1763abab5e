"""Lists that show no dates, and the dates that their items' own pages tell.

Such a list is dated only by what is sure: a date that proved wrong could accuse a column falsely, or excuse
it. So an article's date counts where the page shows it or tags it, where shown and tagged date do not
contradict each other, and where the article says that it belongs to the column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from jiancha.pages.document import Document
from jiancha.pages.items import Item
from jiancha.pages.outline import Outline
from jiancha.pages.page import PageFacts, PageKind
from jiancha.text.dates import Dated, find_date, in_future
from jiancha.text.urls import beneath

#: How ``PageFacts.published`` may have been found: shown with a label, in the line under the title, or
#: tagged. A day of the last change (更新时间) or one that only a script knows is not sure.
_SURE = frozenset({"label", "byline", "tag"})
_APART = 1  # days by which PubDate and the shown date may differ: clocks and time zones


#: Scripts by which a page shows more than its source: then what the source lists may be some old favourites.
_FILLED = re.compile(
    r"\.(?:ajax|getJSON|load|jpage)\(|\$\.(?:get|post)\b|XMLHttpRequest|\bfetch\(|\baxios\b"
    r"|new Vue\b|createApp\(|laytpl"
    r"|\bv-(?:for|if|html)\b|\bng-(?:repeat|if)\b|text/(?:x-)?(?:template|tmpl|handlebars)"
    r"|src=[\"'][^\"'<>]{0,200}(?:vue|react|angular|axios|ajax|list|chunk)[^\"'<>/]{0,40}\.js",
    re.IGNORECASE,
)


class UndatedItems(NamedTuple):
    """The items of a page's lists without dates, in page order.

    ``whole``: they are one list, and no script adds to it, so that its order and its end tell something.
    """

    items: tuple[Item, ...]
    whole: bool


def undated_items(document: Document) -> UndatedItems:
    """What a page lists without any date; menus are no such lists."""
    items = tuple(document.rows.lists(dated=False))
    whole = _is_one_list(document.outline, {item.url for item in items})
    whole = whole and _FILLED.search(document.text) is None
    return UndatedItems(items, whole)


def _is_one_list(page: Outline, urls: set[str]) -> bool:
    """True where the smallest element around each item that holds a second one is the same for all."""
    places = {n: link.target for n, link in enumerate(page.links) if link.target in urls}
    lists: dict[str, set[int]] = {}
    for number, target in places.items():
        current = page.elements[page.links[number].element].parent
        while current >= 0:
            span = page.elements[current].links
            if any(places.get(n, target) != target for n in range(span.start, span.stop)):
                break
            current = page.elements[current].parent
        lists.setdefault(target or "", set()).add(current)
    common = set.intersection(*lists.values()) if lists else set()
    return bool(common)


def sure_date(facts: PageFacts, *, at: datetime) -> Dated | None:
    """The publish date of an article's page read at ``at``, where nothing on the page speaks against it."""
    published = facts.published
    if facts.kind is not PageKind.ARTICLE or published is None:
        return None
    if published.rule.partition(":")[0] not in _SURE or in_future(published.day, at):
        return None
    tagged = find_date(facts.tags.get("pubdate", ""), at)
    if tagged is not None and abs((tagged.day - published.day).days) > _APART:
        return None
    return published


def belongs(facts: PageFacts, url: str, *, names: Sequence[str], column_url: str) -> bool:
    """True for an article that lies in the column's folder, or names the column as the way to it."""
    if beneath(url, column_url):
        return True
    stated = {facts.tags.get("columnname", ""), *facts.trail} - {""}
    return any(name in stated for name in names)
