"""The publish date that an article's page holds without showing it: in tags, scripts and attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from selectolax.lexbor import LexborNode

from jiancha.pages.document import Document
from jiancha.pages.outline import Element
from jiancha.text.dates import Dated, epoch_date, find_date, find_dates, plain
from jiancha.text.rare_dates import labelled_date

#: What one maker of such sites notes of an article in a comment.
_NOTED = re.compile(r"<!--\s{0,9}enpproperty[^!]{0,2000}?<date>([^<]{8,30})</date>")
_TAGS = (
    "pubdate", "publishdate", "publishtime", "firstpublishedtime", "datepublished", "article:published_time",
    "og:published_time", "og:release_date", "weibo: article:create_at",
)  # fmt: skip
_DATE_NAMES = (
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "releasetime",
    "fbsj",
    "fbrq",
    "datepublished",
)
#: Of an article these mean its publish date where nothing says it better.
_OTHER_NAMES = (
    *("releasedate", "createtime", "createdate", "infotime", "infodate", "addtime", "adddate", "inputtime"),
    *("inputdate", "showtime", "showdate", "newstime", "newsdate", "posttime", "postdate", "articletime"),
    *("articledate", "docreltime", "docdate"),
)


def _named(names: Sequence[str]) -> re.Pattern[str]:
    """A variable or key of such a name, and its text or number."""
    return re.compile(
        rf"(?:{'|'.join(names)})\w{{0,6}}[\"']?\s{{0,3}}[=:]\s{{0,3}}(?:[\"']([^\"']{{8,30}})[\"']|(1\d{{12}}|1\d{{9}})\b)",
        re.IGNORECASE,
    )


_SCRIPT_DATES = ((_DATE_NAMES, _named(_DATE_NAMES)), (_OTHER_NAMES, _named(_OTHER_NAMES)))
#: A text of a script that is shown as it stands, and one with a label in it.
_SET_TEXT = re.compile(
    r"(?:(?:innerHTML|innerText|textContent)\s{0,3}=|\.(?:html|text)\()\s{0,3}[\"']([^\"'<>]{8,30})[\"']"
)
_SAID_TEXT = re.compile(
    r"(?:发布|发稿|公开|信息)(?:日期|时间)\s{0,3}[:\uff1a]\s{0,3}((?:19|20)\d{2}[-/年.][^\"'<>\n]{4,20})"
)
_WRITTEN_WORDS = tuple(
    f"{what}{when}" for what in ("发布", "发稿", "公开", "信息") for when in ("日期", "时间")
)
_WRITTEN_LABEL = re.compile(r"(?:发布|发稿|公开|信息)(?:日期|时间)\s{0,3}[:\uff1a\u2236]")
_WRITTEN_DATE = re.compile(
    r"(?:\s|<[^<>]{1,200}>){0,8}[^<>]{0,80}?[\"'(](?:((?:19|20)\d{2}[-/年.][^\"'<>]{4,20}|[A-Z][a-z]{2}\s[^\"'<>]{8,26})"
    r"|(1\d{12}|1\d{9})\))"
)
_WRITTEN_LENGTH = 2000  # of what may stand between a label and the date that a script writes
_STAMPED = (
    "[data-time],[data-date],[data-datetime],[data-pubdate],[data-pubtime],[data-publishtime],[data-publish-time],"
    "[data-publishdate],[itemprop=datePublished]"
)
_FIELD = re.compile(r"<input", re.IGNORECASE)
_STAMPS = frozenset(
    {
        "data-time", "data-date", "data-datetime", "data-pubdate", "data-pubtime", "data-publishtime",
        "data-publish-time", "data-publishdate", "content", "datetime",
    }
)  # fmt: skip
_STAMP_NAME = re.compile(r"pub|release|fbsj|fbrq|发布|(?<![a-z])(?:time|date)(?![a-z])", re.IGNORECASE)


def tagged(document: Document) -> Dated | None:
    """The date of the page's tags."""
    tags = dict(document.tags)
    named = "property=" in document.text or "itemprop" in document.text  # to look for words is far cheaper
    for node in document.tree.css("meta[property],meta[itemprop]") if named else ():
        name = node.attributes.get("property") or node.attributes.get("itemprop") or ""
        tags.setdefault(name.strip().lower(), (node.attributes.get("content") or "")[:100])
    for name in _TAGS:
        found = find_date(tags[name], document.at) if tags.get(name) else None
        if found is not None:
            return replace(found, rule=f"tag:{found.rule}")
    if noted := _NOTED.search(document.text) if "enpproperty" in document.text else None:
        for found in find_dates(noted[1]):
            return replace(found, rule=f"tag:{found.rule}")
    return _timed(document) if "<time" in document.text else None


