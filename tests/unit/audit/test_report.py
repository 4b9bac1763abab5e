"""Made-up notices of many styles: their figures come out, nothing false is told, planted defects are."""

from __future__ import annotations

from typing import Any

import pytest
from support.made_up_notices import NOTICES, PLANTED
from support.ways_of_telling import WAYS

from jiancha.audit import audit_text


@pytest.mark.parametrize("name", NOTICES)
def test_the_figures_are_read_and_nothing_is_accused(name: str) -> None:
    text, expected = NOTICES[name]
    report = audit_text(text)
    told = {k: v for k, v in report.figures.items() if v is not None}
    assert told["period"] == expected["period"]
    assert told == {"period": expected["period"], **expected}
    # the page of province_sample came long after the notice, which bears no date of its own
    notes = {"province_sample": [("deadline", "note")]}.get(name, [])
    assert [(each.check, each.severity) for each in report.findings] == notes


@pytest.mark.parametrize(("name", "old", "new", "check", "severity"), PLANTED)
def test_a_planted_defect_is_told(name: str, old: str, new: str, check: str, severity: str) -> None:
    text = NOTICES[name][0]
    assert text.count(old) >= 1
    found = audit_text(text.replace(old, new, 1)).findings
    assert (check, severity) in {(each.check, each.severity) for each in found}


@pytest.mark.parametrize(("way", "text", "told"), WAYS)
def test_figures_are_read_however_they_are_told(way: str, text: str, told: dict[str, Any]) -> None:
    report = audit_text(text)
    assert {name: report.figures[name] for name in told} == told, way
    assert [f for f in report.findings if f.severity == "error" and f.check != "deadline"] == []


def test_a_notice_without_figures_is_audited_for_its_deadline() -> None:
    (text,) = [text for way, text, _ in WAYS if way.startswith("no figure")]
    assert [f.check for f in audit_text(text).findings if f.severity == "error"] == ["deadline"]
