"""The plain case of an article: the short way must never tell another date than the long one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
URL = "http://www.qindu.gov.cn/tzgg/a1.html"
MENU = '<a href="/">首页</a><a href="b.html#top">上一篇</a><a href="b.html">下一篇</a>'
LINKS = f'{MENU}<a href="mailto:x@y.cn">写信</a>'


def read(body: str, *, menu: bool, url: str = URL) -> PageFacts:
    page = f"<html><head><title>关于放假的通知</title></head><body>{LINKS}{body}</body></html>"
    return read_page(Document(page.encode(), url, "text/html", AT), menu=menu)


BYLINE = "<h1>关于放假的通知</h1><p>来源:区政府办 发布时间:{} 浏览:12</p><p>各镇办:自2021年3月1日起施行。</p>"
PLAIN = [
    BYLINE.format("2021-02-09 10:30"),
    BYLINE.format("2021年2月9日"),
    BYLINE.format("[2021/02/09]"),
    "<h1>通知</h1><div><span>日期:</span><span>2021-02-09</span><span>来源:办公室</span></div>",
    "<h1>通知</h1><table><tr><td>发布日期</td><td>:2021-02-09</td><td>作者</td></tr></table>",
    "<h1>关于放假的通知</h1><p>2021-02-09 09:30 来源:区政府办</p><p>自2021年3月1日起放假。</p>",
    "<h1>关于放假的通知</h1><div><i>2021年2月9日</i><i>来源:区政府办</i></div>",
    "<h1>关于放假的通知</h1><p>\uff12\uff10\uff12\uff11-02-09 字号:大 中 小</p>",
]
#: Pages that say more than one thing, or nothing: read in full.
NOT_PLAIN = [
    BYLINE.format("2021-02-09") + "<div>发布时间:2021-01-05 来源:另一篇</div>",
    BYLINE.format('<script>document.write("2021-02-09")</script>'),
    "<h1>通知</h1><p>成文日期:2021-02-09 来源:办公室</p>",
    "<h1>通知</h1><p>会议时间:2021-02-09 来源:办公室</p>",
    "<h1>通知</h1><p>2021-02-09</p>",
    "<h1>通知</h1><p>2021-02-09 来源:区政府办</p>",
    "<h1>关于放假的通知</h1><p>2021-02-09 来源:区政府办</p><p>2021-02-01 来源:区财政局</p>",
    "<h1>关于放假的通知</h1><script>\n// 2021-02-09 作者:张某\nf()</script><p>没有日期的页面</p>",
    "<ul>"
    + '<li><a href="c.html">关于放假的通知</a><i>2021-02-09</i><i>来源:区政府办</i></li>' * 3
    + "</ul>",
    "<h1>机构职能</h1><p>没有日期的页面</p>",
]


@pytest.mark.parametrize("body", PLAIN)
def test_a_plain_article_is_read_alike_both_ways(body: str) -> None:
    short, long = read(body, menu=False), read(body, menu=True)
    assert short.published is not None
    assert long.published is not None
    assert (short.kind, short.published.day) == (PageKind.ARTICLE, date(2021, 2, 9))
    assert (long.kind, long.published.day, long.published.moment) == (
        PageKind.ARTICLE,
        date(2021, 2, 9),
        short.published.moment,
    )
    assert short.links == long.links == tuple(f"http://www.qindu.gov.cn/{p}" for p in ("", "tzgg/b.html"))
    assert (short.items, short.title, short.tags) == ((), long.title, long.tags)


@pytest.mark.parametrize("body", NOT_PLAIN)
def test_every_other_page_is_read_in_full(body: str) -> None:
    short, long = read(body, menu=False), read(body, menu=True)
    if long.published is not None:  # of an article the menu is left out
        assert (short.items, short.columns, short.trail) == ((), (), ())
        long = replace(long, items=(), columns=(), trail=())
    assert short == long


def test_a_home_page_is_no_article() -> None:
    page = read(BYLINE.format("2021-02-09"), menu=False, url="http://www.qindu.gov.cn/")
    assert page.kind is PageKind.HOME


def test_a_page_that_sends_its_visitor_on_is_none() -> None:
    refresh = '<meta http-equiv="Refresh" content="0; url=/new.html">'
    assert read(refresh + BYLINE.format("2021-02-09"), menu=False).kind is PageKind.STUB


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ('<base href="/other/">', ("/", "/other/b.html")),
        ('<base target="_blank">', ("/", "/tzgg/b.html")),
        ('<base href="javascript:;">', ("/", "/tzgg/b.html")),
    ],
)
def test_the_links_of_both_ways_start_from_the_pages_base(base: str, expected: tuple[str, ...]) -> None:
    body = base + BYLINE.format("2021-02-09")
    short, long = read(body, menu=False), read(body, menu=True)
    assert short.items == ()  # it was read the short way
    assert short.links == long.links == tuple(f"http://www.qindu.gov.cn{path}" for path in expected)


def test_both_ways_find_the_same_links_of_every_form() -> None:
    relative = ["?page=2", " ?page=3", "\tc.html", "./d.html", "../e.html", "通知.html", "h" * 2000]
    absolute = ["//www.qindu.gov.cn/f.html", "http://www.qindu.gov.cn:80/g.html"]
    hrefs = [*relative, *absolute, "#top", "", "javascript:void(0)"]
    body = "".join(f'<a href="{href}">链接</a>' for href in hrefs) + BYLINE.format("2021-02-09")
    short, long = read(body, menu=False), read(body, menu=True)
    assert short.items == ()
    assert short.links == long.links
    assert len(short.links) == 2 + len(relative) + len(absolute)
