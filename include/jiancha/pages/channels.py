"""What a page offers beside lists: its links by name, wherever they lead, and forms to write into."""

from __future__ import annotations

from typing import NamedTuple

from jiancha.pages.outline import outline, parse
from jiancha.text.charset import decode

_LONGEST_NAME = 60


class NamedLink(NamedTuple):
    """A link by its shortest saying: what it calls what it leads to, and the address."""

    name: str
    url: str


class Offer(NamedTuple):
    """The links of a page, once per address in page order, and whether it has a form for a message."""

    links: tuple[NamedLink, ...]
    form: bool


def read_offer(body: bytes, *, url: str, content_type: str | None) -> Offer:
    """Read the links and forms of a page fetched from ``url``."""
    text, charset, _ = decode(body, content_type)
    tree = parse(text)
    found: dict[str, NamedLink] = {}
    for link in outline(tree, url, charset).links:
        name = "".join((link.text or link.title).split())
        if link.target is not None and 2 <= len(name) <= _LONGEST_NAME:
            found.setdefault(link.target, NamedLink(name, link.target))
    return Offer(tuple(found.values()), tree.css_first("textarea") is not None)
