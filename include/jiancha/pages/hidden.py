"""Hidden links and injected advertising (暗链、挂马篡改): what a person should look at, never a verdict.

Precision goes first. Menus, tabs, QR boxes and share tools are hidden on every page, so a link in
``display:none`` and the like counts only where its words are those of advertising; links that are moved out
of sight, shrunk to nothing or put into a scroller of one pixel have no other use. Links to hosts of the
site's own domain and to those of the shipped list (government, schools, news, platforms) are never reported.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts
from jiancha.text.urls import registered_domain

#: An address on a host, and what must stand before it in a link.
_HOST = re.compile(r"//([\w.\-]{3,80})")
_HREF_BEFORE = re.compile(r"\bhref\s{0,3}=\s{0,3}\\?[\"']?\s{0,3}(?:https?:)?$", re.IGNORECASE)
_BEFORE = 24
_LINK_END = re.compile(r"</a|<\\/a", re.IGNORECASE)
_LINK_LENGTH = 400
_MARKUP = re.compile(r"<[^<>]{0,400}>?")

_SIZE = r"(?:0|1)(?:px|pt|em|%)?"
#: Ways of hiding that have an honest use, and those that have none.
_COMMON = re.compile(
    r"display:none|visibility:hidden|opacity:0(?:\.0\d*)?(?:;|$)|font-size:0|(?:left|top|right|text-indent):-\d{3}"
)
#: A thousand and more: panels that slide in stand some hundred pixels outside, and negative margins centre.
_OUT_OF_SIGHT = re.compile(r"(?:^|;)(?:left|top|right|text-indent):-\d{4,6}(?:px|pt)?(?:;|!|$)")
_NO_HEIGHT = re.compile(rf"(?:^|;)height:{_SIZE}(?:;|!|$)")
_NO_WIDTH = re.compile(rf"(?:^|;)width:{_SIZE}(?:;|!|$)")
_NO_FONT = re.compile(r"(?:^|;)font-size:0(?:px|pt|em|%)?(?:;|!|$)")
#: A list or block without a font size only closes the gaps between its items.
_TEXT_TAGS = frozenset({"a", "font", "span", "p", "b", "i"})
_COLOUR = re.compile(r"(?:^|;)(?:(background)(?:-color)?|(color)):(#[0-9a-f]{3,6}|[a-z]{3,20})(?:;|!|$)")
#: Where to look closer: fixed beginnings, so that the search runs at the speed of memory.
_HINTS = (
    re.compile(r":-\d{3}|: -\d{3}"),
    re.compile(r"height\s?:\s?[01](?!\d)"),
    re.compile(r"font-size\s?:\s?0(?!\d)"),
    re.compile(r"background(?:-color)?\s?:"),
    re.compile(r"marquee"),
)
_MORE_HINTS = (re.compile(r"none"), re.compile(r"hidden"), re.compile(r"opacity"), re.compile(r"<noscript"))
_OPENED = re.compile(
    r"<(div|span|p|ul|ol|li|dl|table|td|font|a|b|i|marquee|section|h[1-6]|noscript)\b([^<>]{0,600})>",
    re.IGNORECASE,
)
_TAG_LENGTH = 600
_STYLE = re.compile(r"\bstyle\s{0,3}=\s{0,3}\\?(?:\"([^\"\\]{1,400})|'([^'\\]{1,400}))", re.IGNORECASE)
_ONE_PIXEL = re.compile(r"\b(?:width|height)\s{0,3}=\s{0,3}\\?[\"']?[0-3](?:px)?[\"'\\\s/>]", re.IGNORECASE)
_REACH = 20_000  # characters before a link in which the element that hides it may begin
_SNIPPET = 120
_MOST = 50  # findings of one page
_MOST_PLACES = 2000
_MOST_SCRIPTS = 200
_SCRIPT_LENGTH = 20_000
_ENGINES = re.compile(r"baidu|sogou|\bso\.com|360\.cn|google|\bbing|sm\.cn|spider", re.IGNORECASE)
_MOVES = re.compile(
    r"location(?:\.href|\.replace|\.assign)?\s{0,3}[=(]|document\.write|appendChild", re.IGNORECASE
)
_MOVE_TO = re.compile(r"[\"'](?:https?:)?//([\w.\-]{3,80})")
_ESCAPED = "\\x64\\x6f\\x63\\x75\\x6d\\x65\\x6e\\x74"  # the word document, as only injected scripts write it


class Suspicion(NamedTuple):
    """Something a person should look at: which ``rule`` found it, the ``text`` that stands there, the
    address it leads to (or empty), and the place in the page's text."""

    rule: str
    text: str
    url: str
    position: int


