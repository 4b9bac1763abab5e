"""Lists that lie at other addresses: how they are found, and how their answers are read."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
URL = "http://www.qindu.gov.cn/zwgk/tzgg/"
ROW = '<li><a href="/art/1.html">关于春节放假的通知</a><span>2021-02-09</span></li>'


def read(body: str, url: str = URL, content_type: str = "text/html") -> PageFacts:
    return read_page(Document(body.encode(), url, content_type, AT))


@pytest.mark.parametrize(
    ("body", "address"),
    [
        ('<iframe src="list.html" width="700"></iframe>', f"{URL}list.html"),
        ('<script>$.getJSON("/data/tzgg.json", show);</script>', "http://www.qindu.gov.cn/data/tzgg.json"),
        (
            '<script>$.ajax({ type: "get", url: "/api/articles?id=12", dataType: "json" })</script>',
            "http://www.qindu.gov.cn/api/articles?id=12",
        ),
        ("<script>fetch('items.json').then(render)</script>", f"{URL}items.json"),
        ('<div id="l"></div><script>$("#l").load("inc_1.html")</script>', f"{URL}inc_1.html"),
        ('<script src="newslist.js"></script>', f"{URL}newslist.js"),
        (
            "<div url='/front/build/unit' queryData=\"{'webId':'12','pageId':'a1'}\"></div>",
            "http://www.qindu.gov.cn/front/build/unit?webId=12&pageId=a1",
        ),
    ],
)
def test_addresses_that_stand_whole_in_a_page_without_a_list_are_given(body: str, address: str) -> None:
    assert read(f"<html><body>{body}</body></html>").parts == (address,)


@pytest.mark.parametrize(
    "body",
    [
        '<iframe src="http://tianqi.example.cn/list.html"></iframe>',  # another host
        '<iframe src="list.html" height="0"></iframe>',  # a counter as a rule
        '<script>$.get("/module/hits.jsp?id=3", f)</script>',
        '<script>$.ajax({ type: "POST", url: "/api/list" })</script>',
        '<script>$.get("/api/list?page=" + page, f)</script>',  # only the script knows the rest
        '<script src="/js/jquery.min.js"></script>',
        "<iframe src='javascript:void(0)'></iframe>",
    ],
)
def test_other_addresses_are_not(body: str) -> None:
    assert read(f"<html><body>{body}</body></html>").parts == ()


def test_a_page_with_a_list_of_its_own_has_no_parts() -> None:
    facts = read(f'<html><body><ul>{ROW}{ROW.replace("1.html", "2.html")}</ul><iframe src="x.html"></iframe>')
    assert (facts.kind, facts.parts) == (PageKind.LIST, ())


def test_rows_of_json() -> None:
    rows = [
        {"title": "关于春节放假的通知", "url": "/art/1.html", "display_publish_time": 1612857600},
        {"title": "公示", "url": "/art/2.html", "display_publish_time": 1612771200},
    ]
    facts = read(json.dumps({"articles": rows}), f"{URL}list.json", "application/json")
    assert facts.kind is PageKind.LIST
    assert [item.published_on for item in facts.items] == [date(2021, 2, 9), date(2021, 2, 8)]
    assert facts.items[0].url == "http://www.qindu.gov.cn/art/1.html"


def test_json_served_as_a_page_and_behind_a_callback() -> None:
    rows = [{"title": "公示一", "url": "/1.html", "pubDate": "2021-02-09 10:00"}]
    for body in (json.dumps(rows), f"show({json.dumps(rows)});"):
        assert [item.published_on for item in read(body).items] == [date(2021, 2, 9)]


def test_markup_within_json() -> None:
    body = json.dumps({"success": True, "data": {"html": f"<ul>{ROW}{ROW.replace('1.html', '2.html')}</ul>"}})
    facts = read(body, "http://www.qindu.gov.cn/front/build/unit?pageId=a1", "application/json")
    assert [item.url for item in facts.items] == [f"http://www.qindu.gov.cn/art/{n}.html" for n in (1, 2)]
    assert facts.paging.next_pages == ()


def test_a_block_of_a_content_platform_tells_its_further_pages() -> None:
    pager = '<div class="pagination" rows="15" count="31" pageNo="1"></div>'
    body = json.dumps({"data": {"html": f"<ul>{ROW}{ROW.replace('1.html', '2.html')}</ul>{pager}"}})
    facts = read(body, "http://www.qindu.gov.cn/front/build/unit?pageId=a1", "application/json")
    assert len(facts.paging.next_pages) == 2  # 31 items, 15 a page: three pages
    assert "pageNo%22%3A+2" in facts.paging.next_pages[0] or "pageNo%22%3A2" in facts.paging.next_pages[0]


def test_records_lead_to_the_next_group() -> None:
    xml = (
        "<datastore><totalrecord>90</totalrecord>"
        '<nextgroup><![CDATA[<a href="/module/dataproxy.jsp?page=2&columnid=7"></a>]]></nextgroup>'
        f"<recordset><record><![CDATA[{ROW}]]></record></recordset></datastore>"
    )
    for body in (f'<?xml version="1.0"?>{xml}', f'<html><body><script type="text/xml">{xml}</script>'):
        facts = read(body)
        assert [item.published_on for item in facts.items] == [date(2021, 2, 9)]
        assert facts.paging.next_pages == ("http://www.qindu.gov.cn/module/dataproxy.jsp?page=2&columnid=7",)
        assert not facts.paging.hidden


def test_json_that_holds_no_list_is_unknown_not_blank() -> None:
    for body in ('{"rows": [], "total": 0}', "[]", "{broken", '"text"'):
        assert read(body, f"{URL}a.json", "application/json").kind is PageKind.UNKNOWN


def test_half_a_pair_in_an_answer_of_markup_breaks_nothing() -> None:
    row = "<li><a href='/1.html'>关于防火的通知\\ud83d</a><span>2021-02-19</span></li>"
    facts = read(
        f'{{"html":"<ul>{row}{row.replace("1.html", "2.html")}</ul>"}}', url="http://a.gov.cn/list.json"
    )
    assert facts.items[0].title.encode()


@pytest.mark.parametrize("named", ['name="show"', 'id="show"'])
def test_a_frame_that_links_of_the_page_fill_does_not_speak_for_the_page(named: str) -> None:
    """It opens with one of several lists, which may be the oldest."""
    frame = f'<iframe {named} src="list-49.html" width="700"></iframe>'
    menu = (
        '<a href="list-49.html" target="show">党费公示</a><a href="list-50.html" target="show">财务公开</a>'
    )
    assert read(menu + frame).parts == ()
    assert read(menu.replace("show", "_blank") + frame).parts == (f"{URL}list-49.html",)


def test_chinese_queries_of_scripts_are_encoded_in_the_page_s_charset() -> None:
    """通知 is %CD%A8%D6%AA on a GBK page, in addresses that scripts ask and in those that they hold."""
    script = (
        "$.get('/list.asp?lm=通知',show);var rows=["
        "{title:'关于春节放假的通知',url:'/show.asp?lm=通知&n=1',date:'2021-02-09'},"
        "{title:'关于春季防火的通知',url:'/show.asp?lm=通知&n=2',date:'2021-02-08'}]"
    )
    page = f'<meta charset="gbk"><script>{script}</script>'.encode("gbk")
    facts = read_page(Document(page, URL, "text/html", AT))
    asked = "%CD%A8%D6%AA"
    assert [item.url for item in facts.items] == [
        f"http://www.qindu.gov.cn/show.asp?lm={asked}&n={n}" for n in (1, 2)
    ]
    page = page.replace(b"2021", b"....")
    assert read_page(Document(page, URL, "text/html", AT)).parts == (
        f"http://www.qindu.gov.cn/list.asp?lm={asked}",
    )
