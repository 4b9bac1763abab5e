"""What the audit of a notice gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

#: error: the notice contradicts itself. warning: a person should look. note: may well be meant so.
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not add up: ``quote`` are its words, ``line`` where they stand (from 1)."""

    check: str
    severity: Severity
    quote: str
    expected: str
    found: str
    line: int

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A row of an annex. ``extra`` counts cells beyond the table's header."""

    no: int
    line: int
    cells: tuple[str, ...]
    code: str = ""
    platform: str = ""
    name: str = ""
    owner: str = ""
    problem: str = ""
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Annex:
    """A table of sites or accounts; ``unqualified`` where its heading says that it lists failed ones only."""

    kind: Literal["site", "account", "other"]
    heading: str
    line: int
    unqualified: bool
    rows: tuple[AnnexRow, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands in the text; ``meaning`` is a name such as ``sites_checked``.

    ``decimals`` and ``value`` of a rate are as printed, in percent.
    """

    meaning: str
    value: float
    quote: str
    start: int
    decimals: int = 0
    scope: int = 0  # number of the group of sentences that it belongs to


@dataclass(frozen=True, slots=True)
class Dates:
    """``published`` as the page says, ``signed`` as stands below the text."""

    published: date | None = None
    signed: date | None = None
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    figures: dict[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {"figures": self.figures, "findings": [each.to_dict() for each in self.findings]}
