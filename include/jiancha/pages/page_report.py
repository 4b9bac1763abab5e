"""What one page says, as plain values: the answer of ``jiancha read``."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from jiancha.pages.items import Item
from jiancha.pages.page import PageFacts, PageKind
from jiancha.standard import Standard
from jiancha.text.dates import in_future
from jiancha.windows import ZONE

_COLUMN_PAGES = (PageKind.LIST, PageKind.BLANK)
_LISTING_PAGES = (*_COLUMN_PAGES, PageKind.HOME)
#: Titles name the column and the site: 通知公告_某市统计局, 通知公告 - 某市人民政府
_TITLE_PARTS = re.compile(r"\s*[_|>»›\-—–]+\s*")
_SITE_NAME = re.compile(r"(?:政府|门户|官网|网站?|[局厅委办]|中心|平台)$")


def page_report(facts: PageFacts, at: datetime, standard: Standard) -> dict[str, Any]:
    """The facts of a page read as of ``at`` (aware); docs/commands.md describes the shape.

    ``newest`` leaves out dates after ``at``. Only lists and home pages have items: links beside an article's
    text are not its own, and those of a page that could not be read may be anything.
    """
    items = facts.items if facts.kind in _LISTING_PAGES else ()
    days = sorted({i.published_on for i in items if i.published_on is not None}, reverse=True)
    newest = next((day for day in days if not in_future(day, at)), None)
    published = facts.published
    return {
        "kind": "unknown" if facts.kind is PageKind.STUB else str(facts.kind),
        "charset": facts.charset,
        "charset_rule": facts.charset_rule,
        "title": facts.title,
        "column": _column(facts, standard) if facts.kind in _COLUMN_PAGES else None,
        "published_at": _time(published.day, published.moment) if published is not None else None,
        "published_rule": published.rule if published is not None else "",
        "items": [_item(item) for item in items],
        "newest": newest.isoformat() if newest is not None else None,
        "next": [] if facts.kind is PageKind.ARTICLE else list(facts.paging.next_pages),
        "tags": dict(facts.tags),
        "redirect_to": facts.redirect_to,
        "barrier": str(facts.barrier) if facts.barrier is not None else None,
        "trail": list(facts.trail),
        "columns": [{"name": link.name, "url": link.url} for link in facts.columns],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.url,
        "published_at": _time(item.published_on, item.published_at),
        "pinned": item.pinned,
        "rule": item.date_rule,
    }


def _time(day: date | None, moment: datetime | None) -> str | None:
    """Local time to the minute, the day alone where no more is known."""
    if moment is not None:
        return moment.astimezone(ZONE).isoformat(timespec="minutes")[:16]
    return day.isoformat() if day is not None else None


def _column(facts: PageFacts, standard: Standard) -> dict[str, Any]:
    name, found_by = _column_name(facts)
    kind = standard.kind_of(name)
    return {
        "name": name,
        "kind": kind.id,
        "kind_name": kind.name,
        "days": kind.days,
        "months": kind.months,
        "found_by": found_by,
    }


def _column_name(facts: PageFacts) -> tuple[str, str]:
    """The column's name by its ColumnName tag, else the way to the page, else the title."""
    if name := facts.tags.get("columnname"):
        return name, "tag"
    if facts.trail:
        return facts.trail[-1], "trail"
    site = facts.tags.get("sitename", "")
    parts = [part for part in _TITLE_PARTS.split(facts.title) if part and part != site]
    own = (part for part in parts if not _SITE_NAME.search(part))
    return next(own, parts[0] if parts else ""), "title"
