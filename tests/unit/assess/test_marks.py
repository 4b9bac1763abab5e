"""Marks and links of a site: counted per site, told in Chinese, and no part of any verdict."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.lake_rows import City

from jiancha.assess.explain import explain


@pytest.fixture
def city(tmp_path: Path) -> City:
    city = City(tmp_path / "lake")
    city.good_site("s1", code="6104000001")
    city.good_site("s2", code="6104000002")
    page = {"page_url": "http://s1.example/c/", "evidence": "<urn:1>"}
    city.put(
        "page_marks",
        "s1",
        {**page, "mark": "SiteIDCode", "outcome": "missing", "value": None, "pages": 1},
        {**page, "mark": "SiteIDCode", "outcome": "wrong", "value": "6104000004", "pages": 1},
        {"mark": "SiteIDCode", "outcome": "ok", "pages": 30},
        {"mark": "SiteIDCode", "outcome": "missing", "pages": 9},
        {"mark": "SiteName", "outcome": "ok", "pages": 41},
        {**page, "mark": "retired", "outcome": "empty", "value": "null", "pages": 1},
    )
    link = {"text": "某网", "status": 404, "reason": "服务器返回 HTTP 404", **page}
    city.put(
        "links",
        "s1",
        {**link, "url": "http://s1.example/x", "where": "home", "outcome": "dead", "off_domain": False},
        {**link, "url": "http://a.example/", "where": "home", "outcome": "ok", "off_domain": True},
        {**link, "url": "http://b.example/", "where": "home", "outcome": "ok", "off_domain": True},
        {**link, "url": "http://c.example/", "where": "home", "outcome": "ok", "off_domain": True},
        {**link, "url": "http://d.example/", "where": "home", "outcome": "unknown", "off_domain": True},
        {**link, "url": "http://s1.example/y", "where": "column", "outcome": "unknown", "off_domain": False},
    )
    city.put(
        "suspicions",
        "s1",
        {**page, "rule": "hidden_link:tiny", "text": "某\x1b某", "url": "http://z.example/", "position": 9},
    )
    return city


def test_marks_are_counted_with_pages_that_have_no_row(city: City) -> None:
    city.judge()
    found = {row["mark"]: row for row in city.lake.window_rows("site_marks", "2021Q1")}
    code = found["SiteIDCode"]
    counts = (code["name"], code["pages"], code["missing"], code["empty"], code["wrong"])
    assert counts == ("网站标识码", 41, 10, 0, 1)
    assert (code["example"], code["example_value"]) == ("http://s1.example/c/", "6104000004")
    assert (found["SiteName"]["missing"], found["SiteName"]["example"]) == (0, None)
    assert found["retired"]["name"] == "retired"  # no longer in the indicator set


def test_shares_are_of_the_links_that_were_tried(city: City) -> None:
    city.judge()
    home, column = city.lake.window_rows("site_links", "2021Q1")
    assert (home["where"], home["links"], home["tried"], home["dead"], home["off_domain"]) == (
        "home",
        5,
        4,
        1,
        4,
    )
    assert home["dead_share"] == 25.0
    assert (column["where"], column["tried"], column["dead_share"]) == ("column", 0, None)


def test_faults_in_words_for_the_workbook_without_suspicions(city: City) -> None:
    city.judge()
    told = [
        (r["site_code"], r["subject"], r["told"], r["example"], r["value"])
        for r in city.lake.window_rows("page_faults", "2021Q1")
    ]
    assert told == [
        ("6104000001", "网站标识码", "检查41页，缺失10页，有误1页", "http://s1.example/c/", "6104000004"),
        ("6104000001", "retired", "检查1页，为空1页", "http://s1.example/c/", "null"),
        ("6104000001", "首页链接", "检查4个，失效1个", "http://s1.example/x", "服务器返回 HTTP 404"),
    ]


def test_no_verdict_depends_on_them(city: City) -> None:
    city.judge()
    assert {row["outcome"] for row in city.lake.window_rows("verdicts", "2021Q1")} == {"qualified"}


def test_they_are_told_in_chinese(city: City) -> None:
    city.judge()
    lines = explain(city.lake, "2021Q1", "6104000001").splitlines()
    assert (
        "标签 网站标识码（SiteIDCode）：检查41页，缺失10页，有误1页，例：http://s1.example/c/ 6104000004"
        in lines
    )
    assert "首页链接：5个，已检查4个，失效1个（25.0%），站外4个" in lines
    assert "栏目页链接：1个，已检查0个，失效0个，站外0个" in lines
    assert "  失效：http://s1.example/x 某网（服务器返回 HTTP 404），见 http://s1.example/c/" in lines
    suspicion = "待人工核实 疑似暗链：某某 http://z.example/，见 http://s1.example/c/，证据 <urn:1>"
    assert suspicion in lines
    other = explain(city.lake, "2021Q1", "6104000002")
    assert "标签" not in other
    assert "链接：" not in other
