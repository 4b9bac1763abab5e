"""What inline scripts write where they stand: a date, the title of a link, where it leads, whole markup.

Nothing is run: only texts that stand whole in the script are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_LENGTH = 3000  # characters of a script that writes a link; longer ones do more
_DATE_LENGTH = 400  # of one that only writes a date
_WRITES = re.compile(r"document\.write|^\s{0,20}[\w.$]{1,40}\([^;{}]{1,200}\)\s{0,5};?\s{0,20}$")
_DATE = re.compile(r"[\"']((?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}[^\"'<>]{0,20})[\"']")
_TITLE = re.compile(r"[\"']([^\"'<>\\\n]{0,200}[\u4e00-\u9fff]{3}[^\"'<>\\\n]{0,200})[\"']")
_LINK = re.compile(
    r"<a\s[^<>]{0,300}?href\s{0,3}=\s{0,3}(?:(\\?[\"'])([^\"'<>\\\s+]{1,300})\1|([^\"'<>\\\s+]{1,300})(?=[\s>]))",
    re.IGNORECASE,
)
#: The variables from which a script makes a link.
_ADDRESS_SET = re.compile(
    r"\b\w{0,20}(?:href|url|link)\w{0,20}\s{0,3}=\s{0,3}[\"']([^\"'<>\s]{3,300})[\"']", re.IGNORECASE
)
_TITLE_SET = re.compile(
    r"\b\w{0,20}(?:title|name)\w{0,20}\s{0,3}=\s{0,3}[\"']([^\"'<>\n]{0,200}[\u4e00-\u9fff]{3}[^\"'<>\n]{0,200})[\"']",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"""document\.write(?:ln)?\(\s{0,20}(?:'((?:[^'\\\n]|\\.){1,4000})'|"((?:[^"\\\n]|\\.){1,4000})")\s{0,20}\)"""
)
_ESCAPED = re.compile(r"\\(.)")


def written_date(script: str) -> str | None:
    """The date that a short script writes: document.write("2021-02-19".substr(0, 10))."""
    if len(script) > _DATE_LENGTH or not _WRITES.search(script):
        return None
    date = _DATE.search(script)
    return date[1] if date else None


def written_title(script: str) -> str | None:
    """The title that a script writes: the one in a variable named for it, else the longest Chinese text."""
    if len(script) > _LENGTH or "document.write" not in script:
        return None
    if (made := _TITLE_SET.search(script)) is not None:
        return made[1]
    return max(_TITLE.findall(script), key=len, default=None)


def written_address(script: str) -> str | None:
    """Where the link leads that a script writes: as it stands there, or from a variable named for it."""
    if (written := _LINK.search(script)) is not None:
        return written[2] or written[3]
    made = _ADDRESS_SET.search(script) if "<a" in script else None
    return made[1] if made else None


def written_markup(scripts: Iterable[tuple[Mapping[str, str | None], str]]) -> str:
    """The markup that inline scripts write in whole strings: document.write('<li><a href=…')."""
    found: list[str] = []
    for _, text in scripts:
        if "document.write" in text and "href" in text:
            pieces = (match[1] or match[2] for match in _MARKUP.finditer(text))
            found += [unescaped(piece) for piece in pieces if piece]
    return "".join(found)


def unescaped(text: str) -> str:
    """What stands between a script's quotation marks, read as the script does."""
    return _ESCAPED.sub(r"\1", text)
