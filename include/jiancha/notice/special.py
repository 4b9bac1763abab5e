"""The special check of wording (错误表述专项检查) as the notice tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.model import Notice, SpecialCheck, WordingError
from jiancha.notice.wording import LEVEL_NAMES
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window
from jiancha.wording import Severity

_NAME = "网站内容错误表述"


def wording_check(
    lake: Lake, window: Window, settings: Settings, as_of: date
) -> tuple[SpecialCheck | None, tuple[WordingError, ...]]:
    """What was found, and how much of it is mended at the end of a day; no check without sites for it.

    Hints (提示) are no errors. Sites that could not be read were not checked, and are not counted.
    """
    chosen = {
        row["target_id"]: row
        for row in lake.window_rows("sites", window.key)
        if row["level"] in settings.wording.levels
    }
    read = {row["target_id"] for row in lake.window_rows("visits", window.key) if row["home_status"] == "ok"}
    checked = [target for target in chosen if target in read]
    if not checked:
        return None, ()
    found = [
        row
        for row in lake.window_rows("wording", window.key)
        if row["severity"] != Severity.HINT and row["target_id"] in chosen
    ]
    states = latest_states(lake, window.key, as_of)
    ordered = sorted(
        found, key=lambda row: (chosen[row["target_id"]]["row"], row["page_url"], row["position"])
    )
    errors = tuple(
        _error(no, row, chosen[row["target_id"]], states.get(row["error_id"]))
        for no, row in enumerate(ordered, 1)
    )
    levels = "、".join(LEVEL_NAMES.get(level, level) for level in settings.wording.levels)
    rectified = sum(error.mended for error in errors)
    return SpecialCheck(_NAME, f"{len(checked)}家{levels}", len(errors), rectified, as_of), errors


def with_special_checks(
    notice: Notice, lake: Lake, window: Window, settings: Settings, as_of: date
) -> Notice:
    """The notice with its special checks as of the end of a day."""
    check, errors = wording_check(lake, window, settings, as_of)
    return replace(notice, special_checks=(check,), wording_errors=errors) if check is not None else notice


def latest_states(lake: Lake, window_key: str, as_of: date) -> dict[str, dict[str, Any]]:
    """What the last look before the end of a day that could tell found, by error."""
    rows = sorted(lake.window_rows("wording_states", window_key), key=lambda row: row["checked_at"])
    return {
        row["error_id"]: row
        for row in rows
        if row["outcome"] != "unknown" and row["checked_at"].astimezone(ZONE).date() <= as_of
    }


def _error(no: int, row: dict[str, Any], site: dict[str, Any], state: dict[str, Any] | None) -> WordingError:
    return WordingError(
        no=no,
        site_code=site["site_code"],
        name=site["name"],
        wrong=row["wrong"],
        right=row["right"],
        kind=row["kind"],
        severity=row["severity"],
        snippet=row["snippet"],
        url=row["page_url"],
        mended=state is not None and state["outcome"] == "mended",
    )
