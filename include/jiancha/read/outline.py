"""A page flattened in one walk: elements, texts and links in document order, each knowing its place.

Rows, lists and pagers are then found with slices instead of repeated searches, so that the work grows with
the size of the page and not with its nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jiancha.read.dates import plain

#: lexbor searches its stack of open elements at each tag: 200,000 nested divs took it 349 s. Browsers
#: stop at a depth of 512 too.
MAX_DEPTH = 512
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:\-]{0,30})")
#: Closed by their like or by their parent, so that an open one does not nest.
_FLAT = frozenset(
    {
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dd",
        "dt",
        "option",
        "br",
        "img",
        "input",
        "meta",
        "link",
        "hr",
        "base",
        "col",
    }
    | {"area", "source", "wbr", "param", "embed", "tbody", "thead", "tfoot", "html", "head", "body"}
)
_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "select", "textarea", "head", "iframe", "object"}
)
_CELLS = frozenset({"td", "th"})
_MAX_TEXT = 4000
_MAX_WRITTEN = 400  # characters of a script that only writes a date
_WRITES = re.compile(r"document\.write|^\s{0,20}[\w.$]{1,40}\([^;{}]{1,200}\)\s{0,5};?\s{0,20}$")
_WRITTEN = re.compile(r"[\"']((?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}[^\"'<>]{0,20})[\"']")
_MAX_REMEMBERED = 1000  # characters of an address
_NONE = slice(0, 0)
_NO_TARGET = ("#", "javascript:", "mailto:", "tel:", "data:", "about:")
_ON_CLICK = re.compile(
    r"(?:location(?:\.href)?\s{0,2}=|location\.(?:assign|replace)\(|open\(|(?:go|goto)?page\()\s{0,2}[\"']([^\"']{1,500})[\"']",
    re.IGNORECASE,
)


class Element:
    """An element with the slices of texts and links that lie within it.

    ``before`` and ``after`` are its neighbours under the same parent, or -1.
    """

    __slots__ = ("after", "before", "hidden", "links", "node", "parent", "tag", "texts")

    def __init__(self, tag: str, parent: int, node: LexborNode, before: int, hidden: bool) -> None:
        self.tag, self.parent, self.node, self.before, self.hidden = tag, parent, node, before, hidden
        self.after = -1
        self.texts = self.links = _NONE


class Text(NamedTuple):
    """A text node, full-width digits and signs made plain: its element, link and table cell (or -1)."""

    text: str
    element: int
    link: int
    cell: int


@dataclass(slots=True)
class Link:
    """An ``a`` element. ``target`` is its absolute address, or None where only a script knows it."""

    element: int
    href: str
    target: str | None
    title: str
    text: str = ""

    @property
    def name(self) -> str:
        """What the link calls what it leads to: its title attribute, else its text."""
        return self.title or self.text


class Outline(NamedTuple):
    """A page in document order; element 0 is the body."""

    elements: list[Element]
    texts: list[Text]
    links: list[Link]

    def text_of(self, element: Element) -> str:
        return " ".join(text.text for text in self.texts[element.texts])

    def classes(self, number: int) -> str:
        """The class and id of an element."""
        attributes = self.elements[number].node.attributes
        return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def parse(html: str) -> LexborHTMLParser:
    """Parse a page; tags nested deeper than ``MAX_DEPTH`` are left out."""
    shallow = html.count("<") - html.count("</") <= MAX_DEPTH  # so few tags cannot nest deeper
    return LexborHTMLParser(html if shallow else _without_depth(html))


def outline(tree: LexborHTMLParser, url: str) -> Outline:
    """Flatten a parsed page that was fetched from ``url``."""
    body = tree.body
    if body is None:
        return Outline([], [], [])
    base = tree.css_first("base[href]")
    # a base that is no web address is none, as for browsers
    address = (resolve(base.attributes.get("href") or "", url) if base is not None else None) or url
    hidden = {node.mem_id for node in tree.css('[style*="none" i]') if _is_hidden(node)}
    return _Walk(address, hidden).run(body)


def resolve(href: str, url: str) -> str | None:
    """The absolute address of a link without its fragment; None for what is no page."""
    href = href.strip()
    if not href or href.lower().startswith(_NO_TARGET):
        return None
    # pages of one folder share their menus: what leads from one leads from all
    base = url if href[0] == "?" else _folder(url)
    return _remembered(href, base) if len(href) + len(base) <= _MAX_REMEMBERED else _join(href, base)


def _join(href: str, url: str) -> str | None:
    try:
        target = urljoin(url, href)
        parts = urlsplit(target)
        _ = parts.port  # raises where it is none
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return target.partition("#")[0] if usable else None


_remembered = lru_cache(maxsize=20_000)(_join)


@lru_cache(maxsize=64)
def _folder(url: str) -> str:
    """The part of an address from which all relative ones but a mere query are resolved alike."""
    folder, slash, _ = url.partition("#")[0].partition("?")[0].rpartition("/")
    return folder + slash if folder.count("/") >= 2 else url


def _is_hidden(node: LexborNode) -> bool:
    return "display:none" in (node.attributes.get("style") or "").replace(" ", "").lower()


class _Walk:
    """The walk over the tree, without recursion: pages may nest as deep as they like.

    It meets every node of every page, so it asks a node for as little as possible.
    """

    def __init__(self, url: str, hidden: set[int]) -> None:
        self.url, self.hidden = url, hidden
        self.page = Outline([], [], [])
        self.open: list[tuple[int, int, int]] = []  # elements, with the first text and link in each
        self.youngest: list[int] = []  # child of each open element
        self.link = -1
        self.cells: list[int] = [-1]

    def run(self, body: LexborNode) -> Outline:
        texts = self.page.texts
        node: LexborNode | None = body
        while node is not None:
            if node.is_text_node:
                text = "" if node.is_empty_text_node else clean(node.text_content or "")
                if text:
                    texts.append(Text(text, self.open[-1][0], self.link, self.cells[-1]))
            elif node.is_element_node and (tag := node.tag or "") not in _UNSEEN:
                self._enter(tag, node)
                child = node.child
                if child is not None:
                    node = child
                    continue
                self._leave()
            elif node.is_element_node and self.open:
                self._note_script(node)
            node = node.next or self._after_parent(node)
        return self.page

    def _after_parent(self, node: LexborNode) -> LexborNode | None:
        """The node after a last child in the document, leaving what ends with it."""
        current = node.parent
        while current is not None and self.open:
            self._leave()
            following = current.next
            if following is not None:
                return following if self.open else None
            current = current.parent
        return None

    def _enter(self, tag: str, node: LexborNode) -> None:
        elements = self.page.elements
        number = len(elements)
        parent, before = (self.open[-1][0], self.youngest[-1]) if self.open else (-1, -1)
        hidden = (parent >= 0 and elements[parent].hidden) or (
            bool(self.hidden) and node.mem_id in self.hidden
        )
        elements.append(Element(tag, parent, node, before, hidden))
        if before >= 0:
            elements[before].after = number
        if parent >= 0:
            self.youngest[-1] = number
        self.open.append((number, len(self.page.texts), len(self.page.links)))
        self.youngest.append(-1)
        if tag == "a":
            self._note_link(node, number)
        elif tag == "time" and (stamp := node.attributes.get("datetime")) and not (node.text() or "").strip():
            self.page.texts.append(Text(clean(stamp), number, self.link, self.cells[-1]))
        elif tag in _CELLS:
            self.cells.append(number)

    def _note_link(self, node: LexborNode, number: int) -> None:
        if self.link >= 0:
            return
        attributes = node.attributes
        href = (attributes.get("href") or "").strip()
        click = _ON_CLICK.search(attributes.get("onclick") or "") if "onclick" in attributes else None
        if href or "onclick" in attributes:
            target = resolve(href, self.url) or (resolve(click[1], self.url) if click else None)
            title = attributes.get("title")
            self.link = len(self.page.links)
            self.page.links.append(Link(number, href, target, clean(title) if title else ""))

    def _note_script(self, node: LexborNode) -> None:
        """Take in the date that a script writes where it stands: document.write("2021-02-19")."""
        if node.tag != "script":
            return
        said = node.text() or ""
        if len(said) <= _MAX_WRITTEN and _WRITES.search(said) and (date := _WRITTEN.search(said)):
            self.page.texts.append(Text(clean(date[1]), self.open[-1][0], self.link, self.cells[-1]))

    def _leave(self) -> None:
        number, first_text, first_link = self.open.pop()
        self.youngest.pop()
        page = self.page
        element = page.elements[number]
        element.texts = slice(first_text, len(page.texts))
        element.links = slice(first_link, len(page.links))
        if element.tag in _CELLS:
            self.cells.pop()
        elif self.link >= 0 and page.links[self.link].element == number:
            page.links[self.link].text = page.text_of(element)
            self.link = -1


def clean(text: str) -> str:
    """A text of a page as it is compared and read: white space joined, full-width signs made plain."""
    joined = " ".join(text[:_MAX_TEXT].split())
    return joined if joined.isascii() else plain(joined)


def _without_depth(html: str) -> str:
    """The page without the tags that stand deeper than ``MAX_DEPTH``; nearly always the page itself."""
    depth, copied = 0, 0
    parts: list[str] = []
    for match in _TAG.finditer(html):
        if match[2].lower() in _FLAT:
            continue
        if match[1]:
            depth = max(0, depth - 1)
            continue
        depth += 1
        if depth > MAX_DEPTH:
            end = html.find(">", match.end(), match.end() + 2000)
            if end >= 0:
                parts.append(html[copied : match.start()])
                copied = end + 1
    return "".join([*parts, html[copied:]]) if parts else html
