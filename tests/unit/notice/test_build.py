"""The model: figures, annexes, and what makes it refuse."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.notice_rows import (
    BAD_ACCOUNTS,
    BAD_SITES,
    COLUMNS,
    STANDARD,
    WINDOW,
    account,
    assessment,
    notice_of,
    quality,
    seed_notice,
    seed_verdicts,
    site,
    summary,
)

from jiancha.errors import LakeError
from jiancha.lake import Lake
from jiancha.notice.build import NoticeError, build_notice, pass_rate
from jiancha.notice.figures import gate_frames
from jiancha.notice.text import MAX_TEXT, clause, one_line
from jiancha.settings import NoticeSettings, Settings


def test_the_published_figures():
    notice = seed_notice().to_dict()
    assert notice["title"] == "2021年第一季度全市政府网站与政务新媒体检查结果通报"
    assert notice["window"] == {
        "key": "2021Q1",
        "start": "2021-02-01",
        "end": "2021-02-15",
        "checkpoint": "2021-02-15T23:59:59+08:00",
    }
    assert notice["sites"] == {
        "registered": 56,
        "inspected": 56,
        "qualified": 54,
        "unqualified": 2,
        "undetermined": 0,
        "pass_rate": "96%",
        "by_level": {"municipal_portal": 1, "county_portal": 13, "municipal_department": 42},
    }
    accounts = notice["accounts"]
    assert accounts["by_problem"] == {"长期未更新": 10, "超过两周未更新": 15}
    assert list(accounts["by_problem"]) == ["长期未更新", "超过两周未更新"]
    assert {k: accounts[k] for k in ("registered", "inspected", "qualified", "unqualified", "pass_rate")} == {
        "registered": 252,
        "inspected": 252,
        "qualified": 227,
        "unqualified": 25,
        "pass_rate": "90%",
    }
    assert accounts["by_platform"] == {
        "微信订阅号": {"inspected": 227 + 9, "unqualified": 9},
        "新浪微博": {"inspected": 7, "unqualified": 7},
        "今日头条": {"inspected": 4, "unqualified": 4},
        "抖音短视频": {"inspected": 4, "unqualified": 4},
        "微信公众号": {"inspected": 1, "unqualified": 1},
    }
    assert notice["previous"] is None
    assert notice["special_checks"] == []
    assert notice["long_stale"] == "超过90天"


def test_the_published_annexes_row_by_row():
    notice = seed_notice()
    assert [(r.no, r.name, r.site_code, r.problem) for r in notice.annex1] == [
        (1, *BAD_SITES[0][:2], COLUMNS),
        (2, *BAD_SITES[1][:2], COLUMNS),
    ]
    rows = [(r.no, r.account_code, r.platform, r.name, r.owner, r.problem) for r in notice.annex2]
    assert rows == [(no, *row) for no, row in enumerate(BAD_ACCOUNTS, 1)]


def test_json_is_stable_and_readable():
    data = seed_notice().to_json()
    assert data == seed_notice().to_json()
    assert data.endswith(b"}\n")
    assert "咸阳市科学技术局".encode() in data
    assert json.loads(data)["annex2"][4] == {
        "no": 5,
        "account_code": "6104280003",
        "platform": "新浪微博",
        "name": "中国长武",
        "owner": "长武县人民政府",
        "problem": "超过两周未更新",
    }


@pytest.mark.parametrize(
    ("inspected", "unqualified", "decimals", "rate"),
    [
        (56, 2, 0, "96%"),
        (252, 25, 0, "90%"),
        (252, 25, 1, "90.1%"),
        (252, 25, 2, "90.08%"),
        (200, 11, 0, "95%"),  # 94.5 exactly: half up
        (200, 13, 0, "94%"),  # 93.5 exactly: half up, where half to even agrees
        (2000, 111, 1, "94.5%"),  # 94.45 exactly, which a binary float holds as less
        (96, 5, 0, "95%"),  # 94.79
        (7, 0, 2, "100.00%"),
        (7, 7, 0, "0%"),
        (0, 0, 0, None),
    ],
)
def test_pass_rates(inspected, unqualified, decimals, rate):
    assert pass_rate(inspected, unqualified, decimals) == rate


@given(st.integers(1, 100_000), st.data(), st.integers(0, 2))
def test_pass_rate_is_half_up_in_whole_numbers(inspected, data, decimals):
    unqualified = data.draw(st.integers(0, inspected))
    scale = 10**decimals
    rounded = (2 * (inspected - unqualified) * 100 * scale + inspected) // (2 * inspected)  # floor(x + 1/2)
    rate = pass_rate(inspected, unqualified, decimals)
    assert Fraction(rate.removesuffix("%")) == Fraction(rounded, scale)
    assert len(rate.removesuffix("%").partition(".")[2]) == decimals


def test_no_targets_at_all():
    notice = notice_of([])
    assert notice.sites.registered == notice.accounts.registered == 0
    assert notice.sites.pass_rate is None
    assert notice.accounts.pass_rate is None
    assert notice.not_measured == ()
    assert notice.annex1 == notice.annex2 == ()


def test_undetermined_targets_are_neither_passed_nor_failed():
    verdicts = [
        site(1),
        site(2, outcome="unqualified", problem=COLUMNS),
        site(3, outcome="undetermined", reason="首页无法访问"),
        account(1, outcome="undetermined", reason="没有可读的来源"),
    ]
    notice = notice_of(verdicts)
    assert (notice.sites.registered, notice.sites.inspected, notice.sites.pass_rate) == (3, 2, "50%")
    assert (notice.accounts.inspected, notice.accounts.pass_rate) == (0, None)
    assert notice.accounts.by_platform["微信订阅号"].inspected == 0
    assert [(u.target_kind, u.code, u.platform, u.reason) for u in notice.undetermined] == [
        ("site", "6104000003", None, "首页无法访问"),
        ("account", "610400M001WX0001", "微信订阅号", "没有可读的来源"),
    ]


def test_other_levels_appear_only_when_there_are_any():
    assert "other" not in seed_notice().sites.by_level
    assert notice_of([site(1, level="other"), site(2, level=None)]).sites.by_level["other"] == 2


def test_indicators_measured_for_no_target_are_named():
    unmeasured = [(each.indicator, each.target) for each in seed_notice().not_measured]
    assert ("site.unreachable", "site") in unmeasured
    assert ("account.interaction", "account") in unmeasured
    assert ("site.home_stale", "site") not in unmeasured
    assert ("account.stale", "account") not in unmeasured


def test_warnings_leave_out_those_who_failed_and_what_was_not_measured():
    def row(target, *, measured=True, value=11.0):
        return {
            "target_id": target,
            "indicator": "site.home_stale",
            "measured": measured,
            "value": value,
            "warn": True,
        }

    verdicts = [site(1), site(2, outcome="unqualified", problem=COLUMNS), site(3)]
    notice = notice_of(verdicts, measurements=[row("s1"), row("s2"), row("s3", measured=False, value=None)])
    (warning,) = notice.warnings
    assert (warning.code, warning.indicator, warning.value, warning.threshold) == (
        "6104000001",
        "site.home_stale",
        11,
        14,
    )
    assert '"value": 11,' in notice.to_json().decode()


def test_the_quarter_before():
    verdicts = [site(1), account(1)]
    past = {("site", "inspected"): 55, ("site", "unqualified"): 3}
    notice = notice_of(verdicts, summary=summary(verdicts, past))
    assert notice.to_dict()["previous"] == {
        "window": "2020Q4",
        "sites": {"unqualified": 3, "pass_rate": "95%"},  # 94.545…
        "accounts": None,
    }


def test_quality_holds_failed_checks_of_other_gates_only():
    rows = [
        quality("verdicts", "b", examples=("一", "二")),
        quality("registry", "a"),
        quality("registry", "fine", passed=True),
        quality("notice", "later"),  # judges this very notice: must not change it
    ]
    notice = notice_of([site(1)], quality=rows)
    assert [(q.gate, q.check, q.count, q.examples) for q in notice.quality] == [
        ("registry", "a", 0, ()),
        ("verdicts", "b", 2, ("一", "二")),
    ]
    assert notice == notice_of([site(1)], quality=rows[::-1])


@pytest.mark.parametrize("measure", ["registered", "inspected", "qualified", "unqualified", "undetermined"])
def test_a_summary_that_disagrees_is_refused(measure):
    rows = summary(seed_verdicts())
    for row in rows:
        if (row["target_kind"], row["measure"]) == ("account", measure):
            row["value"] += 1
    with pytest.raises(NoticeError, match=f"account {measure}"):
        notice_of(seed_verdicts(), summary=rows)


def test_nobody_is_accused_without_finding_and_problem():
    verdicts = [site(1, outcome="unqualified", problem=COLUMNS)]
    with pytest.raises(NoticeError, match=r"s1 .* no finding"):
        notice_of(verdicts, findings=[])
    with pytest.raises(NoticeError, match=r"s1 .* problem is empty"):
        notice_of([site(1, outcome="unqualified", problem=" ")])
    with pytest.raises(NoticeError, match="unknown outcome 'failed'"):
        notice_of([site(1, outcome="failed")])


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("乾县\n公安局", "乾县 公安局"),
        ("a\x00b\ufffec\u202ed\u200b", "abcd"),
        ("\u3000 名称\t ", "名称"),
        (None, ""),
        ("=1+1", "=1+1"),
    ],
)
def test_outside_text_becomes_one_printable_line(raw, clean):
    assert one_line(raw) == clean


def test_very_long_text_is_cut_and_says_so():
    assert one_line("长" * MAX_TEXT) == "长" * MAX_TEXT
    assert one_line("长" * (MAX_TEXT + 7)) == "长" * MAX_TEXT + "…（以下略去7字）"


def test_a_clause_stands_inside_another_sentence():
    assert clause("超过（含）10个。") == "超过（含）10个"


def test_gate_frames_hold_every_figure():
    frames = gate_frames(seed_notice())
    assert list(frames) == ["figures", "annex1", "annex2"]
    values = {
        (row.section, row.name): row.value
        for row in frames["figures"].set_axis(["section", "name", "value"], axis=1).itertuples(index=False)
    }
    assert values["sites", "registered"] == 56
    assert values["accounts", "pass_rate"] == "90%"
    assert values["sites.by_level", "county_portal"] == 13
    assert values["accounts.by_problem", "长期未更新"] == 10
    assert values["accounts.by_platform.新浪微博", "unqualified"] == 7
    assert values["window", "key"] == "2021Q1"
    assert list(frames["annex1"].columns) == ["no", "name", "site_code", "problem"]
    assert list(frames["annex2"]["account_code"]) == [row[0] for row in BAD_ACCOUNTS]


def test_gate_frames_keep_their_columns_without_rows():
    frames = gate_frames(notice_of([]))
    assert list(frames["annex2"].columns) == ["no", "account_code", "platform", "name", "owner", "problem"]
    assert len(frames["annex1"]) == 0


def test_building_from_the_lake(tmp_path):
    import pyarrow as pa

    lake = Lake(tmp_path)
    with pytest.raises(LakeError):
        build_notice(lake, WINDOW, STANDARD, Settings())
    rows = assessment(seed_verdicts())
    for table in ("verdicts", "findings", "measurements", "summary"):
        path = lake.table_path(table, WINDOW.key, "assessment")
        lake.write_table(path, pa.Table.from_pylist(list(getattr(rows, table))))
    notice = build_notice(lake, WINDOW, STANDARD, Settings(notice=NoticeSettings(rate_decimals=1)), version=2)
    assert (notice.sites.pass_rate, notice.accounts.pass_rate, notice.version) == ("96.4%", "90.1%", 2)
    assert notice.annex2 == seed_notice().annex2
