"""What decisions come to, and how they are kept."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import ReviewError
from jiancha.lake import Lake
from jiancha.review import store
from jiancha.review.model import Choice, Decision, State, Suspect, fingerprint, settle, suspects
from jiancha.windows import ZONE

NOON = datetime(2021, 2, 17, 12, tzinfo=ZONE)
COLUMNS = [{"name": f"栏目{n}", "url": f"http://s.example/{n}/", "newest": None} for n in range(11)]


def finding(indicator: str = "site.columns_b", measured: float = 11.0, **changes: Any) -> dict[str, Any]:
    return {
        "target_id": "s1",
        "target_kind": "site",
        "indicator": indicator,
        "problem": "应更新但长期未更新栏目数量超过（含）10个。",
        "measured": measured,
        "threshold": 10.0,
        "compare": "at_least",
        "unit": "column",
        "detail": json.dumps({"columns": COLUMNS}, ensure_ascii=False),
    } | changes


def suspect(row: dict[str, Any] | None = None, records: tuple[str, ...] = ("r1",)) -> Suspect:
    verdict = {"target_id": "s1", "row": 1}
    (found,) = suspects("2021Q1", [row or finding()], [verdict], {"s1": records})
    return found


def decision(on: Suspect, choice: Choice = Choice.CONFIRM, minutes: int = 0, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "window": "2021Q1",
        "finding_id": on.finding_id,
        "fingerprint": on.fingerprint,
        "choice": choice,
        "reason": "" if choice is Choice.CONFIRM else "已核实",
        "columns": (),
        "decided_by": "张三",
        "decided_at": NOON + timedelta(minutes=minutes),
        "via": "airflow",
    }
    return Decision(**values | changes)


def state(on: Suspect, *made: Decision) -> State:
    (ruling,) = settle([on], made).rulings
    return ruling.state


def test_what_nobody_decided_is_withheld() -> None:
    assert state(suspect()) is State.WITHHELD


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice.CONFIRM, State.CONFIRMED),
        (Choice.OVERRULE, State.OVERRULED),
        (Choice.MEASURE_AGAIN, State.AGAIN),
    ],
)
def test_one_decision_holds(choice: Choice, expected: State) -> None:
    found = suspect()
    assert state(found, decision(found, choice)) is expected


@pytest.mark.parametrize("choice", [Choice.OVERRULE, Choice.EXEMPT, Choice.MEASURE_AGAIN])
def test_all_but_confirm_need_a_reason(choice: Choice) -> None:
    with pytest.raises(ReviewError, match="必须写明理由"):
        decision(suspect(), choice, reason=" ", columns=("栏目1",))


def test_an_exemption_names_its_columns() -> None:
    with pytest.raises(ReviewError, match="必须写明栏目"):
        decision(suspect(), Choice.EXEMPT)


def test_two_people_who_disagree_publish_nothing_whoever_came_first() -> None:
    found = suspect()
    first = decision(found, Choice.CONFIRM, decided_by="张三")
    second = decision(found, Choice.OVERRULE, 1, decided_by="李四")
    (ruling,) = settle([found], [second, first]).rulings
    assert ruling.state is State.DISPUTED
    assert ruling.decisions == (first, second)
    assert "张三确认；李四不成立" in ruling.note


def test_a_person_may_change_their_mind_and_settle_a_dispute() -> None:
    found = suspect()
    made = [
        decision(found, Choice.CONFIRM, decided_by="张三"),
        decision(found, Choice.OVERRULE, 1, decided_by="李四"),
        decision(found, Choice.CONFIRM, 2, decided_by="李四"),
    ]
    assert state(found, *made) is State.CONFIRMED


def test_exempt_columns_add_up_until_the_limit_is_no_longer_reached() -> None:
    found = suspect()  # 11 columns, 10 fail
    one = decision(found, Choice.EXEMPT, columns=("栏目0",))
    assert state(found, one) is State.WITHHELD
    assert state(found, one, decision(found, Choice.CONFIRM, 1)) is State.CONFIRMED
    by_address = decision(found, Choice.EXEMPT, 2, columns=("http://s.example/1/",))
    assert state(found, one, by_address) is State.EXEMPTED
    assert state(found, one, decision(found, Choice.EXEMPT, 3, columns=("栏目0", "别的"))) is State.WITHHELD


@pytest.mark.parametrize(
    "measured_now",
    [finding(measured=12.0), finding(threshold=11.0), finding(detail='{"columns": []}')],
)
def test_a_decision_is_not_applied_to_something_else_that_was_measured(measured_now: dict[str, Any]) -> None:
    made = decision(suspect())
    now = suspect(measured_now)
    settled = settle([now], [made])
    assert settled.rulings[0].state is State.WITHHELD
    assert settled.changed == (made,)


def test_other_records_are_other_evidence() -> None:
    made = decision(suspect())
    assert settle([suspect(records=("r2",))], [made]).changed == (made,)


def test_a_decision_on_a_finding_that_is_gone_is_told() -> None:
    made = decision(suspect())
    assert settle([], [made]).gone == (made,)


@given(st.permutations(["a", "b", "c"]))
def test_the_order_of_records_is_no_evidence(records: list[str]) -> None:
    assert fingerprint(finding(), records) == fingerprint(finding(), ["a", "b", "c"])


def test_decisions_are_kept_once_and_never_changed(tmp_path: Path) -> None:
    lake, found = Lake(tmp_path), suspect()
    first = decision(found, Choice.OVERRULE, columns=())
    second = decision(found, Choice.CONFIRM, decided_by="李四")
    assert store.keep(lake, [first, second]) == 2
    assert store.keep(lake, [first]) == 0
    assert store.read(lake, "2021Q1") == sorted([first, second], key=lambda d: (d.decided_at, d.decided_by))


def again(record: str, **changes: Any) -> Suspect:
    """The same finding measured again: other records show it."""
    columns = [column | {"record": record} for column in COLUMNS]
    return suspect(finding(detail=json.dumps({"columns": columns}, ensure_ascii=False), **changes), (record,))


def test_what_a_person_overruled_or_exempted_stays_so_where_the_same_is_measured_again() -> None:
    before, now = again("r1"), again("r2")
    overruled = decision(before, Choice.OVERRULE, facts=before.facts)
    (ruling,) = settle([now], [overruled]).rulings
    assert ruling.state is State.OVERRULED
    assert ruling.note == "张三：已核实（重新检测所得相同，沿用此前决定）"
    exempted = decision(before, Choice.EXEMPT, columns=("栏目0", "栏目1"), facts=before.facts)
    assert state(now, exempted) is State.EXEMPTED
    assert state(before, overruled) is State.OVERRULED


def test_what_was_confirmed_is_asked_anew_when_other_records_show_it() -> None:
    before, now = again("r1"), again("r2")
    assert state(now, decision(before, Choice.CONFIRM, facts=before.facts)) is State.WITHHELD


@pytest.mark.parametrize("changes", [{"measured": 12.0}, {"threshold": 11.0}, {"compare": "more_than"}])
def test_nothing_is_carried_over_to_what_was_measured_otherwise(changes: dict[str, Any]) -> None:
    before = again("r1")
    made = decision(before, Choice.OVERRULE, facts=before.facts)
    settled = settle([again("r2", **changes)], [made])
    assert (settled.rulings[0].state, settled.changed) == (State.WITHHELD, (made,))


def test_a_decision_of_an_older_file_is_bound_to_its_records() -> None:
    made = decision(again("r1"), Choice.OVERRULE)  # without facts
    assert state(again("r2"), made) is State.WITHHELD
