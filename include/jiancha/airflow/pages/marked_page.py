"""A stored page as it was judged: inert, with the rows and dates that were read marked in it.

What is shown runs no script, loads nothing and leads nowhere; it comes from outside. The rows are found
again by the reader that found them first, so that a mark stands where the date was read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from markupsafe import escape
from selectolax.lexbor import LexborHTMLParser, LexborNode

from jiancha.pages.document import Document
from jiancha.text.dates import Dated, find_date, find_dates, plain

#: Elements that load, run or redirect; the rest is harmless without their attributes.
_REMOVED = "script, iframe, frame, object, embed, applet, base, link, meta, portal, template"
_KEPT_ATTRIBUTES = frozenset(
    {
        "class", "id", "style", "title", "alt", "lang", "dir", "colspan", "rowspan", "align", "valign",
        "width", "height", "bgcolor", "color", "size", "face", "border", "cellpadding", "cellspacing", "type",
        "value", "datetime", "start", "hidden", "checked", "disabled", "open",
    }
)  # fmt: skip
_MOST_TEXT = 2_000_000
_MOST_TITLES = 500
_MOST_COMPARED = 50_000_000  # titles times signs of a text: where all begin alike each is tried at each sign
#: A browser jumps to this mark.
DECIDES = "jiancha-decides"
_STYLE = """
.jiancha-row { outline: 2px solid #2f6fb5 !important; outline-offset: 1px; }
.jiancha-row.jiancha-first { outline: 3px solid #c02626 !important; }
mark.jiancha-date { background: #ffe27a !important; color: #111 !important; padding: 0 .15em; }
.jiancha-first mark.jiancha-date { background: #ffb4a8 !important; }
.jiancha-rule { font: 12px/1.4 system-ui, sans-serif; background: #2f6fb5; color: #fff; padding: 0 .4em;
  border-radius: .3em; margin: 0 .4em; white-space: nowrap; display: inline-block; }
.jiancha-first .jiancha-rule { background: #c02626; }
pre.jiancha-text { white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.6 ui-monospace, monospace; }
"""
_HEAD = f'<meta charset="utf-8"><style>{_STYLE}</style>'


class Read(NamedTuple):
    """A row as it was read: what decided is marked first of all."""

    title: str
    url: str
    day: date | None
    rule: str
    decides: bool


class MarkedPage(NamedTuple):
    """A page to be shown; ``marked`` of the rows that were read were found again where they stand."""

    html: str
    charset: str
    charset_rule: str
    marked: int
    kind: str  # page | text | other


def show(
    body: bytes, *, content_type: str | None, url: str, at: datetime, rows: Sequence[Read]
) -> MarkedPage:
    """The page, or the text of anything else, with the titles and dates that were read marked."""
    if body[:5] in (b"%PDF-", b"\x89PNG\r") or body[:2] in (b"PK", b"\xff\xd8") or b"\0" in body[:2000]:
        return MarkedPage(_HEAD + "<p>这份内容不是文本，请下载原文查看。</p>", "", "", 0, "other")
    document = Document(body, url, content_type, at)
    text, charset, rule = document.decoded
    if _is_page(text, content_type):
        html, marked = _page(document, rows)
        return MarkedPage(html, charset, rule, marked, "page")
    html, marked = _text(text, rows)
    return MarkedPage(html, charset, rule, marked, "text")


def _is_page(text: str, content_type: str | None) -> bool:
    kind = (content_type or "").lower()
    begins = text[:500].lstrip("\ufeff \t\r\n").lower()
    if begins.startswith(("<?xml", "<rss", "<feed", "{", "[")) and "<html" not in begins:
        return False
    return (
        "html" in kind or begins.startswith(("<!doctype html", "<html")) or "<body" in text[:20_000].lower()
    )


def _page(document: Document, rows: Sequence[Read]) -> tuple[str, int]:
    wanted: dict[tuple[str, date | None], Read] = {}
    for row in sorted(rows, key=lambda each: each.decides):
        wanted[row.url, row.day] = row
    marked: set[Read] = set()
    places = list(document.rows.placed()) if wanted else []
    first = True
    for item, element in places:
        read = wanted.get((item.url, item.published_on))
        if read is None or read in marked or not (item.published_on or read.title == item.title):
            continue
        marked.add(read)
        _mark(document, element.number, read, jump=read.decides and first)
        first = first and not read.decides
    _make_inert(document.tree)
    html = document.tree.html or ""
    return f"<!doctype html>{_HEAD}{html.removeprefix('<!DOCTYPE html>')}", len(marked)


def _mark(document: Document, number: int, read: Read, *, jump: bool) -> None:
    """Outline a row, mark its date, and say by which rule that was read."""
    page, at = document.outline, document.at
    element = page.elements[number]
    named = " ".join(["jiancha-row", *(["jiancha-first"] if read.decides else [])])
    element.node.attrs["class"] = f"{element.node.attributes.get('class') or ''} {named}".strip()
    if jump:
        element.node.attrs["id"] = DECIDES
    if read.day is None:
        return
    for text in page.texts[element.texts]:
        if _dated(text.text, read.day, at):
            _mark_date(page.elements[text.element].node, read, at)
            break
    else:
        links = page.links[element.links]
        anchor = page.elements[links[0].element].node if links else element.node.child
        if anchor is not None:
            anchor.insert_after(_badge(read))


def _mark_date(holder: LexborNode, read: Read, at: datetime) -> None:
    """Wrap the date in the text node that shows it."""
    for node in _texts(holder):
        written = node.text_content or ""
        found = _dated(plain(written), read.day, at) if read.day else None
        if found is not None:
            start, end = (found.start, found.end) if found.end else (0, len(written))
            node.insert_before(written[:start])
            node.insert_before(_element(f'<mark class="jiancha-date">{escape(written[start:end])}</mark>'))
            node.insert_before(_badge(read))
            node.insert_before(written[end:])
            node.decompose()
            return
    holder.insert_after(_badge(read))


def _dated(text: str, day: date, at: datetime) -> Dated | None:
    """Where a text shows this day, with or without its year."""
    found = [*find_dates(text), *(each for each in [find_date(text, at)] if each is not None)]
    return next((each for each in found if each.day == day), None)


def _texts(holder: LexborNode) -> Iterator[LexborNode]:
    node = holder.child
    while node is not None:
        following = node.next
        if node.is_text_node:
            yield node
        node = following


def _badge(read: Read) -> LexborNode:
    label = f"{'判定依据 ' if read.decides else ''}{read.day} · {read.rule}"
    return _element(f'<span class="jiancha-rule">{escape(label)}</span>')


def _element(html: str) -> LexborNode:
    body = LexborHTMLParser(html).body
    if body is None or body.child is None:
        raise ValueError("an element has no body")
    return body.child


def _make_inert(tree: LexborHTMLParser) -> None:
    """Take out whatever runs, loads or leads away. Beside this the answer's own policy forbids it."""
    for node in tree.css(_REMOVED):
        node.decompose()
    for node in tree.css("*"):
        given: Mapping[str, str | None] = node.attributes
        for name in given:
            if name not in _KEPT_ATTRIBUTES:
                del node.attrs[name]


def _text(text: str, rows: Sequence[Read]) -> tuple[str, int]:
    """A feed or an interface's answer as text; JSON is laid out, its escapes made readable."""
    if len(text) <= _MOST_TEXT:
        with suppress(ValueError, RecursionError):  # what is no JSON is shown as it stands
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    shown = str(escape(text[:_MOST_TEXT].encode("utf-8", "replace").decode()))
    most = min(_MOST_TITLES, _MOST_COMPARED // (2 * len(shown) + 1))
    titles = {
        str(escape(quoted)): row
        for row in sorted(rows, key=lambda each: not each.decides)[:most]
        for quoted in (row.url, row.title)
        if len(quoted) >= 4
    }
    marked: set[Read] = set()
    jumped = False

    def mark(match: re.Match[str]) -> str:
        nonlocal jumped
        row = titles[match[0]]
        named = "jiancha-row jiancha-first" if row.decides else "jiancha-row"
        jump = f' id="{DECIDES}"' if row.decides and not jumped else ""
        jumped = jumped or row.decides
        badge = (
            "" if row in marked else f'<span class="jiancha-rule">{row.day or ""} · {escape(row.rule)}</span>'
        )
        marked.add(row)
        return f'<span class="{named}"{jump}><mark class="jiancha-date">{match[0]}</mark>{badge}</span>'

    if titles:
        shown = re.sub("|".join(re.escape(t) for t in sorted(titles, key=len, reverse=True)), mark, shown)
    more = "<p>（以下略去，请下载原文。）</p>" if len(text) > _MOST_TEXT else ""
    body = f'<body><pre class="jiancha-text">{shown}</pre>{more}'
    return f'<!doctype html><html lang="zh-CN"><head>{_HEAD}</head>{body}', len(marked)
