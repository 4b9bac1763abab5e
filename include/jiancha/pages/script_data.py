"""Lists that a script fills: rows of JSON or records of markup in the page. Nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from jiancha.pages.items import Item
from jiancha.pages.script_literals import literal_rows
from jiancha.text.characters import clean
from jiancha.text.dates import Dated, epoch_date, in_future, parse_timestamp
from jiancha.text.urls import resolve

_ASSIGNED = re.compile(r"[=(:]\s{0,20}(?=\[\s{0,20}\{)|[=(]\s{0,20}(?=\{\s{0,20}\")")
_MAX_STARTS = 200
_MAX_WASTED = 500_000  # characters read as data that then broke off
_MAX_DEPTH = 12
_MAX_ITEMS = 5000
_MAX_URLS = 2000  # characters of a record's addresses
_TITLE_KEYS = ("title", "bt", "subject", "infotitle", "articletitle", "doctitle", "biaoti", "caption", "name")
_URL_KEYS = ("url", "href", "link", "linkurl", "infourl", "puburl", "docpuburl", "arturl", "path")
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
    "displaypublishtime",
    "firstpublishtime",
    "firstpublishedtime",
    "publishedtime",
    "publisheddate",
    "releasedon",
    "showtime",
    "showdate",
    "daytime",
    "newstime",
    "newsdate",
    "posttime",
    "fbtime",
    "writetime",
    "addtime",
    "inputtime",
    "createtime",
    "createdate",
    "createdat",
)
#: Keys of records that are columns rather than what stands in them.
_COLUMN_KEYS = frozenset(
    (
        "children",
        "parentid",
        "pid",
        "showname",
        "channelname",
        "columnname",
        "channelcode",
        "columncode",
        "channeltype",
    )
)
_REAL_TITLES = _TITLE_KEYS[:-2]
_OF_COLUMNS = re.compile(
    r"(?:channel|column|catalog|menu|nav|lanmu|tree)\w{0,12}[\"']?\s{0,3}$", re.IGNORECASE
)
_PINNED_KEYS = ("istop", "top", "zd", "sticky")
_UNLINKED = 3  # so many rows of title and date are a list also where a script makes the addresses
_SHORTEST = 20  # characters of a script that holds rows
_DAY = re.compile(r"[\"'](?:19|20)\d\d[-/.年]|[: ]1\d{9}")
_RECORD = re.compile(r"<record>\s{0,20}<!\[CDATA\[")
_GROUP = re.compile(
    r"<nextgroup>\s{0,20}<!\[CDATA\[\s{0,20}<a\s{1,5}href\s{0,3}=\s{0,3}[\"']([^\"'<>]{1,500})[\"']",
    re.IGNORECASE,
)
_TOTAL = re.compile(r"<totalrecord>\s{0,10}(\d{1,7})\s{0,10}</totalrecord>")


class Records(NamedTuple):
    """Markup that a paging script shows piece by piece: how many pieces are ``here``, of how many
    in all if known, and the address of the group that comes after them, if it names one."""

    html: str
    here: int
    total: int | None
    following: str | None


class _Page(NamedTuple):
    """What a script's links and dates are resolved against."""

    url: str
    charset: str
    at: datetime


def embedded_records(scripts: Iterable[str]) -> Records | None:
    """The records of a <datastore> in the page: CDATA sections, each with the markup of a row."""
    for text in scripts:
        if "<record>" not in text or "<![CDATA[" not in text:
            continue
        pieces = [piece for after in _RECORD.split(text)[1:] if (piece := _section(after)) is not None]
        total = _TOTAL.search(text)
        if pieces:
            html = "".join(f"<div>{piece}</div>" for piece in pieces)
            group = _GROUP.search(text)
            return Records(html, len(pieces), int(total[1]) if total else None, group[1] if group else None)
    return None


def _section(text: str) -> str | None:
    """The text up to the end of its CDATA section; None where it is never closed."""
    piece, end, _ = text.partition("]]>")
    return piece if end else None


