"""Answers that are no page: JSON, a script or XML records, as what the readers can read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jiancha.pages.script_data import embedded_records
from jiancha.text.characters import clean

_XML = re.compile(
    r"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,200})?<(?:datastore|recordset|record|nextgroup|totalrecord)\b"
)
_CALLBACK = re.compile(r"\s{0,50}[\w.$]{1,80}\(\s{0,50}(?=[{\[])")
_MAX_DEPTH = 8


class Unwrapped(NamedTuple):
    """An answer as markup to parse and as the text of a script or JSON document to look for rows in."""

    html: str
    data: str


def unwrapped(text: str, *, script: bool) -> Unwrapped | None:
    """What an answer that is no page holds; None for a page. ``script``: it was served as one, or as JSON."""
    start = text[:400].lstrip("\ufeff \t\r\n")
    if _XML.match(start):
        records = embedded_records([text])
        return Unwrapped(records.html if records else "", "")
    called = _CALLBACK.match(start)
    if not (script or called or start[:1] in ("{", "[")):
        return None
    body = text.lstrip("\ufeff \t\r\n")
    if called:
        body = body[called.end() :].rstrip().rstrip(";").rstrip().removesuffix(")")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return Unwrapped("", text) if script else None
    return Unwrapped("".join(_markup(value, 0)), body)


def _markup(value: Any, depth: int) -> Iterator[str]:
    """The strings of a JSON value that are markup with links."""
    if isinstance(value, str) and "<a" in value and "href" in value:
        yield f"<div>{clean(value)}</div>"
    elif depth < _MAX_DEPTH and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _markup(inner, depth + 1)
