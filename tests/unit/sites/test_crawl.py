"""What is read once the columns are: articles that date undated lists, and the rest of a site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from support.town import Town, days, rows

LIST = "/tzgg/"


def undated_list(
    town: Town,
    published: Sequence[date | None],
    *,
    more: str = "",
    article: str = "<h1>关于某项重点工作的通知</h1><p>发布时间:{} 来源:本局</p><p>正文</p>",
    folder: str = LIST,
    trail: str = "",
) -> None:
    """A column whose list shows titles only; each article tells its day, or none."""
    town.home(("通知公告", LIST))
    lines = "".join(
        f'<li><a href="{folder}art_{n}.html">关于开展某项重点工作专项检查的通知第{n}号</a></li>'
        for n in range(len(published))
    )
    town.page(LIST, f"<ul>{lines}</ul>{more}")
    for n, day in enumerate(published):
        text = article.format(day) if day is not None else "<h1>通知</h1><p>来源:本局</p>"
        town.page(f"{folder}art_{n}.html", trail + text)


def articles(town: Town) -> list[str]:
    return [path for path in town.asked if "art_" in path]


def test_one_recent_article_makes_an_undated_list_fresh(town: Town) -> None:
    undated_list(town, [date(2021, 2, 9), *days(date(2020, 1, 9), 9)])
    town.visit()
    column = town.column("通知公告")
    assert (column["status"], column["reason"]) == ("ok", None)
    assert town.newest("通知公告") == date(2021, 2, 9)
    assert articles(town) == ["/tzgg/art_0.html"]
    dated = [row for row in town.rows("items") if row["published_on"]]
    assert [row["date_rule"].partition(":")[0] for row in dated] == ["page"]
    assert town.rows("visits")[0]["coverage"] == "complete"


def test_five_old_articles_in_order_show_that_a_list_is_stale(town: Town) -> None:
    undated_list(town, days(date(2019, 1, 9), 9, step=7), more='<a href="index_1.html">下一页</a>')
    town.visit()
    column = town.column("通知公告")
    assert len(articles(town)) == 5
    assert (column["status"], column["reached_end"]) == ("ok", False)
    assert column["complete_back_to"] == date(2018, 12, 12)
    assert town.newest("通知公告") == date(2019, 1, 9)


@pytest.mark.parametrize(
    "published",
    [
        [date(2019, 1, 9), date(2018, 1, 9), date(2019, 1, 8), *days(date(2018, 1, 1), 6)],  # no order
        [date(2019, 1, 9)] * 9,  # imported on one day
    ],
)
def test_old_articles_that_show_no_order_leave_a_paged_list_open(
    town: Town,
    published: Sequence[date],
) -> None:
    undated_list(town, published, more='<a href="index_1.html">下一页</a>')
    town.visit()
    column = town.column("通知公告")
    assert (column["complete_back_to"], column["reached_end"]) == (None, False)
    assert town.rows("visits")[0]["coverage"] == "partial"


def test_a_short_list_whose_articles_all_tell_their_day_is_read_to_its_end(town: Town) -> None:
    undated_list(town, [date(2019, 1, 9), date(2019, 3, 9), date(2018, 1, 9)])
    town.visit()
    assert town.column("通知公告")["reached_end"]
    assert town.newest("通知公告") == date(2019, 3, 9)


@pytest.mark.parametrize(
    "more",
    [
        "<script>$.ajax({url:'/list',success:show})</script>",  # the real list may be elsewhere
        '<script src="/js/list.js"></script>',
        "<ul>"
        + "".join(
            f'<li><a href="other_{n}.html">关于另一组重点工作检查的通知第{n}号</a></li>' for n in (5, 6, 7)
        )
        + "</ul>",
    ],
)
def test_a_list_that_may_not_be_the_whole_can_become_fresh_and_not_stale(town: Town, more: str) -> None:
    undated_list(town, days(date(2019, 1, 9), 8, step=7), more=more)
    town.visit()
    column = town.column("通知公告")
    assert (column["complete_back_to"], column["reached_end"]) == (None, False)
    assert len(articles(town)) == 2
    undated_list(town, days(date(2021, 2, 9), 8), more=more)
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 9)


def test_an_article_without_a_day_on_top_leaves_it_open(town: Town) -> None:
    undated_list(town, [None, *days(date(2019, 1, 9), 8)])
    town.visit()
    column = town.column("通知公告")
    assert (column["complete_back_to"], column["reached_end"]) == (None, False)


def test_two_articles_without_a_day_end_the_search(town: Town) -> None:
    undated_list(town, [None, None, *days(date(2019, 1, 9), 8)])
    town.visit()
    assert len(articles(town)) == 2
    assert town.column("通知公告")["status"] == "unread"


@pytest.mark.parametrize(
    "article",
    [
        "<h1>通知</h1><p>更新时间:{} 来源:本局</p>",  # the day of a change
        '<h1>通知</h1><script>var pubDate="{}";</script>',
        '<meta name="PubDate" content="2021-02-01 10:00"><h1>通知</h1><p>发布时间:{} 来源:本局</p>',
        '<meta name="ArticleTitle" content="x"><p>生成日期:{}</p>',
    ],
)
def test_a_day_that_is_not_sure_is_none(town: Town, article: str) -> None:
    undated_list(town, days(date(2019, 1, 9), 6), article=article)
    town.visit()
    assert town.column("通知公告")["status"] == "unread"


def test_articles_of_another_column_do_not_speak_for_this_one(town: Town) -> None:
    undated_list(town, days(date(2021, 2, 9), 6), folder="/other/")
    town.visit()
    assert town.column("通知公告")["status"] == "unread"


def test_articles_that_name_their_column_may_lie_elsewhere(town: Town) -> None:
    undated_list(
        town, days(date(2021, 2, 9), 6), folder="/art/", trail="<p>当前位置:首页 &gt; 通知公告 &gt; 正文</p>"
    )
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 9)


def test_articles_from_after_the_checkpoint_are_passed_over(town: Town) -> None:
    undated_list(town, [date(2021, 2, 18), date(2021, 2, 16), date(2021, 2, 15), date(2020, 1, 1)])
    town.visit()
    assert town.newest("通知公告") == date(2021, 2, 15)
    assert len(articles(town)) == 3


def test_no_articles_are_read_where_none_may_be(town: Town) -> None:
    undated_list(town, days(date(2021, 2, 9), 6))
    town.visit(max_articles=0)
    assert articles(town) == []
    assert town.column("通知公告")["status"] == "unread"


def test_only_undated_items_above_the_newest_are_asked_for(town: Town) -> None:
    town.home(("通知公告", LIST))
    old = "".join(
        f'<li><a href="old{n}.html">关于某项重点工作的通知{n}</a><span>{day}</span></li>'
        for n, day in enumerate(days(date(2019, 1, 9), 3))
    )
    top = '<li><a href="art_0.html">关于开展某项重点工作专项检查工作的通知</a></li>'
    below = '<li><a href="art_1.html">关于开展某项重点工作专项检查工作的通知</a></li>'
    town.page(LIST, f"<ul>{top}{old}{below}</ul>")
    town.page("/tzgg/art_0.html", "<h1>通知</h1><p>发布时间:2020-12-30 来源:本局</p><p>正文</p>")
    town.visit()
    assert articles(town) == ["/tzgg/art_0.html"]
    assert town.newest("通知公告") == date(2020, 12, 30)


def linked(*paths: str) -> str:
    return "".join(f'<p><a href="{path}">关于某某事项的详细说明页面{path}</a></p>' for path in paths)


def test_the_rest_of_a_site_is_read_once_each_and_nothing_else(town: Town) -> None:
    town.home(("通知公告", LIST), items=linked("/a/1.html", "/a/2.html", "/file.pdf", "http://127.0.0.2/x"))
    town.page(LIST, rows("", ["2021-02-14"]))
    town.page("/tzgg/2021-02-14-0.html", linked("/a/1.html", "/b/3.html", "/a/2.html#part"))
    town.page("/a/1.html", linked("/a/1.html", "/b/3.html", "/search?q=1", "/"))
    town.page("/a/2.html", linked("/a/1.html"))
    town.page("/b/3.html", "<p>end</p>")
    town.visit(crawl=True)
    assert sorted(town.asked) == [
        "/", "/a/1.html", "/a/2.html", "/b/3.html", LIST, "/tzgg/2021-02-14-0.html",
    ]  # fmt: skip
    town.server.seen.clear()
    town.visit()
    assert town.asked == ["/", LIST]


def test_addresses_that_cannot_be_opened_cost_nothing(town: Town) -> None:
    broken = linked("http://[::1/", "http://a.example-x.com:99999999/", "http://a.example-x.com:x/")
    town.home(("通知公告", LIST), items=broken + linked("/a/1.html"))
    town.page(LIST, rows("", ["2021-02-14"]) + broken)
    town.page("/a/1.html", broken)
    town.visit(crawl=True, max_link_checks=10, sample_articles=3)
    assert "/a/1.html" in town.asked
    assert town.rows("visits")[0]["status"] == "ok"


def test_the_crawl_keeps_to_its_budget(town: Town) -> None:
    town.home(("通知公告", LIST), items=linked(*(f"/a/{n}.html" for n in range(40))))
    town.page(LIST, rows("", ["2021-02-14"]))
    for n in range(40):
        town.page(f"/a/{n}.html", "<p>text</p>")
    town.visit(crawl=True, max_pages=10)
    assert len(town.asked) == 10
    assert town.rows("visits")[0]["coverage"] == "complete"
