"""Redirects as the browser of a desktop computer takes them, and none that it does not take."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageKind, read_page
from jiancha.pages.redirects import redirect_of
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
HOST = "http://a.gov.cn"
UA = "navigator.userAgent"


def target(html: str) -> str | None:
    found = redirect_of(Document(html.encode(), f"{HOST}/", None, AT))
    return found.removeprefix(HOST) if found else None


@pytest.mark.parametrize(
    "script",
    [
        "location.href='/pc/'",
        "location.replace('/pc/')",
        "top.location='/pc/'",
        f"if(/Android|iPhone|Mobile/i.test({UA})){{window.location.href='/wap/';}}else{{location.href='/pc/';}}",
        f"if(!/Mobile/.test({UA})){{location.href='/pc/';}}else{{location.href='/wap/';}}",
        f"var ua={UA}; if(ua.indexOf('Mobile')>-1) location.href='/wap/'; else location.href='/pc/';",
        f"var ua={UA}; if(ua.indexOf('Mobile')==-1) location.href='/pc/'; else location.href='/wap/';",
        f"if({UA}.match(/(iPhone|Android)/i)){{location.replace('/wap/');}}\nlocation.href='/pc/';",
        "if(IsPC()){location.href='/pc/'}else{location.href='/wap/'}",
        "if(screen.width<800){location.href='/wap/'}else{location.href='/pc/'}",
        f"location.href = /Mobile/.test({UA}) ? '/wap/' : '/pc/';",
        f"/Mobile/.test({UA})&&(location.href='/wap/');location.href='/pc/'",
        "//location.href='/wap/';\nlocation.href='/pc/';",
        "/* location.href='/wap/'; */ location.href='/pc/';",
        "var note='no // comment';location.href='/pc/'",
        "function wap(){location.href='/wap/'} location.href='/pc/'",
        "function go(){location.href='/pc/'} go();",
        "window.onload=function(){location.href='/pc/'}",
        "$(function(){location.href='/pc/'})",
        "setTimeout(function(){location.href='/pc/'},1000)",
        "setTimeout(\"location.href='/pc/'\",500)",
        "$('#a').click(function(){location.href='/wap/'});location.href='/pc/'",
    ],
)
def test_a_script_moves_a_desktop_browser(script: str) -> None:
    assert target(f"<title>某局</title><script>{script}</script>") == "/pc/"


@pytest.mark.parametrize(
    "html",
    [
        "<script>// location.href='/x/'</script>",
        "<script>function go(){location.href='/x/'}</script>",
        "<script>var go=function(){location.href='/x/'}</script>",
        "<script>document.getElementById('a').onclick=function(){location.href='/x/'}</script>",
        f"<script>if(/Mobile/.test({UA})){{location.href='/wap/'}}</script>",
        "<script>if(screen.width<800){location.href='/wap/'}</script>",
        "<noscript><meta http-equiv='refresh' content='0;url=/x/'></noscript><p>正文</p>",
        "<!-- <meta http-equiv='refresh' content='0;url=/x/'> -->",
        "<!--[if lt IE 8]><script>location.href='/x/'</script><![endif]-->",
        "<meta http-equiv='refresh' content='300;url=/x/'>",
        "<script>if(location.href=='/x/'){}</script>",
    ],
)
def test_a_desktop_browser_stays(html: str) -> None:
    assert target(html) is None


def test_scripts_are_followed_though_a_refresh_is_for_visitors_without_them() -> None:
    refresh = "<noscript><meta http-equiv='refresh' content='0;url=/nojs/'></noscript>"
    assert target(f"{refresh}<script>location='/pc/'</script>") == "/pc/"


def test_a_body_may_call_the_function() -> None:
    assert target("<body onload='go()'><script>function go(){location.href='/pc/'}</script>") == "/pc/"


def test_a_page_with_a_text_stays_where_it_is() -> None:
    links = "".join(f"<a href='/{n}.html'>关于某事的通知</a>" for n in range(9))
    document = Document(f"{links}<script>location.href='/x/'</script>".encode(), f"{HOST}/tzgg/", None, AT)
    assert read_page(document).kind is not PageKind.STUB
