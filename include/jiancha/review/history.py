"""What past quarters found of a target, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jiancha.lake import Lake
from jiancha.review.model import Suspect
from jiancha.windows import Quarter

_QUARTERS = 4
_OUTCOMES = {"qualified": "合格", "unqualified": "不合格", "undetermined": "未判定"}


def history(lake: Lake, window: str, found: Iterable[Suspect]) -> dict[str, list[str]]:
    """Lines such as ``2020Q4 不合格：长期未更新`` by target id, the newest quarter first.

    A target is known again by kind, code, platform and name, so a renamed one has no history.
    """
    past: dict[tuple[str, ...], list[str]] = {}
    quarter = Quarter.parse(window)
    for _ in range(_QUARTERS):
        quarter = quarter.previous()
        for row in lake.window_rows("verdicts", str(quarter)):
            told = f"{quarter} {_OUTCOMES[row['outcome']]}"
            past.setdefault(_identity(row), []).append(
                f"{told}：{row['problem']}" if row["problem"] else told
            )
    return {each.target_id: past.get(_identity(each.verdict), []) for each in found}


def _identity(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[key]) for key in ("target_kind", "code", "platform", "name"))
