"""The text of a .docx as its reader sees it: tracked changes accepted, hidden text left out.

The document's XML is walked itself: python-docx leaves out content controls, text boxes and insertions, and
copies a merged cell once for each column and row that it covers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiancha.errors import InputError
from jiancha.text.packed import Package

#: What the parts that are read may unpack to, in bytes, and the text that comes of them, in characters.
MAX_UNPACKED, MAX_TEXT = 60_000_000, 500_000
_MAX_COLUMNS = 63  # Word's own limit
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
#: Properties, what was deleted, and forms of what is there twice.
_UNSEEN = frozenset(
    {"del", "moveFrom", "sdtPr", "sdtEndPr", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr"}
)
_UNSEEN |= frozenset({"tcPr", "sectPr", "Fallback", "instrText", "delText", "rt"})
_OFF = frozenset({"0", "false", "off"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def docx_text(data: bytes) -> str:
    """Paragraphs and tables in order, cells with tabs between them; raises InputError."""
    try:
        with Package(data, MAX_UNPACKED) as package:
            document = _parsed(package.part(_DOCUMENT))
            styles = _parsed(package.part(_STYLES)) if _STYLES in package.names else None
    except InputError as error:
        raise InputError(f"not a readable docx ({error})") from error
    body = document.find(f"{_W}body")
    if body is None:
        raise InputError("not a readable docx (no document body)")
    hidden = frozenset() if styles is None else _hidden_styles(styles)
    return _Reader(hidden).text(body)


def _parsed(xml: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)  # deeper than 256 elements is refused
    except etree.XMLSyntaxError as error:
        raise InputError(f"its XML is damaged: {error.msg}") from error
    if root is None:
        raise InputError("an empty part")
    return root


def _hidden_styles(styles: Any) -> frozenset[str]:
    return frozenset(
        style.get(f"{_W}styleId", "")
        for style in styles.iter(f"{_W}style")
        if _is_on(style.find(f"{_W}rPr/{_W}vanish"))
    )


def _is_on(switch: Any) -> bool:
    return switch is not None and switch.get(f"{_W}val", "1") not in _OFF


def _name(element: Any) -> str:
    """The local name; empty for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Reader:
    """Walks one document; ``hidden`` are the styles whose text is not shown."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self.left = MAX_TEXT

    def text(self, body: Any) -> str:
        lines: list[str] = []
        joined = False  # a paragraph whose mark was deleted or is hidden goes on in the next
        for line, ends in self._blocks(body):
            if joined and lines:
                lines[-1] += line
            else:
                lines.append(line)
            joined = not ends
        return "\n".join(lines)

    def _blocks(self, parent: Any) -> Iterator[tuple[str, bool]]:
        """Lines, and whether each ends there."""
        for element in parent:
            name = _name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from ((row, True) for row in self._table(element))
            elif name and name not in _UNSEEN:
                yield from self._blocks(element)

    def _paragraph(self, paragraph: Any) -> Iterator[tuple[str, bool]]:
        boxes: list[Any] = []
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        shown = style is None or style.get(f"{_W}val") not in self.hidden
        text = "".join(self._pieces(paragraph, boxes)) if shown else ""
        mark = paragraph.find(f"{_W}pPr/{_W}rPr")
        open_end = mark is not None and (
            mark.find(f"{_W}del") is not None or _is_on(mark.find(f"{_W}vanish"))
        )
        if shown:
            yield self._counted(text), not open_end
        for box in boxes:
            yield from self._blocks(box)

    def _pieces(self, parent: Any, boxes: list[Any]) -> Iterator[str]:
        """The text of runs; text boxes are set aside: they stand beside the paragraph."""
        for element in parent:
            name = _name(element)
            if name == "t":
                yield element.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "txbxContent":
                boxes.append(element)
            elif name == "r" and self._is_hidden(element):
                continue
            elif name and name not in _UNSEEN:
                yield from self._pieces(element, boxes)

    def _is_hidden(self, run: Any) -> bool:
        properties = run.find(f"{_W}rPr")
        if properties is None:
            return False
        switch, style = properties.find(f"{_W}vanish"), properties.find(f"{_W}rStyle")
        if switch is not None:
            return _is_on(switch)
        return style is not None and style.get(f"{_W}val") in self.hidden

    def _table(self, table: Any) -> Iterator[str]:
        """A line per row; a cell merged over rows gives each of them its text, one over columns once."""
        above: dict[int, str] = {}
        for row in _children(table, "tr"):
            properties = row.find(f"{_W}trPr")
            if properties is not None and (
                properties.find(f"{_W}del") is not None or _is_on(properties.find(f"{_W}hidden"))
            ):
                continue
            cells: list[str] = []
            for cell in _children(row, "tc"):
                merged, span = _merging(cell)
                if merged == "continue":
                    text = above.get(len(cells), "")
                else:
                    text = " ".join(" ".join(line for line, _ in self._blocks(cell)).split())
                if merged:
                    above[len(cells)] = text
                cells += [text, *[""] * (min(span, _MAX_COLUMNS - len(cells)) - 1)]
                if len(cells) > _MAX_COLUMNS:
                    raise InputError(f"a table has more than {_MAX_COLUMNS} columns")
            yield self._counted("\t".join(cells))

    def _counted(self, line: str) -> str:
        self.left -= len(line)
        if self.left < 0:
            raise InputError(f"more than {MAX_TEXT:,} characters of text")
        return line


def _children(parent: Any, name: str) -> Iterator[Any]:
    """Rows or cells, within content controls and insertions too."""
    for element in parent:
        found = _name(element)
        if found == name:
            yield element
        elif found and found not in _UNSEEN and found not in ("p", "tbl", "tr", "tc"):
            yield from _children(element, name)


def _merging(cell: Any) -> tuple[str, int]:
    """restart, continue or empty for a cell merged over rows; and the columns that it covers."""
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        return "", 1
    merge, span = properties.find(f"{_W}vMerge"), properties.find(f"{_W}gridSpan")
    width = "" if span is None else span.get(f"{_W}val", "")
    columns = int(width) if width.isdecimal() and len(width) < 4 else 1
    return "" if merge is None else merge.get(f"{_W}val", "continue"), min(max(columns, 1), _MAX_COLUMNS)
