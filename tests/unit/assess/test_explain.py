"""``jiancha explain``: the chain behind a verdict, in Chinese."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.lake_rows import STANDARD, City, ago

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
        "结论：不合格 监测时间点前2周内首页面无信息更新；应更新但长期未更新栏目数量超过（含）10个。"
    )
    # 17:00 UTC is the next day here
    assert (
        "读取：http://s1.example/，2021-02-16 01:00，1次请求，证据 evidence/window=2021Q1/s1.warc.gz" in lines
    )
    assert "首页：最新 2021-01-16（首页自身的日期）" in lines
    assert "栏目 栏目c（其他）：已更新，最新 2021-01-16，界限 2020-02-15 c的第0条" in lines
    assert "  http://s1.example/c/，1条，1页，读到末页" in lines
    assert any(
        line.startswith("栏目 栏目lost（其他）：未判定") and line.endswith("连接或读取超时") for line in lines
    )
    assert "指标 site.home_stale：30，不合格" in lines
    assert "指标 site.services：未测得（未监测）" in lines
    finding = "问题：应更新但长期未更新栏目数量超过（含）10个。 测得 10，界限 10，依据 guoban-2019 第1版"
    assert any(line.startswith(finding) for line in lines)
    assert "  栏目x0（其他）：最新 2020-01-12，应不早于 2020-02-15 http://s1.example/x0/" in lines


def test_indicators_with_their_limits(city: City) -> None:
    city.site(code="6104000001")
    city.home("s1", ago(12))
    city.columns("s1", 7, ago(400))
    city.judge()
    lines = explain(city.lake, "2021Q1", "6104000001", STANDARD).splitlines()
    assert "指标 site.home_stale（首页不更新）：12天，预警；超过14天为不合格，达到10天预警" in lines
    assert "指标 site.columns_a（栏目不更新）：0个栏目，合格；达到5个栏目为不合格" in lines
    assert "指标 site.columns_b（栏目不更新）：7个栏目，预警；达到10个栏目为不合格，达到7个栏目预警" in lines
    assert "指标 site.unreachable（站点无法访问）：未测得（未监测）；达到5%为不合格，达到3%预警" in lines


def test_pages_items_and_the_records_that_prove_them(city: City) -> None:
    city.site(code="6104000001")
    city.home("s1", ago(1))
    city.columns("s1", 10, ago(400), ago(500), evidence="<urn:uuid:list>")
    for rows in city.rows["items"].values():
        for row in rows:
            row |= {"evidence": f"<urn:uuid:{row['column_id']}>", "date_rule": "row:full"}
    city.judge()
    lines = explain(city.lake, "2021Q1", "6104000001", STANDARD).splitlines()
    assert "  首页 http://s1.example/，证据记录 <urn:uuid:home>" in lines
    place = lines.index("  http://s1.example/c0/，2条，1页，读到末页")
    assert lines[place + 1 : place + 4] == [
        "  列表首页证据记录 <urn:uuid:list>",
        "  依据：c0的第0条 http://s1.example/c0/0 日期 2020-01-12（规则 row:full）",
        "    见 http://s1.example/，证据记录 <urn:uuid:c0>",
    ]
    accused = lines.index("  栏目c0（其他）：最新 2020-01-12，应不早于 2020-02-15 http://s1.example/c0/")
    assert lines[accused + 1] == "    证据记录 <urn:uuid:list>"


def test_pictures_of_accused_pages(city: City) -> None:
    city.site(code="6104000001")
    city.home("s1", ago(30))
    city.judge()
    common = {"target_id": "s1", "taken_at": datetime(2021, 2, 15, 17, 0, tzinfo=UTC)}
    rows = [
        common
        | {"page_url": "http://s1.example/", "path": "evidence/a.png", "sha256": "ab", "failure": None},
        common | {"page_url": "http://s1.example/c/", "path": None, "sha256": None, "failure": "连接超时"},
    ]
    city.lake.write_rows("screenshots", "2021Q1", "s1", rows)
    lines = explain(city.lake, "2021Q1", "6104000001").splitlines()
    place = lines.index("截图 http://s1.example/：evidence/a.png（2021-02-16 01:00 拍摄）")
    assert lines[place + 1 : place + 3] == [
        "  SHA-256 ab",
        "截图 http://s1.example/c/：未取得（2021-02-16 01:00，连接超时）",
    ]


def test_findings_of_indicators_without_words_of_their_own(city: City) -> None:
    city.good_site(code="6104000001")
    city.judge()
    (finding,) = [
        {
            "target_id": "s1",
            "target_kind": "site",
            "indicator": "site.broken_links",
            "problem": "错断链接超过界限。",
            "measured": 12.0,
            "threshold": 10.0,
            "compare": "at_least",
            "unit": "link",
            "standard_id": "x",
            "standard_version": "1",
            "evidence": "evidence/x.warc.gz",
            "detail": json.dumps(
                {"checked": 80, "empty": None, "links": [{"url": f"/{n}", "status": 404} for n in range(60)]}
            ),
        }
    ]
    city.lake.write_rows("findings", "2021Q1", "assessment", [finding])
    lines = explain(city.lake, "2021Q1", "6104000001").splitlines()
    place = lines.index("问题：错断链接超过界限。 测得 12，界限 10，依据 x 第1版，证据 evidence/x.warc.gz")
    assert lines[place + 1 : place + 4] == [
        "  checked：80",
        "  links：url /0，status 404",
        "  links：url /1，status 404",
    ]
    assert lines[-1] == "  links：另有10条"


def test_the_chain_of_accounts_that_share_a_code(city: City) -> None:
    city.account("a1", ago(20), ago(30), code="610400M001WX0001", name="甲")
    city.account("a2", ago(20), code="610400M001WX0001", name="乙", listing={"order": "excerpt"})
    city.account("a3", ago(20), code="another")
    city.judge()
    first, second = explain(city.lake, "2021Q1", "610400M001WX0001").split("\n\n")
    assert first.startswith("甲（微信订阅号） 610400M001WX0001")
    assert "结论：不合格 超过两周未更新" in first
    assert "发布记录：2条，完整读至 2021-01-16" in first
    assert "判定：监测期内没有发布，最近一次：2021-01-26《第0条》" in first
    assert "最新发布：2021-01-26，距监测时间点20天 第0条 http://feed.example/0" in first
    assert second.startswith("乙（微信订阅号）")
    assert "结论：未判定 发布记录不能证明已完整回溯到监测期之前" in second
    assert "判定：发布记录不能证明已完整回溯到监测期之前" in second


def test_failed_and_absent_visits(city: City) -> None:
    visit = {"status": "failed", "failure": "timeout", "reason": "连接或读取超时", "url": None, "as_of": None}
    city.account("a1", code="failed", visit=visit, listing={"as_of": None})
    city.account("a2", code="absent")
    city.unvisited("a2", "account")
    city.judge()
    failed = explain(city.lake, "2021Q1", "failed")
    assert "读取失败：连接或读取超时（timeout）" in failed
    assert "None" not in failed
    assert "读取：没有采集结果" in explain(city.lake, "2021Q1", "absent")


def test_what_pages_say_cannot_steer_the_terminal(city: City) -> None:
    city.account("a1", ago(1), code="code", name="坏\x1b[2J\r名\n\n称\u202e")
    city.judge()
    text = explain(city.lake, "2021Q1", "code")
    assert text.splitlines()[0].startswith("坏[2J 名  称（微信订阅号）")
    assert not any(c in text for c in "\x1b\r\u202e")


def test_unknown_code_and_window(city: City) -> None:
    city.account("a1", ago(1), code="code")
    city.judge()
    with pytest.raises(LakeError, match="no target with code other"):
        explain(city.lake, "2021Q1", "other")
    with pytest.raises(LakeError, match="2021Q2"):
        explain(city.lake, "2021Q2", "code")
