"""A website to crawl: 2,441 pages of 41 KB on average, the same at each run, and the server that counts.

One home page, 40 columns with numbered list pages, and their articles; each page has the menu of all columns.
``town.py PORT`` serves it: ``/-/count`` tells how many different pages were given since ``/-/reset``.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COLUMNS = 40
ARTICLES = 58  # of each column: 40 * 58 articles, 40 * 3 list pages, one home page
PER_PAGE = 20
PAGES = 1 + COLUMNS * (ARTICLES + -(-ARTICLES // PER_PAGE))
NEWEST = date(2021, 2, 14)
_SYLLABLES = "安全生产春季造林城乡供水医疗保障就业培训道路养护教育督导防汛抗旱招商引资文物保护环境整治"
_NAMES = [
    "通知公告",
    "政策文件",
    "工作动态",
    "部门动态",
    "乡镇动态",
    "财政信息",
    "人事信息",
    "规划计划",
    "统计信息",
    "重大项目",
]


def site() -> dict[str, bytes]:
    """All pages by their path."""
    draw = random.Random(20210215)
    words = _words(draw)
    pages = {"/": _page(draw, "首页", _home(words))}
    for column in range(COLUMNS):
        for number in range(-(-ARTICLES // PER_PAGE)):
            pages[_list_path(column, number)] = _page(draw, _name(column), _list(column, number, words))
        for article in range(ARTICLES):
            pages[_article_path(column, article)] = _page(
                draw, words[article], _article(draw, column, article, words)
            )
    return pages


def _words(draw: random.Random) -> list[str]:
    return ["关于" + "".join(draw.choices(_SYLLABLES, k=14)) + "的通知" for _ in range(ARTICLES)]


def _name(column: int) -> str:
    return f"{_NAMES[column % len(_NAMES)]}{'一二三四'[column // len(_NAMES)]}"


def _day(article: int) -> date:
    return NEWEST - timedelta(days=3 * article)


def _list_path(column: int, number: int) -> str:
    return f"/c{column}/" + (f"index_{number}.html" if number else "")


def _article_path(column: int, article: int) -> str:
    return f"/c{column}/t{_day(article):%Y%m%d}_{column * ARTICLES + article}.html"


def _row(column: int, article: int, words: list[str]) -> str:
    return (
        f'<li class="item"><a href="{_article_path(column, article)}" target="_blank">{words[article]}</a>'
        f'<span class="date">{_day(article)}</span></li>'
    )


def _home(words: list[str]) -> str:
    blocks = []
    for column in range(COLUMNS):
        rows = "".join(_row(column, article, words) for article in range(6))
        head = f'<div class="hd"><h2>{_name(column)}</h2><a href="/c{column}/">更多</a></div>'
        blocks.append(f'<div class="block">{head}<ul>{rows}</ul></div>')
    return "".join(blocks)


def _list(column: int, number: int, words: list[str]) -> str:
    first = number * PER_PAGE
    rows = "".join(_row(column, each, words) for each in range(first, min(first + PER_PAGE, ARTICLES)))
    last = -(-ARTICLES // PER_PAGE) - 1
    links = [f'<a href="{_list_path(column, n)}">{n + 1}</a>' for n in range(last + 1) if n != number]
    if number < last:
        links.append(f'<a href="{_list_path(column, number + 1)}">下一页</a>')
    return f'<div class="list"><ul>{rows}</ul><div class="pages">{"".join(links)} 共{last + 1}页</div></div>'


def _article(draw: random.Random, column: int, article: int, words: list[str]) -> str:
    paragraphs = "".join(
        f'<p style="text-indent:2em;line-height:1.8"><span style="font-family:宋体;font-size:16px">'
        f"{''.join(draw.choices(_SYLLABLES, k=120))}。</span></p>"
        for _ in range(66)
    )
    way = f'<a href="/">首页</a> &gt; <a href="/c{column}/">{_name(column)}</a>'
    place = f'<div class="place">当前位置:{way}</div>'
    line = f"<p>发布时间:{_day(article)} 10:08 来源:某县人民政府 浏览次数:12</p>"
    return f'{place}<h1>{words[article]}</h1>{line}<div class="content">{paragraphs}</div>'


def _page(draw: random.Random, title: str, body: str) -> bytes:
    """A page around its body, with the styles and scripts that make real pages heavy."""
    menu = "".join(f'<li><a href="/c{n}/" title="{_name(n)}">{_name(n)}</a></li>' for n in range(COLUMNS))
    rules = "".join(f".n{n}{{width:{draw.randrange(999)}px;color:#3a3a3a}}" for n in range(140))
    code = "".join(f"var v{n}={draw.randrange(10**9)};function f{n}(a){{return a+v{n};}}" for n in range(90))
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}-某县人民政府</title>'
        f'<meta name="SiteName" content="某县人民政府"><style>{rules}</style><script>{code}</script></head>'
        f'<body><ul class="menu">{menu}</ul>{body}<div class="footer">网站标识码 6104220001</div>'
        "</body></html>"
    )
    return html.encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    pages: dict[str, bytes]
    given: dict[str, int]

    def do_GET(self) -> None:
        body = self.pages.get(self.path)
        if self.path in ("/-/count", "/-/reset"):
            found = {"pages": len(self.given), "requests": sum(self.given.values())}
            if self.path == "/-/reset":
                self.given.clear()
            self._answer(200, json.dumps(found).encode(), "application/json")
        elif body is None:
            self._answer(404, b"", "text/plain")
        else:
            if self.command == "GET":  # a checker may ask for the head first
                self.given[self.path] = self.given.get(self.path, 0) + 1
            self._answer(200, body, "text/html; charset=utf-8")

    do_HEAD = do_GET

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("LinkChecker", "1")  # lifts linkchecker's limit of a few requests a second
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(port: int) -> None:
    """Serve the site on loopback until the process ends."""
    _Handler.pages, _Handler.given = site(), {}
    ThreadingHTTPServer(("127.0.0.1", port), _Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
