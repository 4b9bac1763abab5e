# ruff: noqa: E501 - a line of markup to a line
"""Whole little sites of our own in the structures of real ones, with the columns that a person lists.

They are visited on 2021-02-18. Each column has its newest day, ``BLANK``, or ``UNSEEN`` where nobody can tell
without running the page's scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

BLANK, UNSEEN = "blank", "unread"
_TITLES = (
    "关于做好春季防火工作的通知",
    "农村饮水安全工作会议召开",
    "校园安全专项检查情况的通报",
    "就业培训补助资金分配公告",
)


class LittleSite(NamedTuple):
    """A site by its paths, in ``charset``, and what its columns are by their addresses' paths."""

    name: str
    pages: Mapping[str, str]
    columns: Mapping[str, str]
    charset: str = "utf-8"


def listed(
    newest: str, at: str = "", *, row: str = '<li><a href="{url}">{title}</a><span>{day}</span></li>'
) -> str:
    """A list of four entries, the newest on a day; ``row`` is the markup of one."""
    year, month, day = newest.split("-")
    days = [newest, *(f"{year}-{month}-{max(int(day) - n, 1):02}" for n in (1, 2, 4))]
    lines = (
        row.format(url=f"{at}t{each.replace('-', '')}_{n}.html", title=title, day=each)
        for n, (each, title) in enumerate(zip(days, _TITLES, strict=True))
    )
    return f'<div class="list"><ul>{"".join(lines)}</ul></div>'


def menu(columns: Sequence[tuple[str, str]], entry: str = '<li><a href="{url}">{name}</a></li>') -> str:
    return "".join(entry.format(name=name, url=url) for name, url in columns)


def _site(
    name: str, home: str, columns: Mapping[str, str], *, around: str = "", charset: str = "utf-8", **more: str
) -> LittleSite:
    """A site whose columns are plain lists, beside pages of its own in ``more`` (by path without the first slash)."""
    pages = {"/": home, **{f"/{path}": page for path, page in more.items()}}
    for path, newest in columns.items():
        pages.setdefault(
            path, around + (listed(newest) if newest[:2] == "20" else '<div class="list"><ul></ul></div>')
        )
    return LittleSite(name, pages, dict(columns), charset)


_TWO = {"/tzgg/": "2021-02-10", "/gzdt/": "2021-02-14"}
_NAMES = [("通知公告", "/tzgg/"), ("工作动态", "/gzdt/")]


def sites() -> list[LittleSite]:
    return [*_menus(), *_script_menus(), *_systems(), *_lists()]


