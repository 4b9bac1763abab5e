"""内容不更新 of accounts: limits, doubt, and what counts as of the checkpoint."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from support.lake_rows import CHECKPOINT, City, Row, ago, at

from jiancha.errors import FailureKind
from jiancha.windows import Window

PROBLEMS = {"account.stale": "超过两周未更新", "account.long_stale": "长期未更新"}


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "lake")


def test_limits_of_two_weeks_and_ninety_days(city: City) -> None:
    expected = {
        0: None,
        13: None,
        14: None,
        15: "account.stale",
        89: "account.stale",
        90: "account.stale",
        91: "account.long_stale",
        2000: "account.long_stale",
    }
    for age in expected:
        city.account(f"a{age}", ago(age))
    results = city.judge()
    for age, indicator in expected.items():
        target = f"a{age}"
        assert results.found(target) == ([indicator] if indicator else [])
        verdict = results.verdict(target)
        assert verdict["outcome"] == ("unqualified" if indicator else "qualified")
        assert verdict["problem"] == (PROBLEMS[indicator] if indicator else None)
        assert verdict["reason"] is None
        assert results.measurement(target, "account.stale")["value"] == age


def test_finding_carries_what_explains_it(city: City) -> None:
    city.account("a1", ago(20), ago(30))
    (finding,) = city.judge().rows("findings")
    assert (finding["measured"], finding["threshold"], finding["compare"]) == (20.0, 14.0, "more_than")
    assert (finding["standard_id"], finding["standard_version"], finding["unit"]) == (
        "guoban-2019",
        "1",
        "day",
    )
    assert finding["evidence"] == "evidence/window=2021Q1/a1.warc.gz"
    assert '"newest":"2021-01-26"' in finding["detail"].replace(" ", "")
    assert '"record":"record-0"' in finding["detail"].replace(" ", "")


def test_a_post_of_the_last_second_counts_and_one_of_the_next_does_not(city: City) -> None:
    city.account("last", datetime(2021, 2, 15, 15, 59, 59, tzinfo=UTC))  # 23:59:59 in Shanghai
    city.account("next", datetime(2021, 2, 15, 16, 0, 0, tzinfo=UTC), ago(40))
    results = city.judge()
    assert results.measurement("last", "account.stale")["value"] == 0
    assert results.measurement("next", "account.stale")["value"] == 40


def test_a_day_of_utc_is_not_a_local_day(city: City) -> None:
    # 31 January 16:30 UTC is 1 February in Shanghai: 14 days before the checkpoint, still fresh
    city.account("a1", datetime(2021, 1, 31, 16, 30, tzinfo=UTC))
    city.account("a2", datetime(2021, 1, 31, 15, 30, tzinfo=UTC))
    results = city.judge()
    assert results.outcome("a1") == "qualified"
    assert results.outcome("a2") == "unqualified"


def test_pinned_and_misplaced_posts_count_by_their_own_date(city: City) -> None:
    city.account("a1", ago(400), ago(5), ago(60))
    assert city.judge().measurement("a1", "account.stale")["value"] == 5


def test_the_rule_of_freshness_is_joined_as_it_was_decided(city: City) -> None:
    incomplete = "发布记录不能证明已完整回溯到监测期之前"
    cases: list[tuple[Row, tuple[date, ...], str | None]] = [
        ({}, (ago(20), ago(30), ago(25)), None),  # a table, in any order
        ({"order": "newest_first"}, (ago(20), ago(30)), None),
        ({"order": "newest_first"}, (ago(40), ago(20), ago(40), ago(20)), incomplete),
        ({"order": "excerpt"}, (ago(20),), incomplete),
        ({"failure": FailureKind.INCOMPLETE, "reason": "只有一页"}, (ago(20),), "只有一页"),
    ]
    for n, (listing, days, _) in enumerate(cases):
        city.account(f"a{n}", *days, listing=listing)
    verdicts = city.judge().rows("verdicts")
    assert [v["outcome"] == "unqualified" for v in verdicts] == [reason is None for _, _, reason in cases]
    assert [v["reason"] for v in verdicts] == [reason for _, _, reason in cases]


def test_an_account_read_by_an_earlier_version_is_not_judged(city: City) -> None:
    city.account("a1", ago(20))
    city.put("listings", "a1", {"complete_back_to": ago(20), "entries": 1})
    results = city.judge()
    assert results.outcome("a1") == "undetermined"
    assert results.verdict("a1")["reason"] == "读取时未作判定，需从证据重新读取"


def test_what_was_not_read_with_certainty_is_never_stale(city: City) -> None:
    cases: list[tuple[Row, str]] = [
        ({"as_of": at(CHECKPOINT, time(23, 59, 58))}, "数据源截至2021-02-15 23:59，早于监测时间点"),
        ({"status": "failed", "failure": "timeout", "reason": "连接或读取超时"}, "连接或读取超时"),
        ({"status": "failed", "failure": "no_outcome", "reason": None}, "账号未能读取"),
        ({"status": None}, "账号未能读取"),
    ]
    for n, (visit, _) in enumerate(cases):
        city.account(f"a{n}", ago(400), visit=visit)
    results = city.judge()
    assert results.rows("findings") == []
    verdicts = results.rows("verdicts")
    assert {v["outcome"] for v in verdicts} == {"undetermined"}
    assert [v["reason"] for v in verdicts] == [reason for _, reason in cases]


def test_a_listing_read_at_the_checkpoint_is_read_in_time(city: City) -> None:
    city.account("a1", ago(20), visit={"as_of": city.window.checkpoint})
    assert city.judge().outcome("a1") == "unqualified"


def test_a_recent_post_makes_an_account_fresh_whatever_was_missed(city: City) -> None:
    city.account("a1", ago(14), listing={"failure": FailureKind.NETWORK, "reason": "网络错误"})
    city.account("a2", ago(14), listing={"order": "excerpt"})
    city.account("a3", ago(14), visit={"as_of": at(ago(3))})
    assert {v["outcome"] for v in city.judge().rows("verdicts")} == {"qualified"}


def test_a_doubtful_silence_of_a_few_weeks_is_not_called_short_of_ninety_days_only(city: City) -> None:
    city.account("a1", ago(20), listing={"order": "excerpt"})
    results = city.judge()
    assert results.measurement("a1", "account.stale")["measured"] is False
    assert results.measurement("a1", "account.long_stale")["measured"] is True
    assert results.outcome("a1") == "undetermined"


def test_nothing_before_the_checkpoint_proves_nothing(city: City) -> None:
    listings: list[tuple[date | None, ...]] = [(), (None,), (ago(-1),), (ago(-1), None)]
    for n, days in enumerate(listings):
        city.account(f"a{n}", *days)
    verdicts = city.judge().rows("verdicts")
    assert [(v["outcome"], v["reason"]) for v in verdicts] == [
        ("undetermined", "没有可计入的公开发布记录"),
        ("undetermined", "有发布时间不可用的记录（test）"),
        ("undetermined", "发布记录不能证明已完整回溯到监测期之前"),
        ("undetermined", "有发布时间不可用的记录（test）"),
    ]


def test_an_account_nobody_fetched(city: City) -> None:
    city.account("a1", ago(400))
    city.unvisited("a1", "account")
    results = city.judge()
    assert results.outcome("a1") == "undetermined"
    assert results.verdict("a1")["reason"] == "没有采集结果"


def test_leap_day(tmp_path: Path) -> None:
    # 14 days before 14 March 2020 is 29 February
    end = date(2020, 3, 14)
    window = Window("2020Q1", date(2020, 3, 1), end, at(end, time(23, 59, 59)))
    city = City(tmp_path / "lake", window)
    city.account("a1", date(2020, 2, 29))
    city.account("a2", date(2020, 2, 28))
    results = city.judge()
    assert results.outcome("a1") == "qualified"
    assert results.found("a2") == ["account.stale"]
    assert results.measurement("a2", "account.stale")["value"] == 15


def test_a_checkpoint_inside_a_day_is_an_instant(tmp_path: Path) -> None:
    window = Window("2021Q1", date(2021, 2, 1), CHECKPOINT, at(CHECKPOINT, time(12)))
    city = City(tmp_path / "lake", window)
    city.account("before", at(CHECKPOINT, time(12)))
    city.account("after", at(CHECKPOINT, time(12, 0, 1)), ago(30))
    city.account("day only", CHECKPOINT)
    results = city.judge()
    assert results.measurement("before", "account.stale")["value"] == 0
    assert results.measurement("after", "account.stale")["value"] == 30
    assert results.measurement("day only", "account.stale")["value"] == 0


def test_accounts_that_share_a_code_are_judged_apart(city: City) -> None:
    city.account("a1", ago(3), code="610424M014WX0001", name="秦都发布")
    city.account("a2", ago(100), code="610424M014WX0001", name="乾县发布")
    results = city.judge()
    assert {v["name"]: v["outcome"] for v in results.rows("verdicts")} == {
        "秦都发布": "qualified",
        "乾县发布": "unqualified",
    }


def test_a_row_registered_twice_is_accused_once_per_row(city: City) -> None:
    city.account("a1", ago(100))
    city.registry["accounts"].append(city.registry["accounts"][0] | {"row": 2})
    results = city.judge()
    assert [v["problem"] for v in results.rows("verdicts")] == ["长期未更新", "长期未更新"]
    assert len(results.rows("findings")) == 1
    assert results.figure("account", "unqualified") == (2, None)
    assert results.figure("account", "problem", "长期未更新") == (2, None)


def test_early_warning_below_the_limit_only(city: City) -> None:
    for age in (9, 10, 14, 15):
        city.account(f"a{age}", ago(age))
    results = city.judge()
    warned = [age for age in (9, 10, 14, 15) if results.measurement(f"a{age}", "account.stale")["warn"]]
    assert warned == [10, 14]


def test_interaction_and_security_are_not_monitored_and_do_not_matter(city: City) -> None:
    city.account("a1", ago(1))
    results = city.judge()
    for indicator in ("account.interaction", "account.security"):
        row = results.measurement("a1", indicator)
        assert (row["measured"], row["value"], row["reason"]) == (False, None, "未监测")
    assert results.outcome("a1") == "qualified"


def test_window_of_days_around_the_limit_is_exact(city: City) -> None:
    """Every age from 0 to 100 days in one assessment."""
    for age in range(101):
        city.account(f"a{age:03}", CHECKPOINT - timedelta(days=age))
    results = city.judge()
    for age in range(101):
        expected = [] if age <= 14 else ["account.stale"] if age <= 90 else ["account.long_stale"]
        assert results.found(f"a{age:03}") == expected
