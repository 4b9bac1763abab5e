"""When something was published: a steady rhythm, broken by silences."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from jiancha.windows import ZONE

_BEFORE = timedelta(days=60)
_OFFICE_OPENS, _OFFICE_CLOSES = 8 * 60, 18 * 60  # minutes of the day


class Rhythm(NamedTuple):
    """A publisher's habit: the first day, then a gap of ``least`` to ``most`` days again and again."""

    first: date
    least: int
    most: int


class Silence(NamedTuple):
    """Nothing appears after ``last`` and before the day ``resume``.

    Something appears at ``last`` and on ``resume``. Without ``last`` nothing has ever appeared before;
    without ``resume`` nothing appears again. ``opened`` is the day the column itself was opened, None for
    those that have always been there.
    """

    last: datetime | None
    resume: date | None
    opened: date | None = None


def dice(*parts: object) -> random.Random:
    """A random source that depends on nothing but ``parts``."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 - a play, not a secret


def early(day: date) -> datetime:
    """Shortly after midnight: taken for UTC or shown in UTC it looks like the day before."""
    return datetime.combine(day, time(0, 20), tzinfo=ZONE)


def late(day: date) -> datetime:
    """Shortly before midnight: taken for UTC it looks like the day after."""
    return datetime.combine(day, time(23, 40), tzinfo=ZONE)


def publish(
    rng: random.Random, rhythm: Rhythm, silence: Silence | None, until: datetime
) -> tuple[datetime, ...]:
    """All moments of publication up to ``until`` (included), oldest first.

    A later ``until`` only adds moments at the end.
    """
    moments = _steady(rng, rhythm, until)
    if silence is not None:
        moments = _hush(moments, silence)
    return tuple(m for m in moments if m <= until)


def _steady(rng: random.Random, rhythm: Rhythm, until: datetime) -> list[datetime]:
    span = rhythm.most - rhythm.least + 1
    minutes = _OFFICE_CLOSES - _OFFICE_OPENS
    day = rhythm.first + timedelta(days=int(rng.random() * span))
    end = until.astimezone(ZONE).date()
    moments = []
    while day <= end:
        minute = _OFFICE_OPENS + int(rng.random() * minutes)
        moments.append(datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZONE))
        day += timedelta(days=rhythm.least + int(rng.random() * span))
    return moments


def _hush(moments: list[datetime], silence: Silence) -> list[datetime]:
    kept = []
    if silence.last is not None:
        # one entry alone would be a text of its own, which need not be kept up
        kept = [m for m in moments if m.date() < silence.last.date()] or [silence.last - _BEFORE]
        kept.append(silence.last)
    if silence.resume is not None:
        kept.append(datetime.combine(silence.resume, time(9, 30), tzinfo=ZONE))
        kept += [m for m in moments if m.date() > silence.resume]
    return kept
