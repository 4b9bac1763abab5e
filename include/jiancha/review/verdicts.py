"""What the rulings make of an assessment: confirmed findings accuse, everything else does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiancha.assess import judge_again
from jiancha.lake import Lake
from jiancha.notice.build import Assessment, Row
from jiancha.review.model import Settlement
from jiancha.standard import Standard
from jiancha.windows import Window

_PENDING = "人工核查尚未完成"


def reviewed(
    assessment: Assessment, settlement: Settlement, lake: Lake, window: Window, standard: Standard
) -> Assessment:
    """The assessment with only confirmed findings, judged by the same models.

    A finding that nobody has settled counts as not measured, so its target is undetermined.
    """
    states = {(r.suspect.target_id, r.suspect.indicator): r.state for r in settlement.rulings}
    findings = [f for f in assessment.findings if states[_of(f)].published]
    measurements = [
        {**m, "required": True, "measured": False, "reason": _PENDING}
        if _of(m) in states and not states[_of(m)].settled
        else m
        for m in assessment.measurements
    ]
    verdicts, summary = judge_again(lake, window, standard, findings, measurements)
    return assessment._replace(findings=findings, verdicts=verdicts, summary=summary)


def _of(row: Row) -> tuple[str, str]:
    return row["target_id"], row["indicator"]


def previous_published(summary: Sequence[Row], published: Mapping[str, Any] | None) -> list[Row]:
    """The summary beside the figures that the quarter before *published*, where it published any."""
    if published is None:
        return list(summary)
    sections = {"site": published["sites"], "account": published["accounts"]}
    return [
        {**row, "previous": sections[row["target_kind"]].get(row["measure"], row["previous"])}
        for row in summary
    ]
