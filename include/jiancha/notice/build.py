"""The notice (通报) made from the rows of one assessment.

Counts are taken from the verdict rows, so that figures and annexes cannot disagree, and are compared with
the assessment's own summary; where the two differ no notice is made. Nothing here depends on the time of
making: the same assessment gives the same notice, byte for byte.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from jiancha.errors import JianchaError
from jiancha.lake import Lake
from jiancha.notice.model import (
    AccountFigures,
    AccountRow,
    ClosedTarget,
    EarlyWarning,
    Notice,
    NotMeasured,
    PageFault,
    PlatformFigures,
    Previous,
    PreviousFigures,
    QualityRow,
    SiteFigures,
    SiteRow,
    StandardRef,
    Status,
    Undetermined,
    UnqualifiedSite,
    WindowRef,
)
from jiancha.notice.text import one_line, quarter_name
from jiancha.registry.model import Level
from jiancha.settings import NoticeSettings, Settings
from jiancha.standard import Indicator, Standard, StandardError
from jiancha.windows import ZONE, Window

Row = Mapping[str, Any]

_LEVELS = (Level.MUNICIPAL_PORTAL, Level.COUNTY_PORTAL, Level.MUNICIPAL_DEPARTMENT)
_KINDS = ("site", "account")
#: This gate judges the notice itself: its rows are written after the notice and must not change it.
_OWN_GATE = "notice"


class NoticeError(JianchaError):
    """The tables behind a notice disagree, so no notice can be made."""


class Assessment(NamedTuple):
    """The rows that the assessment of one window left in the lake, one list per table."""

    verdicts: Sequence[Row]
    findings: Sequence[Row]
    measurements: Sequence[Row]
    summary: Sequence[Row]
    quality: Sequence[Row] = ()
    page_faults: Sequence[Row] = ()
    closed: Sequence[Row] = ()


def build_notice(  # noqa: PLR0913 - the run's context, then two options
    lake: Lake,
    window: Window,
    standard: Standard,
    settings: Settings,
    *,
    status: Status = "draft",
    version: int = 1,
) -> Notice:
    """The notice of an assessed window.

    Raises LakeError where the window was not assessed, NoticeError where its tables disagree.
    """
    assessment = build_assessment(lake, window)
    return make_notice(window, assessment, standard, settings.notice, status=status, version=version)


def build_assessment(lake: Lake, window: Window) -> Assessment:
    """What the assessment of a window left in the lake; raises LakeError where it has not run."""
    return Assessment(
        verdicts=lake.assessed("verdicts", window.key),
        findings=lake.assessed("findings", window.key),
        measurements=lake.assessed("measurements", window.key),
        summary=lake.assessed("summary", window.key),
        quality=lake.window_rows("quality", window.key),
        page_faults=lake.window_rows("page_faults", window.key),
        closed=lake.window_rows("registry_closed", window.key),
    )


def make_notice(  # noqa: PLR0913 - its content, its wording, then two options
    window: Window,
    assessment: Assessment,
    standard: Standard,
    words: NoticeSettings,
    *,
    status: Status = "draft",
    version: int = 1,
) -> Notice:
    """Make the notice from the rows of one assessment; pure.

    Raises NoticeError where the verdicts disagree with the summary, or accuse without a finding.
    """
    sites = _of_kind(assessment.verdicts, "site")
    accounts = _of_kind(assessment.verdicts, "account")
    _require_evidence(assessment)
    site_counts = _counts(sites, words.rate_decimals)
    account_counts = _counts(accounts, words.rate_decimals)
    _require_agreement(assessment.summary, {"site": site_counts, "account": account_counts})
    bad_sites = [v for v in sites if v["outcome"] == "unqualified"]
    bad_accounts = [v for v in accounts if v["outcome"] == "unqualified"]
    return Notice(
        window=WindowRef(window.key, window.start, window.end, window.checkpoint.astimezone(ZONE)),
        version=version,
        status=status,
        standard=StandardRef(standard.id, standard.version, standard.title, standard.source),
        title=f"{quarter_name(window.key)}{words.area}政府网站与政务新媒体检查结果通报",
        words=words,
        long_stale=_long_stale(standard),
        sites=SiteFigures(**site_counts, by_level=_by_level(sites)),
        accounts=AccountFigures(
            **account_counts,
            by_problem=_by_problem(bad_accounts, standard),
            by_platform=_by_platform(accounts),
        ),
        annex1=tuple(_site_row(no, v) for no, v in enumerate(bad_sites, 1)),
        annex2=tuple(_account_row(no, v) for no, v in enumerate(bad_accounts, 1)),
        unqualified_sites=tuple(
            UnqualifiedSite(one_line(v["owner"]) or one_line(v["name"]), one_line(v["problem"]))
            for v in bad_sites
        ),
        undetermined=tuple(_undetermined(v) for v in [*sites, *accounts] if v["outcome"] == "undetermined"),
        not_measured=_not_measured(assessment, standard),
        warnings=_warnings(assessment, standard),
        quality=_quality(assessment.quality),
        previous=_previous(window, assessment.summary, words.rate_decimals),
        page_faults=tuple(_page_fault(row) for row in assessment.page_faults),
        closed=tuple(_closed(row) for kind in _KINDS for row in assessment.closed if row["kind"] == kind),
    )


def pass_rate(inspected: int, unqualified: int, decimals: int) -> str | None:
    """(inspected − unqualified) / inspected in percent, rounded half up; None where none was judged."""
    if inspected == 0:
        return None
    exact = Decimal(inspected - unqualified) * 100 / Decimal(inspected)
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)}%"


def _of_kind(verdicts: Iterable[Row], kind: str) -> list[Row]:
    """Verdicts of one kind in the order of the registry's rows."""
    return sorted((v for v in verdicts if v["target_kind"] == kind), key=lambda v: (v["row"], v["target_id"]))


