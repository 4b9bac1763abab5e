"""The comparison with the answer key: each kind of mistake has a place of its own."""

from __future__ import annotations

from typing import Any

import pytest

from jiancha_sandbox.confusion import Row, compare


def verdict(name: str, outcome: str, problem: str | None = None) -> dict[str, Any]:
    return {
        "target_kind": "account",
        "code": "610400M001WX0001",
        "platform": "微信订阅号",
        "name": name,
        "outcome": outcome,
        "problem": problem,
    }


def account(name: str, problem: str | None) -> dict[str, Any]:
    return {
        "account_code": "610400M001WX0001",
        "platform": "微信订阅号",
        "name": name,
        "problem": problem,
    }


def compared(verdicts: list[dict[str, Any]], failing: list[Any], unknown: list[Any]) -> Row:
    truth = {"sites": [], "accounts": failing, "unknown": unknown}
    sites, accounts = compare("2020Q1", verdicts, truth)
    assert sites.perfect
    return accounts


def test_what_nobody_can_know_must_be_left_open() -> None:
    row = compared(
        [
            verdict("甲", "unqualified", "超过两周未更新;"),
            verdict("乙", "qualified"),
            verdict("丙", "undetermined"),
            verdict("丁", "undetermined"),
        ],
        [account("甲", "超过两周未更新"), account("丙", "长期未更新")],
        [account("丙", "长期未更新"), account("丁", None)],
    )
    assert row.perfect
    assert (row.failing_found, row.healthy_passed, row.left_open) == (1, 1, 2)


@pytest.mark.parametrize(
    ("outcome", "fails", "knowable", "where"),
    [
        ("unqualified", False, True, "falsely accused"),
        ("qualified", True, True, "missed"),
        ("undetermined", True, True, "wrongly open"),
        ("undetermined", False, True, "wrongly open"),
        ("unqualified", True, False, "no grounds"),  # true, but nobody could know
        ("qualified", False, False, "no grounds"),
    ],
)
def test_each_mistake_has_its_own_list(outcome: str, fails: bool, knowable: bool, where: str) -> None:
    failing = [account("甲", "长期未更新")] if fails else []
    unknown = [] if knowable else [account("甲", "长期未更新" if fails else None)]
    row = compared(
        [verdict("甲", outcome, "长期未更新" if outcome == "unqualified" else None)], failing, unknown
    )
    assert not row.perfect
    assert [label for label, names in row.faults() if names] == [where]


def test_an_accusation_of_an_unknowable_account_that_is_fresh_is_false_as_well() -> None:
    row = compared([verdict("甲", "unqualified", "长期未更新")], [], [account("甲", None)])
    assert [label for label, names in row.faults() if names] == ["falsely accused", "no grounds"]


def test_the_wrong_problem() -> None:
    row = compared([verdict("甲", "unqualified", "长期未更新")], [account("甲", "超过两周未更新")], [])
    assert row.wrong_problem == ["610400M001WX0001 微信订阅号 甲"]
    assert row.failing_found == 1
