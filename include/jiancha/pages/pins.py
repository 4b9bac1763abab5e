"""Pinned items (置顶): their marks in words and pictures."""

from __future__ import annotations

import re
from functools import cached_property

from jiancha.pages.outline import Element, Outline

ROW_TAGS = frozenset({"li", "tr", "dt", "dd", "article"})
_PINNED = re.compile(r"置顶|\[顶\]|(?<![A-Za-z])TOP(?![A-Za-z])", re.IGNORECASE)
_PIN_IMAGE = re.compile(r"(?:^|[/_\-])(?:top|zd|zhiding|ding)\d?\.(?:gif|png|jpe?g|svg)$", re.IGNORECASE)
_PIN_NAME = 60  # characters of an image's address that hold its name
PINNED_MARK = re.compile(r"^\s{0,3}\[(?:置顶|顶|TOP)\]\s{0,3}")


class Pins:
    """The marks of pinned items (置顶) on one page."""

    def __init__(self, page: Outline) -> None:
        self.page = page

    def mark(self, number: int, row: int) -> bool:
        link, element = self.page.links[number], self.page.elements[row]
        own = {link.element}
        texts = (t.text for t in self.page.texts[element.texts] if t.element not in own or len(t.text) <= 6)
        if any(_PINNED.search(text) for text in texts if len(text) <= 12) or PINNED_MARK.match(link.text):
            return True
        return row in self._beside_pins and (element.tag in ROW_TAGS or element.tag == "a")

    @cached_property
    def _beside_pins(self) -> frozenset[int]:
        """The elements that hold an image which marks a pinned item."""
        found: set[int] = set()
        for number, element in enumerate(self.page.elements):
            current = number if element.tag == "img" and _is_pin(element) else -1
            while current >= 0 and current not in found:
                found.add(current)
                current = self.page.elements[current].parent
        return frozenset(found)


def _is_pin(image: Element) -> bool:
    if "置顶" in image.attribute("alt") or "置顶" in image.attribute("title"):
        return True
    return _PIN_IMAGE.search(image.attribute("src")[-_PIN_NAME:]) is not None
