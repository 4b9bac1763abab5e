"""Rows: the date belongs to the row, never to the title."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest

from jiancha.pages.items import Item, Rows
from jiancha.pages.outline import outline, parse
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, 0, tzinfo=ZONE)
URL = "http://a.gov.cn/tzgg/index.html"
TITLE = "关于开展春季安全检查的通知"


def lists(html: str) -> list[Item]:
    return Rows(outline(parse(f"<html><body>{html}</body></html>"), URL), AT).lists()


def only(html: str) -> Item:
    (item,) = lists(html)
    return item


@pytest.mark.parametrize(
    "row",
    [
        '<ul><li><a href="1.html">%T</a><span>2021-02-19</span></li></ul>',
        '<ul><li><span>[02-19]</span><a href="1.html">%T</a></li></ul>',
        '<ul><li><a href="1.html">关于开展春季安全检查的通知<span>2021/2/19</span></a></li></ul>',
        '<table><tr><td>1</td><td><a href="1.html">%T</a></td><td>2021年2月19日</td></tr></table>',
        '<dl><dt><a href="1.html">%T</a></dt><dd>2021.2.19</dd></dl>',
        '<div class="i"><div class="d"><b>19</b><i>2021-02</i></div><div><a href="1.html">%T</a></div></div>',
        '<a href="1.html"><div><p>19</p><p>2021-02</p></div><h4>%T</h4><p>现通知如下。</p></a>',
        '<ul><li><a href="1.html">%T</a> 市应急局 2021-02-19 10:08</li></ul>',
        '<ul><li><a href="1.html">%T</a><span>2021</span><b>02-19</b></li></ul>',
        '<ul><li><a href="/gs/">[公示]</a><a href="1.html">%T</a><i>2021-02-19</i></li></ul>',
        '<ul><li><a href="1.html"><img src="x.jpg"></a><a href="1.html">%T</a><i>2021-02-19</i></li></ul>',
        '<table><tr><td><a href="1.html">%T</a></td></tr><tr><td>2021-02-19</td></tr></table>',
        '<ul><li><a href="1.html" title="%T">关于开展春季… 2021-02-19</a></li></ul>',
    ],
)  # fmt: skip
def test_rows_of_all_shapes(row: str) -> None:
    item = next(item for item in lists(row.replace("%T", TITLE)) if len(item.title) > 4)
    assert (item.title, item.published_on) == (TITLE, date(2021, 2, 19))
    assert item.url == "http://a.gov.cn/tzgg/1.html"


@pytest.mark.parametrize(
    "title", ["2021年2月19日空气质量日报", "关于2021-02-19停水的通知", "2021-02-19 至 2021-03-01 停水通知"]
)
def test_a_date_in_the_title_is_not_the_item_s(title: str) -> None:
    assert lists(f'<ul><li><a href="1.html">{title}</a></li><li><a href="2.html">{title}</a></li></ul>') == []
    assert only(f'<ul><li><a href="1.html">{title}</a><i>2021-03-02</i></li></ul>').published_on == date(
        2021, 3, 2
    )


def test_a_summary_does_not_date_its_item() -> None:
    html = f"""<div class="i"><div><b>05</b><i>2021-03</i></div><div><a href="1.html">{TITLE}</a>
    <p>2021年2月19日,市局召开会议。</p></div></div>"""
    assert only(html).published_on == date(2021, 3, 5)


def test_a_label_decides_between_dates() -> None:
    dates = "成文日期\uff1a2021-03-15 发布日期\uff1a2021-03-20"
    html = f'<ul><li><a href="1.html">{TITLE}</a><p>{dates}</p></li></ul>'
    assert only(html).published_on == date(2021, 3, 20)


def test_the_day_of_writing_is_not_the_day_of_publishing() -> None:
    html = f'<ul><li><a href="1.html">{TITLE}</a><p>成文日期\uff1a2021-03-15</p></li></ul>'
    assert all(item.published_on is None for item in lists(html))


def test_the_head_of_a_table_decides_between_columns() -> None:
    html = f"""<table><thead><tr><th>标题</th><th>发布日期</th><th>截止日期</th></tr></thead><tbody>
    <tr><td><a href="1.html">{TITLE}</a></td><td>2021-02-19</td><td>2021-03-30</td></tr></tbody></table>"""
    assert only(html).published_on == date(2021, 2, 19)


def test_neighbouring_dates_before_and_after() -> None:
    after = "".join(f'<p><a href="{n}.html">{TITLE}{n}</a></p><p>2021-02-{n:02}</p>' for n in (11, 12, 13))
    before = "".join(f'<p>2021-02-{n:02}</p><p><a href="{n}.html">{TITLE}{n}</a></p>' for n in (11, 12, 13))
    for html in (after, before):
        items = lists(f"<div>{html}</div>")
        assert [(item.url[-7:-5], item.published_on.day if item.published_on else 0) for item in items] == [
            ("11", 11), ("12", 12), ("13", 13),
        ]  # fmt: skip


def test_todays_date_beside_a_link_is_no_item() -> None:
    assert lists('<div>今天是2021年3月31日 <a href="/x/">关怀版</a></div>') == []


def test_items_in_comments_are_no_items() -> None:
    assert lists(f'<ul><!-- <li><a href="1.html">{TITLE}</a><span>2021-02-19</span></li> --></ul>') == []


def test_undated_rows_count_where_they_stand_among_dated_ones() -> None:
    html = f"""<ul class="nav"><li><a href="/a/">政务公开</a></li></ul><div><ul>
    <li><a href="1.html">{TITLE}甲</a></li>
    <li><a href="2.html">{TITLE}乙</a><i>2021-02-19</i></li></ul></div>"""
    assert [(item.title[-1], item.published_on) for item in lists(html)] == [
        ("甲", None),
        ("乙", date(2021, 2, 19)),
    ]


def test_recommended_lists_are_not_the_page_s_own() -> None:
    own = f'<div class="main"><ul><li><a href="1.html">{TITLE}</a><i>2019-02-19</i></li></ul></div>'
    hot = f'<div class="side-bar hot"><ul><li><a href="2.html">{TITLE}</a><i>2021-03-30</i></li></ul></div>'
    assert [item.published_on for item in lists(own + hot)] == [date(2019, 2, 19)]


def test_items_whose_address_only_a_script_knows_stay_apart() -> None:
    html = "".join(
        f'<li><a href="javascript:;" onclick="show({n})">{TITLE}{n}</a><i>2021-02-1{n}</i></li>'
        for n in (1, 2)
    )
    items = lists(f"<ul>{html}</ul>")
    assert [(item.url, item.published_on) for item in items] == [
        ("", date(2021, 2, 11)),
        ("", date(2021, 2, 12)),
    ]


@pytest.mark.parametrize(
    "mark", ["<em>[置顶]</em>", "<b>置顶</b>", '<img src="/images/top.gif">', '<img alt="置顶" src="a.gif">']
)
def test_pinned_rows(mark: str) -> None:
    first = f'<li>{mark}<a href="1.html">{TITLE}</a><i>2018-02-19</i></li>'
    html = f'<ul>{first}<li><a href="2.html">{TITLE}</a><i>2021-02-19</i></li></ul>'
    assert [item.pinned for item in lists(html)] == [True, False]


def test_dates_in_the_future_are_kept_and_marked() -> None:
    days = ("2031-02-19", "1970-01-01")
    html = "".join(f'<li><a href="{day}.html">{TITLE}</a><i>{day}</i></li>' for day in days)
    first, second = lists(f"<ul>{html}</ul>")
    assert (first.published_on, first.date_rule) == (date(2031, 2, 19), "row:full:future")
    assert second.published_on is None


def test_a_time_of_day_is_kept() -> None:
    item = only(f'<ul><li><a href="1.html">{TITLE}</a><i>2021-02-19 10\u223608</i></li></ul>')
    assert item.published_at == datetime(2021, 2, 19, 10, 8, tzinfo=ZONE)


def test_the_base_of_the_page_is_heeded() -> None:
    html = f'<ul><li><a href="1.html">{TITLE}</a><i>2021-02-19</i></li></ul>'
    page = outline(parse(f'<html><head><base href="/other/"></head><body>{html}</body></html>'), URL)
    assert Rows(page, AT).lists()[0].url == "http://a.gov.cn/other/1.html"


def test_hostile_nesting_is_read_in_time() -> None:
    """200,000 nested elements took the parser minutes; the list after them is still read."""
    html = (
        "<div>" * 200_000
        + "</div>" * 200_000
        + f'<ul><li><a href="1.html">{TITLE}</a><i>2021-02-19</i></li></ul>'
    )
    assert only(html).published_on == date(2021, 2, 19)


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        ("<i>2021-02-19</i><i>2021-03-05</i>", date(2021, 3, 5)),
        ("2021-02-19 2021-03-05", date(2021, 3, 5)),
        ("<i>2021-02-19</i><i>2021-05-05</i>", date(2021, 2, 19)),  # one of them is yet to come
        ("<i>发布日期\uff1a2021-02-19</i><i>2021-03-05</i>", date(2021, 2, 19)),
        ("<i>截止日期\uff1a2021-03-05</i><i>2021-02-19</i>", date(2021, 2, 19)),
    ],
)
def test_of_two_dates_the_labelled_else_the_newest(dates: str, day: date) -> None:
    assert only(f'<ul><li><a href="1.html">{TITLE}</a>{dates}</li></ul>').published_on == day


@pytest.mark.parametrize("head", ["成文日期", "截止时间", "有效期", "开标时间"])
def test_a_table_of_other_dates_dates_nothing(head: str) -> None:
    """What is told by a label in a row is told by the head of a table as well."""
    html = f"""<table><tr><th>标题</th><th>{head}</th></tr>
    <tr><td><a href="1.html">{TITLE}</a></td><td>2021-03-15</td></tr></table>"""
    assert all(item.published_on is None for item in lists(html))
    dated = html.replace("</th></tr>", "</th><th>时间</th></tr>").replace(
        "15</td></tr>", "15</td><td>2021-03-02</td></tr>"
    )
    assert only(dated).published_on == date(2021, 3, 2)


def test_rows_within_rows_keep_their_own_dates() -> None:
    def quarter(name: str, *numbers: int) -> str:
        inner = "".join(f'<li><a href="{n}.html">{TITLE}{n}</a><i>2021-02-{n}</i></li>' for n in numbers)
        return f"<li>{name} 2021-03-30<ul>{inner}</ul></li>"

    items = lists(f"<ul>{quarter('一季度', 11, 12)}{quarter('二季度', 13)}</ul>")
    assert [(item.title[-2:], item.published_on) for item in items] == [
        (str(n), date(2021, 2, n)) for n in (11, 12, 13)
    ]


def test_rows_of_a_table_within_a_table_keep_their_own_dates() -> None:
    inner = "".join(
        f'<tr><td><a href="{n}.html">{TITLE}{n}</a></td><td>2021-02-{n}</td></tr>' for n in (11, 12)
    )
    html = f"<table><tr><td><table>{inner}</table></td><td>2021-03-30</td></tr></table>"
    assert [item.published_on for item in lists(html)] == [date(2021, 2, 11), date(2021, 2, 12)]


def test_a_date_in_a_comment_dates_nothing() -> None:
    html = f'<ul><li><a href="1.html">{TITLE}</a><!-- <i>2021-03-01</i> --><i>2019-01-01</i></li></ul>'
    assert only(html).published_on == date(2019, 1, 1)


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="1.html" title="{"<" * 100_000}x">a</a>',
        '<a href="1.html">' + "<b>&lt;</b>" * 10_000 + "x</a>",
        f'<ul><li><a href="1.html">{TITLE}</a>' + f"<b>{'2021-02-19 ' * 360}</b>" * 25 + "</li></ul>",
        f'<ul><li><a href="1.html">{TITLE}</a><p>{"1" * 100_000}</p></li></ul>',
        "".join(f'<p><a href="{n}">{TITLE}</a></p><p>2021-02-19</p>' for n in range(1000)),
    ],
)
def test_hostile_rows_are_read_in_time(html: str) -> None:
    """Titles of signs took the pager's pattern minutes, rows of thousands of dates their labels."""
    began = time.process_time()
    lists(html)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ("(2020-12-28)", date(2020, 12, 28)),
        ("\uff082020年12月28日\uff09", date(2020, 12, 28)),
        ("[2020/12/28]", date(2020, 12, 28)),
        ("\u30102020.12.28\u3011", date(2020, 12, 28)),
        ("[12-28]", date(2020, 12, 28)),
    ],
)
def test_a_date_in_brackets_at_the_end_of_every_title_is_the_row_s(end: str, day: date) -> None:
    """Such lists repeat the title as a summary, and their links may be known to scripts alone."""
    rows = "".join(
        f'<a class="box" href="{href}"><h3>关于第{n}次检查的通知{end}</h3><p>关于第{n}次检查的通知</p></a>'
        for n, href in enumerate(["1.html", "2.html", "javascript:;"])
    )
    assert [item.published_on for item in lists(f"<ul>{rows}</ul>")] == [day, day, day]


