"""What comes in a page's place is told apart from pages that only speak of such things."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.barrier import Barrier
from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
MENU = "".join(
    f'<a href="/c{n}/">{name}</a>' for n, name in enumerate(("首页", "要闻", "公告", "政策", "互动"))
)
COOKIE = "<script>document.cookie=('_')+('j')+'s';location.href=location.pathname</script>"


def read(body: str, url: str = "http://www.a.gov.cn/tzgg/list.html", title: str = "") -> PageFacts:
    page = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return read_page(Document(page.encode(), url, "text/html", AT))


@pytest.mark.parametrize(
    ("body", "barrier"),
    [
        ("<p>您访问的页面不存在或已删除</p><a href='/'>返回首页</a>", Barrier.GONE),
        ("<p>抱歉，没有找到您要访问的页面！</p>", Barrier.GONE),
        ("<h1>404 Not Found</h1><hr><center>nginx</center>", Barrier.GONE),
        ("<h1>当前访问疑似黑客攻击，已被拦截。</h1>", Barrier.BLOCKED),
        ("<h1>网站waf防火墙已拦截</h1>", Barrier.BLOCKED),
        (
            "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p><p>如何解决：检查提交内容</p>",
            Barrier.BLOCKED,
        ),
        ("<p>Access Denied</p><p>Reference #18.2d35</p>", Barrier.BLOCKED),
        (COOKIE, Barrier.BROWSER_CHECK),
        ("<script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=3;</script>", Barrier.BROWSER_CHECK),
        ("<p>为了保证安全，请完成安全验证后继续访问</p>", Barrier.BROWSER_CHECK),
        ("<noscript>x</noscript><p>Please enable JavaScript and refresh the page</p>", Barrier.BROWSER_CHECK),
        ("<form>用户名<input name='u'>密码<input type='password' name='p'></form>", Barrier.LOGIN),
        ("<p>网站正在维护，请稍后访问。</p>", Barrier.MAINTENANCE),
    ],
)
@pytest.mark.parametrize("url", ["http://www.a.gov.cn/", "http://www.a.gov.cn/tzgg/"])
def test_what_stands_in_a_page_s_place_is_named(body: str, barrier: Barrier, url: str) -> None:
    facts = read(body, url)
    assert (facts.barrier, facts.kind) == (barrier, PageKind.UNKNOWN)


@pytest.mark.parametrize(
    "body",
    [
        "<h1>关于网站维护的公告</h1><p>发布时间:2021-02-19 来源:县府办</p><p>网站正在维护，请谅解。</p>",
        f"{MENU}<p>您访问的页面不存在</p>",
        "<p>暂无信息</p>",
        "<p>本栏目正在建设中</p>",
        f"<p>防火墙</p><p>{'本县召开网络安全工作会议，部署有关工作。' * 40}</p>",
        "<ul><li><a href='1.html'>关于防火墙设备采购的公告</a><span>2021-02-19</span></li>"
        "<li><a href='2.html'>关于系统升级维护的公告</a><span>2021-02-18</span></li></ul>",
        "<div id='app'></div><script src='/static/app.js'></script>",
        "<script>location.href='/index/';document.cookie='a=1'</script>",
    ],
    ids=["article", "menu", "empty", "under construction", "long text", "list", "application", "sent on"],
)
def test_pages_of_their_own_are_no_barriers(body: str) -> None:
    assert read(body).barrier is None


def test_a_page_that_is_not_found_is_no_blank_column() -> None:
    assert read("<p>没有找到您要访问的页面</p>").kind is PageKind.UNKNOWN
    assert read("<p>没有找到相关信息</p>").kind is PageKind.BLANK
