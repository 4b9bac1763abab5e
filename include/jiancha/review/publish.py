"""The final notice: the assessment, what people decided, and the state of rectification as of a day."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.build import build_assessment, make_notice
from jiancha.notice.model import Notice, Rectification, ReviewFigures
from jiancha.notice.special import with_special_checks
from jiancha.notice.write import final_versions, next_version
from jiancha.review import store, wording
from jiancha.review.model import Settlement, State, settle
from jiancha.review.verdicts import previous_published, reviewed
from jiancha.settings import Settings
from jiancha.standard import Standard
from jiancha.windows import Window


def settlement(lake: Lake, window: str) -> Settlement:
    """What all decisions come to now; raises LakeError where the window was not assessed."""
    return settle(store.read_suspects(lake, window), store.read(lake, window))


def final_notice(
    lake: Lake,
    window: Window,
    standard: Standard,
    settings: Settings,
    rectification: Rectification | None = None,
) -> Notice:
    """The notice to publish next; its version follows the last published one.

    Raises LakeError where the window was not assessed, NoticeError where its tables disagree.
    """
    settled = settlement(lake, window.key)
    assessment = reviewed(build_assessment(lake, window), settled, lake, window, standard)
    before = final_versions(lake, str(window.quarter.previous()))
    last = before[max(before)] if before else None
    assessment = assessment._replace(summary=previous_published(assessment.summary, last))
    notice = make_notice(
        window,
        assessment,
        standard,
        settings.notice,
        status="final",
        version=next_version(lake, window.key),
    )
    figures = review_figures(settled, lake.window_rows("second_looks", window.key))
    errors = wording.rulings(lake, window.key, settings)
    if errors:
        figures["wording"] = wording.figures(errors)
    notice = replace(notice, review=figures, rectification=rectification)
    as_of = window.checkpoint_day if rectification is None else rectification.as_of
    return with_special_checks(notice, lake, window, settings, as_of, wording.confirmed(errors))


def already_published(lake: Lake, notice: Notice) -> int | None:
    """The version of the last published notice if it says the same; else None."""
    published = final_versions(lake, notice.window.key)
    if not published:
        return None
    no, last = max(published.items())
    return no if last == {**notice.to_dict(), "version": no} else None


def published_errors(lake: Lake, window: str) -> set[str]:
    """Ids of the wording errors in the published notices of a window."""
    notices = final_versions(lake, window).values()
    return {error["error_id"] for notice in notices for error in notice["wording_errors"]}


def review_figures(settled: Settlement, looks: list[dict[str, Any]]) -> dict[str, ReviewFigures]:
    """Findings of software and what people made of them, by kind of target."""
    figures = {}
    for kind in ("site", "account"):
        states = Counter(r.state for r in settled.rulings if r.suspect.finding["target_kind"] == kind)
        dropped = sum(row["target_kind"] == kind and row["outcome"] == "dropped" for row in looks)
        total = states.total()
        rejected = sum(count for state, count in states.items() if state.rejected)
        confirmed = states[State.CONFIRMED]
        figures[kind] = ReviewFigures(
            total + dropped, dropped, confirmed, rejected, total - confirmed - rejected
        )
    return figures
