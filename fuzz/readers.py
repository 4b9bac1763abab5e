"""Coverage-guided fuzzing of the readers with atheris: ``readers.py TARGET [SECONDS] [CORPUS]``.

Targets: the pages' readers (page, decode, dates, feeds, robots), and whole ways in: visits, accounts, registry,
audit, templates. What a reader may raise is listed beside it; anything else ends the run with the input, which
libFuzzer also writes to ``crash-*``. A unit that takes more than 10 seconds or 1 GB ends it too.
"""

from __future__ import annotations

import io
import re
import socketserver
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

try:
    import atheris
except ImportError:  # no wheel for this platform, or not installed
    print("skipped: atheris is not installed here (it has no wheel for every platform)")
    sys.exit(0)

with atheris.instrument_imports(include=["jiancha"]):
    from jiancha.accounts.detect import AHEAD, read_saved
    from jiancha.accounts.freshness import judge
    from jiancha.audit import audit_text
    from jiancha.audit.files import text_of
    from jiancha.errors import JianchaError, PermanentFailure, TransientFailure, UnreadableSource
    from jiancha.lake import Lake
    from jiancha.net.robots import read_rules
    from jiancha.pages.document import Document
    from jiancha.pages.page import read_page
    from jiancha.posts.feeds import read_feed
    from jiancha.posts.model import Reading
    from jiancha.posts.tables import Wanted
    from jiancha.registry.exports import read_exports
    from jiancha.registry.model import Level, Site
    from jiancha.settings import HttpSettings, Settings, SiteSettings
    from jiancha.sites.visit import inspect_site
    from jiancha.standard import load_standard
    from jiancha.text.characters import clean
    from jiancha.text.charset import decode
    from jiancha.text.dates import find_date, find_dates, in_future, parse_timestamp, whole_date
    from jiancha.windows import ZONE, Calendar

PART = b"\n==\n"
WINDOW, STANDARD = Calendar().window("2021Q1"), load_standard("guoban-2019")
SETTINGS = Settings(
    clock="2021-02-18T09:00:00+08:00",
    http=HttpSettings(allow_private=True, connect_timeout=1, total_timeout=1, pace_seconds=0),
    site=SiteSettings(max_pages=6, max_seconds=5, max_link_checks=2),
)
AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)
URL = "http://a.gov.cn/tzgg/"


class Broken(Exception):
    """Something was read that must not be."""


def page(data: bytes) -> None:
    facts = read_page(Document(data, URL, None, AT))
    for item in facts.items:
        if item.url and not item.url.startswith(("http://", "https://")):
            raise Broken(item.url)
        later = item.published_on is not None and in_future(item.published_on, AT)
        if later != item.date_rule.endswith("future"):
            raise Broken(item)


def charset(data: bytes) -> None:
    head, _, body = data.partition(b"\n")
    decode(body, head.decode("latin-1")).text.encode("utf-8", "surrogatepass")


def dates(data: bytes) -> None:
    text = data.decode("utf-8", "ignore")
    for found in (
        *find_dates(text),
        find_date(text, AT),
        whole_date(text, AT, text),
        parse_timestamp(text, AT),
    ):
        if found is not None and not (found.day.year > 1993 and found.end <= len(text)):
            raise Broken(found)


def feeds(data: bytes) -> None:
    with suppress(UnreadableSource):
        read_feed(data, url=URL, content_type=None, at=AT)


def robots(data: bytes) -> None:
    for path in ("/", "/admin/a.html", "/a.asp?b=1"):
        read_rules(data, "jiancha").can_fetch(f"http://a.gov.cn{path}", "jiancha")


class _Answers(socketserver.BaseRequestHandler):
    """Answers each request with the next piece of the input: whole HTTP, or the body of a page."""

    def handle(self) -> None:
        with suppress(OSError):
            self.request.recv(4096)
            self.request.sendall(next(self.server.pieces))  # type: ignore[attr-defined]


