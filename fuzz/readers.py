"""Coverage-guided fuzzing of the readers with atheris: ``readers.py TARGET [SECONDS] [CORPUS]``.

Targets: page, decode, dates, feeds, robots. What a reader may raise is listed beside it; anything else ends
the run with the input, which libFuzzer also writes to ``crash-*``. A unit that takes more than 10 seconds or
1 GB ends it too.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

try:
    import atheris
except ImportError:  # no wheel for this platform, or not installed
    print("skipped: atheris is not installed here (it has no wheel for every platform)")
    sys.exit(0)

with atheris.instrument_imports(include=["jiancha"]):
    from jiancha.errors import UnreadableSource
    from jiancha.net.robots import read_rules
    from jiancha.pages.document import Document
    from jiancha.pages.page import read_page
    from jiancha.posts.feeds import read_feed
    from jiancha.text.charset import decode
    from jiancha.text.dates import find_date, find_dates, in_future, parse_timestamp, whole_date
    from jiancha.windows import ZONE

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


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page,
    "decode": charset,
    "dates": dates,
    "feeds": feeds,
    "robots": robots,
}
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
)


def main() -> None:
    target, seconds = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "60"
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