def _menus() -> list[LittleSite]:
    """How menus are built of markup."""
    click = (
        "<div class='nav'><ul>"
        + menu(_NAMES, "<li onclick=\"location.href='{url}'\">{name}</li>")
        + "</ul></div>"
    )
    cells = (
        "<table><tr>"
        + menu(_NAMES, "<td onclick=\"window.location='{url}'\"><img src='/i.gif'>{name}</td>")
        + "</tr></table>"
    )
    areas = (
        "<img src='/nav.jpg' usemap='#m'><map name='m'>"
        + menu(_NAMES, "<area shape='rect' coords='1,1,9,9' href='{url}' alt='{name}'>")
        + "</map>"
    )
    jump = (
        "<select onchange=\"window.open(this.value)\"><option value=''>栏目导航</option>"
        + menu(_NAMES, "<option value='{url}'>{name}</option>")
        + "</select>"
    )
    friends = "<select><option>友情链接</option><option value='http://www.example.com/'>省政府网站</option></select>"
    data = "<ul class='nav'>" + menu(_NAMES, "<li data-href='{url}'>{name}</li>") + "</ul>"
    called = (
        "<ul>"
        + menu(_NAMES, "<li><a href='javascript:;' onclick=\"openColumn('{url}')\">{name}</a></li>")
        + "</ul>"
    )
    hrefs = "<ul>" + menu(_NAMES, "<li><a href=\"javascript:goTo('{url}');\">{name}</a></li>") + "</ul>"
    english = (
        "<ul>" + menu(_NAMES, "<li><a href='{url}'><span>{name}</span><em>COLUMN</em></a></li>") + "</ul>"
    )
    long = "<ul><li><a href='/tzgg/'>突发公共事件应急预案及预警信息公开</a></li><li><a href='/gzdt/'>国务院及上级部门重要政策文件解读与回应</a></li></ul>"
    return [
        _site("clicked rows", click, _TWO),
        _site("clicked cells", cells, _TWO),
        _site("picture map", areas, _TWO),
        _site("jump list", jump + friends, _TWO),
        _site("data-href", data, _TWO),
        _site("function with an address", called, _TWO),
        _site("javascript: with an address", hrefs, _TWO),
        _site("names in two languages", english, _TWO),
        _site("long names", long, _TWO),
        _site(
            "frames",
            "<frameset rows='90,*'><frame src='/top.htm'><frameset cols='160,*'><frame src='/left.htm' name='left'><frame src='/main.htm' name='main'></frameset></frameset>",
            _TWO,
            **{
                "top.htm": "<h1>某某市农业局</h1>",
                "left.htm": "<table>"
                + menu(_NAMES, "<tr><td><a href='{url}' target='main'>{name}</a></td></tr>")
                + "</table>",
                "main.htm": "<p>欢迎访问某某市农业局网站。</p>",
            },
        ),
        _site(
            "menu in an inner frame",
            "<iframe src='/head.html' width='100%' height='120'></iframe><p>欢迎访问某某市农业局网站。</p>"
            + listed("2021-02-14", "/gzdt/"),
            _TWO,
            **{
                "head.html": "<ul>"
                + menu(_NAMES, "<li><a href='{url}' target='_top'>{name}</a></li>")
                + "</ul>"
            },
        ),
        _site(
            "menu that is loaded into the page",
            "<div id='head'></div><script>$(function(){$('#head').load('/inc/head.html');});</script>"
            + listed("2021-02-14", "/gzdt/"),
            _TWO,
            **{"inc/head.html": "<ul>" + menu(_NAMES) + "</ul>"},
        ),
        _site(
            "tabs with their own 更多",
            "<div class='tab'><span onmouseover='show(1)'>通知公告</span><span onmouseover='show(2)'>工作动态</span></div>"
            "<div id='t1'>"
            + listed("2021-02-10", "/tzgg/")
            + "<a href='/tzgg/'>更多</a></div><div id='t2' style='display:none'>"
            + listed("2021-02-14", "/gzdt/")
            + "<a href='/gzdt/'>更多</a></div>",
            _TWO,
        ),
        _site(
            "a first page that only leads in",
            "<div><a href='/main.html'><img src='/in.jpg' alt='进入网站'></a></div>",
            _TWO,
            **{"main.html": "<ul>" + menu(_NAMES) + "</ul>" + listed("2021-02-14", "/gzdt/")},
        ),
    ]


