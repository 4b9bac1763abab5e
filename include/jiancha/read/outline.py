"""A page flattened in one walk: elements, texts and links in document order, each knowing its place.

Rows, lists and pagers are then found with slices instead of repeated searches, so that the work grows with
the size of the page and not with its nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
_NO_TARGET = ("#", "javascript:", "mailto:", "tel:", "data:", "about:")
_ON_CLICK = re.compile(
    r"(?:location(?:\.href)?\s{0,2}=|location\.(?:assign|replace)\(|open\(|(?:go|goto)?page\()\s{0,2}[\"']([^\"']{1,500})[\"']",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Element:
    """An element with the slices of texts and links that lie within it."""

    tag: str
    parent: int
    node: LexborNode
    before: int  # the element before it under the same parent, or -1
    texts: slice
    links: slice
    after: int = -1
    hidden: bool = False


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
    return LexborHTMLParser(_without_depth(html))


def outline(tree: LexborHTMLParser, url: str) -> Outline:
    """Flatten a parsed page that was fetched from ``url``."""
    body = tree.body
    if body is None:
        return Outline([], [], [])
    base = tree.css_first("base[href]")
    address = urljoin(url, base.attributes.get("href") or "") if base is not None else url
    return _Walk(address).run(body)


def resolve(href: str, url: str) -> str | None:
    """The absolute address of a link without its fragment; None for what is no page."""
    href = href.strip()
    if not href or href.lower().startswith(_NO_TARGET):
        return None
    try:
        target = urljoin(url, href)
        parts = urlsplit(target)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return target.partition("#")[0] if usable else None


class _Walk:
    """The walk over the tree, without recursion: pages may nest as deep as they like."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.page = Outline([], [], [])
        self.open: list[int] = []
        self.last_child: list[int] = []
        self.link = -1
        self.cells: list[int] = [-1]

    def run(self, body: LexborNode) -> Outline:
        node: LexborNode | None = body
        while node is not None:
            child = self._enter(node)
            if child is not None:
                node = child
                continue
            node = self._next(node)
        return self.page

    def _next(self, node: LexborNode) -> LexborNode | None:
        """The node after this one in the document, leaving what ends with it."""
        current: LexborNode | None = node
        while current is not None:
            if current.is_element_node and current.tag not in _UNSEEN:
                self._leave()
            if not self.open:
                return None
            if current.next is not None:
                return current.next
            current = current.parent
        return None

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Take a node in; gives its first child to go on with."""
        tag = node.tag or ""
        if tag == "-text":
            text = " ".join((node.text_content or "")[:_MAX_TEXT].split())
            if text:
                text = text if text.isascii() else plain(text)
                self.page.texts.append(Text(text, self.open[-1], self.link, self.cells[-1]))
            return None
        if not node.is_element_node or tag in _UNSEEN:
            return None
        elements = self.page.elements
        number, before = len(elements), self.last_child[-1] if self.last_child else -1
        at, links = len(self.page.texts), len(self.page.links)
        elements.append(
            Element(tag, self.open[-1] if self.open else -1, node, before, slice(at, at), slice(links, links))
        )
        if before >= 0:
            elements[before].after = number
        if self.last_child:
            self.last_child[-1] = number
        self.open.append(number)
        self.last_child.append(-1)
        self._note(tag, node, number)
        return node.child

    def _note(self, tag: str, node: LexborNode, number: int) -> None:
        if tag in _CELLS:
            self.cells.append(number)
        attributes = node.attributes
        element = self.page.elements[number]
        style = (attributes.get("style") or "").replace(" ", "").lower()
        element.hidden = "display:none" in style or (
            element.parent >= 0 and self.page.elements[element.parent].hidden
        )
        if tag == "a" and self.link < 0:
            href = (attributes.get("href") or "").strip()
            click = _ON_CLICK.search(attributes.get("onclick") or "") if "onclick" in attributes else None
            target = resolve(href, self.url) or (resolve(click[1], self.url) if click else None)
            title = " ".join(plain(attributes.get("title") or "").split())
            if href or click or "onclick" in attributes:
                self.link = len(self.page.links)
                self.page.links.append(Link(number, href, target, title))

    def _leave(self) -> None:
        number = self.open.pop()
        self.last_child.pop()
        element = self.page.elements[number]
        element.texts = slice(element.texts.start, len(self.page.texts))
        element.links = slice(element.links.start, len(self.page.links))
        if element.tag in _CELLS:
            self.cells.pop()
        if self.link >= 0 and self.page.links[self.link].element == number:
            self.page.links[self.link].text = self.page.text_of(element)
            self.link = -1


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
