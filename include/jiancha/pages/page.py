"""One page: what kind it is, and all that an inspection needs to know of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from jiancha.pages.article_fast_path import plain_article
from jiancha.pages.barrier import Barrier, find_barrier
from jiancha.pages.columns import ColumnLink, breadcrumb, column_links
from jiancha.pages.document import Document
from jiancha.pages.document_write import written_markup
from jiancha.pages.frames import parts, unit_pages
from jiancha.pages.items import Item, Rows
from jiancha.pages.outline import Outline, outline, parse
from jiancha.pages.paging import Paging, read_paging
from jiancha.pages.published import TITLE, WEAK, body_texts, published
from jiancha.pages.script_data import Records, data_items, embedded_records
from jiancha.text.dates import Dated, in_future

_EMPTY = re.compile(
    r"暂无(?:信息|数据|内容|文章|记录|相关|更新|公告|结果)|(?:没有|无)(?:相关|找到|查询到|符合|任何)(?:的)?(?:信息|数据|内容|记录|结果|文章)?"
    r"|(?:内容|栏目|页面)(?:正在)?(?:建设|更新|维护)中|^暂无$|^没有数据$|共\s?0\s?[条篇]"
)
_EMPTY_LENGTH = 24  # longer texts are sentences
#: Slower refreshes only keep a page up to date.
_REFRESH = re.compile(
    r"^\s*(?:\d|1[0-5])(?:\.\d{1,3})?\s*[;,]\s*url\s*=\s*[\"']?(.{1,500}?)[\"']?\s*$", re.IGNORECASE
)
_REFRESH_LENGTH = 600
_REFRESHES = "refresh"
_SCRIPT_MOVE = re.compile(
    r"(?:window\.|self\.|top\.|document\.)?location(?:\.href|\.replace|\.assign)?\s{0,3}(?:=|\()\s{0,3}[\"']([^\"'<>]{1,500})[\"']"
)
_FILLED_LATER = re.compile(
    r"(?:\$|jQuery)\.(?:ajax|get|post|getJSON)\b|\.load\(|XMLHttpRequest|\bfetch\(|\baxios\b|new Vue\b"
    r"|createApp\(|\blaytpl\b|Mustache|\.jpage\(|table\.render\("
    r"|\b(?:load|get|query|init|render|show)_?(?:List|Data|Page|Info|News|Article)\w{0,20}\s?\(",
    re.IGNORECASE,
)
#: Scripts that by their name fill pages, and attributes by which they say where.
_FILLER = re.compile(
    r"(?:^|[/._\-])(?:vue|react|angular|axios|ajax|list|chunk|unitbuild)[^/]{0,40}\.js", re.IGNORECASE
)
_BOUND = re.compile(r"\s(?:v-(?:for|if|else|show|html)|ng-(?:repeat|if|show|hide)|:data)\b")
_TEMPLATE_TYPE = re.compile(r"template|x-tmpl|handlebars|mustache", re.IGNORECASE)
_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|superslide|layui|share|kxbdmarquee|html5|respond|tongji|hm\.js|gov\.?cn.*(?:wza|tj)",
    re.IGNORECASE,
)
_LIST_HEAD = re.compile(r"标题|名称|主题")
_DATE_HEAD = re.compile(r"日期|时间")
_ARTICLE_ADDRESS = re.compile(
    r"/t?20\d{6}_\d+|/art/20\d{2}/|/content_?/?\w*\d{4,}|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE
)
_HOME_FILE = re.compile(r"/(?:(?:index|default|main|home)\.\w{2,5})?", re.IGNORECASE)
_STUB_TEXT = 3000
_STUB_LINKS = 2
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
    whose content the page shows as its own: a page without a list may have it there. ``links`` are all
    addresses that it links to, each once. ``barrier`` tells what stands in the page's place, if anything
    does.
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
    links: tuple[str, ...] = ()
    barrier: Barrier | None = None


def read_page(document: Document, *, menu: bool = True) -> PageFacts:
    """Read a page. Without ``menu`` an article's items, columns and trail are left out: half the time."""
    if not menu and document.is_page and (dated := _dated_plainly(document)) is not None:
        return _article(document, _past(dated, document.at))
    redirect, dated = _redirect(document), published(document)
    if not menu and redirect is None and _is_surely_article(document, dated):
        return _article(document, _past(dated, document.at))
    listed, paging = _listed(document)
    barred = None if listed or redirect or dated else find_barrier(document)
    kind = PageKind.UNKNOWN if barred else _kind(document, listed, dated, redirect)
    items = listed if kind in (PageKind.LIST, PageKind.BLANK) else document.rows.links()
    page = document.outline
    return PageFacts(
        kind=kind,
        charset=document.decoded.charset,
        charset_rule=document.decoded.rule,
        title=document.title,
        tags=document.tags,
        items=tuple(items),
        columns=tuple(column_links(page, document.url, items)),
        trail=tuple(breadcrumb(page)),
        paging=paging,
        published=_past(dated, document.at) if kind is PageKind.ARTICLE else None,
        redirect_to=redirect,
        parts=parts(document) if kind in _MAY_LIE_ELSEWHERE else (),
        links=tuple(dict.fromkeys(link.target for link in page.links if link.target is not None)),
        barrier=barred,
    )


def _dated_plainly(document: Document) -> Dated | None:
    """The date of an article that needs no closer look."""
    refreshed = any(_REFRESHES in (each.get("http-equiv") or "").lower() for each in document.marked.meta)
    if _is_home(document.url) or refreshed:
        return None
    found = plain_article(document)
    return replace(found, rule=f"byline:{found.rule}") if found is not None else None