def _http(piece: bytes) -> bytes:
    if piece.startswith(b"HTTP/"):
        return piece
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + piece


@cache
def _server() -> socketserver.ThreadingTCPServer:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def visits(data: bytes) -> None:
    """A whole visit of a site that answers so: its outcome is recorded, and none is our own stumbling."""
    server = _server()
    server.pieces = cycle(map(_http, data.split(PART)))  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder)
        site = Site(
            "6104000001", "某局", f"http://127.0.0.1:{server.server_address[1]}/", Level.OTHER, "某局"
        )
        with suppress(TransientFailure, PermanentFailure):
            inspect_site(site, WINDOW, columns=(), standard=STANDARD, settings=SETTINGS, lake=lake)
        (row,) = lake.window_rows("visits", WINDOW.key)
        if row["failure"] == "unexpected":
            raise Broken(row["reason"])


def accounts(data: bytes) -> None:
    """A saved answer of any source; no answer accuses where it could not be read."""
    for platform in ("微信公众号", "新浪微博", "抖音号"):
        listing = read_saved(data, reading=Reading(AT, AHEAD), wanted=Wanted(platform, "渭城发布", "1"))
        found = judge(listing, AT - timedelta(days=14), AT)
        if listing.failure is not None and found.outcome == "stale":
            raise Broken(listing)
        for post in listing.posts:
            f"{post.title}{post.url}{post.id}".encode()


def registry(data: bytes) -> None:
    """An export: csv, or the sheet of a workbook."""
    with suppress(JianchaError):
        tables = read_exports([("a.xlsx", _workbook(data))] if data[:1] == b"<" else [("a.csv", data)])
        for row in (*tables.sites, *tables.accounts):
            if row.name != clean(row.name) or not row.name:
                raise Broken(row)


@cache
def _parts() -> dict[str, bytes]:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("名录")
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbook(sheet: bytes) -> bytes:
    return _packed({**_parts(), "xl/worksheets/sheet1.xml": sheet})


def _packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def audit(data: bytes) -> None:
    """A notice in any form, by its first byte; the rest is a page, a docx's document, a pdf or a text."""
    names = {b"h": "a.html", b"w": "a.docx", b"%": "a.pdf", b"{": "a.json", b"P": "a.docx"}
    name = names.get(data[:1], "a.txt")
    body = _packed({"word/document.xml": data[1:]}) if data[:1] == b"w" else data
    with suppress(JianchaError):
        audit_text(text_of(name, body.removeprefix(b"h")))


@cache
def _airflow() -> SimpleNamespace:
    # of all of jiancha there is code that atheris cannot take apart
    with atheris.instrument_imports(include=["jiancha.airflow", "jiancha.review.actions"]):
        from jinja2 import Environment
        from selectolax.lexbor import LexborHTMLParser

        from jiancha.airflow.mail import _table, linked
        from jiancha.airflow.operators import ReviewOperator
        from jiancha.review.actions import _link, _text

    return SimpleNamespace(
        **{"jinja": Environment(autoescape=False), "parse": LexborHTMLParser, "table": _table},
        **{"linked": linked, "operator": ReviewOperator, "link": _link, "text": _text},
    )


#: What GitHub's Markdown makes a link of by itself, and what a mail is made of.
AUTOLINK = re.compile(r"(?i)(?:https?|ftp)://|\bwww\.|(?:mailto|xmpp):|[\w.+-]@[\w-]")
MAIL_TAGS = {"body", "table", "tbody", "tr", "th", "td", "a"}


class SECRET:
    password = "x"


