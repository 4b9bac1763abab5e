"""Pages that want to break their reader: each is made by code and has a name.

None of them is answered by more than "unknown" or by what a browser would show; what they must not do is
cost more than their budget, or end in an error. The sizes are those that the limit of a download (5 MB)
lets through, and more.
"""

from __future__ import annotations

import random
from collections.abc import Callable

MEGABYTE = 1_000_000
ROWS = "".join(
    f'<li><a href="/tzgg/{n}.html">关于开展第{n}次专项检查工作的通知</a><span>2021-02-{10 + n}</span></li>'
    for n in range(5)
)
LIST = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>通知公告</title></head><body>'
    '<ul class="nav"><li><a href="/zwgk/">政务公开</a></li><li><a href="/tzgg/">通知公告</a></li></ul>'
    f'<div class="list"><ul>{ROWS}</ul></div><div class="page"><a href="index_1.html">下一页</a></div>'
    "</body></html>"
)

_MADE: dict[str, Callable[[], str | bytes]] = {}
_scale = [1.0]


def some(count: int) -> int:
    """So many at full size, fewer where a smaller page is wanted."""
    return max(1, int(count * _scale[0]))


def _page(make: Callable[[], str | bytes]) -> Callable[[], str | bytes]:
    _MADE[make.__name__] = make
    return make


def make(name: str, scale: float = 1.0) -> bytes:
    """The page of this name, at full size or a part of it."""
    _scale[0] = scale
    made = _MADE[name]()
    return made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made


def names() -> list[str]:
    """All pages that can be made."""
    return sorted(_MADE)


def _add(name: str, making: Callable[[], str | bytes]) -> None:
    _MADE[name] = making


# --- broken off, garbled ---

