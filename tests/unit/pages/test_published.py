# ruff: noqa: E501 - a page to a line
"""How pages of articles say when they were published: made pages, each with its date and the rule for it.

Each page is read in full and by the short way; both must tell the same.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import PageKind, read_page
from jiancha.pages.published import RULES
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, 0, tzinfo=ZONE)
DAY = date(2021, 2, 19)
H1 = "<h1>关于做好春季防火工作的通知</h1>"
TEXT = "<p>各镇人民政府,县直各部门:为做好今年春季的森林防火工作,现将有关事项通知如下。请认真组织落实,压实责任。</p>"
END = "<p>某某县应急管理局</p><p>2021年1月8日</p>"
URL = "http://www.a.gov.cn/tzgg/1.html"


class Form(NamedTuple):
    """A page, and what it says: the day (None for no date), and the rule with the form of the date."""

    name: str
    html: str
    rule: str | None
    day: date | None = DAY
    url: str = URL


def top(line: str) -> str:
    """A page with a line under its title."""
    return H1 + line + TEXT + END


def catalogue(*rows: tuple[str, str]) -> str:
    """The table of a document in the catalogue of open information (政府信息公开目录)."""
    cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>{H1}{TEXT}{END}"


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


LABELLED = [
    Form("one line", top("<p>发布时间:2021-02-19 10:30 来源:县应急局 浏览次数:12</p>"), "byline:full"),
    Form("full-width colon", top("<p>来源\uff1a县政府\u3000发布时间\uff1a2021-02-19</p>"), "byline:full"),
    Form("spans", top("<div><span>来源:</span><span>县局</span><span>发布日期:</span><span>2021-02-19</span></div>"), "byline:full"),
    Form("label cell", top("<table><tr><td>发布日期</td><td>2021-02-19</td></tr></table>"), "label:full"),
    Form("label only", top("<p>发布日期:2021年2月19日</p>"), "label:full"),
    Form("slashes", top("<p>发布时间:2021/2/19 8:05:00 点击:33次</p>"), "byline:full"),
    Form("dots", top("<p>发布时间:2021.02.19 作者:办公室</p>"), "byline:full"),
    Form("full-width digits", top("<p>发布日期:\uff12\uff10\uff12\uff11年\uff10\uff12月\uff11\uff19日 来源:县局</p>"), "byline:full"),
    Form("week day", top("<p>发布日期:2021-02-19 星期五 字体:大 中 小</p>"), "byline:full"),
    Form("brackets", top("<p>[发布时间:2021-02-19] [字号:大 中 小]</p>"), "byline:full"),
    Form("lenticular", top("<p>【发布时间\uff1a2021-02-19】【打印】【关闭】</p>"), "byline:full"),
    Form("spaced label", top("<p>发 布 时 间:2021-02-19 来 源:县局 打印</p>"), "byline:full"),
    Form("published on", top("<p>办公室 发布于 2021-02-19 阅读(52)</p>"), "byline:full"),
    Form("posted on", top("<p>发表于:2021-02-19 10:00 | 阅读:5</p>"), "byline:full"),
    Form("open date", top("<p>公开日期:2021-02-19</p>"), "label:full"),
    Form("issued", top("<p>发稿时间:2021-02-19 编辑:张某</p>"), "byline:full"),
    Form("uploaded", top("<p>上传时间:2021-02-19 上传人:李某</p>"), "label:full"),
    Form("mere time", top("<p>时间:2021-02-19 来源:县局</p>"), "byline:full"),
    Form("mere date", top("<p>作者:县局 日期:2021-02-19 点击数:9</p>"), "byline:full"),
    Form("mere date alone", top("<p>日期:2021-02-19</p>"), "label:full"),
    Form("date before its source", top("<p><em>2021-02-19 09:00</em><em>来源:县局</em></p>"), "byline:full"),
    Form("source before its date", top("<p><em>来源:县局</em><em>2021-02-19 09:00</em></p>"), "byline:full"),
    Form("no label", top("<p>2021-02-19 09:00:12 来源:县应急局</p>"), "byline:full"),
    Form("closed up", top("<p>来源:县应急局2021年02月19日 09:00</p>"), "byline:full"),
    Form("hits by script", top('<p>2021-02-19 浏览次数:<script>getHits(3)</script></p>'), "byline:full"),
    Form("font tools", top("<p><i>2021-02-19</i> 字号:[大 中 小] 打印本页</p>"), "byline:full"),
    Form("pipes", top("<p>2021-02-19|来源:县局|点击:3</p>"), "byline:full"),
    Form("iso time", top("<p>发布时间:2021-02-19T10:08:00+08:00 来源:县局</p>"), "byline:full"),
    Form("time element", top('<p>来源:县局 <time datetime="2021-02-19"></time></p>'), "byline:full"),
    Form("written by script", top("<p>发布时间:<script>document.write('2021-02-19')</script></p>"), "label:full"),
    Form("department", top("<p>发布机构:县局 发布日期:2021-02-19</p>"), "byline:full"),
    Form("title word", "<h1>关于春季造林实施意见</h1><p>2021-02-19 09:46 来源:本站</p>" + TEXT, "byline:full"),
    Form("title meeting", "<h1>县政府召开第三次常务会议</h1><p>2021-02-19 来源:本站</p>" + TEXT, "byline:full"),
    Form("title bids", "<h1>道路工程开标</h1><span>2021-02-19</span><span>来源:本站</span>" + TEXT, "byline:full"),
    Form("title signing up", "<h1>公务员考试网上报名</h1><span>时间:</span><span>2021-02-19</span><span>点击:3</span>" + TEXT, "byline:full"),
    Form("title with a day", "<h1>2021年1月8日疫情通报</h1><p>发布时间:2021-02-19 来源:卫健局</p>" + TEXT, "byline:full"),
    Form("commas", top("<p>编辑:张三\uff0c时间:2021-02-19\uff0c来源:县局</p>"), "byline:full"),
    Form("semicolons", top("<p>2021-02-19\uff1b来源:县局\uff1b点击:3</p>"), "byline:full"),
    Form("dashes", top("<p>县局 - 2021-02-19 - 阅读:3</p>"), "byline:full"),
    Form("read by many", top("<p>2021-02-19 已有33人阅读</p>"), "byline:full"),
    Form("a link in the line", top("<p>来源:<a href='http://x.gov.cn/'>县政府</a> 发布时间:2021-02-19 <a href='#'>打印</a></p>"), "byline:full"),
    Form("award", top("<p>公告时间:2021年02月19日 16:10</p><p>招标公告日期:2021年1月8日</p>"), "label:full"),
    Form("put online", top("<p>上网时间:2021-02-19 访问量:3</p>"), "byline:full"),
    Form("created", top("<p>创建时间:2021-02-19</p>"), "label:full"),
    Form("label without a colon", top("<div><span>日期</span><span>2021.02.19</span></div>"), "label:full"),
    Form("english mere label", top("<p>Time: 2021-02-19</p>"), "label:full"),
    Form("english label", top("<p>Publish Time: 2021-02-19</p>"), "label:full"),
    Form("at the end", H1 + TEXT + "<p>责任编辑:王某 发布时间:2021-02-19</p>", "byline:full"),
]  # fmt: skip

BESIDE_OTHERS = [
    Form("event begins the text", top("<p>2021-02-19 09:46 来源:本站</p><p>2020年8月29日,县政府围绕供水开展了走访</p>"), "byline:full"),
    Form("event first, in words", H1 + "<p>2020年8月29日上午,县政府召开会议。</p><p>发布时间:2021-02-19 来源:本站</p>", "byline:full"),
    Form("written and published", catalogue(("成文日期", "2021-01-08"), ("发布日期", "2021-02-19")), "label:full"),
    Form("published and valid", catalogue(("发布日期", "2021-02-19"), ("有效期至", "2026-02-19")), "label:full"),
    Form("catalogue of four days", catalogue(("索引号", "0123/2021-0007"), ("成文日期", "2021-01-08"), ("公开日期", "2021-02-19"), ("实施日期", "2021-03-01")), "label:full"),
    Form("sent and published", catalogue(("索引号", "0123"), ("发文日期", "2021-01-08"), ("发布日期", "2021-02-19")), "label:full"),
    Form("created and published", catalogue(("索引号", "0123"), ("生成日期", "2021-01-08"), ("发布日期", "2021-02-19")), "label:full"),
    Form("bids", top("<p>发布时间:2021-02-19 来源:交易中心</p><p>开标时间:2021-03-15 09:00</p><p>投标截止时间:2021-03-15</p>"), "byline:full"),
    Form("deadline", top("<p>截止日期:2021-03-15</p><p>发布日期:2021-02-19</p>"), "label:full"),
    Form("sign up", top("<p>2021-02-19 来源:人社局</p><p>报名时间:2021-03-01至2021-03-05</p>"), "byline:full"),
    Form("meeting", top("<p>来源:县府办 2021-02-19</p><p>时间:2021年3月20日上午9时</p><p>地点:会议室</p>"), "byline:full"),
    Form("meeting, two cells", top("<p>来源:县府办 2021-02-19</p><p>时间:2021年3月20日</p><p>地点:会议室</p>"), "byline:full"),
    Form("updated too", top("<p>更新时间:2021-03-20 发布时间:2021-02-19 来源:县局</p>"), "byline:full"),
    Form("today in the head", "<div>今天是2021年3月31日 星期三</div>" + top("<p>来源:县局 2021-02-19</p>"), "byline:full"),
    Form("tag of a migration", "<head>" + meta("PubDate", "2023-05-12 08:00") + "</head>" + top("<p>发布时间:2021-02-19 来源:县局</p>"), "byline:full"),
    Form("tag and near line", "<head>" + meta("PubDate", "2020-05-12") + "</head>" + top("<p>2021-02-19</p><p>来源:县局</p>"), "byline:full"),
    Form("related ones", top("<p>来源:县局 发布时间:2021-02-19</p>") + "<ul><li><a href='2.html'>关于防汛的通知一二三</a><span>2021-03-01</span></li><li><a href='3.html'>关于防旱的通知一二三</a><span>2021-03-02</span></li></ul>", "byline:full"),
    Form("another document's", top("<p>公示日期:2021年2月19日</p>") + "<p>六.采购公告发布日期:2021年1月29日</p>", "label:full"),
    Form("another document's, beside a source", top("<p>发布时间:2021-02-19 来源:交易中心</p>") + "<p>原公告发布日期:2021年1月29日 来源:交易中心</p>", "byline:full"),
    Form("shown beside the tag of a migration", meta("PubDate", "2020-09-22") + H1 + "<span id='shijian'>2021-02-19 16:00</span>" + TEXT, "label:full"),
    Form("download", "<title>重要事项变更审批表_某某办</title><p>当前位置:<a href='/'>首页</a> --> <a href='/xz/'>资料下载</a> --> 正文</p><div><h2>重要事项变更审批表</h2><div>【时间\uff1a2021年02月19日 17:09】</div></div><div>点击下载:<a href='javascript:;'>重要事项变更审批表</a></div>", "label:full"),
    Form("author linked twice", "<div><p><a href='/u/1'>某某县政府发布</a></p>" + H1 + "<div><p>2021-02-19 14:07<span>来源:某某号</span></p></div><div><a href='/u/1'>某某县政府发布</a></div></div>" + TEXT, "byline:full"),
    Form("public notice", top("<p>发布时间:2021-02-19 打印</p><p>公示时间:2021-02-20至2021-02-26</p>"), "byline:full"),
    Form("hearing", top("<p>来信时间:2021-01-05</p><p>答复时间:2021-02-01</p><p>发布时间:2021-02-19</p>"), "label:full"),
]  # fmt: skip

RARE = [
    Form("numerals", top("<p>发布日期:二〇二一年二月十九日</p>"), "label:numerals"),
    Form("numerals with a circle", top("<p>来源:县局 发布日期:二\u25cb二一年二月十九日</p>"), "byline:numerals"),
    Form("short year", top("<p>发布时间:21-02-19 来源:县局</p>"), "byline:short year"),
    Form("compact", top("<p>发布日期:20210219</p>"), "label:compact"),
    Form("server clock", top("<p>发布时间:Fri Feb 19 10:08:00 CST 2021 点击:3</p>"), "byline:english"),
    Form("english", top("<p>发布时间:Feb 19, 2021</p>"), "label:english"),
    Form("english, day first", top("<p>发布时间:19 Feb 2021</p>"), "label:english"),
    Form("in pieces", top("<p>发布时间:<b>2021</b>年<b>02</b>月<b>19</b>日</p>"), "label:full"),
    Form("year from the address", top("<p>发布时间:02-19 来源:县局</p>"), "byline:yearless+address", url="http://www.a.gov.cn/tzgg/202102/t20210219_1.html"),
    Form("no year at all", top("<p>发布时间:02-19 来源:县局</p>"), None, None),
    Form("long line", top("<p>信息来源:" + "某某县应急管理局" * 15 + " 发布时间:2021-02-19 浏览次数:3</p>"), "byline:full"),
]  # fmt: skip

TAGS_AND_SCRIPTS = [
    Form("note in a comment", top("") + "<!--enpproperty <articleid>7</articleid><date>2021-02-19 10:00:00.0</date>/enpproperty-->", "tag:full"),
    Form("set by id", top("<p>时间:<b id='t'></b></p><script>document.getElementById('t').innerHTML='2021-02-19 10:00';</script>"), "script:full"),
    Form("set by a library", top("<p id='d'></p><script>$('#d').text('发布时间:2021-02-19');</script>"), "script:full"),
    Form("written with its label", top("<script>document.write('<p>发布时间:2021-02-19</p>')</script>"), "script:full"),
    Form("name of creation", top("<b></b><script>var createTime='2021-02-19 10:00:00';$('b').html(createTime.substring(0,10));</script>"), "script:full"),
    Form("a day behind 信息时间", top("<p>信息时间:<script>document.write('2021-02-19'.replace(/-/g,'/'))</script></p>"), "heading:full"),
    Form("milliseconds in data", top('<script>window.data={"detail":{"title":"通知","releaseDate":1613700000000}};</script>'), "script:epoch"),
    Form("milliseconds behind a label", top("<p>发布时间:<b id='x'></b></p><script>var x=new Date(1613700000000);$('#x').html(fmt(x));</script>"), "script:epoch"),
    Form("server clock in a script", top("<p>发布时间:<script>document.write(fmt('Fri Feb 19 10:08:00 CST 2021'))</script></p>"), "script:english"),
    Form("surer name first", top("<script>var addTime='2021-01-02 08:00:00', pubDate='2021-02-19 10:00';</script>"), "script:full"),
    Form("time element with a short day", top('<time datetime="2021-02-19T10:00:00+08:00">2月19日</time> 县应急局'), "tag:full"),
    Form(
        "neighbours with days",
        H1 + "<p>发布时间:2021-02-19</p>" + TEXT
        + "<p>上一篇:<a href='/1.html'>防汛会议 2021-02-20</a></p><p>下一篇:<a href='/2.html'>森林会议 2021-02-11</a></p>",
        "label:full",
    ),
    Form("PubDate", meta("PubDate", "2021-02-19 10:00") + top(""), "tag:full"),
    Form("publishdate", meta("publishdate", "2021-02-19") + top(""), "tag:full"),
    Form("first published", meta("firstpublishedtime", "2021-02-19-10:00:00") + meta("lastmodifiedtime", "2021-03-01-10:00:00") + top(""), "tag:full"),
    Form("property", '<meta property="article:published_time" content="2021-02-19T10:00:00+08:00">' + top(""), "tag:full"),
    Form("itemprop", '<meta itemprop="datePublished" content="2021-02-19">' + top(""), "tag:full"),
    Form("JSON-LD", '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2021-02-19T10:00:00+08:00","dateModified":"2021-03-01"}</script>' + top(""), "script:full"),
    Form("variable", "<script>var pubDate = '2021-02-19 10:00';</script>" + top(""), "script:full"),
    Form("variable in pinyin", "<script>var fbrq='2021-02-19 10:00';</script>" + top(""), "script:full"),
    Form("empty place", top('<p>发布时间:<span id="d"></span></p><script>var pubDate = "2021-02-19 10:00";show(pubDate);</script><p>2005年11月12日,县政府开展走访,相关情况按要求报送。</p>'), "script:full"),
    Form("empty place, no comma", top('<p>发布时间:<span id="d"></span></p><script>var pubDate = "2021-02-19";show(pubDate);</script><p>2005年11月12日 县政府开展走访。</p>'), "script:full"),
    Form("updated only", top("<p>更新时间:2021-02-19</p>"), "updated:full"),
    Form("updated and variable", "<script>var pubDate='2021-02-19 10:00';</script>" + top("<p>更新时间:2021-03-01</p>"), "script:full"),
    Form("tag and event", meta("PubDate", "2021-02-19") + top("<p>2020年8月29日,县政府召开会议</p>"), "tag:full"),
]  # fmt: skip

RELATED = (
    "<div class='right'><h3>相关阅读</h3><ul><li><a href='/1.html'>某县开展防汛演练工作</a><span>2021-03-20</span></li>"
    "<li><a href='/2.html'>某县开展防震演练工作</a><span>2021-03-19</span></li></ul></div>"
)
BESIDE_RELATED = [
    Form("related: labelled", "<div class='t'>关于防火的通知</div><dl><dt>发布日期</dt><dd>2021-02-19</dd></dl>" + TEXT + RELATED, "label:full"),
    Form("related: alone above the text", "<div class='t'>关于防火的通知</div><div>2021-02-19 10:08</div>" + TEXT + RELATED, "heading:full"),
    Form("related: an office beside it", "<div class='t'>关于防火的通知</div><p><i>县融媒体中心</i><i>2021-02-19</i></p>" + TEXT + RELATED, "heading:full"),
    Form("related: updated only", "<div class='t'>关于防火的通知</div><p>文章来源: 更新时间:2021-02-19</p>" + TEXT + RELATED, "updated:full"),
    Form("other lists: element named for it", "<span id='pubtime_baidu'>2021-02-19 10:08</span>" + TEXT + RELATED.replace("相关阅读", "通知公告"), "label:full"),
    Form("other lists: under the heading", "<h1>关于防火的通知</h1><div>2021-02-19 10:08</div>" + TEXT + RELATED.replace("相关阅读", "通知公告"), "heading:full"),
    Form("related: tag only", meta("PubDate", "2021-02-19") + "<div class='t'>关于防火的通知</div>" + TEXT + RELATED, "tag:full"),
]  # fmt: skip

FAINT = [
    Form("hidden field", top("<p>发布时间:<b id='s'></b></p><input type='hidden' id='createDate' value='2021-02-19 10:00:00'>"), "attribute:full"),
    Form("created, of a catalogue", catalogue(("索引号", "0123/2021-0007"), ("生成日期", "2021-02-19"), ("文号", "无")), "created:full"),
    Form("created, in one cell", "<p>索引号:0123</p><p>信息生成日期:2021-02-19</p>" + H1 + TEXT, "created:full"),
    Form("attribute", top('<span class="time" data-time="2021-02-19 10:00"></span>'), "attribute:full"),
    Form("title in brackets", "<h1>关于做好春季防火工作的通知\uff082021-02-19\uff09</h1>" + TEXT, "heading:full"),
    Form("under the title", "<h1>关于防火的通知</h1><div>2021-02-19</div>" + TEXT, "heading:full"),
    Form("under the title, behind an office", "<h1>关于防火的通知</h1><div><i>县应急局</i><b>2021.02.19</b></div>" + TEXT, "heading:full"),
    Form("box under the title", "<h1>关于防火的通知</h1><div><b>2021</b><i>02/19</i><u>10:08</u></div>" + TEXT, "heading:box"),
    Form("under what the page is called", "<title>关于做好春季防火工作的通知-某某县人民政府</title><div class='bt'>关于做好春季防火工作的通知</div><div>2021-02-19</div>" + TEXT + END, "heading:full"),
    Form("element named for it", "<span id='pubtime_baidu'>2021-02-19 10:08</span>" + TEXT + END, "label:full"),
    Form("class named for it", "<div class='left pub-date'>2021/02/19</div><h4>防火</h4>" + TEXT + END, "label:full"),
    Form("under the title, with time", "<h2>关于防火的通知</h2><div>2021-02-19 10:08</div>" + TEXT, "heading:full"),
]  # fmt: skip

NO_DATE = [
    Form("two days set by scripts", top("<script>$('#a').html('2021-02-19');$('#b').html('2021-02-26');</script>"), None, None),
    Form("hidden field of a search", top("<input type='hidden' id='endDate' value='2021-02-19'>"), None, None),
    Form("two elements named for it", "<i class='pubtime'>2021-02-19</i><i class='pubtime'>2021-02-26</i>" + TEXT, None, None),
    Form("element named for it, with a sentence", "<p class='pubtime'>2021年2月19日上午,县政府召开会议。</p>" + TEXT, None, None),
    Form("under the name of its column", "<title>通知公告-某某县人民政府</title><div>通知公告</div><div>2021-02-19</div>" + TEXT, None, None),
    Form("another document's only", top("<p>首次公告日期:2021年1月29日</p>"), None, None),
    Form("related: no date", "<div class='t'>关于防火的通知</div>" + TEXT + END + RELATED, None, None),
    Form("when a speech was held", "<div class='t'>在全县大会上的讲话</div><p>(2021年2月19日)</p>" + TEXT, None, None),
    Form("below a sentence", "<h1>关于防火的通知</h1><p>请认真组织落实。</p><p>2021-02-19</p>" + TEXT, None, None),
    Form("day to come", top("<p>发布时间:2031-02-19 来源:县应急局</p>"), None, None),
    Form("foot", H1 + TEXT + "<div class='footer'>更新日期:2021-02-19</div>", None, None),
    Form("two time elements", top('<time datetime="2021-02-19">开始</time><time datetime="2021-02-26">结束</time>'), None, None),
    Form("nothing", H1 + TEXT, None, None),
    Form("address only", top(""), None, None, "http://www.a.gov.cn/tzgg/202102/t20210219_1.html"),
    Form("signature only", H1 + TEXT + END, None, None),
    Form("signature and tools", H1 + TEXT + END + "<p>打印 关闭</p>", None, None),
    Form("written only", catalogue(("索引号", "0123"), ("成文日期", "2021-02-19")), None, None),
    Form("valid only", top("<p>有效期:2021-02-19至2026-02-18</p>"), None, None),
    Form("bids only", top("<p>开标时间:2021-02-19 09:30</p>"), None, None),
    Form("deadline only", top("<p>报名截止日期:2021-02-19</p>"), None, None),
    Form("in force", top("<p>自2021年2月19日起施行</p>"), None, None),
    Form("rebuilt", top("<p>页面生成时间:2021-02-19</p>"), None, None),
    Form("today", top("<p>今天是:2021年3月31日 星期三</p><p>打印</p>"), None, None),
    Form("decided", top("<p>来源:县府办</p><p>(2021年2月19日县政府第3次会议通过)</p>"), None, None),
    Form("range", top("<p>公开时间:2021-02-19至2021-02-26</p>"), None, None),
    Form("moved", "<h1>您访问的页面不存在</h1><p>2021-02-19</p>", None, None),
    Form("blocked", "<p>您的访问被拦截,请求编号 20210214-8812,时间 2021-02-18 09:00:00</p>", None, None),
]  # fmt: skip

UNDER = H1 + "<p><span>2021-02-19 09:46</span></p>"
#: A date that stands alone, or with its owner, under the title: what people read at once.
HEADS = [
    Form("no next article", UNDER + TEXT + "<p>上一篇:<a href='/1.html'>防汛会议</a></p><p>下一篇:暂无</p>", "heading:full"),
    Form("about maintenance", UNDER.replace("春季防火", "网站维护") + TEXT, "heading:full"),
    Form("picture only", UNDER + "<p><img src='/upload/20210219.jpg'></p>", "heading:full"),
    Form("file only", UNDER + "<p><a href='/files/a.pdf'>关于春季防火工作的通知.pdf</a></p>", "heading:full"),
    Form("table only", UNDER + "<table><tr>" + "<td>某某林场防火检查站</td>" * 12 + "</tr></table>", "heading:full"),
    Form("text cut by Word", UNDER + "<p><span>为做好</span><span>2021</span><span>年今年春季的森林防火工作,</span><span>现将有关事项通知如下,请认真组织落实</span><span>。</span></p>", "heading:full"),
    Form("signature and annex", UNDER + "<p>附件:<a href='/f/1.pdf'>防火工作方案(2021-2025年)</a></p><p>县应急局</p><p>2021年1月8日</p>" + TEXT, "heading:full"),
    Form("deadline cut by Word", UNDER + "<p>培训班报名截止日期为<span>8</span>月<span>31</span>日。</p><p>详情:<a href='http://x.gov.cn/1'>http://x.gov.cn/1</a></p>", "heading:full"),
    Form("owner in the same span", H1 + "<span>2021-02-19 县应急管理局</span>" + TEXT, "heading:full"),
    Form("owner before it", H1 + "<div>某某县融媒体中心 2021-02-19 10:00</div>" + TEXT, "heading:full"),
    Form("below the picture", H1 + "<img src='/upload/1.jpg'><p>2021-02-19</p>" + TEXT, "heading:full"),
    Form("hours and minutes in words", H1 + "<p>2021年02月19日 09时32分</p>" + TEXT, "heading:full"),
    Form("title of two lines", "<h1>关于做好春季防火工作<br>有关事项的通知</h1><p>2021-02-19</p>" + TEXT, "heading:full"),
    Form("title of a class", "<div class='title'>关于做好春季防火工作的通知</div><div>2021-02-19 08:00</div><p><img src='/u/1.jpg'></p>", "heading:full"),
    Form("tag of another day", meta("PubDate", "2021-02-23") + UNDER + TEXT, "heading:full"),
    Form("english, alone", "<h2>Forest Fire Season Starts</h2><p>Feb 19, 2021</p><p>The county started its forest fire season today, and asks all visitors to be careful with fire.</p>", "heading:english"),
    Form("english, posted", "<h2>Forest Fire Season Starts</h2><p>Posted on: February 19, 2021</p>" + TEXT, "label:english"),
    Form("english, updated", "<h3>Forest Fire Season Starts</h3><ul><li><a>Updated: Feb 19,2021</a></li></ul><p>The county started its forest fire season today, and asks visitors to be careful.</p>", "updated:english"),
    Form("updated behind the day", "<div>2021-02-19 06:40更新</div>" + TEXT, "updated:full"),
    Form("comment below", top("<p>2021-02-19 阅读10544次</p>") + "<div><b>网友评论</b><p>某网友 发表时间:2021-03-11 9:51</p><p>很好</p></div>", "byline:full"),
    Form("label below the text", UNDER.replace("</p>", " 来源:县局</p>") + TEXT + "<p>本站发布时间:2021-03-11</p>", "byline:full"),
    Form("site beside it and an annex", meta("PubDate", "2021-02-20") + H1 + "<div><span><a href='/'>[某某县教育局网站]</a></span><span>发布时间:2021-02-19 15:37</span><span>来源:县局</span></div>" + TEXT + "<p><a href='f/a.xlsx'>附件:名单</a></p><p>县局</p><p>2021年2月8日</p>", "byline:full"),
]  # fmt: skip
NO_HEADS = [
    Form("entries with titles of their own", "<h3>关于做好春季防火工作的通知</h3><p>2021-02-19</p>" + TEXT + "<h3>关于做好夏季防汛工作的通知</h3><p>2021-02-17</p>" + TEXT, None, None),
    Form("title of another page", "<h3><a href='/2.html'>关于做好春季防火工作的通知</a></h3><p>2021-02-19</p>" + TEXT, None, None),
    Form("decided under the title", H1 + "<p>(2021年2月19日县政府常务会议通过)</p>" + TEXT, None, None),
    Form("written under the title", H1 + "<p>成文日期 2021-02-19</p>" + TEXT, None, None),
]  # fmt: skip

FORMS = [
    *HEADS,
    *NO_HEADS,
    *LABELLED,
    *BESIDE_OTHERS,
    *RARE,
    *TAGS_AND_SCRIPTS,
    *BESIDE_RELATED,
    *FAINT,
    *NO_DATE,
]


@pytest.mark.parametrize("menu", [True, False], ids=["whole", "short"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_an_article_is_dated(form: Form, menu: bool) -> None:
    facts = read_page(Document(form.html.encode(), form.url, "text/html", AT), menu=menu)
    told = facts.published
    assert ((told.day, told.rule) if told else (None, None)) == (form.day, form.rule)
    assert form.day is None or facts.kind is PageKind.ARTICLE


def test_every_rule_is_shown() -> None:
    assert {form.rule.partition(":")[0] for form in FORMS if form.rule} == set(RULES)


def test_there_are_forms_of_all_sorts() -> None:
    assert len({form.name for form in FORMS}) == len(FORMS) >= 80


@pytest.mark.parametrize("name", ["moved", "blocked"])
def test_what_stands_in_place_of_a_page_is_no_article(name: str) -> None:
    form = next(form for form in NO_DATE if form.name == name)
    facts = read_page(Document(form.html.encode(), form.url, "text/html", AT))
    assert facts.kind is PageKind.UNKNOWN


@pytest.mark.parametrize(
    "html",
    [
        '<h2>通知公告</h2><span class="date" data-date="2021-02-19"></span><p>暂无信息</p>',
        "<h2>通知公告</h2><p>2021-03-31</p><p>暂无信息</p>",
    ],
)
def test_an_empty_column_with_a_faint_date_is_blank(html: str) -> None:
    facts = read_page(Document(html.encode(), "http://a.gov.cn/tzgg/", "text/html", AT))
    assert facts.kind is PageKind.BLANK
