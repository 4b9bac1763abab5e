"""The links that a page shows, and hostile pages for all readers that look beyond the text."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiancha.pages.channels import read_offer
from jiancha.pages.document import Document
from jiancha.pages.hidden import find_suspicions
from jiancha.pages.links import PageLink, page_links
from jiancha.pages.marks import read_marks
from jiancha.pages.page import read_page
from jiancha.pages.undated_lists import undated_items
from jiancha.standard import load_standard
from jiancha.windows import ZONE

URL = "http://a.xianyang.gov.cn/xwzx/"
AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
MARKS = load_standard("guoban-2019").marks


@pytest.mark.parametrize(
    ("html", "links"),
    [
        ('<a href="1.html"> 某 \n 页 </a>', [(f"{URL}1.html", "某 页")]),
        ('<a href="/b?x=1&amp;y=2#top">b</a>', [("http://a.xianyang.gov.cn/b?x=1&y=2", "b")]),
        ('<a href="/b"><img alt="横幅" src="b.png"></a>', [("http://a.xianyang.gov.cn/b", "横幅")]),
        ('<a href="/b" title="全称"></a>', [("http://a.xianyang.gov.cn/b", "全称")]),
        ('<a href="/b">1</a><a href="/b">2</a>', [("http://a.xianyang.gov.cn/b", "1")]),
        ('<base href="/c/"><a href="1">x</a>', [("http://a.xianyang.gov.cn/c/1", "x")]),
        ('<base href="http://["><a href="1">x</a>', [(f"{URL}1", "x")]),
        ('<!-- <a href="/b">x</a> --><script>"<a href=/c>x</a>"</script>', []),
        ('<a href="javascript:;">x</a><a href="mailto:a@b.cn">x</a><a href="#">x</a><a name="y">x</a>', []),
        ('<a href="http://[/">x</a>', []),
    ],
)
def test_links_as_a_visitor_sees_them(html: str, links: list[tuple[str, str]]) -> None:
    assert page_links(Document(html.encode(), URL, None, AT)) == [PageLink(*link) for link in links]


@pytest.mark.parametrize("declared", ["gb2312", "gbk", "gb18030"])
def test_every_reader_makes_links_in_the_charset_of_the_page(declared: str) -> None:
    row = '<li><a href="/list.jsp?name=通知">通知公告</a><span>2021-02-10</span></li>'
    html = f'<meta charset="{declared}"><h1>标题</h1><p>发布时间:2021-02-10</p><ul>{row * 3}</ul>'
    body, kind = html.encode("gbk"), f"text/html; charset={declared}"
    target = "http://a.xianyang.gov.cn/list.jsp?name=%CD%A8%D6%AA"
    for menu in (True, False):
        assert read_page(Document(body, URL, kind, AT), menu=menu).links == (target,)
    assert [link.url for link in read_offer(Document(body, URL, kind, AT)).links] == [target]
    assert [link.url for link in page_links(Document(body, URL, kind, AT))] == [target]
    assert {item.url for item in undated_items(Document(body, URL, kind, AT)).items} <= {target}
    home = f'<meta charset="{declared}"><iframe src="/l?n=通知"></iframe>'.encode("gbk")
    facts = read_page(Document(home, "http://a.xianyang.gov.cn/", kind, AT))
    assert facts.parts == ("http://a.xianyang.gov.cn/l?n=%CD%A8%D6%AA",)
    moved = f'<meta charset="{declared}"><meta http-equiv="refresh" content="0;url=/l?n=通知">'.encode("gbk")
    facts = read_page(Document(moved, URL, kind, AT))
    assert facts.redirect_to == "http://a.xianyang.gov.cn/l?n=%CD%A8%D6%AA"


def test_a_page_of_links_without_end() -> None:
    html = "".join(f'<a href="/{n}">x</a>' for n in range(5000))
    assert len(page_links(Document(html.encode(), URL, None, AT))) == 2000


PIECES = st.sampled_from(
    [
        "<a href='//x.example.com:99999999/'>",
        "<a href='http://[::1'>",
        "</a>",
        "<div style='height:0;overflow:hidden'>",
        "</div>",
        "<!--",
        "-->",
        "<meta name='SiteName' content=",
        '<meta name="SiteIDCode" content=\'',
        "'>",
        "<script>",
        "document.referrer baidu location='//b.example.com'",
        "</script>",
        "百家乐",
        "<ul><li><a href='1.html'>关于某项重点工作的通知</a></li>",
        "</ul>",
        "<base href='http://['>",
        "<marquee width=1 height=1>",
        "标识码",
        "\x00",
        "\\x64\\x6f",
        "<noscript>",
    ]
)


@settings(max_examples=150)
@given(st.lists(st.one_of(PIECES, st.text(max_size=20)), max_size=40).map("".join))
def test_no_page_breaks_a_reader(html: str) -> None:
    document = Document(html.encode("utf-8", "replace"), URL, None, AT)
    facts = read_page(Document(b"<p>x</p>", URL, None, AT))
    page_links(document)
    find_suspicions(document, facts)
    read_marks(document, facts, marks=MARKS, site_code="6104000001", hosts=["a.xianyang.gov.cn"])
    undated_items(document)
