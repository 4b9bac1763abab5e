# ruff: noqa: E501 - a page to a line
"""Service guides: labels with and without content, in every layout; what cannot be told is not judged."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.guides import ATTACHED, NO_GUIDE, NO_PANES, SCRIPTED, Guide, read_guide
from jiancha.standard import load_standard
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
ELEMENTS = load_standard("guoban-2019").service_elements
ALL = {element.id for element in ELEMENTS}


def guide(html: str, title: str = "社会团体成立登记") -> Guide:
    body = f"<html><body><h1>社会团体成立登记</h1>{html}</body></html>".encode()
    document = Document(body, "http://a.gov.cn/bszn/1.html", "text/html; charset=utf-8", AT)
    return read_guide(document, title=title, elements=ELEMENTS)


def present(html: str) -> set[str]:
    found = guide(html)
    assert found.judged, found.reason
    assert set(found.present) | set(found.missing) == ALL
    assert not set(found.present) & set(found.missing)
    return set(found.present) - {"name"}


def test_the_element_classes_are_the_ten_of_the_rule() -> None:
    assert [element.name for element in ELEMENTS] == [
        "事项名称", "设定依据", "申请条件", "办理材料", "办理地点", "办理时间", "联系电话", "办理流程",
        "收费标准", "办理机构",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        """<table><tr><th>法律依据</th><td>条例第九条</td></tr><tr><th>受理条件</th><td></td></tr>
        <tr><th>申请材料</th><td>申请书</td></tr><tr><th>办理程序</th><td>暂无</td></tr></table>""",
        """<table><tr><td>法律依据:</td><td>条例第九条</td><td>受理条件:</td><td>无</td></tr>
        <tr><td>申请材料:</td><td>申请书</td><td>办理程序:</td><td>-</td></tr></table>""",
        """<table><tr><th>法律依据</th><th>受理条件</th><th>申请材料</th></tr>
        <tr><td>条例第九条</td><td></td><td>申请书</td></tr></table>""",
        """<table><tr><td colspan="2">一、法律依据</td></tr><tr><td colspan="2">条例第九条</td></tr>
        <tr><td colspan="2">二、申请材料</td></tr><tr><td colspan="2">申请书</td></tr>
        <tr><td colspan="2">三、办理程序</td></tr><tr><td colspan="2"></td></tr></table>""",
        """<dl><dt>法律依据</dt><dd>条例第九条</dd><dt>受理条件</dt><dd></dd><dt>申请材料</dt><dd>申请书</dd></dl>""",
        """<div><h3>一、法律依据</h3><p>条例第九条</p><h3>二、受理条件</h3><p></p><h3>(三)申请材料</h3>
        <p>申请书</p><h3>四、办理程序</h3><p>待补充</p></div>""",
        """<div><p><b>法律依据:</b>条例第九条</p><p><b>受理条件:</b></p><p><b>申请材料:</b>申请书</p></div>""",
        """<div><p>法律依据:条例第九条</p><p>受理条件:暂无</p><p>申请材料:申请书</p></div>""",
        """<div><p>【法律依据】条例第九条</p><p>【受理条件】</p><p>【申请材料】申请书</p></div>""",
        """<ul><li>法律依据</li><li>受理条件</li><li>申请材料</li></ul>
        <div><div>条例第九条</div><div></div><div>申请书</div></div>""",
        """<div><ul><li><a href="#a">法律依据</a></li><li><a href="#b">受理条件</a></li>
        <li><a href="#c">申请材料</a></li></ul></div><div class="pane">条例第九条</div>
        <div class="pane">暂无</div>
        <div class="pane">申请书</div>""",
    ],
)
def test_layouts(html: str) -> None:
    assert present(html) == {"basis", "materials"}


def row(label: str, content: str) -> str:
    return (
        f"<table><tr><th>法律依据</th><td>条例</td></tr><tr><th>{label}</th><td>{content}</td></tr></table>"
    )


@pytest.mark.parametrize("content", ["", " ", "暂无", "无", "-", "——", "待补充", "/", "暂无内容", "&nbsp;"])
def test_a_label_without_content_is_missing(content: str) -> None:
    assert present(row("申请材料", content)) == {"basis"}


@pytest.mark.parametrize(
    "content",
    ["申请书", "详见附件", '<a href="a.doc"></a>', '<img src="a.png">', "无需提交材料", "1"],
)
def test_content_is_present(content: str) -> None:
    assert present(row("申请材料", content)) == {"basis", "materials"}


@pytest.mark.parametrize("content", ["不收费", "无", "免费"])
def test_nothing_is_an_answer_to_what_it_costs(content: str) -> None:
    assert present(row("收费标准", content)) == {"basis", "fee"}


@pytest.mark.parametrize("content", ["", "-", "待补充"])
def test_no_answer_to_what_it_costs_is_none(content: str) -> None:
    assert present(row("收费标准", content)) == {"basis"}


def test_one_label_for_two_classes() -> None:
    html = row("申请材料", "申请书") + row("办理时间和地点", "市民中心,工作日")
    assert present(html) == {"basis", "materials", "place", "hours"}


def test_labels_of_other_things_do_not_lend_their_content() -> None:
    html = "<table><tr><td>法律依据</td><td>条例</td></tr><tr><td>申请材料</td><td></td></tr>"
    assert present(f"{html}<tr><td>监督方式</td><td>12345</td></tr></table>") == {"basis"}
    assert present("<p>法律依据:条例</p><p>申请材料:申请书</p><p>监督电话:12345</p>") == {
        "basis",
        "materials",
    }


def test_the_title_is_the_name_of_the_matter() -> None:
    assert "name" in guide(row("申请材料", "申请书")).present
    assert guide(row("申请材料", "申请书"), title="").title == "社会团体成立登记"


@pytest.mark.parametrize(
    "html",
    [
        "<p>今天召开了会议。</p>",
        "<p>申请材料:申请书</p>",
        '<div class="footer">地址:市民中心 电话:029-33210000 办公时间:9:00-17:00</div>',
        '<ul><li><a href="/1/">法律依据</a></li><li><a href="/2/">申请材料</a></li></ul>',
    ],
)
def test_what_labels_too_little_is_no_guide(html: str) -> None:
    assert guide(html) == Guide("社会团体成立登记", judged=False, reason=NO_GUIDE)


@pytest.mark.parametrize(
    "html",
    [
        row("申请材料", '<span id="cl"></span>') + "<script>$('#cl').html(data.cl)</script>",
        row("申请材料", "{{item.materials}}"),
        row("申请材料", '<span v-text="cl"></span>'),
    ],
)
def test_what_a_script_fills_is_not_judged(html: str) -> None:
    found = guide(html)
    assert (found.judged, found.reason, found.missing) == (False, SCRIPTED, ())


def test_a_script_beside_whole_content_does_not_matter() -> None:
    assert present(row("申请材料", "申请书") + "<script>$('#x').html(1)</script>") == {"basis", "materials"}


def test_tabs_whose_panes_are_not_found_are_not_judged() -> None:
    found = guide("<ul><li>法律依据</li><li>受理条件</li><li>申请材料</li></ul><p>条例</p>")
    assert (found.judged, found.reason) == (False, NO_PANES)


def test_hostile_pages_end_in_time() -> None:
    started = time.process_time()
    for html in (
        "<tr><td>法律依据</td><td>申请材料</td></tr>" * 20_000,
        "<li>法律依据</li>" * 20_000,
        "<p>法律依据:</p>" * 20_000,
        "法律依据:" * 20_000,
        "<dl>" + "<dt>法律依据</dt>" + "<dd></dd>" * 20_000,
        "<div>" * 400 + "法律依据:申请材料:" + "-" * 200_000,
    ):
        guide(html)
    assert time.process_time() - started < 10


def test_a_guide_that_holds_only_its_law_is_judged() -> None:
    found = guide("<h3>法律法规依据</h3><p>《社会团体登记管理条例》第十条</p>", title="社会团体登记办事指引")
    assert (found.judged, found.present) == (True, ("name", "basis"))


def test_a_guide_that_is_only_a_file_is_told_so() -> None:
    found = guide("<p><a href='/f/guide.pdf'>社会团体登记.pdf</a></p>", title="社会团体登记办事指南")
    assert (found.judged, found.reason) == (False, ATTACHED)


def test_a_page_that_names_its_law_alone_is_no_guide() -> None:
    assert guide("<h3>法律依据</h3><p>《条例》第十条</p>", title="关于登记工作的通知").reason == NO_GUIDE


def test_other_words_for_the_same() -> None:
    html = "<p>一、受理范围</p><p>境内企业</p><p>二、申请人与申请方式</p><p>登录系统办理</p><p>三、办理流程</p><p>网上申请</p><p>四、办理时限</p><p>15日</p><p>五、联系方式</p><p>010-59190000</p>"
    assert {"conditions", "procedure", "hours", "telephone"} <= present(html)


def test_what_prose_speaks_of_under_another_heading_is_not_lacking() -> None:
    html = "<p>一、受理范围</p><p>境内企业</p><p>二、办理流程</p><p>网上申请后提交如下资料:1.申请表;2.执照。15个工作日的时限内办结。</p>"
    assert "materials" in present(html)
    table = "<table><tr><td>受理条件</td><td>境内企业</td></tr><tr><td>办理流程</td><td>提交材料</td></tr></table>"
    assert "materials" in guide(table).missing
