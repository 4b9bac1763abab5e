"""Notes on the pages of a visit: rows for people, and counts that stay right where rows are left out."""

from __future__ import annotations

from collections import Counter
from datetime import date

from support.town import Town, days, rows

HEAD = '<meta name="SiteName" content="某局"><meta name="SiteDomain" content="127.0.0.1">'
CODE = '<meta name="SiteIDCode" content="{}">'


def test_marks_of_every_page_read(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"), items=HEAD + CODE.format(town.site.site_code))
    town.page("/gzdt/", HEAD + CODE.format("6104009999") + rows("", ["2021-02-14"]))
    town.visit()
    faults = {(row["mark"], row["outcome"]): row for row in town.rows("page_marks") if row["page_url"]}
    assert ("SiteName", "missing") not in faults
    wrong = faults["SiteIDCode", "wrong"]
    assert (wrong["value"], wrong["page_url"]) == ("6104009999", f"{town.server.url}/gzdt/")
    assert wrong["evidence"]
    assert ("ColumnName", "missing") in faults
    assert ("footer.icp", "missing") in faults
    ok = {row["mark"]: row["pages"] for row in town.rows("page_marks") if row["outcome"] == "ok"}
    assert (ok["SiteName"], ok["SiteIDCode"]) == (2, 1)


def test_many_equal_faults_are_counted_and_some_kept(town: Town) -> None:
    links = "".join(f'<p><a href="/a/{n}.html">关于某项工作的详细说明第{n}页</a></p>' for n in range(70))
    town.home(("工作动态", "/gzdt/"), items=links)
    town.page("/gzdt/", rows("", days(date(2021, 2, 14), 1)))
    for n in range(70):
        town.page(f"/a/{n}.html", "<p>正文</p>")
    town.visit(crawl=True)
    kept = [
        row for row in town.rows("page_marks") if (row["mark"], row["outcome"]) == ("SiteName", "missing")
    ]
    assert sum(row["page_url"] is not None for row in kept) == 50
    assert sum(row["pages"] for row in kept) == 72  # home, column and the 70


def test_suspicions_of_every_page_read(town: Town) -> None:
    hidden = '<div style="position:absolute;left:-9999px"><a href="http://www.example-x.com/">某某</a></div>'
    town.home(("工作动态", "/gzdt/"))
    town.page("/gzdt/", rows("", ["2021-02-14"]) + hidden)
    town.visit()
    (row,) = town.rows("suspicions")
    assert (row["rule"], row["text"], row["url"]) == (
        "hidden_link:out_of_sight",
        "某某",
        "http://www.example-x.com/",
    )
    assert row["page_url"].endswith("/gzdt/")
    assert Counter(row["target_id"] for row in town.rows("suspicions")) == {town.site.target_id: 1}


def test_some_articles_are_read_to_see_their_tags(town: Town) -> None:
    town.home(("工作动态", "/gzdt/"), ("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
    for folder in ("/gzdt/", "/tzgg/", "/zcwj/"):
        town.page(folder, rows("", ["2021-02-14", "2021-02-13"]))
        article = "<h1>通知</h1><p>发布时间:2021-02-14 来源:本局</p><p>正文</p>"
        town.page(f"{folder}2021-02-14-0.html", article)
    town.visit(sample_articles=2)
    assert [path for path in town.asked if path.endswith(".html")] == [
        "/gzdt/2021-02-14-0.html",
        "/tzgg/2021-02-14-0.html",
    ]
    missing = [row for row in town.rows("page_marks") if row["mark"] == "PubDate"]
    assert [(row["outcome"], row["pages"]) for row in missing] == [("missing", 1), ("missing", 1)]
