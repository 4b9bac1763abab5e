"""A page flattened in one walk: elements, texts and links in document order, each knowing its place.

Rows, lists and pagers are then found with slices instead of repeated searches, so that the work grows with
the size of the page and not with its nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jiancha.pages.document_write import written_address, written_date, written_title
from jiancha.pages.limits import shallow, uncrowded
from jiancha.text.characters import clean as unseen_removed
from jiancha.text.dates import plain
from jiancha.text.urls import based, resolve

_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "select", "textarea", "head", "iframe", "object"}
)
_CELLS = frozenset({"td", "th"})
_LINKS = frozenset({"a", "area"})
_ADDRESSES = ("href", "data-href", "data-url")
_NOTED = _CELLS | _LINKS | {"time"}
_MAX_TEXT = 4000
#: A year that the makers of a page took out of what it shows, before the month and day that it does show.
_YEAR_NOTED = re.compile(r"\s{0,40}((?:19|20)\d\d)[-/.年]?\s{0,40}")
_MONTH_DAY = re.compile(r"\d{1,2}[-/.]\d{1,2}")
#: Rows and entries that are links as a whole without being any, and all that may be one.
_CLICKED = (
    "li[onclick], tr[onclick], td[onclick], div[onclick], dl[onclick], dd[onclick], p[onclick], span[onclick]"
    ", [data-href], [data-url]"
)
_CLICKABLE = "a, [onclick], [data-href], [data-url]"
_PICTURE_DEPTH = 5  # elements within a link before its picture
_NONE = slice(0, 0)
#: Where a click leads: an address that is set or opened, or the first thing that a function is given.
_ON_CLICK = re.compile(
    r"(?:location(?:\.href)?\s{0,2}=|location\.(?:assign|replace)\(|open\(|(?:go|goto)?page\()\s{0,2}[\"']([^\"']{1,500})[\"']"
    r"|\b[\w.$]{1,40}\(\s{0,2}[\"']((?:https?:/|\.{0,2})/[^\"']{1,500}|[\w\-./]{1,100}\.(?:s?html?|jspx?|aspx?|php)(?:\?[^\"']{1,300})?)[\"']",
    re.IGNORECASE,
)


class Element:
    """An element with the slices of texts and links that lie within it.

    ``before`` and ``after`` are its neighbours under the same parent, ``youngest`` its last child, or -1.
    """

    __slots__ = (
        "_names", "after", "before", "first_link", "first_text", "hidden", "links", "node", "number",
        "parent", "tag", "texts", "youngest",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913, PLR0917 - made for every element of every page: places are cheapest
        self, number: int, tag: str, node: LexborNode, above: Element | None, first_text: int, first_link: int
    ) -> None:
        self.number, self.tag, self.node = number, tag, node
        self.first_text, self.first_link = first_text, first_link
        self.after = self.youngest = -1
        self.texts = self.links = _NONE
        self._names: str | None = None
        if above is None:
            self.parent = self.before = -1
            self.hidden = False
        else:
            self.parent, self.before, self.hidden = above.number, above.youngest, above.hidden
            above.youngest = number

    def attribute(self, name: str) -> str:
        """The value of an attribute, empty where there is none."""
        return self.node.attributes.get(name) or ""

    @property
    def names(self) -> str:
        """Its class and id, as far as they are names that anybody wrote."""
        if self._names is None:
            given = self.node.attributes
            self._names = f"{(given.get('class') or '')[:_MAX_NAMES]} {(given.get('id') or '')[:_MAX_NAMES]}"
        return self._names


class Text(NamedTuple):
    """A text node, full-width digits and signs made plain: its element, link and table cell (or -1)."""

    text: str
    element: int
    link: int
    cell: int


#: Characters of a class or id that are looked at.
_MAX_NAMES = 300


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
    """A page in document order; element 0 is the body. ``url`` is where its links start from."""

    elements: list[Element]
    texts: list[Text]
    links: list[Link]
    url: str = ""

    def picture_of(self, link: Link) -> Element | None:
        """The picture that a link shows, if it is among its first elements."""
        for element in self.elements[link.element + 1 : link.element + 1 + _PICTURE_DEPTH]:
            if element.parent < link.element:
                return None
            if element.tag == "img":
                return element
        return None

    def text_of(self, element: Element) -> str:
        return " ".join(text.text for text in self.texts[element.texts])


def page_title(tree: LexborHTMLParser) -> str:
    """The text of the page's title element, at most 300 characters; empty where it has none."""
    title = tree.css_first("title")
    return " ".join(title.text().split())[:300] if title is not None else ""


def parse(html: str, *, utf8: bytes | None = None) -> LexborHTMLParser:
    """Parse a page; tags that stand too deep, and attributes beyond any number in use, are left out.

    ``utf8`` is the same page as bytes, where it is at hand: the parser would have to make them first.
    """
    flat = shallow(uncrowded(html))
    return LexborHTMLParser(utf8 if utf8 is not None and flat is html else flat)


def outline(tree: LexborHTMLParser, url: str, charset: str = "utf-8") -> Outline:
    """Flatten a parsed page that was fetched from ``url`` in ``charset``."""
    body = tree.body
    if body is None:
        return Outline([], [], [], url)
    base = tree.css_first("base[href]")
    address = url if base is None else based(url, base.attrs.get("href"), charset)
    hidden = {node.mem_id for node in tree.css('[style*="none" i]') if _is_hidden(node)}
    clicked = {node.mem_id for node in tree.css(_CLICKED) if len(node.css(_CLICKABLE)) == 1}
    return _Walk(address, charset, hidden, clicked).run(body)


