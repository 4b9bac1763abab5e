"""Links of the home page and the columns: what works, what is dead for sure, and what is not known."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest
from support.town import Town, rows

from jiancha.registry.model import Level, Site
from jiancha.sites.link_check import LinkBook


def visited(town: Town, home: str, **limits: Any) -> dict[str, dict[str, Any]]:
    """The links of a home page with one column, by their text."""
    town.home(("工作动态", "/gzdt/"), items=home)
    town.page("/gzdt/", rows("", ["2021-02-14"]))
    town.visit(**{"max_link_checks": 50, **limits})
    return {row["text"]: row for row in town.rows("links")}


def link(text: str, target: str) -> str:
    return f'<p><a href="{target}">{text}</a></p>'


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_links_work_are_dead_or_are_not_known(town: Town) -> None:
    for status in (403, 429, 500, 503):
        town.server.routes[f"/{status}"] = lambda handler, status=status: handler.answer(b"", status=status)
    town.server.routes["/410"] = lambda handler: handler.answer(b"", status=410)
    town.server.serve("/long", b"x" * 200_000)
    town.server.redirect("/moved", "/long")
    names = ("/403", "/429", "/500", "/503", "/410", "/404", "/long", "/moved")
    home = "".join(link(f"链接{name}", name) for name in names)
    links = visited(town, home + link("拒绝", f"http://127.0.0.1:{closed_port()}/"))
    assert {
        text: (row["outcome"], row["status"]) for text, row in links.items() if text.startswith("链接")
    } == {
        "链接/403": ("unknown", 403),
        "链接/429": ("unknown", 429),
        "链接/500": ("unknown", 500),
        "链接/503": ("unknown", 503),
        "链接/410": ("dead", 410),
        "链接/404": ("dead", 404),
        "链接/long": ("ok", None),
        "链接/moved": ("ok", None),
    }
    assert links["拒绝"]["outcome"] == "dead"
    assert links["链接/404"]["reason"] == "服务器返回 HTTP 404"
    assert {row["where"] for text, row in links.items() if text.startswith("链接")} == {"home"}


def test_a_page_that_was_read_is_not_asked_again(town: Town) -> None:
    links = visited(town, link("某页", "/x"))
    assert links["工作动态"]["outcome"] == "ok"
    assert town.asked.count("/gzdt/") == 1
    article = next(row for text, row in links.items() if text.startswith("关于某项"))
    assert (article["where"], article["outcome"]) == ("column", "dead")


def test_what_is_gone_only_once_is_not_dead(town: Town) -> None:
    answers = iter((404, 200))
    town.server.routes["/wavers"] = lambda handler: handler.answer(b"", status=next(answers))
    assert visited(town, link("摇摆", "/wavers"))["摇摆"]["outcome"] == "ok"


def test_what_is_only_given_to_who_comes_from_a_page_is_not_dead(town: Town) -> None:
    def guarded(handler: Any) -> None:
        handler.answer(b"", status=200 if handler.headers.get("Referer") == f"{town.server.url}/" else 404)

    town.server.routes["/guarded"] = guarded
    assert visited(town, link("防盗链", "/guarded"))["防盗链"]["outcome"] == "ok"


def test_a_firewall_behind_a_404_tells_nothing_of_the_link(town: Town) -> None:
    page = "<title>404 Not Found</title><p>您的请求已被防火墙拦截</p>".encode()
    town.server.routes["/x"] = lambda handler: handler.answer(page, status=404, Content_Type="text/html")
    found = visited(town, link("某页", "/x"))["某页"]
    assert (found["outcome"], found["status"]) == ("unknown", 404)


def test_a_name_that_does_not_exist_is_dead_and_a_silent_resolver_is_not(
    town: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The resolver is the one part that no test can bring along."""
    real = socket.getaddrinfo
    errors = {"gone.example-x.com": socket.EAI_NONAME, "later.example-x.com": socket.EAI_AGAIN}

    def resolve(host: Any, *rest: Any, **named: Any) -> Any:
        if host in errors:
            raise socket.gaierror(errors[host], "no answer")
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    links = visited(
        town, link("没有", "http://gone.example-x.com/") + link("不明", "http://later.example-x.com/")
    )
    assert (links["没有"]["outcome"], links["没有"]["reason"]) == ("dead", "域名不存在")
    assert links["不明"]["outcome"] == "unknown"


def test_links_are_tried_within_a_budget_the_home_page_first(town: Town) -> None:
    links = visited(town, link("甲", "/a") + link("乙", "/b"), max_link_checks=1)
    assert (links["甲"]["outcome"], links["乙"]["reason"]) == ("dead", "未检查")
    assert links["乙"]["outcome"] == "unknown"
    town.visit(max_link_checks=0)
    assert town.rows("links") == []


def test_a_host_that_lets_three_requests_wait_in_vain_is_not_asked_again(town: Town) -> None:
    town.settings = replace(town.settings, http=replace(town.settings.http, total_timeout=0.3))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    for n in range(3):
        town.server.routes[f"/slow{n}"] = lambda handler: handler.drip(head, b"<p>")
    links = visited(town, "".join(link(f"慢{n}", f"/slow{n}") for n in range(3)) + link("后", "/404"))
    assert {links[f"慢{n}"]["reason"] for n in range(3)} == {"0.3秒内未能读完"}
    assert (links["后"]["outcome"], links["后"]["reason"]) == ("unknown", "未检查")
    assert not any(row["outcome"] == "dead" for row in links.values())


def test_pictures_are_no_links_and_addresses_count_once(town: Town) -> None:
    home = link("图", "/a.jpg") + link("脚本", "javascript:go()") + link("甲", "/a") + link("又甲", "/a#top")
    picture = '<a href="/b"><img src="b.png" alt="横幅"></a>'
    links = visited(town, home + picture)
    assert {"甲", "横幅"} <= set(links)
    assert not {"图", "脚本", "又甲"} & set(links)


def test_links_to_other_domains(town: Town) -> None:
    site = Site("6104000028", "某委", "http://fgw.xianyang.gov.cn/", Level.OTHER, "某委")
    book = LinkBook(site, town.settings)
    assert not book.is_off_domain("http://tjj.xianyang.gov.cn/x")
    assert not book.is_off_domain("https://www.gov.cn/")
    assert book.is_off_domain("https://mp.weixin.qq.com/s/1")
    assert book.is_off_domain("http://xianyanggov.cn/")
