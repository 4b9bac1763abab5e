"""The charset of a page: declarations are hints, the bytes decide.

Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever is declared: text in a GB encoding practically
never is. GB2312, GBK and GB18030 are read as GB18030, their superset.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

_META = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}["']?\s{0,3}([A-Za-z0-9_\-]{2,20})""", re.IGNORECASE
)
_HEADER = re.compile(r"charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_\-]{2,20})", re.IGNORECASE)
_GB_FAMILY = {"gb2312", "gbk", "gb18030", "hz-gb-2312", "cp936"}
_BROKEN = "\ufffd"
_WIDE = re.compile("[\u0800-\uffff]")  # characters of three bytes, as Chinese ones are
_MANY = 4
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Decoded(NamedTuple):
    """Text, the charset it was read in, and what names it: bom, bytes, header, meta or guess."""

    text: str
    charset: str
    rule: str


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Decode a page; never fails: what cannot be decoded becomes replacement characters."""
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return Decoded(body.decode(charset, "replace"), charset.removesuffix("-sig"), "bom")
    try:
        return Decoded(body.decode("utf-8"), "utf-8", "bytes")
    except UnicodeDecodeError:
        pass  # not UTF-8, or not all of it: the declarations are asked
    named = _named(body, content_type)
    mostly = _mostly_utf8(body, [rule for name, rule in named if name.lower() in ("utf-8", "utf8")])
    if mostly is not None:
        return mostly
    for charset, rule in _declared(named):
        try:
            return Decoded(body.decode(charset), charset, rule)
        except UnicodeDecodeError:
            continue
    return _least_broken(body)


def _named(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """The charsets that the header and the page itself name, and which of the two did."""
    header = _HEADER.search(content_type or "")
    meta = _META.search(body[:4096])
    named = [(header[1], "header")] if header else []
    return named + ([(meta[1].decode("ascii"), "meta")] if meta else [])


def _mostly_utf8(body: bytes, declared: Sequence[str]) -> Decoded | None:
    """A page in UTF-8 but for a piece in another charset, such as a footer that is included.

    Chinese in a GB encoding hardly ever makes a valid sequence of UTF-8, so few broken bytes beside many
    valid ones tell it; where UTF-8 is ``declared``, as many are enough.
    """
    text = body.decode("utf-8", "replace")
    broken = text.count(_BROKEN)
    valid = len(_WIDE.findall(text)) - broken
    if valid <= broken * (1 if declared else _MANY):
        return None
    return Decoded(text, "utf-8", declared[0] if declared else "guess")


def _declared(named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Usable declared charsets other than UTF-8, header first, then GB18030 for what declares nothing."""
    found = [(_known(name), rule) for name, rule in named]
    return [(name, rule) for name, rule in found if name is not None] + [("gb18030", "guess")]


def _known(name: str) -> str | None:
    lower = name.lower()
    if lower in _GB_FAMILY:
        return "gb18030"
    try:
        codec = codecs.lookup(lower).name
    except LookupError:
        return None
    # a single-byte charset decodes anything, so it is never evidence
    return codec if codec in ("big5", "utf-16", "utf-16-le", "utf-16-be") else None


def _least_broken(body: bytes) -> Decoded:
    """A page with some broken bytes: the charset that loses fewer characters."""
    texts = [(charset, body.decode(charset, "replace")) for charset in ("utf-8", "gb18030")]
    charset, text = min(texts, key=lambda pair: pair[1].count(_BROKEN))
    return Decoded(text, charset, "guess")
