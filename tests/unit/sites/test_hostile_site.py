"""Visits of sites that misbehave leave an outcome of the right kind, within the budget of the visit."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.lake import Lake
from jiancha.net.http import MAX_REDIRECTS
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings, SiteSettings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint 2021-02-15
LIMITS = HttpSettings(allow_private=True, connect_timeout=2, total_timeout=1.5, max_bytes=300_000)
BUDGET = SiteSettings(max_pages=30, max_seconds=20, max_link_checks=0)
HTML = {"Content_Type": "text/html; charset=utf-8"}
MENU = '<ul><li><a href="/tzgg/">通知公告</a></li><li><a href="/gzdt/">工作动态</a></li></ul>'
Route = Callable[[Any], None]


@dataclass
class Visited:
    """What a visit left in the lake, and what the server was asked for."""

    lake: Lake
    asked: list[str]

    @property
    def visit(self) -> dict[str, Any]:
        (row,) = self.lake.window_rows("visits", WINDOW.key)
        return row

    def column(self, name: str) -> dict[str, Any] | None:
        rows = self.lake.window_rows("columns", WINDOW.key)
        return next((row for row in rows if row["name"] == name), None)

    def days(self) -> list[date]:
        rows = self.lake.window_rows("items", WINDOW.key)
        return [row["published_on"] for row in rows if row["published_on"] is not None]


Visit = Callable[..., Visited]


@pytest.fixture
def visit(hostile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Visit the server; a column that no test spoils is a good one with an item of 14 February 2021."""
    monkeypatch.setattr("jiancha.sites.visit.MAX_PAGES_PER_COLUMN", 8)
    monkeypatch.setattr("jiancha.sites.visit.MAX_COLUMNS", 10)

    def run(url: str = "", *, http: HttpSettings = LIMITS, **budget: Any) -> Visited:
        hostile.routes.setdefault("/", page(MENU))
        hostile.routes.setdefault("/gzdt/", page(rows(date(2021, 2, 14))))
        lake = Lake(tmp_path)
        site = Site("6104000001", "某局", url or f"{hostile.url}/", Level.OTHER, "某局")
        settings = Settings(clock="2021-02-18T09:00:00+08:00", http=http, site=replace(BUDGET, **budget))
        with suppress(TransientFailure, PermanentFailure):  # the outcome is what counts here
            inspect_site(
                site,
                WINDOW,
                columns=(),
                standard=load_standard("guoban-2019"),
                settings=settings,
                lake=lake,
            )
        return Visited(lake, [path for path, _ in hostile.seen])

    return run


def page(body: str, **headers: str) -> Route:
    return lambda handler: handler.answer(f"<html><body>{body}</body></html>".encode(), **(headers or HTML))


def rows(newest: date, prefix: str = "", step: int = 1) -> str:
    days = (newest - timedelta(days=n * step) for n in range(6))
    lines = "".join(
        f'<li><a href="{prefix}{n}.html">关于某项重点工作的通知{n}</a><i>{day}</i></li>'
        for n, day in enumerate(days)
    )
    return f"<ul>{lines}</ul>"


def redirect(target: str, **headers: str) -> Route:
    return lambda handler: handler.answer(b"", status=302, Location=target, **headers)


def endless_redirects(handler: Any) -> None:
    number = int(handler.path.partition("?")[2] or 0)
    handler.answer(b"", status=302, Location=f"/?{number + 1}")


def cookie_at_each_turn(handler: Any) -> None:
    handler.answer(b"", status=302, Location="/", Set_Cookie=f"n={len(handler.server.seen)}; Path=/")


def endless(handler: Any) -> None:
    handler.raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    while not handler.server.stopping.is_set():
        handler.wfile.write(b"<p>2021-02-14</p>" * 4000)


def drip(handler: Any) -> None:
    handler.drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"<p>2021-02-14")


def bomb(handler: Any) -> None:
    packed = gzip.compress(b"<p>" * 10_000_000)
    handler.answer(packed, Content_Encoding="gzip", **HTML)


def promises_more(handler: Any) -> None:
    handler.raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<p>2021-02-14</p>"
    )


def garbled_gzip(handler: Any) -> None:
    handler.answer(b"\x1f\x8b\x08\x00" + b"\x00" * 90, Content_Encoding="gzip", **HTML)


def no_http(handler: Any) -> None:
    handler.raw(b"SSH-2.0-OpenSSH_8.4\r\n")


