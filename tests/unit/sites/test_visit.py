"""Visits of a real server: what is read, how far back, and what a failure costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from support.town import WINDOW, Town, days, rows

from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.evidence.records import read_evidence
from jiancha.registry.model import SiteColumn
from jiancha.windows import ZONE


def test_a_visit_leaves_home_columns_items_and_evidence(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"), items=rows("/gzdt/", ["2021-02-14"]))
    town.page("/gzdt/", rows("", days(date(2021, 2, 14), 3)))
    town.visit()
    (visit,) = town.rows("visits")
    assert (visit["status"], visit["coverage"], visit["home_status"], visit["requests"]) == (
        "ok",
        "complete",
        "ok",
        3,
    )
    assert visit["as_of"] == datetime(2021, 2, 18, 9, tzinfo=ZONE)
    (column,) = town.rows("columns")
    assert (column["name"], column["kind"], column["found_by"], column["status"]) == (
        "工作动态",
        "news",
        "navigation",
        "ok",
    )
    assert column["reached_end"]
    items = town.rows("items")
    assert {row["column_id"] for row in items} == {"home", column["column_id"]}
    assert [row["published_on"] for row in items if row["column_id"] != "home"] == days(date(2021, 2, 14), 3)
    path = town.lake.evidence_path(WINDOW.key, town.site.target_id)
    assert "关于某项重点工作的通知" in read_evidence(town.lake, path, column["evidence"]).decode()


def test_a_fresh_column_costs_one_request(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"))
    town.page("/gzdt/", rows("", days(date(2021, 2, 17), 15)) + '<a href="index_1.html">下一页</a>')
    town.visit()
    assert town.newest("工作动态") == date(2021, 2, 15)
    assert town.asked == ["/", "/gzdt/"]


def test_a_stale_list_is_read_one_page_further(town: Town) -> None:
    """The newest item stands on the second page of an unsorted list."""
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", rows("", days(date(2020, 3, 1), 5)) + '<a href="index_1.html">下一页</a>')
    town.page(
        "/tzgg/index_1.html",
        rows("", [date(2020, 1, 9), date(2020, 8, 1)]) + '<a href="index_2.html">下一页</a>',
    )
    town.visit()
    assert town.newest("通知公告") == date(2020, 8, 1)
    column = town.column("通知公告")
    assert (column["pages"], column["reached_end"]) == (2, False)
    assert column["complete_back_to"] <= date(2020, 8, 1)
    assert town.rows("visits")[0]["coverage"] == "complete"


def test_pinned_items_do_not_end_the_reading(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    first = rows("", ["2018-01-01", *days(date(2021, 2, 17), 2)], pinned=1)
    town.page("/tzgg/", first + '<a href="index_1.html">下一页</a>')
    town.page("/tzgg/index_1.html", rows("p1", days(date(2020, 11, 1), 3)))
    town.visit()
    assert town.newest("通知公告") == date(2020, 11, 1)
    assert town.column("通知公告")["reached_end"]
    assert sum(row["pinned"] for row in town.rows("items")) == 1


def backfilled(town: Town, pages: int, newest: date) -> None:
    """A column of ``pages`` numbered pages of ten items, one item a day."""
    town.home(("工作动态", "/gzdt/"))
    for page in range(pages):
        body = rows(f"p{page}-", days(newest - timedelta(days=10 * page), 10))
        links = "".join(f'<a href="/gzdt/index_{n}.html">{n + 1}</a>' for n in range(1, pages) if n != page)
        town.page("/gzdt/" if page == 0 else f"/gzdt/index_{page}.html", body + f"{links} 共{pages}页")


def test_far_back_the_place_is_found_by_halving(town: Town) -> None:
    """Two years after the checkpoint, 73 pages lie before it; each day has an item."""
    backfilled(town, 100, date(2023, 2, 15))
    town.settings = replace(town.settings, clock="2023-02-16T09:00:00+08:00")
    town.visit()
    assert town.newest("工作动态") == date(2021, 2, 15)
    assert len(town.asked) < 20
    assert town.rows("visits")[0]["coverage"] == "complete"


def test_far_back_and_stale_is_certain_too(town: Town) -> None:
    """Nothing between 2020-12-31 and 2021-06-01: the newest is known, and known to be the newest."""
    town.home(("工作动态", "/gzdt/"))
    for page in range(40):
        newest = date(2023, 2, 15) - timedelta(days=21 * page)
        newest -= timedelta(days=151) * (newest < date(2021, 6, 1))
        body = rows(f"p{page}-", days(newest, 10))
        links = "".join(f'<a href="/gzdt/index_{n}.html">{n + 1}</a>' for n in range(1, 40) if n != page)
        town.page("/gzdt/" if page == 0 else f"/gzdt/index_{page}.html", body + links)
    town.settings = replace(town.settings, clock="2023-02-16T09:00:00+08:00")
    town.visit()
    read = [row["published_on"] for row in town.rows("items") if row["column_id"] != "home"]
    newest_before = max(day for day in read if day <= WINDOW.checkpoint_day)
    assert newest_before < date(2021, 1, 1)
    assert town.column("工作动态")["complete_back_to"] <= newest_before
    assert len(town.asked) < 20


def test_a_blank_column_is_blank(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("工作动态", "/gzdt/"))
    town.page("/tzgg/", "<p>暂无信息</p>")
    town.page("/gzdt/", '<div id="app"></div><script src="/js/app.js"></script>')
    town.visit()
    assert town.column("通知公告")["status"] == "blank"
    unread = town.column("工作动态")
    assert (unread["status"], unread["reason"]) == ("unread", "栏目页未识别出列表")
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_failing_column_costs_only_itself(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("工作动态", "/gzdt/"), ("政策文件", "/zcwj/"))
    town.page("/gzdt/", rows("", ["2021-02-14"]))
    town.server.routes["/zcwj/"] = lambda handler: handler.answer(b"", status=500)
    town.visit()
    assert (town.column("通知公告")["status"], town.column("通知公告")["failure"]) == ("failed", "not_found")
    assert town.column("政策文件")["failure"] == "server_error"
    assert town.column("工作动态")["status"] == "ok"
    assert town.rows("visits")[0]["status"] == "ok"


def test_a_further_page_that_fails_does_not_undo_the_first(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", rows("", days(date(2021, 2, 18), 2)) + '<a href="index_1.html">下一页</a>')
    town.visit()
    column = town.column("通知公告")
    assert (column["status"], column["failure"], column["reached_end"]) == ("ok", "not_found", False)
    assert column["complete_back_to"] is None
    assert town.rows("visits")[0]["coverage"] == "partial"


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [(503, TransientFailure, "server_error"), (404, PermanentFailure, "not_found")],
)
def test_a_failing_home_page_is_an_outcome(
    town: Town, status: int, error: type[Exception], kind: str
) -> None:
    town.server.routes["/"] = lambda handler: handler.answer(b"", status=status)
    with pytest.raises(error):
        town.visit()
    (visit,) = town.rows("visits")
    assert (visit["status"], visit["failure"], visit["home_status"], visit["coverage"]) == (
        "failed",
        kind,
        "failed",
        "none",
    )
    assert town.rows("columns") == []
    assert town.rows("items") == []


def test_a_retry_replaces_what_the_first_try_left(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", rows("", ["2021-02-14"]))
    town.visit()
    town.server.routes["/"] = lambda handler: handler.answer(b"", status=503)
    with pytest.raises(TransientFailure):
        town.visit()
    assert town.rows("items") == []
    assert [row["status"] for row in town.rows("visits")] == ["failed"]


def test_a_wrong_charset_does_not_hide_dates(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", rows("", ["2021年2月14日"]), "gbk", Content_Type="text/html; charset=utf-8")
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 14)


def test_stubs_are_followed(town: Town) -> None:
    town.page("/", '<meta http-equiv="refresh" content="0;url=/portal/index.html">')
    town.page("/portal/index.html", '<ul><li><a href="/xw/">新闻动态</a></li></ul>')
    town.page("/xw/", '<script>location.href="gzdt/"</script>')
    town.page("/xw/gzdt/", rows("", ["2021-02-14"]))
    town.visit()
    assert town.newest("新闻动态") == date(2021, 2, 14)


def test_two_links_to_one_list_are_one_column(town: Town) -> None:
    town.home(("新闻动态", "/xw/"), ("工作动态", "/xw/gzdt/index.html"), ("动态", "/xw/gzdt/"))
    town.server.redirect("/xw/", "/xw/gzdt/")
    town.page("/xw/gzdt/", rows("", ["2021-02-14"]))
    town.page("/xw/gzdt/index.html", rows("", ["2021-02-14"]))
    town.visit()
    assert len(town.rows("columns")) == 1


def test_a_section_gives_way_to_its_columns(town: Town) -> None:
    town.home(("政务公开", "/zwgk/"))
    heads = "".join(
        f'<div class="b"><div><h3>{name}</h3><a href="{path}">更多</a></div>'
        f"{rows(path, [f'2021-02-1{n}'])}</div>"
        for n, (name, path) in enumerate([("通知公告", "/zwgk/tzgg/"), ("政策文件", "/zwgk/zcwj/")])
    )
    town.page("/zwgk/", heads)
    town.page("/zwgk/tzgg/", rows("", ["2021-02-10"]))
    town.page("/zwgk/zcwj/", rows("", ["2019-02-11"]))
    town.visit()
    assert sorted(row["name"] for row in town.rows("columns")) == ["政务公开", "政策文件", "通知公告"]
    assert town.newest("政策文件") == date(2019, 2, 11)
    assert town.newest("政务公开") == date(2021, 2, 10)  # as fresh as what it leads to


def test_a_section_of_old_columns_is_not_counted_beside_them(town: Town) -> None:
    town.home(("政务公开", "/zwgk/"))
    town.page("/zwgk/", '<ul><li><a href="tzgg/">通知公告</a></li><li><a href="zcwj/">政策文件</a></li></ul>')
    town.page("/zwgk/tzgg/", rows("", ["2019-02-11", "2019-02-10"]))
    town.page("/zwgk/zcwj/", rows("", ["2018-02-11", "2018-02-10"]))
    town.visit()
    assert sorted(row["name"] for row in town.rows("columns")) == ["政策文件", "通知公告"]


def test_columns_below_a_column_are_found(town: Town) -> None:
    town.home(("政务公开", "/zwgk/"))
    menu = '<ul><li><a href="tzgg/">通知公告</a></li><li><a href="/elsewhere/">友情单位</a></li></ul>'
    town.page("/zwgk/", menu + rows("", ["2021-02-10", "2021-02-09"]))
    town.page("/zwgk/tzgg/", rows("", ["2019-02-11", "2019-02-10"]))
    town.visit()
    assert sorted(row["name"] for row in town.rows("columns")) == ["政务公开", "通知公告"]
    assert "/elsewhere/" not in town.asked


def test_columns_that_only_the_site_map_names_are_read_last(town: Town) -> None:
    rows = "".join(
        f'<li><a href="{n}.html">关于某项重点工作的通知{n}</a><i>2021-02-1{n}</i></li>' for n in range(5)
    )
    menu = '<ul><li><a href="/tzgg/">通知公告</a></li></ul><p><a href="/map.html">网站地图</a></p>'
    town.page("/", menu)
    town.page(
        "/map.html",
        f'{menu}<ul><li><a href="/gzdt/">工作动态</a></li><li><a href="/rsxx/">人事信息</a></li></ul>',
    )
    town.page("/tzgg/", f"<ul>{rows}</ul>")
    town.page("/gzdt/", f"<ul>{rows}</ul>")
    town.visit()
    assert town.column("通知公告")["found_by"] == "navigation"
    assert (town.column("工作动态")["status"], town.column("工作动态")["found_by"]) == ("ok", "site_map")
    assert "/rsxx/" in town.asked
    assert not any(row["name"] == "人事信息" for row in town.rows("columns"))  # an old map names what is gone
    assert town.asked.index("/tzgg/") < town.asked.index("/map.html") < town.asked.index("/gzdt/")


def test_a_site_map_that_cannot_be_had_costs_nothing_else(town: Town) -> None:
    town.page("/", '<ul><li><a href="/gzdt/">工作动态</a></li></ul><a href="/map.html">站点地图</a>')
    town.page("/gzdt/", '<ul><li><a href="1.html">关于某项重点工作的通知</a><i>2021-02-14</i></li></ul>')
    town.visit()
    assert town.column("工作动态")["status"] == "ok"
    (visit,) = town.rows("visits")
    assert (visit["status"], visit["coverage"]) == ("ok", "complete")


def test_columns_of_the_registry_come_with_their_kind(town: Town) -> None:
    town.home(("公示栏", "/gs/"))
    town.page("/gs/", rows("", ["2021-02-14"]))
    town.page("/hidden/", "<p>办事指南</p>")
    code = town.site.site_code
    town.visit(
        SiteColumn(code, "公示公告", f"{town.server.url}/gs/", "announcements"),
        SiteColumn(code, "办事", f"{town.server.url}/hidden/"),
    )
    first, second = town.rows("columns")
    assert (first["name"], first["kind"], first["found_by"]) == ("公示公告", "announcements", "registry")
    assert (second["status"], second["found_by"]) == ("unread", "registry")


def test_articles_are_no_columns(town: Town) -> None:
    town.home(("本局概况", "/gk/1.html"), ("便民服务", "/fw/"))
    town.page("/gk/1.html", "<h1>概况</h1><p>发布时间:2015-02-19 来源:本局</p><p>正文</p>")
    town.page("/fw/", "<p>电话 029-33210000</p>")
    town.visit()
    assert town.rows("columns") == []


def test_the_budget_leaves_columns_unread(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.home(("通知公告", "/tzgg/"), ("工作动态", "/gzdt/"))
    town.page("/tzgg/", rows("", ["2021-02-14"]))
    town.page("/gzdt/", rows("", ["2021-02-14"]))
    town.visit(max_pages=2)
    unread = town.column("工作动态")
    assert (unread["status"], unread["failure"]) == ("unread", "budget")
    assert town.rows("visits")[0]["coverage"] == "partial"
    monkeypatch.setattr("jiancha.sites.visit.MAX_COLUMNS", 1)
    town.visit()
    assert [row["status"] for row in town.rows("columns")] == ["ok", "unread"]
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_pager_that_only_a_script_can_turn_is_not_the_end(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"))
    town.page("/gzdt/", rows("", days(date(2021, 2, 17), 2)) + '<a href="javascript:go(2)">下一页</a> 共9页')
    town.visit()
    column = town.column("工作动态")
    assert (column["status"], column["reached_end"], column["complete_back_to"]) == ("ok", False, None)
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_server_that_repeats_its_first_page_is_not_followed_for_ever(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"))
    body = rows("/gzdt/", days(date(2021, 2, 18), 3)) + '<a href="/gzdt/index_{}.html">下一页</a>'
    town.page("/gzdt/", body.format(1))
    for page in range(1, 50):
        town.page(f"/gzdt/index_{page}.html", body.format(page + 1))
    town.visit()
    assert len(town.asked) == 3
    assert not town.column("工作动态")["reached_end"]


def test_exempt_columns_are_read_once(town: Town) -> None:
    town.home(("往期归档", "/old/"))
    town.page("/old/", rows("", days(date(2012, 2, 17), 3)) + '<a href="index_1.html">下一页</a>')
    town.visit()
    assert town.asked == ["/", "/old/"]
    assert town.rows("visits")[0]["coverage"] == "complete"


def test_column_ids_are_stable(town: Town) -> None:
    town.home(("通知公告", "/tzgg/index.html"))
    town.page("/tzgg/index.html", rows("", ["2021-02-14"]))
    town.page("/tzgg/", rows("", ["2021-02-14"]))
    town.visit()
    first = town.column("通知公告")["column_id"]
    town.home(("通知公告", "/tzgg/"))
    town.visit()
    assert town.column("通知公告")["column_id"] == first


def test_a_new_pinned_item_does_not_tell_the_place_in_the_list(town: Town) -> None:
    """All pages lie before the checkpoint but for an item pinned on each of them."""
    town.home(("通知公告", "/tzgg/"))
    for page in range(8):
        pinned = (
            f'<ul><li>[置顶]<a href="top{page}.html">关于某项重点工作的通知</a><i>2021-02-17</i></li></ul>'
        )
        body = pinned + rows(f"p{page}-", days(date(2019, 3, 1) - timedelta(days=9 * page), 9))
        address = "/tzgg/" if page == 0 else f"/tzgg/index_{page}.html"
        town.page(address, body + f'<a href="/tzgg/index_{page + 1}.html">下一页</a>')
    town.visit()
    assert town.newest("通知公告") == date(2019, 3, 1)
    assert town.asked == ["/", "/tzgg/", "/tzgg/index_1.html"]


def test_items_without_an_address_have_none_in_the_lake(town: Town) -> None:
    """Equal empty addresses would let one item's date speak for another."""
    town.home(("通知公告", "/tzgg/"))
    line = '<li><a href="javascript:;" onclick="show(7)">关于某项重点工作的通知</a><i>2021-02-14</i></li>'
    town.page("/tzgg/", f"<ul>{line}</ul>")
    town.visit()
    assert [row["url"] for row in town.rows("items") if row["column_id"] != "home"] == [None]


