"""Further pages of a list: links that say so, numbered links, and script pagers."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

from jiancha.read.items import resolve

_NEXT_TEXT = re.compile(r"^[\s>»›\]\[]{0,4}(?:下一?页|下页|后一页|next)[\s>»›\]\[]{0,4}$", re.IGNORECASE)
_NUMBER = re.compile(r"^\[?(\d{1,4})\]?$")
_CALL = re.compile(
    r"create(?:Page|Paging)\w{0,12}\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,\s*[\"']([\w\-./]{1,80})[\"']\s*,\s*[\"'](\w{2,6})[\"']",
    re.IGNORECASE,
)


def next_page(tree: LexborHTMLParser, html: str, url: str) -> str | None:
    """The page after this one; None where the page names none: it is the last, or the only one."""
    return _script_pager(html, url) or _next_link(tree, url) or _numbered(tree, url)


def _script_pager(html: str, url: str) -> str | None:
    """createPageHTML(pages, index from 0, name, extension): page n lies in name_n.extension."""
    match = _CALL.search(html)
    if match is None:
        return None
    pages, index = int(match[1]), int(match[2])
    return resolve(f"{match[3]}_{index + 1}.{match[4]}", url) if index + 1 < pages else None


def _next_link(tree: LexborHTMLParser, url: str) -> str | None:
    for node in tree.css("a[href]"):
        if _NEXT_TEXT.match(node.text(separator=" ").strip()):
            target = resolve(node.attributes.get("href") or "", url)
            if target is not None and target != url:
                return target
    return None


def _numbered(tree: LexborHTMLParser, url: str) -> str | None:
    """Links 2, 3, 4 …: the one after the number that is no link, or link 2 on the first page."""
    numbers: dict[int, str] = {}
    for node in tree.css("a[href]"):
        match = _NUMBER.match(node.text(separator=" ").strip())
        target = resolve(node.attributes.get("href") or "", url) if match else None
        if match and target is not None:
            numbers.setdefault(int(match[1]), target)
    if len(numbers) < 1 or 2 not in numbers and 1 not in numbers:
        return None
    current = next((n for n, target in numbers.items() if target == url), None)
    if current is None:
        known = sorted(numbers)
        gaps = [n + 1 for n in known if n + 1 not in numbers and n + 2 in numbers]
        current = gaps[0] if gaps else known[0] - 1
    return numbers.get(current + 1)
