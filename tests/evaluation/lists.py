# ruff: noqa: E501 - a page to a line
"""Lists of the evaluation set: how a row is built, or a whole page, and who frames it.

A row has places for ``{n}`` (its number), ``{name}`` (its title) and its day in any form; the newest day is the
first row's unless the page says another.
"""

from __future__ import annotations

from evaluation.frames import bare, grid, office, portal, tables

#: Name, frame, a row, what holds the rows.
ROWS = [
    (
        "list items",
        portal,
        "<li><a href='/tzgg/{n}.html'>{name}</a><span>{day}</span></li>",
        "<ul class='list'>{rows}</ul>",
    ),
    (
        "day first",
        office,
        "<li><span class='date'>{day}</span><a href='{n}.html' title='{name}'>{name}</a></li>",
        "<div class='news'><ul>{rows}</ul></div>",
    ),
    ("day in brackets", portal, "<li><a href='/a/{n}.htm'>{name}</a> [{day}]</li>", "<ul>{rows}</ul>"),
    (
        "day in round brackets",
        tables,
        "<TR><TD>·<A href='/n/{n}.asp'>{name}</A>({day})</TD></TR>",
        "<TABLE>{rows}</TABLE>",
    ),
    (
        "cells",
        tables,
        "<TR><TD><A href='show.asp?id={n}'>{name}</A></TD><TD>{slash}</TD></TR>",
        "<TABLE><TBODY>{rows}</TBODY></TABLE>",
    ),
    (
        "cells with a head",
        office,
        "<tr><td>{n}</td><td><a href='/gk/{n}.html'>{name}</a></td><td>某政发〔2020〕{n}号</td><td>{day}</td></tr>",
        "<table><tr><th>序号</th><th>标题</th><th>文号</th><th>发布日期</th></tr>{rows}</table>",
    ),
    (
        "two days and a head",
        portal,
        "<tr><td><a href='/gk/{n}.html'>{name}</a></td><td>{old}</td><td>{day}</td></tr>",
        "<table><tr><th>名称</th><th>成文日期</th><th>发布日期</th></tr>{rows}</table>",
    ),
    (
        "two labelled days",
        grid,
        "<li><a href='/zc/{n}.html'>{name}</a><p>成文日期:{old} 发布日期:{day}</p></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "definition pairs",
        office,
        "<dt><a href='/d/{n}.html'>{name}</a></dt><dd>{day}</dd>",
        "<dl>{rows}</dl>",
    ),
    (
        "links around rows",
        grid,
        "<a href='/x/{n}.html' class='item'><h4>{name}</h4><p>{day}</p></a>",
        "<div class='items'>{rows}</div>",
    ),
    (
        "links in list items around all",
        portal,
        "<li><a href='/x/{n}.html'><span>{name}</span><i>{day}</i></a></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "boxes of days",
        grid,
        "<div class='n'><div class='d'><b>{d}</b><span>{y}-{m}</span></div><a href='/b/{n}.html'>{name}</a></div>",
        "<div>{rows}</div>",
    ),
    (
        "boxes with dots",
        portal,
        "<li><div class='time'><p>{d}</p><em>{y}.{m}</em></div><h3><a href='/c/{n}.html'>{name}</a></h3></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "with summaries",
        office,
        "<div class='item'><h3><a href='/s/{n}.html'>{name}</a></h3><p>近日,有关部门按照统一部署开展了工作,取得了明显成效。</p><span>{day}</span></div>",
        "<div class='list'>{rows}</div>",
    ),
    (
        "with pictures",
        grid,
        "<div class='media'><a href='/m/{n}.html'><img src='/m/{n}.jpg'></a><h4><a href='/m/{n}.html'>{name}</a></h4><small>{day}</small></div>",
        "<div>{rows}</div>",
    ),
    (
        "with a department",
        portal,
        "<li><a href='/l/{n}.html'>{name}</a><span>市财政局</span><span>{day} 10:08</span></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "labelled days",
        tables,
        "<DIV><A href='/k/{n}.html'>{name}</A> 发布时间:{day}</DIV>",
        "<DIV>{rows}</DIV>",
    ),
    (
        "days in words",
        office,
        "<li><a href='/w/{n}.html'>{name}</a><span>{cn}</span></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "short years",
        tables,
        "<TR><TD><A href='/y/{n}.htm'>{name}</A></TD><TD>{y2}-{m}-{d}</TD></TR>",
        "<TABLE>{rows}</TABLE>",
    ),
    (
        "days in the address too",
        portal,
        "<li><a href='/tzgg/{y}{m}/t{y}{m}{d}_{n}.html'>{name}</a><span>{m}-{d}</span></li>",
        "<ul>{rows}</ul>",
    ),
    ("paragraphs", bare, "<p><a href='/p/{n}.html'>{name}</a> {day}</p>", "<div>{rows}</div>"),
    ("bare text beside links", tables, "<A href='/t/{n}.html'>{name}</A> {day}<BR>", "<DIV>{rows}</DIV>"),
    (
        "titles in attributes",
        office,
        "<li><a href='/q/{n}.html' title='{name}'>关于…</a><span>{day}</span></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "day in the title attribute",
        portal,
        "<li><a href='/q/{n}.html' title='标题:{name} 作者:办公室 更新时间:{day}'>{name}</a></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "written by scripts",
        office,
        "<li><a href='/j/{n}.html'>{name}</a><span><script>document.write('{day}')</script></span></li>",
        "<ul>{rows}</ul>",
    ),
    ("numerals", grid, "<li><a href='/v/{n}.html'>{name}</a><span>{numerals}</span></li>", "<ul>{rows}</ul>"),
    (
        "clicked rows",
        portal,
        "<tr onclick=\"location.href='/r/{n}.html'\"><td>{name}</td><td>{day}</td></tr>",
        "<table>{rows}</table>",
    ),
    (
        "cut into pieces",
        office,
        "<li><a href='/u/{n}.html'>{name}</a><span>{day}</span></li>",
        "<ul>{half}</ul><ul>{rest}</ul>",
    ),
    (
        "records of a datastore",
        portal,
        "<record><![CDATA[<li><a href='/rec/{n}.html'>{name}</a><span>{day}</span></li>]]></record>",
        "<script type='text/xml'><datastore><totalrecord>5</totalrecord><recordset>{rows}</recordset></datastore></script>",
    ),
    (
        "JSON in a script",
        grid,
        '{{"title":"{name}","url":"/js/{n}.html","pubDate":"{day} 10:00:00"}}',
        "<div id='l'></div><script>var list=[{commas}];</script>",
    ),
    (
        "title, summary and day apart",
        office,
        "<h3><a href='/e/{n}.html'>{name}</a></h3><p>近日,有关部门按照统一部署开展了工作,成效明显。</p><div>发布时间:{day}</div>",
        "<div class='list'>{rows}</div>",
    ),
    (
        "day in brackets within the link",
        portal,
        "<li><a href='/g/{n}.html'>{name}\uff08{day}\uff09</a></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "captions",
        grid,
        "<div class='pic'><a href='/h/{n}.html'><img src='/h/{n}.jpg'></a><p><a href='/h/{n}.html'>{name}</a></p><p>{day}</p></div>",
        "<div>{rows}</div>",
    ),
    (
        "pinned first",
        portal,
        "<li><a href='/i/{n}.html'>{name}</a><span>{day}</span></li>",
        "<ul><li><a href='/i/99.html'>[置顶]关于印发工作规则的通知</a><span>2013-01-04</span></li>{rows}</ul>",
    ),
    (
        "days with slashes",
        tables,
        "<TR><TD width=20>■</TD><TD><A href='/aa/{n}.html'>{name}</A></TD><TD>{slash} 9:05:00</TD></TR>",
        "<TABLE>{rows}</TABLE>",
    ),
    (
        "hits beside days",
        office,
        "<li><a href='/bb/{n}.html'>{name}</a><em>{day}</em><em>阅读 12{n}</em></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "category before the title",
        portal,
        "<li><a href='/cc/'>[通知]</a><a href='/cc/{n}.html'>{name}</a><span>{day}</span></li>",
        "<ul>{rows}</ul>",
    ),
    (
        "articles",
        grid,
        "<article><header><a href='/dd/{n}.html'>{name}</a></header><time datetime='{day}'>{m}月{d}日</time></article>",
        "<div>{rows}</div>",
    ),
]
MORE = "<li><a href='/list/3.html'>关于开展安全检查的通知</a></li>"
WAY = "<p>当前位置:<a href='/'>首页</a> &gt; <a href='/tzgg/'>通知公告</a></p>"
#: Columns that have no entry.
BLANK = [
    ("says none", portal, "<h2>通知公告</h2><p>暂无信息</p>"),
    ("nothing yet", office, "<h2>规划计划</h2><div class='list'>尚无资料</div>"),
    ("nought of nought", grid, "<ul class='list'></ul><div class='page'>共0条 第1/1页</div>"),
    ("empty list", portal, "<h2>政策解读</h2><div class='news-list'><ul></ul></div>"),
    ("head of a table", office, "<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr></table>"),
    ("no content found", grid, WAY + "<p>对不起,没有找到相关内容!</p>"),
    ("column being built", tables, "<P align=center>栏目正在建设中</P>"),
]
#: Pages that are neither a list with days nor an empty one: nobody may be accused by them.
NEITHER = [
    (
        "text with an empty part",
        office,
        "<h2>机构职能</h2><p>贯彻执行国家有关法律法规和方针政策,起草有关规范性文件并组织实施,承担监督管理责任。</p><h3>相关附件</h3><p>暂无</p>",
    ),
    (
        "contact page",
        portal,
        "<h2>联系我们</h2><p>地址:某某市人民路22号</p><p>电话:029-33210000 邮编:712000</p><h3>附件</h3><p>暂无</p>",
    ),
    (
        "form to write",
        grid,
        "<h2>县长信箱</h2><form><input name='t'><textarea name='c'></textarea><button>提交</button></form><p>暂无公开信件内容</p>",
    ),
    (
        "filled later",
        portal,
        "<h2>通知公告</h2><div id='list'>暂无数据</div><script>$.ajax({url:'/api/list',success:render});</script>",
    ),
    (
        "bound to a framework",
        office,
        "<div id='app'><ul><li v-for='x in list'><a :href='x.url'>{{ x.title }}</a></li></ul></div><script src='/js/vue.min.js'></script>",
    ),
    ("frame", tables, "<IFRAME src='/list/tzgg.asp' width=700 height=500></IFRAME><P>暂无信息</P>"),
    (
        "titles without days",
        grid,
        "<ul>"
        + MORE * 3
        + "<li><a href='/list/4.html'>关于加强值班工作的通知要求</a></li><li><a href='/list/5.html'>关于做好防汛准备工作的通知</a></li></ul>",
    ),
    (
        "menu of sections",
        portal,
        "<ul><li><a href='/a/'>领导之窗</a></li><li><a href='/b/'>机构设置</a></li><li><a href='/c/'>人事信息</a></li></ul>",
    ),
    ("not found", bare, "<h1>您访问的页面不存在</h1><p>2021-02-19</p>"),
    ("firewall", bare, "<p>您的访问被网站防火墙拦截,请求编号 20210214-8812,时间 2021-02-18 09:00:00</p>"),
    (
        "photos of leaders",
        office,
        "<h2>领导之窗</h2><div><img src='/p/wang.jpg'><p>局长 王某某 主持全面工作</p></div><div><img src='/p/li.jpg'><p>副局长 李某某 分管业务</p></div><p>暂无更多</p>",
    ),
]
