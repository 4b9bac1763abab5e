"""Where the further pages of a list lie, and whether there are any."""

from __future__ import annotations

import time

import pytest

from jiancha.pages.outline import outline, parse
from jiancha.pages.paging import Paging, read_paging

URL = "http://a.gov.cn/tzgg/index.html"


def paging(html: str, url: str = URL) -> Paging:
    return read_paging(outline(parse(f"<html><body>{html}</body></html>"), url), html, url)


def test_a_page_without_pager_is_the_only_one() -> None:
    assert paging("<p>通知</p>") == Paging((), None, hidden=False)


def test_create_page_html_counts_from_nought() -> None:
    found = paging('<script>createPageHTML(4, 1, "index", "shtml");</script>')
    assert found == Paging(("http://a.gov.cn/tzgg/index_2.shtml", "http://a.gov.cn/tzgg/index_3.shtml"), 4)


def test_create_page_html_with_an_element_counts_from_one() -> None:
    found = paging("<script>createPageHTML('page_div',3,1,'list','html',45);</script>")
    assert found == Paging(("http://a.gov.cn/tzgg/list_2.html", "http://a.gov.cn/tzgg/list_3.html"), 3)


def test_pagers_written_from_variables() -> None:
    script = (
        'var currentPage = 0; var countPage = 3; document.write("<a href=" + "index" + "_" + n + ".html>");'
    )
    found = paging(f"<script>{script}</script>")
    assert found == Paging(("http://a.gov.cn/tzgg/index_1.html", "http://a.gov.cn/tzgg/index_2.html"), 3)


@pytest.mark.parametrize(
    ("html", "pages"),
    [
        ("<script>var currentPage = 0;var countPage = 12;</script><script src='/pager.js'></script>", 12),
        ("<script>$('#page').pagination({pageCount:12,current:1,callback:go})</script>", 12),
        ("<script>var totalPage = '7';</script>", 7),
        ("<script>laypage.render({elem:'page',count:233,limit:20,jump:go})</script>", 12),
        ("<script>laypage.render({elem:'page',count:31})</script>", 4),
    ],
)
def test_pages_that_only_a_script_can_open_are_known_to_be_there(html: str, pages: int) -> None:
    assert paging(html) == Paging((), pages, hidden=True)


@pytest.mark.parametrize(
    "html", ["<script>var totalPage=1;</script>", "<script>laypage.render({count:9})</script>"]
)
def test_a_script_pager_of_one_page_hides_nothing(html: str) -> None:
    assert not paging(html).hidden


@pytest.mark.parametrize(
    "link",
    [
        '<a class="next" href="index_2.html">\u203a</a>',
        '<a class="page-next" href="index_2.html">&gt;&gt;</a>',
        '<a href="index_2.html" title="下一页"><img src="r.gif"></a>',
    ],
)
def test_an_arrow_that_is_named_so_leads_on(link: str) -> None:
    assert paging(link).next_pages == ("http://a.gov.cn/tzgg/index_2.html",)


def test_an_arrow_before_a_title_leads_nowhere() -> None:
    assert paging('<a href="/more/">&gt;&gt;</a>') == Paging()


def test_the_last_page_of_a_script_pager() -> None:
    assert paging('<script>createPageHTML(2, 1, "index", "html");</script>') == Paging((), 2)


def test_numbered_links_are_a_rule() -> None:
    html = """<span>1</span><a href="index_1.html">2</a><a href="index_2.html">3</a>
    <a href="index_1.html">下一页</a><a href="index_19.html">尾页</a>"""
    found = paging(html)
    assert found.page_count == 20
    assert found.next_pages == tuple(f"http://a.gov.cn/tzgg/index_{n}.html" for n in range(1, 20))


def test_page_numbers_in_the_query() -> None:
    html = '<a href="?page=1">1</a><b>2</b><a href="?page=3">3</a> 共<i>5</i>页'
    found = paging(html, "http://a.gov.cn/list.jsp?page=2")
    assert found.page_count == 5
    assert found.next_pages == tuple(f"http://a.gov.cn/list.jsp?page={n}" for n in (3, 4, 5))


def test_the_number_that_is_no_link_is_the_page_at_hand() -> None:
    html = '<a href="/l/">1</a><span class="cur">2</span><a href="/l/p3.html">3</a><a href="/l/p4.html">4</a>'
    assert paging(html, "http://a.gov.cn/other").next_pages == (
        "http://a.gov.cn/l/p3.html",
        "http://a.gov.cn/l/p4.html",
    )


@pytest.mark.parametrize("text", ["下一页", "下页", "后一页", "下一页 >", "[下一页]", "Next", "»下一页"])
def test_links_to_the_next_page(text: str) -> None:
    assert paging(f'<a href="list_2.html">{text}</a>').next_pages == ("http://a.gov.cn/tzgg/list_2.html",)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:go(2)">下一页</a>',
        '<a href="javascript:go(2)">2</a> 共20页',
        "<p>第1/20页</p>",
        "<span>页次:1/20</span>",
        '<button>加载更多</button>',
    ],
)  # fmt: skip
def test_pages_that_only_a_script_opens_are_not_the_end(html: str) -> None:
    found = paging(html)
    assert found.next_pages == ()
    assert found.hidden


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/l/">首页</a><a href="/l/">上一页</a><a href="/l/">1</a><b>2</b><span>下一页</span> 共2页',
        '<a href="/l/">首页</a><a href="/l/">1</a> <b>2</b> <a href="/l/index_2.html">尾页</a> 共2页',
        '<a href="/l/">上一页</a><a href="#">下一页</a> 共 2 页',
        '<a href="/l/">上一页</a><a href="/l/index_2.html">下一页</a>',
        '<a href="/l/">首页</a> <a href="/l/index_2.html">尾页</a> 共2页',
        "第2/2页",
        "共1页",
    ],
)
def test_last_pages(html: str) -> None:
    assert paging(html, "http://a.gov.cn/l/index_2.html") in (Paging((), 2), Paging((), 1), Paging((), None))


def test_an_address_in_a_click_handler_is_followed() -> None:
    found = paging("""<a href="javascript:;" onclick="location.href='index_2.html'">下一页</a>""")
    assert found.next_pages == ("http://a.gov.cn/tzgg/index_2.html",)


def test_days_of_a_calendar_are_no_pages() -> None:
    html = "".join(f'<a href="/day.jsp?d={n * 7}">{n}</a>' for n in range(8, 20, 3))
    assert paging(html) == Paging((), None)


def test_the_last_of_numbered_pages() -> None:
    html = '<a href="index.html">1</a><a href="index_1.html">2</a><span>3</span> 共3页'
    assert paging(html, "http://a.gov.cn/tzgg/index_2.html") == Paging((), 3)


def test_a_boastful_pager_names_no_more_pages_than_can_be_read() -> None:
    assert len(paging('<script>createPageHTML(99999, 0, "index", "html");</script>').next_pages) == 1999


@pytest.mark.parametrize(
    "html",
    [
        "<script>" + "createPageHTML(1,1," * 5_000 + "</script>",
        "<script>createPageHTML(" + " " * 100_000 + "</script>",
        "<script>countPage=1;currentPage=1;"
        + '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' * 2_500
        + "</script>",
        "<p>第 1</p>" * 10_000,
        f'<a href="/{"1," * 50_000}">1</a><a href="/{"2," * 50_000}">2</a>',
        "".join(f'<a href="/p{n}">{n}</a>' for n in range(1, 5_000)),
    ],
)
def test_hostile_pagers_are_read_in_time(html: str) -> None:
    began = time.process_time()
    paging(html)
    assert time.process_time() - began < 1
