"""The pages of a website: home, columns, articles and the few that are neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from html import escape
from typing import NamedTuple
from urllib.parse import parse_qs

from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.faults import INJECTED_LINK
from jiancha_sandbox.gazetteer import headline
from jiancha_sandbox.history import dice
from jiancha_sandbox.list_order import TYPO_NUMBER, Entry, history_index, shelve
from jiancha_sandbox.mailbox_pages import desk_links, desk_page
from jiancha_sandbox.markup import (
    FILLED_BY_SCRIPT,
    SAMPLE_COMMENT,
    Line,
    page_address,
    pager,
    titles_only,
    unordered,
)
from jiancha_sandbox.odd_markup import MOBILE_SWITCH, TIMELESS
from jiancha_sandbox.rules import Kind
from jiancha_sandbox.sites import CitySite, Column
from jiancha_sandbox.wording_errors import RIGHT

_HOME_ITEMS = 7
_ARTICLE = re.compile(r"(\d{6})/t(\d{8})_(\d{3,9})\.html")
_PAGE_FILE = re.compile(r"(?:index|list)_(\d{1,6})\.html")
_RARE = "䶮"  # a given name that GBK lacks and GB18030 has
_COLUMN_TYPES = {
    Kind.NEWS: "工作动态",
    Kind.NOTICE: "通知公告",
    Kind.POLICY: "政策文件",
    Kind.YEARLY: "概况信息",
    Kind.ARCHIVE: "历史资料",
}
_OTHER_PAGES = {
    "/english/": ("English", "<p>Welcome to Xianyang. The English version is being built.</p>"),
    "/login.jsp": (
        "用户登录",
        '<form method="post">账号<input name="u">密码<input type="password" name="p"></form>',
    ),
    "/search": ("站内搜索", '<form><input name="q"><button>搜索</button></form>'),
}
_SPELLINGS: dict[str, Callable[[str], str]] = {"proper": str, "upper": str.upper, "lower": str.lower}
_SESSION = re.compile(r";jsessionid=\w+")
_FOOTER = '<div class="footer">'
_NOTHING = '<div class="list"><p class="none">暂无信息</p></div>'
#: A group of a menu: a list in a list, one that a script opens, one below a heading.
_GROUPS = {
    "grouped": '<li><a href="javascript:;">{name}</a><ul class="sub">{links}</ul></li>',
    "opened": '<li onmouseover="openMenu(this)"><span>{name}</span>'
    '<div class="drop" style="display:none"><ul>{links}</ul></div></li>',
    "headings": "<h3>{name}</h3><ul>{links}</ul>",
}
_TOOLS = (
    '<div class="tools"><a href="/english/">English</a> <a href="/login.jsp">用户登录</a> '
    '<a href="/search">站内搜索</a> <a href="javascript:void(0)">无障碍浏览</a> '
    '<a href="http://www.shaanxi.gov.cn/">陕西省人民政府</a></div>'
)


class Page(NamedTuple):
    """A page as it leaves the web server; ``location`` is set for redirects."""

    status: int
    content_type: str
    body: bytes
    location: str | None = None
    header_lines: tuple[bytes, ...] = ()


class SiteRenderer:
    """Renders one site; keeps the order of each column's list."""

    def __init__(self, city: SandboxCity, site: CitySite) -> None:
        self.city = city
        self.site = site
        self.style = city.style(site)
        self.faults = city.faults(site)
        self._others = _OTHER_PAGES | (TIMELESS if self.style.timeless else {})
        self._shelves: dict[int, list[Entry]] = {}

    def page(self, path: str, query: str) -> Page | None:
        """The page at an address; None where there is none."""
        if self.style.addresses == "several":
            path = _SESSION.sub("", path).removesuffix("list.shtml")
        if path == "/" and self.style.home != "/":
            return self._entrance()
        if path in (self.style.home, "/index.html"):
            return self._finish(self._home())
        if path in self._others:
            return self._finish(self._document(*self._others[path]))
        if path == "/list.jsp":
            return self._by_category(query)
        sheet = desk_page(self.city.desk(self.site), path, self.city.clock.date())
        if sheet is not None:
            return self._finish(self._document(sheet.title, sheet.body))
        column = next((c for c in self.site.columns if f"{path}/".startswith(c.path)), None)
        return None if column is None else self._in_column(column, path, query)

    def address(self, column: Column, page: int = 1) -> str:
        """Where page ``page`` (from 1) of a column's list lies on this site."""
        return page_address(self.style.paging, page, column.path, self._named(column))

    def _named(self, column: Column) -> int | str:
        return column.name if self.style.paging == "named" else _category(column)

    def _entrance(self) -> Page:
        """What stands at ``/`` where the home page lies elsewhere: the server sends on, or a script."""
        if self.style.home == "/pc/index.html":
            return self._finish(MOBILE_SWITCH.format(name=self.site.name, home=self.style.home))
        return Page(302, "text/html", b"", self.style.home)

    # --- addresses ---

    def _by_category(self, query: str) -> Page | None:
        named = self.style.paging == "named"
        values = parse_qs(query, encoding=self.style.encoding, errors="replace")
        category = values.get("lm" if named else "catid", [""])[0]
        column = next((c for c in self.site.columns if str(self._named(c)) == category), None)
        if column is None:  # what the database does not know has no items
            return self._finish(self._document("", _NOTHING)) if named and category else None
        return self._list_page(column, _number(values.get("page", ["1"])[0]))

    def _in_column(self, column: Column, path: str, query: str) -> Page | None:
        if not path.startswith(column.path):
            return Page(301, "text/html", b"", column.path)
        rest = path.removeprefix(column.path)
        if rest == "" and not query and column.slug in self.faults.stubs:
            return self._finish(_stub(self.faults.stubs[column.slug]))
        if rest in ("", "index.html"):
            page = parse_qs(query).get("page", ["1"])[0] if self.style.paging == "query" else "1"
            return self._list_page(column, _number(page))
        if (match := _PAGE_FILE.fullmatch(rest)) is not None:
            number = int(match[1]) + (self.style.paging == "script")
            return (
                self._list_page(column, number)
                if self.address(column, number) == column.path + rest
                else None
            )
        if (match := _ARTICLE.fullmatch(rest)) is not None:
            return self._article(column, rest, int(match[3]))
        return None

    def _article_file(self, column: Column, index: int) -> str:
        moment = self.city.items(column)[history_index(index)]
        return f"{moment:%Y%m}/t{moment:%Y%m%d}_{_category(column) * 100_000 + index}.html"

    def _article_link(self, column: Column, index: int, folder: str) -> str:
        """The link to an article on a page that lies in ``folder``."""
        path = column.path + self._article_file(column, index)
        if self.style.links == "absolute":
            return f"http://{self.site.host}{path}"
        return f"./{path.removeprefix(folder)}" if self.style.links == "relative" else path

    # --- lists ---

    def _shelf(self, column: Column) -> list[Entry]:
        if column.number not in self._shelves:
            self._shelves[column.number] = shelve(self.city, column)
        return self._shelves[column.number]

    def _lines(self, column: Column, entries: Sequence[Entry], folder: str) -> list[Line]:
        return [
            Line(
                self._headline(column, entry.number),
                self._article_link(column, entry.number, folder),
                entry.shown,
                entry.pinned,
            )
            for entry in entries
        ]

    def _headline(self, column: Column, index: int) -> str:
        moment = self.city.items(column)[history_index(index)]
        salt = int(self.site.site_code) * 7919 + column.number * 104_729 + index
        title = headline(column.kind, self.site.name, moment, salt)
        slip = self.city.slips.get((self.site.site_code, column.number, index))
        if slip is not None and slip.in_headline:
            title = f"{title}:{slip.said(self.city.clock.date())}"
        return f"{title}({_RARE})" if self.style.encoding == "gb18030" and salt % 37 == 0 else title

    def _said(self, column: Column, index: int) -> str:
        """A paragraph that only some articles have: a slip of the pen, or words that look like one."""
        slip = self.city.slips.get((self.site.site_code, column.number, index))
        if slip is not None and not slip.in_headline:
            return f"<p>会议要求,{slip.said(self.city.clock.date())}。</p>"
        return f"<p>据悉,{RIGHT[index % len(RIGHT)]}。</p>" if index % 5 == 0 else ""

    def _list_page(self, column: Column, page: int) -> Page | None:
        shelf = self._shelf(column)
        size = self.style.page_size
        pages = max(1, -(-len(shelf) // size))
        if not 1 <= page <= pages:
            return None
        lines = self._lines(column, shelf[(page - 1) * size : page * size], column.path)
        content = _NOTHING
        if lines and column.slug in self.faults.undated:
            content = titles_only(lines)
        elif lines:
            content = self.style.items(lines, self.style.date, self.city.clock)
        sample = SAMPLE_COMMENT if self.style.sample else ""
        bar = pager(self.style.paging, page, pages, column.path, self._named(column))
        body = (
            f'{self._trail(escape(column.name))}\n<div class="main"><h2>{escape(column.name)}</h2>{sample}\n'
            f"{content}\n{bar}{self.style.below_lists}</div>"
        )
        return self._finish(self._document(column.name, body, self._column_meta(column)))

    # --- pages ---

    def _home(self) -> str:
        listed = [c for c in self.site.columns if c.listed]
        if self.site.navigation_only:
            tiles = "".join(f'<div class="tile">{self._link(c)}</div>' for c in listed)
            return self._document("", f'<div class="tiles">{tiles}</div>')
        blocks = "".join(self._block(c) for c in listed if c.featured)
        return self._document("", f'<div class="home">{blocks}</div>{self._home_faults()}')

    def _home_faults(self) -> str:
        """Links that lead nowhere, and one that an intruder left out of sight."""
        links = "".join(f'<p><a href="{path}">专题活动</a></p>' for path in self.faults.dead_links)
        if self.faults.injected:
            address, words = INJECTED_LINK
            links += f'<div style="position:absolute;left:-9999px"><a href="{address}">{words}</a></div>'
        return links

    def _block(self, column: Column) -> str:
        lines = self._lines(column, self._shelf(column)[:_HOME_ITEMS], "/")
        render = unordered if self.style.items in FILLED_BY_SCRIPT else self.style.items
        content = render(lines, self.style.date, self.city.clock)
        more = f'<a class="more" href="{escape(self._linked(column, "list.shtml"))}">更多&gt;&gt;</a>'
        return f'<div class="block"><h3>{self._link(column)}</h3>{more}\n{content}</div>\n'

    def _article(self, column: Column, rest: str, number: int) -> Page | None:
        index = number - _category(column) * 100_000
        moments = self.city.items(column)
        known = 0 <= index < len(moments) or (index == TYPO_NUMBER and moments)
        if not known or self._article_file(column, index) != rest:
            return None
        time = f"{moments[history_index(index)]:%Y-%m-%d %H:%M}"
        title = self._headline(column, index)
        source = self.site.owner
        body = (
            f"{self._trail(f'{self._link(column)} &gt; 正文')}\n"
            f'<div class="article"><h1>{escape(title)}</h1>\n<div class="info">发布时间:{time} '
            f"来源:{escape(source)} 浏览次数:<span id=hits></span></div>\n<p>{escape(title)}。</p>"
            "<p>会议指出,要坚持问题导向,强化责任落实,确保各项任务按期完成。</p>"
            f"{self._said(column, index)}</div>"
        )
        meta = self._meta(("ArticleTitle", title), ("PubDate", time), ("ContentSource", source))
        return self._finish(self._document(title, body, self._column_meta(column) + meta))

    def _document(self, title: str, body: str, meta: str = "") -> str:
        """A whole page; without a title the home page."""
        full = escape(f"{title}-{self.site.name}" if title else self.site.name)
        clock = self.city.clock
        today = f"今天是{clock.year}年{clock.month}月{clock.day}日" if self.style.today else ""
        return (
            f"<!DOCTYPE html>\n<html><head>{self._charset}<title>{full}</title>\n{self._site_meta}{meta}"
            '<link rel="stylesheet" href="/css/main.css"><script src="/js/page.js"></script>'
            f"{self.style.on_top.replace('{today}', f'{clock:%Y-%m-%d}')}</head>\n<body>\n"
            f'<div class="header"><div class="top">{today}</div><h1>{escape(self.site.name)}</h1>\n'
            f"{self._navigation}{_TOOLS}</div>\n{body}\n{self._footer}\n</body></html>"
        )

    def _finish(self, text: str) -> Page:
        charset = f"; charset={self.style.header}" if self.style.header else ""
        text, mark, footer = text.partition(_FOOTER) if self.style.footer_encoding else (text, "", "")
        body = text.encode(self.style.encoding) + (mark + footer).encode(
            self.style.footer_encoding or "ascii"
        )
        return Page(200, f"text/html{charset}", body, header_lines=self.style.header_lines)

    # --- what every page of the site has ---

    def _link(self, column: Column) -> str:
        return f'<a href="{escape(self._linked(column, "?t=1612137600"))}">{escape(column.name)}</a>'

    def _linked(self, column: Column, tail: str) -> str:
        """The address of a column as links have it; on some sites with a ``tail`` that changes nothing."""
        address = self.address(column)
        if self.style.addresses == "backslashes":
            return address.replace("/", "\\")
        return address + tail if self.style.addresses == "several" else address

    def _menu_link(self, column: Column) -> str:
        """A link of the menu."""
        address, name = escape(self._linked(column, ";jsessionid=8F2A6C")), escape(column.name)
        if self.style.navigation == "pictures":
            label = f'alt="{name}"' if column.number % 2 else f'title="{name}"'
            return f'<a href="{address}"><img src="/images/menu{column.number}.gif" {label}></a>'
        return f'<a href="{address}">{name}</a>'

    @property
    def _desk_links(self) -> list[str]:
        pages = [*desk_links(self.city.desk(self.site))]
        pages += [(name, url) for url, (name, _) in TIMELESS.items()] if self.style.timeless else []
        return [f'<a href="{url}">{name}</a>' for name, url in pages]

    @staticmethod
    def _trail(rest: str) -> str:
        return f'<div class="position">当前位置:<a href="/">首页</a> &gt; {rest}</div>'

    @cached_property
    def _navigation(self) -> str:
        listed = [c for c in self.site.columns if c.listed]
        if self.style.navigation == "table":
            cells = "".join(f"<td>{link}</td>" for link in [*map(self._menu_link, listed), *self._desk_links])
            return f'<table class="menu"><tr><td><a href="/">首页</a></td>{cells}</tr></table>'
        if self.style.navigation in ("flat", "pictures"):
            links = "".join(f"<li>{link}</li>" for link in [*map(self._menu_link, listed), *self._desk_links])
            return f'<div class="nav"><ul><li><a href="/">首页</a></li>{links}</ul></div>'
        groups = ""
        for name, is_news in (("新闻中心", True), ("政务公开", False)):
            own = [c for c in listed if (c.kind is Kind.NEWS) == is_news]
            links = "".join(f"<li>{self._menu_link(c)}</li>" for c in own)
            groups += _GROUPS.get(self.style.navigation, _GROUPS["grouped"]).format(name=name, links=links)
        if self.style.navigation == "headings":
            others = "".join(f"<li>{link}</li>" for link in self._desk_links)
            return f'<div class="menu"><a href=""></a>{groups}<h3>服务</h3><ul>{others}</ul></div>'
        groups += "".join(f"<li>{link}</li>" for link in self._desk_links)
        return f'<div class="nav"><ul><li><a href="/">首页</a></li>{groups}</ul></div>'

    @cached_property
    def _footer(self) -> str:
        serial = dice(self.city.seed, self.site.site_code, "footer").randint(10_000_000, 22_999_999)
        return (
            f"{_FOOTER}<p>主办单位:{escape(self.site.owner)} 网站标识码:{self.site.site_code} "
            f"陕ICP备{serial}号-1 陕公网安备 6104{serial:08d}{serial % 100:02d}号</p>"
            '<p>友情链接:<a href="http://www.gov.cn/">中国政府网</a></p></div>'
        )

    @cached_property
    def _charset(self) -> str:
        if self.style.meta is None:
            return ""
        return f'<meta http-equiv="Content-Type" content="text/html; charset={self.style.meta}">'

    @cached_property
    def _site_meta(self) -> str:
        absolute = self.style.links == "absolute"
        domain = f"http://{self.site.host}/" if absolute else self.site.host
        code = self.site.claimed_code
        code_tag = () if self.faults.no_code else (("SiteIDCode", code),)
        return self._meta(("SiteName", self.site.name), ("SiteDomain", domain), *code_tag)

    def _column_meta(self, column: Column) -> str:
        return self._meta(
            ("ColumnName", "null" if self.style.today else column.name),
            ("ColumnDescription", f"{self.site.name}{column.name}"),
            ("ColumnKeywords", column.name),
            ("ColumnType", _COLUMN_TYPES[column.kind]),
        )

    def _meta(self, *pairs: tuple[str, str]) -> str:
        """Meta tags in the spelling of this site's system, or none."""
        if self.style.meta_form == "missing":
            return ""
        names = [_SPELLINGS[self.style.meta_form](name) for name, _ in pairs]
        values = [escape(value) for _, value in pairs]
        return "".join(
            f'<meta name="{name}" content="{value}">\n' for name, value in zip(names, values, strict=True)
        )


def _stub(form: str) -> str:
    """A page that only sends its visitor on to the list itself."""
    if form == "refresh":
        return '<html><head><meta http-equiv="refresh" content="0; url=index.html"></head></html>'
    return '<html><head><script>window.location.href="index.html";</script></head><body></body></html>'


def _category(column: Column) -> int:
    """The column's number in the site's database."""
    return 101 + column.number


def _number(text: str) -> int:
    """A page or category number; 0, which no page has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
