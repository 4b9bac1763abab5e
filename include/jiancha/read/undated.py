"""Lists that show no dates, and the dates that their items' own pages tell.

Such a list is dated only by what is sure: a date that proved wrong could accuse a column falsely, or excuse
it. So an article's date counts where the page shows it or tags it, where shown and tagged date do not
contradict each other, and where the article says that it belongs to the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiancha.read.charset import decode
from jiancha.read.columns import beneath
from jiancha.read.dates import Dated, find_date, in_future
from jiancha.read.items import Item, Rows
from jiancha.read.outline import outline, parse
from jiancha.read.page import PageFacts, PageKind

#: How ``PageFacts.published`` may have been told: shown with a label, in the line under the title, or
#: tagged. A day of the last change (更新时间) or one that only a script knows is not sure.
_SURE = frozenset({"label", "byline", "tag"})
_APART = 1  # days by which PubDate and the shown date may differ: clocks and time zones


def undated_items(body: bytes, *, url: str, content_type: str | None, at: datetime) -> tuple[Item, ...]:
    """The items of a page's lists that show no date at all, in page order; menus are no such lists."""
    page = outline(parse(decode(body, content_type).text), url)
    return tuple(Rows(page, at).lists(dated=False))


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
    told = {facts.tags.get("columnname", ""), *facts.trail} - {""}
    return any(name in told for name in names)
