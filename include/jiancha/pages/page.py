"""One page: what kind it is, and all that an inspection needs to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from jiancha.pages.article_head import FILE, TITLE, paragraphs
from jiancha.pages.barrier import Barrier, find_barrier
from jiancha.pages.blank import is_blank, is_filled_later
from jiancha.pages.columns import ColumnLink, breadcrumb, column_links
from jiancha.pages.document import Document
from jiancha.pages.document_write import written_markup
from jiancha.pages.frames import parts, unit_pages
from jiancha.pages.items import Item, Rows
from jiancha.pages.menus import MenuEntry, menu_parts, written_menus
from jiancha.pages.outline import outline, parse
from jiancha.pages.paging import Paging, read_paging
from jiancha.pages.published import WEAK, published
from jiancha.pages.redirects import redirect_of, refreshes
from jiancha.pages.script_data import Records, data_items, embedded_records
from jiancha.text.dates import Dated, in_future

_ARTICLE_ADDRESS = re.compile(
    r"/t?20\d{6}_\d+|/art/20\d{2}/|/content_?/?\w*\d{4,}|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE
)
_HOME_FILE = re.compile(r"/(?:(?:index|default|main|home)\.\w{2,5})?", re.IGNORECASE)
_LIST_ITEMS = 2
_RECORDS = "<record>"


class PageKind(StrEnum):
    """What a page is. ``unknown`` is a legitimate answer: a list that cannot be read is not a blank one."""

    HOME = "home"
    LIST = "list"
    ARTICLE = "article"
    BLANK = "blank"
    STUB = "stub"
    UNKNOWN = "unknown"


_MAY_LIE_ELSEWHERE = frozenset({PageKind.HOME, PageKind.UNKNOWN})


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What one page says.

    ``tags`` are its meta tags with lower-case names (国办发〔2017〕47号). ``items`` are those of the page's
    own lists; on a home page and where no list was recognised, every link that might be one. ``trail`` is the
    way to the page as it is shown (当前位置). ``published`` is an article's date. ``parts`` are addresses
    whose content the page shows as its own: a page without a list may have it there; from ``menus`` it may
    show its navigation. ``links`` are all addresses that it links to, each once. ``barrier`` tells what
    stands in the page's place, if anything does.
    """

    kind: PageKind
    charset: str
    charset_rule: str
    title: str
    tags: Mapping[str, str]
    items: tuple[Item, ...]
    columns: tuple[ColumnLink, ...]
    trail: tuple[str, ...]
    paging: Paging
    published: Dated | None
    redirect_to: str | None
    parts: tuple[str, ...] = ()
    menus: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    barrier: Barrier | None = None


def read_page(document: Document, *, menu: bool = True) -> PageFacts:
    """Read a page. Without ``menu`` an article's items, columns and trail are left out: half the time."""
    dated = published(document)
    byline = dated is not None and dated.rule.startswith("byline")
    redirect = redirect_of(document) if not byline or refreshes(document) else None
    if not menu and redirect is None and _is_surely_article(document, dated):
        return _article(document, _past(dated, document.at))
    listed, paging = _listed(document)
    barred = None if listed or redirect or dated else find_barrier(document)
    kind = PageKind.UNKNOWN if barred else _kind(document, listed, dated, redirect)
    items = listed if kind in (PageKind.LIST, PageKind.BLANK) else document.rows.links()
    page = document.outline
    elsewhere = kind in _MAY_LIE_ELSEWHERE
    written = written_menus(document) if elsewhere else []
    columns = column_links(page, document.url, items, written)
    return PageFacts(
        kind=kind,
        charset=document.decoded.charset,
        charset_rule=document.decoded.rule,
        title=document.title,
        tags=document.tags,
        items=tuple(items),
        columns=tuple(columns),
        trail=tuple(breadcrumb(page)),
        paging=paging,
        published=_past(dated, document.at) if kind is PageKind.ARTICLE else None,
        redirect_to=redirect,
        parts=_parts(document, written) if elsewhere else (),
        menus=menu_parts(document, lacking=not columns) if elsewhere else (),
        links=tuple(dict.fromkeys(link.target for link in page.links if link.target is not None)),
        barrier=barred,
    )


def _parts(document: Document, written: Sequence[MenuEntry]) -> tuple[str, ...]:
    """Addresses whose content the page may show as its own; what a menu in a script leads to is none."""
    led_to = {entry.url for entry in written}
    return tuple(address for address in parts(document) if address not in led_to)


def _is_surely_article(document: Document, dated: Dated | None) -> bool:
    """True for what is an article whatever else stands on the page (see ``_kind``)."""
    return (
        dated is not None
        and document.is_page
        and not _is_home(document.url)
        and (dated.rule.startswith("byline") or bool(document.tags.get("articletitle")))
    )


