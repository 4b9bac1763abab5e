"""Pages as a browser showed them: what of them can be relied on.

What was read of such a page counts like anything else, but for one thing: that nothing stands there. A script
says 暂无 as readily where it got no answer that it could use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from jiancha.pages.blank import LIBRARY, is_filled_later
from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind

_RULE = "rendered"
_PAGER = re.compile(r"pag|more|next|load", re.IGNORECASE)
_SHELL = 40  # characters of text on a page that is nothing without its scripts
_MAX_DEPTH = 6
_TOTALS = frozenset(
    {"total", "count", "totalcount", "totalrecord", "totalrecords", "totalnum", "totalelements"}
)
_CODES = frozenset({"code", "status", "errcode", "errorcode", "ret", "resultcode"})
_FINE = frozenset({"0", "00", "0000", "1", "200", "ok", "success", "true"})


def may_be_filled(document: Document) -> bool:
    """True for a page that has scripts of its own, which may show more than its source."""
    sources = (attributes.get("src") or "" for attributes, _ in document.scripts)
    return is_filled_later(document) or any(source and not LIBRARY.search(source) for source in sources)


def is_shell(document: Document) -> bool:
    """True for a page that holds next to nothing until its scripts run."""
    page = document.outline
    return not page.links and sum(len(text.text) for text in page.texts) <= _SHELL


def tell_of_nothing(bodies: Iterable[bytes]) -> bool:
    """True where all data that a page's scripts got are fine, and one answer is a list without entries."""
    empty = False
    for body in bodies:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return False
        if _says_failed(value):
            return False
        sizes = list(_sizes(value, 0))
        empty |= bool(sizes) and not any(sizes)
    return empty


def as_rendered(facts: PageFacts, document: Document, *, nothing: bool) -> PageFacts:
    """The facts of a page that a browser showed. Where something on it is named for paging, only its scripts
    may know of further pages; and it is blank only where its data said so (``nothing``)."""
    items = tuple(
        replace(item, date_rule=f"{_RULE}:{item.date_rule}") if item.date_rule else item
        for item in facts.items
    )
    kind = PageKind.UNKNOWN if facts.kind is PageKind.BLANK and not nothing else facts.kind
    pager = any(_PAGER.search(element.names) for element in document.outline.elements)
    paging = replace(facts.paging, hidden=facts.paging.hidden or (pager and not facts.paging.next_pages))
    return replace(facts, items=items, kind=kind, paging=paging)


def _says_failed(value: Any) -> bool:
    """True for an answer whose own words tell of an error: {"code": 500}, {"success": false}."""
    if not isinstance(value, dict):
        return False
    given = {str(key).lower().replace("_", ""): each for key, each in value.items()}
    if given.get("success") in (False, "false", 0) and "success" in given:
        return True
    codes = (
        str(given[key]).lower() for key in _CODES & given.keys() if not isinstance(given[key], dict | list)
    )
    return any(code not in _FINE for code in codes)


def _sizes(value: Any, depth: int) -> Iterator[int]:
    """How long the lists in some data are, and how many entries it says that there are."""
    if depth > _MAX_DEPTH:
        yield 1  # nobody looked
    elif isinstance(value, list):
        yield len(value)
    elif isinstance(value, dict):
        for key, each in value.items():
            if str(key).lower().replace("_", "") in _TOTALS and str(each).isdigit():
                yield int(each)
            else:
                yield from _sizes(each, depth + 1)
