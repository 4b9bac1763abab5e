"""Which pages of a site become columns, and how they count."""

from __future__ import annotations

from datetime import date

import pytest
from support.town import Town, rows

OLD = ["2019-02-11", "2018-05-10"]


def found(town: Town) -> list[str]:
    return sorted(row["name"] for row in town.rows("columns"))


def test_menus_of_the_second_and_third_level(town: Town) -> None:
    town.home(("政务公开", "/zwgk/"))
    town.page("/zwgk/", '<ul><li><a href="zcfg/">政策法规</a></li><li><a href="rsxx/">人事信息</a></li></ul>')
    town.page("/zwgk/zcfg/", '<ul><li><a href="zhl/">综合类</a></li></ul>' + rows("", OLD))
    town.page("/zwgk/rsxx/", rows("", OLD))
    town.page("/zwgk/zcfg/zhl/", rows("x", ["2021-02-11", "2020-02-10"]))
    town.visit()
    assert found(town) == ["人事信息", "政策法规", "综合类"]
    assert town.newest("综合类") == date(2021, 2, 11)


def test_a_side_menu_of_pages_that_share_a_folder(town: Town) -> None:
    """Its entries are no pages of the section's folder: all pages of the site lie side by side."""
    town.home(("教师培训", "/index8.html"))
    menu = "".join(
        f'<li><a href="index{n}.html">{name}</a></li>'
        for n, name in enumerate(["校长培训", "骨干教师", "教坛新秀"], 63)
    )
    town.page("/index8.html", f"<ul>{menu}</ul>{rows('/8-', OLD)}")
    for n in (63, 64, 65):
        town.page(f"/index{n}.html", f"<ul>{menu}</ul>{rows(f'/{n}-', OLD)}")
    town.visit()
    assert found(town) == ["教坛新秀", "教师培训", "校长培训", "骨干教师"]


@pytest.mark.parametrize("address", ["/list-{}.html", "/list.html?area={}", "/list_{}.html"])
def test_parts_of_one_list_are_no_columns(town: Town, address: str) -> None:
    town.home(("社区活动", "/list.html"))
    choices = "".join(
        f'<li><a href="{address.format(n)}">{name}</a></li>'
        for n, name in enumerate(["友谊街道", "古冶街道", "丰润街道"])
    )
    town.page("/list.html", f"<ul>{choices}</ul>{rows('/', OLD)}")
    for n in range(3):
        town.page(address.format(n), "<p>暂无信息</p>")
    town.visit()
    assert found(town) == ["社区活动"]


def test_a_picture_takes_its_name_from_the_page_behind_it(town: Town) -> None:
    town.home(items='<a href="/zt/dsxx/"><img src="/1.jpg" alt=""></a>')
    way = '<div>当前位置:<a href="/">首页</a> &gt; <a href="/zt/dsxx/">党史学习教育</a></div>'
    town.page("/zt/dsxx/", way + rows("", ["2021-02-10", "2021-02-01"]))
    town.visit()
    assert found(town) == ["党史学习教育"]


def test_a_list_under_two_addresses_counts_once(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("通知公告", "/tzgg/list.shtml"), ("公告", "/tzgg/;jsessionid=A1B2"))
    for path in ("/tzgg/", "/tzgg/list.shtml", "/tzgg/;jsessionid=A1B2"):
        town.page(path, rows("/tzgg/", OLD))
    town.visit()
    assert found(town) == ["通知公告"]


def test_a_section_that_shows_the_list_of_its_only_column_counts_once(town: Town) -> None:
    town.home(("信息公开", "/xxgk/"))
    town.page("/xxgk/", '<ul><li><a href="tzgg/">公示公告</a></li></ul>' + rows("/xxgk/tzgg/", OLD))
    town.page("/xxgk/tzgg/", rows("/xxgk/tzgg/", OLD))
    town.visit()
    assert found(town) == ["信息公开"]


def test_columns_of_one_day_are_two_where_their_items_differ(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("公示信息", "/gsxx/"))
    town.page("/tzgg/", rows("/tzgg/", OLD))
    town.page("/gsxx/", rows("/gsxx/", OLD))
    town.visit()
    assert found(town) == ["公示信息", "通知公告"]