def _outweighs(document: Document, dated: Dated, listed: Sequence[Item]) -> bool:
    """True for a dated text beside which other lists stand, such as what is related to it.

    A date with a label needs a paragraph; one under a title has pictures or files where it has none. What
    only a tag or script knows, or the other faint rules tell, may as well be the list's: there the lists
    must be but recommendations.
    """
    if any(item.published_on == dated.day for item in listed):
        return False  # the date of a row that is built in an unknown way
    if not (paragraphs(document) or dated.rule.startswith("heading")):
        return False
    return dated.rule.startswith(("label", "heading")) or document.rows.only_recommended


def _is_download(document: Document, dated: Dated, listed: Sequence[Item]) -> bool:
    """True for a page that dates and offers files, or one named as the page is with the way to it."""
    rows = [item for item in listed if item.published_on is not None]
    if {row.published_on for row in rows} != {dated.day} or not dated.rule.startswith(("label", "heading")):
        return False
    named = any(len(item.title) >= TITLE and document.title.startswith(item.title) for item in listed)
    return (named and len(rows) == _LIST_ITEMS) or all(FILE.search(row.url) for row in rows)


def _past(dated: Dated | None, at: datetime) -> Dated | None:
    """No article was published on a day to come: somebody mistyped it."""
    return dated if dated is not None and not in_future(dated.day, at) else None


def _article(document: Document, published_on: Dated | None) -> PageFacts:
    return PageFacts(
        kind=PageKind.ARTICLE,
        charset=document.decoded.charset,
        charset_rule=document.decoded.rule,
        title=document.title,
        tags=document.tags,
        items=(),
        columns=(),
        trail=(),
        paging=Paging(),
        published=published_on,
        redirect_to=None,
        links=document.links,
    )


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return _HOME_FILE.fullmatch(parts.path) is not None and not parts.query


def _listed(document: Document) -> tuple[list[Item], Paging]:
    """The items of the page's lists; where it shows none, of those that its scripts would fill."""
    paging = read_paging(document.outline, document.text, document.url)
    items = document.rows.lists()
    if paging == Paging() and document.rows.only_recommended and is_filled_later(document):
        items = []  # what is recommended; the page's own list is not there yet
    records = embedded_records([document.text]) if _RECORDS in document.text else None
    if items and (records is None or not any(item.published_on for item in _recorded(document, records))):
        further = unit_pages(document.tree, document.url)
        return items, Paging(further, len(further) + 1) if further else paging
    if records is not None:
        following = document.resolve(records.following) if records.following else None
        left = records.total is not None and records.total > records.here and following is None
        next_pages = () if following is None else (following,)
        return _recorded(document, records), Paging(next_pages, paging.page_count, hidden=left)
    written, charset = written_markup(document.scripts), document.decoded.charset
    listed = _rows_of(written, document).lists() if written else []
    return listed or data_items(document.scripts, document.url, document.at, charset), paging


def _recorded(document: Document, records: Records) -> list[Item]:
    return _rows_of(records.html, document).lists()


def _rows_of(html: str, document: Document) -> Rows:
    """The rows of markup that a page holds in a script."""
    return Rows(outline(parse(html), document.url, document.decoded.charset), document.at)


def _kind(document: Document, listed: Sequence[Item], dated: Dated | None, redirect: str | None) -> PageKind:
    if redirect is not None:
        return PageKind.STUB
    if _is_home(document.url):
        return PageKind.HOME
    days = sum(item.published_on is not None for item in listed)
    if not document.is_page:
        return PageKind.LIST if days else PageKind.UNKNOWN
    rule = dated.rule.partition(":")[0] if dated is not None else ""
    article = bool(document.tags.get("articletitle")) or (
        dated is not None and _is_dated_article(document, dated, listed)
    )
    # one dated row is a list too, where the date that a script or tag names may well be that row's own
    one = rule in ("", "tag") or rule in WEAK or (rule == "script" and bool(document.tags.get("columnname")))
    if days and not article and (days >= _LIST_ITEMS or one):
        return PageKind.LIST
    if article or (rule and not _is_unfilled(document, rule)):
        return PageKind.ARTICLE
    return PageKind.BLANK if is_blank(document) else PageKind.UNKNOWN


def _is_dated_article(document: Document, dated: Dated, listed: Sequence[Item]) -> bool:
    """True for a dated page that is an article although it may show lists."""
    return (
        dated.rule.startswith("byline")
        or _ARTICLE_ADDRESS.search(urlsplit(document.url).path) is not None
        or _outweighs(document, dated, listed)
        or _is_download(document, dated, listed)
    )


def _is_unfilled(document: Document, rule: str) -> bool:
    """True for a column's page without a text, whose date may be any: what it lists is not read."""
    if rule in WEAK and not paragraphs(document) and document.rows.lists(dated=False):
        return True
    a_column = document.tags.get("columnname") and not document.tags.get("articletitle")
    return bool(a_column) and rule != "label" and is_filled_later(document) and not paragraphs(document)
