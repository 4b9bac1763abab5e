"""All links that a page shows, pictures and friends' links too: what a visitor could click on."""

from __future__ import annotations

from typing import NamedTuple

from jiancha.pages.document import Document

_MOST = 2000
_TEXT = 120


class PageLink(NamedTuple):
    """A link: its absolute address without fragment, and its text, or what its picture is called."""

    url: str
    text: str


def page_links(document: Document) -> list[PageLink]:
    """The links of a page in page order, each address once; at most 2,000."""
    found: dict[str, PageLink] = {}
    for node in document.tree.css("a[href]"):
        target = document.resolve(node.attributes.get("href") or "")
        if target is None or target in found:
            continue
        said = node.text() or node.attributes.get("title") or ""
        if not said.strip():
            image = node.css_first("img")
            said = (image.attributes.get("alt") or image.attributes.get("title") or "") if image else ""
        found[target] = PageLink(target, " ".join(said.split())[:_TEXT])
        if len(found) >= _MOST:
            break
    return list(found.values())