def test_a_bracketed_date_of_one_title_among_many_is_the_title_s() -> None:
    titles = ["停水通知(2021-02-19)", "关于召开会议的通知", "关于春季植树的通知", "关于安全检查的通知"]
    rows = "".join(f'<li><a href="{n}.html">{title}</a></li>' for n, title in enumerate(titles))
    assert lists(f"<ul>{rows}</ul>") == []
    dated = "".join(
        f'<li><a href="{n}.html">{title}</a><i>2021-03-0{n + 1}</i></li>' for n, title in enumerate(titles)
    )
    assert [item.published_on for item in lists(f"<ul>{dated}</ul>")] == [
        date(2021, 3, n) for n in (1, 2, 3, 4)
    ]


@pytest.mark.parametrize("label", ["日间", "时间", "上线", "日期"])
def test_a_label_of_the_page_s_own_making_in_an_element_named_for_dates(label: str) -> None:
    said = f'<p>摘要</p><i class="date Cdate">{label}\uff1a2021-02-19 </i>'
    row = f'<li><a href="1.html"><h2>{TITLE}</h2>{said}</a></li>'
    assert only(f"<ul>{row}</ul>").published_on == date(2021, 2, 19)


@pytest.mark.parametrize("label", ["会议", "截止", "报名", "受理日"])
def test_a_label_of_another_date_is_none_there_either(label: str) -> None:
    said = f'<p>摘要</p><i class="date">{label}\uff1a2021-02-19</i>'
    row = f'<li><a href="1.html"><h2>{TITLE}</h2>{said}</a></li>'
    assert lists(f"<ul>{row}</ul>") == []


