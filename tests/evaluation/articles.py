# ruff: noqa: E501 - a page to a line
"""Articles of the evaluation set: contents with a place for each form of their day, and who frames them.

``{day}`` and the like stand for the publish date, ``{old}`` for an earlier and ``{new}`` for a later day.
"""

from __future__ import annotations

from evaluation.frames import bare, english, grid, office, portal, tables

P = "<p>为进一步做好今年的工作,根据上级有关文件精神,经研究,现将有关事项通知如下,请结合实际认真贯彻落实。</p><p>各单位要加强组织领导,明确责任分工,确保各项任务按期完成。</p>"
SIGN = "<p style='text-align:right'>某某县人民政府办公室</p><p style='text-align:right'>{oldcn}</p>"
EN = "<p>The county held a meeting on the protection of its rivers, and asked all towns to report their progress before summer.</p>"
NEXT = "<div class='page'>上一篇:<a href='/z/1.html'>关于加强值班工作的通知</a><br>下一篇:没有了</div>"
SHARE = "<div class='share'>分享到:<a href='#'>微信</a><a href='#'>微博</a></div>"
#: Name, frame, contents.
DATED = [
    # a line of facts under the title
    (
        "labelled line",
        portal,
        "<h1>{title}</h1><div class='xx'>发布时间:{day} 10:32 来源:县政府办 浏览次数:88</div>" + P + SIGN,
    ),
    (
        "labelled line in tables",
        tables,
        "<TABLE width=100%><TR><TD align=center><B>{title}</B></TD></TR><TR><TD align=center>发布日期:{slash} 点击:120 次</TD></TR><TR><TD>"
        + P
        + SIGN
        + "</TD></TR></TABLE>",
    ),
    (
        "spans",
        office,
        "<h2>{title}</h2><p class='info'><span>来源:</span><span>市审计局</span><span>时间:</span><span>{day}</span><span>字号:[大 中 小]</span></p>"
        + P,
    ),
    (
        "list of facts",
        grid,
        "<h3 class='text-center'>{title}</h3><ul class='list-inline'><li>作者:办公室</li><li>{day} 08:00</li><li>阅读:12</li></ul>"
        + P,
    ),
    (
        "full-width signs",
        portal,
        "<h1>{title}</h1><p>来源\uff1a县应急局\u3000\u3000发布时间\uff1a{cn}\u3000\u3000【打印】</p>"
        + P
        + SIGN,
    ),
    (
        "no label, source behind",
        office,
        "<h1>{title}</h1><div><em>{day} 15:06</em><em>来源:新华社</em></div>" + P,
    ),
    (
        "no label, hits by script",
        portal,
        "<div class='bt'>{title}</div><div class='sj'>{day}&nbsp;&nbsp;浏览次数:<script>hits(3)</script></div>"
        + P,
    ),
    (
        "hours and minutes in words",
        portal,
        "<h1>{title}</h1><ul class='info'><li>{cn0} 09时32分</li><li>来源:市政府网</li><li><a href='javascript:;'>打印</a></li></ul>"
        + P,
    ),
    ("pipes", grid, "<h1>{title}</h1><p>某某区教育局 | {day} | 编辑:李某</p>" + P),
    (
        "editor and time below",
        tables,
        "<FONT size=4><B>{title}</B></FONT>" + P + "<P align=right>责任编辑:王某 发布时间:{day}</P>",
    ),
    (
        "catalogue of open information",
        office,
        "<table class='xxgk'><tr><td>索引号</td><td>0012/2020-00031</td><td>发布日期</td><td>{day}</td></tr><tr><td>成文日期</td><td>{old}</td><td>文号</td><td>某政办发〔2020〕3号</td></tr></table><h1>{title}</h1>"
        + P
        + SIGN,
    ),
    (
        "catalogue in a list",
        portal,
        "<ul class='gk'><li><b>发布机构:</b>某某市人民政府</li><li><b>成文日期:</b>{old}</li><li><b>发布日期:</b>{day}</li></ul><h1>{title}</h1>"
        + P,
    ),
    (
        "catalogue by definitions",
        grid,
        "<dl><dt>主题分类</dt><dd>农业</dd><dt>发布日期</dt><dd>{cn}</dd><dt>有效期至</dt><dd>2026年12月31日</dd></dl><h2>{title}</h2>"
        + P,
    ),
    (
        "tag of a migration",
        office,
        "<meta name='PubDate' content='{new} 18:00:00'><h1>{title}</h1><p>发布时间:{day} 11:20 来源:本站</p>"
        + P,
    ),
    (
        "updated and published",
        portal,
        "<h1>{title}</h1><p>发布时间:{day} 更新时间:{new} 来源:市统计局</p>" + P,
    ),
    (
        "comments below",
        grid,
        "<h1>{title}</h1><p>{day} 阅读2033次</p>"
        + P
        + "<div class='comment-list'><h4>网友评论</h4><p>网友1 发表时间:{new} 10:00</p><p>支持</p></div>",
    ),
    (
        "comments by a heading",
        bare,
        "<h1>{title}</h1><div>{day} 阅读108次</div>"
        + P
        + "<div><b>评论(2)</b><p>某网友 发表时间:{new} 9:51:00</p><p>很好</p></div>",
    ),
    (
        "bids and deadlines",
        portal,
        "<h1>{title}</h1><p>发布时间:{day} 来源:交易中心</p><p>投标截止时间:{new} 09:30</p><p>开标时间:{new} 09:30</p>"
        + P,
    ),
    (
        "another notice named",
        office,
        "<h1>{title}</h1><p>公告日期:{cn}</p><p>采购公告发布日期:{oldcn}</p>" + P,
    ),
    (
        "meeting times",
        tables,
        "<H2>{title}</H2><P>来源:县府办 {day}</P><P>时间:{newcn}上午9时</P><P>地点:三楼会议室</P>" + P,
    ),
    ("server's clock", office, "<h1>{title}</h1><p>发布时间:{server} 点击:3</p>" + P),
    ("numerals", portal, "<h1>{title}</h1><p>发布日期:{numerals} 来源:县档案馆</p>" + P),
    ("in pieces", grid, "<h1>{title}</h1><p>发布时间:<b>{y}</b>年<b>{m}</b>月<b>{d}</b>日</p>" + P),
    (
        "label and cell",
        tables,
        "<TABLE><TR><TD>标题</TD><TD>{title}</TD></TR><TR><TD>发布日期</TD><TD>{day}</TD></TR></TABLE>" + P,
    ),
    # alone or with its owner under the title
    (
        "alone in a span",
        portal,
        "<div class='top'><h1>{title}</h1><p><span>{day} 05:28</span></p></div>" + P + SIGN + NEXT,
    ),
    (
        "alone, no next",
        office,
        "<h1>{title}</h1><p><span class='time'>{day} 09:39:16</span></p>"
        + P
        + "<p>上一篇:<a href='/a/1.html'>某某通知</a></p><p>下一篇:暂无</p>",
    ),
    (
        "alone in tables",
        tables,
        "<TABLE width=100%><TR><TD align=center class=title>{title}</TD></TR><TR><TD align=center>{cn}</TD></TR><TR><TD>"
        + P
        + "</TD></TR></TABLE>",
    ),
    ("owner in the same span", grid, "<h1>{title}</h1><span class='meta'>{day} 某某区教育局</span>" + P),
    ("owner before it", portal, "<h1>{title}</h1><div class='meta'>某某市融媒体中心 {day} 10:00</div>" + P),
    ("owner beside it", office, "<h2>{title}</h2><p><i>市融媒体中心</i> <i>{dot}</i></p>" + P),
    ("in brackets", bare, "<h1>{title}</h1><p>({day})</p>" + P),
    ("at the title's end", tables, "<H1>{title}\uff08{day}\uff09</H1>" + P),
    (
        "below the picture",
        portal,
        "<h1>{title}</h1><p><img src='/upload/2020/0312_b.jpg' width='600'></p><p>{day}</p>" + P,
    ),
    (
        "picture only",
        grid,
        "<h1>{title}</h1><p class='date'>{day}</p><p><img src='/upload/infographic_1.png'></p>",
    ),
    (
        "pictures with a sidebar",
        portal,
        "<h1>{title}</h1><p class='date'>{day} 16:20</p><p><img src='/upload/p1.jpg'></p><p><img src='/upload/p2.jpg'></p>",
    ),
    (
        "file only",
        office,
        "<h1>{title}</h1><p>{day}</p><p>附件:<a href='/upload/W020200101.pdf'>{title}.pdf</a></p>",
    ),
    (
        "files and a signature",
        portal,
        "<h1>{title}</h1><p>{day}</p><p>附件1:<a href='/f/1.doc'>申报表</a></p><p>附件2:<a href='/f/2.xls'>汇总表</a></p>"
        + SIGN,
    ),
    (
        "table only",
        tables,
        "<H2>{title}</H2><P>{day}</P><TABLE border=1>"
        + "<TR><TD>某某镇某某村民委员会</TD><TD>一等奖</TD></TR>" * 12
        + "</TABLE>",
    ),
    (
        "text cut by Word",
        office,
        "<h1>{title}</h1><p><span>{day} 05:32</span></p><p><span>根据评选工作指引</span><span>(2021</span><span>年)</span><span>要求,拟推荐以下集体为先进集体。</span></p><p><span>本公示自</span><span>3</span>月<span>25</span><span>日起至</span>3月<span>31</span>日止。</p>",
    ),
    (
        "deadline cut by Word",
        bare,
        "<h1>{title}</h1><p><span>{day} 02:24</span></p><div><p>将于<span>9</span>月举办培训班,报名截止日期为<span>8</span>月<span>31</span>日。</p><p>详情请点击:<a href='http://www.example.org/n107'>http://www.example.org/n107</a></p></div>",
    ),
    ("about maintenance", portal, "<h1>关于网站系统升级维护的公告</h1><p>{day} 08:00</p>" + P),
    ("two lines of title", office, "<h1>关于开展<br>{title}</h1><p>{day}</p>" + P),
    (
        "title in a class",
        grid,
        "<div class='article-title'><p class='title'>{title}</p></div><div class='article-date'>{day}</div><p><img src='/u/7.jpg'></p>",
    ),
    (
        "tag beside it",
        office,
        "<meta name='ArticleTitle' content='{title}'><meta name='PubDate' content='{new} 10:16:14'><h1>{title}</h1><p>{day} 10:16</p>"
        + P,
    ),
    ("title only in the title element", bare, "<div>{title}</div><div>{day} 06:40</div>" + P),
    ("updated behind it", portal, "<h2>{title}</h2><div>{day} 06:40更新</div>" + P),
    (
        "box of a day",
        grid,
        "<div class='date-box'><b>{d}</b><span>{y}-{m}</span></div><h1>{title}</h1><p>来源:区教育局 发布时间:{day}</p>"
        + P,
    ),
    # only the source knows
    ("tag only", office, "<meta name='PubDate' content='{day} 09:00'><h1>{title}</h1>" + P),
    (
        "tag in other words",
        grid,
        "<meta property='article:published_time' content='{day}T10:00:00+08:00'><h1>{title}</h1>" + P + SHARE,
    ),
    ("tag of item properties", bare, "<h1>{title}</h1><meta itemprop='datePublished' content='{day}'>" + P),
    (
        "JSON-LD",
        portal,
        '<script type=\'application/ld+json\'>{"@type":"NewsArticle","datePublished":"{day}T08:00:00+08:00","dateModified":"{new}"}</script><h1>{title}</h1>'
        + P,
    ),
    (
        "variable of a script",
        office,
        "<h1>{title}</h1><p>发布时间:<span id='t'></span></p><script>var pubDate='{day} 10:00';document.getElementById('t').innerHTML=pubDate;</script>"
        + P,
    ),
    (
        "written by a script",
        tables,
        "<H2>{title}</H2><P>发布时间:<SCRIPT>document.write('{day}')</SCRIPT></P>" + P,
    ),
    (
        "set by a library",
        grid,
        "<h1>{title}</h1><p class='pd'></p><script>$('.pd').text('发布时间:{day}');</script>" + P,
    ),
    (
        "time element",
        portal,
        "<article><h1>{title}</h1><time datetime='{day}T10:00:00+08:00'>{m}月{d}日</time>" + P + "</article>",
    ),
    (
        "element named for it",
        office,
        "<div class='a'>{title}</div><span id='pubtime_baidu'>{day} 10:08</span>" + P,
    ),
    ("hidden field", tables, "<H2>{title}</H2><INPUT type=hidden id=createDate value='{day} 10:00:00'>" + P),
    ("attribute", bare, "<h1>{title}</h1><span class='pubtime' data-time='{day} 10:00'></span>" + P),
    (
        "generated day of a catalogue",
        portal,
        "<table><tr><td>索引号</td><td>0123</td><td>信息生成日期</td><td>{day}</td></tr></table><h1>{title}</h1>"
        + P,
    ),
    ("updated only", grid, "<h1>{title}</h1><p>更新时间:{day}</p>" + P),
    # English pages
    (
        "english updated",
        english,
        "<h3>{title}</h3><ul><li><a></a></li><li><a>Updated:\n {en}</a></li><li>Print</li></ul>" + EN,
    ),
    ("english alone", english, "<h1>{title}</h1><p class='date'>{EN}</p>" + EN),
    ("english, day first", english, "<h1>{title}</h1><p>Posted on {long}</p>" + EN),
    ("english label", english, "<h2>{title}</h2><p>Publish Time: {day} Source: County Office</p>" + EN),
    (
        "english by source",
        english,
        "<h1>{title}</h1><div><span>Source: Xinhua</span> <span>{day}</span></div>" + EN,
    ),
    # what else stands on pages
    (
        "answers of an official",
        office,
        "<h1>{title}</h1><p>发布时间:{day} 来源:市人社局</p><p>问:政策何时执行?</p><p>答:自{newcn}起施行,{oldcn}前的按原规定办理。</p>",
    ),
    (
        "report with many days",
        portal,
        "<h1>{title}</h1><p>来源:县纪委 {day}</p><p>{oldcn},县委召开会议。{newcn},检查组进驻各镇开展工作,有关情况将向社会通报。</p>"
        + P,
    ),
    ("video page", grid, "<h1>{title}</h1><p>{day} 12:00</p><video src='/v/1.mp4' controls></video>"),
    (
        "neighbours with days",
        tables,
        "<H2>{title}</H2><P>发布时间:{day}</P>"
        + P
        + "<P>上一篇:<A href='/1.html'>防汛工作会议召开 {new}</A></P><P>下一篇:<A href='/2.html'>春耕备耕会议召开 {old}</A></P>",
    ),
    (
        "more pages of it",
        office,
        "<h1>{title}</h1><p>作者:李某 时间:{day}</p>"
        + P
        + "<div class='pages'><a href='1_2.html'>2</a><a href='1_2.html'>下一页</a></div>",
    ),
    (
        "today in the head",
        bare,
        "<div>今天是:2021年3月31日 星期三</div><h1>{title}</h1><p>来源:县局 {day}</p>" + P,
    ),
    ("public notice", portal, "<h1>{title}</h1><p>发布时间:{day} 打印</p><p>公示时间:{new}至{new}</p>" + P),
    (
        "download",
        grid,
        "<h1>{title}</h1><p>发布日期:{day}</p><p>点击下载:<a href='/d/3.docx'>{title}</a></p>",
    ),
    (
        "gallery of one picture",
        portal,
        "<h1>{title}</h1><div class='pic'><img src='/p/3.jpg'><p>{day}</p><p>图为活动现场。</p></div>",
    ),
]
#: Articles whose publish date nobody could tell: any answer is wrong.
UNDATED = [
    ("signature only", office, "<h1>{title}</h1>" + P + SIGN),
    (
        "written only",
        portal,
        "<table><tr><td>索引号</td><td>0123</td><td>成文日期</td><td>{day}</td></tr></table><h1>{title}</h1>"
        + P,
    ),
    ("in force", bare, "<h1>{title}</h1><p>自{cn}起施行</p>" + P),
    ("decided", tables, "<H1>{title}</H1><P>({cn}县政府第3次常务会议通过)</P>" + P),
    ("deadline only", grid, "<h1>{title}</h1><p>报名截止日期:{day}</p>" + P),
    ("days of an event", office, "<h1>{title}</h1><p>展览时间:{day}至{new}</p>" + P),
    ("no day at all", portal, "<h1>{title}</h1>" + P),
    ("rebuilt", tables, "<H1>{title}</H1>" + P + "<P>页面生成时间:{day}</P>"),
    (
        "site's last update",
        bare,
        "<h1>{title}</h1>" + P + "<div class='footer'>本站最后更新:{day} 备案号:陕ICP备12000000号</div>",
    ),
]