for _share in (1, 7, 25, 50, 75, 93, 99):
    _add(f"cut_at_{_share}_percent", lambda s=_share: LIST.encode()[: len(LIST.encode()) * s // 100])
for _charset in ("gb18030", "utf-16", "big5", "utf-7", "shift_jis", "utf-32"):
    _add(f"in_{_charset.replace('-', '_')}", lambda c=_charset: LIST.encode(c, "replace"))
for _said in ("utf-8", "utf-16", "big5", "iso-8859-1", "hz-gb-2312", "rot13", "zlib", "x" * 19):
    _add(
        f"gbk_said_to_be_{_said.replace('-', '_')}",
        lambda s=_said: LIST.replace('charset="utf-8"', f'charset="{s}"').encode("gbk"),
    )


@_page
def empty() -> bytes:
    return b""


@_page
def nul_bytes() -> bytes:
    return LIST.encode().replace(b">", b"\0>\0").replace(b"2021", b"20\0" + b"21")


@_page
def mixed_charsets() -> bytes:
    return b"".join(
        LIST[n : n + 40].encode(("utf-8", "gb18030")[n // 40 % 2]) for n in range(0, len(LIST), 40)
    )


@_page
def bom_in_the_middle() -> bytes:
    return b"\xff\xfe" + LIST.encode() + b"\xef\xbb\xbf" + LIST.encode("utf-16")


@_page
def random_bytes() -> bytes:
    return random.Random(1).randbytes(some(3 * MEGABYTE))


@_page
def a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(some(MEGABYTE))


@_page
def a_zip() -> bytes:
    return b"PK\x03\x04" + bytes(range(256)) * some(8000)


@_page
def lone_surrogates() -> str:
    return LIST.replace("通知", "\ud800通\udfff知") + '<a href="/\ud8ff/">政务公开</a>'


@_page
def broken_utf8_everywhere() -> bytes:
    return LIST.encode().replace("通".encode(), b"\xe9\x80") * 200


# --- nesting ---

for _tag in "div span table tr td ul li a b font p form select iframe svg noscript template button".split():  # noqa: SIM905
    _add(f"deep_{_tag}", lambda t=_tag: f"<{t}>" * some(10_000) + LIST)
    _add(f"deep_{_tag}_closed", lambda t=_tag: f"<{t}>" * some(10_000) + ROWS + f"</{t}>" * some(10_000))


@_page
def deep_tables() -> str:
    return "<table><tr><td>" * some(10_000) + ROWS


@_page
def formatting_reopened_in_each_paragraph() -> str:
    """Each paragraph opens the 400 elements again that the one before left open."""
    return "".join(f"<b id={n}>" for n in range(400)) + "<p>x" * some(30_000)


@_page
def misnested_formatting() -> str:
    return "<a><b><i><p></a></b></i><div></p>" * some(30_000)


@_page
def closing_tags_only() -> str:
    return "</div></p></table></a></ul>" * some(100_000) + LIST


@_page
def elements_thrown_out_of_tables() -> str:
    return "<table>" + "<b><tr>x" * some(50_000)


# --- sheer size ---


@_page
def one_line_of_20_megabytes() -> str:
    return "<p>" + "咸阳市人民政府关于开展安全生产检查的通知2021年2月19日" * some(20 * MEGABYTE // 74)


@_page
def a_text_without_spaces() -> str:
    return "a" * some(5 * MEGABYTE)


@_page
def only_spaces() -> str:
    return "<p>" + " \n\t" * some(5 * MEGABYTE // 3)


@_page
def many_links() -> str:
    return "".join(f'<li><a href="/a/{n}.html">关于某事的通知{n}</a></li>' for n in range(some(60_000)))


@_page
def many_menu_links() -> str:
    return "".join(f'<a href="/c{n}/">政务公开</a>' for n in range(some(100_000)))


@_page
def many_links_to_more() -> str:
    return "".join(f'<div><h2>通知公告</h2><a href="/c{n}/">更多</a></div>' for n in range(some(50_000)))


@_page
def many_dates() -> str:
    return "<p>" + " 2021-02-19" * some(100_000)


@_page
def many_dated_rows() -> str:
    row = '<li><a href="/a/{0}.html">关于某事的通知{0}</a><span>2021-02-19</span></li>'
    return "<ul>" + "".join(row.format(n) for n in range(some(40_000))) + "</ul>"


@_page
def many_dates_in_texts_of_their_own() -> str:
    return "<i>2021-02-19</i>" * some(100_000)


@_page
def many_lists() -> str:
    return "".join(
        f'<div><p><a href="/a/{n}.html">关于某事的通知</a> 2021-02-19</p></div>' for n in range(some(40_000))
    )


@_page
def many_scripts() -> str:
    return '<script>var a={"a":1};location.href="x"</script>' * some(60_000)


@_page
def many_meta_tags() -> str:
    return "".join(f'<meta name="m{n}" content="x">' for n in range(some(80_000))) + LIST


@_page
def many_refreshes() -> str:
    return f'<meta http-equiv="refresh" content="0;url={"javascript:" + "x " * 240}">' * some(8000)


@_page
def many_comments() -> str:
    return "<!-- 2021-02-19 -->" * some(200_000) + LIST


# --- huge attributes ---


@_page
def a_class_of_megabytes() -> str:
    """The class of an element around thousands of lists."""
    row = '<section><p><a href="/{}.htm">关于某事的通知</a> 2021-02-19</p></section>'
    rows = "".join(row.format(n) for n in range(some(8000)))
    return f'<div class="{"hotel " * some(500_000)}">{rows}</div>'


@_page
def many_attributes() -> str:
    return "<a " + " ".join(f'a{n}="x"' for n in range(some(100_000))) + ' href="/x/">通知公告</a>' + LIST


@_page
def a_style_of_megabytes() -> str:
    return f'<p style="{"display : none;" * some(200_000)}">2021-02-19</p>' + LIST


@_page
def an_address_of_megabytes() -> str:
    return f'<a href="/{"a/" * some(MEGABYTE)}">关于某事的通知</a>' + LIST


@_page
def a_pager_with_an_address_of_megabytes() -> str:
    return f'<a href="/{"12/" * some(MEGABYTE)}">12</a><a href="/1">1</a>' + LIST


@_page
def a_click_of_megabytes() -> str:
    return f"""<a onclick="{"location='" * some(300_000)}">关于某事的通知</a>""" + LIST


@_page
def a_title_of_megabytes() -> str:
    return (
        f'<title>{"通知 " * some(500_000)}</title><a title="{"通知 " * some(500_000)}" href="/a">x</a>' + LIST
    )


# --- rows and tables ---


@_page
def rows_of_dense_text() -> str:
    """Rows of six links around which each level adds sixty times nothing but dates."""
    dense = "".join(f"<i>{'2021-02-19,' * 350}</i>" for _ in range(7))
    row = "".join(f'<a href="/a{n}">通知{"公告" * (9 if n == 0 else 0)}</a>' for n in range(6))
    for _ in range(8):
        row = f"<div>{row}{dense}</div>"
    return f"<section>{row}</section>" * some(20)


@_page
def a_row_of_empty_cells() -> str:
    cells = "<td></td>" * some(300_000)
    links = "".join(f'<td><a href="/a{n}">关于某事的通知{n}</a></td>' for n in range(1))
    texts = "<td>x1</td>" * 50
    head = "<tr><td>标题</td><td>发布日期</td><td>成文日期</td></tr>"
    return f"<table>{head}<tr>{cells}{links}{texts}</tr></table>"


@_page
def many_rows_of_cells() -> str:
    head = "<tr>" + "<td>发布日期</td>" * 40 + "</tr>"
    row = '<tr><td><a href="/a">关于某事的通知</a></td>' + "<td>1</td>" * 55 + "</tr>"
    return f"<table>{head}{row * some(7000)}</table>"


@_page
def undated_siblings() -> str:
    return "<div>" + '<p><a href="/a">关于某事的通知</a></p><p>2021</p>' * some(80_000) + "</div>"


@_page
def links_in_links() -> str:
    return "<li>" + '<a href="/a">关于某事的通知<a href="/b">' * some(50_000)


# --- addresses ---


@_page
def addresses_that_cannot_be_parsed() -> str:
    bad = (
        "http://[",
        "http://[::1",
        "//[",
        "http://a.gov.cn:99999/b/",
        "http://a.gov.cn:8a/",
        "http://a.gov.cn:\u0663/",
        "http://\u2100/",
        "http://a\u200b.gov.cn/",
        "http:///x",
        "http://%zz/",
        "\x00",
        "http://a.gov.cn\\@b/",
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        " file:///etc/passwd",
        "data:text/html,x",
        "http://user:pw@a.gov.cn/",
        "?",
        "#",
        "",
        "http://a.gov.cn:80:80/",
        "http://]/",
    )
    menu = "".join(f'<a href="{each}?menu">政务公开</a>' for each in bad)
    return menu + "".join(f'<li><a href="{each}">通知公告</a> 2021-02-19</li>' for each in bad) + LIST


for _number, _base in enumerate(
    ("http://[", "//[::1", "javascript:1", "data:,", "http://a.gov.cn:99999/", "", "\\", "ftp://x/")
):
    _add(f"base_{_number}", lambda b=_base: f'<base href="{b}"><base href="/x/">{LIST}')


@_page
def redirects_to_odd_places() -> str:
    targets = ("javascript:1", "data:,x", "file:///etc/passwd", "http://[", "http://127.0.0.1:99999/", "")
    return "".join(f'<meta http-equiv=refresh content="0;url={each}">' for each in targets)


@_page
def a_script_redirect() -> str:
    return '<script>window.location.href="http://[";location.replace("http://a.gov.cn:8a/")</script>'


@_page
def a_redirect_to_itself() -> str:
    return '<meta http-equiv="refresh" content="0;url=http://a.gov.cn/tzgg/">'


# --- pages that are something else ---


@_page
def a_frameset() -> str:
    return '<frameset rows="*"><frame src="http://a.gov.cn/main.htm"><frame src="//["></frameset>'


@_page
def frames_in_frames() -> str:
    return '<iframe src="/a.html">' * some(20_000) + LIST


@_page
def a_script_as_page() -> str:
    return f"var html='{LIST}';document.write(html);" * some(2000)


@_page
def a_soft_404() -> str:
    return "<html><title>404</title><body><h1>您访问的页面不存在</h1><p>2021-02-19</p></body></html>"


@_page
def a_login_wall() -> str:
    return '<form><input name="user"><input type="password"></form><p>请登录后查看 2021-02-19</p>'


@_page
def json_instead() -> str:
    return '{"code":500,"data":[{"title":"关于某事的通知","url":"/a.html","pubDate":"2021-02-19"}]}'


@_page
def xml_instead() -> str:
    return '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><x>&c;</x>' + LIST


@_page
def an_open_comment() -> str:
    return "<!-- " * some(100_000) + LIST


@_page
def an_open_script() -> str:
    return LIST + "<script>" * some(100_000)


@_page
def open_text_areas() -> str:
    return "<textarea>" + LIST + "<title>" * some(100_000)


@_page
def open_attributes() -> str:
    return '<a href="' * some(100_000) + LIST


@_page
def open_cdata() -> str:
    return "<![CDATA[" * some(200_000) + LIST


@_page
def less_than_signs() -> str:
    return "<" * some(3 * MEGABYTE) + LIST


@_page
def entities() -> str:
    return "&amp;&#x41;&#1114112;&#0;&bogus;&lt;&NotEqualTilde;&#xD800;" * some(80_000) + LIST


@_page
def open_entities() -> str:
    return "&" * some(MEGABYTE) + "&#" * some(MEGABYTE) + LIST


# --- numbers and dates that are none ---


@_page
def dates_with_odd_digits() -> str:
    odd = (
        "2021-02-19 10:08:00+08:99",
        "2021-02-19 10:08:00+14:00",
        "2021-02-19 10:08:00-99:99",
        "２０２１-02-19",
        "\u0662\u0660\u0662\u0661-\u0660\u0662-\u0661\u0669",
        "2021-02-\u00b9\u2079",
        "2021-02-30",
        "0000-00-00",
        "2021-02-19 24:00",
        "2021-02-19 10:60",
        "99999年99月99日",
        "2021年2月19日24时61分",
        "1970-01-01",
        "02-30",
        "9999-12-31",
        "2099-12-31 23:59:59 +0000",
        "1995-01-01 00:00:00+14:00",
        "999周前",
        "999天前",
        "2月29日",
        "昨天 99:99",
        "2021\u200b-02\u200b-19",
        "2021\u202e-02-19",
        "2\ufe0f\u20e3021-02-19",
        "\u096821-02-19",
        "二〇二一年二月十九日",
        "2021-02-19T10:08:00.999999999999999999Z",
        "21-02-19",
        "2021.2.19.2.19",
    )
    items = (f'<li><a href="/{n}.html">关于某事的通知</a><i>{d}</i></li>' for n, d in enumerate(odd))
    lines = (f"<p>发布时间:{d} 来源:本站</p>" for d in odd)
    return f"<ul>{''.join(items)}</ul>{''.join(lines)}"


@_page
def future_dates() -> str:
    return "".join(
        f'<li><a href="/{y}.html">关于某事的通知</a><i>{y}-01-01</i></li>' for y in (2021, 2022, 2050, 2099)
    )


@_page
def combining_marks() -> str:
    return "<p>发布时间:" + "2\u0301" * some(MEGABYTE)


# --- against each kind of pattern ---

_TEASERS = {
    "full_dates": "2021年 1",
    "times": "2021-02-19 10:08:0",
    "fractions": "2021-02-19 10:08:00." + "1" * 500,
    "boxes": "19 | 2021 - 0",
    "short_years": "21-2-1",
    "yearless": "1-1-",
    "ago": "123 ",
    "labels": "发布时间:        ",
    "labels_with_tags": "发布时间:<b><b><b><b><b><b><b><b>",
    "written": "发布日期: <" + "a" * 199 + "> ",
    "no_publish": "成文日期:   [",
    "pages": "第1页/第1页/",
    "counts": "共 有 12345 ",
    "calls": "createPageHTML(1 , 2 , ",
    "calls_in": "createPaging('a' , 1 , 2 , 'b' , '",
    "variables": "countPage = '1' currentPage ",
    "joined_names": "'" + "a" * 40,
    "script_dates": "pubdatexxxxxx'   =   '1234567",
    "moves": "location.href   =   'x",
    "fillers": "loadListxxxxxxxxxxxxxxxxxxxx ",
    "assigned": "=" + " " * 20,
    "assigned_lists": "=[" + " " * 20,
    "records": "<record>" + " " * 20,
    "totals": "<totalrecord>" + " " * 10,
    "places": "当前位置:首页 > 政务公开 > ",
    "empties": "没有相关的信息暂",
    "sentences": "2021-02-19,,",
    "brackets": "[(【2021-",
}
for _name, _teaser in _TEASERS.items():
    _add(f"text_of_{_name}", lambda t=_teaser: f"<p>{t * some(2 * MEGABYTE // len(t.encode()))}</p>")
    _add(f"texts_of_{_name}", lambda t=_teaser: f"<p>{t}</p>" * some(MEGABYTE // len(t.encode())))
    _add(
        f"links_of_{_name}",
        lambda t=_teaser: f'<a href="/a?{t}">{t}</a><i>x</i>' * some(MEGABYTE // len(t.encode()) // 2),
    )
    _add(
        f"script_of_{_name}",
        lambda t=_teaser: f"<script>{t * some(2 * MEGABYTE // len(t.encode()))}</script>",
    )


@_page
def nested_json_that_breaks_off() -> str:
    """Each level could be the start of the data, and is read to the page's end in vain."""
    return "<script>var a=" + '[{"a":' * 190 + "[" + "1," * some(MEGABYTE) + "</script>"


@_page
def deep_json() -> str:
    return "<script>var a=[{" + '"a":[{' * some(200_000) + "</script>"


@_page
def wide_json() -> str:
    row = '{"title":"关于某事的通知","url":"/a/%d.html","pubDate":"2021-02-19"}'
    return "<script>var a=[" + ",".join(row % n for n in range(some(30_000))) + "]</script>"


@_page
def json_with_long_numbers() -> str:
    return (
        '<script>var a=[{"title":"关于某事的通知","url":"/a","time":' + "9" * some(MEGABYTE) + "}]</script>"
    )


@_page
def json_with_odd_numbers() -> str:
    odd = (
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "1e308",
        "-5",
        "99999999999999999999",
        "4.1e12",
        "true",
        "null",
    )
    return "".join(f'<script>x=[{{"title":"关于某事的通知","url":"/a","time":{n}}}]</script>' for n in odd)


@_page
def records_in_records() -> str:
    return "<script><record><![CDATA[" * some(50_000) + LIST


@_page
def a_store_of_records() -> str:
    piece = "<record><![CDATA[<div>" + "<div>" * 100 + "]]></record>"
    return "<script type='text/xml'>" + piece * some(3000) + "</script>"


# --- what is counted as nesting, and is none ---


@_page
def a_sprite_of_icons() -> str:
    return "<svg>" + "<path d='M0 0'/><circle r='1'/>" * 400 + "</svg>" + LIST


@_page
def markup_in_scripts() -> str:
    return "<script>var a='" + "<div>" * 600 + "'</script>" + LIST


@_page
def markup_in_comments() -> str:
    return "<!-- " + "<div>" * 600 + " -->" + LIST
