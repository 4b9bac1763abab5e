"""Outside text made fit to print: names and reasons come from registries and web pages."""

from __future__ import annotations

import re

from jiancha.text.characters import printed
from jiancha.windows import Quarter

#: A longer name or reason is cut in the notice; the whole text stays in the lake.
MAX_TEXT = 1_000

_NUMBER = re.compile(r"([\u4e00-\u9fff]{0,12}〔\d{4}〕\d{1,5}号)")
_SPACE = re.compile(r"\s+")


def one_line(value: object) -> str:
    """``value`` as one line of printable text of at most MAX_TEXT characters; None becomes empty."""
    if value is None:
        return ""
    text = printed(_SPACE.sub(" ", str(value))).strip()
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}…（以下略去{len(text) - MAX_TEXT}字）"


def web_address(url: str) -> str:
    """The address where a link may lead to it, else empty: http or https, and nothing that ends a link."""
    return url if re.fullmatch(r'https?://[^\s<>"`\\\x00-\x1f\x7f-\x9f]{1,2000}', url) else ""


def held_together(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a document's number, such as 国办秘函〔2019〕19号."""
    pieces = _NUMBER.split(text)  # every other one is a number
    return [(piece, bool(index % 2)) for index, piece in enumerate(pieces) if piece]


def title_lines(title: str) -> list[str]:
    """The title of a notice in its lines, broken before 政府网站: no word of it is torn (GB/T 9704)."""
    whose, of, what = title.partition("政府网站")
    return [whose, of + what] if whose and of else [title]


def clause(text: str, limit: int = 60) -> str:
    """A stored sentence without its full stop, to stand inside another sentence."""
    bare = text.rstrip("。；;.，, ")
    return bare if len(bare) <= limit else f"{bare[:limit]}…"


def quarter_name(key: str) -> str:
    """The quarter of a window in words: 2021Q1 is 2021年第一季度."""
    quarter = Quarter.parse(key)
    return f"{quarter.year}年第{'一二三四'[quarter.number - 1]}季度"