@pytest.mark.parametrize(
    ("heading", "day"),
    [("2020年", date(2020, 2, 10)), ("2019年度", date(2019, 2, 10)), ("2018年工作动态", date(2018, 2, 10))],
)
def test_the_year_stands_in_the_heading_above_the_list(heading: str, day: date) -> None:
    rows = f'<h3>{heading}</h3><ul><li><a href="1.html">{TITLE}</a><i>02-10</i></li></ul>'
    assert only(rows).published_on == day


def test_each_part_of_a_list_has_the_year_of_its_own_heading() -> None:
    parts = "".join(
        f'<h4>{year}年</h4><ul><li><a href="{year}1.html">关于第一次检查的通知</a><i>03-01</i></li>'
        f'<li><a href="{year}2.html">关于第二次检查的通知</a><i>02-01</i></li></ul>'
        for year in (2020, 2019)
    )
    assert [item.published_on for item in lists(f"<div>{parts}</div>")] == [
        date(2020, 3, 1), date(2020, 2, 1), date(2019, 3, 1), date(2019, 2, 1),
    ]  # fmt: skip


def test_the_rows_below_a_known_one_are_not_newer() -> None:
    """07-27 has its year by its address, the others by their places below it."""
    rows = "".join(
        f'<li><a href="{href}">关于检查的通知{n}</a><em>[{day}]</em></li>'
        for n, (href, day) in enumerate(
            [
                ("202007/t20200727_1.html", "07-27"),
                ("2.html", "06-12"),
                ("3.html", "10-29"),
                ("4.html", "02-28"),
            ]
        )
    )
    assert [item.published_on for item in lists(f"<ul>{rows}</ul>")] == [
        date(2020, 7, 27), date(2020, 6, 12), date(2019, 10, 29), date(2019, 2, 28),
    ]  # fmt: skip


