"""A document is made once: all readers share what was decoded, parsed and flattened."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages import document as documents
from jiancha.pages.channels import read_offer
from jiancha.pages.document import Document
from jiancha.pages.guides import read_guide
from jiancha.pages.hidden import find_suspicions
from jiancha.pages.links import page_links
from jiancha.pages.marks import read_marks
from jiancha.pages.messages import read_message, read_messages
from jiancha.pages.page import read_page
from jiancha.pages.undated_lists import undated_items
from jiancha.standard import load_standard
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
URL = "http://a.gov.cn/tzgg/"
HTML = "<title>通知公告</title><ul><li><a href='1.html'>关于防火的通知</a>2021-02-19</li></ul>"


def test_no_reader_decodes_parses_or_flattens_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    for name in ("decode", "parse", "outline"):
        real = getattr(documents, name)
        monkeypatch.setattr(documents, name, lambda *a, r=real, n=name, **k: (made.append(n), r(*a, **k))[1])
    standard = load_standard("guoban-2019")
    document = Document(HTML.encode(), URL, None, AT)
    facts = read_page(document)
    read_messages(document)
    read_message(document)
    read_guide(document, title="", elements=standard.service_elements)
    read_offer(document)
    page_links(document)
    undated_items(document)
    find_suspicions(document, facts)
    read_marks(document, facts, marks=standard.marks, site_code="", hosts=[])
    assert sorted(made) == ["decode", "outline", "parse"]


@pytest.mark.parametrize("field", ["body", "url", "at", "text"])
def test_a_document_is_frozen(field: str) -> None:
    with pytest.raises(AttributeError):
        setattr(Document(HTML.encode(), URL, None, AT), field, b"")


def test_what_is_kept_holds_the_answer_alone() -> None:
    document = Document(HTML.encode(), URL, "text/html", AT)
    read_page(document)
    kept = document.kept()
    assert set(vars(kept)) == {"body", "url", "content_type", "at"}
    assert read_page(kept) == read_page(document)
