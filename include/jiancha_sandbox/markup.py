"""How sites differ: encodings, forms of dates, markup of lists, ways of paging.

Each template of the city is one :class:`Style`, a choice from the tables below.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Literal, NamedTuple

MetaForm = Literal["proper", "upper", "lower", "missing"]
PageNames = Literal["script", "numbered", "query", "next", "dynamic", "named", "single"]
LinkForm = Literal["rooted", "relative", "absolute"]
NavigationForm = Literal["flat", "table", "grouped", "headings", "opened", "pictures"]
AddressForm = Literal["plain", "several", "backslashes"]


class Line(NamedTuple):
    """An item as a list shows it; ``pinned`` lines carry a mark."""

    title: str
    url: str
    moment: datetime
    pinned: bool


DateForm = Callable[[datetime, datetime], str]  # (publication, the city's clock) -> text


@dataclass(frozen=True, slots=True)
class Style:
    """A content management system. ``header`` and ``meta`` are the charsets it declares, if any."""

    encoding: str
    header: str | None
    meta: str | None
    meta_form: MetaForm
    date: DateForm
    items: Callable[[Sequence[Line], DateForm, datetime], str]
    paging: PageNames
    page_size: int
    links: LinkForm = "rooted"  # how lists point to articles
    navigation: NavigationForm = "flat"
    home: str = "/"  # the home page's own address; "/" sends visitors there
    today: bool = False  # today's date stands in the head of every page
    sample: bool = False  # a sample item is left behind in a comment
    # what only the kinds of kinds.py have
    addresses: AddressForm = "plain"  # how links to columns are written
    on_top: str = ""  # stands in the head of every page
    below_lists: str = ""
    timeless: bool = False  # the menu has pages that need no update
    footer_encoding: str = ""  # where it is not the page's
    header_lines: tuple[bytes, ...] = ()  # lines of the answer's head that are no header fields


# --- dates ------------------------------------------------------------------------------------------


def _iso(moment: datetime, _: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _slashes(moment: datetime, _: datetime) -> str:
    return f"{moment.year}/{moment.month}/{moment.day}"


def _chinese(moment: datetime, _: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def _round_brackets(moment: datetime, _: datetime) -> str:
    return f"({moment:%Y-%m-%d})"


def _square_brackets(moment: datetime, clock: datetime) -> str:
    """The year is left out in the current year."""
    return f"[{moment:%m-%d}]" if moment.year == clock.year else f"[{moment:%Y-%m-%d}]"


def _relative(moment: datetime, clock: datetime) -> str:
    """As people say it on the last days, without the year in the current one."""
    age = clock - moment
    days = (clock.date() - moment.date()).days
    if timedelta(0) <= age < timedelta(hours=1):
        return f"{max(1, age.seconds // 60)}分钟前"
    if days == 0:
        return f"{age.seconds // 3600}小时前"
    if days == 1:
        return "昨天"
    return f"{moment:%m-%d}" if moment.year == clock.year else f"{moment:%Y-%m-%d}"


# --- lists ------------------------------------------------------------------------------------------


def pinned_mark(line: Line) -> str:
    return '<em class="top">[置顶]</em>' if line.pinned else ""


def unordered(lines: Sequence[Line], date: DateForm, clock: datetime) -> str:
    """ul/li, the date in a span after the link; also what home pages of script templates use."""
    items = "".join(
        f'<li>{pinned_mark(line)}<a href="{line.url}" title="{escape(line.title)}" target="_blank">'
        f"{escape(line.title)}</a>"
        f"<span>{date(line.moment, clock)}</span></li>\n"
        for line in lines
    )
    return f'<ul class="gl-list">\n{items}</ul>'


def titles_only(lines: Sequence[Line]) -> str:
    """ul/li without any date: only the articles tell theirs."""
    items = "".join(f'<li><a href="{line.url}">{escape(line.title)}</a></li>\n' for line in lines)
    return f'<ul class="gl-list">\n{items}</ul>'


def _table(lines: Sequence[Line], date: DateForm, clock: datetime) -> str:
    rows = "".join(
        f'<tr><td width="5%">{number}</td><td>{pinned_mark(line)}'
        f'<a href="{line.url}">{escape(line.title)}</a></td>'
        f'<td align="right">{date(line.moment, clock)}</td></tr>\n'
        for number, line in enumerate(lines, 1)
    )
    head = "<tr><th>序号</th><th>标题</th><th>发布日期</th></tr>"
    return f'<table class="list" cellspacing="0">{head}\n{rows}</table>'


def _definition(lines: Sequence[Line], date: DateForm, clock: datetime) -> str:
    rows = "".join(
        f'<dt>{pinned_mark(line)}<a href="{line.url}">{escape(line.title)}</a></dt>'
        f"<dd>{date(line.moment, clock)}</dd>\n"
        for line in lines
    )
    return f'<dl class="xxlist">\n{rows}</dl>'


def _day_boxes(lines: Sequence[Line], _: DateForm, __: datetime) -> str:
    boxes = "".join(
        f'<div class="item"><div class="date"><b>{line.moment:%d}</b><i>{line.moment:%Y-%m}</i></div>'
        f'<div class="txt">{pinned_mark(line)}<a href="{line.url}">{escape(line.title)}</a>'
        f"<p>{escape(line.title)}……</p></div></div>\n"
        for line in lines
    )
    return f'<div class="news-list">\n{boxes}</div>'


def _script(data: object) -> str:
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _script_variable(lines: Sequence[Line], date: DateForm, clock: datetime) -> str:
    data = [
        {"title": line.title, "url": line.url, "pubDate": date(line.moment, clock), "isTop": int(line.pinned)}
        for line in lines
    ]
    fill = "for(var i=0;i<dataList.length;i++){addRow(dataList[i]);}"
    return f'<ul id="dataBox"></ul>\n<script>\nvar dataList = {_script(data)};\n{fill}\n</script>'


def _json_script(lines: Sequence[Line], date: DateForm, clock: datetime) -> str:
    data = {
        "total": len(lines),
        "rows": [
            {"TITLE": line.title, "HREF": line.url, "FBSJ": date(line.moment, clock), "top": line.pinned}
            for line in lines
        ],
    }
    return f'<div id="list"></div>\n<script type="application/json" id="list-data">{_script(data)}</script>'


# --- paging -----------------------------------------------------------------------------------------


def page_address(names: PageNames, page: int, folder: str, category: int | str) -> str:
    """The address of page ``page`` (from 1) of the column in ``folder``, by its number or its name."""
    if names == "named":
        return f"/list.jsp?lm={category}" + (f"&page={page}" if page > 1 else "")
    if names == "dynamic":
        return f"/list.jsp?catid={category}" + (f"&page={page}" if page > 1 else "")
    if page == 1:
        return folder
    tail = {"script": f"index_{page - 1}.html", "numbered": f"index_{page}.html", "next": f"list_{page}.html"}
    return folder + tail.get(names, f"?page={page}")


def pager(names: PageNames, page: int, pages: int, folder: str, category: int | str) -> str:
    """The paging bar below a list of ``pages`` pages; nothing where there is one page."""
    if pages < 2 or names == "single":
        return ""
    if names == "script":
        return (
            f'<div class="page"><script>createPageHTML({pages}, {page - 1}, "index", "html");</script></div>'
        )

    def link(number: int, text: str) -> str:
        return f'<a href="{escape(page_address(names, number, folder, category))}">{text}</a>'

    following = link(page + 1, "下一页") if page < pages else "<span>下一页</span>"
    if names == "next":
        return f'<div class="page">第{page}/{pages}页 {following}</div>'
    near = range(max(1, page - 3), min(pages, page + 3) + 1)
    numbers = " ".join(f'<span class="cur">{n}</span>' if n == page else link(n, str(n)) for n in near)
    return (
        f'<div class="page">{link(1, "首页")} {numbers} {following} {link(pages, "尾页")} 共{pages}页</div>'
    )


#: The item that a designer left in a comment of ``sample`` templates.
SAMPLE_COMMENT = '<!-- <li><a href="#">信息标题样例</a><span>2021/1/28</span></li> -->'

STYLES: dict[str, Style] = {
    "trs": Style("utf-8", "UTF-8", "utf-8", "proper", _iso, unordered, "script", 20, links="relative"),
    "gbktable": Style(
        "gbk",
        "GBK",
        "gb2312",
        "missing",
        _square_brackets,
        _table,
        "numbered",
        18,
        navigation="table",
        today=True,
    ),
    "wrongheader": Style(
        "gb18030", "utf-8", "gb2312", "upper", _slashes, unordered, "query", 15, sample=True
    ),
    "definition": Style(
        "utf-8", None, "gb2312", "lower", _chinese, _definition, "query", 20, navigation="grouped", today=True
    ),
    "daybox": Style("utf-8", "utf-8", "UTF-8", "proper", _iso, _day_boxes, "numbered", 15, links="absolute"),
    "scriptlist": Style("utf-8", "utf-8", "utf-8", "proper", _iso, _script_variable, "single", 1_000_000),
    "jsonlist": Style(
        "gb18030", None, "gb18030", "lower", _iso, _json_script, "query", 20, navigation="grouped"
    ),
    "relative": Style("utf-8", "utf-8", None, "missing", _relative, unordered, "next", 20),
    "dynamic": Style(
        "gbk", None, "gbk", "upper", _round_brackets, unordered, "dynamic", 16, home="/index.jsp"
    ),
}

#: Lists that only a script shows; home pages of these templates have plain ones.
FILLED_BY_SCRIPT = (_script_variable, _json_script)