class _SpamWords(NamedTuple):
    phrases: re.Pattern[str]
    words: re.Pattern[str]
    news: re.Pattern[str]
    trusted: frozenset[str]


def find_suspicions(document: Document, facts: PageFacts) -> list[Suspicion]:
    """Everything suspicious on a page, at most 50 findings."""
    text, host = document.text, (urlsplit(document.url).hostname or "").lower()
    found = chain(_headings(facts), _redirect(facts, host), _scripts(text, host), _links(text, host))
    return list(islice(found, _MOST))


def is_advertising(said: str) -> bool:
    """True for words of gambling and the like which are no report about them."""
    lists = _words()
    if lists.news.search(said):
        return False
    lower = said.lower()
    return lists.phrases.search(lower) is not None or len(set(lists.words.findall(lower))) > 1


def is_trusted(host: str) -> bool:
    """True for hosts of the shipped list, and below them."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in _words().trusted for start in range(len(labels)))


def _headings(facts: PageFacts) -> Iterator[Suspicion]:
    """Title, keywords and description in words of advertising: injected pages are made for search engines."""
    said = {"title": facts.title, **{name: facts.tags.get(name, "") for name in ("keywords", "description")}}
    for name, value in said.items():
        if value and is_advertising(value):
            yield Suspicion(f"spam_{name}", value[:_SNIPPET], "", -1)


def _redirect(facts: PageFacts, host: str) -> Iterator[Suspicion]:
    """A page that sends every visitor to another domain which is not trusted."""
    target = (urlsplit(facts.redirect_to).hostname or "").lower() if facts.redirect_to else ""
    if target and not _is_own(target, registered_domain(host)) and not is_trusted(target):
        yield Suspicion("redirect_away", facts.title[:_SNIPPET], facts.redirect_to or "", -1)


def _links(text: str, host: str) -> Iterator[Suspicion]:
    """Links to other domains which are hidden, or whose words are those of advertising."""
    own = registered_domain(host)
    hidden: list[_Block] | None = None
    for target, match in islice(_outside_links(text, own), _MOST_PLACES):
        if hidden is None:
            hidden = _hidden_blocks(text, _HINTS)
        said = _said(text, match.end())
        rule = _hidden_by(hidden, match.start())
        if is_advertising(said) or is_advertising(target):
            rule = rule or _hidden_by(_hidden_blocks(text, _MORE_HINTS), match.start())
            yield Suspicion(
                f"spam_link:{rule or 'shown'}", said[:_SNIPPET], _address(text, match), match.start()
            )
        elif rule in _SURELY_HIDDEN:
            yield Suspicion(f"hidden_link:{rule}", said[:_SNIPPET], _address(text, match), match.start())


def _outside_links(text: str, own: str) -> Iterator[tuple[str, re.Match[str]]]:
    """The links to hosts that are neither the site's own nor trusted."""
    for match in _HOST.finditer(text):
        target = match[1].lower()
        if not _is_own(target, own) and not is_trusted(target):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if _HREF_BEFORE.search(before) and not _in_comment(text, match.start()):
                yield target, match


def _in_comment(text: str, place: int) -> bool:
    opened = text.rfind("<!--", max(0, place - _REACH), place)
    return opened >= 0 and text.find("-->", opened, place) < 0


def _is_own(target: str, own: str) -> bool:
    return target == own or target.endswith(f".{own}")


def _said(text: str, start: int) -> str:
    """The words of a link whose address ends near ``start``."""
    opened = text.find(">", start, start + _LINK_LENGTH)
    if opened < 0:
        return ""
    end = _LINK_END.search(text, opened, opened + _LINK_LENGTH)
    return " ".join(_MARKUP.sub(" ", text[opened + 1 : end.start() if end else opened + 80]).split())


def _address(text: str, match: re.Match[str]) -> str:
    end = match.end()
    while end < len(text) and end - match.start() < 300 and text[end] not in "\"'<>\\ \t\r\n":
        end += 1
    return "http:" + text[match.start() : end]


# --- what hides -------------------------------------------------------------------------------------------

_SURELY_HIDDEN = frozenset({"out_of_sight", "tiny", "same_colour", "marquee"})


class _Block(NamedTuple):
    """The extent of an element that hides what is in it."""

    rule: str
    start: int
    end: int


