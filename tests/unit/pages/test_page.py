"""What a page is, and the dates of articles."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, 0, tzinfo=ZONE)
ROWS = "".join(
    f'<li><a href="{n}.html">关于开展春季安全检查的通知{n}</a><span>2021-02-1{n}</span></li>'
    for n in range(3)
)


def read(html: str, url: str = "http://a.gov.cn/tzgg/") -> PageFacts:
    return read_page(Document(html.encode(), url, "text/html", AT))


def test_a_list() -> None:
    facts = read(
        '<head><meta name="ColumnName" content="通知公告"><meta name="SITENAME" content="某局">'
        f"<title> 通知公告\n-某局</title></head><body><ul>{ROWS}</ul>"
    )
    assert facts.kind is PageKind.LIST
    assert facts.title == "通知公告 -某局"
    assert facts.tags == {"columnname": "通知公告", "sitename": "某局"}
    assert [item.published_on for item in facts.items] == [
        date(2021, 2, 10),
        date(2021, 2, 11),
        date(2021, 2, 12),
    ]


def test_tags_in_comments_and_null_are_no_tags() -> None:
    comment = '<!-- <meta name="PubDate" content="2021-01-01"> -->'
    facts = read(f'<head>{comment}<meta name="ColumnName" content="null"></head>')
    assert facts.tags == {}


def test_a_home_page_keeps_all_links_that_could_be_items() -> None:
    facts = read(
        f'<a href="/x/9.html">关于开展春季安全检查的通知</a><ul>{ROWS}</ul>', "http://a.gov.cn/index.html"
    )
    assert facts.kind is PageKind.HOME
    assert len(facts.items) == 4


@pytest.mark.parametrize(
    "words", ["暂无信息", "暂无数据!", "没有相关内容", "栏目建设中", "内容更新中", "暂无相关信息"]
)
def test_an_empty_list_that_says_so_is_blank(words: str) -> None:
    facts = read(
        f'<ul class="nav"><li><a href="/a/">政务公开</a></li></ul><div class="list"><p>{words}</p></div>'
    )
    assert facts.kind is PageKind.BLANK


def test_an_empty_table_is_blank() -> None:
    table = "<table><tr><th>标题</th><th>发布日期</th></tr></table>"
    assert read(table).kind is PageKind.BLANK
    assert read(f'<script src="/js/list.js"></script>{table}').kind is PageKind.UNKNOWN


@pytest.mark.parametrize(
    "html",
    [
        "<div id='list'>暂无数据</div><script>$.ajax({url: '/api/list'})</script>",
        "<div>暂无数据</div><script>jQuery.ajax({url: '/api'})</script>",
        "<div>暂无数据</div><script>loadList(1)</script>",
        "<div>暂无数据</div><script>getPageData('tzgg', 1)</script>",
        "<div>暂无数据</div><script>table.render({url: '/api'})</script>",
        "<div>暂无数据</div><script src='/js/vue.min.js'></script>",
        "<div>暂无数据</div><script src='/js/list.js'></script>",
        "<div v-if='!rows.length'>暂无数据</div>",
        "<div id='list'>暂无数据</div><script type='text/template'><li>{{title}}</li></script>",
        "<div style='display: none'>暂无数据</div>",
        "<p>本栏目暂无信息公开申请,如需申请信息公开请到政务服务中心三楼窗口提交书面材料。</p>",
        "<p>暂无附件</p><ul>"
        + "".join(f'<li><a href="{n}.html">关于开展春季安全检查的通知{n}</a></li>' for n in range(4))
        + "</ul>",
        "<div id='app'></div>",
        "",
    ],
)
def test_what_merely_cannot_be_read_is_not_blank(html: str) -> None:
    assert read(html).kind is PageKind.UNKNOWN


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=./gzdt/">', "http://a.gov.cn/tzgg/gzdt/"),
        ('<META HTTP-EQUIV="Refresh" CONTENT="0;URL=\'/gzdt/\'">', "http://a.gov.cn/gzdt/"),
        ('<script>window.location.href="/gzdt/index.html";</script>', "http://a.gov.cn/gzdt/index.html"),
        ("<script>location.replace('gzdt/')</script>", "http://a.gov.cn/tzgg/gzdt/"),
    ],
)
def test_stubs(html: str, target: str) -> None:
    facts = read(html)
    assert (facts.kind, facts.redirect_to) == (PageKind.STUB, target)


def test_a_slow_refresh_or_one_to_itself_is_no_stub() -> None:
    assert (
        read(f'<meta http-equiv="refresh" content="600; url=/other/"><ul>{ROWS}</ul>').kind is PageKind.LIST
    )
    assert read(f'<meta http-equiv="refresh" content="5; url=/tzgg/"><ul>{ROWS}</ul>').kind is PageKind.LIST
    assert (
        read(f"<ul>{ROWS}</ul><script>function m() {{ location.href = '/m/'; }}</script>").kind
        is PageKind.LIST
    )


def test_lists_that_scripts_fill() -> None:
    rows = ",".join(f'{{"title":"通知{n}","url":"{n}.html","date":"2021-02-1{n}"}}' for n in range(3))
    facts = read(f"<div id='l'></div><script>var rows = [{rows}];</script>")
    assert facts.kind is PageKind.LIST
    assert facts.items[0].date_rule == "data:timestamp"
    records = "".join(f"<record><![CDATA[{row}</li>]]></record>" for row in ROWS.split("</li>")[:3])
    store = f'<script type="text/xml"><datastore><totalrecord>9</totalrecord>{records}</datastore></script>'
    facts = read(f"<div id='l'></div>{store}")
    assert (facts.kind, len(facts.items), facts.paging.hidden) == (PageKind.LIST, 3, True)


@pytest.mark.parametrize(
    ("html", "day"),
    [
        ("<p>发布时间\uff1a2021-02-19 来源\uff1a市应急局</p>", date(2021, 2, 19)),
        ("<p>【信息发布时间\uff1a2021-02-19阅读次数\uff1a<span></span>】</p>", date(2021, 2, 19)),
        ("<p><span>发布日期:</span><span>2021年2月19日</span></p>", date(2021, 2, 19)),
        ("<p>2021-02-19 10:08 来源:市应急局 浏览:12</p>", date(2021, 2, 19)),
        ("<p>时间:2021-02-19</p>", date(2021, 2, 19)),
        ("<p>成文日期:2021-01-05</p><p>发布日期:2021-02-19</p>", date(2021, 2, 19)),
        ('<script>var pubdate = "2021-02-19 10:00";</script><p>正文</p>', date(2021, 2, 19)),
        ('<p>发布时间:<script>document.write("2021-02-19")</script></p>', date(2021, 2, 19)),
        ("<p>张某\uff0c1965-03-04生</p><p>会议定于2021-03-20召开</p>", None),
        ("<p>今天是2021年3月31日</p>", None),
        ("<p>生成日期:2021-02-19</p>", None),
    ],
)
def test_dates_of_articles(html: str, day: date | None) -> None:
    body = "<p>" + "为做好春季安全生产工作,各单位要落实责任。" * 20 + "</p>"
    facts = read(
        f'<meta name="ArticleTitle" content="通知"><h1>通知</h1>{html}{body}', "http://a.gov.cn/tzgg/1.html"
    )
    assert facts.kind is PageKind.ARTICLE
    assert (facts.published.day if facts.published else None) == day


def test_the_shown_date_goes_before_the_tag() -> None:
    """The tag can be the day of a migration: meta 2023-05-12 on a page of 2009-09-30 was seen."""
    facts = read(
        '<meta name="PubDate" content="2023-05-12 08:00"><p>发布时间:2009-09-30</p>',
        "http://a.gov.cn/t/1.html",
    )
    assert facts.published is not None
    assert facts.published.day == date(2009, 9, 30)
    tagged = read('<meta name="PubDate" content="2020-05-12 08:00"><p>正文</p>', "http://a.gov.cn/t/1.html")
    assert tagged.published is not None
    assert (tagged.published.day, tagged.published.rule) == (date(2020, 5, 12), "tag:full")


def test_an_article_with_related_ones_is_an_article() -> None:
    html = f"<h1>通知</h1><p>发布时间:2021-02-19 来源:市应急局</p><h3>相关文章</h3><ul>{ROWS}</ul>"
    assert read(html, "http://a.gov.cn/tzgg/202102/t20210219_5.html").kind is PageKind.ARTICLE


def test_a_list_with_a_copied_tag_is_a_list() -> None:
    assert read(f'<meta name="PubDate" content="2019-01-01"><ul>{ROWS}</ul>').kind is PageKind.LIST


def test_rows_that_label_their_dates_are_a_list() -> None:
    rows = "".join(
        f'<div class="r"><a href="{n}.html">关于开展春季安全检查的通知{n}</a>'
        f"<p>发布时间:2021-02-1{n} 来源:市局</p></div>"
        for n in range(3)
    )
    facts = read(f"<div>{rows}</div>")
    assert (facts.kind, len(facts.items)) == (PageKind.LIST, 3)


def test_declared_wrongly_and_still_read() -> None:
    body = f'<meta charset="utf-8"><ul>{ROWS}</ul>'.encode("gbk")
    facts = read_page(Document(body, "http://a.gov.cn/tzgg/", "text/html; charset=utf-8", AT))
    assert (facts.charset, facts.items[0].title) == ("gb18030", "关于开展春季安全检查的通知0")


def test_scripts_that_fill_no_list_leave_an_empty_one_blank() -> None:
    """Statistics and menus stand on every page."""
    scripts = (
        '<script src="/js/jquery.min.js"></script><script src="/js/common.js"></script>'
        "<script>var s = document.createElement('script'); s.src = '//tongji.example/1.js';</script>"
    )
    assert read(f"{scripts}<div>暂无信息</div>").kind is PageKind.BLANK


@pytest.mark.parametrize(
    "content",
    ["0;url=" + " " * 100_000 + "\n\nx\ny", " " * 100_000 + "x", "0;url=" + "' " * 50_000, "0" * 100_000],
)
def test_hostile_refreshes_are_read_in_time(content: str) -> None:
    """Spaces before a line break took the pattern minutes."""
    began = time.process_time()
    read(f'<meta http-equiv="refresh" content="{content}">')
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "piece",
    [
        "发布日期:<a><a><a>",
        "发布日期:        ",
        "<p>来源 2021-02-19</p>",
        "<script>pubdate",
        "<",
        "<a ",
        "<table><tr><td>",
    ],
)
def test_hostile_pages_are_read_in_time(piece: str) -> None:
    began = time.process_time()
    read(piece * (100_000 // len(piece)))
    assert time.process_time() - began < 3


@given(st.binary(max_size=300) | st.text(alphabet="<>/=\"' \n-aulitdrhef2021年月日[]{}:;&#", max_size=300))
def test_no_bytes_break_the_reader(body: bytes | str) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    read_page(Document(raw, "http://a.gov.cn/tzgg/", None, AT))
