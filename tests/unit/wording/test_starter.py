"""Every rule of the starter table finds its error, and no rule finds one where there is none."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from jiancha.wording import Checker, Rule, Severity, load_rules

RULES = load_rules()
TODAY = Checker(RULES, date(2026, 1, 1))


def test_there_are_rules_of_every_class() -> None:
    kinds = Counter(rule.kind for rule in RULES)
    assert len(RULES) >= 300
    assert set(kinds) >= {
        *("领导人姓名职务", "党政用语", "机构名称", "会议名称", "法律法规名称", "地名", "港澳台表述"),
        *("涉案官员", "文字差错"),
    }


def test_no_wrong_form_stands_twice() -> None:
    forms = Counter(form for rule in RULES for form in rule.wrong)
    assert [form for form, count in forms.items() if count > 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_error_and_nothing_else(rule: Rule) -> None:
    assert [hit.rule.id for hit in TODAY.check(rule.hit)] == [rule.id]
    assert rule.miss
    assert TODAY.check(rule.miss) == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.unless], ids=lambda rule: rule.id)
def test_every_exception_is_let_pass(rule: Rule) -> None:
    for phrase in rule.unless:
        assert rule.id not in {hit.rule.id for hit in TODAY.check(f"近日,{phrase}。")}


def test_every_rule_says_what_is_right_and_where_that_stands() -> None:
    assert all(rule.right and rule.source for rule in RULES)
    assert not any(form in rule.right for rule in RULES for form in rule.wrong)


def test_text_that_is_right_has_no_errors() -> None:
    said = (
        "会议听取了审计结果公告,已经整改到位。各单位要认真贯彻落实,安排好年末未完成事项。超过两周未更新的栏目要限期更新;"
        "通讯情况良好,湿法冶金项目进攻府谷市场,学生自己完成作业,周末去陶冶理想情操。"
    )
    assert [hit.wrong for hit in TODAY.check(said) if hit.rule.severity is not Severity.HINT] == []
