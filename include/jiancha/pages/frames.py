"""What a page shows as its own from other addresses: frames, and data that its scripts ask for.

Only addresses that stand whole in the page are given; nothing is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from jiancha.pages.document import Document

_MAX_PARTS = 6
_QUOTED = r"\s{0,5}[\"'`]([^\"'`<>{}\s]{1,400})[\"'`]\s{0,5}(?=[,)};\n])"
_CALLS = re.compile(
    r"(?:\.(?:get|getJSON|load)|\bfetch|\baxios(?:\.get)?)\(" + _QUOTED + r"|\burl\s{0,3}:" + _QUOTED
)
_CALL_SIGNS = (".get", ".load", "fetch", "axios", "url")
_POST = re.compile(r"(?:type|method)[\"']?\s{0,3}:\s{0,3}[\"']post", re.IGNORECASE)
_AROUND_CALL = 200
#: Counters, log-ins, weather, site-wide heads and feet: asked for by nearly every page.
_NO_LIST = re.compile(
    r"count|hits?\b|click|tongji|stat|visit|login|user|captcha|weather|tianqi|search|comment|share|header|footer|"
    r"\btop\b|bottom|menu|nav|banner|friend|link|advert|\bad\b|wza|\.(?:css|png|jpe?g|gif|svg|swf|mp4|mp3|pdf|docx?|xlsx?)$",
    re.IGNORECASE,
)
_DATA_SCRIPT = re.compile(r"(?:^|[/_\-])(?:list|data|news|info|json)\w{0,30}\.js(?:on)?$", re.IGNORECASE)
_PAIRS = re.compile(r"'([^']{1,60})'\s{0,3}:\s{0,3}'([^']{0,300})'")
_PAGE_OF = "paramJson"


def parts(document: Document) -> tuple[str, ...]:
    """Addresses on the page's own host that may hold its list, the surer first."""
    url = document.url
    host = urlsplit(url).netloc
    found = [*_units(document), *_frames(document), *_calls(document)]
    usable = (address for address in found if address is not None and urlsplit(address).netloc == host)
    return tuple(address for address in dict.fromkeys(usable) if address != url)[:_MAX_PARTS]


def _units(document: Document) -> Iterator[str | None]:
    """Blocks of a content platform that name an address and its parameters: url="…" queryData="{'a':'b'}"."""
    for node in document.tree.css("[querydata][url]"):
        pairs = _PAIRS.findall(node.attributes.get("querydata") or "")
        address = document.resolve(node.attributes.get("url") or "")
        if address is not None and pairs:
            yield f"{address}?{urlencode(pairs)}"


def _frames(document: Document) -> Iterator[str | None]:
    """A frame that links of the page fill holds one of several lists: it does not speak for the page."""
    filled = {node.attributes.get("target") for node in document.tree.css("a[href][target]")}
    for node in document.tree.css("frame[src], iframe[src]"):
        source = node.attributes.get("src") or ""
        small = (node.attributes.get("height") or "") in ("0", "1")
        named = {node.attributes.get("name"), node.attributes.get("id")} - {None, ""}
        if not small and not named & filled and not _NO_LIST.search(source[:500]):
            yield document.resolve(source)


def _calls(document: Document) -> Iterator[str | None]:
    for attributes, text in document.scripts:
        source = (attributes.get("src") or "").partition("?")[0]
        if source and _DATA_SCRIPT.search(source[-100:]):
            yield document.resolve(attributes.get("src") or "")
        if not any(sign in text for sign in _CALL_SIGNS):
            continue
        for match in _CALLS.finditer(text):
            around = text[max(0, match.start() - _AROUND_CALL) : match.end() + _AROUND_CALL]
            address = match[1] or match[2]
            if not _POST.search(around) and not _NO_LIST.search(address) and not address.endswith(".js"):
                yield document.resolve(address)


def unit_pages(tree: LexborHTMLParser, url: str) -> tuple[str, ...]:
    """The further pages of a block from ``_units``, by the counts that its markup carries."""
    node = tree.css_first("[rows][count]")
    parts_of_url = urlsplit(url)
    query = dict(parse_qsl(parts_of_url.query))
    if node is None or "pageId" not in query:
        return ()
    rows, count = (_number(node.attributes.get(name)) for name in ("rows", "count"))
    here = _number(node.attributes.get("pageno")) or 1
    last = -(-count // rows) if rows else 0
    return tuple(
        urlunsplit(parts_of_url._replace(query=urlencode(query | {_PAGE_OF: json.dumps(_place(n, rows))})))
        for n in range(here + 1, min(last, 500) + 1)
    )


def _place(page: int, rows: int) -> dict[str, Any]:
    return {"pageNo": page, "pageSize": str(rows)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 0
