"""Indicator sets: the shipped one, a province's own, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha import standard as package
from jiancha.standard import ColumnKind, ProbeRule, StandardError, load_standard

SHIPPED = (Path(package.__file__).parent / "guoban-2019.toml").read_text(encoding="utf-8")
STANDARD = load_standard("guoban-2019")

INDICATOR = """
[[indicator]]
id = "account.stale"
target = "account"
name = "内容不更新"
problem = "超过两周未更新"
measure = "days"
threshold = 14
compare = "more_than"
unit = "day"
required = true
"""
KIND = """
[[column_kind]]
id = "other"
name = "其他"
months = 12
groups = ["b"]
words = []
"""
PROBE = "probe = { seconds = 15, probes_per_day = 20, days = 7 }"
SMALL = 'id = "small"\nversion = "1"\ntitle = "t"\nsource = "s"\n' + INDICATOR + KIND


@pytest.mark.parametrize(
    ("indicator", "threshold", "compare"),
    [
        ("site.home_stale", 14, "more_than"),
        ("site.columns_a", 5, "at_least"),
        ("site.columns_b", 10, "at_least"),
        ("site.columns_c", 5, "at_least"),
        ("site.unreachable", 5, "at_least"),
        ("account.stale", 14, "more_than"),
        ("account.long_stale", 90, "more_than"),
    ],
)
def test_shipped_limits(indicator: str, threshold: int, compare: str) -> None:
    row = STANDARD.indicator(indicator)
    assert (row.threshold, row.compare) == (threshold, compare)


def test_shipped_rule_of_probes() -> None:
    assert STANDARD.probe_rule == ProbeRule(seconds=15, probes_per_day=20, days=7)
    assert STANDARD.indicator("site.unreachable").probe is STANDARD.probe_rule
    assert STANDARD.indicator("site.unreachable").warn_at == 3


def test_shipped_required_indicators_are_those_of_freshness() -> None:
    assert {i.id for i in STANDARD.indicators if i.required} == {
        "site.home_stale",
        "site.columns_a",
        "site.columns_b",
        "site.columns_c",
        "account.stale",
        "account.long_stale",
    }
    assert STANDARD.indicator("account.long_stale").supersedes == "account.stale"
    assert STANDARD.source == "国办秘函〔2019〕19号"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("政务要闻", "news"),
        ("工作动态", "news"),
        ("通知公告", "announcements"),
        ("政策文件", "policy"),
        ("政策解读", "policy"),
        ("人事任免", "personnel"),
        ("规划计划", "planning"),
        ("财政预决算", "finance"),
        ("统计数据", "statistics"),
        ("领导之窗", "leaders"),
        ("机构职能", "institution"),
        ("市情概况", "overview"),
        ("政府信息公开目录", "catalogue"),
        ("往期专题", "archive"),
        ("互动交流", "interaction"),
        ("局长信箱", "mailbox"),
        ("咨询投诉", "consultation"),
        ("投诉举报", "complaints"),
        ("建议提案", "other"),
        ("办事指南", "services"),
        ("新闻发布会", "briefings"),
        ("新闻发布", "briefings"),
        ("干部任前公示", "personnel"),
        ("法律法规", "laws"),
        ("政策法规", "policy"),
        ("双公示", "enforcement"),
        ("招标公告", "finance"),
        ("审计结果公告", "finance"),
        ("政府公报", "other"),
        ("资料下载", "static"),
        ("", "other"),
    ],
)
def test_the_kind_is_told_from_the_name(name: str, kind: str) -> None:
    assert STANDARD.kind_of(name).id == kind


@pytest.mark.parametrize(
    ("kind", "checkpoint", "cutoff"),
    [
        ("news", date(2021, 2, 15), date(2021, 2, 1)),
        ("news", date(2020, 3, 14), date(2020, 2, 29)),
        ("policy", date(2021, 2, 15), date(2020, 8, 15)),
        ("policy", date(2021, 8, 31), date(2021, 2, 28)),
        ("policy", date(2020, 8, 31), date(2020, 2, 29)),
        ("policy", date(2021, 6, 30), date(2020, 12, 30)),
        ("other", date(2021, 2, 15), date(2020, 2, 15)),
        ("other", date(2020, 2, 29), date(2019, 2, 28)),
        ("archive", date(2021, 2, 15), None),
    ],
)
def test_cutoffs(kind: str, checkpoint: date, cutoff: date | None) -> None:
    assert STANDARD.kind(kind).cutoff(checkpoint) == cutoff
    assert STANDARD.kind(kind).exempt is (cutoff is None)


@given(st.dates(date(2010, 1, 1), date(2100, 12, 31)), st.integers(1, 36))
def test_months_go_back_by_the_calendar(day: date, months: int) -> None:
    kind = ColumnKind("k", "k", (), months=months)
    cutoff = kind.cutoff(day)
    assert cutoff is not None
    assert (day.year * 12 + day.month) - (cutoff.year * 12 + cutoff.month) == months
    assert cutoff.day == day.day or (cutoff.day < day.day and (cutoff + timedelta(days=1)).day == 1)
    tomorrow = kind.cutoff(day + timedelta(days=1))
    assert tomorrow is not None
    assert tomorrow >= cutoff  # waiting a day never lengthens what is asked


def test_a_folder_goes_before_the_shipped_sets(tmp_path: Path) -> None:
    (tmp_path / "guoban-2019.toml").write_text(
        SHIPPED.replace('version = "1"', 'version = "2"'), encoding="utf-8"
    )
    assert load_standard("guoban-2019", tmp_path).version == "2"
    assert load_standard("guoban-2019", tmp_path / "elsewhere").version == "1"


def test_a_small_set_is_enough(tmp_path: Path) -> None:
    (tmp_path / "small.toml").write_text(SMALL, encoding="utf-8")
    standard = load_standard("small", tmp_path)
    assert [i.id for i in standard.indicators] == ["account.stale"]
    assert standard.probe_rule is None
    assert standard.kind_of("要闻").id == "other"


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('compare = "more_than"', 'compare = "over"', "compare"),
        ('target = "account"', 'target = "app"', "target"),
        ("threshold = 14", 'threshold = "14"', "threshold"),
        ("threshold = 14", "threshold = true", "threshold"),
        ("threshold = 14", "threshold = nan", "threshold"),
        ("threshold = 14", "treshold = 14", "treshold"),
        ("threshold = 14\n", "", "threshold"),
        ("required = true", 'required = "yes"', "required"),
        ('problem = "超过两周未更新"', 'problem = ""', "problem"),
        ("required = true", 'required = true\nsupersedes = "account.long"', "account.long"),
        ("required = true", 'required = true\nsupersedes = "account.stale"', "supersedes"),
        ("required = true", 'required = true\nwarn_at = "10"', "warn_at"),
        ("required = true", "required = true\nknown_for_days = 1.5", "known_for_days"),
        ("required = true", "required = true\nprobe = 15", "indicator account.stale: probe must be a table"),
        ("required = true", "required = true\nprobe = { seconds = 15, days = 7 }", "probes_per_day"),
        ("required = true", "required = true\n" + PROBE.replace("15", "0"), "probe.seconds"),
        ("required = true", "required = true\n" + PROBE.replace("15", "nan"), "probe.seconds"),
        ("required = true", "required = true\n" + PROBE.replace("20", "0"), "probe.probes_per_day"),
        ("required = true", "required = true\n" + PROBE.replace("7", "1.5"), "probe.days"),
        ("required = true", "required = true\n" + PROBE.replace("days", "weeks"), "weeks"),
        (INDICATOR, INDICATOR * 2, "twice"),
        (KIND, KIND * 2, "twice"),
        ('id = "other"', 'id = "rest"', "other"),
        ("months = 12", "months = 12\ndays = 3", "not both"),
        ("months = 12", "months = 0", "months"),
        ("months = 12", "days = -1", "days"),
        ("months = 12", 'days = "3"', "days"),
        ('groups = ["b"]', 'groups = ["c"]', "groups"),
        ('groups = ["b"]', 'groups = "b"', "groups"),
        ("words = []", 'words = "动态"', "words"),
        ("words = []", 'words = [""]', "words"),
        (INDICATOR, "", "indicator"),
        ("[[indicator]]", "[[indicator]", "small.toml"),
    ],
)
def test_a_faulty_set_names_its_file_and_what_is_wrong(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    assert old in SMALL
    (tmp_path / "small.toml").write_text(SMALL.replace(old, new), encoding="utf-8")
    with pytest.raises(StandardError) as caught:
        load_standard("small", tmp_path)
    assert "small.toml" in str(caught.value)
    assert named in str(caught.value)


def test_a_set_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StandardError, match="no indicator set 'nowhere'"):
        load_standard("nowhere", tmp_path)
    with pytest.raises(StandardError, match="no indicator 'x'"):
        STANDARD.indicator("x")
    with pytest.raises(StandardError, match="no column kind 'x'"):
        STANDARD.kind("x")
