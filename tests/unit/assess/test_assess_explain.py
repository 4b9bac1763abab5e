"""``jiancha explain``: the chain behind a verdict, in Chinese."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from lake_rows import City, ago

from jiancha.assess.explain import explain
from jiancha.errors import LakeError


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "lake")


def test_the_chain_of_a_site(city: City) -> None:
    city.site(code="6104000001", visit={"as_of": datetime(2021, 2, 15, 17, 0, tzinfo=UTC)})
    city.home("s1", ago(30))
    city.column("s1", "c", ago(30))
    city.columns("s1", 10, ago(400), prefix="x")
    city.column("s1", "lost", status="failed", reason="连接或读取超时", reached_end=False)
    city.judge()
    lines = explain(city.lake, "2021Q1", "6104000001").splitlines()
    assert lines[0] == "网站s1 6104000001 · 窗口 2021Q1 · 名录第1行"
    assert lines[1].startswith(
        "结论:不合格 监测时间点前2周内首页面无信息更新；应更新但长期未更新栏目数量超过(含)10个。"
    )
    # 17:00 UTC is the next day here
    assert "读取:http://s1.example/,2021-02-16 01:00,1次请求,证据 evidence/window=2021Q1/s1.warc.gz" in lines
    assert "首页:最新 2021-01-16(首页自身的日期)" in lines
    assert "栏目 栏目c(其他):已更新,最新 2021-01-16,界限 2020-02-15 c的第0条" in lines
    assert "  http://s1.example/c/,1条,1页,读到末页" in lines
    assert any(
        line.startswith("栏目 栏目lost(其他):未判定") and line.endswith("连接或读取超时") for line in lines
    )
    assert "指标 site.home_stale:30" in lines
    assert "指标 site.services:未测得(未监测)" in lines
    finding = "问题:应更新但长期未更新栏目数量超过(含)10个。 测得 10,界限 10,依据 guoban-2019 第1版"
    assert any(line.startswith(finding) for line in lines)
    assert "  栏目x0(其他):最新 2020-01-12,应不早于 2020-02-15 http://s1.example/x0/" in lines


def test_the_chain_of_accounts_that_share_a_code(city: City) -> None:
    city.account("a1", ago(20), ago(30), code="610400M001WX0001", name="甲")
    city.account("a2", ago(20), code="610400M001WX0001", name="乙", listing={"reached_end": False})
    city.account("a3", ago(20), code="another")
    city.judge()
    first, second = explain(city.lake, "2021Q1", "610400M001WX0001").split("\n\n")
    assert first.startswith("甲(微信订阅号) 610400M001WX0001")
    assert "结论:不合格 超过两周未更新" in first
    assert "发布记录:2条,读到最早一条" in first
    assert "最新发布:2021-01-26,距监测时间点20天 第0条 http://feed.example/0" in first
    assert second.startswith("乙(微信订阅号)")
    assert "结论:未判定 发布记录不完整" in second
    assert "存疑:发布记录不完整" in second


def test_failed_and_absent_visits(city: City) -> None:
    visit = {"status": "failed", "failure": "timeout", "reason": "连接或读取超时", "url": None, "as_of": None}
    city.account("a1", code="failed", visit=visit)
    city.account("a2", code="absent")
    city.unvisited("a2", "account")
    city.judge()
    failed = explain(city.lake, "2021Q1", "failed")
    assert "读取失败:连接或读取超时(timeout)" in failed
    assert "None" not in failed
    assert "读取:没有采集结果" in explain(city.lake, "2021Q1", "absent")


def test_what_pages_say_cannot_steer_the_terminal(city: City) -> None:
    city.account("a1", ago(1), code="code", name="坏\x1b[2J\r名\n\n称\u202e")
    city.judge()
    text = explain(city.lake, "2021Q1", "code")
    assert text.splitlines()[0].startswith("坏 [2J 名  称 (微信订阅号)")
    assert not any(c in text for c in "\x1b\r\u202e")


def test_unknown_code_and_window(city: City) -> None:
    city.account("a1", ago(1), code="code")
    city.judge()
    with pytest.raises(LakeError, match="no target with code other"):
        explain(city.lake, "2021Q1", "other")
    with pytest.raises(LakeError, match="2021Q2"):
        explain(city.lake, "2021Q2", "code")