def _is_hidden(node: LexborNode) -> bool:
    return "display:none" in (node.attributes.get("style") or "").replace(" ", "").lower()


class _Walk:
    """The walk over the tree, without recursion: pages may nest as deep as they like."""

    def __init__(self, url: str, charset: str, hidden: set[int], clicked: set[int]) -> None:
        self.url, self.charset, self.hidden, self.clicked = url, charset, hidden, clicked
        self.page = Outline([], [], [], url)
        self.link = -1
        self.cells: list[int] = [-1]
        self.year = ""  # from a comment, for the text after it

    # It meets every node of every page, where calls cost more than all else.
    def run(self, body: LexborNode) -> Outline:  # noqa: C901, PLR0912
        elements, texts, links, _ = self.page
        hidden, clicked = self.hidden, self.clicked
        above: list[Element] = []  # the elements that are open
        node: LexborNode = body
        while True:
            if node.is_text_node:
                text = "" if node.is_empty_text_node else clean(node.text_content or "")
                if text:
                    if self.year:
                        text, self.year = self._with_year(text), ""
                    texts.append(Text(text, above[-1].number, self.link, self.cells[-1]))
            elif node.is_element_node:
                tag = node.tag or ""
                if tag not in _UNSEEN:
                    number = len(elements)
                    parent = above[-1] if above else None
                    element = Element(number, tag, node, parent, len(texts), len(links))
                    elements.append(element)
                    if element.before >= 0:
                        elements[element.before].after = number
                    if hidden and node.mem_id in hidden:
                        element.hidden = True
                    if tag in _NOTED:
                        self._note(element)
                    if clicked and node.mem_id in clicked:
                        self._note_link(node, number)
                    child = node.child
                    if child is not None:
                        above.append(element)
                        node = child
                        continue
                    self._leave(element)
                    if parent is None:
                        return self.page
                elif tag == "script":
                    self._note_script(node, above[-1])
            elif node.is_comment_node and (
                noted := _YEAR_NOTED.fullmatch((node.comment_content or "")[:100])
            ):
                self.year = noted[1]
            following = node.next
            while following is None:
                element = above.pop()
                self._leave(element)
                if not above:
                    return self.page
                following = element.node.next
            node = following

    def _with_year(self, text: str) -> str:
        return f"{self.year}-{text}" if _MONTH_DAY.fullmatch(text) else text

    def _note(self, element: Element) -> None:
        """Take in what links, table cells and times are more than other elements."""
        if element.tag in _LINKS:
            self._note_link(element.node, element.number)
        elif element.tag in _CELLS:
            self.cells.append(element.number)
        elif element.tag == "time" and not (element.node.text() or "").strip():
            stamp = clean(element.attribute("datetime"))
            self.page.texts.append(Text(stamp, element.number, self.link, self.cells[-1]))

    def _note_link(self, node: LexborNode, number: int) -> None:
        if self.link >= 0:
            return
        attributes = node.attributes
        href = next((value for name in _ADDRESSES if (value := attributes.get(name))), "").strip()
        click = attributes.get("onclick") or ""
        if href or "onclick" in attributes:
            target = self._resolve(href) or self._clicked(href) or self._clicked(click)
            title = attributes.get("title") or (attributes.get("alt") if node.tag == "area" else "")
            self.link = len(self.page.links)
            self.page.links.append(Link(number, href, target, clean(title) if title else ""))

    def _clicked(self, script: str) -> str | None:
        """Where a script leads that is run by a click: location.href='/tzgg/', open('/tzgg/')."""
        found = _ON_CLICK.search(script) if "(" in script or "=" in script else None
        return self._resolve(found[1] or found[2]) if found else None

    def _note_script(self, node: LexborNode, parent: Element) -> None:
        """Take in what a script writes where it stands: a date, document.write("2021-02-19"), or a title."""
        script = node.text() or ""
        if (date := written_date(script)) is not None:
            self.page.texts.append(Text(clean(date), parent.number, self.link, self.cells[-1]))
        elif (title := written_title(script)) is not None:
            if self.link >= 0:
                self.page.texts.append(Text(clean(title), parent.number, self.link, self.cells[-1]))
            elif (href := written_address(script)) is not None:
                self._add_link(node, parent, href, clean(title))

    def _add_link(self, node: LexborNode, parent: Element, href: str, title: str) -> None:
        """Take in a link that only a script writes, with its title."""
        elements, texts, links, _ = self.page
        element = Element(len(elements), "a", node, parent, len(texts), len(links))
        elements.append(element)
        if element.before >= 0:
            elements[element.before].after = element.number
        texts.append(Text(title, element.number, len(links), self.cells[-1]))
        links.append(Link(element.number, href, self._resolve(href), "", title))
        self._leave(element)

    def _resolve(self, href: str) -> str | None:
        return resolve(href, self.url, self.charset)

    def _leave(self, element: Element) -> None:
        page = self.page
        element.texts = slice(element.first_text, len(page.texts))
        element.links = slice(element.first_link, len(page.links))
        if element.tag in _CELLS:
            self.cells.pop()
        if self.link >= 0 and page.links[self.link].element == element.number:
            page.links[self.link].text = page.text_of(element)
            self.link = -1


def clean(text: str) -> str:
    """A text of a page as it is compared and read: white space joined, full-width signs made plain."""
    joined = unseen_removed(" ".join(text[:_MAX_TEXT].split()))
    return joined if joined.isascii() else plain(joined)
