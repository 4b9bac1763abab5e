"""Pages built alike: what a list page shows around its list tells that a page of the same make is blank.

Many systems say nothing where a column has no entry: they show their page without rows. So an unread page is
blank where it has the place in which its siblings show their lists, and shows nothing there, and nothing
elsewhere but what a sibling shows too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from jiancha.pages.blank import AROUND, blank_unless
from jiancha.pages.document import Document
from jiancha.pages.items import Item
from jiancha.pages.outline import Element, Outline
from jiancha.text.urls import normalised, resolve

_EMBEDDED = "iframe, object, embed, video, audio, canvas, textarea, select, input:not([type=hidden]), button"
_VARIES = re.compile(r"[\d\s\u4e00-\u9fff]+")
_LEAST_ROWS = 2
_LEVELS = 3  # from a list's own place up
_BESIDE_NAME = 12  # characters beside the column's name in a line that names it


class Surroundings(NamedTuple):
    """What a list page shows around its list, and in which ``places`` (its own and those around it) that
    stands."""

    places: frozenset[int]
    texts: frozenset[str]
    embedded: frozenset[str]
    scripts: frozenset[str]
    files: frozenset[str]


class Shown(NamedTuple):
    """All that a page without a list shows.

    ``texts`` with where they lead; ``empty`` places, or those around what has no link; the script ``files``
    of which one may fill its empty list, None where it is not blank by itself; the ``sources`` (addresses) of
    all its script files.
    """

    empty: frozenset[int]
    texts: tuple[tuple[str, str], ...]
    embedded: frozenset[str]
    scripts: frozenset[str]
    files: frozenset[str] | None
    sources: frozenset[str]


def surroundings(document: Document, items: Iterable[Item]) -> Surroundings | None:
    """What stands around the list of ``items`` on its page; None where they are no rows of its markup."""
    page, wanted = document.outline, {item.url for item in items if item.published_on is not None}
    rows = [row.number for item, row in document.rows.placed() if item.url in wanted and item.published_on]
    if len(rows) < _LEAST_ROWS:
        return None
    place = _common(page, rows)
    inside = range(place.texts.start, place.texts.stop)
    texts = frozenset(text.text for number, text in enumerate(page.texts) if number not in inside)
    places = frozenset(_path(page, each) for each in _upwards(page, place))
    embedded = frozenset(_embedded(document, but=place))
    return Surroundings(places, texts, embedded, frozenset(_scripts(document)), frozenset(_files(document)))


def shown(document: Document) -> Shown:
    """What a page shows in which no list was recognised."""
    page, paths = document.outline, _paths(document.outline)
    seen = (text for text in page.texts if not page.elements[text.element].hidden)
    texts = tuple((text.text, _target(page, text.link)) for text in seen)
    linkless = [element for element in page.elements if element.links.start == element.links.stop]
    empty = {paths[each.number] for each in linkless if each.texts.start == each.texts.stop}
    around = {paths[each.parent] for each in linkless if each.parent >= 0}
    embedded, scripts = frozenset(_embedded(document)), frozenset(_scripts(document))
    sources = frozenset(url for src in _files(document) if (url := resolve(src, document.url)) is not None)
    return Shown(frozenset(empty | around), texts, embedded, scripts, blank_unless(document), sources)


def is_blank_beside(
    page: Shown, siblings: Iterable[Surroundings], name: str, columns: Collection[str]
) -> bool:
    """True for a page that shows no more than a sibling does around its list.

    The column's ``name`` and links to other ``columns`` (normalised addresses) may differ.
    """
    rest = [said for said, url in page.texts if not _is_around(said, name, url, columns)]
    return any(
        page.empty & sibling.places
        and page.scripts <= sibling.scripts
        and page.embedded <= sibling.embedded
        and sibling.texts.issuperset(rest)
        for sibling in siblings
    )


def _is_around(said: str, name: str, url: str, columns: Collection[str]) -> bool:
    if AROUND.fullmatch(said) or (url and normalised(url) in columns):
        return True
    return bool(name) and name in said and len(said) <= len(name) + _BESIDE_NAME


def _target(page: Outline, link: int) -> str:
    return (page.links[link].target or "") if link >= 0 else ""


def _common(page: Outline, rows: list[int]) -> Element:
    """The smallest element around all rows."""
    first, last = page.elements[min(rows)], max(rows)
    current = page.elements[first.parent] if first.parent >= 0 else first
    while current.parent >= 0 and not _reaches(page, current, last):
        current = page.elements[current.parent]
    return current


def _reaches(page: Outline, element: Element, number: int) -> bool:
    while number > element.number:
        number = page.elements[number].parent
    return number == element.number


def _upwards(page: Outline, place: Element) -> Iterator[int]:
    """An element and those around it, as far as one may hold a list alone; never the body."""
    number = place.number
    for _ in range(_LEVELS):
        if number <= 0:
            return
        yield number
        number = page.elements[number].parent


def _path(page: Outline, number: int) -> int:
    """The way to an element from the body, by tags and classes."""
    way = []
    while number >= 0:
        way.append(page.elements[number])
        number = way[-1].parent
    path = 0
    for element in reversed(way):
        path = _step(path, element)
    return path


def _paths(page: Outline) -> list[int]:
    """The ways to all elements."""
    paths: list[int] = []
    for element in page.elements:
        paths.append(_step(paths[element.parent] if element.parent >= 0 else 0, element))
    return paths


def _step(above: int, element: Element) -> int:
    return hash((above, element.tag, _VARIES.sub("", element.attribute("class"))))


def _embedded(document: Document, but: Element | None = None) -> Iterator[str]:
    """Pictures, frames, films and fields of a page, by what they show; those of a list are its own."""
    for element in document.outline.elements:
        if element.tag == "img" and not (but is not None and _is_within(document.outline, element, but)):
            yield element.attribute("src")
    for node in document.tree.css(_EMBEDDED):
        yield f"{node.tag} {node.attributes.get('src') or node.attributes.get('name') or ''}"


def _is_within(page: Outline, element: Element, place: Element) -> bool:
    return element.number > place.number and _reaches(page, place, element.number)


def _scripts(document: Document) -> Iterator[str]:
    """The scripts of a page, without what differs from column to column: numbers and Chinese names."""
    for attributes, text in document.scripts:
        yield attributes.get("src") or _VARIES.sub("", text)


def _files(document: Document) -> Iterator[str]:
    return (source for attributes, _ in document.scripts if (source := attributes.get("src")))
