"""Further pages of a list: numbered addresses, links 下一页, script pagers, and what the text says of them.

Where pages are numbered, all their addresses are known at once, so that a list can be entered anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from jiancha.pages.outline import Link, Outline
from jiancha.text.urls import resolve

_NEXT = re.compile(
    r"^[\s>\u00bb\u203a\[\]]{0,4}(?:下一?页|下页|后一?页|next(?:\s?page)?)[\s>\u00bb\u203a\[\]]{0,4}$",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    r"^[\s<\u00ab\u2039\[\]]{0,4}(?:上一?页|前一?页|prev(?:ious)?)[\s<\u00ab\u2039\[\]]{0,4}$", re.IGNORECASE
)
_LAST = re.compile(
    r"^[\s>\u00bb\u203a\[\]|]{0,4}(?:尾页|末页|最后一?页|last)[\s>\u00bb\u203a\[\]|]{0,4}$", re.IGNORECASE
)
_FORWARD = re.compile(r"^[>\u00bb\u203a\u2192]{1,2}$")
_MORE = re.compile(r"^(?:点击)?(?:加载|查看|显示)更多\S{0,6}$")
_NUMBER = re.compile(r"^\[?(\d{1,4})\]?$")
_PAGE_FILE = r"\s*[\"']([\w\-./]{1,80})[\"']\s*,\s*[\"']\.?(\w{2,6})[\"']"
#: createPageHTML(pages, current from 0, name, extension): page n is name_(n-1)
_CALL = re.compile(
    r"create(?:Page|Paging)\w{0,12}\(\s*(\d{1,5})\s*,\s*(\d{1,5})\s*," + _PAGE_FILE, re.IGNORECASE
)
#: createPageHTML(element, pages, current from 1, name, extension, …): page n is name_n
_CALL_IN = re.compile(
    r"create(?:Page|Paging)\w{0,12}\(\s*[\"'][\w\-]{1,40}[\"']\s*,\s*(\d{1,5})\s*,\s*(\d{1,5})\s*,"
    + _PAGE_FILE,
    re.IGNORECASE,
)
_CALL_NAMES = ("createPag", "CreatePag", "createpag", "CREATEPAG")
_VARIABLES = re.compile(r"\b(countPage|currentPage)\s{0,3}=\s{0,3}[\"']?(\d{1,5})")
#: How scripts state the number of pages, or of items and of those on a page.
_STATED_PAGES = re.compile(
    r"\b(?:page_?count|total_?pages?|count_?pages?|page_?total)\b[\"']?\s{0,3}[:=]\s{0,3}[\"']?(\d{1,5})\b",
    re.IGNORECASE,
)
_STATED_NAMES = (  # far cheaper than the pattern
    "ageCount", "agecount", "age_count", "otalPage", "otalpage", "otal_page", "ountPage", "ageTotal",
    "age_total",
)  # fmt: skip
_LAYPAGE = re.compile(r"laypage\.render\(\s{0,20}\{([^{}]{1,600})")
_LAYPAGE_ITEMS = re.compile(r"\bcount\s{0,3}:\s{0,3}[\"']?(\d{1,7})")
_LAYPAGE_LIMIT = re.compile(r"\blimit\s{0,3}:\s{0,3}[\"']?(\d{1,4})")
_LAYPAGE_DEFAULT = 10
_JOINED_NAME = re.compile(r"[\"'](\w{1,40})[\"']\s{0,3}\+\s{0,3}[\"']_[\"']|[\"'](\w{1,40})_[\"']\s{0,3}\+")
_COUNT = re.compile(
    r"共\s?(?:有|计)?\s?(\d{1,5})\s?页|(?:第|页次|页码|当前)[:\s第]{0,3}\d{1,5}\s?页?\s?/\s?(?:共\s?)?(\d{1,5})\s?页?|^\d{1,5}\s?/\s?(\d{1,5})\s?页$|总页数[:\s]{0,2}(\d{1,5})"
)
_CURRENT = re.compile(
    r"(?:第|页次|页码|当前)[:\s第]{0,3}(\d{1,5})\s?页?\s?[/,，共]|^(\d{1,5})\s?/\s?\d{1,5}\s?页$|第\s?(\d{1,5})\s?页"
)
_PAGE_WORD = re.compile(r"[共第页/]")
_PLACES = re.compile(r"(?:[_\-]|[?&](?:\w{0,12}page\w{0,8}|p|pn|currentindex)=|/)$", re.IGNORECASE)
_MAX_PAGES = 2000


@dataclass(frozen=True, slots=True)
class Paging:
    """``next_pages``: addresses of the pages after this one, in order, as far as they are known.

    ``page_count`` is how many pages the list says it has. ``hidden``: there are further pages, but only a
    script can open them, so the end of ``next_pages`` is not the end of the list.
    """

    next_pages: tuple[str, ...] = ()
    page_count: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Numbering:
    """Page n lies at ``prefix`` + (n + ``offset``) + ``suffix``."""

    prefix: str
    suffix: str
    offset: int

    def address(self, page: int) -> str:
        return f"{self.prefix}{page + self.offset}{self.suffix}"

    def page_of(self, address: str) -> int | None:
        if not (address.startswith(self.prefix) and address.endswith(self.suffix)):
            return None
        number = address[len(self.prefix) : len(address) - len(self.suffix)]
        return (
            int(number) - self.offset if number.isascii() and number.isdigit() and len(number) < 6 else None
        )


def read_paging(page: Outline, html: str, url: str) -> Paging:
    """What the page says about the pages after it; an empty Paging means it is the last, or the only one."""
    scripted = _scripted(html, url)
    if scripted is not None:
        return scripted
    links = [link for link in page.links if len(link.text) <= 12]
    following = next((link for link in links if _leads_on(page, link)), None)
    numbers = _numbers(links)
    count, current = _said(page)
    numbering = _numbering(numbers)
    last = next((link.target for link in links if link.target and _LAST.match(link.text)), None)
    here = _here(numbering, numbers, current or _unlinked(page, numbers), url)
    known = max(numbers, default=0)
    if numbering is not None:
        count = count or (numbering.page_of(last) if last else None)
        known = max(known, min(count or 0, _MAX_PAGES))
        addresses = tuple(numbering.address(n) for n in range(here + 1, known + 1))
    else:
        addresses = tuple(target for n, target in sorted(numbers.items()) if n > here)
    if not addresses and following is not None and following.target not in (None, url):
        addresses = (following.target or "",)
    if addresses or last == url or _is_last(links, following):
        return Paging(addresses, count)
    count = count or _stated_by_script(html)
    announced = count is not None and here < count
    by_script = following is not None and following.target is None and following.href not in ("", "#")
    more = any(len(text.text) <= 10 and _MORE.match(text.text) for text in page.texts)
    return Paging((), count, hidden=announced or more or (by_script and count is None))


def _leads_on(page: Outline, link: Link) -> bool:
    """True for 下一页, and for a mere arrow that is named so."""
    if _NEXT.match(link.text) or _NEXT.match(link.title):
        return True
    return _FORWARD.match(link.text) is not None and "next" in page.elements[link.element].names.lower()


def _stated_by_script(html: str) -> int | None:
    """The number of pages that a script makes a pager for."""
    if "laypage" in html and (pager := _LAYPAGE.search(html)) and (items := _LAYPAGE_ITEMS.search(pager[1])):
        limit = _LAYPAGE_LIMIT.search(pager[1])
        return -(-int(items[1]) // max(1, int(limit[1]) if limit else _LAYPAGE_DEFAULT))
    stated = _STATED_PAGES.search(html) if any(name in html for name in _STATED_NAMES) else None
    return int(stated[1]) if stated else None


def _is_last(links: list[Link], following: Link | None) -> bool:
    """True where a page leads back and not on."""
    back = any(link.target is not None and _PREVIOUS.match(link.text) for link in links)
    return back and (following is None or following.href in ("", "#"))


def _scripted(html: str, url: str) -> Paging | None:
    """Pagers that a script writes from its numbers."""
    base = urlsplit(url).path.rsplit("/", 1)[-1]
    called = any(name in html for name in _CALL_NAMES)  # far cheaper than the patterns, and rarely there
    for pattern, first in ((_CALL, 0), (_CALL_IN, 1)) if called else ():
        match = pattern.search(html)
        if match is not None:
            count, current = int(match[1]), int(match[2]) - first + 1
            pages = _Numbering(f"{match[3]}_", f".{match[4]}", first - 1)
            return _script_pages(pages, count, max(current, 1), url)
    if "countPage" not in html or "currentPage" not in html:
        return None
    numbers = {name.lower(): int(value) for name, value in _VARIABLES.findall(html)}
    name = _JOINED_NAME.search(html)
    if len(numbers) == 2 and name is not None:
        extension = base.rpartition(".")[2] if "." in base else "html"
        pages = _Numbering(f"{name[1] or name[2]}_", f".{extension}", -1)
        return _script_pages(pages, numbers["countpage"], numbers["currentpage"] + 1, url)
    return None


def _script_pages(pages: _Numbering, count: int, current: int, url: str) -> Paging:
    targets = (resolve(pages.address(n), url) for n in range(current + 1, min(count, _MAX_PAGES) + 1))
    return Paging(tuple(target for target in targets if target is not None), count)


def _numbers(links: list[Link]) -> dict[int, str]:
    """The links of a pager whose text is a number, by it."""
    found: dict[int, str] = {}
    for link in links:
        match = _NUMBER.match(link.text)
        if match and link.target is not None and int(match[1]) > 0:
            found.setdefault(int(match[1]), link.target)
    return found if 1 in found or 2 in found or _runs_on(found) else {}


def _runs_on(numbers: dict[int, str]) -> bool:
    """True for numbers of which two follow each other, as in a window of pages."""
    return any(n + 1 in numbers for n in numbers)


def _numbering(numbers: dict[int, str]) -> _Numbering | None:
    """The rule by which the numbered links' addresses are made, if there is one that fits them all."""
    samples = {n: target for n, target in numbers.items() if n > 1}
    if not samples:
        return None
    largest = max(samples)
    address = samples[largest]
    for offset in (0, -1, 1):
        for match in re.finditer(rf"(?<!\d){largest + offset}(?!\d)", address):
            numbering = _Numbering(address[: match.start()], address[match.end() :], offset)
            fits = all(numbering.address(n) == target for n, target in samples.items())
            if fits and (len(samples) > 1 or _PLACES.search(numbering.prefix)):
                return numbering
    return None


