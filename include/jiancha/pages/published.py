"""The publish date of an article's page, by the first of ``ORDER`` that tells one.

What the page shows goes before its PubDate tag, which may be the day of a migration; what only a script or
an attribute knows comes after both. Dates of writing (成文), of events and of comments are not asked, and
neither is the day that an address carries: no date is a legitimate answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from jiancha.pages.article_fast_path import plain_article
from jiancha.pages.article_head import above_body, paragraphs, placed, under_title
from jiancha.pages.document import Document
from jiancha.pages.shown_dates import changed, otherwise_labelled, shown
from jiancha.pages.unshown_dates import scripted, stamped, tagged
from jiancha.text.dates import Dated


class DateRule(NamedTuple):
    """A way to find the date. ``names`` are what stands before the colon of ``Dated.rule``; behind it is the
    form in which the date was written. ``with_body``: only a page with paragraphs is asked."""

    names: tuple[str, ...]
    read: Callable[[Document], Dated | None]
    with_body: bool = False


ORDER = (
    DateRule(("byline",), plain_article),
    DateRule(("byline", "label"), shown),
    DateRule(("byline", "label"), otherwise_labelled),
    DateRule(("label",), placed, with_body=True),
    DateRule(("heading",), under_title),
    DateRule(("tag",), tagged),
    DateRule(("script",), scripted),
    DateRule(("updated", "created"), changed),
    DateRule(("attribute",), stamped, with_body=True),
    DateRule(("heading",), above_body),
)
RULES = tuple(dict.fromkeys(name for rule in ORDER for name in rule.names))
#: Rules that tell a date, but not that the page is an article: lists and empty columns have such dates too.
WEAK = frozenset({"updated", "created", "attribute", "heading"})


def published(document: Document) -> Dated | None:
    """An article's publish date with the rule that found it; None where nothing says one."""
    for rule in ORDER:
        if rule.with_body and not paragraphs(document):
            continue
        found = rule.read(document)
        if found is not None:
            return found
    return None
