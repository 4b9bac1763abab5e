"""栏目不更新 and 首页不更新: limits, what leaves a column open, and home pages read later."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path

import pytest
from support.lake_rows import CHECKPOINT, City, Row, ago, at

from jiancha.windows import Window

PROBLEM_A = "动态、要闻类和通知公告、政策文件类栏目不更新数量超过（含）5个。"
PROBLEM_B = "应更新但长期未更新栏目数量超过（含）10个。"
PROBLEM_C = "空白栏目数量超过（含）5个。"


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "lake")


# --- one column ---


def test_limits_of_column_kinds(city: City) -> None:
    expected = {
        ("news", date(2021, 2, 1)): "fresh",  # 14 days
        ("news", date(2021, 1, 31)): "stale",  # 15 days
        ("announcements", date(2020, 8, 15)): "fresh",  # six calendar months
        ("announcements", date(2020, 8, 14)): "stale",
        ("policy", date(2020, 8, 15)): "fresh",
        ("policy", date(2020, 8, 14)): "stale",
        ("personnel", date(2020, 2, 15)): "fresh",  # one year, over a leap day
        ("personnel", date(2020, 2, 14)): "stale",
        ("other", date(2020, 2, 15)): "fresh",
        ("other", date(2020, 2, 14)): "stale",
        ("archive", date(2001, 1, 1)): "exempt",
    }
    city.site()
    for kind, newest in expected:
        city.column("s1", f"{kind} {newest}", newest, date(2000, 1, 1), kind=kind)
    results = city.judge()
    assert {case: results.column("s1", f"{case[0]} {case[1]}")["outcome"] for case in expected} == expected


@pytest.mark.parametrize(
    ("end", "newest", "outcome"),
    [
        (date(2020, 8, 29), date(2020, 2, 29), "fresh"),
        (date(2020, 8, 29), date(2020, 2, 28), "stale"),
        (date(2020, 8, 31), date(2020, 2, 29), "fresh"),  # no 31 February: its last day
        (date(2020, 8, 31), date(2020, 2, 28), "stale"),
        (date(2021, 8, 31), date(2021, 2, 28), "fresh"),
    ],
)
def test_six_calendar_months_around_leap_days(tmp_path: Path, end: date, newest: date, outcome: str) -> None:
    window = Window(f"{end.year}Q3", end.replace(day=1), end, at(end, time(23, 59, 59)))
    city = City(tmp_path / "lake", window)
    city.site()
    city.column("s1", "c", newest, kind="policy")
    assert city.judge().column("s1", "c")["outcome"] == outcome


def test_stale_needs_a_list_that_is_whole(city: City) -> None:
    cases: list[tuple[Row, str]] = [
        ({"reached_end": True, "complete_back_to": None}, "stale"),
        ({"reached_end": False, "complete_back_to": ago(30)}, "stale"),  # down to the newest item
        ({"reached_end": False, "complete_back_to": ago(40)}, "stale"),
        ({"reached_end": False, "complete_back_to": ago(14)}, "stale"),  # nothing since the cut-off
        ({"reached_end": False, "complete_back_to": ago(13)}, "unknown"),
        ({"reached_end": False, "complete_back_to": None}, "unknown"),
        ({"reached_end": None, "complete_back_to": None}, "unknown"),
        ({"status": "failed", "failure": "timeout", "reason": "连接或读取超时"}, "unknown"),
        ({"status": "unread"}, "unknown"),
        ({"status": None}, "unknown"),
        ({"kind": "no such kind"}, "unknown"),
        ({"kind": None}, "unknown"),
    ]
    city.site()
    for n, (changes, _) in enumerate(cases):
        city.column("s1", f"c{n}", ago(30), **({"kind": "news"} | changes))
    results = city.judge()
    rows = [results.column("s1", f"c{n}") for n in range(len(cases))]
    assert [row["outcome"] for row in rows] == [outcome for _, outcome in cases]
    assert [row["reason"] is None for row in rows] == [outcome == "stale" for _, outcome in cases]


def test_an_item_in_time_makes_a_column_fresh_whatever_was_missed(city: City) -> None:
    cases: list[Row] = [{"reached_end": False}, {"status": "failed"}, {"status": "unread"}, {"status": None}]
    city.site()
    for n, changes in enumerate(cases):
        city.column("s1", f"c{n}", ago(14), kind="news", **changes)
    assert {row["outcome"] for row in city.judge().rows("column_freshness")} == {"fresh"}


def test_the_reason_of_a_column_that_was_not_read_is_kept(city: City) -> None:
    city.site()
    city.column("s1", "c", status="failed", failure="timeout", reason="连接或读取超时", reached_end=False)
    assert city.judge().column("s1", "c")["reason"] == "连接或读取超时"


def test_which_items_of_a_list_decide(city: City) -> None:
    cases: list[tuple[tuple[date | None, ...], tuple[int, ...], str]] = [
        ((None, ago(30), ago(40)), (), "unknown"),  # above the newest dated item
        ((ago(30), None, ago(40)), (), "stale"),  # below it
        ((ago(40), None, ago(30)), (), "unknown"),
        ((ago(400), ago(5)), (0,), "fresh"),  # pinned old item
        ((ago(400), ago(30)), (0,), "stale"),
        ((ago(20), None, ago(40)), (0,), "unknown"),  # the pinned newest says nothing about its place
        ((ago(20), ago(40), None), (0,), "stale"),
        ((ago(30), None), (0,), "unknown"),  # nothing but a pinned item is dated
        ((None, None), (), "unknown"),
        ((ago(-3), ago(30)), (), "stale"),  # read after the checkpoint: later items do not count
        ((ago(-3), None, ago(30)), (), "unknown"),
        ((ago(-3), ago(0)), (), "fresh"),
        ((ago(-3), ago(-9)), (), "unknown"),  # nothing before: it may not have been there
        ((ago(30), ago(5), ago(60)), (), "fresh"),  # unsorted
    ]
    city.site()
    for n, (days, pinned, _) in enumerate(cases):
        city.column("s1", f"c{n}", *days, kind="news", pinned=pinned)
    results = city.judge()
    outcomes = [results.column("s1", f"c{n}")["outcome"] for n in range(len(cases))]
    assert outcomes == [outcome for _, _, outcome in cases]


@pytest.mark.parametrize(
    ("days_later", "outcome"), [(1, "blank"), (31, "blank"), (32, "empty"), (300, "empty")]
)
def test_a_blank_column_is_known_for_a_month(tmp_path: Path, days_later: int, outcome: str) -> None:
    city = City(tmp_path / "lake", read_on=ago(-days_later))
    city.site()
    city.column("s1", "c")
    assert city.judge().column("s1", "c")["outcome"] == outcome


def test_a_column_read_before_the_checkpoint_may_still_have_been_updated(city: City) -> None:
    city.site(visit={"as_of": at(ago(1))})
    city.home("s1", ago(20))
    city.column("s1", "stale", ago(400))
    city.column("s1", "blank")
    city.column("s1", "fresh", ago(2))
    results = city.judge()
    outcomes = {c: results.column("s1", c)["outcome"] for c in ("stale", "blank", "fresh")}
    assert outcomes == {"stale": "unknown", "blank": "unknown", "fresh": "fresh"}
    assert results.measurement("s1", "site.home_stale")["reason"] == "读取时间早于监测时间点"
    assert results.outcome("s1") == "undetermined"


def test_items_of_the_checkpoint_day_count_by_their_time(tmp_path: Path) -> None:
    window = Window("2021Q1", date(2021, 2, 1), CHECKPOINT, at(CHECKPOINT, time(12)))
    city = City(tmp_path / "lake", window)
    city.site()
    for column, clock in (("before", time(12)), ("after", time(12, 0, 1))):
        city.column("s1", column, CHECKPOINT, ago(30), kind="news")
        city.rows["items"]["s1"][-2]["published_at"] = at(CHECKPOINT, clock)
    results = city.judge()
    assert results.column("s1", "before")["outcome"] == "fresh"
    assert results.column("s1", "after")["outcome"] == "stale"


# --- counts of columns ---


def test_limits_of_column_counts(city: City) -> None:
    cases = [
        ("news", 15, 4, None),
        ("news", 15, 5, PROBLEM_A),
        ("policy", 200, 5, PROBLEM_A),
        ("other", 400, 9, None),
        ("other", 400, 10, PROBLEM_B),
        ("archive", 4000, 30, None),
    ]
    for n, (kind, age, number, _) in enumerate(cases):
        city.good_site(f"s{n}")
        city.columns(f"s{n}", number, ago(age), kind=kind)
    verdicts = city.judge().rows("verdicts")
    assert [v["problem"] for v in verdicts] == [problem for *_, problem in cases]
    assert [v["outcome"] for v in verdicts] == ["unqualified" if p else "qualified" for *_, p in cases]


def test_limit_of_blank_columns_and_that_they_count_in_no_other_rule(city: City) -> None:
    expected = {4: None, 5: PROBLEM_C, 12: PROBLEM_C}
    for number in expected:
        city.good_site(f"s{number}")
        city.columns(f"s{number}", number, kind="news")
    results = city.judge()
    for number, problem in expected.items():
        target = f"s{number}"
        assert results.verdict(target)["problem"] == problem
        counts = [results.measurement(target, f"site.columns_{rule}")["value"] for rule in "abc"]
        assert counts == [0, 0, number]


def test_news_notices_and_policies_share_one_count_and_count_in_rule_b_too(city: City) -> None:
    city.good_site()
    city.columns("s1", 2, ago(15), kind="news", prefix="n")
    city.columns("s1", 2, ago(200), kind="announcements", prefix="a")
    city.columns("s1", 1, ago(200), kind="policy", prefix="p")
    city.columns("s1", 5, ago(400), kind="other", prefix="o")
    results = city.judge()
    assert results.measurement("s1", "site.columns_a")["value"] == 5
    assert results.measurement("s1", "site.columns_b")["value"] == 10
    assert results.verdict("s1")["problem"] == f"{PROBLEM_A.removesuffix('。')}；{PROBLEM_B}"


def test_unread_columns_decide_only_where_they_could(city: City) -> None:
    expected = {
        (9, 0): "qualified",
        (8, 1): "qualified",
        (9, 1): "undetermined",
        (1, 9): "undetermined",
        (10, 0): "unqualified",
        (10, 5): "unqualified",
    }
    for stale, unknown in expected:
        target = f"{stale}+{unknown}"
        city.good_site(target)
        city.columns(target, stale, ago(400), prefix="x")
        for n in range(unknown):
            city.column(target, f"u{n}", status="failed", reason="连接或读取超时", reached_end=False)
    results = city.judge()
    for (stale, unknown), outcome in expected.items():
        target = f"{stale}+{unknown}"
        verdict = results.verdict(target)
        assert (target, verdict["outcome"]) == (target, outcome)
        assert results.measurement(target, "site.columns_b")["measured"] is (outcome != "undetermined")
        if outcome == "undetermined":
            assert verdict["problem"] is None
            assert f"{unknown}个栏目未能判定：连接或读取超时" in verdict["reason"]


def test_reasons_are_named_once_and_only_those_of_the_rule(city: City) -> None:
    city.good_site()
    city.columns("s1", 4, ago(30), kind="news", prefix="n")
    city.column("s1", "u1", kind="news", status="failed", reason="超时", reached_end=False)
    city.column("s1", "u2", kind="news", status="failed", reason="超时", reached_end=False)
    city.column("s1", "u3", kind="other", status="failed", reason="网址无法使用", reached_end=False)
    results = city.judge()
    assert results.measurement("s1", "site.columns_a")["reason"] == "2个栏目未能判定：超时"
    assert results.verdict("s1")["reason"] == "2个栏目未能判定：超时"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"failure": "server_error"}, "undetermined"),  # it may lead to any number of columns
        ({"failure": "timeout"}, "undetermined"),
        ({"failure": "not_found"}, "qualified"),  # a dead link leads to none
        ({"failure": "server_error", "kind": "news"}, "qualified"),  # a list by its name
        ({"failure": "server_error", "kind": "archive"}, "qualified"),
    ],
)
def test_a_page_that_could_not_be_had_may_hide_columns(city: City, change: Row, outcome: str) -> None:
    city.good_site()
    city.column("s1", "zwgk", status="failed", reason="服务器返回 HTTP 503", reached_end=False, **change)
    assert city.judge().outcome("s1") == outcome


def test_a_column_read_empty_too_late_leaves_open_only_the_rule_of_blank_columns(tmp_path: Path) -> None:
    city = City(tmp_path / "lake", read_on=ago(-200))
    city.good_site()
    city.columns("s1", 5, kind="news")
    results = city.judge()
    assert results.measurement("s1", "site.columns_a")["measured"] is True
    assert results.measurement("s1", "site.columns_c")["measured"] is False
    assert results.outcome("s1") == "undetermined"


def test_a_site_without_columns_to_check_is_not_passed(city: City) -> None:
    city.site("none")
    city.home("none", ago(1))
    city.site("archives")
    city.home("archives", ago(1))
    city.column("archives", "c", ago(4000), kind="archive")
    results = city.judge()
    for target in ("none", "archives"):
        assert results.outcome(target) == "undetermined"
        assert results.verdict(target)["reason"] == "没有找到可检查的栏目"


def test_a_site_without_columns_of_a_rule_has_none_to_count(city: City) -> None:
    city.site()
    city.home("s1", ago(1))
    city.column("s1", "c", ago(1), kind="other")
    results = city.judge()
    assert results.measurement("s1", "site.columns_a")["value"] == 0
    assert results.outcome("s1") == "qualified"


def test_findings_list_their_columns_fifty_at_most(city: City) -> None:
    city.good_site()
    city.columns("s1", 60, ago(400), evidence="<urn:uuid:list>")
    (finding,) = city.judge().rows("findings")
    detail = json.loads(finding["detail"])
    assert finding["measured"] == 60
    assert len(detail["columns"]) == 50
    assert detail["columns"][0] | {"title": None} == {
        "name": "栏目c0",
        "url": "http://s1.example/c0/",
        "kind": "其他",
        "newest": "2020-01-12",
        "title": None,
        "cutoff": "2020-02-15",
        "record": "<urn:uuid:list>",
    }


# --- the home page ---


@pytest.mark.parametrize(("age", "outcome"), [(13, "qualified"), (14, "qualified"), (15, "unqualified")])
def test_limit_of_the_home_page(city: City, age: int, outcome: str) -> None:
    city.site()
    city.home("s1", ago(100), ago(age), ago(200))
    city.column("s1", "c", ago(age))
    results = city.judge()
    assert results.outcome("s1") == outcome
    assert results.measurement("s1", "site.home_stale")["value"] == age
    if outcome == "unqualified":
        assert results.verdict("s1")["problem"] == "监测时间点前2周内首页面无信息更新。"


def test_an_undated_home_item_has_the_date_of_its_address_in_a_column(city: City) -> None:
    city.site()
    city.home("s1", None, ago(40), urls=["http://s1.example/same"])
    city.column("s1", "c", ago(3), urls=["http://s1.example/same"])
    assert city.judge().measurement("s1", "site.home_stale")["value"] == 3


def test_an_address_with_two_dates_never_counts_by_the_one_after_the_checkpoint(city: City) -> None:
    city.site()
    city.home("s1", None, urls=["http://s1.example/same"])
    city.column("s1", "c1", ago(-3), ago(40), urls=["http://s1.example/same"])
    city.column("s1", "c2", ago(20), urls=["http://s1.example/same"])
    results = city.judge()
    assert results.rows("home_freshness")[0]["newest"] == ago(20)


def test_an_undated_headline_may_stand_for_a_news_column_that_was_not_read(city: City) -> None:
    for target, kind, title in (
        ("s1", "news", "关于某事的工作安排"),
        ("s2", "other", "关于某事的工作安排"),
        ("s3", "news", "陕西省人民政府"),  # no headline
    ):
        city.site(target)
        city.home(target, None, ago(40))
        city.rows["items"][target][0]["title"] = title
        city.column(target, "c", ago(3))
        city.column(target, "unread", kind=kind, status="failed", reached_end=False)
    results = city.judge()
    assert results.measurement("s1", "site.home_stale")["measured"] is False
    assert results.found("s2") == ["site.home_stale"]
    assert results.found("s3") == ["site.home_stale"]


@pytest.mark.parametrize(("age", "outcome"), [(14, "qualified"), (15, "unqualified")])
def test_a_home_page_read_later_is_judged_by_the_columns_it_shows(
    tmp_path: Path, age: int, outcome: str
) -> None:
    city = City(tmp_path / "lake", read_on=ago(-60))
    city.site()
    shared = "http://s1.example/later"
    city.home("s1", ago(-55), urls=[shared])
    city.column("s1", "shown", ago(-55), ago(age), urls=[shared])
    city.column("s1", "elsewhere", ago(1))  # not on the home page: it says nothing
    results = city.judge()
    assert results.rows("home_freshness")[0]["method"] == "featured"
    assert results.measurement("s1", "site.home_stale")["value"] == age
    assert results.outcome("s1") == outcome


def test_a_later_home_page_whose_columns_are_not_settled_is_not_measured(tmp_path: Path) -> None:
    city = City(tmp_path / "lake", read_on=ago(-60))
    city.site()
    city.home("s1", ago(-55), ago(-54), urls=["http://s1.example/1", "http://s1.example/2"])
    city.column("s1", "whole", ago(-55), ago(40), urls=["http://s1.example/1"])
    # fresh for its kind, yet a newer item may lie on a page that was not read
    city.column("s1", "cut", ago(-54), ago(40), urls=["http://s1.example/2"], reached_end=False)
    results = city.judge()
    assert results.column("s1", "cut")["outcome"] == "fresh"
    assert results.measurement("s1", "site.home_stale")["measured"] is False
    assert results.measurement("s1", "site.home_stale")["reason"] == "首页更新所依据的栏目有1个未能判定"


def test_a_later_home_page_with_items_of_no_known_column_is_not_measured(tmp_path: Path) -> None:
    city = City(tmp_path / "lake", read_on=ago(-60))
    city.site()
    city.home("s1", ago(-55), ago(300))
    city.column("s1", "c", ago(1))
    results = city.judge()
    assert results.rows("findings") == []
    assert results.measurement("s1", "site.home_stale")["measured"] is False


def test_an_update_that_a_later_home_page_still_shows_is_enough(tmp_path: Path) -> None:
    city = City(tmp_path / "lake", read_on=ago(-60))
    city.site()
    city.home("s1", ago(-55), ago(14))
    city.column("s1", "c", ago(14), reached_end=False)
    assert city.judge().outcome("s1") == "qualified"


@pytest.mark.parametrize(("age", "outcome"), [(14, "qualified"), (15, "unqualified")])
def test_a_navigation_only_home_page_is_judged_by_all_columns(city: City, age: int, outcome: str) -> None:
    city.site()
    city.home("s1", None, None)
    city.column("s1", "c1", ago(300))
    city.column("s1", "c2", ago(age))
    city.column("s1", "blank")
    results = city.judge()
    assert results.outcome("s1") == outcome
    assert results.rows("home_freshness")[0]["method"] == "all_columns"


@pytest.mark.parametrize(("age", "measured"), [(14, True), (15, False)])
def test_an_unread_column_may_have_updated_a_navigation_only_site(
    city: City, age: int, measured: bool
) -> None:
    city.site()
    city.column("s1", "c1", ago(age))
    city.column("s1", "c2", status="failed", reached_end=False)
    results = city.judge()
    assert results.measurement("s1", "site.home_stale")["measured"] is measured
    assert results.outcome("s1") == ("qualified" if measured else "undetermined")


def test_a_navigation_only_site_whose_fresh_column_is_not_settled_is_not_accused(city: City) -> None:
    city.site()
    # three months old, fresh for a yearly column; but an undated item above it may be of yesterday
    city.column("s1", "c", None, ago(90))
    results = city.judge()
    assert results.column("s1", "c")["outcome"] == "fresh"
    assert results.rows("findings") == []
    assert results.outcome("s1") == "undetermined"


def test_a_home_page_without_any_date_is_not_measured(city: City) -> None:
    city.site()
    city.home("s1", None)
    city.column("s1", "blank")
    row = city.judge().measurement("s1", "site.home_stale")
    assert (row["measured"], row["reason"]) == (False, "首页没有可读的发布日期")


@pytest.mark.parametrize("status", ["failed", "unread", None])
def test_a_home_page_that_was_not_read_is_not_measured(city: City, status: str | None) -> None:
    city.site(visit={"home_status": status})
    city.home("s1", ago(100))
    city.column("s1", "c", ago(100))
    results = city.judge()
    assert results.rows("findings") == []
    assert results.verdict("s1")["reason"] == "首页未能读取"


# --- whole sites ---


def test_a_site_that_could_not_be_read_is_undetermined_whatever_rows_are_left(city: City) -> None:
    city.site(
        visit={"status": "failed", "failure": "timeout", "reason": "连接或读取超时", "home_status": "failed"}
    )
    city.home("s1", ago(100))
    city.columns("s1", 20, ago(4000))
    results = city.judge()
    assert results.rows("findings") == []
    assert results.outcome("s1") == "undetermined"
    assert results.verdict("s1")["reason"] == "首页无法访问：连接或读取超时"
    assert not any(m["measured"] for m in results.rows("measurements"))


def test_a_site_nobody_visited(city: City) -> None:
    city.site()
    city.columns("s1", 20, ago(4000))
    city.unvisited("s1", "site")
    results = city.judge()
    assert results.rows("findings") == []
    assert results.verdict("s1")["reason"] == "没有采集结果"


def test_one_finding_is_enough_where_others_are_open(city: City) -> None:
    city.site()
    city.home("s1", ago(100))
    city.column("s1", "c", status="failed", reached_end=False)
    city.columns("s1", 10, ago(400), prefix="x")
    city.columns("s1", 4, prefix="blank")
    results = city.judge()
    verdict = results.verdict("s1")
    assert results.measurement("s1", "site.columns_c")["measured"] is False
    assert (verdict["outcome"], verdict["reason"]) == ("unqualified", None)


def test_sites_that_share_a_code_are_judged_apart(city: City) -> None:
    city.good_site("s1", code="6104000001")
    city.site("s2", code="6104000001")
    city.home("s2", ago(100))
    city.column("s2", "fresh", ago(1))
    results = city.judge()
    assert [v["outcome"] for v in results.rows("verdicts")] == ["qualified", "unqualified"]


def test_indicators_without_a_model_are_not_monitored(city: City) -> None:
    city.good_site()
    results = city.judge()
    for indicator in ("site.unreachable", "site.interaction", "site.services", "site.security"):
        row = results.measurement("s1", indicator)
        assert (row["measured"], row["reason"], row["required"]) == (False, "未监测", False)
    assert results.outcome("s1") == "qualified"


@pytest.mark.parametrize(
    ("indicator", "days", "number", "warned"),
    [
        ("site.columns_b", [ago(400)], 6, False),
        ("site.columns_b", [ago(400)], 7, True),
        ("site.columns_c", [], 2, False),
        ("site.columns_c", [], 3, True),
    ],
)
def test_early_warnings_of_more_than_six_stale_and_more_than_two_blank_columns(
    city: City, indicator: str, days: list[date], number: int, warned: bool
) -> None:
    city.good_site()
    city.columns("s1", number, *days)
    assert city.judge().measurement("s1", indicator)["warn"] is warned
