"""What holds for every page: properties of reading, over pages and bytes that hypothesis makes up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jiancha.errors import UnreadableSource
from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.posts.feeds import read_feed
from jiancha.text.charset import decode
from jiancha.text.dates import find_date, find_dates, in_future, parse_timestamp, whole_date
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
URL = "http://a.gov.cn/tzgg/"
TODAY = AT.date()


def read(page: str | bytes, content_type: str | None = "text/html") -> PageFacts:
    body = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
    return read_page(Document(body, URL, content_type, AT))


def newest(facts: PageFacts) -> date | None:
    days = (item.published_on for item in facts.items if item.published_on)
    return max((day for day in days if day <= TODAY), default=None)


# --- any markup at all ---

TAGS = st.sampled_from(
    [
        "a",
        "b",
        "p",
        "li",
        "ul",
        "td",
        "tr",
        "table",
        "div",
        "span",
        "h1",
        "dl",
        "dt",
        "dd",
        "script",
        "style",
        "title",
        "select",
        "iframe",
        "frame",
        "base",
        "meta",
        "svg",
    ]
)
VALUES = st.sampled_from(
    [
        "/x/1.html",
        "http://a.gov.cn/tzgg/t20210219_1.html",
        "javascript:go(1)",
        "//b.gov.cn/",
        "?p=2",
        "#",
        "",
        "http://a.gov.cn:0/",
        "http://\u4e00.cn/",
        "refresh",
        "0;url=/y/",
        "PubDate",
        "2021-02-19",
        "\u7f6e\u9876.gif",
        "display:none",
        "text/template",
        "location.href='/z'",
        "&#x2f;",
        "\x00",
        "\ud800",
    ]
)
NAMES = st.sampled_from(
    ["href", "src", "class", "id", "title", "onclick", "name", "content", "http-equiv", "style", "type"]
)
WORDS = st.sampled_from(
    [
        "关于开展专项检查的通知",
        "2021-02-19",
        "[02-19]",
        "19",
        "2021-02",
        "发布时间:",
        "成文日期:",
        "来源:本站",
        "更多",
        "下一页",
        "12",
        "共9页",
        "第1/9页",
        "[置顶]",
        "当前位置:",
        "首页",
        ">",
        "暂无信息",
        "2小时前",
        "2\u22360\uff10",
        "\u200b",
        'var a=[{"title":"x","time":1613700000}]',
        "]]>",
        "&nbsp;&lt;",
        "\x00",
        "createPageHTML(9,0,'index','html')",
        "999999999999年99月99日",
        "2099-01-01",
        "-",
        "\ud83d",
    ]
)
ATTRIBUTES = st.lists(st.tuples(NAMES, VALUES), max_size=3).map(
    lambda pairs: "".join(f' {name}="{value}"' for name, value in pairs)
)
PIECES = st.one_of(
    WORDS,
    st.builds("<{}{}>".format, TAGS, ATTRIBUTES),
    st.builds("</{}>".format, TAGS),
    st.text(max_size=6),
    st.sampled_from(["<!--", "-->", "<![CDATA[", "<", "&#", "<record><![CDATA["]),
)
MARKUP = st.lists(PIECES, max_size=40).map("".join)


@given(MARKUP)
@settings(max_examples=250)
def test_whatever_the_markup_it_is_read(page: str) -> None:
    facts = read(page)
    for item in facts.items:
        assert item.url == "" or item.url.startswith(("http://", "https://"))
        assert item.title is not None
        if item.published_on is not None:
            assert in_future(item.published_on, AT) == item.date_rule.endswith("future")
    for url in (*(column.url for column in facts.columns), *facts.paging.next_pages):
        assert url.startswith(("http://", "https://"))


@given(MARKUP)
@settings(max_examples=80)
def test_a_page_read_twice_says_the_same(page: str) -> None:
    assert read(page) == read(page)


@given(st.binary(max_size=300), st.sampled_from([None, "text/html; charset=gbk", "charset=utf-16", "x" * 99]))
@example(b"\xff\xfe\x00", None)
@example(b'<meta charset="utf-16">\xb0\xb2\xc8', None)
@settings(max_examples=150)
def test_whatever_the_bytes_they_are_read(body: bytes, content_type: str | None) -> None:
    text = decode(body, content_type).text
    assert isinstance(text, str)
    assert read(body, content_type).items == read(body, content_type).items


# --- texts of dates ---

DATE_TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [*"-/.:年月日时分秒T Z+ []前", "2021", "02", "19", "10:08", "昨天", "周", "08:30-11:30"]
        ),
        st.text(alphabet=st.characters(categories=["Nd", "No", "Cf"]), max_size=4),
    ),
    max_size=12,
).map("".join)


@given(DATE_TEXTS)
@example("2021-02-19 10:08:00+08:99")
@example("2021-02-19 10:08:00-14:60")
@settings(max_examples=400)
def test_whatever_the_digits_dates_are_sane(text: str) -> None:
    found = [*find_dates(text), find_date(text, AT), whole_date(text, AT, text), parse_timestamp(text, AT)]
    for each in found:
        if each is not None:
            assert each.day.year >= 1994  # 1995, the first year that is read, less a time zone
            assert each.moment is None or each.moment.tzinfo is not None
            assert 0 <= each.start <= each.end <= len(text)


# --- feeds and reports ---


@given(
    st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "<rss>",
                    "<channel>",
                    "<item>",
                    "<title>x",
                    "</title>",
                    "<pubDate>2021-02-19",
                    "</pubDate>",
                    "</item>",
                    "</channel></rss>",
                    "<!ENTITY a 'b'>",
                    "&a;",
                    '{"items":[',
                    '{"date_published":"2021"}',
                    "]}",
                    "\x00",
                ]
            ),
            max_size=15,
        ).map(lambda parts: "".join(parts).encode()),
    )
)
@settings(max_examples=200)
def test_whatever_a_source_sends_it_is_posts_or_a_reason(body: bytes) -> None:
    try:
        read_feed(body, url=URL, content_type=None, at=AT)
    except UnreadableSource as reason:
        assert reason.reason  # noqa: PT017 - either posts or a reason


# --- lists whose newest date is known ---


class Listed(NamedTuple):
    """A list made up for a test: its markup, in pieces between which nothing else stands."""

    pieces: tuple[str, ...]
    newest: date

    def page(self, joint: str = "") -> str:
        return f"<html><body>{joint.join(self.pieces)}</body></html>"


LAYOUTS = (
    '<li><a href="{url}">{title}</a><span>{day}</span></li>',
    '<li><span>[{day}]</span><a href="{url}" title="{title}">{title}</a></li>',
    "<div><p><a href='{url}'>{title}</a></p><p>发布时间:{day}</p></div>",
    '<dl><dt><a href="{url}">{title}</a></dt><dd>{day}</dd></dl>',
    '<table><tr><td>·</td><td><a href="{url}">{title}</a></td><td>{day}</td></tr></table>',
)
TITLES = st.sampled_from(
    [
        "关于开展春季安全检查的通知",
        "2023年度部门预算公开说明",
        "全县教育工作会议召开(2022年1月5日)",
        "人事任免公示第12号",
    ]
)
DAYS = st.dates(date(2005, 1, 1), TODAY)
SHOWN = st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y.%m.%d"])


@st.composite
def lists(draw: st.DrawFn) -> Listed:
    layout, shown = draw(st.sampled_from(LAYOUTS)), draw(SHOWN)
    rows = draw(st.lists(st.tuples(TITLES, DAYS), min_size=2, max_size=8))
    menu = '<ul><li><a href="/zwgk/">政务公开</a></li><li><a href="/bsfw/">办事服务</a></li></ul>'
    lines = [
        layout.format(url=f"/tzgg/{n}.html", title=title, day=day.strftime(shown))
        for n, (title, day) in enumerate(rows)
    ]
    pieces = (menu, "<div class='main'>", *lines, "</div>", "<p>版权所有 2005-2030</p>")
    return Listed(pieces, max(day for _, day in rows))


@given(lists())
@settings(max_examples=120)
def test_the_newest_date_is_that_of_the_newest_row(listed: Listed) -> None:
    facts = read(listed.page())
    assert facts.kind is PageKind.LIST
    assert newest(facts) == listed.newest


@pytest.mark.parametrize(
    "comment", ["<!-- 2030-01-01 -->", "<!-- <div><a href='/x'>关于某事 2021-03-31</a> -->"]
)
@given(listed=lists())
@settings(max_examples=40)
def test_a_comment_changes_no_dates(comment: str, listed: Listed) -> None:
    assert [i.published_on for i in read(listed.page(comment)).items] == [
        i.published_on for i in read(listed.page()).items
    ]


@pytest.mark.parametrize("wrapper", ["<div>{}</div>", "<form><table><tr><td>{}</td></tr></table></form>"])
@given(listed=lists())
@settings(max_examples=40)
def test_a_wrapper_changes_no_newest_date(wrapper: str, listed: Listed) -> None:
    assert newest(read(wrapper.format("".join(listed.pieces)))) == listed.newest


@given(lists(), st.sampled_from(["", '<meta charset="{}">', '<meta content="text/html;charset={}">']))
@settings(max_examples=60)
def test_the_charset_changes_no_items(listed: Listed, declared: str) -> None:
    texts = {
        name: f"{declared.format(said)}{listed.page()}".encode(name)
        for name, said in (("utf-8", "gbk"), ("gbk", "utf-8"), ("gb18030", "gb2312"))
    }
    items = {name: read(body, None).items for name, body in texts.items()}
    assert items["utf-8"] == items["gbk"] == items["gb18030"]


@given(lists(), st.integers(2, 4000))
@settings(max_examples=40)
def test_a_row_in_the_future_neither_counts_nor_hides_the_others(listed: Listed, ahead: int) -> None:
    day = TODAY + timedelta(days=ahead)
    row = f'<li><a href="/tzgg/later.html">关于召开座谈会的预告</a><span>{day}</span></li>'
    facts = read(f"<html><body><ul>{row}</ul>{''.join(listed.pieces)}</body></html>")
    assert newest(facts) == listed.newest
    later = [item for item in facts.items if item.date_rule.endswith("future")]
    assert [item.published_on for item in later] == [day]
