"""Every check of every gate, once holding and once not. Great Expectations is imported once for all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from jiancha import gates
from jiancha.errors import GateFailed
from jiancha.gates.suites import checks
from jiancha.lake import SCHEMAS
from jiancha.settings import RunSettings, Settings
from jiancha.windows import Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint 2021-02-15T23:59:59+08:00
READ = datetime(2021, 2, 16, 4, 0, tzinfo=UTC)  # noon of 16 February in Shanghai
SETTINGS = Settings(run=RunSettings(max_undetermined_share=0.5))

Frames = dict[str, pd.DataFrame]


def frame(table: str, *rows: Mapping[str, Any]) -> pd.DataFrame:
    found: pd.DataFrame = pa.Table.from_pylist([dict(r) for r in rows], schema=SCHEMAS[table]).to_pandas()
    return found


def site(**changes: Any) -> dict[str, Any]:
    row = {
        "target_id": "s1",
        "site_code": "6104000054",
        "name": "科技局",
        "url": "http://kjj.xianyang.gov.cn/",
    }
    return {**row, "level": "municipal_department", "owner": "科技局", "row": 1, **changes}


def account(**changes: Any) -> dict[str, Any]:
    row = {
        "target_id": "a1",
        "account_code": "610422M005WX0001",
        "platform": "微信订阅号",
        "name": "健康三原",
    }
    return {**row, "owner": "卫健局", "row": 1, **changes}


def run(gate: str, frames: Frames) -> dict[str, gates.GateRow]:
    rows = gates.run_gate(gate, frames, window=WINDOW, settings=SETTINGS)
    assert {row.gate for row in rows} == {gate}
    return {row.check: row for row in rows}


def failed(rows: Mapping[str, gates.GateRow]) -> dict[str, int]:
    return {name: row.count for name, row in rows.items() if not row.passed}


def registered() -> Frames:
    return {
        "sites": frame("sites", site()),
        "accounts": frame("accounts", account()),
        "registry_warnings": frame("registry_warnings"),
    }


# registry


def test_a_registry_without_faults() -> None:
    rows = run("registry", registered())
    assert failed(rows) == {}
    gates.require(rows.values())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sites": frame("sites")}, {"sites_present": 1}),
        ({"accounts": frame("accounts")}, {"accounts_present": 1}),
        ({"sites": frame("sites", site(), site(row=2))}, {"target_unique": 2}),
        ({"sites": frame("sites", site(url="kjj.xianyang.gov.cn"))}, {"site_url": 1}),
        ({"sites": frame("sites", site(url="javascript:alert(1)"))}, {"site_url": 1}),
    ],
)
def test_a_registry_that_stops_the_run(changes: Frames, expected: dict[str, int]) -> None:
    rows = run("registry", registered() | changes)
    assert failed(rows) == expected
    with pytest.raises(GateFailed, match=next(iter(expected))):
        gates.require(list(rows.values()))


def test_remarks_of_the_registry_are_warnings_with_examples() -> None:
    names = [c.name for c in checks("registry", SETTINGS) if c.frame == "registry_warnings"]
    remarks = [
        {"check": name, "row": 1, "code": "1", "message": f"关于{name}"} for name in [*names, names[0]]
    ]
    rows = run("registry", registered() | {"registry_warnings": frame("registry_warnings", *remarks)})
    assert failed(rows) == dict.fromkeys(names, 1) | {names[0]: 2}
    assert {rows[name].severity for name in names} == {"warning"}
    assert rows[names[1]].examples == (f"关于{names[1]}",)
    gates.require(list(rows.values()))  # warnings stop nothing


# observations


def visit(target: str, kind: str, **changes: Any) -> dict[str, Any]:
    return {"target_id": target, "target_kind": kind, "status": "ok", "as_of": READ, **changes}


def item(day: date | None, **changes: Any) -> dict[str, Any]:
    return {"target_id": "s1", "title": f"{day}", "published_on": day, **changes}


def observed(**changes: pd.DataFrame) -> Frames:
    return {
        **registered(),
        "visits": frame("visits", visit("s1", "site"), visit("a1", "account")),
        "columns": frame("columns", {"target_id": "s1", "name": "动态", "status": "ok"}),
        "items": frame("items", item(date(2021, 2, 1))),
        "posts": frame("posts", item(date(2021, 2, 1), target_id="a1")),
        **changes,
    }


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        ("visits", [visit("s1", "site"), visit("a1", "account")], {}),
        ("visits", [visit("s1", "site")], {"one_outcome": 1}),
        ("visits", [visit("s1", "site"), visit("s1", "site"), visit("a1", "account")], {"one_outcome": 1}),
        ("visits", [visit("s1", "site"), visit("a1", "account"), visit("x", "site")], {"known_target": 1}),
        ("visits", [visit("s1", "site", as_of=WINDOW.checkpoint), visit("a1", "account")], {}),
        (
            "visits",
            [visit("s1", "site", as_of=WINDOW.checkpoint - timedelta(seconds=1)), visit("a1", "account")],
            {"as_of": 1},
        ),
        ("visits", [visit("s1", "site", as_of=None), visit("a1", "account")], {"as_of": 1}),
        # half of each kind may fail here; each target that does is named in a warning
        (
            "visits",
            [visit("s1", "site", status="failed"), visit("a1", "account")],
            {"sites_answered": 1, "all_read": 1},
        ),
        (
            "visits",
            [visit("s1", "site"), visit("a1", "account", status=None)],
            {"accounts_answered": 1, "all_read": 1},
        ),
        ("items", [item(date(2021, 2, 17)), item(date(1995, 1, 1))], {}),
        ("items", [item(date(2021, 2, 18)), item(date(2021, 2, 1))], {"future_items": 1}),
        ("items", [item(date(1994, 12, 31))], {"ancient_items": 1}),
        ("items", [item(date(2021, 2, 1))] * 8 + [item(None)] * 2, {}),
        ("items", [item(date(2021, 2, 1))] * 7 + [item(None)] * 3, {"dated_items": 3}),
        ("items", [], {}),
        ("posts", [item(date(2021, 2, 18), target_id="a1")], {"future_posts": 1}),
        ("posts", [item(date(1970, 1, 1), target_id="a1")], {"ancient_posts": 1}),
        ("posts", [item(None, target_id="a1")], {"dated_posts": 1}),
        ("columns", [{"target_id": "s1", "name": "动态", "status": "unread"}], {"columns_read": 1}),
    ],
)
def test_observations(table: str, rows: list[dict[str, Any]], expected: dict[str, int]) -> None:
    found = run("observations", observed(**{table: frame(table, *rows)}))
    assert failed(found) == expected


@pytest.mark.parametrize(
    ("failing", "expected"), [(1, {"all_read": 1}), (2, {"sites_answered": 1, "all_read": 2})]
)
def test_the_limit_itself_passes_and_each_kind_is_counted_by_itself(
    failing: int, expected: dict[str, int]
) -> None:
    """One of two websites is half. Two of two are too many, though they are less than half of all targets."""
    sites = [site(target_id=f"s{n}") for n in (1, 2)]
    accounts = [{**account(), "target_id": f"a{n}"} for n in (1, 2, 3)]
    visits = [visit(f"s{n}", "site", status="failed" if n <= failing else "ok") for n in (1, 2)]
    visits += [visit(f"a{n}", "account") for n in (1, 2, 3)]
    frames = observed(
        sites=frame("sites", *sites), accounts=frame("accounts", *accounts), visits=frame("visits", *visits)
    )
    assert failed(run("observations", frames)) == expected


def test_which_observations_stop_the_run() -> None:
    critical = {c.name for c in checks("observations", SETTINGS) if c.severity == "critical"}
    assert critical == {"one_outcome", "known_target", "as_of", "sites_answered", "accounts_answered"}


# verdicts


def verdict(target: str, outcome: str | None, **changes: Any) -> dict[str, Any]:
    return {"target_id": target, "name": f"名称{target}", "outcome": outcome, **changes}


def finding(**changes: Any) -> dict[str, Any]:
    row = {"target_id": "s1", "problem": "问题", "measured": 10.0, "threshold": 10.0, "compare": "at_least"}
    return {**row, "standard_version": "1", "evidence": "e.warc.gz", **changes}


GOOD = verdict("a1", "qualified")
BAD = verdict("s1", "unqualified", problem="问题")


@pytest.mark.parametrize(
    ("verdicts", "findings", "expected"),
    [
        ([BAD, GOOD], [finding()], set()),
        ([verdict("s1", "undetermined", reason="首页无法访问"), GOOD], [], {"all_determined"}),
        ([GOOD], [], {"one_verdict"}),
        ([GOOD, GOOD, verdict("s1", "qualified")], [], {"one_verdict"}),
        ([GOOD, verdict("s1", "qualified"), verdict("x", "qualified")], [], {"known_target"}),
        ([GOOD, verdict("s1", "passed")], [], {"outcome"}),
        ([GOOD, verdict("s1", None)], [], {"outcome"}),
        ([BAD, GOOD], [], {"accused_with_finding"}),
        ([GOOD, verdict("s1", "qualified")], [finding()], {"accused_with_finding"}),
        ([GOOD, verdict("s1", "qualified")], [finding(target_id="x")], {"finding_judged"}),
        ([GOOD, verdict("s1", "unqualified", problem=" ")], [finding()], {"problem_named"}),
        ([GOOD, verdict("s1", "undetermined")], [], {"undetermined_with_reason", "all_determined"}),
        (
            [GOOD, verdict("s1", "undetermined", reason=" ")],
            [],
            {"undetermined_with_reason", "all_determined"},
        ),
        ([BAD, GOOD], [finding(threshold=None)], {"threshold", "reaches_threshold"}),
        ([BAD, GOOD], [finding(measured=None)], {"measured", "reaches_threshold"}),
        ([BAD, GOOD], [finding(evidence=None)], {"evidence"}),
        ([BAD, GOOD], [finding(standard_version=None)], {"standard"}),
        ([BAD, GOOD], [finding(compare=None)], {"compare"}),
        ([BAD, GOOD], [finding(measured=9.0)], {"reaches_threshold"}),
        ([BAD, GOOD], [finding(compare="more_than")], {"exceeds_threshold"}),
        ([BAD, GOOD], [finding(compare="more_than", measured=11.0)], set()),
    ],
)
def test_verdicts(verdicts: list[dict[str, Any]], findings: list[dict[str, Any]], expected: set[str]) -> None:
    frames = registered() | {
        "verdicts": frame("verdicts", *verdicts),
        "findings": frame("findings", *findings),
        "availability": frame("availability"),
    }
    rows = run("verdicts", frames)
    assert set(failed(rows)) == expected
    warnings = {row.check for row in rows.values() if row.severity == "warning"}
    assert warnings == {"all_determined", "probed_enough"}


@pytest.mark.parametrize(
    ("enough", "reason", "expected"),
    [
        (True, None, set()),
        (False, "探测不足：仅有3天达到每天20次，应有7天", {"probed_enough"}),
        (False, "未监测", set()),  # nobody probed in this window: the notice says so by itself
    ],
)
def test_sites_that_were_probed_too_seldom_are_named(
    enough: bool, reason: str | None, expected: set[str]
) -> None:
    frames = registered() | {
        "verdicts": frame("verdicts", GOOD, verdict("s1", "qualified")),
        "findings": frame("findings"),
        "availability": frame("availability", {"target_id": "s1", "enough": enough, "reason": reason}),
    }
    rows = run("verdicts", frames)
    assert set(failed(rows)) == expected
    if expected:
        assert rows["probed_enough"].examples == (f"科技局（6104000054）：{reason}",)


# notice


FIGURES: dict[tuple[str, str], Any] = {
    ("notice", "rate_decimals"): 0,
    ("sites", "registered"): 57,
    ("sites", "inspected"): 56,
    ("sites", "qualified"): 54,
    ("sites", "unqualified"): 2,
    ("sites", "undetermined"): 1,
    ("sites", "pass_rate"): "96%",  # 54 of 56 are 96.43 %
    ("sites.by_level", "county_portal"): 14,
    ("sites.by_level", "municipal_department"): 43,
    ("accounts", "registered"): 8,
    ("accounts", "inspected"): 8,
    ("accounts", "qualified"): 7,
    ("accounts", "unqualified"): 1,
    ("accounts", "undetermined"): 0,
    ("accounts", "pass_rate"): "88%",  # 7 of 8 are 87.5 %: half up
    ("accounts.by_problem", "长期未更新"): 1,
}
ANNEX1 = pd.DataFrame(
    {
        "no": [1, 2],
        "name": ["甲", "乙"],
        "site_code": ["6104000028", "6104000054"],
        "problem": ["栏目", "栏目"],
    }
)
ANNEX2 = pd.DataFrame(
    {
        "no": [1],
        "account_code": ["610422M005WX0001"],
        "platform": ["微信订阅号"],
        "name": ["丙"],
        "owner": ["丁"],
        "problem": ["长期未更新"],
    }
)


def notice(figures: Mapping[tuple[str, str], Any] | None = None, **annexes: pd.DataFrame) -> Frames:
    rows = [(section, name, value) for (section, name), value in (FIGURES | dict(figures or {})).items()]
    table = pd.DataFrame(rows, columns=["section", "name", "value"], dtype=object)
    return {"figures": table, "annex1": ANNEX1, "annex2": ANNEX2, **annexes}


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        (notice(), set()),
        (
            notice(
                {
                    ("notice", "rate_decimals"): 1,
                    ("sites", "pass_rate"): "96.4%",
                    ("accounts", "pass_rate"): "87.5%",
                }
            ),
            set(),
        ),
        (notice({("sites", "qualified"): 55}), {"inspected"}),
        (notice({("sites", "undetermined"): 0}), {"registered"}),
        (notice({("sites.by_level", "county_portal"): 13}), {"parts"}),
        (notice({("accounts.by_problem", "长期未更新"): 2}), {"parts"}),
        (notice({("sites", "pass_rate"): "97%"}), {"pass_rate"}),
        (notice({("accounts", "pass_rate"): "87%"}), {"pass_rate"}),
        (notice({("sites", "pass_rate"): None}), {"pass_rate"}),
        (notice(annex1=ANNEX1[:1]), {"annex_rows"}),
        (notice(annex1=ANNEX1.assign(no=[1, 3])), {"annex_numbers"}),
        (notice(annex1=ANNEX1.assign(no=[1, 1])), {"annex_numbers"}),
        (notice(annex1=ANNEX1.assign(problem=["栏目", " "])), {"problem_named"}),
        (notice(annex1=ANNEX1.assign(problem=["栏目", None])), {"problem_named"}),
        (notice(annex1=ANNEX1.assign(site_code=["1", "1"])), {"annex_duplicate"}),
        (notice(annex2=ANNEX2.assign(platform=["今日头条"])), {"annex_platform"}),
        (notice(annex2=ANNEX2.assign(account_code=["610422M005KS0001"])), set()),  # letters nobody explained
        (notice(annex2=ANNEX2.assign(account_code=["6104220022"])), set()),
    ],
)
def test_notice(frames: Frames, expected: set[str]) -> None:
    rows = run("notice", frames)
    assert set(failed(rows)) == expected
    warnings = {row.check for row in rows.values() if row.severity == "warning"}
    assert warnings == {"annex_duplicate", "annex_platform"}


def test_a_notice_without_any_unqualified_or_judged_target() -> None:
    figures = dict.fromkeys(FIGURES, 0) | {("sites", "pass_rate"): None, ("accounts", "pass_rate"): None}
    rows = run("notice", notice(figures, annex1=ANNEX1[:0], annex2=ANNEX2[:0]))
    assert failed(rows) == {}


# what every gate does


def test_failing_rows_are_named_by_their_bodies_as_they_are() -> None:
    hostile = '<script>alert("1")</script>$局'
    bad = site(name=hostile, url="<img src=x onerror=alert(2)>")
    rows = run("registry", registered() | {"sites": frame("sites", bad)})
    assert rows["site_url"].failing == ((f"{hostile}（6104000054）", "<img src=x onerror=alert(2)>"),)
    assert rows["site_url"].examples == (f"{hostile}（6104000054）：<img src=x onerror=alert(2)>",)


def test_every_failing_row_is_named_not_only_the_first_five() -> None:
    columns = [{"target_id": "s1", "name": f"栏目{n}", "status": "unread"} for n in range(7)]
    columns.append({"target_id": "s2", "name": "动态", "status": "failed"})
    twin = site(target_id="s2", site_code="6104220028")  # another district's 科技局
    frames = observed(
        sites=frame("sites", site(), twin),
        visits=frame("visits", visit("s1", "site"), visit("s2", "site"), visit("a1", "account")),
        columns=frame("columns", *columns, {"target_id": "s1", "name": "好的", "status": "ok"}),
        posts=frame("posts", item(date(2021, 2, 18), target_id="a1", title="明天")),
    )
    rows = run("observations", frames)
    first = [("科技局（6104000054）", f"栏目{n}") for n in range(7)]
    assert rows["columns_read"].failing == (*first, ("科技局（6104220028）", "动态"))
    assert len(rows["columns_read"].examples) == 5
    assert rows["future_posts"].failing == (("健康三原（微信订阅号，610422M005WX0001）", "明天"),)
    page = gates.by_body(rows["columns_read"])
    assert {body: len(shown) for body, shown in page.items()} == {
        "科技局（6104000054）": 7,
        "科技局（6104220028）": 1,
    }


@pytest.mark.parametrize(
    ("frames", "check", "body"),
    [
        (notice({("sites", "qualified"): 55}), "inspected", "网站"),
        (notice(annex1=ANNEX1.assign(no=[1, 3])), "annex_numbers", "乙（6104000054）"),
        (notice(annex2=ANNEX2.assign(platform=["今日头条"])), "annex_platform", "丙（610422M005WX0001）"),
    ],
)
def test_parts_of_the_notice_are_named(frames: Frames, check: str, body: str) -> None:
    assert run("notice", frames)[check].failing == ((body, ""),)


def test_a_check_that_cannot_be_carried_out_is_no_pass() -> None:
    frames = observed(columns=frame("columns").drop(columns="status"))
    with pytest.raises(GateFailed, match="columns_read could not be checked"):
        run("observations", frames)


def test_an_unknown_gate() -> None:
    with pytest.raises(KeyError, match="weather"):
        run("weather", {})


A, B = gates.FailingRow("甲", ""), gates.FailingRow("乙", "动态")


def test_rows_become_the_lakes_quality_table() -> None:
    row = gates.GateRow("registry", "site_url", "critical", False, 2, (A, B), "首页网址")
    table = gates.rows_to_table([row])
    assert table.schema == SCHEMAS["quality"]
    (stored,) = table.to_pylist()
    assert json.loads(stored.pop("examples")) == ["甲", "乙：动态"]
    assert stored == {
        "gate": "registry", "check": "site_url", "severity": "critical", "passed": False, "count": 2,
        "message": "首页网址",
    }  # fmt: skip
    assert gates.rows_to_table([]).num_rows == 0


def test_every_critical_failure_is_named() -> None:
    rows = [
        gates.GateRow("g", "first", "critical", False, 1, (A,), "说明一"),
        gates.GateRow("g", "second", "critical", False, 3, (), "说明二"),
        gates.GateRow("g", "third", "critical", True, 0, (), ""),
        gates.GateRow("g", "fourth", "warning", False, 1, (), ""),
    ]
    with pytest.raises(GateFailed) as caught:
        gates.require(rows)
    assert "g.first" in str(caught.value)
    assert "甲" in str(caught.value)
    assert "g.second" in str(caught.value)
    assert "third" not in str(caught.value)
    assert "fourth" not in str(caught.value)
