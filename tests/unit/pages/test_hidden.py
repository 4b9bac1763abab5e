"""Hidden links and injected advertising: what is told, and what of ordinary pages is not."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.hidden import find_suspicions, is_advertising
from jiancha.pages.page import read_page
from jiancha.windows import ZONE

HOST = "fgw.xianyang.gov.cn"
AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
LINK = '<a href="http://www.example-x.com/1.html">某某网</a>'
SPAM = '<a href="http://www.example-x.com/1.html">百家乐在线</a>'


def rules(body: str, head: str = "") -> list[str]:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    document = Document(html.encode(), f"http://{HOST}/xwzx/", "text/html", AT)
    facts = read_page(document)
    return [found.rule for found in find_suspicions(document, facts)]


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        ('<div style="position:absolute;left:-9999px">{}</div>', "out_of_sight"),
        ('<div style="position: absolute; top: -5000px;">{}</div>', "out_of_sight"),
        ('<p style="text-indent:-9999em">{}</p>', None),  # em: a thousand lines, as no one writes it
        ('<p style="text-indent:-9999px">{}</p>', "out_of_sight"),
        ("<div style='height:0;width:0;overflow:hidden'>{}</div>", "tiny"),
        ('<div style="height:1px; overflow: hidden">{}</div>', "tiny"),
        ('<span style="font-size:0px">{}</span>', "tiny"),
        ('<div style="background:#fff;color:#fff">{}</div>', "same_colour"),
        ('<marquee width="1" height="1" scrollamount=3000>{}</marquee>', "marquee"),
        (
            "<script>document.write('<div style=\"position:absolute;left:-9999px\">{}</div>')</script>",
            "out_of_sight",
        ),
    ],
)
def test_links_that_are_hidden_for_no_honest_use(block: str, rule: str | None) -> None:
    assert rules(block.format(LINK)) == ([f"hidden_link:{rule}"] if rule else [])


@pytest.mark.parametrize(
    ("block", "rule"),
    [
        ('<div style="display:none">{}</div>', "not_displayed"),
        ('<div style="visibility: hidden">{}</div>', "not_displayed"),
        ("<noscript>{}</noscript>", "not_displayed"),
        ('<div style="position:absolute;left:-9999px">{}</div>', "out_of_sight"),
        ("<p>{}</p>", "shown"),
    ],
)
def test_links_in_words_of_advertising(block: str, rule: str) -> None:
    assert rules(block.format(SPAM)) == [f"spam_link:{rule}"]


@pytest.mark.parametrize(
    "block",
    [
        # menus, tabs, friend links, QR boxes, share tools, slides, gaps, panels
        f'<ul class="sub" style="display:none"><li>{LINK}</li></ul>',
        '<div style="display:none"><a href="/tzgg/">通知公告</a></div>',
        '<div style="position:absolute;left:-9999px"><a href="#a">正文</a><a href="/wza/">无障碍</a></div>',
        '<div style="position:absolute;left:-9999px"><a href="http://www.shaanxi.gov.cn/">省政府</a></div>',
        '<div style="position:absolute;left:-9999px"><a href="http://tjj.xianyang.gov.cn/">统计局</a></div>',
        '<div style="height:0;overflow:hidden"><a href="https://weibo.com/u/1">微博</a></div>',
        f'<ul style="font-size:0"><li style="font-size:14px">{LINK}</li></ul>',
        f'<div style="position:absolute;left:50%;margin-left:-1600px">{LINK}</div>',
        f'<div style="position:fixed;right:-120px">{LINK}</div>',
        f'<div style="height:1px;overflow:hidden"></div>{LINK}',
        f'<div style="background:#fff;color:#333">{LINK}</div>',
        f'<marquee width="300" height="20">{LINK}</marquee>',
        f'<!-- <div style="position:absolute;left:-9999px">{SPAM}</div> -->',
        '<div style="position:absolute;left:-9999px"><img src="http://img.example-x.com/1.png"></div>',
        '<p><a href="http://news.example-x.com/2.html">公安机关打击网络赌博、百家乐赌场犯罪</a></p>',
        '<script>var _hmt=[];var r=document.referrer;hm.src="https://hm.baidu.com/hm.js";</script>',
        "<script>if(/Android|iPhone/.test(navigator.userAgent)){location.href='http://m.xianyang.gov.cn/'}</script>",
    ],
)
def test_ordinary_hidden_things_are_not_told(block: str) -> None:
    assert rules(block) == []


def test_titles_and_keywords_made_for_search_engines() -> None:
    head = '<title>澳门新葡京_时时彩平台</title><meta name="Keywords" content="cheap VIAGRA online">'
    assert rules("<p>x</p>", head) == ["spam_title", "spam_keywords"]
    assert rules("<p>x</p>", "<title>关于防范百家乐等网络赌博的通知</title>") == []
    assert rules("<p>x</p>", "<title>市体育局公布体育彩票投注站名单</title>") == []


def test_pages_that_treat_search_engines_differently() -> None:
    script = (
        "<script>if(document.referrer.indexOf('baidu')>0||/sogou/.test(document.referrer))"
        "{location.href='http://www.example-x.com/'}</script>"
    )
    menu = "".join(f'<a href="/{n}/">工作动态</a>' for n in range(5))  # no page that only sends on
    assert rules(script + menu) == ["search_redirect"]
    escaped = r'<script>window["\x64\x6f\x63\x75\x6d\x65\x6e\x74"]["write"]("x")</script>'
    assert rules(escaped) == ["escaped_script"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://www.example-x.com/", ["redirect_away"]),
        ("http://tjj.xianyang.gov.cn/", []),
        ("https://mp.weixin.qq.com/s/1", []),
        ("index.html", []),
    ],
)
def test_pages_that_send_their_visitors_away(target: str, told: list[str]) -> None:
    assert rules("", f'<meta http-equiv="refresh" content="0; url={target}">') == told
    assert rules(f'<script>window.location.href="{target}"</script>') == told


def test_what_a_finding_says() -> None:
    html = f'<div style="position:absolute;left:-9999px">{SPAM}</div>'
    document = Document(html.encode(), f"http://{HOST}/", None, AT)
    facts = read_page(document)
    (found,) = find_suspicions(document, facts)
    assert (found.text, found.url) == ("百家乐在线", "http://www.example-x.com/1.html")
    assert html[found.position :].startswith("//www.example-x.com")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("新葡京", True),
        ("赌博", False),  # a single common word
        ("赌博 投注", True),
        ("查处网上赌场", False),
        ("关于召开全市经济工作会议的通知", False),
        ("Online CASINO bonus", True),
        ("spilling", False),  # pills
    ],
)
def test_words(said: str, told: bool) -> None:
    assert is_advertising(said) is told


@pytest.mark.parametrize(
    "piece",
    [
        "<div style='height:0'>" + LINK,
        "<script ",
        "<script>document.referrer",
        "<a href='//",
        "<!-- <a href='http://x.example-x.com/'>",
        SPAM,
        "<div style=':-9999",
    ],
)
def test_hostile_pages_take_bounded_time(piece: str) -> None:
    html = piece * (1_000_000 // len(piece))
    document = Document(html.encode(), f"http://{HOST}/", None, AT)
    facts = read_page(document)
    begun = time.process_time()
    assert len(find_suspicions(document, facts)) <= 50
    assert time.process_time() - begun < 10