def data_items(
    scripts: Iterable[tuple[Mapping[str, str | None], str]], url: str, at: datetime, charset: str = "utf-8"
) -> list[Item]:
    """Items of the rows in scripts that have a title and a readable date, in order: those of JSON, else
    those of literals that are none.

    Rows without an address count only where several stand together.
    """
    written = [(attributes, text) for attributes, text in scripts if len(text) >= _SHORTEST]
    page = _Page(url, charset, at)
    return _items(_json_rows(written), page) or _items(_literal_rows(written), page)


def _items(rows: Iterable[Mapping[str, Any]], page: _Page) -> list[Item]:
    found: dict[str, Item] = {}
    for row in rows:
        item = _item(row, page, len(found)) if len(found) < _MAX_ITEMS else None
        if item is not None:
            found.setdefault(item.url or f"{item.title} {item.published_on}", item)
    items = list(found.values())
    return items if len(items) >= _UNLINKED else [item for item in items if item.url]


def _json_rows(scripts: Iterable[tuple[Mapping[str, str | None], str]]) -> Iterator[Mapping[str, Any]]:
    for attributes, text in scripts:
        whole = (attributes.get("type") or "").endswith("json")
        for value in _values(text, whole=whole):
            yield from _rows(value, 0)


def _literal_rows(scripts: Iterable[tuple[Mapping[str, str | None], str]]) -> Iterator[Mapping[str, Any]]:
    for _, text in scripts:
        if _DAY.search(text):
            yield from literal_rows(text)


def _values(text: str, *, whole: bool) -> Iterator[Any]:
    """JSON values in a script: the whole of a data script, else what is assigned or passed."""
    decoder = json.JSONDecoder()
    starts = [0] if whole else [match.end() for match in _ASSIGNED.finditer(text)][:_MAX_STARTS]
    behind, wasted = -1, 0
    for start in starts:
        if start < behind or wasted > _MAX_WASTED:
            continue  # inside a value that was read already, or in a text that only looks like data
        if _OF_COLUMNS.search(text[max(0, start - 40) : start].rstrip(" =(:\n\t\r")):
            continue  # a menu
        begin = next((n for n in range(start, min(start + 200, len(text))) if not text[n].isspace()), start)
        try:
            value, behind = decoder.raw_decode(text, begin)
        except RecursionError:
            wasted += len(text) - begin
            continue
        except json.JSONDecodeError as error:
            wasted += error.pos - begin
            continue
        except ValueError:  # a number of thousands of digits
            wasted += len(text) - begin
            continue
        yield value


def _rows(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for name, inner in value.items():
            if isinstance(inner, dict | list) and _OF_COLUMNS.search(str(name)) is None:
                yield from _rows(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _rows(inner, depth + 1)


def _item(row: Mapping[str, Any], page: _Page, position: int) -> Item | None:
    keys = {str(key).lower().replace("_", ""): value for key, value in row.items()}
    titles = _REAL_TITLES if keys.keys() & _COLUMN_KEYS else _TITLE_KEYS
    title, link = _first(keys, titles), _first(keys, _URL_KEYS) or _desktop_address(keys.get("urls"))
    found = _date(keys, page.at)
    if not title or found is None:
        return None
    return Item(
        title=" ".join(title.split())[:300],
        url=(resolve(link, page.url, page.charset) or "") if link else "",
        published_on=found.day,
        published_at=found.moment,
        date_rule=f"data:{found.rule}{':future' if in_future(found.day, page.at) else ''}",
        pinned=any(keys.get(key) in (1, "1", True, "true") for key in _PINNED_KEYS),
        position=position,
    )


def _desktop_address(urls: Any) -> str:
    """The address for desktop browsers among those of a record, which may be written as a text of JSON."""
    if isinstance(urls, str) and urls.startswith("{") and len(urls) <= _MAX_URLS:
        try:
            urls = json.loads(urls)
        except (ValueError, RecursionError):
            return ""
    return _first(urls, ("pc", "url")) if isinstance(urls, dict) else ""


def _date(keys: Mapping[str, Any], at: datetime) -> Dated | None:
    for name in _DATE_KEYS:
        value = keys.get(name)
        found = parse_timestamp(value, at) if isinstance(value, str) and value.strip() else epoch_date(value)
        if found is not None:
            return found
    return None


def _first(keys: Mapping[str, Any], names: tuple[str, ...]) -> str:
    for name in names:
        value = keys.get(name)
        if isinstance(value, str) and value.strip():
            return clean(value)
    return ""