def _timed(document: Document) -> Dated | None:
    """The day of the page's <time> elements outside of lists, where they agree."""
    stamps = (element.attribute("datetime") for element in _times(document))
    found = [dated for stamp in stamps if (dated := next(find_dates(stamp[:40]), None))]
    if len({each.day for each in found}) != 1:
        return None
    return replace(found[0], rule=f"tag:{found[0].rule}")


def _times(document: Document) -> Iterator[Element]:
    for element in document.outline.elements:
        listed = any(map(document.rows.covers, range(element.texts.start, element.texts.stop)))
        if element.tag == "time" and element.attribute("datetime") and not listed:
            yield element


def scripted(document: Document) -> Dated | None:
    """A date that only an inline script would write."""
    for names, pattern in _SCRIPT_DATES:
        for _, text in document.scripts:
            for match in pattern.finditer(text) if _names_a_date(text, names) else ():
                found = epoch_date(int(match[2])) if match[2] else next(find_dates(match[1]), None)
                if found is not None:
                    return replace(found, rule=f"script:{found.rule}")
    shown = [found for _, text in document.scripts for found in _shown_by(text)]
    if shown and len({found.day for found in shown}) == 1:
        return replace(shown[0], rule=f"script:{shown[0].rule}")
    labelled = any(word in document.text for word in _WRITTEN_WORDS)
    for label in _WRITTEN_LABEL.finditer(document.text) if labelled else ():
        written = _WRITTEN_DATE.match(plain(document.text[label.end() : label.end() + _WRITTEN_LENGTH]))
        if written:
            found = epoch_date(int(written[2])) if written[2] else labelled_date(written[1], document.at, "")
            if found is not None:
                return replace(found, rule=f"script:{found.rule}")
    return None


def _names_a_date(script: str, names: Sequence[str]) -> bool:
    lower = script.lower()  # to look for plain words takes a tenth of what the pattern takes
    return any(name in lower for name in names)


def _shown_by(script: str) -> Iterator[Dated]:
    """Dates that a script puts on the page as they stand, alone or behind a label of publishing."""
    if "html" in script or "text" in script or "Text" in script or "HTML" in script:
        for match in _SET_TEXT.finditer(script):
            found = next(find_dates(match[1]), None)
            if found is not None and found.start == 0:
                yield found
    if "时间" in script or "日期" in script:
        for match in _SAID_TEXT.finditer(plain(script)):
            yield from find_dates(match[1])


def stamped(document: Document) -> Dated | None:
    """The date in an attribute of an empty element, which a script would show: <span data-time=…>."""
    found: Dated | None = None
    stamps = "data-" in document.text or "itemprop" in document.text
    if _FIELD.search(document.text) is not None and (kept := _kept(document)) is not None:
        return kept
    for node in document.tree.css(_STAMPED) if stamps else ():
        if node.tag in {"input", "li", "a", "td"} or (node.text() or "").strip():
            continue
        stamp = _stamp(node)
        if stamp is None:
            continue
        if found is not None and found.day != stamp.day:
            return None
        found = found or stamp
    return replace(found, rule=f"attribute:{found.rule}") if found is not None else None


def _kept(document: Document) -> Dated | None:
    """The date in a hidden field that is named for it, from which a script would show it."""
    for node in document.tree.css("input[type=hidden][value]"):
        names = ((node.attributes.get(key) or "").lower() for key in ("id", "name"))
        if any(name in _DATE_NAMES or name in _OTHER_NAMES for name in names):
            found = next(find_dates((node.attributes.get("value") or "")[:40]), None)
            if found is not None and found.start == 0:
                return replace(found, rule=f"attribute:{found.rule}")
    return None


def _stamp(node: LexborNode) -> Dated | None:
    for name, value in node.attributes.items():
        if (
            name in _STAMPS
            and value
            and (name != "data-date" or _STAMP_NAME.search(node.attributes.get("class") or ""))
        ):
            return next(find_dates(value[:40]), None)
    return None
