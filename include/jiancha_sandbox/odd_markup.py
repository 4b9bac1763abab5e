"""Markup of the odd kinds: lists whose dates stand elsewhere, and what stands beside them on every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from itertools import groupby

from jiancha_sandbox.markup import DateForm, Line, pinned_mark

NOSCRIPT_REFRESH = '<noscript><meta http-equiv="refresh" content="0;url=/noscript.html"></noscript>'

#: Columns as a script of the site's system knows them; they were all made anew this morning.
COLUMN_RECORDS = (
    '<script>var channels = [{"name": "工作动态", "url": "/xwzx/gzdt/", "releaseTime": "{today} 06:00:00"}, '
    '{"name": "通知公告", "url": "/zwgk/tzgg/", "releaseTime": "{today} 06:00:00"}];</script>'
)

NO_ATTACHMENTS = '<div class="files"><h3>相关附件</h3><p>暂无</p></div>'

#: Lines of a head that are no header fields, as some gateways add them.
HEADER_LINES = (
    b"X-Powered-By : PHP/5.2",
    b"powered by nginx",
    "访问量: 12".encode("gbk"),
    b"Cache-Control: no-store,\r\n no-cache",
)
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </css/main.css>; rel=preload\r\n\r\n"

#: A home page that leads on: phones to one address, everything else to the other.
MOBILE_SWITCH = (
    "<html><head><title>{name}</title><script>\n"
    "// location.href = '/old/index.html';\n"
    "if (/(iPhone|iPad|Android|Mobile)/i.test(navigator.userAgent)) {{ window.location.href = '/wap/'; }}\n"
    "else {{ window.location.href = '{home}'; }}\n"
    "function old() {{ location.href = '/old/'; }}\n"
    "</script></head><body></body></html>"
)
_TIMELESS_PAGE = '<div class="article"><h2>{}</h2><p>{}</p></div>'
#: Pages that hold one text; whatever day stands in it, they need no update.
TIMELESS = {
    path: (title, _TIMELESS_PAGE.format(title, "</p><p>".join(lines)))
    for path, title, *lines in (
        ("/lxwm/", "联系我们", "地址:咸阳市秦都区渭阳中路。", "电话:029-33210000。邮编:712000。"),
        (
            "/wzsm/",
            "网站声明",
            "本网站所载的文章、图片等资料,版权归本网站所有。本声明自2016年5月10日起施行。",
            "未经许可,任何单位和个人不得以任何形式复制或者镜像本网站的内容。",
        ),
        (
            "/lxxz/",
            "来信须知",
            "一、来信人应当提供真实的姓名和联系方式。",
            "二、一封来信只反映一件事项。",
            "三、来信自受理之日起15个工作日内答复。2015年9月1日起执行。",
        ),
    )
}


def dates_in_titles(lines: Sequence[Line], _: DateForm, __: datetime) -> str:
    rows = "".join(
        f'<li>{pinned_mark(line)}<a href="{line.url}">{escape(line.title)}({line.moment:%Y-%m-%d})</a></li>\n'
        for line in lines
    )
    return f'<ul class="gl-list">\n{rows}</ul>'


def below_years(lines: Sequence[Line], _: DateForm, __: datetime) -> str:
    """A list for each year; where an old item leads, its year leads as well."""
    parts = []
    for year, own in groupby(lines, key=lambda line: line.moment.year):
        rows = "".join(
            f'<li>{pinned_mark(line)}<a href="{line.url}">{escape(line.title)}</a>'
            f"<span>{line.moment:%m-%d}</span></li>\n"
            for line in own
        )
        parts.append(f'<h3>{year}年</h3>\n<ul class="gl-list">\n{rows}</ul>')
    return "\n".join(parts)


def three_siblings(lines: Sequence[Line], _: DateForm, __: datetime) -> str:
    rows = "".join(
        f'<h4>{pinned_mark(line)}<a href="{line.url}">{escape(line.title)}</a></h4>\n'
        f'<p class="summary">{escape(line.title)},各单位要认真贯彻落实……</p>\n'
        f'<p class="when">发布时间:{line.moment:%Y-%m-%d}</p>\n'
        for line in lines
    )
    return f'<div class="summaries">\n{rows}</div>'
