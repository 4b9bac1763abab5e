"""Where a page sends its visitor at once, as the browser of a desktop computer takes it.

No script is run. A move counts where it would be made on the way: not in a comment, not in a function that
nobody calls or only a click does, and not in the branch for mobile phones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiancha.pages.document import Document

#: Slower refreshes only keep a page up to date.
_REFRESH = re.compile(
    r"^\s*(?:\d|1[0-5])(?:\.\d{1,3})?\s*[;,]\s*url\s*=\s*[\"']?(.{1,500}?)[\"']?\s*$", re.IGNORECASE
)
_REFRESH_LENGTH = 600
_STUB_TEXT = 3000  # characters of a page, or of its script, that does nothing else
_STUB_LINKS = 2
_TARGET = r"[\"']([^\"'<>]{1,500})[\"']"
_MOVE = re.compile(
    r"(?:window\.|self\.|top\.|parent\.|document\.)?location(?:\.href|\.replace|\.assign)?\s{0,3}(?:=(?!=)|\()\s{0,3}"
    rf"(?:{_TARGET}|([^;?\n]{{1,300}})\?\s{{0,3}}{_TARGET}\s{{0,3}}:\s{{0,3}}{_TARGET})"
)
#: Comments, and the texts in which what looks like one is none.
_COMMENT = re.compile(
    r"(\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'|`[^`]*+`)|//[^\n]*+|/\*.*?(?:\*/|\Z)|<!--[^\n]*+",
    re.DOTALL,
)
_MOBILE = re.compile(
    r"mobile|android|iphone|ipad|ipod|\bphone|wap\b|symbian|(?:width|Width)\s{0,3}<|touchstart", re.IGNORECASE
)
_DESKTOP = re.compile(r"is_?pc\b|is_?desktop|(?:width|Width)\s{0,3}>", re.IGNORECASE)
_NOT = re.compile(r"(?:^|[\s(&|])!(?!=)|(?:==|<)=?\s{0,3}(?:-\s{0,3}1|0\b|null|false)")
_ELSE = re.compile(r"\belse\s{0,5}$")
_FUNCTION = re.compile(
    r"function\s{1,3}(\w+)\s{0,3}\(|(\w+)\s{0,3}[=:]\s{0,3}(?:function\b|\([\w,\s]{0,80}\)\s{0,3}=>)"
)
_EVENT = re.compile(
    r"(?:on)?(?:click|touch\w{0,8}|key\w{0,8}|submit|change|mouse\w{0,8}|hover|scroll|resize)"
    r"[\"']?\s{0,3}(?:[(,=:])\s{0,3}(?:function\b|\()[^{}]{0,80}$"
)


def redirect_of(document: Document) -> str | None:
    """The address that a page sends its visitor to: by a refresh, or by script where it does nothing else."""
    for target in (*_refreshes(document), *_moves(document)):
        address = document.resolve(target)
        if address is not None and address != document.url:
            return address
    return None


def refreshes(document: Document) -> bool:
    """True for a page that loads another, or itself again, by a tag."""
    return any("refresh" in (each.get("http-equiv") or "").lower() for each in document.marked.meta)


def _refreshes(document: Document) -> Iterator[str]:
    """The targets of refreshes that count where scripts run: those in noscript do not."""
    for node in document.tree.css("meta[http-equiv][content]") if refreshes(document) else ():
        parent = node.parent
        if (node.attributes.get("http-equiv") or "").lower() != "refresh" or (
            parent is not None and parent.tag == "noscript"
        ):
            continue
        match = _REFRESH.match(" ".join((node.attributes.get("content") or "")[:_REFRESH_LENGTH].split()))
        if match is not None:
            yield match[1]


def _moves(document: Document) -> Iterator[str]:
    page = document.outline
    if len(page.links) > _STUB_LINKS or sum(len(text.text) for text in page.texts) >= _STUB_TEXT:
        return
    codes = [_COMMENT.sub(lambda match: match[1] or " ", text[:_STUB_TEXT]) for _, text in document.scripts]
    body = document.tree.body
    called = " ".join([*codes, (body.attributes.get("onload") or "") if body is not None else ""])
    for code in codes:
        for match in _MOVE.finditer(code):
            if _is_made(code, match.start(), called):
                yield match[1] or (match[4] if _is_for_mobile(match[2]) else match[3])


def _is_made(code: str, place: int, called: str) -> bool:
    """True for a move that is made as the page is loaded, unless for mobile phones only."""
    for head, above in _heads(code, place):
        if _EVENT.search(head):
            return False
        name = next((named[1] or named[2] for named in [_FUNCTION.search(head)] if named), None)
        if name is not None and name != "onload" and len(re.findall(rf"\b{re.escape(name)}\b", called)) < 2:
            return False
        if _ELSE.search(head):
            condition = above.rpartition("if")[2]
            if condition and _is_for_mobile(condition) is False:
                return False
        elif _is_for_mobile(head):
            return False
    return True


def _heads(code: str, place: int) -> Iterator[tuple[str, str]]:
    """What stands before a statement and before each block around it, with all that stands above."""
    end, depth, open_head = place, 0, True
    for at in range(place - 1, -2, -1):
        sign = code[at] if at >= 0 else ";"
        if depth == 0 and open_head and sign in ";{}":
            yield code[at + 1 : end], code[: max(0, at)]
            open_head = False
        if sign == "}":
            depth += 1
        elif sign == "{" and depth > 0:
            depth -= 1
        elif sign == "{":
            end, open_head = at, True


def _is_for_mobile(condition: str) -> bool | None:
    """True for a condition that holds on mobile phones, False for one that holds on others, else None."""
    for words, mobile in ((_DESKTOP, False), (_MOBILE, True)):
        if words.search(condition):
            return mobile != bool(_NOT.search(condition))
    return None
