"""Load an indicator set from TOML and check it; provinces add files, not code."""

from __future__ import annotations

import calendar
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from jiancha.errors import StandardError

_COMPARE = ("at_least", "more_than")
_MARK_PAGES = {"all", "home", "column", "article"}
_MARK_CHECKS = ("", "site_code", "domain", "datetime")
_CHANNELS = ("consultation", "complaints", "hub", "services")


@dataclass(frozen=True, slots=True)
class ProbeRule:
    """How availability is measured (站点无法访问).

    A probe fails when the page is not there within less than ``seconds``. ``days`` days with at least
    ``probes_per_day`` probes that count are needed.
    """

    seconds: float
    probes_per_day: int
    days: int


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
    probe: ProbeRule | None = None
    unanswered_months: int | None = None
    within_months: int | None = None
    missing_at_least: int | None = None


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """A class of columns (栏目) and how long one may go without an update; no limit means exempt.

    ``channel`` is the part that its columns play in talking with people and serving them, None for others.
    """

    id: str
    name: str
    words: tuple[str, ...]
    groups: tuple[str, ...] = ()
    days: int | None = None
    months: int | None = None
    channel: Literal["consultation", "complaints", "hub", "services"] | None = None

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

    id: str
    name: str
    pages: tuple[str, ...]
    tag: str = ""
    pattern: re.Pattern[str] | None = None
    check: str = ""


@dataclass(frozen=True, slots=True)
class ServiceElement:
    """A key element class (要素) of service guides and the words that label it.

    ``nothing_is_content``: 无 is an answer there (收费标准), not a gap. ``contact``: stands in the foot of
    many pages too, so it does not tell that a page is a guide.
    """

    id: str
    name: str
    words: tuple[str, ...]
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
            marks=tuple(_mark(row, path) for row in data.get("mark", ())),
            service_elements=tuple(_element(row, path) for row in data.get("service_element", ())),
        )
    except (KeyError, TypeError) as error:
        raise StandardError(f"{path}: missing or unknown key: {error}") from error
    _require_texts(standard, ("id", "version", "title", "source"), str(path))
    _check_unique([i.id for i in standard.indicators], path)
    _check_unique([k.id for k in standard.column_kinds], path)
    _check_unique([m.id for m in standard.marks], path)
    _check_unique([e.id for e in standard.service_elements], path)
    _require("other" in {k.id for k in standard.column_kinds}, f"{path}: there must be a column kind 'other'")
    _check_supersedes(standard, path)
    return standard


def _indicator(row: Mapping[str, Any], path: Path) -> Indicator:
    probe = _probe_rule(row["probe"], f"{path}: indicator {row.get('id')}") if "probe" in row else None
    indicator = Indicator(**{**row, "probe": probe})
    where = f"{path}: indicator {indicator.id}"
    _require_texts(indicator, ("id", "name", "problem", "measure", "unit"), where)
    _require(indicator.compare in _COMPARE, f"{where}: compare must be one of {_COMPARE}")
    _require(indicator.target in ("site", "account"), f"{where}: target must be site or account")
    _require(_is_number(indicator.threshold), f"{where}: threshold must be a number")
    _require(indicator.warn_at is None or _is_number(indicator.warn_at), f"{where}: warn_at must be a number")
    known = indicator.known_for_days
    _require(known is None or _is_count(known), f"{where}: known_for_days must be a number of days")
    for name in ("unanswered_months", "within_months", "missing_at_least"):
        limit = getattr(indicator, name)
        _require(limit is None or (_is_count(limit) and limit > 0), f"{where}: {name} must be 1 or more")
    _require(isinstance(indicator.required, bool), f"{where}: required must be true or false")
    return indicator


def _probe_rule(row: Any, where: str) -> ProbeRule:
    _require(isinstance(row, Mapping), f"{where}: probe must be a table")
    rule = ProbeRule(**row)
    _require(_is_number(rule.seconds) and rule.seconds > 0, f"{where}: probe.seconds must be above 0")
    for name in ("probes_per_day", "days"):
        count = getattr(rule, name)
        _require(_is_count(count) and count > 0, f"{where}: probe.{name} must be 1 or more")
    return rule


def _kind(row: Mapping[str, Any], path: Path) -> ColumnKind:
    where = f"{path}: column kind {row.get('id')}"
    for name in ("words", "groups"):
        _require_words(row.get(name, []), f"{where}: {name}")
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    kind = ColumnKind(**values)
    _require_texts(kind, ("id", "name"), where)
    _require(set(kind.groups) <= {"a", "b"}, f"{where}: groups may hold a and b")
    _require(
        kind.channel is None or kind.channel in _CHANNELS, f"{where}: channel must be one of {_CHANNELS}"
    )
    _require(kind.days is None or kind.months is None, f"{where}: give days or months, not both")
    for name, limit in (("days", kind.days), ("months", kind.months)):
        _require(limit is None or (_is_count(limit) and limit > 0), f"{where}: {name} must be 1 or more")
    return kind


def _mark(row: Mapping[str, Any], path: Path) -> Mark:
    where = f"{path}: mark {row.get('id')}"
    pattern = row.get("pattern")
    try:
        compiled = re.compile(pattern) if pattern is not None else None
    except (re.error, TypeError) as error:
        raise StandardError(f"{where}: pattern: {error}") from error
    pages = row.get("pages")
    _require(isinstance(pages, list) and bool(pages), f"{where}: pages must be a list of kinds of pages")
    mark = Mark(**{**row, "pages": tuple(pages or ()), "pattern": compiled})
    _require_texts(mark, ("id", "name"), where)
    _require(set(mark.pages) <= _MARK_PAGES, f"{where}: pages may hold {sorted(_MARK_PAGES)}")
    _require(mark.check in _MARK_CHECKS, f"{where}: check must be one of {_MARK_CHECKS}")
    found_by = isinstance(mark.tag, str) and (bool(mark.tag) != (compiled is not None))
    _require(found_by and mark.tag == mark.tag.lower(), f"{where}: give a tag in lower case or a pattern")
    return mark


def _element(row: Mapping[str, Any], path: Path) -> ServiceElement:
    where = f"{path}: service element {row.get('id')}"
    _require_words(row.get("words", []), f"{where}: words")
    element = ServiceElement(**{**row, "words": tuple(row["words"])})
    _require_texts(element, ("id", "name"), where)
    for name in ("nothing_is_content", "contact"):
        _require(isinstance(getattr(element, name), bool), f"{where}: {name} must be true or false")
    return element


def _require_words(texts: object, where: str) -> None:
    sound = isinstance(texts, list) and all(isinstance(text, str) and text for text in texts)
    _require(sound, f"{where} must be a list of texts")  # an empty word would be in every name


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


def _require_texts(row: object, names: tuple[str, ...], where: str) -> None:
    for name in names:
        value = getattr(row, name)
        _require(isinstance(value, str) and value.strip() != "", f"{where}: {name} must be a text")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _check_unique(ids: list[str], path: Path) -> None:
    for each in ids:
        if ids.count(each) > 1:
            raise StandardError(f"{path}: {each!r} is defined twice")


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
