"""Wording errors (错误表述) as people decide on them, and what their decisions come to."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jiancha.lake import Lake
from jiancha.notice.model import ReviewFigures
from jiancha.notice.special import found_errors
from jiancha.review import store
from jiancha.review.model import UNDECIDED, Decision, Row, State, agreed
from jiancha.settings import Settings

_MEASURED = ("error_id", "kind", "severity", "wrong", "right", "snippet")


@dataclass(frozen=True, slots=True)
class SuspectedError:
    """An error (疑似错误表述) as people are asked about it. ``row`` and ``site`` are rows of the lake."""

    row: Row
    site: Row

    @property
    def error_id(self) -> str:
        return str(self.row["error_id"])

    @property
    def fingerprint(self) -> str:
        """Hash of what was found and of what it is held against: a decision is bound to it."""
        found = "\0".join(str(self.row[name]) for name in _MEASURED)
        return hashlib.sha256(found.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ErrorRuling:
    """What the decisions on one error come to. ``note`` says so in words."""

    error: SuspectedError
    state: State
    note: str


def read_errors(lake: Lake, window: str, settings: Settings) -> list[SuspectedError]:
    """The errors of a window, hints aside, by site and page."""
    return [SuspectedError(row, site) for row, site in found_errors(lake, window, settings)]


def rulings(lake: Lake, window: str, settings: Settings) -> list[ErrorRuling]:
    """What all decisions on the errors of a window come to now."""
    return settle(read_errors(lake, window, settings), store.read(lake, window, store.WORDING))


def settle(found: Sequence[SuspectedError], decisions: Iterable[Decision]) -> list[ErrorRuling]:
    """As decisions on findings: of each person the last one counts, and who disagrees withholds; pure."""
    made: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for each in sorted(decisions, key=lambda d: (d.decided_at, d.decided_by)):
        made[each.finding_id, each.fingerprint].append(each)
    settled = []
    for error in found:
        mine = made.get((error.error_id, error.fingerprint))
        state, note = agreed(mine) if mine else (State.WITHHELD, UNDECIDED)
        settled.append(ErrorRuling(error, state, note))
    return settled


def confirmed(settled: Iterable[ErrorRuling]) -> set[str]:
    """Ids of the errors that people have confirmed."""
    return {each.error.error_id for each in settled if each.state.published}


def figures(settled: Sequence[ErrorRuling]) -> ReviewFigures:
    """Errors found by software and what people made of them; there is no second look at them."""
    states: Counter[Any] = Counter(each.state for each in settled)
    confirmed, rejected = states[State.CONFIRMED], states[State.OVERRULED]
    return ReviewFigures(len(settled), 0, confirmed, rejected, len(settled) - confirmed - rejected)
