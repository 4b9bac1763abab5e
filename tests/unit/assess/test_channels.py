"""互动回应差 and 服务不实用 as of the checkpoint: limits on both sides, and what leaves them open."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.lake_rows import CHECKPOINT, City, Row, ago, at

from jiancha.assess.explain import explain
from jiancha.windows import Window

TALK, SERVE = "site.interaction", "site.services"
PROBLEM_TALK = "超过3个月未对网民留言作出答复。"
PROBLEM_SERVE = "办事指南要素缺失的事项数量超过（含）5个。"
CLASSES = (
    "name",
    "basis",
    "conditions",
    "materials",
    "place",
    "hours",
    "telephone",
    "procedure",
    "fee",
    "body",
)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "lake")


def check(city: City, indicator: str, reason: str | None = None) -> None:
    status = "unmeasured" if reason else "measured"
    city.put(
        "site_checks", "s1", {"indicator": indicator, "status": status, "reason": reason, "detail": "{}"}
    )


def message(
    asked: date | None, answered: date | None = None, status: str = "open", title: str = "来信"
) -> Row:
    return {
        "column_url": "http://s1.example/xx/",
        "title": title,
        "url": f"http://s1.example/xx/{title}.html",
        "asked_on": asked,
        "answered_on": answered,
        "status": status,
    }


def talk(city: City, *messages: Row, reason: str | None = None) -> Row:
    city.good_site()
    check(city, TALK, reason)
    city.put("messages", "s1", *messages)
    return city.judge().measurement("s1", TALK)


def guide(number: int, missing: int, *, judged: bool = True) -> Row:
    return {
        "title": f"指南{number}",
        "url": f"http://s1.example/bs/{number}.html",
        "missing": list(CLASSES[1 : 1 + missing]) if judged else [],
        "present": [],
        "judged": judged,
        "reason": None if judged else "要素内容由脚本加载，未能判断",
    }


def serve(city: City, *missing: int, unknown: int = 0, reason: str | None = None) -> Row:
    city.good_site()
    check(city, SERVE, reason)
    city.put("guides", "s1", *(guide(n, each) for n, each in enumerate(missing)))
    city.put("guides", "s1", *(guide(100 + n, 0, judged=False) for n in range(unknown)))
    return city.judge().measurement("s1", SERVE)


# --- messages ---


@pytest.mark.parametrize(
    ("asked", "answered", "fails"),
    [
        (date(2020, 11, 14), None, True),  # three months and a day
        (date(2020, 11, 15), None, False),  # exactly three months
        (date(2020, 2, 15), None, True),  # exactly one year
        (date(2020, 2, 14), None, False),
        (date(2020, 6, 1), date(2021, 2, 15), False),  # answered on the last day
        (date(2020, 6, 1), date(2021, 2, 16), True),  # the day after
        (date(2020, 6, 1), date(2020, 12, 1), False),  # late, but answered
        (date(2020, 6, 1), date(2020, 6, 3), False),
    ],
)
def test_limits_of_messages(city: City, asked: date, answered: date | None, fails: bool) -> None:
    row = talk(city, message(asked, answered, "answered" if answered else "open"))
    assert (row["measured"], row["value"], row["failed"]) == (True, float(fails), fails)


@pytest.mark.parametrize(
    ("end", "asked", "fails"),
    [
        (date(2021, 5, 31), date(2021, 2, 28), False),  # no 31 February: its last day
        (date(2021, 5, 31), date(2021, 2, 27), True),
        (date(2020, 5, 29), date(2020, 2, 29), False),
        (date(2020, 5, 29), date(2020, 2, 28), True),
        (date(2021, 2, 28), date(2020, 2, 28), True),
        (date(2021, 2, 28), date(2020, 2, 27), False),
    ],
)
def test_calendar_months(tmp_path: Path, end: date, asked: date, fails: bool) -> None:
    window = Window(f"{end.year}Q2", end.replace(day=1), end, at(end, time(23, 59, 59)))
    row = talk(City(tmp_path / "lake", window), message(asked))
    assert (row["measured"], row["failed"]) == (True, fails)


def test_a_finding_names_the_messages(city: City) -> None:
    unanswered = message(date(2020, 8, 1), title="没有答复") | {"evidence": "<urn:uuid:letter>"}
    late = message(date(2020, 7, 1), date(2020, 12, 1), "answered", title="答复太晚")
    talk(city, unanswered, late, message(date(2021, 1, 1), title="还在办理"))
    results = city.judge()
    assert results.found("s1") == [TALK]
    assert results.verdict("s1")["problem"] == PROBLEM_TALK
    (finding,) = results.rows("findings")
    detail = json.loads(finding["detail"])
    assert detail["messages"] == [
        {
            "title": "没有答复",
            "url": unanswered["url"],
            "asked_on": "2020-08-01",
            "days": 198,
            "record": "<urn:uuid:letter>",
        }
    ]
    assert [m["title"] for m in detail["late"]] == ["答复太晚"]
    lines = explain(city.lake, "2021Q1", "code-s1").splitlines()
    assert f"  没有答复：2020-08-01 提问，至监测时间点198天未答复 {unanswered['url']}" in lines
    assert f"  超期未答复：没有答复，提问 2020-08-01，答复 无 {unanswered['url']}" in lines
    assert any(
        line.startswith("  答复太晚：2020-07-01 提问，2020-12-01 超期答复（不计数）") for line in lines
    )


@pytest.mark.parametrize(
    ("row", "measured"),
    [
        (message(date(2020, 8, 1), status="unknown"), False),
        (message(date(2021, 1, 1), status="unknown"), True),
        (message(date(2019, 1, 1), status="unknown"), True),
        (message(None, status="open"), False),
        (message(None, status="unknown"), False),
        (message(None, date(2021, 1, 3), "answered"), True),
        (message(None, status="answered"), True),
    ],
)
def test_a_message_that_cannot_be_told_accuses_nobody(city: City, row: Row, measured: bool) -> None:
    found = talk(city, row)
    assert (found["measured"], found["failed"]) == (measured, False)
    if not measured:
        assert found["reason"] == "1条留言的答复情况未能判定"
    assert city.judge().outcome("s1") == "qualified"


def test_an_unanswered_message_is_enough_beside_unknown_ones_and_gaps(city: City) -> None:
    unknown = message(date(2020, 8, 1), status="unknown", title="不明")
    assert talk(city, message(date(2020, 8, 1)), unknown, reason="留言列表未能读到所需日期：甲")["failed"]


@pytest.mark.parametrize("reason", ["未发现咨询建言渠道，需人工核实", "留言列表未能读到所需日期：甲"])
def test_what_was_not_read_whole_is_not_measured(city: City, reason: str) -> None:
    row = talk(city, message(date(2020, 8, 1), date(2020, 8, 3), "answered"), reason=reason)
    assert (row["measured"], row["reason"]) == (False, reason)
    assert city.judge().outcome("s1") == "qualified"


def test_an_answer_without_a_day_counts_only_while_it_is_not_long_ago(tmp_path: Path) -> None:
    row = message(date(2020, 8, 1), status="answered")
    assert talk(City(tmp_path / "soon", read_on=ago(-31)), row)["value"] == 0
    assert talk(City(tmp_path / "late", read_on=ago(-32)), row)["measured"] is False
    open_still = talk(City(tmp_path / "open", read_on=ago(-400)), message(date(2020, 8, 1)))
    assert open_still["failed"]


def test_read_before_the_checkpoint_nothing_is_known(city: City) -> None:
    city.good_site(visit={"as_of": at(ago(3))})
    check(city, TALK)
    check(city, SERVE)
    city.put("messages", "s1", message(date(2020, 8, 1)))
    results = city.judge()
    for indicator in (TALK, SERVE):
        row = results.measurement("s1", indicator)
        assert (row["measured"], row["reason"]) == (False, "读取时间早于监测时间点")


@settings(max_examples=12)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2019, 12, 1), date(2021, 2, 15)),
            st.none() | st.integers(0, 500),
        ),
        max_size=12,
    )
)
def test_any_mix_of_messages_counts_as_by_hand(tmp_path_factory: pytest.TempPathFactory, pairs: list) -> None:  # type: ignore[type-arg]
    rows, expected = [], 0
    for number, (asked, wait) in enumerate(pairs):
        answered = date.fromordinal(asked.toordinal() + wait) if wait is not None else None
        rows.append(message(asked, answered, "answered" if answered else "open", title=str(number)))
        in_time = date(2020, 2, 15) <= asked <= date(2020, 11, 14)
        expected += in_time and (answered is None or answered > CHECKPOINT)
    row = talk(City(tmp_path_factory.mktemp("lake")), *rows)
    assert (row["measured"], row["value"], row["failed"]) == (True, expected, expected > 0)


# --- guides ---


@pytest.mark.parametrize(
    ("missing", "value", "failed", "warn"),
    [
        ((4, 4, 4, 4, 4), 5, True, False),
        ((4, 4, 4, 4, 3), 4, False, True),
        ((3, 3, 3, 3, 3, 3), 0, False, False),
        ((9, 9, 9, 0, 0), 3, False, True),
        ((9, 9, 0), 2, False, False),
        ((0,), 0, False, False),
    ],
)
def test_limits_of_guides(city: City, missing: tuple[int, ...], value: int, failed: bool, warn: bool) -> None:
    row = serve(city, *missing)
    assert (row["measured"], row["value"], row["failed"], row["warn"]) == (True, value, failed, warn)


def test_a_finding_names_the_guides_and_what_they_lack(city: City) -> None:
    serve(city, 4, 5, 4, 4, 4, 1)
    results = city.judge()
    assert results.found("s1") == [SERVE]
    assert results.verdict("s1")["problem"] == PROBLEM_SERVE
    detail = json.loads(results.rows("findings")[0]["detail"])
    assert [g["title"] for g in detail["guides"]] == ["指南0", "指南1", "指南2", "指南3", "指南4"]
    assert detail["guides"][0]["missing"] == ["设定依据", "申请条件", "办理材料", "办理地点"]
    lines = explain(city.lake, "2021Q1", "code-s1").splitlines()
    assert "  指南0：缺 设定依据、申请条件、办理材料、办理地点 http://s1.example/bs/0.html" in lines
    assert "办事指南 指南5：要素基本齐全，缺 设定依据 http://s1.example/bs/5.html" in lines


@pytest.mark.parametrize(
    ("missing", "unknown", "measured", "failed"),
    [
        ((4,) * 4, 1, False, False),
        ((4,) * 3, 1, True, False),
        ((4,) * 5, 9, True, True),
        ((0,), 5, False, False),
    ],
)
def test_guides_that_cannot_be_judged(
    city: City, missing: tuple[int, ...], unknown: int, measured: bool, failed: bool
) -> None:
    row = serve(city, *missing, unknown=unknown)
    assert (row["measured"], row["failed"]) == (measured, failed)
    if not measured:
        assert row["reason"] == f"{unknown}份办事指南未能判定：要素内容由脚本加载，未能判断"


@pytest.mark.parametrize(("days", "measured"), [(31, True), (32, False)])
def test_guides_are_known_for_a_month(tmp_path: Path, days: int, measured: bool) -> None:
    row = serve(City(tmp_path / "lake", read_on=ago(-days)), 4, 4, 4, 4, 4)
    assert (row["measured"], row["failed"]) == (measured, measured)
    assert row["reason"] == (None if measured else "读取过晚，办事指南在监测时的内容无法确认")


def test_no_guides_are_left_to_a_person(city: City) -> None:
    row = serve(city, reason="未发现办事指南，需人工核实")
    assert (row["measured"], row["failed"], row["reason"]) == (False, False, "未发现办事指南，需人工核实")
    assert city.judge().outcome("s1") == "qualified"
