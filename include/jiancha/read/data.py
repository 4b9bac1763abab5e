"""Lists that a script fills: rows of JSON in the page. Only data is read, nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from jiancha.read.dates import parse_timestamp
from jiancha.read.items import Item, resolve

_ASSIGNED = re.compile(r"[=(:]\s{0,20}(?=\[\s{0,20}\{)|[=(]\s{0,20}(?=\{\s{0,20}\")")
_MAX_STARTS = 200
_MAX_DEPTH = 12
_TITLE_KEYS = ("title", "bt", "name", "subject", "infotitle", "articletitle", "biaoti", "caption")
_URL_KEYS = ("url", "href", "link", "linkurl", "infourl", "puburl", "docpuburl")
_DATE_KEYS = (
    "pubdate",
    "publishtime",
    "publishdate",
    "published",
    "pubtime",
    "releasetime",
    "releasedate",
    "fbsj",
    "fbrq",
    "date",
    "time",
    "infodate",
    "docreltime",
    "createtime",
    "createdate",
)
_PINNED_KEYS = ("istop", "top", "zd", "sticky")


def data_items(tree: LexborHTMLParser, url: str, at: datetime) -> list[Item]:
    """Items of the page's JSON rows that have a title, an address and a readable date, in order."""
    found: dict[str, Item] = {}
    for script in tree.css("script"):
        text = script.text() or ""
        if len(text) < 20:
            continue
        whole = (script.attributes.get("type") or "").endswith("json")
        for value in _values(text, whole=whole):
            for row in _rows(value, 0):
                item = _item(row, url, at, len(found))
                if item is not None:
                    found.setdefault(item.url, item)
    return list(found.values())


def _values(text: str, *, whole: bool) -> Iterator[Any]:
    """JSON values in a script: the whole of a data script, else what is assigned or passed."""
    decoder = json.JSONDecoder()
    starts = [0] if whole else [match.end() for match in _ASSIGNED.finditer(text)][:_MAX_STARTS]
    behind = -1
    for start in starts:
        if start < behind:
            continue  # inside a value that was read already
        try:
            value, behind = decoder.raw_decode(text, start + len(text[start:]) - len(text[start:].lstrip()))
        except (ValueError, RecursionError):
            continue
        yield value


def _rows(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _rows(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _rows(inner, depth + 1)


def _item(row: Mapping[str, Any], url: str, at: datetime, position: int) -> Item | None:
    keys = {str(key).lower().replace("_", ""): value for key, value in row.items()}
    title, link, published = (_first(keys, names) for names in (_TITLE_KEYS, _URL_KEYS, _DATE_KEYS))
    target = resolve(link, url) if link else None
    if not title or target is None or not published:
        return None
    found = parse_timestamp(published, at)
    return Item(
        title=" ".join(title.split())[:300],
        url=target,
        published_on=found.day if found else None,
        published_at=found.moment if found else None,
        date_rule=f"data:{found.rule}" if found else "",
        pinned=any(keys.get(key) in (1, "1", True, "true") for key in _PINNED_KEYS),
        position=position,
    )


def _first(keys: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = keys.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""
