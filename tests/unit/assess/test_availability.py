"""站点无法访问: a week of probes, limits met exactly, what does not count, and how it reads in the notice."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lake_rows import CHECKPOINT, STANDARD, WEEK, WINDOW, City, Probes, Results, ago, at

from jiancha.assess.explain import explain
from jiancha.notice.build import build_notice
from jiancha.notice.model import Notice
from jiancha.settings import Settings
from jiancha.standard import Standard
from jiancha.windows import Window

UNREACHABLE = "site.unreachable"
PROBLEM = "站点无法访问比例累计超过（含）5%。"


@pytest.fixture
def probes(tmp_path: Path) -> Probes:
    return Probes(City(tmp_path / "lake"))


def notice_of(results: Results) -> Notice:
    return build_notice(results.lake, WINDOW, STANDARD, Settings())


# --- limits ---


@pytest.mark.parametrize(
    ("failed", "percent", "fails", "warns"),
    [
        (0, 0.0, False, False),
        (4, 100 * 4 / 140, False, False),  # 2.9 %
        (5, 100 * 5 / 140, False, True),  # 3.6 %
        (6, 100 * 6 / 140, False, True),
        (7, 5.0, True, False),  # exactly the limit, which is inclusive
        (8, 100 * 8 / 140, True, False),
        (140, 100.0, True, False),
    ],
)
def test_limits(probes: Probes, failed: int, percent: float, fails: bool, warns: bool) -> None:
    probes.city.good_site("s1")
    probes.week("s1", failed)
    results = probes.judge()
    row = results.measurement("s1", UNREACHABLE)
    assert (row["measured"], row["failed"], row["warn"]) == (True, fails, warns)
    assert row["value"] == pytest.approx(percent)
    assert results.outcome("s1") == ("unqualified" if fails else "qualified")


def test_exactly_three_percent_is_an_early_warning(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.city.good_site("s2")
    for day in WEEK:
        for n in range(100):
            moment = at(day, time(n // 5, 10 * (n % 5)))
            for target, bad in (("s1", 3), ("s2", 2 if day == ago(0) else 3)):  # 21 and 20 of 700
                outcome = "failed" if n < bad else "ok"
                probes.city.put(
                    "probes", target, {"round": f"{moment:%dT%H%M}", "probed_at": moment, "outcome": outcome}
                )
            probes.rounds.add(f"{moment:%dT%H%M}")
    results = probes.judge()
    assert results.measurement("s1", UNREACHABLE)["value"] == 3.0
    assert results.measurement("s1", UNREACHABLE)["warn"] is True
    assert results.measurement("s2", UNREACHABLE)["warn"] is False


CASES = st.lists(
    st.tuples(st.integers(1, 24), st.integers(0, 200), st.sampled_from([3, 5, 4.9, 7.5, 12.5])),
    min_size=15,
    max_size=25,
)


@settings(max_examples=5)
@given(CASES, st.sampled_from([3, 5, 4.9, 7.5, 12.5, 100]))
def test_a_share_is_held_against_the_limit_without_rounding(
    cases: list[tuple[int, int, float]], limit: float
) -> None:
    """Counts are compared as fractions; a third of the cases are put right at the limit where they can."""
    standard = replace(STANDARD, indicators=tuple(_with(i, limit) for i in STANDARD.indicators))
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        probes = Probes(City(Path(folder)))
        for n, (per_day, wanted, near) in enumerate(cases):
            total = 7 * per_day
            failed = min(total, round(total * near / 100) if n % 3 == 0 else wanted)
            probes.city.good_site(f"s{n}")
            probes.week(f"s{n}", failed, per_day)
            expected[f"s{n}"] = Fraction(100 * failed, total) >= Fraction(str(limit))
        results = probes.judge(standard=standard)
        found = {target: results.measurement(target, UNREACHABLE)["failed"] for target in expected}
    assert found == expected


def _with(indicator, limit: float):
    if indicator.probe is None:
        return indicator
    return replace(indicator, threshold=limit, probe=replace(indicator.probe, probes_per_day=1))


# --- how much is enough ---


def test_a_window_without_probes_is_not_monitored_and_says_so(probes: Probes) -> None:
    probes.city.good_site("s1")
    results = probes.judge()
    row = results.measurement("s1", UNREACHABLE)
    assert (row["measured"], row["value"], row["reason"]) == (False, None, "未监测")
    assert results.outcome("s1") == "qualified"
    assert UNREACHABLE in {each.indicator for each in notice_of(results).not_measured}


@pytest.mark.parametrize(
    ("days", "per_day", "told"),
    [(6, 20, "仅有6天达到每天20次，应有7天"), (7, 19, "仅有0天达到每天20次，应有7天")],
)
def test_too_few_probes_accuse_nobody(probes: Probes, days: int, per_day: int, told: str) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 999, per_day, WEEK[:days])
    results = probes.judge()
    row = results.measurement("s1", UNREACHABLE)
    assert row["measured"] is False
    assert row["reason"] == f"探测不足：{told}"
    assert results.outcome("s1") == "qualified"
    assert results.rows("findings") == []


def test_the_week_is_the_latest_and_earlier_days_are_a_reserve(probes: Probes) -> None:
    for target in ("early", "gap"):
        probes.city.good_site(target)
        probes.week(target, 20, days=[ago(7)])  # 20 of 20 failed on the day before the week
        probes.week(target, 0, days=WEEK[:-1])
    probes.week("early", 0, days=WEEK[-1:])
    probes.week("gap", 0, 19, days=WEEK[-1:])  # one probe too few: the day before the week stands in
    results = probes.judge()
    early, gap = (results.measurement(target, UNREACHABLE) for target in ("early", "gap"))
    assert (early["value"], early["failed"]) == (0.0, False)
    assert gap["value"] == pytest.approx(100 * 20 / 140)
    weeks = {row["target_id"]: (row["first_day"], row["last_day"]) for row in results.rows("availability")}
    assert weeks == {"early": (ago(6), ago(0)), "gap": (ago(7), ago(1))}


def test_probes_outside_the_window_or_after_the_checkpoint_do_not_count(tmp_path: Path) -> None:
    """A window of nine days, judged at 20:30 on its last; nothing before it or after that is asked."""
    moment = datetime.combine(CHECKPOINT, time(20, 30), tzinfo=WINDOW.checkpoint.tzinfo)
    window = Window("2021Q1", ago(8), CHECKPOINT, moment)
    probes = Probes(City(tmp_path / "lake", window))
    probes.city.good_site("s1", visit={"as_of": moment + timedelta(hours=12)})
    probes.week("s1", 0, 21, days=[ago(0)])  # 0:23 to 20:23
    probes.add("s1", at(ago(0), time(21, 23)), "failed")
    probes.week("s1", 0, days=WEEK[:-1])
    probes.week("s1", 24, 24, days=[ago(9)])  # before the window
    results = probes.judge()
    (row,) = results.rows("availability")
    assert (row["days"], row["probes"], row["failed"]) == (7, 141, 0)


def test_a_window_of_five_days_is_judged_by_the_week_before_its_checkpoint(tmp_path: Path) -> None:
    window = Window("2021Q1", ago(4), CHECKPOINT, WINDOW.checkpoint)
    probes = Probes(City(tmp_path / "lake", window))
    probes.city.good_site("s1")
    probes.week("s1", 7)
    assert probes.judge().measurement("s1", UNREACHABLE)["value"] == 5.0


def test_days_are_local_days(probes: Probes) -> None:
    """Twenty probes between 00:10 and 06:00 lie on the day before in UTC."""
    probes.city.good_site("s1")
    for day in WEEK:
        for n in range(20):
            moment = at(day, time(n // 4, 10 + 10 * (n % 4)))
            probes.city.put(
                "probes", "s1", {"round": f"{moment:%dT%H%M}", "probed_at": moment, "outcome": "ok"}
            )
            probes.rounds.add(f"{moment:%dT%H%M}")
    (row,) = probes.judge().rows("availability")
    assert (row["days"], row["first_day"], row["last_day"]) == (7, ago(6), ago(0))


# --- what does not count ---


def test_excused_probes_count_on_neither_side(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 0)
    for day in WEEK:
        probes.add("s1", at(day, time(22, 23)), "excused", "服务器返回 HTTP 403")
    probes.city.good_site("s2")
    for day in WEEK:
        for hour in range(24):
            outcome = "excused" if hour < 5 else "ok"
            probes.add("s2", at(day, time(hour, 23)), outcome, "服务器返回 HTTP 403")
    results = probes.judge()
    one, two = (results.measurement(target, UNREACHABLE) for target in ("s1", "s2"))
    assert (one["measured"], one["value"]) == (True, 0.0)
    assert two["measured"] is False
    assert two["reason"] == "探测不足：仅有0天达到每天20次，应有7天；35次不计（服务器返回 HTTP 403）"


def test_rounds_that_our_own_line_spoilt_or_that_were_not_closed_do_not_count(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 0)
    spoilt = {f"{day:%Y%m%d}T{hour}" for day in WEEK for hour in (20, 21)}
    lost = {f"{day:%Y%m%d}T{hour}" for day in WEEK for hour in (22, 23)}
    for day in WEEK:
        for hour in (20, 21, 22, 23):
            probes.add("s1", at(day, time(hour, 23)), "failed")
    results = probes.judge(spoilt=spoilt, lost=lost)
    assert results.measurement("s1", UNREACHABLE)["value"] == 0.0
    (row,) = results.rows("availability")
    assert (row["probes"], row["failed"], row["own_line"]) == (140, 0, 14)


def test_of_two_tries_at_a_round_the_later_counts(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 7)
    first = at(WEEK[0], time(0, 23))
    probes.add("s1", first + timedelta(minutes=5), "ok")
    results = probes.judge()
    assert results.measurement("s1", UNREACHABLE)["value"] == pytest.approx(100 * 6 / 140)


def test_a_site_that_is_not_in_the_registry_is_not_judged(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("gone", 140)
    results = probes.judge()
    assert [row["target_id"] for row in results.rows("availability")] == ["s1"]
    assert results.rows("findings") == []


# --- the consequences ---


def test_a_dead_site_is_found_though_its_visit_failed(probes: Probes) -> None:
    probes.city.site("s1", visit={"status": "failed", "reason": "连接超时", "home_status": "failed"})
    probes.week("s1", 140)
    results = probes.judge()
    assert results.found("s1") == [UNREACHABLE]
    assert results.verdict("s1")["problem"] == PROBLEM
    (finding,) = results.rows("findings")
    assert json.loads(finding["detail"])["never_opened"] is True
    assert "从未打开" in explain(results.lake, "2021Q1", "code-s1")


def test_a_site_without_any_visit_has_a_finding_with_evidence(probes: Probes) -> None:
    probes.city.site("s1")
    probes.week("s1", 140)
    probes.city.unvisited("s1", "site")
    (finding,) = probes.judge().rows("findings")
    assert (finding["indicator"], finding["evidence"]) == (UNREACHABLE, "probes/window=2021Q1")


def test_the_finding_tells_what_was_counted(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 30)
    (finding,) = probes.judge().rows("findings")
    detail = json.loads(finding["detail"])
    assert (finding["measured"], finding["threshold"]) == (pytest.approx(100 * 30 / 140), 5)
    assert (detail["probes"], detail["failed"], detail["never_opened"]) == (140, 30, False)
    assert (detail["first_day"], detail["last_day"]) == ("2021-02-09", "2021-02-15")
    assert len(detail["examples"]) == 20
    assert detail["examples"][0] == {
        "time": "2021-02-09 00:23", "seconds": 15.0, "status": None, "reason": "连接超时", "evidence": None,
    }  # fmt: skip


def test_the_notice_names_the_problem_and_drops_the_indicator_from_not_measured(probes: Probes) -> None:
    probes.city.good_site("s1", name="某某局")
    probes.week("s1", 7)
    probes.city.good_site("s2", name="预警局")
    probes.week("s2", 6)
    notice = notice_of(probes.judge())
    assert [(row.name, row.problem) for row in notice.annex1] == [("某某局", PROBLEM)]
    assert UNREACHABLE not in {each.indicator for each in notice.not_measured}
    (warning,) = notice.warnings
    assert (warning.name, warning.indicator_name) == ("预警局", "站点无法访问")
    assert (warning.value, warning.threshold, warning.unit) == (4.29, 5, "percent")


def test_explain_tells_it_in_chinese(probes: Probes) -> None:
    probes.city.good_site("s1")
    probes.week("s1", 7)
    probes.city.good_site("s2")
    results = probes.judge(together=False)
    told = explain(results.lake, "2021Q1", "code-s1")
    assert "可用性探测：2021-02-09至2021-02-15，7天，计入140次，未能打开7次（占5.00%）" in told
    assert "2021-02-09 00:23 连接超时，用时15.0秒" in told
    assert "从未打开" not in told
    untold = explain(results.lake, "2021Q1", "code-s2")
    assert "可用性探测" not in untold
    assert "指标 site.unreachable：未测得（未监测）" in untold


def test_a_set_without_a_probe_rule_measures_nothing(probes: Probes) -> None:
    without: Standard = replace(
        STANDARD, indicators=tuple(replace(i, probe=None) for i in STANDARD.indicators)
    )
    probes.city.good_site("s1")
    probes.week("s1", 140)
    results = probes.judge(standard=without)
    row = results.measurement("s1", UNREACHABLE)
    assert (row["measured"], row["reason"]) == (False, "未监测")
    assert results.rows("availability") == []
