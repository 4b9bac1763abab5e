"""Days without a year: whether a column is fresh by them is asked of the articles."""

from __future__ import annotations

from datetime import date

from support.town import Town

ROWS = ["01-20", "12-28", "11-02"]


def listed(town: Town, days: list[str], path: str = "/gzdt/") -> None:
    rows = "".join(
        f'<li><a href="{path}{n}.html">关于某项重点工作的通知{n}</a><span>{day}</span></li>'
        for n, day in enumerate(days)
    )
    town.home(("工作总结", path))
    town.page(path, f"<ul>{rows}</ul>")


def article(town: Town, path: str, day: str) -> None:
    text = "<p>现将有关事项通知如下,请遵照执行。</p>" * 4
    town.page(path, f"<h1>关于某项重点工作的通知</h1><p>发布时间:{day}</p>{text}")


def days(town: Town) -> list[date | None]:
    return [row["published_on"] for row in town.rows("items") if row["column_id"] != "home"]


def test_a_dead_list_is_not_fresh_by_its_days(town: Town) -> None:
    listed(town, ROWS)
    article(town, "/gzdt/0.html", "2018-01-20")
    town.visit()
    assert days(town) == [date(2018, 1, 20), date(2017, 12, 28), date(2017, 11, 2)]
    assert town.asked == ["/", "/gzdt/", "/gzdt/0.html"]


def test_a_living_list_is(town: Town) -> None:
    listed(town, ROWS)
    article(town, "/gzdt/0.html", "2021-01-20")
    town.visit()
    assert days(town) == [date(2021, 1, 20), date(2020, 12, 28), date(2020, 11, 2)]


def test_an_article_of_another_day_tells_no_year(town: Town) -> None:
    """It may be any article, so nothing is known; an unknown day accuses nobody and excuses nobody."""
    listed(town, ROWS)
    article(town, "/gzdt/0.html", "2018-06-20")
    article(town, "/gzdt/1.html", "2018-08-20")
    town.visit()
    assert days(town) == [None, None, None]
    assert town.column("工作总结")["complete_back_to"] is None


def test_articles_that_cannot_be_had_leave_the_days_unknown(town: Town) -> None:
    listed(town, ROWS)
    town.visit()
    assert days(town) == [None, None, None]


def test_a_list_whose_latest_days_are_old_needs_no_article(town: Town) -> None:
    """The news of 12-28 are at the newest of 2020: too old whatever their year."""
    listed(town, ["12-28", "11-02"], "/gzdt/")
    town.home(("工作动态", "/gzdt/"))
    town.visit()
    assert days(town) == [date(2020, 12, 28), date(2020, 11, 2)]
    assert town.asked == ["/", "/gzdt/"]


def test_the_same_article_dated_in_full_elsewhere_costs_nothing(town: Town) -> None:
    listed(town, ROWS)
    town.home(
        ("工作总结", "/gzdt/"),
        items='<div><ul><li><a href="/gzdt/0.html">关于某项工作的通知</a><i>2019-01-20</i></li></ul></div>',
    )
    town.visit()
    assert days(town) == [date(2019, 1, 20), date(2018, 12, 28), date(2018, 11, 2)]
    assert town.asked == ["/", "/gzdt/"]


def test_the_home_page_is_not_fresh_by_days_without_years(town: Town) -> None:
    town.page("/", '<ul><li><a href="/1.html">关于某项重点工作的通知</a><i>02-10</i></li></ul>')
    article(town, "/1.html", "2019-02-10")
    town.visit()
    (row,) = (row for row in town.rows("items") if row["column_id"] == "home")
    assert row["published_on"] == date(2019, 2, 10)


def test_items_of_several_lists_on_the_home_page_have_years_of_their_own(town: Town) -> None:
    """The news are of this year; the notices below them, whose days look as new, are years old."""
    news = '<div><ul><li><a href="/1.html">关于某项重点工作的新闻</a><i>02-10</i></li></ul></div>'
    notices = '<div><ul><li><a href="/2.html">关于某项重点工作的公告</a><i>02-05</i></li></ul></div>'
    town.page("/", news + notices)
    article(town, "/1.html", "2021-02-10")
    article(town, "/2.html", "2016-02-05")
    town.visit()
    home = [row["published_on"] for row in town.rows("items") if row["column_id"] == "home"]
    assert home == [date(2021, 2, 10), None]
