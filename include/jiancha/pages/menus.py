"""Menus that are no links of a page: what its scripts hold as data or write as markup, and its jump lists.

Nothing is run: only names and addresses that stand whole in the page are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.pages.document import Document
from jiancha.pages.document_write import unescaped
from jiancha.text.characters import clean
from jiancha.text.dates import find_dates

_STRING = r"\"(?:[^\"\\\n]|\\.){0,500}\"|'(?:[^'\\\n]|\\.){0,500}'"
#: What objects and lists are made of; a key stands before its text.
_TOKEN = re.compile(rf"[{{}}\[\]]|(?:[\"']?\b([A-Za-z_]\w{{0,40}})[\"']?\s{{0,9}}:\s{{0,9}})?({_STRING})")
_NAME_KEY = re.compile(r"name|title|text|label|caption|menu|^(?:mc|bt|lm)$", re.IGNORECASE)
_ADDRESS_KEY = re.compile(r"url|href|link|path|addr|^(?:src|dz|lj)$", re.IGNORECASE)
_ADDRESS = re.compile(
    r"(?:https?:/|\.{0,2})/[^\s<>\"']{0,500}|[\w\-./]{1,200}\.(?:s?html?|jspx?|aspx?|php)(?:\?[^\s<>\"']{0,300})?|[\w\-./]{1,100}/"
)
_MARKUP = re.compile(
    r"<a\s[^<>]{0,300}?href\s{0,3}=\s{0,3}(?:([\"'])([^\"'<>+]{1,300})\1|([^\"'<>\s+]{1,300}))[^<>]{0,300}>"
    r"((?:(?!<a\s|</a).){1,300})</a",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^<>]{0,300}>")
_LONGEST = 500_000  # characters of a script
_LEAST = 2  # entries of a menu
_MOST = 500
#: Scripts and pages that by their names hold what every page of a site shows at its head.
_MENU_NAME = re.compile(
    r"menu|nav|head|top|left|class\d|channel|column|lanmu|daohang|catalog|(?:^|[/_.\-])dh(?![a-z])",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|slide|layui|layer|share|marquee|html5|respond|tongji|hm\.js|wza|vue|react|angular|axios|echarts"
    r"|polyfill|video|player|min\.js$|date|count|calendar|carousel|scroll|tab|md5|crypt|json2|ie[6-9]",
    re.IGNORECASE,
)
_LOADED = re.compile(
    r"\.(?:load|get|getJSON)\(\s{0,5}[\"']([^\"'<>{}\s]{1,300})[\"']|\burl\s{0,3}:\s{0,3}[\"']([^\"'<>{}\s]{1,300})[\"']"
)
_ENTER = re.compile(r"进入|首\s?页|主站|中文|简体|\b(?:enter|home)\b", re.IGNORECASE)
_OF_VISITS = re.compile(r"count|hits?\b|click|tongji|stat|visit|login|weather|tianqi|search", re.IGNORECASE)


class MenuEntry(NamedTuple):
    """An entry of a menu: what it is called, and its absolute address."""

    name: str
    url: str


def written_menus(document: Document) -> list[MenuEntry]:
    """The entries of all menus that a page has in its scripts and jump lists, in page order."""
    found = list(_jump_lists(document))
    for _, script in document.scripts:
        if len(script) <= _LONGEST and len(found) < _MOST:
            found += _menu(document, _in_markup(script)) if "<a" in script else []
            found += _menu(document, _in_data(script))
    return found


def _menu(document: Document, pairs: Iterable[tuple[str, str]]) -> list[MenuEntry]:
    """The entries among pairs of name and address, where they are several."""
    entries = [MenuEntry(name, url) for name, href in pairs if (url := document.resolve(href)) is not None]
    return entries if len({entry.url for entry in entries}) >= _LEAST else []


def _jump_lists(document: Document) -> Iterator[MenuEntry]:
    for box in document.tree.css("select"):
        options = box.css("option[value]")
        pairs = ((clean(each.text() or ""), each.attributes.get("value") or "") for each in options)
        yield from _menu(
            document, ((name, value) for name, value in pairs if _ADDRESS.fullmatch(value.strip()))
        )


def _in_markup(script: str) -> Iterator[tuple[str, str]]:
    """Links in markup that a script writes or puts together."""
    for found in _MARKUP.finditer(unescaped(script)):
        yield clean(_TAGS.sub("", found[4])), found[2] or found[3]


def _in_data(script: str) -> Iterator[tuple[str, str]]:
    """Name and address of each object or list that has both and no date, such as {name:'…',url:'…'}."""
    open_ones: list[list[tuple[str, str]]] = []
    for token in _TOKEN.finditer(script):
        sign = token[0]
        if sign in ("{", "["):
            open_ones.append([])
        elif sign in ("}", "]"):
            if open_ones and (entry := _entry(open_ones.pop())) is not None:
                yield entry
        elif open_ones:
            open_ones[-1].append((token[1] or "", unescaped(token[2][1:-1]).strip()))


def _entry(pairs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Name and address among the texts of one object, by their keys, or of a list, by their looks."""
    named = [(key, value) for key, value in pairs if value]
    address = next((v for k, v in named if (not k or _ADDRESS_KEY.search(k)) and _ADDRESS.fullmatch(v)), None)
    if address is None or any(found.start == 0 for _, value in named for found in find_dates(value[:30])):
        return None
    names = (v for k, v in named if v != address and (not k or _NAME_KEY.search(k)) and not v.isascii())
    name = next(names, None)
    return (clean(name), address) if name is not None else None


def entrance_of(document: Document) -> str | None:
    """Where a page leads in that is but the door of its site: its only link, or the one called 进入."""
    page, host = document.outline, urlsplit(document.url).netloc
    targets: dict[str, str] = {}
    for link in page.links:
        if link.target is not None and link.target != document.url and urlsplit(link.target).netloc == host:
            picture = page.picture_of(link)
            alt = picture.attribute("alt") if picture is not None else ""
            targets[link.target] = f"{targets.get(link.target, '')} {link.text} {link.title} {alt}"
    named = (target for target, said in targets.items() if _ENTER.search(said))
    return next(iter(targets)) if len(targets) == 1 else next(named, None)


def menu_parts(document: Document, *, lacking: bool) -> tuple[str, ...]:
    """Addresses on a page's own host from which it shows menus: frames, pages and scripts named for a head.

    ``lacking``: it shows none by itself, so that any script of its own may hold it.
    """
    host = urlsplit(document.url).netloc
    found = [*_frames(document), *_loaded(document, lacking=lacking)]
    usable = (address for address in found if address is not None and urlsplit(address).netloc == host)
    return tuple(address for address in dict.fromkeys(usable) if address != document.url)


def _frames(document: Document) -> Iterator[str | None]:
    for node in document.tree.css("frame[src], iframe[src]"):
        if (node.attributes.get("height") or "") not in ("0", "1"):
            yield document.resolve(node.attributes.get("src") or "")


def _loaded(document: Document, *, lacking: bool) -> Iterator[str | None]:
    for attributes, text in document.scripts:
        source = attributes.get("src") or ""
        addresses = [source] if source else [m[1] or m[2] for m in _LOADED.finditer(text[:_LONGEST])]
        for address in addresses:
            path = address.partition("?")[0]
            may_hold = _MENU_NAME.search(path) or (lacking and not _OF_VISITS.search(path))
            if may_hold and not _LIBRARY.search(path.rpartition("/")[2]):
                yield document.resolve(address)