def test_a_day_that_its_own_address_contradicts_is_unknown() -> None:
    rows = "".join(
        f'<li><a href="/zcfg/201705/t20170520_{n}.html">社会保险宣传资料{n}</a><span>{day}</span></li>'
        for n, day in enumerate(["10-31", "02-25"])
    )
    assert lists(f"<ul>{rows}</ul>") == []


SUMMARY = "为贯彻上级要求,请各单位于3月2日参加。"


@pytest.mark.parametrize(
    "entry",
    [
        '<h4><a href="%N.html">%T%N</a></h4><p>%S</p><p>发布时间:2021-02-0%N</p>',
        '<div class="t"><a href="%N.html">%T%N</a></div><div>%S</div><div>科室 发布时间:2021-02-0%N</div>',
        '<dt><a href="%N.html">%T%N</a></dt><dd>%S</dd><dd>2021-02-0%N</dd>',
        '<tr><td><a href="%N.html">%T%N</a></td></tr><tr><td>%S</td></tr><tr><td>2021年2月%N日</td></tr>',
        '<a href="%N.html">[2021-02-0%N] %T%N</a>',
        '<li><a href="%N.html">2021-02-0%N %T%N</a></li>',
        '<li><a href="%N.html"><img src="%N.jpg" alt="%T%N"></a><br>2021-02-0%N</li>',
        '<div><a href="%N.html"><img src="%N.jpg"></a><div>%T%N</div><div>2021-02-0%N</div></div>',
        '<li><a href="%N.html">%T%N</a><i>2021-02-0%N 06:40更新</i></li>',
    ],
)
def test_entries_built_of_several_elements(entry: str) -> None:
    html = "".join(entry.replace("%N", f"{n}").replace("%T", TITLE).replace("%S", SUMMARY) for n in (3, 2, 1))
    for tag in {"<dt": "dl", "<tr": "table", "<li": "ul"}.get(entry[:3], "div"), "div":
        if tag == "div" and entry.startswith("<tr"):
            continue  # no rows without a table
        items = lists(f"<{tag}>{html}</{tag}>")
        assert [item.published_on for item in items] == [date(2021, 2, n) for n in (3, 2, 1)]
        assert all(TITLE in item.title for item in items)


