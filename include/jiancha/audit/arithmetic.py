"""What of the figures does not add up. Where several readings are possible, one that fits is enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from jiancha.audit.model import Annex, Figure, Finding
from jiancha.audit.numerals import NUMBER, line_of, number, squeezed

_NAMES = {"site": "政府网站", "account": "政务新媒体"}
_PARTS = re.compile(
    rf"(?P<total>{NUMBER}) ?(?:家|个)(?:政府网站|政务新媒体(?:[账帐]号)?|网站|[账帐]号)?"
    r"[,，;:]? ?\(?(?P<lead>其中|包括|包含|分别为|分别是)[:,，]?(?P<parts>[^。\n]{4,400})"
)
_PART = re.compile(rf"(?P<name>[^\d,，、;:。]{{1,30}}?) ?(?P<n>{NUMBER}) ?(?:家|个)")
_PART_AFTER = re.compile(rf"(?P<n>{NUMBER}) ?(?:家|个)(?P<name>[^\d,，、;:。和]{{1,30}})")
_LEVEL = re.compile("门户网站|部门网站|单位网站|乡镇|街道|镇街|其他网站|派出机构")
_PLATFORM = re.compile(
    "微信|公众号|订阅号|服务号|微博|抖音|头条|快手|客户端|APP|视频号|小程序|百家号|人民号|企鹅号|大鱼号|"
    "其他|其它|贴吧|哔哩|知乎"
)
_BRACKET = re.compile(r"\([^()\n]{0,200}\)")


class Said(NamedTuple):
    """Different values of one meaning, in the order of the text."""

    values: tuple[float, ...]
    first: Figure | None


def said(figures: Sequence[Figure], *meanings: str) -> Said:
    chosen = [each for each in figures if each.meaning in meanings]
    return Said(tuple(dict.fromkeys(each.value for each in chosen)), chosen[0] if chosen else None)


def check(text: str, figures: Sequence[Figure], annexes: Sequence[Annex]) -> Iterator[Finding]:
    """Rates, parts and annex rows against the figures of the text."""
    for kind in _NAMES:
        yield from _readings(text, figures, kind)
        yield from _balance(text, figures, kind)
        yield from _pass_rates(text, figures, kind)
        yield from _shares(text, figures, kind)
        yield from _rows(text, figures, annexes, kind)
    yield from _simple_rates(text, figures)
    yield from _parts(text)
    yield from _rectified(text, figures)


def fits(printed: Figure, part: float, whole: float) -> str:
    """ "yes" where the rate is part/whole at its decimals, "cut" where it is cut off, otherwise "no"."""
    if whole <= 0 or part < 0:
        return "no"
    exact = Decimal(str(part)) * 100 / Decimal(str(whole))
    step = Decimal(1).scaleb(-printed.decimals)
    value = Decimal(str(printed.value))
    if value in (exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_HALF_EVEN)):
        return "yes"
    return "cut" if value == exact.quantize(step, ROUND_DOWN) else "no"


def _finding(  # noqa: PLR0913, PLR0917 - a finding has these parts
    text: str, check: str, severity: str, at: Figure, expected: str, found: str
) -> Finding:
    line = line_of(text, at.start)
    return Finding(check, severity, squeezed(at.quote, 120), expected, found, line)  # type: ignore[arg-type]


def _whole(value: float) -> str:
    return f"{value:g}" if value < 1_000_000 else f"{value:.0f}"


def _readings(text: str, figures: Sequence[Figure], kind: str) -> Iterator[Finding]:
    """One figure stated twice with two values; a person should look. What follows 其中 is of a part."""
    for meaning, name in ((f"{kind}s_unqualified", "不合格"), (f"{kind}_pass_rate", "合格率")):
        values = said(figures, meaning).values
        if len(values) > 1 and not any(each.meaning == f"part_{meaning}" for each in figures):
            again = next(each for each in figures if each.meaning == meaning and each.value == values[1])
            if "其中" in text[: again.start].rpartition("\n")[2]:
                continue
            first, other = f"{name}{_whole(values[0])}", f"{name}{_whole(values[1])}"
            yield _finding(text, "figure_twice", "note", again, first, other)


def _balance(text: str, figures: Sequence[Figure], kind: str) -> Iterator[Finding]:
    """检查 = 合格 + 不合格, and 检查 is at most 登记."""
    checked = said(figures, f"{kind}s_checked", f"{kind}s_both")
    registered = said(figures, f"{kind}s_registered", f"{kind}s_both")
    good, bad = said(figures, f"{kind}s_qualified"), said(figures, f"{kind}s_unqualified")
    split = any(each.meaning in (f"part_{kind}s_unqualified", f"part_{kind}s_qualified") for each in figures)
    one = len(checked.values) == len(good.values) == len(bad.values) == 1 and not split
    if one and good.first and good.values[0] + bad.values[0] != checked.values[0]:
        yield _finding(
            text,
            "parts_total",
            "error",
            good.first,
            f"检查{_whole(checked.values[0])}",
            f"合格{_whole(good.values[0])}+不合格{_whole(bad.values[0])}",
        )
    single = len(checked.values) == 1 == len(registered.values)
    if single and checked.first and checked.values[0] > registered.values[0]:
        most, shown = f"不多于{_whole(registered.values[0])}", f"检查{_whole(checked.values[0])}"
        yield _finding(text, "checked_over_registered", "error", checked.first, most, shown)


def _pass_rates(text: str, figures: Sequence[Figure], kind: str) -> Iterator[Finding]:
    whole = said(figures, f"{kind}s_checked", f"{kind}s_both")
    sure = bool(whole.values)
    base = whole if sure else _sampled(figures, kind)
    good, bad = said(figures, f"{kind}s_qualified"), said(figures, f"{kind}s_unqualified")
    others = [each for each in figures if each.meaning.startswith(f"part_{kind}s")]
    for rate in (each for each in figures if each.meaning in (f"{kind}_pass_rate", f"{kind}_fail_rate")):
        passing = rate.meaning.endswith("pass_rate")
        pairs = [(g if passing else b - g, b) for b in base.values for g in good.values]
        pairs += [(b - x if passing else x, b) for b in base.values for x in bad.values]
        answers = [fits(rate, part, total) for part, total in pairs]
        wider = said(figures, f"{kind}s_registered", f"part_{kind}s_checked")
        answers_wide = [fits(rate, b - x if passing else x, b) for b in wider.values for x in bad.values]
        single = len(base.values) == 1 and len(good.values) <= 1 and len(bad.values) <= 1
        several = any(
            each.meaning in (f"part_{kind}s_unqualified", f"part_{kind}s_qualified") for each in others
        )
        if not pairs or "yes" in answers + answers_wide or not single or several:
            continue
        part, total = pairs[-1]
        severity = "note" if "cut" in answers or not sure else "error"
        yield _rate_finding(text, rate, part, total, severity)


def _sampled(figures: Sequence[Figure], kind: str) -> Said:
    """What was checked where only its share is stated (检查比例50%): that share of the registered."""
    registered, share = said(figures, f"{kind}s_registered"), said(figures, f"{kind}_sample_rate")
    if len(registered.values) != 1 or len(share.values) != 1:
        return registered
    exact = registered.values[0] * share.values[0] / 100
    return Said(tuple(dict.fromkeys((float(int(exact)), float(-int(-exact // 1))))), registered.first)


def _rate_finding(text: str, rate: Figure, part: float, total: float, severity: str) -> Finding:
    step = Decimal(1).scaleb(-rate.decimals)
    exact = (Decimal(str(part)) * 100 / Decimal(str(total))).quantize(step, ROUND_HALF_UP) if total else "无"
    printed = f"{rate.value:.{rate.decimals}f}%"
    return _finding(text, "rate", severity, rate, f"{exact}%({_whole(part)}/{_whole(total)})", printed)


def _shares(text: str, figures: Sequence[Figure], kind: str) -> Iterator[Finding]:
    """抽查比例 is 抽查 by 登记."""
    checked, registered = (
        said(figures, f"{kind}s_checked", f"{kind}s_both"),
        said(figures, f"{kind}s_registered"),
    )
    for rate in (each for each in figures if each.meaning == f"{kind}_sample_rate"):
        if len(checked.values) != 1 or len(registered.values) != 1:
            continue
        answer = fits(rate, checked.values[0], registered.values[0])
        if answer != "yes":
            yield _rate_finding(
                text, rate, checked.values[0], registered.values[0], "note" if answer == "cut" else "warning"
            )


def _simple_rates(text: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    """按期办结率 and 整改率, where one count of each stands in the same sentence."""
    for name, wholes, parts in (
        ("feedback_on_time_rate", ("feedback_received", "feedback_handled"), ("feedback_on_time",)),
        ("feedback_rate", ("feedback_received",), ("feedback_handled",)),
        ("rectified_rate", ("errors_found",), ("errors_rectified",)),
    ):
        for rate in (each for each in figures if each.meaning == name):
            near = [each for each in figures if each.scope == rate.scope]
            whole, part = said(near, *wholes), said(near, *parts)
            answers = [fits(rate, p, w) for p in part.values for w in whole.values]
            if len(part.values) == 1 and whole.values and "yes" not in answers:
                severity = "note" if "cut" in answers else "error"
                yield _rate_finding(text, rate, part.values[0], whole.values[0], severity)


def _rectified(text: str, figures: Sequence[Figure]) -> Iterator[Finding]:
    for done in (each for each in figures if each.meaning == "errors_rectified"):
        near = said([each for each in figures if each.scope == done.scope], "errors_found")
        if len(near.values) == 1 and done.value > near.values[0]:
            yield _finding(
                text,
                "rectified_over_found",
                "error",
                done,
                f"不多于{_whole(near.values[0])}",
                _whole(done.value),
            )


def _rows(text: str, figures: Sequence[Figure], annexes: Sequence[Annex], kind: str) -> Iterator[Finding]:
    """Rows of the annex of failed targets against 不合格 in the text."""
    listed = [each for each in annexes if each.kind == kind and each.unqualified]
    bad = said(figures, f"{kind}s_unqualified")
    parts = [each for each in figures if each.meaning == f"part_{kind}s_unqualified"]
    if len(listed) != 1 or len(bad.values) != 1 or bad.first is None or parts:
        return
    rows = listed[0].rows
    counts = {
        len(rows),
        len({(row.code, row.name) for row in rows}),
        len({row.name or row.code for row in rows}),
    }
    if not rows or bad.values[0] in counts or _empty(rows[0].cells):
        return
    yield _finding(
        text,
        "annex_rows",
        "error",
        bad.first,
        f"附件{len(rows)}行（第{listed[0].line}行起）",
        f"不合格{_NAMES[kind]}{_whole(bad.values[0])}",
    )


def _empty(cells: Sequence[str]) -> bool:
    return all(not cell or cell in "无/-—" for cell in cells)


def _parts(text: str) -> Iterator[Finding]:
    """其中: parts of one dimension (levels of sites, platforms) against their total."""
    for match in _PARTS.finditer(text):
        inner = _BRACKET.sub(lambda each: "□" * len(each[0]), match["parts"])
        inner = re.split(r"[)]|合格|抽查|检查|监测|发现|另有|此外|占|比", inner, maxsplit=1)[0]
        part = _PART_AFTER if re.match(NUMBER, inner.strip()) else _PART
        parts = [(each["name"], number(each["n"])) for each in part.finditer(inner)]
        total = number(match["total"])
        values = [value for _, value in parts if value is not None]
        if (
            total is None
            or len(values) < 2
            or len(values) != len(parts)
            or re.search("[余多] ?[家个]", inner)
        ):
            continue
        for dimension in (_LEVEL, _PLATFORM):
            if all(dimension.search(name) for name, _ in parts):
                found = _unequal(match, parts, sum(values), total, inner)
                if found:
                    at = Figure("", total, squeezed(match[0], 120), match.start())
                    severity = "error" if found == "all" else "warning"
                    listed = "+".join(_whole(value) for value in values)
                    yield _finding(
                        text, "parts_total", severity, at, _whole(total), f"{listed}={_whole(sum(values))}"
                    )
                break


def _unequal(
    match: re.Match[str], parts: Sequence[tuple[str, float | None]], added: float, total: float, inner: str
) -> str:
    """Tell "all" where the parts are all there are, "more" where they exceed the total; empty: may fit."""
    if added == total or "等" in inner:
        return ""
    names = "".join(name for name, _ in parts)
    portal = any("门户" in name and value == 1 for name, value in parts)
    if match["lead"] != "其中" or re.search("其他|其它", names) or (portal and "部门" in names):
        return "all"
    return "more" if added > total else ""
