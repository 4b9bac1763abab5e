"""The plain values that ``jiancha read`` prints, on pages written by hand."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from jiancha.pages.document import Document
from jiancha.pages.page import read_page
from jiancha.pages.page_report import page_report
from jiancha.standard import load_standard
from jiancha.windows import ZONE

AT = datetime(2021, 2, 15, 9, tzinfo=ZONE)
STANDARD = load_standard("guoban-2019")


def report(body: str, url: str = "http://www.x.gov.cn/tzgg/", encoding: str = "utf-8") -> dict[str, Any]:
    facts = read_page(Document(body.encode(encoding), url, None, AT))
    return page_report(facts, AT, STANDARD)


def rows(*dated: str) -> str:
    return "".join(
        f'<li><a href="t{n}.html">关于做好第{n}项工作的通知</a><span>{said}</span></li>'
        for n, said in enumerate(dated)
    )


def listing(*dated: str, head: str = "", above: str = "") -> str:
    return (
        f'<html><head>{head}</head><body>{above}<div class="main"><ul>{rows(*dated)}</ul></div></body></html>'
    )


def test_a_list_with_its_column_items_and_newest_day() -> None:
    found = report(
        listing("2021-02-10", "2021-02-08 16:30", head='<meta name="ColumnName" content="通知公告">')
    )
    assert found["kind"] == "list"
    assert found["column"] == {
        "name": "通知公告",
        "kind": "announcements",
        "kind_name": "通知公告",
        "days": None,
        "months": 6,
        "found_by": "tag",
    }
    first, second = found["items"]
    assert first["title"] == "关于做好第0项工作的通知"
    assert first["url"] == "http://www.x.gov.cn/tzgg/t0.html"
    assert (first["published_at"], first["pinned"]) == ("2021-02-10", False)
    assert second["published_at"] == "2021-02-08T16:30"
    assert found["newest"] == "2021-02-10"
    assert found["tags"] == {"columnname": "通知公告"}
    assert (found["published_at"], found["published_rule"]) == (None, "")


def test_a_day_in_the_future_is_shown_but_is_not_the_newest() -> None:
    found = report(listing("2031-02-10", "2021-02-08", "2021-02-01"))
    assert found["items"][0]["published_at"] == "2031-02-10"
    assert found["items"][0]["rule"].endswith("future")
    assert found["newest"] == "2021-02-08"


def test_only_days_in_the_future_give_no_newest() -> None:
    assert report(listing("2031-02-10", "2031-02-08"))["newest"] is None


@pytest.mark.parametrize(
    ("head", "above", "name", "kind", "found_by"),
    [
        ("<title>工作动态_某市统计局</title>", "", "工作动态", "news", "title"),
        ("<title>某市统计局-工作动态</title>", "", "工作动态", "news", "title"),
        ("<title>某市统计局</title>", "", "某市统计局", "statistics", "title"),
        (
            '<title>某网 - 政策解读</title><meta name="SiteName" content="某网">',
            "",
            "政策解读",
            "policy",
            "title",
        ),
        ("", "", "", "other", "title"),
        (
            "<title>甲</title>",
            "<div>当前位置:首页 &gt; 政务公开 &gt; 人事任免</div>",
            "人事任免",
            "personnel",
            "trail",
        ),
    ],
)
def test_the_name_of_a_column(head: str, above: str, name: str, kind: str, found_by: str) -> None:
    column = report(listing("2021-02-10", "2021-02-08", head=head, above=above))["column"]
    assert (column["name"], column["kind"], column["found_by"]) == (name, kind, found_by)


def test_an_article_has_its_date_and_no_items() -> None:
    body = (
        "<h1>关于某事的公告</h1><p>发布时间:2021-02-09 08:05 来源:某局</p><p>正文。</p><ul>"
        + rows("2021-01-01")
        + "</ul>"
    )
    found = report(body, "http://www.x.gov.cn/art/2021/2/9/art_1_2.html")
    assert (found["kind"], found["published_at"]) == ("article", "2021-02-09T08:05")
    assert found["published_rule"]
    assert (found["items"], found["newest"], found["column"]) == ([], None, None)


def test_a_home_page_a_blank_column_and_a_stub() -> None:
    home = report(listing("2021-02-10"), "http://www.x.gov.cn/")
    assert (home["kind"], home["column"], home["newest"]) == ("home", None, "2021-02-10")
    blank = report("<title>规划计划_某局</title><div>暂无信息</div>")
    assert (blank["kind"], blank["column"]["kind"], blank["items"]) == ("blank", "planning", [])
    stub = report('<meta http-equiv="refresh" content="0;url=/zwgk/">', "http://www.x.gov.cn/a/")
    assert (stub["kind"], stub["redirect_to"]) == ("unknown", "http://www.x.gov.cn/zwgk/")


def test_gbk_pages_and_further_pages() -> None:
    body = listing("2021-02-10", "2021-02-08", above='<a href="index_1.html">下一页</a>')
    found = report('<meta charset="gb2312">' + body, encoding="gbk")
    assert found["charset"] == "gb18030"
    assert found["next"] == ["http://www.x.gov.cn/tzgg/index_1.html"]


def test_everything_is_plain_json() -> None:
    found = report(listing("2021-02-10", "昨天"))
    assert json.loads(json.dumps(found, ensure_ascii=False)) == found
