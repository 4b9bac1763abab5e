"""One answer as every reader of pages gets it: made once, decoded and parsed when somebody first asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from jiancha.pages.answers import Unwrapped, unwrapped
from jiancha.pages.items import Rows
from jiancha.pages.outline import Outline, outline, page_title, parse
from jiancha.text.charset import Decoded, decode
from jiancha.text.urls import based, resolve, resolved

Attributes = Mapping[str, str | None]
Script = tuple[Attributes, str]


@dataclass(frozen=True, eq=False)
class Document:
    """The ``body`` that ``url`` answered ``at`` a moment (aware), against which dates without a year are
    resolved; ``content_type`` as it was served.

    All else is made when it is first asked for, and kept as long as the document. ``kept`` gives a document
    to keep.
    """

    body: bytes = field(repr=False)
    url: str
    content_type: str | None
    at: datetime

    def kept(self) -> Document:
        """The same answer without what was made of it, which takes twenty times its room."""
        return replace(self)

    @cached_property
    def decoded(self) -> Decoded:
        return decode(self.body, self.content_type)

    @property
    def text(self) -> str:
        return self.decoded.text

    @cached_property
    def unwrapped(self) -> Unwrapped | None:
        """What an answer holds that is no page but data, a script or records; None for a page."""
        return unwrapped(self.text, script=self._is_script)

    @property
    def is_page(self) -> bool:
        return self.unwrapped is None

    @cached_property
    def tree(self) -> LexborHTMLParser:
        if self.unwrapped is not None:
            return parse(self.unwrapped.html)
        return parse(self.text, utf8=self.body if self.decoded.rule == "bytes" else None)

    @cached_property
    def title(self) -> str:
        return page_title(self.tree)

    @cached_property
    def outline(self) -> Outline:
        return outline(self.tree, self.url, self.decoded.charset)

    @cached_property
    def rows(self) -> Rows:
        return Rows(self.outline, self.at)

    @cached_property
    def scripts(self) -> Sequence[Script]:
        """The attributes and texts of its scripts; the data of an answer that is nothing else is one."""
        found: list[Script] = [(node.attributes, node.text() or "") for node in self.tree.css("script")]
        if self.unwrapped is not None and (data := self.unwrapped.data):
            found.append(({"type": "json"} if data.lstrip()[:1] in ("{", "[") else {}, data))
        return found

    @cached_property
    def marked(self) -> Marked:
        return _marked(self.tree)

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Its meta tags that say anything, by their names in lower case."""
        found: dict[str, str] = {}
        for each in self.marked.meta:
            name = (each.get("name") or "").strip().lower()
            content = (each.get("content") or "").strip()
            if name and content and content.lower() != "null":
                found.setdefault(name, content[:500])
        return found

    @cached_property
    def links(self) -> tuple[str, ...]:
        """The addresses that it links to, each once, in page order."""
        targets = resolved(self.marked.hrefs, self._base, self.decoded.charset)
        return tuple(dict.fromkeys(target for target in targets if target is not None))

    def resolve(self, href: str) -> str | None:
        """The address that a link of the page leads to; None for what is no page."""
        return resolve(href, self._base, self.decoded.charset)

    @cached_property
    def _base(self) -> str:
        base = self.marked.base
        return self.url if base is None else based(self.url, base, self.decoded.charset)

    @property
    def _is_script(self) -> bool:
        served = (self.content_type or "").partition(";")[0].strip().lower()
        named = urlsplit(self.url).path.lower().endswith((".js", ".json"))
        return served.endswith(("javascript", "json")) or (named and not served.endswith("html"))


class Marked(NamedTuple):
    """What stands in the attributes of a page: those of its meta elements, its base, and where links lead."""

    meta: Sequence[Attributes]
    base: str | None
    hrefs: Iterable[str]


def _marked(tree: LexborHTMLParser) -> Marked:
    """Look for all of it in one go through the page."""
    meta, base, hrefs = [], None, []
    for node in tree.css("meta, base[href], a[href]"):
        if node.tag == "a":
            hrefs.append(node.attrs.get("href") or "")
        elif node.tag == "meta":
            meta.append(node.attributes)
        elif base is None:
            base = node.attrs.get("href") or ""
    return Marked(meta, base, hrefs)
