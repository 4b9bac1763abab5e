"""Outside text made fit to print: names and reasons come from registries and web pages."""

from __future__ import annotations

import re
import unicodedata

#: A longer name or reason is cut in the notice; the whole text stays in the lake.
MAX_TEXT = 1_000

_SPACE = re.compile(r"\s+")
# Cc control, Cs lone surrogates, Cn unassigned and noncharacters: no XML may carry them. Cf holds the
# marks that turn the reading direction around, with which a name could hide what it says.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Cn", "Cf"})
_FULL_WIDTH = str.maketrans({",": "，", ":": "：", ";": "；", "(": "（", ")": "）", "?": "？", "!": "！"})
_HALF_WIDTH_MARK = re.compile(r"[,:;()?!]")
_NUMBER_MARK = re.compile(r"(?<=[0-9A-Za-z/])[,:](?=[0-9/])|:(?=//)")


def one_line(value: object) -> str:
    """``value`` as one line of printable text of at most MAX_TEXT characters; None becomes empty."""
    if value is None:
        return ""
    spaced = _SPACE.sub(" ", str(value))
    text = "".join(c for c in spaced if unicodedata.category(c) not in _UNPRINTABLE).strip()
    if len(text) <= MAX_TEXT:
        return text
    return f"{text[:MAX_TEXT]}…（以下略去{len(text) - MAX_TEXT}字）"


def full_width(text: str) -> str:
    """Half-width punctuation of Chinese prose made full-width; 10:08, 1,024 and addresses are kept."""
    kept = {match.start() for match in _NUMBER_MARK.finditer(text)}
    return _HALF_WIDTH_MARK.sub(
        lambda m: m[0] if m.start() in kept else m[0].translate(_FULL_WIDTH), text
    )


def clause(text: str, limit: int = 60) -> str:
    """A stored sentence without its full stop, to stand inside another sentence."""
    bare = full_width(text).rstrip("。；;.， ")
    return bare if len(bare) <= limit else f"{bare[:limit]}…"
