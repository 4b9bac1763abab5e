"""Load an indicator set from TOML and check it; provinces add files, not code."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from jiancha.errors import JianchaError
from jiancha.toml import Count, Number, Positive, Text, build_table, read_toml

_Row = TypeVar("_Row", bound="Indicator | ColumnKind | Mark | ServiceElement")


class StandardError(JianchaError):
    """An indicator set cannot be loaded."""


@dataclass(frozen=True, slots=True)
class ProbeRule:
    """How availability is measured (站点无法访问).

    A probe fails when the page is not there within less than ``seconds``. ``days`` days with at least
    ``probes_per_day`` probes that count are needed.
    """

    seconds: Annotated[float, msgspec.Meta(gt=0, le=3600)]
    probes_per_day: Positive
    days: Positive


@dataclass(frozen=True, slots=True)
class Indicator:
    """One veto indicator (单项否决).

    The target fails when the measured value is ``at_least`` or ``more_than`` the ``threshold`` (in
    ``unit``). ``problem`` is printed in the annex. ``supersedes`` names the indicator whose finding this
    one replaces. ``warn_at`` is an early-warning level, or None. ``known_for_days`` bounds how long after
    the checkpoint a reading still tells what was so then (None: for ever). ``probe`` is set where the value
    is a share of failed probes.

    Limits of single indicators, in calendar months or element classes: a message asked ``within_months``
    counts when it has been open for more than ``unanswered_months``, a service guide when it lacks
    ``missing_at_least`` classes.
    """

    id: Text
    target: Literal["site", "account"]
    name: Text
    problem: Text
    measure: Text
    threshold: Number
    compare: Literal["at_least", "more_than"]
    unit: Text
    required: bool
    warn_at: Number | None = None
    supersedes: str | None = None
    known_for_days: Count | None = None
    probe: ProbeRule | None = None
    unanswered_months: Positive | None = None
    within_months: Positive | None = None
    missing_at_least: Positive | None = None


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """A class of columns (栏目) and how long one may go without an update; no limit means exempt.

    ``channel`` is the part that its columns play in talking with people and serving them, None for others.
    """

    id: Text
    name: Text
    words: tuple[Text, ...]
    groups: tuple[Literal["a", "b"], ...] = ()
    days: Positive | None = None
    months: Positive | None = None
    channel: Literal["consultation", "complaints", "hub", "services"] | None = None

    def __post_init__(self) -> None:
        if self.days is not None and self.months is not None:
            raise ValueError("give days or months, not both")

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
            return months_before(checkpoint_day, self.months)
        return None


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that pages must carry: a meta tag (``tag``, its name in lower case), or text or an address
    that ``pattern`` finds.

    ``pages`` are the kinds of pages that must have it. ``check`` says what makes a value wrong: another
    ``site_code``, another ``domain``, a ``datetime`` of another form; empty: nothing does.
    """

    id: Text
    name: Text
    pages: Annotated[tuple[Literal["all", "home", "column", "article"], ...], msgspec.Meta(min_length=1)]
    tag: str = ""
    pattern: re.Pattern[str] | None = None
    check: Literal["", "site_code", "domain", "datetime"] = ""

    def __post_init__(self) -> None:
        if bool(self.tag) == (self.pattern is not None) or self.tag != self.tag.lower():
            raise ValueError("give a tag in lower case or a pattern")


@dataclass(frozen=True, slots=True)
class ServiceElement:
    """A key element class (要素) of service guides and the words that label it.

    ``nothing_is_content``: 无 is an answer there (收费标准), not a gap. ``contact``: stands in the foot of
    many pages too, so it does not tell that a page is a guide.
    """

    id: Text
    name: Text
    words: tuple[Text, ...]
    nothing_is_content: bool = False
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    """One indicator set with the version that findings name."""

    id: str
    version: str
    title: str
    source: str
    indicators: tuple[Indicator, ...]
    column_kinds: tuple[ColumnKind, ...]
    marks: tuple[Mark, ...] = ()
    service_elements: tuple[ServiceElement, ...] = ()

    def indicator(self, indicator_id: str) -> Indicator:
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise StandardError(f"{self.id}: no indicator {indicator_id!r}")

    @property
    def probe_rule(self) -> ProbeRule | None:
        """How availability is measured; None where no indicator of the set wants it."""
        return next((i.probe for i in self.indicators if i.probe is not None), None)

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
        raise StandardError(
            f"no indicator set {standard_id!r} in {', '.join(str(p.parent) for p in candidates)}"
        )
    given = build_table(_File, read_toml(path, StandardError), str(path), StandardError)
    standard = Standard(
        id=given.id,
        version=given.version,
        title=given.title,
        source=given.source,
        indicators=_rows(Indicator, given.indicator, f"{path}: indicator"),
        column_kinds=_rows(ColumnKind, given.column_kind, f"{path}: column kind"),
        marks=_rows(Mark, given.mark, f"{path}: mark"),
        service_elements=_rows(ServiceElement, given.service_element, f"{path}: service element"),
    )
    _require(any(k.id == "other" for k in standard.column_kinds), f"{path}: no column kind 'other'")
    _check_supersedes(standard, path)
    return standard


@dataclass(frozen=True, slots=True)
class _File:
    """An indicator set as it is written."""

    id: Text
    version: Text
    title: Text
    source: Text
    indicator: list[Any]
    column_kind: list[Any]
    mark: Sequence[Any] = ()
    service_element: Sequence[Any] = ()


def _rows(kind: type[_Row], tables: Sequence[Any], where: str) -> tuple[_Row, ...]:
    """The tables of one kind; each is named by its id, which no other may have."""
    made: dict[str, _Row] = {}
    for table in tables:
        row = build_table(kind, table, f"{where} {table.get('id')}", StandardError)
        _require(row.id not in made, f"{where} {row.id!r} is defined twice")
        made[row.id] = row
    return tuple(made.values())


def _check_supersedes(standard: Standard, path: Path) -> None:
    """Every chain of ``supersedes`` must end: in a circle each finding would wipe out the other."""
    following = {i.id: i.supersedes for i in standard.indicators}
    for start, first in following.items():
        seen, current = {start}, first
        while current is not None:
            where = f"{path}: indicator {start}: supersedes {current!r}"
            _require(current in following, f"{where}, which is not defined")
            _require(current not in seen, f"{where}, which leads back to it")
            seen.add(current)
            current = following[current]


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise StandardError(message)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