def _script_menus() -> list[LittleSite]:
    """Menus that stand only in scripts."""
    inline = """<div id="nav"></div><script>var navData = {"data":[{"channelName":"政务公开","url":"/zwgk/","children":[
      {"channelName":"通知公告","url":"/tzgg/"},{"channelName":"工作动态","url":"/gzdt/"}]}]}; showNav(navData);</script>"""
    literal = """<div id="nav"></div><script>var menus = [{name:'通知公告',url:'/tzgg/'},{name:'工作动态',url:'/gzdt/'}];</script>"""
    arrays = """<script>var m=new Array();m[0]=["通知公告","/tzgg/"];m[1]=["工作动态","/gzdt/"];build(m);</script>"""
    written = """<script>document.write("<ul>");document.write("<li><a href='/tzgg/'>通知公告</a></li>");document.write("<li><a href=\\"/gzdt/\\">工作动态</a></li></ul>");</script>"""
    joined = """<script>var s = '<ul>'; s += '<li><a href="/tzgg/">通知公告</a></li>'; s += '<li><a href="/gzdt/">工作动态</a></li>' + '</ul>'; document.getElementById('nav').innerHTML = s;</script>"""
    loaded = """<body onload="initMenu()"><div id="nav"></div><script src="/js/menu.js"></script></body>"""
    file = """function initMenu(){var html="";html+="<li><a href='/tzgg/'>通知公告</a></li>";html+="<li><a href='/gzdt/'>工作动态</a></li>";$("#nav").html(html);}"""
    return [
        _site("inline JSON with children", inline, _TWO | {"/zwgk/": "2021-02-09"}),
        _site("inline literals", literal, _TWO),
        _site("inline arrays", arrays, _TWO),
        _site("document.write", written, _TWO),
        _site("strings put together", joined, _TWO),
        _site("a script file called by onload", loaded, _TWO, **{"js/menu.js": file}),
        _site(
            "a script file of literals",
            "<div id='nav'></div><script src='/js/nav_data.js'></script>",
            _TWO,
            **{
                "js/nav_data.js": "var NAV=[{title:'通知公告',link:'/tzgg/'},{title:'工作动态',link:'/gzdt/'}];"
            },
        ),
        _site(
            "a script file that writes",
            "<script src='/d/js/class/class1.js'></script>" + listed("2021-02-14", "/gzdt/"),
            _TWO,
            **{
                "d/js/class/class1.js": "document.write(\"<a href='/tzgg/'>通知公告</a> | <a href='/gzdt/'>工作动态</a>\");"
            },
        ),
        _site(
            "data that a script asks for",
            "<div id='nav'></div><script>$.getJSON('/api/nav.json', function(d){draw(d)});</script>",
            _TWO,
            **{"api/nav.json": '[{"name":"通知公告","url":"/tzgg/"},{"name":"工作动态","url":"/gzdt/"}]'},
        ),
    ]