def _counts(verdicts: Sequence[Row], decimals: int) -> dict[str, Any]:
    outcomes = Counter(str(v["outcome"]) for v in verdicts)
    unknown = set(outcomes) - {"qualified", "unqualified", "undetermined"}
    if unknown:
        raise NoticeError(f"verdicts hold an unknown outcome {sorted(unknown)[0]!r}")
    qualified, unqualified = outcomes["qualified"], outcomes["unqualified"]
    inspected = qualified + unqualified
    return {
        "registered": len(verdicts),
        "inspected": inspected,
        "qualified": qualified,
        "unqualified": unqualified,
        "undetermined": outcomes["undetermined"],
        "pass_rate": pass_rate(inspected, unqualified, decimals),
    }


def _require_evidence(assessment: Assessment) -> None:
    """No body is named as unqualified without a problem in words and a finding that shows it."""
    proven = {finding["target_id"] for finding in assessment.findings}
    for verdict in assessment.verdicts:
        if verdict["outcome"] != "unqualified":
            continue
        if verdict["target_id"] not in proven:
            raise NoticeError(f"{verdict['target_id']} is called unqualified but has no finding")
        if not one_line(verdict["problem"]):
            raise NoticeError(f"{verdict['target_id']} is called unqualified but its problem is empty")


def _require_agreement(summary: Sequence[Row], counted: Mapping[str, Mapping[str, Any]]) -> None:
    for kind, counts in counted.items():
        for measure in ("registered", "inspected", "qualified", "unqualified", "undetermined"):
            said = _total(summary, kind, measure, "value") or 0
            if said != counts[measure]:
                raise NoticeError(
                    f"the summary says {said} {kind} {measure}, the verdicts say {counts[measure]}"
                )


def _total(summary: Sequence[Row], kind: str, measure: str, column: str) -> int | None:
    """The value of a measure that has one row per kind of target; None where there is none."""
    for row in summary:
        if row["target_kind"] == kind and row["measure"] == measure:
            return None if row[column] is None else int(row[column])
    return None


def _by_level(sites: Sequence[Row]) -> Mapping[str, int]:
    found = Counter(v["level"] if v["level"] in _LEVELS else Level.OTHER for v in sites)
    counts = {str(level): found[level] for level in _LEVELS}
    if found[Level.OTHER]:
        counts[str(Level.OTHER)] = found[Level.OTHER]
    return MappingProxyType(counts)


def _by_problem(unqualified: Sequence[Row], standard: Standard) -> Mapping[str, int]:
    """The graver of two related problems first (it supersedes the other), then as the standard lists them."""
    found = Counter(one_line(v["problem"]) for v in unqualified)
    listed = [i for i in standard.indicators if i.target == "account"]
    first = [i.problem for i in listed if i.supersedes is not None]
    order = dict.fromkeys([*first, *(i.problem for i in listed), *sorted(found)])
    return MappingProxyType({problem: found[problem] for problem in order if found[problem]})


def _by_platform(accounts: Sequence[Row]) -> Mapping[str, PlatformFigures]:
    """Most unqualified first, then most inspected, then by name."""
    judged = Counter(one_line(v["platform"]) for v in accounts if v["outcome"] != "undetermined")
    failed = Counter(one_line(v["platform"]) for v in accounts if v["outcome"] == "unqualified")
    names = {one_line(v["platform"]) for v in accounts}
    order = sorted(names, key=lambda name: (-failed[name], -judged[name], name))
    return MappingProxyType({name: PlatformFigures(judged[name], failed[name]) for name in order})


