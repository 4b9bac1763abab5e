"""What a page offers beside lists: its links by name, wherever they lead, and forms to write into."""

from __future__ import annotations

from typing import NamedTuple

from jiancha.pages.document import Document

_LONGEST_NAME = 60


class NamedLink(NamedTuple):
    """A link by its shortest saying: what it calls what it leads to, and the address."""

    name: str
    url: str


class Offer(NamedTuple):
    """The links of a page, once per address in page order, and whether it has a form for a message."""

    links: tuple[NamedLink, ...]
    form: bool


def read_offer(document: Document) -> Offer:
    """Read the links and forms of a page."""
    found: dict[str, NamedLink] = {}
    for link in document.outline.links:
        name = "".join((link.text or link.title).split())
        if link.target is not None and 2 <= len(name) <= _LONGEST_NAME:
            found.setdefault(link.target, NamedLink(name, link.target))
    return Offer(tuple(found.values()), document.tree.css_first("textarea") is not None)