def _here(numbering: _Numbering | None, numbers: dict[int, str], current: int | None, url: str) -> int:
    """The number of the page at hand: by its address, by its text, or as the one that is no link."""
    own = next((n for n, target in numbers.items() if target == url), None)
    by_address = numbering.page_of(url) if numbering is not None else None
    if own is not None or by_address is not None:
        return own or by_address or 1
    if current is not None:
        return current
    known = sorted(numbers)
    gaps = [n + 1 for n in known if n + 1 not in numbers and n + 2 in numbers]
    return gaps[0] if gaps and 1 in numbers else 1


def _unlinked(page: Outline, numbers: dict[int, str]) -> int | None:
    """The number that stands beside the numbered links without being one."""
    if not numbers:
        return None
    for number, text in enumerate(page.texts):
        match = _NUMBER.match(text.text) if text.link < 0 and len(text.text) <= 6 else None
        if match is None:
            continue
        beside = [t for t in page.texts[max(0, number - 1) : number + 2] if t.link >= 0]
        around = {int(m[1]) for t in beside if (m := _NUMBER.match(t.text))}
        if around & numbers.keys() & {int(match[1]) - 1, int(match[1]) + 1}:
            return int(match[1])
    return None


def _said(page: Outline) -> tuple[int | None, int | None]:
    """The number of pages, and of the page at hand, in words such as 第1/20页 or 共20页."""
    count = current = None
    for number, text in enumerate(page.texts):
        if len(text.text) > 60 or not _PAGE_WORD.search(text.text):
            continue
        said = " ".join(part.text for part in page.texts[number : number + 6] if len(part.text) <= 60)
        if count is None and (match := _COUNT.search(said)):
            count = int(next(group for group in match.groups() if group))
        if current is None and (match := _CURRENT.search(said)):
            current = int(next(group for group in match.groups() if group))
    return count, current
