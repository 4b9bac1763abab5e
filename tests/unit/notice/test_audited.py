"""The audit is the last gate of our own notice: it passes what we make and stops what contradicts itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.notice_rows import seed_notice

from jiancha.audit import audit_text
from jiancha.audit.files import html_text, text_of
from jiancha.errors import GateFailed
from jiancha.notice.render_docx import render_docx
from jiancha.notice.render_html import render_html
from jiancha.pipeline.quarterly_inspection import require_sound

#: The registry of the published notice holds doubtful codes; its own gate warns of them.
OF_THE_REGISTRY = {"identifier_duplicate", "identifier_region", "code_letters"}


def test_our_notice_passes_in_every_form() -> None:
    notice = seed_notice()
    require_sound(notice)
    for text in (
        html_text(render_html(notice).decode()),
        text_of("notice.docx", render_docx(notice)),
        text_of("notice.json", notice.to_json()),
    ):
        report = audit_text(text)
        assert {each.check for each in report.findings} <= OF_THE_REGISTRY
        figures = report.figures
        assert (figures["sites_checked"], figures["sites_unqualified"], figures["site_pass_rate"]) == (
            56,
            2,
            96,
        )
        assert (figures["accounts_checked"], figures["accounts_unqualified"]) == (252, 25)
        assert (figures["account_pass_rate"], figures["period"]) == (90, {"year": 2021, "quarter": 1})


def test_a_notice_with_a_wrong_rate_is_stopped() -> None:
    notice = seed_notice()
    with pytest.raises(GateFailed, match=r"rate.*expected 96%.*found 95%"):
        require_sound(replace(notice, sites=replace(notice.sites, pass_rate="95%")))


def test_a_notice_with_a_lost_row_is_stopped() -> None:
    notice = seed_notice()
    with pytest.raises(GateFailed, match="by_problem"):
        require_sound(replace(notice, annex2=notice.annex2[:-1]))
