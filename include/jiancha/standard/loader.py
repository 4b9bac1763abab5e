"""Load an indicator set from TOML and check it; provinces add files, not code."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from jiancha.errors import StandardError

_COMPARE = ("at_least", "more_than")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One veto indicator (单项否决).

    The target fails when the measured value is ``at_least`` or ``more_than`` the ``threshold`` (in
    ``unit``). ``problem`` is printed in the annex. ``supersedes`` names the indicator whose finding this
    one replaces. ``warn_at`` is an early-warning level, or None. ``known_for_days`` bounds how long after
    the checkpoint a reading still tells what was so then (None: for ever).
    """

    id: str
    target: Literal["site", "account"]
    name: str
    problem: str
    measure: str
    threshold: float
    compare: Literal["at_least", "more_than"]
    unit: str
    required: bool
    warn_at: float | None = None
    supersedes: str | None = None
    known_for_days: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """A class of columns (栏目) and how long one may go without an update; no limit means exempt."""

    id: str
    name: str
    words: tuple[str, ...]
    groups: tuple[str, ...] = ()
    days: int | None = None
    months: int | None = None

    @property
    def exempt(self) -> bool:
        return self.days is None and self.months is None

    def cutoff(self, checkpoint_day: date) -> date | None:
        """The oldest day on which an item still counts as an update (included); None if exempt.

        Months are calendar months; where the day does not exist the last day of the month is taken.
        """
        if self.days is not None:
            return checkpoint_day - timedelta(days=self.days)
        if self.months is not None:
            return _months_before(checkpoint_day, self.months)
        return None


@dataclass(frozen=True, slots=True)
class Standard:
    """One indicator set with the version that findings name."""

    id: str
    version: str
    title: str
    source: str
    indicators: tuple[Indicator, ...]
    column_kinds: tuple[ColumnKind, ...]

    def indicator(self, indicator_id: str) -> Indicator:
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise StandardError(f"{self.id}: no indicator {indicator_id!r}")

    def kind(self, kind_id: str) -> ColumnKind:
        for kind in self.column_kinds:
            if kind.id == kind_id:
                return kind
        raise StandardError(f"{self.id}: no column kind {kind_id!r}")

    def kind_of(self, column_name: str) -> ColumnKind:
        """The kind of a column by its name: the first kind one of whose words occurs, else ``other``."""
        for kind in self.column_kinds:
            if any(word in column_name for word in kind.words):
                return kind
        return self.kind("other")


def load_standard(standard_id: str, folder: Path | None = None) -> Standard:
    """Load ``<standard_id>.toml`` from ``folder``, else from the sets that ship with the package.

    Raises StandardError naming the file and what is wrong in it.
    """
    shipped = Path(__file__).parent
    candidates = [place / f"{standard_id}.toml" for place in (folder, shipped) if place is not None]
    path = next((p for p in candidates if p.exists()), None)
    if path is None:
        raise StandardError(f"no indicator set {standard_id!r} in {', '.join(str(p.parent) for p in candidates)}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StandardError(f"{path}: {error}") from error
    return _standard(data, path)


def _standard(data: Mapping[str, Any], path: Path) -> Standard:
    try:
        standard = Standard(
            id=data["id"],
            version=data["version"],
            title=data["title"],
            source=data["source"],
            indicators=tuple(_indicator(row, path) for row in data["indicator"]),
            column_kinds=tuple(_kind(row, path) for row in data["column_kind"]),
        )
    except (KeyError, TypeError) as error:
        raise StandardError(f"{path}: missing or unknown key: {error}") from error
    _check_unique([i.id for i in standard.indicators], path)
    _check_unique([k.id for k in standard.column_kinds], path)
    standard.kind("other")
    for indicator in standard.indicators:
        if indicator.supersedes is not None:
            standard.indicator(indicator.supersedes)
    return standard


def _indicator(row: Mapping[str, Any], path: Path) -> Indicator:
    indicator = Indicator(**row)
    if indicator.compare not in _COMPARE:
        raise StandardError(f"{path}: indicator {indicator.id}: compare must be one of {_COMPARE}")
    if indicator.target not in ("site", "account"):
        raise StandardError(f"{path}: indicator {indicator.id}: target must be site or account")
    return indicator


def _kind(row: Mapping[str, Any], path: Path) -> ColumnKind:
    kind = ColumnKind(
        **{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()},
    )
    if kind.days is not None and kind.months is not None:
        raise StandardError(f"{path}: column kind {kind.id}: give days or months, not both")
    return kind


def _check_unique(ids: list[str], path: Path) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise StandardError(f"{path}: {each!r} is defined twice")


def _months_before(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
