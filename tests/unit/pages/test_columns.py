"""Columns are the links of the navigation, not tools, articles or other sites."""

from __future__ import annotations

import time
from datetime import date

import pytest

from jiancha.pages.columns import breadcrumb, column_links
from jiancha.pages.items import Item
from jiancha.pages.outline import outline, parse

URL = "http://www.a.gov.cn/"


def names(html: str, *items: Item) -> list[str]:
    return [link.name for link in column_links(outline(parse(f"<body>{html}</body>"), URL), URL, items)]


def test_navigation() -> None:
    html = """<ul><li><a href="/">首页</a></li><li><a href="/xwzx/"> 新闻 中心</a></li>
    <li><a href="/zwgk/">政务公开</a></li>
    <li><a href="http://a.gov.cn/hdjl/index.html">互动交流</a></li>
    <li><a href="/145gh/">“十四五”规划</a></li></ul>"""
    assert names(html) == ["新闻中心", "政务公开", "互动交流", "“十四五”规划"]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="http://www.gov.cn/">中国政府网</a>',
        '<a href="/login.jsp">用户登录</a>',
        '<a href="/so/">站内搜索</a>',
        '<a href="/en/">英文版</a>',
        '<a href="/english/">English</a>',
        '<a href="javascript:void(0)">政务公开</a>',
        '<a href="#top">政务公开</a>',
        '<a href="/a/nb.pdf">年度报告</a>',
        '<a href="/tzgg/202102/t20210219_123.html">放假通知</a>',
        '<a href="/wza/">无障碍浏览</a>',
        '<a href="/x/">2021-02-19</a>',
        '<a href="/x/">关于印发全市重点工作任务分解方案的通知</a>',
    ],
)
def test_what_is_no_column(link: str) -> None:
    assert names(link) == []


def test_dated_items_are_no_columns() -> None:
    item = Item(
        "放假通知",
        "http://www.a.gov.cn/x/1.html",
        date(2021, 2, 19),
        None,
        "row:full",
        pinned=False,
        position=0,
    )
    assert names('<a href="/x/1.html">放假通知</a>', item) == []


def test_one_address_is_one_column() -> None:
    addresses = ("/tzgg/", "http://a.gov.cn/tzgg/index.html", "/tzgg")
    html = "".join(f'<a href="{address}">通知公告</a>' for address in addresses)
    assert names(html) == ["通知公告"]


def test_more_is_named_by_the_head_of_its_list() -> None:
    html = '<div><div class="h"><h3>工作动态</h3><a href="/gzdt/">更多&gt;&gt;</a></div><p>…</p></div>'
    (link,) = column_links(outline(parse(html), URL), URL, [])
    assert (link.name, link.url, link.more) == ("工作动态", "http://www.a.gov.cn/gzdt/", True)


def test_more_without_a_head_has_no_name() -> None:
    (link,) = column_links(outline(parse('<div><a href="/gzdt/">MORE+</a></div>'), URL), URL, [])
    assert (link.name, link.more) == ("", True)


def test_breadcrumb() -> None:
    links = '<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <span>通知公告</span>'
    html = f"<div>您现在的位置\uff1a{links}</div>"
    assert breadcrumb(outline(parse(html), URL)) == ["政务公开", "通知公告"]


@pytest.mark.parametrize("extension", ["pdf", "doc", "docx", "xls", "zip", "rar", "jpg", "mp4", "wps", "ofd"])
def test_files_are_no_columns(extension: str) -> None:
    assert names(f'<a href="/zwgk/1.{extension}">信息公开</a><a href="/zwgk/">信息公开</a>') == ["信息公开"]


@pytest.mark.parametrize(
    "html",
    [
        "".join(f'<a href="/c{n}/">更多</a>' for n in range(4_000)),
        '<a href="/x/">' + "更多" * 50_000 + "</a>",
        f'<a href="/content{"111a" * 25_000}">政务公开</a>',
        '<p>当前位置</p>' * 5_000,
        f'<a href="/x/">{">" * 4_000}</a>' * 25,
    ],
)  # fmt: skip
def test_hostile_menus_are_read_in_time(html: str) -> None:
    """5,000 links 更多 without a head took 7 s."""
    page = outline(parse(f"<body>{html}</body>"), URL)
    began = time.process_time()
    column_links(page, URL, [])
    breadcrumb(page)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/tzgg/"><img src="/images/3.png" alt="通知公告"></a>',
        '<a href="/tzgg/" title="通知公告"><span><img src="/images/3.png"></span></a>',
        '<a href="/tzgg/">• 通知公告 &gt;&gt;</a>',
        '<a href="/tzgg/">【通知公告】</a>',
        '<a href="/tzgg/">通知公告(128)</a>',
        '<a href="/tzgg/">01 通知公告</a>',
    ],
)
def test_names_of_pictures_and_decorated_ones(html: str) -> None:
    assert names(html) == ["通知公告"]


@pytest.mark.parametrize("name", ["GLP", "论坛首页", "主任邮箱", "老年教育"])
def test_names_that_look_like_tools_but_are_none(name: str) -> None:
    assert names(f'<a href="/x/">{name}</a>') == [name]


@pytest.mark.parametrize("name", ["OA", "WAP", "网站首页", "企业邮箱", "老年版", "只看楼主", "more", "RSS"])
def test_names_of_tools(name: str) -> None:
    assert [
        link.name for link in column_links(outline(parse(f'<a href="/x/">{name}</a>'), URL), URL, [])
    ] in ([], [""])


def test_a_picture_without_a_name_is_named_by_the_page_behind_it() -> None:
    picture = '<a href="/zt/dsxx/index.html"><img src="W020210107.jpg" alt=""></a>'
    news = '<a href="/x/4711.html"><img src="2.jpg"></a>'
    (link,) = column_links(outline(parse(picture + news), URL), URL, [])
    assert link == ("", "http://www.a.gov.cn/zt/dsxx/index.html", False, False, -1)


def test_a_picture_called_more_is_the_head_s_link() -> None:
    html = '<div><h2>理论研究</h2><a href="/llyj.html"><img src="/tpl/images/more2.gif" width="41"></a></div>'
    (link,) = column_links(outline(parse(html), URL), URL, [])
    assert (link.name, link.more) == ("理论研究", True)


def test_links_beside_each_other_are_a_menu() -> None:
    menu = '<li><a href="/a/">教坛新秀</a></li><li><a href="/b/">骨干教师</a></li>'
    html = f'<ul>{menu}<li><a href="/1.pdf">附件</a></li></ul><p><a href="/c/">校长培训</a></p>'
    links = column_links(outline(parse(html), URL), URL, [])
    assert [(link.name, link.menu) for link in links] == [
        ("教坛新秀", True),
        ("骨干教师", True),
        ("校长培训", False),
    ]


@pytest.mark.parametrize("address", ["/list.aspx?id=10234", "/channel/123456.html", "/node/20210.html"])
def test_lists_by_a_number_are_columns(address: str) -> None:
    assert names(f'<a href="{address}">通知公告</a>') == ["通知公告"]
