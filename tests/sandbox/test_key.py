"""The answer key against the published notice of 2021 Q1 and against the rules' limits."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jiancha.errors import WindowError
from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.accounts import NOTICE_2021Q1
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.key import account_age, answer_key, measure_site, newest_item, write_key
from jiancha_sandbox.rules import Kind, column_cutoff, months_before

HOME = "监测时间点前2周内首页面无信息更新。"
RULE_A = "动态、要闻类和通知公告、政策文件类栏目不更新数量超过（含）5个。"
RULE_B = "应更新但长期未更新栏目数量超过（含）10个。"
RULE_C = "空白栏目数量超过（含）5个。"

# Annexes 1 and 2 of the notice of 2021-02-19, names broken over lines joined.
ANNEX_1 = {
    ("咸阳市发展和改革委员会", "6104000028", RULE_B),
    ("咸阳市科学技术局", "6104000054", RULE_B),
}
ANNEX_2 = {
    ("6104000011", "新浪微博", "咸阳市农业局", "咸阳市农业局", "长期未更新"),
    ("6104000068", "新浪微博", "大西安(咸阳)文化体育功能区", "大西安文体功能区-咸阳经开区", "长期未更新"),
    ("6104220022", "新浪微博", "三原宣传", "三原县人民政府", "超过两周未更新"),
    ("610428M004WX0001", "微信公众号", "长武在线", "长武县人民政府", "超过两周未更新"),
    ("6104280003", "新浪微博", "中国长武", "长武县人民政府", "超过两周未更新"),
    ("610402M019WX0001", "今日头条", "秦都退役军人事务局", "咸阳市秦都区退役军人事务局", "长期未更新"),
    ("610422M013XL0001", "新浪微博", "平安三原", "三原县公安局", "长期未更新"),
    ("610422M005WX0001", "微信订阅号", "健康三原", "三原县卫生健康局", "超过两周未更新"),
    ("610424M014WX0001", "微信订阅号", "秦都再就业服务中心", "秦都再就业服务中心", "超过两周未更新"),
    ("610425M015XL0001", "微信订阅号", "礼泉县交警大队", "礼泉县公安局交通警察大队", "长期未更新"),
    ("610424M008JR0003", "今日头条", "乾县公安局城关派出所", "乾县公安局城关派出所", "长期未更新"),
    ("610481M009WX0001", "微信订阅号", "兴平市场监管", "兴平市场监督管理局", "超过两周未更新"),
    ("610424M014WX0001", "微信订阅号", "qxbdcdjzx", "乾县不动产登记中心", "超过两周未更新"),
    ("610402M016JR0001", "今日头条", "秦都区信访局", "秦都区信访局", "长期未更新"),
    ("610424M008WX0002", "新浪微博", "乾县交警大队", "乾县公安局交警大队", "长期未更新"),
    ("610424M008WX0003", "微信订阅号", "乾县公安局城关派出所", "乾县公安局城关派出所", "超过两周未更新"),
    ("610425M011WX0001", "微信订阅号", "礼泉县退役军人事务局", "礼泉县退役军人事务局", "超过两周未更新"),
    ("610425M010DY0001", "抖音短视频", "法治礼泉", "礼泉县司法局", "超过两周未更新"),
    ("610425M009DY0001", "抖音短视频", "礼泉县自然资源局", "礼泉县自然资源局", "长期未更新"),
    ("610422M009DY0001", "抖音短视频", "sanyuanzhaoshang", "三原县招商局", "超过两周未更新"),
    (
        "610430M007WX0001",
        "微信订阅号",
        "咸阳市生态环境局淳化分局",
        "咸阳市生态环境局淳化分局",
        "超过两周未更新",
    ),
    (
        "610430M007XL0001",
        "新浪微博",
        "咸阳市生态环境局淳化分局",
        "咸阳市生态环境局淳化分局",
        "超过两周未更新",
    ),
    ("610430M006WX0001", "微信订阅号", "淳化县医疗保障局", "淳化县医疗保障局", "超过两周未更新"),
    ("610422M003JR0001", "今日头条", "三原交警", "三原县公安局交管大队", "长期未更新"),
    ("610402M013DY0001", "抖音短视频", "秦都区城市管理执法局", "秦都区城市管理执法局", "超过两周未更新"),
}
CHECKPOINT = date(2021, 2, 15)
OTHER_QUARTERS = (
    "2019Q2", "2019Q3", "2019Q4", "2020Q1", "2020Q2", "2020Q3", "2020Q4", "2021Q2", "2021Q3", "2021Q4",
)  # fmt: skip


@pytest.mark.parametrize("seed", [2021, 7, 11])
def test_the_first_quarter_of_2021_is_the_published_notice(seed: int) -> None:
    key = answer_key(SandboxCity(seed), Calendar().window("2021Q1"))
    assert {(s["name"], s["site_code"], "".join(s["problems"])) for s in key["sites"]} == ANNEX_1
    rows = [(a["account_code"], a["platform"], a["name"], a["owner"], a["problem"]) for a in key["accounts"]]
    assert len(rows) == 25
    assert set(rows) == ANNEX_2
    assert key["figures"] == {
        "sites": {
            "registered": 56,
            "unqualified": 2,
            "by_level": {"municipal_portal": 1, "county_portal": 13, "municipal_department": 42},
        },
        "accounts": {
            "registered": 252,
            "unqualified": 25,
            "by_problem": {"长期未更新": 10, "超过两周未更新": 15},
        },
    }


def test_the_two_bad_sites_fail_by_rule_b_alone(city: SandboxCity) -> None:
    for code in ("6104000028", "6104000054"):
        measured = measure_site(city, city.site(code), CHECKPOINT)
        assert measured["rule_b"] >= 10
        assert measured["rule_a"] <= 4
        assert measured["rule_c"] == 0
        assert measured["home_age_days"] <= 14


@pytest.mark.parametrize("quarter", OTHER_QUARTERS)
def test_every_other_quarter_has_a_handful_of_failing_targets(old_city: SandboxCity, quarter: str) -> None:
    key = answer_key(old_city, Calendar().window(quarter))
    problems = [p for site in key["sites"] for p in site["problems"]]
    assert {HOME, RULE_A, RULE_B} <= set(problems)
    assert (RULE_C in problems) == (quarter > "2021Q1")
    assert 3 <= len(key["sites"]) <= 6
    assert all(len(site["problems"]) == 1 for site in key["sites"])
    assert {a["problem"] for a in key["accounts"]} == {"长期未更新", "超过两周未更新"}
    assert 9 <= len(key["accounts"]) <= 20


@pytest.mark.parametrize("quarter", [*OTHER_QUARTERS, "2021Q1"])
def test_account_limits_are_met_on_both_sides(old_city: SandboxCity, quarter: str) -> None:
    window = Calendar().window(quarter)
    ages = {account_age(old_city, account, window) for account in old_city.accounts}
    assert {14, 15, 90, 91} <= ages
    failing = {a["age_days"]: a["problem"] for a in answer_key(old_city, window)["accounts"]}
    assert 14 not in failing
    assert failing[15] == failing[90] == "超过两周未更新"
    assert failing[91] == "长期未更新"


def test_sites_stand_one_below_each_limit_in_2021q1(city: SandboxCity) -> None:
    healthy = [s for s in city.sites if s.site_code not in ("6104000028", "6104000054")]
    measured = [measure_site(city, site, CHECKPOINT) for site in healthy]
    assert max(m["home_age_days"] for m in measured) == 14
    assert max(m["rule_a"] for m in measured) == 4
    assert max(m["rule_b"] for m in measured) == 9
    assert max(m["rule_c"] for m in measured) == 4
    assert any(m["rule_a"] == 4 and m["rule_b"] == 9 and m["rule_c"] == 4 for m in measured)


def test_a_site_was_updated_on_the_last_day_that_counts(city: SandboxCity) -> None:
    """One day later a dozen of its columns would be stale."""
    last_days = {
        Kind.NEWS: date(2021, 2, 1),
        Kind.NOTICE: date(2020, 8, 15),
        Kind.POLICY: date(2020, 8, 15),
        Kind.YEARLY: date(2020, 2, 15),
    }
    exact = [
        site
        for site in city.sites
        if all(
            newest_item(city, c, CHECKPOINT) == last_days.get(c.kind)
            for c in site.columns
            if c.kind in last_days
        )
    ]
    assert len(exact) == 1
    assert measure_site(city, exact[0], CHECKPOINT)["rule_b"] == 0
    assert measure_site(city, exact[0], CHECKPOINT + timedelta(days=1))["rule_b"] >= 12


def test_what_came_after_the_checkpoint_masks_nothing(city: SandboxCity) -> None:
    """The bad sites have recovered by the clock, and accounts that pass have fallen silent since."""
    for code in ("6104000028", "6104000054"):
        assert measure_site(city, city.site(code), date(2021, 3, 30))["rule_b"] < 10
    window = Calendar().window("2021Q1")
    silent_since = [
        a
        for a in city.accounts
        if account_age(city, a, window) == 0 and city.posts(a)[-1].date() == CHECKPOINT
    ]
    assert silent_since
    posting_again = [
        a
        for a in city.accounts
        if account_age(city, a, window) > 14 and city.posts(a)[-1].date() > CHECKPOINT
    ]
    assert len(posting_again) >= 10


def test_ages_in_the_script_fit_the_notice() -> None:
    assert [row.age > 90 for row in NOTICE_2021Q1].count(True) == 10
    assert all(row.age > 14 for row in NOTICE_2021Q1)


def test_cutoffs_by_hand() -> None:
    assert column_cutoff(Kind.NEWS, CHECKPOINT) == date(2021, 2, 1)
    assert column_cutoff(Kind.NOTICE, CHECKPOINT) == date(2020, 8, 15)
    assert column_cutoff(Kind.POLICY, date(2021, 8, 31)) == date(2021, 2, 28)
    assert column_cutoff(Kind.YEARLY, date(2020, 2, 29)) == date(2019, 2, 28)
    assert column_cutoff(Kind.ARCHIVE, CHECKPOINT) is None
    assert months_before(date(2021, 1, 31), 12) == date(2020, 1, 31)


def test_a_window_that_is_not_over_has_no_key() -> None:
    early = SandboxCity(2021, datetime(2021, 2, 10, tzinfo=ZONE))
    with pytest.raises(WindowError, match="2021Q1 is not over"):
        answer_key(early, Calendar().window("2021Q1"))


def test_who_fails_is_the_same_at_any_later_clock(city: SandboxCity, old_city: SandboxCity) -> None:
    for window in city.windows():
        now, later = answer_key(city, window), answer_key(old_city, window)
        for each in (now, later):
            del (
                each["unknown"],
                each["slips"],
            )  # who can be known, and what is mended, depends on when one asks
        assert now == later


def test_keys_are_written_one_file_per_window(city: SandboxCity, tmp_path: Path) -> None:
    paths = write_key(tmp_path / "key", city, city.windows())
    assert [p.name for p in paths][-1] == "key-2021Q1.json"
    assert len(paths) == 8
    assert json.loads(paths[-1].read_text(encoding="utf-8"))["window"] == "2021Q1"