@pytest.mark.parametrize(
    "name", ["联系我们", "联系方式", "服务流程", "报名须知", "交易规则", "站群导航", "建党百周年"]
)
def test_what_is_written_once_has_no_limit(town: Town, name: str) -> None:
    town.home((name, "/x/"))
    town.page("/x/", rows("", OLD))
    town.visit()
    assert town.column(name)["kind"] in ("static", "archive")


def test_a_single_old_entry_is_a_text_of_its_own(town: Town) -> None:
    town.home(("机构概况", "/jggk/"), ("中心地址", "/zxdz/"), ("通知公告", "/tzgg/"), ("机构设置", "/jgsz/"))
    for path in ("/jggk/", "/zxdz/", "/tzgg/"):
        town.page(
            path,
            f'<table><tr><td><a href="{path}1.html">地址和介绍</a></td><td>2018-09-25</td></tr></table>',
        )
    town.page("/jgsz/", rows("", OLD))
    town.visit()
    kinds = {row["name"]: row["kind"] for row in town.rows("columns")}
    assert kinds == {
        "机构概况": "static",
        "中心地址": "static",
        "通知公告": "announcements",
        "机构设置": "institution",
    }


def test_an_article_in_the_navigation_is_no_section(town: Town) -> None:
    """Its own column, to which it leads back, is one."""
    town.home(("房屋招租公告", "/gdxw/15182.html"))
    text = (
        "<h1>房屋招租公告</h1><p>发布时间:2021-02-10</p>"
        + "<p>现将有关事项公告如下,请有意者与我单位联系。</p>" * 4
    )
    way = '<div>当前位置:<a href="/">首页</a> &gt; <a href="/gdxw/">滚动新闻</a></div>'
    town.page("/gdxw/15182.html", way + text)
    town.page("/gdxw/", way + rows("/gdxw/", ["2021-02-10", "2021-02-09"]))
    town.visit()
    assert found(town) == ["滚动新闻"]


def test_a_dead_link_of_a_lower_menu_is_no_column(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
    town.page("/tzgg/", '<ul><li><a href="gs/">公示</a></li></ul>' + rows("", OLD))
    town.visit()
    assert found(town) == ["政策文件", "通知公告"]
    assert town.column("政策文件")["status"] == "failed"


def test_more_columns_than_the_budget_leave_the_visit_incomplete(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiancha.sites.visit.MAX_COLUMNS", 1)
    town.home(("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
    town.page("/tzgg/", rows("/tzgg/", ["2021-02-10", "2021-02-09"]))
    town.page("/zcwj/", rows("/zcwj/", ["2021-02-10", "2021-02-09"]))
    town.visit()
    (visit,) = town.rows("visits")
    assert (town.column("政策文件")["status"], visit["coverage"]) == ("unread", "partial")
    assert town.column("政策文件")["reason"] == "已达每站1个栏目上限"
    assert "/zcwj/" not in town.asked


def test_what_an_office_tells_of_itself_is_written_once(town: Town) -> None:
    """关于我们 is opened for the columns below it; its 简介 is no news, whatever its entries are called."""
    town.home(("关于我们", "/gywm/"))
    town.page("/gywm/", '<ul><li><a href="jj/">中心简介</a></li><li><a href="wmcj/">文明创建</a></li></ul>')
    town.page("/gywm/jj/", rows("", OLD))
    town.page("/gywm/wmcj/", rows("x", OLD))
    town.visit()
    assert {row["name"]: row["kind"] for row in town.rows("columns")} == {
        "中心简介": "static",
        "文明创建": "other",
    }


def test_the_list_of_a_column_below_about_us_counts_as_that_column(town: Town) -> None:
    town.home(("关于我们", "/gywm/"))
    town.page("/gywm/", '<ul><li><a href="wmcj/">文明创建</a></li></ul>' + rows("/gywm/wmcj/", OLD))
    town.page("/gywm/wmcj/", rows("", OLD))
    town.visit()
    assert found(town) == ["文明创建"]
    assert town.newest("文明创建") == date(2019, 2, 11)
