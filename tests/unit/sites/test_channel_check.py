"""Consultation channels and service guides of a real server: what is found, read and left."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jiancha.lake import Lake
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings, SiteSettings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import Calendar

WINDOW = Calendar().window("2021Q1")  # judged as of 2021-02-15: asked 2020-02-15 to 2020-11-14 counts
HEAD = "<tr><th>标题</th><th>来信时间</th><th>答复时间</th><th>状态</th></tr>"
Row = dict[str, Any]


@dataclass
class Town:
    server: Any
    lake: Lake
    settings: Settings

    def page(self, path: str, body: str) -> None:
        html = f"<html><body>{body}</body></html>".encode()
        self.server.serve(path, html, Content_Type="text/html; charset=utf-8")

    def home(self, *links: tuple[str, str]) -> None:
        self.page("/", "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in links))

    def visit(self, **limits: Any) -> None:
        inspect_site(
            Site("6104000001", "某局", f"{self.server.url}/", Level.OTHER, "某局"),
            WINDOW,
            columns=[],
            standard=load_standard("guoban-2019"),
            settings=replace(self.settings, site=replace(self.settings.site, **limits)),
            lake=self.lake,
        )

    def rows(self, table: str) -> list[Row]:
        return self.lake.window_rows(table, WINDOW.key)

    def check(self, indicator: str) -> tuple[str, str | None]:
        (row,) = (row for row in self.rows("site_checks") if row["indicator"] == f"site.{indicator}")
        return row["status"], row["reason"]

    def detail(self, indicator: str) -> Row:
        (row,) = (row for row in self.rows("site_checks") if row["indicator"] == f"site.{indicator}")
        found: Row = json.loads(row["detail"])
        return found

    def messages(self) -> list[tuple[str, date | None, date | None, str]]:
        return [(r["title"], r["asked_on"], r["answered_on"], r["status"]) for r in self.rows("messages")]

    @property
    def asked(self) -> list[str]:
        return [path for path, _ in self.server.seen]


@pytest.fixture
def town(hostile: Any, tmp_path: Path) -> Town:
    settings = Settings(
        clock="2021-02-16T09:00:00+08:00",
        http=HttpSettings(allow_private=True, total_timeout=10),
        site=SiteSettings(max_link_checks=0, sample_articles=0),
    )
    return Town(hostile, Lake(tmp_path), settings)


def letters(*rows: tuple[str, str, str, str]) -> str:
    lines = (
        f'<tr><td><a href="/m/{title}.html">{title}</a></td>'
        f"<td>{asked}</td><td>{answered}</td><td>{state}</td></tr>"
        for title, asked, answered, state in rows
    )
    return f"<table>{HEAD}{''.join(lines)}</table>"


# --- messages ---


def test_a_list_is_read_back_one_year_and_once(town: Town) -> None:
    town.home(("局长信箱", "/xx/"))
    following = '<a href="/xx/{}.html">下一页</a>'
    town.page("/xx/", letters(("甲甲甲甲", "2021-01-05", "2021-01-09", "已答复")) + following.format(2))
    town.page("/xx/2.html", letters(("乙乙乙乙", "2020-03-05", "2020-03-09", "已答复")) + following.format(3))
    town.page("/xx/3.html", letters(("丙丙丙丙", "2019-12-05", "", "处理中")) + following.format(4))
    town.page("/xx/4.html", letters(("丁丁丁丁", "2018-12-05", "", "处理中")))
    town.visit()
    assert town.check("interaction") == ("measured", None)
    assert [m[0] for m in town.messages()] == ["甲甲甲甲", "乙乙乙乙", "丙丙丙丙"]
    assert town.asked == ["/", "/xx/", "/xx/2.html", "/xx/3.html"]
    assert town.rows("messages")[0]["evidence"]
    assert town.rows("visits")[0]["status"] == "ok"
    (column,) = town.rows("columns")
    assert (column["kind"], column["status"]) == ("mailbox", "ok")


def test_an_open_message_is_asked_again_on_its_own_page(town: Town) -> None:
    town.home(("咨询留言", "/xx/"))
    rows = [
        ("未答未答", "2020-09-01", "", "处理中"),
        ("其实已答", "2020-09-02", "", "处理中"),
        ("页面没有", "2020-09-03", "", "处理中"),
        ("时间太近", "2020-11-15", "", "处理中"),
        ("时间太远", "2020-02-14", "", "处理中"),
        ("早已答复", "2020-09-04", "", "已答复"),
        ("不知道的", "2020-09-05", "", "公开"),
    ]
    town.page("/xx/", letters(*rows))
    for title, reply in (("未答未答", ""), ("其实已答", "<p>答复时间:2020-09-20</p>"), ("不知道的", "")):
        town.page(f"/m/{quote(title)}.html", f"<h1>{title}</h1><p>来信时间:2020-09-01</p>{reply}")
    town.visit()
    assert {m[0]: m[2:] for m in town.messages()} == {
        "未答未答": (None, "open"),
        "其实已答": (date(2020, 9, 20), "answered"),
        "页面没有": (None, "open"),
        "时间太近": (None, "open"),
        "时间太远": (None, "open"),
        "早已答复": (None, "answered"),
        "不知道的": (None, "unknown"),
    }
    assert len(town.asked) == 6
    assert town.check("interaction") == ("measured", None)


def test_read_late_answers_without_a_day_are_asked_for_one(town: Town) -> None:
    town.settings = replace(town.settings, clock="2021-03-19T09:00:00+08:00")  # 32 days later
    town.home(("咨询留言", "/xx/"))
    town.page("/xx/", letters(("a1a1", "2020-09-01", "", "已答复")))
    town.page("/m/a1a1.html", "<p>留言时间:2020-09-01</p><p>答复时间:2021-02-20</p>")
    town.visit()
    assert town.messages() == [("a1a1", date(2020, 9, 1), date(2021, 2, 20), "answered")]


def test_own_pages_and_list_pages_are_bounded(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.home(("咨询留言", "/xx/"))
    rows = [(f"m{n:03d}", "2020-09-01", "", "处理中") for n in range(9)]
    town.page("/xx/", letters(*rows) + '<a href="/xx/2.html">下一页</a>')
    town.page("/xx/2.html", letters(("z123", "2020-08-01", "", "处理中")) + '<a href="/xx/3.html">下一页</a>')
    monkeypatch.setattr("jiancha.sites.interaction.MAX_MESSAGE_DETAILS", 4)
    monkeypatch.setattr("jiancha.sites.interaction.MAX_MESSAGE_PAGES", 2)
    town.visit()
    assert sum(path.startswith("/m/") for path in town.asked) == 4
    assert "/xx/3.html" not in town.asked
    assert town.check("interaction") == ("unmeasured", "留言列表未能读到所需日期：咨询留言")
    assert len(town.messages()) == 10


def test_channels_behind_a_hub_and_lists_behind_a_form(town: Town) -> None:
    town.home(("互动交流", "/hd/"))
    town.page("/hd/", '<a href="/hd/zx/">在线咨询</a><a href="/hd/jb/">举报投诉</a>')
    town.page("/hd/zx/", '<form><textarea></textarea></form><a href="/hd/zx/list/">来信选登</a>')
    town.page("/hd/jb/", letters(("举报线索", "2020-05-05", "", "处理中")))
    town.page("/hd/zx/list/", letters(("甲甲甲甲", "2021-01-05", "2021-01-09", "已答复")))
    town.visit()
    assert town.check("interaction") == ("measured", None)
    assert [m[0] for m in town.messages()] == ["甲甲甲甲"]


@pytest.mark.parametrize(
    ("links", "page", "reason"),
    [
        ([], "", "未发现咨询建言渠道，需人工核实"),
        (
            [("举报投诉", "/xx/")],
            letters(("甲甲甲甲", "2020-05-05", "", "处理中")),
            "未发现咨询建言渠道，需人工核实",
        ),
        ([("纪检信箱举报", "/xx/")], "", "未发现咨询建言渠道，需人工核实"),
        (
            [("局长信箱", "/xx/")],
            "<form><textarea></textarea></form>",
            "咨询建言渠道未公开留言及答复，需人工核实",
        ),
        ([("局长信箱", "/xx/")], '<div id="app"></div>', "咨询建言渠道未能识别留言列表：局长信箱"),
        ([("局长信箱", "/gone/")], "", "局长信箱："),
        (
            [("局长信箱", "http://other.example/xx/")],
            "",
            "咨询建言渠道设在其他网站（http://other.example/xx/）",
        ),
    ],
)
def test_what_is_left_to_a_person(town: Town, links: list[tuple[str, str]], page: str, reason: str) -> None:
    town.home(("关于本局", "/gk/"), *links)
    town.page("/gk/", "<p>概况</p>")
    town.page("/xx/", page)
    town.visit()
    status, told = town.check("interaction")
    assert status == "unmeasured"
    assert (told or "").startswith(reason)
    assert town.rows("messages") == []
    assert town.rows("visits")[0]["status"] == "ok"


def test_an_empty_list_is_a_list(town: Town) -> None:
    town.home(("局长信箱", "/xx/"))
    town.page("/xx/", "<p>暂无信息</p>")
    town.visit()
    assert town.check("interaction") == ("measured", None)


# --- guides ---

LABELS = (
    "设定依据",
    "申请条件",
    "办理材料",
    "办理地点",
    "办理时间",
    "联系电话",
    "办理流程",
    "收费标准",
    "办理机构",
)


def guide(*empty: str) -> str:
    rows = (f"<tr><th>{label}</th><td>{'' if label in empty else '有内容'}</td></tr>" for label in LABELS)
    return f"<h1>某事项</h1><table>{''.join(rows)}</table>"


def guides(town: Town) -> dict[str, tuple[bool, list[str]]]:
    return {row["title"]: (row["judged"], row["missing"]) for row in town.rows("guides")}


def test_guides_are_read_from_services_columns(town: Town) -> None:
    town.home(("办事指南", "/bs/"))
    links = [
        ("社会团体成立登记", "1"),
        ("食品经营许可证办理指南", "2"),
        ("会议通知一则", "3"),
        ("取水许可审批", "4"),
    ]
    nav = '<a href="/">首页</a><a href="/bs/">办事指南</a><a href="x.doc">申请表格下载</a>'
    nav += '<a href="/bs/2/">下一页</a>'
    town.page("/bs/", nav + "".join(f'<li><a href="{n}.html">{name}</a></li>' for name, n in links))
    town.page("/bs/1.html", guide())
    town.page("/bs/2.html", guide("设定依据", "收费标准"))
    town.page("/bs/3.html", "<p>定于明天开会。</p>")
    town.visit()
    assert guides(town) == {
        "社会团体成立登记": (True, []),
        "食品经营许可证办理指南": (True, ["basis", "fee"]),
        "会议通知一则": (False, []),
        "取水许可审批": (False, []),
    }
    assert town.check("services") == ("measured", None)
    assert town.rows("guides")[0]["evidence"]
    assert [row["name"] for row in town.rows("columns")] == []  # a page that shows no list is no column


def test_columns_below_and_the_limit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.home(("办事服务", "/bs/"))
    town.page("/bs/", '<a href="/bs/gr/">个人办事</a><a href="/bs/fr/">法人办事</a>')
    for folder in ("gr", "fr"):
        links = "".join(f'<li><a href="{n}.html">某某事项办理{n}</a></li>' for n in range(3))
        town.page(f"/bs/{folder}/", links)
        for n in range(3):
            town.page(f"/bs/{folder}/{n}.html", guide())
    monkeypatch.setattr("jiancha.sites.services.MAX_GUIDES", 5)
    town.visit()
    assert len(town.rows("guides")) == 5
    assert town.check("services") == ("measured", None)


@pytest.mark.parametrize(
    ("links", "page", "reason"),
    [
        ([], "", "未发现办事指南，需人工核实"),
        ([("办事指南", "/bs/")], "<p>暂无</p>", "未发现办事指南，需人工核实"),
        (
            [("政务服务网", "http://zwfw.example/")],
            "",
            "办事服务由其他平台（http://zwfw.example/）提供，需人工核实",
        ),
        (
            [("办事指南", "/bs/")],
            '<a href="http://zwfw.example/1">社会团体成立登记</a>',
            "办事服务由其他平台（http://zwfw.example/1）提供，需人工核实",
        ),
        (
            [("办事指南", "/bs/")],
            '<a href="/gk/">社会团体成立登记</a><a href="/no/">某某事项办理</a>',
            "办事指南未能判断：",
        ),
        ([("办事指南", "/gone/")], "", "未发现办事指南，需人工核实；办事指南："),
    ],
)
def test_services_left_to_a_person(town: Town, links: list[tuple[str, str]], page: str, reason: str) -> None:
    town.home(*links)
    town.page("/bs/", page)
    town.visit()
    status, told = town.check("services")
    assert status == "unmeasured"
    assert (told or "").startswith(reason)
    assert town.rows("visits")[0]["status"] == "ok"


def test_guides_are_not_read_when_they_can_no_longer_tell(town: Town) -> None:
    town.settings = replace(town.settings, clock="2021-03-19T09:00:00+08:00")  # 32 days later
    town.home(("办事指南", "/bs/"))
    town.page("/bs/", '<a href="1.html">社会团体成立登记</a>')
    town.visit()
    assert town.check("services") == ("unmeasured", "读取过晚，办事指南在监测时的内容无法确认")
    assert "/bs/1.html" not in town.asked


def test_the_budget_of_the_visit_holds(town: Town) -> None:
    town.home(("办事指南", "/bs/"), ("局长信箱", "/xx/"))
    town.page("/bs/", "".join(f'<li><a href="{n}.html">某某事项办理{n}</a></li>' for n in range(9)))
    town.page("/xx/", letters(("甲甲甲甲", "2021-01-05", "", "处理中")) + '<a href="/xx/2.html">下一页</a>')
    town.visit(max_pages=3)
    assert len(town.asked) == 3
    assert town.check("interaction")[0] == town.check("services")[0] == "unmeasured"
    assert town.rows("visits")[0]["status"] == "ok"
