# ruff: noqa: E501 - a page to a line
"""Menus that are no links of a page: scripts, jump lists, frames, and the doors of sites."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.menus import entrance_of, menu_parts, written_menus
from jiancha.windows import ZONE

URL = "http://www.example.gov.cn/"
BOTH = [("通知公告", f"{URL}tzgg/"), ("工作动态", f"{URL}gzdt/")]


def document(html: str) -> Document:
    return Document(html.encode(), URL, "text/html; charset=utf-8", datetime(2021, 2, 18, tzinfo=ZONE))


@pytest.mark.parametrize(
    "script",
    [
        '[{"name":"通知公告","url":"/tzgg/"},{"name":"工作动态","url":"/gzdt/"}]',
        "x=[{id:1,menuName:'通知公告',icon:'/i/1.png',menuUrl:'/tzgg/'},{id:2,menuName:'工作动态',icon:'/i/2.png',menuUrl:'/gzdt/'}]",
        "add('x');m.push(['通知公告','/tzgg/']);m.push(['工作动态','/gzdt/']);",
        'var t={"title":"通知公告","link":"\\/tzgg\\/","sub":[]},u={"title":"工作动态","link":"\\/gzdt\\/"};',
        'h+=\'<li class="a"><a target="_blank" href="/tzgg/"><b>通知公告</b></a>\';h+=\'<a href=/gzdt/ >工作动态</a>\';',
        'document.write("<a href=\\"/tzgg/\\">通知公告</a>"+"<a href=\\"/gzdt/\\">工作动态</a>")',
    ],
)
def test_menus_of_scripts(script: str) -> None:
    assert written_menus(document(f"<div id='nav'></div><script>{script}</script>")) == BOTH


@pytest.mark.parametrize(
    "script",
    [
        "[{title:'全市重点工作会议召开',url:'/a/1.html',date:'2021-02-10'},{title:'全市防火会议',url:'/a/2.html',date:'2021-02-09'}]",
        "[{name:'通知公告',url:'/tzgg/'}]",  # one entry is no menu
        "var a='<a href=\"'+url+'\">'+name+'</a>';",
        "[{name:'通知公告',icon:'1.png'},{name:'工作动态',icon:'2.png'}]",
    ],
)
def test_no_menus_of_scripts(script: str) -> None:
    assert written_menus(document(f"<script>{script}</script>")) == []


def test_menus_of_jump_lists() -> None:
    html = "<select><option value=''>请选择<option value='/tzgg/'>通知公告<option value='/gzdt/'>工作动态</select>"
    assert written_menus(document(html)) == BOTH
    assert (
        written_menus(document("<select><option value='2020'>2020年<option value='2021'>2021年</select>"))
        == []
    )


def test_where_menus_may_come_from() -> None:
    html = (
        "<iframe src='/top.html'></iframe><iframe src='http://other.example/nav.html'></iframe><iframe src='/x' height='0'></iframe>"
        "<script src='/js/jquery.menu.js'></script><script src='/js/nav.js'></script><script src='/js/own.js'></script>"
        "<script>$('#h').load('/inc/head.html');$.get('/api/hits?id=3')</script>"
    )
    sure = (f"{URL}top.html", f"{URL}js/nav.js", f"{URL}inc/head.html")
    assert menu_parts(document(html), lacking=False) == sure
    assert set(menu_parts(document(html), lacking=True)) == {*sure, f"{URL}js/own.js"}


def test_doors_of_sites() -> None:
    door = "<a href='/cms/'><img src='/1.jpg'></a>"
    assert entrance_of(document(door)) == f"{URL}cms/"
    assert entrance_of(document("<a href='/en/'>English</a><a href='/cn/'>进入网站</a>")) == f"{URL}cn/"
    assert entrance_of(document("<a href='/a/'>公开</a><a href='/b/'>互动</a>")) is None


def test_a_hostile_script_is_read_in_time() -> None:
    nested = "{" * 100_000 + "<a href='" * 20_000
    assert written_menus(document(f"<script>{nested}</script>")) == []
