"""What a reader sees of a page, as text: one line for each block and each link.

Words that markup cuts (<b>攻</b>府) are whole; words of neighbouring links and cells are apart.
"""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
        tag = node.tag
        if tag == "br":
            last = 0  # what follows begins a line
        if tag != "-text":
            continue
        parent = node.parent
        block = _block(parent, blocks) if parent is not None else 0
        if block < 0:
            continue
        if block != last and said:
            _end(lines, said)
            said = []
        said.append(node.text_content or "")
        last = block
    _end(lines, said)
    return "\n".join(lines)


def _end(lines: list[str], said: list[str]) -> None:
    line = " ".join("".join(said).split())
    if line:
        lines.append(line)


def _block(node: LexborNode, known: dict[int, int]) -> int:
    """The block or link that a node's text stands in, by its number; -1 where nobody sees it."""
    climbed = []
    current: LexborNode | None = node
    found = 0
    while current is not None:
        number = current.mem_id
        if number in known:
            found = known[number]
            break
        climbed.append(number)
        tag = current.tag or ""
        if tag in _UNSEEN:
            found = -1
            break
        if tag not in _INLINE:
            found = -1 if _is_unseen(current.parent, known) else number
            break
        current = current.parent
    for number in climbed:
        known[number] = found
    return found


def _is_unseen(node: LexborNode | None, known: dict[int, int]) -> bool:
    return node is not None and node.tag != "html" and _block(node, known) < 0