BROKEN: dict[str, tuple[Route, str]] = {
    "drip": (drip, "timeout"),
    "endless": (endless, "too_large"),
    "gzip bomb": (bomb, "too_large"),
    "garbled gzip": (garbled_gzip, "bad_content"),
    "promises more": (promises_more, "network"),
    "no http": (no_http, "network"),
    "endless redirects": (endless_redirects, "redirect_loop"),
    "a cookie at each turn": (cookie_at_each_turn, "redirect_loop"),
    "to a file": (redirect("file:///etc/passwd"), "bad_url"),
    "to a script": (redirect("javascript:alert(1)"), "bad_url"),
    "to no address": (redirect("http://["), "bad_url"),
    "to an impossible port": (redirect("http://a.gov.cn:99999/"), "bad_url"),
}


@pytest.mark.parametrize(("route", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_home_page_that_cannot_be_had_is_an_outcome(
    visit: Visit, hostile: Any, route: Route, kind: str
) -> None:
    hostile.routes["/"] = route
    found = visit()
    assert (found.visit["status"], found.visit["failure"]) == ("failed", kind)
    assert (found.visit["home_status"], found.visit["coverage"]) == ("failed", "none")
    assert len(found.asked) <= MAX_REDIRECTS + 1
    assert found.days() == []


@pytest.mark.parametrize(("route", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_column_that_cannot_be_had_costs_only_itself(
    visit: Visit, hostile: Any, route: Route, kind: str
) -> None:
    hostile.routes["/tzgg/"] = route
    if route is endless_redirects:
        hostile.routes["/turn"] = lambda h: h.answer(b"", status=302, Location=f"/turn?{len(h.server.seen)}")
        hostile.routes["/tzgg/"] = redirect("/turn")
    if route is cookie_at_each_turn:
        hostile.routes["/tzgg/"] = lambda h: h.answer(
            b"", status=302, Location="/tzgg/", Set_Cookie=f"n={len(h.server.seen)}; Path=/"
        )
    found = visit()
    broken, good = found.column("通知公告"), found.column("工作动态")
    assert broken is not None
    assert good is not None
    assert (broken["status"], broken["failure"]) == ("failed", kind)
    assert good["status"] == "ok"
    assert (found.visit["status"], found.visit["coverage"]) == ("ok", "partial")
    assert max(found.days()) == date(2021, 2, 14)


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:1/", "http://10.1.2.3/", "http://[::1]/", "http://localhost/"]
)
def test_a_public_site_leads_to_no_private_address(visit: Visit, hostile: Any, target: str) -> None:
    """The server stands in for a public host as its proxy; whatever it says, nothing inside is asked."""
    hostile.routes["/"] = redirect(target)
    found = visit("http://www.example.gov.cn/", http=replace(LIMITS, proxy=hostile.url, allow_private=False))
    assert (found.visit["status"], found.visit["failure"]) == ("failed", "private_address")
    assert found.asked == ["http://www.example.gov.cn/"]


def test_a_page_that_sends_its_visitor_inside_is_not_followed(visit: Visit, hostile: Any) -> None:
    hostile.routes["/"] = page('<meta http-equiv="refresh" content="0;url=http://127.0.0.1:1/">')
    found = visit("http://www.example.gov.cn/", http=replace(LIMITS, proxy=hostile.url, allow_private=False))
    assert (found.visit["status"], found.visit["failure"]) == ("failed", "private_address")


def test_a_length_shorter_than_the_body_ends_the_page_there(visit: Visit, hostile: Any) -> None:
    """What stands after the announced end is not read, neither now nor as the next answer."""
    body = f"<html><body>{rows(date(2021, 2, 13))}".encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
    hostile.routes["/tzgg/"] = lambda h: h.raw(head + body + b"HTTP/1.1 404 Not Found\r\n\r\n2021-02-15")
    found = visit()
    column = found.column("通知公告")
    assert column is not None
    assert column["status"] == "ok"
    assert max(found.days()) == date(2021, 2, 14)
    assert found.visit["coverage"] == "complete"


def test_a_calendar_without_end_stays_within_its_budget(visit: Visit, hostile: Any) -> None:
    """Each page has rows of its own, all after the checkpoint, and a next page."""

    def calendar(handler: Any) -> None:
        number = int(handler.path.rpartition("=")[2]) if "=" in handler.path else 0
        body = (
            rows(date(2021, 2, 18), f"{number}-", step=0) + f'<a href="/tzgg/?month={number + 1}">下一页</a>'
        )
        page(body)(handler)

    hostile.routes["/tzgg/"] = calendar
    found = visit()
    column = found.column("通知公告")
    assert column is not None
    assert column["pages"] <= 8
    assert not column["reached_end"]
    assert found.visit["coverage"] == "partial"
    assert len(found.asked) <= BUDGET.max_pages


class Everywhere(dict[str, Route]):
    """Routes of a server that answers every path alike."""

    def __init__(self, route: Route) -> None:
        super().__init__({"/": route, "/gzdt/": route})
        self.route = route

    def get(self, path: str, default: Route | None = None) -> Route:  # type: ignore[override]
        return self.route


def test_menus_without_end_stay_within_their_budget(visit: Visit, hostile: Any) -> None:
    """Every page names fifty columns that no page named before."""

    def maze(handler: Any) -> None:
        seen = len(handler.server.seen)
        links = (f'<li><a href="/c{seen}-{n}/">工作动态{n}</a></li>' for n in range(50))
        page(f"<ul>{''.join(links)}</ul>")(handler)

    hostile.routes = Everywhere(maze)
    found = visit()
    assert len(found.asked) <= BUDGET.max_pages
    assert (found.visit["status"], found.visit["coverage"]) == ("ok", "partial")


#: What may come with status 200 in a page's place, and why the page then could not be had.
FALSE_PAGES = {
    "soft 404": ("<h1>404</h1><p>您要找的页面不存在或已删除,5秒后返回首页</p>", "not_found"),
    "login wall": (
        '<form action="/login"><input type="password"><button>登录</button></form>',
        "needs_login",
    ),
    "blocked": (
        "<p>您的访问被拦截,请求编号 20210214-8812,时间 2021-02-18 09:00:00</p>",
        "forbidden",
    ),
    "script challenge": ("<script>document.cookie='k='+f(1);location.reload(true)</script>", "anti_bot"),
    "maintenance": ("<p>系统正在升级,暂停服务</p>", "bad_content"),
}


@pytest.mark.parametrize(("body", "kind"), FALSE_PAGES.values(), ids=FALSE_PAGES)
def test_a_page_in_place_of_a_list_is_neither_blank_nor_read(
    visit: Visit, hostile: Any, body: str, kind: str
) -> None:
    """With status 200 such a page looks well; a column that it stands for must not look blank or stale."""
    hostile.routes["/gzdt/"] = page(body)
    found = visit()
    column = found.column("工作动态")
    assert column is not None
    assert (column["status"], column["failure"]) == ("failed", kind)
    assert found.visit["coverage"] == "partial"


@pytest.mark.parametrize(("body", "kind"), FALSE_PAGES.values(), ids=FALSE_PAGES)
def test_a_page_in_place_of_the_home_page_leaves_the_site_unread(
    visit: Visit, hostile: Any, body: str, kind: str
) -> None:
    hostile.routes["/"] = page(body)
    found = visit()
    assert (found.visit["status"], found.visit["failure"]) == ("failed", kind)
    assert found.visit["reason"]


def test_an_empty_page_in_place_of_a_list_is_unread(visit: Visit, hostile: Any) -> None:
    hostile.routes["/gzdt/"] = page("")
    column = visit().column("工作动态")
    assert column is not None
    assert column["status"] == "unread"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            '<frameset cols="20%,*"><frame src="/menu.htm"><frame src="/main.htm"></frameset>', id="frameset"
        ),
        pytest.param("", id="empty"),
    ],
)
def test_a_home_page_that_shows_nothing_is_not_wholly_read(visit: Visit, hostile: Any, body: str) -> None:
    hostile.routes["/"] = page(body)
    hostile.routes["/menu.htm"] = hostile.routes["/main.htm"] = page(MENU)
    found = visit()
    assert found.visit["coverage"] != "complete" or found.column("工作动态") is not None


def test_the_time_of_a_visit_is_bounded(visit: Visit, hostile: Any) -> None:
    """Each answer takes its time; the visit ends when its own is over."""

    def slow(handler: Any) -> None:
        handler.server.stopping.wait(0.2)
        page(rows(date(2021, 2, 18), handler.path) + f'<a href="{handler.path}n">下一页</a>')(handler)

    menu = "".join(f'<li><a href="/c{n}/">工作动态{n}</a></li>' for n in range(9))
    hostile.routes["/"] = page(f"<ul>{menu}</ul>")
    hostile.routes |= {f"/c{n}/": slow for n in range(9)}
    found = visit(max_seconds=0.5)
    assert len(found.asked) <= 6
    assert found.visit["coverage"] == "partial"