def _systems() -> list[LittleSite]:
    """The addresses and pages of content systems in use."""
    side = "<div class='left'><h3>政务公开</h3><ul><li><a href='/zwgk/zcfg.htm'>政策法规</a></li><li><a href='/zwgk/rsxx.htm'>人事信息</a></li></ul></div>"
    records = "".join(
        f"<record><![CDATA[<li><a href='/art/2021/2/{d}/art_12_{n}.html'>{_TITLES[n]}</a><span>2021-02-{d:02}</span></li>]]></record>"
        for n, d in enumerate((10, 8, 5))
    )
    below = [("规范性文件", "/gfxwj/wj_z.shtml"), ("人事任免", "/rsrm/nr_z.shtml")]
    around = (
        "<div><ul>"
        + menu([*_NAMES, ("公开年报", "/gknb/nb.shtml")])
        + f"<li><a href='javascript:;'><span>政策</span></a><ul>{menu(below)}</ul></li></ul></div>"
    )
    drop = "<ul id='dropmenu3' class='dropMenu' style='display:none'><li><a href='/plus/list.php?tid=31'>图片新闻</a></li><li><a href='/plus/list.php?tid=32'>视频新闻</a></li></ul>"
    return [
        _site(
            "TRS",
            "<ul>" + menu([("通知公告", "./tzgg/"), ("工作动态", "./gzdt/index.shtml")]) + "</ul>",
            {"/tzgg/": "2021-02-10", "/gzdt/index.shtml": "2021-02-14"},
        ),
        _site(
            "jpage",
            "<ul><li><a href='/col/col12/index.html'>通知公告</a></li></ul>",
            {"/col/col12/index.html": "2021-02-10"},
            **{
                "col/col12/index.html": f"<div id='12'><script type='text/xml'><datastore><totalrecord>3</totalrecord><totalpage>1</totalpage><recordset>{records}</recordset></datastore></script></div><script>$('#12').jpage({{totalRecord:3,perPage:15}})</script>"
            },
        ),
        _site(
            "siteweaver",
            "<ul><li><a href='xwzx.htm'>新闻中心</a></li><li><a href='zwgk.htm'>政务公开</a></li></ul>",
            {
                "/xwzx.htm": "2021-02-14",
                "/zwgk.htm": "2021-02-01",
                "/zwgk/zcfg.htm": "2020-12-10",
                "/zwgk/rsxx.htm": "2020-11-10",
            },
            around=side,
        ),
        _site(
            "a side menu that leads back to the page, to addresses of other forms",
            "<div>" + menu([("公开年报", "/gknb/nb.shtml")]) + "</div>",
            {
                "/gknb/nb.shtml": "2021-01-20",
                **_TWO,
                "/gfxwj/wj_z.shtml": "2021-01-05",
                "/rsrm/nr_z.shtml": "2020-12-30",
            },
            around=around,
        ),
        _site(
            "a side menu without the page itself, of columns that the home page shows",
            "<ul>" + menu([*_NAMES, ("公开年报", "/gknb/nb.shtml"), ("公开指南", "/gkzn/zn.html")]) + "</ul>",
            {
                "/gknb/nb.shtml": "2021-01-20",
                **_TWO,
                "/gkzn/zn.html": "2021-01-08",
                "/gfxwj/wj_z.shtml": "2021-01-05",
                "/rsrm/nr_z.shtml": "2020-12-30",
            },
            **{"gkzn/zn.html": around + listed("2021-01-08")},
        ),
        _site(
            "PowerEasy",
            "<ul><li><a href='/Category_12/Index.aspx'>通知公告</a></li><li><a href='/Category_13/Index.aspx'>工作动态</a></li></ul>",
            {"/Category_12/Index.aspx": "2021-02-10", "/Category_13/Index.aspx": "2021-02-14"},
        ),
        _site(
            "DedeCMS",
            "<ul><li><a href='/plus/list.php?tid=3' rel='dropmenu3'>新闻中心</a></li></ul>" + drop,
            {
                "/plus/list.php?tid=3": "2021-02-14",
                "/plus/list.php?tid=31": "2021-02-11",
                "/plus/list.php?tid=32": "2020-02-11",
            },
        ),
        _site(
            "帝国CMS",
            "<ul><li><a href='/e/action/ListInfo/?classid=12'>通知公告</a></li></ul>",
            {"/e/action/ListInfo/?classid=12": "2021-02-10"},
        ),
        _site(
            "Joomla",
            "<ul><li><a href='/index.php?option=com_content&amp;view=category&amp;id=8&amp;Itemid=1012'>通知公告</a></li></ul>",
            {"/index.php?option=com_content&view=category&id=8&Itemid=1012": "2021-02-10"},
        ),
        _site(
            "WordPress",
            "<ul><li><a href='/?cat=3'>通知公告</a></li><li><a href='/category/news/'>工作动态</a></li></ul>",
            {"/?cat=3": "2021-02-10", "/category/news/": "2021-02-14"},
        ),
        _site(
            "Drupal",
            "<ul><li><a href='/taxonomy/term/12'>通知公告</a></li><li><a href='/node/add'>登录</a></li></ul>",
            {"/taxonomy/term/12": "2021-02-10"},
        ),
        _site(
            "ASP",
            "<table><tr><td><a href='list.asp?id=12'>通知公告</a></td><td><a href='more.asp?classid=1013'>工作动态</a></td></tr></table>",
            {"/list.asp?id=12": "2021-02-10", "/more.asp?classid=1013": "2021-02-14"},
            charset="gbk",
        ),
        _site(
            "JSP with a session",
            "<ul><li><a href='/channel.jsp;jsessionid=A1B2?id=12'>通知公告</a></li></ul>",
            {"/channel.jsp;jsessionid=A1B2?id=12": "2021-02-10"},
        ),
        _site(
            "Chinese queries of a GBK page",
            "<ul><li><a href='list.asp?lm=通知公告'>通知公告</a></li></ul>",
            {"/list.asp?lm=%CD%A8%D6%AA%B9%AB%B8%E6": "2021-02-10"},
            charset="gbk",
        ),
        _site(
            "script literals with Chinese queries of a GBK page",
            "<div id='nav'></div><script>var menus=[{name:'通知公告',url:'list.asp?lm=通知公告'},{name:'工作动态',url:'list.asp?lm=工作动态'}];</script>",
            {
                "/list.asp?lm=%CD%A8%D6%AA%B9%AB%B8%E6": "2021-02-10",
                "/list.asp?lm=%B9%A4%D7%F7%B6%AF%CC%AC": "2021-02-14",
            },
            charset="gbk",
        ),
    ]


