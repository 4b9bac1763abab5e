"""The rows that a visit leaves of a site's columns and of the items on its home page and in its lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jiancha.sites.column_pages import Found
from jiancha.sites.columns import Column

HOME = "home"


def item_rows(target_id: str, home: Sequence[Found], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows of ``items``: the home page's, then each column's, in the order they are shown."""
    lists = [(HOME, home), *((column.column_id, column.listing.items) for column in columns)]
    return [
        {"target_id": target_id, "column_id": column_id, **row}
        for column_id, found in lists
        for row in _items(found)
    ]


def _items(found: Sequence[Found]) -> Iterator[dict[str, Any]]:
    for position, (item, page_url, record_id) in enumerate(found):
        yield {
            "title": item.title,
            "url": item.url or None,  # never compared with another item's where only a script knows it
            "published_on": item.published_on,
            "published_at": item.published_at,
            "date_rule": item.date_rule,
            "pinned": item.pinned,
            "position": position,
            "page_url": page_url,
            "evidence": record_id,
        }


def column_rows(target_id: str, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Rows of ``columns``."""
    return [
        {
            "target_id": target_id,
            "column_id": column.column_id,
            "name": column.name,
            "url": column.url,
            "kind": column.kind.id,
            "found_by": column.found_by,
            "status": column.status,
            "failure": str(column.failure.kind) if column.failure else None,
            "reason": column.reason,
            "complete_back_to": column.listing.complete_back_to,
            "reached_end": column.listing.reached_end,
            "pages": column.listing.pages,
            "evidence": column.evidence,
        }
        for column in columns
    ]
