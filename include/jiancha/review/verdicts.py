"""What the rulings make of an assessment: confirmed findings accuse, everything else does not; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from jiancha.notice.model import Assessment, Row
from jiancha.review.model import Ruling, Settlement, State

_OPEN = frozenset({State.AGAIN, State.DISPUTED, State.WITHHELD})
_PENDING = "人工核查尚未完成"


def reviewed(assessment: Assessment, settlement: Settlement) -> Assessment:
    """The assessment with only confirmed findings; targets with open ones become undetermined."""
    rulings = settlement.by_target()
    confirmed = {(r.suspect.target_id, r.suspect.indicator) for r in settlement.rulings if r.state.published}
    gaps = _gaps(assessment.measurements)
    verdicts = [
        _judged(row, rulings[row["target_id"]], gaps) if row["target_id"] in rulings else row
        for row in assessment.verdicts
    ]
    findings = [row for row in assessment.findings if (row["target_id"], row["indicator"]) in confirmed]
    return assessment._replace(
        verdicts=verdicts, findings=findings, summary=_summary(assessment.summary, verdicts)
    )


def _judged(verdict: Row, rulings: Sequence[Ruling], gaps: Mapping[str, str]) -> Row:
    problems = [str(r.suspect.finding["problem"]) for r in rulings if r.state.published]
    if problems:
        return {**verdict, "outcome": "unqualified", "problem": _joined(problems), "reason": None}
    if any(r.state in _OPEN for r in rulings):
        return {**verdict, "outcome": "undetermined", "problem": None, "reason": _PENDING}
    gap = gaps.get(verdict["target_id"])
    return {**verdict, "outcome": "undetermined" if gap else "qualified", "problem": None, "reason": gap}


def _joined(problems: Sequence[str]) -> str:
    """As the assessment joins them: 甲；乙。"""
    stop = "。" if any(each.endswith("。") for each in problems) else ""
    return "；".join(each.rstrip("。") for each in problems) + stop


def _gaps(measurements: Sequence[Row]) -> dict[str, str]:
    """Why a target cannot be judged, for targets whose required indicators were not all measured."""
    reasons: dict[str, set[str]] = {}
    for row in measurements:
        if row["required"] and not row["measured"]:
            reasons.setdefault(row["target_id"], set()).add(row["reason"] or "未测得")
    return {target: "；".join(sorted(told)) for target, told in reasons.items()}


def _summary(summary: Sequence[Row], verdicts: Sequence[Row]) -> list[Row]:
    """The totals counted again; what was counted of the quarter before stays."""
    counts = {
        kind: Counter(row["outcome"] for row in verdicts if row["target_kind"] == kind)
        for kind in ("site", "account")
    }
    result: list[Row] = []
    for row in summary:
        outcomes = counts[row["target_kind"]]
        totals: dict[str, Any] = {
            "inspected": outcomes["qualified"] + outcomes["unqualified"],
            **{name: outcomes[name] for name in ("qualified", "unqualified", "undetermined")},
        }
        result.append({**row, "value": totals.get(row["measure"], row["value"])})
    return result


def previous_published(summary: Sequence[Row], published: Mapping[str, Any] | None) -> list[Row]:
    """The summary beside the figures that the quarter before *published*, where it published any."""
    if published is None:
        return list(summary)
    sections = {"site": published["sites"], "account": published["accounts"]}
    return [
        {**row, "previous": sections[row["target_kind"]].get(row["measure"], row["previous"])}
        for row in summary
    ]
