"""Rows that a script holds in a form that is no JSON: objects with bare names, and lists of plain texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jiancha.pages.document_write import unescaped
from jiancha.text.dates import find_dates

_STRING = r"(?:\"(?:[^\"\\\n]|\\.){0,1000}\"|'(?:[^'\\\n]|\\.){0,1000}')"
_OBJECT = re.compile(r"\{([^{}]{20,4000})\}")
_PAIR = re.compile(
    rf"[\"']?\b([A-Za-z_]\w{{0,40}})[\"']?\s{{0,9}}:\s{{0,9}}(?:({_STRING})|(1\d{{12}}|1\d{{9}})\b)"
)
_TUPLE = re.compile(
    rf"[\[(]\s{{0,9}}({_STRING}(?:\s{{0,9}},\s{{0,9}}(?:{_STRING}|[\w.]{{1,20}})){{1,8}})\s{{0,9}}[\])]"
)
_TEXT = re.compile(_STRING)
_ADDRESS = re.compile(r"(?:https?:/)?/?[^\s<>\"']{0,500}\.(?:s?html?|jspx?|aspx?|php)\b|https?://|\.{0,2}/\w")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_TITLE = 4  # Chinese characters at least


def literal_rows(script: str) -> Iterator[Mapping[str, object]]:
    """The flat objects of a script, ``{title:'…',url:'…',date:'…'}``, and its lists of texts of which one is
    a date, as such objects: ``['…','/1.html','2021-02-19']``. In order of their kind."""
    for found in _OBJECT.finditer(script):
        pairs = {m[1]: int(m[3]) if m[3] else _read(m[2]) for m in _PAIR.finditer(found[1])}
        if len(pairs) > 1:
            yield pairs
    for found in _TUPLE.finditer(script):
        row = _of_texts([_read(text) for text in _TEXT.findall(found[1])])
        if row is not None:
            yield row


def _read(literal: str) -> str:
    return unescaped(literal[1:-1])


def _of_texts(texts: list[str]) -> Mapping[str, object] | None:
    """Title, address and date among a few texts; None where there is not just one date, or no title."""
    dates = [text for text in texts if len(text) <= 30 and any(d.start == 0 for d in find_dates(text))]
    titles = [text for text in texts if text not in dates and len(_HAN.findall(text)) >= _TITLE]
    links = [text for text in texts if _ADDRESS.match(text)]
    if len(dates) != 1 or not titles:
        return None
    return {"title": titles[0], "url": links[0] if links else "", "date": dates[0]}
