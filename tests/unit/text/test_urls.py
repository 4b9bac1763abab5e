"""Addresses: links as browsers make them, and what is one page, one host, one domain."""

from __future__ import annotations

import pytest

from jiancha.text.urls import (
    beneath,
    is_web_address,
    normalised,
    registered_domain,
    resolve,
    resolved,
    same_host,
)

PAGE = "http://www.a.gov.cn/zwgk/list.html?c=1"

#: By the URL standard, "basic URL parser": what a browser asks for when the link is clicked on.
LINKS = {
    "b.html": "http://www.a.gov.cn/zwgk/b.html",
    " \t\n b.html \x00": "http://www.a.gov.cn/zwgk/b.html",
    "b\n.ht\tml": "http://www.a.gov.cn/zwgk/b.html",
    "..\\xxgk\\b.html": "http://www.a.gov.cn/xxgk/b.html",
    "\\xxgk\\b.html": "http://www.a.gov.cn/xxgk/b.html",
    "\\\\b.gov.cn\\x": "http://b.gov.cn/x",
    "http:\\\\b.gov.cn\\x?y=\\z": "http://b.gov.cn/x?y=\\z",
    "///b.gov.cn/x": "http://b.gov.cn/x",
    "http:///b.gov.cn/x": "http://b.gov.cn/x",
    "http:////b.gov.cn/x": "http://b.gov.cn/x",
    "https:/b.gov.cn/x": "https://b.gov.cn/x",
    "https:b.gov.cn/x": "https://b.gov.cn/x",
    "http:b.html": "http://www.a.gov.cn/zwgk/b.html",
    "http:/b.html": "http://www.a.gov.cn/b.html",
    "HTTP://b.gov.cn/x": "http://b.gov.cn/x",
    "?c=2": "http://www.a.gov.cn/zwgk/list.html?c=2",
    "a b.html": "http://www.a.gov.cn/zwgk/a%20b.html",
    "a%20b.html?q=c d": "http://www.a.gov.cn/zwgk/a%20b.html?q=c%20d",
    "a\"b.html?q=<'>": "http://www.a.gov.cn/zwgk/a%22b.html?q=%3C%27%3E",
    "b.html#part": "http://www.a.gov.cn/zwgk/b.html",
    "http://b.gov.cn:8080/x": "http://b.gov.cn:8080/x",
    "a\ud800b.html": "http://www.a.gov.cn/zwgk/a\ufffdb.html",
    "x:y/z": None,
    "javascript:void(0)": None,
    " JavaScript:;": None,
    "java\nscript:;": None,
    "mailto:a@b.cn": None,
    "#": None,
    "": None,
    "http://": None,
    "http://[/": None,
    "http://b.gov.cn:99999/": None,
}


@pytest.mark.parametrize(("href", "target"), LINKS.items())
def test_links_as_browsers_make_them(href: str, target: str | None) -> None:
    assert resolve(href, PAGE) == target
    assert list(resolved([href], PAGE)) == [target]


@pytest.mark.parametrize(
    ("charset", "query"),
    [
        ("utf-8", "%E9%80%9A%E7%9F%A5"),
        ("gb18030", "%CD%A8%D6%AA"),
        ("big5", "%B3q%AA%BE"),  # bytes that are ASCII stay
        ("utf-16", "%E9%80%9A%E7%9F%A5"),  # by the standard
    ],
)
def test_chinese_in_a_query_is_sent_in_the_charset_of_the_page(charset: str, query: str) -> None:
    assert resolve("l.jsp?n=通知&c=2", PAGE, charset) == f"http://www.a.gov.cn/zwgk/l.jsp?n={query}&c=2"
    assert resolve("l.jsp?n=%CD%A8", PAGE, charset) == "http://www.a.gov.cn/zwgk/l.jsp?n=%CD%A8"


def test_a_path_is_sent_in_utf8_whatever_the_page() -> None:
    assert resolve("/通知/", PAGE, "gb18030") == "http://www.a.gov.cn/通知/"


def test_a_character_that_the_charset_lacks_is_sent_as_a_reference() -> None:
    assert resolve("?n=\u115f通", PAGE, "gb18030") == PAGE.replace("c=1", "n=%26%234447%3B%CD%A8")


def test_web_addresses() -> None:
    assert all(map(is_web_address, ("http://a.cn", "HTTPS://a.cn:8443/x", "http://[::1]/")))
    no = ("", "a.cn", "ftp://a.cn/", "http://", "http://a.cn:0/", "http://a.cn:x/", "http://[::1", "//a.cn/")
    assert not any(map(is_web_address, no))


def test_one_host_with_or_without_www() -> None:
    assert same_host("http://www.a.gov.cn/x", "https://A.gov.cn:8080/y")
    assert not same_host("http://b.a.gov.cn/", "http://a.gov.cn/")


@pytest.mark.parametrize(
    "address",
    [
        "http://a.gov.cn/x/list.html;jsessionid=0A1B?c=1",
        "http://a.gov.cn/x/list.html?c=1&PHPSESSID=abc",
        "http://a.gov.cn/x/list.html?JSESSIONID=abc&c=1",
        "http://a.gov.cn/x/list.html?c=1&t=1613700000000",
        "http://a.gov.cn/x/list.html?_=1613700000&c=1",
        "http://a.gov.cn/x/list.html?c=1&rnd=0.8713246",
    ],
)
def test_what_tells_visitors_and_moments_apart_is_no_part_of_a_page(address: str) -> None:
    assert normalised(address) == "a.gov.cn/x/list.html?c=1"


@pytest.mark.parametrize("query", ["t=1", "t=20210218", "id=1613700000000", "sid=3", "random=list"])
def test_fields_that_choose_a_page_stay(query: str) -> None:
    assert normalised(f"http://a.gov.cn/l?{query}") == f"a.gov.cn/l?{query}"


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.fgw.xianyang.gov.cn", "xianyang.gov.cn"),
        ("www.example-x.com", "example-x.com"),
        ("a.b.example.com.cn", "example.com.cn"),
        ("10.0.0.1", "10.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_registered_domains(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


def test_normalised_addresses() -> None:
    same = {
        "http://www.a.gov.cn/x/",
        "https://a.gov.cn/x",
        "http://a.gov.cn:80/x/index.html",
        "http://a.gov.cn/x/default.aspx",
    }
    assert {normalised(url) for url in same} == {"a.gov.cn/x"}
    assert normalised("http://a.gov.cn/l.jsp?c=1") != normalised("http://a.gov.cn/l.jsp?c=2")
    assert normalised("http://a.gov.cn:8080/x") != normalised("http://a.gov.cn/x")


def test_beneath() -> None:
    assert beneath("http://a.gov.cn/zwgk/tzgg/", "http://a.gov.cn/zwgk/index.html")
    assert not beneath("http://a.gov.cn/xwzx/", "http://a.gov.cn/zwgk/")
    assert not beneath("http://a.gov.cn/xwzx/", "http://a.gov.cn/list.jsp?c=1")  # the root is no folder
