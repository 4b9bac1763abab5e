# ruff: noqa: E501 - a page to a line
"""Blank pages told by their siblings: the same page without rows, and nothing else on it."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageKind, read_page
from jiancha.pages.siblings import is_blank_beside, shown, surroundings
from jiancha.windows import ZONE

URL = "http://www.example.gov.cn/col/col{}/index.html"
ROWS = "".join(
    f'<tr><td><a href="/a{n}.html">关于做好第{n}项工作的通知</a></td><td>2021-02-1{n}</td></tr>'
    for n in range(3)
)
TABLE = "<table class='list'>{}</table>"


def document(number: int, name: str, content: str, script: str = "") -> Document:
    html = (
        "<div class='nav'><a href='/col/col1/index.html'>通知公告</a><a href='/col/col2/index.html'>工作动态</a></div>"
        f"<div class='place'>位置：首页&gt;{name}</div><div class='main'><h2>{name}</h2>{content}</div>"
        f"<div class='foot'>某某市农业局 主办</div><script>init({number});</script>{script}"
    )
    return Document(html.encode(), URL.format(number), "text/html", datetime(2021, 2, 18, tzinfo=ZONE))


@pytest.mark.parametrize(
    "content", [TABLE.format(""), TABLE.format("<tr><td></td><td></td></tr>"), "", "<p>共0条 第1/1页</p>"]
)
def test_a_page_without_rows_is_blank(content: str) -> None:
    assert is_blank(document(2, "领导活动", content))


@pytest.mark.parametrize(
    "content",
    [
        "<p>本局工作日受理来信来访。</p>",
        TABLE.format("<tr><td><a href='/x.html'>机构职能</a></td></tr>"),
        "<img src='/zn.jpg'>",
        "<iframe src='/list.jsp'></iframe>",
        "<form><input type='text' name='q'></form>",
        "<video src='/a.mp4'></video>",
    ],
)
def test_a_page_with_anything_else_is_not(content: str) -> None:
    assert not is_blank(document(2, "领导活动", content))


def test_a_page_with_a_script_of_its_own_is_not() -> None:
    assert not is_blank(document(2, "领导活动", "", "<script>fill('领导活动')</script>"))
    assert not is_blank(document(2, "领导活动", "", "<script src='/js/film.js'></script>"))


def test_a_page_of_another_make_is_not() -> None:
    html = "<div class='nav'><a href='/col/col1/index.html'>通知公告</a></div><p></p>"
    other = Document(html.encode(), URL.format(3), "text/html", datetime(2021, 2, 18, tzinfo=ZONE))
    assert not is_blank(other)


def is_blank(page: Document) -> bool:
    sibling = document(1, "通知公告", TABLE.format(ROWS))
    facts = read_page(sibling)
    assert facts.kind is PageKind.LIST
    around = surroundings(sibling, facts.items)
    assert around is not None
    return is_blank_beside(
        shown(page), [around], "领导活动", {"example.gov.cn/col/col1", "example.gov.cn/col/col2"}
    )
