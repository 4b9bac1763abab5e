"""What sites offer beside columns: letters from people with their answers, and service guides.

Most sites answer within weeks. A few leave a letter lying for more than three months in some windows, one
never answers one, and one lets its guides decay twice; near misses stand beside them in every window.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from jiancha.registry.model import Level
from jiancha.windows import Calendar, Quarter
from jiancha_sandbox.gazetteer import SERVICES, TOPICS
from jiancha_sandbox.history import Silence, dice
from jiancha_sandbox.rules import (
    GUIDE_ELEMENTS,
    GUIDE_LACKING,
    GUIDES,
    LETTER_MONTHS,
    LETTER_YEAR_MONTHS,
    months_before,
)
from jiancha_sandbox.sites import CitySite

LetterForm = Literal["table", "states", "list", "cards", "grid", "titles"]
GuideForm = Literal["table", "definitions", "headings", "tabs", "lines"]
_LETTER_FORMS: tuple[LetterForm, ...] = ("table", "cards", "states", "grid", "list")
_GUIDE_FORMS: tuple[GuideForm, ...] = ("table", "definitions", "headings", "tabs", "lines")
_LETTER_NAMES = ("局长信箱", "咨询留言", "在线咨询", "我要建言")
_PORTAL_NAMES = ("县长信箱", "网民留言", "咨询建言")

_FIRST_LETTER = date(2018, 3, 1)
_LAST_LETTER = date(2022, 12, 31)
_GAP = (12, 40)
_ANSWER = (1, 25)

_LATE_IN = tuple(Quarter.parse(q) for q in ("2019Q4", "2020Q2", "2020Q3", "2021Q2", "2021Q4"))
#: Asked one day too early for 2020 Q1 to forgive it, and one day too early for 2020 Q4 to count it.
_NEVER_ANSWERED = date(2019, 11, 14)
#: When the guides of one site are spoilt.
_SPOILT = ((date(2019, 7, 1), date(2019, 9, 10)), (date(2021, 7, 1), date(2021, 9, 20)))


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: when it was asked, and answered (None: never)."""

    number: int
    title: str
    asked: date
    answered: date | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A consultation column with its letters, oldest first."""

    name: str
    slug: str
    form: LetterForm
    letters: tuple[Letter, ...]

    @property
    def path(self) -> str:
        return f"/hdjl/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Guide:
    """A service guide: what it lacks, and since when until when it lacks what instead."""

    number: int
    title: str
    form: GuideForm
    lacks: frozenset[str] = frozenset()
    spoilt: frozenset[str] = frozenset()

    def lacking(self, day: date) -> frozenset[str]:
        return self.spoilt or self.lacks if any(a <= day < b for a, b in _SPOILT) else self.lacks


@dataclass(frozen=True, slots=True)
class Desk:
    """``complaints`` is a column for reports on wrong-doing only; ``platform``: services are elsewhere."""

    mailbox: Mailbox | None = None
    complaints: Mailbox | None = None
    guides: tuple[Guide, ...] = ()
    platform: bool = False


def unanswered(desk: Desk, day: date) -> int:
    """How many letters of the last year had, on the checkpoint day, waited for more than three months."""
    since, until = months_before(day, LETTER_YEAR_MONTHS), months_before(day, LETTER_MONTHS)
    letters = desk.mailbox.letters if desk.mailbox is not None else ()
    return sum(
        since <= letter.asked < until and (letter.answered is None or letter.answered > day)
        for letter in letters
    )


def lacking_guides(desk: Desk, day: date) -> int:
    """How many guides lacked too many elements on a day."""
    return sum(len(guide.lacking(day)) >= GUIDE_LACKING for guide in desk.guides)


def build_desks(
    seed: int, sites: Sequence[CitySite], silences: Mapping[str, Mapping[int, Silence]]
) -> dict[str, Desk]:
    """The desks by site code. Faults go to sites none of whose columns is silent at that time."""
    usual = [site for site in sites if not site.navigation_only]
    faults, spoilt, near = _cast(seed, usual, silences)
    desks = {}
    for number, site in enumerate(usual):
        code = site.site_code
        wanted = code in faults or number % 2 == 0
        rng = dice(seed, code, "letters")
        desks[code] = Desk(
            mailbox=_mailbox(rng, site, number, faults.get(code, [])) if wanted else None,
            complaints=_complaints(rng) if not wanted and number % 8 == 1 else None,
            guides=_guides(site, number, spoilt=code == spoilt, near=code == near),
            platform=number % 8 == 7,
        )
    return desks


_Fault = tuple[date, date | None]  # asked, answered


def _cast(
    seed: int, sites: Sequence[CitySite], silences: Mapping[str, Mapping[int, Silence]]
) -> tuple[dict[str, list[_Fault]], str, str]:
    """Letters beside the usual ones by site code; the site whose guides decay, and the one just below."""
    pool = [site.site_code for site in sites if site.level is not Level.MUNICIPAL_PORTAL]
    dice(seed, "desk cases").shuffle(pool)

    def pick(*quarters: Quarter) -> str:
        days = [_checkpoint(quarter) for quarter in quarters]
        silent = (s.values() for s in (silences.get(code, {}) for code in pool))
        code = next(
            code
            for code, parts in zip(list(pool), silent, strict=True)
            if not any(_is_silent(part, day) for part in parts for day in days)
        )
        pool.remove(code)
        return code

    faults: dict[str, list[_Fault]] = {pick(quarter): [_left_lying(quarter)] for quarter in _LATE_IN}
    faults[pick(*(Quarter(2020, n) for n in (1, 2, 3)))] = [(_NEVER_ANSWERED, None)]
    faults[pick()] = list(_near_misses())
    return faults, pick(Quarter(2019, 3), Quarter(2021, 3)), pick()


def _is_silent(silence: Silence, day: date) -> bool:
    """True for a column on which nothing is new around a checkpoint day."""
    begun = silence.last is None or silence.last.date() < day
    return begun and (silence.resume is None or silence.resume > day)


# --- letters ---


def _left_lying(quarter: Quarter) -> _Fault:
    """A letter of three months and some days before the checkpoint, answered some days after it."""
    day = _checkpoint(quarter)
    days = 1 if quarter.number == 2 else 5 + quarter.number
    return months_before(day, LETTER_MONTHS) - timedelta(days=days), day + timedelta(days=6)


def _near_misses() -> Iterator[_Fault]:
    """For every window a letter of exactly three months, and one answered on the last day."""
    quarter = Quarter(2019, 2)
    while quarter <= Quarter(2021, 4):
        day = _checkpoint(quarter)
        limit = months_before(day, LETTER_MONTHS)
        yield limit, day + timedelta(days=9)
        yield limit - timedelta(days=9), day
        quarter = quarter.next()


def _checkpoint(quarter: Quarter) -> date:
    return Calendar().window(str(quarter)).checkpoint_day


def _mailbox(rng: random.Random, site: CitySite, number: int, faults: Sequence[_Fault]) -> Mailbox:
    department = site.level is Level.MUNICIPAL_DEPARTMENT
    names = _LETTER_NAMES if department else _PORTAL_NAMES
    form: LetterForm = "titles" if number == 4 else _LETTER_FORMS[number // 2 % len(_LETTER_FORMS)]
    usual: list[_Fault] = [(asked, asked + timedelta(days=rng.randint(*_ANSWER))) for asked in _steady(rng)]
    days = sorted([*usual, *faults], key=lambda pair: pair[0])
    titles = ("关于{}的咨询", "{}有关问题何时解决", "请问{}怎么办理", "对{}的一点建议")
    letters = (
        Letter(n, rng.choice(titles).format(rng.choice(TOPICS)), asked, answered)
        for n, (asked, answered) in enumerate(days)
    )
    return Mailbox(rng.choice(names), "lyxx", form, tuple(letters))


def _complaints(rng: random.Random) -> Mailbox:
    """Reports on wrong-doing that nobody ever answers in public."""
    letters = (Letter(n, f"举报线索第{n}号", asked, None) for n, asked in enumerate(_steady(rng)))
    return Mailbox("举报投诉", "jbts", "table", tuple(letters))


def _steady(rng: random.Random) -> Iterator[date]:
    day = _FIRST_LETTER + timedelta(days=rng.randint(0, 30))
    while day < _LAST_LETTER:
        yield day
        day += timedelta(days=rng.randint(*_GAP))


# --- guides ---


def _guides(site: CitySite, number: int, *, spoilt: bool, near: bool) -> tuple[Guide, ...]:
    if not (spoilt or near or number % 4 == 1):
        return ()
    rng = dice(site.site_code, "guides")
    spare = [element for element in GUIDE_ELEMENTS if element != GUIDE_ELEMENTS[0]]  # every guide has a name
    titles = rng.sample(SERVICES, 9 if near else 6)
    guides = []
    for n, title in enumerate(titles):
        lacks = rng.sample(spare, _how_many(n, near=near, rng=rng))
        worse = rng.sample(spare, GUIDE_LACKING + n % 3) if spoilt and n < GUIDES else []
        guides.append(Guide(n, title, _GUIDE_FORMS[(n + number) % 5], frozenset(lacks), frozenset(worse)))
    return tuple(guides)


def _how_many(n: int, *, near: bool, rng: random.Random) -> int:
    """Elements that a guide lacks: one below each limit where it is to be ``near`` them."""
    if near:
        return GUIDE_LACKING if n < GUIDES - 1 else GUIDE_LACKING - 1
    return rng.choice((0, 0, 1, 2))
