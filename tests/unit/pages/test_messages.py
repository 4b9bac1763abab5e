# ruff: noqa: E501 - a page to a line
"""Messages and their answers: lists under heads, rows with states, cards, and a message's own page."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.messages import Message, read_message, read_messages
from jiancha.windows import ZONE

AT = datetime(2021, 2, 16, 9, tzinfo=ZONE)
URL = "http://a.gov.cn/hdjl/jzxx/"
NAV = (
    '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/hdjl/jzxx/">局长信箱</a></li></ul></div>'
)
ONE = '<a href="1.html">居住证怎么办理</a>'
TWO = '<a href="2.html">老旧小区改造何时开始</a>'
FIRST = Message(
    "居住证怎么办理", "http://a.gov.cn/hdjl/jzxx/1.html", date(2020, 9, 1), date(2020, 9, 9), "answered"
)
SECOND = Message("老旧小区改造何时开始", "http://a.gov.cn/hdjl/jzxx/2.html", date(2020, 10, 2), None, "open")


def listed(html: str) -> list[Message]:
    body = f"<html><body>{NAV}{html}</body></html>".encode()
    return list(read_messages(Document(body, URL, "text/html; charset=utf-8", AT)))


def own(html: str) -> Message:
    body = f"<html><body>{NAV}<h1>居住证怎么办理</h1>{html}</body></html>".encode()
    return read_message(Document(body, URL + "1.html", "text/html; charset=utf-8", AT))


def states(html: str) -> list[tuple[date | None, str]]:
    return [(message.asked_on, message.status) for message in listed(html)]


@pytest.mark.parametrize(
    "html",
    [
        f"""<table><tr><th>标题</th><th>来信时间</th><th>答复时间</th><th>状态</th></tr>
        <tr><td>{ONE}</td><td>2020-09-01</td><td>2020-09-09</td><td>已答复</td></tr>
        <tr><td>{TWO}</td><td>2020-10-02</td><td></td><td>处理中</td></tr></table>""",
        f"""<table><thead><tr><td>序号</td><td>信件主题</td><td>状态</td><td>提交日期</td><td>办结时间</td></tr></thead>
        <tbody><tr><td>1</td><td>{ONE}</td><td>办结</td><td>2020/9/1</td><td>2020年9月9日</td></tr>
        <tr><td>2</td><td>{TWO}</td><td>受理中</td><td>2020/10/2</td><td>-</td></tr></tbody></table>""",
        f"""<div><ul class="h"><li>留言标题</li><li>留言日期</li><li>回复日期</li><li>办理状态</li></ul>
        <ul><li>{ONE}</li><li>2020-09-01</li><li>2020-09-09</li><li>已回复</li></ul>
        <ul><li>{TWO}</li><li>2020-10-02</li><li></li><li>待回复</li></ul></div>""",
        f"""<ul><li>{ONE}<span>留言时间:2020-09-01</span><span>回复时间:2020-09-09</span></li>
        <li>{TWO}<span>留言时间:2020-10-02</span><span>状态:未回复</span></li></ul>""",
        f"""<div class="card"><h4>{ONE}</h4><p>提问时间:2020-09-01</p><p>答复时间:2020-09-09</p></div>
        <div class="card"><h4>{TWO}</h4><p>提问时间:2020-10-02</p><p>办理状态:办理中</p></div>""",
    ],
)
def test_lists_of_all_shapes(html: str) -> None:
    assert listed(html) == [FIRST, SECOND]


def test_states_without_days_of_answers() -> None:
    html = f"""<ul><li>{ONE}<em>[已回复]</em><span>2020-09-01</span></li>
    <li>{TWO}<em>[未回复]</em><span>2020-10-02</span></li></ul>"""
    assert listed(html) == [FIRST._replace(answered_on=None), SECOND]


def test_cards_on_one_page() -> None:
    html = """<div class="card"><div><p>问:居住证怎么办理</p><p>提问时间:2020-09-01</p></div>
    <div><p>答:请到窗口办理。</p><p>答复时间:2020-09-09</p></div></div>
    <div class="card"><div><p>问:老旧小区改造何时开始</p><p>提问时间:2020-10-02</p></div>
    <div><p>暂无回复</p></div></div>
    <div class="card"><div><p>问:公交线路</p><p>提问时间:2020-10-03</p></div>
    <div><p>答:已安排。</p></div></div>"""
    assert listed(html) == [
        FIRST._replace(url=URL),
        SECOND._replace(url=URL),
        Message("公交线路", URL, date(2020, 10, 3), None, "answered"),
    ]


@pytest.mark.parametrize("state", ["未回复", "待回复", "处理中", "办理中", "受理中", "未答复", "尚未办结"])
def test_words_of_open_messages(state: str) -> None:
    row = f"<tr><td>{ONE}</td><td>2020-09-01</td><td>{state}</td></tr>"
    assert states(f"<table><tr><th>标题</th><th>日期</th><th>状态</th></tr>{row}</table>") == [
        (date(2020, 9, 1), "open")
    ]


@pytest.mark.parametrize("state", ["已回复", "已答复", "已办结", "办结", "[已处理]", "已完成", "不予受理"])
def test_words_of_answered_messages(state: str) -> None:
    row = f"<tr><td>{ONE}</td><td>2020-09-01</td><td>{state}</td></tr>"
    assert states(f"<table><tr><th>标题</th><th>日期</th><th>状态</th></tr>{row}</table>") == [
        (date(2020, 9, 1), "answered")
    ]


@pytest.mark.parametrize("state", ["", "已受理", "已审核", "公开", "3", "<img src=a.gif>"])
def test_a_state_that_cannot_be_told_is_unknown(state: str) -> None:
    row = f"<tr><td>{ONE}</td><td>2020-09-01</td><td>{state}</td></tr>"
    assert states(f"<table><tr><th>标题</th><th>日期</th><th>状态</th></tr>{row}</table>") == [
        (date(2020, 9, 1), "unknown")
    ]


def test_an_empty_day_of_the_answer_alone_is_no_open_message() -> None:
    html = f"""<table><tr><th>标题</th><th>来信时间</th><th>答复时间</th></tr>
    <tr><td>{ONE}</td><td>2020-09-01</td><td></td></tr></table>"""
    assert states(html) == [(date(2020, 9, 1), "unknown")]


def test_a_plain_list_of_titles_tells_no_states() -> None:
    html = f"<ul><li>{ONE}<span>2020-09-01</span></li><li>{TWO}<span>2020-10-02</span></li></ul>"
    assert states(html) == [(date(2020, 9, 1), "unknown"), (date(2020, 10, 2), "unknown")]


def test_filters_are_no_messages() -> None:
    filters = '<div><a href="?s=1">已回复</a> <a href="?s=2">未回复</a> <a href="?s=3">办理中</a></div>'
    assert listed(filters) == []
    html = f"{filters}<ul><li>{ONE}<span>2020-09-01</span></li></ul>"
    assert states(html) == [(date(2020, 9, 1), "unknown")]


def test_rows_without_a_state_stand_among_those_with_one() -> None:
    html = f"""<ul><li>{ONE}<em>已回复</em><i>2020-09-01</i></li><li>{TWO}<i>2020-10-02</i></li></ul>"""
    assert states(html) == [(date(2020, 9, 1), "answered"), (date(2020, 10, 2), "unknown")]


def test_pages_without_messages() -> None:
    assert listed("<p>暂无留言</p>") == []
    assert listed('<form><textarea name="q"></textarea></form>') == []
    assert listed("<p>咨询电话:029-33210000</p>") == []


@pytest.mark.parametrize(
    ("html", "asked", "answered", "status"),
    [
        (
            "<table><tr><th>来信时间</th><td>2020-09-01</td></tr><tr><th>答复时间</th><td>2020-09-09</td></tr></table>",
            date(2020, 9, 1),
            date(2020, 9, 9),
            "answered",
        ),
        ("<p>留言时间:2020-09-01 状态:处理中</p><p>我想问问</p>", date(2020, 9, 1), None, "open"),
        ("<p>留言时间:2020-09-01</p><p>我想问问</p>", date(2020, 9, 1), None, "unknown"),
        ("<p>提问时间:2020-09-01</p><p>答复内容:您好,请到窗口办理</p>", date(2020, 9, 1), None, "answered"),
        ("<p>提问时间:2020-09-01</p><p>答复内容:</p><p>答复单位:</p>", date(2020, 9, 1), None, "unknown"),
        ("<p>提问时间:2020-09-01</p><p>回复:暂无</p>", date(2020, 9, 1), None, "open"),
        (
            "<p>提问时间:2020-09-01 状态:处理中</p><p>回复:您好,已转办</p>",
            date(2020, 9, 1),
            None,
            "answered",
        ),
        ("<p>我于2020-08-01提交过材料</p>", None, None, "unknown"),
        ("<p>留言时间:2031-09-01</p>", None, None, "unknown"),
    ],
)
def test_a_message_s_own_page(html: str, asked: date | None, answered: date | None, status: str) -> None:
    message = own(html)
    assert (message.asked_on, message.answered_on, message.status) == (asked, answered, status)


def test_hostile_pages_end_in_time() -> None:
    started = time.process_time()
    for html in (
        "<p>提问时间:2020-09-01</p>" * 20_000,
        "<li>已回复</li>" * 20_000,
        "<div>" * 5_000 + "留言时间:",
        "答复内容" * 50_000,
        "<tr><td>标题</td><td>状态</td></tr>" * 5_000,
    ):
        listed(html)
        own(html)
    assert time.process_time() - started < 10


def test_rows_wholly_within_their_links() -> None:
    row = "<li><a href='{0}.html'><div>{1}</div><div>[提交时间:{2}]<span>回复人:某局</span>[回复时间:{3}]</div></a></li>"
    rows = [
        row.format(1, "如何查询房产信息", "2020-09-01", "2020-09-09"),
        row.format(2, "如何提取公积金", "2020-08-01", "2020-08-02"),
    ]
    assert [(m.title, m.asked_on, m.answered_on) for m in listed(f"<ul>{''.join(rows)}</ul>")] == [
        ("如何查询房产信息", date(2020, 9, 1), date(2020, 9, 9)),
        ("如何提取公积金", date(2020, 8, 1), date(2020, 8, 2)),
    ]


def test_lines_of_titles_and_lines_of_days_take_turns() -> None:
    html = f"<ul><li>{ONE}</li><li>来信时间:2020-09-01 <b>已答复</b></li><li>{TWO}</li><li>来信时间:2020-10-02 <b>未答复</b></li></ul>"
    assert [(m.title, m.asked_on, m.status) for m in listed(html)] == [
        ("居住证怎么办理", date(2020, 9, 1), "answered"),
        ("老旧小区改造何时开始", date(2020, 10, 2), "open"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        f"<table><tr><th>标题</th><th>单位</th><th>回复时间</th></tr><tr><td>{ONE}</td><td>某局</td><td>2020-09-09</td></tr></table>",
        f"<title>回复选登</title><ul><li>{ONE}<span>2020-09-09</span></li></ul>",
    ],
)
def test_the_day_of_a_reply_is_not_the_day_of_asking(html: str) -> None:
    assert [(m.asked_on, m.answered_on, m.status) for m in listed(html)] == [
        (None, date(2020, 9, 9), "answered")
    ]
