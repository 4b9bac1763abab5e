"""What is relied on of a page that a browser showed."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.blank import is_waiting
from jiancha.pages.document import Document
from jiancha.pages.page import PageKind, read_page
from jiancha.pages.rendered import as_rendered, is_shell, may_be_filled, tell_of_nothing
from jiancha.windows import ZONE


def page(html: str) -> Document:
    body = f"<html><body>{html}</body></html>".encode()
    return Document(body, "http://a.gov.cn/tzgg/", "text/html", datetime(2021, 2, 16, 9, tzinfo=ZONE))


@pytest.mark.parametrize(
    "text",
    [
        "加载中...",
        "正在加载",
        "数据加载中，请稍候…",
        "Loading...",
        "拼命加载中",
        "页面正在载入中",
        "请稍等片刻",
        "努力加载数据",
    ],
)
def test_a_page_that_says_that_it_is_loading(text: str) -> None:
    assert is_waiting(page(f"<div><p>{text}</p></div>"))


@pytest.mark.parametrize(
    "html",
    [
        "<p>加载更多</p>",
        "<p>信息查询</p>",
        "<p>重新加载</p>",
        "<p>正在加载的列车脱轨事故处置情况通报</p>",
        '<p><a href="/1">正在加载</a></p>',
        '<p style="display:none">加载中</p>',
        "<p>我区外资加载中小企业培育库</p>",
    ],
)
def test_a_page_that_is_there(html: str) -> None:
    assert not is_waiting(page(html))


@pytest.mark.parametrize(
    ("bodies", "nothing"),
    [
        (['{"code":0,"data":{"list":[],"total":0}}'], True),
        (["[]"], True),
        (['{"success":true,"rows":[]}'], True),
        (['{"data":{"records":[]}}', '{"code":"200","data":[{"name":"首页"}]}'], True),  # a menu beside it
        ([], False),
        (['{"code":500,"data":{"list":[]}}'], False),
        (['{"success":false,"rows":[]}'], False),
        (['{"status":"error","rows":[]}'], False),
        (['{"code":0,"data":{"list":[],"total":12}}'], False),  # page 3 of 2
        (['{"code":0,"data":[{"title":"x","files":[]}]}'], False),
        (["<html>log in</html>"], False),
        (['{"rows":[]}', "not json"], False),
        (['{"message":"ok"}'], False),
        (["[" * 100_000], False),
    ],
)
def test_data_that_tell_of_no_entry(bodies: list[str], nothing: bool) -> None:
    assert tell_of_nothing([body.encode() for body in bodies]) is nothing


def test_blank_is_what_the_data_say_to_be() -> None:
    document = page('<div class="main"><p>暂无数据</p></div>')
    facts = read_page(document)
    assert facts.kind is PageKind.BLANK
    assert as_rendered(facts, document, nothing=True).kind is PageKind.BLANK
    assert as_rendered(facts, document, nothing=False).kind is PageKind.UNKNOWN


@pytest.mark.parametrize(
    ("html", "hidden"),
    [("", False), ('<div class="el-pagination"></div>', True), ('<i id="loadMore"></i>', True)],
)
def test_what_is_named_for_paging_may_hide_more(html: str, hidden: bool) -> None:
    rows = "".join(
        f'<li><a href="/{n}">关于某项工作的通知{n}</a><span>2021-01-0{n}</span></li>' for n in (5, 4, 3)
    )
    document = page(f"<ul>{rows}</ul>{html}")
    shown = as_rendered(read_page(document), document, nothing=False)
    assert shown.paging.hidden is hidden
    assert {item.date_rule.partition(":")[0] for item in shown.items} == {"rendered"}


def test_pages_that_scripts_may_fill() -> None:
    shell = page('<div id="app"></div><script src="/js/app.3f2a.js"></script>')
    assert (may_be_filled(shell), is_shell(shell)) == (True, True)
    assert not may_be_filled(
        page('<p>text</p><script src="/js/jquery.min.js"></script><script>var a=1</script>')
    )
    assert not is_shell(page('<a href="/">首页</a><script src="/js/app.js"></script>'))
