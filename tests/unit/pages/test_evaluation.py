"""The evaluation set: what is read of its pages, and that each page has one answer."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from evaluation.pages import READ_AT, Evaluated, pages
from evaluation.score import document, judged

from jiancha.pages.page import read_page
from jiancha.pages.page_report import page_report
from jiancha.standard import load_standard

SET = list(pages())
STANDARD = load_standard("guoban-2019")
FIELDS = ("kind", "charset", "column", "published_at", "published_rule", "items", "newest", "next", "tags")


def test_the_set_is_large_and_of_all_kinds() -> None:
    kinds = Counter(page.kind for page in SET)
    assert len(SET) >= 150
    assert set(kinds) == {"article", "list", "blank", "neither", "board", "letter", "guide"}
    assert len({(page.kind, page.name) for page in SET}) == len(SET) == len({page.url for page in SET})


def test_nothing_is_read_wrongly_and_hardly_anything_is_not_read() -> None:
    verdicts = Counter((page.kind, judged(page)[0]) for page in SET)
    assert [kind for (kind, verdict) in verdicts if verdict == "wrong"] == []
    for kind, least in {
        "article": 0.98,
        "list": 0.94,
        "blank": 1,
        "neither": 1,
        "board": 1,
        "letter": 1,
    }.items():
        total = sum(count for (each, _), count in verdicts.items() if each == kind)
        assert verdicts[kind, "right"] >= least * total, kind


@pytest.mark.parametrize("page", SET, ids=lambda page: f"{page.kind}: {page.name}")
def test_one_page_has_one_answer(page: Evaluated) -> None:
    whole, short = (
        page_report(read_page(document(page), menu=menu), READ_AT, STANDARD) for menu in (True, False)
    )
    assert json.dumps([whole[name] for name in FIELDS]) == json.dumps([short[name] for name in FIELDS])