def test_a_date_in_the_future_neither_makes_fresh_nor_ends_the_reading(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    first = rows("", [date(2031, 2, 14), *days(date(2021, 2, 17), 2)])
    town.page("/tzgg/", first + '<a href="index_1.html">下一页</a>')
    town.page("/tzgg/index_1.html", rows("p1", days(date(2019, 5, 1), 3)))
    town.visit()
    assert town.newest("通知公告") == date(2019, 5, 1)
    future = next(row for row in town.rows("items") if row["published_on"] == date(2031, 2, 14))
    assert future["date_rule"].endswith(":future")


def test_an_unsorted_list_is_read_to_its_newest(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", rows("", ["2019-01-02", "2021-02-10", "2018-05-05"]))
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 10)


def test_pages_that_name_each_other_are_not_followed_for_ever(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"))
    body = rows("/gzdt/", days(date(2021, 2, 18), 3)) + '<a href="{}">下一页</a>'
    town.page("/gzdt/", body.format("b.html"))
    town.page("/gzdt/b.html", rows("/gzdt/b", days(date(2021, 2, 18), 3)) + '<a href="/gzdt/">下一页</a>')
    town.visit()
    column = town.column("工作动态")
    assert town.asked == ["/", "/gzdt/", "/gzdt/b.html", "/gzdt/"]
    assert (column["reached_end"], column["complete_back_to"]) == (False, None)
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_home_page_that_never_ends_is_a_timeout(town: Town) -> None:
    town.settings = replace(town.settings, http=replace(town.settings.http, total_timeout=0.3))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    town.server.routes["/"] = lambda handler: handler.drip(head, b"<p>")
    with pytest.raises(TransientFailure, match="timeout"):
        town.visit()
    (visit,) = town.rows("visits")
    assert (visit["status"], visit["failure"], visit["home_status"]) == ("failed", "timeout", "failed")


def test_a_column_that_never_ends_costs_only_itself(town: Town) -> None:
    town.settings = replace(town.settings, http=replace(town.settings.http, total_timeout=0.5))
    town.home(("通知公告", "/tzgg/"), ("工作动态", "/gzdt/"))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    town.server.routes["/tzgg/"] = lambda handler: handler.drip(head, b"<p>")
    town.page("/gzdt/", rows("", ["2021-02-14"]))
    town.visit()
    assert (town.column("通知公告")["status"], town.column("通知公告")["failure"]) == ("failed", "timeout")
    assert town.newest("工作动态") == date(2021, 2, 14)


def test_a_second_visit_leaves_no_duplicates(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), items=rows("/tzgg/", ["2021-02-14"]))
    town.page("/tzgg/", rows("", days(date(2021, 2, 14), 3)))
    town.visit()
    first = (town.rows("items"), town.rows("columns"), len(town.rows("visits")))
    town.visit()
    again = (town.rows("items"), town.rows("columns"), len(town.rows("visits")))
    assert [row["url"] for row in again[0]] == [row["url"] for row in first[0]]
    assert [row["column_id"] for row in again[1]] == [row["column_id"] for row in first[1]]
    assert again[2] == 1


def test_stubs_that_lead_in_a_circle_are_no_list(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"), ("工作动态", "/gzdt/"))
    town.page("/tzgg/", '<script>location.href="/a/"</script>')
    town.page("/a/", '<script>location.href="/tzgg/"</script>')
    town.page("/gzdt/", rows("", ["2021-02-14"]))
    town.visit()
    column = town.column("通知公告")
    assert (column["status"], column["reached_end"]) == ("unread", False)
    assert town.rows("visits")[0]["coverage"] == "partial"
    assert len(town.asked) == 5


def test_a_list_whose_dates_cannot_be_read_is_not_read(town: Town) -> None:
    """Undated rows are neither a blank column nor a stale one."""
    town.home(("通知公告", "/tzgg/"))
    lines = "".join(f'<li><a href="{n}.html">关于某项重点工作的通知{n}</a></li>' for n in range(4))
    town.page("/tzgg/", f"<p>暂无附件</p><ul>{lines}</ul>")
    for n in range(4):
        town.page(f"/tzgg/{n}.html", "<h1>通知</h1><p>发布时间:2015-02-19 来源:本局</p><p>正文</p>")
    town.visit(max_articles=0)
    assert len(town.rows("columns")) == 1
    assert town.column("通知公告")["status"] == "unread"
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_list_in_a_frame_is_the_columns(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", '<iframe src="list.html" width="700" height="400"></iframe>')
    town.page("/tzgg/list.html", rows("/tzgg", [date(2021, 2, 9), date(2021, 1, 4)]))
    town.visit()
    assert (town.column("通知公告")["status"], town.newest("通知公告")) == ("ok", date(2021, 2, 9))


def test_a_list_that_a_script_asks_for_is_the_columns(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", '<div id="list"></div><script>$.getJSON("list.json", show)</script>')
    body = '[{"title": "公示", "url": "/a.html", "pubDate": "2021-02-09"}]'.encode()
    town.server.serve("/tzgg/list.json", body, Content_Type="application/json")
    town.visit()
    assert (town.column("通知公告")["status"], town.newest("通知公告")) == ("ok", date(2021, 2, 9))


def test_what_is_recommended_beside_it_does_not_stand_for_a_list_that_a_script_asks_for(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    hot = "".join(
        f'<li><a href="/h{n}.html">关于某项重点工作的通知{n}</a><i>2019-05-0{n}</i></li>' for n in range(1, 6)
    )
    script = '<div id="list"></div><script>$.getJSON("list.json", show)</script>'
    town.page("/tzgg/", f"{script}<div><h3>热点推荐</h3><ul>{hot}</ul></div>")
    body = '[{"title": "公示", "url": "/a.html", "pubDate": "2021-02-09"}]'.encode()
    town.server.serve("/tzgg/list.json", body, Content_Type="application/json")
    town.visit()
    assert (town.column("通知公告")["status"], town.newest("通知公告")) == ("ok", date(2021, 2, 9))


def test_of_several_parts_the_one_with_the_newest_item_counts(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", '<iframe src="old.html"></iframe><iframe src="new.html"></iframe>')
    town.page("/tzgg/old.html", rows("/old", [date(2019, 2, 9), date(2019, 1, 4)]))
    town.page("/tzgg/new.html", rows("/new", [date(2021, 2, 9), date(2021, 1, 4)]))
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 9)


def test_parts_that_cannot_be_had_leave_the_column_unread(town: Town) -> None:
    town.home(("通知公告", "/tzgg/"))
    town.page("/tzgg/", '<iframe src="gone.html"></iframe>')
    town.visit()
    assert town.column("通知公告")["status"] == "unread"


def test_a_home_page_of_frames_is_read_through_them(town: Town) -> None:
    town.page("/", '<iframe src="main.html" width="1000"></iframe>')
    menu = '<ul><li><a href="/tzgg/">通知公告</a></li></ul>'
    town.page("/main.html", menu + rows("/tzgg", [date(2021, 2, 14), date(2021, 1, 4)]))
    town.page("/tzgg/", rows("/tzgg", [date(2021, 2, 14), date(2021, 1, 4)]))
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 14)
    assert any(
        row["published_on"] == date(2021, 2, 14) for row in town.rows("items") if row["column_id"] == "home"
    )


def test_the_log_tells_what_was_read_and_what_was_not(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "jiancha.outcome")
    town.home(("工作动态", "/gzdt/"), ("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
    town.page("/gzdt/", rows("", days(date(2021, 2, 14), 3)))
    town.page("/tzgg/", "<p>本栏目暂无内容</p>")
    town.visit()
    address = town.site.url
    assert caplog.messages[:2] == [
        f"{town.site.name} {address}: ok, coverage {town.rows('visits')[0]['coverage']}",
        f"{town.rows('visits')[0]['requests']} requests, "
        f"{town.rows('visits')[0]['bytes'] / 1000:.0f} kB, 2 list pages",
    ]
    assert caplog.messages[2] == "3 columns: 1 read, 1 blank, 1 unread"
    (unread,) = [line for line in caplog.messages if line.startswith("unread: ")]
    assert unread.startswith(f"unread: 政策文件 {address}zcwj/: ")
    assert len(unread) > len(f"unread: 政策文件 {address}zcwj/: ")
    assert caplog.messages[-1].startswith("3 entries, the newest of 2021-02-14: ")


def test_the_log_tells_why_a_site_could_not_be_read(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "jiancha.outcome")
    with pytest.raises(PermanentFailure):
        town.visit()  # nothing is served
    assert caplog.messages[0].startswith(f"{town.site.name} {town.site.url}: failed, not_found: ")
