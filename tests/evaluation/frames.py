# ruff: noqa: E501 - a page to a line
"""What stands around the contents of the evaluation pages: sites of six makers, with what misleads readers.

Each has menus, the day of today, a copyright year, or lists of newer entries beside its contents.
"""

from __future__ import annotations

from collections.abc import Callable

Frame = Callable[[str, str], str]
_MENU = (
    ("/", "首页"), ("/zwgk/", "政务公开"), ("/tzgg/", "通知公告"), ("/bsfw/", "办事服务"), ("/hdjl/", "互动交流"),
)  # fmt: skip
_LINKS = "".join(f'<a href="{path}">{name}</a> ' for path, name in _MENU)
_CELLS = "".join(f'<td><a href="{path}">{name}</a></td>' for path, name in _MENU)
_ENTRIES = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in _MENU)
_WAY = '<div class="wz">当前位置:<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 正文</div>'


def bare(title: str, content: str) -> str:
    """No more than a title and the contents."""
    return f"<html><head><title>{title}</title></head><body>{content}</body></html>"


def tables(title: str, content: str) -> str:
    """A site of 2003, built of tables."""
    return (
        f'<HTML><HEAD><TITLE>{title}-某某县人民政府</TITLE><META http-equiv=Content-Type content="text/html; charset=utf-8"></HEAD>'
        f'<BODY bgcolor=#ffffff><TABLE width=778 align=center><TR><TD><IMG src="/images/top.gif"></TD></TR><TR>{_CELLS}</TR></TABLE>'
        f"<TABLE width=778 align=center><TR><TD width=180 valign=top><A href=/jgsz/>机构设置</A><BR><A href=/flfg/>法律法规</A></TD>"
        f"<TD valign=top>{content}</TD></TR></TABLE>"
        "<TABLE width=778 align=center><TR><TD>版权所有:某某县人民政府办公室 Copyright 2005-2021 陕ICP备05000000号</TD></TR></TABLE></BODY></HTML>"
    )


def portal(title: str, content: str) -> str:
    """A portal of divisions, with the day of today above and recommended entries beside the contents."""
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_某某市人民政府门户网站</title>'
        '<meta name="SiteName" content="某某市人民政府门户网站"><link rel="stylesheet" href="/css/style.css"></head><body>'
        f'<div class="top"><span>今天是2021年3月31日 星期三</span><a href="/login">登录</a></div><div class="nav"><ul>{_ENTRIES}</ul></div>'
        f'{_WAY}<div class="main">{content}</div>'
        '<div class="sidebar"><h3>热点推荐</h3><ul><li><a href="/a/9001.html">某某市开展春季爱国卫生运动</a><span>2021-03-30</span></li>'
        '<li><a href="/a/9002.html">某某市召开经济运行分析会议</a><span>2021-03-29</span></li></ul></div>'
        '<div class="footer">主办:某某市人民政府办公室 网站标识码:6104000001 陕ICP备12000000号</div></body></html>'
    )


def office(title: str, content: str) -> str:
    """An office's site whose pages carry the tags of a content system, without a day."""
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title><meta name="SiteDomain" content="sjj.example.gov.cn">'
        '<meta name="ColumnName" content="工作动态"><meta name="ColumnType" content="工作动态"><script src="/js/jquery.min.js"></script></head>'
        f'<body><header><img src="/img/logo.png" alt="某某市审计局"><nav>{_LINKS}</nav></header><section class="content">{content}</section>'
        '<footer><p>某某市审计局 版权所有 2021 技术支持:某某网络</p><a href="/sitemap.html">网站地图</a></footer></body></html>'
    )


def grid(title: str, content: str) -> str:
    """A page of a grid library, with related entries below the contents."""
    return (
        f'<!doctype html><html><head><meta name="viewport" content="width=device-width"><title>{title} - 某某区教育局</title></head><body>'
        f'<div class="navbar navbar-default"><ul class="nav navbar-nav">{_ENTRIES}</ul></div><div class="container"><ol class="breadcrumb">'
        f'<li><a href="/">首页</a></li><li><a href="/xxgk/">信息公开</a></li></ol><div class="row"><div class="col-md-9">{content}</div></div>'
        '<div class="related"><h4>相关阅读</h4><ul><li><a href="/n/81.html">某某区启动课后服务工作</a><em>2021-03-26</em></li>'
        '<li><a href="/n/82.html">某某区召开校园安全会议</a><em>2021-03-25</em></li><li><a href="/n/83.html">某某区开展学籍核查</a>'
        '<em>2021-03-24</em></li></ul></div></div><footer class="copyright">Copyright &copy; 2015-2021 某某区教育局</footer></body></html>'
    )


def english(title: str, content: str) -> str:
    """The English pages of a site."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | The County Government</title></head><body>'
        '<ul class="menu"><li><a href="/en/">Home</a></li><li><a href="/en/news/">News</a></li><li><a href="/en/about/">About</a></li></ul>'
        f'<div class="article">{content}</div><div class="foot">Copyright 2008-2021 The County Government. All rights reserved.</div></body></html>'
    )
