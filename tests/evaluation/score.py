# ruff: noqa: T201 - a command
"""The evaluation: what is read from each page of the set, beside what a person reads.

Prints right, wrong and unknown per kind, and the pages that are not right. Exit code 1 where any is wrong.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from evaluation.pages import READ_AT, Evaluated, pages

from jiancha.pages.document import Document
from jiancha.pages.guides import read_guide
from jiancha.pages.messages import read_message, read_messages
from jiancha.pages.page import PageKind, read_page
from jiancha.standard import load_standard

ELEMENTS = load_standard("guoban-2019").service_elements


def document(page: Evaluated) -> Document:
    return Document(page.body, page.url, "text/html; charset=utf-8", READ_AT)


def judged(page: Evaluated) -> tuple[str, str]:
    """right, wrong or unknown; and what was said."""
    return _SAID[page.kind](page)


def _article(page: Evaluated) -> tuple[str, str]:
    published = read_page(document(page)).published
    day = published.day.isoformat() if published else None
    return _verdict(day == page.label, day is not None), str(day)


def _list(page: Evaluated) -> tuple[str, str]:
    facts = read_page(document(page))
    days = [item.published_on for item in facts.items if item.published_on is not None]
    newest = max(days).isoformat() if days and facts.kind is PageKind.LIST else None
    accused = newest is not None or facts.kind is PageKind.BLANK
    return _verdict(newest == page.label, accused), f"{facts.kind} {newest}"


def _blank(page: Evaluated) -> tuple[str, str]:
    kind = read_page(document(page)).kind
    return _verdict(kind is PageKind.BLANK, kind is PageKind.LIST), str(kind)


def _neither(page: Evaluated) -> tuple[str, str]:
    facts = read_page(document(page))
    dated = any(item.published_on for item in facts.items) and facts.kind is PageKind.LIST
    accused = dated or facts.kind is PageKind.BLANK or facts.published is not None
    return ("wrong" if accused else "right"), str(facts.kind)


def _board(page: Evaluated) -> tuple[str, str]:
    found = [(_iso(m.asked_on), _iso(m.answered_on)) for m in read_messages(document(page))]
    return _verdict(found == page.label, bool(found)), str(found)


def _letter(page: Evaluated) -> tuple[str, str]:
    own = read_message(document(page))
    found = (_iso(own.asked_on), _iso(own.answered_on))
    wrong = any(day is not None and day != label for day, label in zip(found, page.label, strict=True))
    return _verdict(found == page.label, wrong), str(found)


def _guide(page: Evaluated) -> tuple[str, str]:
    guide = read_guide(document(page), title="", elements=ELEMENTS)
    if not guide.judged or page.label is None:
        return _verdict(not guide.judged and page.label is None, guide.judged), str(guide.reason)
    lacks = set(guide.missing) & page.label
    return ("wrong" if lacks else "right"), f"lacks {sorted(lacks)}"


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _verdict(right: bool, said: bool) -> str:
    return "right" if right else "wrong" if said else "unknown"


_SAID = {
    "article": _article, "list": _list, "blank": _blank, "neither": _neither,
    "board": _board, "letter": _letter, "guide": _guide,
}  # fmt: skip


def main() -> int:
    counts: dict[str, Counter[str]] = {}
    for page in pages():
        verdict, said = judged(page)
        counts.setdefault(page.kind, Counter())[verdict] += 1
        if verdict != "right":
            print(f"{verdict:8}{page.kind}: {page.name}: {said}, right: {page.label}")
    print(f"\n{'':10}{'pages':>7}{'right':>7}{'wrong':>7}{'unknown':>9}")
    counts["all"] = sum(counts.values(), Counter())
    for kind, count in counts.items():
        print(f"{kind:10}{count.total():>7}{count['right']:>7}{count['wrong']:>7}{count['unknown']:>9}")
    return 1 if counts["all"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
