"""Lists as they are laid out in the wild: every form shows the same four items, the newest of 9 February."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind, read_page
from jiancha.windows import ZONE

AT = datetime(2021, 4, 15, 12, tzinfo=ZONE)
ITEMS = (
    ("关于做好春节期间值班工作的通知", "2021-02-09"),
    ("秦都区召开安全生产工作会议", "2021-02-05"),
    ("2020年度部门决算公开说明", "2021-01-28"),
    ("关于征集意见建议的公告", "2020-12-30"),
)
MENU = (
    '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>'
    '<li><a href="/zmhd/">政民互动</a></li></ul></div>'
    '<div class="pos">当前位置:<a href="/">首页</a> &gt; <a href="/tzgg/">通知公告</a></div>'
)
#: A foot that would make every page fresh if its date were taken for an item's.
FOOT = (
    '<div class="f">版权所有 2010-2021 秦都区人民政府 更新时间:2021-04-12 '
    '<a href="http://beian.example.cn">陕ICP备12345678号</a></div>'
)


def each(row: Callable[[int, str, str], str]) -> str:
    return "".join(row(number, title, day) for number, (title, day) in enumerate(ITEMS))


def listed(row: Callable[[int, str, str], str]) -> str:
    return f"<ul>{each(row)}</ul>"


def read(body: str, *, menu: bool = True) -> PageFacts:
    page = f"<html><head><title>通知公告</title></head><body>{MENU}<div>{body}</div>{FOOT}</body></html>"
    url = "http://a.gov.cn/tzgg/list.html"
    return read_page(Document(page.encode(), url, "text/html", AT), menu=menu)


def newest(facts: PageFacts) -> date | None:
    days = (item.published_on for item in facts.items if item.published_on is not None)
    return max((day for day in days if day <= AT.date()), default=None)


NUMERALS = ("二〇二一年二月九日", "二〇二一年二月五日", "二〇二一年一月二十八日", "二〇二〇年十二月三十日")
FORMS = {
    "dl dt dd label": each(
        lambda i, t, d: f'<dl><dt><a href="/a/{i}.html">{t}</a></dt><dd>发布时间:{d} 浏览次数:{i}</dd></dl>'
    ),
    "numerals": listed(lambda i, t, _: f'<li><a href="/a/{i}.html">{t}</a><span>{NUMERALS[i]}</span></li>'),
    "document.write": "<script>"
    + each(lambda i, t, d: f"document.write('<li><a href=\"/a/{i}.html\">{t}<\\/a><i>{d}</i></li>');")
    + "</script>",
    "title by script": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html"><script>var s="{t}";document.write(s.substr(0,20))</script></a>'
            f"<span>{d}</span></li>"
        )
    ),
    "link by script": listed(
        lambda i, t, d: (
            f"<li><script>var s='{t}';document.write('<a href=\"/a/{i}.html\">'+s+'</a>')</script>"
            f"<span>{d}</span></li>"
        )
    ),
    "link by a script's variables": listed(
        lambda i, t, d: (
            f"<li><script>var curHref = '/a/{i}.html'; var curTitle = '{t}'; var doing = '正在进行中的一件事情';"
            "document.write('<a href=\"' + curHref + '\" title=\"' + curTitle + '\">' + curTitle + '</a>')</script>"
            f"<span>{d}</span></li>"
        )
    ),
    "year in a comment": listed(
        lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span><!-- {d[:4]} --> {d[5:]} </span></li>'
    ),
    "objects of a script": "<script>var rows=[];"
    + each(lambda i, t, d: f"rows.push({{title:'{t}',url:'/a/{i}.html',date:'{d}'}});")
    + "show(rows)</script>",
    "lists of texts": "<script>var rows=["
    + each(lambda i, t, d: f"['{t}','/a/{i}.html','{d}'],")
    + "];show(rows)</script>",
    "facts in the title attribute": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html" title="文章标题:{t}&#13;作者:佚名&#13;更新时间:{d.replace("-", "/")}">{t}</a></li>'
        )
    ),
    "box without a year": listed(
        lambda i, t, d: (
            f'<li><div><b>{d[8:]}</b><i>{int(d[5:7])}月</i></div><a href="/a/{i}.html">{t}</a></li>'
        )
    ),
    "rows that are clicked": listed(
        lambda i, t, d: f"<li onclick=\"location.href='/a/{i}.html'\"><p>{t}</p><span>{d}</span></li>"
    ),
    "documents with what explains them": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html">{t}</a><div><ul><li><a href="/jd/{i}.html">就《{t}》答记者问</a></li></ul></div>'
            f"<span>{d}</span></li>"
        )
    ),
    "hot list beside": listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    + "<div><h3>热点推荐</h3><ul>"
    + "".join(
        f'<li><a href="/hot/{day}.html">市政府召开第{day}次常务会议</a><span>2021-04-1{day}</span></li>'
        for day in range(3)
    )
    + "</ul></div>",
    "li a span": listed(
        lambda i, t, d: f'<li><a href="/a/{i}.html" title="{t}">{t[:8]}...</a><span>{d}</span></li>'
    ),
    "[mm-dd] before": listed(
        lambda i, t, d: f'<li><span>[{d[5:]}]</span><a href="/a/t{d.replace("-", "")}_{i}.html">{t}</a></li>'
    ),
    "table head": "<table><tr><th>序号</th><th>标题</th><th>文号</th><th>发布日期</th></tr>"
    + each(
        lambda i, t, d: (
            f'<tr><td>{i}</td><td><a href="/a/{i}.html">{t}</a></td><td>咸政发〔2020〕{i}号</td><td>{d}</td></tr>'
        )
    )
    + "</table>",
    "a around": listed(lambda i, t, d: f'<li><a href="/a/{i}.html"><p>{t}</p><span>{d}</span></a></li>'),
    "dl": "<dl>" + each(lambda i, t, d: f'<dt>{d}</dt><dd><a href="/a/{i}.html">{t}</a></dd>') + "</dl>",
    "boxes": each(
        lambda i, t, d: (
            f'<div class="item"><div class="date"><b>{d[8:]}</b><i>{d[:4]}.{d[5:7]}</i></div><h3><a href="/a/{i}.html">{t}</a></h3><p>自2021年3月1日起施行,请遵照执行。</p></div>'
        )
    ),
    "text paren": listed(lambda i, t, d: f'<li>·<a href="/a/{i}.html">{t}</a> ({d})</li>'),
    "slash": listed(
        lambda i, t, d: (
            f'<li>· <a href="/a/{i}.html">{t}</a>&nbsp;&nbsp;<font>{int(d[:4])}/{int(d[5:7])}/{int(d[8:])}</font></li>'
        )
    ),
    "td time": "<table>"
    + each(lambda i, t, d: f'<tr><td><a href="/a/{i}.html">{t}</a></td><td>{d} 10:00:00</td></tr>')
    + "</table>",
    "pic": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html"><img src="x.jpg"></a><div><h4><a href="/a/{i}.html">{t}</a></h4><p>2月20日,区委召开会议,会上强调2021年12月31日前完成。</p><span>发布时间:{d}</span><span>浏览:20</span></div></li>'
        )
    ),
    "title date": listed(
        lambda i, t, d: f'<li><a href="/a/{i}.html">自2021年3月1日起施行的{t}</a><span>{d}</span></li>'
    ),
    "two dates": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html">{t}</a><p>发文字号:咸政办发〔2021〕{i}号 成文日期:2021-03-30 发布日期:{d}</p></li>'
        )
    ),
    "popup": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html">{t}</a><b>{d}</b><div class="tip" style="display:none"><table><tr><td>索引号</td><td>016-{i}</td></tr><tr><td>发布日期</td><td>{d.replace("-", "年", 1).replace("-", "月")}日</td></tr><tr><td>生成日期</td><td>2021年03月10日</td></tr></table></div></li>'
        )
    ),
    "script": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html">{t}</a><span><script>document.write(fmt("{d} 10:00:00"))</script></span></li>'
        )
    ),
    "time": listed(
        lambda i, t, d: (
            f'<li><a href="/a/{i}.html">{t}</a><time datetime="{d}T10:00:00+08:00">{int(d[5:7])}月{int(d[8:])}日</time></li>'
        )
    ),
    "onclick": listed(
        lambda i, t, d: (
            f'<li><a href="javascript:void(0)" onclick="openDetail(\'{i}\')">{t}</a><span>{d}</span></li>'
        )
    ),
    "category": listed(
        lambda i, t, d: (
            f'<li><a href="/zwgk/">[政务公开]</a><a href="/a/{i}.html">{t}</a><span>{d}</span></li>'
        )
    ),
    "han": listed(
        lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><em>{d[:4]}年{d[5:7]}月{d[8:]}日</em></li>'
    ),
    "p": "<div>" + each(lambda i, t, d: f'<p><a href="/a/{i}.html">{t}</a><span>{d}</span></p>') + "</div>",
    "flat": "<div>" + each(lambda i, t, d: f'<a href="/a/{i}.html">{t}</a><span>{d}</span><br>') + "</div>",
    "flat text": "<div>" + each(lambda i, t, d: f'<a href="/a/{i}.html">{t}</a> {d}<br>') + "</div>",
    "flat before": "<div>" + each(lambda i, t, d: f'{d} <a href="/a/{i}.html">{t}</a><br>') + "</div>",
    "table each": "<table><tr><td>"
    + each(
        lambda i, t, d: (
            f'<table><tr><td width=20><img src=d.gif></td><td><a href="/a/{i}.html">{t}</a></td><td>[{d}]</td></tr></table>'
        )
    )
    + "</td></tr></table>",
    "in link": listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t} {d}</a></li>'),
    "div grid": '<div class="list">'
    + each(
        lambda i, t, d: (
            f'<div class="row"><div class="c1"><a href="/a/{i}.html">{t}</a></div><div class="c2">区政府办公室</div><div class="c3">{d}</div></div>'
        )
    )
    + "</div>",
    "source time": listed(
        lambda i, t, d: (
            f'<li><h3><a href="/a/{i}.html">{t}</a></h3><p class="info">来源:秦都区人民政府 时间:{d} 点击:33次</p></li>'
        )
    ),
    "form/aspx": '<form><table id="GridView1">'
    + each(
        lambda i, t, d: (
            f'<tr><td align=left><a id="hl{i}" href="Show.aspx?id={i}">{t}</a></td><td><span id="lb{i}">{d.replace("-", "/")} 0:00:00</span></td></tr>'
        )
    )
    + "</table></form>",
    "nested span": listed(
        lambda i, t, d: (
            f'<li><div><a href="/a/{i}.html"><span class=t>{t}</span><span class=d><i></i>{d}</span></a></div></li>'
        )
    ),
    "y-m over d": each(
        lambda i, t, d: (
            f'<div class="news"><a href="/a/{i}.html"><div class="time"><span>{d[8:]}</span><p>{d[:7]}</p></div><div class="txt"><h4>{t}</h4><p>摘要内容,2021年3月9日发生的事。</p></div></a></div>'
        )
    ),
    "m/d over y": listed(
        lambda i, t, d: (
            f'<li><div class="l"><strong>{d[5:7]}/{d[8:]}</strong><span>{d[:4]}</span></div><a href="/a/{i}.html">{t}</a></li>'
        )
    ),
    "clock in menu": '<div>今天是2021年4月15日 星期四 <a href="/">首页</a></div><ul>'
    + each(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    + "</ul>",
    "pdf list": listed(lambda i, t, d: f'<li><a href="/a/{i}.pdf">{t}.pdf</a><span>{d}</span></li>'),
    "sidebar hot": '<div class="main"><ul>'
    + each(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    + '</ul></div><div class="hot"><ul><li><a href="/h/1.html">热点新闻一条标题</a><span>2021-04-14</span></li><li><a href="/h/2.html">热点新闻二条标题</a><span>2021-04-13</span></li></ul></div>',
    "single": '<ul><li><a href="/a/0.html">关于做好春节期间值班工作的通知</a><span>2021-02-09</span></li></ul>',
    "xxgk": '<table class="xxgk"><tr><td>索引号</td><td>名称</td><td>生成日期</td><td>公开日期</td></tr>'
    + each(
        lambda i, t, d: (
            f'<tr><td>0161-{i}</td><td><a href="/a/{i}.html">{t}</a></td><td>2021-03-2{i}</td><td>{d}</td></tr>'
        )
    )
    + "</table>",
    "dd b": listed(
        lambda i, t, d: (
            f'<li><b>{i + 1}</b><a href="/a/{i}.html">{t}</a><small>{d.replace("-", ".")}</small></li>'
        )
    ),
    "h5 p date": each(lambda i, t, d: f'<a class="li" href="/a/{i}.html"><h5>{t}</h5><p>{d}</p></a>'),
    "list comment": '<!--<ul><li><a href="/z">旧</a><span>2021-04-01</span></li></ul>-->'
    + listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>'),
    "date only md": "<h2>2021年</h2><ul>"
    + each(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d[5:7]}月{d[8:]}日</span></li>')
    + "</ul>",
    "mixed video": listed(
        lambda i, t, d: (
            f'<li><a href="/v/{i}.html"><img src="v.jpg"><span>{t}</span></a><p><span>时长:03:25</span><span>{d}</span></p></li>'
        )
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_newest_item_of_every_form_is_found(form: str) -> None:
    facts = read(FORMS[form])
    assert (facts.kind, newest(facts)) == (PageKind.LIST, date(2021, 2, 9))


@pytest.mark.parametrize("form", FORMS)
def test_no_form_hides_the_dates_of_the_other_items(form: str) -> None:
    days = {date.fromisoformat(day) for _, day in ITEMS[: 1 if form == "single" else 4]}
    assert days <= {item.published_on for item in read(FORMS[form]).items}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_is_taken_for_an_article_where_articles_are_expected(form: str) -> None:
    assert read(FORMS[form], menu=False) == read(FORMS[form])


def test_a_year_in_a_comment_speaks_of_the_day_behind_it_alone() -> None:
    old = '<li><a href="1.html">关于春节放假的通知</a><span><!-- 2014 -->02-09</span></li>'
    new = '<li><a href="2.html">关于元旦放假的通知</a><!-- 2009 --><b>新</b><span>01-05</span></li>'
    assert [item.published_on for item in read(f"<ul>{new}{old}</ul>").items] == [
        date(2021, 1, 5),
        date(2014, 2, 9),
    ]


def test_half_an_address_that_a_script_completes_is_none() -> None:
    link = "<script>document.write('<a href=\"ht'+p+'\" title=\"繁体版\">繁体</a>')</script>"
    assert not any(url.endswith("ht") for url in read(f"{link}<p>通知公告</p>").links)


INTRODUCTION = (
    "<p>本栏目公开本县人民政府及其组成部门依法应当公开的通知公告,公民、法人和其他组织可以在此查阅,如有疑问请与县政府办公室"
    "联系。</p>"
)
#: What stands above a list and speaks of the page, not of a row.
ABOVE = {
    "a tag": '<meta name="PubDate" content="2021-04-12 10:00">' + INTRODUCTION,
    "when it was updated": "<div>更新日期:2021-04-12</div>" + INTRODUCTION,
    "a script": '<script>var createTime="2021-04-12 10:00";</script>' + INTRODUCTION,
    "a box": f'<div class="time">2021-04-12</div>{INTRODUCTION}',
}


@pytest.mark.parametrize("above", ABOVE.values(), ids=ABOVE)
@pytest.mark.parametrize("form", [name for name in FORMS if name != "single"])
def test_what_stands_above_a_list_is_neither_a_row_nor_an_article_s(form: str, above: str) -> None:
    facts = read(above + FORMS[form])
    assert (facts.kind, newest(facts)) == (PageKind.LIST, date(2021, 2, 9))


def test_a_catalogue_that_shows_only_days_of_writing_has_no_publish_dates() -> None:
    rows = each(lambda i, t, d: f'<tr><td><a href="/a/{i}.html">{t}</a></td><td>{d}</td></tr>')
    facts = read(f"<table><tr><td>名称</td><td>生成日期</td></tr>{rows}</table>")
    assert (facts.kind, newest(facts)) == (PageKind.UNKNOWN, None)


@pytest.mark.parametrize("base", ["http://[", "//[::1", "javascript:1", "mailto:a@b.cn"])
def test_a_base_that_is_no_address_is_ignored(base: str) -> None:
    row = '<li><a href="1.html">关于春节放假的通知</a><span>2021-02-09</span></li>'
    facts = read(f'<base href="{base}"><ul>{row}</ul>')
    assert facts.items[0].url == "http://a.gov.cn/tzgg/1.html"


@pytest.mark.parametrize("port", ["99999", "8a", "\u0663"])
def test_a_link_with_an_impossible_port_leads_nowhere(port: str) -> None:
    facts = read(f'<ul><li><a href="http://a.gov.cn:{port}/b/">通知公告</a><span>2021-02-09</span></li></ul>')
    assert all(f":{port}" not in link.url for link in (*facts.items, *facts.columns))


FILLED_LATER = '<ul id="own"></ul><script>$.ajax({url: u + "?page=1", success: draw})</script>'


def test_what_is_recommended_stands_for_no_list_that_a_script_fills() -> None:
    rows = listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    assert read(f"{FILLED_LATER}<div><h3>热点推荐</h3>{rows}</div>").kind is PageKind.UNKNOWN


def test_a_tag_makes_no_article_of_a_column_that_a_script_fills() -> None:
    tags = '<meta name="ColumnName" content="通知公告"><meta name="PubDate" content="2021-04-12">'
    assert read(tags + FILLED_LATER).kind is PageKind.UNKNOWN


def test_a_column_that_the_way_to_it_calls_hot_is_a_list_of_its_own() -> None:
    rows = listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    way = '<p>您当前的位置:<a href="/">首页</a>&gt;<a href="/hot/">热点新闻</a></p>'
    page = f"<html><body>{way}<div>{rows}</div>{FILLED_LATER}</body></html>".encode()
    facts = read_page(Document(page, "http://a.gov.cn/hot/list.html", "text/html", AT))
    assert (facts.kind, newest(facts)) == (PageKind.LIST, date(2021, 2, 9))


def test_entries_whose_titles_and_links_stand_apart_are_one_list() -> None:
    entry = '<div><div class="e"><h4><a href="/a/{0}.html">{1}</a></h4><p>摘要<a href="/a/{0}.html#all">查阅全文</a><i>{2}</i></p></div></div>'
    entries = each(entry.format)
    aside = each(lambda i, t, _: f'<li><a href="/r/{i}.html">{t}</a><span>2021-04-1{i}</span></li>')
    facts = read(f"<h3>最新文章</h3><div>{entries}</div><div><h3>热门推荐</h3><ul>{aside}</ul></div>")
    assert date(2021, 2, 9) in {item.published_on for item in facts.items}


def test_a_column_called_hot_is_a_list_of_its_own() -> None:
    rows = listed(lambda i, t, d: f'<li><a href="/a/{i}.html">{t}</a><span>{d}</span></li>')
    assert newest(read(f"<h3>热点关注</h3>{rows}")) == date(2021, 2, 9)


@pytest.mark.parametrize(("said", "kind"), [("暂无数据", PageKind.BLANK), ("共0条 第1/1页", PageKind.BLANK)])
def test_the_day_in_a_page_foot_makes_no_article_of_an_empty_list(said: str, kind: PageKind) -> None:
    foot = (
        '<div class="footer"><p>更新日期:2021-04-12</p><p>网站标识码:6104000001 陕ICP备05000000号</p></div>'
    )
    facts = read(f"<div class='list'>{said}</div>{foot}")
    assert (facts.kind, facts.published) == (kind, None)