def templates(data: bytes) -> None:
    """Outside text in a question, in its Markdown and in a mail: nothing is rendered, no link comes of it."""
    ours = _airflow()
    text = data.decode("utf-8", "surrogateescape")
    asked = {"about": "findings", "window": "2021Q1", "subject": text, "body": text, "findings": []}
    task = ours.operator(task_id="decide", question={**asked, "options": ["确认", "暂不公布"]})
    task.render_template_fields({"conn": SECRET}, ours.jinja)
    if (task.subject, task.body) != (text, text):
        raise Broken(task.subject)
    for shown in (ours.text(text), ours.link(text, text)):
        bare = re.sub(r"^\[(.*)\]\(<https?://[^\s<>]+>\)$", r"\1", shown)
        if AUTOLINK.search(bare) or re.search(r"(?<!\\)(?:\\\\)*[<>\[\]`*_]", bare):
            raise Broken(shown)
    mailed = ours.parse(str(ours.table(("x",), [(text, ours.linked(text, text))])))
    for node in mailed.body.css("*"):
        if node.tag not in MAIL_TAGS or not (node.attributes.get("href") or "http://").startswith("http"):
            raise Broken(node.html)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page,
    "decode": charset,
    "dates": dates,
    "feeds": feeds,
    "robots": robots,
    "visits": visits,
    "accounts": accounts,
    "registry": registry,
    "audit": audit,
    "templates": templates,
}
_WARM: dict[str, Callable[[], object]] = {"templates": _airflow, "visits": _server, "registry": _parts}
ROW = '<li><a href="/tzgg/1.html">关于某事的通知</a><span>2021-02-19</span></li>'
SEEDS: dict[str, tuple[str, ...]] = {
    "page": (
        f'<ul>{ROW}</ul><a href="i_2.html">下一页</a>',
        '<meta http-equiv="refresh" content="0;url=/a/"><base href="/x/"><script>location.href="/b"</script>',
        '<h1>通知</h1><p>发布时间:2021-02-19 10:08 来源:本站</p><script>var pubdate="2021-02-19"</script>',
        '<script>var a=[{"title":"关于","url":"/a","time":1613700000}]</script>',
        '<script>createPageHTML(9,0,"index","html")</script>',
        "<table><tr><th>标题</th><th>发布日期</th></tr><tr><td><a href=/a>关于</a></td><td>02-19</td>",
        "<script><totalrecord>9</totalrecord><record><![CDATA[<a href=/x>x</a>]]></record></script>",
    ),
    "decode": ("text/html; charset=gb2312\n<meta charset=utf-8>通知", "\n\ufeff通知"),
    "dates": (
        "2021-02-19 10:08:00+08:00",
        "[02-19]",
        "2小时前",
        "Fri, 19 Feb 2021 10:08:00 GMT",
        "昨天 10:08",
    ),
    "feeds": (
        '{"title":"t","items":[{"id":1,"url":"/a","date_published":"2021-02-19T10:08:00Z"}],"next_url":"/2"}',
        "<rss><channel><item><title>x</title><link>/a</link><pubDate>2021-02-19</pubDate></item></channel>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2021-02-19</updated></entry></feed>',
    ),
    "robots": (
        "User-agent: *\nDisallow: /admin\nDisallow: /*.asp$\nAllow: /admin/open\nCrawl-delay: 3\n",
        "user agent jiancha\nDisallow: %2F\n\nUser-agent: a*\nUser-agent: *\nSitemap: http://a.cn/x\n",
    ),
    "visits": (
        f'<ul><li><a href="/tzgg/">通知公告</a></li><li><a href="/gzdt/">工作动态</a></li></ul>\n==\n<ul>{ROW}</ul>',
        "HTTP/1.1 302 Found\r\nLocation: /a\r\nSet-Cookie: a=b\r\n\r\n\n==\nHTTP/1.1 429 x\r\n"
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    ),
    "accounts": (
        '{"ok":1,"data":{"cards":[{"card_type":9,"mblog":{"mid":"4601","created_at":"02-10","text":"x"}}]}}',
        '{"item":[{"article_id":"1","content":{"news_item":[{"title":"a","url":"b"}]},"update_time":1613000000}]}',
        '{"aweme_list":[{"aweme_id":"69","create_time":1613000000,"desc":"a"}],"has_more":0}',
        '{"title":"渭城发布","items":[{"id":1,"url":"/a","date_published":"2021-02-19T10:08:00Z"}]}',
        "标题,发布时间,链接\n关于,2021-02-10 10:00,http://a.cn/1\n",
        "<rss><channel><title>渭城发布</title><item><title>x</title><pubDate>2021-02-19</pubDate></item></channel>",
    ),
    "registry": (
        "序号,网站名称,网站标识码,首页网址,网站类型,主办单位\n1,某局,6104000054,http://kjj.xianyang.gov.cn/,市级,某局\n",
        "序号,新媒体标识码,账号类型,账号名称,开设主体\n1,610422M005WX0001,微信订阅号,健康三原,某局\n",
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>网站名称</t></is></c><c r="B1"><f>1</f></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>',
    ),
    "audit": (
        "2021年第一季度政府网站检查通报\n抽查政府网站20家，合格19家，合格率95.0%。\n附件\n1\t某局\t6104000054\n",
        "h<html><table><tr><td>抽查政府网站20家<td>合格19家</table>",
        'w<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
        "抽查政府网站20家，合格19家</w:t></w:r></w:p></w:body></w:document>",
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<</Length 20>>stream\nBT (a) Tj ET\n"
        "endstream endobj trailer<</Root 1 0 R>>",
        '{"window":{"key":"2021Q1"},"status":"final"}',
    ),
    "templates": (
        "{{{ conn.password }}} {% raw %}",
        "[点此](http://a.cn) www.a.cn a@b.cn <b>",
        "http://a.cn/?a=(b)",
    ),
}
WORDS = (
    "href=",
    "<a ",
    "<li>",
    "<td>",
    "</a>",
    "<script>",
    "</script>",
    "<base ",
    "<meta ",
    "content=",
    "charset=",
    "gbk",
    "http://",
    "2021-02-19",
    "年",
    "月",
    "日",
    "发布时间:",
    "更多",
    "下一页",
    "置顶",
    "<![CDATA[",
    "-->",
    "<!--",
    "+08:00",
    "[{",
    "title",
    "pubdate",
    "createPageHTML(",
    "refresh",
    "url=",
    "javascript:",
    "utf-16",
    "<item>",
    "&nbsp;",
    *("{{", "}}", "{%", "%}", "raw", "endraw", "conn.password", "](", "www.", "mailto:", "@"),
    *("HTTP/1.1 ", "Location: ", "Retry-After: ", "Set-Cookie: ", "Content-Encoding: gzip", "\n==\n", "\r\n"),
    *(
        '":',
        '"data"',
        '"list"',
        '"mblog"',
        '"create_time"',
        '"item"',
        '"url"',
        "\\ud800",
        "1e999",
        "99999999999",
    ),
    *("网站名称", "网站标识码", "首页网址", "账号名称", "账号类型", "<c r=", "<row ", "mergeCell ", "ref="),
    *(
        "合格率",
        "%",
        "家",
        "个",
        "附件",
        "其中",
        "<w:tbl>",
        "<w:tc>",
        "w:gridSpan",
        "w:vMerge",
        " obj",
        "stream",
    ),
)


def main() -> None:
    target, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
    _WARM.get(target, lambda: None)()  # what takes long is no input's fault
    with tempfile.TemporaryDirectory() as name:
        corpus = Path(sys.argv[3]) if len(sys.argv) > 3 else Path(name) / "corpus"
        corpus.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(SEEDS[target]):
            (corpus / f"seed-{number}").write_text(seed, "utf-8")
        words = Path(name) / "words"
        escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
        words.write_text("".join(f'"{word}"\n' for word in escaped), "ascii")
        limits = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1000", "-max_len=4096"]
        atheris.Setup([sys.argv[0], *limits, f"-dict={words}", str(corpus)], TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
