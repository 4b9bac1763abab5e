"""What a reader sees of a page, as text: one line for each block and each link.

Words that markup cuts (<b>攻</b>府) are whole; words of neighbouring links and cells are apart.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "iframe", "object", "select", "textarea", "svg"}
)
#: Elements whose text stands with that of their neighbours.
_INLINE = frozenset(
    {
        "b", "strong", "i", "em", "u", "s", "font", "span", "sub", "sup", "small", "big", "label", "mark",
        "bdo", "ins", "del", "abbr", "cite", "code", "o:p", "st1:chsdate", "acronym", "tt", "strike",
    }
)  # fmt: skip


def visible_text(tree: LexborHTMLParser) -> str:
    """The title and the text of a page, with a line for each block and link."""
    title = tree.css_first("title")
    lines = [" ".join(title.text().split())] if title is not None else []
    if tree.body is None:
        return "\n".join(lines)
    blocks: dict[int, int] = {}
    last = 0
    said: list[str] = []
    for node in tree.body.traverse(include_text=True):
        parent = node.parent
        around = blocks.get(parent.mem_id, 0) if parent is not None else 0
        tag = node.tag or ""
        if tag == "br":
            last = 0  # what follows begins a line
        if tag != "-text":
            blocks[node.mem_id] = _block(tag, node.mem_id, around)
            continue
        if around < 0:
            continue
        if around != last and said:
            _end(lines, said)
            said = []
        said.append(node.text_content or "")
        last = around
    _end(lines, said)
    return "\n".join(lines)


def _end(lines: list[str], said: list[str]) -> None:
    line = " ".join("".join(said).split())
    if line:
        lines.append(line)


def _block(tag: str, number: int, around: int) -> int:
    """The block or link that an element's text stands in, by its number; -1 where nobody sees it.

    ``around`` is that of the element's parent, which stands before it on the page.
    """
    if tag in _UNSEEN or around < 0:
        return -1
    return around if tag in _INLINE else number
