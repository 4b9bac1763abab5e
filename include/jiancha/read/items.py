"""List items: a link and the date that stands in its row, never a date inside the title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from jiancha.read.dates import Dated, find_date, find_dates

_LEVELS_UP = 5
_SHORT = 16  # a row text this short may be a date without a year, or a relative one
_DAY_BOX = re.compile(
    r"(?<!\d)(?:(?P<d1>\d{1,2})\s{1,3}(?P<y1>(?:19|20)\d{2})[-/.年]\s?(?P<m1>\d{1,2})(?![\d\-/.])"
    r"|(?P<y2>(?:19|20)\d{2})[-/.年]\s?(?P<m2>\d{1,2})月?\s{1,3}(?P<d2>\d{1,2})(?![\d\-/.]))"
)
_PINNED = re.compile(r"置顶|\[顶\]|(?<![A-Za-z])TOP(?![A-Za-z])")
_DATE_LABEL = re.compile(r"(?:发布|公开|更新|发文|生成)?(?:日期|时间)\s?[::]?\s{0,3}$")
_PAGER = re.compile(r"^[\s<>«»‹›\[\]]*(?:上一?页|下一?页|首页|尾页|末页|更多|more|\d{1,4})?[\s<>«»‹›\[\]]*$", re.IGNORECASE)
_NO_TARGET = ("#", "javascript:", "mailto:", "tel:")


@dataclass(frozen=True, slots=True)
class Item:
    """One list item in page order. ``published_on`` is None where its row shows no date."""

    title: str
    url: str
    published_on: date | None
    published_at: datetime | None
    date_rule: str
    pinned: bool
    position: int


def link_items(tree: LexborHTMLParser, url: str, at: datetime) -> list[Item]:
    """Every link of the page that could be a list item, with the date of its row if there is one.

    Links are kept once per address; the one with a date wins.
    """
    found: dict[str, Item] = {}
    for node in tree.css("a[href]"):
        target = _target(node, url)
        if target is None:
            continue
        title = _title(node)
        if _PAGER.match(title):
            continue
        dated, row = _row_date(node, at)
        known = found.get(target)
        if known is not None and (known.published_on is not None or dated is None):
            continue
        found[target] = Item(
            title=title[:300],
            url=target,
            published_on=dated.day if dated else None,
            published_at=dated.moment if dated else None,
            date_rule=f"row:{dated.rule}" if dated else "",
            pinned=_PINNED.search(row) is not None,
            position=len(found) if known is None else known.position,
        )
    return sorted(found.values(), key=lambda item: item.position)


def resolve(href: str, url: str) -> str | None:
    """The absolute address of a link without its fragment; None for what is no page."""
    href = href.strip()
    if not href or href.lower().startswith(_NO_TARGET):
        return None
    try:
        target = urljoin(url, href)
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return target.partition("#")[0]


def _target(node: LexborNode, url: str) -> str | None:
    return resolve(node.attributes.get("href") or "", url)


def _title(node: LexborNode) -> str:
    """The link's title attribute, else its text without a date that stands in an element of its own."""
    attribute = (node.attributes.get("title") or "").strip()
    if attribute:
        return " ".join(attribute.split())
    return " ".join(node.text(separator=" ").split())


def _row_date(node: LexborNode, at: datetime) -> tuple[Dated | None, str]:
    """The date in the smallest surrounding element that has one beside the link, and that row's text."""
    inner = _date_inside(node, at)
    if inner is not None:
        return inner, ""
    own = node.text(separator=" ")
    current = node
    row = ""
    for _ in range(_LEVELS_UP):
        parent = current.parent
        if parent is None or parent.tag in ("body", "html") or _other_targets(parent, node):
            break
        current = parent
        row = current.text(separator=" ").replace(own, " ", 1)
        found = _date_in_row(row, at)
        if found is not None:
            return found, row
    return _date_beside(current, at), row


def _other_targets(parent: LexborNode, node: LexborNode) -> bool:
    """True where an element holds a link to somewhere else: it is the list, no longer the row."""
    href = node.attributes.get("href")
    return any(other.attributes.get("href") != href for other in parent.css("a[href]"))


def _date_inside(node: LexborNode, at: datetime) -> Dated | None:
    """A date that is the whole text of an element within the link."""
    for child in node.css("span, em, i, b, time, font, small"):
        text = child.text(separator=" ").strip()
        if 4 <= len(text) <= 24:
            found = _date_in_row(text, at)
            if found is not None and len(text) - (found.end - found.start) <= 4:
                return found
    return None


def _date_beside(row: LexborNode, at: datetime) -> Dated | None:
    """A date in the neighbouring element, as in dt/dd pairs."""
    for neighbour in (_element_after(row), _element_before(row)):
        if neighbour is None or neighbour.css_first("a[href]") is not None:
            continue
        text = neighbour.text(separator=" ").strip()
        if text and len(text) <= 40:
            found = _date_in_row(text, at)
            if found is not None:
                return found
        if row.tag == "dt":
            break  # a dd before a dt belongs to the entry before
    return None


def _element_after(node: LexborNode) -> LexborNode | None:
    following = node.next
    while following is not None and following.tag in ("-text", "-comment"):
        following = following.next
    return following


def _element_before(node: LexborNode) -> LexborNode | None:
    before = node.prev
    while before is not None and before.tag in ("-text", "-comment"):
        before = before.prev
    return before


def _date_in_row(row: str, at: datetime) -> Dated | None:
    """The date of a row's text: labelled before others, else the newest that is not in the future."""
    box = _day_box(row)
    if box is not None:
        return box
    complete = list(find_dates(row, at))
    if complete:
        labelled = [d for d in complete if _DATE_LABEL.search(row[: d.start])]
        past = [d for d in complete if d.day <= at.date() + timedelta(days=1)]
        return (labelled or sorted(past, key=lambda d: d.day)[-1:] or complete)[0]
    short = " ".join(row.split())
    return find_date(short, at) if len(short) <= _SHORT else None


def _day_box(row: str) -> Dated | None:
    match = _DAY_BOX.search(row)
    if match is None:
        return None
    n = "1" if match["y1"] else "2"
    try:
        day = date(int(match[f"y{n}"]), int(match[f"m{n}"]), int(match[f"d{n}"]))
    except ValueError:
        return None
    return Dated(day, None, "day box", match.start(), match.end())


def dated(items: list[Item]) -> Iterator[Item]:
    return (item for item in items if item.published_on is not None)
