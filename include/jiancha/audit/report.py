"""Audit one notice: its figures, and what does not add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jiancha.audit import annexes, arithmetic, chronology, dates, figures, identifiers, numerals
from jiancha.audit.model import Dates, Figure, Report
from jiancha.errors import InputError

#: More figures than this are no notice. Work grows with their square.
_MAX_FIGURES = 3_000
_COUNTS = ("registered", "checked", "qualified", "unqualified")
_SINGLE = (
    "errors_found",
    "errors_rectified",
    "feedback_received",
    "feedback_handled",
    "feedback_on_time",
    "feedback_on_time_rate",
)


def audit_text(text: str, *, published: date | None = None) -> Report:
    """The figures and findings of a notice given as text.

    ``published`` is the day of publication where it is known from outside the text. Raises InputError
    where the text tells no figure of an inspection.
    """
    whole = numerals.normalised(text.replace("\r\n", "\n").replace("\r", "\n"))
    parts = annexes.split(whole)
    heading = dates.title(whole)
    shown, signed = published or dates.published(whole), dates.signed(whole)
    issued = max((each for each in (shown, signed) if each), default=None)
    period = dates.period(whole, heading, issued)
    heard = figures.read(parts.text, period)
    if len(heard) > _MAX_FIGURES:
        raise InputError(f"the text holds {len(heard):,} figures; a notice may have {_MAX_FIGURES:,}")
    if not heard and not parts.annexes and not heading:
        raise InputError("the text holds no figure of an inspection of websites or accounts")
    until, _ = chronology.deadline(parts.text, issued.year if issued else period.year, issued)
    days = Dates(shown, signed, until)
    frame = chronology.Frame(heading, period, days)
    found = [
        *arithmetic.check(parts.text, heard, parts.annexes),
        *identifiers.check(parts.annexes),
        *chronology.check(parts.text, frame, parts.annexes),
    ]
    found = list(dict.fromkeys(found))
    return Report(_figures(heard, period, days), tuple(sorted(found, key=lambda each: each.line)))


def _figures(heard: Sequence[Figure], period: dates.Period, days: Dates) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for kind in ("site", "account"):
        for count in _COUNTS:
            both = [f"{kind}s_both"] if count in ("registered", "checked") else []
            figures[f"{kind}s_{count}"] = _first(heard, f"{kind}s_{count}", *both)
        rate = _first(heard, f"{kind}_pass_rate")
        figures[f"{kind}_pass_rate"] = rate
    for name in _SINGLE:
        figures[name] = _first(heard, name)
    figures["period"] = {"year": period.year, "quarter": period.quarter}
    issued = days.published or days.signed
    figures["published_on"] = issued.isoformat() if issued else None
    figures["deadline"] = days.deadline.isoformat() if days.deadline else None
    return figures


def _first(heard: Sequence[Figure], *meanings: str) -> int | float | None:
    """The first value stated for the whole; that of a part counts where it is the only one."""
    values = [each.value for each in heard if each.meaning in meanings]
    if not values:
        parts = {each.value for each in heard if each.meaning in {f"part_{name}" for name in meanings}}
        values = list(parts) if len(parts) == 1 else []
    if not values:
        return None
    return int(values[0]) if values[0] == int(values[0]) else values[0]