def _site_row(no: int, verdict: Row) -> SiteRow:
    return SiteRow(no, one_line(verdict["name"]), one_line(verdict["code"]), one_line(verdict["problem"]))


def _account_row(no: int, verdict: Row) -> AccountRow:
    return AccountRow(
        no=no,
        account_code=one_line(verdict["code"]),
        platform=one_line(verdict["platform"]),
        name=one_line(verdict["name"]),
        owner=one_line(verdict["owner"]),
        problem=one_line(verdict["problem"]),
    )


def _undetermined(verdict: Row) -> Undetermined:
    return Undetermined(
        target_kind=verdict["target_kind"],
        code=one_line(verdict["code"]),
        name=one_line(verdict["name"]),
        platform=one_line(verdict["platform"]) or None,
        reason=one_line(verdict["reason"]),
    )


def _not_measured(assessment: Assessment, standard: Standard) -> tuple[NotMeasured, ...]:
    measured = {row["indicator"] for row in assessment.measurements if row["measured"]}
    present = {verdict["target_kind"] for verdict in assessment.verdicts}
    return tuple(
        NotMeasured(indicator.id, indicator.name, indicator.target)
        for indicator in standard.indicators
        if indicator.target in present and indicator.id not in measured
    )


def _warnings(assessment: Assessment, standard: Standard) -> tuple[EarlyWarning, ...]:
    indicators = {indicator.id: indicator for indicator in standard.indicators}
    order = list(indicators)
    near: dict[str, list[tuple[Row, Indicator]]] = {}
    for row in assessment.measurements:
        if row["warn"] and row["measured"] and row["value"] is not None and row["indicator"] in indicators:
            near.setdefault(row["target_id"], []).append((row, indicators[row["indicator"]]))
    return tuple(
        _early_warning(verdict, row, indicator)
        for kind in _KINDS
        for verdict in _of_kind(assessment.verdicts, kind)
        if verdict["outcome"] != "unqualified"
        for row, indicator in sorted(
            near.get(verdict["target_id"], []), key=lambda pair: order.index(pair[1].id)
        )
    )


def _page_fault(row: Row) -> PageFault:
    return PageFault(**{each.name: one_line(row[each.name]) for each in fields(PageFault)})


def _closed(row: Row) -> ClosedTarget:
    return ClosedTarget(
        target_kind=row["kind"],
        code=one_line(row["code"]),
        name=one_line(row["name"]),
        platform=one_line(row["platform"]) or None,
        owner=one_line(row["owner"]),
        state=one_line(row["state"]),
    )


def _early_warning(verdict: Row, row: Row, indicator: Indicator) -> EarlyWarning:
    return EarlyWarning(
        target_kind=verdict["target_kind"],
        code=one_line(verdict["code"]),
        name=one_line(verdict["name"]),
        platform=one_line(verdict["platform"]) or None,
        indicator=indicator.id,
        indicator_name=indicator.name,
        value=_number(row["value"]),
        threshold=_number(indicator.threshold),
        unit=indicator.unit,
    )


def _quality(rows: Sequence[Row]) -> tuple[QualityRow, ...]:
    failed = [
        QualityRow(
            gate=one_line(row["gate"]),
            check=one_line(row["check"]),
            severity=one_line(row["severity"]),
            count=int(row["count"] or 0),
            examples=tuple(one_line(example) for example in json.loads(row["examples"] or "[]")),
            message=one_line(row["message"]),
        )
        for row in rows
        if not row["passed"] and row["gate"] != _OWN_GATE
    ]
    return tuple(sorted(failed, key=lambda q: (q.gate, q.severity, q.check, q.message, q.examples)))


def _previous(window: Window, summary: Sequence[Row], decimals: int) -> Previous | None:
    def of(kind: str) -> PreviousFigures | None:
        inspected = _total(summary, kind, "inspected", "previous")
        unqualified = _total(summary, kind, "unqualified", "previous")
        if inspected is None or unqualified is None:
            return None
        return PreviousFigures(unqualified, pass_rate(inspected, unqualified, decimals))

    sites, accounts = of("site"), of("account")
    if sites is None and accounts is None:
        return None
    return Previous(str(window.quarter.previous()), sites, accounts)


def _long_stale(standard: Standard) -> str | None:
    """The limit behind 长期未更新 in words: no national number exists, so the notice prints its own."""
    try:
        indicator = standard.indicator("account.long_stale")
    except StandardError:
        return None
    days = _number(indicator.threshold)
    return f"超过{days}天" if indicator.compare == "more_than" else f"达到{days}天"


def _number(value: float) -> int | float:
    """Whole numbers are printed without a decimal point."""
    return int(value) if float(value).is_integer() else round(float(value), 2)