def test_one_title_with_a_date_below_its_summary_is_no_list() -> None:
    assert lists(f'<h1><a href="1.html">{TITLE}</a></h1><p>{SUMMARY}</p><p>发布时间:2021-02-01</p>') == []


def box(name: str, count: int, year: int) -> str:
    rows = "".join(
        f'<li><a href="/{name}/{n}.html">今日召开第{n}次工作会议</a><i>{year}-03-0{n}</i></li>'
        for n in range(1, count + 1)
    )
    return f'<div><div><h3>最新动态</h3><a href="/{name}/">更多&gt;&gt;</a></div><ul>{rows}</ul></div>'


def test_a_shorter_list_of_another_column_is_not_the_page_s_own() -> None:
    own = "".join(f'<li><a href="{n}.html">{TITLE}{n}</a><i>2018-02-0{n}</i></li>' for n in range(1, 7))
    for html in (
        box("gzdt", 3, 2021) + f"<div><ul>{own}</ul></div>",
        f"<div><ul>{own}</ul></div>" + box("gzdt", 1, 2021),
    ):
        assert {item.published_on.year for item in lists(html) if item.published_on} == {2018}


def test_a_shorter_list_of_another_column_does_not_date_an_undated_one() -> None:
    own = "".join(f'<li><a href="{n}.html">{TITLE}{n}</a></li>' for n in range(1, 7))
    assert lists(box("gzdt", 3, 2021) + f"<div><ul>{own}</ul></div>") == []


def test_boxes_of_a_section_s_columns_are_its_own() -> None:
    """They lead on to the section's folder; where all lead elsewhere, they are all that the page shows."""
    assert len(lists(box("tzgg/a", 2, 2021) + box("tzgg/b", 3, 2020))) == 5
    assert len(lists(box("a", 2, 2021) + box("b", 3, 2020))) == 5


@pytest.mark.parametrize(
    "entry",
    [
        '<h4><a href="%N.html">关于检查的通知</a></h4><p>摘要</p><p>发布时间:2021-02-01</p>',
        '<div>动态<a href="/x%N/">更多</a><p><a href="%N.html">关于检查的通知</a><i>02-01</i></p></div>',
        '<div><a href="%N.html"><img src="1.jpg"></a><p>活动现场图片</p><i>2021-02-01</i></div>',
        '<a href="%N.html">关于检查的通知(2021-02-01)</a>',
    ],
)
def test_thousands_of_entries_are_read_in_time(entry: str) -> None:
    page = outline(parse("".join(entry.replace("%N", str(n)) for n in range(4_000))), URL)
    began = time.process_time()
    rows = Rows(page, AT)
    assert len(rows.lists()) == 4_000
    assert rows.only_recommended is False
    assert time.process_time() - began < 5