def _hidden_blocks(text: str, hints: Iterable[re.Pattern[str]]) -> list[_Block]:
    """Elements that hide their content by what stands in their own tag, found by ``hints``."""
    places = {
        text.rfind("<", max(0, m.start() - _TAG_LENGTH), m.start() + 1)
        for hint in hints
        for m in hint.finditer(text)
    }
    blocks = []
    for place in sorted(places - {-1})[:_MOST_PLACES]:
        match = _OPENED.match(text, place)
        rule = _hiding(match[1].lower(), match[2]) if match else None
        if match and rule is not None:
            blocks.append(_Block(rule, match.start(), _end_of(text, match[1], match.end())))
    return blocks


def _hidden_by(blocks: Iterable[_Block], place: int) -> str | None:
    """How the element is hidden that holds a place; the surest of several ways."""
    rules = [block.rule for block in blocks if block.start < place < block.end]
    return min(rules, key=lambda rule: rule not in _SURELY_HIDDEN, default=None)


def _hiding(tag: str, attributes: str) -> str | None:
    """How an element hides its content, or None."""
    if tag == "marquee" and len(_ONE_PIXEL.findall(f"{attributes} ")) > 1:
        return "marquee"
    match = _STYLE.search(attributes)
    style = "".join((match[1] or match[2]).split()).lower() if match else ""
    if _OUT_OF_SIGHT.search(style) and ("position:" in style or "text-indent" in style):
        return "out_of_sight"
    if _is_tiny(tag, style):
        return "tiny"
    if _is_same_colour(style):
        return "same_colour"
    return "not_displayed" if tag == "noscript" or _COMMON.search(style) else None


def _is_same_colour(style: str) -> bool:
    colours = {m[1] or m[2]: m[3] for m in _COLOUR.finditer(style.replace(";", ";;"))}
    return len(colours) > 1 and len(set(colours.values())) == 1


def _is_tiny(tag: str, style: str) -> bool:
    if tag in _TEXT_TAGS and _NO_FONT.search(style):
        return True
    return bool(_NO_HEIGHT.search(style)) and (bool(_NO_WIDTH.search(style)) or "overflow:hidden" in style)


def _end_of(text: str, tag: str, start: int) -> int:
    """Where an element ends: after as many closing tags as there were opening ones."""
    depth = 1
    for match in re.compile(rf"<(\\?/)?{tag}\b", re.IGNORECASE).finditer(text, start, start + _REACH):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.start()
    return min(start + _REACH, len(text))


# --- scripts ----------------------------------------------------------------------------------------------


def _scripts(text: str, host: str) -> Iterator[Suspicion]:
    """Scripts that treat visitors from search engines differently, and scripts written to be unreadable."""
    place = text.lower().find(_ESCAPED) if _ESCAPED[:7] in text else -1  # no letter of those has two cases
    if place >= 0:
        yield Suspicion("escaped_script", text[place : place + _SNIPPET], "", place)
    if "referrer" not in text and "userAgent" not in text:
        return
    own = registered_domain(host)
    for place, script in islice(_script_texts(text), _MOST_SCRIPTS):
        if "referrer" not in script and "userAgent" not in script:
            continue
        targets = [m[1].lower() for m in _MOVE_TO.finditer(script)]
        away = [t for t in targets if not _is_own(t, own) and not is_trusted(t) and not _ENGINES.search(t)]
        if away and _ENGINES.search(script) and _MOVES.search(script):
            said = " ".join(script.split())[:_SNIPPET]
            yield Suspicion("search_redirect", said, f"http://{away[0]}", place)


def _script_texts(text: str) -> Iterator[tuple[int, str]]:
    """The inline scripts of a page, or the beginnings of long ones, with their places."""
    place = text.find("<script")
    while place >= 0:
        end = text.find("</script", place, place + _SCRIPT_LENGTH)
        end = end if end >= 0 else min(len(text), place + _SCRIPT_LENGTH)
        yield place, text[place:end]
        place = text.find("<script", end)


@cache
def _words() -> _SpamWords:
    data = tomllib.loads((Path(__file__).parent / "spam.toml").read_text(encoding="utf-8"))

    def any_of(name: str) -> re.Pattern[str]:
        def whole(word: str) -> str:
            escaped = re.escape(word.lower())
            return rf"\b{escaped}\b" if word.isascii() else escaped

        return re.compile("|".join(whole(word) for word in data[name]))

    return _SpamWords(any_of("phrases"), any_of("words"), any_of("news"), frozenset(data["trusted"]))
