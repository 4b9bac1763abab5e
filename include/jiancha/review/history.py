"""What went before a finding, in words: past quarters, earlier decisions, what was measured again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jiancha.assess.amounts import OUTCOME_NAMES
from jiancha.lake import Lake
from jiancha.review import store
from jiancha.review.model import CHOICE_NAMES, Decision, Settlement, Suspect, finding_id
from jiancha.windows import ZONE, Quarter

_QUARTERS = 4
_EVENTS = {
    "opened": "已印发，待整改",
    "checked": "已复查",
    "mended": "已整改",
    "answered": "开设主体答复",
    "reminded": "已提醒",
    "overdue": "已逾期",
    "escalated": "已督办",
}


def history(lake: Lake, window: str, found: Iterable[Suspect], settled: Settlement) -> dict[str, list[str]]:
    """Lines on what went before by finding id, the oldest of this window first."""
    past = past_quarters(lake, window)
    again: dict[tuple[str, str], list[str]] = {}
    for row in sorted(lake.window_rows("remeasured", window), key=lambda row: row["looked_at"]):
        line = f"重新检测（{_moment(row['looked_at'])}）：{row['note']}"
        again.setdefault((row["target_id"], row["indicator"]), []).append(line)
    lines = {}
    for each in found:
        quarters = past.get(_identity(each.verdict), [])
        before = [d for d in settled.changed if d.finding_id == each.finding_id]
        lines[each.finding_id] = [
            f"往期：{'；'.join(quarters) or '没有往期检查'}",
            *(f"此前决定：{decided(d)}；其后所测已变，须重新决定" for d in before),
            *again.get((each.target_id, each.indicator), []),
        ]
    return lines


def of_target(lake: Lake, window: str, target: str) -> list[str]:
    """What people and later looks made of a target's findings, the newest first."""
    measured = [row for row in lake.assessed("measurements", window) if row["target_id"] == target]
    indicators = {finding_id(window, target, row["indicator"]): row["indicator"] for row in measured}
    lines = [
        (each.decided_at, f"核查意见 {indicators[each.finding_id]}：{decided(each)}")
        for each in store.read(lake, window)
        if each.finding_id in indicators
    ]
    for table, what, moment in (
        ("second_looks", "复测", "looked_at"),
        ("remeasured", "重新检测", "looked_at"),
        ("rectifications", "整改", "happened_at"),
    ):
        lines += [
            (row[moment], f"{what} {_moment(row[moment])} {_noted(row, indicators)}")
            for row in lake.window_rows(table, window)
            if row["target_id"] == target
        ]
    return [line for _, line in sorted(lines, key=lambda each: each[0], reverse=True)]


def _noted(row: Mapping[str, Any], indicators: Mapping[str, str]) -> str:
    """Indicator and note of a look; of what happened in rectification (整改) the event."""
    event = row.get("event")
    if event is None:
        return f"{row['indicator']}：{row['note']}"
    name = indicators.get(row["finding_id"], row["finding_id"])
    return f"{name}：{_EVENTS[event]}" + (f"，{row['note']}" if event != "opened" and row["note"] else "")


def decided(decision: Decision) -> str:
    """李四 2021-02-19 10:00 不成立：理由."""
    choice = CHOICE_NAMES[decision.choice]
    line = f"{decision.decided_by} {_moment(decision.decided_at)} {choice}"
    named = f"（{'、'.join(decision.columns)}）" if decision.columns else ""
    return f"{line}{named}：{decision.reason}" if decision.reason else f"{line}{named}"


def past_quarters(lake: Lake, window: str) -> dict[tuple[str, ...], list[str]]:
    """Lines such as ``2020Q4 不合格：长期未更新``, the newest quarter first.

    A target is known again by kind, code, platform and name, so a renamed one has no history.
    """
    past: dict[tuple[str, ...], list[str]] = {}
    quarter = Quarter.parse(window)
    for _ in range(_QUARTERS):
        quarter = quarter.previous()
        for row in lake.window_rows("verdicts", str(quarter)):
            line = f"{quarter} {OUTCOME_NAMES[row['outcome']]}"
            past.setdefault(_identity(row), []).append(
                f"{line}：{row['problem']}" if row["problem"] else line
            )
    return past


def _moment(instant: Any) -> str:
    return f"{instant.astimezone(ZONE):%Y-%m-%d %H:%M}"


def _identity(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in ("target_kind", "code", "platform", "name"))
