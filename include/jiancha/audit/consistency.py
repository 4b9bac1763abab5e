"""Every figure of our own notice held against every other: what the model tells must add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from jiancha.audit.model import Finding
from jiancha.errors import InputError
from jiancha.notice.build import pass_rate
from jiancha.notice.model import AccountFigures, Notice, SiteFigures
from jiancha.notice.text import quarter_name
from jiancha.standard import Standard, StandardError, load_standard
from jiancha.windows import Quarter

_WORDING = "网站内容错误表述"


def check(notice: Notice) -> Iterator[Finding]:
    """Findings ``figure``: which of the figures differ, with what each is by the others."""
    for name, stated, expected in _pairs(notice):
        if stated != expected:
            yield Finding("figure", "error", name, str(expected), str(stated), 1)


def _pairs(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    """Name of a figure in notice.json, as it stands there, and as it follows from others."""
    yield from _window(notice)
    yield from _counts("sites", notice.sites, notice.words.rate_decimals)
    yield from _counts("accounts", notice.accounts, notice.words.rate_decimals)
    yield "sites.by_level", sum(notice.sites.by_level.values()), notice.sites.registered
    yield from _parts_of_accounts(notice)
    yield from _annexes(notice)
    yield from _undetermined(notice)
    yield from _special(notice)
    yield from _review(notice)
    yield from _standard(notice)


def _window(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    window = notice.window
    name = quarter_name(window.key)
    yield "title", notice.title, f"{name}{notice.words.area}政府网站与政务新媒体检查结果通报"
    yield "window.start", window.start <= window.end, True
    yield "window.end", window.end <= window.checkpoint.date(), True
    quarter = Quarter.parse(window.key)
    yield "window.key", abs(window.end.year * 4 + (window.end.month - 1) // 3 - _number(quarter)) <= 1, True
    if notice.previous is not None:
        yield "previous.window", notice.previous.window, str(quarter.previous())


def _number(quarter: Quarter) -> int:
    return quarter.year * 4 + quarter.number - 1


def _counts(
    name: str, figures: SiteFigures | AccountFigures, decimals: int
) -> Iterator[tuple[str, Any, Any]]:
    yield f"{name}.registered", figures.registered, figures.inspected + figures.undetermined
    yield f"{name}.inspected", figures.inspected, figures.qualified + figures.unqualified
    rate = pass_rate(figures.inspected, figures.unqualified, decimals)
    yield f"{name}.pass_rate", figures.pass_rate, rate
    counts = (figures.registered, figures.inspected, figures.qualified, figures.unqualified)
    yield f"{name}: no figure below 0", min(*counts, figures.undetermined) >= 0, True


def _parts_of_accounts(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    accounts, rows = notice.accounts, notice.annex2
    yield "accounts.by_problem", dict(accounts.by_problem), dict(Counter(row.problem for row in rows))
    failed = {name: each.unqualified for name, each in accounts.by_platform.items() if each.unqualified}
    yield "accounts.by_platform (unqualified)", failed, dict(Counter(row.platform for row in rows))
    judged = [each.inspected for each in accounts.by_platform.values()]
    yield "accounts.by_platform (inspected)", sum(judged), accounts.inspected
    enough = all(each.inspected >= each.unqualified for each in accounts.by_platform.values())
    yield "accounts.by_platform: unqualified within inspected", enough, True


def _annexes(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    for name, rows, count in (
        ("annex1", notice.annex1, notice.sites.unqualified),
        ("annex2", notice.annex2, notice.accounts.unqualified),
    ):
        yield f"{name}: rows", len(rows), count
        yield f"{name}.no", [row.no for row in rows], list(range(1, len(rows) + 1))
        yield f"{name}: a problem in every row", all(row.problem and row.name for row in rows), True
    problems = [each.problem for each in notice.unqualified_sites]
    yield "unqualified_sites.problem", problems, [row.problem for row in notice.annex1]
    passed = {(row.code, row.name) for row in notice.warnings}
    failed = {(row.site_code, row.name) for row in notice.annex1}
    yield "warnings: none of them fails", sorted(passed & failed), []


def _undetermined(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    kinds = Counter(row.target_kind for row in notice.undetermined)
    yield "sites.undetermined", notice.sites.undetermined, kinds.pop("site", 0)
    yield "accounts.undetermined", notice.accounts.undetermined, kinds.pop("account", 0)
    yield "undetermined.target_kind", list(kinds), []


def _special(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    for each in notice.special_checks:
        yield f"special_checks.{each.name}: rectified within found", each.rectified <= each.found, True
        if each.name == _WORDING:
            yield "special_checks.found", each.found, len(notice.wording_errors)
            mended = sum(error.mended for error in notice.wording_errors)
            yield "special_checks.rectified", each.rectified, mended
    numbers = [error.no for error in notice.wording_errors]
    yield "wording_errors.no", numbers, list(range(1, len(numbers) + 1))
    yield "wording_errors.error_id", len({e.error_id for e in notice.wording_errors}), len(numbers)


def _review(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    for kind, each in (notice.review or {}).items():
        total = each.dropped + each.confirmed + each.rejected + each.open
        yield f"review.{kind}.found", each.found, total
    if notice.rectification is not None:
        done = notice.rectification
        yield "rectification.rectified within found", done.rectified <= done.found, True


def _standard(notice: Notice) -> Iterator[tuple[str, Any, Any]]:
    """Indicators as the set that was applied has them, where that set is one of ours."""
    standard = _applied(notice)
    if standard is None:
        return
    known = {each.id: each for each in standard.indicators}
    source = (standard.title, standard.source)
    yield "standard", (notice.standard.title, notice.standard.source), source
    for row in notice.not_measured:
        indicator = known.get(row.indicator)
        named = (row.name, row.target)
        yield f"not_measured.{row.indicator}", named, indicator and (indicator.name, indicator.target)
    for warning in notice.warnings:
        indicator = known.get(warning.indicator)
        shown = (warning.indicator_name, warning.threshold, warning.unit)
        right = indicator and (indicator.name, indicator.threshold, indicator.unit)
        yield f"warnings.{warning.indicator}", shown, right
        yield f"warnings.{warning.code}: target_kind", warning.target_kind, indicator and indicator.target


def _applied(notice: Notice) -> Standard | None:
    try:
        standard = load_standard(notice.standard.id)
    except (StandardError, InputError):
        return None
    return standard if standard.version == notice.standard.version else None