def _is_surely_article(document: Document, told: Dated | None) -> bool:
    """True for what is an article whatever else stands on the page (see ``_kind``)."""
    if _is_home(document.url) or not document.is_page:
        return False
    return bool(document.tags.get("articletitle")) or (told is not None and told.rule.startswith("byline"))


def _outweighs(document: Document, told: Dated, listed: Sequence[Item]) -> bool:
    """True for a dated text beside which other lists stand, such as what is related to it.

    A date with a label or under a heading needs a paragraph. What only a tag or script knows, or the other
    faint rules tell, may as well be the list's: there the lists must be but recommendations.
    """
    if any(item.published_on == told.day for item in listed):
        return False  # the date of a row that is built in an unknown way
    if not body_texts(document):
        return False
    return told.rule.startswith(("label", "heading")) or document.rows.only_recommended


def _is_download(document: Document, told: Dated, listed: Sequence[Item]) -> bool:
    """True for a page that dates and offers one file, named as the page is, and the way to it beside it."""
    days = [item.published_on for item in listed if item.published_on is not None]
    if not told.rule.startswith("label") or days != [told.day] * _LIST_ITEMS:
        return False
    title = document.title
    return any(len(item.title) >= TITLE and title.startswith(item.title) for item in listed)


def _past(told: Dated | None, at: datetime) -> Dated | None:
    """No article was published on a day to come: somebody mistyped it."""
    return told if told is not None and not in_future(told.day, at) else None


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
    if paging == Paging() and document.rows.only_recommended and _is_filled_later(document):
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
    written = written_markup(document.scripts)
    told = Rows(outline(parse(written), document.url), document.at).lists() if written else []
    return told or data_items(document.scripts, document.url, document.at), paging


def _recorded(document: Document, records: Records) -> list[Item]:
    return Rows(outline(parse(records.html), document.url), document.at).lists()


def _kind(
    document: Document, listed: Sequence[Item], dated_by: Dated | None, redirect: str | None
) -> PageKind:
    if redirect is not None:
        return PageKind.STUB
    path = urlsplit(document.url).path
    if _is_home(document.url):
        return PageKind.HOME
    dated = sum(item.published_on is not None for item in listed)
    if not document.is_page:
        return PageKind.LIST if dated else PageKind.UNKNOWN
    told = dated_by.rule.partition(":")[0] if dated_by is not None else ""
    article = (
        _is_surely_article(document, dated_by)
        or (told and _ARTICLE_ADDRESS.search(path))
        or (dated_by is not None and _outweighs(document, dated_by, listed))
        or (dated_by is not None and _is_download(document, dated_by, listed))
    )
    # one dated row is a list too, where the date that a script or tag names may well be that row's own
    one = told in ("", "tag") or told in WEAK or (told == "script" and bool(document.tags.get("columnname")))
    if dated and not article and (dated >= _LIST_ITEMS or one):
        return PageKind.LIST
    if article or (told and not _is_unfilled(document, told)):
        return PageKind.ARTICLE
    return PageKind.BLANK if _is_blank(document) else PageKind.UNKNOWN


def _is_unfilled(document: Document, told: str) -> bool:
    """True for a column's page without a text, whose date may be any: what it lists is not read."""
    if told in WEAK and document.rows.lists(dated=False):
        return True
    a_column = document.tags.get("columnname") and not document.tags.get("articletitle")
    return bool(a_column) and told != "label" and _is_filled_later(document) and not body_texts(document)


def _is_blank(document: Document) -> bool:
    """True where the page says that its list is empty, or shows an empty one, and no script could fill it."""
    if _is_filled_later(document):
        return False
    if document.rows.lists(dated=False):
        return False
    elements = document.outline.elements
    for text in document.outline.texts:
        if len(text.text) <= _EMPTY_LENGTH and _EMPTY.search(text.text) and not elements[text.element].hidden:
            return True
    sources = (a.get("src") or "" for a, _ in document.scripts)
    return all(not src or _LIBRARY.search(src) for src in sources) and _has_empty_table(document.outline)


def _is_filled_later(document: Document) -> bool:
    return bool(any(_fills(*script) for script in document.scripts) or _BOUND.search(document.text))


def _fills(attributes: Mapping[str, str | None], text: str) -> bool:
    """True for a script that could fill a list after the page was loaded."""
    if _FILLER.search((attributes.get("src") or "")[:500]):
        return True
    return bool(_FILLED_LATER.search(text) or _TEMPLATE_TYPE.search(attributes.get("type") or ""))


def _has_empty_table(page: Outline) -> bool:
    """A table with a head of title and date, and nothing below it."""
    for element in page.elements:
        if element.tag == "table" and element.links.start == element.links.stop:
            said = page.texts[element.texts]
            head = " ".join(text.text for text in said)
            cells = {text.cell for text in said}
            only_head = bool(said) and all(c >= 0 and page.elements[c].tag == "th" for c in cells)
            if only_head and _LIST_HEAD.search(head) and _DATE_HEAD.search(head):
                return True
    return False


def _redirect(document: Document) -> str | None:
    """Where a small page sends its visitor, by meta refresh or by script."""
    for each in document.marked.meta:
        if (each.get("http-equiv") or "").lower() == _REFRESHES:
            match = _REFRESH.match(" ".join((each.get("content") or "")[:_REFRESH_LENGTH].split()))
            target = document.resolve(match[1]) if match else None
            if target is not None and target != document.url:
                return target
    if (
        len(document.outline.links) <= _STUB_LINKS
        and sum(len(t.text) for t in document.outline.texts) < _STUB_TEXT
    ):
        for _, text in document.scripts:
            match = _SCRIPT_MOVE.search(text[:_STUB_TEXT])
            target = document.resolve(match[1]) if match else None
            if target is not None and target != document.url:
                return target
    return None
