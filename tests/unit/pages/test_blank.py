"""Blank columns: pages whose whole content is that they have none, and pages that only look so."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
MENU = "<div class='nav'><a href='/'>首页</a><a href='/tzgg/'>通知公告</a><a href='/zwgk/'>政务公开</a></div>"
WAY = "<div>当前位置:<a href='/'>首页</a> &gt; <a href='/tzgg/'>通知公告</a></div>"
FOOT = "<div class='footer'>主办:某某市某局 备案号:陕ICP备12000000号 地址:某某路1号</div>"


def kind(content: str) -> PageKind:
    html = f"<title>通知公告-某某市某局</title>{MENU}{WAY}<h2>通知公告</h2>{content}{FOOT}"
    return read_page(Document(html.encode(), "http://a.gov.cn/tzgg/", None, AT)).kind


@pytest.mark.parametrize(
    "content",
    [
        "<p>暂无信息</p>",
        "<p>暂无</p>",
        "<p>尚无资料</p>",
        "<div class='list'>对不起,暂无相关内容!</div>",
        "<ul><li>没有找到相关信息</li></ul>",
        "<p>目前没有任何记录</p>",
        "<ul class='list'></ul><div>共0条 第1/1页</div>",
        "<div class='page'>共 0 条记录 首页 上一页 下一页 尾页</div>",
        "<div class='news_list'><ul></ul></div>",
        "<div id='content'><ul> </ul></div>",
        "<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr></table>",
        "<table><tr><th>标题</th><th>日期</th></tr></table><p>暂无数据</p>",
    ],
)
def test_a_column_without_entries_is_blank(content: str) -> None:
    assert kind(content) is PageKind.BLANK


@pytest.mark.parametrize(
    "content",
    [
        "<p>贯彻执行国家有关法律法规和方针政策,起草有关规范性文件并组织实施。</p><h3>相关附件</h3><p>暂无</p>",
        "<p>某某市某局地址:某某路22号</p><p>电话:029-33210000</p><h3>附件</h3><p>暂无</p>",
        "<form><textarea></textarea><input type='submit'></form><p>暂无留言内容</p>",
        "<p>办公电话 029-33210000,传真 029-33210001,邮编 712000</p><ul class='list'></ul>",
        "<iframe src='/lists/tzgg.html' width='700' height='500'></iframe><p>暂无信息</p>",
        "<div class='list'><ul></ul></div><script>loadList(1)</script>",
        "<p>暂无信息</p><script>$.ajax({url:'/api/list'})</script>",
        "<p>欢迎访问</p>",
        "<h3>领导之窗</h3><p>局长:王某某 主持全面工作</p><img src='/photo/wang.jpg'><h3>下载</h3><p>暂无</p>",
    ],
)
def test_a_page_with_anything_else_is_not_blank(content: str) -> None:
    assert kind(content) is not PageKind.BLANK