def _lists() -> list[LittleSite]:
    """How the lists of columns are built."""
    home = "<ul>" + menu(_NAMES) + "</ul>"
    shape = (
        "<div class='head'><ul>"
        + menu([*_NAMES, ("领导活动", "/ldhd/")])
        + "</ul></div><div class='box'><h3>{name}</h3>{rows}<div class='page'></div></div><script src='/js/site.js'></script>"
    )
    record = (
        "<ul class='gkml'>"
        + "".join(
            f"<li><a href='/gk/{n}.html'>{title}</a><p><b>索引号:</b>0114{n}</p><p><b>发布机构:</b>市农业局</p><p><b>成文日期:</b>2021-01-0{n + 1}</p><p><b>发布日期:</b>2021-02-1{n}</p></li>"
            for n, title in enumerate(_TITLES[:3])
        )
        + "</ul>"
    )
    english = (
        "<ul>"
        + "".join(
            f"<li><a href='/e/{n}.html'>{title}</a><span>{day}</span></li>"
            for n, (title, day) in enumerate(
                (
                    ("Rivers of the county restored", "Feb 10, 2021"),
                    ("Roads to villages opened", "Feb 8, 2021"),
                    ("Schools prepare for spring", "Jan 28, 2021"),
                )
            )
        )
        + "</ul>"
    )
    british = (
        "<ul>"
        + "".join(
            f"<li><a href='/e/{n}.html'>{title}</a><span>{day}</span></li>"
            for n, (title, day) in enumerate(
                (
                    ("Rivers of the county restored", "14 February 2021"),
                    ("Roads to villages opened", "8 Feb. 2021"),
                    ("Schools prepare for spring", "28 January 2021"),
                )
            )
        )
        + "</ul>"
    )
    tree = "<ul><li><a href='/tzgg/'>通知公告</a></li><li><a href='/zwgk/'>政务公开</a></li></ul>"
    return [
        *(
            _site(
                case,
                "<ul>" + menu([*_NAMES, ("领导活动", "/ldhd/")]) + "</ul>",
                _TWO | {"/ldhd/": expected},
                **{
                    "tzgg/": shape.format(name="通知公告", rows=listed("2021-02-10")),
                    "gzdt/": shape.format(name="工作动态", rows=listed("2021-02-14")),
                    "ldhd/": shape.format(name="领导活动", rows=rows),
                }
                | ({"js/site.js": script} if script else {}),
            )
            for case, rows, script, expected in (
                ("an empty column among its like", "<div class='list'><ul></ul></div>", "", BLANK),
                ("an empty column without its list", "", "", BLANK),
                (
                    "an empty column beside a file of effects",
                    "<div class='list'><ul></ul></div>",
                    "function roll(){document.title+='.'}setInterval(roll,900);",
                    BLANK,
                ),
                (
                    "an empty column that the site's own file fills",
                    "<div class='list'><ul></ul></div>",
                    "if(location.pathname=='/ldhd/')$.getJSON('/api/ldhd',function(d){$('.list ul').html(d.rows)});",
                    UNSEEN,
                ),
                (
                    "a column without its list that the site's own file fills",
                    "",
                    "if(location.pathname=='/ldhd/')fetch('/api/ldhd').then(show);",
                    UNSEEN,
                ),
            )
        ),
        _site("directory of open information", home, _TWO | {"/tzgg/": "2021-02-12"}, **{"tzgg/": record}),
        _site("American dates", home, _TWO, **{"tzgg/": english}),
        _site("British dates", home, _TWO, **{"gzdt/": british}),
        _site(
            "a column that a script fills",
            "<ul>" + menu([*_NAMES, ("领导活动", "/ldhd/")]) + "</ul>",
            _TWO | {"/ldhd/": UNSEEN},
            **{
                "ldhd/": "<div id='list'></div><div id='page'></div><script src='/js/laypage.js'></script><script>$.post('/api/list',{id:3},function(d){laypage({cont:'page',pages:d.pages})})</script>"
            },
        ),
        LittleSite(
            "a menu page that fails",
            {"/": tree, "/tzgg/": listed("2021-02-10")},
            {"/tzgg/": "2021-02-10", "/zwgk/": "failed"},
        ),
    ]
