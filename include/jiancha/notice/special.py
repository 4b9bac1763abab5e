"""The special check of wording (错误表述专项检查) as the notice tells it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.model import Notice, SpecialCheck, WordingError
from jiancha.notice.sentences import LEVEL_NAMES
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window
from jiancha.wording import Severity

_NAME = "网站内容错误表述"
_Row = dict[str, Any]


def found_errors(lake: Lake, window_key: str, settings: Settings) -> list[tuple[_Row, _Row]]:
    """Errors with the registered site of each, in the order of the registry. Hints (提示) are none."""
    chosen = _chosen(lake, window_key, settings)
    found = [
        (row, chosen[row["target_id"]])
        for row in lake.window_rows("wording", window_key)
        if row["severity"] != Severity.HINT and row["target_id"] in chosen
    ]
    return sorted(found, key=lambda each: (each[1]["row"], each[0]["page_url"], each[0]["position"]))


def wording_check(
    lake: Lake, window: Window, settings: Settings, as_of: date, published: Collection[str] | None = None
) -> tuple[SpecialCheck | None, tuple[WordingError, ...]]:
    """What was found, and how much of it is mended at the end of a day; no check without sites for it.

    With ``published`` only errors with these ids count. Sites that could not be read were not checked,
    and are not counted.
    """
    read = {row["target_id"] for row in lake.window_rows("visits", window.key) if row["home_status"] == "ok"}
    checked = [target for target in _chosen(lake, window.key, settings) if target in read]
    if not checked:
        return None, ()
    states = latest_states(lake, window.key, as_of)
    listed = [
        (row, site, states.get(row["error_id"]))
        for row, site in found_errors(lake, window.key, settings)
        if published is None or row["error_id"] in published
    ]
    errors = tuple(_error(no, *each) for no, each in enumerate(listed, 1))
    levels = "、".join(LEVEL_NAMES.get(level, level) for level in settings.wording.levels)
    rectified = sum(error.mended for error in errors)
    return SpecialCheck(_NAME, f"{len(checked)}家{levels}", len(errors), rectified, as_of), errors


def with_special_checks(  # noqa: PLR0913, PLR0917 - a notice, where its facts lie, and which count
    notice: Notice,
    lake: Lake,
    window: Window,
    settings: Settings,
    as_of: date,
    published: Collection[str] | None = None,
) -> Notice:
    """The notice with its special checks as of the end of a day; ``published`` as for ``wording_check``."""
    check, errors = wording_check(lake, window, settings, as_of, published)
    return replace(notice, special_checks=(check,), wording_errors=errors) if check is not None else notice


def latest_states(lake: Lake, window_key: str, as_of: date) -> dict[str, dict[str, Any]]:
    """What the last look before the end of a day that could tell found, by error."""
    rows = sorted(lake.window_rows("wording_states", window_key), key=lambda row: row["checked_at"])
    return {
        row["error_id"]: row
        for row in rows
        if row["outcome"] != "unknown" and row["checked_at"].astimezone(ZONE).date() <= as_of
    }


def _chosen(lake: Lake, window_key: str, settings: Settings) -> dict[str, _Row]:
    """The registered sites whose wording is checked, by target id."""
    return {
        row["target_id"]: row
        for row in lake.window_rows("sites", window_key)
        if row["level"] in settings.wording.levels
    }


def _error(no: int, row: _Row, site: _Row, state: _Row | None) -> WordingError:
    return WordingError(
        no=no,
        error_id=row["error_id"],
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
