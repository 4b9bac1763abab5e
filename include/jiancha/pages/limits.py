"""Pages without what would make lexbor slow: it searches its stack of open elements at each tag, and the
attributes of an element at each further one."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: 200,000 nested divs took lexbor 349 s. Browsers stop at a depth of 512 too.
MAX_DEPTH = 512
_TAG = re.compile(r"<(?:(!--)|(/?)([A-Za-z][A-Za-z0-9:\-]{0,30}))")
#: The rest of a tag, with whatever stands between quotation marks, and the slash that closes it at once.
_REST = re.compile(r"""(?:[^>"']|"[^"]{0,3000}+"|'[^']{0,3000}+'){0,5000}+>""")
_CLOSED = "/>"
#: Closed by their like or by their parent, so that an open one does not nest.
_FLAT = frozenset(
    {"p", "li", "td", "th", "tr", "dd", "dt", "option", "br", "img", "input", "meta", "link", "hr", "base"}
    | {"col", "area", "source", "wbr", "param", "embed", "tbody", "thead", "tfoot", "html", "head", "body"}
)
#: What stands in these up to their end is text, whatever it looks like.
_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
#: Within a drawing these may be closed at once; any other tag but its groups ends the drawing.
_SHAPES = frozenset(
    {"path", "circle", "rect", "line", "polyline", "polygon", "ellipse", "use", "stop", "image", "animate"}
)
_DRAWING = _SHAPES | {"svg", "g", "defs", "symbol", "lineargradient", "radialgradient", "clippath", "mask"}


#: 100,000 attributes of one tag took lexbor 13 s. Smaller pages cannot hold so many.
_LARGE = 100_000
_ATTRIBUTE = r"[\s/]++[^\s<>\"'/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>\"']*+))?"
_CROWDED = re.compile(rf"<[A-Za-z][^\s<>\"'/=]*+(?:{_ATTRIBUTE}){{512}}(?=[\s/])")
_MORE = re.compile(rf"(?:{_ATTRIBUTE})*+")


def uncrowded(html: str) -> str:
    """The page without the attributes behind the first 512 of a tag; nearly always the page itself."""
    if len(html) < _LARGE:
        return html
    parts: list[str] = []
    copied = 0
    for crowded in _CROWDED.finditer(html):
        if crowded.start() >= copied:
            parts.append(html[copied : crowded.end()])
            rest = _MORE.match(html, crowded.end())
            copied = rest.end() if rest else crowded.end()
    return "".join([*parts, html[copied:]]) if parts else html


def shallow(html: str) -> str:
    """The page without the tags that stand deeper than ``MAX_DEPTH``; nearly always the page itself."""
    tags = html.count("<")
    if tags <= MAX_DEPTH or tags - html.count("</") <= MAX_DEPTH:
        return html  # so few cannot nest deeper
    parts: list[str] = []
    depth = copied = 0
    for start, behind, closing in _nesting(html):
        if closing:
            depth = max(0, depth - 1)
            continue
        depth += 1
        if depth > MAX_DEPTH and (end := html.find(">", behind, behind + 2000)) >= 0:
            parts.append(html[copied:start])
            copied = end + 1
    return "".join([*parts, html[copied:]]) if parts else html


def _nesting(html: str) -> Iterator[tuple[int, int, bool]]:
    """The tags that nest: where each begins, where its name ends, and whether it closes an element."""
    place, drawing = 0, False
    while (match := _TAG.search(html, place)) is not None:
        place = match.end()
        if match[1]:
            behind = html.find("-->", match.start() + 2)
            place = len(html) if behind < 0 else behind + 3
            continue
        name, closing = match[3].lower(), bool(match[2])
        drawing = name in _DRAWING and (drawing or name == "svg") and not (closing and name == "svg")
        if name in _FLAT or (drawing and name in _SHAPES and _closes_itself(html, place)):
            continue
        if name not in _TEXT:
            yield match.start(), place, closing
        elif not closing:  # nothing nests in it, and without its tag what it holds would be shown
            end = re.compile(f"</{name}", re.IGNORECASE).search(html, place)
            place = len(html) if end is None else end.start()


def _closes_itself(html: str, start: int) -> bool:
    rest = _REST.match(html, start)
    return rest is not None and html.endswith(_CLOSED, start, rest.end())
